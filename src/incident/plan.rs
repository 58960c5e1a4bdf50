//! The restart plan: which pods, in which stages, and a digest of what justifies it.
//!
//! It holds all BBS pods, with Locket's own before them; or just the pods that the deciding finding points at.
//!
//! The digest is over the one cause and the UIDs. Texts, times and counters stay out of it, or every flicker would void
//! an approval.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::diagnosis::{Diagnosis, Verdict};
use super::observation::{Observation, Part, PodSummary};

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
    let stages: Vec<Stage> = [(Part::Locket, &pods.lockets), (Part::Bbs, &pods.bbs)]
        .into_iter()
        .map(|(part, pods)| Stage { part, pods: pods.iter().filter(planned).map(PlannedPod::of).collect() })
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

impl RestartPlan {
    /// Every pod with the number of its stage, in the order of deletion.
    pub fn pods(&self) -> impl Iterator<Item = (usize, &PlannedPod)> {
        self.stages.iter().enumerate().flat_map(|(stage, s)| s.pods.iter().map(move |pod| (stage, pod)))
    }

    /// Whether every planned pod is still there under its UID.
    pub fn is_intact(&self, observation: &Observation) -> bool {
        self.pods().all(|(_, pod)| observation.pod_by_uid(&pod.uid).is_some())
    }

    /// What stands on the buttons of the incident's n-th request and is typed in its place, such as `7F3A9C-1`.
    pub fn code(&self, request: u32) -> String {
        format!("{}-{request}", self.digest[..6].to_ascii_uppercase())
    }
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
