//! The process: heard from the first moment, and an orderly end whatever asks for it.

use std::time::Duration;

use rustix::process::Signal;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::process::{Process, get};
use crate::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn it_lives_and_can_be_stopped_before_its_start_is_over() {
    let scene = Scene::new().await;
    // A Slack that takes connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api", silent.local_addr().unwrap());
    let mut bot = Process::start(&scene, false, &[("STAGERBOT__SLACK__API_URL", url)]);
    bot.until("/healthz", 200).await;
    let (status, ready) = get(bot.address, "/readyz").await.unwrap();
    assert!(status == 503 && ready.contains("not over yet"), "{ready}");
    let (status, answer) = get(bot.address, "/alerts/alertmanager").await.unwrap();
    assert!(status == 503 && answer.to_lowercase().contains("retry-after"), "{answer}");
    let asked = Instant::now();
    bot.signal(Signal::TERM);
    assert!(bot.ended().await.success(), "{}", bot.log());
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(bot.log().contains("stopping before the start was over"), "{}", bot.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_signal_ends_it_without_an_orderly_stop() {
    let scene = Scene::new().await;
    for signal in [Signal::INT, Signal::QUIT, Signal::USR1, Signal::USR2, Signal::ALARM] {
        let mut bot = Process::ready(&scene, false, &[]).await;
        bot.signal(signal);
        let status = bot.ended().await;
        assert!(status.success(), "{signal:?}: {status}\n{}", bot.log());
        assert!(bot.log().contains("stopping"), "{signal:?}: {}", bot.log());
    }
}
