//! One environment's alert that flaps, and a real outage of another one in the same channel.

use std::time::Duration;

use serde_json::json;
use sqlx::{Row as _, SqlitePool};
use stagerbot::incident::event::Event;
use stagerbot::simulator::kubernetes::Cluster;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::slack::message::Message;
use stagerbot::store::Store;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::harness::process::Process;
use crate::harness::{PATIENCE, Scene, heavy, is_card, is_stuck, long, post_to, until};

/// As many as were seen.
const FLAPS: u32 = 198;
/// How long after its verdict a card may show it.
const SHOWN: Duration = Duration::from_secs(2);

fn alert(cluster: &str, status: &str, flap: u32) -> String {
    let began = format!("2026-01-10T03:{:02}:{:02}Z", flap / 60, flap % 60);
    json!({ "version": "4", "status": status, "alerts": [{ "status": status,
        "labels": { "alertname": "CFStagerUnavailable", "cluster": cluster },
        "annotations": { "summary": "Stager is unavailable" }, "startsAt": began, "fingerprint": "00c0ffee00c0ff01" }] })
    .to_string()
}

/// Hands one in, and waits until it is decided: none is counted with the next.
async fn decided(bot: &Process, store: &SqlitePool, body: &str) {
    assert!(post_to(&bot.address.to_string(), body).await.is_success());
    until("the alert to be decided", async || {
        let waiting = sqlx::query("SELECT COUNT(*) FROM inbox WHERE answered_at IS NULL").fetch_one(store).await;
        let waiting: i64 = waiting.map_err(|error| error.to_string())?.get(0);
        if waiting == 0 { Ok(()) } else { Err(format!("{waiting} wait")) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_flaps_198_times_is_one_card_and_delays_no_other_environment_s() {
    let _turn = heavy().await;
    let scene = Scene::new().await;
    let other = Cluster::start(ClusterSettings::short()).unwrap();
    let kubeconfig = scene.folder.path().join("other.kubeconfig");
    std::fs::write(&kubeconfig, other.kubeconfig()).unwrap();
    let more = format!(
        "[[environment]]\nname = \"other\"\nnamespace = \"cf\"\npreset = \"{}\"\n\
         kubeconfig = \"{}\"\nslack_channel = \"{}\"\nmatch = {{ cluster = \"other\" }}\n",
        scene.preset,
        kubeconfig.display(),
        scene.channel
    );
    let setup = scene.setup().environment("match = { cluster = \"prod\" }").with(&more);
    let bot = Process::with(&scene, false, setup, &[]).await;
    scene.connected(0).await;
    other.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
    other.wait_until(PATIENCE, is_stuck).await.unwrap();
    let url = scene.url();
    let (pool, store) = (SqlitePool::connect(&url).await.unwrap(), Store::open(&url).await.unwrap());

    let half = Notify::new();
    let flapping = async {
        for flap in 0..FLAPS {
            if flap == FLAPS / 2 {
                half.notify_one();
            }
            decided(&bot, &pool, &alert("prod", "firing", flap)).await;
            decided(&bot, &pool, &alert("prod", "resolved", flap)).await;
        }
    };
    // Half way, when the channel has been written to as often as it may.
    let outage = async {
        half.notified().await;
        assert!(post_to(&bot.address.to_string(), &alert("other", "firing", 0)).await.is_success());
        let verdict = until("the verdict", async || {
            let log = store.log(2).await.map_err(|error| error.to_string())?;
            let told = log.iter().any(|one| matches!(one.event, Event::Diagnosed { .. }));
            told.then(Instant::now).ok_or("there is none yet".to_owned())
        });
        let says = |m: &Message| is_card(m) && m.text_seen().contains("other") && m.button("stager-restart").is_some();
        let shown = async {
            scene.seen(says).await;
            Instant::now()
        };
        let (verdict, shown) = tokio::join!(verdict, shown);
        shown.saturating_duration_since(verdict)
    };
    let ((), late) = tokio::join!(flapping, outage);
    eprintln!("{FLAPS} flaps: the card of another environment's outage {late:.2?} after its verdict");
    assert!(!long() || late < SHOWN, "{late:?}");
    assert_eq!(store.newest_incident("prod").await.unwrap(), Some(1));
    assert_eq!(store.newest_incident("other").await.unwrap(), Some(2));
    assert_eq!(scene.cards(), 2);
}
