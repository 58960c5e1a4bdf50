//! The restart plan: which pods, in which stages, and a digest of what justifies it.
//!
//! It holds all BBS pods, with Locket's own before them; or just the pods that the deciding finding points at.
//!
//! The digest is over the one cause and the UIDs. Texts, times and counters stay out of it, or every flicker would void
//! an approval.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::diagnosis::{Diagnosis, Verdict};
use super::id::IncidentId;
use super::observation::{Observation, Part, PodSummary};
use super::phrase::Phrase;

/// The pods to delete, in stages: Locket's own first where it has any, then the BBS's, each in ascending order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestartPlan {
    /// The id of the finding that justifies it.
    pub cause: String,
    /// What is deleted, in this order.
    pub stages: Vec<Stage>,
    /// SHA-256 over the cause and the UIDs, in hexadecimal.
    pub digest: String,
}

/// Pods of one part, deleted one after another behind a canary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Which part.
    pub part: Part,
    /// Its pods, in ascending order; the first is the canary.
    pub pods: Vec<PlannedPod>,
    /// How the set of these pods recreates them. Plans of earlier versions don't say, and count as the stricter one.
    #[serde(default)]
    pub management: PodManagement,
}

/// A `StatefulSet`'s `podManagementPolicy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PodManagement {
    /// No pod is recreated behind one that is terminating or not ready. So is every set of which nothing else is known.
    #[default]
    OrderedReady,
    /// Each pod is recreated for itself.
    Parallel,
}

/// A pod by name and UID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPod {
    /// Its name.
    pub name: String,
    /// Its UID: what is approved is this pod, never another of its name.
    pub uid: String,
    /// Its grace period in seconds, which the deadline of the recovery counts in.
    pub grace_seconds: i64,
}

/// The plan that a diagnosis justifies, or `None` where a restart is not known to help.
pub fn propose(diagnosis: &Diagnosis, observation: &Observation) -> Option<RestartPlan> {
    let Verdict::WillHelp { cause } = &diagnosis.verdict else { return None };
    let pods = observation.pods.known()?;
    let named = &diagnosis.deciding()?.pods;
    let planned = |pod: &&PodSummary| named.is_empty() || named.contains(&pod.name);
    let stage = |(part, pods): (Part, &Vec<PodSummary>)| Stage {
        part,
        pods: pods.iter().filter(planned).map(PlannedPod::of).collect(),
        management: PodManagement::seen(observation, part),
    };
    let stages: Vec<Stage> = [(Part::Locket, &pods.lockets), (Part::Bbs, &pods.bbs)]
        .into_iter()
        .map(stage)
        .filter(|stage| !stage.pods.is_empty())
        .collect();
    let digest = digest(cause, &stages);
    (!stages.is_empty()).then(|| RestartPlan { cause: cause.clone(), stages, digest })
}

impl PlannedPod {
    fn of(pod: &PodSummary) -> Self {
        Self { name: pod.name.clone(), uid: pod.uid.clone(), grace_seconds: pod.grace_seconds }
    }
}

impl PodManagement {
    /// How the sets of a part recreate their pods, as far as that was seen: one that is ordered makes all of them so.
    fn seen(observation: &Observation, part: Part) -> Self {
        let sets = observation.pods.known().map_or(&[][..], |pods| &pods.sets);
        let mut of_part = sets.iter().filter(|set| set.part == part).peekable();
        let parallel = of_part.peek().is_some() && of_part.all(|set| set.policy == "Parallel");
        if parallel { Self::Parallel } else { Self::OrderedReady }
    }
}

impl RestartPlan {
    /// Whether a pod that is not back holds up everything behind it. It does where any set of the plan is `OrderedReady`, as the
    /// plan has it or as `now` shows it: such a set creates nothing behind that pod, and each delete more leaves one pod less.
    pub fn is_ordered(&self, now: &Observation) -> bool {
        let is_ordered = |stage: &Stage| {
            stage.management == PodManagement::OrderedReady
                || PodManagement::seen(now, stage.part) == PodManagement::OrderedReady
        };
        self.stages.iter().any(is_ordered)
    }

    /// What people confirm about a pod that hangs in Terminating, in a short sentence; nothing where no pod follows another.
    /// `wait` is how long it is waited for where the sets let the next ones follow.
    pub fn promise(&self, wait: Option<SignedDuration>) -> Option<Phrase> {
        let is_parallel = self.stages.iter().all(|stage| stage.management == PodManagement::Parallel);
        let promise = match wait.filter(|_| is_parallel) {
            Some(wait) => Phrase::new("promise-parallel").with("wait", wait),
            None => Phrase::new("promise-ordered"),
        };
        (self.pods().count() > 1).then_some(promise)
    }

    /// Every pod with the number of its stage, in the order of deletion.
    pub fn pods(&self) -> impl Iterator<Item = (usize, &PlannedPod)> {
        self.stages.iter().enumerate().flat_map(|(stage, s)| s.pods.iter().map(move |pod| (stage, pod)))
    }

    /// Whether every planned pod is still there under its UID.
    pub fn is_intact(&self, observation: &Observation) -> bool {
        self.pods().all(|(_, pod)| observation.pod_by_uid(&pod.uid).is_some())
    }

    /// What stands on the buttons of a request and is typed in its place, such as `7F3A9C-12-1`: the first request of
    /// incident 12.
    ///
    /// The store gives no incident's number twice, also after it deleted the incident, so that no two requests of a store
    /// have the same code. What stands before the numbers binds the code to the plan, and to the moment of the request: in a
    /// store that was restored from a copy, whose numbers come again, a button of before stays dead.
    pub fn code(&self, incident: IncidentId, request: u32, at: Timestamp) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.digest);
        hash.update(format!("/{incident}/{request}/{}", at.as_microsecond()));
        format!("{}-{incident}-{request}", hex::encode(hash.finalize())[..6].to_ascii_uppercase())
    }
}

/// The incident that a code names. `None` for a code of an earlier version, which names none, and for what is no code.
pub fn incident_of(code: &str) -> Option<IncidentId> {
    let (rest, _request) = code.rsplit_once('-')?;
    let (_hash, incident) = rest.rsplit_once('-')?;
    incident.parse().ok()
}

fn digest(cause: &str, stages: &[Stage]) -> String {
    let mut hash = Sha256::new();
    hash.update(cause);
    for stage in stages {
        let mut uids: Vec<&str> = stage.pods.iter().map(|pod| pod.uid.as_str()).collect();
        uids.sort_unstable();
        for uid in uids {
            hash.update([0]);
            hash.update(uid);
        }
        hash.update([1]);
    }
    hex::encode(hash.finalize())
}
