//! Slack: cards as Block Kit; commands, clicks and events by Socket Mode, so that nothing has to be reachable from outside,
//! or in requests to the bot's own server.
//!
//! The crate `slack-morphism` speaks to Slack; what it leaves to its users (deadlines, limits, escaping, pauses between
//! attempts, a socket that is silent, a proxy) is in the modules below.

mod sockets;
pub mod config;
mod client;
mod setup;
mod escape;
mod blocks;
mod form;
mod history;
mod whose;
mod accounts;
mod inbound;
mod connections;
mod locales;
mod files;
mod listen;
pub mod webhook;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::causes::causes;
use crate::chat::foreign::Foreign;
use crate::chat::message_trigger::{LiveTriggers, MessageTriggers};
use crate::chat::slack::blocks::Message;
use crate::chat::slack::client::{CallError, Client, Tokens};
use crate::chat::slack::connections::Connections;
use crate::chat::slack::inbound::{Dispatcher, THREAD};
use crate::chat::slack::locales::Locales;
use crate::chat::slack::webhook::Requests;
use crate::chat::slack::whose::Identity;
use crate::chat::{Button, Card, Chat, ChatError, Found, Known, Looked, Picture, Place, Recipient};
use crate::checkup::Finding;
use crate::inbox::Inbox;
use crate::incident::account::Platform;
use crate::incident::phrase::Phrase;
use crate::incident::standing::Barred;
use crate::request::{ReplyTo, Request};

/// How Slack is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's token, `xoxb-…`.
    pub bot_token: SecretString,
    /// A token that may read the app's manifest, `xoxe.xoxp-…`, to make sure at start that clicks arrive.
    pub configuration_token: Option<SecretString>,
    /// How it reaches us.
    pub mode: Mode,
    /// The base of Slack's API; https, or http on loopback.
    pub api_url: String,
    /// Where messages are listened to, and whose.
    pub triggers: MessageTriggers,
}

/// How what people do gets here.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Over sockets that the bot opens, so that nothing has to be reachable from outside.
    Socket {
        /// The app-level token, `xapp-…`, with the scope `connections:write`.
        app_token: SecretString,
        /// How often each socket is pinged, in seconds; one that is silent for three pings is replaced.
        ping_every: u64,
    },
    /// In requests to [`PATH`](webhook::PATH) on the bot's own server.
    Http {
        /// What Slack signs them with.
        signing_secret: SecretString,
    },
}

/// The seconds between two pings, where nothing else is configured.
pub const PING_EVERY: u64 = 10;

/// How long a trigger lives: <https://docs.slack.dev/interactivity/handling-user-interaction/#modal_responses>.
const TRIGGER: Duration = Duration::from_secs(3);

/// The call that tells what a channel is.
const LOOK: &str = "conversations.info";
/// The call that opens a form.
const OPEN_FORM: &str = "views.open";

/// Slack.
pub struct Slack {
    client: Client,
    dispatcher: Dispatcher,
    /// The workspace's address.
    workspace: Option<String>,
    transport: Transport,
    locales: Locales,
}

/// How Slack's events arrive.
enum Transport {
    Sockets { ping_every: u64, connections: Arc<Connections> },
    Requests(Requests),
}

#[derive(Deserialize)]
struct Posted {
    ts: String,
}

#[derive(Deserialize)]
struct Called {
    channel: String,
    ts: String,
}

#[derive(Deserialize)]
struct Done {}

#[derive(Deserialize)]
struct ChannelInfo {
    channel: Seen,
}

#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    is_archived: bool,
    is_member: Option<bool>,
}

impl Slack {
    /// Makes sure that Slack accepts the tokens, and that the app is set up. Does not listen yet.
    pub async fn connect(settings: &Settings) -> Result<Self, ChatError> {
        let slack = Self::identify(settings).await?;
        if let Transport::Sockets { .. } = slack.transport {
            slack.client.may_listen().await?;
        }
        setup::check(&slack.client).await?;
        Ok(slack)
    }

    /// Asks Slack who the bot is, and nothing else.
    pub async fn identify(settings: &Settings) -> Result<Self, ChatError> {
        let app = match &settings.mode {
            Mode::Socket { app_token, .. } => Some(app_token),
            Mode::Http { .. } => None,
        };
        let configuration = settings.configuration_token.as_ref();
        let client = Client::new(&settings.api_url, Tokens { bot: &settings.bot_token, app, configuration })?;
        let (identity, workspace) = Identity::ask(&client).await?;
        let transport = match &settings.mode {
            Mode::Socket { ping_every, .. } => {
                Transport::Sockets { ping_every: *ping_every, connections: Arc::default() }
            }
            Mode::Http { signing_secret } => Transport::Requests(Requests::new(signing_secret)),
        };
        let foreign = Arc::new(Foreign::new(Platform::Slack));
        let dispatcher = Dispatcher {
            identity: Arc::new(identity),
            triggers: LiveTriggers::new(settings.triggers.clone()),
            foreign,
        };
        Ok(Self { client, dispatcher, workspace, transport, locales: Locales::default() })
    }

