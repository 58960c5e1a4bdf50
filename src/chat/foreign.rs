//! What reaches the bot and is not its own: of another workspace, server or app, or by a person of another organisation.
//!
//! Nothing of it is carried out. It is counted, and the log tells the counts at most once a minute, with their sources:
//! whoever floods the bot floods neither the log nor, through the answers, the store.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::incident::account::Platform;
use crate::sanitize::clean;

/// How often the log tells the counts.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// How many people are told why within this time; the others are only counted.
const ANSWERS: u32 = 30;
/// How many sources the log names, and how much of each: they come from outside.
const SOURCES: usize = 8;
const NAMED: usize = 60;

/// The count of one platform.
#[derive(Debug)]
pub struct Foreign {
    platform: Platform,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    total: u64,
    untold: BTreeMap<String, u64>,
    told: Option<Instant>,
    answers: u32,
    answering: Option<Instant>,
}

impl Foreign {
    /// Nothing was refused yet.
    pub fn new(platform: Platform) -> Self {
        Self { platform, tally: Mutex::default() }
    }

    /// Counts something that is refused. `source` says where it comes from, such as `workspace T024BE7LD`.
    pub fn refuse(&self, source: &str) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.total += 1;
        let source: String = clean(source).chars().take(NAMED).collect();
        let known = tally.untold.len() < SOURCES || tally.untold.contains_key(&source);
        *tally.untold.entry(if known { source } else { "others".to_owned() }).or_default() += 1;
        if tally.told.is_some_and(|told| told.elapsed() < TELL_EVERY) {
            return;
        }
        let untold = std::mem::take(&mut tally.untold);
        let count: u64 = untold.values().sum();
        let mut sources = String::new();
        for (from, count) in &untold {
            let comma = if sources.is_empty() { "" } else { ", " };
            // Writing to a String does not fail.
            let _ = write!(sources, "{comma}{from} ({count})");
        }
        tally.told = Some(Instant::now());
        tracing::warn!(platform = %self.platform, count, sources, "what is not of this bot's own workspace or server was refused");
    }

    /// Whether one more person may be told why.
    pub fn may_answer(&self) -> bool {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        if tally.answering.is_none_or(|since| since.elapsed() >= TELL_EVERY) {
            (tally.answering, tally.answers) = (Some(Instant::now()), 0);
        }
        tally.answers += 1;
        tally.answers <= ANSWERS
    }

    /// How much was refused so far.
    pub fn total(&self) -> u64 {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_told_once_and_answered_some_times() {
        let foreign = Foreign::new(Platform::Slack);
        for place in 0..1_000 {
            foreign.refuse(&format!("workspace T{place}\u{202e}{}", "x".repeat(500)));
        }
        assert_eq!(foreign.total(), 1_000);
        let untold = std::mem::take(&mut foreign.tally.lock().unwrap().untold);
        assert_eq!(untold.values().sum::<u64>(), 999, "the first was told at once");
        assert_eq!(untold.len(), SOURCES + 1);
        assert!(untold.keys().all(|source| source.chars().count() <= NAMED && !source.contains('\u{202e}')));
        assert_eq!((0..1_000).filter(|_| foreign.may_answer()).count(), ANSWERS as usize);
    }
}
