//! Slack: cards as Block Kit, commands and clicks by Socket Mode, so that nothing has to be reachable from outside.
//!
//! The crate `slack-morphism` speaks to Slack; what it leaves to its users (deadlines, limits, escaping, pauses between
//! attempts, a socket that is silent) is in the modules below. Sockets know no proxy.

mod blocks;
mod came;
mod client;
mod escape;
mod history;
mod links;
mod listen;
mod setup;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::chat::heard::Listening;
use crate::chat::slack::blocks::Message;
use crate::chat::slack::came::Hearing;
use crate::chat::slack::client::{CallError, Client};
use crate::chat::slack::links::Links;
use crate::chat::{Card, Chat, ChatError, Found};
use crate::inbox::Inbox;
use crate::incident::approval::Platform;
use crate::store::ReplyTo;

/// Directives that a log's filter has to end with: the crate logs whole payloads, with response URLs in them, and the
/// tickets of its sockets, some of it as errors. What matters of it is logged here.
pub const NOISY: &str = "slack_morphism=off,tungstenite=warn,tokio_tungstenite=warn";

/// How Slack is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The app-level token for Socket Mode, `xapp-…`, with the scope `connections:write`.
    pub app_token: SecretString,
    /// The bot's token, `xoxb-…`.
    pub bot_token: SecretString,
    /// A token that may read the app's manifest, `xoxe.xoxp-…`, to make sure at start that clicks arrive.
    #[serde(default)]
    pub configuration_token: Option<SecretString>,
    /// The base of Slack's API; https, or http on loopback.
    #[serde(default = "api_url")]
    pub api_url: String,
    /// How often each socket is pinged, in seconds; one that is silent for three pings is replaced.
    #[serde(default = "ping_every")]
    pub ping_every: u64,
    /// Where messages are listened to, and whose.
    #[serde(skip)]
    pub listening: Listening,
}

/// The seconds between two pings, where nothing else is configured.
pub const PING_EVERY: u64 = 10;

fn ping_every() -> u64 {
    PING_EVERY
}

fn api_url() -> String {
    "https://slack.com/api".to_owned()
}

/// Slack.
pub struct Slack {
    client: Client,
    us: Hearing,
    /// The workspace's address.
    workspace: Option<String>,
    ping_every: u64,
    links: Arc<Links>,
}

#[derive(Deserialize)]
struct Bot {
    user_id: String,
    url: Option<String>,
    #[serde(default, rename = "bot_id")]
    id: String,
}

#[derive(Deserialize)]
struct Posted {
    ts: String,
}

#[derive(Deserialize)]
struct Done {}

impl Slack {
    /// Makes sure that Slack accepts the tokens, and that the app is set up. Does not listen yet.
    pub async fn connect(settings: &Settings) -> Result<Self, ChatError> {
        let client = Client::new(settings)?;
        let Bot { user_id, id, url } =
            client.call("auth.test", &json!({})).await.map_err(|error| error.about("auth.test", ""))?;
        client.may_listen().await?;
        setup::check(&client).await?;
        let us = Hearing { user: user_id, bot: id, listening: settings.listening.clone() };
        Ok(Self { client, us, workspace: url, ping_every: settings.ping_every, links: Arc::default() })
    }

    /// Whispers to one person by method, where no response URL leads to them.
    async fn whisper(&self, to: &ReplyTo, message: &Message) -> Result<(), ChatError> {
        let body = body(message, &json!({"channel": to.channel, "user": to.account.user}));
        match self.client.call::<Done>("chat.postEphemeral", &body).await {
            Ok(Done {}) => Ok(()),
            Err(CallError::Refused(refusal)) if is_unreachable(&refusal.code) => {
                Err(ChatError::Gone(format!("the way to {} in Slack's channel {}", to.account.user, to.channel)))
            }
            Err(error) => Err(error.about("chat.postEphemeral", &to.channel)),
        }
    }
}

