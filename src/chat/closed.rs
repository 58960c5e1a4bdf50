//! Channels that refuse what the bot shows until somebody changes something there: archived, left, not allowed.
//!
//! One that is found so is told once in the log, to `/readyz`, and to whoever asks for its environment. It is tried again when a person
//! asks for something, and every few minutes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Chat, ChatError};
use crate::causes::causes;
use crate::incident::IncidentId;
use crate::incident::account::Platform;
use crate::incident::phrase::Arg;
use crate::words::Words;

/// How often a channel that refuses is tried again.
pub const TRY_AGAIN: Duration = Duration::from_mins(3);
/// How long a look at a channel may take.
const LOOK: Duration = Duration::from_secs(10);

/// What is refused there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// A card.
    Card,
    /// What is told in a card's thread.
    Thread,
    /// Everything, by what the channel is.
    All,
}

/// A channel of a platform.
pub type Channel = (Platform, String);

/// The channels that refuse, and why.
#[derive(Debug)]
pub struct ClosedChannels {
    all: Mutex<BTreeMap<(Channel, Refused), Arg>>,
    /// Of which incident a channel showed a card last.
    shown: Mutex<BTreeMap<Channel, IncidentId>>,
    /// Counts what people ask for: who waits tries again.
    wishes: watch::Sender<u64>,
    /// Counts what changed.
    changes: watch::Sender<u64>,
}

impl Default for ClosedChannels {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            shown: Mutex::default(),
            wishes: watch::Sender::new(0),
            changes: watch::Sender::new(0),
        }
    }
}

impl ClosedChannels {
    /// A channel refuses.
    pub fn close(&self, channel: &Channel, what: Refused, why: &Arg) {
        let mut all = self.lock();
        let refused = all.keys().any(|(known, _)| known == channel);
        let before = all.insert((channel.clone(), what), why.clone());
        drop(all);
        if before.as_ref() == Some(why) {
            return;
        }
        self.changes.send_modify(|changes| *changes += 1);
        // A card, its thread and a look at the channel each find it; it is one channel.
        if before.is_some() || !refused {
            tracing::error!(
                platform = %channel.0,
                channel = channel.1,
                why = Words::of(None).told(why),
                "a channel takes nothing; it is tried again when somebody asks for something, and every few minutes"
            );
        }
    }

    /// A channel takes what it refused before.
    pub fn open(&self, channel: &Channel, what: Refused) {
        let mut all = self.lock();
        let removed = all.remove(&(channel.clone(), what));
        let refuses = all.keys().any(|(known, _)| known == channel);
        drop(all);
        if removed.is_none() {
            return;
        }
        self.changes.send_modify(|changes| *changes += 1);
        if !refuses {
            tracing::info!(platform = %channel.0, channel = channel.1, "a channel takes messages again");
        }
    }

    /// A channel shows an incident.
    pub fn show(&self, channel: &Channel, incident: IncidentId) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = shown.entry(channel.clone()).or_default();
        if *newest < incident {
            *newest = incident;
            drop(shown);
            self.changes.send_modify(|changes| *changes += 1);
        }
    }

    /// Whether it is known that a channel shows an incident, or why it does not.
    pub fn is_settled(&self, channel: &Channel, incident: IncidentId) -> bool {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let is_shown = shown.get(channel).is_some_and(|newest| *newest >= incident);
        drop(shown);
        is_shown || self.why(channel).is_some()
    }

    /// Nobody posts there any more: what was refused is not known to be so for ever.
    pub fn forget(&self, channel: &Channel) {
        self.lock().retain(|(known, what), _| known != channel || *what == Refused::All);
    }

    /// Why a channel refuses, if it does.
    pub fn why(&self, channel: &Channel) -> Option<Arg> {
        let all = self.lock();
        let why = |what| all.get(&(channel.clone(), what)).cloned();
        why(Refused::Card).or_else(|| why(Refused::Thread)).or_else(|| why(Refused::All))
    }

    /// Every channel that refuses, and why, in English.
    pub fn all(&self) -> Vec<(Channel, String)> {
        let words = Words::of(None);
        self.lock().iter().map(|((channel, _), why)| (channel.clone(), words.told(why))).collect()
    }

    /// A person asks for something: what was refused is tried again.
    pub fn wish(&self) {
        self.wishes.send_modify(|wishes| *wishes += 1);
    }

    /// Counts what people ask for.
    pub fn wishes(&self) -> watch::Receiver<u64> {
        self.wishes.subscribe()
    }

    /// Counts what changes: channels that refuse or do no more, and incidents that are shown.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Looks at these channels at once, and again at those that refuse, when somebody asks for something and every few minutes; until
    /// it is told to stop. A change of the channels is looked at, too.
    pub async fn keep_looking(
        self: Arc<Self>,
        chats: Vec<Arc<dyn Chat>>,
        mut homes: watch::Receiver<Vec<Channel>>,
        stop: CancellationToken,
    ) {
        let mut wishes = self.wishes();
        let mut due = homes.borrow_and_update().clone();
        loop {
            wishes.mark_unchanged();
            if stop.run_until_cancelled(self.look(&chats, &due)).await.is_none() {
                return;
            }
            let new = tokio::select! {
                () = stop.cancelled() => return,
                Ok(()) = homes.changed() => true,
                () = tokio::time::sleep(TRY_AGAIN) => false,
                Ok(()) = wishes.changed() => false,
            };
            let known = homes.borrow_and_update().clone();
            // What is no environment's home any more is nobody's concern.
            self.lock().retain(|(channel, _), _| known.contains(channel));
            due = if new { known } else { self.all().into_iter().map(|(channel, _)| channel).collect() };
        }
    }

    async fn look(&self, chats: &[Arc<dyn Chat>], channels: &[Channel]) {
        let mut looked: Vec<&Channel> = Vec::new();
        for channel in channels {
            let Some(chat) = chats.iter().find(|chat| chat.platform() == channel.0) else { continue };
            if looked.contains(&channel) {
                continue;
            }
            looked.push(channel);
            match timeout(LOOK, chat.look(&channel.1)).await {
                Ok(Ok(())) => self.open(channel, Refused::All),
                Ok(Err(ChatError::Closed(why))) => self.close(channel, Refused::All, &why),
                Ok(Err(error)) => {
                    tracing::debug!(channel = channel.1, error = %causes(&error), "a channel could not be looked at");
                }
                Err(_) => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Channel, Refused), Arg>> {
        // Nothing here can panic half way through a change.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
