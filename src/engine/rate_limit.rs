//! How fast a channel may be written to: a burst, then a steady pace, and a pause where the platform asks for one.
//!
//! One budget a channel, shared by every incident that is shown there; channels do not hold each other up. What waits for it goes
//! by its priority: an open incident before all that are over, however many these are and however long they have been waiting.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// So many calls may follow each other at once. Slack allows short bursts beyond one message a second and channel
/// (<https://docs.slack.dev/apis/web-api/rate-limits>), and 50 updates a minute.
const BURST: u32 = 20;
/// One more call for each of these.
const EVERY: Duration = Duration::from_secs(1);

/// What goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// A card shows buttons that count no more: it waits for a pause that the platform asked for, and for nothing else.
    Now,
    /// An incident is open.
    Open,
    /// It is over.
    Over,
}

/// A channel's rate limit.
#[derive(Debug)]
pub struct RateLimit {
    state: Mutex<State>,
    /// Whoever waits looks again.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// When the channel would be rested: a call moves it on by [`EVERY`], and waits while it is too far ahead.
    rested: Instant,
    /// Nobody calls before that.
    paused: Instant,
    /// Who waits, in the order in which they go.
    waiting: BTreeSet<(Priority, u64)>,
    tickets: u64,
}

impl Default for RateLimit {
    fn default() -> Self {
        let now = Instant::now();
        let state = State { rested: now, paused: now, waiting: BTreeSet::new(), tickets: 0 };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }
}

/// Somebody who waits; gone when this is dropped.
struct Ticket<'a>(&'a RateLimit, (Priority, u64));

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting.remove(&self.1);
        self.0.changed.notify_waiters();
    }
}

impl RateLimit {
    /// Waits until one more call is allowed, and counts it.
    pub async fn acquire(&self, priority: Priority) {
        let ticket = self.ticket(priority);
        loop {
            let mut changed = pin!(self.changed.notified());
            // Before the state is read, so that no change is missed.
            changed.as_mut().enable();
            let at = match self.lock().take(ticket.1) {
                Turn::Taken => return,
                Turn::At(at) => Some(at),
                Turn::AfterOthers => None,
            };
            tokio::select! {
                () = changed => {}
                () = async { sleep_until(at.unwrap_or_else(Instant::now)).await }, if at.is_some() => {}
            }
        }
    }

    /// The platform wants a pause: everybody who writes to the channel waits, and nobody else.
    pub fn pause(&self, pause: Duration) {
        let mut state = self.lock();
        state.paused = state.paused.max(Instant::now() + pause);
        // After it they go on one by one.
        state.rested = state.rested.max(state.paused + EVERY * (BURST - 1));
        drop(state);
        self.changed.notify_waiters();
    }

    /// Whether the platform wants a pause now.
    pub fn is_paused(&self) -> bool {
        Instant::now() < self.lock().paused
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    fn ticket(&self, priority: Priority) -> Ticket<'_> {
        let mut state = self.lock();
        state.tickets += 1;
        let ticket = (priority, state.tickets);
        state.waiting.insert(ticket);
        Ticket(self, ticket)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here can panic half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it is somebody's turn.
enum Turn {
    /// It was, and is counted.
    Taken,
    /// Not before then.
    At(Instant),
    /// Others go first.
    AfterOthers,
}

impl State {
    fn take(&mut self, ticket: (Priority, u64)) -> Turn {
        let now = Instant::now();
        if now < self.paused {
            return Turn::At(self.paused);
        }
        let (from, ahead) = (self.rested.max(now), EVERY * (BURST - 1));
        if ticket.0 != Priority::Now {
            if self.waiting.first() != Some(&ticket) {
                return Turn::AfterOthers;
            }
            if from > now + ahead {
                return Turn::At(from - ahead);
            }
        }
        self.rested = from + EVERY;
        Turn::Taken
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt as _;
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_free_then_one_a_second_and_a_pause_holds_everybody() {
        let (rate_limit, start) = (RateLimit::default(), Instant::now());
        for _ in 0..BURST {
            rate_limit.acquire(Priority::Open).await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        rate_limit.acquire(Priority::Open).await;
        rate_limit.acquire(Priority::Over).await;
        assert_eq!(start.elapsed(), 2 * EVERY);
        rate_limit.pause(Duration::from_secs(30));
        assert!(rate_limit.acquire(Priority::Now).now_or_never().is_none());
        rate_limit.acquire(Priority::Open).await;
        assert_eq!(start.elapsed(), Duration::from_secs(32));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_open_goes_before_two_hundred_that_are_over() {
        let (rate_limit, start) = (Arc::new(RateLimit::default()), Instant::now());
        let (sender, mut went) = mpsc::unbounded_channel();
        let go = |priority, number: u32| {
            let (rate_limit, sender) = (Arc::clone(&rate_limit), sender.clone());
            tokio::spawn(async move {
                rate_limit.acquire(priority).await;
                sender.send((number, start.elapsed())).unwrap();
            });
        };
        for number in 0..200 {
            go(Priority::Over, number);
        }
        // The burst is theirs; and then the platform wants a pause.
        for _ in 0..BURST {
            assert!(went.recv().await.unwrap().1 < EVERY);
        }
        rate_limit.pause(Duration::from_secs(10));
        go(Priority::Open, 1000);
        assert_eq!(went.recv().await.unwrap(), (1000, Duration::from_secs(10)));
        // After it nobody rushes: the rest go on one by one, oldest first.
        for n in 1..10 {
            let (number, at) = went.recv().await.unwrap();
            assert_eq!((number, at), (BURST + n - 1, Duration::from_secs(10) + n * EVERY));
        }
        // Buttons that count no more do not wait at all.
        let before = Instant::now();
        rate_limit.acquire(Priority::Now).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
}
