//! Alertmanager's webhook, version 4: from 0.18, which has neither `fingerprint` nor `truncatedAlerts`, to today's.
//!
//! <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>. Unknown fields are ignored, wrong ones refused
//! with their place.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::alerts::delivery::{Delivery, Report};
use crate::incident::alert::{Alert, AlertStatus, Fingerprint, meaning_of};

/// What alerts of this source are called.
pub const SOURCE: &str = "alertmanager";

/// A body is not what Alertmanager sends.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is not JSON.
    #[error("the body is not JSON: {source}")]
    NotJson {
        /// Why, with line and column.
        source: serde_json::Error,
    },
    /// It is JSON of another shape.
    #[error("the body is not what Alertmanager sends (webhook, version 4): at {path}: {what}")]
    WrongShape {
        /// Where, such as `alerts[0].labels`.
        path: String,
        /// What is there and what was expected.
        what: String,
    },
}

impl ParseError {
    /// What is wrong, without quoting anything of the body.
    pub fn place(&self) -> String {
        match self {
            Self::NotJson { source } => {
                format!("the body is not JSON, at line {} column {}", source.line(), source.column())
            }
            Self::WrongShape { path, .. } => format!("the body has another shape than Alertmanager's, at {path}"),
        }
    }
}

#[derive(Deserialize)]
struct Body {
    #[serde(default, rename = "truncatedAlerts")]
    truncated_alerts: Option<u64>,
    alerts: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    status: AlertStatus,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
    #[serde(default, rename = "startsAt")]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    fingerprint: Option<String>,
}

/// Reads one request's body.
pub fn parse(body: &[u8]) -> Result<Delivery, ParseError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed: Result<Body, _> = serde_path_to_error::deserialize(&mut json);
    let body = parsed.map_err(|error| {
        let path = error.path().to_string();
        let source = error.into_inner();
        if source.is_data() {
            ParseError::WrongShape { path, what: source.to_string() }
        } else {
            ParseError::NotJson { source }
        }
    })?;
    json.end().map_err(|source| ParseError::NotJson { source })?;
    Ok(Delivery {
        reports: body.alerts.into_iter().map(report).collect(),
        left_out: body.truncated_alerts.unwrap_or(0),
    })
}

fn report(one: One) -> Report {
    let labels = one.labels.unwrap_or_default();
    let annotations = one.annotations.unwrap_or_default();
    let name = labels.get("alertname").map_or("(an alert without a name)", String::as_str);
    let said = ["summary", "description", "message"].iter().find_map(|key| annotations.get(*key));
    let texts: Vec<&str> = labels.values().chain(annotations.values()).map(String::as_str).collect();
    let alert = Alert {
        source: SOURCE.to_owned(),
        name: cut(name, MAX_NAME),
        status: one.status,
        fingerprint: one
            .fingerprint
            .filter(|text| is_plain(text))
            .map_or_else(|| Fingerprint::of(&labels), Fingerprint),
        summary: cut(said.map_or(name, String::as_str), MAX_SUMMARY),
        // Go's zero time stands for "none".
        starts_at: one.starts_at.filter(|at| *at > Timestamp::UNIX_EPOCH),
        meaning: meaning_of(&texts.join("\n")),
    };
    Report { alert, labels }
}

/// How much of an alert's name is kept, in characters.
const MAX_NAME: usize = 200;
/// How much of its summary: it is told in the thread, in one message.
const MAX_SUMMARY: usize = 4_000;

/// The beginning of a text, which says so where something was cut off.
fn cut(text: &str, limit: usize) -> String {
    let text = text.trim();
    let count = text.chars().count();
    if count <= limit {
        return text.to_owned();
    }
    let note = format!(" … ({} more characters)", count - limit);
    text.chars().take(limit).chain(note.chars()).collect()
}

/// Alertmanager's own are 16 hexadecimal digits; what else may stand there becomes part of a key.
fn is_plain(fingerprint: &str) -> bool {
    (1..=64).contains(&fingerprint.len()) && fingerprint.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
