//! The loop: take a command, decide, append, act, show.
//!
//! The loop itself never awaits the outside: what looks, deletes, posts or answers runs in tasks of its own, and comes back
//! as a command. So one slow cluster or channel delays no other.

pub mod answer;
pub mod live;
pub mod pace;
pub mod route;
pub mod show;
pub mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::live::Live;
use self::pace::Pace;
use self::work::Done;
use crate::chat::Chat;
use crate::clock;
use crate::cluster::Cluster;
use crate::inbox::Inbox;
use crate::incident::approval::{Platform, Policy};
use crate::incident::decide::Command;
use crate::incident::environment::Environment;
use crate::incident::event::Event;
use crate::incident::phrase::Phrase;
use crate::incident::{Incident, IncidentId};
use crate::store::{Inbound, Store, StoreError};

/// An environment and where it lives: its cluster and the channels that show its incidents.
#[derive(Clone)]
pub struct Home {
    /// The environment's cluster.
    pub cluster: Cluster,
    /// Its channels: a card in each.
    pub channels: BTreeMap<Platform, String>,
}

impl Home {
    /// The environment.
    pub fn environment(&self) -> &Environment {
        self.cluster.environment()
    }
}

/// What the engine is made of.
pub struct Engine {
    store: Store,
    inbox: Inbox,
    policy: Arc<Policy>,
    homes: Arc<BTreeMap<String, Home>>,
    chats: BTreeMap<Platform, Arc<dyn Chat>>,
    paces: BTreeMap<(Platform, String), Arc<Pace>>,
    live: BTreeMap<IncidentId, Live>,
    /// Inbox rows whose answers are under way.
    answering: BTreeSet<String>,
    done: mpsc::UnboundedReceiver<Done>,
    doing: mpsc::UnboundedSender<Done>,
    tasks: TaskTracker,
}

/// How often the loop looks up although nothing happened: for what the store refused before, and to notice a pause.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// A loop that stood still for longer than this was stopped: it claims its incidents anew, and so looks before it acts.
const PAUSE: Duration = Duration::from_mins(2);
/// How long tasks may take to end at shutdown.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How often a decision is taken again when another process appended first.
const ATTEMPTS: u32 = 3;

impl Engine {
    /// An engine over a store, its inbox, and everything outside.
    pub fn new(
        store: Store,
        inbox: Inbox,
        policy: Policy,
        homes: impl IntoIterator<Item = Home>,
        chats: impl IntoIterator<Item = Arc<dyn Chat>>,
    ) -> Self {
        let (doing, done) = mpsc::unbounded_channel();
        Self {
            store,
            inbox,
            policy: Arc::new(policy),
            homes: Arc::new(homes.into_iter().map(|home| (home.environment().name.clone(), home)).collect()),
            chats: chats.into_iter().map(|chat| (chat.platform(), chat)).collect(),
            paces: BTreeMap::new(),
            live: BTreeMap::new(),
            answering: BTreeSet::new(),
            done,
            doing,
            tasks: TaskTracker::new(),
        }
    }

