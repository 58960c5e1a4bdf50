//! An open incident in memory: its state, the newest observation, and the one task that works on it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::home::Home;
use super::inquiry::Inquiry;
use super::presenter::IncidentSnapshot;
use super::retry::Retry;
use super::tasks::{Job, TaskResult};
use crate::clock;
use crate::cluster::watch::Changes;
use crate::incident::decide::Call;
use crate::incident::event::{Claim, Event, Recorded};
use crate::incident::next::{Look, Next};
use crate::incident::observation::{Depth, Observation};
use crate::incident::policy::{EVIDENCE_AGE, Policy};
use crate::incident::{Incident, State};

/// An incident being worked on or shown.
pub struct ActiveIncident {
    /// Its state.
    pub incident: Incident,
    /// Our claim; `None` while another replica works on it, and after a pause.
    pub claim: Option<Claim>,
    /// When our lease ends, by the monotonic clock.
    lease: watch::Sender<Instant>,
    /// Ends the presenters when the claim is lost.
    claim_lost: CancellationToken,
    /// How far the clock of the replica that appended last was ahead of ours.
    ahead: SignedDuration,
    log: Arc<Vec<Recorded>>,
    look: Option<Look>,
    /// When the newest observation began, by the monotonic clock.
    looked_at: Instant,
    job: Option<Job>,
    woken: Option<Depth>,
    wake: Option<Instant>,
    /// When the store is tried again, which refused something about it.
    retry: Retry,
    changes: Option<Arc<Mutex<Changes>>>,
    /// Who was told what, and the log does not say it yet.
    calls: BTreeMap<String, Call>,
    snapshots: watch::Sender<IncidentSnapshot>,
    shown: watch::Sender<u64>,
}

impl ActiveIncident {
    /// An incident as its log tells it. Nobody has claimed it yet.
    pub fn new(incident: Incident, log: Vec<Recorded>) -> Self {
        let log = Arc::new(log);
        let snapshot = IncidentSnapshot { incident: incident.clone(), log: Arc::clone(&log) };
        let mut active = Self {
            incident,
            claim: None,
            lease: watch::Sender::new(Instant::now()),
            claim_lost: CancellationToken::new(),
            ahead: SignedDuration::ZERO,
            log,
            look: None,
            looked_at: Instant::now(),
            job: None,
            woken: None,
            wake: None,
            retry: Retry::default(),
            changes: None,
            calls: BTreeMap::new(),
            snapshots: watch::Sender::new(snapshot),
            shown: watch::Sender::new(0),
        };
        active.set_time();
        active
    }

    /// The time by the replica whose clock is ahead of all others that appended: so it never runs back within a log.
    pub fn now(&self) -> Timestamp {
        clock::now() + self.ahead
    }

    fn set_time(&mut self) {
        if let Some(last) = self.log.last() {
            self.ahead = self.ahead.max(last.at.duration_since(clock::now()));
        }
    }

    /// Works under this claim from now on: the first thing to do is to observe.
    pub fn set_claim(&mut self, claim: Claim, until: Instant) {
        self.drop_claim();
        self.claim_lost = CancellationToken::new();
        self.claim = Some(claim);
        self.extend_lease(until);
    }

    /// The lease ends at this time from now on.
    pub fn extend_lease(&mut self, until: Instant) {
        self.lease.send_replace(until);
    }

    /// How long the lease lasts.
    pub fn lease_left(&self) -> Duration {
        self.lease.borrow().saturating_duration_since(Instant::now())
    }

    /// When the lease ends.
    pub fn lease(&self) -> watch::Receiver<Instant> {
        self.lease.subscribe()
    }

    /// Cancelled when the claim is lost.
    pub fn claim_lost(&self) -> CancellationToken {
        self.claim_lost.clone()
    }

    /// What a presenter renders.
    pub fn snapshots(&self) -> watch::Receiver<IncidentSnapshot> {
        self.snapshots.subscribe()
    }

    /// Where a presenter writes the newest event that its card shows.
    pub fn shown(&self) -> watch::Sender<u64> {
        self.shown.clone()
    }

    /// When something is due although nothing happens.
    pub fn wake(&self) -> Option<Instant> {
        self.retry.at().or(self.wake)
    }

    /// Whether nothing is done about it, since the store refused something a moment ago.
    pub fn is_pausing(&self) -> bool {
        self.retry.is_pausing()
    }

    /// The store refused something about it.
    pub fn store_refused(&mut self) {
        self.retry.fail();
    }

    /// The store did what was asked for.
    pub fn store_agreed(&mut self) {
        self.retry.succeed();
    }

    /// Whether it is closed and nobody works on it or shows it any more.
    pub fn is_finished(&self) -> bool {
        self.incident.is_closed() && self.job.is_none() && self.snapshots.is_closed()
    }

    /// Whether a delete is under way.
    pub fn is_deleting(&self) -> bool {
        self.job.as_ref().is_some_and(Job::is_delete)
    }

    /// Whether a restart is looked after right now, and does not only wait.
    pub fn is_restarting(&self) -> bool {
        matches!(self.incident.state, State::Restarting(_)) && self.job.as_ref().is_some_and(|job| !job.is_wait())
    }

    /// Applies events that were appended.
    pub fn merge(&mut self, recorded: Vec<Recorded>) {
        for one in &recorded {
            self.incident.apply(one);
        }
        Arc::make_mut(&mut self.log).extend(recorded);
        self.set_time();
        self.drop_wait();
        self.publish();
    }

