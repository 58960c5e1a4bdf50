//! A storm of alerts beside a restart and a person. Small in every run; in the long ones as large as one that was seen, once more with
//! a disk that takes its time.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};
use stagerbot::simulator::slack::message::Message;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::preload;
use super::senders::{self, Storm};
use crate::harness::process::Process;
use crate::harness::{PATIENCE, Scene, Setup, heavy, is_card, long, until};

/// How much longer an approved restart may take beside a storm: twice as long, and a second, for the simulated cluster and chat, which
/// answer within milliseconds where real ones take that long, share the machine with the storm and the bot.
const SLOWER: (u32, Duration) = (2, Duration::from_secs(1));
/// How long anybody waits for an answer.
const ANSWERED: Duration = Duration::from_secs(2);
/// The most that it may hold, in KiB: all of it, and what is not a page of the binary, which an unoptimised build has several times
/// as many of.
const PEAK: usize = 96 * 1024;
/// How much more it may hold once a storm is over, in KiB.
const KEPT: usize = 10 * 1024;
/// What the manifests tell the allocator: without it, more is held while a storm rages.
const AS_DEPLOYED: [(&str, &str); 2] = [("MALLOC_ARENA_MAX", "2"), ("MALLOC_TRIM_THRESHOLD_", "131072")];

/// A library that delays what makes writes durable, for so many milliseconds.
const SLOW_DISK: (&str, &str, u64) = (
    "slow_disk.so",
    "
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static void wait(void) { struct timespec time = { 0, MILLISECONDS * 1000000L }; nanosleep(&time, 0); }
int fsync(int file) { wait(); return syscall(SYS_fsync, file); }
int fdatasync(int file) { wait(); return syscall(SYS_fdatasync, file); }
",
    10,
);

/// As it was seen, or small.
fn storm() -> Storm {
    if long() {
        Storm { alerts: 50_000, fingerprints: 5_000, environments: 19, senders: 16 }
    } else {
        Storm { alerts: 2_000, fingerprints: 200, environments: 4, senders: 16 }
    }
}

/// Environments beside the one that is restarted. They are of one cluster; a few share a channel.
pub(super) fn environments(scene: &Scene, many: usize) -> Setup {
    let kubeconfig = scene.folder.path().join("kubeconfig");
    let channels: Vec<String> =
        (0..many.div_ceil(4)).map(|n| scene.workspace.add_channel(&format!("other-{n}"))).collect();
    let environments = (0..many).fold(String::new(), |mut text, number| {
        let channel = if number == 0 { &scene.channel } else { &channels[number / 4] };
        let _ = write!(
            text,
            "[[environment]]\nname = \"other-{number}\"\nnamespace = \"cf\"\npreset = \"{}\"\nkubeconfig = \"{}\"\n\
             slack_channel = \"{channel}\"\nmatch = {{ cluster = \"other-{number}\" }}\n",
            scene.preset,
            kubeconfig.display(),
        );
        text
    });
    scene.setup().environment("match = { cluster = \"prod\" }").with(&environments).with(&senders::rules(many))
}

