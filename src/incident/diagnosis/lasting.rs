//! Rules about what is normal for some seconds: within its time it says "wait", beyond it what it is.

use super::super::observation::lasting::Momentary;
use super::super::observation::{Database, Observation, PingOutcome, PodSummary};
use super::super::phrase::{Phrase, Statement};
use super::evidence::{Evidence, line, names, ping_lines, pod_lines};

/// How long it has been so, for a sentence: normal for some seconds, or longer than that.
pub(super) fn in_time(observation: &Observation, what: Momentary, pod: Option<&PodSummary>) -> Phrase {
    match observation.lasting(what, pod) {
        Some(one) if one.over => Phrase::new("time-over").with("since", one.since).with("looks", one.looks),
        _ => Phrase::new("time-normal"),
    }
}

/// Whether the database was seen to work, so that a BBS that does not start has another reason.
fn database_works(observation: &Observation) -> bool {
    observation.locket_reads() || observation.database.known().is_some_and(|report| report.state == Database::Up)
}

fn stale(observation: &Observation) -> Vec<&PodSummary> {
    let stale =
        |pod: &&PodSummary| pod.is_active() && !pod.is_terminating() && observation.listens(&pod.name) == Some(false);
    observation.bbs().iter().filter(stale).collect()
}

/// Whether the pod's image or revision is new: a label may be late for another reason then, and nobody deletes what is being rolled out.
fn is_new(observation: &Observation, pod: &PodSummary) -> bool {
    observation.lasting(Momentary::StaleLabel, Some(pod)).is_some_and(|one| one.fresh)
}

/// A label that has not followed for longer than it takes, on a pod that is well otherwise, while Locket and its database work:
/// a restart of just that pod sets it right.
fn is_stuck(observation: &Observation, pod: &PodSummary) -> bool {
    let ready = pod.is_ready() || (observation.is_short_of_bbs(pod) && !pod.has_failed());
    ready
        && !is_new(observation, pod)
        && observation.is_over(Momentary::StaleLabel, Some(pod))
        && observation.locket_reads()
}

pub(super) fn label_stuck(observation: &Observation) -> Option<Evidence> {
    let stuck: Vec<&PodSummary> = stale(observation).into_iter().filter(|pod| is_stuck(observation, pod)).collect();
    let found = Evidence::where_any(pod_lines(observation, stuck.iter().copied()))?;
    let lock = observation.lock.known().map(|lock| line(observation.at, lock.line()));
    let time = in_time(observation, Momentary::StaleLabel, stuck.first().copied());
    let found = found.and(lock.into_iter().collect()).with("pods", names(stuck.iter().copied())).with("time", time);
    Some(found.pointing_at(stuck))
}

/// The label calls a pod active that does not listen, and what that means is open: it may follow still, or it was not seen whether
/// Locket and the database work.
pub(super) fn label_stale(observation: &Observation) -> Option<Evidence> {
    // Where nobody listens at all and nothing is reached, a label that stays is part of the outage.
    let outage = |pod: &PodSummary| {
        observation.is_over(Momentary::StaleLabel, Some(pod))
            && !is_new(observation, pod)
            && observation.is_deaf()
            && observation.is_unreached()
    };
    let open = |pod: &&PodSummary| !is_stuck(observation, pod) && !outage(pod);
    let stale: Vec<&PodSummary> = stale(observation).into_iter().filter(open).collect();
    let found = Evidence::where_any(pod_lines(observation, stale.iter().copied()))?;
    let time = in_time(observation, Momentary::StaleLabel, stale.first().copied());
    Some(found.with("pods", names(stale)).with("time", time))
}

/// The pods that answer 503, and how long that may go on.
fn starting(observation: &Observation) -> Vec<&PodSummary> {
    observation.bbs().iter().filter(|pod| observation.is_starting(pod)).collect()
}

fn ping_503(observation: &Observation) -> Vec<Statement> {
    ping_lines(observation, |report| report.outcome == PingOutcome::Migrating)
}

fn is_late(observation: &Observation, pod: &PodSummary) -> bool {
    observation.is_over(Momentary::Starting, Some(pod))
}

/// What may be new to the pod may migrate, and nobody cuts that short.
fn may_migrate(observation: &Observation, pod: &PodSummary) -> bool {
    observation.lasting(Momentary::Starting, Some(pod)).is_none_or(|one| one.fresh)
}

/// Within its time, or with something new to migrate for: a restart would begin that anew.
pub(super) fn migrating(observation: &Observation) -> Option<Evidence> {
    let starting = starting(observation);
    let waits = |pod: &&PodSummary| !is_late(observation, pod) || may_migrate(observation, pod);
    let all = starting.iter().all(waits);
    let found = Evidence::where_any(ping_503(observation)).filter(|_| all)?;
    let pod = starting.first().copied();
    let time = match observation.lasting(Momentary::Starting, pod) {
        Some(one) if one.over => Phrase::new("time-over-new").with("since", one.since).with("looks", one.looks),
        _ => in_time(observation, Momentary::Starting, pod),
    };
    Some(found.with("time", time))
}

/// A BBS that starts for too long with nothing new to migrate for and a database that works: it hangs in its start.
pub(super) fn start_hung(observation: &Observation) -> Option<Evidence> {
    let hangs = |pod: &&PodSummary| is_late(observation, pod) && !may_migrate(observation, pod);
    let hung: Vec<&PodSummary> = starting(observation).into_iter().filter(hangs).collect();
    let found =
        Evidence::where_any(ping_503(observation)).filter(|_| !hung.is_empty() && database_works(observation))?;
    let time = in_time(observation, Momentary::Starting, hung.first().copied());
    let found = found.and(pod_lines(observation, hung.iter().copied()));
    Some(found.with("pods", names(hung.iter().copied())).with("time", time).pointing_at(hung))
}

/// The same, and whether the database works was not seen.
pub(super) fn start_slow(observation: &Observation) -> Option<Evidence> {
    let hangs = |pod: &&PodSummary| is_late(observation, pod) && !may_migrate(observation, pod);
    let slow: Vec<&PodSummary> = starting(observation).into_iter().filter(hangs).collect();
    let found =
        Evidence::where_any(ping_503(observation)).filter(|_| !slow.is_empty() && !database_works(observation))?;
    let time = in_time(observation, Momentary::Starting, slow.first().copied());
    Some(found.with("pods", names(slow)).with("time", time))
}

/// Nobody leads, Locket works, and the time in which somebody takes the lock is not over.
pub(super) fn leader_awaited(observation: &Observation) -> Option<Evidence> {
    let waits = observation.lasting(Momentary::Leaderless, None).is_some_and(|one| !one.over);
    (waits && observation.is_leaderless()).then(|| lock_found(observation))
}

/// The same in a single look, which can't tell those seconds from an outage.
pub(super) fn locket_works(observation: &Observation) -> Option<Evidence> {
    let single = observation.lasting(Momentary::Leaderless, None).is_none();
    (single && observation.is_leaderless()).then(|| lock_found(observation))
}

fn lock_found(observation: &Observation) -> Evidence {
    Evidence::on(observation.lock.known().map(|lock| line(observation.at, lock.line())).into_iter().collect())
}
