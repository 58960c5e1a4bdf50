//! What arrives from Slack: envelopes, read as sparingly as possible, so that no field that nobody needs costs a click.
//!
//! The crate's own models take a whole message apart for one button's value; what they can't read is lost.

mod row;
mod interaction;
mod message;

use std::error::Error;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use self::interaction::{Clicks, Command, FormSubmission};
use self::message::{Mention, MessageEvent};
pub(super) use self::row::{Inbound, THREAD};
use super::whose::{Identity, Whose};
use crate::causes::Cause;
use crate::chat::foreign::Foreign;
use crate::chat::message_trigger::LiveTriggers;
use crate::inbox::Inbox;

/// A frame of a socket, <https://docs.slack.dev/apis/events-api/using-socket-mode/>, or what a request holds.
#[derive(Debug, Deserialize)]
pub(super) struct Frame {
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What an acknowledgement names.
    #[serde(default)]
    pub(super) envelope_id: Option<String>,
    /// Why the socket is to be closed.
    #[serde(default)]
    pub(super) reason: Option<String>,
    /// Whose socket it is, as its greeting says.
    #[serde(default)]
    pub(super) connection_info: Value,
    #[serde(default)]
    payload: Value,
}

/// Parses what arrives: it knows who we are on Slack, and which messages raise alerts.
#[derive(Clone, Debug)]
pub(super) struct Dispatcher {
    pub(super) identity: Arc<Identity>,
    pub(super) triggers: LiveTriggers,
    /// What is refused because it is not ours.
    pub(super) foreign: Arc<Foreign>,
}

/// Why something is not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotEnqueued {
    /// It lacks something that it always has.
    Unreadable,
    /// It could not be stored.
    NotStored,
}

impl Dispatcher {
    /// Puts what a frame holds into the inbox; what is there already, or is not for us, is no error.
    pub(super) async fn enqueue(&self, frame: Frame, inbox: &Inbox) -> Result<(), NotEnqueued> {
        let kind = frame.kind.clone();
        let all = match frame.parse(self) {
            Ok(all) => all,
            Err(error) => {
                tracing::warn!(error = %Cause::from(error), kind, "what came from Slack lacks something that it always has");
                // Slack repeats an event that is not acknowledged, which makes it no better. A command or a click is not
                // repeated: without the acknowledgement the person sees that nothing came of it.
                return if kind == "events_api" { Ok(()) } else { Err(NotEnqueued::Unreadable) };
            }
        };
        for inbound in all {
            if let Err(error) = inbox.put(inbound.dedupe_key, inbound.request, inbound.reply).await {
                let error: &(dyn Error + 'static) = &error;
                tracing::error!(error, kind, "what came from Slack is not stored and not acknowledged");
                return Err(NotEnqueued::NotStored);
            }
        }
        Ok(())
    }
}

impl Frame {
    /// What a request holds, as a socket's frame would.
    pub(super) fn of(kind: &str, payload: Value) -> Self {
        Self { kind: kind.to_owned(), envelope_id: None, reason: None, connection_info: Value::Null, payload }
    }

    /// What is in it for us: mostly one thing, often nothing. What is not ours is counted, and starts nothing.
    pub(super) fn parse(self, dispatcher: &Dispatcher) -> Result<Vec<Inbound>, serde_json::Error> {
        match dispatcher.identity.whose(&self.kind, &self.payload) {
            Whose::Ours => self.read(dispatcher),
            Whose::Foreign(named) => {
                dispatcher.foreign.refuse(&named);
                Ok(Vec::new())
            }
            Whose::Stranger(named) => {
                let is_command = self.payload["event"]["type"] != "message";
                let all = self.read(dispatcher)?;
                if !all.is_empty() {
                    dispatcher.foreign.refuse(&named);
                }
                Ok(all
                    .into_iter()
                    .filter(|_| is_command && dispatcher.foreign.may_answer())
                    .map(Inbound::unserved)
                    .collect())
            }
        }
    }

