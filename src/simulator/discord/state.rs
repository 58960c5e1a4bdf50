//! The server's state behind its one lock, and the ways it changes.

use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::happening::{Happening, What};
use crate::simulator::discord::message::Message;
use crate::simulator::discord::settings::{Pace, Settings};
use crate::simulator::discord::view::{Channel, Member, Modal, SentBody, View};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How many happenings a subscriber may be behind before it misses some.
const FEED_CAPACITY: usize = 4096;
/// The first millisecond of 2015, from which snowflakes count.
const EPOCH: i64 = 1_420_070_400_000;

/// What the API, the gateway and the people share. The lock is never held across an await.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) address: SocketAddr,
    pub(super) stopped: CancellationToken,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    feed: broadcast::Sender<Arc<Happening>>,
}

/// Everything that changes.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) view: View,
    pub(super) faults: Vec<Fault>,
    pub(super) connections: HashMap<u64, mpsc::UnboundedSender<Out>>,
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) interactions: HashMap<String, Interaction>,
    pub(super) nonces: Vec<Nonce>,
    pub(super) global_commands: Vec<Value>,
    buckets: HashMap<(String, String), Bucket>,
    counter: u64,
    last_id: u64,
    announced: usize,
    observers: Vec<Observer>,
}

/// Is told of a body: its call, and itself.
type Observe = dyn Fn(&str, &Value) + Send;

/// Whoever wants to know of every body that the app sends, as it comes.
pub(super) struct Observer(pub(super) Box<Observe>);

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Observer")
    }
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

/// What a connection's task is told to do.
#[derive(Clone, Debug)]
pub(super) enum Out {
    Text(String),
    Close(Option<u16>),
    Break,
    Freeze,
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

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// What a message says, or is to say.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) embeds: Vec<Value>,
    pub(super) components: Vec<Value>,
    pub(super) flags: u64,
    pub(super) pinged: Vec<String>,
}

/// Where a new message stands.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) channel: String,
    pub(super) user: String,
    pub(super) ephemeral_to: Option<String>,
    pub(super) thinking: bool,
}

impl Shared {
    pub(super) fn new(settings: Settings, address: SocketAddr, stopped: CancellationToken) -> Self {
        let mut state = State::default();
        state.view.people.push(Member {
            id: settings.bot_id.clone(),
            name: settings.bot_name.clone(),
            locale: "en-US".to_owned(),
            is_bot: true,
        });
        for name in &settings.channels {
            state.add_channel(name);
        }
        Self {
            settings,
            address,
            stopped,
            state: Mutex::new(state),
            changes: watch::Sender::new(0),
            feed: broadcast::Sender::new(FEED_CAPACITY),
        }
    }

    /// Looks without changing anything.
    pub(super) fn look(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, tells the feed what happened and wakes whoever waits.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.look();
        let outcome = change(&mut state);
        let fresh = state.view.happenings[state.announced..].to_vec();
        state.announced = state.view.happenings.len();
        for happening in fresh {
            // Nobody has to listen.
            let _ = self.feed.send(happening);
        }
        drop(state);
        self.changes.send_modify(|version| *version += 1);
        outcome
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(super) fn feed(&self) -> broadcast::Receiver<Arc<Happening>> {
        self.feed.subscribe()
    }
}

impl State {
    /// A number that never comes again.
    pub(super) fn number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// A snowflake: now, but later than every other.
    pub(super) fn snowflake(&mut self) -> String {
        let now = (Timestamp::now().as_millisecond() - EPOCH).max(0).unsigned_abs() << 22;
        self.last_id = now.max(self.last_id + 1);
        self.last_id.to_string()
    }

    pub(super) fn add_channel(&mut self, name: &str) -> String {
        let id = self.snowflake();
        self.view.channels.push(Channel { id: id.clone(), name: name.trim_start_matches('#').to_owned() });
        id
    }

    pub(super) fn add_person(&mut self, id: Option<&str>, name: &str, locale: &str) -> String {
        let id = id.map_or_else(|| self.snowflake(), str::to_owned);
        let member = Member { id: id.clone(), name: name.to_owned(), locale: locale.to_owned(), is_bot: false };
        self.view.people.push(member);
        id
    }

    pub(super) fn add_bot(&mut self, name: &str) -> String {
        let id = self.snowflake();
        self.view.people.push(Member {
            id: id.clone(),
            name: name.to_owned(),
            locale: "en-US".to_owned(),
            is_bot: true,
        });
        id
    }

    pub(super) fn name_of(&self, user: &str) -> String {
        self.view.member(user).map_or_else(|| user.to_owned(), |member| member.name.clone())
    }

    /// The name of a channel, or of the channel that a thread is in.
    pub(super) fn channel_name(&self, channel: &str) -> String {
        let parent = self.view.threads.get(channel).map_or(channel, |thread| &thread.parent);
        self.view.channel(parent).map_or_else(|| channel.to_owned(), |channel| channel.name.clone())
    }

    pub(super) fn happened(&mut self, channel: Option<String>, what: What) {
        self.view.happenings.push(Arc::new(Happening { at: Timestamp::now(), channel, what }));
    }

