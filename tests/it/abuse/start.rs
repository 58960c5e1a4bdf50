//! A start with a hundred thousand alerts that wait: bounded in memory, and people are answered meanwhile.

use std::time::Duration;

use sqlx::{Connection as _, Row as _, SqliteConnection};
use stagerbot::incident::alert::AlertStatus;
use stagerbot::store::Store;
use tokio::time::Instant;

use super::rows::alert;
use super::storm::environments;
use super::{rows, senders};
use crate::harness::process::Process;
use crate::harness::{Scene, heavy, long, until};

/// How many environments they are about.
const ENVIRONMENTS: usize = 19;
/// The most that the bot may hold, in KiB, pages of the binary aside: without optimisation these alone are more.
const PEAK: usize = 96 * 1024;
const ANSWERED: Duration = Duration::from_secs(2);

/// Puts so many alerts into the inbox, none like another: a few by the store itself, and the rest as copies of these.
async fn fill(store: &str, each: usize) {
    let some: Vec<_> = (0..ENVIRONMENTS).map(|n| alert(&format!("other-{n}"), 0, AlertStatus::Firing)).collect();
    let opened = Store::open(store).await.unwrap();
    opened.put_all(&some).await.unwrap();
    opened.close().await;
    let copy = "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < $1)
        INSERT INTO inbox (dedupe_key, received_at, request, class, lane, waits, fires)
        SELECT dedupe_key || n, received_at + n, replace(request, $2, printf('%016x', n)), class, lane, waits || n, fires
        FROM inbox, copies";
    let mut connection = SqliteConnection::connect(store).await.unwrap();
    sqlx::query(copy).bind(each as i64 - 1).bind(rows::fingerprint(0)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn waiting(store: &mut SqliteConnection) -> i64 {
    let waiting = "SELECT COUNT(*) FROM inbox WHERE answered_at IS NULL AND class > 0";
    sqlx::query(waiting).fetch_one(store).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_with_a_hundred_thousand_alerts_takes_little_memory_and_answers_people() {
    let _turn = heavy().await;
    let scene = Scene::new().await;
    scene.stuck().await;
    let url = scene.url();
    let each = if long() { 100_000_usize.div_ceil(ENVIRONMENTS) } else { 300 };
    fill(&url, each).await;
    let mut store = SqliteConnection::connect(&url).await.unwrap();
    let before = waiting(&mut store).await;
    assert_eq!(before as usize, each * ENVIRONMENTS);

    let started = Instant::now();
    let bot = Process::with(&scene, false, environments(&scene, ENVIRONMENTS), &[]).await;
    let peak = bot.watch_memory();
    scene.connected(0).await;
    let ready = started.elapsed();
    let (mut slowest, mut answers) = (Duration::ZERO, 0);
    let mut refused = 0;
    loop {
        let (asked, word) = (Instant::now(), format!("wish{answers}"));
        scene.says(&scene.zoe, &format!("/stager {word}")).await;
        scene.whispered(&scene.zoe, &word).await;
        (slowest, answers) = (slowest.max(asked.elapsed()), answers + 1);
        // More than the bot looks at soon: who sends more is asked to wait.
        refused += usize::from(senders::one(bot.address).await.0 == 503);
        if answers >= 3 && waiting(&mut store).await < before / 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let half = started.elapsed();
    until("the last alert to be decided", async || match waiting(&mut store).await {
        0 => Ok(()),
        left => Err(format!("{left} of {before} wait")),
    })
    .await;
    eprintln!(
        "a start with {before} alerts that wait: ready after {ready:.1?}, half of them decided after {half:.1?} and all after \
         {:.1?}; {answers} answers, the slowest {slowest:.2?}; {refused} deliveries refused meanwhile; at most {}, {} KiB resident",
        started.elapsed(),
        peak.most(),
        bot.peak(),
    );
    assert!(peak.most().anonymous < PEAK, "{}", peak.most());
    if long() {
        assert!(slowest < ANSWERED, "{slowest:?}");
        assert!(refused > 0, "senders add to what can't be looked at soon");
    }
    assert_eq!(senders::one(bot.address).await.0, 200);
}
