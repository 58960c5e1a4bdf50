//! What an observation says of who serves: the leader, by the ping, the label or who listens, and whether it was reached.
//!
//! A label says what was once so, a connect that is accepted says that something is there, and only an answered ping says that
//! it serves.

use super::{LockOutcome, Observation, PingOutcome, PingReport, PodSummary, ProbeOutcome, ProbeReport};

/// Whether the BBS answers what the Cloud Controller would ask it, as far as that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A ping was answered: through the Service, or by the leader that the Service leads to.
    Seen,
    /// No ping could be made, or it ended in doubt.
    NotSeen,
    /// A ping was made, and not answered as it should be.
    Failed,
}

impl Observation {
    /// Whether a pod listens on the BBS's port; `None` where that could not be seen.
    pub fn listens(&self, pod: &str) -> Option<bool> {
        self.listening.known()?.iter().find(|report| report.pod == pod).map(|report| report.listens)
    }

    /// Whether the BBS pods carry the active label: releases before SCF 2.11 don't.
    pub fn has_labels(&self) -> bool {
        self.bbs().iter().any(|pod| pod.active.is_some())
    }

    /// The pods that lead, as far as that can be seen; a pod on its way out is none.
    ///
    /// Who answers its own ping leads, whatever the labels say. Where nobody was seen to: who is labelled and not known to be
    /// deaf or to hang, or, in releases without the label, who listens.
    pub fn leaders(&self) -> Vec<&PodSummary> {
        let staying = || self.bbs().iter().filter(|pod| !pod.is_terminating());
        let serving: Vec<&PodSummary> = staying().filter(|pod| self.answers(pod)).collect();
        if !serving.is_empty() {
            return serving;
        }
        let labelled = self.has_labels();
        let active = |pod: &PodSummary| match self.listens(&pod.name) {
            Some(false) => false,
            Some(true) => !labelled || pod.is_active(),
            None => labelled && pod.is_active(),
        };
        // Who answers 503 starts, and does not lead yet, or not any more.
        let starts = |pod: &PodSummary| self.pings_to(pod).any(|report| report.outcome == PingOutcome::Migrating);
        staying().filter(|pod| active(pod) && !self.hangs(pod) && !starts(pod)).collect()
    }

    /// Who leads, or was the last to: the leader, else the only pod that is labelled active, though it does not serve any more.
    pub fn led(&self) -> Option<&PodSummary> {
        let mut labelled = self.bbs().iter().filter(|pod| pod.is_active() && !pod.is_terminating());
        let only = labelled.next().filter(|_| labelled.next().is_none());
        self.leader().or(only)
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
        let listens = |pod: &&PodSummary| !pod.is_terminating() && self.listens(&pod.name) == Some(true);
        !self.has_labels() && several && self.bbs().iter().filter(listens).count() == 1
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
        // Where the Service has passive pods behind it, every probe may happen to meet one of them.
        let unlucky = excused && !reports.is_empty() && self.is_answered();
        (self.is_accepted() || unlucky) && reports.iter().all(reaches) && !self.is_proxied()
    }

    /// Whether nothing of what Cloud Controller pods send reaches a BBS: every probe was made and failed, or a proxy accepted
    /// it and then closed the ping's connection.
    pub fn is_unreached(&self) -> bool {
        let reports = self.probes();
        let lost = !reports.is_empty() && reports.iter().all(|report| report.outcome.is_unreachable());
        lost || (self.is_proxied() && self.answer() == Answer::Failed)
    }

    /// Whether some probe was accepted, by whomever.
    fn is_accepted(&self) -> bool {
        self.probes().iter().any(|report| report.outcome == ProbeOutcome::Succeeded)
    }

    /// Whether connects from the Cloud Controller's pods prove nothing: something in between, such as a mesh's sidecar, accepts
    /// them where nobody listens. An answered ping proves that the BBS is reached, whatever lies between.
    pub fn is_proxied(&self) -> bool {
        if !self.is_accepted() || self.is_answered() {
            return false;
        }
        match self.control.known().map(|report| report.outcome) {
            Some(ProbeOutcome::Succeeded) => true,
            Some(outcome) if outcome.is_unreachable() => false,
            _ => self.endpoints.known().is_some_and(Vec::is_empty) || self.is_deaf(),
        }
    }

