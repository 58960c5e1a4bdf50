//! What an observation says of who serves: the leader, by the label or by who listens, and whether it was reached.

use super::{Observation, PingOutcome, PodSummary, ProbeOutcome, ProbeReport};

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
        let succeeded = reports.iter().any(|report| report.outcome == ProbeOutcome::Succeeded);
        // Where the Service has passive pods behind it, every probe may happen to meet one of them.
        let unlucky = excused && !reports.is_empty() && self.is_answered();
        (succeeded || unlucky) && reports.iter().all(reaches)
    }

    /// Whether a ping of the BBS was answered.
    pub fn is_answered(&self) -> bool {
        let answered = |reports: &Vec<super::PingReport>| reports.iter().any(|r| r.outcome == PingOutcome::Answered);
        self.pings.known().is_some_and(answered)
    }

    /// Whether this pod leads, and answered a ping that was sent to it alone.
    pub fn serves(&self, pod: &PodSummary) -> bool {
        let leads = self.leader().is_some_and(|leader| leader.uid == pod.uid);
        let by_it = |r: &super::PingReport| r.to.as_ref() == Some(&pod.name) && r.outcome == PingOutcome::Answered;
        leads && self.pings.known().is_some_and(|reports| reports.iter().any(by_it))
    }

    /// Whether nothing speaks against this pod but refusals that a passive pod may have given: it listens alone, and no ping
    /// was made that could tell. What leads then may serve.
    pub fn may_serve(&self, pod: &PodSummary) -> bool {
        let leads = self.leader().is_some_and(|leader| leader.uid == pod.uid);
        let asked = self.pings.known().is_some_and(|reports| reports.iter().any(|r| r.outcome != PingOutcome::Unknown));
        leads && self.refused_by_passive() && !asked
    }
}
