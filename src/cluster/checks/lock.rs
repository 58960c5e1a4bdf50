//! Who holds the lock `bbs`, as `cfdot locks` says in a BBS pod. With a dead database it never answers: it is always bounded.

use std::time::Duration;

use serde::Deserialize;

use super::answers::{Part, Unanswered};
use super::probe::{ENDED_BY_TIMEOUT, KILLED, TERMINATED};
use super::section;
use crate::cluster::error::{MAX_TEXT, clean};
use crate::incident::observation::{LockOutcome, LockReport};

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

/// What the pod answered; an error where cfdot could not be run, or it is not known how it ended.
pub(super) fn report(pod: &str, part: &Part<'_>) -> Result<LockReport, String> {
    match part {
        // Killed, and not by the `timeout` around it.
        Part::Said { section, took } if section.code == KILLED && *took < LIMIT => {
            Err(format!("{pod}: cfdot was killed"))
        }
        Part::Said { section, .. } => {
            let outcome = answer(section.code, &section.text).map_err(|why| format!("{pod}: {why}"))?;
            Ok(LockReport { from: pod.to_owned(), outcome, text: clean(&section.text, MAX_TEXT) })
        }
        Part::Not(Unanswered { text, .. }) => Err(format!("{pod}: {text}")),
    }
}

/// What cfdot's exit code and what it printed come to; an error where it could not be run.
pub fn answer(code: i32, text: &str) -> Result<LockOutcome, String> {
    match code {
        0 => {
            let rows = text.lines().filter_map(|line| serde_json::from_str::<Row>(line).ok());
            let owner = rows.into_iter().find(|row| row.key == "bbs").map(|row| clean(&row.owner, MAX_OWNER));
            match owner {
                Some(owner) => Ok(LockOutcome::Owner(owner)),
                // The row may be in what was cut off.
                None if text.len() + SOME >= section::MAX_TEXT => Err("cfdot told more than is read".to_owned()),
                None => Ok(LockOutcome::Nobody),
            }
        }
        ENDED_BY_TIMEOUT | KILLED | TERMINATED => Ok(LockOutcome::Hung),
        125 | 126 => Err(clean(&format!("cfdot can't be run: {text}"), MAX_TEXT)),
        127 => Err(clean(&format!("cfdot is missing: {text}"), MAX_TEXT)),
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
        assert_eq!(said(Duration::from_millis(5)).unwrap_err(), "diego-api-0: cfdot was killed");
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
