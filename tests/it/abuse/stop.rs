//! The process: heard from the first moment, with as many files as it needs, and an orderly end whatever asks for it.

use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::harness::process::{Process, get};
use crate::harness::{Scene, long};

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
    assert!(!long() || asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
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

#[tokio::test(flavor = "multi_thread")]
async fn it_may_hold_more_connections_than_a_shell_lets_it() {
    let scene = Scene::new().await;
    let bot = Process::with_few_files(&scene, 256);
    bot.until("/readyz", 200).await;
    assert!(bot.files() > 1_500, "{}: {}", bot.files(), bot.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_no_connection_on_which_nothing_is_asked() {
    let scene = Scene::new().await;
    let mut bot = Process::ready(&scene, false, &[]).await;
    // One that says nothing, one with half a head, and one whose request was answered.
    let mut held = Vec::new();
    for said in ["", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"] {
        let mut stream = TcpStream::connect(bot.address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let mut answer = [0; 64];
    assert!(held[2].read(&mut answer).await.unwrap() > 0);
    bot.signal(Signal::TERM);
    assert!(bot.ended().await.success());
    assert!(!bot.log().contains("still under way"), "{}", bot.log());
}
