//! A platform's state behind its one lock, and the ways it changes.

use crate::simulator::platform::fault::{Effect, Fault, Limit};
use crate::simulator::platform::happening::{Happening, What};
use crate::simulator::platform::kind::Platform;
use crate::simulator::platform::message::{Message, Posted};
use crate::simulator::platform::settings::{Pace, Settings};
use crate::simulator::platform::view::{Channel, Member, Modal, SentBody, View};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How many happenings a subscriber may be behind before it misses some.
const FEED_CAPACITY: usize = 4096;

/// What the server, the connections and the people share. The lock is never held across an await.
#[derive(Debug)]
pub struct Shared<P: Platform> {
    pub(in crate::simulator) settings: P::Settings,
    pub(in crate::simulator) address: SocketAddr,
    pub(in crate::simulator) stopped: CancellationToken,
    state: Mutex<State<P>>,
    changes: watch::Sender<u64>,
    feed: broadcast::Sender<Arc<Happening>>,
}

/// Everything that changes. What only one platform keeps is reached through it.
#[derive(Debug)]
pub struct State<P: Platform> {
    pub(in crate::simulator) view: View<P>,
    pub(in crate::simulator) faults: Vec<P::Fault>,
    pub(in crate::simulator) own: P::Own,
    buckets: HashMap<(String, String), Bucket>,
    counter: u64,
    announced: usize,
    observers: Vec<Observer>,
}

impl<P: Platform> Deref for State<P> {
    type Target = P::Own;

    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl<P: Platform> DerefMut for State<P> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.own
    }
}

/// Is told of a body: its call, and itself.
type Observe = dyn Fn(&str, &Value) + Send;

