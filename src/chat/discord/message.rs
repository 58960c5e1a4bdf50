//! What people and alert bots write: a message that mentions the bot is a command, as it would be behind `/stager`; one that
//! carries the error is an alert, where that is listened to.
//!
//! Read from `MESSAGE_CREATE` alone, so that no edit says anything twice. Without the privileged intent Discord tells the text
//! only of messages that mention the bot, which is all that commands need.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::chat::command::parse;
use crate::chat::message_trigger::{Author, ChannelMessage, MessageTriggers, texts};
use crate::incident::approval::{Account, Platform};
use crate::sanitize::clean;
use crate::store::{ReplyTo, Request};

/// A message as it came.
#[derive(Debug, Deserialize)]
pub(super) struct GatewayMessage {
    id: String,
    pub(super) channel_id: String,
    #[serde(default)]
    pub(super) guild_id: Option<String>,
    author: User,
    #[serde(default)]
    webhook_id: Option<String>,
    #[serde(default)]
    application_id: Option<String>,
    #[serde(default)]
    timestamp: Option<Timestamp>,
    #[serde(rename = "type", default)]
    kind: u64,
    #[serde(default)]
    content: String,
    #[serde(default)]
    embeds: Value,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    bot: bool,
}

/// Kinds of channels that are threads: <https://discord.com/developers/docs/resources/channel#channel-object-channel-types>.
const THREADS: std::ops::RangeInclusive<u64> = 10..=12;

/// Messages that somebody wrote, answers among them; all other kinds are Discord's own.
const USER_MESSAGE_KINDS: [u64; 2] = [0, 19];
/// The keys whose texts a reader sees in embeds.
const TEXT_KEYS: [&str; 5] = ["title", "description", "name", "value", "text"];

impl GatewayMessage {
    /// What it asks for; `None` where it does not mean the bot, or no person wrote it.
    pub(super) fn command(&self, bot: &str) -> Option<Request> {
        // Bots do not command each other, and nobody commands themselves.
        if self.is_by_bot() || self.author.id == bot {
            return None;
        }
        text_after_mention(&self.content, bot).map(|text| parse(&clean(text)))
    }

    /// The alert that it is, if it carries the error and its author is listened to. `channel` is the one that it was written in,
    /// or around the thread that it was written in.
    pub(super) fn alert(&self, bot: &str, triggers: &MessageTriggers, channel: &str) -> Option<Request> {
        if !USER_MESSAGE_KINDS.contains(&self.kind) {
            return None;
        }
        let ids = [Some(&self.author.id), self.webhook_id.as_ref(), self.application_id.as_ref()];
        let ids: Vec<&str> = ids.into_iter().flatten().map(String::as_str).collect();
        let author = if self.author.id == bot {
            Author::Us
        } else if self.is_by_bot() {
            Author::Bot(&ids)
        } else {
            Author::Person
        };
        let mut text = clean(&self.content);
        texts(&self.embeds, &TEXT_KEYS, clean, &mut text);
        let (platform, at) = (Platform::Discord, self.timestamp);
        // A thread is a channel of its own, and none that is listened to.
        triggers.request_for(&ChannelMessage { platform, channel, author, at, in_thread: false, text: &text })
    }

    fn is_by_bot(&self) -> bool {
        self.author.bot || self.webhook_id.is_some()
    }

    /// The same in every delivery, and to every replica.
    pub(super) fn dedupe_key(&self) -> String {
        format!("discord/message/{}", self.id)
    }

    /// Who is answered: openly, since nothing leads to them alone. `channel` is what Discord says of the message's.
    pub(super) fn reply(&self, channel: &Value) -> ReplyTo {
        let around = channel["parent_id"].as_str();
        let is_thread = channel["type"].as_u64().is_some_and(|kind| THREADS.contains(&kind));
        ReplyTo {
            account: Account { platform: Platform::Discord, user: self.author.id.clone() },
            channel: around.filter(|_| is_thread).unwrap_or(&self.channel_id).to_owned(),
            locale: None,
            // No token: what tells the answer to this message from the same one to another.
            handle: Some(format!("{}/", self.id)),
        }
    }
}

/// What stands behind `<@123>`, or `<@!123>` as old clients write it.
fn text_after_mention<'a>(text: &'a str, bot: &str) -> Option<&'a str> {
    text.match_indices("<@").find_map(|(place, _)| {
        let (mention, behind) = text[place + 2..].split_once('>')?;
        (mention.trim_start_matches('!') == bot).then_some(behind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(field: &str, value: Value) -> GatewayMessage {
        let mut message = json!({"id": "9", "channel_id": "7", "guild_id": "1", "author": {"id": "5", "username": "anna"},
            "content": "hey <@11>  check prod"});
        message[field] = value;
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn a_mention_is_a_command_and_from_people_only() {
        let check = || Some(Request::Check { environment: Some("prod".into()) });
        assert_eq!(written("type", json!(0)).command("11"), check());
        assert_eq!(written("content", json!("<@!11> check \u{202e}prod")).command("11"), check());
        for (field, value) in [
            ("author", json!({"id": "5", "bot": true})),
            ("author", json!({"id": "11"})),
            ("webhook_id", json!("3")),
            ("content", json!("nobody is meant")),
            ("content", json!("")),
            ("content", json!("<@112> check")),
        ] {
            assert_eq!(written(field, value.clone()).command("11"), None, "{field}: {value}");
        }
    }

    #[test]
    fn a_message_that_carries_the_error_is_an_alert_from_whom_we_listen_to() {
        let triggers = MessageTriggers { channels: [("7".into(), "prod".into())].into(), bots: ["33".into()].into() };
        let alert = |field: &str, value: Value| {
            let mut message = json!({"id": "9", "channel_id": "7", "author": {"id": "5"}, "type": 0,
                "timestamp": "2026-11-27T14:00:00.123000+00:00", "content": "cf push: Stager is unavailable"});
            message[field] = value;
            serde_json::from_value::<GatewayMessage>(message).unwrap().alert("11", &triggers, "7")
        };
        let Some(Request::Alert { environment, alert: heard }) = alert("type", json!(19)) else {
            panic!("it is heard")
        };
        assert_eq!((environment.as_str(), heard.summary.as_str()), ("prod", "cf push: Stager is unavailable"));
        assert_eq!(heard.starts_at.unwrap().to_string(), "2026-11-27T14:00:00.123Z");
        let embed = json!([{"title": "[FIRING:1]", "fields": [{"name": "error", "value": "code 170010"}]}]);
        assert!(alert("embeds", embed).is_some());
        assert!(alert("author", json!({"id": "33", "bot": true})).is_some());
        for (field, value) in [
            ("author", json!({"id": "11", "bot": true})),
            ("author", json!({"id": "34", "bot": true})),
            ("webhook_id", json!("34")),
            ("type", json!(6)),
            ("content", json!("good morning")),
            ("content", json!("")),
        ] {
            assert_eq!(alert(field, value.clone()), None, "{field}: {value}");
        }
    }

    #[test]
    fn what_is_written_in_a_thread_means_the_channel_around_it() {
        let anna = written("type", json!(0));
        assert_eq!(anna.reply(&json!({"type": 11, "parent_id": "5"})).channel, "5");
        // A channel's own parent is its category; and what Discord does not tell is as it was.
        assert_eq!(anna.reply(&json!({"type": 0, "parent_id": "5"})).channel, "7");
        assert_eq!(anna.reply(&Value::Null).channel, "7");
    }
}
