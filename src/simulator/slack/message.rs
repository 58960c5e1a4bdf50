//! A message as the workspace keeps it, with every body it ever had, and as a person reads it.

use crate::simulator::platform;
pub use crate::simulator::platform::happening::Confirm;
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
    /// Slack's name for the message: seconds and microseconds, unique in the workspace.
    pub ts: String,
    /// The `ts` of the message that this one answers in a thread.
    pub thread_ts: Option<String>,
    /// The text: what is read if there are no blocks, else what notifications say.
    pub text: String,
    /// The blocks as they are now, with the ids Slack filled in.
    pub blocks: Vec<Value>,
    /// The metadata.
    pub metadata: Option<Value>,
    /// Every body it had, the first as posted, the last as it is.
    pub history: Vec<Body>,
}

/// What a message said from some moment on.
#[derive(Clone, Debug)]
pub struct Body {
    /// Since when.
    pub at: Timestamp,
    /// The text.
    pub text: String,
    /// The blocks.
    pub blocks: Vec<Value>,
}

/// A button as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// The id the click carries.
    pub action_id: String,
    /// The id of the block the button is in.
    pub block_id: String,
    /// The caption.
    pub text: String,
    /// What the click carries for the app.
    pub value: Option<String>,
    /// `primary`, `danger` or neither.
    pub style: Option<String>,
    /// What the person is asked before the click is sent.
    pub confirm: Option<Confirm>,
}

impl Message {
    /// The message as a person reads it: blocks if there are any, else the text; buttons as `[Approve]`.
    pub fn text_seen(&self) -> String {
        let said =
            if self.blocks.is_empty() { readable(&self.text, &self.names) } else { render(&self.blocks, &self.names) };
        std::iter::once(said).chain(self.files_seen()).collect::<Vec<_>>().join("\n")
    }

    /// The buttons it shows now, in order.
    pub fn buttons(&self) -> Vec<Button> {
        buttons(&self.blocks)
    }

    /// The button with this action id, if it is shown now.
    pub fn button(&self, action_id: &str) -> Option<Button> {
        self.buttons().into_iter().find(|button| button.action_id == action_id)
    }
}

impl platform::message::Message for Message {
    type Button = Button;

    fn id(&self) -> &str {
        &self.ts
    }

    fn thread(&self) -> Option<&str> {
        self.thread_ts.as_deref()
    }

    fn text_seen(&self) -> String {
        Message::text_seen(self)
    }

    fn button(&self, id: &str) -> Option<Button> {
        Message::button(self, id)
    }

