//! Counts what strangers or a lasting fault cause, so that it is logged at once and then once a minute, with its sources: however
//! often it happens, the log does not grow by it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How often one thing is logged at most.
const EVERY: Duration = Duration::from_mins(1);
/// So many sources are told apart; what comes from others is counted with the rest.
const SOURCES: usize = 8;

/// How often something happened since it was logged last.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    times: u64,
    sources: Sources,
    logged_at: Option<Instant>,
}

/// The peers that caused something, each with how often. A few are told apart, however many there are.
#[derive(Debug, Default)]
pub struct Sources(BTreeMap<IpAddr, u64>);

/// What is to be logged now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// How often it happened.
    pub times: u64,
    /// The peers that caused it, each with how often: `192.0.2.7 (31), others (2)`. Empty where there is none.
    pub from: String,
}

impl Tally {
    /// Counts one, caused by this peer. Returns what is to be logged, or nothing where it was logged within the last minute.
    pub fn note(&self, from: Option<IpAddr>) -> Option<Due> {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        count.times += 1;
        count.sources.note(from);
        if count.logged_at.is_some_and(|at| at.elapsed() < EVERY) {
            return None;
        }
        Some(count.due())
    }

    /// What was counted and not logged yet.
    fn rest(&self) -> Option<Due> {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (count.times > 0).then(|| count.due())
    }

    /// Whether anything was counted that was not logged; forgets it.
    pub fn reset(&self) -> bool {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *count).logged_at.is_some()
    }
}

impl Count {
    fn due(&mut self) -> Due {
        let due = Due { times: self.times, from: self.sources.told(self.times) };
        *self = Self { logged_at: Some(Instant::now()), ..Self::default() };
        due
    }
}

/// A tally that logs by itself: what comes first at once, and what comes after it a minute later, also where nothing follows.
#[derive(Debug)]
pub struct Logged {
    tally: Arc<Tally>,
    /// Whether the rest will be logged.
    waits: Arc<AtomicBool>,
    say: Say,
}

/// Writes the line, with the reason of one of those that were counted.
pub type Say = fn(&Due, &str);

impl Logged {
    /// A tally whose lines are written so.
    pub fn by(say: Say) -> Self {
        Self { tally: Arc::default(), waits: Arc::default(), say }
    }

    /// Counts one, caused by this peer, for this reason. Called within the runtime.
    pub fn note(&self, from: Option<IpAddr>, why: &str) {
        if let Some(due) = self.tally.note(from) {
            return (self.say)(&due, why);
        }
        if self.waits.swap(true, Ordering::AcqRel) {
            return;
        }
        let (tally, waits, say, why) = (Arc::clone(&self.tally), Arc::clone(&self.waits), self.say, why.to_owned());
        tokio::spawn(async move {
            sleep(EVERY).await;
            waits.store(false, Ordering::Release);
            if let Some(due) = tally.rest() {
                say(&due, &why);
            }
        });
    }
}

impl Sources {
    /// Counts one of this peer's.
    pub fn note(&mut self, from: Option<IpAddr>) {
        let Some(from) = from else { return };
        if self.0.len() < SOURCES || self.0.contains_key(&from) {
            *self.0.entry(from).or_default() += 1;
        }
    }

    /// As [`Due::from`] tells them, where it happened so often in all.
    pub fn told(&self, times: u64) -> String {
        let mut all: Vec<(&IpAddr, &u64)> = self.0.iter().collect();
        all.sort_by(|one, other| other.1.cmp(one.1));
        let mut text = String::new();
        for (peer, times) in &all {
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing to a String does not fail.
            let _ = write!(text, "{comma}{peer} ({times})");
        }
        let others = times - all.iter().map(|(_, times)| **times).sum::<u64>();
        if others > 0 && !text.is_empty() {
            let _ = write!(text, ", others ({others})");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_nothing_follows_is_logged_a_minute_later() {
        static LINES: Mutex<Vec<(u64, String)>> = Mutex::new(Vec::new());
        let lines = || LINES.lock().unwrap().clone();
        let logged = Logged::by(|due, why| LINES.lock().unwrap().push((due.times, why.to_owned())));
        for _ in 0..5_000 {
            logged.note(None, "forged");
        }
        assert_eq!(lines(), [(1, "forged".to_owned())]);
        sleep(EVERY + Duration::from_secs(1)).await;
        assert_eq!(lines()[1..], [(4_999, "forged".to_owned())]);
        sleep(2 * EVERY).await;
        logged.note(None, "forged again");
        assert_eq!(lines()[2..], [(1, "forged again".to_owned())]);
    }

    #[test]
    fn the_first_is_told_at_once_and_the_rest_with_the_next() {
        let tally = Tally::default();
        let from = |last: u8| Some(IpAddr::from([192, 0, 2, last]));
        assert_eq!(tally.note(from(7)), Some(Due { times: 1, from: "192.0.2.7 (1)".to_owned() }));
        for last in 0..100 {
            assert_eq!(tally.note(from(last % 20)), None);
        }
        let count = tally.0.lock().unwrap();
        assert_eq!((count.times, count.sources.0.len()), (100, SOURCES));
        assert!(count.sources.told(count.times).ends_with("others (60)"), "{:?}", count.sources);
    }
}
