//! Which sockets are open, and how soon a lost one is opened again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use slack_morphism::SlackSocketModeWssClientId;

use crate::chat::backoff::Backoff;

/// A socket that lived this long was a good one: the next is opened at once.
const GOOD: Duration = Duration::from_secs(5);
/// For each of these that a socket lived, one bad one before it is forgotten: a network that cuts now and then does not
/// silence the bot for long, and one that cuts at once is tried ever less often.
const FORGIVEN: Duration = Duration::from_secs(1);
/// The first and the longest pause before a socket is opened that follows bad ones; with jitter, up to twice as long.
/// The longest is how late the bot listens again after Slack's return.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
const PAUSES: Backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
/// The same where Slack has said that it takes no more: it counts those that are gone for minutes, and each try is one more.
const REFUSED: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
/// A socket that is open for this long shows that Slack takes them again.
const TAKEN: Duration = Duration::from_mins(1);
/// After this many bad ones in a row the breaker opens: while nothing is open, one socket alone is tried, and the others
/// wait until one has been open for a while.
const BREAK: usize = 3;
const STEADY: Duration = Duration::from_secs(2);

/// The sockets, by their place.
#[derive(Debug, Default)]
pub(super) struct Connections {
    all: Mutex<All>,
}

#[derive(Debug, Default)]
struct All {
    connections: HashMap<u32, Connection>,
    /// How many bad ones there were in a row, less those that are forgiven.
    bad: usize,
    /// How often Slack has said in a row that it takes none, and why at last.
    refused: usize,
    why: String,
    /// Since when none is open, while listening.
    silent_since: Option<Instant>,
}

#[derive(Debug)]
struct Connection {
    id: SlackSocketModeWssClientId,
    state: State,
    since: Instant,
    /// Another one is to take its place.
    leaving: bool,
    /// The breaker is open: that one waits until another socket is steady.
    waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Opening,
    Open,
    Closed,
}

impl Connections {
    /// Somebody opens this one now, in place of the one that was there.
    pub(super) fn opening(&self, id: &SlackSocketModeWssClientId, now: Instant) {
        let connection = Connection { id: id.clone(), state: State::Opening, since: now, leaving: false, waits: false };
        self.change(now, |all| all.connections.insert(id.initial_index, connection));
    }

    /// Slack said hello on it. `true` where nothing was open before.
    pub(super) fn opened(&self, id: &SlackSocketModeWssClientId, now: Instant) -> bool {
        self.change(now, |all| {
            let first = all.connections.values().all(|connection| connection.state != State::Open);
            if let Some(connection) = all.get(id) {
                connection.state = State::Open;
                connection.since = now;
            }
            first
        })
    }

    /// Slack wants it closed soon. After this pause another one is to be opened; `None` where one is to be already, or
    /// not before [`Self::due`] names it.
    pub(super) fn leaving(&self, id: &SlackSocketModeWssClientId, now: Instant) -> Option<Duration> {
        self.change(now, |all| all.leave(id, now))
    }

    /// The same where Slack says that it takes no more, and why. `true` where it did not say so before.
    pub(super) fn refused(&self, id: &SlackSocketModeWssClientId, why: &str, now: Instant) -> (Option<Duration>, bool) {
        self.change(now, |all| {
            let new = all.refused == 0 || all.why != why;
            let pause = all.leave(id, now);
            if pause.is_some() {
                all.refused += 1;
                why.clone_into(&mut all.why);
            }
            (pause.map(|pause| pause.max(REFUSED.after(all.refused))), new)
        })
    }

    /// Whether a socket has been open for so long that Slack takes them again, after it did not.
    pub(super) fn is_taken_again(&self, now: Instant) -> bool {
        let mut all = self.lock();
        let lasting = |connection: &Connection| {
            connection.state == State::Open && !connection.leaving && now.duration_since(connection.since) >= TAKEN
        };
        let again = all.refused > 0 && all.connections.values().all(lasting);
        if again {
            all.refused = 0;
        }
        again
    }