    /// How much that is not of the bot's own workspace and app was refused so far.
    pub fn refused_as_foreign(&self) -> u64 {
        self.dispatcher.foreign.total()
    }

    /// Whispers to one person by method, where no response URL leads to them.
    async fn post_ephemeral(&self, to: &ReplyTo, message: &Message) -> Result<(), ChatError> {
        let mut place = json!({"channel": to.channel, "user": to.account.user});
        if let Some(thread) = to.handle.as_deref().and_then(|handle| handle.strip_prefix(THREAD)) {
            place["thread_ts"] = json!(thread);
        }
        match self.client.call::<Done>("chat.postEphemeral", &body(message, &place)).await {
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

    /// By `conversations.info`, which takes the scope `channels:read`, or `groups:read` for a private channel.
    async fn look(&self, channel: &str) -> Result<(), ChatError> {
        match self.client.ask::<ChannelInfo>(LOOK, &[("channel", channel)]).await {
            Ok(ChannelInfo { channel: seen }) if seen.is_archived => {
                Err(ChatError::closed(Phrase::new("closed-slack-archived").with("channel", channel)))
            }
            Ok(ChannelInfo { channel: seen }) if seen.is_member == Some(false) => {
                Err(ChatError::closed(Phrase::new("closed-slack-not-there").with("channel", channel)))
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.about(LOOK, channel)),
        }
    }

    async fn set_up(&self) -> Vec<Finding> {
        let over_sockets = matches!(self.transport, Transport::Sockets { .. });
        setup::look(&self.client, over_sockets).await
    }

    /// Where the channel's own data may not be read, by its history: that is for its members, too.
    async fn look_closely(&self, channel: &str) -> Result<Looked, ChatError> {
        let refused = match self.client.ask::<ChannelInfo>(LOOK, &[("channel", channel)]).await {
            Err(CallError::Refused(refusal)) if refusal.code == "missing_scope" => refusal,
            _ => return self.look(channel).await.map(|()| Looked::Open),
        };
        if history::is_member(&self.client, channel).await? {
            return Ok(Looked::Open);
        }
        Ok(Looked::NotTold(causes(&CallError::Refused(refused).about(LOOK, channel))))
    }

    async fn call(&self, to: Recipient<'_>, key: &str, card: &Card) -> Result<Place, ChatError> {
        let mut more = json!({"metadata": history::metadata(key)});
        let channel = match to {
            Recipient::Channel(channel) => channel,
            Recipient::Thread { channel, message } => {
                more["thread_ts"] = json!(message);
                channel
            }
            // Slack opens the conversation by itself.
            Recipient::Person(user) => user,
        };
        more["channel"] = json!(channel);
        match self.client.call::<Called>("chat.postMessage", &body(&blocks::card(card), &more)).await {
            Ok(Called { channel, ts }) => Ok(Place { channel, message: ts }),
            Err(CallError::Refused(refusal)) if matches!(to, Recipient::Person(_)) && is_unreachable(&refusal.code) => {
                Err(ChatError::Gone(format!("the way to {channel} on Slack ({})", refusal.code)))
            }
            Err(error) => Err(error.about("chat.postMessage", channel)),
        }
    }

    async fn lacks_for_pictures(&self, _channel: &str) -> Option<String> {
        setup::lacks_for_pictures(&self.client).await
    }

    /// It takes the scope `files:write`.
    async fn hand_over(&self, picture: &Picture) -> Result<String, ChatError> {
        files::hand_over(&self.client, picture).await
    }

    async fn show_picture(
        &self,
        channel: &str,
        message: &str,
        _key: &str,
        handed: &str,
        picture: &Picture,
    ) -> Result<(), ChatError> {
        files::show(&self.client, channel, message, handed, picture).await
    }

    /// A file's message carries no key, and appears some time after Slack's answer: whether it will can't be found out.
    fn may_show_again(&self, _since: Timestamp) -> bool {
        false
    }

    async fn known(&self, user: &str) -> Result<Known, ChatError> {
        accounts::known(&self.client, user).await
    }

    async fn barred(&self, user: &str) -> Result<Option<Barred>, ChatError> {
        accounts::barred(&self.client, user).await
    }

    async fn is_in(&self, user: &str, group: &str) -> Result<bool, ChatError> {
        Ok(accounts::members(&self.client, group).await?.iter().any(|one| one == user))
    }

    /// Slack tells all of them at once, twenty times a minute.
    async fn members(&self, group: &str, users: &[&str]) -> Result<BTreeSet<String>, ChatError> {
        let members = accounts::members(&self.client, group).await?;
        Ok(members.into_iter().filter(|one| users.contains(&one.as_str())).collect())
    }

    /// Slack shows nothing of the kind.
    fn keeps_waiting(&self, _to: &ReplyTo) -> bool {
        false
    }

    async fn locale(&self, user: &str) -> Option<String> {
        self.locales.of(&self.client, user).await
    }

    fn link(&self, channel: &str, message: &str) -> Option<String> {
        let base = self.workspace.as_deref()?.trim_end_matches('/');
        Some(format!("{base}/archives/{channel}/p{}", message.replace('.', "")))
    }

    /// By the response URL, which needs no membership in the channel; where it has run out (half an hour, five answers)
    /// or there is none, by `chat.postEphemeral`.
    async fn answer(&self, to: &ReplyTo, text: &str) -> Result<(), ChatError> {
        let message = blocks::text(text);
        let url = to.handle.as_ref().filter(|handle| !handle.starts_with(THREAD));
        let Some(url) = url else { return self.post_ephemeral(to, &message).await };
        let body = body(&message, &json!({"response_type": "ephemeral", "replace_original": false}));
        match self.client.respond(url, &body).await {
            Ok(()) => Ok(()),
            Err(CallError::Refused(_) | CallError::Status(400..=499)) => self.post_ephemeral(to, &message).await,
            Err(error) => Err(error.about("response_url", &to.channel)),
        }
    }

    /// A trigger opens one form: the second try after a lost answer finds that out.
    async fn open_form(&self, to: &ReplyTo, trigger: &str, button: &Button, reason: &str) -> Result<(), ChatError> {
        let body = json!({"trigger_id": trigger, "view": form::view(&to.channel, button, reason)});
        let opening = async {
            match self.client.call::<Done>(OPEN_FORM, &body).await {
                Err(CallError::Status(_) | CallError::Lost(_)) => self.client.call::<Done>(OPEN_FORM, &body).await,
                opened => opened,
            }
        };
        match timeout(TRIGGER, opening).await {
            Ok(Ok(Done {})) => Ok(()),
            Ok(Err(CallError::Refused(refusal))) if refusal.code == "exchanged_trigger_id" => Ok(()),
            Ok(Err(error)) => Err(error.about(OPEN_FORM, &to.channel)),
            Err(_) => {
                Err(ChatError::passing(format!("Slack did not answer {OPEN_FORM} within {} s", TRIGGER.as_secs())))
            }
        }
    }

    fn routes(&self, inbox: &Inbox) -> Router {
        match &self.transport {
            Transport::Sockets { .. } => Router::new(),
            Transport::Requests(requests) => requests.routes(&self.dispatcher, inbox),
        }
    }

    async fn listen(&self, inbox: Inbox, stop: CancellationToken) -> Result<(), ChatError> {
        match &self.transport {
            Transport::Sockets { ping_every, connections } => {
                listen::listen(&self.client, &self.dispatcher, *ping_every, connections, inbox, &stop).await
            }
            Transport::Requests(requests) => {
                requests.listen(stop).await;
                Ok(())
            }
        }
    }

    fn set_triggers(&self, triggers: &MessageTriggers) {
        self.dispatcher.triggers.replace(triggers.clone());
    }

    /// Whether a socket is open: Slack said hello on it, it was not closed since, and it has answered pings, which are
    /// sent at every ping, within the last few pings. Slack has nothing to say for hours, so that the age of its last
    /// word tells nothing.
    ///
    /// Over HTTP Slack gives no sign of life at all: there it is whether the bot's server takes its requests.
    fn is_listening(&self) -> bool {
        match &self.transport {
            Transport::Sockets { connections, .. } => connections.is_one_open(),
            Transport::Requests(requests) => requests.are_accepted(),
        }
    }
}

impl fmt::Debug for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Slack");
        shown.field("dispatcher", &self.dispatcher);
        if let Transport::Sockets { connections, .. } = &self.transport {
            shown.field("connections", connections);
        }
        shown.finish_non_exhaustive()
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
    matches!(
        code,
        "user_not_in_channel"
            | "user_not_found"
            | "user_disabled"
            | "cannot_dm_bot"
            | "messages_tab_disabled"
            | "not_in_channel"
            | "channel_not_found"
            | "is_archived"
    )
}

/// What a payload of Slack's asks for, whoever's it is, where messages in these channels count: nothing where it is not for the bot, or
/// lacks what it always has. `kind` is the frame's type, such as `interactive` or `events_api`.
pub fn read(kind: &str, payload: Value, triggers: &MessageTriggers) -> Vec<Request> {
    let foreign = Arc::new(Foreign::new(Platform::Slack));
    let dispatcher = Dispatcher { identity: Arc::default(), triggers: LiveTriggers::new(triggers.clone()), foreign };
    let all = inbound::Frame::of(kind, payload).read(&dispatcher).unwrap_or_default();
    all.into_iter().map(|inbound| inbound.request).collect()
}
