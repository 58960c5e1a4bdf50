//! What is asked for beyond looking, and what is known.

use super::machine::Machine;

/// How to look.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The configuration's file, as people named it.
    pub file: Option<String>,
    /// Post a test message to every channel.
    pub post: bool,
    /// Hand a running bot a test alert that opens nothing.
    pub alert: bool,
    /// The checks whose warnings are meant so.
    pub accepted: Vec<String>,
    /// What this machine says.
    pub machine: Machine,
}

impl Options {
    /// What the configuration is called in a sentence.
    pub(super) fn file(&self) -> &str {
        self.file.as_deref().unwrap_or("the configuration")
    }
}
