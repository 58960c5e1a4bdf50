//! What an observation knows of the looks before it: since when, and by how many looks, what is normal for some seconds was seen.

use jiff::SignedDuration;

use super::super::allowance::Allowances;
use super::lasting::{Lasting, Momentary, Served};
use super::serving::Answer;
use super::{Observation, PingOutcome, PodSummary, Seen};

/// A pod that is older than this has migrated whatever it had to.
const LONGEST_MIGRATION: SignedDuration = SignedDuration::from_hours(1);

impl Observation {
    /// The observation with since when what is momentary in it has been seen, as the look before it told.
    #[must_use]
    pub fn after(mut self, before: Option<&Self>, healthy: Option<Served<'_>>, allowances: &Allowances) -> Self {
        let known = before.and_then(|before| before.lasting.as_deref()).unwrap_or_default();
        if !self.is_full() || self.pods.known().is_none() {
            // What was not looked at goes on, and counts no further.
            self.lasting = Some(known.to_vec()).filter(|known| !known.is_empty());
            return self;
        }
        let same = |what, uid: Option<&str>| known.iter().find(|one| one.what == what && one.uid.as_deref() == uid);
        let mut lasting: Vec<Lasting> = Vec::new();
        for (what, pod) in self.momentary() {
            let uid = pod.map(|pod| pod.uid.clone());
            let earlier = same(what, uid.as_deref());
            // A look that is recorded twice is one look.
            let again = earlier.is_some() && before.is_some_and(|before| before.at == self.at);
            let since = earlier.map_or(self.at, |one| one.since);
            let looks = earlier.map_or(0, |one| one.looks) + u32::from(!again);
            let until = since + what.allowance(allowances);
            let over = self.at >= until && looks >= allowances.looks;
            let fresh = pod.is_some_and(|pod| self.is_fresh(what, pod, healthy));
            lasting.push(Lasting { what, uid, since, looks, until, over, fresh });
        }
        let unseen = known.iter().filter(|one| self.could_not_see(one) && !lasting.iter().any(|l| l.is_like(one)));
        let unseen: Vec<Lasting> = unseen.cloned().collect();
        lasting.extend(unseen);
        self.lasting = Some(lasting).filter(|lasting| !lasting.is_empty());
        self
    }

    /// What of it is normal for some seconds, and of which pod.
    fn momentary(&self) -> Vec<(Momentary, Option<&PodSummary>)> {
        let staying = || self.bbs().iter().filter(|pod| !pod.is_terminating());
        let listens = |pod: &PodSummary, is| self.listens(&pod.name) == Some(is);
        let stale = staying().filter(|pod| pod.is_active() && listens(pod, false));
        let unlabelled = |pod: &PodSummary| self.has_labels() && !pod.is_active() && listens(pod, true);
        let missing = staying().filter(|pod| unlabelled(pod) && !self.is_starting(pod));
        let unreached = self.leaders().into_iter().filter(|_| self.is_unreached());
        let starting = staying().filter(|pod| self.is_starting(pod));
        let mut all: Vec<(Momentary, Option<&PodSummary>)> = Vec::new();
        all.extend(stale.map(|pod| (Momentary::StaleLabel, Some(pod))));
        all.extend(missing.map(|pod| (Momentary::LabelMissing, Some(pod))));
        all.extend(unreached.map(|pod| (Momentary::Unreached, Some(pod))));
        all.extend(starting.map(|pod| (Momentary::Starting, Some(pod))));
        if self.has_no_leader() {
            all.push((Momentary::Leaderless, None));
        }
        all
    }

    /// Whether the pod answers 503; where only the Service was pinged, that is the leader's answer, or else of the only pod.
    pub fn is_starting(&self, pod: &PodSummary) -> bool {
        let migrating = |outcome: PingOutcome| outcome == PingOutcome::Migrating;
        let own = || self.pings().iter().filter(|ping| ping.to.as_ref() == Some(&pod.name));
        if own().next().is_some() {
            return own().any(|ping| migrating(ping.outcome));
        }
        let behind = self.led().or(match self.bbs() {
            [only] => Some(only),
            _ => None,
        });
        let through = self.service_ping().is_some_and(|ping| migrating(ping.outcome));
        through && behind.is_some_and(|behind| behind.uid == pod.uid)
    }

    /// Whether nobody leads, as far as that can be seen, and nothing is reached.
    fn has_no_leader(&self) -> bool {
        let labelled = self.bbs().iter().any(PodSummary::is_active);
        let listens = self.bbs().iter().any(|pod| self.listens(&pod.name) == Some(true));
        let nobody = !self.bbs().is_empty() && self.leaders().is_empty() && !labelled && !listens;
        nobody && self.is_unreached() && self.answer() != Answer::Seen
    }

    /// Whether nobody leads although Locket works: then one of the BBS takes the lock with its next try.
    pub fn is_leaderless(&self) -> bool {
        self.has_no_leader() && self.locket_reads()
    }

    fn is_fresh(&self, what: Momentary, pod: &PodSummary, healthy: Option<Served<'_>>) -> bool {
        let old = pod.created.is_some_and(|created| self.at.duration_since(created) >= LONGEST_MIGRATION);
        match healthy {
            Some(last) if last.uid == pod.uid => false,
            Some(Served { revision: Some(revision), image: Some(image), .. }) => {
                pod.detail.revision.as_deref() != Some(revision) || pod.detail.image.as_deref() != Some(image)
            }
            // What was there before was not seen. A young BBS may migrate; its label has nothing to wait for.
            _ => !old && what == Momentary::Starting,
        }
    }

    /// Whether it could not be seen this time whether something goes on.
    fn could_not_see(&self, one: &Lasting) -> bool {
        let pod = self.bbs().iter().find(|pod| one.uid.as_ref() == Some(&pod.uid));
        match (one.what, pod) {
            (Momentary::StaleLabel, Some(pod)) => pod.is_active() && self.listens(&pod.name).is_none(),
            (Momentary::Starting, Some(_)) => !matches!(self.pings, Seen::Known(_)),
            _ => false,
        }
    }

    /// Since when this is so of the pod, where a history is kept.
    pub fn lasting(&self, what: Momentary, pod: Option<&PodSummary>) -> Option<&Lasting> {
        let uid = pod.map(|pod| &pod.uid);
        self.lasting.as_ref()?.iter().find(|one| one.what == what && one.uid.as_ref() == uid)
    }

    /// Whether this has been so of the pod for longer than is normal.
    pub fn is_over(&self, what: Momentary, pod: Option<&PodSummary>) -> bool {
        self.lasting(what, pod).is_some_and(|one| one.over)
    }

    /// What time has not decided yet.
    pub fn undecided(&self) -> impl Iterator<Item = &Lasting> {
        self.lasting.iter().flatten().filter(|one| !one.over)
    }
}
