//! Rules about the Cloud Controller's own pods: the runbook's first step is that they are ready.
//!
//! One that is not ready says nothing about the BBS: what the others reach decides.

use super::super::observation::serving::Answer;
use super::super::observation::{Observation, Part, PodSummary};
use super::evidence::{Evidence, pod_lines, short_names};
use super::health::in_order;
use super::pods::{cloud_controllers, is_unknown};

fn not_ready(observation: &Observation) -> Vec<&PodSummary> {
    cloud_controllers(observation).iter().filter(|pod| !pod.is_ready()).collect()
}

fn found(observation: &Observation) -> Option<Evidence> {
    let pods = not_ready(observation);
    let found = Evidence::where_any(pod_lines(observation, pods.iter().copied()))?;
    Some(found.with("pods", short_names(pods)))
}

/// There is none at all, though its set is there.
pub(super) fn absent(observation: &Observation) -> Option<Evidence> {
    if is_unknown(observation, Part::CloudController)? || !cloud_controllers(observation).is_empty() {
        return None;
    }
    let sets = observation.pods.known()?.sets.iter().filter(|set| set.part == Part::CloudController);
    let wanted: usize = sets.map(|set| set.desired as usize).sum();
    Some(Evidence::on(Vec::new()).with("wanted", wanted))
}

/// Nobody is left to stage anything, and to probe from.
pub(super) fn none_ready(observation: &Observation) -> Option<Evidence> {
    let all = cloud_controllers(observation).iter().all(|pod| !pod.is_ready());
    all.then(|| found(observation))?
}

/// The BBS is well, as far as that is seen, and some of them are not.
pub(super) fn some_not_ready(observation: &Observation) -> Option<Evidence> {
    // While an update is under way, that is why.
    let told = super::pods::update_under_way(observation).is_some();
    (is_mixed(observation) && is_well(observation) && !told).then(|| found(observation))?
}

/// The same beside an outage, which it does not explain.
pub(super) fn some_not_ready_too(observation: &Observation) -> Option<Evidence> {
    (is_mixed(observation) && !is_well(observation)).then(|| found(observation))?
}

fn is_mixed(observation: &Observation) -> bool {
    let short = not_ready(observation).len();
    short > 0 && short < cloud_controllers(observation).len()
}

fn is_well(observation: &Observation) -> bool {
    in_order(observation).is_some() && observation.answer() != Answer::Failed
}
