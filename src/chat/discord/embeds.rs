//! A card, or a text, as a message; within Discord's limits, most of which serenity does not know.
//!
//! A card is its headline for a text, which notifications show, and embeds below it. What a button asks before it counts
//! is the card's last embeds, one for each such button and in their order: for everybody to read before somebody clicks,
//! and where the click finds it, also after a restart, on another replica, and without knowing any incident.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::commands;
use super::escape::{code, line, markdown, parts, shortened, unescaped};
use crate::chat::text::{NOTHING, fitted, length, or_nothing};
use crate::chat::{Block, Button, Card, Confirm, Mention, Tone};
use crate::request::{Asks, Emphasis, Verb};

/// A message's text (less what stands before an answer that everybody sees), and what all embeds say together:
/// <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>.
const TEXT: usize = 2_000;
const BEFORE: usize = 40;
const TOGETHER: usize = 6_000;
const EMBEDS: usize = 10;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4_096;
const FIELDS: usize = 25;
const FIELD_NAME: usize = 256;
const FIELD_VALUE: usize = 1_024;
/// Buttons: <https://discord.com/developers/docs/components/reference#button>.
const IN_A_ROW: usize = 5;
const ROWS: usize = 5;
const LABEL: usize = 80;
const CUSTOM_ID: usize = 100;
/// A form's title and its captions: <https://discord.com/developers/docs/components/reference#text-input>.
const FORM_TITLE: usize = 45;
/// Kinds of components: <https://discord.com/developers/docs/components/reference#component-object-component-types>.
const ROW: u64 = 1;
const INPUT: u64 = 4;
const TEXT_SHOWN: u64 = 10;
/// What a headline may take, and what a question and its title: they are never cut to less.
const HEADLINE: usize = 300;
const QUESTION: usize = 1_200;
/// The longest piece that is kept in one, where there is room.
const PIECE: usize = 1_900;
/// Less of a piece than this is not worth showing.
const REST: usize = 60;
/// How many messages one text may be.
const MESSAGES: usize = 5;

/// A mark before what a confirmation's own buttons carry.
pub(super) const YES: &str = "yes/";
pub(super) const NO: &str = "no/";

/// The form's one field.
pub(super) const REASON: &str = "reason";

/// A message that only one person sees: <https://discord.com/developers/docs/resources/message#message-object-message-flags>.
pub(super) const EPHEMERAL: u64 = 1 << 6;
/// Addresses in the text bring no previews.
const NO_PREVIEWS: u64 = 1 << 2;

/// A card as a message's body.
pub(super) fn card(card: &Card) -> Value {
    let headline = markdown(&card.headline.replace('\n', " "));
    let questions: Vec<Value> = visible_buttons(&card.buttons).into_iter().filter_map(question).collect();
    let taken: usize = questions.iter().map(size).sum();
    let drawn = |blocks: &[Block]| {
        let mut drawing = Drawing::new(tone(card.tone), TOGETHER - taken.min(TOGETHER), EMBEDS - questions.len());
        for block in blocks {
            drawing.block(block);
        }
        drawing
    };
    let blocks = fitted(&card.blocks, |blocks| !drawn(blocks).full);
    let mut embeds = drawn(&blocks).finish();
    embeds.extend(questions);
    let mut body = json!({
        "content": format!("### {} {}", card.tone.mark(), shortened(&headline, HEADLINE)),
        "embeds": embeds,
        "components": rows(&visible_buttons(&card.buttons)),
        "allowed_mentions": {"parse": []},
    });
    call(card, &mut body);
    body
}

/// Adds whom a card calls: named in the text, and allowed to be reached, each by id.
fn call(card: &Card, body: &mut Value) {
    let (mut users, mut roles, mut named) = (Vec::new(), Vec::new(), String::new());
    let all = card.blocks.iter().filter_map(|block| if let Block::Mentions(all) = block { Some(all) } else { None });
    for mention in all.flatten() {
        let (id, into, mark) = match mention {
            Mention::Account(id) => (id, &mut users, "@"),
            Mention::Group(id) => (id, &mut roles, "@&"),
        };
        // Discord takes a hundred of each.
        if id.bytes().all(|byte| byte.is_ascii_digit()) && !into.contains(&id) && users_fit(&named) {
            into.push(id);
            // Writing to a String does not fail.
            let _ = write!(named, "<{mark}{id}> ");
        }
    }
    if named.is_empty() {
        return;
    }
    body["content"] = json!(format!("{}\n{}", body["content"].as_str().unwrap_or_default(), named.trim_end()));
    body["allowed_mentions"] = json!({"parse": [], "users": users, "roles": roles});
}