    pub(super) fn post(&mut self, place: Place, content: Content) -> Arc<Message> {
        let member = self.view.member(&place.user);
        let by_bot = member.is_some_and(|member| member.is_bot);
        let author = member.map_or_else(|| "Discord".to_owned(), |member| member.name.clone());
        let people = self.view.people.iter().map(|member| (member.id.clone(), member.name.clone()));
        let channels = self.view.channels.iter().map(|channel| (channel.id.clone(), channel.name.clone()));
        let names = people.chain(channels).collect();
        let mut message = Message {
            id: self.snowflake(),
            channel_name: self.channel_name(&place.channel),
            thread_of: self.view.threads.contains_key(&place.channel).then(|| place.channel.clone()),
            channel: place.channel,
            user: place.user,
            author: author.clone(),
            by_bot,
            ephemeral_to: place.ephemeral_to,
            thinking: place.thinking,
            content: content.text,
            embeds: content.embeds,
            components: content.components,
            flags: content.flags,
            pinged: content.pinged,
            deleted: false,
            history: Vec::new(),
            names,
        };
        message.remember();
        let message = Arc::new(message);
        let (id, text) = (message.id.clone(), message.text_seen());
        let what = match &message.ephemeral_to {
            Some(to) => What::Whispered { author, to: self.name_of(to), id, text },
            None => What::Posted { author, id, in_thread: message.thread_of.is_some(), text },
        };
        self.happened(Some(message.channel_name.clone()), what);
        self.view.messages.push(message.clone());
        message
    }

    /// Changes what a message says. The caller has checked that it exists.
    pub(super) fn edit(&mut self, id: &str, change: impl FnOnce(&mut Message)) {
        let Some(place) = self.view.place(id) else { return };
        let message = Arc::make_mut(&mut self.view.messages[place]);
        change(message);
        message.remember();
        let (channel, author, text) = (message.channel_name.clone(), message.author.clone(), message.text_seen());
        let only = message.ephemeral_to.clone().map(|only| self.name_of(&only));
        self.happened(Some(channel), What::Updated { author, id: id.to_owned(), only, text });
    }

    /// Takes a message away. The caller has checked that it exists.
    pub(super) fn delete(&mut self, id: &str, author: String) {
        let Some(place) = self.view.place(id) else { return };
        let message = Arc::make_mut(&mut self.view.messages[place]);
        message.deleted = true;
        let channel = message.channel_name.clone();
        self.happened(Some(channel), What::Deleted { author, id: id.to_owned() });
    }

    pub(super) fn add_modal(&mut self, modal: Modal) {
        let (person, title) = (self.name_of(&modal.person), modal.title().to_owned());
        self.view.modals.push(Arc::new(modal));
        self.happened(None, What::FormOpened { person, title });
    }

    /// A body came through that people see in a channel.
    pub(super) fn sent(&mut self, call: &str, body: Value, refused: Option<u64>) {
        let body = SentBody { at: Timestamp::now(), call: call.to_owned(), body, refused };
        self.view.bodies.push(Arc::new(body));
    }

    /// A body arrived, whatever comes of it.
    pub(super) fn arrived(&self, call: &str, body: &Value) {
        self.observers.iter().for_each(|observer| observer.0(call, body));
    }

    pub(super) fn observe(&mut self, observer: Observer) {
        self.observers.push(observer);
    }

    /// Counts a call against its pace; the error is how long to wait.
    pub(super) fn acquire(&mut self, call: &str, key: &str, pace: Pace) -> Result<(), Duration> {
        let now = Instant::now();
        let full = f64::from(pace.burst);
        let bucket = self.buckets.entry((call.to_owned(), key.to_owned())).or_insert(Bucket { tokens: full, at: now });
        let refill = (now - bucket.at).as_secs_f64() / pace.every.as_secs_f64().max(f64::EPSILON);
        bucket.tokens = (bucket.tokens + refill).min(full);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(pace.every.mul_f64(1.0 - bucket.tokens));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }

    /// How many calls a pace still lets through, and after how long all.
    pub(super) fn left(&self, call: &str, key: &str, pace: Pace) -> (u32, Duration) {
        let full = f64::from(pace.burst);
        let tokens = self.buckets.get(&(call.to_owned(), key.to_owned())).map_or(full, |bucket| bucket.tokens);
        (tokens as u32, pace.every.mul_f64((full - tokens).max(0.0)))
    }

    pub(super) fn has(&self, fault: &Fault) -> bool {
        self.faults.contains(fault)
    }

    /// Sends an event to every session that wants it; whether one is connected. Without an intent everybody gets it.
    pub(super) fn dispatch(&mut self, name: &str, data: &Value) -> bool {
        self.dispatch_to(name, |_| Some(data.clone()))
    }

    /// Sends every session what it is told of an event with its intents, if anything. Whether one of them is connected.
    pub(super) fn dispatch_to(&mut self, name: &str, told: impl Fn(u64) -> Option<Value>) -> bool {
        let mut delivered = false;
        for session in self.sessions.values_mut() {
            let Some(data) = told(session.intents) else { continue };
            session.seq += 1;
            let text = json!({"op": 0, "s": session.seq, "t": name, "d": data}).to_string();
            session.sent.push((session.seq, text.clone()));
            let connection = session.connection.and_then(|id| self.connections.get(&id));
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
