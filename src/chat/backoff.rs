//! The pauses between tries that fail: each up to twice as long as the one before, with jitter.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

/// How pauses grow.
#[derive(Clone, Copy, Debug)]
pub(in crate::chat) struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// From the shortest pause to the longest; jitter makes them up to twice as long.
    pub(in crate::chat) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The pause after so many failures in a row; none after none.
    pub(in crate::chat) fn after(self, failures: usize) -> Duration {
        // After a dozen doublings it is the longest.
        failures.checked_sub(1).and_then(|place| self.pauses().nth(place.min(12))).unwrap_or_default()
    }

    fn pauses(self) -> impl Iterator<Item = Duration> + Send {
        let growing = ExponentialBuilder::default().with_min_delay(self.first).with_max_delay(self.longest);
        growing.with_jitter().without_max_times().build()
    }
}

/// The pauses between sendings that fail: from half a second to half a minute.
pub fn pauses() -> impl Iterator<Item = Duration> + Send {
    Backoff::new(Duration::from_millis(500), Duration::from_secs(30)).pauses()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_growing() {
        let backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(8));
        assert_eq!(backoff.after(0), Duration::ZERO);
        for (failures, shortest) in [(1, 0.5), (2, 1.0), (5, 8.0), (8, 8.0), (1_000_000, 8.0)] {
            let shortest = Duration::from_secs_f64(shortest);
            let pause = backoff.after(failures);
            assert!(pause >= shortest && pause <= shortest * 2, "{failures}: {pause:?}");
        }
    }
}
