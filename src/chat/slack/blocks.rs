//! A card, or a text, as Block Kit; within Slack's limits, which the client crate does not know.

use serde_json::Value;
use slack_morphism::prelude::{
    SlackActionBlockElement, SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackBlockConfirmItem, SlackBlockMarkDownText, SlackBlockPlainText, SlackBlockText, SlackContextBlock,
    SlackContextBlockElement, SlackHeaderBlock, SlackSectionBlock,
};

use super::escape::{code_parts, mrkdwn, mrkdwn_parts, plain, plain_parts};
use crate::chat::text::{NOTHING, fitted, length, or_nothing};
use crate::chat::{Block, Button, Card, Confirm, Mention};
use crate::request::{Asks, Emphasis};

/// A header's text: <https://docs.slack.dev/reference/block-kit/blocks/header-block/>.
const HEADER: usize = 150;
/// A section's text: <https://docs.slack.dev/reference/block-kit/blocks/section-block/>.
const SECTION: usize = 3_000;
/// Fields in a section, and a field's text: the same page.
const FIELDS: usize = 10;
const FIELD: usize = 2_000;
/// What a heading or a field's name may take of its text.
const HEADING: usize = 200;
/// What a link's text may take.
const LINK: usize = 200;
/// Buttons in a block: <https://docs.slack.dev/reference/block-kit/blocks/actions-block/>.
const BUTTONS: usize = 25;
/// A button's text and value: <https://docs.slack.dev/reference/block-kit/block-elements/button-element/>.
const LABEL: usize = 75;
const VALUE: usize = 2_000;
/// A dialog's texts: <https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object/>.
const CONFIRM_TITLE: usize = 100;
const CONFIRM_TEXT: usize = 300;
const CONFIRM_ANSWER: usize = 30;
/// Blocks in a message: <https://docs.slack.dev/reference/block-kit/blocks/>.
const BLOCKS: usize = 50;
/// All blocks together, in characters of text and bytes of JSON. Slack's own limit is not documented; a message with
/// 11,341 and 17,694 was refused, one with 9,597 and 15,561 was taken:
/// <https://github.com/slackapi/bolt-js/issues/2867>.
const ALL_TEXT: usize = 11_000;
const ALL_JSON: usize = 15_500;
/// A message's text: <https://docs.slack.dev/reference/methods/chat.update/> (`msg_too_long`).
const TEXT: usize = 4_000;

/// A code block's fences.
const FENCES: usize = "```\n\n```".len();

/// What a message says.
#[derive(Debug)]
pub(super) struct Message {
    /// What notifications and screen readers say.
    pub(super) text: String,
    /// What is shown.
    pub(super) blocks: Vec<SlackBlock>,
}

/// A card: headline, blocks, buttons.
pub(super) fn card(card: &Card) -> Message {
    let headline = format!("{} {}", card.tone.mark(), card.headline);
    let header: SlackBlock = SlackHeaderBlock::new(literal(line(&headline, HEADER)).into()).into();
    let buttons = actions(&card.buttons);
    let drawn = |blocks: &[Block]| together(&header, blocks.iter().flat_map(block), buttons.as_ref());
    let blocks = fitted(&card.blocks, |blocks| drawn(blocks).1);
    Message { text: mrkdwn(&headline, TEXT), blocks: drawn(&blocks).0 }
}

/// A text as it is: nothing in it is formatted, links or mentions.
pub(super) fn text(text: &str) -> Message {
    let mut sections = plain_parts(text, SECTION).into_iter().map(|part| section(literal(part)));
    let first = sections.next().unwrap_or_else(|| section(literal(NOTHING.to_owned())));
    Message { text: mrkdwn(text, TEXT), blocks: together(&first, sections, None).0 }
}

/// All blocks, as far as a message holds them, and whether it holds them all. The first and the last are always there.
fn together(
    first: &SlackBlock,
    body: impl Iterator<Item = SlackBlock>,
    last: Option<&SlackBlock>,
) -> (Vec<SlackBlock>, bool) {
    let more = context("…".to_owned());
    let mut room = Size { blocks: BLOCKS, text: ALL_TEXT, json: ALL_JSON };
    for always in [Some(first), Some(&more), last].into_iter().flatten() {
        room.reserve(always);
    }
    let (mut blocks, mut all) = (vec![first.clone()], true);
    for block in body {
        if !room.reserve(&block) {
            blocks.push(more);
            all = false;
            break;
        }
        blocks.push(block);
    }
    blocks.extend(last.cloned());
    (blocks, all)
}

