//! Alerts: reports from outside that staging fails, and which of them mean that the stager is unavailable.
//!
//! The number 170010 is looked for first, then the code, then the phrase in the six languages of the runbook's pages:
//! people and alert bots paste translated text, but nothing here ever parses a tool's output by a translation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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
    /// Something else.
    Unrelated,
}

impl Meaning {
    /// Whether it starts or joins a triage.
    pub fn concerns_us(self) -> bool {
        matches!(self, Self::StagerUnavailable | Self::SameOutage | Self::Symptom)
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this file are valid, as its tests show")
}

// Digits are fenced by hand: \b would see no border between a digit and a Chinese or Japanese character.
static STAGER: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:^|[^0-9])170010(?:[^0-9]|$)|StagerUnavailable|Stager is unavailable",
        r"|登台程序不可用|編譯打包器無法使用|ステージャー.{0,6}使用でき(?:ない|ません)",
        r"|stager.{0,12}(?:non|pas) disponible|Stager.{0,8}사용(?: ?불가능|할 수 없)"
    ))
});
static SAME_OUTAGE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:^|[^0-9])(?:170015|170020|220002|200002)(?:[^0-9]|$)",
        r"|RunnerUnavailable|TaskWorkersUnavailable|InstancesUnavailable|StatsUnavailable",
        r"|Runner is unavailable|Task workers are unavailable|Instances information unavailable",
        r"|Stats server temporarily unavailable|Unable to communicate with Diego"
    ))
});
static LOOK_ALIKE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:^|[^0-9])(?:17000[1-8]|170009|170011|17001[46789]|170019|150003)(?:[^0-9]|$)",
        r"|StagerError|Stager error|StagingError|Staging error|StagingTimeExpired|Staging time expired",
        r"|BuildpackCompileFailed|NoAppDetectedError|InsufficientResources|NoCompatibleCell|RunnerError"
    ))
});
// IBM CFEE's own alerts (the second is spelled so), see ARCHITECTURE.md.
static SYMPTOM: LazyLock<Regex> = LazyLock::new(|| regex(r"CF:(?:AppPushFail|MutipleAppPushFail)"));

/// What a text means, from any sender and in any of the six languages.
pub fn meaning_of(text: &str) -> Meaning {
    if STAGER.is_match(text) {
        Meaning::StagerUnavailable
    } else if SAME_OUTAGE.is_match(text) {
        Meaning::SameOutage
    } else if LOOK_ALIKE.is_match(text) {
        Meaning::LookAlike
    } else if SYMPTOM.is_match(text) {
        Meaning::Symptom
    } else {
        Meaning::Unrelated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(meaning: Meaning, texts: &[&str]) {
        for text in texts {
            assert_eq!(meaning_of(text), meaning, "{text}");
        }
    }

    #[test]
    fn the_error_is_known_in_every_form_it_takes() {
        check(
            Meaning::StagerUnavailable,
            &[
                r#"{"description":"Stager is unavailable: execution expired","error_code":"CF-StagerUnavailable","code":170010}"#,
                r#"{"errors":[{"detail":"Stager is unavailable: x","title":"CF-StagerUnavailable","code":170010}]}"#,
                "Error staging application: StagingError - Staging error: Stager is unavailable: execution expired",
                "Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired",
                "CC code: 0\nCC error code: \nDescription: {\"code\":170010}",
                "stager is UNAVAILABLE: Connection refused",
                "错误代码：170010，登台程序不可用：执行已到期",
                "登台程序不可用",
                "編譯打包器無法使用",
                "ステージャーは使用できません",
                "Le stager est non disponible",
                "Stager를 사용할 수 없음",
            ],
        );
    }

    #[test]
    fn relatives_mean_the_same_outage() {
        check(
            Meaning::SameOutage,
            &[
                "Runner is unavailable: Process Guid: 1-2: execution expired",
                "code 170020",
                "220002",
                "Stats unavailable: Stats server temporarily unavailable.",
                "Runner is unavailable: Unable to communicate with Diego",
            ],
        );
    }

    #[test]
    fn look_alikes_do_not() {
        check(
            Meaning::LookAlike,
            &[
                "170011 Stager error: bbs stager client staging failed: x",
                "StagingError - Staging error: no available stagers",
                "Staging time expired: 900 s",
                "170003",
            ],
        );
        check(Meaning::Symptom, &["CF:AppPushFail", "CF:MutipleAppPushFail"]);
        check(Meaning::Unrelated, &["", "1700100", "0170010", "disk full", "CF:CellUnhealthy"]);
    }

    #[test]
    fn a_fingerprint_of_labels_keeps_names_and_values_apart() {
        let of = |name: &str, value: &str| Fingerprint::of(&BTreeMap::from([(name.into(), value.into())]));
        assert_ne!(of("ab", "c"), of("a", "bc"));
        assert_eq!(of("a", "b"), of("a", "b"));
    }
}
