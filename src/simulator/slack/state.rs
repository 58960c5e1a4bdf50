//! The workspace's state behind its one lock, and the ways it changes.

use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::happening::{Happening, What};
use crate::simulator::slack::message::{Body, Message};
use crate::simulator::slack::settings::{Pace, Settings};
use crate::simulator::slack::view::{Channel, Member, Modal, SentBody, View};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How many happenings a subscriber may be behind before it misses some.
const FEED_CAPACITY: usize = 4096;

/// What the server, the sockets and the people share. The lock is never held across an await.
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
    pub(super) connections: Vec<Connection>,
    pub(super) next_connection: usize,
    pub(super) tickets: HashSet<String>,
    pub(super) request_url: Option<String>,
    pub(super) pending: HashMap<String, Pending>,
    pub(super) triggers: HashMap<String, Trigger>,
    pub(super) response_urls: HashMap<String, ResponseUrl>,
    buckets: HashMap<(String, String), Bucket>,
    counter: u64,
    last_micros: i64,
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

/// An open socket.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: u64,
    pub(super) out: mpsc::UnboundedSender<Out>,
}

/// What a socket's task is told to do.
#[derive(Debug)]
pub(super) enum Out {
    Text(String),
    Close,
    Break,
    Cut,
    Freeze,
}

/// An envelope that is not acknowledged yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) acked: oneshot::Sender<Option<Value>>,
    /// The sockets that it is under way on.
    pub(super) on: Vec<u64>,
}

/// What lets the app open one form for a person.
#[derive(Debug)]
pub(super) struct Trigger {
    pub(super) person: String,
    pub(super) born: Instant,
    pub(super) used: bool,
}

/// Where the app answers a command or a click.
#[derive(Clone, Debug)]
pub(super) struct ResponseUrl {
    pub(super) person: String,
    pub(super) channel: String,
    pub(super) original: Option<String>,
    pub(super) born: Instant,
    pub(super) uses: u32,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// What a new message is made of.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) channel: String,
    pub(super) thread_ts: Option<String>,
    pub(super) user: String,
    pub(super) ephemeral_to: Option<String>,
    pub(super) text: String,
    pub(super) blocks: Vec<Value>,
    pub(super) metadata: Option<Value>,
}

