//! The phases of an outage one after the other, as they are drawn: in a picture, on a page, in the playground.

use jiff::SignedDuration;

use super::event::{Event, Outcome, Recorded};
use super::timeline::durations;

/// A part of an outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The id of its message, such as `phase-approval`.
    pub id: &'static str,
    /// When it began, from the opening.
    pub began: SignedDuration,
    /// How long it took.
    pub length: SignedDuration,
}

impl Phase {
    /// From where to where it goes, in thousandths of all of them.
    pub fn thousandths(&self, all: &[Self]) -> (u32, u32) {
        let whole = all.last().map_or(0, |last| (last.began + last.length).as_millis()).max(1);
        let of = |time: SignedDuration| u32::try_from((time.as_millis() * 1000 / whole).clamp(0, 1000)).unwrap_or(1000);
        (of(self.began), of(self.began + self.length))
    }
}

/// The phases that are over, in order and without a gap. Of an incident that was opened again, those of its last time.
pub fn phases(log: &[Recorded]) -> Vec<Phase> {
    let times = durations(log);
    let mut phases = Phases::default();
    for (id, length) in times.phases {
        phases.add(id, length);
    }
    let recovered = phases.all.iter().any(|phase| phase.id == RECOVERY);
    match times.mitigated {
        // What recovered without a restart has no such phase of its own.
        Some(all) if !recovered => phases.add(RECOVERY, all - phases.end),
        Some(_) => {}
        None => {
            let opened = log.iter().rfind(|one| matches!(one.event, Event::Opened { .. } | Event::Reopened { .. }));
            let closed = log.iter().rfind(|one| match &one.event {
                Event::Closed { outcome } => !matches!(outcome, Outcome::Healthy | Outcome::Drill { .. }),
                _ => false,
            });
            if let (Some(opened), Some(closed)) = (opened, closed) {
                phases.add(REST, closed.at.duration_since(opened.at) - phases.end);
            }
        }
    }
    phases.all
}

/// Up to where everything was healthy.
const RECOVERY: &str = "phase-recovery";
/// Up to the end of what did not recover while it was open.
pub const REST: &str = "phase-rest";

#[derive(Default)]
struct Phases {
    all: Vec<Phase>,
    end: SignedDuration,
}

impl Phases {
    fn add(&mut self, id: &'static str, length: SignedDuration) {
        // Times of several replicas never run back within a log; a log of an earlier version may.
        let length = length.max(SignedDuration::ZERO);
        self.all.push(Phase { id, began: self.end, length });
        self.end += length;
    }
}
