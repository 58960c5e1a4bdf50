//! The two rules that put everything together: the runbook's signature, and health.

use super::super::observation::serving::Answer;
use super::super::observation::{Observation, PodSummary};
use super::evidence::{Evidence, ping_lines, pod_lines, probe_lines};
use super::pods::{cloud_controllers, lockets};
use super::serving;

fn all_ready(pods: &[PodSummary]) -> bool {
    pods.iter().all(PodSummary::is_ready)
}

/// The runbook's signature: api pods ready, the probe fails from every one of them, BBS containers ready, none active.
///
/// Which of the texts the probe fails with does not matter: one outage changes it within seconds. What can't be seen inside
/// the BBS pods (who listens, the lock) is not asked for, but where it can be seen that somebody serves it is no such outage.
pub(super) fn bbs_unreachable(observation: &Observation) -> Option<Evidence> {
    let pods = observation.pods.known()?;
    let signature = observation.is_unreached()
        && !pods.cloud_controllers.is_empty()
        && all_ready(cloud_controllers(observation))
        && !pods.bbs.is_empty()
        && all_ready(&pods.bbs)
        && all_ready(lockets(observation))
        && pods.bbs.iter().all(|pod| serving::is_inactive(observation, pod))
        && !observation.is_answered();
    signature.then(|| {
        // Where a proxy accepts the probes, the pings tell.
        let pings = ping_lines(observation, |_| observation.is_proxied());
        Evidence::on(probe_lines(observation)).and(pings).and(pod_lines(observation, &pods.bbs))
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
    let well = observation.is_reached() && served && all_ready(&pods.bbs) && all_ready(&pods.lockets);
    well.then_some(leader)
}
