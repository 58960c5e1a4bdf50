//! The arguments of a call, read as Slack reads them, and what it says to those it does not take.

use crate::simulator::slack::blocks::{self, Surface};
use serde_json::Value;

/// Longer texts are cut by `chat.postMessage`; here they are refused, so that nobody relies on the cut.
/// <https://docs.slack.dev/changelog/2018-truncating-really-long-messages/>
pub(super) const POSTED_TEXT: usize = 40_000;
/// <https://docs.slack.dev/reference/methods/chat.update/> (`msg_too_long`).
pub(super) const UPDATED_TEXT: usize = 4_000;
/// <https://docs.slack.dev/reference/block-kit/blocks/markdown-block/>
const MARKDOWN_TEXT: usize = 12_000;

/// What Slack answers when it does not do what it was asked.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: String,
    pub(super) messages: Vec<String>,
    pub(super) scopes: Option<(String, String)>,
}

impl From<&str> for Refusal {
    fn from(error: &str) -> Self {
        Self { error: error.to_owned(), messages: Vec::new(), scopes: None }
    }
}

/// What a message is to say.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) blocks: Vec<Value>,
    pub(super) metadata: Option<Value>,
}

/// What a message is to say, or why Slack does not take it.
pub(super) fn content(args: &Value, longest: usize) -> Result<Content, Refusal> {
    let blocks = match parsed(args, "blocks") {
        None => Vec::new(),
        Some(blocks) => match blocks.map_err(|_| "invalid_blocks_format")? {
            Value::Array(blocks) => blocks,
            _ => return Err("invalid_blocks_format".into()),
        },
    };
    let problems = blocks::problems(&blocks, Surface::Message);
    if !problems.is_empty() {
        return Err(refused("invalid_blocks", problems));
    }
    if blocks::too_long(&blocks) {
        return Err("msg_blocks_too_long".into());
    }
    let mut said = text(args, "text").unwrap_or_default();
    if said.chars().count() > longest {
        return Err("msg_too_long".into());
    }
    if let Some(markdown) = text(args, "markdown_text") {
        if !said.is_empty() || !blocks.is_empty() {
            return Err("markdown_text_conflict".into());
        }
        if markdown.chars().count() > MARKDOWN_TEXT {
            return Err("msg_too_long".into());
        }
        said = markdown;
    }
    let metadata = match parsed(args, "metadata") {
        None => None,
        Some(Ok(metadata)) if metadata["event_type"].is_string() && metadata["event_payload"].is_object() => {
            Some(metadata)
        }
        Some(_) => return Err("invalid_metadata_format".into()),
    };
    if said.is_empty() && blocks.is_empty() && args.get("attachments").is_none() {
        return Err("no_text".into());
    }
    Ok(Content { text: said, blocks, metadata })
}

pub(super) fn refused(error: &str, messages: Vec<String>) -> Refusal {
    Refusal { messages, ..Refusal::from(error) }
}

/// An argument as text, whether it came as JSON or in a form.
pub(super) fn text(args: &Value, name: &str) -> Option<String> {
    match &args[name] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn flag(args: &Value, name: &str) -> Option<bool> {
    match &args[name] {
        Value::Bool(flag) => Some(*flag),
        Value::String(word) => Some(matches!(word.as_str(), "true" | "True" | "1")),
        _ => None,
    }
}

/// A structured argument, which forms (and some clients' JSON) carry as a string.
pub(super) fn parsed(args: &Value, name: &str) -> Option<Result<Value, Refusal>> {
    match args.get(name)? {
        Value::Null => None,
        Value::String(json) => Some(serde_json::from_str(json).map_err(|_| "invalid_arguments".into())),
        value => Some(Ok(value.clone())),
    }
}
