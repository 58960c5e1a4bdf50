//! How ready a pod is for what it is there for: held by finalizers, passive by design, or as ready as its role ever is.

use jiff::{SignedDuration, Timestamp};

use super::{Observation, Part, PodSummary};

/// A pod that was created longer ago than this has started: what it lacks since then is no matter of seconds.
const STARTED: SignedDuration = SignedDuration::from_mins(2);

impl PodSummary {
    /// Whether its deletion began and only finalizers keep it: its grace is over at that time.
    pub fn is_held(&self, at: Timestamp) -> bool {
        !self.finalizers.is_empty() && self.deleting_until.is_some_and(|until| until <= at)
    }

    /// Whether it runs, and of its containers only this one is not ready.
    fn is_short_of(&self, container: &str) -> bool {
        let only = !self.detail.unready.is_empty() && self.detail.unready.iter().all(|name| name == container);
        let runs = self.phase == "Running" && !self.is_terminating() && self.trouble.is_none();
        runs && only && self.ready + 1 == self.containers
    }
}

impl Observation {
    /// Whether a BBS pod is ready but for the BBS's own container, as a passive pod is in releases whose readiness probe asks for
    /// the BBS's port: it has run for a while, nothing else is wrong with it, and it is neither labelled nor known to listen.
    pub fn is_passive_by_design(&self, pod: &PodSummary) -> bool {
        let Some(container) = self.bbs_container() else { return false };
        let settled = pod.created.is_none_or(|created| self.at.duration_since(created) >= STARTED);
        settled && pod.is_short_of(container) && !pod.is_active() && self.listens(&pod.name) != Some(true)
    }

    /// Whether a pod runs, and of its containers only the BBS's own is not ready.
    pub fn is_short_of_bbs(&self, pod: &PodSummary) -> bool {
        self.bbs_container().is_some_and(|container| pod.is_short_of(container))
    }

    /// Whether a BBS pod is as ready as its role ever is: every container, or, beside a ready one that leads by its label, every
    /// container but the BBS's own.
    pub fn is_as_ready_as_ever(&self, pod: &PodSummary) -> bool {
        let serves =
            |other: &PodSummary| other.is_active() || (!self.has_labels() && self.listens(&other.name) == Some(true));
        let leads = |other: &PodSummary| other.uid != pod.uid && other.is_ready() && serves(other);
        pod.is_ready() || (self.is_passive_by_design(pod) && self.bbs().iter().any(leads))
    }

    /// The container that the BBS runs in.
    fn bbs_container(&self) -> Option<&str> {
        let sets = &self.pods.known()?.sets;
        sets.iter().find(|set| set.part == Part::Bbs)?.container.as_deref()
    }
}
