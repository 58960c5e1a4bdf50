//! Observations made by hand: a healthy environment and the runbook's outage, and how others differ from them.

use jiff::{SignedDuration, Timestamp};
use stagerbot::cluster::checks::lock::trouble;
use stagerbot::incident::environment::Topology;
use stagerbot::incident::observation::detail::PodDetail;
use stagerbot::incident::observation::lasting::{Lasting, Momentary};
use stagerbot::incident::observation::{
    Database, DatabaseReport, FoundTopology, Listening, LockOutcome, LockReport, Observation, Obstacle, Part,
    PingOutcome, PingReport, PodEvent, PodSummary, Pods, ProbeOutcome, ProbeReport, Seen, SetSummary,
};

pub(crate) const SERVICE: &str = "diego-api";

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

pub(crate) fn pod(name: &str, active: Option<bool>) -> PodSummary {
    PodSummary {
        name: name.into(),
        uid: format!("uid-{name}"),
        resource_version: "7".into(),
        phase: "Running".into(),
        ready: 2,
        containers: 2,
        restarts: 0,
        active,
        created: Some(now()),
        deleting_until: None,
        grace_seconds: 600,
        finalizers: Vec::new(),
        trouble: None,
        node: Some("node-a".into()),
        ip: None,
        detail: PodDetail::default(),
    }
}

pub(crate) fn set(part: Part, name: &str) -> SetSummary {
    let (name, container) = (name.to_owned(), Some(name.to_owned()));
    SetSummary { part, name, desired: 2, policy: "OrderedReady".into(), pending_revision: false, container }
}

pub(crate) fn report(pod: &str, outcome: ProbeOutcome) -> ProbeReport {
    ProbeReport {
        pod: pod.into(),
        container: "api".into(),
        target: format!("{SERVICE}.cf.svc.cluster.local:8889"),
        outcome,
        exit_code: Some(i32::from(outcome != ProbeOutcome::Succeeded)),
        text: format!("{outcome:?}").into(),
        took: SignedDuration::ZERO,
        by_bash: false,
        by_running: false,
        lacks_get: false,
    }
}

/// Two pods of each part; diego-api-0 leads, everything works, and the BBS answers through its Service. What is optional beside
/// that was not looked at.
pub(crate) fn healthy() -> Observation {
    unproven().pinged(None, PingOutcome::Answered)
}

/// The same, and nobody could ask the BBS.
pub(crate) fn unproven() -> Observation {
    let pods = Pods {
        cloud_controllers: vec![pod("api-0", None), pod("api-1", None)],
        bbs: vec![pod("diego-api-0", Some(true)), pod("diego-api-1", Some(false))],
        lockets: Vec::new(),
        cells: Vec::new(),
        sets: vec![set(Part::CloudController, "api"), set(Part::Bbs, "diego-api")],
    };
    let probes = vec![report("api-0", ProbeOutcome::Succeeded), report("api-1", ProbeOutcome::Succeeded)];
    Observation {
        pods: Seen::Known(pods),
        endpoints: Seen::Known(vec!["diego-api-0".into()]),
        probes: Seen::Known(probes),
        ..Observation::blind(now(), "")
    }
}

/// The runbook's outage: nobody leads, the probe is refused.
pub(crate) fn outage() -> Observation {
    unproven().label(0, Some(false)).endpoints(&[]).probed(ProbeOutcome::Refused)
}

/// The outage, while one of two api pods is not ready, so that no probe is made from it.
pub(crate) fn short() -> Observation {
    let mut observation = outage().pods(|pods| pods.cloud_controllers[1].ready = 1);
    observation.probes = Seen::Known(vec![report("api-0", ProbeOutcome::Refused)]);
    observation
}

