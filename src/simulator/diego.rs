//! A model of Diego as far as the runbook's outage needs it: the database, a Locket and a BBS per pod, and the lock.
//!
//! Pure: time is handed in, nothing is awaited. The outage is never scripted; it follows from dead connections, a first
//! `Lock()` without a deadline, and a lock row that only a working Locket expires.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub mod durations;
pub mod database;
pub mod processes;

use database::{Database, LockRow, Moment, Reach, next_syn};
use durations::Durations;
use processes::{Bbs, BbsState, LockAnswer, Locket, LocketState, Locks};

/// While an answer is awaited the model looks again this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Diego: what the BBS pods run, and the database behind them. Processes are keyed by their pod's UID.
#[derive(Clone, Debug)]
pub struct Diego {
    durations: Durations,
    /// The database.
    pub database: Database,
    /// The BBS that leads migrates its database.
    pub migrating: bool,
    /// The pods, by UID, whose BBS hangs in its start.
    pub hang_in_start: BTreeSet<String>,
    /// No new connection between the parts is trusted.
    pub certificates_expired: bool,
    lockets: BTreeMap<String, Locket>,
    bbs: BTreeMap<String, Bbs>,
}

impl Diego {
    /// Diego without any process.
    pub fn new(durations: Durations) -> Self {
        Self {
            durations,
            database: Database::default(),
            migrating: false,
            hang_in_start: BTreeSet::new(),
            certificates_expired: false,
            lockets: BTreeMap::new(),
            bbs: BTreeMap::new(),
        }
    }

    /// A container with a Locket started in this pod.
    pub fn start_locket(&mut self, uid: &str, now: Moment) {
        let state = LocketState::Exited { restart: Some(now + self.durations.locket_start) };
        self.lockets.insert(uid.to_owned(), Locket { state, dead: None });
    }

    /// A container with a BBS started in this pod.
    pub fn start_bbs(&mut self, uid: &str, owner: &str, now: Moment) {
        let state = BbsState::Exited { restart: Some(now + self.durations.bbs_start) };
        self.bbs.insert(uid.to_owned(), Bbs { owner: owner.to_owned(), locket: None, state, hung: None });
    }

    /// The BBS of a pod ends in an orderly way: it releases its lock, if its Locket works.
    pub fn stop_bbs(&mut self, uid: &str) {
        let held = matches!(self.bbs.get(uid), Some(bbs) if matches!(bbs.state, BbsState::Active { .. }) && bbs.hung.is_none());
        if held && self.locket_works(uid) {
            self.database.lock = None;
        }
        if let Some(bbs) = self.bbs.get_mut(uid) {
            bbs.state = BbsState::Exited { restart: None };
            bbs.hung = None;
        }
    }

    /// The pod's containers are gone, and with them its processes.
    pub fn remove(&mut self, uid: &str) {
        self.lockets.remove(uid);
        self.bbs.remove(uid);
    }

    /// The BBS of a pod exits in an orderly way and monit starts it again.
    pub fn restart_bbs(&mut self, uid: &str, now: Moment) {
        self.stop_bbs(uid);
        if let Some(bbs) = self.bbs.get_mut(uid) {
            bbs.state = BbsState::Exited { restart: Some(now + self.durations.monit_restart) };
        }
    }

    /// The Locket of a pod is killed; monit starts it again.
    pub fn kill_locket(&mut self, uid: &str, now: Moment) {
        if let Some(locket) = self.lockets.get_mut(uid) {
            locket.dead = None;
            locket.state = LocketState::Exited { restart: Some(now + self.durations.monit_restart) };
        }
    }

    /// Every connection that is open now is dead for good, and new ones fail for a while.
    pub fn lose_connections(&mut self, outage: Duration, now: Moment) {
        for locket in self.lockets.values_mut().filter(|locket| matches!(locket.state, LocketState::Up { .. })) {
            locket.dead.get_or_insert(now);
        }
        self.database.outage(Some(now + outage), now);
    }