    /// Whether every BBS pod that stays was asked from inside, and none listens.
    pub fn is_deaf(&self) -> bool {
        let mut staying = self.bbs().iter().filter(|pod| !pod.is_terminating()).peekable();
        staying.peek().is_some() && staying.all(|pod| self.listens(&pod.name) == Some(false))
    }

    /// Whether Locket told who holds the lock: it works then, and so does its database.
    pub fn locket_reads(&self) -> bool {
        self.lock.known().is_some_and(|lock| matches!(lock.outcome, LockOutcome::Owner(_) | LockOutcome::Nobody))
    }

    /// Every ping that was to be made.
    pub fn pings(&self) -> &[PingReport] {
        self.pings.known().map_or(&[], Vec::as_slice)
    }

    fn pings_to<'a>(&'a self, pod: &'a PodSummary) -> impl Iterator<Item = &'a PingReport> {
        self.pings().iter().filter(|report| report.to.as_ref() == Some(&pod.name))
    }

    /// The ping through the Service.
    pub fn service_ping(&self) -> Option<&PingReport> {
        self.pings().iter().find(|report| report.to.is_none())
    }

    /// Whether a ping of the BBS was answered.
    pub fn is_answered(&self) -> bool {
        self.pings().iter().any(|report| report.outcome == PingOutcome::Answered)
    }

    /// Whether the pod answered every ping that was sent to it alone.
    pub fn answers(&self, pod: &PodSummary) -> bool {
        let mut to_it = self.pings_to(pod).peekable();
        to_it.peek().is_some() && to_it.all(|report| report.outcome == PingOutcome::Answered)
    }

    /// Whether the pod hangs: the network carries, the pod is ready and listens, and no ping to it is ever answered.
    pub fn hangs(&self, pod: &PodSummary) -> bool {
        let mut to_it = self.pings_to(pod).peekable();
        let carried = self.is_accepted() && !self.is_proxied();
        carried
            && pod.is_ready()
            && self.listens(&pod.name) == Some(true)
            && to_it.peek().is_some()
            && to_it.all(|report| report.outcome == PingOutcome::TimedOut)
    }

    /// Whether the BBS answers through its Service; where that can't be told, whether the leader behind it does.
    pub fn answer(&self) -> Answer {
        match self.service_ping().map(|report| report.outcome) {
            Some(PingOutcome::Answered) => Answer::Seen,
            Some(PingOutcome::Refused) if self.refused_by_passive() => self.leaders_answer(),
            None | Some(PingOutcome::NotMade(_) | PingOutcome::Unknown) => self.leaders_answer(),
            Some(_) => Answer::Failed,
        }
    }

    fn leaders_answer(&self) -> Answer {
        let Some(leader) = self.leader() else { return Answer::NotSeen };
        let led_to = self.endpoints.known().is_some_and(|names| names.contains(&leader.name));
        let told = |report: &&PingReport| !matches!(report.outcome, PingOutcome::NotMade(_) | PingOutcome::Unknown);
        if self.answers(leader) {
            // That the pod answers tells nothing of where the Service leads.
            return if led_to { Answer::Seen } else { Answer::NotSeen };
        }
        if self.pings_to(leader).any(|report| told(&report)) { Answer::Failed } else { Answer::NotSeen }
    }

    /// Whether this pod leads, and answered a ping that was sent to it alone.
    pub fn serves(&self, pod: &PodSummary) -> bool {
        let leads = self.leader().is_some_and(|leader| leader.uid == pod.uid);
        leads && self.pings_to(pod).any(|report| report.outcome == PingOutcome::Answered)
    }

    /// Whether nothing speaks against this pod but refusals that a passive pod may have given: it listens alone, and no ping
    /// was made that could tell. What leads then may serve.
    pub fn may_serve(&self, pod: &PodSummary) -> bool {
        let leads = self.leader().is_some_and(|leader| leader.uid == pod.uid);
        leads && self.refused_by_passive() && self.answer() == Answer::NotSeen
    }
}
