//! What arrives from Slack: envelopes, read as sparingly as possible, so that no field that nobody needs costs a click.
//!
//! The crate's own models take a whole message apart for one button's value; what they can't read is lost.

use std::error::Error;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::escape::unescape;
use super::form::{Origin, REASON};
use super::whose::{Identity, Whose};
use crate::causes::Cause;
use crate::chat::command::{beside, parse};
use crate::chat::foreign::Foreign;
use crate::chat::message_trigger::{Author, ChannelMessage, LiveTriggers, texts};
use crate::inbox::Inbox;
use crate::incident::approval::{Account, Platform};
use crate::request::{ReplyTo, Request, Unserved, Verb};
use crate::sanitize::clean;

/// What the handle of an answer begins with that goes into a thread, where no response URL leads to the person.
pub(super) const THREAD: &str = "thread/";

/// The handle of an answer into this thread.
fn in_thread(ts: &str) -> String {
    format!("{THREAD}{ts}")
}

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

/// Something for the inbox.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inbound {
    pub(super) dedupe_key: String,
    pub(super) request: Request,
    /// Who is answered; nobody where a bot said something.
    pub(super) reply: Option<ReplyTo>,
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
            "events_api" if self.payload["event"]["type"] == "app_mention" => {
                Mention::deserialize(self.payload)?.parse(dispatcher).into_iter().collect()
            }
            "events_api" if self.payload["event"]["type"] == "message" => {
                MessageEvent::deserialize(&self.payload["event"])?
                    .parse(&self.payload["event"], dispatcher)
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        })
    }
}

impl Inbound {
    /// The same from somebody who is not served: they are told so, and that is all.
    fn unserved(self) -> Self {
        Self { request: Request::Unserved { why: Unserved::OtherWorkspace }, ..self }
    }
}

#[derive(Deserialize)]
struct Command {
    trigger_id: String,
    user_id: String,
    channel_id: String,
    #[serde(default)]
    text: String,
    response_url: String,
}

impl Command {
    fn parse(self) -> Inbound {
        Inbound {
            // The same in every delivery, and the envelope's own id is not.
            dedupe_key: format!("slack/command/{}", self.trigger_id),
            request: parse(&unescape(&self.text)),
            reply: Some(reply(self.user_id, self.channel_id, Some(self.response_url))),
        }
    }
}

