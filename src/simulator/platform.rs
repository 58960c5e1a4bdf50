//! What the simulated chat platforms share: people, messages and channels, faults, waiting, and the server around all that.
//!
//! A platform brings its own wire formats, limits and words, and one of each type that [`Platform`] names. There is one
//! lock around its state, and it is never held across an await. Whoever waits is woken by changes. A fault changes the
//! state of the platform; the answers follow from it.

pub mod settings;
pub mod happening;
pub mod message;
pub mod fault;
pub mod kind;
pub mod view;
pub mod state;
pub(super) mod calls;
pub(super) mod multipart;
pub(super) mod sockets;
pub mod person;

use crate::simulator::platform::fault::Fault as _;
use crate::simulator::platform::happening::Happening;
use crate::simulator::platform::kind::Platform;
use crate::simulator::platform::person::Person;
use crate::simulator::platform::settings::Settings as _;
use crate::simulator::platform::state::{Shared, State};
use crate::simulator::platform::view::{Counters, SentBody, View};
use axum::Router;
use axum::serve::ListenerExt as _;
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A platform with a server in front of it.
pub trait Served: Platform {
    /// What the server answers.
    fn router(shared: Arc<Shared<Self>>) -> Router;

    /// Does to the open connections what a fault does when it comes.
    fn strike(state: &mut State<Self>, fault: &Self::Fault);
}

/// A running platform. Clones are handles to the same one; it stops when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Simulated<P: Platform> {
    pub(in crate::simulator) shared: Arc<Shared<P>>,
    _server: Arc<DropGuard>,
}

/// What was waited for did not come. Its `Debug` ends with all that had happened.
#[derive(thiserror::Error)]
#[error("not seen within {within:?}")]
pub struct NotSeen {
    within: Duration,
    happened: String,
}

impl std::fmt::Debug for NotSeen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}; {}", self.happened)
    }
}

impl<P: Served> Simulated<P> {
    /// Starts a platform on loopback, with nobody in it but the bot.
    pub async fn start(settings: P::Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", settings.port())).await?;
        let stopped = CancellationToken::new();
        let shared = Arc::new(Shared::new(settings, listener.local_addr()?, stopped.clone()));
        let router = P::router(shared.clone());
        // Small frames are what this server sends; a failure only makes them later.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let over = stopped.clone().cancelled_owned();
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(over).await });
        Ok(Self { shared, _server: Arc::new(stopped.drop_guard()) })
    }

    /// Brings a fault about. Those that last do so until they are healed.
    pub fn inject(&self, fault: P::Fault) {
        self.shared.change(|state| {
            P::strike(state, &fault);
            if fault.lasts() {
                state.faults.push(fault);
            }
        });
    }
}

impl<P: Platform> Simulated<P> {
    /// What it was started with: tokens, ids, deadlines.
    pub fn settings(&self) -> &P::Settings {
        &self.shared.settings
    }

    /// Adds a channel and returns its id.
    pub fn add_channel(&self, name: &str) -> String {
        self.shared.change(|state| state.add_channel(name))
    }

    /// The id of the channel of this name.
    pub fn channel_id(&self, name: &str) -> Option<String> {
        self.shared.look().view.channel(name).map(|channel| channel.id.clone())
    }

    /// Adds a person. Slack's ids are given in order: `U0000000001` is the first.
    pub fn add_person(&self, name: &str, locale: &str) -> Person<P> {
        let id = self.shared.change(|state| state.add_person(None, name, locale));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Adds a person with a given id; Discord's have 17 to 20 digits.
    pub fn add_person_as(&self, id: &str, name: &str, locale: &str) -> Person<P> {
        let id = self.shared.change(|state| state.add_person(Some(id), name, locale));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// The person of this name or id.
    ///
    /// # Panics
    ///
    /// If there is none: people have to be added first.
    pub fn person(&self, name: &str) -> Person<P> {
        let state = self.shared.look();
        let member = state.view.member(name).expect("a person has to be added to the platform before acting");
        Person { shared: self.shared.clone(), id: member.id.clone(), name: member.name.clone() }
    }

    /// Changes the language that a person has set, as `en-US`, from now on.
    pub fn set_locale(&self, person: &str, locale: &str) {
        self.shared.change(|state| {
            let members = state.view.people.iter_mut().filter(|member| member.id == person);
            members.for_each(|member| locale.clone_into(&mut member.locale));
        });
    }

    /// Tells of every change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes()
    }

    /// Everything, at this moment.
    pub fn view(&self) -> View<P> {
        self.shared.look().view.clone()
    }

    /// Every message ever, also deleted and ephemeral ones, each with all its bodies.
    pub fn all_messages(&self) -> Vec<Arc<P::Message>> {
        self.shared.look().view.messages.clone()
    }

    /// Every body the app sent that people were meant to see, also refused ones.
    pub fn bodies_sent(&self) -> Vec<Arc<SentBody>> {
        self.shared.look().view.bodies.clone()
    }

    /// Hands every body that the app sends from now on to an observer, with its call, before anybody sees it: also those that
    /// come too fast, or to a platform that is down.
    pub fn observe_sent(&self, observer: impl Fn(&str, &Value) + Send + 'static) {
        self.shared.change(|state| state.observe(Box::new(observer)));
    }

    /// What was counted.
    pub fn counters(&self) -> Counters<P::Counts> {
        self.shared.look().view.counters.clone()
    }

    /// Waits until something can be seen. The view is looked at now and after every change.
    pub async fn wait_for<T>(
        &self,
        within: Duration,
        mut seen: impl FnMut(&View<P>) -> Option<T>,
    ) -> Result<T, NotSeen> {
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
        tokio::time::timeout(within, watching).await.map_err(|_| {
            let view = self.view();
            NotSeen { within, happened: format!("{:?}; what happened:\n{}", view.counters, view.transcript()) }
        })
    }

    /// What happens from now on. Print it for a transcript.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Happening>> {
        self.shared.feed()
    }

    /// Takes a lasting fault away.
    pub fn heal(&self, fault: &P::Fault) {
        self.shared.change(|state| state.faults.retain(|present| present != fault));
    }

    /// Takes every lasting fault away.
    pub fn heal_all(&self) {
        self.shared.change(|state| state.faults.clear());
    }

    /// The lasting faults at this moment.
    pub fn faults(&self) -> Vec<P::Fault> {
        self.shared.look().faults.clone()
    }
}
