//! What is left of incidents, to be pasted elsewhere: a report of one, and the figures of many, as text, Markdown, HTML or JSON.
//!
//! Whatever people, senders or pods wrote is escaped where it is printed, and nowhere else.

pub mod document;
mod text;
mod markdown;
mod html;
pub mod incident;
pub mod picture;
pub mod figures;

use self::document::Document;
pub(crate) use self::html::STYLE;

/// How a document is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Text,
    /// `CommonMark` with tables.
    Markdown,
    /// A page of its own, without scripts.
    Html,
}

/// Prints a document.
pub fn print(document: &Document, format: Format) -> String {
    match format {
        Format::Text => text::print(document),
        Format::Markdown => markdown::print(document),
        Format::Html => html::print(document),
    }
}
