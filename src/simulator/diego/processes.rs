//! The processes of a BBS pod, and what they say to each other.

use super::database::Moment;

/// One Locket process.
#[derive(Clone, Debug)]
pub struct Locket {
    pub(super) state: LocketState,
    /// Its connections are half-open: the other end is gone and nobody will ever say so. Since when.
    pub(super) dead: Option<Moment>,
}

/// What a Locket process is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LocketState {
    Exited { restart: Option<Moment> },
    Connecting { since: Moment, next: Moment },
    Up { since: Moment },
}

/// One BBS process.
#[derive(Clone, Debug)]
pub struct Bbs {
    /// The pod's name, which is the owner written into the lock row.
    pub(super) owner: String,
    /// The UID of the pod whose Locket it uses, if not its own.
    pub(super) locket: Option<String>,
    pub(super) state: BbsState,
    /// Stopped by a signal, since when: sockets stay open, nothing answers.
    pub(super) hung: Option<Moment>,
}

/// What a BBS process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BbsState {
    /// Not running; monit starts it at that moment, if ever.
    Exited {
        /// When it starts again; `None` where nothing is planned.
        restart: Option<Moment>,
    },
    /// Connecting to the database.
    Connecting {
        /// Since when.
        since: Moment,
        /// The next connection attempt.
        next: Moment,
    },
    /// In its first `Lock()`, which has no deadline.
    Locking {
        /// When the model looks again.
        ask: Moment,
    },
    /// Somebody else holds the lock.
    Passive {
        /// The next try.
        ask: Moment,
    },
    /// Holds the lock, listens on the BBS port and serves.
    Active {
        /// The next renewal.
        ask: Moment,
        /// When a renewal that does not come back means that the lock is lost.
        lost: Option<Moment>,
    },
}

/// What a Locket answers to a request for the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LockAnswer {
    Acquired,
    Collision,
    Nothing,
    Failed,
}

/// What `cfdot locks` gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locks {
    /// The owner of the row `bbs`, if there is a row.
    Rows(Option<String>),
    /// No answer.
    Hangs,
    /// Nothing listens on Locket's port.
    Unavailable,
    /// Locket answers, but its database refuses connections.
    DatabaseRefuses,
    /// Locket answers, but its database has no session left.
    DatabaseExhausted,
}
