//! Rules about the database and Locket. What can't be seen of them is no finding: the card says not known, and the approver
//! confirms it.

use super::super::observation::{Database, LockOutcome, LockReport, LockTrouble, Observation};
use super::super::phrase::Statement;
use super::evidence::{Evidence, line};
use super::health::healthy;

/// What was asked for the lock, where it failed for this reason, as the cluster side read it.
fn troubled_lock(observation: &Observation, trouble: LockTrouble) -> Option<&LockReport> {
    let failed = |lock: &&LockReport| lock.outcome == LockOutcome::Failed && lock.trouble == Some(trouble);
    observation.lock.known().filter(failed)
}

fn lock_line(observation: &Observation, lock: &LockReport) -> Statement {
    line(observation.at, lock.line())
}

/// While it is down, deleted pods never become ready, and behind the first one no other is created.
pub(super) fn down(observation: &Observation) -> Option<Evidence> {
    let report = observation.database.known().filter(|report| report.state == Database::Down);
    let refused = troubled_lock(observation, LockTrouble::NoDatabase);
    if report.is_none() && refused.is_none() {
        return None;
    }
    let seen = report.into_iter().flat_map(|report| &report.evidence).map(|says| line(observation.at, says));
    Some(Evidence::on(seen.chain(refused.map(|lock| lock_line(observation, lock))).collect()))
}

/// Locket gets no session, and new pods would not get one either: its settings for the database don't fit, or no more.
pub(super) fn no_session(observation: &Observation) -> Option<Evidence> {
    let lock = troubled_lock(observation, LockTrouble::NoSession)?;
    Some(Evidence::on(vec![lock_line(observation, lock)]).with("why", &lock.text))
}

fn tls_refused(observation: &Observation) -> Option<Evidence> {
    let lock = troubled_lock(observation, LockTrouble::Tls)?;
    Some(Evidence::on(vec![lock_line(observation, lock)]).with("pod", &lock.from).with("why", &lock.text))
}

/// Locket answers, and its TLS or that of whoever asks is refused.
pub(super) fn locket_tls_refused(observation: &Observation) -> Option<Evidence> {
    tls_refused(observation).filter(|_| healthy(observation).is_none())
}

/// The same while everything serves: whoever serves has the lock, and only the client that was to tell so is turned away.
pub(super) fn locket_client_refused(observation: &Observation) -> Option<Evidence> {
    tls_refused(observation).filter(|_| healthy(observation).is_some())
}

/// New pods need new connections, which are what there is not.
pub(super) fn exhausted(observation: &Observation) -> Option<Evidence> {
    let lock = troubled_lock(observation, LockTrouble::Exhausted)?;
    Some(Evidence::on(vec![lock_line(observation, lock)]))
}

/// Nobody answers at Locket's port: something keeps its process from staying up, and would do so after a restart, too.
pub(super) fn locket_down(observation: &Observation) -> Option<Evidence> {
    let lock = troubled_lock(observation, LockTrouble::Gone)?;
    Some(Evidence::on(vec![lock_line(observation, lock)]).with("pod", &lock.from))
}

fn hung_lock(observation: &Observation) -> Option<&LockReport> {
    observation.lock.known().filter(|lock| lock.outcome == LockOutcome::Hung)
}

/// It supports the runbook's signature, but a database that is down looks the same, so it proves nothing.
pub(super) fn locket_hung(observation: &Observation) -> Option<Evidence> {
    let lock = hung_lock(observation)?;
    Some(Evidence::on(vec![lock_line(observation, lock)]).with("pod", &lock.from))
}

/// The BBS serves still, but the Locket that it renews its lock with does not answer: it has some 15 s left.
pub(super) fn lock_at_risk(observation: &Observation) -> Option<Evidence> {
    let lock = hung_lock(observation)?;
    let leader = observation.leader()?;
    let concerned = lock.from == leader.name || !super::pods::lockets(observation).is_empty();
    let reached = observation.is_reached() && !observation.hangs(leader);
    (concerned && reached).then(|| Evidence::on(vec![lock_line(observation, lock)]).with("leader", &leader.name))
}

/// Who leads and the lock name different pods. The row of a lost lock looks like that of a held one, so it proves nothing.
pub(super) fn lock_elsewhere(observation: &Observation) -> Option<Evidence> {
    let lock = observation.lock.known()?;
    let LockOutcome::Owner(owner) = &lock.outcome else { return None };
    let leader = observation.leader()?;
    let another = *owner != leader.name && observation.bbs().iter().any(|pod| pod.name == *owner);
    another.then(|| Evidence::on(vec![lock_line(observation, lock)]).with("leader", &leader.name).with("owner", owner))
}
