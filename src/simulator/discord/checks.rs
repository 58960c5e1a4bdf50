//! What Discord takes and what it refuses: the documented limits of messages, components, forms and commands.
//!
//! <https://discord.com/developers/docs/resources/message>, `…/components/reference`,
//! `…/interactions/receiving-and-responding`, `…/interactions/application-commands`. Unknown keys, which Discord ignores,
//! are refused here, so that none is misspelt unnoticed.

use crate::simulator::discord::state::Content;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const CONTENT: usize = 2_000;
const EMBEDS: usize = 10;
const EMBEDS_TOGETHER: usize = 6_000;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4_096;
const FIELDS: usize = 25;
const FIELD_NAME: usize = 256;
const FIELD_VALUE: usize = 1_024;
const FOOTER: usize = 2_048;
const ROWS: usize = 5;
const BUTTONS: usize = 5;
const LABEL: usize = 80;
const CUSTOM_ID: usize = 100;
const NONCE: usize = 25;
const MODAL_TITLE: usize = 45;
const MODAL_COMPONENTS: usize = 5;
const COMMANDS: usize = 100;
const OPTIONS: usize = 25;
const THREAD_NAME: usize = 100;

/// Keys of a message's body, whether posted, edited or an answer.
const MESSAGE_KEYS: [&str; 14] = [
    "content",
    "nonce",
    "enforce_nonce",
    "tts",
    "embeds",
    "allowed_mentions",
    "message_reference",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
    "poll",
    "username",
    "avatar_url",
];

/// What Discord answers when it does not do what it was asked.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: u64,
    pub(super) message: String,
    pub(super) errors: Vec<String>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: u64, message: &str) -> Self {
        Self { status, code, message: message.to_owned(), errors: Vec::new() }
    }
}

/// What is wrong with a body, collected.
#[derive(Debug, Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn says(&mut self, at: &str, what: impl Into<String>) {
        self.0.push(format!("{at}: {}", what.into()));
    }

    fn refusal(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Refusal { errors: self.0, ..Refusal::new(400, 50035, "Invalid Form Body") })
    }

    /// A text from 1 to so many characters, or from none where it may be empty.
    fn text(&mut self, value: &Value, at: &str, least: usize, most: usize) {
        match value {
            Value::String(text) if (least..=most).contains(&text.chars().count()) => {}
            Value::Null if least == 0 => {}
            Value::String(_) => self.says(at, format!("Must be between {least} and {most} in length.")),
            Value::Null => self.says(at, "This field is required"),
            _ => self.says(at, "Must be a string."),
        }
    }

    fn list<'a>(&mut self, value: &'a Value, at: &str, least: usize, most: usize) -> &'a [Value] {
        match value {
            Value::Null if least == 0 => &[],
            Value::Array(items) => {
                if !(least..=most).contains(&items.len()) {
                    self.says(at, format!("Must be between {least} and {most} in length."));
                }
                items
            }
            _ => {
                self.says(at, "Must be a list.");
                &[]
            }
        }
    }

    fn keys(&mut self, value: &Value, known: &[&str], at: &str) {
        let Some(fields) = value.as_object() else { return self.says(at, "Must be an object.") };
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            self.says(at, format!("there is no key {key}"));
        }
    }
}

