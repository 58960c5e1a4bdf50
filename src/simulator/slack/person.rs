//! People: they type, click, fill in forms, and see what Slack shows them.

use crate::simulator::platform::happening::What;
use crate::simulator::platform::kind::Platform as _;
use crate::simulator::platform::message::MessageRef;
use crate::simulator::platform::person;
pub use crate::simulator::platform::person::Impossible;
use crate::simulator::platform::view::Warning;
use crate::simulator::slack::delivery::{Delivery, Kind};
use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::message::{self, Confirm, Message};
use crate::simulator::slack::methods;
use crate::simulator::slack::payload::{self, Origin};
use crate::simulator::slack::socket;
use crate::simulator::slack::state::{Draft, SLACK, Slack};
use serde_json::{Value, json};

/// Slack's words beside a button whose click was not acknowledged.
pub const OPERATION_TIMED_OUT: &str = "Operation timed out. Apps need to respond within three seconds.";

/// Slack's words beside a button of an app whose interactivity is off.
pub const NOT_INTERACTIVE: &str = "This app is not configured to handle interactive responses.";

/// Somebody in the workspace.
pub type Person = person::Person<Slack>;

impl Person {
    /// Types a line into a channel: a slash command if it starts with `/`, else a message.
    pub async fn types(&self, channel: &str, line: &str) -> Result<Delivery, Impossible> {
        let channel = self.channel(channel)?;
        if line.starts_with('/') {
            Ok(self.commands(&channel, line.trim()).await)
        } else {
            Ok(self.says(&channel, None, line).await)
        }
    }

    /// Has a step of a workflow say a line in a channel in this account's name.
    pub async fn says_by_step(&self, channel: &str, line: &str) -> Result<Delivery, Impossible> {
        let channel = self.channel(channel)?;
        Ok(self.says_marked(&channel, None, &self.with_mentions(line), &by_step()).await)
    }

    /// Sends a line as a client does that put its own marks into it: links, mentions, formats. Nothing of it is escaped.
    pub async fn sends(&self, channel: &str, line: &str) -> Result<Delivery, Impossible> {
        let channel = self.channel(channel)?;
        match line.trim_start().split_once(char::is_whitespace) {
            Some((command, text)) if command.starts_with('/') => Ok(self.commands_raw(&channel, command, text).await),
            _ => Ok(self.says_raw(&channel, None, &self.with_mentions(line)).await),
        }
    }

    /// Writes to the bot directly; the channel is among those that the person sees, named `direct-` and their id.
    pub async fn writes_directly(&self, line: &str) -> Delivery {
        let channel = self.shared.change(|state| state.direct_channel(&self.id));
        self.says(&channel, None, line).await
    }

    /// Writes into the thread of a message.
    pub async fn replies(&self, to: impl Into<MessageRef>, line: &str) -> Result<Delivery, Impossible> {
        let to = self.shown(&to.into())?;
        let thread = to.thread_ts.clone().unwrap_or_else(|| to.ts.clone());
        Ok(self.says(&to.channel, Some(thread), line).await)
    }

    /// Presses a button that a message shows now, and confirms the dialog if there is one.
    pub async fn clicks(&self, on: impl Into<MessageRef>, action_id: &str) -> Result<Delivery, Impossible> {
        let message = self.shown(&on.into())?;
        self.press(&message, action_id).await
    }

    /// Presses a button on an old rendering, which a client may still show after an update or a deletion.
    pub async fn clicks_stale(&self, old: &Message, action_id: &str) -> Result<Delivery, Impossible> {
        self.press(old, action_id).await
    }

    /// Presses a button and then declines in its dialog, so that nothing is sent. The dialog is returned.
    pub fn clicks_but_declines(&self, on: impl Into<MessageRef>, action_id: &str) -> Result<Confirm, Impossible> {
        let message = self.shown(&on.into())?;
        let button = message.button(action_id).ok_or_else(|| missing(&message, action_id))?;
        let confirm = button.confirm.ok_or_else(|| Impossible::NoConfirm(action_id.to_owned()))?;
        self.pressed(&message, button.text, Some(confirm.clone()), false);
        Ok(confirm)
    }

