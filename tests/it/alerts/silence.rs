//! One incident per outage, at the wire: an alert that flaps, and one that people muted.

use serde_json::json;
use stagerbot::incident::event::Event;
use stagerbot::store::Store;

use crate::harness::{Scene, post, until};

fn firing(began: u32) -> String {
    let at = format!("2026-01-10T03:{:02}:{:02}Z", began / 60, began % 60);
    json!({ "version": "4", "status": "firing", "alerts": [{ "status": "firing",
        "labels": { "alertname": "CFStagerUnavailable" }, "annotations": { "summary": "Stager is unavailable" },
        "startsAt": at, "fingerprint": "00c0ffee00c0ff01" }] })
    .to_string()
}

/// Waits until the incident was closed so often.
async fn closed(store: &Store, rounds: usize) {
    until("the closes of the incident", async || {
        let log = store.log(1).await.map_err(|error| error.to_string())?;
        let closes = log.iter().filter(|recorded| matches!(recorded.event, Event::Closed { .. })).count();
        if closes == rounds { Ok(()) } else { Err(format!("{closes}, not {rounds}")) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_flaps_over_a_healthy_environment_is_one_incident_and_one_card() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let url = scene.url();
    let store = Store::open(&url).await.unwrap();
    // The fourth and the sixth time it is looked after some seconds later.
    for round in 1..=6 {
        assert!(post(&bot, &firing(round)).await.is_success());
        closed(&store, round as usize).await;
    }
    scene.card("5 times").await;
    scene.told("Alert CFStagerUnavailable (alertmanager) for prod: Stager is unavailable").await;
    scene.told("CFStagerUnavailable again, soon after the incident ended: checking").await;
    // How many times one line counts depends on the machine.
    scene.told("times by now: checking").await;
    scene.told("Healthy: nothing to do").await;
    // And when it is real, the same card says so, with its button.
    scene.stuck().await;
    assert!(post(&bot, &firing(7)).await.is_success());
    let card = scene.button("stager-restart").await;
    assert_eq!(scene.cards(), 1);
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert_eq!(store.newest_incident("prod").await.unwrap(), Some(1));
    let report = stagerbot::audit::verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap();
    assert_eq!(report.flaws, []);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_muted_an_alert_opens_nothing_and_the_status_says_so() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    scene.says(&scene.zoe, "/stager mute 2h").await;
    scene.whispered(&scene.zoe, "belongs to no person").await;
    scene.says(&scene.anna, "/stager mute for ever").await;
    scene.whispered(&scene.anna, "How long?").await;
    scene.says(&scene.anna, "/stager mute 2h a change of the network").await;
    scene.whispered(&scene.anna, "open nothing until").await;
    // Whichever of the two answers comes first.
    scene.beside_the_point(&["The alerts of prod open nothing until"]);
    // The environment may stand behind the length as well.
    scene.says(&scene.anna, "/stager mute 2h PROD a change of the network").await;
    scene.whispered(&scene.anna, "open nothing until 20").await;
    assert!(post(&bot, &firing(1)).await.is_success());
    // Who tells of the outage hears why nothing is opened.
    scene.says(&scene.ben, "@stagerbot my push says 170010").await;
    scene.whispered(&scene.ben, "so this opens nothing").await;
    scene.says(&scene.ben, "/stager status").await;
    let status = scene.whispered(&scene.ben, "muted until").await.text.clone();
    assert!(status.contains("by Anna: a change of the network"), "{status}");
    assert!(
        status.contains("no open incident") && status.contains("one alert from alertmanager turned away"),
        "{status}"
    );
    assert_eq!(scene.cards(), 0);
    // Who asks is answered all the same.
    scene.says(&scene.ben, "/stager check").await;
    scene.button("stager-restart").await;
    scene.says(&scene.anna, "/stager unmute").await;
    scene.whispered(&scene.anna, "are heard").await;
    scene.told("Anna ended the mute").await;
    assert!(post(&bot, &firing(2)).await.is_success());
    scene.told("Alert CFStagerUnavailable (alertmanager) joined").await;
    assert_eq!(scene.cards(), 1);
    bot.stop().await;
}
