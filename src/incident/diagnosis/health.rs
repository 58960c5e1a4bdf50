//! The two rules that put everything together: the runbook's signature, and health.

use super::super::observation::{Observation, PingOutcome, PodSummary};
use super::evidence::{Evidence, pings, pod_lines, probe_lines};
use super::pods::{cloud_controllers, lockets};
use super::{reachability, serving};

fn all_ready(pods: &[PodSummary]) -> bool {
    pods.iter().all(PodSummary::is_ready)
}

/// The runbook's signature: api pods ready, the probe fails from every one of them, BBS containers ready, none active.
///
/// Which of the texts the probe fails with does not matter: one outage changes it within seconds. What can't be seen inside
/// the BBS pods (who listens, the lock) is not asked for, but where it can be seen that somebody serves it is no such outage.
pub(super) fn bbs_unreachable(observation: &Observation) -> Option<Evidence> {
    let pods = observation.pods.known()?;
    let signature = reachability::none_reaches(observation)
        && !pods.cloud_controllers.is_empty()
        && all_ready(cloud_controllers(observation))
        && !pods.bbs.is_empty()
        && all_ready(&pods.bbs)
        && all_ready(lockets(observation))
        && pods.bbs.iter().all(|pod| serving::is_inactive(observation, pod))
        && !serving::somebody_serves(observation);
    signature.then(|| {
        let evidence = probe_lines(observation).into_iter().chain(pod_lines(observation, &pods.bbs)).collect();
        Evidence::on(evidence)
    })
}

/// Every container ready, one leader, reached from everywhere; and where the ping could be made it is answered.
///
/// Endpoints that could not be read, and pings, locks and listeners that could not be seen, make no environment sick: the
/// probe went through the Service to the one pod that its label picks.
pub(super) fn healthy(observation: &Observation) -> Option<Evidence> {
    let pods = observation.pods.known()?;
    let leader = observation.leader()?;
    let served = observation.endpoints.known().is_none_or(|names| names.contains(&leader.name));
    let good = |outcome| match outcome {
        PingOutcome::Answered | PingOutcome::Unknown => true,
        PingOutcome::Refused => observation.refused_by_passive(),
        _ => false,
    };
    let answers = pings(observation).iter().filter(|report| report.to.is_none()).all(|report| good(report.outcome));
    let well = observation.is_reached() && served && answers && all_ready(&pods.bbs) && all_ready(&pods.lockets);
    well.then(|| Evidence::on(probe_lines(observation)).with("leader", &leader.name))
}
