//! What becomes of an incident in which connects reach the BBS and nobody saw it answer: no restart, no "healthy", and an end only
//! where nobody waits for more.

use jiff::Timestamp;

use super::Incident;
use super::alert::{Alert, AlertStatus};
use super::diagnosis::{Diagnosis, Verdict};
use super::observation::Observation;
use super::policy::Policy;

/// The findings that tell of sight alone: what was not seen was no trouble, and does not recover.
const NOT_SEEN: [&str; 17] = [
    "api-unreachable",
    "api-slow",
    "credentials-missing",
    "api-not-trusted",
    "credentials-refused",
    "permission-missing",
    "parts-not-found",
    "cluster-not-seen",
    "exec-denied",
    "exec-refused",
    "exec-impossible",
    "exec-not-carried",
    "not-an-api-server",
    "probe-not-possible",
    "connects-prove-nothing",
    "pending-revision",
    "two-versions",
];

impl Diagnosis {
    /// Whether trouble was seen, rather than only not enough.
    pub fn saw_trouble(&self) -> bool {
        match &self.verdict {
            Verdict::Healthy | Verdict::ReachedNotProven => false,
            Verdict::WillHelp { .. } => true,
            Verdict::WillNotHelp { cause } | Verdict::NotKnown { cause } => !NOT_SEEN.contains(&cause.as_str()),
        }
    }
}

impl Incident {
    /// Takes in what a diagnosis says of trouble and proof.
    pub(super) fn note_proof(&mut self, diagnosis: &Diagnosis) {
        self.troubled |= diagnosis.saw_trouble();
        let seen_at = self.observation.as_ref().map(|observation: &Observation| observation.at);
        self.unproven_since = match diagnosis.verdict {
            Verdict::ReachedNotProven => self.unproven_since.or(seen_at),
            _ => None,
        };
    }

    /// Whether it may be closed on connects alone. An alert that fires, or trouble that was seen, keeps it open until the alert is
    /// over, a person takes over, or [`unproven`](super::allowance::Allowances::unproven) has passed.
    pub(super) fn may_close_unproven(&self, now: Timestamp, policy: &Policy) -> bool {
        let long = self.unproven_since.is_some_and(|since| now.duration_since(since) >= policy.allowances.unproven);
        let fires = |alert: &Alert| alert.status == AlertStatus::Firing;
        let waited_for = if self.alerts.is_empty() { self.troubled } else { self.alerts.values().any(fires) };
        long || !waited_for
    }
}
