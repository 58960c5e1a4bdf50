//! A document for a terminal.

use super::document::{Document, Part};
use crate::sanitize::clean;

/// The document as text. What a terminal would obey is taken away.
pub(super) fn print(document: &Document) -> String {
    let mut lines = vec![clean(&document.title)];
    for part in &document.parts {
        match part {
            Part::Heading(text) => lines.extend([String::new(), clean(text)]),
            Part::Facts(facts) => {
                lines.extend(facts.iter().map(|(name, value)| format!("  {}: {}", clean(name), indented(value))));
            }
            Part::Events(events) => {
                lines.extend(events.iter().map(|(at, says)| format!("  {at}  {}", indented(says))));
            }
            Part::Bars(_) => {}
            Part::Text(text) | Part::Code(text) => lines.push(format!("  {}", indented(text))),
        }
    }
    lines.join("\n") + "\n"
}

fn indented(text: &str) -> String {
    clean(text).replace('\n', "\n    ")
}
