//! What every message has, whatever it says.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::DerefMut;
use std::sync::Arc;

/// Where and by whom a message was posted, and who sees it.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The id of the channel; on Discord that of the thread, where it is in one.
    pub channel: String,
    /// The channel's name, without `#`; a thread's is that of the channel that it is in.
    pub channel_name: String,
    /// The author's user id.
    pub user: String,
    /// The author's name.
    pub author: String,
    /// Whether the app wrote it.
    pub by_bot: bool,
    /// The only person who sees it, by user id; `None` is everybody in the channel.
    pub ephemeral_to: Option<String>,
    /// Whether it was taken away. It stays in the view, so that tests can look at it.
    pub deleted: bool,
    /// The files that it shows.
    pub files: Vec<File>,
    /// The names behind the ids that the text may mention.
    pub(in crate::simulator) names: BTreeMap<String, String>,
}

/// A file that a message shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The platform's name for it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is read where it is not seen.
    pub alt: Option<String>,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Posted {
    /// What a person reads who does not see the files, a line for each.
    pub(in crate::simulator) fn files_seen(&self) -> impl Iterator<Item = String> {
        self.files.iter().map(|file| format!("(image: {})", file.alt.as_deref().unwrap_or(&file.name)))
    }

    /// Whether anybody can still see it.
    pub fn is_visible(&self) -> bool {
        !self.deleted
    }

    /// Whether this person, by user id, sees it.
    pub(in crate::simulator) fn is_seen_by(&self, person: &str) -> bool {
        self.is_visible() && self.ephemeral_to.as_deref().is_none_or(|only| only == person)
    }
}

/// A platform's message: what was posted, and what it says.
pub trait Message: DerefMut<Target = Posted> + Clone + fmt::Debug + Send + Sync + 'static {
    /// A button as it is shown.
    type Button;

    /// The platform's own name for it: unique, and later ones are greater.
    fn id(&self) -> &str;

    /// The message in whose thread it is.
    fn thread(&self) -> Option<&str>;

    /// The message as a person reads it.
    fn text_seen(&self) -> String;

    /// The button that a click would name so, if it is shown now.
    fn button(&self, id: &str) -> Option<Self::Button>;

    /// Keeps what it says now among its bodies.
    fn remember(&mut self);
}

/// Names a message: by its id, or as it was seen.
#[derive(Clone, Debug)]
pub struct MessageRef(pub(in crate::simulator) String);

impl From<&str> for MessageRef {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl From<&String> for MessageRef {
    fn from(id: &String) -> Self {
        Self(id.clone())
    }
}

impl<M: Message> From<&M> for MessageRef {
    fn from(message: &M) -> Self {
        Self(message.id().to_owned())
    }
}

impl<M: Message> From<&Arc<M>> for MessageRef {
    fn from(message: &Arc<M>) -> Self {
        Self(message.id().to_owned())
    }
}
