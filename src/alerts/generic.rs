//! Any JSON or text: for every sender that has no source of its own. Every text of a body is looked through.
//!
//! Where a sender's status, severity, environment and fingerprint stand is settable; what is not set is looked for under the names
//! that senders use, and a status that no field tells is read from the words, as in a chat.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::alerts::delivery::{
    Delivery, Draft, ParseError, Unread, WITHHELD, at, by_short_names, flat, status_of, text_of,
};
use crate::alerts::source::{Paths, Signature, Source};
use crate::incident::alert::over::{By, over};
use crate::incident::alert::{AlertStatus, Severity};
use crate::incident::phrase::Phrase;

/// Anybody.
pub const SOURCE: Source = Source {
    name: "generic",
    sender: "a body for the generic source",
    smaller: None,
    signature: Some(Signature { header: "x-hub-signature-256", prefix: "sha256=", timestamp: None }),
    looks: None,
    reads: |_| true,
    parse,
};

const STATUS: &[&str] = &[
    "status",
    "state",
    "alert_transition",
    "NewStateValue",
    "event_action",
    "action",
    "event_type",
    "alert.status",
    "event.status",
    "incident.state",
    "data.essentials.monitorCondition",
    "heartbeat.status",
    "alert_status",
    "current_state",
    "condition",
    "newState",
    "new_state",
    "data.status",
    "data.state",
    "trigger.status",
    "trigger_status",
    "detail.state.value",
    "message_type",
    "notification_type",
];
const SEVERITY: &[&str] = &["severity", "priority", "labels.severity", "alert.severity", "event.severity", "level"];
const NAME: &[&str] = &[
    "alertname",
    "title",
    "name",
    "labels.alertname",
    "alert.name",
    "alert.message",
    "AlarmName",
    "summary",
    "subject",
    "ruleName",
    "alert_name",
    "monitor.name",
    "message",
    "text",
];
const SUMMARY: &[&str] = &["summary", "description", "message", "text", "body", "details", "reason"];
const FINGERPRINT: &[&str] =
    &["fingerprint", "alert_id", "dedup_key", "incident_key", "alert.alertId", "alert.id", "AlarmArn", "id"];

/// What is shorter is no fingerprint by itself, in characters.
const OWN_FINGERPRINT: usize = 12;

#[expect(clippy::unnecessary_wraps, reason = "other sources refuse bodies")]
fn parse(body: &Value, paths: &Paths) -> Result<Delivery, ParseError> {
    let mut delivery = Delivery::default();
    match body {
        Value::Array(all) => {
            for (number, one) in all.iter().enumerate() {
                take(one, paths, format!("[{number}]"), &mut delivery);
            }
        }
        one => take(one, paths, "the body".to_owned(), &mut delivery),
    }
    Ok(delivery)
}

fn take(value: &Value, paths: &Paths, place: String, delivery: &mut Delivery) {
    // What another program wrapped as a text: Amazon SNS does.
    let unwrapped = value["Message"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let value = unwrapped.as_ref().filter(|inner| inner.is_object()).unwrap_or(value);
    let mut labels = BTreeMap::new();
    flat(value, if value.is_object() { "" } else { "text" }, &mut labels);
    let text = labels.values().cloned().collect::<Vec<_>>().join("\n");
    by_short_names(&mut labels);
    let find = |set: &Option<String>, names: &[&str]| match set {
        Some(path) => at(value, path).and_then(text_of),
        None => names.iter().find_map(|path| at(value, path).and_then(text_of)),
    };
    let name = find(&None, NAME).or_else(|| text.lines().find(|line| !line.trim().is_empty()).map(str::to_owned));
    let name = name.unwrap_or_else(|| "(an empty body)".to_owned());
    let Ok(status) = status(value, paths, &text) else {
        let reason = Phrase::new(WITHHELD);
        delivery.unread.push(Unread { place, name, fingerprint: String::new(), reason });
        return;
    };
    let environment = paths.environment.as_ref().and_then(|path| at(value, path)).and_then(text_of);
    // A number that counts a sender's alerts is another sender's, too.
    let long = |given: &String| given.len() >= OWN_FINGERPRINT;
    let given = find(&paths.fingerprint, FINGERPRINT);
    let fingerprint = given.clone().filter(|given| paths.fingerprint.is_some() || long(given));
    // Without one, what stays the same while an alert goes on and when it ends: its name and where it is.
    let identity = [("id", given), ("name", Some(bare(&name))), ("environment", environment.clone())];
    let identity = identity.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    let draft = Draft {
        summary: Some(find(&None, SUMMARY).unwrap_or_else(|| text.clone())),
        severity: find(&paths.severity, SEVERITY).and_then(|word| Severity::of(&word)),
        status: Some(status),
        identity: Some(identity),
        fingerprint,
        environment,
        name,
        labels,
        place,
        ..Draft::default()
    };
    delivery.reports.push(draft.report(SOURCE.name));
}

/// The status, by the path that is set, else by a field that senders have, else by the words; `Err` where it tells of nothing.
fn status(value: &Value, paths: &Paths, text: &str) -> Result<AlertStatus, ()> {
    if let Some(word) = paths.status.as_ref().and_then(|path| at(value, path)).and_then(text_of) {
        return Ok(status_of(&word)?.unwrap_or(AlertStatus::Firing));
    }
    let is =
        |path: &str, word: &str| at(value, path).and_then(text_of).is_some_and(|text| text.eq_ignore_ascii_case(word));
    if ["resolved", "is_resolved", "isResolved"].iter().any(|path| is(path, "true"))
        || ["firing", "isOpen", "is_open", "active"].iter().any(|path| is(path, "false"))
    {
        return Ok(AlertStatus::Resolved);
    }
    for word in STATUS.iter().filter_map(|path| at(value, path).and_then(text_of)) {
        if let Some(status) = status_of(&word)? {
            return Ok(status);
        }
    }
    Ok(if over(text, By::Bot).is_some() { AlertStatus::Resolved } else { AlertStatus::Firing })
}

/// A name without what changes when an alert ends: its status, counts and emoji.
fn bare(name: &str) -> String {
    const CHANGES: &[&str] = &[
        "firing",
        "resolved",
        "alerting",
        "ok",
        "triggered",
        "recovered",
        "alert",
        "alarm",
        "problem",
        "recovery",
        "closed",
        "open",
        "critical",
        "warning",
        "normal",
        "is",
    ];
    let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let kept = words.filter(|word| !word.is_empty() && !CHANGES.contains(&word.as_str()));
    kept.filter(|word| word.len() > 2 || !word.bytes().all(|byte| byte.is_ascii_digit())).collect::<Vec<_>>().join(" ")
}
