//! How things stand, as metrics: open incidents, and what waits for a channel. Every replica follows every open incident and tells the same.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::{Engine, measure};
use crate::incident::State;
use crate::metrics;

/// How often it is told.
const APART: Duration = Duration::from_secs(1);

impl Engine {
    /// Tells how things stand, now and then.
    pub(super) fn tell_gauges(&mut self) {
        if self.measured.is_some_and(|at| at.elapsed() < APART) {
            return;
        }
        self.measured = Some(Instant::now());
        let mut open: BTreeMap<&'static str, (u32, Duration)> = BTreeMap::new();
        for active in self.active.values().filter(|active| !active.incident.is_closed() && !active.incident.is_drill())
        {
            let (count, oldest) = open.entry(active.incident.state.name()).or_default();
            let stood = measure::length(active.incident.since, active.now());
            (*count, *oldest) = (*count + 1, (*oldest).max(stood));
        }
        for state in State::OPEN {
            let (count, oldest) = open.get(state).copied().unwrap_or_default();
            metrics::OPEN.set(&[("state", state)], f64::from(count));
            metrics::OLDEST.set(&[("state", state)], oldest.as_secs_f64());
        }
        for platform in self.chats.keys() {
            let limits = self.rate_limits.iter().filter(|((known, _), _)| known == platform);
            let waiting: usize = limits.map(|(_, limit)| limit.waiting()).sum();
            metrics::OUTGOING.set(&[("platform", platform.name())], waiting as f64);
        }
    }
}
