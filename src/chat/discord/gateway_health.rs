//! The health of a gateway connection: its own thread writes it, and the watch over it reads it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serenity::all::{OnlineStatus, ShardId};
use serenity::gateway::{ShardMessenger, ShardRunnerInfo};
use serenity::prelude::Mutex as AsyncMutex;

use crate::chat::backoff::Backoff;

/// A connection that stood this long was a good one: the next is opened at once.
const GOOD: Duration = Duration::from_secs(30);
/// The pauses before a connection that follows bad ones. Discord allows 1000 sessions a day.
pub(super) const PAUSES: Backoff = Backoff::new(Duration::from_millis(500), Duration::from_mins(2));
/// The connection's thread notes ten times a second that it lives; after this long without, it turns in circles.
const SPINNING: Duration = Duration::from_millis(1_500);
/// Not connected for this long, where a connection is allowed: something hangs.
const CONNECTING: Duration = Duration::from_secs(15);

/// serenity's own tasks of connections, by their shards: there is one.
pub(super) type Runners = Arc<AsyncMutex<HashMap<ShardId, ShardRunnerInfo>>>;

/// What is known of a connection.
pub(super) struct GatewayHealth {
    /// Where the connection's own task is found, also by whoever is not on its thread.
    runners: OnceLock<Runners>,
    /// How long it may receive nothing while it is connected.
    max_silence: Duration,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
struct State {
    /// The last sign of life of the connection's thread.
    pulse: Instant,
    connected: bool,
    /// Since when it is connected, or is not.
    since: Instant,
    /// When something was last received.
    received_at: Instant,
    /// The latency noted last: a new one is a new acknowledgement.
    latency: Option<Duration>,
    /// How many connections in a row were bad.
    bad: usize,
    /// Whether one was opened already, and whether the last one that ended was good.
    opened: bool,
    was_good: bool,
    /// Until when no connection is allowed.
    paused_until: Instant,
}

impl std::fmt::Debug for GatewayHealth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GatewayHealth").field("state", &self.state).finish_non_exhaustive()
    }
}

impl GatewayHealth {
    /// Of a connection that is opened now, after so many bad ones.
    pub(super) fn new(bad: usize, max_silence: Duration, now: Instant) -> Self {
        let state = State {
            pulse: now,
            connected: false,
            since: now,
            received_at: now,
            latency: None,
            bad,
            opened: false,
            was_good: false,
            paused_until: now,
        };
        Self { runners: OnceLock::new(), max_silence, state: Mutex::new(state) }
    }

    /// This is where its task is found.
    pub(super) fn begins(&self, runners: &Runners) {
        let _ = self.runners.set(runners.clone());
    }

    /// The connection's thread lives, and this is what serenity says: whether it has a connection, and the latency of its last heartbeat,
    /// once there was one.
    pub(super) fn pulse(&self, has_connection: bool, latency: Option<Duration>, now: Instant) {
        let mut state = self.lock();
        state.pulse = now;
        if !has_connection {
            state.leave(now);
            return;
        }
        if latency.is_some() && latency != state.latency {
            state.latency = latency;
            state.received_at = now;
        }
    }

    /// Discord greeted or took up the session again. `true` where it was not connected before.
    pub(super) fn connected(&self, now: Instant) -> bool {
        let mut state = self.lock();
        let first = !state.connected;
        if first {
            state.connected = true;
            state.since = now;
        }
        state.received_at = now;
        first
    }

    /// Something was received from Discord.
    pub(super) fn received(&self, now: Instant) {
        self.lock().received_at = now;
    }

    /// A connection is being opened.
    pub(super) fn connecting(&self, now: Instant) {
        let mut state = self.lock();
        state.leave(now);
        if state.opened {
            state.bad = state.bad_by_now();
        }
        (state.opened, state.was_good, state.since) = (true, false, now);
        // Should it turn out bad, one more was bad by then.
        state.paused_until = now + PAUSES.after(state.bad + 1);
    }

