//! What the bot costs and how quick it is, against the simulators on loopback: `cargo bench --bench bot`.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod figures;
mod stage;

use std::time::{Duration, Instant};

use stagerbot::cluster::Cluster as Environments;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::config::{Config, Layer};
use stagerbot::incident::observation::Depth;
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::slack::view::View;

use figures::{Figures, median, per_mille};
use stage::{EXEC_COST, PATIENCE, Serving, Stage, alert, discord, environment, free_address, http};

const HOLD: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let mut figures = Figures::of("bot");
    start_and_rest(&mut figures).await;
    frame_to_acknowledgement(&mut figures).await;
    Box::pin(alert_to_card(&mut figures)).await;
    recovery_to_card(&mut figures).await;
    figures.print();
}

/// From the start of the process to `/readyz` saying yes, connected to both platforms, and what it holds in memory when nothing happens.
async fn start_and_rest(figures: &mut Figures) {
    const RUNS: usize = 5;
    let (mut starts, mut resident) = (Vec::new(), 0.0);
    for _ in 0..RUNS {
        let stage = Stage::set(Settings::short()).await;
        let (server, section, secret) = discord().await;
        let channel = server.add_channel("operations");
        let address = free_address();
        let toml = stage.toml(&address, "") + &format!("discord_channel = \"{channel}\"\n{section}");
        let secrets = stage.secrets().into_iter().chain([secret]).collect();
        let start = Instant::now();
        let bot = Serving::start(&stage, &toml, &address, secrets);
        starts.push(bot.ready(start).await);
        // What the start needed is given back by then.
        tokio::time::sleep(Duration::from_secs(3)).await;
        resident = bot.status("VmRSS") / 1_024.0;
    }
    let cost =
        "the store is opened, and then both platforms are asked who the bot is, and their sockets opened, side by side";
    figures.within("start to ready, on both platforms", median(starts), Duration::from_millis(100), cost);
    let cost =
        "most of it is what was read of the binary, which the image's profile makes smaller (STAGERBOT_BENCH_BINARY)";
    figures.amount("idle, connected to both platforms", resident, "MiB", Some((14.0, cost)));
    let size = std::fs::metadata(stage::binary()).unwrap().len() as f64 / 1e6;
    let cost = "this profile builds for speed, the image's for size (STAGERBOT_BENCH_BINARY)";
    figures.amount("the binary", size, "MB", Some((16.0, cost)));
}

/// From a frame on the socket to its acknowledgement: commands, which are durable before they are acknowledged, beside messages that are
/// nothing to the bot.
async fn frame_to_acknowledgement(figures: &mut Figures) {
    for rate in [10, 100, 500] {
        let stage = Stage::set(Settings::short()).await;
        let (bot, _) = stage.bot("").await;
        let words = acknowledged(&stage, "good morning", rate).await;
        let commands = acknowledged(&stage, "/stager word", rate).await;
        for (name, part) in [("p50", 500), ("p99", 990), ("p99.9", 999)] {
            let what = format!("a command at {rate} a second to its acknowledgement, {name}");
            let (is, other) = (per_mille(&commands, part), per_mille(&words, part));
            if (rate, part) == (100, 990) {
                let cost = "a command is on the disk before it is acknowledged: an fsync of this disk, which `--bench inbox` measures";
                figures.within(&what, is, Duration::from_millis(10), cost);
            } else {
                figures.time(&what, is);
            }
            let pair = (is.as_secs_f64() * 1_000.0, other.as_secs_f64() * 1_000.0);
            figures.ratio(&what, pair, "ms", "a message that is nothing to the bot, and is not written", None);
        }
        bot.stop().await;
    }
}