    /// It is closed. After this pause another one is to be opened; `None` as with [`Self::leaving`].
    pub(super) fn closed(&self, id: &SlackSocketModeWssClientId, now: Instant) -> Option<Duration> {
        self.change(now, |all| {
            let pause = all.leave(id, now);
            if let Some(connection) = all.get(id) {
                connection.state = State::Closed;
            }
            pause
        })
    }

    /// Those that are being opened for longer than this.
    pub(super) fn stuck(&self, limit: Duration, now: Instant) -> Vec<SlackSocketModeWssClientId> {
        let all = self.lock();
        let stuck = |connection: &&Connection| {
            connection.state == State::Opening && !connection.leaving && now.duration_since(connection.since) > limit
        };
        all.connections.values().filter(stuck).map(|connection| connection.id.clone()).collect()
    }

    /// Those in whose place another one is to be opened now, as a socket has been open for a while.
    pub(super) fn due(&self, now: Instant) -> Vec<SlackSocketModeWssClientId> {
        let all = self.lock();
        let steady =
            |connection: &Connection| connection.state == State::Open && now.duration_since(connection.since) >= STEADY;
        let closed = all.connections.values().any(steady);
        all.connections
            .values()
            .filter(|connection| closed && connection.waits)
            .map(|connection| connection.id.clone())
            .collect()
    }

    /// For how long none has been open.
    pub(super) fn silent_for(&self, now: Instant) -> Duration {
        self.lock().silent_since.map_or(Duration::ZERO, |since| now.duration_since(since))
    }

    /// Whether one is open.
    pub(super) fn is_one_open(&self) -> bool {
        self.lock().connections.values().any(|connection| connection.state == State::Open)
    }

    /// Nobody listens any more.
    pub(super) fn forget(&self) {
        *self.lock() = All::default();
    }

