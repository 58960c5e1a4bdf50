//! Slack's limits on what may be shown, and its words when they are broken.
//!
//! <https://docs.slack.dev/reference/block-kit/>. The blocks and elements a bot is likely to send are checked to the
//! last key; of the rest only the type is known.

use serde_json::{Map, Value};
use std::collections::HashSet;

/// Blocks in a message, and in a modal.
const BLOCKS_IN_MESSAGE: usize = 50;
const BLOCKS_IN_MODAL: usize = 100;
/// Any text, unless it is held to less.
const TEXT: usize = 3_000;
const ID: usize = 255;
const URL: usize = 3_000;
const HEADER: usize = 150;
const FIELDS: usize = 10;
const FIELD: usize = 2_000;
const ACTIONS: usize = 25;
const CONTEXT: usize = 10;
const BUTTON: usize = 75;
const BUTTON_VALUE: usize = 2_000;
const OPTIONS: usize = 100;
const OPTION_VALUE: usize = 150;
const LABEL: usize = 2_000;
const PLACEHOLDER: usize = 150;
const MODAL_TITLE: usize = 24;
const PRIVATE_METADATA: usize = 3_000;
/// The sum that Slack does not document: with 11,341 characters of text in 17,694 of JSON a message was refused, with
/// 9,597 in 15,561 one was taken, and markdown alone was taken up to 13,297.
/// <https://github.com/slackapi/bolt-js/issues/2867>, <https://github.com/slackapi/bolt-js/issues/2509>
const ALL_TEXT: usize = 12_000;
const ALL_JSON: usize = 16_500;

const VIEW_KEYS: [&str; 11] = [
    "type",
    "title",
    "blocks",
    "close",
    "submit",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
];

/// Where blocks are to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
}

/// Which text objects may stand somewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Any,
}

/// Everything wrong with the blocks, in Slack's words; nothing if Slack takes them.
pub(super) fn problems(blocks: &[Value], surface: Surface) -> Vec<String> {
    let mut check = Check::default();
    check.blocks(blocks, surface);
    check.problems
}

/// Everything wrong with a modal.
pub(super) fn view_problems(view: &Value) -> Vec<String> {
    let mut check = Check::default();
    check.view(view);
    check.problems
}

/// Whether the blocks are too long together, though each is short enough.
pub(super) fn too_long(blocks: &[Value]) -> bool {
    let texts: usize = blocks.iter().map(text_in).sum();
    texts > ALL_TEXT || blocks.iter().map(|block| block.to_string().len()).sum::<usize>() > ALL_JSON
}

fn text_in(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(text_in).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) if name == "text" => text.chars().count(),
                value => text_in(value),
            })
            .sum(),
        _ => 0,
    }
}

/// A pass over blocks that notes what is wrong and where.
#[derive(Default)]
struct Check {
    problems: Vec<String>,
    block_ids: HashSet<String>,
}

impl Check {
    fn wrong(&mut self, what: impl AsRef<str>, at: &str) {
        self.problems.push(format!("{} [json-pointer:{at}]", what.as_ref()));
    }

    fn blocks(&mut self, blocks: &[Value], surface: Surface) {
        let most = if surface == Surface::Modal { BLOCKS_IN_MODAL } else { BLOCKS_IN_MESSAGE };
        if blocks.len() > most {
            self.wrong(format!("no more than {most} items allowed"), "/blocks");
        }
        for (place, block) in blocks.iter().enumerate() {
            self.block(block, &format!("/blocks/{place}"));
        }
    }

