//! The workspace at one moment: what is in it, and what a given person sees of it.

use crate::simulator::slack::happening::Happening;
use crate::simulator::slack::message::{Button, Message};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything in the workspace at one moment.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// People, and the bot's own user.
    pub people: Vec<Member>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Every message ever, also deleted and ephemeral ones, in order of `ts`.
    pub messages: Vec<Arc<Message>>,
    /// Every form ever opened.
    pub modals: Vec<Arc<Modal>>,
    /// Every warning sign Slack put beside a button.
    pub warnings: Vec<Warning>,
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

/// A form that the app opened for a person.
#[derive(Clone, Debug)]
pub struct Modal {
    /// Slack's id for it.
    pub id: String,
    /// For whom, by user id.
    pub person: String,
    /// The view as Slack keeps it.
    pub view: Value,
    /// Whether it is still on the screen.
    pub open: bool,
    /// What the app said against the last submission, by block id.
    pub errors: BTreeMap<String, String>,
}

impl Modal {
    /// The title.
    pub fn title(&self) -> &str {
        self.view["title"]["text"].as_str().unwrap_or_default()
    }
}

/// Slack's sign beside a button whose click the app did not acknowledge.
#[derive(Clone, Debug)]
pub struct Warning {
    /// Who sees it, by user id.
    pub person: String,
    /// The message the button is on.
    pub message_ts: String,
    /// The button.
    pub action_id: String,
    /// Slack's words.
    pub text: String,
}

/// A body sent by the app that people were meant to see.
#[derive(Clone, Debug)]
pub struct SentBody {
    /// When.
    pub at: Timestamp,
    /// The method, or `response_url`, or `ack` for one that came with an acknowledgement.
    pub method: String,
    /// All arguments, blocks and metadata parsed.
    pub body: Value,
    /// The error it was refused with.
    pub refused: Option<String>,
}

/// What the workspace counts.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Sockets opened so far.
    pub connections_opened: u64,
    /// Sockets accepted and closed before a word was said.
    pub connections_refused: u64,
    /// Sockets that were cut, by [`Fault::SocketCut`](super::fault::Fault::SocketCut).
    pub connections_cut: u64,
    /// Sockets open now.
    pub connections_open: usize,
    /// Envelopes put on a socket, repeats included.
    pub envelopes_sent: u64,
    /// Envelopes acknowledged in time.
    pub envelopes_acked: u64,
    /// Envelopes acknowledged too late.
    pub envelopes_acked_late: u64,
    /// Envelopes never acknowledged, or for which there was no socket.
    pub envelopes_lost: u64,
    /// Of those, the ones that were under way when their socket ended: they or their acknowledgements were lost on the wire.
    pub envelopes_cut: u64,
    /// Web API calls by method; answers to commands and clicks as `response_url`.
    pub api_calls: BTreeMap<String, u64>,
    /// Refused calls by error.
    pub api_errors: BTreeMap<String, u64>,
}

impl Counters {
    /// How often a method was called.
    pub fn calls(&self, method: &str) -> u64 {
        self.api_calls.get(method).copied().unwrap_or_default()
    }
}

/// What one person sees of one channel.
#[derive(Clone, Debug)]
pub struct ChannelView {
    /// Messages in the channel and its threads, ephemeral ones for this person included, oldest first.
    pub messages: Vec<Arc<Message>>,
    /// Slack's signs beside buttons.
    pub warnings: Vec<Warning>,
    /// The forms on the screen.
    pub modals: Vec<Arc<Modal>>,
}

impl ChannelView {
    /// The newest message that reads like this somewhere.
    pub fn message(&self, containing: &str) -> Option<Arc<Message>> {
        self.messages.iter().rev().find(|message| message.text_seen().contains(containing)).cloned()
    }

    /// The newest message that shows this button, and the button.
    pub fn button(&self, action_id: &str) -> Option<(Arc<Message>, Button)> {
        self.messages.iter().rev().find_map(|message| Some((message.clone(), message.button(action_id)?)))
    }

    /// What only this person sees.
    pub fn ephemerals(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.messages.iter().filter(|message| message.ephemeral_to.is_some())
    }

    /// Everything as text, one paragraph a message, threads below what they answer.
    pub fn text(&self) -> String {
        let paragraph = |message: &Message| {
            let only = if message.ephemeral_to.is_some() { " (only visible to you)" } else { "" };
            format!("{}{only}: {}", message.author, message.text_seen())
        };
        let mut paragraphs = Vec::new();
        let shown = |ts: &str| self.messages.iter().any(|message| message.ts == ts);
        for message in &self.messages {
            match &message.thread_ts {
                Some(parent) if shown(parent) => {}
                Some(_) => paragraphs.push(format!("  ↳ {}", paragraph(message).replace('\n', "\n    "))),
                None => paragraphs.push(paragraph(message)),
            }
            for reply in self.messages.iter().filter(|reply| reply.thread_ts.as_ref() == Some(&message.ts)) {
                paragraphs.push(format!("  ↳ {}", paragraph(reply).replace('\n', "\n    ")));
            }
            for warning in self.warnings.iter().filter(|warning| warning.message_ts == message.ts) {
                paragraphs.push(format!("  ⚠ {}", warning.text));
            }
        }
        for modal in &self.modals {
            let blocks = modal.view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
            let body = super::message::render(blocks, &BTreeMap::new());
            paragraphs.push(format!("┌ {}\n{body}", modal.title()));
            paragraphs.extend(modal.errors.values().map(|error| format!("! {error}")));
        }
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

    /// The message of this `ts`, deleted or not.
    pub fn message(&self, ts: &str) -> Option<&Arc<Message>> {
        self.place(ts).map(|place| &self.messages[place])
    }

    pub(super) fn place(&self, ts: &str) -> Option<usize> {
        self.messages.binary_search_by(|message| message.ts.as_str().cmp(ts)).ok()
    }

    /// The answers in a thread that everybody sees, oldest first.
    pub fn thread(&self, ts: &str) -> Vec<Arc<Message>> {
        let in_thread = |message: &&Arc<Message>| {
            message.is_visible() && message.ephemeral_to.is_none() && message.thread_ts.as_deref() == Some(ts)
        };
        self.messages.iter().filter(in_thread).cloned().collect()
    }

    /// What a person sees of a channel, both by name or id. Nobody and nowhere see nothing.
    pub fn sees(&self, person: &str, channel: &str) -> ChannelView {
        let person = self.member(person).map_or("", |member| &member.id);
        let channel = self.channel(channel).map_or("", |channel| &channel.id);
        let seen = |message: &&Arc<Message>| {
            message.is_visible()
                && message.channel == channel
                && message.ephemeral_to.as_deref().is_none_or(|only| only == person)
        };
        ChannelView {
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
