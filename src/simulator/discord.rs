//! An embedded Discord server: the REST API and the gateway on loopback in Discord's own wire formats, and people in it
//! who use commands, click and see.
//!
//! There is one lock around the state, and it is never held across an await. Whoever waits is woken by changes. A
//! fault changes the state of the platform; the answers follow from it.

pub mod settings;
pub mod message;
pub mod happening;
pub mod fault;
pub mod view;
mod state;
mod checks;
mod payload;
mod gateway;
mod calls;
mod interactions;
mod api;
mod typing;
pub mod person;

use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::happening::Happening;
use crate::simulator::discord::message::Message;
use crate::simulator::discord::person::Person;
use crate::simulator::discord::settings::{Sender, Settings};
use crate::simulator::discord::state::{Observer, Shared};
use crate::simulator::discord::view::{Counters, SentBody, View};
use axum::serve::ListenerExt as _;
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A running server. Clones are handles to the same one; it stops when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Server {
    shared: Arc<Shared>,
    _server: Arc<DropGuard>,
}

/// What was waited for did not come. Its `Debug` ends with all that had happened.
#[derive(thiserror::Error)]
#[error("not seen within {within:?}")]
pub struct NotSeen {
    within: Duration,
    view: Box<View>,
}

impl std::fmt::Debug for NotSeen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}; {:?}; what happened:\n{}", self.view.counters, self.view.transcript())
    }
}

impl Server {
    /// Starts a server on loopback, with nobody in it but the bot.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", settings.port)).await?;
        let stopped = CancellationToken::new();
        let shared = Arc::new(Shared::new(settings, listener.local_addr()?, stopped.clone()));
        let router = api::router(shared.clone());
        // Small frames are what this server sends; a failure only makes them later.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let over = stopped.clone().cancelled_owned();
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(over).await });
        Ok(Self { shared, _server: Arc::new(stopped.drop_guard()) })
    }

    /// What stands for `https://discord.com`, without a slash at the end.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// What it was started with: token, ids, deadlines.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        &self.shared.settings.token
    }

    /// The server's id.
    pub fn guild_id(&self) -> &str {
        &self.shared.settings.guild_id
    }

    /// Adds a channel and returns its id.
    pub fn add_channel(&self, name: &str) -> String {
        self.shared.change(|state| state.add_channel(name))
    }

    /// The id of the channel of this name.
    pub fn channel_id(&self, name: &str) -> Option<String> {
        self.shared.look().view.channel(name).map(|channel| channel.id.clone())
    }

    /// Adds a person.
    pub fn add_person(&self, name: &str, locale: &str) -> Person {
        let id = self.shared.change(|state| state.add_person(None, name, locale));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Adds a person with a given id, of 17 to 20 digits.
    pub fn add_person_as(&self, id: &str, name: &str, locale: &str) -> Person {
        let id = self.shared.change(|state| state.add_person(Some(id), name, locale));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Adds another bot, which writes as people do.
    pub fn add_bot(&self, name: &str) -> Person {
        let id = self.shared.change(|state| state.add_bot(name));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Changes what interactions and messages say of where they come from, from now on.
    pub fn send_as(&self, change: impl FnOnce(&mut Sender)) {
        self.shared.change(|state| change(&mut state.sender));
    }

    /// Lets interactions and messages say again what the settings say.
    pub fn send_as_itself(&self) {
        let sender = self.settings().sender();
        self.shared.change(|state| state.sender = sender);
    }

    /// The person of this name or id.
    ///
    /// # Panics
    ///
    /// If there is none: people have to be added first.
    pub fn person(&self, name: &str) -> Person {
        let state = self.shared.look();
        let member = state.view.member(name).expect("a person has to be added to the server before acting");
        Person { shared: self.shared.clone(), id: member.id.clone(), name: member.name.clone() }
    }

    /// Locks the thread of a message, as a moderator can.
    pub fn lock_thread(&self, message: &str) {
        self.shared.change(|state| {
            if let Some(thread) = state.view.threads.get_mut(message) {
                thread.locked = true;
            }
        });
    }

    /// Deletes the thread of a message, as a moderator can. The message stays.
    pub fn delete_thread(&self, message: &str) {
        self.shared.change(|state| state.view.threads.remove(message));
    }

    /// Everything, at this moment.
    pub fn view(&self) -> View {
        self.shared.look().view.clone()
    }

    /// Every message ever, also deleted and ephemeral ones, each with all its bodies.
    pub fn all_messages(&self) -> Vec<Arc<Message>> {
        self.shared.look().view.messages.clone()
    }

    /// Every body the app sent that people were meant to see, also refused ones.
    pub fn bodies_sent(&self) -> Vec<Arc<SentBody>> {
        self.shared.look().view.bodies.clone()
    }

    /// Hands every body that the app sends from now on to an observer, with its call, before anybody sees it: also those that come
    /// too fast, or to a Discord that is down. Registered commands and threads are among them.
    pub fn observe_sent(&self, observer: impl Fn(&str, &Value) + Send + 'static) {
        self.shared.change(|state| state.observe(Observer(Box::new(observer))));
    }

    /// What was counted.
    pub fn counters(&self) -> Counters {
        self.shared.look().view.counters.clone()
    }

    /// Waits until something can be seen. The view is looked at now and after every change.
    pub async fn wait_for<T>(&self, within: Duration, mut seen: impl FnMut(&View) -> Option<T>) -> Result<T, NotSeen> {
        let mut changes = self.shared.changes();
        let watching = async {
            loop {
                changes.mark_unchanged();
                let view = self.view();
                if let Some(found) = seen(&view) {
                    return found;
                }
                if changes.changed().await.is_err() {
                    // The sender lives in `self.shared`.
                    std::future::pending::<()>().await;
                }
            }
        };
        let watched = tokio::time::timeout(within, watching).await;
        watched.map_err(|_| NotSeen { within, view: Box::new(self.view()) })
    }

    /// What happens from now on. Print it for a transcript.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Happening>> {
        self.shared.feed()
    }

    /// Brings a fault about. Those that last do so until they are healed.
    pub fn inject(&self, fault: Fault) {
        self.shared.change(|state| {
            gateway::strike(state, &fault);
            if fault.lasts() {
                state.faults.push(fault);
            }
        });
    }

    /// Takes a lasting fault away.
    pub fn heal(&self, fault: &Fault) {
        self.shared.change(|state| state.faults.retain(|present| present != fault));
    }

    /// Takes every lasting fault away.
    pub fn heal_all(&self) {
        self.shared.change(|state| state.faults.clear());
    }

    /// The lasting faults at this moment.
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.look().faults.clone()
    }
}
