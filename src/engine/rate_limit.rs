//! How fast a channel may be written to: a burst, then a steady pace, and a pause where the platform asks for one.
//!
//! One pace a channel, shared by every incident that is shown there; channels do not hold each other up.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// So many calls may follow each other at once. Slack allows short bursts beyond one message a second and channel
/// (<https://docs.slack.dev/apis/web-api/rate-limits>), and 50 updates a minute.
const BURST: u32 = 20;
/// One more call for each of these.
const EVERY: Duration = Duration::from_secs(1);

/// A channel's pace.
#[derive(Debug)]
pub struct RateLimit {
    /// When the channel would be rested: a call moves it on by [`EVERY`], and waits while it is too far ahead.
    rested: Mutex<Instant>,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { rested: Mutex::new(Instant::now()) }
    }
}

impl RateLimit {
    /// Waits for the channel's turn, and takes it.
    pub async fn acquire(&self) {
        loop {
            let at = {
                let mut rested = self.lock();
                let now = Instant::now();
                let from = (*rested).max(now);
                if from <= now + EVERY * (BURST - 1) {
                    *rested = from + EVERY;
                    return;
                }
                from - EVERY * (BURST - 1)
            };
            sleep_until(at).await;
        }
    }

    /// The platform wants a pause: everybody who writes to the channel waits.
    pub fn pause(&self, pause: Duration) {
        let mut rested = self.lock();
        *rested = (*rested).max(Instant::now() + pause + EVERY * (BURST - 1));
    }

    fn lock(&self) -> MutexGuard<'_, Instant> {
        // Nothing here can panic half way through a change.
        self.rested.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_free_then_one_a_second_and_a_pause_holds_everybody() {
        let (rate_limit, start) = (RateLimit::default(), Instant::now());
        for _ in 0..BURST {
            rate_limit.acquire().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        rate_limit.acquire().await;
        rate_limit.acquire().await;
        assert_eq!(start.elapsed(), 2 * EVERY);
        rate_limit.pause(Duration::from_secs(30));
        rate_limit.acquire().await;
        assert_eq!(start.elapsed(), Duration::from_secs(32));
    }
}