    /// The same, whoever's it is.
    pub(super) fn read(self, dispatcher: &Dispatcher) -> Result<Vec<Inbound>, serde_json::Error> {
        Ok(match self.kind.as_str() {
            "slash_commands" => vec![Command::deserialize(self.payload)?.parse()],
            "interactive" if self.payload["type"] == "block_actions" => Clicks::deserialize(self.payload)?.parse(),
            "interactive" if self.payload["type"] == "view_submission" => {
                FormSubmission::deserialize(self.payload)?.parse().into_iter().collect()
            }
            "events_api" if self.payload["event"]["type"] == "app_mention" => Mention::deserialize(self.payload)?
                .parse(&dispatcher.identity, &dispatcher.triggers)
                .into_iter()
                .collect(),
            "events_api" if self.payload["event"]["type"] == "message" => {
                MessageEvent::deserialize(&self.payload["event"])?
                    .parse(&self.payload["event"], &dispatcher.identity, &dispatcher.triggers)
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::row::reply;
    use super::*;
    use crate::chat::message_trigger::MessageTriggers;
    use crate::incident::account::Platform;
    use crate::request::Request;

    /// What came in a frame that names our workspace, as all do.
    fn inbound(mut frame: Value) -> Result<Vec<Inbound>, serde_json::Error> {
        let triggers =
            MessageTriggers { channels: [("C1".into(), "prod".into())].into(), bots: ["B0ALERTS".into()].into() };
        let triggers = LiveTriggers::new(triggers);
        let foreign = Arc::new(Foreign::new(Platform::Slack));
        let dispatcher = Dispatcher { identity: Arc::new(Identity::of("U0BOT", "B0BOT", "T0OURS")), triggers, foreign };
        if frame["payload"].is_object() {
            frame["payload"]["team_id"] = json!("T0OURS");
            frame["payload"]["team"] = json!({"id": "T0OURS"});
        }
        Frame::deserialize(frame).unwrap().parse(&dispatcher)
    }

    #[test]
    fn a_command_needs_no_more_than_what_is_used() {
        let frame = json!({"type": "slash_commands", "envelope_id": "e", "payload": {
            "trigger_id": "1.2.3", "user_id": "U1", "channel_id": "C1", "command": "/stager",
            "text": "restart a &lt;b&gt; &amp; c", "response_url": "https://hooks.slack.com/commands/1"}});
        let [one] = &inbound(frame).unwrap()[..] else { panic!("one thing came") };
        assert_eq!(one.dedupe_key, "slack/command/1.2.3");
        assert_eq!(one.request, Request::Restart { incident: None, reason: Some("a <b> & c".into()) });
        let to = reply("U1".into(), "C1".into(), Some("https://hooks.slack.com/commands/1".into()));
        assert_eq!(one.reply, Some(to));
    }

    #[test]
    fn a_click_is_read_whatever_its_message_looks_like() {
        let click = |action: Value| {
            json!({"type": "interactive", "envelope_id": "e", "payload": {
                "type": "block_actions", "user": {"id": "U1"}, "response_url": "https://hooks.slack.com/actions/1",
                "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C1"},
                "message": {"blocks": [{"type": "of next year"}], "ts": 7}, "actions": [action]}})
        };
        let ours = json!({"action_id": "stager-approve", "value": "7/ABC-1", "action_ts": "1700000001.000200"});
        let [one] = &inbound(click(ours)).unwrap()[..] else { panic!("one thing came") };
        assert_eq!(one.dedupe_key, "slack/click/U1/1700000000.000100/stager-approve/1700000001.000200");
        let approve = Request::Approve { incident: Some(7), code: "ABC-1".into(), database_checked: true };
        assert_eq!(one.request, approve);
        assert_eq!(one.reply.as_ref().unwrap().channel, "C1");
        for other in [
            json!({"action_id": "somebody-elses", "value": "7", "action_ts": "1"}),
            json!({"action_id": "stager-approve", "action_ts": "1"}),
            json!({"type": "static_select", "selected_option": {}}),
        ] {
            assert_eq!(inbound(click(other)).unwrap(), []);
        }
    }

    #[test]
    fn a_click_on_restart_asks_for_its_form_and_the_form_is_the_request() {
        let click = |trigger: Option<&str>| {
            json!({"type": "interactive", "payload": {
                "type": "block_actions", "user": {"id": "U1"}, "trigger_id": trigger, "container": {"channel_id": "C1"},
                "actions": [{"action_id": "stager-restart", "value": "7", "action_ts": "1"}]}})
        };
        let form = Request::RestartForm { incident: 7, trigger: "1.2.3".into() };
        assert_eq!(inbound(click(Some("1.2.3"))).unwrap()[0].request, form);
        let bare = Request::Restart { incident: Some(7), reason: None };
        assert_eq!(inbound(click(None)).unwrap()[0].request, bare, "no click is lost");

        let sent = |callback: &str, metadata: &str, reason: Value| {
            json!({"type": "interactive", "payload": {"type": "view_submission", "user": {"id": "U1"}, "view": {
                "id": "V1", "callback_id": callback, "private_metadata": metadata,
                "state": {"values": {"reason": {"reason": {"type": "plain_text_input", "value": reason}}}}}}})
        };
        let metadata = r#"{"channel":"C1","value":"7"}"#;
        let [one] = &inbound(sent("stager-restart", metadata, json!("cf push\u{202e} <fails>"))).unwrap()[..] else {
            panic!("one thing came")
        };
        assert_eq!(one.dedupe_key, "slack/form/V1");
        assert_eq!(one.request, Request::Restart { incident: Some(7), reason: Some("cf push <fails>".into()) });
        assert_eq!(one.reply, Some(reply("U1".into(), "C1".into(), None)));
        for nothing in [json!(null), json!(" ")] {
            assert_eq!(inbound(sent("stager-restart", metadata, nothing)).unwrap()[0].request, bare);
        }
        for (callback, metadata) in [("stager-approve", metadata), ("other", metadata), ("stager-restart", "7")] {
            assert_eq!(inbound(sent(callback, metadata, json!("why"))).unwrap(), [], "{callback} {metadata}");
        }
    }

    #[test]
    fn a_mention_is_a_command_once_and_from_people_only() {
        let mention = |event: Value| json!({"type": "events_api", "payload": {"event_id": "Ev1", "event": event}});
        let text = "hey <@U0BOT|stagerbot>  check";
        let said = json!({"type": "app_mention", "user": "U1", "channel": "C1", "text": text, "ts": "1"});
        let [one] = &inbound(mention(said.clone())).unwrap()[..] else { panic!("one thing came") };
        assert_eq!(one.dedupe_key, "slack/event/Ev1");
        assert_eq!(one.request, Request::Check { environment: None });
        assert_eq!(one.reply.as_ref().unwrap().handle, None);
        for (field, value) in [
            ("user", json!("U0BOT")),
            ("bot_id", json!("B1")),
            ("edited", json!({"user": "U1", "ts": "2"})),
            ("type", json!("message")),
            ("text", json!("nobody is meant")),
            ("text", json!("<@U0BOTTLE> check")),
        ] {
            let mut other = said.clone();
            other[field] = value;
            assert_eq!(inbound(mention(other)).unwrap(), [], "{field}");
        }
    }

    #[test]
    fn a_message_that_carries_the_error_is_an_alert_once_and_from_whom_we_listen_to() {
        let message =
            |id: &str, event: Value| json!({"type": "events_api", "payload": {"event_id": id, "event": event}});
        let said = json!({"type": "message", "user": "U1", "channel": "C1", "ts": "1700000000.000100",
            "text": "Stager is unavailable: execution expired &lt;x&gt;"});
        let [one] = &inbound(message("Ev1", said.clone())).unwrap()[..] else { panic!("one thing came") };
        assert_eq!(one.dedupe_key, inbound(message("Ev2", said.clone())).unwrap()[0].dedupe_key);
        let Request::Alert { environment, alert } = &one.request else { panic!("{one:?}") };
        assert_eq!(
            (environment.as_str(), alert.summary.as_str()),
            ("prod", "Stager is unavailable: execution expired <x>")
        );
        assert_eq!(one.reply.as_ref().unwrap().account.user, "U1");
        for (field, value) in [
            ("user", json!("U0BOT")),
            ("bot_id", json!("B0BOT")),
            ("bot_id", json!("B0OTHER")),
            ("edited", json!({"user": "U1", "ts": "2"})),
            ("subtype", json!("message_changed")),
            ("channel", json!("C2")),
            ("thread_ts", json!("1600000000.000100")),
            ("text", json!("<@U0BOT> 170010")),
            ("text", json!("good morning")),
        ] {
            let mut other = said.clone();
            other[field] = value;
            assert_eq!(inbound(message("Ev1", other)).unwrap(), [], "{field}");
        }
        for subtype in ["thread_broadcast", "me_message", "file_share"] {
            let direct = json!({"type": "message", "subtype": subtype, "user": "U1", "channel": "D1", "channel_type": "im",
                "ts": "1700000001.000100", "text": "status"});
            let [one] = &inbound(message("Ev5", direct)).unwrap()[..] else { panic!("{subtype}: one thing came") };
            assert!(one.reply.is_some(), "{subtype}: {one:?}");
        }
        let bot = json!({"type": "message", "subtype": "bot_message", "bot_id": "B0ALERTS", "channel": "C1", "ts": "2",
            "text": "", "attachments": [{"title": "[FIRING:1]", "fields": [{"value": "code 170010"}]}]});
        let [one] = &inbound(message("Ev3", bot)).unwrap()[..] else { panic!("one thing came") };
        assert_eq!(one.reply, None);
        let asked = json!({"type": "app_mention", "user": "U1", "channel": "C1", "text": "<@U0BOT> push says 170010", "ts": "1"});
        let [one] = &inbound(message("Ev4", asked)).unwrap()[..] else { panic!("one thing came") };
        assert!(matches!(one.request, Request::Alert { .. }), "{one:?}");
    }

    #[test]
    fn what_lacks_what_is_needed_is_an_error_and_what_is_not_ours_is_nothing() {
        assert!(inbound(json!({"type": "slash_commands", "payload": {"text": "check"}})).is_err());
        assert!(inbound(json!({"type": "interactive", "payload": {"type": "block_actions"}})).is_err());
        for other in [json!({"type": "interactive", "payload": {"type": "shortcut"}}), json!({"type": "new"})] {
            assert_eq!(inbound(other).unwrap(), []);
        }
    }
}
