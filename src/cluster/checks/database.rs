//! The database as far as it can be seen: Locket read from it, its address accepts connections, its pods.
//!
//! Only a read proves that it works, and only failing everywhere that it does not; the rest is not known.

use crate::cluster::list::ListedPod;
use crate::incident::observation::{
    Database, DatabaseReport, LockOutcome, LockReport, ProbeOutcome, ProbeReport, Seen,
};
use crate::incident::phrase::{Phrase, Statement};

/// The roles of the databases that the releases bring along.
const ROLES: [&str; 7] = ["mysql", "pxc-mysql", "mysql-galera", "postgres", "postgresql", "database", "pxc"];

/// The database's pods among those of the namespace.
pub(in crate::cluster) fn pods(all: &[ListedPod]) -> Vec<&ListedPod> {
    let completed = |pod: &ListedPod| pod.summary.phase == "Succeeded";
    all.iter().filter(|pod| !completed(pod) && ROLES.iter().any(|role| pod.plays(role))).collect()
}

/// Draws the conclusion.
pub(super) fn report(
    lock: &Seen<LockReport>,
    connects: Option<&[ProbeReport]>,
    pods: &[&ListedPod],
) -> Seen<DatabaseReport> {
    let mut evidence: Vec<Statement> = Vec::new();
    let read = match lock {
        Seen::Known(LockReport { from, outcome: LockOutcome::Owner(_) | LockOutcome::Nobody, .. }) => {
            evidence.push(Phrase::new("seen-locket-read").with("pod", from).into());
            true
        }
        Seen::Known(LockReport { from, outcome: LockOutcome::Hung, .. }) => {
            evidence.push(Phrase::new("seen-locket-hung").with("pod", from).into());
            false
        }
        Seen::Known(LockReport { from, text, .. }) => {
            evidence.push(match text.lines().next() {
                Some(said) => format!("{from}: {said}").into(),
                None => Phrase::new("seen-locket-refused").with("pod", from).into(),
            });
            false
        }
        Seen::NotKnown(_) | Seen::NotLooked => false,
    };
    let answers = connects.unwrap_or_default();
    evidence.extend(answers.iter().map(ProbeReport::connect_line));
    evidence.extend(pods.iter().map(|pod| Statement::from(pod.summary.line())));

    let accepts = answers.iter().any(|report| report.outcome == ProbeOutcome::Succeeded);
    let unreachable = !answers.is_empty() && answers.iter().all(|report| report.outcome.is_unreachable());
    let no_pod_ready = !pods.is_empty() && pods.iter().all(|pod| !pod.summary.is_ready());
    let state = if read {
        Database::Up
    } else if accepts {
        // The pods may be those of another database than the one that is configured.
        Database::Accepts
    } else if unreachable || no_pod_ready {
        Database::Down
    } else {
        if connects.is_none() {
            evidence.push(Phrase::new("unseen-no-address").into());
        }
        return Seen::NotKnown(Phrase::new("unseen-all").with("lines", evidence).into());
    };
    Seen::Known(DatabaseReport { state, evidence })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;
    use crate::cluster::list;

    fn lock(outcome: LockOutcome) -> Seen<LockReport> {
        Seen::Known(LockReport {
            from: "diego-api-0".into(),
            outcome,
            text: "Error: too many clients\nmore".into(),
            trouble: None,
        })
    }

    fn connect(outcome: ProbeOutcome) -> ProbeReport {
        ProbeReport {
            pod: "diego-api-0".into(),
            container: "diego-api".into(),
            target: "db:5432".into(),
            outcome,
            exit_code: None,
            text: format!("{outcome:?}").into(),
            took: SignedDuration::ZERO,
            by_bash: false,
            by_running: false,
            lacks_get: false,
        }
    }

    fn pod(role: &str, ready: bool) -> ListedPod {
        let pod = json!({
            "metadata": {"name": format!("{role}-0"), "labels": {"skiff-role-name": role}},
            "spec": {"containers": [{"name": "db"}]},
            "status": {"phase": "Running", "containerStatuses": [
                {"name": "db", "image": "", "imageID": "", "ready": ready, "restartCount": 0},
            ]},
        });
        list::pod(serde_json::from_value(pod).unwrap())
    }

    #[test]
    fn what_follows_from_what() {
        use Database::{Accepts, Down, Up};
        use ProbeOutcome::{NameNotResolved, Refused, Succeeded, TimedOut, Unknown};
        let owner = || lock(LockOutcome::Owner("diego-api-1".into()));
        let hung = || lock(LockOutcome::Hung);
        let failed = || lock(LockOutcome::Failed);
        let blind = || Seen::NotKnown("denied".into());
        for (lock, connects, ready, state) in [
            (owner(), None, vec![], Some(Up)),
            (lock(LockOutcome::Nobody), None, vec![], Some(Up)),
            (owner(), Some(vec![Refused]), vec![false], Some(Up)),
            (hung(), Some(vec![Succeeded]), vec![], Some(Accepts)),
            (failed(), Some(vec![Succeeded, Refused]), vec![], Some(Accepts)),
            (hung(), Some(vec![Refused]), vec![], Some(Down)),
            (blind(), Some(vec![Refused, TimedOut, NameNotResolved]), vec![], Some(Down)),
            // What could not be asked is not known.
            (hung(), Some(vec![Refused, Unknown]), vec![], None),
            (hung(), Some(vec![]), vec![], None),
            (hung(), None, vec![], None),
            (blind(), None, vec![true], None),
            (blind(), None, vec![true, false], None),
            (blind(), None, vec![false, false], Some(Down)),
            (blind(), Some(vec![Succeeded]), vec![false], Some(Accepts)),
            (Seen::NotLooked, None, vec![], None),
        ] {
            let connects = connects.map(|all| all.into_iter().map(connect).collect::<Vec<_>>());
            let pods: Vec<ListedPod> = ready.into_iter().map(|ready| pod("mysql", ready)).collect();
            let report = report(&lock, connects.as_deref(), &super::pods(&pods));
            assert_eq!(report.known().map(|report| report.state), state, "{lock:?} {connects:?}: {report:?}");
        }
    }

    #[test]
    fn evidence_is_a_line_each() {
        let found = pod("postgres", true);
        let connects = [connect(ProbeOutcome::Succeeded)];
        let Seen::Known(found) = report(&lock(LockOutcome::Failed), Some(&connects), &[&found]) else { panic!() };
        let expected = [
            "diego-api-0: Error: too many clients".into(),
            connect(ProbeOutcome::Succeeded).connect_line(),
            "postgres-0  1/1  Running  restarts 0  -".into(),
        ];
        assert_eq!(found.evidence, expected);
    }

    #[test]
    fn whose_pods_are_the_databases() {
        let all: Vec<ListedPod> = ["mysql", "diego-api", "database", "mysql-proxy"].map(|role| pod(role, true)).into();
        let names: Vec<&str> = pods(&all).into_iter().map(|pod| pod.summary.name.as_str()).collect();
        assert_eq!(names, ["mysql-0", "database-0"]);
    }
}