impl Shared {
    pub(super) fn new(settings: Settings, address: SocketAddr, stopped: CancellationToken) -> Self {
        let mut state = State::default();
        state.view.people.push(Member {
            id: settings.bot_user_id.clone(),
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

    /// A `ts`: now, but later than every other.
    pub(super) fn ts(&mut self) -> String {
        self.last_micros = Timestamp::now().as_microsecond().max(self.last_micros + 1);
        format!("{}.{:06}", self.last_micros / 1_000_000, self.last_micros % 1_000_000)
    }

    pub(super) fn add_channel(&mut self, name: &str) -> String {
        let id = format!("C{:010}", self.view.channels.len() + 1);
        self.view.channels.push(Channel { id: id.clone(), name: name.trim_start_matches('#').to_owned() });
        id
    }

    pub(super) fn add_person(&mut self, id: Option<&str>, name: &str, locale: &str) -> String {
        let id = id.map_or_else(|| format!("U{:010}", self.view.people.len()), str::to_owned);
        let member = Member { id: id.clone(), name: name.to_owned(), locale: locale.to_owned(), is_bot: false };
        self.view.people.push(member);
        id
    }

    pub(super) fn name_of(&self, user: &str) -> String {
        self.view.member(user).map_or_else(|| user.to_owned(), |member| member.name.clone())
    }

    pub(super) fn channel_name(&self, channel: &str) -> String {
        self.view.channel(channel).map_or_else(|| channel.to_owned(), |channel| channel.name.clone())
    }

    pub(super) fn trigger(&mut self, person: &str, team: &str) -> String {
        let id = format!("{}.{team}.{:032x}", self.number(), self.counter);
        let trigger = Trigger { person: person.to_owned(), born: Instant::now(), used: false };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    pub(super) fn happened(&mut self, channel: Option<String>, what: What) {
        self.view.happenings.push(Arc::new(Happening { at: Timestamp::now(), channel, what }));
    }

    pub(super) fn post(&mut self, draft: Draft) -> Arc<Message> {
        let member = self.view.member(&draft.user);
        let by_bot = member.is_some_and(|member| member.is_bot);
        let author = member.map_or_else(|| "Slack".to_owned(), |member| member.name.clone());
        let people = self.view.people.iter().map(|member| (member.id.clone(), member.name.clone()));
        let channels = self.view.channels.iter().map(|channel| (channel.id.clone(), channel.name.clone()));
        let names: BTreeMap<_, _> = people.chain(channels).collect();
        let blocks = self.with_ids(draft.blocks);
        let message = Arc::new(Message {
            channel_name: self.channel_name(&draft.channel),
            channel: draft.channel,
            ts: self.ts(),
            thread_ts: draft.thread_ts,
            user: draft.user,
            author: author.clone(),
            by_bot,
            ephemeral_to: draft.ephemeral_to,
            history: vec![Body { at: Timestamp::now(), text: draft.text.clone(), blocks: blocks.clone() }],
            text: draft.text,
            blocks,
            metadata: draft.metadata,
            deleted: false,
            names,
        });
        let (ts, text) = (message.ts.clone(), message.text_seen());
        let what = match &message.ephemeral_to {
            Some(to) => What::Whispered { author, to: self.name_of(to), ts, text },
            None => What::Posted { author, ts, in_thread: message.thread_ts.is_some(), text },
        };
        self.happened(Some(message.channel_name.clone()), what);
        self.view.messages.push(message.clone());
        message
    }

    /// Gives a message another body. The caller has checked that it exists.
    pub(super) fn edit(&mut self, ts: &str, text: String, blocks: Vec<Value>, metadata: Option<Value>) {
        let blocks = self.with_ids(blocks);
        let Some(place) = self.view.place(ts) else { return };
        let message = Arc::make_mut(&mut self.view.messages[place]);
        message.history.push(Body { at: Timestamp::now(), text: text.clone(), blocks: blocks.clone() });
        message.text = text;
        message.blocks = blocks;
        message.metadata = metadata.or(message.metadata.take());
        let (channel, author, text) = (message.channel_name.clone(), message.author.clone(), message.text_seen());
        self.happened(Some(channel), What::Updated { author, ts: ts.to_owned(), text });
    }

    /// Takes a message away. The caller has checked that it exists.
    pub(super) fn delete(&mut self, ts: &str, author: String) {
        let Some(place) = self.view.place(ts) else { return };
        let message = Arc::make_mut(&mut self.view.messages[place]);
        message.deleted = true;
        let channel = message.channel_name.clone();
        self.happened(Some(channel), What::Deleted { author, ts: ts.to_owned() });
    }

    pub(super) fn add_modal(&mut self, modal: Modal) {
        let (person, title) = (self.name_of(&modal.person), modal.title().to_owned());
        self.view.modals.push(Arc::new(modal));
        self.happened(None, What::FormOpened { person, title });
    }

    pub(super) fn modal_mut(&mut self, id: &str) -> Option<&mut Modal> {
        self.view.modals.iter_mut().find(|modal| modal.id == id).map(Arc::make_mut)
    }

    pub(super) fn sent(&mut self, method: &str, body: Value, refused: Option<String>) {
        let body = SentBody { at: Timestamp::now(), method: method.to_owned(), body, refused };
        self.view.bodies.push(Arc::new(body));
    }

    /// A body arrived, whatever comes of it.
    pub(super) fn arrived(&self, call: &str, body: &Value) {
        self.observers.iter().for_each(|observer| observer.0(call, body));
    }

    pub(super) fn observe(&mut self, observer: Observer) {
        self.observers.push(observer);
    }

    /// Gives every block and every element that can act the ids Slack gives if the app does not.
    pub(super) fn with_ids(&mut self, mut blocks: Vec<Value>) -> Vec<Value> {
        for block in &mut blocks {
            if !block["block_id"].is_string() {
                block["block_id"] = json!(format!("b{:04x}", self.number()));
            }
            for place in ["accessory", "element"] {
                if let Some(element) = block.get_mut(place) {
                    self.with_action_id(element);
                }
            }
            if block["type"] == "actions" {
                for element in block["elements"].as_array_mut().into_iter().flatten() {
                    self.with_action_id(element);
                }
            }
        }
        blocks
    }

    fn with_action_id(&mut self, element: &mut Value) {
        if element.is_object() && element["type"] != "image" && !element["action_id"].is_string() {
            element["action_id"] = json!(format!("a{:04x}", self.number()));
        }
    }

    /// Counts a call against its pace; the error is how long to wait.
    pub(super) fn acquire(&mut self, method: &str, key: &str, pace: Pace) -> Result<(), Duration> {
        let now = Instant::now();
        let full = f64::from(pace.burst);
        let bucket =
            self.buckets.entry((method.to_owned(), key.to_owned())).or_insert(Bucket { tokens: full, at: now });
        let refill = (now - bucket.at).as_secs_f64() / pace.every.as_secs_f64().max(f64::EPSILON);
        bucket.tokens = (bucket.tokens + refill).min(full);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(pace.every.mul_f64(1.0 - bucket.tokens));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }

    pub(super) fn has(&self, fault: &Fault) -> bool {
        self.faults.contains(fault)
    }

    /// Tells every socket the same.
    pub(super) fn tell_all(&self, tell: impl Fn() -> Out) {
        for connection in &self.connections {
            // A socket that is gone needs no telling.
            let _ = connection.out.send(tell());
        }
    }
}

/// The only messages of the platform itself are for one person, from this user.
pub(super) const SLACK: &str = "USLACKBOT";
