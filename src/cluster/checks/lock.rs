//! Who holds the lock `bbs`, as `cfdot locks` says in a BBS pod. With a dead database it never answers: it is always bounded.

use std::time::Duration;

use serde::Deserialize;

use super::probe::{ENDED_BY_TIMEOUT, KILLED, TERMINATED};
use crate::cluster::error::{MAX_TEXT, clean};
use crate::cluster::exec::{Ending, Execs};
use crate::cluster::scripts::LOCKS;
use crate::incident::observation::{LockOutcome, LockReport};

/// The longest owner kept, in bytes: a pod's name.
const MAX_OWNER: usize = 100;

/// How long cfdot may take.
const LIMIT: Duration = Duration::from_secs(8);

#[derive(Deserialize)]
struct Row {
    key: String,
    owner: String,
}

/// Asks in the pod; an error where cfdot could not be run, or it is not known how it ended.
pub(super) async fn ask(execs: &Execs<'_>, pod: &str, container: &str) -> Result<LockReport, String> {
    match execs.run(pod, container, &LOCKS.command([]), LIMIT).await {
        Ending::Exited { code, text } => {
            let outcome = answer(code, &text).map_err(|why| format!("{pod}: {why}"))?;
            Ok(LockReport { from: pod.to_owned(), outcome, text: clean(&text, MAX_TEXT) })
        }
        Ending::Denied(why)
        | Ending::Refused(why)
        | Ending::NotCarried(why)
        | Ending::Failed(why)
        | Ending::Unknown(why) => Err(format!("{pod}: {why}")),
    }
}

/// What cfdot's exit code and what it printed come to; an error where it could not be run.
pub fn answer(code: i32, text: &str) -> Result<LockOutcome, String> {
    match code {
        0 => {
            let rows = text.lines().filter_map(|line| serde_json::from_str::<Row>(line).ok());
            let owner = rows.into_iter().find(|row| row.key == "bbs").map(|row| clean(&row.owner, MAX_OWNER));
            Ok(owner.map_or(LockOutcome::Nobody, LockOutcome::Owner))
        }
        ENDED_BY_TIMEOUT | KILLED | TERMINATED => Ok(LockOutcome::Hung),
        125..=127 => Err(clean(&format!("cfdot can't be run: {text}"), MAX_TEXT)),
        // The shell's own failure: there is nothing to source.
        1 if text.contains("No such file or directory") => Err(clean(&format!("cfdot is missing: {text}"), MAX_TEXT)),
        _ => Ok(LockOutcome::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_answer() {
        let row = r#"{"key":"bbs","owner":"diego-api-1","type":"lock","type_code":1}"#;
        let other = row.replace("bbs", "auctioneer");
        for (code, text, outcome) in [
            (0, row.to_owned(), LockOutcome::Owner("diego-api-1".into())),
            (0, format!("{other}\n{row}"), LockOutcome::Owner("diego-api-1".into())),
            (0, other, LockOutcome::Nobody),
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
            (1, "bash: line 1: /var/vcap/jobs/cfdot/bin/setup: No such file or directory"),
            (127, "bash: line 1: cfdot: command not found"),
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