/// Whoever wants to know of every body that the app sends, as it comes.
struct Observer(Box<Observe>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// What is left of a pace.
#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl<P: Platform> Shared<P> {
    pub(in crate::simulator) fn new(settings: P::Settings, address: SocketAddr, stopped: CancellationToken) -> Self {
        let mut state: State<P> = State {
            view: View::default(),
            faults: Vec::new(),
            own: P::own(&settings),
            buckets: HashMap::new(),
            counter: 0,
            announced: 0,
            observers: Vec::new(),
        };
        let (id, name) = settings.bot();
        state.add_member(id.to_owned(), name, "en-US", true);
        for name in settings.channels() {
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
    pub(in crate::simulator) fn look(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, tells the feed what happened and wakes whoever waits.
    pub(in crate::simulator) fn change<T>(&self, change: impl FnOnce(&mut State<P>) -> T) -> T {
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

    pub(in crate::simulator) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(in crate::simulator) fn feed(&self) -> broadcast::Receiver<Arc<Happening>> {
        self.feed.subscribe()
    }

    /// Holds a call to a limit on order, or to its pace, which is counted by a key.
    pub(in crate::simulator) fn paced(&self, call: &str, key: &str) -> Result<(), Limit> {
        self.change(|state| {
            if let Some(limit) = state.limit_on_order(call) {
                return Err(limit);
            }
            match self.settings.paces().get(call) {
                Some(pace) => state.take(call, key, *pace).map_err(|wait| Limit { wait, global: false }),
                None => Ok(()),
            }
        })
    }
}

impl<P: Platform> State<P> {
    /// A number that never comes again.
    pub(in crate::simulator) fn number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub(in crate::simulator) fn add_channel(&mut self, name: &str) -> String {
        let id = P::channel_id(&mut self.own, self.view.channels.len());
        self.view.channels.push(Channel { id: id.clone(), name: name.trim_start_matches('#').to_owned() });
        id
    }

    pub(in crate::simulator) fn add_person(&mut self, id: Option<&str>, name: &str, locale: &str) -> String {
        let id = id.map_or_else(|| P::person_id(&mut self.own, self.view.people.len()), str::to_owned);
        self.add_member(id, name, locale, false)
    }

    pub(in crate::simulator) fn add_member(&mut self, id: String, name: &str, locale: &str, is_bot: bool) -> String {
        let (name, locale) = (name.to_owned(), locale.to_owned());
        self.view.people.push(Member { id: id.clone(), name, locale, is_bot });
        id
    }

    pub(in crate::simulator) fn name_of(&self, user: &str) -> String {
        self.view.member(user).map_or_else(|| user.to_owned(), |member| member.name.clone())
    }

    /// The name of a channel, or of the channel that a thread is in.
    pub(in crate::simulator) fn channel_name(&self, channel: &str) -> String {
        let parent = P::parent(&self.view.own, channel);
        self.view.channel(parent).map_or_else(|| channel.to_owned(), |channel| channel.name.clone())
    }

    pub(in crate::simulator) fn happened(&mut self, channel: Option<String>, what: What) {
        self.view.happenings.push(Arc::new(Happening { at: Timestamp::now(), channel, what }));
    }

    /// Where and by whom a message is being posted.
    pub(in crate::simulator) fn posted(&self, channel: String, user: String, ephemeral_to: Option<String>) -> Posted {
        let member = self.view.member(&user);
        let people = self.view.people.iter().map(|member| (member.id.clone(), member.name.clone()));
        let channels = self.view.channels.iter().map(|channel| (channel.id.clone(), channel.name.clone()));
        Posted {
            channel_name: self.channel_name(&channel),
            channel,
            author: member.map_or_else(|| P::NAME.to_owned(), |member| member.name.clone()),
            by_bot: member.is_some_and(|member| member.is_bot),
            user,
            ephemeral_to,
            deleted: false,
            files: Vec::new(),
            names: people.chain(channels).collect(),
        }
    }

    /// A message appears.
    pub(in crate::simulator) fn publish(&mut self, mut message: P::Message) -> Arc<P::Message> {
        message.remember();
        let (author, id, text) = (message.author.clone(), message.id().to_owned(), message.text_seen());
        let what = match &message.ephemeral_to {
            Some(to) => What::Whispered { author, to: self.name_of(to), id, text },
            None => What::Posted { author, id, in_thread: message.thread().is_some(), text },
        };
        self.happened(Some(message.channel_name.clone()), what);
        let message = Arc::new(message);
        self.view.messages.push(message.clone());
        message
    }

    /// Changes what a message says. The caller has checked that it exists.
    pub(in crate::simulator) fn edit(&mut self, id: &str, change: impl FnOnce(&mut P::Message)) {
        let Some(place) = self.view.place(id) else { return };
        let message = Arc::make_mut(&mut self.view.messages[place]);
        change(message);
        message.remember();
        let (channel, author, text) = (message.channel_name.clone(), message.author.clone(), message.text_seen());
        let only = message.ephemeral_to.clone().map(|only| self.name_of(&only));
        self.happened(Some(channel), What::Updated { author, id: id.to_owned(), only, text });
    }

    /// Takes a message away. The caller has checked that it exists.
    pub(in crate::simulator) fn delete(&mut self, id: &str, author: String) {
        let Some(place) = self.view.place(id) else { return };
        let message = Arc::make_mut(&mut self.view.messages[place]);
        message.deleted = true;
        let channel = message.channel_name.clone();
        self.happened(Some(channel), What::Deleted { author, id: id.to_owned() });
    }

    pub(in crate::simulator) fn add_modal(&mut self, modal: Modal<P>) {
        let (person, title) = (self.name_of(&modal.person), modal.title().to_owned());
        self.view.modals.push(Arc::new(modal));
        self.happened(None, What::FormOpened { person, title });
    }

    pub(in crate::simulator) fn modal_mut(&mut self, id: &str) -> Option<&mut Modal<P>> {
        self.view.modals.iter_mut().find(|modal| modal.id == id).map(Arc::make_mut)
    }

    /// A body came through that people are meant to see.
    pub(in crate::simulator) fn sent(&mut self, call: &str, body: Value, refused: Option<String>) {
        let body = SentBody { at: Timestamp::now(), call: call.to_owned(), body, refused };
        self.view.bodies.push(Arc::new(body));
    }

    /// A body arrived, whatever comes of it.
    pub(in crate::simulator) fn arrived(&self, call: &str, body: &Value) {
        self.observers.iter().for_each(|observer| observer.0(call, body));
    }

    pub(in crate::simulator) fn observe(&mut self, observer: Box<Observe>) {
        self.observers.push(Observer(observer));
    }

    pub(in crate::simulator) fn has(&self, fault: &P::Fault) -> bool {
        self.faults.contains(fault)
    }

    /// What the faults do to a call of this name.
    pub(in crate::simulator) fn effects(&self, call: &str) -> Vec<Effect> {
        self.faults.iter().filter_map(|fault| fault.effect(call)).collect()
    }

    /// Counts a call against the limit that somebody ordered, if there is one.
    fn limit_on_order(&mut self, call: &str) -> Option<Limit> {
        let limits = |fault: &P::Fault| match fault.effect(call) {
            Some(Effect::RateLimited(limit)) => Some(limit),
            _ => None,
        };
        let (place, limit) = self.faults.iter().enumerate().find_map(|(place, fault)| Some((place, limits(fault)?)))?;
        if let Some(left) = self.faults[place].calls_left() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.faults.remove(place);
            }
        }
        Some(limit)
    }

    /// Counts a call against its pace; the error is how long to wait.
    fn take(&mut self, call: &str, key: &str, pace: Pace) -> Result<(), Duration> {
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
    pub(in crate::simulator) fn left(&self, call: &str, key: &str, pace: Pace) -> (u32, Duration) {
        let full = f64::from(pace.burst);
        let tokens = self.buckets.get(&(call.to_owned(), key.to_owned())).map_or(full, |bucket| bucket.tokens);
        (tokens as u32, pace.every.mul_f64((full - tokens).max(0.0)))
    }
}
