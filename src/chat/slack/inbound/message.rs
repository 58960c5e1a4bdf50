//! What was said in a channel or to the bot directly: a command to it, or what may tell of the outage.

use serde::Deserialize;
use serde_json::Value;

use super::row::{Inbound, in_thread, reply};
use crate::chat::command::{beside, parse};
use crate::chat::message_trigger::{Author, ChannelMessage, LiveTriggers, texts};
use crate::chat::slack::escape::unescape;
use crate::chat::slack::whose::Identity;
use crate::incident::account::Platform;
use crate::request::Request;

#[derive(Deserialize)]
pub(super) struct Mention {
    event_id: String,
    event: MentionEvent,
}

#[derive(Deserialize)]
struct MentionEvent {
    #[serde(default)]
    user: Option<String>,
    channel: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    bot_id: Option<String>,
    #[serde(default)]
    edited: Option<Value>,
    #[serde(default)]
    ts: String,
    #[serde(default)]
    thread_ts: Option<String>,
}

impl Mention {
    pub(super) fn parse(self, identity: &Identity, triggers: &LiveTriggers) -> Option<Inbound> {
        let (event, bot) = (self.event, identity.user.as_str());
        let user = event.user.filter(|user| user != bot)?;
        // Bots do not command each other; and what was said once is not said again by mending a word.
        if event.bot_id.is_some() || event.edited.is_some() {
            return None;
        }
        let text = unescape(beside_mention(&event.text, bot)?);
        let request = match parse(&text) {
            // "@stagerbot my push says 170010": no command, and plain enough. Who asks the bot itself may do so in a thread.
            Request::Unclear { text: unclear } => {
                let message = channel_message(&event.channel, Author::Person, &event.ts, false, &text);
                triggers.now().request_for(&message).unwrap_or(Request::Unclear { text: unclear })
            }
            request => request,
        };
        Some(Inbound {
            dedupe_key: format!("slack/event/{}", self.event_id),
            request,
            reply: Some(reply(user, event.channel, event.thread_ts.map(|thread| in_thread(&thread)))),
        })
    }
}

/// A message in a channel. <https://docs.slack.dev/reference/events/message/>
#[derive(Deserialize)]
pub(super) struct MessageEvent {
    channel: String,
    #[serde(default)]
    ts: String,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    bot_id: Option<String>,
    #[serde(default)]
    app_id: Option<String>,
    #[serde(default)]
    subtype: Option<String>,
    #[serde(default)]
    channel_type: Option<String>,
    #[serde(default)]
    thread_ts: Option<String>,
    #[serde(default)]
    edited: Option<Value>,
    #[serde(default)]
    text: String,
}

impl MessageEvent {
    pub(super) fn parse(self, event: &Value, identity: &Identity, triggers: &LiveTriggers) -> Option<Inbound> {
        // Everything else with a subtype is about a message (edited, deleted, joined), and not one.
        let is_message = matches!(
            self.subtype.as_deref(),
            None | Some("bot_message" | "file_share" | "thread_broadcast" | "me_message")
        );
        if !is_message || self.edited.is_some() {
            return None;
        }
        let is_us = |id: Option<&str>, own: &str| !own.is_empty() && id == Some(own);
        let by_bot = self.bot_id.is_some() || self.subtype.as_deref() == Some("bot_message");
        let ids: Vec<&str> =
            [&self.bot_id, &self.user, &self.app_id].into_iter().flatten().map(String::as_str).collect();
        let author = if is_us(self.user.as_deref(), &identity.user) || is_us(self.bot_id.as_deref(), &identity.bot) {
            Author::Us
        } else if by_bot {
            Author::Bot(&ids)
        } else {
            Author::Person
        };
        // What is written to the bot directly is meant for it, and is no mention to Slack.
        if author == Author::Person && self.channel_type.as_deref() == Some("im") {
            let thread = self.thread_ts.as_deref().map(in_thread);
            return Some(Inbound {
                dedupe_key: format!("slack/message/{}/{}", self.channel, self.ts),
                request: parse(&unescape(&self.text)),
                reply: Some(reply(self.user?, self.channel, thread)),
            });
        }
        // A person who mentions the bot sends a command.
        if author == Author::Person && beside_mention(&self.text, &identity.user).is_some() {
            return None;
        }
        let mut text = unescape(&self.text);
        for part in ["attachments", "blocks"] {
            texts(&event[part], &TEXT_KEYS, unescape, &mut text);
        }
        let in_thread = self.thread_ts.as_ref().is_some_and(|thread| *thread != self.ts);
        let request =
            triggers.now().request_for(&channel_message(&self.channel, author, &self.ts, in_thread, &text))?;
        let reply =
            if author == Author::Person { self.user.map(|user| reply(user, self.channel.clone(), None)) } else { None };
        // The event's own id differs where it is delivered by two subscriptions; the message's name does not.
        Some(Inbound { dedupe_key: format!("slack/message/{}/{}", self.channel, self.ts), request, reply })
    }
}

fn channel_message<'a>(
    channel: &'a str,
    author: Author<'a>,
    ts: &str,
    in_thread: bool,
    text: &'a str,
) -> ChannelMessage<'a> {
    let at = ts.split('.').next().and_then(|seconds| jiff::Timestamp::from_second(seconds.parse().ok()?).ok());
    ChannelMessage { platform: Platform::Slack, channel, author, at, in_thread, text }
}

/// The keys whose texts a reader sees in attachments and blocks.
const TEXT_KEYS: [&str; 5] = ["text", "title", "pretext", "fallback", "value"];

/// What stands behind `<@U0BOT>` or `<@U0BOT|its name>`; where there is nothing, what stands before it.
fn beside_mention<'a>(text: &'a str, bot: &str) -> Option<&'a str> {
    text.match_indices("<@").find_map(|(place, _)| {
        let (mention, behind) = text[place + 2..].split_once('>')?;
        (mention.split('|').next() == Some(bot)).then(|| beside(&text[..place], behind))
    })
}
