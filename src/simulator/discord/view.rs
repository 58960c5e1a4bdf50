//! The server at one moment: what is in it, and what a given person sees of it.

use crate::simulator::discord::happening::Happening;
use crate::simulator::discord::message::{Button, Message};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything in the server at one moment.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// People, and the bot's own user.
    pub people: Vec<Member>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Threads, by the id of the message that each was started from, which is the thread's own.
    pub threads: BTreeMap<String, Thread>,
    /// Every message ever, also deleted and ephemeral ones, in order of their ids.
    pub messages: Vec<Arc<Message>>,
    /// Every form ever opened.
    pub modals: Vec<Arc<Modal>>,
    /// The commands that the app registered in this server, as it sent them.
    pub commands: Vec<Value>,
    /// Every body the app sent that people were meant to see, also refused ones.
    pub bodies: Vec<Arc<SentBody>>,
    /// What was counted.
    pub counters: Counters,
    /// What happened, in order.
    pub happenings: Vec<Arc<Happening>>,
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
    /// Whether this is the bot.
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

/// A form that the app opened for a person.
#[derive(Clone, Debug)]
pub struct Modal {
    /// The interaction that it answers, by token.
    pub token: String,
    /// For whom, by user id.
    pub person: String,
    /// What the app sent: custom id, title, components.
    pub data: Value,
    /// Whether it is still on the screen.
    pub open: bool,
}

impl Modal {
    /// The title.
    pub fn title(&self) -> &str {
        self.data["title"].as_str().unwrap_or_default()
    }
}

/// A body sent by the app that people were meant to see.
#[derive(Clone, Debug)]
pub struct SentBody {
    /// When.
    pub at: Timestamp,
    /// The call's name.
    pub call: String,
    /// What was sent.
    pub body: Value,
    /// The error it was refused with.
    pub refused: Option<u64>,
}

/// What the server counts.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Gateway connections opened so far.
    pub connections_opened: u64,
    /// Gateway connections open now, and past their READY or RESUMED.
    pub connections_open: usize,
    /// Sessions begun (IDENTIFY).
    pub identified: u64,
    /// Sessions resumed (RESUME).
    pub resumed: u64,
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
    /// Calls by name, such as `create_message`, `create_response`, `edit_original`.
    pub api_calls: BTreeMap<String, u64>,
    /// Refused calls by Discord's code.
    pub api_errors: BTreeMap<u64, u64>,
}

impl Counters {
    /// How often a call was made.
    pub fn calls(&self, call: &str) -> u64 {
        self.api_calls.get(call).copied().unwrap_or_default()
    }
}

/// What one person sees of one channel.
#[derive(Clone, Debug)]
pub struct ChannelView {
    /// Messages in the channel and its threads, ephemeral ones for this person included, oldest first.
    pub messages: Vec<Arc<Message>>,
    /// The forms on the screen.
    pub modals: Vec<Arc<Modal>>,
}

impl ChannelView {
    /// The newest message that reads like this somewhere.
    pub fn message(&self, containing: &str) -> Option<Arc<Message>> {
        self.messages.iter().rev().find(|message| message.text_seen().contains(containing)).cloned()
    }

    /// The newest message that shows this button, and the button.
    pub fn button(&self, custom_id: &str) -> Option<(Arc<Message>, Button)> {
        self.messages.iter().rev().find_map(|message| Some((message.clone(), message.button(custom_id)?)))
    }

    /// What only this person sees.
    pub fn ephemerals(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.messages.iter().filter(|message| message.ephemeral_to.is_some())
    }

    /// Everything as text, one paragraph a message, threads below what they answer.
    pub fn text(&self) -> String {
        let paragraph = |message: &Message| {
            let only = if message.ephemeral_to.is_some() { " (only you can see this)" } else { "" };
            format!("{}{only}: {}", message.author, message.text_seen())
        };
        let mut paragraphs = Vec::new();
        for message in self.messages.iter().filter(|message| message.thread_of.is_none()) {
            paragraphs.push(paragraph(message));
            for reply in self.messages.iter().filter(|reply| reply.thread_of.as_ref() == Some(&message.id)) {
                paragraphs.push(format!("  ↳ {}", paragraph(reply).replace('\n', "\n    ")));
            }
        }
        paragraphs.extend(self.modals.iter().map(|modal| format!("┌ {}", modal.title())));
        paragraphs.join("\n")
    }
}

impl View {
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
    pub fn message(&self, id: &str) -> Option<&Arc<Message>> {
        self.place(id).map(|place| &self.messages[place])
    }

    pub(super) fn place(&self, id: &str) -> Option<usize> {
        // Snowflakes have one length for decades.
        self.messages.binary_search_by(|message| message.id.as_str().cmp(id)).ok()
    }

    /// What is said in the thread of a message, oldest first.
    pub fn thread(&self, id: &str) -> Vec<Arc<Message>> {
        let in_thread = |message: &&Arc<Message>| message.is_visible() && message.thread_of.as_deref() == Some(id);
        self.messages.iter().filter(in_thread).cloned().collect()
    }

    /// What a person sees of a channel, both by name or id. Nobody and nowhere see nothing.
    pub fn sees(&self, person: &str, channel: &str) -> ChannelView {
        let person = self.member(person).map_or("", |member| &member.id);
        let name = self.channel(channel).map_or("", |channel| &channel.name);
        let seen = |message: &&Arc<Message>| {
            message.is_visible()
                && message.channel_name == name
                && message.ephemeral_to.as_deref().is_none_or(|only| only == person)
        };
        ChannelView {
            messages: self.messages.iter().filter(seen).cloned().collect(),
            modals: self.modals.iter().filter(|modal| modal.open && modal.person == person).cloned().collect(),
        }
    }

    /// The transcript so far.
    pub fn transcript(&self) -> String {
        self.happenings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}
