//! Which events follow from a command. May refuse; changes nothing.

use jiff::Timestamp;

use super::account::{Account, Platform, Who};
use super::alert::Alert;
use super::drill::Drill;
use super::event::{Claim, Event, LastLeader, Outcome};
use super::inhibition::says_checked;
use super::mute::Mute;
use super::observation::{Database, Observation};
use super::phrase::{Arg, Phrase};
use super::plan::propose;
use super::policy::{EVIDENCE_AGE, Policy, Restarts};
use super::refusal::{Ending, NotTwo, Refusal};
use super::standing::CLICK_AGE;
use super::transition::{DeleteResult, Transition};
use super::two_persons::{Party, counting, two_persons};
use super::{Incident, Restart, State};

/// What is wanted of an incident: by a person, by an alert, or by our own tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Look again.
    Check {
        /// Who asks.
        by: Account,
    },
    /// An alert fires.
    Alert(Alert),
    /// An alert is over, as its sender says.
    AlertResolved(Alert),
    /// A person mutes the environment's alerts.
    Mute(Mute),
    /// A person ends the mute.
    Unmute {
        /// The person who did it.
        by: Who,
    },
    /// A person wants a restart.
    RequestRestart {
        /// The account that it comes from.
        by: Account,
        /// Why, in their words.
        reason: Option<String>,
    },
    /// A person approves one.
    Approve {
        /// The account that it comes from.
        by: Account,
        /// Of which request.
        code: String,
        /// Whether they say that they checked the database.
        database_checked: bool,
    },
    /// A person denies one.
    Deny {
        /// The account that it comes from.
        by: Account,
        /// Of which request.
        code: String,
    },
    /// The requester takes it back.
    Cancel {
        /// The account that it comes from.
        by: Account,
        /// Of which request.
        code: String,
    },
    /// A person takes the incident over.
    HandOver {
        /// The account that it comes from.
        by: Account,
        /// Why, in their words.
        reason: Option<String>,
    },
    /// A process works on the incident from here on.
    Claim {
        /// Its number, which the store gave.
        claim: Claim,
    },
    /// An observation was made.
    RecordObservation {
        /// Under which claim.
        claim: Claim,
        /// What was seen.
        observation: Observation,
    },
    /// A delete was tried.
    RecordDelete {
        /// Of the pod with this UID.
        uid: String,
        /// What came of it.
        result: DeleteResult,
    },
    /// A deadline may have passed.
    CheckDeadline,
    /// People were told something, or could not be.
    RecordCall(Call),
    /// These channels take no card now; every other one does.
    RecordChannels {
        /// Each with what its platform says.
        closed: Vec<(Platform, String, Arg)>,
        /// Whether no other channel shows the incident.
        alone: bool,
    },
}

/// Who was told something that somebody is needed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The announcement's key.
    pub key: String,
    /// On which platform, or by which pager.
    pub destination: String,
    /// Persons, groups, or what pages them.
    pub names: Vec<String>,
    /// Who could not be reached, and why.
    pub missed: Vec<(String, Phrase)>,
}

impl Command {
    /// Whether it comes from our own tasks: then it counts only under the newest claim.
    pub fn is_own(&self) -> bool {
        matches!(
            self,
            Self::Claim { .. }
                | Self::RecordObservation { .. }
                | Self::RecordDelete { .. }
                | Self::CheckDeadline
                | Self::RecordCall(_)
                | Self::RecordChannels { .. }
        )
    }
}

/// How many alerts join an incident: a storm is one outage, and says nothing more after this many.
const MAX_ALERTS: usize = 50;

