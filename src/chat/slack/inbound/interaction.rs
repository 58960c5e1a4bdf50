//! What a person did to the bot itself: a slash command, clicks, a form that was sent in.

use serde::Deserialize;
use serde_json::Value;

use super::row::{Inbound, reply};
use crate::chat::command::parse;
use crate::chat::slack::escape::unescape;
use crate::chat::slack::form::{Origin, REASON};
use crate::request::{Request, Verb};
use crate::sanitize::clean;

#[derive(Deserialize)]
pub(super) struct Command {
    trigger_id: String,
    user_id: String,
    channel_id: String,
    #[serde(default)]
    text: String,
    response_url: String,
}

impl Command {
    pub(super) fn parse(self) -> Inbound {
        Inbound {
            // The same in every delivery, and the envelope's own id is not.
            dedupe_key: format!("slack/command/{}", self.trigger_id),
            request: parse(&unescape(&self.text)),
            reply: Some(reply(self.user_id, self.channel_id, Some(self.response_url))),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Clicks {
    user: Id,
    #[serde(default)]
    channel: Option<Id>,
    container: Container,
    #[serde(default)]
    response_url: Option<String>,
    /// Lets us open one form, for three seconds.
    #[serde(default)]
    trigger_id: Option<String>,
    #[serde(default)]
    actions: Vec<Click>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Container {
    #[serde(default)]
    channel_id: Option<String>,
    #[serde(default)]
    message_ts: String,
}

#[derive(Deserialize)]
struct Click {
    #[serde(default)]
    action_id: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    action_ts: String,
}

impl Clicks {
    pub(super) fn parse(self) -> Vec<Inbound> {
        let channel = self.container.channel_id.or(self.channel.map(|channel| channel.id)).unwrap_or_default();
        let (user, message) = (self.user.id, self.container.message_ts);
        let inbound = |click: Click| {
            let verb = Verb::of_button(&click.action_id);
            let value = click.value.unwrap_or_default();
            let Some(request) = verb.and_then(|verb| verb.clicked(&value)) else {
                tracing::debug!(action = click.action_id, "a click on something that is not ours");
                return None;
            };
            let request = match (request, &self.trigger_id) {
                (Request::Restart { incident: Some(incident), .. }, Some(trigger)) => {
                    Request::RestartForm { incident, trigger: trigger.clone() }
                }
                (request, _) => request,
            };
            Some(Inbound {
                dedupe_key: format!("slack/click/{user}/{message}/{}/{}", click.action_id, click.action_ts),
                request,
                reply: Some(reply(user.clone(), channel.clone(), self.response_url.clone())),
            })
        };
        self.actions.into_iter().filter_map(inbound).collect()
    }
}

/// A form that was sent in.
#[derive(Deserialize)]
pub(super) struct FormSubmission {
    user: Id,
    view: View,
}

#[derive(Deserialize)]
struct View {
    id: String,
    #[serde(default)]
    callback_id: String,
    #[serde(default)]
    private_metadata: String,
    #[serde(default)]
    state: Value,
}

impl FormSubmission {
    pub(super) fn parse(self) -> Option<Inbound> {
        let View { id, callback_id, private_metadata, state } = self.view;
        let origin: Origin = serde_json::from_str(&private_metadata).ok()?;
        let Request::Restart { incident, .. } = Verb::of_button(&callback_id)?.clicked(&origin.value)? else {
            return None;
        };
        // Unlike a message, a field comes as it was typed.
        let reason = clean(state["values"][REASON][REASON]["value"].as_str().unwrap_or_default());
        let reason = Some(reason).filter(|reason| !reason.trim().is_empty());
        Some(Inbound {
            // A form counts once, however often it is sent in.
            dedupe_key: format!("slack/form/{id}"),
            request: Request::Restart { incident, reason },
            reply: Some(reply(self.user.id, origin.channel, None)),
        })
    }
}
