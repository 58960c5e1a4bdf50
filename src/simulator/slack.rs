//! An embedded Slack workspace: the Web API, Socket Mode and signed requests on loopback in Slack's own wire formats, and
//! people in it who type, click and see.
//!
//! There is one lock around the state, and it is never held across an await. Whoever waits is woken by changes. A
//! fault changes the state of the platform; the answers follow from it.

pub mod settings;
pub mod message;
pub mod happening;
pub mod fault;
pub mod view;
mod blocks;
mod arguments;
mod state;
mod payload;
mod methods;
pub mod requests;
pub mod socket;
mod api;
pub mod person;
mod form;

use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::happening::Happening;
use crate::simulator::slack::message::Message;
use crate::simulator::slack::person::Person;
use crate::simulator::slack::settings::{Sender, Settings};
use crate::simulator::slack::state::{Observer, Shared};
use crate::simulator::slack::view::{Counters, SentBody, View};
use axum::serve::ListenerExt as _;
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A running workspace. Clones are handles to the same one; it stops when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Workspace {
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

impl Workspace {
    /// Starts a workspace on loopback, with nobody in it but the bot.
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

    /// The base URL of the Web API, without a slash at the end.
    pub fn api_url(&self) -> String {
        format!("http://{}/api", self.shared.address)
    }

    /// What it was started with: tokens, ids, deadlines.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The bot token.
    pub fn bot_token(&self) -> &str {
        &self.shared.settings.bot_token
    }

    /// The app-level token.
    pub fn app_token(&self) -> &str {
        &self.shared.settings.app_token
    }

    /// What requests to the app are signed with.
    pub fn signing_secret(&self) -> &str {
        &self.shared.settings.signing_secret
    }

    /// Slack's signature of a request's body at this time, in seconds.
    pub fn signature(&self, at: i64, body: &str) -> String {
        requests::signature(self.signing_secret(), at, body)
    }

    /// Makes this the app's request URL, to which everything is sent from now on instead of its sockets; refused where what
    /// is there does not answer Slack's challenge.
    pub async fn set_request_url(&self, url: &str) -> Result<(), requests::NotVerified> {
        requests::verify(&self.shared, url).await?;
        self.shared.change(|state| state.request_url = Some(url.to_owned()));
        Ok(())
    }

    /// The workspace's id.
    pub fn team_id(&self) -> &str {
        &self.shared.settings.team_id
    }

    /// Adds a channel and returns its id.
    pub fn add_channel(&self, name: &str) -> String {
        self.shared.change(|state| state.add_channel(name))
    }

    /// The id of the channel of this name.
    pub fn channel_id(&self, name: &str) -> Option<String> {
        self.shared.look().view.channel(name).map(|channel| channel.id.clone())
    }

    /// Adds a person; ids are given in order: `U0000000001` is the first.
    pub fn add_person(&self, name: &str, locale: &str) -> Person {
        let id = self.shared.change(|state| state.add_person(None, name, locale, None));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Adds a person with a given id.
    pub fn add_person_as(&self, id: &str, name: &str, locale: &str) -> Person {
        let id = self.shared.change(|state| state.add_person(Some(id), name, locale, None));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Adds a person of another workspace or enterprise, who shares our channels (Slack Connect).
    pub fn add_stranger(&self, name: &str, home: &str) -> Person {
        let id = self.shared.change(|state| state.add_person(None, name, "en-US", Some(home)));
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Changes what payloads say of where they come from, from now on.
    pub fn send_as(&self, change: impl FnOnce(&mut Sender)) {
        self.shared.change(|state| change(&mut state.sender));
    }

    /// What payloads say of where they come from.
    pub fn sender(&self) -> Sender {
        self.shared.look().sender.clone()
    }

    /// Lets payloads say again what the settings say.
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
        let member = state.view.member(name).expect("a person has to be added to the workspace before acting");
        Person { shared: self.shared.clone(), id: member.id.clone(), name: member.name.clone() }
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

    /// Hands every body that the app sends from now on to an observer, with its method, before anybody sees it: also those that
    /// come too fast, or to a Slack that is down.
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
            socket::strike(state, &fault);
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
