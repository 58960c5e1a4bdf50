//! What is said on Discord without being a command: messages that carry the error, where that is listened to.

use serde_json::json;
use stagerbot::incident::alert::AlertStatus;

use super::*;

const ERROR: &str = "cf push: Stager is unavailable: execution expired";

/// Waits for so many rows of the inbox, and gives their alerts.
async fn alerts(bot: &Bot, count: usize) -> Vec<(String, AlertStatus)> {
    let waiting = async {
        loop {
            let rows = crate::harness::owed::unanswered(&bot.url).await;
            if rows.len() >= count {
                return rows;
            }
            tokio::task::yield_now().await;
        }
    };
    let rows = timeout(PATIENCE, waiting).await.unwrap();
    assert!(rows.iter().all(|row| row.reply.is_none()), "the card answers all: {rows:?}");
    let alert = |row: InboxRow| match row.request {
        Request::Alert { environment, alert } if environment == "prod" => (alert.summary, alert.status),
        other => panic!("{other:?}"),
    };
    rows.into_iter().map(alert).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_from_people_and_named_bots_is_one_alert_and_from_nobody_else() {
    let bot = Bot::reading(brisk()).await;
    // Two replicas hear everything twice.
    let (listens, inbox, until) = (bot.discord.clone(), Inbox::new(bot.store.clone()), bot.stop.clone());
    let _again = tokio::spawn(async move { listens.listen(inbox, until).await });
    let two = |view: &stagerbot::simulator::discord::view::View| (view.counters.connections_open == 2).then_some(());
    bot.server.wait_for(PATIENCE, two).await.unwrap();

    let [anna, alerting] = ["anna", "alerts"].map(|name| bot.server.person(name));
    bot.server.add_bot("strange").posts(CHANNEL, ERROR, &[]).unwrap();
    let dull = anna.types(CHANNEL, "good morning").await.unwrap();
    let ours = bot.discord.post(&bot.channel(), "key", &card("CF-StagerUnavailable")).await.unwrap();
    anna.edits(dull.payload["id"].as_str().unwrap(), ERROR).unwrap();
    assert!(anna.types(CHANNEL, ERROR).await.unwrap().delivered);
    let embed = json!({"title": "[RESOLVED] pushes", "fields": [{"name": "code", "value": "170010"}]});
    alerting.posts(CHANNEL, "", &[json!({"title": "[FIRING:1]", "description": "CF-StagerUnavailable"})]).unwrap();
    alerting.posts(CHANNEL, "[RESOLVED]", &[embed]).unwrap();

    let mut heard = alerts(&bot, 3).await;
    heard.sort_by(|one, other| one.0.cmp(&other.0));
    let firing = |summary: &str| (summary.to_owned(), AlertStatus::Firing);
    let expected = [("170010".to_owned(), AlertStatus::Resolved), firing("CF-StagerUnavailable"), firing(ERROR)];
    assert_eq!(heard, expected, "not the edit, not the strange bot, not our own card {ours}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_the_bot_in_plain_words_is_understood_and_answered() {
    let bot = Bot::reading(brisk()).await;
    bot.server.person("anna").types(CHANNEL, &format!("@Stagerbot my {ERROR}")).await.unwrap();
    let there = async {
        while crate::harness::owed::unanswered(&bot.url).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, there).await.unwrap();
    let came = bot.one().await;
    assert!(matches!(came.request, Request::Alert { .. }), "{came:?}");
    assert_eq!(came.reply.unwrap().account, bot.account("anna"));
}

#[tokio::test(flavor = "multi_thread")]
async fn unless_it_is_configured_no_message_is_read_and_mentions_are() {
    let bot = Bot::start(brisk()).await;
    let anna = bot.server.person("anna");
    let unread = anna.types(CHANNEL, ERROR).await.unwrap();
    assert!(unread.delivered, "that something was said is told, and not what");
    anna.types(CHANNEL, "@Stagerbot check").await.unwrap();
    let there = async {
        while crate::harness::owed::unanswered(&bot.url).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, there).await.unwrap();
    assert_eq!(bot.one().await.request, Request::Check { environment: None });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_may_not_read_messages_is_named_at_start() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = crate::harness::record::server(brisk()).await;
    server.inject(Fault::IntentsDisallowed);
    Discord::connect(&settings(&server)).await.unwrap();
    let reading = Settings { triggers: Some(MessageTriggers::default()), ..settings(&server) };
    let error = Discord::connect(&reading).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Discord does not allow the application to read messages: switch \"Message Content Intent\" on in Discord's developer \
         portal, under Bot, or take discord.listen out"
    );
}