    fn block(&mut self, block: &Value, at: &str) {
        let Some(fields) = block.as_object() else { return self.wrong("must be an object", at) };
        let kind = block["type"].as_str().unwrap_or_default();
        match kind {
            "section" => {
                self.keys(fields, &["text", "fields", "accessory", "expand"], at);
                if fields.get("text").is_none() && fields.get("fields").is_none() {
                    self.wrong("missing required field: fields or text", at);
                }
                self.text(fields.get("text"), Kind::Any, TEXT, &format!("{at}/text"));
                for (place, field) in self.items(fields, "fields", 1, FIELDS, at).iter().enumerate() {
                    self.text(Some(field), Kind::Any, FIELD, &format!("{at}/fields/{place}"));
                }
                if let Some(accessory) = fields.get("accessory") {
                    self.element(accessory, &format!("{at}/accessory"));
                }
            }
            "header" => {
                self.keys(fields, &["text", "level"], at);
                self.required(fields, &["text"], at);
                self.text(fields.get("text"), Kind::Plain, HEADER, &format!("{at}/text"));
            }
            "divider" => self.keys(fields, &[], at),
            "context" => {
                self.keys(fields, &["elements"], at);
                self.required(fields, &["elements"], at);
                for (place, element) in self.items(fields, "elements", 1, CONTEXT, at).iter().enumerate() {
                    let at = format!("{at}/elements/{place}");
                    if element["type"] == "image" {
                        self.element(element, &at);
                    } else {
                        self.text(Some(element), Kind::Any, TEXT, &at);
                    }
                }
            }
            "actions" => {
                self.keys(fields, &["elements"], at);
                self.required(fields, &["elements"], at);
                let mut action_ids = HashSet::new();
                for (place, element) in self.items(fields, "elements", 1, ACTIONS, at).iter().enumerate() {
                    let at = format!("{at}/elements/{place}");
                    self.element(element, &at);
                    let id = element["action_id"].as_str().unwrap_or_default();
                    if !id.is_empty() && !action_ids.insert(id.to_owned()) {
                        self.wrong(format!("`action_id` \"{id}\" already exists for a different action"), &at);
                    }
                }
            }
            "input" => {
                self.keys(fields, &["label", "element", "hint", "optional", "dispatch_action"], at);
                self.required(fields, &["label", "element"], at);
                self.text(fields.get("label"), Kind::Plain, LABEL, &format!("{at}/label"));
                self.text(fields.get("hint"), Kind::Plain, LABEL, &format!("{at}/hint"));
                if let Some(element) = fields.get("element") {
                    self.element(element, &format!("{at}/element"));
                }
            }
            "image" => {
                self.keys(fields, &["image_url", "slack_file", "alt_text", "title"], at);
                self.image(fields, at);
                self.text(fields.get("title"), Kind::Plain, LABEL, &format!("{at}/title"));
            }
            "markdown" => {
                self.keys(fields, &["text"], at);
                self.required(fields, &["text"], at);
                self.string(fields, "text", ALL_TEXT, at);
            }
            "rich_text" | "file" | "video" | "table" | "alert" | "card" | "carousel" | "context_actions"
            | "task_card" | "plan" | "container" | "data_table" | "data_visualization" => {}
            other => self.wrong(format!("unsupported type: {other}"), &format!("{at}/type")),
        }
        self.string(fields, "block_id", ID, at);
        if let Some(id) = block["block_id"].as_str()
            && !self.block_ids.insert(id.to_owned())
        {
            self.wrong(format!("`block_id` \"{id}\" already exists"), &format!("{at}/block_id"));
        }
    }

