//! Rules about the database and Locket. What can't be seen of them is no finding: the card says not known, and the approver
//! confirms it.

use super::super::observation::{Database, LockOutcome, LockReport, Observation};
use super::evidence::{Evidence, line};
use super::health::healthy;

/// What a database without a free connection answers, in lower case: PostgreSQL's, MySQL's and `PgBouncer`'s own words.
const EXHAUSTED: [&str; 6] = [
    "too many clients",
    "too many connections",
    "remaining connection slots",
    "connection limit exceeded",
    "max_user_connections",
    "max_client_conn",
];
/// What Locket passes on, in lower case, when it can't connect to its database (pgx, and the driver of MySQL).
const NO_CONNECTION: [&str; 4] = ["database=", ":5432", ":3306", "driver: bad connection"];
/// What a database answers, in lower case, to a login that it does not take.
const NO_LOGIN: [&str; 7] = [
    "password authentication failed",
    "no pg_hba.conf entry",
    "access denied for user",
    "unknown database",
    "sqlstate 28",
    "sqlstate 3d000",
    "error 1045",
];
/// What keeps a connection to the database from becoming a session, in lower case, though the database may be well.
const NO_SESSION: [&str; 6] =
    ["hostname resolving error", "no such host", "tls error", "x509:", "server refused tls", "does not exist"];
/// What cfdot says, in lower case, when the certificates of one side are not the other's.
const TLS_REFUSED: [&str; 3] = ["x509:", "tls: ", "certificate"];
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
    let is_down = |text: &str| speaks_of(text, &NO_CONNECTION) && !speaks_of(text, &EXHAUSTED) && !refuses(text);
    let refused = failed_lock(observation).filter(|lock| is_down(&lock.text));
    if report.is_none() && refused.is_none() {
        return None;
    }
    let seen = report.into_iter().flat_map(|report| &report.evidence).map(|text| line(observation.at, text));
    Some(Evidence::on(seen.chain(refused.map(|lock| lock_line(observation, lock))).collect()))
}

/// Whether Locket got an answer, or a name or a certificate stands between it and the database.
fn refuses(text: &str) -> bool {
    speaks_of(text, &NO_LOGIN) || (speaks_of(text, &NO_CONNECTION) && speaks_of(text, &NO_SESSION))
}

/// Locket gets no session, and new pods would not get one either: its settings for the database don't fit, or no more.
pub(super) fn no_session(observation: &Observation) -> Option<Evidence> {
    let lock = failed_lock(observation).filter(|lock| refuses(&lock.text) && !speaks_of(&lock.text, &EXHAUSTED))?;
    Some(Evidence::on(vec![lock_line(observation, lock)]).with("why", &lock.text))
}

fn tls_refused(observation: &Observation) -> Option<Evidence> {
    let lock = failed_lock(observation).filter(|lock| speaks_of_tls(&lock.text))?;
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

fn speaks_of_tls(text: &str) -> bool {
    speaks_of(text, &TLS_REFUSED) && !speaks_of(text, &NO_CONNECTION)
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
    let otherwise = speaks_of(&lock.text, &NO_CONNECTION) || refuses(&lock.text) || speaks_of_tls(&lock.text);
    let gone = speaks_of(&lock.text, &LOCKET_GONE) && !otherwise;
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
