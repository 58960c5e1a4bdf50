//! When something that the store refused is tried again: later and later, so that a store that is full costs no more than it has to.

use std::time::Duration;

use tokio::time::Instant;

/// The first pause.
const SHORTEST: Duration = Duration::from_millis(500);
/// The longest one: a store that takes writes again is noticed within this time.
const LONGEST: Duration = Duration::from_secs(10);

/// The pauses between tries that fail.
#[derive(Debug, Default)]
pub(super) struct Retry {
    failures: u32,
    at: Option<Instant>,
}

impl Retry {
    /// It failed: the next pause is twice as long as the last one.
    pub(super) fn fail(&mut self) {
        let pause = SHORTEST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        self.failures += 1;
        self.at = Some(Instant::now() + pause);
    }

    /// It succeeded.
    pub(super) fn succeed(&mut self) {
        *self = Self::default();
    }

    /// Whether the pause is still on.
    pub(super) fn is_pausing(&self) -> bool {
        self.at.is_some_and(|at| Instant::now() < at)
    }

    /// When the pause ends.
    pub(super) fn at(&self) -> Option<Instant> {
        self.at.filter(|at| Instant::now() < *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_pause_is_longer_until_it_succeeds() {
        let mut retry = Retry::default();
        let mut pauses = Vec::new();
        for _ in 0..7 {
            retry.fail();
            pauses.push((retry.at().unwrap() - Instant::now()).as_millis());
        }
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
        retry.succeed();
        assert!(!retry.is_pausing());
    }
}
