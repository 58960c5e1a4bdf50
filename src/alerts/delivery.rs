//! What one request of a sender holds, whoever the sender is, and how a part of it becomes an alert.
//!
//! A source reads its body as far as it goes into `Draft`s; a part that can't be read stands beside the others as [`Unread`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::incident::alert::meaning::{A_TEST, Reading, read_fields};
use crate::incident::alert::{Alert, AlertStatus, Fingerprint, Meaning, Severity};
use crate::incident::phrase::{Phrase, one_line};

/// An alert as it was reported, with what tells its environment and why it means what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The alert.
    pub alert: Alert,
    /// All its labels; of senders without labels, every text of the body by its path.
    pub labels: BTreeMap<String, String>,
    /// Which rule decided what it means, and by what.
    pub reading: Reading,
    /// What its sender calls the environment, where that is told apart from labels.
    pub environment: Option<String>,
    /// Where it stands in the body, such as `alerts[3]`.
    pub place: String,
    /// The sender's own id of this delivery, where a repeated one has the same.
    pub delivery_id: Option<String>,
}

/// A part of a body that is no alert, or can't be read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where it stands.
    pub place: String,
    /// Its name, as far as it has one.
    pub name: String,
    /// Its fingerprint, as far as it has one.
    pub fingerprint: String,
    /// Why it starts nothing.
    pub reason: Phrase,
}

/// What one request of a sender holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The alerts, as they were listed.
    pub reports: Vec<Report>,
    /// What is no alert, or can't be read.
    pub unread: Vec<Unread>,
    /// How many more its sender left out.
    pub left_out: u64,
    /// What the sender should know although everything was taken.
    pub note: Option<Phrase>,
}

/// A body is not what was expected at this address.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is not JSON.
    #[error("the body is not JSON: {source}")]
    NotJson {
        /// Why, with line and column.
        source: serde_json::Error,
    },
    /// It is JSON of another shape.
    #[error("the body is not what {sender} sends: at {path}: {what}")]
    WrongShape {
        /// Whose body was expected, such as `Alertmanager (webhook, version 4)`.
        sender: &'static str,
        /// Where, such as `alerts`.
        path: String,
        /// What is there and what was expected.
        what: String,
    },
    /// It is the body of a sender that is known and not meant here.
    #[error("this looks like {sender}. {advice}")]
    AnotherSender {
        /// Whose body it is.
        sender: &'static str,
        /// Where to send it, or what to change.
        advice: String,
    },
}

impl ParseError {
    /// What is wrong, without quoting anything of the body.
    pub fn place(&self) -> Phrase {
        match self {
            Self::NotJson { source } => {
                let phrase = Phrase::new("rejected-not-json").with("line", source.line().to_string());
                phrase.with("column", source.column().to_string())
            }
            Self::WrongShape { sender, path, .. } => {
                Phrase::new("rejected-shape").with("sender", *sender).with("path", path)
            }
            Self::AnotherSender { sender, .. } => Phrase::new("rejected-sender").with("sender", *sender),
        }
    }
}

/// An alert as a source read it.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) status: Option<AlertStatus>,
    pub(super) fingerprint: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) severity: Option<Severity>,
    pub(super) labels: BTreeMap<String, String>,
    /// Texts beside the labels, by name: they are looked through, and tell no environment.
    pub(super) texts: Vec<(String, String)>,
    /// What makes it the same alert where its sender gives no fingerprint.
    pub(super) identity: Option<BTreeMap<String, String>>,
    /// Whether the sender only tries the way, or says that it knows nothing.
    pub(super) test: Option<&'static str>,
    pub(super) environment: Option<String>,
    pub(super) place: String,
    pub(super) delivery_id: Option<String>,
}

/// How much of an alert's name is kept, in characters.
const MAX_NAME: usize = 200;
/// How much of its summary: it is told in the thread, in one message.
const MAX_SUMMARY: usize = 4_000;

