//! What a shell's script is made of.

use std::sync::Arc;

/// When a pipeline runs, given how the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    Always,
    And,
    Or,
}

/// Commands one after the other.
pub(super) type List = Vec<AndOr>;

/// Pipelines joined by `&&` and `||`, all of them beside what follows where an `&` stands behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AndOr {
    pub(super) pipelines: Vec<(Join, Pipeline)>,
    pub(super) beside: bool,
}

/// Commands that write into each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) commands: Vec<Command>,
}

/// A command and where its descriptors go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) kind: Kind,
    pub(super) redirections: Vec<Redirection>,
}

/// What a command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Simple { assignments: Vec<(String, Word)>, words: Vec<Word> },
    Group { body: List, apart: bool },
    If { arms: Vec<(List, List)>, otherwise: List },
    For { name: String, words: Option<Vec<Word>>, body: List },
    While { condition: List, body: List },
    Case { word: Word, arms: Vec<(Vec<Word>, List)> },
    Function { name: String, body: Arc<Command> },
}

/// A word before expansion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word(pub(super) Vec<Piece>);

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Quoted, so that it is neither split nor a pattern.
    pub(super) quoted: bool,
    pub(super) content: Content,
}

/// What a part of a word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Text(String),
    Variable(String, Option<Change>),
    Substitution(List),
}

/// How a parameter's value is changed: `${x:-word}`, `${x%word}`, and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) sign: String,
    pub(super) word: Word,
}

/// Where a command's output or input goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Redirection {
    /// `2>&1`
    Join { from: u8, to: u8 },
    /// `3>&-`
    Close { from: u8 },
    /// `>/dev/null`, `3<>/dev/tcp/HOST/PORT`
    File { from: u8, file: Word },
}