/// Whether one more mention fits into a message's text, beside the headline.
fn users_fit(named: &str) -> bool {
    named.len() + 30 < TEXT - HEADLINE - BEFORE
}

/// A text as the bodies of messages, at least one: nothing in it is formatted, links or mentions.
pub(super) fn texts(text: &str) -> Vec<Value> {
    let mut parts = parts(&markdown(text), TEXT - BEFORE);
    if parts.len() > MESSAGES {
        parts.truncate(MESSAGES);
        if let Some(last) = parts.last_mut() {
            last.push_str("\n…");
        }
    }
    if parts.is_empty() {
        parts.push(NOTHING.to_owned());
    }
    parts.iter().map(|part| text_body(part)).collect()
}

/// Markdown of our own as a message's body.
pub(super) fn text_body(markdown: &str) -> Value {
    json!({"content": markdown, "allowed_mentions": {"parse": []}, "flags": NO_PREVIEWS})
}

/// What a person is asked before a click counts: the card's own words, and two buttons.
pub(super) fn confirmation(custom_id: &str, question: &Question, yes: &str, no: &str) -> Value {
    let button = |mark: &str, style: u64, label: &str| json!({"type": 2, "style": style, "label": line(label, LABEL), "custom_id": format!("{mark}{custom_id}")});
    let mut body = text_body(&shortened(&format!("**{}**\n{}", question.title, question.text), TEXT));
    body["components"] = json!([{"type": 1, "components": [button(YES, 3, yes), button(NO, 2, no)]}]);
    body["flags"] = json!(EPHEMERAL | NO_PREVIEWS);
    body
}

/// What a person is asked before a request counts: the card's own words, and why, if they want to say so. Sending it in is
/// the click that counts.
pub(super) fn form(custom_id: &str, question: &Question, reason: &str) -> Value {
    // In a row, and not below a label: serenity loses what stands in a label.
    let why = json!({
        "type": INPUT,
        "custom_id": REASON,
        "style": 2,
        "label": line(reason, FORM_TITLE),
        "required": false,
        "max_length": commands::REASON,
    });
    json!({
        "custom_id": format!("{YES}{custom_id}"),
        "title": line(&unescaped(&question.title), FORM_TITLE),
        "components": [
            {"type": TEXT_SHOWN, "content": shortened(&question.text, TEXT)},
            {"type": ROW, "components": [why]},
        ],
    })
}

/// What a card's button asks first, as the card says it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    title: String,
    text: String,
}

/// What a click on a card's button asks first, found on the card itself; `None` where it is not there (any more: whoever
/// may moderate can take a message's embeds away).
pub(super) fn question_on(message: &Value, custom_id: &str) -> Option<Question> {
    let rows = message["components"].as_array().into_iter().flatten();
    let buttons = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
    let asking: Vec<&str> = buttons
        .filter_map(|button| button["custom_id"].as_str())
        .filter(|id| id.split(':').next().and_then(Verb::of_button).is_some_and(|verb| verb.asks() != Asks::Nothing))
        .collect();
    let place = asking.iter().position(|id| *id == custom_id)?;
    let embeds = message["embeds"].as_array()?;
    let embed = embeds.get(embeds.len().checked_sub(asking.len())? + place)?;
    // Of all embeds only questions have a title.
    let (title, text) = (embed["title"].as_str()?, embed["description"].as_str()?);
    Some(Question { title: title.to_owned(), text: text.to_owned() })
}

/// The buttons that Discord takes: none twice, and no value that was cut, which would mean something else.
fn visible_buttons(buttons: &[Button]) -> Vec<&Button> {
    let mut shown: Vec<&Button> = Vec::new();
    for button in buttons {
        let id = custom_id(button);
        // Beside its own, a confirmation's mark has to fit in.
        let fits = id.len() + YES.len() <= CUSTOM_ID && shown.len() < IN_A_ROW * ROWS;
        if fits && shown.iter().all(|other| custom_id(other) != id) {
            shown.push(button);
        }
    }
    shown
}

fn custom_id(button: &Button) -> String {
    format!("{}:{}", button.verb.button().unwrap_or_default(), button.value)
}

fn rows(buttons: &[&Button]) -> Vec<Value> {
    let row = |buttons: &[&Button]| {
        let buttons: Vec<Value> = buttons.iter().map(|one| button(one)).collect();
        json!({"type": 1, "components": buttons})
    };
    buttons.chunks(IN_A_ROW).map(row).collect()
}