/// A line typed so many times a second for ten seconds: how long the acknowledgements took, sorted.
async fn acknowledged(stage: &Stage, line: &'static str, rate: u32) -> Vec<Duration> {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / rate);
    let mut typed = tokio::task::JoinSet::new();
    for _ in 0..rate * 10 {
        pace.tick().await;
        let (anna, channel) = (stage.workspace.person("anna"), stage.channel.clone());
        typed.spawn(async move { anna.types(&channel, line).await.unwrap() });
    }
    let all = typed.join_all().await;
    let mut times: Vec<Duration> = all.iter().map(|delivery| delivery.acked_after.expect("acknowledged")).collect();
    times.sort_unstable();
    times
}

/// From an alert's delivery to the card with its verdict, each in an environment and a channel of its own, beside a look alone.
async fn alert_to_card(figures: &mut Figures) {
    const RUNS: u64 = 20;
    let stage = Stage::set(Settings { exec_cost: EXEC_COST, ..Settings::default() }).await;
    let address = free_address();
    let mut text = stage.base(&address, "");
    let mut channels = Vec::new();
    for number in 0..RUNS {
        let channel = stage.workspace.add_channel(&format!("operations-{number}"));
        text += &stage.environment(&format!("e{number}"), &channel);
        channels.push(channel);
    }
    let config = Config::from_layers(&[Layer { name: "bench.toml", text: &text }], stage.secrets()).unwrap();
    let bot = stagerbot::bot::Bot::start(config).await.unwrap();
    let open = |view: &View| (view.counters.connections_open == 2).then_some(());
    stage.workspace.wait_for(PATIENCE, open).await.unwrap();
    let access = Access { kubeconfig: Some(stage.kubeconfig()), context: None, ..Access::default() };
    let cluster = Environments::connect(&access, environment(), Timeouts::default()).await.unwrap();
    let http = http();
    let (mut looks, mut cards) = (Vec::new(), Vec::new());
    for (number, channel) in (0..).zip(&channels) {
        let start = Instant::now();
        cluster.observe(Depth::Full, stagerbot::clock::now()).await;
        looks.push(start.elapsed());
        let start = Instant::now();
        alert(&http, &address, &format!("e{number}"), number).await;
        let told = |view: &View| {
            let mut here = view.messages.iter().filter(|message| message.channel == *channel);
            here.any(|message| message.text_seen().contains("Healthy: nothing to do")).then_some(())
        };
        stage.workspace.wait_for(PATIENCE, told).await.unwrap();
        cards.push(start.elapsed());
    }
    cards.sort_unstable();
    let beyond = per_mille(&cards, 950).saturating_sub(median(looks));
    let cost = "the alert, the incident's events and what is about to be posted are each on the disk before it goes on";
    let what = "alert in to a card with a verdict, p95, beyond the look";
    figures.within(what, beyond, Duration::from_millis(150), cost);
    bot.stop().await;
}

/// From the cluster event that completes a recovery to the card that says so, beyond the time it has to hold.
async fn recovery_to_card(figures: &mut Figures) {
    let mut times = Vec::new();
    for _ in 0..7 {
        let stage = Stage::set(Settings { held: true, ..Settings::short() }).await;
        stage.stuck();
        stage.cluster.go_on();
        let (bot, _) = stage.bot(&format!("hold = \"{}ms\"\ncool_down = \"0s\"", HOLD.as_millis())).await;
        let asked = stage.requested().await;
        stage.workspace.person("ben").clicks(&asked, "stager-approve").await.unwrap();
        // Healthy after the last delete, and not between two.
        let complete = loop {
            stage.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
            let since = Instant::now();
            if stage.cluster.wait_until(HOLD / 2, |s: &Snapshot| !s.healthy()).await.is_err() {
                break since;
            }
        };
        let told = |view: &View| view.messages.iter().any(|m| m.text_seen().contains("Recovered")).then_some(());
        stage.workspace.wait_for(PATIENCE, told).await.unwrap();
        times.push(complete.elapsed().saturating_sub(HOLD));
        bot.stop().await;
    }
    let what = "the last cluster event to the card that says recovered, beyond the hold";
    let cost = "what raises no events of the cluster's (probe, ping, lock) is looked at every half second at first";
    figures.within(what, median(times), Duration::from_millis(500), cost);
}