impl Draft {
    /// The alert; what no sender said is made up for.
    pub(super) fn report(self, source: &str) -> Report {
        let fields = self.labels.iter().chain(self.texts.iter().map(|(key, value)| (key, value)));
        let reading = match self.test {
            Some(what) => Reading { meaning: Meaning::Unrelated, rule: A_TEST, quote: what.to_owned() },
            None => read_fields(&self.name, fields.map(|(key, value)| (key.as_str(), value.as_str()))),
        };
        let fingerprint = self.fingerprint.filter(|text| is_plain(text)).map(Fingerprint);
        let synthesised = || Fingerprint::of(self.identity.as_ref().unwrap_or(&self.labels));
        let alert = Alert {
            source: source.to_owned(),
            name: cut(&one_line(&self.name), MAX_NAME),
            status: self.status.unwrap_or(AlertStatus::Firing),
            fingerprint: fingerprint.unwrap_or_else(synthesised),
            summary: cut(self.summary.as_deref().unwrap_or(&self.name), MAX_SUMMARY),
            starts_at: self.starts_at,
            meaning: reading.meaning,
            severity: self.severity,
            seen_at: None,
        };
        let Self { labels, environment, place, delivery_id, .. } = self;
        Report { alert, labels, reading, environment, place, delivery_id }
    }
}

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

/// Senders' own fingerprints are letters and digits; what else may stand there becomes part of a key.
fn is_plain(fingerprint: &str) -> bool {
    (1..=64).contains(&fingerprint.len()) && fingerprint.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A scalar as its text: a number or a truth value as it is written, null as nothing, and whatever is nested as its JSON.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) if parts.is_empty() => None,
        other => Some(other.to_string()),
    }
}

/// A table of texts, read as far as it goes: what is null is left out; what is no table stands under its own name.
pub(super) fn texts_of(value: &Value, name: &str) -> BTreeMap<String, String> {
    match value {
        Value::Object(fields) => {
            fields.iter().filter_map(|(key, value)| Some((key.clone(), text_of(value)?))).collect()
        }
        // As some relays write it: [{"name": …, "value": …}].
        Value::Array(parts) if parts.iter().all(|part| part["name"].is_string()) && !parts.is_empty() => {
            let pair = |part: &Value| Some((part["name"].as_str()?.to_owned(), text_of(&part["value"])?));
            parts.iter().filter_map(pair).collect()
        }
        other => text_of(other).map(|text| (name.to_owned(), text)).into_iter().collect(),
    }
}

/// A time as senders write it: RFC 3339, with or without a zone (then it is taken for UTC), or seconds or milliseconds since
/// 1970. `None` for what can't be read, and for Go's zero time, which stands for "none".
pub(super) fn time_of(value: &Value) -> Option<Timestamp> {
    let at = match value {
        Value::String(text) => {
            let text = text.trim();
            let civil = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
            text.parse::<Timestamp>()
                .ok()
                .or_else(|| Some(civil()?.timestamp()))
                .or_else(|| since_1970(text.parse().ok()?))
        }
        Value::Number(number) => since_1970(number.as_f64()?),
        _ => None,
    };
    at.filter(|at| *at > Timestamp::UNIX_EPOCH)
}

/// Seconds, or milliseconds, microseconds or nanoseconds where it would be far in the future otherwise. `None` for what is beyond
/// all of them, infinity included.
fn since_1970(number: f64) -> Option<Timestamp> {
    const FAR: f64 = 1e11;
    let seconds = [1.0, 1e3, 1e6, 1e9].map(|unit| number / unit).into_iter().find(|seconds| seconds.abs() <= FAR)?;
    Timestamp::from_microsecond((seconds * 1e6) as i64).ok()
}

