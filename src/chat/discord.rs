//! Discord: cards as embeds, commands, clicks and mentions by the gateway, so that nothing has to be reachable from outside.
//!
//! serenity holds the gateway. What it leaves to its users (deadlines, limits, escaping, pauses between attempts, a
//! connection that is silent or turns in circles) is in the modules below.
//!
//! Discord knows no confirm dialogs. Where a click has to be confirmed, the card carries the question as its last embed,
//! a click shows it to the person alone, with two buttons, and the click on *yes* is the command. So nobody confirms what
//! does not stand on the card, and nothing of it has to be remembered.

pub mod config;
mod commands;
mod escape;
mod embeds;
mod form;
mod client;
mod whose;
mod members;
mod answer;
mod permissions;
mod inbound;
mod message;
mod dispatcher;
mod gateway_health;
mod gateway;
mod listen;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::http::Method;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::causes::causes;
use crate::chat::discord::client::{CallError, Client, codes};
use crate::chat::discord::dispatcher::{Acknowledging, Dispatcher};
use crate::chat::discord::listen::Current;
use crate::chat::discord::whose::Identity;
use crate::chat::foreign::Foreign;
use crate::chat::message_trigger::{LiveTriggers, MessageTriggers};
use crate::chat::{Button, Card, Chat, ChatError, Found, Known, Looked, Picture, Place, Recipient};
use crate::checkup::{Finding, Subject};
use crate::clock;
use crate::inbox::Inbox;
use crate::incident::account::Platform;
use crate::incident::phrase::Phrase;
use crate::incident::standing::Barred;
use crate::request::{ReplyTo, Request};

/// Discord's own address.
pub const API: &str = "https://discord.com";

/// How Discord is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's token.
    pub token: SecretString,
    /// The id of the server (a guild, in Discord's own words). The bot serves no other.
    pub guild_id: String,
    /// What stands for [`API`]; https, or http on loopback.
    pub api_url: String,
    /// Where messages that carry the error are listened to, and whose; it takes the privileged intent to read messages.
    pub triggers: Option<MessageTriggers>,
    /// A gateway connection that receives nothing for this long is replaced: [`MAX_SILENCE`].
    pub max_silence: Duration,
}

/// Longer than two heartbeats, which Discord acknowledges every 41 s; serenity itself connects anew after two that were
/// not, unless it hangs.
pub const MAX_SILENCE: Duration = Duration::from_secs(100);

/// The flags of an application that may ask for the text of messages: in more than a hundred servers, and in fewer.
const MESSAGE_CONTENT: u64 = 1 << 18 | 1 << 19;
/// What is wrong where Discord sends interactions to an address.
const ELSEWHERE: &str = "the application has an Interactions Endpoint URL, so that nothing that people do reaches the bot: \
                         empty it in Discord's developer portal, under General Information";
/// The kinds of channels in which a message can have a thread: text, and announcements.
const HOLDS_CARDS: [u64; 2] = [0, 5];
/// A thread's name, and its life without a word in it, in minutes.
const THREAD_NAME: usize = 100;
const THREAD_LIVES: u64 = 1_440;
/// The longest nonce, and how long Discord is sure to enforce one: "the past few minutes",
/// <https://discord.com/developers/docs/resources/message#create-message>.
const NONCE: usize = 25;
const NONCE_LIVES: SignedDuration = SignedDuration::from_mins(2);

/// Discord.
pub struct Discord {
    client: Arc<Client>,
    token: SecretString,
    max_silence: Duration,
    triggers: Option<LiveTriggers>,
    us: Identity,
    /// Whether what people do is sent to somebody else.
    sends_elsewhere: bool,
    /// Whether it may ask for the text of messages.
    may_read: bool,
    /// What is refused because it is not ours.
    foreign: Arc<Foreign>,
    acknowledging: Acknowledging,
    current: Current,
}

