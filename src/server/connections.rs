//! The connections that are open. One on which no request is under way holds no place: past the limit, the one that has been idle
//! longest is closed, whether it never sent a whole head or keeps an earlier connection alive. Each is given a moment to send its
//! head: however many strangers knock at once, who comes with a request is not closed before it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a new connection keeps its place in any case: its head mostly came with it.
const MOMENT: Duration = Duration::from_millis(250);

/// All of them. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: BTreeMap<u64, Open>,
    /// The idle ones: since when, and which.
    idle: BTreeSet<(u64, u64)>,
    /// Grows with everything that happens.
    time: u64,
}

#[derive(Debug)]
struct Open {
    opened_at: Instant,
    idle_since: Option<u64>,
    close: CancellationToken,
}

/// One of them, which is counted until this is dropped.
#[derive(Debug)]
pub(super) struct Connection {
    connections: Connections,
    number: u64,
    /// Cancelled when it is to be closed.
    pub(super) close: CancellationToken,
}

/// A request under way on a connection.
pub(super) struct Busy(Arc<Connection>);

impl Connections {
    /// Up to so many.
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Shared { most, state: Mutex::default() }))
    }

    /// How long it takes until there is room for a new one; `None` where there is some, or none will be made.
    pub(super) fn full_for(&self) -> Option<Duration> {
        let state = self.lock();
        let (_, longest) = state.idle.first().filter(|_| state.open.len() >= self.0.most)?;
        let left = MOMENT.saturating_sub(state.open.get(longest)?.opened_at.elapsed());
        (!left.is_zero()).then_some(left)
    }

    /// Counts a new one, for which another may be closed. `None` where a request is under way on each of them.
    pub(super) fn open(&self) -> Option<Connection> {
        let mut state = self.lock();
        if state.open.len() >= self.0.most {
            let (_, longest) = state.idle.pop_first()?;
            if let Some(open) = state.open.remove(&longest) {
                open.close.cancel();
            }
        }
        state.time += 1;
        let (number, close) = (state.time, CancellationToken::new());
        state.open.insert(number, Open { opened_at: Instant::now(), idle_since: Some(number), close: close.clone() });
        state.idle.insert((number, number));
        Some(Connection { connections: self.clone(), number, close })
    }

    /// Closes those that are idle.
    pub(super) fn close_idle(&self) {
        let mut state = self.lock();
        for (_, number) in std::mem::take(&mut state.idle) {
            if let Some(open) = state.open.remove(&number) {
                open.close.cancel();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Busy {
    /// A request begins.
    pub(super) fn begin(connection: &Arc<Connection>) -> Self {
        let mut state = connection.connections.lock();
        let idle = state.open.get_mut(&connection.number).and_then(|open| open.idle_since.take());
        if let Some(since) = idle {
            state.idle.remove(&(since, connection.number));
        }
        Self(Arc::clone(connection))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let number = self.0.number;
        let mut state = self.0.connections.lock();
        state.time += 1;
        let now = state.time;
        if let Some(open) = state.open.get_mut(&number) {
            open.idle_since = Some(now);
            state.idle.insert((now, number));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.connections.lock();
        if let Some(since) = state.open.remove(&self.number).and_then(|open| open.idle_since) {
            state.idle.remove(&(since, self.number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_new_one_has_a_moment_to_send_its_head() {
        let connections = Connections::new(2);
        let first = Arc::new(connections.open().unwrap());
        assert_eq!(connections.full_for(), None);
        let second = Arc::new(connections.open().unwrap());
        assert_eq!(connections.full_for(), Some(MOMENT));
        tokio::time::advance(MOMENT).await;
        assert_eq!(connections.full_for(), None, "the first has had its moment");
        let third = Arc::new(connections.open().unwrap());
        assert!(first.close.is_cancelled() && !second.close.is_cancelled());
        let busy = [Busy::begin(&second), Busy::begin(&third)];
        assert_eq!(connections.full_for(), None, "no moment makes room");
        drop(busy);
    }

    #[test]
    fn the_one_that_is_idle_longest_makes_room_and_none_that_is_busy() {
        let connections = Connections::new(3);
        let open: Vec<Arc<Connection>> = (0..3).map(|_| Arc::new(connections.open().unwrap())).collect();
        let first = Busy::begin(&open[0]);
        let fourth = Arc::new(connections.open().unwrap());
        let closed = |one: &Arc<Connection>| one.close.is_cancelled();
        assert_eq!((closed(&open[0]), closed(&open[1]), closed(&open[2])), (false, true, false));
        // A request that is over makes its connection the last one to be closed.
        drop(first);
        let busy = [Busy::begin(&open[2]), Busy::begin(&fourth)];
        let fifth = Arc::new(connections.open().unwrap());
        assert!(closed(&open[0]) && !closed(&open[2]));
        let all = Busy::begin(&fifth);
        assert!(connections.open().is_none(), "a request is under way on each");
        drop((busy, all, open, fourth, fifth));
        assert!(connections.lock().open.is_empty() && connections.lock().idle.is_empty());
    }
}
