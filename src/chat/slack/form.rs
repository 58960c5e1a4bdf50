//! The form that asks why a restart is requested: <https://docs.slack.dev/surfaces/modals/>.
//!
//! It says what the card's button would ask in a dialog, which is therefore not asked on Slack; sending it in is the click that
//! counts.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::escape::plain;
use crate::chat::{Button, Confirm};

/// The one field, and its block.
pub(super) const REASON: &str = "reason";
/// The longest reason, as on Discord.
const MAX_REASON: usize = 300;
/// A form's title and its buttons, a section, and a caption: <https://docs.slack.dev/reference/views/modal-views/>.
const TITLE: usize = 24;
const SECTION: usize = 3_000;
const CAPTION: usize = 2_000;

/// Where a form came from, which Slack keeps with it: what is sent in names no channel.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Origin {
    /// The card's channel.
    pub(super) channel: String,
    /// What the card's button carries.
    pub(super) value: String,
}

/// The form of a button.
pub(super) fn view(channel: &str, button: &Button, reason: &str) -> Value {
    let nothing =
        Confirm { title: button.label.clone(), text: String::new(), yes: button.label.clone(), no: String::new() };
    let Confirm { title, text, yes, no } = button.confirm.as_ref().unwrap_or(&nothing);
    let said = |text: &str, most: usize| {
        let text = plain(text, most);
        let text = if text.trim().is_empty() { "–".to_owned() } else { text };
        json!({"type": "plain_text", "text": text, "emoji": false})
    };
    let origin = Origin { channel: channel.to_owned(), value: button.value.clone() };
    json!({
        "type": "modal",
        "callback_id": button.verb.button(),
        "private_metadata": json!(origin).to_string(),
        "title": said(title, TITLE),
        "submit": said(yes, TITLE),
        "close": said(no, TITLE),
        "blocks": [
            {"type": "section", "text": said(text, SECTION)},
            {
                "type": "input",
                "block_id": REASON,
                "optional": true,
                "label": said(reason, CAPTION),
                "element": {
                    "type": "plain_text_input",
                    "action_id": REASON,
                    "multiline": true,
                    "max_length": MAX_REASON,
                },
            },
        ],
    })
}
