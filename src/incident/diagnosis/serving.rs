//! Rules about who serves: labels, who listens, and what the BBS itself answers.
//!
//! A label says what was once so, a port that accepts says that a process is there, and only an answered ping says that it
//! serves.

use super::super::observation::{Observation, PingOutcome, PingReport, PodSummary};
use super::evidence::{Evidence, names, ping_lines, pings, pod_lines};

fn answered(report: &PingReport) -> bool {
    report.outcome == PingOutcome::Answered
}

/// Whether the pod answers pings.
fn serves(observation: &Observation, pod: &PodSummary) -> bool {
    pings(observation).iter().any(|report| report.to.as_ref() == Some(&pod.name) && answered(report))
}

/// Whether somebody, whoever it is, answers pings.
pub(super) fn somebody_serves(observation: &Observation) -> bool {
    pings(observation).iter().any(answered)
}

/// Whether the pod is known not to lead: its label says so, or it has none and does not listen; and if it could be seen that
/// it listens, then it does lead, whatever its label says.
pub(super) fn is_inactive(observation: &Observation, pod: &PodSummary) -> bool {
    match observation.listens(&pod.name) {
        Some(true) => false,
        Some(false) => pod.active != Some(true),
        None => pod.active == Some(false),
    }
}

/// Whether the pod hangs: the network carries, the pod is ready and listens, and no ping to it is ever answered.
pub(super) fn hangs(observation: &Observation, pod: &PodSummary) -> bool {
    let mut to_it = pings(observation).iter().filter(|report| report.to.as_ref() == Some(&pod.name)).peekable();
    observation.is_reached()
        && pod.is_ready()
        && observation.listens(&pod.name) == Some(true)
        && to_it.peek().is_some()
        && to_it.all(|report| report.outcome == PingOutcome::TimedOut)
}

fn hung_pods(observation: &Observation) -> Vec<&PodSummary> {
    observation.bbs().iter().filter(|pod| hangs(observation, pod)).collect()
}

/// Just the hung pods where another one serves, else all BBS pods.
pub(super) fn hung(observation: &Observation) -> Option<Evidence> {
    let hung = hung_pods(observation);
    let timed_out = ping_lines(observation, |report| report.outcome == PingOutcome::TimedOut);
    let lines = pod_lines(observation, hung.iter().copied());
    let found = Evidence::where_any(lines)?.with("pods", names(hung.iter().copied()));
    let found = found.and(timed_out);
    let another = observation.bbs().iter().any(|pod| serves(observation, pod));
    Some(if another { found.pointing_at(hung) } else { found.pointing_at(observation.bbs()) })
}

pub(super) fn certificates_refused(observation: &Observation) -> Option<Evidence> {
    Evidence::where_any(ping_lines(observation, |report| report.outcome == PingOutcome::CertificateRefused))
}

/// A restart would begin the migrations anew.
pub(super) fn migrating(observation: &Observation) -> Option<Evidence> {
    Evidence::where_any(ping_lines(observation, |report| report.outcome == PingOutcome::Migrating))
}

/// It answers, so it is reached and serves: what is wrong is told by its log.
pub(super) fn answers_error(observation: &Observation) -> Option<Evidence> {
    Evidence::where_any(ping_lines(observation, |report| matches!(report.outcome, PingOutcome::Status(_))))
}

/// More than one by label, or more than one that listens; a pod that hangs and was overtaken is no second leader.
pub(super) fn two_leaders(observation: &Observation) -> Option<Evidence> {
    let hung = hung_pods(observation);
    let living = |pod: &&PodSummary| !pod.is_terminating() && !hung.contains(pod);
    let listeners = observation.bbs().iter().filter(|pod| observation.listens(&pod.name) == Some(true));
    let listeners: Vec<&PodSummary> = listeners.filter(living).collect();
    let labelled: Vec<&PodSummary> = observation.bbs().iter().filter(|pod| pod.is_active()).filter(living).collect();
    let leaders = if listeners.len() > 1 { listeners } else { labelled };
    (leaders.len() > 1)
        .then(|| Evidence::on(pod_lines(observation, leaders.iter().copied())).with("pods", names(leaders)))
}

/// The label calls a pod active that does not listen. For some seconds after a leader is lost that is so in every outage, and
/// one look can't tell those seconds from a label that is stuck: no offer before it has followed.
pub(super) fn label_stale(observation: &Observation) -> Option<Evidence> {
    let stale =
        |pod: &&PodSummary| pod.is_active() && !pod.is_terminating() && observation.listens(&pod.name) == Some(false);
    let stale: Vec<&PodSummary> = observation.bbs().iter().filter(stale).collect();
    let found = Evidence::where_any(pod_lines(observation, stale.iter().copied()))?;
    Some(found.with("pods", names(stale)))
}

/// A pod leads, and its label does not say so, or not yet.
pub(super) fn label_missing(observation: &Observation) -> Option<Evidence> {
    let unlabelled =
        |pod: &&PodSummary| !pod.is_active() && !pod.is_terminating() && observation.listens(&pod.name) == Some(true);
    if !observation.has_labels() {
        return None;
    }
    let pods: Vec<&PodSummary> = observation.bbs().iter().filter(unlabelled).collect();
    let found = Evidence::where_any(pod_lines(observation, pods.iter().copied()))?;
    Some(found.with("pods", names(pods)))
}

/// The port accepts and the ping fails, and no pod could be seen to hang.
pub(super) fn ping_not_answered(observation: &Observation) -> Option<Evidence> {
    if !observation.is_reached() || !hung_pods(observation).is_empty() {
        return None;
    }
    let failed = |report: &PingReport| match report.outcome {
        PingOutcome::TimedOut => true,
        PingOutcome::Refused => report.to.is_none() && !observation.refused_by_passive(),
        PingOutcome::NameNotResolved => report.to.is_none(),
        _ => false,
    };
    Evidence::where_any(ping_lines(observation, failed))
}

pub(super) fn no_active_leader(observation: &Observation) -> Option<Evidence> {
    let pods = observation.bbs();
    let none = !pods.is_empty() && pods.iter().all(|pod| is_inactive(observation, pod));
    none.then(|| Evidence::on(pod_lines(observation, pods)))
}
