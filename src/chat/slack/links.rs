//! Which sockets are open, and how soon a lost one is opened again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use slack_morphism::SlackSocketModeWssClientId;

/// A socket that lived this long was a good one: the next is opened at once.
const GOOD: Duration = Duration::from_secs(30);
/// The first and the longest pause before a socket is opened that follows bad ones. Slack allows few openings a minute.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The sockets, by their place.
#[derive(Debug, Default)]
pub(super) struct Links {
    all: Mutex<All>,
}

#[derive(Debug, Default)]
struct All {
    links: HashMap<u32, Link>,
    /// How many bad ones there were in a row.
    bad: usize,
    /// Since when none is open, while listening.
    deaf_since: Option<Instant>,
}

#[derive(Debug)]
struct Link {
    id: SlackSocketModeWssClientId,
    state: State,
    since: Instant,
    /// Another one is to take its place.
    leaving: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Opening,
    Open,
    Closed,
}

impl Links {
    /// Somebody opens this one now, in place of the one that was there.
    pub(super) fn opening(&self, id: &SlackSocketModeWssClientId, now: Instant) {
        let link = Link { id: id.clone(), state: State::Opening, since: now, leaving: false };
        self.change(now, |all| all.links.insert(id.initial_index, link));
    }

    /// Slack said hello on it. `true` where nothing was open before.
    pub(super) fn greeted(&self, id: &SlackSocketModeWssClientId, now: Instant) -> bool {
        self.change(now, |all| {
            let first = all.links.values().all(|link| link.state != State::Open);
            if let Some(link) = all.get(id) {
                link.state = State::Open;
                link.since = now;
            }
            first
        })
    }

    /// Slack wants it closed soon. After this pause another one is to be opened; `None` where one is to be already.
    pub(super) fn leaving(&self, id: &SlackSocketModeWssClientId, now: Instant) -> Option<Duration> {
        self.change(now, |all| all.leave(id, now))
    }

    /// It is closed. After this pause another one is to be opened; `None` where one is to be already.
    pub(super) fn closed(&self, id: &SlackSocketModeWssClientId, now: Instant) -> Option<Duration> {
        self.change(now, |all| {
            let pause = all.leave(id, now);
            if let Some(link) = all.get(id) {
                link.state = State::Closed;
            }
            pause
        })
    }

    /// Those that are being opened for longer than this.
    pub(super) fn stuck(&self, limit: Duration, now: Instant) -> Vec<SlackSocketModeWssClientId> {
        let all = self.lock();
        let stuck =
            |link: &&Link| link.state == State::Opening && !link.leaving && now.duration_since(link.since) > limit;
        all.links.values().filter(stuck).map(|link| link.id.clone()).collect()
    }

    /// For how long none has been open.
    pub(super) fn deaf_for(&self, now: Instant) -> Duration {
        self.lock().deaf_since.map_or(Duration::ZERO, |since| now.duration_since(since))
    }

    /// Whether one is open.
    pub(super) fn is_one_open(&self) -> bool {
        self.lock().links.values().any(|link| link.state == State::Open)
    }

    /// Nobody listens any more.
    pub(super) fn forget(&self) {
        *self.lock() = All::default();
    }

    fn change<A>(&self, now: Instant, change: impl FnOnce(&mut All) -> A) -> A {
        let mut all = self.lock();
        let answer = change(&mut all);
        let is_one_open = all.links.values().any(|link| link.state == State::Open);
        all.deaf_since = (!is_one_open).then(|| all.deaf_since.unwrap_or(now));
        answer
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        // Nothing here can panic half way through a change.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// The link of this id, unless another one has its place by now.
    fn get(&mut self, id: &SlackSocketModeWssClientId) -> Option<&mut Link> {
        self.links.get_mut(&id.initial_index).filter(|link| link.id == *id)
    }

    fn leave(&mut self, id: &SlackSocketModeWssClientId, now: Instant) -> Option<Duration> {
        let link = self.get(id).filter(|link| !link.leaving)?;
        link.leaving = true;
        let was_good = link.state == State::Open && now.duration_since(link.since) >= GOOD;
        self.bad = if was_good { 0 } else { self.bad + 1 };
        Some(pause(self.bad))
    }
}

/// The pause after so many bad ones in a row, with jitter: up to twice as long.
fn pause(bad: usize) -> Duration {
    let mut growing = ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_jitter()
        .without_max_times()
        .build();
    // After a dozen doublings it is the longest.
    bad.checked_sub(1).and_then(|place| growing.nth(place.min(12))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(place: u32, reconnected: u64) -> SlackSocketModeWssClientId {
        SlackSocketModeWssClientId::new(place, place, reconnected)
    }

    #[test]
    fn pauses_grow_and_end_growing() {
        assert_eq!(pause(0), Duration::ZERO);
        for (bad, shortest) in [(1, 0.5), (2, 1.0), (5, 8.0), (8, 60.0), (1_000_000, 60.0)] {
            let shortest = Duration::from_secs_f64(shortest);
            let pause = pause(bad);
            assert!(pause >= shortest && pause <= shortest * 2, "{bad}: {pause:?}");
        }
    }

    #[test]
    fn sockets_that_close_at_once_are_opened_ever_more_slowly() {
        let (links, now) = (Links::default(), Instant::now());
        let mut last = Duration::ZERO;
        for round in 0..8 {
            links.opening(&id(0, round), now);
            let pause = links.closed(&id(0, round), now).unwrap();
            assert!(pause > last / 2, "{pause:?} after {last:?}");
            assert_eq!(links.closed(&id(0, round), now), None, "the same one is replaced once");
            last = pause;
        }
        assert!(last >= LONGEST_PAUSE);
        links.opening(&id(0, 9), now);
        links.greeted(&id(0, 9), now);
        assert_eq!(links.closed(&id(0, 9), now + GOOD), Some(Duration::ZERO));
    }

    #[test]
    fn it_hears_while_one_is_open_also_while_that_one_is_leaving() {
        let (links, start) = (Links::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        links.opening(&id(0, 0), start);
        links.opening(&id(1, 0), start);
        assert!(!links.is_one_open());
        assert!(links.greeted(&id(0, 0), start));
        assert!(!links.greeted(&id(1, 0), start));
        assert!(links.leaving(&id(0, 0), start).is_some());
        assert!(links.closed(&id(1, 0), start).is_some());
        assert!(links.is_one_open());
        assert_eq!(links.closed(&id(0, 0), start), None);
        assert!(!links.is_one_open());
        assert_eq!(links.deaf_for(at(7)), Duration::from_secs(7));
        links.opening(&id(0, 1), at(7));
        links.greeted(&id(0, 0), at(7));
        assert!(!links.is_one_open(), "a late word of a socket that was replaced");
        assert_eq!(links.stuck(Duration::from_secs(1), at(7)), []);
        assert_eq!(links.stuck(Duration::from_secs(1), at(9)), [id(0, 1)]);
    }
}