    /// Whether another connection may be opened.
    pub(super) fn may_connect(&self, now: Instant) -> bool {
        self.lock().paused_until <= now
    }

    /// Whether it is connected and receives.
    pub(super) fn is_listening(&self, now: Instant) -> bool {
        let state = self.lock();
        state.connected && state.fault(self.max_silence, now).is_none()
    }

    /// What is wrong with the connection, so that another one has to take its place.
    pub(super) fn fault(&self, now: Instant) -> Option<&'static str> {
        self.lock().fault(self.max_silence, now)
    }

    /// How many bad connections there were in a row, the present one included where it was not good.
    pub(super) fn bad(&self, now: Instant) -> usize {
        let mut state = self.lock();
        state.leave(now);
        state.bad_by_now()
    }

    /// Makes a task that turns in circles look at its connection, and so end. Elsewhere it does no harm.
    pub(super) fn nudge(&self) {
        // A thread that stands still holds no lock.
        let runners = self.runners.get().and_then(|runners| runners.try_lock().ok());
        if let Some(runner) = runners.as_ref().and_then(|runners| runners.get(&ShardId(0))) {
            nudge(&runner.runner_tx);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here can panic half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a connection's task write to its socket, a change of presence; where it is closed, that fails, which reading does not.
pub(super) fn nudge(messenger: &ShardMessenger) {
    messenger.set_presence(None, OnlineStatus::Online);
}

impl State {
    fn leave(&mut self, now: Instant) {
        if self.connected {
            self.was_good = now.duration_since(self.since) >= GOOD;
            self.connected = false;
            self.since = now;
        }
    }

    fn bad_by_now(&self) -> usize {
        if self.was_good { 0 } else { self.bad + 1 }
    }

    fn fault(&self, max_silence: Duration, now: Instant) -> Option<&'static str> {
        let since = |then: Instant| now.saturating_duration_since(then);
        if since(self.pulse) > SPINNING {
            Some("its thread turns in circles")
        } else if !self.connected && since(self.since.max(self.paused_until)) > CONNECTING {
            Some("it does not get connected")
        } else if self.connected && since(self.received_at) > max_silence {
            Some("it hears nothing, not even acknowledgements of heartbeats")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::discord::MAX_SILENCE;

    #[test]
    fn it_listens_while_it_is_connected_and_something_is_received() {
        let start = Instant::now();
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        let health = GatewayHealth::new(0, MAX_SILENCE, start);
        assert!(!health.is_listening(start));
        health.connecting(start);
        assert!(health.connected(at(0.5)) && !health.connected(at(0.6)));
        assert!(health.is_listening(at(1.0)));
        assert_eq!(health.fault(at(3.0)), Some("its thread turns in circles"));
        assert!(!health.is_listening(at(3.0)));
        health.pulse(false, None, at(3.0));
        assert!(!health.is_listening(at(3.0)), "there is no connection any more");
        assert!(health.connected(at(4.0)));
        for second in 4..200 {
            let late = at(f64::from(second));
            let lives = State { pulse: late, ..health.state.lock().unwrap().clone() };
            assert_eq!(lives.fault(MAX_SILENCE, late).is_some(), second > 104, "{second}");
        }
    }

    #[test]
    fn what_does_not_get_connected_is_given_up_and_tried_ever_less_often() {
        let start = Instant::now();
        let health = GatewayHealth::new(0, MAX_SILENCE, start);
        let mut now = start;
        for _ in 0..10 {
            health.connecting(now);
            health.pulse(false, None, now);
            assert!(!health.may_connect(now));
            now = health.state.lock().unwrap().paused_until;
            assert!(health.may_connect(now));
        }
        assert!(now - start > Duration::from_mins(3), "{:?}", now - start);
        let lives = State { pulse: now + CONNECTING * 2, ..health.state.lock().unwrap().clone() };
        assert_eq!(lives.fault(MAX_SILENCE, now + CONNECTING * 2), Some("it does not get connected"));
        health.connected(now);
        assert_eq!(health.bad(now + GOOD), 0);
    }
}