/// An observation is described by how it differs from another one.
pub(crate) trait Differing: Sized {
    fn pods(self, change: impl FnOnce(&mut Pods)) -> Self;
    fn endpoints(self, names: &[&str]) -> Self;
    fn probed(self, outcome: ProbeOutcome) -> Self;
    fn probed_from(self, place: usize, outcome: ProbeOutcome) -> Self;
    fn listening(self, pods: &[(&str, bool)]) -> Self;
    fn pinged(self, to: Option<&str>, outcome: PingOutcome) -> Self;
    fn control(self, outcome: ProbeOutcome) -> Self;
    fn lasting(self, what: Momentary, uid: Option<&str>, over: bool) -> Self;
    /// The same of a pod whose image or revision is new.
    fn newly_lasting(self, what: Momentary, uid: Option<&str>, over: bool) -> Self;
    fn lock(self, outcome: LockOutcome, text: &str) -> Self;
    fn database(self, state: Database, evidence: &str) -> Self;
    fn event(self, pod: &str, reason: &str) -> Self;
    fn serving(self, service: &str) -> Self;
    fn versions(self, sets: &[&str]) -> Self;

    fn bbs(self, place: usize, change: impl FnOnce(&mut PodSummary)) -> Self {
        self.pods(|pods| change(&mut pods.bbs[place]))
    }
    fn label(self, place: usize, active: Option<bool>) -> Self {
        self.bbs(place, |pod| pod.active = active)
    }
    /// Short of the BBS's own container, and there for a while.
    fn passive_by_design(self, place: usize) -> Self {
        self.bbs(place, |pod| {
            pod.ready = 1;
            pod.detail.unready = vec!["diego-api".into()];
            pod.created = Some(now() - SignedDuration::from_hours(1));
        })
    }
    fn trouble(self, place: usize, trouble: &str) -> Self {
        self.bbs(place, |pod| (pod.ready, pod.trouble) = (1, Some(trouble.into())))
    }
    fn own_lockets(self) -> Self {
        self.pods(|pods| {
            pods.lockets = vec![pod("locket-0", None), pod("locket-1", None)];
            pods.sets.push(set(Part::Locket, "locket"));
        })
    }
}

impl Differing for Observation {
    fn pods(mut self, change: impl FnOnce(&mut Pods)) -> Self {
        let Seen::Known(pods) = &mut self.pods else { panic!("no pods") };
        change(pods);
        self
    }

    fn endpoints(mut self, names: &[&str]) -> Self {
        self.endpoints = Seen::Known(names.iter().map(|&name| name.to_owned()).collect());
        self
    }

    fn probed(mut self, outcome: ProbeOutcome) -> Self {
        // What no connect reaches answers no ping.
        if let Seen::Known(pings) = &mut self.pings
            && outcome != ProbeOutcome::Succeeded
        {
            pings.retain(|ping| ping.to.is_some() || ping.outcome != PingOutcome::Answered);
        }
        self.probes = Seen::Known(vec![report("api-0", outcome), report("api-1", outcome)]);
        self
    }

    fn probed_from(mut self, place: usize, outcome: ProbeOutcome) -> Self {
        let Seen::Known(reports) = &mut self.probes else { panic!("no probes") };
        reports[place] = report(&format!("api-{place}"), outcome);
        self
    }

    fn listening(mut self, pods: &[(&str, bool)]) -> Self {
        let seen = pods.iter().map(|&(pod, listens)| Listening { pod: pod.into(), listens });
        self.listening = Seen::Known(seen.collect());
        self
    }

    fn pinged(mut self, to: Option<&str>, outcome: PingOutcome) -> Self {
        let mut pings = self.pings.known().cloned().unwrap_or_default();
        let to = to.map(str::to_owned);
        pings.retain(|ping| ping.to != to);
        let text = format!("{outcome:?}").into();
        pings.push(PingReport { from: "api-0".into(), to, outcome, text, took: SignedDuration::ZERO });
        self.pings = Seen::Known(pings);
        self
    }

    fn control(mut self, outcome: ProbeOutcome) -> Self {
        let target = format!("{SERVICE}.cf.svc.cluster.local:1");
        self.control = Seen::Known(ProbeReport { target, ..report("api-0", outcome) });
        self
    }

    fn lasting(mut self, what: Momentary, uid: Option<&str>, over: bool) -> Self {
        let (uid, since) = (uid.map(str::to_owned), now() - SignedDuration::from_mins(1));
        let lasting = Lasting { what, uid, since, looks: 3, until: now(), over, fresh: false };
        self.lasting.get_or_insert_default().push(lasting);
        self
    }

