//! A platform at one moment: what is in it, and what a given person sees of it.

use crate::simulator::platform::happening::Happening;
use crate::simulator::platform::kind::Platform;
use crate::simulator::platform::message::Message;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Everything on the platform at one moment. What only one platform has is reached through it.
#[derive(Clone, Debug)]
pub struct View<P: Platform> {
    /// People, and the bot's own user.
    pub people: Vec<Member>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Every message ever, also deleted and ephemeral ones, in order of their ids.
    pub messages: Vec<Arc<P::Message>>,
    /// Every form ever opened.
    pub modals: Vec<Arc<Modal<P>>>,
    /// Every sign that the platform put beside a button.
    pub warnings: Vec<Warning>,
    /// Every body the app sent that people were meant to see, also refused ones.
    pub bodies: Vec<Arc<SentBody>>,
    /// What was counted.
    pub counters: Counters<P::Counts>,
    /// What happened, in order.
    pub happenings: Vec<Arc<Happening>>,
    /// What only this platform has.
    pub own: P::Seen,
}

impl<P: Platform> Deref for View<P> {
    type Target = P::Seen;

    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl<P: Platform> DerefMut for View<P> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.own
    }
}

impl<P: Platform> Default for View<P> {
    fn default() -> Self {
        Self {
            people: Vec::new(),
            channels: Vec::new(),
            messages: Vec::new(),
            modals: Vec::new(),
            warnings: Vec::new(),
            bodies: Vec::new(),
            counters: Counters::default(),
            happenings: Vec::new(),
            own: P::Seen::default(),
        }
    }
}

/// A person, or the bot's user.
#[derive(Clone, Debug)]
pub struct Member {
    /// The user id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The locale, as `en-US`.
    pub locale: String,
    /// Whether this is a bot.
    pub is_bot: bool,
}

/// A channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The channel's id.
    pub id: String,
    /// The name, without `#`.
    pub name: String,
}

/// A form that the app opened for a person.
#[derive(Clone, Debug)]
pub struct Modal<P: Platform> {
    /// The platform's name for it; on Discord the token of the interaction that it answers.
    pub id: String,
    /// For whom, by user id.
    pub person: String,
    /// The form as the platform keeps it.
    pub content: Value,
    /// Whether it is still on the screen.
    pub open: bool,
    /// What the app said against the last submission, by field.
    pub errors: BTreeMap<String, String>,
    platform: PhantomData<P>,
}

impl<P: Platform> Modal<P> {
    /// A form that comes up on a person's screen.
    pub(in crate::simulator) fn new(id: String, person: String, content: Value) -> Self {
        Self { id, person, content, open: true, errors: BTreeMap::new(), platform: PhantomData }
    }

    /// The title.
    pub fn title(&self) -> &str {
        P::form_title(&self.content).as_str().unwrap_or_default()
    }
}

/// A body sent by the app that people were meant to see.
#[derive(Clone, Debug)]
pub struct SentBody {
    /// When it happened.
    pub at: Timestamp,
    /// The call's name.
    pub call: String,
    /// What was sent, all of it parsed.
    pub body: Value,
    /// The platform's word or number for why it was refused.
    pub refused: Option<String>,
}

/// What a platform counts. What only one platform counts is reached through it.
#[derive(Clone, Debug, Default)]
pub struct Counters<C> {
    /// Connections opened so far.
    pub connections_opened: u64,
    /// Connections open now, and greeted.
    pub connections_open: usize,
    /// Calls by name.
    pub api_calls: BTreeMap<String, u64>,
    /// Refused calls by the platform's word or number for why.
    pub api_errors: BTreeMap<String, u64>,
    /// What only this platform counts.
    pub own: C,
}

impl<C> Counters<C> {
    /// How often a call was made.
    pub fn calls(&self, call: &str) -> u64 {
        self.api_calls.get(call).copied().unwrap_or_default()
    }

    /// A call was refused.
    pub(in crate::simulator) fn refused(&mut self, error: &impl ToString) {
        *self.api_errors.entry(error.to_string()).or_default() += 1;
    }
}

impl<C> Deref for Counters<C> {
    type Target = C;

    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl<C> DerefMut for Counters<C> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.own
    }
}

/// What one person sees of one channel.
#[derive(Clone, Debug)]
pub struct Sight<P: Platform> {
    /// Messages in the channel and its threads, ephemeral ones for this person included, oldest first.
    pub messages: Vec<Arc<P::Message>>,
    /// The platform's signs beside buttons.
    pub warnings: Vec<Warning>,
    /// The forms on the screen.
    pub modals: Vec<Arc<Modal<P>>>,
}

