//! The loop: receive a command, decide, append the events, act, present.
//!
//! The loop itself never awaits the outside: tasks observe, delete, post and answer, and their results come back as commands. So
//! one slow cluster or channel delays no other.

pub mod home;
mod hints;
mod retry;
mod inquiry;
mod measure;
pub mod rate_limit;
pub mod presenter;
pub mod painter;
pub mod tasks;
pub mod announce;
pub mod active;
pub mod replies;
mod leases;
mod silence;
mod route;
mod alerts;
mod outlook;
mod record;
mod throttle;
mod in_order;
mod standings;
mod rows;
mod gauges;
mod past;
mod drill;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::active::ActiveIncident;
use self::home::{Home, Rules};
use self::in_order::InOrder;
use self::rate_limit::RateLimit;
use self::retry::Retry;
use self::tasks::TaskResult;
use self::throttle::Throttle;
use crate::causes::causes;
use crate::chat::Chat;
use crate::chat::closed::ClosedChannels;
use crate::inbox::Inbox;
use crate::incident::IncidentId;
use crate::incident::account::Platform;
use crate::incident::decide::Command;
use crate::incident::event::Event;
use crate::incident::phrase::Phrase;
use crate::incident::policy::Policy;
use crate::incident::refusal::Refusal;
use crate::metrics;
use crate::store::{AlertRow, InboxRow, Store, StoreError};
use crate::tally::Tally;

/// What the engine is made of.
pub struct Engine {
    store: Store,
    inbox: Inbox,
    policy: Arc<Policy>,
    homes: Arc<BTreeMap<String, Home>>,
    /// Where people, limits and environments come from: what stands there counts for whatever is decided next.
    rules: watch::Receiver<Rules>,
    chats: BTreeMap<Platform, Arc<dyn Chat>>,
    rate_limits: BTreeMap<(Platform, String), Arc<RateLimit>>,
    /// Which channels refuse what is shown there.
    closed: Arc<ClosedChannels>,
    active: BTreeMap<IncidentId, ActiveIncident>,
    /// Closed incidents whose timelines are posted completely, or can't be.
    posted: BTreeSet<IncidentId>,
    /// Inbox rows that this replica works on, and those that wait for another try.
    answering: BTreeSet<String>,
    rows: Vec<InboxRow>,
    /// Rows about whose authors the platforms are asked, and what has to be decided after them.
    asked_about: InOrder,
    /// What each account asked for lately, and how much of it is carried out in a minute.
    throttle: Throttle,
    commands: u32,
    /// Alerts that this replica holds.
    alerts: VecDeque<AlertRow>,
    /// When any of them was decided last.
    alerts_heard: Option<Instant>,
    /// When it was last counted how many wait.
    counted: Option<Instant>,
    /// When the rows that the store refused are tried again.
    retry: Retry,
    /// What the store refused since that was logged.
    refused: Tally,
    /// When it was last measured how things stand.
    measured: Option<Instant>,
    /// When the loop turned last.
    turned: Turns,
    /// Cancelled when no more is begun.
    stopping: CancellationToken,
    results: mpsc::UnboundedReceiver<TaskResult>,
    result_sender: mpsc::UnboundedSender<TaskResult>,
    tasks: TaskTracker,
}

/// When the engine's loop turned last; never before it runs. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<Option<Instant>>>);

impl Turns {
    /// How long ago it turned last.
    pub fn ago(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|at| at.elapsed())
    }

    fn turn(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        metrics::ENGINE_TURN.set_now(&[]);
    }
}

/// What a request comes down to.
enum Routed {
    /// Nothing but an answer.
    Reply(Phrase),
    /// Another replica may have opened an incident that was not noticed here yet: look, and find out again.
    LookAgain,
    /// A new incident.
    Open {
        /// Of which environment.
        environment: String,
        /// Its first event.
        opened: Event,
    },
    /// A command to an incident.
    To {
        /// The incident's number.
        incident: IncidentId,
        /// The command.
        command: Command,
    },
    /// A command that is refused, whatever the incident says of it.
    Refused {
        /// Of which incident.
        incident: IncidentId,
        /// The command.
        command: Command,
        /// What refused it.
        refusal: Refusal,
    },
}

/// How often the loop looks up although nothing happened: for what other replicas did, and for what the store refused before.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// A loop that stood still for longer than this was stopped: it claims its incidents anew, and so looks before it acts.
const PAUSE: Duration = Duration::from_mins(2);
/// At shutdown, how long the deletes that are under way may take, and then cards and replies.
const DELETE_DRAIN: Duration = Duration::from_secs(8);
const REPLY_DRAIN: Duration = Duration::from_secs(5);
/// How often a decision is taken again when another process appended first: as often as eight people on several replicas can
/// be in each other's way, and the work on the incident beside them.
const ATTEMPTS: u32 = 24;

