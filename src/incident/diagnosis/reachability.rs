//! Rules about the probes: whether the Cloud Controller can reach the BBS Service, and what lies between them.

use super::super::observation::lasting::Momentary;
use super::super::observation::{Observation, PodSummary, ProbeOutcome, ProbeReport, Seen};
use super::evidence::{Evidence, line, names, pod_lines, probe_lines, probe_lines_of};
use super::{lasting, pods};

fn all(observation: &Observation, which: impl Fn(ProbeOutcome) -> bool) -> bool {
    let reports = observation.probes();
    !reports.is_empty() && reports.iter().all(|report| which(report.outcome))
}

/// Whether every probe was made and could not reach the BBS.
fn none_reaches(observation: &Observation) -> bool {
    all(observation, ProbeOutcome::is_unreachable)
}

fn found_by(observation: &Observation, which: impl Fn(ProbeOutcome) -> bool) -> Option<Evidence> {
    Evidence::where_any(probe_lines_of(observation, |report| which(report.outcome)))
}

/// The Service's name, as the probes used it.
fn service(observation: &Observation) -> &str {
    let target = observation.probes().first().map_or("", |report| report.target.as_str());
    target.split(['.', ':']).next().unwrap_or_default()
}

fn nobody_resolves(observation: &Observation) -> bool {
    observation.pods.known().is_some() && all(observation, |outcome| outcome == ProbeOutcome::NameNotResolved)
}

/// The name of a headless Service has no address while nobody is active behind it: that is not DNS's fault.
fn headless_and_empty(observation: &Observation) -> bool {
    let empty = observation.endpoints.known().map(Vec::is_empty);
    is_headless(observation) && empty.unwrap_or_else(|| observation.leaders().is_empty())
}

/// As the cluster told it; where it did not, by what fissile calls its headless ones.
fn is_headless(observation: &Observation) -> bool {
    observation.headless.unwrap_or_else(|| service(observation).ends_with("-set"))
}

/// Names are not resolved, and it is DNS, or the name itself, that is at fault.
fn is_name_at_fault(observation: &Observation) -> bool {
    nobody_resolves(observation) && (is_missing(observation) || !headless_and_empty(observation))
}

/// Another name than the one that there is: the bot, or the Cloud Controller, is set up for another release.
fn is_missing(observation: &Observation) -> bool {
    let found = observation.topology.known().map(|found| found.topology.bbs_service.as_str());
    observation.no_service || found.is_some_and(|found| found != service(observation))
}

pub(super) fn service_missing(observation: &Observation) -> Option<Evidence> {
    if !nobody_resolves(observation) || !is_missing(observation) {
        return None;
    }
    let found = observation.topology.known();
    let from = found.into_iter().flat_map(|found| &found.from).map(|text| line(observation.at, text));
    let why = match &observation.endpoints {
        Seen::NotKnown(why) => vec![line(observation.at, why)],
        _ => Vec::new(),
    };
    let evidence = why.into_iter().chain(from).chain(probe_lines(observation)).collect();
    Some(Evidence::on(evidence).with("service", service(observation)))
}

/// Without names the BBS can't find its database either.
pub(super) fn name_not_resolved(observation: &Observation) -> Option<Evidence> {
    let dns = is_name_at_fault(observation) && !is_missing(observation);
    dns.then(|| Evidence::on(probe_lines(observation)).with("service", service(observation)))
}

pub(super) fn name_not_resolved_by_some(observation: &Observation) -> Option<Evidence> {
    let unresolved = |outcome| outcome == ProbeOutcome::NameNotResolved;
    if nobody_resolves(observation) {
        return None;
    }
    Some(found_by(observation, unresolved)?.with("pods", from(observation, unresolved)))
}

/// The names of the pods whose probes ended so.
fn from(observation: &Observation, which: impl Fn(ProbeOutcome) -> bool) -> String {
    let reports = observation.probes().iter().filter(|report| which(report.outcome));
    reports.map(|report| report.pod.as_str()).collect::<Vec<_>>().join(", ")
}

