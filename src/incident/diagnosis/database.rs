//! Rules about the database and Locket. What can't be seen of them is no finding: the card says not known, and the approver
//! confirms it.

use super::super::observation::{Database, LockOutcome, LockReport, Observation};
use super::evidence::{Evidence, line};

/// What a database without a free connection answers: PostgreSQL's and MySQL's own words, in lower case.
const EXHAUSTED: [&str; 4] =
    ["too many clients", "too many connections", "remaining connection slots", "connection limit exceeded"];
/// What Locket passes on, in lower case, when it can't connect to its database (pgx, and the driver of MySQL).
const DATABASE_REFUSED: [&str; 4] = ["database=", ":5432", ":3306", "driver: bad connection"];
/// What cfdot says, in lower case, when nobody answers at Locket's port, or the connection to it is lost.
const LOCKET_GONE: [&str; 3] = [":8891", "code = unavailable", "deadline exceeded"];

fn failed_lock(observation: &Observation) -> Option<&LockReport> {
    observation.lock.known().filter(|lock| lock.outcome == LockOutcome::Failed)
}

fn speaks_of(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

fn lock_line(observation: &Observation, lock: &LockReport) -> String {
    line(observation.at, &lock.line())
}

/// While it is down, deleted pods never become ready, and behind the first one no other is created.
pub(super) fn down(observation: &Observation) -> Option<Evidence> {
    let report = observation.database.known().filter(|report| report.state == Database::Down);
    let refused = failed_lock(observation)
        .filter(|lock| speaks_of(&lock.text, &DATABASE_REFUSED) && !speaks_of(&lock.text, &EXHAUSTED));
    if report.is_none() && refused.is_none() {
        return None;
    }
    let seen = report.into_iter().flat_map(|report| &report.evidence).map(|text| line(observation.at, text));
    Some(Evidence::on(seen.chain(refused.map(|lock| lock_line(observation, lock))).collect()))
}

/// New pods need new connections, which are what there is not.
pub(super) fn exhausted(observation: &Observation) -> Option<Evidence> {
    let seen = observation.database.known().into_iter().flat_map(|report| &report.evidence);
    let seen = seen.filter(|text| speaks_of(text, &EXHAUSTED)).map(|text| line(observation.at, text));
    let lock = failed_lock(observation).filter(|lock| speaks_of(&lock.text, &EXHAUSTED));
    Evidence::where_any(seen.chain(lock.map(|lock| lock_line(observation, lock))).collect())
}

/// Nobody answers at Locket's port: something keeps its process from staying up, and would do so after a restart, too.
pub(super) fn locket_down(observation: &Observation) -> Option<Evidence> {
    let lock = failed_lock(observation)?;
    let gone = speaks_of(&lock.text, &LOCKET_GONE) && !speaks_of(&lock.text, &DATABASE_REFUSED);
    gone.then(|| Evidence::on(vec![lock_line(observation, lock)]).with("pod", &lock.from))
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
    let reached = observation.is_reached() && !super::serving::hangs(observation, leader);
    (concerned && reached).then(|| Evidence::on(vec![lock_line(observation, lock)]).with("leader", &leader.name))
}

/// The label and the lock name different pods. The row of a lost lock looks like that of a held one, so it proves nothing.
pub(super) fn lock_elsewhere(observation: &Observation) -> Option<Evidence> {
    let lock = observation.lock.known()?;
    let LockOutcome::Owner(owner) = &lock.outcome else { return None };
    let leader = observation.leader()?;
    let another = *owner != leader.name && observation.bbs().iter().any(|pod| pod.name == *owner);
    another.then(|| Evidence::on(vec![lock_line(observation, lock)]).with("leader", &leader.name).with("owner", owner))
}
