//! What was turned away before the inbox: counted by its source and the environment that it was about, told in the log once a
//! minute for each with the peers it came from, and shown by `/stager status`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::incident::phrase::Statement;
use crate::tally::Sources;
use crate::words::Words;

/// How often one source's and environment's rejections are told at most.
const EVERY: Duration = Duration::from_mins(1);
/// How long they are shown.
const SHOWN: SignedDuration = SignedDuration::from_hours(24);
/// How much of a reason is kept, in characters.
const KEPT: usize = 400;

/// What was turned away, since the start of this process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Rejected(Arc<Mutex<BTreeMap<(String, About), Entry>>>);

/// What something was about that was turned away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// An environment of ours.
    Environment(String),
    /// Nobody knows: it was refused as a whole.
    Unknown,
    /// Nothing of ours.
    Nothing,
}

#[derive(Debug)]
struct Entry {
    count: u64,
    /// How many were not told in the log yet.
    untold: u64,
    /// Whose these were, as far as that is known.
    from: Sources,
    told_at: Option<Instant>,
    last_at: Timestamp,
    reason: Statement,
    /// What went wrong here, where it was not the sender's doing: for the log alone.
    cause: Option<String>,
}

/// What was turned away of one source, about one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The source, such as `alertmanager`.
    pub source: String,
    /// How many, since the start.
    pub count: u64,
    /// When the last one came.
    pub last_at: Timestamp,
    /// Why the last one was turned away.
    pub reason: Statement,
}

impl Rejected {
    /// Counts one, and tells it unless one of its kind was told within the last minute.
    pub fn note(&self, source: &str, about: &About, reason: impl Into<Statement>) {
        self.note_from(source, about, reason, None, None);
    }

    /// The same, where it is known which peer it came from, and what went wrong here.
    pub fn note_from(
        &self,
        source: &str,
        about: &About,
        reason: impl Into<Statement>,
        cause: Option<String>,
        from: Option<IpAddr>,
    ) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = all.entry((source.to_owned(), about.clone())).or_insert_with(|| Entry {
            count: 0,
            untold: 0,
            from: Sources::default(),
            told_at: None,
            last_at: clock::now(),
            reason: Statement::from(""),
            cause: None,
        });
        entry.count += 1;
        entry.untold += 1;
        entry.from.note(from);
        entry.last_at = clock::now();
        entry.cause = cause;
        entry.reason = match reason.into() {
            Statement::Text(text) => text.chars().take(KEPT).collect::<String>().into(),
            phrase @ Statement::Phrase(_) => phrase,
        };
        if entry.told_at.is_none_or(|at| at.elapsed() >= EVERY) {
            entry.tell(source, about);
        }
    }

    /// What was turned away about this within the last day.
    pub fn about(&self, what: &About) -> Vec<Rejection> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = clock::now() - SHOWN;
        let of = |((source, about), entry): (&(String, About), &Entry)| {
            (about == what && entry.last_at > since).then(|| Rejection {
                source: source.clone(),
                count: entry.count,
                last_at: entry.last_at,
                reason: entry.reason.clone(),
            })
        };
        all.iter().filter_map(of).collect()
    }

    /// Tells once a minute what came since it was told last, until it is told to stop.
    pub async fn keep_telling(self, stop: CancellationToken) {
        while tokio::time::timeout(EVERY, stop.cancelled()).await.is_err() {
            self.tell_rest(EVERY);
        }
        self.tell_rest(Duration::ZERO);
    }

    fn tell_rest(&self, after: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for ((source, about), entry) in &mut *all {
            if entry.untold > 0 && entry.told_at.is_none_or(|at| at.elapsed() >= after) {
                entry.tell(source, about);
            }
        }
    }
}

impl Entry {
    fn tell(&mut self, source: &str, about: &About) {
        let environment = match about {
            About::Environment(name) => Some(name.as_str()),
            About::Unknown | About::Nothing => None,
        };
        tracing::warn!(
            source,
            environment,
            alerts.rejected = self.untold,
            from = self.from.told(self.untold),
            reason = Words::of(None).state(&self.reason),
            cause = self.cause,
            "alerts were refused or ignored"
        );
        (self.untold, self.from) = (0, Sources::default());
        self.told_at = Some(Instant::now());
    }
}