    /// The newest event that is known.
    pub fn newest(&self) -> Option<&Recorded> {
        self.log.last()
    }

    /// Adds what another process appended.
    pub fn catch_up(&mut self, newer: Vec<Recorded>) {
        for one in &newer {
            self.incident.apply(one);
        }
        Arc::make_mut(&mut self.log).extend(newer);
        self.changed_elsewhere();
    }

    /// Replaces the incident by what another process made of it.
    pub fn replace(&mut self, incident: Incident, log: Vec<Recorded>) {
        self.incident = incident;
        self.log = Arc::new(log);
        self.changed_elsewhere();
    }

    fn changed_elsewhere(&mut self) {
        self.set_time();
        if self.claim < self.incident.claim {
            self.drop_claim();
        }
        self.interrupt();
        self.publish();
    }

    /// Drops the claim: whoever goes on claims anew and observes first.
    pub fn drop_claim(&mut self) {
        self.claim = None;
        self.look = None;
        self.claim_lost.cancel();
        self.extend_lease(Instant::now());
        self.interrupt();
    }

    /// Somebody was told something: the log is to say so, once. `false` where it does.
    pub fn note_call(&mut self, call: Call) -> bool {
        let is_new = !self.incident.is_closed() && !self.incident.called.contains(&call.key);
        if is_new {
            self.calls.insert(call.key.clone(), call);
        }
        is_new
    }

    /// What was told, and the log does not say it yet.
    pub fn unlogged_calls(&mut self) -> Vec<Call> {
        self.calls.retain(|key, _| !self.incident.called.contains(key));
        self.calls.values().cloned().collect()
    }

    /// Has the card drawn again, though nothing happened to the incident.
    pub fn show_again(&self) {
        self.snapshots.send_modify(|_| {});
    }

    fn publish(&self) {
        self.snapshots.send_replace(IncidentSnapshot { incident: self.incident.clone(), log: Arc::clone(&self.log) });
    }

    /// What was waited for may count no more: what is next is derived anew. A change of the cluster that was noticed stays so.
    fn drop_wait(&mut self) {
        self.wake = None;
        if self.job.as_ref().is_some_and(Job::is_wait) {
            self.job = None;
        }
    }

    /// What another process does, or did, begins with a look of its own.
    fn interrupt(&mut self) {
        self.woken = None;
        self.drop_wait();
    }

    /// The cluster changed, or the wait is over.
    pub fn wake_up(&mut self, depth: Depth) {
        if self.job.as_ref().is_some_and(Job::is_wait) {
            self.job = None;
            self.woken = Some(depth);
        }
    }

    /// Stores a new observation.
    pub fn set_look(&mut self, claim: Claim, observation: &Observation, at: Instant) {
        self.job = None;
        self.looked_at = at;
        self.look = Some(Look::after(self.look.as_ref(), claim, observation.clone(), &self.incident));
    }

    /// Drops the newest observation, which could not be recorded: another one is due.
    pub fn clear_look(&mut self) {
        self.look = None;
    }

    /// Forgets the task, which has ended.
    pub fn clear_job(&mut self) {
        self.job = None;
    }

    /// Starts what is next, unless a task is under way.
    pub fn start_next(
        &mut self,
        home: &Home,
        policy: &Policy,
        inquiry: Option<Inquiry>,
        result_sender: &mpsc::UnboundedSender<TaskResult>,
        tasks: &TaskTracker,
    ) {
        let Some(claim) = self.claim else { return };
        if self.job.is_some() {
            return;
        }
        let now = self.now();
        let next = match self.woken.take() {
            Some(depth) => Next::Observe(depth),
            None => self.incident.next(claim, self.look.as_ref(), now, policy),
        };
        self.wake = None;
        let id = self.incident.id;
        match next {
            Next::Nothing => {}
            Next::WaitUntil(at) => self.wake = Some(instant(at, now)),
            Next::Observe(depth) => {
                let (sender, cluster) = (result_sender.clone(), home.cluster.clone());
                let inquiry = inquiry.filter(|_| depth == Depth::Full);
                self.job = Some(Job::look(tasks, sender, cluster, id, claim, depth, inquiry, self.ahead));
            }
            Next::Watch { until, depth } => {
                let changes = self.changes.get_or_insert_with(|| Arc::new(Mutex::new(home.cluster.changes())));
                let changes = Arc::clone(changes);
                self.job = Some(Job::wait(tasks, result_sender.clone(), changes, id, instant(until, now), depth));
            }
            Next::Delete { pod, uid, resource_version } => {
                // It must not be sent after another replica may have claimed the incident.
                let not_after = (self.looked_at + EVIDENCE_AGE.unsigned_abs()).min(*self.lease.borrow());
                let order = super::tasks::DeleteOrder { claim, pod, uid, resource_version, not_after };
                let channels = home.channels.len();
                let shown = (channels > 0).then(|| (self.shown.subscribe(), self.approved_seq()));
                self.job = Some(Job::delete(tasks, result_sender.clone(), home.cluster.clone(), id, order, shown));
            }
        }
    }

    fn approved_seq(&self) -> u64 {
        let approved = self.log.iter().rev().find(|recorded| matches!(recorded.event, Event::Approved { .. }));
        approved.map_or(0, |recorded| recorded.seq)
    }
}

fn instant(at: Timestamp, now: Timestamp) -> Instant {
    Instant::now() + at.duration_since(now).max(jiff::SignedDuration::ZERO).unsigned_abs()
}
