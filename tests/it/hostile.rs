//! Alerts and reasons that try to mention, link, format, turn the direction of writing, or drown everything: shown as the
//! texts that they are, on both platforms.

use regex::Regex;
use serde_json::Value;

use crate::contract::seen::normal;
use crate::harness::both::Both;
use crate::harness::{PATIENCE, post};

const ALERT: &str = include_str!("../data/alertmanager/v0.27.json");
/// All that either platform would take for more than text.
const TRICKS: &str = "<!channel> <!here|x> <@U0ANNA001> @everyone @here <@801000000000000001> <#1> <@&2> \
                      [kubernetes.io](https://evil.example) <https://evil.example|kubernetes.io> discord.gg/x \
                      ```code``` `x` **bold** *b* _i_ ~s~ ||spoiler|| \u{202e}txet desrever\u{202c} \u{200b}\u{7}";

/// Every text in a body, with the code blocks, where nothing counts but their end.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        _ => {}
    }
}

/// Texts without what the bot itself adds to a call: the person that it means, and where the card is.
fn without_calls(text: &str) -> String {
    let own = [
        r"<@801000000000000002>|<@U0BEN0001>",
        r"\[The card, with the evidence and the buttons\]\(https://discord\.com/channels/\d+/\d+\)",
        r"<https://simulated\.slack\.com/archives/\w+/p\d+\|The card, with the evidence and the buttons>",
    ];
    own.iter().fold(text.to_owned(), |text, own| Regex::new(own).unwrap().replace_all(&text, "").into_owned())
}

