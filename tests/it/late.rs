//! A platform that is away when the bot starts: the other one is served, alerts are taken in, and it is served as soon as it is there.

use axum::http::StatusCode;
use stagerbot::bot::Bot;
use stagerbot::simulator::discord::fault::Fault as OnDiscord;
use stagerbot::simulator::slack::fault::Fault as OnSlack;

use crate::harness::both::Both;
use crate::harness::{get, post, until};

const ALERT: &str = include_str!("../data/alertmanager/v0.27.json");

async fn bot(both: &Both) -> Bot {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = both.setup().read(both.secrets());
    Bot::start(config).await.unwrap()
}

async fn ready(bot: &Bot, code: StatusCode, says: &str) {
    until("the readiness", async || match get(bot, "/readyz").await {
        (status, body) if status == code && body.contains(says) => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_slack_is_away_at_the_start_an_alert_is_shown_on_discord_and_later_on_slack() {
    let both = Both::new().await;
    both.scene.stuck().await;
    let away = OnSlack::Down { method: None, status: 503 };
    both.scene.workspace.inject(away.clone());
    let bot = bot(&both).await;
    ready(&bot, StatusCode::OK, "\"slack\":\"not connected\"").await;
    assert!(post(&bot, ALERT).await.is_success());
    let card = both.card("a restart will help").await;
    assert_eq!(both.scene.cards(), 0);
    both.scene.workspace.heal(&away);
    both.scene.card("a restart will help").await;
    ready(&bot, StatusCode::OK, "\"slack\":\"ready\"").await;
    both.scene.says(&both.scene.anna, "/stager status").await;
    both.scene.whispered(&both.scene.anna, "prod").await;
    both.requests(&both.anna, &card, "").await;
    let card = both.scene.button("stager-approve").await;
    both.scene.clicks(&both.scene.ben, &card, "stager-approve").await;
    both.card("Recovered").await;
    both.scene.card("Recovered").await;
    both.scene.told("Alert CFStagerUnavailable (alertmanager) for prod: cf push fails in prod-eu").await;
    bot.stop().await;
}

/// Waits until a child has logged this; all of the log.
async fn logged(both: &Both, says: &str) -> String {
    until("the log", async || {
        let log = std::fs::read_to_string(both.scene.log()).unwrap();
        if log.contains(says) { Ok(log) } else { Err(log) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_slack_does_not_know_is_logged_though_slack_comes_late() {
    let both = Both::new().await;
    let away = OnSlack::Down { method: None, status: 503 };
    both.scene.workspace.inject(away.clone());
    let dora = "[[person]]\nname = \"Dora\"\nslack = \"U0DORA001\"\nmay = [\"approve\"]\n";
    let child = both.scene.spawn(&both.setup().with(dora), both.secrets(), &[]);
    let log = logged(&both, "starting without it, and trying on").await;
    assert!(!log.contains("U0DORA001"), "{log}");
    both.scene.workspace.heal(&away);
    logged(&both, "Slack knows no account U0DORA001").await;
    child.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_discord_is_away_at_the_start_slack_is_served_and_no_platform_at_all_is_not_ready() {
    let both = Both::new().await;
    both.scene.stuck().await;
    let away = OnDiscord::Down { call: None, status: 503 };
    both.server.inject(away.clone());
    let slack_away = OnSlack::Down { method: None, status: 503 };
    both.scene.workspace.inject(slack_away.clone());
    let bot = bot(&both).await;
    ready(&bot, StatusCode::SERVICE_UNAVAILABLE, "\"discord\":\"not connected\"").await;
    // Nothing that arrives is lost meanwhile.
    assert!(post(&bot, ALERT).await.is_success());
    both.scene.workspace.heal(&slack_away);
    both.scene.card("a restart will help").await;
    ready(&bot, StatusCode::OK, "\"discord\":\"not connected\"").await;
    both.server.heal(&away);
    both.card("a restart will help").await;
    both.told("Alert CFStagerUnavailable (alertmanager) for prod: cf push fails in prod-eu").await;
    bot.stop().await;
}
