//! Counts what strangers or a lasting fault cause, so that it is logged at once and then once a minute, with its sources: however
//! often it happens, the log does not grow by it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

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
        let due = Due { times: count.times, from: count.sources.told(count.times) };
        *count = Count { logged_at: Some(Instant::now()), ..Count::default() };
        Some(due)
    }

    /// Whether anything was counted that was not logged; forgets it.
    pub fn reset(&self) -> bool {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *count).logged_at.is_some()
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