    /// The dead connections work again, as after a repair of the network in between.
    pub fn revive_connections(&mut self, now: Moment) {
        for locket in self.lockets.values_mut().filter(|locket| locket.dead.is_some()) {
            locket.dead = None;
            if matches!(locket.state, LocketState::Up { .. }) {
                locket.state = LocketState::Up { since: now };
            }
        }
    }

    /// The BBS of a pod stops answering (SIGSTOP).
    pub fn hang_bbs(&mut self, uid: &str, now: Moment) {
        if let Some(bbs) = self.bbs.get_mut(uid) {
            bbs.hung.get_or_insert(now);
        }
    }

    /// The BBS of a pod goes on (SIGCONT). If that took longer than its lock lives, it finds it lost and exits.
    pub fn resume_bbs(&mut self, uid: &str, now: Moment) {
        let durations = self.durations.clone();
        let Some(bbs) = self.bbs.get_mut(uid) else { return };
        let Some(since) = bbs.hung.take() else { return };
        if let BbsState::Active { ask, lost } = &mut bbs.state {
            if now >= since + durations.lock_ttl {
                bbs.state = BbsState::Exited { restart: Some(now + durations.monit_restart) };
            } else {
                *ask = now;
                *lost = None;
            }
        }
    }

    /// What the BBS of a pod is doing, if it has one.
    pub fn bbs(&self, uid: &str) -> Option<BbsState> {
        self.bbs.get(uid).map(|bbs| bbs.state)
    }

    /// Whether the BBS of a pod is stopped by a signal.
    pub fn hung(&self, uid: &str) -> bool {
        self.bbs.get(uid).is_some_and(|bbs| bbs.hung.is_some())
    }

    /// Whether a BBS waits for a Locket that will not answer.
    pub fn blocked(&self, uid: &str) -> bool {
        matches!(self.bbs(uid), Some(BbsState::Locking { .. })) && !self.locket_works(uid)
    }

    /// Whether the BBS port of a pod accepts connections.
    pub fn listens(&self, uid: &str) -> bool {
        matches!(self.bbs(uid), Some(BbsState::Active { .. }))
    }

    /// Whether `POST /v1/ping` on the BBS port of a pod is answered.
    pub fn serves(&self, uid: &str) -> bool {
        self.listens(uid) && !self.hung(uid) && !self.answers_503(uid) && !self.certificates_expired
    }

    /// Whether the BBS of a pod answers 503, since it migrates or hangs in its start.
    pub fn answers_503(&self, uid: &str) -> bool {
        self.migrating || self.hang_in_start.contains(uid)
    }

    /// Whether the health port of a pod's BBS accepts connections.
    pub fn healthy_port(&self, uid: &str) -> bool {
        !matches!(self.bbs(uid), None | Some(BbsState::Exited { .. } | BbsState::Connecting { .. }))
    }

    /// Whether Locket's port of a pod accepts connections. A Locket with dead connections does.
    pub fn locket_listens(&self, uid: &str) -> bool {
        matches!(self.lockets.get(uid), Some(Locket { state: LocketState::Up { .. }, .. }))
    }

    /// Whether monit finds every process of a pod running.
    pub fn monit_content(&self, uid: &str) -> bool {
        let bbs = self.bbs.get(uid).is_none_or(|bbs| !matches!(bbs.state, BbsState::Exited { .. }));
        let locket = self.lockets.get(uid).is_none_or(|locket| !matches!(locket.state, LocketState::Exited { .. }));
        bbs && locket
    }

    /// The pod that serves with the lock in hand, by UID.
    pub fn leader(&self) -> Option<&str> {
        let owner = &self.database.lock.as_ref()?.owner;
        let leads = |uid: &String, bbs: &Bbs| bbs.owner == *owner && self.serves(uid);
        self.bbs.iter().find(|(uid, bbs)| leads(uid, bbs)).map(|(uid, _)| uid.as_str())
    }

