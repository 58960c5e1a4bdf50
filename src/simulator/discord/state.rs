//! What only a server keeps, and how it changes.

use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::message::Message;
use crate::simulator::discord::settings::{Sender, Settings};
use crate::simulator::platform::kind::Platform;
use crate::simulator::platform::message::{File, Posted};
use crate::simulator::platform::sockets::Out;
use crate::simulator::platform::view::Channel;
use crate::simulator::platform::{self, view};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// The first millisecond of 2015, from which snowflakes count.
const EPOCH: i64 = 1_420_070_400_000;

/// Discord, as a platform.
#[derive(Clone, Copy, Debug)]
pub struct Discord;

pub(super) type Shared = platform::state::Shared<Discord>;
pub(super) type State = platform::state::State<Discord>;
pub(super) type Modal = view::Modal<Discord>;

/// What only Discord counts.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Sessions begun (IDENTIFY).
    pub identified: u64,
    /// Sessions resumed (RESUME).
    pub resumed: u64,
    /// Sessions that the app ended, by a close frame that says so.
    pub ended: u64,
    /// Heartbeats heard.
    pub heartbeats: u64,
    /// Interactions that people caused.
    pub interactions: u64,
    /// Interactions for which no connection was open.
    pub interactions_undelivered: u64,
    /// Interactions answered in time.
    pub responded: u64,
    /// Interactions not answered in time.
    pub failed: u64,
}

/// What only a server has in its view.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The channels of direct messages with the bot, by the person's id. They are among the channels, too.
    pub direct: BTreeMap<String, String>,
    /// Threads, by the id of the message that each was started from, which is the thread's own.
    pub threads: BTreeMap<String, Thread>,
    /// The commands that the app registered in this server, as it sent them.
    pub commands: Vec<Value>,
}

/// A thread.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Its name.
    pub name: String,
    /// The channel that it is in.
    pub parent: String,
    /// Whether somebody locked it.
    pub locked: bool,
}

/// What only a server keeps.
#[derive(Debug, Default)]
pub struct Own {
    pub(super) sender: Sender,
    pub(super) connections: HashMap<u64, mpsc::UnboundedSender<Out>>,
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) interactions: HashMap<String, Interaction>,
    /// The roles of members, and who left, by user.
    pub(super) roles: HashMap<String, Vec<String>>,
    pub(super) left: Vec<String>,
    pub(super) nonces: Vec<Nonce>,
    pub(super) global_commands: Vec<Value>,
    last_id: u64,
}

/// A session of the gateway. It outlives its connections, so that it can be resumed.
#[derive(Debug)]
pub(super) struct Session {
    /// The connection that it is on now.
    pub(super) connection: Option<u64>,
    pub(super) intents: u64,
    pub(super) seq: u64,
    /// What was dispatched, by sequence number.
    pub(super) sent: Vec<(u64, String)>,
}

/// Something a person did that the app has to answer.
#[derive(Debug)]
pub(super) struct Interaction {
    pub(super) id: String,
    pub(super) person: String,
    pub(super) channel: String,
    pub(super) born: Instant,
    /// The message whose button was pressed.
    pub(super) source: Option<String>,
    /// What `@original` is: the source, or the message that answers.
    pub(super) original: Option<String>,
    pub(super) responded: bool,
    /// The person was told that nothing came.
    pub(super) failed: bool,
    pub(super) waiting: Option<oneshot::Sender<Value>>,
}

/// A nonce that was to be enforced.
#[derive(Debug)]
pub(super) struct Nonce {
    pub(super) text: String,
    pub(super) channel: String,
    pub(super) message: String,
    pub(super) born: Instant,
}

/// What a message says, or is to say.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) embeds: Vec<Value>,
    pub(super) components: Vec<Value>,
    pub(super) flags: u64,
    pub(super) pinged: Vec<String>,
    pub(super) files: Vec<File>,
}

/// Where a new message stands.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) channel: String,
    pub(super) user: String,
    pub(super) ephemeral_to: Option<String>,
    pub(super) thinking: bool,
}

impl Own {
    /// A snowflake: now, but later than every other.
    pub(super) fn snowflake(&mut self) -> String {
        let now = (Timestamp::now().as_millisecond() - EPOCH).max(0).unsigned_abs() << 22;
        self.last_id = now.max(self.last_id + 1);
        self.last_id.to_string()
    }
}

impl Platform for Discord {
    const NAME: &'static str = "Discord";
    const ONLY_YOU: &'static str = " (only you can see this)";

    type Settings = Settings;
    type Fault = Fault;
    type Message = Message;
    type Counts = Counts;
    type Seen = Seen;
    type Own = Own;

    fn own(settings: &Settings) -> Own {
        Own { sender: settings.sender(), ..Own::default() }
    }

    fn channel_id(own: &mut Own, _: usize) -> String {
        own.snowflake()
    }

    fn person_id(own: &mut Own, _: usize) -> String {
        own.snowflake()
    }

    fn parent<'a>(seen: &'a Seen, channel: &'a str) -> &'a str {
        seen.threads.get(channel).map_or(channel, |thread| &thread.parent)
    }

    fn form_title(form: &Value) -> &Value {
        &form["title"]
    }

    fn form_text(_: &Value) -> String {
        String::new()
    }
}

impl State {
    /// The channel of direct messages between a person and the bot.
    pub(super) fn direct_channel(&mut self, person: &str) -> String {
        if let Some(known) = self.view.direct.get(person) {
            return known.clone();
        }
        let id = self.snowflake();
        self.view.channels.push(Channel { id: id.clone(), name: format!("direct-{person}") });
        self.view.direct.insert(person.to_owned(), id.clone());
        id
    }

    /// Whether it is a channel of direct messages.
    pub(super) fn is_direct(&self, channel: &str) -> bool {
        self.view.direct.values().any(|direct| direct == channel)
    }

    pub(super) fn post(&mut self, place: Place, content: Content) -> Arc<Message> {
        let message = Message {
            id: self.snowflake(),
            thread_of: self.view.threads.contains_key(&place.channel).then(|| place.channel.clone()),
            posted: Posted { files: content.files, ..self.posted(place.channel, place.user, place.ephemeral_to) },
            thinking: place.thinking,
            content: content.text,
            embeds: content.embeds,
            components: content.components,
            flags: content.flags,
            pinged: content.pinged,
            history: Vec::new(),
        };
        self.publish(message)
    }

    /// Sends an event to every session that wants it; whether one is connected. Without an intent everybody gets it.
    pub(super) fn dispatch(&mut self, name: &str, data: &Value) -> bool {
        self.dispatch_to(name, |_| Some(data.clone()))
    }

    /// Sends every session what it is told of an event with its intents, if anything. Whether one of them is connected.
    pub(super) fn dispatch_to(&mut self, name: &str, told: impl Fn(u64) -> Option<Value>) -> bool {
        let mut delivered = false;
        let Own { connections, sessions, .. } = &mut self.own;
        for session in sessions.values_mut() {
            let Some(data) = told(session.intents) else { continue };
            session.seq += 1;
            let text = json!({"op": 0, "s": session.seq, "t": name, "d": data}).to_string();
            session.sent.push((session.seq, text.clone()));
            let connection = session.connection.and_then(|id| connections.get(&id));
            delivered |= connection.is_some_and(|out| out.send(Out::Text(text)).is_ok());
        }
        delivered
    }

    /// Tells every connection the same.
    pub(super) fn tell_all(&self, out: &Out) {
        for connection in self.connections.values() {
            // A connection that is gone needs no telling.
            let _ = connection.send(out.clone());
        }
    }
}
