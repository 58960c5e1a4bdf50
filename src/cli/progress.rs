//! What is told while something takes more than a second: one line on standard error, on a terminal alone, which is gone at the end.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, interval_at};

/// How long nothing is told.
const SOON: Duration = Duration::from_secs(1);
/// The longest line, in characters: a terminal would break a longer one.
const LONGEST: usize = 70;

/// A line about what is being done.
pub(crate) struct Progress {
    what: Mutex<String>,
    form: Form,
}

/// How it is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Not at all.
    Silent,
    /// One line that is written over.
    OneLine,
    /// A line each time.
    Lines,
}

impl Progress {
    /// On a terminal; elsewhere only where it is asked for.
    pub(crate) fn new(asked: bool) -> Self {
        let form = match (std::io::stderr().is_terminal(), asked) {
            (true, _) => Form::OneLine,
            (false, true) => Form::Lines,
            (false, false) => Form::Silent,
        };
        Self { what: Mutex::default(), form }
    }

    /// The same, of one thing.
    pub(crate) fn of(what: &str) -> Self {
        let progress = Self::new(false);
        progress.set(what.to_owned());
        progress
    }

    /// What is being done now.
    pub(crate) fn set(&self, what: String) {
        *self.what.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }

    /// Tells while this goes on.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let mut ticks = interval_at(began + SOON, SOON);
        let mut work = std::pin::pin!(work);
        let mut told = false;
        let done = loop {
            tokio::select! {
                biased;
                done = &mut work => break done,
                _ = ticks.tick() => {
                    self.tell(began.elapsed());
                    told = true;
                }
            }
        };
        if told && self.form == Form::OneLine {
            // Standard error may be closed; what is printed at the end is what matters.
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
        done
    }

    fn tell(&self, elapsed: Duration) {
        let what = self.what.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut line = format!("looking at {what}");
        if line.chars().count() > LONGEST {
            line = line.chars().take(LONGEST - 1).chain(['…']).collect();
        }
        let line = format!("{line} ({} s)", elapsed.as_secs());
        let _ = match self.form {
            Form::Silent => Ok(()),
            Form::OneLine => write!(std::io::stderr(), "\r\u{1b}[K{line}"),
            Form::Lines => writeln!(std::io::stderr(), "{line}"),
        };
    }
}