    /// Chooses from a menu that a message shows now, by the option's value.
    pub async fn chooses(
        &self,
        on: impl Into<MessageRef>,
        action_id: &str,
        value: &str,
    ) -> Result<Delivery, Impossible> {
        let message = self.shown(&on.into())?;
        let (block_id, menu) = find(&message, action_id)?;
        let mut options = menu["options"].as_array().into_iter().flatten();
        let option = options
            .find(|option| option["value"] == value)
            .ok_or_else(|| Impossible::NoChoice { menu: action_id.to_owned(), value: value.to_owned() })?;
        let action = json!({
            "type": menu["type"], "action_id": action_id, "block_id": block_id, "selected_option": option,
        });
        let values = json!({block_id: {action_id: {"type": menu["type"], "selected_option": option}}});
        self.pressed(&message, option["text"]["text"].as_str().unwrap_or(value).to_owned(), None, true);
        Ok(self.acts(&message, action_id, action, &values).await)
    }

    async fn commands(&self, channel: &str, line: &str) -> Delivery {
        let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        self.commands_raw(channel, command, &message::escaped(rest.trim())).await
    }

    async fn commands_raw(&self, channel: &str, command: &str, text: &str) -> Delivery {
        let payload = self.shared.change(|state| {
            let typed =
                What::Typed { person: self.name.clone(), text: format!("{command} {text}").trim_end().to_owned() };
            state.happened(Some(state.channel_name(channel)), typed);
            if !self.shared.settings.commands.iter().any(|known| known == command) {
                return None;
            }
            let url = methods::response_url(&self.shared, state, "commands", &self.id, channel, None);
            let trigger = state.trigger(&self.id, &self.shared.settings.team_id);
            let origin = Origin { person: &self.id, channel, response_url: &url, trigger_id: &trigger };
            Some((payload::command(&self.shared, state, &origin, command, text), url))
        });
        let Some((payload, url)) = payload else {
            self.is_told(channel, format!("{command} is not a valid command."));
            return nothing_sent(Kind::SlashCommands);
        };
        let delivery = socket::deliver(&self.shared, Kind::SlashCommands, payload).await;
        if let Some(answer) = &delivery.ack_payload
            && answer.as_object().is_some_and(|answer| !answer.is_empty())
        {
            self.answered(&url, answer);
        }
        if !delivery.acked() {
            let why = match (delivery.failure, delivery.status) {
                (Some("timeout" | "http_timeout"), _) => "operation_timeout",
                (_, Some(400..=499)) => "http_client_error",
                (_, Some(500..=599)) => "http_service_error",
                _ => "dispatch_failed",
            };
            self.is_told(channel, format!("{command} failed with the error \"{why}\""));
        }
        delivery
    }

    /// An answer that came with the acknowledgement is shown like any other.
    fn answered(&self, url: &str, answer: &Value) {
        let id = url.rsplit('/').next().unwrap_or_default();
        let outcome = methods::respond(&self.shared, id, answer);
        let refused = outcome.err().map(|(refusal, _)| refusal.error);
        self.shared.change(|state| {
            state.arrived("ack", answer);
            state.sent("ack", answer.clone(), refused);
            // It came another way, so the URL keeps all its uses.
            if let Some(url) = state.response_urls.get_mut(id) {
                url.uses = 0;
            }
        });
    }

    async fn says(&self, channel: &str, thread_ts: Option<String>, line: &str) -> Delivery {
        self.says_raw(channel, thread_ts, &self.with_mentions(&message::escaped(line))).await
    }

    /// A text in which the bot's name is a mention, as clients make it one.
    fn with_mentions(&self, text: &str) -> String {
        let settings = &self.shared.settings;
        text.replace(&format!("@{}", settings.bot_name), &format!("<@{}>", settings.bot_user_id))
    }

    async fn says_raw(&self, channel: &str, thread_ts: Option<String>, text: &str) -> Delivery {
        self.says_marked(channel, thread_ts, text, &json!({})).await
    }

    /// The same with more in its events.
    async fn says_marked(&self, channel: &str, thread_ts: Option<String>, text: &str, marks: &Value) -> Delivery {
        let settings = &self.shared.settings;
        let mention = format!("<@{}>", settings.bot_user_id);
        // What is written to an app directly is no mention, whatever it holds.
        let kinds = if channel.starts_with('D') {
            &[("message.im", "message")][..]
        } else {
            &[("message.channels", "message"), ("app_mention", "app_mention")]
        };
        let (ts, events) = self.shared.change(|state| {
            let message = state.post(Draft {
                channel: channel.to_owned(),
                thread_ts: thread_ts.clone(),
                user: self.id.clone(),
                text: text.to_owned(),
                ..Draft::default()
            });
            let mut events = Vec::new();
            for (subscription, kind) in kinds {
                if !settings.events.contains(*subscription) || (*kind == "app_mention" && !text.contains(&mention)) {
                    continue;
                }
                let mut event = payload::message(settings, state, &message);
                event["type"] = json!(kind);
                event["channel"] = json!(channel);
                event["event_ts"] = json!(message.ts);
                for (name, mark) in marks.as_object().into_iter().flatten() {
                    event[name] = mark.clone();
                }
                if *kind == "message" {
                    event["channel_type"] = json!(if channel.starts_with('D') { "im" } else { "channel" });
                }
                events.push(payload::event(&self.shared, state, &self.id, &event));
            }
            (message.ts.clone(), events)
        });
        let mut first = None;
        for event in events {
            let delivery = socket::deliver_event(&self.shared, event).await;
            first.get_or_insert(delivery);
        }
        Delivery { message_ts: Some(ts), ..first.unwrap_or_else(|| nothing_sent(Kind::EventsApi)) }
    }

