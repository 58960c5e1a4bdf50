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
mod tests {
    use super::*;

    /// Runs the model up to a moment, event by event.
    fn run(diego: &mut Diego, until: Moment) {
        while let Some(due) = diego.due().filter(|due| *due <= until) {
            diego.step(due);
        }
    }

    fn seconds(n: u64) -> Moment {
        Duration::from_secs(n)
    }

    fn two_replicas() -> Diego {
        let mut diego = Diego::new(Durations::default());
        for (uid, owner, at) in [("u0", "diego-api-0", 0), ("u1", "diego-api-1", 2)] {
            run(&mut diego, seconds(at));
            diego.start_locket(uid, seconds(at));
            diego.start_bbs(uid, owner, seconds(at));
        }
        run(&mut diego, seconds(60));
        diego
    }

    fn replace(diego: &mut Diego, old: &str, new: &str, owner: &str, at: Moment) {
        diego.stop_bbs(old);
        diego.remove(old);
        diego.start_locket(new, at);
        diego.start_bbs(new, owner, at);
    }

    #[test]
    fn one_of_two_leads() {
        let diego = two_replicas();
        assert_eq!(diego.leader(), Some("u0"));
        assert!(!diego.listens("u1") && diego.healthy_port("u1") && diego.locket_listens("u1"));
        assert_eq!(diego.locks("u1", seconds(60)), Locks::Rows(Some("diego-api-0".into())));
    }

    /// Records 02 and 14: lost after at most a renewal and a TTL, then stuck long after the database is back.
    #[test]
    fn lost_connections_end_in_an_outage_that_stays() {
        let mut diego = two_replicas();
        diego.lose_connections(seconds(40), seconds(60));
        run(&mut diego, seconds(60 + 14));
        assert!(diego.listens("u0"), "it serves until its lock has expired");
        run(&mut diego, seconds(60 + 21));
        assert!(!diego.listens("u0"));
        assert_eq!(diego.locks("u0", seconds(60 + 21)), Locks::Hangs);
        run(&mut diego, seconds(60 + 400));
        assert_eq!(diego.leader(), None);
        assert!(diego.blocked("u0"));
        assert_eq!(diego.locks("u0", seconds(460)), Locks::Rows(Some("diego-api-0".into())), "the row is stale");
    }

    /// Record 14: the owner's successor takes its own row at once.
    #[test]
    fn replacing_the_owner_is_enough() {
        let mut diego = two_replicas();
        diego.lose_connections(seconds(40), seconds(60));
        run(&mut diego, seconds(200));
        replace(&mut diego, "u0", "n0", "diego-api-0", seconds(200));
        run(&mut diego, seconds(202));
        assert_eq!(diego.leader(), Some("n0"));
    }

    /// Record 02: the row of another owner expires a TTL after the new Locket first saw it.
    #[test]
    fn replacing_the_other_takes_a_ttl() {
        let mut diego = two_replicas();
        diego.lose_connections(seconds(40), seconds(60));
        run(&mut diego, seconds(200));
        replace(&mut diego, "u1", "n1", "diego-api-1", seconds(200));
        run(&mut diego, seconds(215));
        assert_eq!(diego.leader(), None);
        run(&mut diego, seconds(222));
        assert_eq!(diego.leader(), Some("n1"));
    }

    /// Record 04: a pod that is replaced while the database is down comes up only when it is back.
    #[test]
    fn nothing_starts_without_a_database() {
        let mut diego = two_replicas();
        diego.database.hold(Reach::Drops, seconds(60));
        run(&mut diego, seconds(120));
        diego.remove("u1");
        replace(&mut diego, "u0", "n0", "diego-api-0", seconds(120));
        run(&mut diego, seconds(190));
        assert!(!diego.locket_listens("n0"));
        diego.database.hold(Reach::Up, seconds(198));
        run(&mut diego, seconds(260));
        assert_eq!(diego.leader(), Some("n0"));
    }

    /// Record 01: an outage of the database that kills no connection heals itself.
    #[test]
    fn a_plain_outage_of_the_database_heals_itself() {
        let mut diego = two_replicas();
        diego.database.hold(Reach::Drops, seconds(60));
        run(&mut diego, seconds(260));
        assert_eq!(diego.leader(), None);
        diego.database.hold(Reach::Up, seconds(260));
        run(&mut diego, seconds(340));
        assert!(diego.leader().is_some());
    }

    /// Record 08: the other takes the lock, both listen, and the old leader exits when it goes on.
    #[test]
    fn a_hung_leader_loses_its_lock_but_keeps_listening() {
        let mut diego = two_replicas();
        diego.hang_bbs("u0", seconds(60));
        run(&mut diego, seconds(81));
        assert_eq!(diego.leader(), Some("u1"));
        assert!(diego.listens("u0") && !diego.serves("u0"));
        diego.resume_bbs("u0", seconds(100));
        run(&mut diego, seconds(130));
        assert!(!diego.listens("u0"));
        assert_eq!(diego.leader(), Some("u1"));
    }

    /// Separate Locket pods: replacing the Locket alone frees the BBS.
    #[test]
    fn a_new_locket_frees_the_bbs() {
        let mut diego = Diego::new(Durations::default());
        diego.start_locket("l0", seconds(0));
        diego.start_bbs("u0", "diego-api-0", seconds(0));
        run(&mut diego, seconds(30));
        diego.lose_connections(seconds(40), seconds(30));
        run(&mut diego, seconds(200));
        assert!(diego.blocked("u0"));
        diego.remove("l0");
        diego.start_locket("l1", seconds(201));
        run(&mut diego, seconds(240));
        assert_eq!(diego.leader(), Some("u0"));
    }
}