impl Incident {
    /// Which events follow from a command at this time under this policy, or the reason why not.
    pub fn decide(&self, command: &Command, now: Timestamp, policy: &Policy) -> Result<Vec<Event>, Refusal> {
        if self.is_closed() {
            return match command {
                Command::Approve { code, .. } | Command::Deny { code, .. } | Command::Cancel { code, .. } => {
                    Err(self.of_closed(code))
                }
                Command::Alert(alert) => self.reopening(alert).map(|event| vec![event]).ok_or(Refusal::Closed),
                command if command.is_own() => Ok(Vec::new()),
                _ => Err(Refusal::Closed),
            };
        }
        // Our own commands lead to deletes: what the platforms said is to be as young as the evidence.
        let policy = &*policy.as_of(now, if command.is_own() { EVIDENCE_AGE } else { CLICK_AGE });
        if let State::Drill(drill) = &self.state {
            return self.decide_drill(drill, command, now, policy);
        }
        let mut transition = Transition { incident: self.clone(), now, policy, events: Vec::new() };
        match command {
            Command::Check { by } => transition.push(Event::CheckRequested { by: policy.who(by) }),
            Command::Alert(alert) => {
                let known = self.alerts.get(&alert.fingerprint);
                let room = self.alerts.len() < MAX_ALERTS || alert.inhibits();
                let news = |known: &Alert| known.status != alert.status || known.is_heard_again(alert, policy);
                if known.map_or(room, news) {
                    transition.push(Event::AlertJoined { alert: alert.clone() });
                }
            }
            Command::AlertResolved(alert) => {
                if self.alerts.get(&alert.fingerprint).is_some_and(|known| known.status != alert.status) {
                    transition.push(Event::AlertResolved { alert: alert.clone() });
                }
            }
            Command::Mute(mute) => transition.push(Event::Muted { mute: mute.clone() }),
            Command::Unmute { by } => transition.push(Event::Unmuted { by: by.clone() }),
            Command::RequestRestart { by, reason } => transition.request(by, reason.as_deref())?,
            Command::Approve { by, code, database_checked } => transition.approve(by, code, *database_checked)?,
            Command::Deny { by, code } => {
                let by = policy.approver(by)?;
                self.pending(code)?;
                transition.push(Event::Denied { by });
            }
            Command::Cancel { by, code } => {
                let by = policy.somebody(by)?;
                let request = self.pending(code)?;
                let accounts = policy.accounts(&by.account);
                let canceller = Party { who: &by, accounts: &accounts };
                let same = two_persons(request.requester(), canceller, policy);
                if !matches!(same, Err(NotTwo::Account(_) | NotTwo::Name(_))) {
                    return Err(Refusal::NotYours { requester: request.by.clone() });
                }
                transition.push(Event::Cancelled { by });
            }
            Command::HandOver { by, reason } => {
                let by = policy.somebody(by)?;
                if self.restart().is_some_and(Restart::is_in_flight) {
                    return Err(Refusal::BeingCarriedOut);
                }
                transition.close(Outcome::HandedOver { by, reason: reason.clone() });
            }
            Command::Claim { claim } => transition.push(Event::Claimed { claim: *claim }),
            Command::RecordObservation { claim, observation } => {
                if self.claim == Some(*claim) {
                    let healthy = self.last_leader.as_ref().map(LastLeader::served);
                    let dated = observation.clone().after(self.observation.as_ref(), healthy, &policy.allowances);
                    transition.observe(*claim, &dated);
                }
            }
            Command::RecordDelete { uid, result } => transition.record_delete(uid, result),
            Command::CheckDeadline => {
                if self.request().is_some_and(|request| now >= request.expires) {
                    transition.push(Event::Expired);
                }
                for alert in self.silent(now, policy) {
                    transition.push(Event::AlertLapsed { alert });
                }
            }
            Command::RecordCall(call) => transition.events.extend(self.called(call)),
            Command::RecordChannels { closed, alone } => {
                for (platform, channel, why) in closed {
                    if !self.closed_channels.contains(&(*platform, channel.clone())) {
                        let (platform, channel, why) = (*platform, channel.clone(), why.clone());
                        transition.push(Event::ChannelClosed { platform, channel, why, alone: *alone });
                    }
                }
                for (platform, channel) in &self.closed_channels {
                    if !closed.iter().any(|(other, named, _)| other == platform && named == channel) {
                        transition.push(Event::ChannelOpened { platform: *platform, channel: channel.clone() });
                    }
                }
            }
        }
        Ok(transition.events)
    }

