//! People, as far as they see and do the same everywhere.

use crate::simulator::platform::kind::Platform;
use crate::simulator::platform::message::{Message as _, MessageRef};
use crate::simulator::platform::state::Shared;
use crate::simulator::platform::view::{Modal, Sight};
use std::sync::Arc;

/// Somebody on the platform.
#[derive(Clone, Debug)]
pub struct Person<P: Platform> {
    pub(in crate::simulator) shared: Arc<Shared<P>>,
    pub(in crate::simulator) id: String,
    pub(in crate::simulator) name: String,
}

/// What a person cannot do, because the platform does not offer it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// There is no such channel.
    #[error("there is no channel {0}")]
    NoChannel(String),
    /// No such command is registered, or it does not take this.
    #[error("no command takes {0}")]
    NoCommand(String),
    /// There is no such message, it was deleted, or only somebody else sees it.
    #[error("{person} sees no message {id}")]
    NoMessage {
        /// The person's name.
        person: String,
        /// Which message.
        id: String,
    },
    /// The message, or the form, shows no such button, menu or field.
    #[error("what is shown has no {id}, but: {shown}")]
    NoElement {
        /// What was looked for.
        id: String,
        /// What is shown, as the person reads it.
        shown: String,
    },
    /// The button asks nothing first.
    #[error("{0} asks nothing before the click is sent")]
    NoConfirm(String),
    /// The menu has no such choice.
    #[error("{menu} has no choice {value}")]
    NoChoice {
        /// The menu.
        menu: String,
        /// What was to be chosen.
        value: String,
    },
    /// No such form is on the person's screen.
    #[error("{0} sees no such form")]
    NoForm(String),
}

impl<P: Platform> Person<P> {
    /// The user id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What this person sees of a channel.
    pub fn sees(&self, channel: &str) -> Sight<P> {
        self.shared.look().view.sees(&self.id, channel)
    }

    /// Deletes a message, as its author or whoever moderates can; an ephemeral one is dismissed.
    pub fn deletes(&self, message: impl Into<MessageRef>) -> Result<(), Impossible> {
        let message = self.shown(&message.into())?;
        self.shared.change(|state| state.delete(message.id(), self.name.clone()));
        Ok(())
    }

    /// The id of a channel.
    pub(in crate::simulator) fn channel(&self, channel: &str) -> Result<String, Impossible> {
        let state = self.shared.look();
        let known = state.view.channel(channel).map(|channel| channel.id.clone());
        known.ok_or_else(|| Impossible::NoChannel(channel.to_owned()))
    }

    /// A message that this person sees.
    pub(in crate::simulator) fn shown(&self, MessageRef(id): &MessageRef) -> Result<Arc<P::Message>, Impossible> {
        let state = self.shared.look();
        let seen = state.view.message(id).filter(|message| message.is_seen_by(&self.id));
        seen.cloned().ok_or_else(|| Impossible::NoMessage { person: self.name.clone(), id: id.clone() })
    }

    /// The newest form on this person's screen.
    pub(in crate::simulator) fn form(&self) -> Result<Arc<Modal<P>>, Impossible> {
        let state = self.shared.look();
        let newest = state.view.modals.iter().rev().find(|modal| modal.open && modal.person == self.id);
        newest.cloned().ok_or_else(|| Impossible::NoForm(self.name.clone()))
    }
}
