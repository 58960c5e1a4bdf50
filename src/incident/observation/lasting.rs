//! What is normal for some seconds, and since when it has been seen: time decides what it means.
//!
//! An observation shows what is so at one moment. In an incident each look carries since when, and by how many looks, the same was
//! seen; a single check has no such history.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::allowance::Allowances;

/// What is normal for some seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Momentary {
    /// The label calls a pod active that does not listen: it follows with the next readiness probe.
    StaleLabel,
    /// A pod listens, and the label does not say so yet.
    LabelMissing,
    /// A pod should lead, and nothing reaches it: its label may be about to follow.
    Unreached,
    /// A BBS answers 503: it starts, or migrates its database.
    Starting,
    /// Nobody leads: where Locket works, somebody takes the lock with the next try.
    Leaderless,
}

/// Since when something was seen, look after look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasting {
    /// The state that lasts.
    pub what: Momentary,
    /// Of the pod with this UID; `None` where it is of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// When it was seen first.
    pub since: Timestamp,
    /// By how many looks.
    pub looks: u32,
    /// When it has lasted longer than is normal.
    pub until: Timestamp,
    /// Whether it has, by enough looks.
    pub over: bool,
    /// Whether what runs in the pod may be new since it was seen healthy, so that it may migrate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fresh: bool,
}

/// What served in a healthy environment, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served<'a> {
    /// The pod's UID.
    pub uid: &'a str,
    /// The revision of its set that it was made from.
    pub revision: Option<&'a str>,
    /// The image of the BBS in it.
    pub image: Option<&'a str>,
}

impl Momentary {
    /// How long it is normal.
    pub(super) fn allowance(self, allowances: &Allowances) -> SignedDuration {
        match self {
            Self::StaleLabel | Self::LabelMissing | Self::Unreached => allowances.label,
            Self::Starting => allowances.bbs_start,
            Self::Leaderless => allowances.leaderless,
        }
    }
}

impl Lasting {
    /// Whether it is the same of the same pod.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.what == other.what && self.uid == other.uid
    }
}
