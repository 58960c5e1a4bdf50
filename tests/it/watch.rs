//! The bot's own watch: off unless it is configured, and then an alert like any other.

use stagerbot::cluster::session::Connections;
use stagerbot::incident::observation::Depth;
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::slack::view::View;

use crate::harness::{PATIENCE, Scene, until};

/// Nothing but the watch makes the bot look again.
const RARELY: (&str, &str) = ("recheck", "\"12h\"");

#[tokio::test(flavor = "multi_thread")]
async fn several_bad_looks_in_a_row_open_an_incident_and_a_good_one_ends_it() {
    let scene = Scene::with(&[("watch", "\"300ms\""), ("watch_failures", "2"), RARELY]).await;
    let bot = scene.bot().await;
    scene.stuck().await;
    let card = scene.button("stager-restart").await;
    assert!(card.text_seen().contains("StagerbotWatch"), "{}", card.text_seen());
    scene.told("Alert StagerbotWatch (watch) for prod: 2 looks in a row found trouble:").await;
    scene.cluster.heal_by_hand();
    scene.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
    scene.told("watch says that alert StagerbotWatch is over").await;
    scene.card("Healthy again, without a restart of ours").await;
    scene.told("Healthy again, without a restart of ours").await;
    assert_eq!(scene.cards(), 1);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_was_started_again_knows_what_it_saw_before() {
    let scene = Scene::with(&[("watch", "\"300ms\""), ("watch_failures", "2"), RARELY]).await;
    let first = scene.bot().await;
    scene.stuck().await;
    scene.button("stager-restart").await;
    first.stop().await;
    scene.cluster.heal_by_hand();
    scene.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
    let again = scene.bot().await;
    scene.card("Healthy again, without a restart of ours").await;
    scene.told("Alert StagerbotWatch (watch) for prod: 2 looks in a row found trouble:").await;
    scene.told("The bot took this incident up again").await;
    scene.told("Healthy again, without a restart of ours").await;
    // Said where the watch looked before the incident did.
    scene.beside_the_point(&["watch says that alert StagerbotWatch is over"]);
    // Only what fired before is said to be over.
    let url = scene.url();
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    until("that the alert is over", async || {
        let over = "SELECT COUNT(*) FROM inbox WHERE dedupe_key LIKE 'watch/prod/Resolved/%'";
        let over: i64 = sqlx::query_scalar(over).fetch_one(&pool).await.map_err(|error| error.to_string())?;
        if over == 1 { Ok(()) } else { Err(format!("said {over} times")) }
    })
    .await;
    assert_eq!(scene.cards(), 1);
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_silent_while_people_muted_the_alerts() {
    let scene = Scene::with(&[("watch", "\"300ms\""), ("watch_failures", "1")]).await;
    let bot = scene.bot().await;
    scene.says(&scene.anna, "/stager mute 1h").await;
    scene.whispered(&scene.anna, "open nothing until").await;
    scene.stuck().await;
    // The status says what was kept silent, once something was.
    let kept = |view: &View| view.messages.iter().any(|message| message.text.contains("from watch turned away"));
    until("the status", async || {
        scene.says(&scene.ben, "/stager status").await;
        kept(&scene.workspace.view()).then_some(()).ok_or("it tells of nothing that was kept silent")
    })
    .await;
    assert_eq!(scene.cards(), 0);
    scene.beside_the_point(&["prod: no open incident\n    alerts are muted until"]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_off_unless_it_is_configured() {
    let scene = Scene::new().await;
    let config = scene.setup().read(scene.secrets());
    assert!(config.watch.every.is_zero());
    // What it would call trouble, and what not: a cluster that is not seen is neither.
    let settings = &config.environments[0];
    let access = stagerbot::bot::access(settings);
    let connections = Connections::default();
    let cluster = stagerbot::bot::connect(&connections, &access, settings, config.checks).await.unwrap();
    let look = async || {
        let observation = cluster.observe(Depth::Full, stagerbot::clock::now()).await;
        stagerbot::incident::diagnosis::diagnose(&observation).sight()
    };
    assert_eq!(look().await, stagerbot::incident::streak::Sight::Good);
    scene.stuck().await;
    assert_eq!(look().await, stagerbot::incident::streak::Sight::Bad);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_begins_when_a_new_configuration_says_so() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    let config = scene.setup().with("[checks]\nwatch = \"300ms\"\nwatch_failures = 1\n").read(scene.secrets());
    assert_eq!(bot.reload(config).await.unwrap(), [""; 0]);
    scene.card("StagerbotWatch").await;
    scene.told("Alert StagerbotWatch (watch) for prod: one look found trouble:").await;
    bot.stop().await;
}
