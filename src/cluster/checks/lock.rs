//! Who holds the lock `bbs`, as `cfdot locks` says in a BBS pod. With a dead database it never answers: it is always bounded.

use std::time::Duration;

use serde::Deserialize;

use super::answers::{Part, Unanswered};
use super::probe::{ENDED_BY_TIMEOUT, KILLED, TERMINATED};
use super::section;
use crate::cluster::error::{MAX_TEXT, clean};
use crate::incident::observation::{LockOutcome, LockReport, LockTrouble};
use crate::incident::phrase::{Phrase, Statement};

/// The longest owner kept, in bytes: a pod's name.
const MAX_OWNER: usize = 100;

/// What cleaning may have taken off a text.
const SOME: usize = 100;

/// How long cfdot may take. Where it answers it does so well within a second (records 02, 12, 14); with a dead database path it never
/// does.
pub(super) const LIMIT: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
struct Row {
    key: String,
    owner: String,
}

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

/// What the pod answered; an error where cfdot could not be run, or it is not known how it ended.
pub(super) fn report(pod: &str, part: &Part<'_>) -> Result<LockReport, Statement> {
    let in_pod = |why: Statement| Statement::from(Phrase::new("unseen-in-pod").with("pod", pod).with("why", why));
    match part {
        // Killed, and not by the `timeout` around it.
        Part::Said { section, took } if section.code == KILLED && *took < LIMIT => {
            Err(in_pod(Phrase::new("unseen-cfdot-killed").into()))
        }
        Part::Said { section, .. } => {
            let outcome = answer(section.code, &section.text).map_err(in_pod)?;
            let trouble = (outcome == LockOutcome::Failed).then(|| trouble(&section.text));
            Ok(LockReport { from: pod.to_owned(), outcome, text: clean(&section.text, MAX_TEXT), trouble })
        }
        Part::Not(Unanswered { text, .. }) => Err(in_pod(text.clone())),
    }
}

/// What the words of a cfdot that failed speak of: its own, Locket's, and what Locket passes on of its database's driver.
pub fn trouble(text: &str) -> LockTrouble {
    let text = text.to_lowercase();
    let speaks_of = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let no_connection = speaks_of(&NO_CONNECTION);
    if speaks_of(&EXHAUSTED) {
        LockTrouble::Exhausted
    } else if speaks_of(&NO_LOGIN) || (no_connection && speaks_of(&NO_SESSION)) {
        // Locket got an answer, or a name or a certificate stands between it and the database.
        LockTrouble::NoSession
    } else if no_connection {
        LockTrouble::NoDatabase
    } else if speaks_of(&TLS_REFUSED) {
        LockTrouble::Tls
    } else if speaks_of(&LOCKET_GONE) {
        LockTrouble::Gone
    } else {
        LockTrouble::Other
    }
}

/// What cfdot's exit code and what it printed come to; an error where it could not be run.
pub fn answer(code: i32, text: &str) -> Result<LockOutcome, Statement> {
    match code {
        0 => {
            let rows = text.lines().filter_map(|line| serde_json::from_str::<Row>(line).ok());
            let owner = rows.into_iter().find(|row| row.key == "bbs").map(|row| clean(&row.owner, MAX_OWNER));
            match owner {
                Some(owner) => Ok(LockOutcome::Owner(owner)),
                // The row may be in what was cut off.
                None if text.len() + SOME >= section::MAX_TEXT => Err(Phrase::new("unseen-cfdot-too-much").into()),
                None => Ok(LockOutcome::Nobody),
            }
        }
        ENDED_BY_TIMEOUT | KILLED | TERMINATED => Ok(LockOutcome::Hung),
        125 | 126 => Err(Phrase::new("unseen-cfdot-not-run").with("text", clean(text, MAX_TEXT)).into()),
        127 => Err(Phrase::new("unseen-cfdot-missing").with("text", clean(text, MAX_TEXT)).into()),
        _ => Ok(LockOutcome::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::super::section::Section;
    use super::*;

    #[test]
    fn a_cfdot_that_was_killed_says_nothing_of_the_lock() {
        let section = Section { name: "locks".to_owned(), code: KILLED, text: String::new() };
        let said = |took| report("diego-api-0", &Part::Said { section: &section, took });
        let Err(Statement::Phrase(why)) = said(Duration::from_millis(5)) else { panic!() };
        assert_eq!(why.args["why"], Phrase::new("unseen-cfdot-killed").into());
        assert_eq!(said(LIMIT + Duration::from_secs(1)).unwrap().outcome, LockOutcome::Hung);
    }

    #[test]
    fn every_known_answer() {
        let row = r#"{"key":"bbs","owner":"diego-api-1","type":"lock","type_code":1}"#;
        let other = row.replace("bbs", "auctioneer");
        for (code, text, outcome) in [
            (0, row.to_owned(), LockOutcome::Owner("diego-api-1".into())),
            (0, format!("{other}\n{row}"), LockOutcome::Owner("diego-api-1".into())),
            (0, other.clone(), LockOutcome::Nobody),
            (0, String::new(), LockOutcome::Nobody),
            (124, String::new(), LockOutcome::Hung),
            (143, String::new(), LockOutcome::Hung),
            (137, String::new(), LockOutcome::Hung),
            (4, "Error: context deadline exceeded".into(), LockOutcome::Failed),
            (3, "Error: cert file '/nope' doesn't exist".into(), LockOutcome::Failed),
        ] {
            assert_eq!(answer(code, &text), Ok(outcome), "{code} {text}");
        }
        for (code, text) in [
            (126, "cfdot: line 1: /var/vcap/packages/cfdot/bin/cfdot: Permission denied"),
            (127, "cfdot: line 1: exec: cfdot: not found"),
            (0, &format!("{other}\n").repeat(60)[..section::MAX_TEXT]),
        ] {
            assert!(answer(code, text).is_err(), "{code} {text}");
        }
    }

    #[test]
    fn an_owner_is_cleaned_and_capped() {
        let row = format!(r#"{{"key":"bbs","owner":"a\u202e{}"}}"#, "b".repeat(500));
        let Ok(LockOutcome::Owner(owner)) = answer(0, &row) else { panic!() };
        assert!(owner.starts_with("ab") && owner.len() < 110, "{owner}");
    }
}