    /// What `cfdot locks` gets from the Locket of a pod.
    pub fn locks(&self, uid: &str, now: Moment) -> Locks {
        if self.certificates_expired {
            return Locks::Unavailable;
        }
        let Some(locket) = self.locket_of(uid).and_then(|uid| self.lockets.get(uid)) else { return Locks::Unavailable };
        if !matches!(locket.state, LocketState::Up { .. }) {
            return Locks::Unavailable;
        }
        let reads = match locket.dead {
            Some(since) => now >= since.max(self.database.since()) + self.durations.locket_reads_again,
            None => true,
        };
        match self.database.reach() {
            Reach::Up if reads => Locks::Rows(self.database.lock.as_ref().map(|row| row.owner.clone())),
            Reach::Refuses if locket.dead.is_none() => Locks::DatabaseRefuses,
            Reach::Exhausted if locket.dead.is_none() => Locks::DatabaseExhausted,
            _ => Locks::Hangs,
        }
    }

    /// The next moment at which something happens by itself.
    pub fn due(&self) -> Option<Moment> {
        let lockets = self.lockets.values().filter_map(|locket| match locket.state {
            LocketState::Exited { restart } => restart,
            LocketState::Connecting { next, .. } => Some(next),
            LocketState::Up { .. } => None,
        });
        let bbs = self.bbs.values().filter(|bbs| bbs.hung.is_none()).filter_map(|bbs| match bbs.state {
            BbsState::Exited { restart } => restart,
            BbsState::Connecting { next, .. } => Some(next),
            BbsState::Locking { ask } | BbsState::Passive { ask } => Some(ask),
            BbsState::Active { ask, lost } => Some(lost.map_or(ask, |lost| lost.min(ask))),
        });
        lockets.chain(bbs).chain(self.database.due()).chain(self.expiry()).min()
    }

    /// Does everything that is due by now.
    pub fn step(&mut self, now: Moment) {
        self.database.step(now);
        if self.expiry().is_some_and(|at| at <= now) {
            self.database.lock = None;
        }
        for uid in self.lockets.keys().cloned().collect::<Vec<_>>() {
            self.step_locket(&uid, now);
        }
        // In the order of their names, so that of two that start together the first one leads.
        let mut bbs: Vec<_> = self.bbs.iter().map(|(uid, bbs)| (bbs.owner.clone(), uid.clone())).collect();
        bbs.sort();
        for (_, uid) in bbs {
            self.step_bbs(&uid, now);
        }
    }

    fn step_locket(&mut self, uid: &str, now: Moment) {
        let Some(locket) = self.lockets.get_mut(uid) else { return };
        if let LocketState::Exited { restart: Some(at) } = locket.state
            && at <= now
        {
            locket.state = LocketState::Connecting { since: now, next: now };
        }
        if let LocketState::Connecting { since, next } = locket.state
            && next <= now
        {
            locket.state = match self.database.reach() {
                Reach::Up => LocketState::Up { since: now },
                Reach::Drops => LocketState::Connecting { since, next: next_syn(since, now) },
                Reach::Refuses | Reach::Exhausted => {
                    LocketState::Exited { restart: Some(now + self.durations.monit_restart) }
                }
            };
        }
    }