/// Every text of a value by its path, such as `event.data.title` or `alerts[0].name`; at most so many.
pub(super) fn flat(value: &Value, path: &str, into: &mut BTreeMap<String, String>) {
    const MOST: usize = 2_000;
    if into.len() >= MOST {
        return;
    }
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                flat(value, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, into);
            }
        }
        Value::Array(parts) => {
            for (place, value) in parts.iter().enumerate() {
                flat(value, &format!("{path}[{place}]"), into);
            }
        }
        value => {
            if let Some(text) = text_of(value) {
                into.insert(path.to_owned(), text);
            }
        }
    }
}

/// Adds what a person would call a label in `match`: `cluster` for `labels.cluster`, and for a tag `cluster:prod-eu`.
pub(super) fn by_short_names(labels: &mut BTreeMap<String, String>) {
    const TABLES: &[&str] = &["labels.", "tags.", "data.", "body.details.", "details."];
    let mut short: Vec<(String, String)> = Vec::new();
    for (path, value) in labels.iter() {
        let key = TABLES.iter().find_map(|table| path.strip_prefix(table));
        short.extend(key.filter(|key| !key.contains(['.', '['])).map(|key| (key.to_owned(), value.clone())));
        if path == "tags" || path.starts_with("tags[") {
            let pairs = value.split(',').filter_map(|tag| tag.trim().split_once(':'));
            short.extend(pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())));
        }
    }
    for (key, value) in short {
        labels.entry(key).or_insert(value);
    }
}

/// The value at a dotted path, such as `event.data.status` or `alerts.0.status`.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let step = |value: &'a Value, key: &str| match value {
        Value::Object(fields) => fields.get(key),
        Value::Array(parts) => parts.get(key.parse::<usize>().ok()?),
        _ => None,
    };
    path.split('.').try_fold(value, step)
}

/// The message of why an alert with such a status starts nothing.
pub(super) const WITHHELD: &str = "unread-withheld";

/// A status by a sender's own word; `Err` where the sender says that it does not tell of the alert yet, or not any more.
pub(super) fn status_of(word: &str) -> Result<Option<AlertStatus>, ()> {
    let word = word.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let first = word.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ' ')).next().unwrap_or_default().trim();
    Ok(Some(match first {
        "firing" | "alerting" | "alarm" | "alert" | "active" | "triggered" | "trigger" | "retriggered" | "open"
        | "opened" | "problem" | "critical" | "error" | "warning" | "warn" | "failed" | "failing" | "down"
        | "acknowledged" | "unhealthy" | "reopened" => AlertStatus::Firing,
        "resolved" | "resolve" | "ok" | "okay" | "recovered" | "recovery" | "inactive" | "closed" | "close"
        | "normal" | "cleared" | "clear" | "up" | "healthy" | "solved" | "fixed" | "expired" | "green" | "passing"
        | "mitigated" => AlertStatus::Resolved,
        "suppressed" | "silenced" | "muted" | "inhibited" | "pending" | "paused" | "no_data" | "nodata" | "no data"
        | "insufficient_data" | "snoozed" | "maintenance" => {
            return Err(());
        }
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_read_in_every_dress_and_nothing_else_is_one() {
        let at = Some("2026-07-01T01:02:03Z".parse().unwrap());
        for value in [
            json!("2026-07-01T01:02:03Z"),
            json!("2026-07-01T03:02:03+02:00"),
            json!(" 2026-07-01T01:02:03 "),
            json!(1_782_867_723),
            json!("1782867723"),
            json!(1_782_867_723_000_i64),
            json!(1_782_867_723_000_000_i64),
            json!("1782867723000000000"),
        ] {
            assert_eq!(time_of(&value), at, "{value}");
        }
        for value in [
            json!("0001-01-01T00:00:00Z"),
            json!("inf"),
            json!("-infinity"),
            json!("1e999"),
            json!("NaN"),
            json!(1e300),
            json!(0),
            json!("soon"),
            json!(null),
        ] {
            assert_eq!(time_of(&value), None, "{value}");
        }
    }
}
