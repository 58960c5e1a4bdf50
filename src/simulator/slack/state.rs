//! What only a workspace keeps, and how it changes.

use crate::simulator::platform::kind::Platform;
use crate::simulator::platform::message::{File, Posted};
use crate::simulator::platform::sockets::Out;
use crate::simulator::platform::view::Channel;
use crate::simulator::platform::{self, view};
use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::message::{self, Message};
use crate::simulator::slack::settings::{Sender, Settings};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// The only messages of the platform itself are for one person, from this user.
pub(super) const SLACK: &str = "USLACKBOT";

/// Slack, as a platform.
#[derive(Clone, Copy, Debug)]
pub struct Slack;

pub(super) type Shared = platform::state::Shared<Slack>;
pub(super) type State = platform::state::State<Slack>;
pub(super) type Modal = view::Modal<Slack>;

/// What only Slack counts.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Sockets accepted and closed before a word was said.
    pub connections_refused: u64,
    /// Sockets that were cut, by [`Fault::SocketCut`].
    pub connections_cut: u64,
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
}

/// What only a workspace keeps.
#[derive(Debug, Default)]
pub struct Own {
    pub(super) sender: Sender,
    /// The other workspace or enterprise that a person is of, who shares our channels (Slack Connect).
    pub(super) homes: HashMap<String, String>,
    /// Who is in a user group, by its id.
    pub(super) groups: HashMap<String, Vec<String>>,
    pub(super) connections: Vec<Connection>,
    pub(super) next_connection: usize,
    pub(super) tickets: HashSet<String>,
    pub(super) request_url: Option<String>,
    pub(super) pending: HashMap<String, Pending>,
    pub(super) triggers: HashMap<String, Trigger>,
    pub(super) response_urls: HashMap<String, ResponseUrl>,
    /// Files that were asked for, by id.
    pub(super) uploads: HashMap<String, Upload>,
    last_micros: i64,
}

/// An open socket.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: u64,
    pub(super) out: mpsc::UnboundedSender<Out>,
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
    pub(super) files: Vec<File>,
}

/// A file on its way.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) length: usize,
    pub(super) alt: Option<String>,
    /// What its address ends in.
    pub(super) ticket: String,
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) shown: bool,
}

impl Platform for Slack {
    const NAME: &'static str = "Slack";
    const ONLY_YOU: &'static str = " (only visible to you)";

    type Settings = Settings;
    type Fault = Fault;
    type Message = Message;
    type Counts = Counts;
    type Seen = ();
    type Own = Own;

    fn own(settings: &Settings) -> Own {
        Own { sender: settings.sender(), ..Own::default() }
    }

    fn channel_id(_: &mut Own, before: usize) -> String {
        format!("C{:010}", before + 1)
    }

    fn person_id(_: &mut Own, before: usize) -> String {
        format!("U{before:010}")
    }

    fn form_title(form: &Value) -> &Value {
        &form["title"]["text"]
    }

    fn form_text(form: &Value) -> String {
        let blocks = form["blocks"].as_array().map_or(&[][..], Vec::as_slice);
        message::render(blocks, &BTreeMap::new())
    }
}

impl State {
    /// The channel of direct messages between a person and the bot.
    pub(super) fn direct_channel(&mut self, person: &str) -> String {
        let name = format!("direct-{person}");
        if let Some(known) = self.view.channel(&name) {
            return known.id.clone();
        }
        let id = format!("D{:010}", self.view.channels.len() + 1);
        self.view.channels.push(Channel { id: id.clone(), name });
        id
    }

    /// The other workspace or enterprise that a person is of.
    pub(super) fn home_of(&self, user: &str) -> Option<&str> {
        self.homes.get(user).map(String::as_str)
    }

    /// A `ts`: now, but later than every other.
    pub(super) fn ts(&mut self) -> String {
        self.last_micros = Timestamp::now().as_microsecond().max(self.last_micros + 1);
        format!("{}.{:06}", self.last_micros / 1_000_000, self.last_micros % 1_000_000)
    }

    pub(super) fn trigger(&mut self, person: &str, team: &str) -> String {
        let number = self.number();
        let id = format!("{number}.{team}.{number:032x}");
        let trigger = Trigger { person: person.to_owned(), born: Instant::now(), used: false };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    pub(super) fn post(&mut self, draft: Draft) -> Arc<Message> {
        let message = Message {
            blocks: self.with_ids(draft.blocks),
            ts: self.ts(),
            thread_ts: draft.thread_ts,
            posted: Posted { files: draft.files, ..self.posted(draft.channel, draft.user, draft.ephemeral_to) },
            text: draft.text,
            metadata: draft.metadata,
            history: Vec::new(),
        };
        self.publish(message)
    }

    /// Gives a message another body. The caller has checked that it exists.
    pub(super) fn rewrite(&mut self, ts: &str, text: String, blocks: Vec<Value>, metadata: Option<Value>) {
        let blocks = self.with_ids(blocks);
        self.edit(ts, |message| {
            message.text = text;
            message.blocks = blocks;
            message.metadata = metadata.or(message.metadata.take());
        });
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

    /// Tells every socket the same.
    pub(super) fn tell_all(&self, out: &Out) {
        for connection in &self.connections {
            // A socket that is gone needs no telling.
            let _ = connection.out.send(out.clone());
        }
    }
}