impl Engine {
    /// An engine over a store, its inbox, and everything outside.
    pub fn new(
        store: Store,
        inbox: Inbox,
        mut rules: watch::Receiver<Rules>,
        chats: impl IntoIterator<Item = Arc<dyn Chat>>,
        closed: Arc<ClosedChannels>,
    ) -> Self {
        let (result_sender, results) = mpsc::unbounded_channel();
        let Rules { policy, homes, commands, .. } = rules.borrow_and_update().clone();
        Self {
            store,
            inbox,
            policy,
            homes,
            rules,
            chats: chats.into_iter().map(|chat| (chat.platform(), chat)).collect(),
            rate_limits: BTreeMap::new(),
            closed,
            active: BTreeMap::new(),
            posted: BTreeSet::new(),
            answering: BTreeSet::new(),
            rows: Vec::new(),
            asked_about: InOrder::default(),
            throttle: Throttle::default(),
            commands,
            alerts: VecDeque::new(),
            alerts_heard: None,
            counted: None,
            retry: Retry::default(),
            refused: Tally::default(),
            measured: None,
            turned: Turns::default(),
            stopping: CancellationToken::new(),
            results,
            result_sender,
            tasks: TaskTracker::new(),
        }
    }

    /// When its loop turns.
    pub fn turns(&self) -> Turns {
        self.turned.clone()
    }

