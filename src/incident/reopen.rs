//! An alert that fires soon after its incident was closed: the same outage goes on, or the alert flaps. It is no new incident.

use jiff::Timestamp;

use super::alert::Alert;
use super::event::{Event, Outcome, Trigger};
use super::policy::Policy;
use super::{Incident, State};

/// What comes of an alert that fires while no incident is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refire {
    /// The closed incident is opened again.
    Reopen,
    /// Nothing: a person has taken it over, and knows.
    Quiet,
    /// A new incident.
    New,
}

/// An incident that was opened again so often is left alone: its log would grow for ever.
const MOST: u32 = 200;

impl Incident {
    /// What comes of an alert that fires now, whichever it is, this being the environment's newest incident.
    pub fn refire(&self, now: Timestamp, policy: &Policy) -> Refire {
        let State::Closed(outcome) = &self.state else { return Refire::New };
        let soon = self.closed_at.is_some_and(|closed| now.duration_since(closed) < policy.reopen);
        match outcome {
            _ if !soon || self.reopened >= MOST => Refire::New,
            Outcome::HandedOver { .. } => Refire::Quiet,
            // A check that found nothing wrong is no outage that comes back. Where alerts led to it, another one of the same storm does
            // not open one more: each would have a card of its own.
            Outcome::Healthy if self.alerts.is_empty() => Refire::New,
            _ => Refire::Reopen,
        }
    }

    /// Opens it again, whenever that is: whoever sends the alert here has asked [`Self::refire`].
    pub(super) fn reopening(&self, alert: &Alert) -> Option<Event> {
        let State::Closed(outcome) = &self.state else { return None };
        let again = !matches!(outcome, Outcome::HandedOver { .. } | Outcome::Drill { .. });
        again.then(|| Event::Reopened { trigger: Trigger::Alert(alert.clone()) })
    }

    /// Whether what it does is not worth a line: an alert that flaps is told the first, second, fourth, eighth … time.
    pub fn is_quiet(&self) -> bool {
        self.reopened > 0 && !self.reopened.is_power_of_two()
    }

    /// It begins anew. A restart that was made before counts by its time alone: the cool-down goes on, as it would for a new incident.
    pub(super) fn reopen(&mut self, trigger: &Trigger) {
        self.reopened += 1;
        self.state = State::Checking;
        self.closed_at = None;
        self.check_due = true;
        self.restarted = false;
        self.troubled = false;
        self.unproven_since = None;
        if let Trigger::Alert(alert) = trigger {
            self.alerts.insert(alert.fingerprint.clone(), alert.clone());
        }
    }
}
