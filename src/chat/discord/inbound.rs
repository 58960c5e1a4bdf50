//! What arrives from Discord: interactions, read as sparingly as possible, so that no field that nobody needs costs a click.
//!
//! serenity's models are strict: an interaction that lacks any of two dozen fields is an unknown event to it. Such ones
//! are read here all the same.

use serde::Deserialize;
use serde_json::Value;

use super::commands;
use super::embeds::{NO, REASON, YES};
use crate::chat::command::parse;
use crate::incident::account::{Account, Platform};
use crate::request::{Asks, ReplyTo, Request, Verb};
use crate::sanitize::clean;

/// Kinds of interactions: <https://discord.com/developers/docs/interactions/receiving-and-responding>.
const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;
const FORM: u64 = 5;

/// An interaction.
#[derive(Debug, Deserialize)]
pub(super) struct Interaction {
    pub(super) id: String,
    /// Lets whoever knows it answer: a secret.
    pub(super) token: String,
    #[serde(rename = "type")]
    kind: u64,
    #[serde(default)]
    pub(super) application_id: Option<String>,
    #[serde(default)]
    pub(super) guild_id: Option<String>,
    channel_id: String,
    #[serde(default)]
    channel: Option<Channel>,
    #[serde(default)]
    member: Option<Member>,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    data: Value,
    /// The message with the button.
    #[serde(default)]
    pub(super) message: Value,
}

#[derive(Debug, Deserialize)]
struct Channel {
    /// The channel that a thread is in.
    #[serde(default)]
    parent_id: Option<String>,
    #[serde(rename = "type", default)]
    kind: u64,
}

#[derive(Debug, Deserialize)]
struct Member {
    user: User,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
}

/// What an interaction comes down to.
#[derive(Debug, PartialEq)]
pub(super) enum Inbound {
    /// A request for the inbox, and how it is acknowledged.
    Request(Request, Acknowledgement),
    /// A click that counts only once it was confirmed.
    Ask {
        /// What the button does.
        verb: Verb,
        /// What it carries.
        custom_id: String,
    },
    /// A confirmation that was declined.
    Declined,
    /// Nothing of ours.
    Nothing,
}

/// How a request is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acknowledgement {
    /// By a new message that only its author sees, saying that the bot is thinking.
    Think,
    /// By taking the buttons off the confirmation, which becomes the answer.
    TakeButtons,
}

impl Interaction {
    /// What it asks for.
    pub(super) fn parse(&self) -> Inbound {
        match self.kind {
            COMMAND if self.data["name"] == commands::COMMAND => {
                Inbound::Request(parse(&clean(&commands::line(&self.data))), Acknowledgement::Think)
            }
            COMPONENT => Self::click(self.data["custom_id"].as_str().unwrap_or_default()),
            FORM => self.form_submission(),
            _ => Inbound::Nothing,
        }
    }

    /// A form is what a click asked, and its reason.
    fn form_submission(&self) -> Inbound {
        match Self::click(self.data["custom_id"].as_str().unwrap_or_default()) {
            Inbound::Request(Request::Restart { incident, .. }, _) => {
                let rows = self.data["components"].as_array().into_iter().flatten();
                let mut fields = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
                let field = fields.find(|field| field["custom_id"] == REASON);
                let typed = clean(field.and_then(|field| field["value"].as_str()).unwrap_or_default());
                let reason = Some(typed).filter(|typed| !typed.trim().is_empty());
                Inbound::Request(Request::Restart { incident, reason }, Acknowledgement::Think)
            }
            _ => Inbound::Nothing,
        }
    }

    fn click(custom_id: &str) -> Inbound {
        let (bare, confirmed) = match (custom_id.strip_prefix(YES), custom_id.strip_prefix(NO)) {
            (Some(bare), _) => (bare, Some(true)),
            (_, Some(bare)) => (bare, Some(false)),
            _ => (custom_id, None),
        };
        let Some((name, value)) = bare.split_once(':') else { return Inbound::Nothing };
        let Some(verb) = Verb::of_button(name) else { return Inbound::Nothing };
        let Some(request) = verb.clicked(value) else { return Inbound::Nothing };
        match confirmed {
            Some(true) => Inbound::Request(request, Acknowledgement::TakeButtons),
            Some(false) => Inbound::Declined,
            None if verb.asks() != Asks::Nothing => Inbound::Ask { verb, custom_id: bare.to_owned() },
            None => Inbound::Request(request, Acknowledgement::Think),
        }
    }

    /// The same in every delivery, and to every replica.
    pub(super) fn dedupe_key(&self) -> String {
        format!("discord/interaction/{}", self.id)
    }

