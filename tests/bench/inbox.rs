//! What it costs to make something durable before it is acknowledged, on SQLite: `cargo bench --bench inbox`.
//!
//! Writes come at 200 a second, as alerts in a storm do, and wait for the disk. Beside them, at the same pace in the same
//! folder, the least that any durable write takes here: 4 KiB appended to a file, and fsync. The folder is the system's
//! temporary one, or the first argument's; where that is in memory, so are the figures.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod figures;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use stagerbot::clock;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::request::{ReplyTo, Request};
use stagerbot::store::{InboxRow, Store};
use tokio::time::{MissedTickBehavior, interval};

const RATE: u32 = 200;
const LENGTH: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = folder.map_or_else(tempfile::tempdir, tempfile::tempdir_in).unwrap();
    let puts = puts(folder.path()).await;
    let base = syncs(folder.path()).await;
    let mut figures = figures::Figures::of("inbox");
    for (name, part) in [("p50", 500), ("p99", 990)] {
        let at = |times: &[Duration]| figures::per_mille(times, part).as_secs_f64() * 1_000.0;
        let (what, both) = (format!("an inbox write at {RATE} a second, {name}"), (at(&puts), at(&base)));
        figures.ratio(&what, both, "ms", "4 KiB appended, and fsync", None);
    }
    figures.print();
}

async fn puts(folder: &Path) -> Vec<Duration> {
    let store = Store::open(&format!("sqlite://{}", folder.join("stagerbot.db").display())).await.unwrap();
    let mut pace = pace();
    let mut writes = Vec::new();
    for number in 0..RATE * LENGTH.as_secs() as u32 {
        // From when it is due: what queues behind a slow write waits, and that counts.
        let due = pace.tick().await.into_std();
        let store = store.clone();
        writes.push(tokio::spawn(async move {
            assert!(store.put(&inbound(number)).await.unwrap());
            due.elapsed()
        }));
    }
    let mut times = Vec::new();
    for write in writes {
        times.push(write.await.unwrap());
    }
    times.sort_unstable();
    times
}

async fn syncs(folder: &Path) -> Vec<Duration> {
    let mut file: File = OpenOptions::new().create(true).append(true).open(folder.join("base")).unwrap();
    let mut pace = pace();
    let mut times = Vec::new();
    for _ in 0..RATE * LENGTH.as_secs() as u32 {
        pace.tick().await;
        file = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            file.write_all(&[7; 4096]).unwrap();
            file.sync_data().unwrap();
            (file, began.elapsed())
        })
        .await
        .map(|(file, time)| {
            times.push(time);
            file
        })
        .unwrap();
    }
    times.sort_unstable();
    times
}

fn pace() -> tokio::time::Interval {
    let mut pace = interval(Duration::from_secs(1) / RATE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    pace
}

fn inbound(number: u32) -> InboxRow {
    let account = Account { platform: Platform::Slack, user: "U024BE7LH".to_owned() };
    let handle = Some("https://hooks.slack.com/commands/T0/1234567890/abcdefghijklmnopqrstuvwx".to_owned());
    InboxRow {
        dedupe_key: format!("slack:envelope-{number:08}-0000-4000-8000-000000000000"),
        received_at: clock::now(),
        request: Request::Approve { incident: Some(1), code: "7F3A9C-1".to_owned(), database_checked: true },
        reply: Some(ReplyTo { account, channel: "C024BE91L".to_owned(), locale: Some("en-US".to_owned()), handle }),
        answer: None,
    }
}
