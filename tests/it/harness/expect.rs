//! What people have read of what the bot said. Whatever is unread when a scene ends nobody expected, and the test fails.
//!
//! A message is a post in a channel, an entry in a thread, or a word to one person; a change of a card is none. What a test waits
//! for is read. Each thing that people do makes a part of the thread the usual course, and the thread may repeat what somebody was told
//! already; an entry beyond that (a delete that failed, a plan that is void, a health that was lost) has to be waited for.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use regex::Regex;
use stagerbot::simulator::discord::message::Message as OnDiscord;
use stagerbot::simulator::slack::message::Message as OnSlack;

/// Somebody looks: the thread tells it, and what was found.
pub(crate) const CHECKED: &[&str] = &["told-check", "told-alert", "told-diagnosed", "told-diagnosed-evidence"];
/// Somebody requests a restart.
pub(crate) const REQUESTED: &[&str] =
    &["told-requested", "told-requested-because", "told-requested-dry", "told-requested-dry-because"];
/// Somebody else approves it: it is carried out.
pub(crate) const APPROVED: &[&str] = &[
    "told-approved",
    "told-approved-database",
    "told-rechecked",
    "told-intended",
    "told-deleted",
    "told-pods",
    "told-recovery-awaited",
    "told-leader",
    "told-leader-after",
    "told-healthy",
];

/// The entries of a thread by the names of their words, and what they look like.
static ENTRIES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let argument = Regex::new(r"\\\{.*?\\\}").unwrap();
    let messages = include_str!("../../../config/locales/en.ftl").lines().filter_map(|line| line.split_once(" = "));
    let told = messages.filter(|(id, _)| id.starts_with("told-"));
    let looks = |(id, words): (&'static str, &str)| {
        // That one is nothing but pods, a line each.
        let pattern = if id == "told-pods" { r"^\S+  \d+/\d+  ".to_owned() } else { regex::escape(words) };
        (id, Regex::new(&format!("^{}", argument.replace_all(pattern.trim_start_matches('^'), ".*"))).unwrap())
    };
    told.map(looks).collect()
});
/// The time at an entry's beginning: one space behind it. Two have the lines of what was observed.
static TIME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\d\d:\d\d:\d\d \b").unwrap());

/// A message of either platform.
pub(crate) trait Message {
    fn id(&self) -> &str;
    fn is_in_thread(&self) -> bool;
    fn only_to(&self) -> Option<&str>;
    /// Whether the bot said it, and it is there.
    fn is_said(&self) -> bool;
    fn text(&self) -> String;
}

impl Message for OnSlack {
    fn id(&self) -> &str {
        &self.ts
    }

    fn is_in_thread(&self) -> bool {
        self.thread_ts.is_some() && self.ephemeral_to.is_none()
    }

    fn only_to(&self) -> Option<&str> {
        self.ephemeral_to.as_deref()
    }

    fn is_said(&self) -> bool {
        self.by_bot
    }

    fn text(&self) -> String {
        self.text_seen()
    }
}

impl Message for OnDiscord {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_in_thread(&self) -> bool {
        self.thread_of.is_some() && self.ephemeral_to.is_none()
    }

    fn only_to(&self) -> Option<&str> {
        self.ephemeral_to.as_deref()
    }

    fn is_said(&self) -> bool {
        // What is taken away again was only for the moment: a question, a word that it is thinking.
        self.by_bot && (self.ephemeral_to.is_none() || !self.deleted)
    }

    fn text(&self) -> String {
        self.text_seen()
    }
}

/// One thing said. Where both platforms say the same, it is one, and read on both where it was read on either.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    /// The n-th post in the channel.
    Post(usize),
    /// An entry of a thread: its first line.
    Entry(String),
    /// A word to one person: the message's id.
    Word(String),
}

/// What was read, by everybody together. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader(Arc<Mutex<Read>>);

#[derive(Debug, Default)]
struct Read {
    said: BTreeSet<Said>,
    /// The cards and the words to one person, as they were when somebody read them.
    texts: Vec<String>,
    /// The names of the entries that are the usual course by now.
    course: BTreeSet<&'static str>,
    all: bool,
}

impl Reader {
    /// From now on the thread may say this of its own accord.
    pub(crate) fn expect(&self, entries: &[&'static str]) {
        self.read().course.extend(entries);
    }

    /// Whatever is said, nobody looks at it: this test is not about messages.
    pub(crate) fn not_about_messages(&self) {
        self.read().all = true;
    }

    /// Reads a message: all of it, or the entries of a thread that say something.
    pub(crate) fn reads<M: Message>(&self, all: &[Arc<M>], message: &M, says: &str) {
        let mut read = self.read();
        for (said, text, _) in said(all).filter(|(_, _, id)| *id == message.id()) {
            match said {
                Said::Entry(_) if !text.contains(says) => continue,
                Said::Entry(_) => {}
                Said::Post(_) | Said::Word(_) => read.texts.push(text),
            }
            read.said.insert(said);
        }
    }

    /// Whether a word to a person was read before.
    pub(super) fn has_read<M: Message>(&self, message: &M) -> bool {
        self.read().said.contains(&Said::Word(message.id().to_owned()))
    }

    /// Reads everything that is in threads, since the test compares it as a whole.
    pub(crate) fn reads_threads<M: Message>(&self, all: &[Arc<M>]) {
        self.read().said.extend(said(all).map(|(said, ..)| said).filter(|said| matches!(said, Said::Entry(_))));
    }

    /// What nobody has read, and nobody had to expect.
    pub(super) fn unread<M: Message>(&self, all: &[Arc<M>]) -> Vec<String> {
        let read = self.read();
        let is_usual = |first: &str| {
            let words = TIME.replace(first, "");
            let repeats = |text: &String| text.contains(&*words) || (!text.is_empty() && words.contains(text));
            let course = ENTRIES.iter().filter(|(id, _)| read.course.contains(id));
            read.texts.iter().any(repeats) || course.map(|(_, looks)| looks).any(|looks| looks.is_match(&words))
        };
        let unread = said(all).filter(|(said, ..)| match said {
            _ if read.all || read.said.contains(said) => false,
            Said::Entry(first) => !is_usual(first),
            _ => true,
        });
        unread.map(|(said, text, _)| format!("{said:?}: {text}")).collect()
    }

    fn read(&self) -> MutexGuard<'_, Read> {
        self.0.lock().unwrap()
    }
}

/// Everything that the bot said: what it is, its text, and the id of the message that it is in.
fn said<M: Message>(all: &[Arc<M>]) -> impl Iterator<Item = (Said, String, &str)> {
    let mut posts = 0;
    all.iter().filter(|message| message.is_said()).flat_map(move |message| {
        let (id, text) = (message.id(), message.text());
        if message.only_to().is_some() {
            return vec![(Said::Word(id.to_owned()), text, id)];
        }
        if message.is_in_thread() {
            return entries(&text).into_iter().map(|(first, entry)| (Said::Entry(first), entry, id)).collect();
        }
        posts += 1;
        vec![(Said::Post(posts), text, id)]
    })
}

/// The entries of a thread's message, each with its first line. What has no time is the rest of what was said before.
fn entries(text: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match entries.last_mut() {
            _ if TIME.is_match(line) => entries.push((line.to_owned(), line.to_owned())),
            Some((_, entry)) => *entry += &format!("\n{line}"),
            None => {}
        }
    }
    entries
}
