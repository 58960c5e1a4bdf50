//! What people and alert bots write: a message that mentions the bot is a command, as it would be behind `/stager`; one that
//! carries the error is an alert, where that is listened to.
//!
//! Read from `MESSAGE_CREATE` alone, so that no edit says anything twice. Without the privileged intent Discord tells the text
//! only of messages that mention the bot, which is all that commands need.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::whose::Identity;
use crate::chat::command::{beside, parse};
use crate::chat::message_trigger::{Author, ChannelMessage, MessageTriggers, texts};
use crate::incident::account::{Account, Platform};
use crate::request::{ReplyTo, Request};
use crate::sanitize::clean;

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
    /// Who is named in it, also where it answers a message of theirs.
    #[serde(default)]
    mentions: Vec<User>,
    #[serde(default)]
    mention_roles: Vec<String>,
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
    ///
    /// A mention of the bot's role means the bot; Discord tells its text only with the privileged intent, and without it the
    /// answer says what can be asked.
    pub(super) fn command(&self, us: &Identity) -> Option<Request> {
        let bot = us.bot.as_str();
        // Bots do not command each other, and nobody commands themselves.
        if !self.is_by_person(bot) {
            return None;
        }
        let role = us.role.as_deref().filter(|role| self.mention_roles.iter().any(|named| named == role));
        // An answer to a message of the bot's names it, unless its author switched that off.
        let is_named = role.is_some() || self.mentions.iter().any(|user| user.id == bot);
        let beside = beside_mention(&self.content, &["", "!"], bot)
            .or_else(|| beside_mention(&self.content, &["&"], role?))
            .or_else(|| is_named.then_some(self.content.as_str()));
        beside.map(|text| parse(&clean(text)))
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

    /// Whether a person wrote it, and not a bot or this one.
    pub(super) fn is_by_person(&self, bot: &str) -> bool {
        !self.is_by_bot() && self.author.id != bot
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
            // No token: what tells the answer to this message from the same one to another, and where it was written.
            handle: Some(format!("{}/#{}", self.id, self.channel_id)),
        }
    }
}

/// What stands behind `<@123>`, or `<@!123>` as old clients write it, or `<@&123>` for a role; where there is nothing, what
/// stands before it.
fn beside_mention<'a>(text: &'a str, marks: &[&str], id: &str) -> Option<&'a str> {
    text.match_indices("<@").find_map(|(place, _)| {
        let (mention, behind) = text[place + 2..].split_once('>')?;
        let is_it = marks.iter().any(|mark| mention.strip_prefix(mark) == Some(id));
        is_it.then(|| beside(&text[..place], behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn us() -> Identity {
        let id = |id: &str| id.to_owned();
        Identity { application: id("10"), bot: id("11"), guild: id("1"), role: Some(id("12")) }
    }

    fn written(field: &str, value: Value) -> GatewayMessage {
        let mut message = json!({"id": "9", "channel_id": "7", "guild_id": "1", "author": {"id": "5", "username": "anna"},
            "content": "hey <@11>  check prod"});
        message[field] = value;
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn a_mention_is_a_command_and_from_people_only() {
        let check = || Some(Request::Check { environment: Some("prod".into()) });
        assert_eq!(written("type", json!(0)).command(&us()), check());
        for said in ["<@!11> check \u{202e}prod", "check prod <@11>", "Check, **prod**! <@!11>", "<@11>: check <#7>"] {
            let asked = written("content", json!(said)).command(&us());
            assert!(matches!(asked, Some(Request::Check { environment: Some(_) })), "{said}: {asked:?}");
        }
        // The bot's role, whose text is told or not; and an answer to a message of its own.
        let mut role = written("content", json!("<@&12> check prod"));
        role.mention_roles = vec!["12".to_owned()];
        assert_eq!(role.command(&us()), check());
        role.content.clear();
        assert_eq!(role.command(&us()), Some(Request::Help));
        let mut answer = written("content", json!("check prod"));
        answer.mentions = vec![User { id: "11".to_owned(), bot: true }];
        assert_eq!(answer.command(&us()), check());
        for (field, value) in [
            ("author", json!({"id": "5", "bot": true})),
            ("author", json!({"id": "11"})),
            ("webhook_id", json!("3")),
            ("content", json!("nobody is meant")),
            ("content", json!("")),
            ("content", json!("<@112> check")),
        ] {
            assert_eq!(written(field, value.clone()).command(&us()), None, "{field}: {value}");
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