    /// Runs until it is told to stop. Takes up again every incident that is open, and every one not told to its end.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut resumed = false;
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = Instant::now();
        loop {
            if last.elapsed() > PAUSE {
                tracing::warn!(pause.seconds = last.elapsed().as_secs(), "the process stood still; claiming anew");
                self.live.values_mut().for_each(Live::let_go);
            }
            last = Instant::now();
            if !resumed {
                resumed = self.resume().await.inspect_err(|error| report(error, "taking up open incidents")).is_ok();
            }
            if resumed {
                self.take_inbox().await;
                self.advance().await;
            }
            let wake = self.live.values().filter_map(Live::wake).min();
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.inbox.arrived() => {}
                Some(done) = self.done.recv() => self.record(done).await,
                _ = heartbeat.tick() => {}
                () = sleep_until(wake) => {}
            }
        }
        self.live.clear();
        self.tasks.close();
        if tokio::time::timeout(LAST_WORDS, self.tasks.wait()).await.is_err() {
            tracing::warn!("tasks were still under way at the end; the next start takes them up");
        }
    }

    async fn resume(&mut self) -> Result<(), StoreError> {
        let mut open = self.store.open_incidents().await?;
        if !self.chats.is_empty() {
            open.extend(self.store.untold_incidents().await?);
        }
        for id in open {
            if self.live.contains_key(&id) {
                continue;
            }
            let log = self.store.log(id).await?;
            if let Some(incident) = Incident::replay(id, &log) {
                tracing::info!(incident.id = id, environment = incident.environment, "taking up an incident");
                self.adopt(incident, log);
            }
        }
        Ok(())
    }

    /// Takes an incident in, and starts to show it.
    fn adopt(&mut self, incident: Incident, log: Vec<crate::incident::event::Recorded>) {
        let id = incident.id;
        let live = Live::new(incident, log);
        if let Some(home) = self.homes.get(&live.incident.environment) {
            for (platform, channel) in &home.channels {
                if let Some(chat) = self.chats.get(platform) {
                    let presenter = show::Presenter {
                        chat: Arc::clone(chat),
                        store: self.store.clone(),
                        policy: Arc::clone(&self.policy),
                        environment: home.environment().clone(),
                        channel: channel.clone(),
                        pace: Arc::clone(self.paces.entry((*platform, channel.clone())).or_default()),
                    };
                    self.tasks.spawn(presenter.run(live.snapshots(), live.shown()));
                }
            }
        } else {
            let environment = &live.incident.environment;
            tracing::error!(incident.id = id, environment, "the incident's environment is not configured any more");
        }
        self.live.insert(id, live);
    }

    async fn take_inbox(&mut self) {
        let rows = match self.store.unanswered().await {
            Ok(rows) => rows,
            Err(error) => return report(&error, "reading the inbox"),
        };
        for row in rows {
            if self.answering.contains(&row.dedupe_key) {
                continue;
            }
            let answer = match &row.answer {
                Some(answer) => Ok(answer.clone()),
                None => self.decide_row(&row).await,
            };
            match answer {
                Ok(answer) => self.deliver(row, answer),
                Err(error) => report(&error, "carrying out a command"),
            }
        }
    }

    /// Decides one inbox row; its answer is durable when this returns.
    async fn decide_row(&mut self, row: &Inbound) -> Result<Phrase, StoreError> {
        let key = row.dedupe_key.as_str();
        for _ in 0..ATTEMPTS {
            match self.carry_out(row).await {
                Err(StoreError::Overtaken(id)) => self.reload(id).await?,
                Err(StoreError::AlreadyOpen(_)) => self.resume().await?,
                other => return other,
            }
        }
        let answer = Phrase::new("refused-being-carried-out");
        self.store.decided(key, &answer).await?;
        Ok(answer)
    }

    async fn carry_out(&mut self, row: &Inbound) -> Result<Phrase, StoreError> {
        let key = row.dedupe_key.as_str();
        match self.route(row).await? {
            route::Routed::Say(answer) => {
                self.store.decided(key, &answer).await?;
                Ok(answer)
            }
            route::Routed::Open { environment, opened } => self.open(&environment, opened, Some(key)).await,
            route::Routed::To { incident, command } => self.command(incident, &command, Some(key)).await,
        }
    }

    async fn open(&mut self, environment: &str, opened: Event, cause: Option<&str>) -> Result<Phrase, StoreError> {
        let now = clock::now();
        // The answer names the incident's number, which the store gives: it is written in a second step.
        let answer = Phrase::new("answer-checking").with("environment", environment);
        let provisional = answer.clone().with("incident", 0_i64);
        let (id, recorded) =
            self.store.open_incident(environment, now, opened, cause.map(|key| (key, &provisional))).await?;
        let answer = answer.with("incident", id);
        if let Some(key) = cause {
            self.store.decided(key, &answer).await?;
        }
        tracing::info!(incident.id = id, environment, "an incident was opened");
        if let Some(incident) = Incident::replay(id, [&recorded]) {
            self.adopt(incident, vec![recorded]);
        }
        Ok(answer)
    }

    /// Decides a command to an incident and appends what follows; returns what its author is told.
    async fn command(&mut self, id: IncidentId, command: &Command, cause: Option<&str>) -> Result<Phrase, StoreError> {
        let now = clock::now();
        let incident = match self.live.get(&id) {
            Some(live) => live.incident.clone(),
            None => match Incident::replay(id, &self.store.log(id).await?) {
                Some(incident) => incident,
                None => return self.only_answer(cause, Phrase::new("refused-no-incident")).await,
            },
        };
        let (events, answer) = match incident.decide(command, now, &self.policy) {
            Ok(events) => {
                let answer = answer::accepted(&incident, command, &events);
                (events, answer)
            }
            Err(refusal) => {
                let why = refusal.phrase();
                tracing::info!(incident.id = id, refusal = why.id, "a command was refused");
                let refused = answer::refused(command, &why, &self.policy);
                let events = refused.into_iter().filter(|_| !incident.is_closed()).collect();
                (events, why)
            }
        };
        if events.is_empty() {
            return self.only_answer(cause, answer).await;
        }
        let recorded = self.store.append(id, incident.seq, now, events, cause.map(|key| (key, &answer))).await?;
        if let Some(live) = self.live.get_mut(&id) {
            live.take(recorded);
        }
        Ok(answer)
    }

    async fn only_answer(&mut self, cause: Option<&str>, answer: Phrase) -> Result<Phrase, StoreError> {
        if let Some(key) = cause {
            self.store.decided(key, &answer).await?;
        }
        Ok(answer)
    }

    /// Another process appended: read the log again, and look before acting.
    async fn reload(&mut self, id: IncidentId) -> Result<(), StoreError> {
        let log = self.store.log(id).await?;
        if let (Some(live), Some(incident)) = (self.live.get_mut(&id), Incident::replay(id, &log)) {
            live.replace(incident, log);
        }
        Ok(())
    }

    fn deliver(&mut self, row: Inbound, answer: Phrase) {
        self.answering.insert(row.dedupe_key.clone());
        let chat = row.reply.as_ref().and_then(|reply| self.chats.get(&reply.account.platform)).cloned();
        let (store, doing) = (self.store.clone(), self.doing.clone());
        self.tasks.spawn(async move {
            let key = row.dedupe_key.clone();
            let delivered = answer::deliver(&store, chat, row, &answer).await;
            // The engine is gone at shutdown; the row stays as it is then.
            let _ = doing.send(Done::Answered { key, delivered });
        });
    }

    /// Lets every incident do what is next.
    async fn advance(&mut self) {
        let ids: Vec<IncidentId> = self.live.keys().copied().collect();
        for id in ids {
            if let Err(error) = self.advance_one(id).await {
                report(&error, "going on with an incident");
                if matches!(error, StoreError::Overtaken(_)) {
                    let _ = self.reload(id).await.inspect_err(|error| report(error, "reading an incident again"));
                }
            }
        }
        self.live.retain(|_, live| !live.is_over());
    }

    async fn advance_one(&mut self, id: IncidentId) -> Result<(), StoreError> {
        let Some(live) = self.live.get(&id) else { return Ok(()) };
        if live.incident.is_closed() || !self.homes.contains_key(&live.incident.environment) {
            return Ok(());
        }
        if live.claim.is_none() {
            self.command(id, &Command::Claim, None).await?;
        }
        self.command(id, &Command::CheckDeadline, None).await?;
        let policy = Arc::clone(&self.policy);
        if let Some(live) = self.live.get_mut(&id) {
            let home = self.homes[&live.incident.environment].clone();
            live.work(&home, &policy, &self.doing, &self.tasks);
        }
        Ok(())
    }

    /// Takes what a task brought back.
    async fn record(&mut self, done: Done) {
        match done {
            Done::Answered { key, delivered } => {
                if delivered {
                    self.answering.remove(&key);
                } else {
                    // The store refused to close the row: leave it for the next start rather than answer twice.
                    tracing::error!(inbox = key, "an answer was given but could not be noted");
                }
            }
            Done::Woken { incident, depth } => {
                if let Some(live) = self.live.get_mut(&incident) {
                    live.woken(depth);
                }
            }
            Done::Looked { incident, claim, observation, at } => {
                let Some(live) = self.live.get_mut(&incident) else { return };
                live.looked(claim, &observation, at);
                let command = Command::RecordObservation { claim, observation };
                if let Err(error) = self.command(incident, &command, None).await {
                    report(&error, "recording an observation");
                    if matches!(error, StoreError::Overtaken(_)) {
                        let _ = self.reload(incident).await.inspect_err(|e| report(e, "reading an incident again"));
                    }
                    if let Some(live) = self.live.get_mut(&incident) {
                        live.forget_look();
                    }
                }
            }
            Done::Deleted { incident, uid, result } => {
                let command = Command::RecordDelete { uid: uid.clone(), result: result.clone() };
                match self.command(incident, &command, None).await {
                    Ok(_) => {
                        if let Some(live) = self.live.get_mut(&incident) {
                            live.idle();
                        }
                    }
                    Err(error) => {
                        // What came of a delete must not be lost: until it is recorded nothing else is done.
                        report(&error, "recording a delete");
                        if matches!(error, StoreError::Overtaken(_)) {
                            let _ = self.reload(incident).await.inspect_err(|e| report(e, "reading an incident again"));
                        }
                        let doing = self.doing.clone();
                        self.tasks.spawn(async move {
                            tokio::time::sleep(Duration::from_millis(500)).await;
                            let _ = doing.send(Done::Deleted { incident, uid, result });
                        });
                    }
                }
            }
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn report(error: &StoreError, doing: &str) {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::error!(%error, cause, doing, "the store refused");
}
