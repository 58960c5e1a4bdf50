//! What holds of every parser of foreign input, whatever comes in: nothing panics, and what is understood is bounded and true to the
//! text. The fuzz targets (`tests/fuzz`) and the suite ask the same.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};
use stagerbot::alerts::matching::Matching;
use stagerbot::alerts::source::{Paths, Source};
use stagerbot::alerts::{read, source};
use stagerbot::audit::bundle::Bundle;
use stagerbot::chat::command::parse;
use stagerbot::chat::message_trigger::{Author, ChannelMessage, MessageTriggers};
use stagerbot::chat::{discord, message_trigger, slack};
use stagerbot::cluster::checks::{lock, ping};
use stagerbot::cluster::exec::exit_code;
use stagerbot::incident::account::Platform;
use stagerbot::incident::alert::Meaning;
use stagerbot::incident::alert::meaning::{self, rules};
use stagerbot::incident::alert::over::{By, over};
use stagerbot::incident::mute;
use stagerbot::incident::observation::{LockOutcome, PingOutcome};
use stagerbot::request::{Request, Verb};
use stagerbot::words::Words;

/// The longest that is kept of a name and of a summary, with the note about the rest.
const MAX_KEPT: usize = 4_100;

/// A source reads any body, or refuses it with a reason.
pub(crate) fn body(name: &str, bytes: &[u8]) {
    let source: &Source = source(name).expect("it is one of SOURCES");
    let paths = Paths { environment: Some("a.b".to_owned()), ..Paths::default() };
    for paths in [Paths::default(), paths] {
        let delivery = match read(source, bytes, &paths) {
            Ok(delivery) => delivery,
            Err(error) => {
                assert!(!error.place().id.is_empty() && !error.to_string().is_empty());
                continue;
            }
        };
        let matching = Matching::of_one("prod");
        for report in &delivery.reports {
            let alert = &report.alert;
            assert!(alert.name.chars().count() <= MAX_KEPT && alert.summary.chars().count() <= MAX_KEPT);
            let fingerprint = &alert.fingerprint.0;
            assert!(
                (1..=64).contains(&fingerprint.len()) && fingerprint.bytes().all(|byte| byte.is_ascii_alphanumeric())
            );
            assert!(rules().any(|rule| rule == report.reading.rule), "{:?}", report.reading);
            let judged = matching.judge(report);
            let ours = judged.alert.meaning.concerns_us() || judged.alert.meaning == Meaning::Database;
            assert_eq!(judged.environments.is_ok(), ours, "{judged:?}");
            for phrase in judged.because.iter().chain(judged.environments.as_ref().err()) {
                Words::of(None).try_say(phrase).unwrap_or_else(|error| panic!("{phrase:?}: {error}"));
            }
        }
        assert!(delivery.unread.iter().all(|unread| !unread.place.is_empty() && !unread.reason.id.is_empty()));
    }
}

/// An alert that reports the outage is taken, whatever stands beside it in the list.
pub(crate) fn neighbour(value: &Value) {
    let good = json!({ "status": "firing", "labels": { "alertname": "CFStagerUnavailable" }, "fingerprint": "00c0ffee00c0ff01" });
    let body = json!({ "version": "4", "status": "firing", "alerts": [value, good] }).to_string();
    let source = source("alertmanager").expect("it is one of SOURCES");
    let delivery = read(source, body.as_bytes(), &Paths::default()).expect("a list of alerts is one");
    assert!(delivery.reports.iter().any(|report| {
        report.alert.fingerprint.0 == "00c0ffee00c0ff01" && report.alert.meaning == Meaning::StagerUnavailable
    }));
    assert_eq!(delivery.reports.len() + delivery.unread.len(), 2, "each stands somewhere");
}

/// What a text means rests on what stands in it, and on its own lines.
pub(crate) fn text(text: &str) {
    let reading = meaning::read(text);
    assert!(rules().any(|rule| rule == reading.rule));
    assert!(text.contains(&reading.quote), "{reading:?} of {text:?}");
    assert_eq!(meaning::read(&format!("good morning\n{text}\ngood evening")).meaning, reading.meaning, "{text:?}");
    for by in [By::Bot, By::Person] {
        if let Some(quote) = over(text, by) {
            assert!(text.contains(&quote), "{quote:?} of {text:?}");
        }
    }
}