fn button(button: &Button) -> Value {
    let style = match button.verb.emphasis() {
        Emphasis::Primary => 3,
        Emphasis::Danger => 4,
        Emphasis::Plain => 2,
    };
    json!({"type": 2, "style": style, "label": line(&button.label, LABEL), "custom_id": custom_id(button)})
}

/// A button's question as an embed. One that asks has one in any case, so that they can be counted.
fn question(button: &Button) -> Option<Value> {
    if button.verb.asks() == Asks::Nothing {
        return None;
    }
    let nothing = Confirm { title: button.label.clone(), text: String::new(), yes: String::new(), no: String::new() };
    let Confirm { title, text, .. } = button.confirm.as_ref().unwrap_or(&nothing);
    let title = shortened(&markdown(&title.replace('\n', " ")), TITLE);
    Some(json!({"title": or_nothing(title), "description": or_nothing(shortened(&markdown(text), QUESTION))}))
}

fn size(embed: &Value) -> usize {
    ["title", "description"].iter().filter_map(|key| embed[*key].as_str()).map(length).sum()
}

fn tone(tone: Tone) -> u32 {
    match tone {
        Tone::Good => 0x002E_7D32,
        Tone::Alarm => 0x00C6_2828,
        Tone::Busy => 0x00F9_A825,
        Tone::Call => 0x0015_65C0,
        Tone::Over => 0x0061_6161,
    }
}

/// The embeds as they grow, and what room is left.
struct Drawing {
    color: u32,
    done: Vec<Value>,
    description: String,
    room: usize,
    embeds: usize,
    /// Nothing more is taken.
    full: bool,
}

impl Drawing {
    fn new(color: u32, room: usize, embeds: usize) -> Self {
        Self { color, done: Vec::new(), description: String::new(), room, embeds, full: false }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text(text) => self.pieces("", &markdown(text), ""),
            Block::Titled(title, text) => {
                let title = shortened(&markdown(&title.replace('\n', " ")), TITLE);
                if !title.trim().is_empty() {
                    self.piece("**", title.trim(), "**");
                }
                self.pieces("", &markdown(text), "");
            }
            Block::Code(text) => self.pieces("```\n", &code(text), "\n```"),
            Block::Note(text) => {
                for line in text.lines() {
                    self.pieces("-# ", &markdown(line), "");
                }
            }
            Block::Link(text, address) => self.piece("-# ", &format!("[{}]({address})", markdown(text)), ""),
            // They stand in the text: in an embed they would reach nobody.
            Block::Mentions(_) => {}
            Block::Fields(fields) => fields.chunks(FIELDS).for_each(|fields| self.fields(fields)),
        }
    }

    fn pieces(&mut self, open: &str, escaped: &str, close: &str) {
        for part in parts(escaped, PIECE - length(open) - length(close)) {
            self.piece(open, &part, close);
        }
    }

    /// Adds a piece, or what there is room for; afterwards nothing.
    fn piece(&mut self, open: &str, escaped: &str, close: &str) {
        if self.full {
            return;
        }
        let around = length(open) + length(close) + 1;
        if length(&self.description) + around + length(escaped) > DESCRIPTION {
            self.flush(&[]);
        }
        if self.done.len() >= self.embeds || self.room < around + REST {
            self.full = true;
            return;
        }
        let piece = shortened(escaped, self.room - around);
        self.full = piece != escaped;
        self.room -= around + length(&piece);
        if !self.description.is_empty() {
            self.description.push('\n');
        }
        // Writing to a String does not fail.
        let _ = write!(self.description, "{open}{piece}{close}");
    }

    fn fields(&mut self, fields: &[(String, String)]) {
        let mut taken = Vec::new();
        for (name, value) in fields {
            let name = or_nothing(shortened(&markdown(&name.replace('\n', " ")), FIELD_NAME));
            let value = or_nothing(shortened(&markdown(value), FIELD_VALUE));
            let needs = length(&name) + length(&value);
            if self.full || needs > self.room || self.done.len() >= self.embeds {
                self.full = true;
                break;
            }
            self.room -= needs;
            taken.push(json!({"name": name, "value": value, "inline": true}));
        }
        self.flush(&taken);
    }

    fn flush(&mut self, fields: &[Value]) {
        if self.description.is_empty() && fields.is_empty() {
            return;
        }
        let mut embed = json!({"color": self.color});
        if !self.description.is_empty() {
            embed["description"] = json!(std::mem::take(&mut self.description));
        }
        if !fields.is_empty() {
            embed["fields"] = json!(fields);
        }
        self.done.push(embed);
    }

    fn finish(mut self) -> Vec<Value> {
        self.flush(&[]);
        self.done
    }
}
