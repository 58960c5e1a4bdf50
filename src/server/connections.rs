//! The connections that are open. One on which no request is under way holds no place: past the limit, the one that has been idle
//! longest is closed, whether it never sent a whole head or keeps an earlier connection alive.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

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
        state.open.insert(number, Open { idle_since: Some(number), close: close.clone() });
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