/// A BBS that listens, is ready and stands behind its Service, and that no Cloud Controller pod can reach.
pub(super) fn network_blocked(observation: &Observation) -> Option<Evidence> {
    let lost = |outcome| matches!(outcome, ProbeOutcome::TimedOut | ProbeOutcome::NoRoute);
    if !all(observation, lost) {
        return None;
    }
    let served = |pod: &&PodSummary| {
        pod.is_ready()
            && observation.listens(&pod.name) == Some(true)
            && observation.endpoints.known().is_some_and(|names| names.contains(&pod.name))
    };
    let pods: Vec<&PodSummary> = observation.bbs().iter().filter(served).collect();
    if pods.is_empty() {
        return None;
    }
    let lines = pod_lines(observation, pods.iter().copied());
    let evidence = lines.into_iter().chain(probe_lines(observation)).collect();
    Some(Evidence::on(evidence).with("pods", names(pods)))
}

/// Somebody is reached, so somebody serves; with several behind the Service it may be a matter of which one answers.
pub(super) fn some_affected(observation: &Observation) -> Option<Evidence> {
    observation.pods.known()?;
    let reports = observation.probes();
    let clear = |report: &ProbeReport| report.outcome == ProbeOutcome::Succeeded || report.outcome.is_unreachable();
    // Behind a proxy the probes tell nothing that differs.
    let told = reports.iter().all(clear) && !observation.is_proxied();
    let mixed = told && !observation.is_reached() && !none_reaches(observation);
    let several = observation.endpoints.known().is_some_and(|names| names.len() > 1);
    if reports.is_empty() || !mixed || several {
        return None;
    }
    Some(Evidence::on(probe_lines(observation)).with("pods", from(observation, ProbeOutcome::is_unreachable)))
}

/// An exec over a WebSocket is a GET to some API servers and a CREATE to others: the refusal names which is missing.
pub(super) fn exec_denied(observation: &Observation) -> Option<Evidence> {
    let denied = |report: &&ProbeReport| report.outcome == ProbeOutcome::ExecDenied;
    let get = observation.probes().iter().filter(denied).any(|report| report.lacks_get);
    let found = found_by(observation, |outcome| outcome == ProbeOutcome::ExecDenied)?;
    Some(found.with("verb", if get { "get" } else { "create" }))
}

pub(super) fn exec_refused(observation: &Observation) -> Option<Evidence> {
    found_by(observation, |outcome| outcome == ProbeOutcome::ExecRefused)
}

pub(super) fn exec_not_carried(observation: &Observation) -> Option<Evidence> {
    found_by(observation, |outcome| outcome == ProbeOutcome::ExecNotCarried)
}

pub(super) fn exec_impossible(observation: &Observation) -> Option<Evidence> {
    found_by(observation, |outcome| outcome == ProbeOutcome::ExecFailed)
}

/// A probe that was not made, ended in doubt, or whose answers depend on which pod of several took them.
pub(super) fn probe_not_possible(observation: &Observation) -> Option<Evidence> {
    observation.pods.known()?;
    match &observation.probes {
        Seen::NotLooked => None,
        Seen::NotKnown(why) => Some(Evidence::on(vec![line(observation.at, why)])),
        // That no api pod is ready is told by a rule of its own.
        Seen::Known(reports) if reports.is_empty() => {
            let from = pods::cloud_controllers(observation).iter().any(PodSummary::is_ready);
            from.then(|| Evidence::on(Vec::new()))
        }
        Seen::Known(_) => {
            let doubtful = |outcome| matches!(outcome, ProbeOutcome::ToolTrouble | ProbeOutcome::Unknown);
            found_by(observation, doubtful).or_else(|| {
                let reached = observation.probes().iter().any(|report| report.outcome == ProbeOutcome::Succeeded);
                let lost = observation.probes().iter().any(|report| report.outcome.is_unreachable());
                let told = !observation.is_reached() && !observation.is_proxied();
                let mixed = reached && lost && told && some_affected(observation).is_none();
                mixed.then(|| Evidence::on(probe_lines(observation)))
            })
        }
    }
}

/// There is a leader, and nobody can reach it, for no reason that another rule names: its label may be about to follow.
pub(super) fn leader_not_reachable(observation: &Observation) -> Option<Evidence> {
    let leaders = observation.leaders();
    let named = is_name_at_fault(observation)
        || network_blocked(observation).is_some()
        || lasting::label_stale(observation).is_some()
        || lasting::label_stuck(observation).is_some();
    if leaders.is_empty() || !observation.is_unreached() || named {
        return None;
    }
    let lines = pod_lines(observation, leaders.iter().copied());
    let evidence = lines.into_iter().chain(probe_lines(observation)).collect();
    let time = lasting::in_time(observation, Momentary::Unreached, leaders.first().copied());
    Some(Evidence::on(evidence).with("leader", names(leaders)).with("time", time))
}
