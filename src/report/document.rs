//! A document, apart from how it is printed. All texts are plain: nothing in them is markup.

use crate::incident::phrase::Phrase;
use crate::words::Words;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What it is about.
    pub title: String,
    /// In which language it is, as HTML names it.
    pub language: &'static str,
    /// Its parts in order.
    pub parts: Vec<Part>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the parts after it are about.
    Heading(String),
    /// Names and what stands behind each.
    Facts(Vec<(String, String)>),
    /// What happened, each with its time.
    Events(Vec<(String, String)>),
    /// What took how long, one after the other. Where it can't be drawn, what stands beside it says the same.
    Bars(Vec<Bar>),
    /// A paragraph.
    Text(String),
    /// What a machine printed, or what is to be typed.
    Code(String),
}

/// Something that took a while, among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is.
    pub name: String,
    /// How long it took, for people.
    pub length: String,
    /// From where to where it goes, in thousandths of everything.
    pub span: (u32, u32),
}

impl Document {
    /// An empty one.
    pub fn new(words: &Words, title: &Phrase) -> Self {
        Self { title: words.say(title), language: words.language().tag(), parts: Vec::new() }
    }

    /// Adds parts below a heading, unless there is nothing in them.
    pub fn section(&mut self, heading: String, parts: impl IntoIterator<Item = Part>) {
        let parts: Vec<Part> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            self.parts.push(Part::Heading(heading));
            self.parts.extend(parts);
        }
    }
}

impl Part {
    fn is_empty(&self) -> bool {
        match self {
            Self::Heading(text) | Self::Text(text) | Self::Code(text) => text.is_empty(),
            Self::Facts(lines) | Self::Events(lines) => lines.is_empty(),
            Self::Bars(bars) => bars.is_empty(),
        }
    }
}
