//! What argues against a restart from outside: an alert that the database is away, while it fires and is repeated.
//!
//! It withholds the offer. A person who checked the database says so with the request ("database-checked"), and the approver with
//! the approval. One that comes after an approval voids it; once a pod was deleted, it holds the next delete while it lasts.

use jiff::Timestamp;

use super::alert::{Alert, AlertStatus, Meaning};
use super::policy::Policy;
use super::{Incident, Restart};

/// The word by which a person says that they checked the database.
pub const DATABASE_CHECKED: &str = "database-checked";

/// So often within the time that an alert counts for, its repetition is written down.
const WRITTEN: i32 = 3;

impl Alert {
    /// Whether it says that the database is in trouble.
    pub fn inhibits(&self) -> bool {
        self.meaning == Meaning::Database && self.status == AlertStatus::Firing
    }

    /// Whether its repetition is worth writing down: it counts for longer, and the log does not grow with every one.
    pub(super) fn is_heard_again(&self, later: &Self, policy: &Policy) -> bool {
        let newer = |seen: Timestamp| {
            later.seen_at.is_some_and(|now| now.duration_since(seen) >= policy.database_inhibits / WRITTEN)
        };
        self.inhibits() && later.inhibits() && self.seen_at.is_none_or(newer)
    }

    /// Whether it was heard of too long ago to count still.
    fn is_silent(&self, now: Timestamp, policy: &Policy) -> bool {
        self.seen_at.is_none_or(|seen| now.duration_since(seen) >= policy.database_inhibits)
    }
}

impl Incident {
    /// The alert that withholds the offer, the newest one first.
    pub fn inhibiting(&self, now: Timestamp, policy: &Policy) -> Option<&Alert> {
        let counts = |alert: &&Alert| alert.inhibits() && !alert.is_silent(now, policy);
        self.alerts.values().filter(counts).max_by_key(|alert| alert.seen_at)
    }

    /// Alerts about the database that were not repeated, and count no more.
    pub(super) fn silent(&self, now: Timestamp, policy: &Policy) -> Vec<Alert> {
        let silent = |alert: &&Alert| alert.inhibits() && alert.is_silent(now, policy);
        self.alerts.values().filter(silent).cloned().collect()
    }

    /// The alert that argues against a restart that was approved before it came.
    pub(super) fn objection(&self, restart: &Restart, now: Timestamp, policy: &Policy) -> Option<&Alert> {
        let after = self.database_alert_at.is_some_and(|at| at > restart.approved_at);
        self.inhibiting(now, policy).filter(|_| after)
    }
}

/// Whether somebody's words say that they checked the database.
pub fn says_checked(words: Option<&str>) -> bool {
    let plain = |c: char| !(c.is_alphanumeric() || c == '-' || c == '‑' || c == '–');
    words.is_some_and(|words| {
        words.split(plain).any(|word| word.replace(['‑', '–'], "-").eq_ignore_ascii_case(DATABASE_CHECKED))
    })
}