    /// The person's language.
    pub(super) fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    /// Who is answered, and how; `None` where nobody acted.
    pub(super) fn reply(&self) -> Option<ReplyTo> {
        let user = self.member.as_ref().map(|member| &member.user).or(self.user.as_ref())?;
        // In a thread a command means what it means in the channel around it.
        let around = self.channel.as_ref().filter(|channel| (10..=12).contains(&channel.kind));
        let channel = around.and_then(|thread| thread.parent_id.clone()).unwrap_or_else(|| self.channel_id.clone());
        Some(ReplyTo {
            account: Account { platform: Platform::Discord, user: user.id.clone() },
            channel,
            locale: self.locale.clone(),
            handle: Some(format!("{}/{}", self.id, self.token)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn interaction(kind: u64, data: &Value) -> Interaction {
        let bare = json!({"id": "1", "token": "t", "type": kind, "channel_id": "7", "data": data,
            "member": {"user": {"id": "80351110224678912"}}});
        serde_json::from_value(bare).unwrap()
    }

    fn click(custom_id: &str) -> Inbound {
        interaction(COMPONENT, &json!({"custom_id": custom_id})).parse()
    }

    #[test]
    fn a_command_needs_no_more_than_what_is_used() {
        let reason = json!({"type": 3, "name": "reason", "value": "a\u{202e} <b>"});
        let options = json!([{"type": 1, "name": "restart", "options": [reason]}]);
        let command = interaction(COMMAND, &json!({"name": "stager", "options": options}));
        let restart = Request::Restart { incident: None, reason: Some("a <b>".into()) };
        assert_eq!(command.parse(), Inbound::Request(restart, Acknowledgement::Think));
        let reply = command.reply().unwrap();
        assert_eq!((reply.account.user.as_str(), reply.channel.as_str()), ("80351110224678912", "7"));
        assert_eq!(reply.handle.as_deref(), Some("1/t"));
        assert_eq!(interaction(COMMAND, &json!({"name": "other"})).parse(), Inbound::Nothing);
    }

    #[test]
    fn what_asks_first_counts_only_when_it_was_confirmed() {
        let approve = Request::Approve { incident: Some(7), code: "ABC-1".into(), database_checked: true };
        let ask = Inbound::Ask { verb: Verb::Approve, custom_id: "stager-approve:7/ABC-1".into() };
        assert_eq!(click("stager-approve:7/ABC-1"), ask);
        assert_eq!(click("yes/stager-approve:7/ABC-1"), Inbound::Request(approve, Acknowledgement::TakeButtons));
        assert_eq!(click("no/stager-approve:7/ABC-1"), Inbound::Declined);
        let deny = Request::Deny { incident: Some(7), code: "ABC-1".into() };
        assert_eq!(click("stager-deny:7/ABC-1"), Inbound::Request(deny, Acknowledgement::Think));
        for other in ["somebody-elses", "stager-approve", "stager-approve:x", "yes/yes/stager-deny:7/A", ""] {
            assert_eq!(click(other), Inbound::Nothing, "{other}");
        }
    }

    #[test]
    fn a_form_that_is_sent_in_is_a_request_with_its_reason() {
        let form = |custom_id: &str, value: Value| {
            let text = json!({"type": 10, "id": 1});
            let row = json!({"type": 1, "components": [{"type": 4, "custom_id": "reason", "value": value}]});
            interaction(FORM, &json!({"custom_id": custom_id, "components": [text, row]})).parse()
        };
        let restart = |reason: Option<&str>| {
            let restart = Request::Restart { incident: Some(7), reason: reason.map(str::to_owned) };
            Inbound::Request(restart, Acknowledgement::Think)
        };
        assert_eq!(form("yes/stager-restart:7", json!("cf push\u{202e} fails")), restart(Some("cf push fails")));
        for nothing in [json!(""), json!(" "), Value::Null] {
            assert_eq!(form("yes/stager-restart:7", nothing), restart(None));
        }
        for other in ["yes/stager-approve:7/ABC-1", "no/stager-restart:7", "stager-restart:7", ""] {
            assert_eq!(form(other, json!("why")), Inbound::Nothing, "{other}");
        }
    }

    #[test]
    fn a_command_in_a_thread_means_the_channel_around_it() {
        let mut typed = interaction(COMMAND, &json!({"name": "stager"}));
        typed.channel = Some(Channel { parent_id: Some("5".into()), kind: 11 });
        assert_eq!(typed.reply().unwrap().channel, "5");
        // A channel's own parent is its category.
        typed.channel = Some(Channel { parent_id: Some("5".into()), kind: 0 });
        assert_eq!(typed.reply().unwrap().channel, "7");
    }
}