/// A message is an alert only where the channel and the author count, and its text is about staging or the database.
pub(crate) fn message(value: &Value) {
    let mut said = String::new();
    message_trigger::texts(
        value,
        &["text", "title", "pretext", "fallback", "value", "name", "description"],
        str::to_owned,
        &mut said,
    );
    let listening =
        MessageTriggers { channels: [("C1".to_owned(), "prod".to_owned())].into(), bots: ["B1".to_owned()].into() };
    for (author, counts) in
        [(Author::Person, true), (Author::Bot(&["B1"]), true), (Author::Bot(&["B2"]), false), (Author::Us, false)]
    {
        let (platform, channel) = (Platform::Slack, "C1");
        let message = ChannelMessage { platform, channel, author, at: None, in_thread: false, text: &said };
        if let Some(Request::Alert { alert, .. }) = listening.request_for(&message) {
            assert!(counts && (alert.meaning.concerns_us() || alert.meaning == Meaning::Database));
            assert!(alert.summary.chars().count() <= MAX_KEPT);
        }
        assert_eq!(listening.request_for(&ChannelMessage { in_thread: true, ..message }), None);
    }
}

/// What is typed is a request, always, and a click only what its button says.
pub(crate) fn command(text: &str) {
    let request = parse(text);
    if let Request::Unclear { text: unclear } = &request {
        assert!(text.contains(unclear.as_str()));
    }
    if let Some(typed) = mute::read(text) {
        assert!(mute::LENGTHS.contains(&typed.length));
    }
    for request in Verb::ALL.into_iter().filter_map(|verb| verb.clicked(text)) {
        if let Request::Approve { code, .. } | Request::Deny { code, .. } | Request::Cancel { code, .. } = request {
            assert!(text.to_ascii_uppercase().ends_with(&code));
        }
    }
}

/// What a platform sends is read or left, and never takes anything down.
pub(crate) fn payload(value: &Value) {
    let listening =
        MessageTriggers { channels: [("C1".to_owned(), "prod".to_owned())].into(), bots: ["B1".to_owned()].into() };
    for kind in ["slash_commands", "interactive", "events_api", "hello"] {
        for request in slack::read(kind, value.clone(), &listening) {
            assert_eq!(stored(&request), request);
        }
    }
    if let Some(request) = discord::read(value, &listening) {
        assert_eq!(stored(&request), request);
    }
}

/// A request as the inbox gives it back.
fn stored(request: &Request) -> Request {
    let text = serde_json::to_string(request).expect("a request can be written");
    serde_json::from_str(&text).expect("what was written can be read")
}

/// The BBS answered only where curl says so and has its status, and nobody holds a lock but by a row that names them.
pub(crate) fn checks(code: i32, text: &str) {
    let (outcome, said) = ping::answer(code, text);
    assert!(!Words::of(None).state(&said).is_empty());
    let ok = code == 0 && text.lines().any(|line| line.trim_end().ends_with("200"));
    assert!(outcome != PingOutcome::Answered || ok, "{code} {text:?}");
    match lock::answer(code, text) {
        Ok(LockOutcome::Owner(owner)) => assert!(code == 0 && text.contains("bbs") && owner.len() <= 110),
        Ok(LockOutcome::Nobody) => assert_eq!(code, 0),
        Ok(LockOutcome::Hung | LockOutcome::Failed) => assert_ne!(code, 0),
        Err(why) => assert!(!Words::of(None).state(&why).is_empty()),
    }
}

/// A command that succeeded is told by its status alone.
pub(crate) fn exec(frame: &[u8]) {
    if exit_code(frame) == Some(0) {
        let Told(status) = serde_json::from_slice(frame).expect("what was read is JSON");
        assert_eq!(status.as_deref(), Some("Success"));
    }
}

/// The last `status` of an object, as other readers of JSON take it. What nobody needs is skipped, whatever bytes and numbers it holds.
struct Told(Option<String>);

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Told;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Told, A::Error> {
                let mut status = None;
                while let Some(name) = fields.next_key::<String>()? {
                    if name == "status" {
                        status = fields.next_value()?;
                    } else {
                        fields.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Told(status))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// A bundle is refused, or verified to its end, and is the same when it is written anew.
pub(crate) fn bundle(text: &str) {
    let Ok(bundle) = Bundle::parse(text) else { return };
    let report = bundle.verify(&[]);
    assert_eq!(report.events, bundle.events.len());
    let again = serde_json::to_string(&bundle).expect("a bundle can be written");
    assert_eq!(Bundle::parse(&again).expect("what was written can be read"), bundle);
}
