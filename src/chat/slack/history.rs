//! What the bot said before, by the metadata it said it with: a key that nobody sees, and that the channel's history shows.
//!
//! <https://docs.slack.dev/messaging/message-metadata/>

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{CallError, Client};
use crate::causes::causes;
use crate::chat::{ChatError, Found};

/// The kind of our metadata.
const EVENT_TYPE: &str = "stagerbot_message";
/// How far Slack's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// Messages asked for at a time, and how many times: an outage's channel is busy.
const PAGE: &str = "200";
const PAGES: usize = 10;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    messages: Vec<Value>,
    #[serde(default)]
    response_metadata: Next,
}

#[derive(Default, Deserialize)]
struct Next {
    #[serde(default)]
    next_cursor: String,
}

/// What a message carries unseen.
pub(super) fn metadata(key: &str) -> Value {
    json!({"event_type": EVENT_TYPE, "event_payload": {"key": key}})
}

/// Whether the bot is in a channel, by its history; `false` where a scope is missing that would tell. Who is not in it gets the error.
pub(super) async fn is_member(client: &Client, channel: &str) -> Result<bool, ChatError> {
    let method = "conversations.history";
    match client.ask::<Page>(method, &[("channel", channel), ("limit", "1")]).await {
        Ok(_) => Ok(true),
        Err(CallError::Refused(refusal)) if refusal.code == "missing_scope" => Ok(false),
        Err(error) => Err(error.about(method, channel)),
    }
}

/// Looks for what was said under a key, in a thread or as a message of the channel's own.
pub(super) async fn find(
    client: &Client,
    channel: &str,
    thread: Option<&str>,
    key: &str,
    since: Timestamp,
) -> Result<Found, ChatError> {
    if channel.starts_with(['U', 'W']) {
        // A private message: in which conversation it is, nobody knows who has no answer.
        return Ok(Found::NotKnown);
    }
    let method = if thread.is_some() { "conversations.replies" } else { "conversations.history" };
    let oldest = since - SKEW;
    let oldest = format!("{}.{:06}", oldest.as_second(), oldest.subsec_microsecond());
    let mut cursor = String::new();
    for _ in 0..PAGES {
        let mut arguments =
            vec![("channel", channel), ("oldest", &oldest), ("limit", PAGE), ("include_all_metadata", "true")];
        arguments.extend(thread.map(|ts| ("ts", ts)));
        arguments.extend((!cursor.is_empty()).then_some(("cursor", cursor.as_str())));
        let page = match client.ask::<Page>(method, &arguments).await {
            Ok(page) => page,
            Err(CallError::Refused(refusal)) if refusal.code == "missing_scope" => {
                let error = CallError::Refused(refusal).about(method, channel);
                tracing::error!(channel, error = %causes(&error), "what was said before a restart can't be looked for, and is said again");
                return Ok(Found::NotKnown);
            }
            // Its thread never began.
            Err(CallError::Refused(refusal)) if refusal.code == "thread_not_found" => return Ok(Found::Repeatable),
            Err(error) => return Err(error.about(method, channel)),
        };
        let ours = |message: &&Value| {
            let metadata = &message["metadata"];
            metadata["event_type"] == EVENT_TYPE && metadata["event_payload"]["key"] == key
        };
        if let Some(ts) = page.messages.iter().find(ours).and_then(|message| message["ts"].as_str()) {
            return Ok(Found::Message(ts.to_owned()));
        }
        cursor = page.response_metadata.next_cursor;
        if cursor.is_empty() {
            return Ok(Found::Repeatable);
        }
    }
    Ok(Found::NotKnown)
}
