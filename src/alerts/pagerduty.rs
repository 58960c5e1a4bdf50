//! PagerDuty's webhooks, version 3: one event a body, signed with HMAC-SHA256 over the raw body.
//!
//! <https://developer.pagerduty.com/docs/webhooks-overview>. A 4xx drops a webhook for good, and three in a row switch the
//! subscription off for a day: whatever is an event is answered with 200, and only those that tell of the incident itself count.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::alerts::delivery::{Delivery, Draft, ParseError, Unread, by_short_names, flat, text_of, time_of};
use crate::alerts::source::{Paths, Signature, Source};
use crate::incident::alert::{AlertStatus, Severity};
use crate::incident::phrase::Phrase;

/// PagerDuty.
pub const SOURCE: Source = Source {
    name: "pagerduty",
    sender: "PagerDuty's webhook (version 3)",
    smaller: None,
    signature: Some(Signature { header: "x-pagerduty-signature", prefix: "v1=", timestamp: None }),
    looks: Some(is_event),
    reads: is_event,
    parse,
};

fn is_event(body: &Value) -> bool {
    body["event"]["event_type"].is_string()
}

/// The events that say that the incident fires, or that it is over.
const FIRING: &[&str] = &["incident.triggered", "incident.reopened", "incident.escalated", "incident.unacknowledged"];
const RESOLVED: &str = "incident.resolved";
/// What is sent when a subscription is tried.
const PING: &str = "pagey.ping";

fn parse(body: &Value, _: &Paths) -> Result<Delivery, ParseError> {
    let event = &body["event"];
    let Some(kind) = event["event_type"].as_str() else {
        let what = "expected a text such as \"incident.triggered\"".to_owned();
        return Err(ParseError::WrongShape { sender: SOURCE.sender, path: "event.event_type".to_owned(), what });
    };
    let data = &event["data"];
    let title = ["title", "summary"].iter().find_map(|key| text_of(&data[*key])).unwrap_or_else(|| kind.to_owned());
    let id = text_of(&data["id"]);
    let status = match kind {
        RESOLVED => AlertStatus::Resolved,
        kind if FIRING.contains(&kind) => AlertStatus::Firing,
        kind => {
            let reason = if kind == PING {
                Phrase::new("unread-tried")
            } else {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
                let kind = if kind.len() <= 60 && kind.chars().all(plain) { kind } else { "event" };
                Phrase::new("unread-neither").with("kind", kind)
            };
            let unread = Unread { place: "event".to_owned(), name: title, fingerprint: id.unwrap_or_default(), reason };
            return Ok(Delivery { unread: vec![unread], ..Delivery::default() });
        }
    };
    let mut labels = BTreeMap::new();
    flat(data, "", &mut labels);
    by_short_names(&mut labels);
    // By its short names, too: what a person would call it in `match`.
    for (short, path) in [("service", "service.summary"), ("team", "teams[0].summary")] {
        if let Some(value) = labels.get(path).cloned() {
            labels.entry(short.to_owned()).or_insert(value);
        }
    }
    let identity = ["incident_key", "number", "title"].into_iter();
    let identity = identity.filter_map(|key| Some((key.to_owned(), text_of(&data[key])?))).collect();
    let draft = Draft {
        summary: Some(title.clone()),
        name: title,
        status: Some(status),
        fingerprint: id,
        identity: Some(identity),
        starts_at: time_of(&data["created_at"]),
        severity: severity(data),
        delivery_id: text_of(&event["id"]),
        place: "event".to_owned(),
        labels,
        ..Draft::default()
    };
    Ok(Delivery { reports: vec![draft.report(SOURCE.name)], ..Delivery::default() })
}

/// The priority goes before the urgency, which knows high and low only.
fn severity(data: &Value) -> Option<Severity> {
    let priority = data["priority"]["summary"].as_str().and_then(Severity::of);
    priority.or_else(|| data["urgency"].as_str().and_then(Severity::of))
}
