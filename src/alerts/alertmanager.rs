//! Alertmanager's webhook, version 4: from 0.18, which has neither `fingerprint` nor `truncatedAlerts`, to today's.
//!
//! <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>. Each alert is read as far as it goes: what is odd
//! in one costs no other.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::alerts::delivery::{Delivery, Draft, ParseError, Unread, WITHHELD, status_of, text_of, texts_of, time_of};
use crate::alerts::source::{Paths, Source};
use crate::clock;
use crate::incident::alert::{AlertStatus, Severity};
use crate::incident::phrase::Phrase;

/// Alertmanager.
pub const SOURCE: Source = Source {
    name: "alertmanager",
    sender: "Alertmanager's webhook",
    smaller: Some("set max_alerts in its webhook_configs, as deploy/alertmanager does"),
    signature: None,
    looks: Some(|body| is_envelope(body) && !is_grafana(body)),
    reads: is_envelope,
    parse,
};

/// Whether a body is an envelope with alerts, as Alertmanager and Grafana have it.
pub(super) fn is_envelope(body: &Value) -> bool {
    body["alerts"].is_array() || body["alerts"].is_object()
}

/// What Grafana's envelope has beside Alertmanager's.
pub(super) fn is_grafana(body: &Value) -> bool {
    is_envelope(body) && (body.get("orgId").is_some() || (body["state"].is_string() && body["title"].is_string()))
}

fn parse(body: &Value, _: &Paths) -> Result<Delivery, ParseError> {
    let mut delivery = envelope(body, &SOURCE)?;
    if is_grafana(body) {
        delivery.note = Some(Phrase::new("note-grafana"));
    }
    Ok(delivery)
}

/// Reads an envelope with alerts.
pub(super) fn envelope(body: &Value, source: &Source) -> Result<Delivery, ParseError> {
    let alerts = match &body["alerts"] {
        Value::Array(alerts) => alerts.as_slice(),
        // A relay's list of one.
        one @ Value::Object(_) => std::slice::from_ref(one),
        other => {
            let what = if body.get("alerts").is_some() {
                format!("expected a list, found {}", kind(other))
            } else {
                "missing field `alerts`".to_owned()
            };
            return Err(ParseError::WrongShape { sender: source.sender, path: "alerts".to_owned(), what });
        }
    };
    let mut delivery = Delivery { left_out: count(&body["truncatedAlerts"]), ..Delivery::default() };
    let together = status_of(body["status"].as_str().unwrap_or_default()).ok().flatten();
    for (number, alert) in alerts.iter().enumerate() {
        let place = format!("alerts[{number}]");
        match draft(alert, together, &place) {
            Ok(draft) => delivery.reports.push(draft.report(source.name)),
            Err(unread) => delivery.unread.push(unread),
        }
    }
    Ok(delivery)
}

fn draft(alert: &Value, together: Option<AlertStatus>, place: &str) -> Result<Draft, Unread> {
    let unread = |name: &str, reason: Phrase| Unread {
        place: place.to_owned(),
        name: name.to_owned(),
        fingerprint: text_of(&alert["fingerprint"]).unwrap_or_default(),
        reason,
    };
    if !alert.is_object() {
        return Err(unread(NAMELESS, Phrase::new("unread-no-alert").with("kind", kind_name(alert))));
    }
    let labels = texts_of(&alert["labels"], "labels");
    let annotations = texts_of(&alert["annotations"], "annotations");
    let name = labels.get("alertname").cloned().unwrap_or_else(|| NAMELESS.to_owned());
    let word = text_of(&alert["status"]).or_else(|| text_of(&alert["state"])).unwrap_or_default();
    let status = match status_of(alert["status"]["state"].as_str().unwrap_or(&word)) {
        // A relay that tells no status tells the end, perhaps.
        Ok(status) => status.or(together).or_else(|| has_ended(alert).then_some(AlertStatus::Resolved)),
        Err(()) => return Err(unread(&name, Phrase::new(WITHHELD))),
    };
    let said = ["summary", "description", "message"].iter().find_map(|key| annotations.get(*key)).cloned();
    Ok(Draft {
        test: test(&labels, &annotations),
        summary: said,
        severity: labels.get("severity").and_then(|word| Severity::of(word)),
        starts_at: time_of(&alert["startsAt"]),
        fingerprint: text_of(&alert["fingerprint"]),
        texts: annotations.into_iter().collect(),
        name,
        status,
        labels,
        place: place.to_owned(),
        ..Draft::default()
    })
}

fn has_ended(alert: &Value) -> bool {
    time_of(&alert["endsAt"]).is_some_and(|at| at <= clock::now())
}

const NAMELESS: &str = "(an alert without a name)";

/// Grafana's own alerts about itself: a try of the contact point, and a query that gave nothing or failed. Their annotations are
/// those of the rule, and speak of an outage that nobody saw.
fn test(labels: &BTreeMap<String, String>, annotations: &BTreeMap<String, String>) -> Option<&'static str> {
    let label = |key: &str| labels.get(key).map(String::as_str);
    match (label("alertname"), label("instance"), annotations.get("grafana_state_reason").map(String::as_str)) {
        (Some("DatasourceNoData"), ..) | (_, _, Some("NoData")) => Some("tested-no-data"),
        (Some("DatasourceError"), ..) | (_, _, Some("Error")) => Some("tested-query-failed"),
        (Some("TestAlert"), Some("Grafana"), _) => Some("tested-contact-point"),
        _ => None,
    }
}

fn count(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()).unwrap_or(0)
}

/// The same by JSON's own name.
fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}