    /// Runs until it is told to stop. Claims every open incident that nobody holds, and every closed one whose timeline is not
    /// posted completely.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut back = false;
        let mut synced: Option<Instant> = None;
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = Instant::now();
        self.ask_at_start();
        loop {
            if last.elapsed() > PAUSE {
                tracing::warn!(pause.seconds = last.elapsed().as_secs(), "the process stood still; claiming anew");
                self.reclaim().await;
            }
            last = Instant::now();
            self.turned.turn();
            self.take_rules();
            if !back {
                back = self.store.release_own().await.inspect_err(|error| self.report(error, "beginning")).is_ok();
            }
            if back && synced.is_none_or(|at| at.elapsed() >= HEARTBEAT) {
                let syncing = self.sync().await.inspect_err(|error| self.report(error, "looking after incidents"));
                synced = syncing.is_ok().then(Instant::now);
            }
            let mut more = false;
            if synced.is_some() {
                while let Ok(done) = self.results.try_recv() {
                    self.apply_result(done).await;
                }
                Box::pin(self.receive_inbox()).await;
                self.advance().await;
                self.hold_senders_back().await;
                self.tell_gauges();
                more = Box::pin(self.receive_alerts()).await;
            }
            let wake = self.active.values().filter_map(ActiveIncident::wake).chain(self.retry.at()).min();
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.inbox.arrived() => {}
                Some(done) = self.results.recv() => self.apply_result(done).await,
                _ = heartbeat.tick() => {}
                Ok(()) = self.rules.changed() => self.rules.mark_changed(),
                () = sleep_until(wake) => {}
                () = std::future::ready(()), if more => {}
            }
        }
        self.shut_down().await;
    }

    /// Goes by the newest rules, and shows them: who may approve stands on the cards.
    fn take_rules(&mut self) {
        if !self.rules.has_changed().unwrap_or(false) {
            return;
        }
        let Rules { policy, homes, commands, .. } = self.rules.borrow_and_update().clone();
        // What the platforms said of accounts stays known; what nobody asked by the rules before is not.
        let standings = std::mem::take(&mut Arc::make_mut(&mut self.policy).standings);
        (self.policy, self.homes, self.commands) = (policy, homes, commands);
        Arc::make_mut(&mut self.policy).standings = standings;
        self.active.values().for_each(ActiveIncident::show_again);
    }

    /// After a pause: claims every incident anew, so that each is observed before anything is done.
    async fn reclaim(&mut self) {
        let held: Vec<IncidentId> =
            self.active.iter().filter(|(_, active)| active.claim.is_some()).map(|(id, _)| *id).collect();
        for id in held {
            if let Some(active) = self.active.get_mut(&id) {
                active.drop_claim();
            }
            let _ = self.claim(id).await.inspect_err(|error| self.report(error, "claiming anew"));
        }
    }

    /// Records the deletes that are under way, waits for cards and replies, and releases every claim.
    async fn shut_down(mut self) {
        self.stopping.cancel();
        let deadline = Instant::now() + DELETE_DRAIN;
        while self.active.values().any(ActiveIncident::is_deleting) {
            match tokio::time::timeout_at(deadline, self.results.recv()).await {
                Ok(Some(done)) => self.apply_result(done).await,
                _ => break,
            }
        }
        let held = self.active.iter().filter_map(|(id, active)| Some((*id, active.claim?))).collect();
        self.active.clear();
        self.tasks.close();
        if tokio::time::timeout(REPLY_DRAIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("tasks were still under way at the end; whoever takes over begins with a look");
        }
        self.release_all(held).await;
    }

    /// Lets every incident do what is next.
    async fn advance(&mut self) {
        let ids: Vec<IncidentId> = self.active.keys().copied().collect();
        for id in ids {
            if self.active.get(&id).is_none_or(ActiveIncident::is_pausing) {
                continue;
            }
            if let Err(error) = self.advance_one(id).await {
                self.report(&error, "going on with an incident");
                if let Some(active) = self.active.get_mut(&id) {
                    active.store_refused();
                }
            }
        }
        self.remove_finished().await;
    }

    async fn advance_one(&mut self, id: IncidentId) -> Result<(), StoreError> {
        let Some(active) = self.active.get(&id) else { return Ok(()) };
        let configured = self.homes.contains_key(&active.incident.environment);
        if active.incident.is_closed() || active.claim.is_none() || !configured {
            return Ok(());
        }
        if active.incident.claim != active.claim
            && let Some(claim) = active.claim
        {
            self.run_own_command(id, &Command::Claim { claim }).await?;
        }
        self.run_own_command(id, &Command::CheckDeadline).await?;
        self.record_calls(id).await?;
        self.record_channels(id).await?;
        let policy = Arc::clone(&self.policy);
        let inquiry = self.inquiry_before_delete(id);
        if let Some(active) = self.active.get_mut(&id) {
            let home = self.homes[&active.incident.environment].clone();
            active.start_next(&home, &policy, inquiry, &self.result_sender, &self.tasks);
        }
        Ok(())
    }

    /// Applies a task's result.
    async fn apply_result(&mut self, done: TaskResult) {
        match done {
            TaskResult::Answered { key, delivered } => {
                if delivered {
                    self.answering.remove(&key);
                } else {
                    // The store refused to close the row: leave it for the next start rather than answer twice.
                    tracing::error!(inbox = key, "an answer was given but could not be noted");
                }
            }
            TaskResult::Woken { incident, depth } => {
                if let Some(active) = self.active.get_mut(&incident) {
                    active.wake_up(depth);
                }
            }
            TaskResult::Announced { incident, call } => {
                if let Some(active) = self.active.get_mut(&incident) {
                    // Once the log says it, the card is drawn anew anyway.
                    if !call.is_some_and(|call| active.note_call(call)) {
                        active.show_again();
                    }
                }
            }
            TaskResult::LookedUp { key, standings } => self.looked_up(&key, standings),
            TaskResult::Observed { incident, claim, observation, standings, at } => {
                self.learn(standings, self.now_of(incident));
                let Some(active) = self.active.get_mut(&incident) else { return };
                active.set_look(claim, &observation, at);
                if active.claim != Some(claim) {
                    return active.clear_look();
                }
                let recorded = self.run_own_command(incident, &Command::RecordObservation { claim, observation }).await;
                if let Err(error) = &recorded {
                    self.report(error, "recording an observation");
                }
                let Some(active) = self.active.get_mut(&incident) else { return };
                if recorded.is_ok() {
                    active.store_agreed();
                } else {
                    // The next look is a pause away: it would fare no better now.
                    active.clear_look();
                    active.store_refused();
                }
            }
            TaskResult::Deleted { incident, claim, uid, result } => {
                let Some(active) = self.active.get_mut(&incident) else { return };
                if active.claim != Some(claim) {
                    // Whoever holds it now finds out by looking.
                    return active.clear_job();
                }
                let command = Command::RecordDelete { uid: uid.clone(), result: result.clone() };
                match self.run_own_command(incident, &command).await {
                    Ok(()) | Err(StoreError::ClaimLost(_)) => {
                        if let Some(active) = self.active.get_mut(&incident) {
                            active.clear_job();
                        }
                    }
                    Err(error) => {
                        // What came of a delete must not be lost: until it is recorded nothing else is done.
                        self.report(&error, "recording a delete");
                        let result_sender = self.result_sender.clone();
                        self.tasks.spawn(async move {
                            tokio::time::sleep(Duration::from_millis(500)).await;
                            let _ = result_sender.send(TaskResult::Deleted { incident, claim, uid, result });
                        });
                    }
                }
            }
        }
    }
}

impl Engine {
    /// Logs what the store refused: at once, and then once a minute how often.
    fn report(&self, error: &StoreError, doing: &str) {
        if !matches!(error, StoreError::Database { .. }) {
            tracing::error!(error = %causes(error), doing, "the store refused");
        } else if let Some(due) = self.refused.note(None) {
            tracing::error!(error = %causes(error), doing, times = due.times, "the store refused");
        }
    }

    /// The store did what was asked for: whoever read that it refused reads that it is over.
    fn store_agreed(&self) {
        if self.refused.reset() {
            tracing::info!("the store takes writes again");
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