/// How much a message still holds.
struct Size {
    blocks: usize,
    text: usize,
    json: usize,
}

impl Size {
    /// Makes room for a block; `false` where there is none.
    fn reserve(&mut self, block: &SlackBlock) -> bool {
        let json = serde_json::to_value(block).unwrap_or_default();
        let left = (
            self.blocks.checked_sub(1),
            self.text.checked_sub(text_in(&json)),
            self.json.checked_sub(json.to_string().len() + 1),
        );
        let (Some(blocks), Some(text), Some(json)) = left else { return false };
        *self = Self { blocks, text, json };
        true
    }
}

fn text_in(json: &Value) -> usize {
    match json {
        Value::Array(items) => items.iter().map(text_in).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) if name == "text" => length(text),
                value => text_in(value),
            })
            .sum(),
        _ => 0,
    }
}

fn block(block: &Block) -> Vec<SlackBlock> {
    match block {
        Block::Text(text) => plain_parts(text, SECTION).into_iter().map(|part| section(literal(part))).collect(),
        Block::Titled(title, text) => titled(title, text),
        Block::Fields(fields) => fields.chunks(FIELDS).map(self::fields).collect(),
        Block::Code(code) => code_parts(code, SECTION - FENCES)
            .into_iter()
            .map(|part| section(marked(format!("```\n{part}\n```"))))
            .collect(),
        Block::Note(note) => plain_parts(note, SECTION).into_iter().map(context).collect(),
        Block::Link(text, address) => {
            let link = SlackBlockMarkDownText::new(format!("<{address}|{}>", mrkdwn(text, LINK)));
            vec![SlackContextBlock::new(vec![SlackContextBlockElement::MarkDown(link)]).into()]
        }
        Block::Mentions(all) => mentions(all).map(|all| section(marked(all))).into_iter().collect(),
    }
}

