//! A message as the server keeps it, with every body it ever had, and as a person reads it.

use crate::simulator::platform;
use crate::simulator::platform::message::Posted;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::{Deref, DerefMut};

/// A message in a channel or thread, or one that only a single person sees.
#[derive(Clone, Debug)]
pub struct Message {
    /// Where and by whom it was posted, and who sees it.
    pub posted: Posted,
    /// Its id, a snowflake: unique, and later ones are greater.
    pub id: String,
    /// The message whose thread this one is in.
    pub thread_of: Option<String>,
    /// Whether it still says “Stagerbot is thinking…”.
    pub thinking: bool,
    /// The text.
    pub content: String,
    /// The embeds.
    pub embeds: Vec<Value>,
    /// The rows of buttons.
    pub components: Vec<Value>,
    /// Its flags.
    pub flags: u64,
    /// Whom it pinged: user ids, and `@everyone`.
    pub pinged: Vec<String>,
    /// Every body it had, the first as posted, the last as it is.
    pub history: Vec<Body>,
}

/// What a message said from some moment on.
#[derive(Clone, Debug)]
pub struct Body {
    /// Since when.
    pub at: Timestamp,
    /// The text.
    pub content: String,
    /// The embeds.
    pub embeds: Vec<Value>,
    /// The rows of buttons.
    pub components: Vec<Value>,
}

/// A button as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What the click carries for the app.
    pub custom_id: String,
    /// The caption.
    pub label: String,
    /// 1 to 4: primary, secondary, success, danger.
    pub style: u64,
}

impl Message {
    /// The message as a person reads it: text, embeds, then buttons as `[Approve]`.
    pub fn text_seen(&self) -> String {
        if self.thinking {
            return format!("{} is thinking…", self.author);
        }
        let say = |text: &Value| readable(text.as_str().unwrap_or_default(), &self.names);
        let mut lines = Vec::new();
        if !self.content.is_empty() {
            lines.push(readable(&self.content, &self.names));
        }
        for embed in &self.embeds {
            lines.extend(
                ["title", "description"].iter().filter(|key| embed[**key].is_string()).map(|key| say(&embed[*key])),
            );
            for field in embed["fields"].as_array().into_iter().flatten() {
                lines.push(format!("{}\n{}", say(&field["name"]), say(&field["value"])));
            }
            lines.extend(embed["footer"]["text"].as_str().map(str::to_owned));
        }
        for row in &self.components {
            let elements = row["components"].as_array().into_iter().flatten();
            let row: Vec<String> =
                elements.map(|element| format!("[{}]", element["label"].as_str().unwrap_or("▾"))).collect();
            lines.push(row.join(" "));
        }
        lines.extend(self.files_seen());
        lines.join("\n")
    }

    /// The buttons it shows now, in order.
    pub fn buttons(&self) -> Vec<Button> {
        let elements = self.components.iter().flat_map(|row| row["components"].as_array().into_iter().flatten());
        elements
            .filter(|element| element["type"] == 2)
            .map(|element| Button {
                custom_id: owned(&element["custom_id"]),
                label: owned(&element["label"]),
                style: element["style"].as_u64().unwrap_or_default(),
            })
            .collect()
    }

    /// The button of this custom id, or of the action before its colon, if it is shown now.
    pub fn button(&self, custom_id: &str) -> Option<Button> {
        let is = |button: &Button| {
            button.custom_id == custom_id
                || button.custom_id.strip_prefix(custom_id).is_some_and(|v| v.starts_with(':'))
        };
        self.buttons().into_iter().find(is)
    }
}

impl platform::message::Message for Message {
    type Button = Button;

    fn id(&self) -> &str {
        &self.id
    }

    fn thread(&self) -> Option<&str> {
        self.thread_of.as_deref()
    }

    fn text_seen(&self) -> String {
        Message::text_seen(self)
    }

    fn button(&self, id: &str) -> Option<Button> {
        Message::button(self, id)
    }

    fn remember(&mut self) {
        self.history.push(Body {
            at: Timestamp::now(),
            content: self.content.clone(),
            embeds: self.embeds.clone(),
            components: self.components.clone(),
        });
    }
}

impl Deref for Message {
    type Target = Posted;

    fn deref(&self) -> &Posted {
        &self.posted
    }
}

impl DerefMut for Message {
    fn deref_mut(&mut self) -> &mut Posted {
        &mut self.posted
    }
}

fn owned(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Markdown as a person reads it: what is escaped is shown without its backslash, mentions by name; marks and code stay
/// as they are.
pub(super) fn readable(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut seen = String::with_capacity(text.len());
    for (place, part) in text.split("```").enumerate() {
        if place % 2 == 1 {
            let _ = write!(seen, "```{part}```");
            continue;
        }
        let mut rest = part;
        while let Some(start) = rest.find(['\\', '<']) {
            seen.push_str(&rest[..start]);
            let behind = &rest[start + 1..];
            let mut escaped = behind.chars();
            match (rest.as_bytes()[start], escaped.next()) {
                (b'\\', Some(mark)) if mark.is_ascii_punctuation() => {
                    seen.push(mark);
                    rest = escaped.as_str();
                }
                (b'<', _) => {
                    let (name, after) = mention(behind, names).unwrap_or_else(|| ("<".to_owned(), behind));
                    seen.push_str(&name);
                    rest = after;
                }
                _ => {
                    seen.push('\\');
                    rest = behind;
                }
            }
        }
        seen.push_str(rest);
    }
    seen
}

/// `@123>` as a name, and what stands behind it.
fn mention<'a>(text: &'a str, names: &BTreeMap<String, String>) -> Option<(String, &'a str)> {
    let (inside, after) = text.split_once('>')?;
    let id = inside.strip_prefix(['@', '#'])?;
    let mark = &inside[..1];
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| (format!("{mark}{}", names.get(id).map_or(id, String::as_str)), after))
}
