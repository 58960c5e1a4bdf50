//! Rules about who serves: labels, who listens, and what the BBS itself answers.
//!
//! A label says what was once so, a port that accepts says that a process is there, and only an answered ping says that it
//! serves.

use super::super::observation::lasting::Momentary;
use super::super::observation::{Observation, PingOutcome, PingReport, PodSummary};
use super::evidence::{Evidence, names, ping_lines, pod_lines};
use super::lasting::in_time;

/// Whether the pod is known not to lead: its label says so, or it has none and does not listen; and if it could be seen that
/// it listens or answers, then it does lead, whatever its label says.
pub(super) fn is_inactive(observation: &Observation, pod: &PodSummary) -> bool {
    match observation.listens(&pod.name) {
        _ if observation.answers(pod) => false,
        Some(true) => false,
        // A label that stays on a pod that does not listen says nothing.
        Some(false) => pod.active != Some(true) || observation.is_over(Momentary::StaleLabel, Some(pod)),
        None => pod.active == Some(false),
    }
}

fn hung_pods(observation: &Observation) -> Vec<&PodSummary> {
    let reached = observation.is_reached();
    observation.bbs().iter().filter(|pod| reached && observation.hangs(pod)).collect()
}

/// Just the hung pods where another one serves, or will, since Locket works; else all BBS pods.
pub(super) fn hung(observation: &Observation) -> Option<Evidence> {
    let hung = hung_pods(observation);
    let timed_out = ping_lines(observation, |report| report.outcome == PingOutcome::TimedOut);
    let lines = pod_lines(observation, hung.iter().copied());
    let found = Evidence::where_any(lines)?.with("pods", names(hung.iter().copied()));
    let found = found.and(timed_out);
    let another = observation.bbs().iter().any(|pod| observation.answers(pod));
    let may_take_over = observation.bbs().len() > hung.len() && observation.locket_reads();
    Some(if another || may_take_over { found.pointing_at(hung) } else { found.pointing_at(observation.bbs()) })
}

pub(super) fn certificates_refused(observation: &Observation) -> Option<Evidence> {
    Evidence::where_any(ping_lines(observation, |report| report.outcome == PingOutcome::CertificateRefused))
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
    // A label on a pod that does not listen is told by a rule of its own.
    let heard = |pod: &&PodSummary| pod.is_active() && observation.listens(&pod.name) != Some(false);
    let labelled: Vec<&PodSummary> = observation.bbs().iter().filter(heard).filter(living).collect();
    let leaders = if listeners.len() > 1 { listeners } else { labelled };
    (leaders.len() > 1)
        .then(|| Evidence::on(pod_lines(observation, leaders.iter().copied())).with("pods", names(leaders)))
}

/// A pod leads, and its label does not say so, or not yet.
pub(super) fn label_missing(observation: &Observation) -> Option<Evidence> {
    // The label follows within a readiness period; where another pod hangs and keeps its label, that is the trouble.
    let hung = hung_pods(observation);
    let overtook = |pod: &PodSummary| observation.answers(pod) && !hung.is_empty();
    let unlabelled = |pod: &&PodSummary| {
        let listens = observation.listens(&pod.name) == Some(true);
        let told = overtook(pod) || hung.contains(pod) || observation.is_starting(pod);
        !pod.is_active() && !pod.is_terminating() && listens && !told
    };
    if !observation.has_labels() {
        return None;
    }
    let pods: Vec<&PodSummary> = observation.bbs().iter().filter(unlabelled).collect();
    let found = Evidence::where_any(pod_lines(observation, pods.iter().copied()))?;
    let time = in_time(observation, Momentary::LabelMissing, pods.first().copied());
    Some(found.with("pods", names(pods)).with("time", time))
}

/// The port accepts and the ping fails, and no pod could be seen to hang.
pub(super) fn ping_not_answered(observation: &Observation) -> Option<Evidence> {
    if !observation.is_reached() || !hung_pods(observation).is_empty() {
        return None;
    }
    let failed = |report: &PingReport| match report.outcome {
        PingOutcome::TimedOut => true,
        PingOutcome::Refused => report.to.is_none() && !observation.refused_by_passive(),
        PingOutcome::NameNotResolved | PingOutcome::NoRoute => report.to.is_none(),
        _ => false,
    };
    Evidence::where_any(ping_lines(observation, failed))
}

pub(super) fn no_active_leader(observation: &Observation) -> Option<Evidence> {
    let pods = observation.bbs();
    let none = !pods.is_empty() && pods.iter().all(|pod| is_inactive(observation, pod));
    none.then(|| Evidence::on(pod_lines(observation, pods)))
}