    fn step_bbs(&mut self, uid: &str, now: Moment) {
        let restart = Some(now + self.durations.monit_restart);
        let Some(bbs) = self.bbs.get_mut(uid) else { return };
        if bbs.hung.is_some() {
            return;
        }
        if let BbsState::Exited { restart: Some(at) } = bbs.state
            && at <= now
        {
            bbs.state = BbsState::Connecting { since: now, next: now };
        }
        if let BbsState::Connecting { since, next } = bbs.state
            && next <= now
        {
            bbs.state = match self.database.reach() {
                Reach::Up => BbsState::Locking { ask: now },
                Reach::Drops => BbsState::Connecting { since, next: next_syn(since, now) },
                Reach::Refuses | Reach::Exhausted => BbsState::Exited { restart },
            };
        }
        let state = bbs.state;
        let next = match state {
            BbsState::Exited { .. } | BbsState::Connecting { .. } => state,
            BbsState::Locking { ask } | BbsState::Passive { ask } if ask > now => state,
            BbsState::Locking { .. } | BbsState::Passive { .. } => match self.ask_for_lock(uid, now) {
                LockAnswer::Acquired => BbsState::Active { ask: now + self.durations.lock_retry, lost: None },
                LockAnswer::Nothing if matches!(state, BbsState::Locking { .. }) => {
                    BbsState::Locking { ask: now + LOOK_AGAIN }
                }
                LockAnswer::Nothing => BbsState::Passive { ask: now + LOOK_AGAIN },
                LockAnswer::Collision | LockAnswer::Failed => {
                    BbsState::Passive { ask: now + self.durations.lock_retry }
                }
            },
            BbsState::Active { lost: Some(lost), .. } if lost <= now => BbsState::Exited { restart },
            BbsState::Active { ask, .. } if ask > now => state,
            BbsState::Active { lost, .. } => match self.ask_for_lock(uid, now) {
                LockAnswer::Acquired => BbsState::Active { ask: now + self.durations.lock_retry, lost: None },
                LockAnswer::Collision => BbsState::Exited { restart },
                LockAnswer::Nothing | LockAnswer::Failed => {
                    BbsState::Active { ask: now + LOOK_AGAIN, lost: lost.or(Some(now + self.durations.lock_ttl)) }
                }
            },
        };
        if let Some(bbs) = self.bbs.get_mut(uid) {
            bbs.state = next;
        }
    }

    fn ask_for_lock(&mut self, uid: &str, now: Moment) -> LockAnswer {
        let locket = self.locket_of(uid).map(str::to_owned);
        let Some(bbs) = self.bbs.get_mut(uid) else { return LockAnswer::Failed };
        bbs.locket.clone_from(&locket);
        let owner = bbs.owner.clone();
        // A connection that stands is not judged again.
        if self.certificates_expired && !matches!(bbs.state, BbsState::Active { .. } | BbsState::Passive { .. }) {
            return LockAnswer::Failed;
        }
        let Some(locket) = locket.and_then(|uid| self.lockets.get(&uid)) else { return LockAnswer::Failed };
        if locket.dead.is_some() || self.database.reach() == Reach::Drops {
            return LockAnswer::Nothing;
        }
        if matches!(self.database.reach(), Reach::Refuses | Reach::Exhausted) {
            return LockAnswer::Failed;
        }
        match &self.database.lock {
            Some(row) if row.owner != owner => LockAnswer::Collision,
            _ => {
                self.database.lock = Some(LockRow { owner, renewed: now });
                LockAnswer::Acquired
            }
        }
    }

    /// The Locket a BBS talks to: the one in its own pod, else the one it is connected to, else any that listens.
    fn locket_of<'a>(&'a self, uid: &'a str) -> Option<&'a str> {
        if self.lockets.contains_key(uid) {
            return self.locket_listens(uid).then_some(uid);
        }
        let connected = self.bbs.get(uid).and_then(|bbs| bbs.locket.as_deref()).filter(|uid| self.locket_listens(uid));
        connected.or_else(|| self.lockets.keys().map(String::as_str).find(|uid| self.locket_listens(uid)))
    }

    fn locket_works(&self, uid: &str) -> bool {
        let locket = self.locket_of(uid).and_then(|uid| self.lockets.get(uid));
        locket.is_some_and(|locket| locket.dead.is_none()) && self.database.reach() == Reach::Up
    }

    /// When the lock row expires: a TTL after its last renewal, and after a working Locket first saw it.
    fn expiry(&self) -> Option<Moment> {
        let row = self.database.lock.as_ref()?;
        if self.database.reach() != Reach::Up {
            return None;
        }
        let watching = self.lockets.values().filter_map(|locket| match locket.state {
            LocketState::Up { since } if locket.dead.is_none() => Some(since),
            _ => None,
        });
        Some(row.renewed.max(watching.min()?).max(self.database.since()) + self.durations.lock_ttl)
    }
}

#[cfg(test)]
mod tests;