    async fn press(&self, message: &Message, action_id: &str) -> Result<Delivery, Impossible> {
        let (block_id, element) = find(message, action_id)?;
        let mut action =
            json!({"type": "button", "action_id": action_id, "block_id": block_id, "text": element["text"]});
        for name in ["value", "style", "confirm", "url"] {
            if !element[name].is_null() {
                action[name] = element[name].clone();
            }
        }
        let button = message.button(action_id).ok_or_else(|| missing(message, action_id))?;
        self.pressed(message, button.text, button.confirm.clone(), true);
        let delivery = self.acts(message, action_id, action, &json!({})).await;
        Ok(Delivery { confirm: button.confirm, ..delivery })
    }

    async fn acts(&self, message: &Message, action_id: &str, action: Value, values: &Value) -> Delivery {
        let payload = self.shared.change(|state| {
            let (channel, ts) = (&message.channel, Some(message.ts.as_str()));
            let url = methods::response_url(&self.shared, state, "actions", &self.id, channel, ts);
            let trigger = state.trigger(&self.id, &self.shared.settings.team_id);
            let origin = Origin { person: &self.id, channel, response_url: &url, trigger_id: &trigger };
            state.view.warnings.retain(|warning| {
                warning.person != self.id || warning.message != message.ts || warning.button != action_id
            });
            payload::block_actions(&self.shared, state, &origin, message, action, values)
        });
        let off = self.shared.look().has(&Fault::InteractivityOff);
        let delivery = if off {
            nothing_sent(Kind::Interactive)
        } else {
            socket::deliver(&self.shared, Kind::Interactive, payload).await
        };
        if !delivery.acked() {
            self.shared.change(|state| {
                let text = if off { NOT_INTERACTIVE } else { OPERATION_TIMED_OUT }.to_owned();
                state.view.warnings.push(Warning {
                    person: self.id.clone(),
                    message: message.ts.clone(),
                    button: action_id.to_owned(),
                    text: text.clone(),
                });
                let failed = What::Failed { by: Slack::NAME, person: self.name.clone(), text: format!("⚠ {text}") };
                state.happened(Some(message.channel_name.clone()), failed);
            });
        }
        delivery
    }

    fn pressed(&self, message: &Message, button: String, confirm: Option<Confirm>, confirmed: bool) {
        let (person, id) = (self.name.clone(), message.ts.clone());
        let clicked = What::Clicked { person, button, id, confirm, confirmed };
        self.shared.change(|state| state.happened(Some(message.channel_name.clone()), clicked));
    }

    /// Slack itself says something to this person.
    fn is_told(&self, channel: &str, text: String) {
        self.shared.change(|state| {
            state.post(Draft {
                channel: channel.to_owned(),
                user: SLACK.to_owned(),
                ephemeral_to: Some(self.id.clone()),
                text,
                ..Draft::default()
            });
        });
    }
}

/// What marks a message of a workflow's step in its events. <https://docs.slack.dev/reference/events/message/bot_message/>
fn by_step() -> Value {
    json!({"subtype": "bot_message", "bot_id": "B0WORKFLOW", "app_id": "A0WORKFLOW", "username": "Deployments"})
}

/// The record of something for which the app has no ears.
fn nothing_sent(kind: Kind) -> Delivery {
    Delivery {
        kind,
        envelope_id: String::new(),
        payload: Value::Null,
        delivered: false,
        status: None,
        failure: None,
        acked_after: None,
        ack_payload: None,
        confirm: None,
        message_ts: None,
    }
}

fn find(message: &Message, action_id: &str) -> Result<(String, Value), Impossible> {
    message::elements(&message.blocks)
        .find(|(_, element)| element["action_id"] == action_id)
        .map(|(block_id, element)| (block_id.to_owned(), element.clone()))
        .ok_or_else(|| missing(message, action_id))
}

fn missing(message: &Message, action_id: &str) -> Impossible {
    Impossible::NoElement { id: action_id.to_owned(), shown: message.text_seen() }
}