/// A platform's button as it is shown.
pub type ButtonOf<P> = <<P as Platform>::Message as Message>::Button;

/// A platform's sign beside a button whose click the app did not acknowledge.
#[derive(Clone, Debug)]
pub struct Warning {
    /// Who sees it, by user id.
    pub person: String,
    /// The message the button is on.
    pub message: String,
    /// The button.
    pub button: String,
    /// The platform's words.
    pub text: String,
}

impl<P: Platform> Sight<P> {
    /// The newest message that reads like this somewhere.
    pub fn message(&self, containing: &str) -> Option<Arc<P::Message>> {
        self.messages.iter().rev().find(|message| message.text_seen().contains(containing)).cloned()
    }

    /// The newest message that shows this button, and the button.
    pub fn button(&self, id: &str) -> Option<(Arc<P::Message>, ButtonOf<P>)> {
        self.messages.iter().rev().find_map(|message| Some((message.clone(), message.button(id)?)))
    }

    /// What only this person sees.
    pub fn ephemerals(&self) -> impl Iterator<Item = &Arc<P::Message>> {
        self.messages.iter().filter(|message| message.ephemeral_to.is_some())
    }

    /// Everything as text, one paragraph a message, threads below what they answer.
    pub fn text(&self) -> String {
        let paragraph = |message: &P::Message| {
            let only = if message.ephemeral_to.is_some() { P::ONLY_YOU } else { "" };
            format!("{}{only}: {}", message.author, message.text_seen())
        };
        let reply = |message: &P::Message| format!("  ↳ {}", paragraph(message).replace('\n', "\n    "));
        let shown = |id: &str| self.messages.iter().any(|message| message.id() == id);
        let mut paragraphs = Vec::new();
        for message in &self.messages {
            match message.thread() {
                Some(parent) if shown(parent) => {}
                Some(_) => paragraphs.push(reply(message)),
                None => paragraphs.push(paragraph(message)),
            }
            paragraphs.extend(
                self.messages.iter().filter(|other| other.thread() == Some(message.id())).map(|other| reply(other)),
            );
            let warnings = self.warnings.iter().filter(|warning| warning.message == message.id());
            paragraphs.extend(warnings.map(|warning| format!("  ⚠ {}", warning.text)));
        }
        for modal in &self.modals {
            paragraphs.push(format!("┌ {}\n{}", modal.title(), P::form_text(&modal.content)).trim_end().to_owned());
            paragraphs.extend(modal.errors.values().map(|error| format!("! {error}")));
        }
        paragraphs.join("\n")
    }
}

impl<P: Platform> View<P> {
    /// The person or bot of this name or id.
    pub fn member(&self, name_or_id: &str) -> Option<&Member> {
        self.people.iter().find(|member| member.id == name_or_id || member.name == name_or_id)
    }

    /// The channel of this name (with or without `#`) or id.
    pub fn channel(&self, name_or_id: &str) -> Option<&Channel> {
        let name = name_or_id.trim_start_matches('#');
        self.channels.iter().find(|channel| channel.id == name_or_id || channel.name == name)
    }

    /// The message of this id, deleted or not.
    pub fn message(&self, id: &str) -> Option<&Arc<P::Message>> {
        self.place(id).map(|place| &self.messages[place])
    }

    pub(in crate::simulator) fn place(&self, id: &str) -> Option<usize> {
        // Ids have one length for decades.
        self.messages.binary_search_by(|message| message.id().cmp(id)).ok()
    }

    /// What everybody sees in the thread of a message, oldest first.
    pub fn thread(&self, id: &str) -> Vec<Arc<P::Message>> {
        let in_thread = |message: &&Arc<P::Message>| {
            message.is_visible() && message.ephemeral_to.is_none() && message.thread() == Some(id)
        };
        self.messages.iter().filter(in_thread).cloned().collect()
    }

    /// What a person sees of a channel, both by name or id. Nobody and nowhere see nothing.
    pub fn sees(&self, person: &str, channel: &str) -> Sight<P> {
        let person = self.member(person).map_or("", |member| &member.id);
        let name = self.channel(channel).map_or("", |channel| &channel.name);
        let seen = |message: &&Arc<P::Message>| message.channel_name == name && message.is_seen_by(person);
        Sight {
            messages: self.messages.iter().filter(seen).cloned().collect(),
            warnings: self.warnings.iter().filter(|warning| warning.person == person).cloned().collect(),
            modals: self.modals.iter().filter(|modal| modal.open && modal.person == person).cloned().collect(),
        }
    }

    /// The transcript so far.
    pub fn transcript(&self) -> String {
        self.happenings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}
