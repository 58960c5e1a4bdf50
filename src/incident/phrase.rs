//! What is to be said, apart from how: an id and its arguments. `words.rs` turns one into a sentence.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing to say: the id of a message in `config/locales` and its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// The message's id, such as `refused-own-request`.
    pub id: String,
    /// The arguments by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
}

/// An argument of a [`Phrase`]. Texts come from outside and are shown as they are, escaped by each platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arg {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A moment; shown as time of day.
    At(Timestamp),
    /// A moment that may be on another day; shown with its day.
    Dated(Timestamp),
    /// A length of time in milliseconds.
    Span(i64),
    /// Another phrase, said within this one.
    Phrase(Box<Phrase>),
    /// Several things, a line each.
    Lines(Vec<Statement>),
}

/// What is told of something: a text as it came from outside, or a phrase of ours, to be said in any language. A text is stored as a
/// plain string, as everything was before it could be a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Statement {
    /// Shown as it is.
    Text(String),
    /// Said in the language of whoever reads it.
    Phrase(Phrase),
}

impl Phrase {
    /// A phrase without arguments.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), args: BTreeMap::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Arg>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}
impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<Timestamp> for Arg {
    fn from(at: Timestamp) -> Self {
        Self::At(at)
    }
}
impl From<jiff::SignedDuration> for Arg {
    fn from(span: jiff::SignedDuration) -> Self {
        Self::Span(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
    }
}
impl From<Phrase> for Arg {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}

impl From<Statement> for Arg {
    fn from(statement: Statement) -> Self {
        match statement {
            Statement::Text(text) => Self::Text(text),
            Statement::Phrase(phrase) => phrase.into(),
        }
    }
}
impl From<&Statement> for Arg {
    fn from(statement: &Statement) -> Self {
        statement.clone().into()
    }
}
impl From<Vec<Statement>> for Arg {
    fn from(lines: Vec<Statement>) -> Self {
        Self::Lines(lines)
    }
}

impl From<&str> for Statement {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Statement {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<Phrase> for Statement {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(phrase)
    }
}
impl From<&Self> for Statement {
    fn from(statement: &Self) -> Self {
        statement.clone()
    }
}

/// Whatever ends a line somewhere: on one platform or another, a text that holds it is shown in several lines.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// A text of somebody's on one line: what is told in lines of the bot's own must not get one that the bot did not write.
pub fn one_line(text: &str) -> String {
    text.split(LINE_ENDS).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" / ")
}
