//! The two rules that put everything together: the runbook's signature, and health.

use super::super::observation::serving::Answer;
use super::super::observation::{Observation, PodSummary};
use super::evidence::{Evidence, ping_lines, pod_lines, probe_lines};
use super::pods::{cloud_controllers, is_well_passive, lockets};
use super::serving;

fn all_ready(pods: &[PodSummary]) -> bool {
    pods.iter().all(PodSummary::is_ready)
}

/// The runbook's signature: the probe fails from every api pod that is ready, BBS containers are as ready as they ever are, none
/// is active.
///
/// Which of the texts the probe fails with does not matter: one outage changes it within seconds. What can't be seen inside
/// the BBS pods (who listens, the lock) is not asked for, but where it can be seen that somebody serves it is no such outage.
pub(super) fn bbs_unreachable(observation: &Observation) -> Option<Evidence> {
    let pods = observation.pods.known()?;
    // An api pod that is not ready can't be probed from; then it has to be seen from inside that nobody listens.
    let asked = cloud_controllers(observation).iter().all(PodSummary::is_ready) || observation.is_deaf();
    let ready = |pod: &PodSummary| pod.is_ready() || is_well_passive(observation, pod);
    let signature = observation.is_unreached()
        && cloud_controllers(observation).iter().any(PodSummary::is_ready)
        && asked
        && !pods.bbs.is_empty()
        && pods.bbs.iter().all(ready)
        && all_ready(lockets(observation))
        && pods.bbs.iter().all(|pod| serving::is_inactive(observation, pod))
        && !observation.is_answered();
    signature.then(|| {
        // Where a proxy accepts the probes, the pings tell.
        let pings = ping_lines(observation, |_| observation.is_proxied());
        let found = Evidence::on(probe_lines(observation)).and(pings).and(pod_lines(observation, &pods.bbs));
        if pods.bbs.iter().all(PodSummary::is_ready) { found } else { found.said_as("finding-bbs-unreachable-passive") }
    })
}

/// Every container ready, one leader, reached from everywhere, and answering: the ping through the Service, or the leader's own
/// where the Service leads to it.
pub(super) fn healthy(observation: &Observation) -> Option<Evidence> {
    let leader = in_order(observation)?;
    let proven = observation.answer() == Answer::Seen;
    proven.then(|| Evidence::on(probe_lines(observation)).with("leader", &leader.name))
}

/// The leader, where everything is as it should be as far as it depends on pods, labels, endpoints and connects.
pub(super) fn in_order(observation: &Observation) -> Option<&PodSummary> {
    let pods = observation.pods.known()?;
    let leader = observation.leader()?;
    let served = observation.endpoints.known().is_none_or(|names| names.contains(&leader.name));
    let others = pods.bbs.iter().all(|pod| observation.is_as_ready_as_ever(pod));
    let ready = leader.is_ready() && others && all_ready(&pods.lockets);
    (observation.is_reached() && served && ready).then_some(leader)
}
