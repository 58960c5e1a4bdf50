//! The core: everything about one outage of one environment, as a log of events and the state that follows from it.
//!
//! Nothing under `incident/` is async, reads a clock, logs, or names a platform's or a cluster's crate: time, people and
//! observations are handed in as data. [`Incident::decide`] may refuse and changes nothing; [`Incident::apply`] never fails and
//! never decides; [`Incident::next`] derives what is to be done, so that a crash loses nothing.

mod id;
pub mod phrase;
pub mod environment;
pub mod allowance;
pub mod observation;
pub mod diagnosis;
pub mod alert;
pub mod plan;
pub mod streak;
pub mod rules;
pub mod account;
pub mod standing;
pub mod refusal;
pub mod policy;
pub mod two_persons;
mod looking;
pub mod explained;
pub mod recovery;
pub mod mute;
pub mod event;
mod restart;
pub mod drill;
pub mod inhibition;
pub mod rollout;
pub mod reopen;
pub mod transition;
pub mod decide;
pub mod next;
pub mod timeline;
pub mod phases;
pub mod figures;
pub mod report;
pub mod escalation;
mod unproven;

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use jiff::Timestamp;

use self::account::Platform;
use self::alert::{Alert, AlertStatus, Fingerprint};
use self::diagnosis::Diagnosis;
use self::drill::Drill;
use self::event::{Claim, Event, LastLeader, Outcome, Recorded, Trigger};
pub use self::id::IncidentId;
use self::mute::Mute;
use self::observation::{Observation, ProbeOutcome};
use self::phrase::Phrase;
use self::refusal::{EndedRequest, Ending};
pub use self::restart::{PodProgress, PodState, Recovery, Restart, RestartRequest};

/// Everything about one outage of one environment, from the first check or alert to the close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// The environment's name.
    pub environment: String,
    /// The number of its newest event.
    pub seq: u64,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was opened, or opened again last.
    pub begun_at: Timestamp,
    /// What opened it.
    pub trigger: Trigger,
    /// Alerts that concern it, by fingerprint, as they last were.
    pub alerts: BTreeMap<Fingerprint, Alert>,
    /// When an alert about the database began to fire, as far as this incident heard of one.
    pub database_alert_at: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
    /// Who works on it.
    pub claim: Option<Claim>,
    /// The newest observation in the log.
    pub observation: Option<Observation>,
    /// The claim that made it.
    pub observed_by: Option<Claim>,
    /// What it means.
    pub diagnosis: Option<Diagnosis>,
    /// Somebody waits for a fresh look.
    pub check_due: bool,
    /// How many restarts were requested.
    pub requests: u32,
    /// The requests that ended, by code.
    pub ended: BTreeMap<String, EndedRequest>,
    /// When this incident's restart began (the first intent), or else the environment's last one.
    pub last_restart: Option<Timestamp>,
    /// Whether that restart was this incident's.
    pub restarted: bool,
    /// The active leader before: the newest seen in a healthy environment before the outage.
    pub last_leader: Option<LastLeader>,
    /// Who led, or was labelled active, when that was seen last in this incident, before its restart.
    pub led: Option<LastLeader>,
    /// Whether trouble was seen in it, rather than only not enough.
    pub troubled: bool,
    /// Since when connects reach the BBS and no ping proves that it answers.
    pub unproven_since: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How often it was opened again.
    pub reopened: u32,
    /// Alerts of its environment were muted meanwhile.
    pub mute: Option<Mute>,
    /// What people were told, by key, as far as the log says so.
    pub called: BTreeSet<String>,
    /// The channels that take no card.
    pub closed_channels: BTreeSet<(Platform, String)>,
}

/// Where an incident stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has been seen yet.
    Checking,
    /// It was looked at; nothing is being done.
    Diagnosed,
    /// A restart was requested.
    AwaitingApproval(RestartRequest),
    /// It was approved and is carried out.
    Restarting(Restart),
    /// All deletes are done.
    Recovering(Recovery),
    /// A drill waits for somebody.
    Drill(Drill),
    /// It is over.
    Closed(Outcome),
}