#[derive(Deserialize)]
struct Clicks {
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
    fn parse(self) -> Vec<Inbound> {
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
struct FormSubmission {
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
    fn parse(self) -> Option<Inbound> {
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

#[derive(Deserialize)]
struct Mention {
    event_id: String,
    event: MentionEvent,
}

#[derive(Deserialize)]
struct MentionEvent {
    #[serde(default)]
    user: Option<String>,
    channel: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    bot_id: Option<String>,
    #[serde(default)]
    edited: Option<Value>,
    #[serde(default)]
    ts: String,
    #[serde(default)]
    thread_ts: Option<String>,
}

impl Mention {
    fn parse(self, dispatcher: &Dispatcher) -> Option<Inbound> {
        let (event, bot) = (self.event, dispatcher.identity.user.as_str());
        let user = event.user.filter(|user| user != bot)?;
        // Bots do not command each other; and what was said once is not said again by mending a word.
        if event.bot_id.is_some() || event.edited.is_some() {
            return None;
        }
        let text = unescape(beside_mention(&event.text, bot)?);
        let request = match parse(&text) {
            // "@stagerbot my push says 170010": no command, and plain enough. Who asks the bot itself may do so in a thread.
            Request::Unclear { text: unclear } => {
                let message = channel_message(&event.channel, Author::Person, &event.ts, false, &text);
                dispatcher.triggers.now().request_for(&message).unwrap_or(Request::Unclear { text: unclear })
            }
            request => request,
        };
        Some(Inbound {
            dedupe_key: format!("slack/event/{}", self.event_id),
            request,
            reply: Some(reply(user, event.channel, event.thread_ts.map(|thread| in_thread(&thread)))),
        })
    }
}

/// A message in a channel. <https://docs.slack.dev/reference/events/message/>
#[derive(Deserialize)]
struct MessageEvent {
    channel: String,
    #[serde(default)]
    ts: String,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    bot_id: Option<String>,
    #[serde(default)]
    app_id: Option<String>,
    #[serde(default)]
    subtype: Option<String>,
    #[serde(default)]
    channel_type: Option<String>,
    #[serde(default)]
    thread_ts: Option<String>,
    #[serde(default)]
    edited: Option<Value>,
    #[serde(default)]
    text: String,
}

impl MessageEvent {
    fn parse(self, event: &Value, dispatcher: &Dispatcher) -> Option<Inbound> {
        // Everything else with a subtype is about a message (edited, deleted, joined), and not one.
        let is_message = matches!(self.subtype.as_deref(), None | Some("bot_message" | "file_share"));
        if !is_message || self.edited.is_some() {
            return None;
        }
        let is_us = |id: Option<&str>, own: &str| !own.is_empty() && id == Some(own);
        let by_bot = self.bot_id.is_some() || self.subtype.as_deref() == Some("bot_message");
        let ids: Vec<&str> =
            [&self.bot_id, &self.user, &self.app_id].into_iter().flatten().map(String::as_str).collect();
        let author = if is_us(self.user.as_deref(), &dispatcher.identity.user)
            || is_us(self.bot_id.as_deref(), &dispatcher.identity.bot)
        {
            Author::Us
        } else if by_bot {
            Author::Bot(&ids)
        } else {
            Author::Person
        };
        // What is written to the bot directly is meant for it, and is no mention to Slack.
        if author == Author::Person && self.channel_type.as_deref() == Some("im") {
            let thread = self.thread_ts.as_deref().map(in_thread);
            return Some(Inbound {
                dedupe_key: format!("slack/message/{}/{}", self.channel, self.ts),
                request: parse(&unescape(&self.text)),
                reply: Some(reply(self.user?, self.channel, thread)),
            });
        }
        // A person who mentions the bot sends a command.
        if author == Author::Person && beside_mention(&self.text, &dispatcher.identity.user).is_some() {
            return None;
        }
        let mut text = unescape(&self.text);
        for part in ["attachments", "blocks"] {
            texts(&event[part], &TEXT_KEYS, unescape, &mut text);
        }
        let in_thread = self.thread_ts.as_ref().is_some_and(|thread| *thread != self.ts);
        let request = dispatcher.triggers.now().request_for(&channel_message(
            &self.channel,
            author,
            &self.ts,
            in_thread,
            &text,
        ))?;
        let reply =
            if author == Author::Person { self.user.map(|user| reply(user, self.channel.clone(), None)) } else { None };
        // The event's own id differs where it is delivered by two subscriptions; the message's name does not.
        Some(Inbound { dedupe_key: format!("slack/message/{}/{}", self.channel, self.ts), request, reply })
    }
}

fn channel_message<'a>(
    channel: &'a str,
    author: Author<'a>,
    ts: &str,
    in_thread: bool,
    text: &'a str,
) -> ChannelMessage<'a> {
    let at = ts.split('.').next().and_then(|seconds| jiff::Timestamp::from_second(seconds.parse().ok()?).ok());
    ChannelMessage { platform: Platform::Slack, channel, author, at, in_thread, text }
}

/// The keys whose texts a reader sees in attachments and blocks.
const TEXT_KEYS: [&str; 5] = ["text", "title", "pretext", "fallback", "value"];

/// What stands behind `<@U0BOT>` or `<@U0BOT|its name>`; where there is nothing, what stands before it.
fn beside_mention<'a>(text: &'a str, bot: &str) -> Option<&'a str> {
    text.match_indices("<@").find_map(|(place, _)| {
        let (mention, behind) = text[place + 2..].split_once('>')?;
        (mention.split('|').next() == Some(bot)).then(|| beside(&text[..place], behind))
    })
}

fn reply(user: String, channel: String, handle: Option<String>) -> ReplyTo {
    ReplyTo { account: Account { platform: Platform::Slack, user }, channel, locale: None, handle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::message_trigger::MessageTriggers;
    use serde_json::json;

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