impl Discord {
    /// Makes sure that Discord accepts the token, and registers the commands with the server. Does not listen yet.
    pub async fn connect(settings: &Settings) -> Result<Self, ChatError> {
        let discord = Self::identify(settings).await?;
        if let Some(fault) = discord.faults().next() {
            return Err(ChatError::fatal(fault.to_owned()));
        }
        let path = discord.commands();
        let registered = discord.client.call("set_commands", Method::PUT, &path, Some(&commands::commands())).await;
        registered.map_err(|error| error.about("set_commands", ""))?;
        Ok(discord)
    }

    /// Asks Discord who the bot is, and nothing else.
    pub async fn identify(settings: &Settings) -> Result<Self, ChatError> {
        let client = Client::new(&settings.api_url, &settings.token)?;
        let application = client.call("get_application", Method::GET, "/applications/@me", None).await;
        let application = application.map_err(|error| error.about("get_application", ""))?;
        let sends_elsewhere = application["interactions_endpoint_url"].as_str().is_some_and(|url| !url.is_empty());
        let may_read = application["flags"].as_u64().is_none_or(|flags| flags & MESSAGE_CONTENT != 0);
        let application = application["id"].as_str().unwrap_or_default().to_owned();
        // Of old applications the bot's user has another id.
        let bot = client.call("get_me", Method::GET, "/users/@me", None).await;
        let bot = bot.map_err(|error| error.about("get_me", ""))?["id"].as_str().unwrap_or_default().to_owned();
        let role = role(&client, &settings.guild_id, &bot).await;
        Ok(Self {
            client: Arc::new(client),
            token: settings.token.clone(),
            max_silence: settings.max_silence,
            triggers: settings.triggers.clone().map(LiveTriggers::new),
            us: Identity { application, bot, guild: settings.guild_id.clone(), role },
            sends_elsewhere,
            may_read,
            foreign: Arc::new(Foreign::new(Platform::Discord)),
            acknowledging: Acknowledging::default(),
            current: Current::default(),
        })
    }

