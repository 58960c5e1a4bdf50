//! An alert about the database at the wire: it is remembered before there is an incident, stands on the card, and is overridden by
//! a person's word.

use crate::harness::{Scene, post};
use serde_json::json;

fn delivery(name: &str, text: &str, status: &str) -> String {
    json!({ "version": "4", "status": status, "alerts": [{ "status": status,
        "labels": { "alertname": name, "severity": "critical" }, "annotations": { "summary": text },
        "startsAt": "2026-01-10T03:00:00Z", "fingerprint": format!("{:016x}", name.len()) }] })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_restart_is_offered_while_the_database_is_said_to_be_down() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    assert!(post(&bot, &delivery("MySQLDown", "mysql-0 does not answer", "firing")).await.is_success());
    assert_eq!(scene.cards(), 0, "it opens nothing by itself");
    assert!(post(&bot, &delivery("CFStagerUnavailable", "Stager is unavailable", "firing")).await.is_success());
    let card = scene.card("An alert says that the database is in trouble (MySQLDown from alertmanager").await;
    assert!(card.button("stager-restart").is_none());
    assert!(card.text_seen().contains("MySQLDown (alertmanager) fires: check the database"), "{}", card.text_seen());
    scene.says(&scene.anna, "/stager restart now").await;
    scene.whispered(&scene.anna, "/stager restart database-checked").await;
    scene.told("Alert CFStagerUnavailable (alertmanager) for prod: Stager is unavailable").await;
    scene.told("Anna tried to request a restart, and was refused: An alert says that the database is in trouble").await;
    scene.says(&scene.anna, "/stager restart database-checked psql answers").await;
    let card = scene.button("stager-approve").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offer_comes_once_the_alert_is_over() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    assert!(post(&bot, &delivery("CFStagerUnavailable", "Stager is unavailable", "firing")).await.is_success());
    scene.button("stager-restart").await;
    assert!(post(&bot, &delivery("MySQLDown", "mysql-0 does not answer", "firing")).await.is_success());
    scene
        .seen(|message| message.text_seen().contains("in trouble") && message.button("stager-restart").is_none())
        .await;
    assert!(post(&bot, &delivery("MySQLDown", "mysql-0 does not answer", "resolved")).await.is_success());
    scene.button("stager-restart").await;
    scene.told("Alert CFStagerUnavailable (alertmanager) for prod: Stager is unavailable").await;
    scene.told("Alert MySQLDown (alertmanager) joined: mysql-0 does not answer").await;
    scene.told("alertmanager says that alert MySQLDown is over: checking").await;
    bot.stop().await;
}
