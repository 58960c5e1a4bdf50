//! A store that refuses, and people who can't be reached: neither makes the bot run hot, nor wait.

use std::time::Duration;

use rustix::process::Signal;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::view::View;
use tokio::time::{Instant, sleep, timeout};

use crate::harness::process::Process;
use crate::harness::{PATIENCE, Scene};

/// How often the bot looked: each look lists the pods once.
fn looks(scene: &Scene) -> usize {
    scene.cluster.requests().iter().filter(|request| request.path.ends_with("/pods")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_refuses_is_tried_later_and_later_and_told_once() {
    let scene = Scene::new().await;
    let bot = Process::ready(&scene, false, &[]).await;
    scene.connected(0).await;
    scene.stuck().await;
    let mut store = SqliteConnection::connect(&scene.url()).await.unwrap();
    // As a full disk does, from the first observation on.
    let refuse = "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.seq > 2 BEGIN SELECT RAISE(ABORT, 'full'); END";
    store.execute(refuse).await.unwrap();
    let asked = Instant::now();
    scene.says(&scene.anna, "/stager check").await;
    let fifth = async {
        while looks(&scene) < 5 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, fifth).await.unwrap();
    // Half a second, one, two and four.
    assert!(asked.elapsed() > Duration::from_secs(7), "five looks within {:?}", asked.elapsed());
    let log = bot.log();
    assert_eq!(log.matches("the store refused").count(), 1, "{log}");
    store.execute("DROP TRIGGER full").await.unwrap();
    scene.button("stager-restart").await;
    assert!(bot.log().contains("the store takes writes again"), "{}", bot.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_answers_that_nobody_takes() {
    let scene = Scene::new().await;
    let mut bot = Process::ready(&scene, false, &[]).await;
    scene.connected(0).await;
    scene.workspace.inject(Fault::Down { method: Some("response_url".to_owned()), status: 503 });
    scene.says(&scene.anna, "/stager status").await;
    let tried = |view: &View| (view.counters.calls("response_url") > 0).then_some(());
    scene.workspace.wait_for(PATIENCE, tried).await.unwrap();
    bot.signal(Signal::TERM);
    assert!(bot.ended().await.success());
    assert!(!bot.log().contains("still under way"), "{}", bot.log());
    // What was not answered is answered by the next one.
    scene.workspace.heal_all();
    let _next = Process::ready(&scene, false, &[]).await;
    scene.whispered(&scene.anna, "prod").await;
}