/// From the approval to the first delete.
async fn approve(scene: &Scene) -> Duration {
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check prod").await;
    let prod = |m: &Message| is_card(m) && m.text_seen().contains("prod") && m.button("stager-restart").is_some();
    let card = scene.seen(prod).await;
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    let before = scene.terminated().len();
    let approved = Instant::now();
    // On a busy machine an acknowledgement may come too late: people click again.
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let first = async {
        while scene.terminated().len() == before {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(2 * PATIENCE, first).await.expect("a delete");
    approved.elapsed()
}

/// Somebody who types every second until it is over; how long each answer took.
async fn types(scene: &Scene, over: CancellationToken) -> Vec<Duration> {
    let mut pace = interval(Duration::from_secs(1));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut answers = Vec::new();
    while !over.is_cancelled() || answers.len() < 3 {
        pace.tick().await;
        let (asked, word) = (Instant::now(), format!("wish{}", answers.len()));
        scene.says(&scene.zoe, &format!("/stager {word}")).await;
        scene.whispered(&scene.zoe, &word).await;
        answers.push(asked.elapsed());
    }
    answers
}

fn url(scene: &Scene) -> String {
    scene.url()
}

/// Waits until nothing waits to be decided, no incident is open, and memory was given back.
async fn quiet(scene: &Scene, memory: impl Fn() -> Result<(), String>) {
    let counts = "SELECT (SELECT COUNT(*) FROM inbox WHERE answered_at IS NULL), \
                  (SELECT COUNT(*) FROM incidents WHERE closed_at IS NULL)";
    until("the end of all incidents, and the memory of before", async || {
        let counts = async {
            let mut store = SqliteConnection::connect(&url(scene)).await?;
            sqlx::query_as::<_, (i64, i64)>(counts).fetch_one(&mut store).await
        };
        match counts.await.map_err(|error| error.to_string())? {
            (0, 0) => memory(),
            left => Err(format!("rows that wait and incidents that are open: {left:?}")),
        }
    })
    .await;
}

/// The storm, beside a restart and a person who types. What the disk does is in the environment.
async fn rages(storm: Storm, disk: &[(&str, String)], preloaded: &str) {
    let deployed = AS_DEPLOYED.map(|(name, value)| (name, value.to_owned()));
    let environment = [disk, &deployed, &[senders::secrets()]].concat();
    let calm = {
        let scene = Scene::of(stagerbot::simulator::kubernetes::settings::Settings::short(), "cfee-2", &[]).await;
        let more = environments(&scene, storm.environments);
        let _bot = Process::with(&scene, false, more, &environment).await;
        scene.connected(0).await;
        approve(&scene).await
    };

    let scene = Scene::of(stagerbot::simulator::kubernetes::settings::Settings::short(), "cfee-2", &[]).await;
    let more = environments(&scene, storm.environments);
    let bot = Process::with(&scene, false, more, &environment).await;
    assert!(bot.maps().contains(preloaded), "the disk is as quick as ever");
    scene.connected(0).await;
    let before = bot.memory();
    let peak = bot.watch_memory();
    let over = CancellationToken::new();
    let (sent, stormy, answers) = tokio::join!(
        async {
            let sent = storm.rage(bot.address).await;
            over.cancel();
            sent
        },
        approve(&scene),
        types(&scene, over.clone()),
    );
    scene.card("Recovered").await;
    // Every environment that alerts named has its card, and one only.
    for number in 0..storm.environments {
        scene.card(&format!("other-{number}")).await;
    }
    let cards = scene.workspace.all_messages();
    let cards: BTreeSet<String> = cards.iter().filter(|m| m.by_bot && is_card(m)).map(|m| m.ts.clone()).collect();
    assert_eq!(cards.len(), storm.environments + 1, "one card each, whatever comes after the end");
    let log = bot.log();
    assert!(!log.contains("another replica works on"), "a lease was lost: {log}");
    let (peak, slowest) = (peak.most(), answers.iter().max().unwrap());
    eprintln!(
        "{} alerts of {} fingerprints for {} environments in {:.1?}, deliveries: {:?} (senders were asked to wait {} times): \
         approval to delete {stormy:.2?}, {calm:.2?} without; {} answers, the slowest {slowest:.2?}; memory: {before} before the storm, at most \
         {peak} ({} KiB resident)",
        storm.alerts,
        storm.fingerprints,
        storm.environments,
        sent.took,
        sent.deliveries,
        sent.waited,
        answers.len(),
        bot.peak(),
    );
    // Once all is decided, what a storm needed is given back.
    let began = Instant::now();
    let given_back = || {
        let now = bot.memory();
        let little = !long() || now.anonymous < before.anonymous + KEPT;
        if little { Ok(()) } else { Err(format!("it holds {now}, and held {before} before")) }
    };
    quiet(&scene, given_back).await;
    eprintln!("all of it was decided, and memory was {} {:.1?} later", bot.memory(), began.elapsed());
    assert_eq!(sent.deliveries.len(), 4, "every source has its part");
    assert!(peak.anonymous < PEAK, "{peak}");
    // Beside everything else it is no measure of speed.
    if long() {
        assert!(preloaded.is_empty() || sent.waited > 0, "a disk that is slow slows senders");
        assert!(*slowest < ANSWERED, "{answers:?}");
        assert!(stormy < calm * SLOWER.0 + SLOWER.1, "{stormy:?} beside the storm, {calm:?} without");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_alerts_delays_no_restart_and_nobody_s_answer() {
    let _turn = heavy().await;
    rages(storm(), &[], "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_disk_slows_those_who_send_alerts_and_nobody_else() {
    let _turn = heavy().await;
    let folder = tempfile::tempdir().unwrap();
    let (name, source, milliseconds) = SLOW_DISK;
    let source = source.replace("MILLISECONDS", &milliseconds.to_string());
    let Some(library) = preload::library(folder.path(), name, &source) else { return };
    let preload = ("LD_PRELOAD", library.display().to_string());
    // More at once than the bot takes at once, and a fifth of the whole, which takes as long.
    let storm = storm();
    let storm = Storm { alerts: storm.alerts / 5, fingerprints: storm.fingerprints / 5, senders: 64, ..storm };
    rages(storm, &[preload], name).await;
}