    fn newly_lasting(self, what: Momentary, uid: Option<&str>, over: bool) -> Self {
        let mut seen = self.lasting(what, uid, over);
        if let Some(lasting) = seen.lasting.as_mut().and_then(|all| all.last_mut()) {
            lasting.fresh = true;
        }
        seen
    }

    fn lock(mut self, outcome: LockOutcome, text: &str) -> Self {
        let trouble = (outcome == LockOutcome::Failed).then(|| trouble(text));
        self.lock = Seen::Known(LockReport { from: "diego-api-0".into(), trouble, outcome, text: text.into() });
        self
    }

    fn database(mut self, state: Database, evidence: &str) -> Self {
        self.database = Seen::Known(DatabaseReport { state, evidence: vec![evidence.into()] });
        self
    }

    fn event(mut self, pod: &str, reason: &str) -> Self {
        let message = "as Kubernetes put it".into();
        let (uid, last) = (Some(format!("uid-{pod}")), Some(now()));
        let event = PodEvent { pod: pod.into(), uid, reason: reason.into(), message, count: 3, last };
        self.events = Seen::Known(vec![event]);
        self
    }

    fn versions(mut self, sets: &[&str]) -> Self {
        let versions = vec![sets.iter().map(|&set| set.to_owned()).collect()];
        let (topology, from) = (Topology::preset("cfee-2").unwrap(), Vec::new());
        self.topology = Seen::Known(FoundTopology { topology, from, versions });
        self
    }

    fn serving(mut self, service: &str) -> Self {
        let topology = Topology { bbs_service: service.into(), ..Topology::preset("cfee-2").unwrap() };
        let from = vec![format!("Service {service}: port 8889").into()];
        self.topology = Seen::Known(FoundTopology { topology, from, versions: Vec::new() });
        self
    }
}

pub(crate) fn blind(obstacle: Obstacle, why: &str) -> Observation {
    Observation { probes: Seen::NotKnown(why.into()), ..Observation::blocked(now(), obstacle, why) }
}

pub(crate) const BOTH_DEAF: [(&str, bool); 2] = [("diego-api-0", false), ("diego-api-1", false)];
pub(crate) const FIRST_LISTENS: [(&str, bool); 2] = [("diego-api-0", true), ("diego-api-1", false)];
pub(crate) const BOTH_LISTEN: [(&str, bool); 2] = [("diego-api-0", true), ("diego-api-1", true)];

/// Everything optional as it is in a healthy environment.
pub(crate) fn all_seen() -> Observation {
    let observation = healthy().listening(&FIRST_LISTENS).lock(LockOutcome::Owner("diego-api-0".into()), "");
    let observation = observation.pinged(None, PingOutcome::Answered).database(Database::Up, "Locket read from it");
    observation.pinged(Some("diego-api-0"), PingOutcome::Answered)
}

/// diego-api-0 hangs; after a while diego-api-1 takes the lock, and both are labelled.
pub(crate) fn hung_beside_another() -> Observation {
    let observation = healthy().label(1, Some(true)).endpoints(&["diego-api-0", "diego-api-1"]);
    let observation = observation.listening(&BOTH_LISTEN).pinged(None, PingOutcome::TimedOut);
    observation.pinged(Some("diego-api-0"), PingOutcome::TimedOut).pinged(Some("diego-api-1"), PingOutcome::Answered)
}

/// The Service of the probes is the headless one, which has no name while nobody leads.
pub(crate) fn headless(mut observation: Observation) -> Observation {
    observation = observation.probed(ProbeOutcome::NameNotResolved);
    if let Seen::Known(reports) = &mut observation.probes {
        for report in reports {
            report.target = "diego-api-set.cf.svc.cluster.local:8889".into();
        }
    }
    observation
}

pub(crate) fn all_seen_but_hung() -> Observation {
    let observation = healthy().listening(&FIRST_LISTENS).pinged(None, PingOutcome::TimedOut);
    observation.pinged(Some("diego-api-0"), PingOutcome::TimedOut)
}

/// A release before there was a label: every ready pod is behind the Service.
pub(crate) fn unlabelled() -> Observation {
    healthy().label(0, None).label(1, None).endpoints(&["diego-api-0", "diego-api-1"])
}
