//! Whether an environment has recovered after deletes: new pods, every container ready, one new leader, the probe good, the
//! ping answered where one can be made, and the label borne out by who listens where that can be seen.

use super::observation::serving::Answer;
use super::observation::{Observation, PingOutcome, PingReport, PodSummary, ProbeOutcome, ProbeReport};
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
        /// Whether the BBS was seen to answer; otherwise it rests on connects.
        proven: bool,
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
    // What a finalizer holds up explains whatever else is missing.
    for pod in pods.lockets.iter().chain(&pods.bbs).filter(|pod| pod.is_held(observation.at)) {
        missing.insert(0, gone(pod));
    }
    for pod in pods.lockets.iter().chain(&pods.bbs).filter(|pod| !pod.is_held(observation.at)) {
        if deleted.contains(&pod.uid.as_str()) {
            missing.push(gone(pod));
        } else if !observation.is_as_ready_as_ever(pod) {
            missing.push(ready(pod));
        }
    }
    // A look at the pods alone can't tell who leads where there is no label.
    if observation.has_labels() || observation.listening.known().is_some() {
        match observation.leaders().len() {
            1 => {}
            0 => missing.push(Phrase::new("missing-leader")),
            more => missing.push(Phrase::new("missing-one-leader").with("count", more)),
        }
    }
    missing
}

fn gone(pod: &PodSummary) -> Phrase {
    if pod.finalizers.is_empty() {
        return Phrase::new("missing-gone").with("pod", &pod.name);
    }
    Phrase::new("missing-gone-held").with("pod", &pod.name).with("finalizers", pod.finalizers.join(", "))
}

fn ready(pod: &PodSummary) -> Phrase {
    let unready = pod.detail.unready.join(", ");
    let id = if unready.is_empty() { "missing-ready" } else { "missing-ready-containers" };
    Phrase::new(id)
        .with("pod", &pod.name)
        .with("unready", unready)
        .with("ready", pod.ready)
        .with("containers", pod.containers)
        .with("status", pod.trouble.as_ref().unwrap_or(&pod.phase))
}

/// Judges an observation against what was deleted and the pods from which the probe failed before.
///
/// What can't be had (ping, who listens) is not missed, unless connects prove nothing. A lock whose owner is another pod than the labelled leader does not
/// stand in the way, since its row can be stale: the diagnosis reports it.
pub fn judge(observation: &Observation, deleted: &[&str], failed_before: &[&str]) -> Judgement {
    let mut missing = missing_pods(observation, deleted);
    let leader = observation.leader();
    if leader.is_none() && missing.is_empty() {
        missing.push(Phrase::new("missing-leader"));
    }
    if let (Some(endpoints), Some(leader)) = (observation.endpoints.known(), leader)
        && !endpoints.contains(&leader.name)
    {
        missing.push(Phrase::new("missing-endpoints"));
    }
    missing.extend(labels(observation));
    missing.extend(probes(observation, failed_before));
    missing.extend(pings(observation));
    match leader {
        Some(leader) if missing.is_empty() => {
            Judgement::Healthy { leader: leader.name.clone(), proven: observation.answer() == Answer::Seen }
        }
        _ => Judgement::Waiting(missing),
    }
}

/// Where it can be seen who listens, the labels have to agree with it.
fn labels(observation: &Observation) -> Vec<Phrase> {
    let disagrees = |pod: &&PodSummary| {
        let listens = observation.listens(&pod.name);
        observation.has_labels() && listens.is_some_and(|listens| listens != pod.is_active())
    };
    let says = |pod: &PodSummary| {
        let id = if pod.is_active() { "missing-listening" } else { "missing-label" };
        Phrase::new(id).with("pod", &pod.name)
    };
    observation.bbs().iter().filter(disagrees).map(says).collect()
}

fn probes(observation: &Observation, failed_before: &[&str]) -> Vec<Phrase> {
    let probes = observation.probes();
    let mut missing = Vec::new();
    if probes.is_empty() {
        missing.push(Phrase::new("missing-probe"));
    }
    let failed = |probe: &&ProbeReport| probe.outcome != ProbeOutcome::Succeeded && !observation.is_reached();
    for probe in probes.iter().filter(failed) {
        missing.push(Phrase::new("missing-probe-from").with("pod", &probe.pod).with("text", &probe.text));
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
    missing
}

/// Where a ping can be made, the BBS has to answer it; where none can, a connect has to prove something.
fn pings(observation: &Observation) -> Vec<Phrase> {
    match observation.answer() {
        Answer::NotSeen if observation.is_proxied() => vec![Phrase::new("missing-answer")],
        Answer::Seen | Answer::NotSeen => Vec::new(),
        Answer::Failed => {
            let failed = |report: &&PingReport| report.outcome != PingOutcome::Answered;
            let says = |report: &PingReport| {
                Phrase::new("missing-ping-from").with("pod", &report.from).with("text", &report.text)
            };
            let through = observation.service_ping().filter(failed);
            let decisive = through.or_else(|| observation.pings().iter().find(failed));
            vec![decisive.map_or_else(|| Phrase::new("missing-answer"), says)]
        }
    }
}
