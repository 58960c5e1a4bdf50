//! Whether an environment has recovered after deletes: new pods, every container ready, one new leader, the probe good.

use super::observation::{Observation, PodSummary, ProbeOutcome};
use super::phrase::Phrase;

/// How far the recovery is at one observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Something is missing still, in this order.
    Waiting(Vec<Phrase>),
    /// Everything is there. Whether it holds, time tells.
    Healthy {
        /// The new active leader's name.
        leader: String,
    },
}

/// What is missing of the pods alone: the number wanted, every container ready, exactly one leader, none of the deleted.
pub fn missing_pods(observation: &Observation, deleted: &[&str]) -> Vec<Phrase> {
    let Some(pods) = observation.pods.known() else { return vec![Phrase::new("missing-sight")] };
    let mut missing = Vec::new();
    let wanted = observation.bbs_desired().unwrap_or(1);
    if pods.bbs.len() < wanted {
        missing.push(Phrase::new("missing-pods").with("found", pods.bbs.len()).with("wanted", wanted));
    }
    for pod in pods.lockets.iter().chain(&pods.bbs) {
        if deleted.contains(&pod.uid.as_str()) {
            missing.push(Phrase::new("missing-gone").with("pod", &pod.name));
        } else if !pod.is_ready() {
            missing.push(ready(pod));
        }
    }
    match pods.bbs.iter().filter(|pod| pod.is_active()).count() {
        1 => {}
        0 => missing.push(Phrase::new("missing-leader")),
        more => missing.push(Phrase::new("missing-one-leader").with("count", more)),
    }
    missing
}

fn ready(pod: &PodSummary) -> Phrase {
    Phrase::new("missing-ready")
        .with("pod", &pod.name)
        .with("ready", pod.ready)
        .with("containers", pod.containers)
        .with("status", pod.trouble.as_ref().unwrap_or(&pod.phase))
}

/// Judges an observation against what was deleted and the pods from which the probe failed before.
pub fn judge(observation: &Observation, deleted: &[&str], failed_before: &[&str]) -> Judgement {
    let mut missing = missing_pods(observation, deleted);
    if let (Some(endpoints), Some(leader)) = (observation.endpoints.known(), observation.leader())
        && !endpoints.contains(&leader.name)
    {
        missing.push(Phrase::new("missing-endpoints"));
    }
    let probes = observation.probes();
    if probes.is_empty() {
        missing.push(Phrase::new("missing-probe"));
    }
    for probe in probes.iter().filter(|probe| probe.outcome != ProbeOutcome::Succeeded) {
        missing.push(Phrase::new("missing-probe-from").with("pod", &probe.pod).with("text", probe.text.trim()));
    }
    let still_there = |name: &&&str| {
        let pods = observation.pods.known().map_or(&[][..], |pods| &pods.cloud_controllers);
        pods.iter().any(|pod| pod.name == **name)
    };
    for pod in failed_before.iter().filter(still_there) {
        if !probes.iter().any(|probe| probe.pod == *pod) {
            missing.push(Phrase::new("missing-probe-of").with("pod", *pod));
        }
    }
    match observation.leader() {
        Some(leader) if missing.is_empty() => Judgement::Healthy { leader: leader.name.clone() },
        _ => Judgement::Waiting(missing),
    }
}
