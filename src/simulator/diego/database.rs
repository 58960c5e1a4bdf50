//! The database under Diego and the one row that matters here: who holds the lock `bbs`.

use std::time::Duration;

/// A moment of the model: nominal time since it began.
pub type Moment = Duration;

/// What becomes of a packet to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It is answered.
    Up,
    /// It is lost: a connection attempt or a query hangs.
    Drops,
    /// It is refused at once: the server process is gone.
    Refuses,
    /// A connection is accepted, and a new session turned down: there are too many.
    Exhausted,
}

/// The row `bbs` of Locket's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockRow {
    /// The pod name of the BBS that took it.
    pub owner: String,
    /// When it was last renewed.
    pub renewed: Moment,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// What was ordered until further notice.
    held: Reach,
    /// When an outage that was ordered with an end will end.
    outage: Option<Moment>,
    /// Since when it has been as reachable as it is.
    since: Moment,
    /// The lock row. It outlives its owner until some Locket has watched it for a TTL without a renewal.
    pub lock: Option<LockRow>,
}

impl Default for Database {
    /// A database that answers, with no lock in it.
    fn default() -> Self {
        Self { held: Reach::Up, outage: None, since: Moment::ZERO, lock: None }
    }
}

impl Database {
    /// Whether it can be reached.
    pub fn reach(&self) -> Reach {
        match (self.held, self.outage) {
            (Reach::Up, Some(_)) => Reach::Drops,
            (held, _) => held,
        }
    }

    /// Since when it has been as reachable as it is.
    pub fn since(&self) -> Moment {
        self.since
    }

    /// Orders whether it can be reached, until the next order.
    pub fn hold(&mut self, reach: Reach, now: Moment) {
        self.alter(now, |database| database.held = reach);
    }

    /// Orders an outage with an end, or with `None` the end of one.
    pub fn outage(&mut self, until: Option<Moment>, now: Moment) {
        self.alter(now, |database| database.outage = until);
    }

    /// When an outage ends by itself.
    pub fn due(&self) -> Option<Moment> {
        self.outage
    }

    /// Ends an outage whose time has come.
    pub fn step(&mut self, now: Moment) {
        if self.outage.is_some_and(|end| end <= now) {
            self.outage(None, now);
        }
    }

    fn alter(&mut self, now: Moment, alter: impl FnOnce(&mut Self)) {
        let before = self.reach();
        alter(self);
        if self.reach() != before {
            self.since = now;
        }
    }
}

/// When the n-th try of a TCP connection is sent, counted from the first: one second apart at first, then twice
/// as far each time (Linux with `tcp_syn_linear_timeouts`; the records' reconnections fit this row).
pub fn next_syn(since: Moment, now: Moment) -> Moment {
    let mut at = since;
    let mut gap = Duration::from_secs(1);
    let mut sent = 0;
    while at <= now {
        at += gap;
        sent += 1;
        if sent > 4 {
            gap *= 2;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_overlap() {
        let at = Duration::from_secs;
        let mut database = Database::default();
        database.outage(Some(at(40)), at(0));
        database.hold(Reach::Refuses, at(10));
        database.step(at(40));
        assert_eq!((database.reach(), database.since()), (Reach::Refuses, at(10)));
        database.hold(Reach::Up, at(50));
        assert_eq!((database.reach(), database.since()), (Reach::Up, at(50)));
    }

    #[test]
    fn connection_attempts_are_spaced_as_recorded() {
        let mut at = Duration::ZERO;
        let mut seconds = Vec::new();
        for _ in 0..9 {
            at = next_syn(Duration::ZERO, at);
            seconds.push(at.as_secs());
        }
        assert_eq!(seconds, [1, 2, 3, 4, 5, 7, 11, 19, 35]);
    }
}
