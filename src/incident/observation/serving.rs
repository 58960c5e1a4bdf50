//! What an observation says of who serves: the leader, by the label or by who listens, and whether it was reached.

use super::{Observation, PodSummary, ProbeOutcome, ProbeReport};

impl Observation {
    /// Whether a pod listens on the BBS's port; `None` where that could not be seen.
    pub fn listens(&self, pod: &str) -> Option<bool> {
        self.listening.known()?.iter().find(|report| report.pod == pod).map(|report| report.listens)
    }

    /// Whether the BBS pods carry the active label: releases before SCF 2.11 don't.
    pub fn has_labels(&self) -> bool {
        self.bbs().iter().any(|pod| pod.active.is_some())
    }

    /// The pods that look like active leaders: by the label, or, in releases without it, those that listen. A pod on its
    /// way out is none.
    pub fn leaders(&self) -> Vec<&PodSummary> {
        let labelled = self.has_labels();
        let active = |pod: &PodSummary| if labelled { pod.is_active() } else { self.listens(&pod.name) == Some(true) };
        self.bbs().iter().filter(|pod| active(pod) && !pod.is_terminating()).collect()
    }

    /// The one active leader. `None` when there is none or more than one.
    pub fn leader(&self) -> Option<&PodSummary> {
        match self.leaders().as_slice() {
            [leader] => Some(leader),
            _ => None,
        }
    }

    /// Whether a refusal by the BBS Service means no more than that a passive pod took the connection: releases before SCF 2.11
    /// have every ready BBS pod behind it, and only the leader listens.
    pub fn refused_by_passive(&self) -> bool {
        let several = self.endpoints.known().is_some_and(|names| names.len() > 1);
        !self.has_labels() && several && self.leader().is_some()
    }

    /// Whether every probe was made and reached the BBS, as far as it depends on the way there and on the leader.
    pub fn is_reached(&self) -> bool {
        let excused = self.refused_by_passive();
        let reaches = |report: &ProbeReport| match report.outcome {
            ProbeOutcome::Succeeded => true,
            ProbeOutcome::Refused => excused,
            _ => false,
        };
        let reports = self.probes();
        reports.iter().any(|report| report.outcome == ProbeOutcome::Succeeded) && reports.iter().all(reaches)
    }
}