impl State {
    /// The names of those in which an incident is open.
    pub const OPEN: [&'static str; 5] = ["checking", "diagnosed", "awaiting-approval", "restarting", "recovering"];

    /// Its name without what it holds.
    pub fn name(&self) -> &'static str {
        let [checking, diagnosed, awaiting, restarting, recovering] = Self::OPEN;
        match self {
            Self::Checking => checking,
            Self::Diagnosed => diagnosed,
            Self::AwaitingApproval(_) => awaiting,
            Self::Restarting(_) => restarting,
            Self::Recovering(_) => recovering,
            Self::Drill(_) => "drill",
            Self::Closed(_) => "closed",
        }
    }
}

impl Incident {
    /// The incident that a log tells of; `None` where the log does not begin with its opening.
    pub fn replay<'a>(id: IncidentId, log: impl IntoIterator<Item = &'a Recorded>) -> Option<Self> {
        let mut log = log.into_iter();
        let mut incident = Self::opened(id, log.next()?)?;
        for recorded in log {
            incident.apply(recorded);
        }
        Some(incident)
    }

    fn opened(id: IncidentId, first: &Recorded) -> Option<Self> {
        match &first.event {
            Event::Opened { environment, trigger, last_restart, last_leader, database_alerts } => {
                let mut incident = Self {
                    alerts: database_alerts.iter().map(|alert| (alert.fingerprint.clone(), alert.clone())).collect(),
                    database_alert_at: database_alerts.iter().filter_map(|alert| alert.seen_at).max(),
                    last_restart: *last_restart,
                    last_leader: last_leader.clone(),
                    ..Self::begun(id, first, environment, trigger.clone())
                };
                if let Trigger::Alert(alert) = trigger {
                    incident.alerts.insert(alert.fingerprint.clone(), alert.clone());
                }
                Some(incident)
            }
            Event::DrillBegun { environment, by, accounts, expires } => {
                let (by, accounts, at, expires) = (by.clone(), accounts.clone(), first.at, *expires);
                let begun = Self::begun(id, first, environment, Trigger::Check(by.clone()));
                let state = State::Drill(Drill { by, accounts, code: drill::code(id, at), at, expires });
                Some(Self { state, check_due: false, ..begun })
            }
            _ => None,
        }
    }

    fn begun(id: IncidentId, first: &Recorded, environment: &str, trigger: Trigger) -> Self {
        Self {
            id,
            environment: environment.to_owned(),
            seq: first.seq,
            opened_at: first.at,
            begun_at: first.at,
            trigger,
            alerts: BTreeMap::new(),
            database_alert_at: None,
            state: State::Checking,
            since: first.at,
            claim: None,
            observation: None,
            observed_by: None,
            diagnosis: None,
            check_due: true,
            requests: 0,
            ended: BTreeMap::new(),
            last_restart: None,
            restarted: false,
            last_leader: None,
            led: None,
            troubled: false,
            unproven_since: None,
            closed_at: None,
            reopened: 0,
            mute: None,
            called: BTreeSet::new(),
            closed_channels: BTreeSet::new(),
        }
    }

    /// A sentence about it, marked where it is a drill.
    pub fn marked(&self, says: Phrase) -> Phrase {
        drill::marked(self.is_drill(), says)
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed(_))
    }

    /// Whether it is a drill: then it waits or is over, and is never anything else.
    pub fn is_drill(&self) -> bool {
        matches!(self.state, State::Drill(_) | State::Closed(Outcome::Drill { .. }))
    }

    /// The restart, while it is carried out or its recovery is watched.
    pub fn restart(&self) -> Option<&Restart> {
        match &self.state {
            State::Restarting(restart) => Some(restart),
            State::Recovering(recovery) => Some(&recovery.restart),
            _ => None,
        }
    }

    /// The request that waits for its approval.
    pub fn request(&self) -> Option<&RestartRequest> {
        match &self.state {
            State::AwaitingApproval(request) => Some(request),
            _ => None,
        }
    }

    /// The code under which it waits for somebody: that of its request, or of a drill.
    pub fn code(&self) -> Option<&str> {
        match &self.state {
            State::AwaitingApproval(request) => Some(&request.code),
            State::Drill(drill) => Some(&drill.code),
            _ => None,
        }
    }

    /// Takes an event into the state. Never fails and never decides; a closed incident stays closed, unless it is opened again.
    pub fn apply(&mut self, recorded: &Recorded) {
        let before = discriminant(&self.state);
        self.apply_event(recorded);
        if discriminant(&self.state) != before {
            self.since = recorded.at;
        }
    }

    fn apply_event(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        self.seq = recorded.seq;
        if self.is_drill() {
            return self.apply_to_drill(recorded);
        }
        if self.is_closed() {
            if let Event::Reopened { trigger } = &recorded.event {
                self.begun_at = at;
                self.reopen(trigger);
            }
            return;
        }
        match &recorded.event {
            Event::Opened { .. } | Event::DrillBegun { .. } | Event::Reopened { .. } | Event::Refused { .. } => {}
            Event::Muted { mute } => self.mute = Some(mute.clone()),
            Event::Unmuted { .. } => self.mute = None,
            Event::AlertJoined { alert } => {
                let known = self.alerts.insert(alert.fingerprint.clone(), alert.clone());
                if alert.inhibits() && !known.is_some_and(|known| known.inhibits()) {
                    self.database_alert_at = Some(at);
                }
            }
            Event::AlertLapsed { alert } => {
                self.alerts.remove(&alert.fingerprint);
                self.check_due = true;
            }
            Event::AlertResolved { alert } => {
                let resolved = Alert { status: AlertStatus::Resolved, ..alert.clone() };
                self.alerts.insert(alert.fingerprint.clone(), resolved);
                self.check_due = true;
            }
            Event::CheckRequested { .. } => self.check_due = true,
            Event::Claimed { claim } => self.claim = Some(*claim),
            Event::Called { key, .. } => drop(self.called.insert(key.clone())),
            Event::ChannelClosed { platform, channel, .. } => {
                self.closed_channels.insert((*platform, channel.clone()));
            }
            Event::ChannelOpened { platform, channel } => {
                self.closed_channels.remove(&(*platform, channel.clone()));
            }
            Event::Observed { claim, observation } => {
                if !self.restarted
                    && let Some(pod) = observation.led()
                {
                    self.led = Some(LastLeader::of(pod, observation.at));
                }
                self.observation = Some(observation.clone());
                self.observed_by = Some(*claim);
                self.check_due = false;
            }
            Event::Diagnosed { diagnosis } => {
                if diagnosis.is_healthy()
                    && let Some((pod, at)) = self.observation.as_ref().and_then(|o| Some((o.leader()?, o.at)))
                {
                    self.last_leader = Some(LastLeader::of(pod, at));
                }
                self.note_proof(diagnosis);
                self.diagnosis = Some(diagnosis.clone());
                if matches!(self.state, State::Checking) {
                    self.state = State::Diagnosed;
                }
            }
            Event::RestartRequested {
                by,
                accounts,
                reason,
                plan,
                code,
                expires,
                dry_run,
                evidence_from,
                terminating_wait,
            } => {
                self.requests += 1;
                self.state = State::AwaitingApproval(RestartRequest {
                    plan: plan.clone(),
                    code: code.clone(),
                    by: by.clone(),
                    accounts: accounts.clone(),
                    reason: reason.clone(),
                    at,
                    expires: *expires,
                    dry_run: *dry_run,
                    evidence_from: *evidence_from,
                    terminating_wait: *terminating_wait,
                    approvals: Vec::new(),
                });
            }
            Event::Approved { by, accounts, .. } => {
                if let Some(request) = self.end_request(Ending::Approved(by.clone()), at) {
                    let failed = self.failed_probes();
                    self.state = State::Restarting(Restart::new(request, (by.clone(), accounts.clone()), at, failed));
                }
            }
            Event::ApprovalGiven { by, accounts, .. } => {
                if let State::AwaitingApproval(request) = &mut self.state {
                    request.approvals.push((by.clone(), accounts.clone()));
                }
            }
            Event::Denied { by } => self.back_to_diagnosed(Ending::Denied(by.clone()), at),
            Event::Cancelled { by } => self.back_to_diagnosed(Ending::Cancelled(by.clone()), at),
            Event::Expired => self.back_to_diagnosed(Ending::Expired, at),
            Event::PlanVoided { .. } => self.back_to_diagnosed(Ending::Voided, at),
            Event::Closed { outcome } => {
                self.end_request(Ending::Closed, at);
                self.state = State::Closed(outcome.clone());
                self.closed_at = Some(at);
                self.closed_channels.clear();
            }
            event => self.apply_restart(event, at),
        }
    }

    /// A drill takes nothing but who works on it, who was told, and its end: whatever else stood in its log, it waits or is over.
    fn apply_to_drill(&mut self, recorded: &Recorded) {
        let State::Drill(drill) = &self.state else { return };
        match &recorded.event {
            Event::Claimed { claim } => self.claim = Some(*claim),
            Event::Called { key, .. } => drop(self.called.insert(key.clone())),
            Event::Closed { outcome: outcome @ Outcome::Drill { ending } } => {
                self.ended.insert(drill.code.clone(), drill.ended(ending.clone(), recorded.at));
                self.state = State::Closed(outcome.clone());
                self.closed_at = Some(recorded.at);
            }
            _ => {}
        }
    }

    fn apply_restart(&mut self, event: &Event, at: Timestamp) {
        if matches!(event, Event::DeleteIntended { .. }) && !self.restarted {
            self.restarted = true;
            self.last_restart = Some(at);
        }
        match &mut self.state {
            State::Restarting(restart) => match event {
                Event::LeaderSeen { uid, .. } => restart.leader = Some(uid.clone()),
                Event::Rechecked { claim } => restart.checked_by = Some(*claim),
                Event::RecoveryAwaited { until } => {
                    let (restart, until) = (restart.clone(), *until);
                    self.state = State::Recovering(Recovery { restart, until, healthy_since: None });
                }
                event => restart.apply(event, at),
            },
            State::Recovering(recovery) => match event {
                Event::LeaderSeen { uid, .. } => recovery.restart.leader = Some(uid.clone()),
                Event::HealthSeen => recovery.healthy_since = Some(at),
                Event::HealthLost { .. } => recovery.healthy_since = None,
                _ => {}
            },
            _ => {}
        }
    }

    fn end_request(&mut self, ending: Ending, at: Timestamp) -> Option<RestartRequest> {
        let request = self.request()?.clone();
        self.ended.insert(request.code.clone(), request.ended(ending, at));
        Some(request)
    }

    fn back_to_diagnosed(&mut self, ending: Ending, at: Timestamp) {
        match &self.state {
            State::AwaitingApproval(_) => {
                self.end_request(ending, at);
            }
            State::Restarting(restart) => {
                self.ended.insert(restart.request.code.clone(), restart.request.ended(ending, at));
            }
            _ => return,
        }
        self.state = State::Diagnosed;
    }

    fn failed_probes(&self) -> Vec<String> {
        let reports = self.observation.as_ref().map_or(&[][..], Observation::probes);
        let failed = reports.iter().filter(|report| report.outcome != ProbeOutcome::Succeeded);
        failed.map(|report| report.pod.clone()).collect()
    }
}