    /// What a drill makes of a command: it ends, or goes on. Nothing else ever comes of it.
    fn decide_drill(
        &self,
        drill: &Drill,
        command: &Command,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Vec<Event>, Refusal> {
        let over = |ending| vec![Event::Closed { outcome: Outcome::Drill { ending } }];
        match command {
            Command::Approve { by, code, .. } => Ok(over(Ending::Approved(drill.come(by, code, now, policy)?))),
            Command::Deny { by, code } => Ok(over(Ending::Denied(drill.come(by, code, now, policy)?))),
            Command::Cancel { by, code } => Ok(over(Ending::Cancelled(drill.cancel(by, code, policy)?))),
            Command::Claim { claim } => Ok(vec![Event::Claimed { claim: *claim }]),
            Command::CheckDeadline if now >= drill.expires => Ok(over(Ending::Expired)),
            Command::RecordCall(call) => Ok(self.called(call).into_iter().collect()),
            command if command.is_own() => Ok(Vec::new()),
            _ => Err(Refusal::OfDrill),
        }
    }

    /// The event that says who was told something; `None` where the log says so already.
    fn called(&self, call: &Call) -> Option<Event> {
        let Call { key, destination, names, missed } = call.clone();
        (!self.called.contains(&key)).then_some(Event::Called { key, destination, names, missed })
    }

    /// The request that waits under this code.
    fn pending(&self, code: &str) -> Result<&super::RestartRequest, Refusal> {
        match self.request() {
            Some(request) if request.code.eq_ignore_ascii_case(code) => Ok(request),
            _ => Err(self.ended_or(code, Refusal::NoSuchCode { code: code.to_owned() })),
        }
    }

    fn ended_or(&self, code: &str, otherwise: Refusal) -> Refusal {
        match self.ended.get(&code.to_ascii_uppercase()) {
            Some(request) => Refusal::Ended { ending: request.ending.clone(), at: request.at },
            None => otherwise,
        }
    }

    /// Why a code counts for nothing in a closed incident: which request it was of.
    fn of_closed(&self, code: &str) -> Refusal {
        match self.ended.get(&code.to_ascii_uppercase()) {
            Some(request) => Refusal::OfClosed { incident: self.id, request: Box::new(request.clone()) },
            None => Refusal::NoSuchCode { code: code.to_owned() },
        }
    }

    /// Whether the database's state stands in the evidence as up.
    pub fn database_is_up(&self) -> bool {
        let seen = self.observation.as_ref().and_then(|o| o.database.known());
        seen.is_some_and(|report| report.state == Database::Up)
    }
}

impl Incident {
    /// Why no restart is offered although it would help; `None` where it is.
    pub fn withheld(&self, now: Timestamp, policy: &Policy) -> Option<Refusal> {
        if policy.restarts == Restarts::Off {
            return Some(Refusal::RestartsOff);
        }
        if self.restarted {
            return Some(Refusal::OneRestart);
        }
        let until = self.last_restart.map(|at| at + policy.cool_down);
        if let Some(until) = until.filter(|until| now < *until) {
            return Some(Refusal::CoolDown { until });
        }
        let alert = self.inhibiting(now, policy)?;
        let (name, source) = (alert.name.clone(), alert.source.clone());
        Some(Refusal::DatabaseAlert { name, source, seen_at: alert.seen_at? })
    }
}

impl Transition<'_> {
    fn request(&mut self, by: &Account, reason: Option<&str>) -> Result<(), Refusal> {
        let (incident, policy) = (&self.incident, self.policy);
        let (by, accounts) = (policy.requester(by)?, policy.accounts(by));
        match &incident.state {
            State::Diagnosed => {}
            State::Checking => return Err(Refusal::NotDiagnosed),
            State::AwaitingApproval(request) => return Err(Refusal::AlreadyRequested { by: request.by.clone() }),
            State::Restarting(_) | State::Recovering(_) => return Err(Refusal::BeingCarriedOut),
            State::Drill(_) => return Err(Refusal::OfDrill),
            State::Closed(_) => return Err(Refusal::Closed),
        }
        let (Some(diagnosis), Some(observation)) = (&incident.diagnosis, &incident.observation) else {
            return Err(Refusal::NotDiagnosed);
        };
        let Some(plan) = propose(diagnosis, observation) else {
            return Err(Refusal::VerdictForbids { verdict: diagnosis.verdict.phrase(), because: diagnosis.because() });
        };
        match incident.withheld(self.now, policy) {
            Some(Refusal::DatabaseAlert { .. }) if says_checked(reason) => {}
            Some(refusal) => return Err(refusal),
            None => {}
        }
        let is_said = reason.is_some_and(|reason| !reason.trim().is_empty());
        if policy.rules.of(&incident.environment).reason && !is_said {
            return Err(Refusal::ReasonNeeded { environment: incident.environment.clone() });
        }
        let event = Event::RestartRequested {
            by,
            accounts,
            reason: reason.map(str::to_owned),
            code: plan.code(incident.id, incident.requests + 1, self.now),
            plan,
            expires: self.now + policy.approval_expiry,
            dry_run: policy.restarts == Restarts::DryRun,
            evidence_from: observation.at,
            terminating_wait: Some(policy.terminating_wait),
        };
        self.push(event);
        Ok(())
    }

    fn approve(&mut self, by: &Account, code: &str, database_checked: bool) -> Result<(), Refusal> {
        let (by, accounts) = (self.policy.approver(by)?, self.policy.accounts(by));
        let request = self.incident.pending(code)?;
        if self.now >= request.expires {
            return Err(Refusal::Ended { ending: Ending::Expired, at: request.expires });
        }
        if self.policy.restarts == Restarts::Off {
            return Err(Refusal::RestartsOff);
        }
        two_persons(request.requester(), Party { who: &by, accounts: &accounts }, self.policy)
            .map_err(|why| why.refusal(&request.by, &by))?;
        let inhibited = self.incident.inhibiting(self.now, self.policy).is_some();
        if !database_checked && (inhibited || !self.incident.database_is_up()) {
            return Err(Refusal::DatabaseNotConfirmed);
        }
        let approver = Party { who: &by, accounts: &accounts };
        let known = |one: &Party<'_>| {
            matches!(two_persons(*one, approver, self.policy), Err(NotTwo::Account(_) | NotTwo::Name(_)))
        };
        if let Some(before) = request.approvers().find(known) {
            return Err(Refusal::ApprovedOnce { by: before.who.clone() });
        }
        let given = counting(request.requester(), request.approvers().chain([approver]), self.policy);
        let needed = self.policy.rules.needed(&self.incident.environment, self.now);
        self.push(if given < needed {
            Event::ApprovalGiven { by, accounts, database_checked, given, needed }
        } else {
            Event::Approved { by, accounts, database_checked }
        });
        Ok(())
    }
}