    /// What of the application keeps the bot from its work.
    fn faults(&self) -> impl Iterator<Item = &'static str> {
        let unread = (self.triggers.is_some() && !self.may_read).then_some(listen::MAY_NOT_READ);
        self.sends_elsewhere.then_some(ELSEWHERE).into_iter().chain(unread)
    }

    /// Where the commands of the server are.
    fn commands(&self) -> String {
        format!("/applications/{}/guilds/{}/commands", self.us.application, self.us.guild)
    }

    /// Whether the server lets the bot register its commands, and what is registered.
    async fn registered(&self) -> Finding {
        const CHECK: &str = "discord.commands";
        let invite = "invite the bot again, with the scopes bot and applications.commands: deploy/discord/README.md has the address";
        match self.client.call("get_commands", Method::GET, &self.commands(), None).await {
            Err(error) => {
                let why = causes(&error.about("get_commands", ""));
                Finding::failure(Subject::Chat(Platform::Discord), CHECK, why, invite)
            }
            Ok(known) => {
                let known = known.as_array().is_some_and(|all| all.iter().any(|one| one["name"] == commands::COMMAND));
                let what = if known {
                    "/stager is registered"
                } else {
                    "/stager may be registered, as serve does at its start"
                };
                Finding::ok(Subject::Chat(Platform::Discord), CHECK, what)
            }
        }
    }

    /// How much that is not of the bot's own server and application was refused so far.
    pub fn refused_as_foreign(&self) -> u64 {
        self.foreign.total()
    }

    async fn create(&self, channel: &str, key: &str, body: &Value) -> Result<Value, CallError> {
        let mut body = body.clone();
        body["nonce"] = json!(nonce(key));
        body["enforce_nonce"] = json!(true);
        self.client.call("create_message", Method::POST, &format!("/channels/{channel}/messages"), Some(&body)).await
    }

    /// The channel in which one person alone reads.
    async fn private_channel(&self, user: &str) -> Result<String, ChatError> {
        let body = json!({"recipient_id": user});
        let opened = match self.client.call("create_dm", Method::POST, "/users/@me/channels", Some(&body)).await {
            Err(CallError::Refused(_)) => return Err(ChatError::Gone(format!("the way to {user} on Discord"))),
            opened => opened.map_err(|error| error.about("create_dm", ""))?,
        };
        let channel = opened["id"].as_str().map(str::to_owned);
        channel.ok_or_else(|| ChatError::passing("Discord's answer to create_dm names no channel".to_owned()))
    }

    /// Starts the thread of a message, named like it.
    async fn start_thread(&self, channel: &str, message: &str) -> Result<(), ChatError> {
        let path = format!("/channels/{channel}/messages/{message}");
        let shown = self.client.call("get_message", Method::GET, &path, None).await;
        let shown = shown.map_err(|error| error.about("get_message", channel))?;
        let headline = shown["content"].as_str().unwrap_or_default().trim_start_matches(['#', ' ']);
        let name = escape::line(&escape::unescaped(headline), THREAD_NAME);
        let body = json!({"name": name, "auto_archive_duration": THREAD_LIVES});
        match self.client.call("start_thread", Method::POST, &format!("{path}/threads"), Some(&body)).await {
            Err(error) if error.code() != Some(codes::THREAD_EXISTS) => Err(error.about("start_thread", channel)),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Chat for Discord {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    /// By a nonce that Discord enforces for some minutes: posted again, the card is the one that was posted.
    async fn post(&self, channel: &str, key: &str, card: &Card) -> Result<String, ChatError> {
        let posted = self.create(channel, key, &embeds::card(card)).await;
        let posted = posted.map_err(|error| error.about("create_message", channel))?;
        let id = posted["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| ChatError::passing("Discord's answer to create_message names no message".to_owned()))
    }

    async fn update(&self, channel: &str, message: &str, card: &Card) -> Result<(), ChatError> {
        let path = format!("/channels/{channel}/messages/{message}");
        let updated = self.client.call("edit_message", Method::PATCH, &path, Some(&embeds::card(card))).await;
        updated.map(drop).map_err(|error| error.about("edit_message", channel))
    }

    /// A thread has the id of the message that it was started from.
    async fn reply_in_thread(&self, channel: &str, message: &str, key: &str, text: &str) -> Result<(), ChatError> {
        for (place, body) in embeds::texts(text).into_iter().enumerate() {
            let key = format!("{key}/{place}");
            let posted = match self.create(message, &key, &body).await {
                Err(error) if error.code() == Some(codes::UNKNOWN_CHANNEL) => {
                    self.start_thread(channel, message).await?;
                    self.create(message, &key, &body).await
                }
                posted => posted,
            };
            posted.map_err(|error| error.about("create_message", channel))?;
        }
        Ok(())
    }

    /// Discord enforces a nonce for some minutes: until then, what is said again is what was said.
    async fn find(
        &self,
        _channel: &str,
        _thread: Option<&str>,
        _key: &str,
        since: Timestamp,
    ) -> Result<Found, ChatError> {
        let fresh = clock::now().duration_since(since) < NONCE_LIVES;
        Ok(if fresh { Found::Repeatable } else { Found::NotKnown })
    }

    /// By what the channel is; whether the bot may post there shows when it does.
    async fn look(&self, channel: &str) -> Result<(), ChatError> {
        let seen = self.client.call("get_channel", Method::GET, &format!("/channels/{channel}"), None).await;
        let seen = seen.map_err(|error| error.about("get_channel", channel))?;
        match seen["type"].as_u64() {
            Some(kind) if !HOLDS_CARDS.contains(&kind) => {
                Err(ChatError::closed(Phrase::new("closed-discord-no-text").with("channel", channel)))
            }
            _ if seen["guild_id"].as_str().is_some_and(|guild| guild != self.us.guild) => {
                Err(ChatError::closed(Phrase::new("closed-discord-other-server").with("channel", channel)))
            }
            _ => Ok(()),
        }
    }

    async fn set_up(&self) -> Vec<Finding> {
        let (registered, sessions) = futures::join!(self.registered(), listen::sessions(&self.client));
        let mut found = vec![registered];
        for fault in self.faults() {
            let (what, to_do) = fault.split_once(": ").unwrap_or((fault, ""));
            found.push(Finding::failure(Subject::Chat(Platform::Discord), "discord.application", what, to_do));
        }
        if found.len() == 1 {
            let reads = if self.triggers.is_some() { ", and may read messages" } else { "" };
            let what = format!("the application sends what people do to the gateway{reads}");
            found.push(Finding::ok(Subject::Chat(Platform::Discord), "discord.application", what));
        }
        found.push(match sessions {
            Ok(left) => Finding::ok(
                Subject::Chat(Platform::Discord),
                "discord.gateway",
                format!("the gateway takes {left} more sessions today"),
            ),
            Err(error) => Finding::warning(
                Subject::Chat(Platform::Discord),
                "discord.gateway",
                causes(&error),
                "see that no other process uses this bot's token, and restarts again and again",
            ),
        });
        found
    }

    /// By what its role, its roles and the channel itself allow: a message that can't be posted shows too late.
    async fn look_closely(&self, channel: &str) -> Result<Looked, ChatError> {
        self.look(channel).await?;
        permissions::look(&self.client, &self.us, channel).await
    }

    async fn call(&self, to: Recipient<'_>, key: &str, card: &Card) -> Result<Place, ChatError> {
        let body = embeds::card(card);
        let channel = match to {
            Recipient::Channel(channel) => channel.to_owned(),
            Recipient::Thread { message, .. } => message.to_owned(),
            Recipient::Person(user) => self.private_channel(user).await?,
        };
        let posted = match (self.create(&channel, key, &body).await, to) {
            (Err(error), Recipient::Thread { channel: parent, message })
                if error.code() == Some(codes::UNKNOWN_CHANNEL) =>
            {
                self.start_thread(parent, message).await?;
                self.create(&channel, key, &body).await
            }
            (Err(CallError::Refused(refusal)), Recipient::Person(user))
                if is_unreachable(refusal.code) || refusal.code == codes::CANNOT_MESSAGE =>
            {
                return Err(ChatError::Gone(format!("the way to {user} on Discord")));
            }
            (posted, _) => posted,
        };
        let posted = posted.map_err(|error| error.about("create_message", &channel))?;
        let message = posted["id"].as_str().map(str::to_owned);
        let message = message
            .ok_or_else(|| ChatError::passing("Discord's answer to create_message names no message".to_owned()))?;
        Ok(Place { channel, message })
    }

    async fn lacks_for_pictures(&self, channel: &str) -> Option<String> {
        permissions::lacks_for_pictures(&self.client, &self.us, channel).await
    }

    /// A picture is handed over with the message that shows it.
    async fn hand_over(&self, _picture: &Picture) -> Result<String, ChatError> {
        Ok(String::new())
    }

    /// It takes the permission "Attach Files".
    async fn show_picture(
        &self,
        channel: &str,
        message: &str,
        key: &str,
        _handed: &str,
        picture: &Picture,
    ) -> Result<(), ChatError> {
        let (path, form) = (format!("/channels/{message}/messages"), form::picture(picture, &nonce(key)));
        let posted = self.client.send_form("create_message", &path, form).await;
        posted.map(drop).map_err(|error| error.about("create_message", channel))
    }

    fn may_show_again(&self, since: Timestamp) -> bool {
        clock::now().duration_since(since) < NONCE_LIVES
    }

    async fn known(&self, user: &str) -> Result<Known, ChatError> {
        members::known(&self.client, &self.us.guild, user).await
    }

    async fn barred(&self, user: &str) -> Result<Option<Barred>, ChatError> {
        members::barred(&self.client, &self.us.guild, user).await
    }

    async fn is_in(&self, user: &str, role: &str) -> Result<bool, ChatError> {
        members::is_in(&self.client, &self.us.guild, user, role).await
    }

    async fn members(&self, role: &str, users: &[&str]) -> Result<BTreeSet<String>, ChatError> {
        members::among(&self.client, &self.us.guild, users, role).await
    }

    /// An interaction is; a message is not.
    fn keeps_waiting(&self, to: &ReplyTo) -> bool {
        let token = to.handle.as_deref().and_then(|handle| handle.split_once('/')).map_or("", |(_, token)| token);
        !token.is_empty() && !token.starts_with('#')
    }

    /// Every interaction brings it along.
    async fn locale(&self, _user: &str) -> Option<String> {
        None
    }

    /// A thread outlives the message that it was started from.
    fn link(&self, _channel: &str, message: &str) -> Option<String> {
        Some(format!("https://discord.com/channels/{}/{message}", self.us.guild))
    }

    async fn answer(&self, to: &ReplyTo, text: &str) -> Result<(), ChatError> {
        self.answer_alone(to, text).await
    }

    /// Discord asks by itself.
    async fn open_form(&self, to: &ReplyTo, _trigger: &str, _button: &Button, _reason: &str) -> Result<(), ChatError> {
        Err(ChatError::Gone(format!("the form for {}", to.account.user)))
    }

    /// None: everything comes by the gateway.
    fn routes(&self, _inbox: &Inbox) -> Router {
        Router::new()
    }

    async fn listen(&self, inbox: Inbox, stop: CancellationToken) -> Result<(), ChatError> {
        let dispatcher = Dispatcher {
            client: self.client.clone(),
            us: self.us.clone(),
            triggers: self.triggers.clone(),
            foreign: self.foreign.clone(),
            inbox,
            acknowledging: self.acknowledging.clone(),
        };
        listen::listen(dispatcher, &self.token, self.max_silence, &self.current, &stop).await
    }

    fn set_triggers(&self, triggers: &MessageTriggers) {
        // Without triggers at the start the gateway was not asked for what messages say: that needs another start.
        if let Some(live) = &self.triggers {
            live.replace(triggers.clone());
        }
    }

    /// Whether the gateway has greeted us, its thread lives, and something was received lately, if only acknowledgements of
    /// heartbeats, which it does every 41 s.
    fn is_listening(&self) -> bool {
        self.current.is_listening()
    }
}

impl fmt::Debug for Discord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Discord");
        shown.field("us", &self.us).finish_non_exhaustive()
    }
}

/// The role that Discord made for the bot, if that can be asked.
async fn role(client: &Client, guild: &str, bot: &str) -> Option<String> {
    let roles = client.call("get_roles", Method::GET, &format!("/guilds/{guild}/roles"), None).await;
    let roles = roles.inspect_err(|_| tracing::debug!("Discord does not tell the server's roles")).ok()?;
    let own = roles.as_array()?.iter().find(|role| role["tags"]["bot_id"] == bot)?;
    own["id"].as_str().map(str::to_owned)
}

/// What makes two messages the same one.
fn nonce(key: &str) -> String {
    let mut nonce = hex::encode(Sha256::digest(key));
    nonce.truncate(NONCE);
    nonce
}

/// Whether nobody can be reached there, today or tomorrow.
fn is_unreachable(code: u64) -> bool {
    matches!(code, codes::UNKNOWN_CHANNEL | codes::MISSING_ACCESS | codes::MISSING_PERMISSIONS | codes::THREAD_ARCHIVED)
}

/// What an interaction or a message of Discord's asks for, where messages in these channels count: nothing where it is not for the
/// bot, or lacks what it always has.
pub fn read(payload: &Value, triggers: &MessageTriggers) -> Option<Request> {
    if let Ok(interaction) = serde_json::from_value::<inbound::Interaction>(payload.clone()) {
        return match interaction.parse() {
            inbound::Inbound::Request(request, _) => Some(request),
            _ => None,
        };
    }
    let message: message::GatewayMessage = serde_json::from_value(payload.clone()).ok()?;
    let nobody = String::new;
    let us = Identity { application: nobody(), bot: nobody(), guild: nobody(), role: None };
    message.command(&us).or_else(|| message.alert("", triggers, &message.channel_id))
}