    fn remember(&mut self) {
        self.history.push(Body { at: Timestamp::now(), text: self.text.clone(), blocks: self.blocks.clone() });
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

/// The elements of the blocks that a person can act on, each with its block's id.
pub(super) fn elements(blocks: &[Value]) -> impl Iterator<Item = (&str, &Value)> {
    blocks.iter().flat_map(|block| {
        let of_actions = block["elements"].as_array().filter(|_| block["type"] == "actions");
        let accessory = Some(&block["accessory"]).filter(|_| block["type"] == "section");
        let input = Some(&block["element"]).filter(|_| block["type"] == "input");
        of_actions
            .into_iter()
            .flatten()
            .chain(accessory)
            .chain(input)
            .filter(|element| element["action_id"].is_string())
            .map(move |element| (block["block_id"].as_str().unwrap_or_default(), element))
    })
}

fn buttons(blocks: &[Value]) -> Vec<Button> {
    elements(blocks)
        .filter(|(_, element)| element["type"] == "button")
        .map(|(block_id, element)| Button {
            action_id: owned(&element["action_id"]),
            block_id: block_id.to_owned(),
            text: owned(&element["text"]["text"]),
            value: element["value"].as_str().map(str::to_owned),
            style: element["style"].as_str().map(str::to_owned),
            confirm: confirm(&element["confirm"]),
        })
        .collect()
}

fn confirm(dialog: &Value) -> Option<Confirm> {
    dialog.is_object().then(|| Confirm {
        title: plain(&dialog["title"]),
        text: plain(&dialog["text"]),
        confirm: plain(&dialog["confirm"]),
        deny: plain(&dialog["deny"]),
    })
}

fn plain(text: &Value) -> String {
    readable(text["text"].as_str().unwrap_or_default(), &BTreeMap::new())
}

fn owned(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Blocks as lines of plain text.
pub(super) fn render(blocks: &[Value], names: &BTreeMap<String, String>) -> String {
    let mut lines = Vec::new();
    let say = |text: &Value| readable(text["text"].as_str().unwrap_or_default(), names);
    for block in blocks {
        match block["type"].as_str().unwrap_or_default() {
            "section" => {
                if block["text"].is_object() {
                    lines.push(say(&block["text"]));
                }
                lines.extend(block["fields"].as_array().into_iter().flatten().map(say));
                if block["accessory"].is_object() {
                    lines.push(element(&block["accessory"]));
                }
            }
            "context" => {
                let parts = block["elements"].as_array().into_iter().flatten();
                lines.push(
                    parts
                        .map(|part| if part["type"] == "image" { element(part) } else { say(part) })
                        .collect::<Vec<_>>()
                        .join(" "),
                );
            }
            "actions" => {
                let parts = block["elements"].as_array().into_iter().flatten();
                lines.push(parts.map(element).collect::<Vec<_>>().join(" "));
            }
            "input" => lines.push(format!("{}: {}", say(&block["label"]), element(&block["element"]))),
            "divider" => lines.push("———".to_owned()),
            "image" => lines.push(element(block)),
            "markdown" => lines.push(owned(&block["text"])),
            "rich_text" => lines.push(flat(block)),
            "header" => lines.push(say(&block["text"])),
            other => lines.push(format!("({other})")),
        }
    }
    lines.join("\n")
}

/// An element as it looks: a button, a menu, a field.
fn element(element: &Value) -> String {
    match element["type"].as_str().unwrap_or_default() {
        "button" => format!("[{}]", plain(&element["text"])),
        "image" => format!("(image: {})", owned(&element["alt_text"])),
        "plain_text_input" => {
            let shown = element["initial_value"].as_str().map_or_else(|| plain(&element["placeholder"]), str::to_owned);
            format!("[{shown}_]")
        }
        "checkboxes" | "radio_buttons" => {
            let options = element["options"].as_array().into_iter().flatten();
            options.map(|option| format!("( ) {}", plain(&option["text"]))).collect::<Vec<_>>().join(" ")
        }
        "overflow" => "[…]".to_owned(),
        _ => format!("[{} ▾]", plain(&element["placeholder"])),
    }
}

/// Every text inside rich text, in order.
fn flat(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(flat).collect(),
        Value::Object(fields) => match (&fields.get("elements"), fields.get("text")) {
            (Some(elements), _) => flat(elements),
            (None, Some(Value::String(text))) => text.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// Mrkdwn as a person reads it: marks stay as they are, entities, links and mentions are resolved.
pub(super) fn readable(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, inside) = rest.split_at(start);
        seen.push_str(before);
        let Some(end) = inside.find('>') else {
            rest = inside;
            break;
        };
        let tag = &inside[1..end];
        let (target, label) = tag.split_once('|').map_or((tag, None), |(target, label)| (target, Some(label)));
        if let Some(id) = target.strip_prefix('@') {
            let _ = write!(seen, "@{}", label.or(names.get(id).map(String::as_str)).unwrap_or(id));
        } else if let Some(id) = target.strip_prefix('#') {
            let _ = write!(seen, "#{}", label.or(names.get(id).map(String::as_str)).unwrap_or(id));
        } else if let Some(special) = target.strip_prefix('!') {
            match label {
                Some(label) => seen.push_str(label),
                None => {
                    let _ = write!(seen, "@{special}");
                }
            }
        } else {
            seen.push_str(label.unwrap_or(target));
        }
        rest = &inside[end + 1..];
    }
    seen.push_str(rest);
    seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What a person typed, as Slack hands it on.
pub(super) fn escaped(typed: &str) -> String {
    typed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