    fn element(&mut self, element: &Value, at: &str) {
        let Some(fields) = element.as_object() else { return self.wrong("must be an object", at) };
        let interactive = ["action_id", "confirm", "focus_on_load", "placeholder"];
        let with = |more: &[&'static str]| interactive.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
        match element["type"].as_str().unwrap_or_default() {
            "button" => {
                self.keys(
                    fields,
                    &["action_id", "text", "url", "value", "style", "confirm", "accessibility_label"],
                    at,
                );
                self.required(fields, &["text"], at);
                self.text(fields.get("text"), Kind::Plain, BUTTON, &format!("{at}/text"));
                self.string(fields, "value", BUTTON_VALUE, at);
                self.string(fields, "url", URL, at);
                self.string(fields, "accessibility_label", BUTTON, at);
                self.style(fields, at);
            }
            "image" => {
                self.keys(fields, &["image_url", "slack_file", "alt_text"], at);
                self.image(fields, at);
            }
            "static_select" | "multi_static_select" => {
                let keys =
                    with(&["options", "option_groups", "initial_option", "initial_options", "max_selected_items"]);
                self.keys(fields, &keys, at);
                if fields.get("option_groups").is_none() {
                    self.required(fields, &["options"], at);
                }
                self.options(fields, OPTIONS, at);
            }
            "overflow" => {
                self.keys(fields, &["action_id", "options", "confirm"], at);
                self.required(fields, &["options"], at);
                self.options(fields, 5, at);
            }
            "checkboxes" | "radio_buttons" => {
                self.keys(fields, &with(&["options", "initial_option", "initial_options"]), at);
                self.required(fields, &["options"], at);
                self.options(fields, 10, at);
            }
            "plain_text_input" => {
                let own = ["initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"];
                self.keys(fields, &with(&own), at);
                self.string(fields, "initial_value", TEXT, at);
            }
            "users_select"
            | "conversations_select"
            | "channels_select"
            | "external_select"
            | "datepicker"
            | "timepicker"
            | "datetimepicker"
            | "number_input"
            | "url_text_input"
            | "email_text_input"
            | "rich_text_input"
            | "file_input"
            | "multi_users_select"
            | "multi_conversations_select"
            | "multi_channels_select"
            | "multi_external_select"
            | "workflow_button" => {}
            other => self.wrong(format!("unsupported type: {other}"), &format!("{at}/type")),
        }
        self.string(fields, "action_id", ID, at);
        self.text(fields.get("placeholder"), Kind::Plain, PLACEHOLDER, &format!("{at}/placeholder"));
        if let Some(confirm) = fields.get("confirm") {
            self.confirm(confirm, &format!("{at}/confirm"));
        }
    }

    fn confirm(&mut self, confirm: &Value, at: &str) {
        let Some(fields) = confirm.as_object() else { return self.wrong("must be an object", at) };
        for key in fields.keys() {
            if !["title", "text", "confirm", "deny", "style"].contains(&key.as_str()) {
                self.wrong(format!("invalid additional property: {key}"), at);
            }
        }
        self.required(fields, &["title", "text", "confirm", "deny"], at);
        for (name, kind, most) in [
            ("title", Kind::Plain, 100),
            ("text", Kind::Any, 300),
            ("confirm", Kind::Plain, 30),
            ("deny", Kind::Plain, 30),
        ] {
            self.text(fields.get(name), kind, most, &format!("{at}/{name}"));
        }
        self.style(fields, at);
    }

    fn options(&mut self, fields: &Map<String, Value>, most: usize, at: &str) {
        for (place, option) in self.items(fields, "options", 1, most, at).iter().enumerate() {
            let at = format!("{at}/options/{place}");
            let Some(fields) = option.as_object() else {
                self.wrong("must be an object", &at);
                continue;
            };
            for key in fields.keys() {
                if !["text", "value", "description", "url"].contains(&key.as_str()) {
                    self.wrong(format!("invalid additional property: {key}"), &at);
                }
            }
            self.required(fields, &["text", "value"], &at);
            self.text(fields.get("text"), Kind::Any, BUTTON, &format!("{at}/text"));
            self.text(fields.get("description"), Kind::Any, BUTTON, &format!("{at}/description"));
            self.string(fields, "value", OPTION_VALUE, &at);
        }
    }

    fn view(&mut self, view: &Value) {
        let Some(fields) = view.as_object() else { return self.wrong("must be an object", "/view") };
        for key in fields.keys().filter(|key| !VIEW_KEYS.contains(&key.as_str())) {
            self.wrong(format!("invalid additional property: {key}"), "/view");
        }
        if view["type"] != "modal" {
            self.wrong("unsupported type", "/view/type");
        }
        self.required(fields, &["title", "blocks"], "/view");
        for name in ["title", "close", "submit"] {
            self.text(fields.get(name), Kind::Plain, MODAL_TITLE, &format!("/view/{name}"));
        }
        self.string(fields, "private_metadata", PRIVATE_METADATA, "/view");
        self.string(fields, "callback_id", ID, "/view");
        self.string(fields, "external_id", ID, "/view");
        let blocks = view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
        if view["submit"].is_null() && blocks.iter().any(|block| block["type"] == "input") {
            self.wrong("missing required field: submit", "/view");
        }
        self.blocks(blocks, Surface::Modal);
    }

    fn image(&mut self, fields: &Map<String, Value>, at: &str) {
        self.required(fields, &["alt_text"], at);
        if fields.get("slack_file").is_none() {
            self.required(fields, &["image_url"], at);
        }
        self.string(fields, "image_url", URL, at);
        self.string(fields, "alt_text", LABEL, at);
    }

    /// A text object of a kind, from 1 to so many characters.
    fn text(&mut self, text: Option<&Value>, kind: Kind, most: usize, at: &str) {
        let Some(text) = text else { return };
        let Some(fields) = text.as_object() else { return self.wrong("must be an object", at) };
        let own = match text["type"].as_str() {
            Some("plain_text") => "emoji",
            Some("mrkdwn") if kind == Kind::Any => "verbatim",
            other => {
                let allowed = if kind == Kind::Any { "plain_text, mrkdwn" } else { "plain_text" };
                let found = other.unwrap_or_default();
                self.wrong(format!("unsupported type: {found}; must be one of: {allowed}"), &format!("{at}/type"));
                return;
            }
        };
        for key in fields.keys() {
            if !["type", "text", own].contains(&key.as_str()) {
                self.wrong(format!("invalid additional property: {key}"), at);
            }
        }
        self.required(fields, &["text"], at);
        if self.string(fields, "text", most, at) {
            self.wrong("failed to match all allowed schemas", at);
        }
    }

    /// A string from 1 to so many characters; true if it is not.
    fn string(&mut self, fields: &Map<String, Value>, name: &str, most: usize, at: &str) -> bool {
        let at = format!("{at}/{name}");
        match fields.get(name) {
            Some(Value::String(text)) if text.is_empty() && may_not_be_empty(name) => {
                self.wrong("must be more than 0 characters", &at);
                true
            }
            Some(Value::String(text)) if text.chars().count() > most => {
                self.wrong(format!("must be less than {} characters", most + 1), &at);
                true
            }
            None | Some(Value::String(_)) => false,
            Some(_) => {
                self.wrong("must be a string", &at);
                true
            }
        }
    }

    fn style(&mut self, fields: &Map<String, Value>, at: &str) {
        if fields.get("style").is_some_and(|style| style != "primary" && style != "danger") {
            self.wrong("must be one of: primary, danger", &format!("{at}/style"));
        }
    }

    fn items<'a>(
        &mut self,
        fields: &'a Map<String, Value>,
        name: &str,
        least: usize,
        most: usize,
        at: &str,
    ) -> &'a [Value] {
        let Some(items) = fields.get(name) else { return &[] };
        let at = format!("{at}/{name}");
        let Some(items) = items.as_array() else {
            self.wrong("must be an array", &at);
            return &[];
        };
        if items.len() < least {
            self.wrong(format!("no fewer than {least} items allowed"), &at);
        }
        if items.len() > most {
            self.wrong(format!("no more than {most} items allowed"), &at);
        }
        items
    }

    fn required(&mut self, fields: &Map<String, Value>, names: &[&str], at: &str) {
        for name in names.iter().filter(|name| fields.get(**name).is_none()) {
            self.wrong(format!("missing required field: {name}"), at);
        }
    }

    /// No keys but these, and those that every block and element has.
    fn keys(&mut self, fields: &Map<String, Value>, names: &[&str], at: &str) {
        for key in fields.keys() {
            if !names.contains(&key.as_str()) && key != "type" && key != "block_id" {
                self.wrong(format!("invalid additional property: {key}"), at);
            }
        }
    }
}

/// Texts and ids may not be empty; values and metadata may.
fn may_not_be_empty(name: &str) -> bool {
    matches!(name, "text" | "action_id" | "block_id" | "image_url" | "alt_text" | "url")
}
