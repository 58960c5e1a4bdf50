//! Alerts: reports from outside that staging fails, what their texts mean, and whether they say that it is over.

mod number;
pub mod meaning;
pub mod over;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::phrase::Phrase;

/// A report from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Where it came from, such as `alertmanager`.
    pub source: String,
    /// Its name, such as `CFStagerUnavailable`.
    pub name: String,
    /// Firing or resolved.
    pub status: AlertStatus,
    /// What makes two reports the same alert.
    pub fingerprint: Fingerprint,
    /// What it says, for people.
    pub summary: String,
    /// When it began, as its sender says.
    pub starts_at: Option<Timestamp>,
    /// What it means for staging.
    pub meaning: Meaning,
    /// How urgent its sender calls it; `None` where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// When it reached the bot last, of an alert whose weight passes with time: one about the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
}

/// How urgent a sender calls an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It joins an open incident, and opens none.
    Info,
    /// It opens an incident.
    Warning,
    /// It opens an incident.
    Critical,
}

impl Severity {
    /// The severity that a word stands for; `None` for a word that no sender is known to use.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "info" | "information" | "informational" | "none" | "debug" => Self::Info,
            "warning" | "warn" | "minor" | "moderate" | "medium" | "average" | "low" | "notice" | "p3" | "p4"
            | "p5" => Self::Warning,
            "critical" | "crit" | "error" | "fatal" | "emergency" | "alert" | "page" | "major" | "high"
            | "disaster" | "severe" | "p1" | "p2" => Self::Critical,
            _ => return None,
        })
    }

    /// Its word, as senders and the configuration have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// Firing or resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertStatus {
    /// It goes on.
    Firing,
    /// It is over, as its sender says: a reason to check again, not a recovery.
    Resolved,
}

/// What makes two reports the same alert: the sender's own fingerprint, or a hash of the labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    /// The fingerprint of a set of labels, for senders without one (Alertmanager before 0.19).
    pub fn of(labels: &BTreeMap<String, String>) -> Self {
        let mut hash = Sha256::new();
        for (name, value) in labels {
            hash.update((name.len() as u64).to_be_bytes());
            hash.update(name);
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value);
        }
        Self(hex::encode(&hash.finalize()[..8]))
    }
}

/// What a text means for staging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// 170010, `CF-StagerUnavailable`, or its phrase.
    StagerUnavailable,
    /// Another code of the same outage: the Cloud Controller can't reach the BBS.
    SameOutage,
    /// A symptom that this outage causes among others: worth a check.
    Symptom,
    /// It reads like it and is something else: the BBS answered.
    LookAlike,
    /// The database is away or full, as far as its sender sees: a restart would gain nothing while that is so.
    Database,
    /// Something else.
    Unrelated,
}

impl Meaning {
    /// Whether it starts or joins a triage.
    pub fn concerns_us(self) -> bool {
        matches!(self, Self::StagerUnavailable | Self::SameOutage | Self::Symptom)
    }

    /// The words for it.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::StagerUnavailable => "means-stager-unavailable",
            Self::SameOutage => "means-same-outage",
            Self::Symptom => "means-symptom",
            Self::LookAlike => "means-look-alike",
            Self::Database => "means-database",
            Self::Unrelated => "means-unrelated",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_of_labels_keeps_names_and_values_apart() {
        let of = |name: &str, value: &str| Fingerprint::of(&BTreeMap::from([(name.into(), value.into())]));
        assert_ne!(of("ab", "c"), of("a", "bc"));
        assert_eq!(of("a", "b"), of("a", "b"));
    }
}