#[async_trait]
impl Chat for Slack {
    fn platform(&self) -> Platform {
        Platform::Slack
    }

    async fn post(&self, channel: &str, key: &str, card: &Card) -> Result<String, ChatError> {
        let body = body(&blocks::card(card), &json!({"channel": channel, "metadata": history::metadata(key)}));
        let posted = self.client.call::<Posted>("chat.postMessage", &body).await;
        posted.map(|posted| posted.ts).map_err(|error| error.about("chat.postMessage", channel))
    }

    async fn update(&self, channel: &str, message: &str, card: &Card) -> Result<(), ChatError> {
        let body = body(&blocks::card(card), &json!({"channel": channel, "ts": message}));
        let updated = self.client.call::<Done>("chat.update", &body).await;
        updated.map(|Done {}| ()).map_err(|error| error.about("chat.update", channel))
    }

    async fn reply_in_thread(&self, channel: &str, message: &str, key: &str, text: &str) -> Result<(), ChatError> {
        let more = json!({"channel": channel, "thread_ts": message, "metadata": history::metadata(key)});
        let posted = self.client.call::<Posted>("chat.postMessage", &body(&blocks::text(text), &more)).await;
        posted.map(|_| ()).map_err(|error| error.about("chat.postMessage", channel))
    }

    /// By the metadata of what is there, which takes the scope `channels:history`.
    async fn find(&self, channel: &str, thread: Option<&str>, key: &str, since: Timestamp) -> Result<Found, ChatError> {
        history::find(&self.client, channel, thread, key, since).await
    }

    fn link(&self, channel: &str, message: &str) -> Option<String> {
        let base = self.workspace.as_deref()?.trim_end_matches('/');
        Some(format!("{base}/archives/{channel}/p{}", message.replace('.', "")))
    }

    /// By the response URL, which needs no membership in the channel; where it has run out (half an hour, five answers)
    /// or there is none, by `chat.postEphemeral`.
    async fn answer(&self, to: &ReplyTo, text: &str) -> Result<(), ChatError> {
        let message = blocks::text(text);
        let Some(url) = &to.handle else { return self.whisper(to, &message).await };
        let body = body(&message, &json!({"response_type": "ephemeral", "replace_original": false}));
        match self.client.respond(url, &body).await {
            Ok(()) => Ok(()),
            Err(CallError::Refused(_) | CallError::Status(400..=499)) => self.whisper(to, &message).await,
            Err(error) => Err(error.about("response_url", &to.channel)),
        }
    }

    async fn listen(&self, inbox: Inbox, stop: CancellationToken) -> Result<(), ChatError> {
        listen::listen(&self.client, &self.us, self.ping_every, &self.links, inbox, &stop).await
    }

    /// Whether a socket is open: Slack said hello on it, it was not closed since, and it has answered pings, which are
    /// sent at every ping, within the last few pings. Slack has nothing to say for hours, so that the age of its last
    /// word tells nothing.
    fn is_listening(&self) -> bool {
        self.links.is_one_open()
    }
}

impl fmt::Debug for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slack").field("us", &self.us).field("links", &self.links).finish_non_exhaustive()
    }
}

/// A message as a method takes it: with no previews, and nothing read into its text.
fn body(message: &Message, more: &Value) -> Value {
    let mut body = json!({
        "text": message.text,
        "blocks": message.blocks,
        "parse": "none",
        "link_names": false,
    });
    // An update and a whisper have no previews, and no arguments for them.
    if more["ts"].is_null() && more["user"].is_null() {
        body["unfurl_links"] = json!(false);
        body["unfurl_media"] = json!(false);
    }
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

/// Whether nobody can be reached there, today or tomorrow.
fn is_unreachable(code: &str) -> bool {
    matches!(code, "user_not_in_channel" | "user_not_found" | "not_in_channel" | "channel_not_found" | "is_archived")
}
