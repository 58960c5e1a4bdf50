//! What a test needs of the machine: in CI it has to be there, elsewhere a test that lacks it says so and is skipped.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// What a test needs is not here.
#[track_caller]
pub(crate) fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI has to have {what}");
    skipped(&format!("{what}: not here"));
}

/// Says once why something is not tested, past the test harness, which keeps what a test that passes prints.
pub(crate) fn skipped(why: &str) {
    static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if TOLD.lock().unwrap_or_else(PoisonError::into_inner).insert(why.to_owned()) {
        let _ = writeln!(std::io::stderr(), "skipped: {why}");
    }
}