    fn change<A>(&self, now: Instant, change: impl FnOnce(&mut All) -> A) -> A {
        let mut all = self.lock();
        let answer = change(&mut all);
        let is_one_open = all.connections.values().any(|connection| connection.state == State::Open);
        all.silent_since = (!is_one_open).then(|| all.silent_since.unwrap_or(now));
        answer
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        // Nothing here can panic half way through a change.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// The link of this id, unless another one has its place by now.
    fn get(&mut self, id: &SlackSocketModeWssClientId) -> Option<&mut Connection> {
        self.connections.get_mut(&id.initial_index).filter(|connection| connection.id == *id)
    }

    fn leave(&mut self, id: &SlackSocketModeWssClientId, now: Instant) -> Option<Duration> {
        let connection = self.get(id).filter(|connection| !connection.leaving)?;
        connection.leaving = true;
        let lived = if connection.state == State::Open { now.duration_since(connection.since) } else { Duration::ZERO };
        let forgiven = (lived.as_secs() / FORGIVEN.as_secs()) as usize;
        self.bad = if lived >= GOOD { 0 } else { self.bad.saturating_sub(forgiven) + 1 };
        if self.bad > BREAK && self.is_another_tried(id) {
            self.connections.get_mut(&id.initial_index)?.waits = true;
            return None;
        }
        Some(PAUSES.after(self.bad))
    }

    /// Whether no other socket is open, and one is being opened or is about to be.
    fn is_another_tried(&self, id: &SlackSocketModeWssClientId) -> bool {
        let mut others = self.connections.values().filter(|connection| connection.id != *id);
        let is_tried = others.clone().any(|connection| !connection.waits);
        is_tried && others.all(|connection| connection.state != State::Open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(place: u32, reconnected: u64) -> SlackSocketModeWssClientId {
        SlackSocketModeWssClientId::new(place, place, reconnected)
    }

    #[test]
    fn sockets_that_close_at_once_are_opened_ever_more_slowly() {
        let (connections, now) = (Connections::default(), Instant::now());
        let mut last = Duration::ZERO;
        for round in 0..8 {
            connections.opening(&id(0, round), now);
            let pause = connections.closed(&id(0, round), now).unwrap();
            assert!(pause > last / 2, "{pause:?} after {last:?}");
            assert_eq!(connections.closed(&id(0, round), now), None, "the same one is replaced once");
            last = pause;
        }
        assert!(last >= LONGEST_PAUSE);
        connections.opening(&id(0, 9), now);
        connections.opened(&id(0, 9), now);
        assert_eq!(connections.closed(&id(0, 9), now + GOOD), Some(Duration::ZERO));
    }

    #[test]
    fn sockets_that_slack_refuses_are_opened_after_minutes_and_it_is_told_once() {
        let (connections, mut now) = (Connections::default(), Instant::now());
        let mut told = 0;
        let mut pauses = Vec::new();
        for round in 0..12 {
            connections.opening(&id(0, round), now);
            connections.opened(&id(0, round), now);
            // It lives for a while each time, which makes it no good one.
            now += GOOD * 2;
            let (pause, new) = connections.refused(&id(0, round), "too_many_websockets", now);
            told += usize::from(new);
            pauses.push(pause.unwrap());
            assert!(!connections.is_taken_again(now));
        }
        assert_eq!(told, 1);
        assert!(pauses[0] < Duration::from_secs(3) && pauses[11] >= Duration::from_mins(1), "{pauses:?}");
        connections.opening(&id(0, 12), now);
        connections.opened(&id(0, 12), now);
        assert!(!connections.is_taken_again(now + TAKEN / 2));
        assert!(connections.is_taken_again(now + TAKEN));
        assert!(connections.refused(&id(0, 12), "too_many_websockets", now + TAKEN).1, "and it is told again");
    }

    #[test]
    fn while_slack_takes_none_one_alone_is_tried_and_the_other_follows_a_steady_one() {
        let (connections, now) = (Connections::default(), Instant::now());
        let mut next = [0, 0];
        let mut lose = |place: u32| {
            let number = &mut next[place as usize];
            connections.opening(&id(place, *number), now);
            *number += 1;
            connections.closed(&id(place, *number - 1), now).is_some()
        };
        assert_eq!([lose(0), lose(1), lose(0)], [true; 3]);
        assert!(!lose(1), "the breaker is open, and socket 0 is about to be tried");
        assert_eq!([lose(0), lose(0)], [true; 2]);
        connections.opening(&id(0, 4), now);
        connections.opened(&id(0, 4), now);
        assert_eq!(connections.due(now + STEADY / 2), [], "it may be lost again at once");
        assert_eq!(connections.due(now + STEADY), [id(1, 1)]);
        connections.opening(&id(1, 2), now + STEADY);
        assert_eq!(connections.due(now + STEADY), []);
    }

    #[test]
    fn a_network_that_cuts_now_and_then_is_tried_again_soon() {
        let (connections, mut now) = (Connections::default(), Instant::now());
        for round in 0..20 {
            connections.opening(&id(0, round), now);
            connections.opened(&id(0, round), now);
            now += FORGIVEN;
            assert!(connections.closed(&id(0, round), now).unwrap() <= FIRST_PAUSE * 2);
        }
    }

    #[test]
    fn it_listens_while_one_is_open_also_while_that_one_is_leaving() {
        let (connections, start) = (Connections::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        connections.opening(&id(0, 0), start);
        connections.opening(&id(1, 0), start);
        assert!(!connections.is_one_open());
        assert!(connections.opened(&id(0, 0), start));
        assert!(!connections.opened(&id(1, 0), start));
        assert!(connections.leaving(&id(0, 0), start).is_some());
        assert!(connections.closed(&id(1, 0), start).is_some());
        assert!(connections.is_one_open());
        assert_eq!(connections.closed(&id(0, 0), start), None);
        assert!(!connections.is_one_open());
        assert_eq!(connections.silent_for(at(7)), Duration::from_secs(7));
        connections.opening(&id(0, 1), at(7));
        connections.opened(&id(0, 0), at(7));
        assert!(!connections.is_one_open(), "a late word of a socket that was replaced");
        assert_eq!(connections.stuck(Duration::from_secs(1), at(7)), []);
        assert_eq!(connections.stuck(Duration::from_secs(1), at(9)), [id(0, 1)]);
    }
}
