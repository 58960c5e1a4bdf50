//! Nothing unread, as in bors: what the bot says and nobody read, nor was told to be beside the point, fails the test with its words.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};

use regex::Regex;
use stagerbot::simulator::platform::message::Message;

use super::scene::is_call;

/// The modules whose tests are no scenes that are read to their end: what is said there depends on lots that are drawn, on when somebody is
/// killed, or on thousands of alerts; the contract's conversations are compared with each other; and one is about what is left unread.
const NOT_READ: [&str; 7] = ["abuse", "chaos", "contract", "crash", "load", "replicas", "unread"];

/// What is said of every restart, and how it goes on in between, which depends on the machine.
const USUAL: &[&str] = &[
    "Checking prod: see incident 1",
    "asked for a check of prod.",
    "Verdict: ",
    "Requested. A second person has to approve",
    "requested a restart of ",
    "Anna requested a restart; a second person has to approve it",
    "Can be approved until ",
    "The card, with the evidence and the buttons",
    "Approved. The evidence is checked once more",
    "Ben approved, and says that the database was checked.",
    "UTC: Ben approved.",
    "Ben approved your request.",
    "Checked again after the approval: the same pods, the same cause.",
    "Deleting ",
    "is being deleted.",
    "  restarts ",
    "New active leader: ",
    "All deletes are done.",
    "Every container is ready, one leader is active",
    "It did not hold: ",
    "Recovered: ",
];

/// How an entry of a thread begins; what is below it is its evidence.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\d\d:\d\d:\d\d ").unwrap());

/// What was read so far.
#[derive(Default)]
pub(crate) struct Reading {
    messages: Mutex<BTreeSet<String>>,
    words: Mutex<Vec<String>>,
}

impl Reading {
    /// Somebody read this message.
    pub(crate) fn message(&self, id: &str) {
        self.messages.lock().unwrap().insert(id.to_owned());
    }

    /// Somebody read what says this, or need not.
    pub(crate) fn words(&self, says: &str) {
        assert!(!says.is_empty(), "everything says nothing");
        self.words.lock().unwrap().push(says.to_owned());
    }

    /// The scene ends: its test fails where something is left.
    pub(crate) fn end<M: Message>(&self, messages: &[Arc<M>]) {
        let thread = std::thread::current();
        let module = thread.name().and_then(|test| test.split("::").next()).unwrap_or_default();
        if !std::thread::panicking() && !NOT_READ.contains(&module) {
            let left = self.left(messages);
            assert!(left.is_empty(), "nobody read this: {left:#?}");
        }
    }

    /// What nobody read. How many entries of a thread come in one message depends on the machine, so each is read apart, and so is each
    /// line of a call: a reminder is an announcement with a line more.
    pub(crate) fn left<M: Message>(&self, messages: &[Arc<M>]) -> Vec<String> {
        let (read, words) = (self.messages.lock().unwrap(), self.words.lock().unwrap());
        let known =
            |text: &str| words.iter().any(|says| text.contains(says)) || USUAL.iter().any(|says| text.contains(says));
        let mut left = Vec::new();
        for message in messages.iter().filter(|message| message.by_bot && !read.contains(message.id())) {
            let text = message.text_seen();
            if is_call(&text) {
                // Whom it calls, and its buttons, are below what it says.
                left.extend(
                    text.lines().filter(|line| !line.starts_with(['@', '[']) && !known(line)).map(str::to_owned),
                );
            } else if message.thread().is_some() && message.ephemeral_to.is_none() {
                left.extend(text.lines().filter(|line| ENTRY.is_match(line) && !known(line)).map(str::to_owned));
            } else if !known(&text) {
                left.push(text);
            }
        }
        left
    }
}