/// Mentions as Slack reads them. An id that is none would be read as something else, and is left out.
fn mentions(all: &[Mention]) -> Option<String> {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let all: Vec<String> = all
        .iter()
        .filter_map(|mention| match mention {
            Mention::Account(id) if is_id(id) => Some(format!("<@{id}>")),
            Mention::Group(id) if is_id(id) => Some(format!("<!subteam^{id}>")),
            _ => None,
        })
        .collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn titled(title: &str, text: &str) -> Vec<SlackBlock> {
    let heading = bold(title);
    let mut parts = mrkdwn_parts(text, SECTION - length(&heading) - 1).into_iter();
    let first = match parts.next() {
        Some(first) if !heading.is_empty() => format!("{heading}\n{first}"),
        Some(first) => first,
        None if !heading.is_empty() => heading,
        None => return Vec::new(),
    };
    std::iter::once(first).chain(parts).map(|part| section(marked(part))).collect()
}

fn fields(fields: &[(String, String)]) -> SlackBlock {
    let texts = fields.iter().map(|(name, value)| {
        let name = bold(name);
        let value = or_nothing(mrkdwn(value, FIELD - length(&name) - 1));
        marked(if name.is_empty() { value } else { format!("{name}\n{value}") })
    });
    SlackSectionBlock::new().with_fields(texts.collect()).into()
}

/// One line in bold, or nothing.
fn bold(text: &str) -> String {
    let line = mrkdwn(&text.replace('\n', " "), HEADING - 2);
    let line = line.trim();
    if line.is_empty() { String::new() } else { format!("*{line}*") }
}

/// One line, which Slack wants not to be empty.
fn line(text: &str, max: usize) -> String {
    or_nothing(plain(&text.replace('\n', " "), max))
}

fn actions(buttons: &[Button]) -> Option<SlackBlock> {
    let mut elements: Vec<SlackActionBlockElement> = Vec::new();
    let mut seen = Vec::new();
    for one in buttons {
        // Slack refuses a message with two buttons of one action; and a value that was cut would mean something else.
        if elements.len() == BUTTONS || seen.contains(&one.verb) || length(&one.value) > VALUE {
            continue;
        }
        seen.push(one.verb);
        elements.push(button(one).into());
    }
    (!elements.is_empty()).then(|| SlackActionsBlock::new(elements).into())
}

fn button(button: &Button) -> SlackBlockButtonElement {
    SlackBlockButtonElement::new(literal(line(&button.label, LABEL)).into())
        .with_action_id(button.verb.button().unwrap_or_default().into())
        .with_value(button.value.clone())
        .opt_style(match button.verb.emphasis() {
            Emphasis::Primary => Some(SlackBlockButtonStyle::Primary),
            Emphasis::Danger => Some(SlackBlockButtonStyle::Danger),
            Emphasis::Plain => None,
        })
        // What a restart asks stands on its form.
        .opt_confirm(button.confirm.as_ref().filter(|_| button.verb.asks() == Asks::Confirmation).map(confirm))
}

fn confirm(confirm: &Confirm) -> SlackBlockConfirmItem {
    SlackBlockConfirmItem::new(
        literal(line(&confirm.title, CONFIRM_TITLE)).into(),
        literal(or_nothing(plain(&confirm.text, CONFIRM_TEXT))).into(),
        literal(line(&confirm.yes, CONFIRM_ANSWER)).into(),
        literal(line(&confirm.no, CONFIRM_ANSWER)).into(),
    )
}

fn section(text: impl Into<SlackBlockText>) -> SlackBlock {
    // Without `expand` Slack folds long sections away: an approver has to see the evidence.
    SlackSectionBlock::new().with_text(text.into()).with_expand(true).into()
}

fn context(text: String) -> SlackBlock {
    SlackContextBlock::new(vec![SlackContextBlockElement::Plain(literal(text))]).into()
}

/// A text in which Slack knows no formatting; without `emoji` it makes no pictures of `:words:` either.
fn literal(text: String) -> SlackBlockPlainText {
    SlackBlockPlainText::new(text).with_emoji(false)
}

/// A text with our formatting; `verbatim` keeps Slack from making links of what looks like one.
fn marked(text: String) -> SlackBlockText {
    SlackBlockMarkDownText::new(text).with_verbatim(true).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Tone;
    use crate::request::Verb;

    #[test]
    fn a_card_is_a_headline_blocks_and_buttons() {
        let button = |verb, confirm| Button { verb, label: "Go".into(), value: "7".into(), confirm };
        let sure = Confirm { title: "Sure?".into(), text: "2 pods".into(), yes: "Yes".into(), no: "No".into() };
        let message = card(&Card {
            headline: "BBS is <down>".into(),
            tone: Tone::Alarm,
            blocks: vec![
                Block::Text("plain *text*".into()),
                Block::Titled("Why".into(), "*because*".into()),
                Block::Fields(vec![("Pods".into(), "bbs_0".into()), ("Zone".into(), String::new())]),
                Block::Code("kubectl get pod".into()),
                Block::Note("small".into()),
            ],
            buttons: vec![button(Verb::Restart, None), button(Verb::Approve, Some(sure)), button(Verb::Deny, None)],
        });
        assert_eq!(message.text, "🚨 BBS is &lt;down&gt;");
        let lines: Vec<String> = message.blocks.iter().map(|block| serde_json::to_string(block).unwrap()).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"type":"header","text":{"type":"plain_text","text":"🚨 BBS is &lt;down&gt;","emoji":false}}
        {"type":"section","text":{"type":"plain_text","text":"plain *text*","emoji":false},"expand":true}
        {"type":"section","text":{"type":"mrkdwn","text":"*Why*\n∗because∗","verbatim":true},"expand":true}
        {"type":"section","fields":[{"type":"mrkdwn","text":"*Pods*\nbbs_0","verbatim":true},{"type":"mrkdwn","text":"*Zone*\n–","verbatim":true}]}
        {"type":"section","text":{"type":"mrkdwn","text":"```\nkubectl get pod\n```","verbatim":true},"expand":true}
        {"type":"context","elements":[{"type":"plain_text","text":"small","emoji":false}]}
        {"type":"actions","elements":[{"type":"button","action_id":"stager-restart","text":{"type":"plain_text","text":"Go","emoji":false},"value":"7","style":"danger"},{"type":"button","action_id":"stager-approve","text":{"type":"plain_text","text":"Go","emoji":false},"value":"7","style":"primary","confirm":{"title":{"type":"plain_text","text":"Sure?","emoji":false},"text":{"type":"plain_text","text":"2 pods","emoji":false},"confirm":{"type":"plain_text","text":"Yes","emoji":false},"deny":{"type":"plain_text","text":"No","emoji":false}}},{"type":"button","action_id":"stager-deny","text":{"type":"plain_text","text":"Go","emoji":false},"value":"7"}]}
        "#);
    }

    #[test]
    fn a_long_text_is_as_many_sections_as_it_takes() {
        let long = format!("{}\n{}", "a".repeat(2_000), "b".repeat(2_000));
        assert_eq!(text(&long).blocks.len(), 2);
        assert_eq!(text("").blocks.len(), 1);
    }
}
