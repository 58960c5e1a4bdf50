//! Nothing unread, as in bors: what the bot says, and no step of a scene waited for, fails the test with its words.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use stagerbot::simulator::platform::message::Message;

use super::scene::is_call;

/// The modules whose tests are scenes that somebody reads to their end. In the others many knock, or much fails, at random.
const READ: &[&str] = &["calls", "gates", "needs", "nobody", "outgoing"];

/// What a thread tells of every incident.
const USUAL: &[&str] = &[];

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

    /// Somebody read what says this, or need not read it: each such line of a thread, and each such message.
    pub(crate) fn words(&self, says: &str) {
        self.words.lock().unwrap().push(says.to_owned());
    }

    /// The test fails where something is left, if it is a scene that is read to its end.
    pub(crate) fn end<M: Message>(&self, messages: &[Arc<M>]) {
        let thread = std::thread::current();
        let module = thread.name().and_then(|test| test.split("::").next()).unwrap_or_default();
        if std::thread::panicking() {
            return;
        }
        let left = self.left(messages);
        if let (false, Some(file)) = (left.is_empty(), std::env::var_os("DUMP")) {
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
            file.write_all(format!("{} {left:#?}\n", thread.name().unwrap_or("?")).as_bytes()).unwrap();
        }
        if !READ.contains(&module) || std::env::var_os("DUMP").is_some() {
            return;
        }
        assert!(left.is_empty(), "nobody read this: {left:#?}");
    }

    /// What nobody read.
    fn left<M: Message>(&self, messages: &[Arc<M>]) -> Vec<String> {
        let (read, words) = (self.messages.lock().unwrap(), self.words.lock().unwrap());
        let known = |text: &str| words.iter().any(|says| text.contains(says));
        let told =
            |line: &&str| !line.trim().is_empty() && !known(line) && !USUAL.iter().any(|says| line.contains(says));
        let ours = messages.iter().filter(|message| message.by_bot && !read.contains(message.id()));
        ours.flat_map(|message| {
            let text = message.text_seen();
            // How many lines of a thread come in one message depends on the machine.
            if message.thread().is_some() && message.ephemeral_to.is_none() && !is_call(&text) {
                text.lines().filter(told).map(str::to_owned).collect()
            } else if known(&text) {
                Vec::new()
            } else {
                vec![text]
            }
        })
        .collect()
    }
}