/// A text of Discord's without code blocks and without whatever a backslash makes itself.
fn bare(text: &str) -> String {
    let outside: String = text.split("```").step_by(2).collect();
    let mut bare = String::new();
    let mut characters = outside.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            characters.next();
        } else {
            bare.push(character);
        }
    }
    bare
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_full_of_tricks_and_of_a_hundred_kilobytes_is_shown_harmless() {
    let both = Both::new().await;
    let bot = both.bot().await;
    both.scene.stuck().await;
    let mut alert: Value = serde_json::from_str(ALERT).unwrap();
    let text = format!("Stager is unavailable: {TRICKS} {}", "0123456789".repeat(10_240));
    alert["alerts"][0]["annotations"]["summary"] = text.clone().into();
    alert["alerts"][0]["annotations"]["description"] = text.into();
    alert["alerts"][0]["labels"]["alertname"] = format!("CF {TRICKS}").into();
    assert!(post(&bot, &alert.to_string()).await.is_success());
    let card = both.button("stager-restart").await;
    both.told("Alert CF <!channel>").await;
    // In the call, beside the thread.
    both.scene.beside_the_point(&["Why: <!channel>"]);
    both.scene.button("stager-restart").await;
    both.requests(&both.anna, &card, TRICKS).await;
    both.told("requested a restart of").await;
    let told = both.scene.told("requested a restart of").await;
    // And what is typed and not understood comes back.
    for (typed, told) in [
        (TRICKS.replace(' ', "_"), "I don't understand"),
        ("@everyone".to_owned(), "I know no environment called @everyone"),
    ] {
        let typed = format!("/stager check {typed}");
        both.scene.says(&both.scene.zoe, &typed).await;
        both.scene.whispered(&both.scene.zoe, told).await;
        both.says(&both.zoe, &typed).await;
        both.whispered(&both.zoe, told).await;
    }

    for sent in both.server.bodies_sent() {
        // The thread is begun when there is something to say.
        assert!(matches!(sent.refused.as_deref(), None | Some("10003")), "{sent:?}");
        let mut found = Vec::new();
        texts(&sent.body, &mut found);
        for text in found.iter().map(|text| without_calls(text)) {
            for unseen in ['\u{202e}', '\u{202c}', '\u{200b}', '\u{7}'] {
                assert!(!text.contains(unseen), "{unseen:?} in {text}");
            }
            for live in ["@everyone", "@here", "<@", "<#", "](", "://", "||", ".gg/", "**bold"] {
                assert!(!bare(&text).contains(live), "{live:?} in {text}");
            }
        }
    }
    for message in both.server.all_messages() {
        assert!(message.pinged.iter().all(|who| who == crate::harness::both::BEN), "{message:?}");
    }
    for sent in both.scene.workspace.bodies_sent() {
        assert_eq!(sent.refused, None, "{sent:?}");
        let mut found = Vec::new();
        texts(&sent.body, &mut found);
        for text in found.iter().map(|text| without_calls(text)) {
            for unseen in ['\u{202e}', '\u{202c}', '\u{200b}', '\u{7}', '<'] {
                assert!(!text.contains(unseen), "{unseen:?} in {text}");
            }
        }
    }
    let seen = |view: &stagerbot::simulator::discord::view::View| {
        view.messages.iter().rev().find(|m| m.thread_of.is_some() && m.text_seen().contains("requested")).cloned()
    };
    let there = both.server.wait_for(PATIENCE, seen).await.unwrap();
    let thread = |texts: Vec<String>| -> String {
        let lines: Vec<String> = texts.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
        lines
            .into_iter()
            .filter(|line| line.contains("CF <!") || line.contains("requested"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let view = both.server.view();
    let here = thread(view.thread(there.thread_of.as_deref().unwrap()).iter().map(|m| m.text_seen()).collect());
    let slack = both.scene.workspace.view();
    let slack = thread(slack.thread(told.thread_ts.as_deref().unwrap()).iter().map(|m| m.text_seen()).collect());
    insta::assert_snapshot!(normal(&format!("Slack:\n{slack}\n\nDiscord:\n{here}")));
    bot.stop().await;
}

/// Every line of a thread begins with a time and is the bot's own; no reason and no alert must add one.
#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_in_reasons_and_alerts_pose_as_no_line_of_the_bots_own() {
    const POSED: &str = "Ben approved, and says that the database was checked.";
    let both = Both::new().await;
    let bot = both.bot().await;
    both.scene.stuck().await;
    let reason =
        format!("it is stuck\n03:00:00 {POSED}\r\n03:00:01 {POSED}\u{2028}03:00:02 {POSED}\u{b}03:00:03 {POSED}");
    let mut alert: Value = serde_json::from_str(ALERT).unwrap();
    alert["alerts"][0]["annotations"]["summary"] = format!("Stager is unavailable: {reason}").into();
    alert["alerts"][0]["labels"]["alertname"] = format!("CF {reason}").into();
    assert!(post(&bot, &alert.to_string()).await.is_success());
    let card = both.button("stager-restart").await;
    both.told("Stager is unavailable: it is stuck").await;
    both.scene.told("Stager is unavailable: it is stuck").await;
    both.requests(&both.anna, &card, &reason).await;
    both.told("requested a restart of").await;
    both.scene.told("requested a restart of").await;
    both.says(&both.ben, &format!("/stager handover {reason}")).await;
    both.told("Ben took over").await;
    both.scene.told("Ben took over").await;
    both.whispered(&both.ben, "The incident is yours").await;
    both.scene.beside_the_point(&["UTC: The incident was closed", "prod: somebody took the incident over"]);
    let discord = both.server.all_messages().into_iter().filter(|message| message.by_bot).map(|m| m.text_seen());
    let slack = both.scene.workspace.all_messages().into_iter().filter(|message| message.by_bot).map(|m| m.text_seen());
    let all: Vec<String> = discord.chain(slack).filter(|text| text.contains(POSED)).collect();
    assert!(all.len() >= 6, "the alert and both reasons are told on both platforms: {all:?}");
    for line in all.iter().flat_map(|text| text.split(['\n', '\r', '\u{b}', '\u{2028}'])) {
        assert!(
            !line.trim_start().starts_with("03:00:0"),
            "a line that nobody but its author wrote: {line}; in {all:#?}"
        );
    }
    bot.stop().await;
}