/// A message's new content. Where it is an edit, what is not named stays as it is in `before`.
pub(super) fn message(body: &Value, before: Option<Content>) -> Result<Content, Refusal> {
    let mut wrong = Wrong::default();
    wrong.keys(body, &MESSAGE_KEYS, "body");
    let mut content = before.unwrap_or_default();
    if body.get("content").is_some() {
        wrong.text(&body["content"], "content", 0, CONTENT);
        body["content"].as_str().unwrap_or_default().clone_into(&mut content.text);
    }
    if let Some(embeds) = body.get("embeds") {
        content.embeds = self::embeds(embeds, &mut wrong);
    }
    if let Some(components) = body.get("components") {
        content.components = rows(components, &mut wrong);
    }
    if let Some(flags) = body["flags"].as_u64() {
        content.flags = flags;
    }
    let nonce = match &body["nonce"] {
        Value::Number(number) => number.to_string(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    if nonce.chars().count() > NONCE {
        wrong.says("nonce", format!("Must be {NONCE} or fewer in length."));
    }
    content.pinged = pinged(&content.text, &body["allowed_mentions"], &mut wrong);
    wrong.refusal()?;
    let says = [content.embeds.is_empty(), content.components.is_empty(), content.files.is_empty()];
    if content.text.trim().is_empty() && says == [true; 3] {
        return Err(Refusal::new(400, 50006, "Cannot send an empty message"));
    }
    Ok(content)
}

fn embeds(embeds: &Value, wrong: &mut Wrong) -> Vec<Value> {
    let mut together = 0;
    let mut count = |value: &Value| together += value.as_str().map_or(0, |text| text.chars().count());
    for (place, embed) in wrong.list(embeds, "embeds", 0, EMBEDS).iter().enumerate() {
        let at = format!("embeds[{place}]");
        let known = [
            "title",
            "type",
            "description",
            "url",
            "timestamp",
            "color",
            "footer",
            "image",
            "thumbnail",
            "video",
            "provider",
            "author",
            "fields",
        ];
        wrong.keys(embed, &known, &at);
        wrong.text(&embed["title"], &format!("{at}.title"), 0, TITLE);
        wrong.text(&embed["description"], &format!("{at}.description"), 0, DESCRIPTION);
        if embed["footer"].is_object() {
            wrong.text(&embed["footer"]["text"], &format!("{at}.footer.text"), 1, FOOTER);
        }
        let fields = wrong.list(&embed["fields"], &format!("{at}.fields"), 0, FIELDS);
        for (place, field) in fields.iter().enumerate() {
            let at = format!("{at}.fields[{place}]");
            wrong.keys(field, &["name", "value", "inline"], &at);
            wrong.text(&field["name"], &format!("{at}.name"), 1, FIELD_NAME);
            wrong.text(&field["value"], &format!("{at}.value"), 1, FIELD_VALUE);
            count(&field["name"]);
            count(&field["value"]);
        }
        for value in [&embed["title"], &embed["description"], &embed["footer"]["text"], &embed["author"]["name"]] {
            count(value);
        }
        let says = ["title", "description", "image", "fields", "footer", "author"];
        if says.iter().all(|key| embed[*key].is_null()) {
            wrong.says(&at, "an embed has to say something");
        }
    }
    if together > EMBEDS_TOGETHER {
        wrong.says("embeds", format!("Embed size exceeds maximum size of {EMBEDS_TOGETHER}"));
    }
    embeds.as_array().cloned().unwrap_or_default()
}

fn rows(rows: &Value, wrong: &mut Wrong) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    for (place, row) in wrong.list(rows, "components", 0, ROWS).iter().enumerate() {
        let at = format!("components[{place}]");
        if row["type"] != 1 {
            wrong.says(&at, "only rows of buttons (type 1) are known here");
            continue;
        }
        let buttons = wrong.list(&row["components"], &format!("{at}.components"), 1, BUTTONS);
        for (place, button) in buttons.iter().enumerate() {
            let at = format!("{at}.components[{place}]");
            wrong.keys(button, &["type", "style", "label", "emoji", "custom_id", "url", "disabled", "id"], &at);
            if button["type"] != 2 || !button["style"].as_u64().is_some_and(|style| (1..=4).contains(&style)) {
                wrong.says(&at, "only buttons (type 2) of the styles 1 to 4 are known here");
            }
            wrong.text(&button["label"], &format!("{at}.label"), 1, LABEL);
            wrong.text(&button["custom_id"], &format!("{at}.custom_id"), 1, CUSTOM_ID);
            if !seen.insert(button["custom_id"].to_string()) {
                wrong.says(&at, "Component custom id cannot be duplicated");
            }
        }
    }
    rows.as_array().cloned().unwrap_or_default()
}

/// Whom a text pings, as far as the app allows it.
fn pinged(text: &str, allowed: &Value, wrong: &mut Wrong) -> Vec<String> {
    let parse = allowed["parse"].as_array();
    let kind = |name: &str| allowed.is_null() || parse.is_some_and(|parse| parse.iter().any(|kind| kind == name));
    for unknown in parse.into_iter().flatten().filter(|kind| !["users", "roles", "everyone"].iter().any(|k| kind == k))
    {
        wrong.says("allowed_mentions.parse", format!("there is no kind {unknown}"));
    }
    let listed = |id: &str| allowed["users"].as_array().is_some_and(|users| users.iter().any(|user| user == id));
    let mut pinged = Vec::new();
    for (place, _) in text.match_indices("<@") {
        let id: String =
            text[place + 2..].trim_start_matches(['!', '&']).chars().take_while(char::is_ascii_digit).collect();
        if !id.is_empty() && (kind("users") || listed(&id)) {
            pinged.push(id);
        }
    }
    if kind("everyone") && (text.contains("@everyone") || text.contains("@here")) {
        pinged.push("@everyone".to_owned());
    }
    pinged
}

/// A form.
pub(super) fn modal(data: &Value) -> Result<(), Refusal> {
    let mut wrong = Wrong::default();
    wrong.keys(data, &["custom_id", "title", "components"], "data");
    wrong.text(&data["custom_id"], "data.custom_id", 1, CUSTOM_ID);
    wrong.text(&data["title"], "data.title", 1, MODAL_TITLE);
    for (place, row) in wrong.list(&data["components"], "data.components", 1, MODAL_COMPONENTS).iter().enumerate() {
        let at = format!("data.components[{place}]");
        for input in inputs_of(row) {
            if input["type"] != 4 || !input["style"].as_u64().is_some_and(|style| (1..=2).contains(&style)) {
                wrong.says(&at, "only text inputs (type 4) of the styles 1 and 2 are known here");
            }
            let known = ["type", "custom_id", "style", "label", "min_length", "max_length", "required", "value"];
            let more = ["placeholder", "id"];
            wrong.keys(input, &known.iter().chain(&more).copied().collect::<Vec<_>>(), &at);
            wrong.text(&input["custom_id"], &format!("{at}.custom_id"), 1, CUSTOM_ID);
            wrong.text(&input["label"], &format!("{at}.label"), usize::from(row["type"] == 1), MODAL_TITLE);
            wrong.text(&input["placeholder"], &format!("{at}.placeholder"), 0, 100);
            wrong.text(&input["value"], &format!("{at}.value"), 0, 4_000);
        }
        match row["type"].as_u64() {
            Some(1) => {}
            Some(10) => {
                wrong.keys(row, &["type", "id", "content"], &at);
                wrong.text(&row["content"], &format!("{at}.content"), 1, 4_000);
            }
            Some(18) => {
                wrong.keys(row, &["type", "id", "label", "description", "component"], &at);
                wrong.text(&row["label"], &format!("{at}.label"), 1, MODAL_TITLE);
                wrong.text(&row["description"], &format!("{at}.description"), 0, 100);
            }
            _ => wrong.says(&at, "expected a row, a label or a text"),
        }
    }
    wrong.refusal()
}

/// The inputs in a row or a label of a form.
pub(super) fn inputs_of(row: &Value) -> impl Iterator<Item = &Value> {
    let in_row = row["components"].as_array().into_iter().flatten();
    in_row.chain(Some(&row["component"]).filter(|input| input.is_object()))
}

/// A list of commands.
pub(super) fn commands(body: &Value) -> Result<Vec<Value>, Refusal> {
    let mut wrong = Wrong::default();
    for (place, command) in wrong.list(body, "commands", 0, COMMANDS).iter().enumerate() {
        self::command(command, &format!("[{place}]"), &mut wrong);
    }
    wrong.refusal()?;
    Ok(body.as_array().cloned().unwrap_or_default())
}

fn command(command: &Value, at: &str, wrong: &mut Wrong) {
    let name = command["name"].as_str().unwrap_or_default();
    let fits = |c: char| c.is_alphanumeric() && !c.is_uppercase() || c == '-' || c == '_' || c == '\'';
    if !(1..=32).contains(&name.chars().count()) || !name.chars().all(fits) {
        wrong.says(&format!("{at}.name"), "APPLICATION_COMMAND_INVALID_NAME");
    }
    wrong.text(&command["description"], &format!("{at}.description"), 1, 100);
    let mut optional = false;
    for (place, option) in wrong.list(&command["options"], &format!("{at}.options"), 0, OPTIONS).iter().enumerate() {
        let at = format!("{at}.options[{place}]");
        let required = option["required"] == true;
        if required && optional {
            wrong.says(&at, "Required options must be placed before non-required options");
        }
        optional |= !required && option["type"] != 1;
        self::command(option, &at, wrong);
    }
}

/// A thread's name.
pub(super) fn thread(body: &Value) -> Result<String, Refusal> {
    let mut wrong = Wrong::default();
    // Discord passes over a type here, which discord.js always sends.
    wrong.keys(body, &["name", "auto_archive_duration", "rate_limit_per_user", "type"], "body");
    wrong.text(&body["name"], "name", 1, THREAD_NAME);
    let duration = &body["auto_archive_duration"];
    if !duration.is_null() && ![60, 1_440, 4_320, 10_080].iter().any(|minutes| duration == minutes) {
        wrong.says("auto_archive_duration", "Value must be one of (60, 1440, 4320, 10080).");
    }
    wrong.refusal()?;
    Ok(body["name"].as_str().unwrap_or_default().to_owned())
}

/// A body as an object.
pub(super) fn object(body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_slice(body).map_err(|_| Refusal::new(400, 50109, "The request body contains invalid JSON."))
}
