//! Which events follow from a command. May refuse; changes nothing.

use jiff::Timestamp;

use super::alert::Alert;
use super::approval::{Account, Ending, Policy, Refusal, Restarts, two_persons};
use super::event::{Claim, Event, LastLeader, Outcome};
use super::observation::{Database, Observation};
use super::plan::propose;
use super::transition::{DeleteResult, Transition, because};
use super::{Incident, PodState, Restart, State};

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
    /// A person wants a restart.
    RequestRestart {
        /// Who.
        by: Account,
        /// Why, in their words.
        reason: Option<String>,
    },
    /// A person approves one.
    Approve {
        /// Who.
        by: Account,
        /// Of which request.
        code: String,
        /// Whether they say that they checked the database.
        database_checked: bool,
    },
    /// A person denies one.
    Deny {
        /// Who.
        by: Account,
        /// Of which request.
        code: String,
    },
    /// The requester takes it back.
    Cancel {
        /// Who.
        by: Account,
        /// Of which request.
        code: String,
    },
    /// A person takes the incident over.
    HandOver {
        /// Who.
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
}

impl Command {
    /// Whether it comes from our own tasks: then it counts only under the newest claim.
    pub fn is_own(&self) -> bool {
        matches!(
            self,
            Self::Claim { .. } | Self::RecordObservation { .. } | Self::RecordDelete { .. } | Self::CheckDeadline
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
                    Err(self.ended_or(code, Refusal::Closed))
                }
                Command::Claim { .. }
                | Command::RecordObservation { .. }
                | Command::RecordDelete { .. }
                | Command::CheckDeadline => Ok(Vec::new()),
                _ => Err(Refusal::Closed),
            };
        }
        let mut transition = Transition { incident: self.clone(), now, policy, events: Vec::new() };
        match command {
            Command::Check { by } => transition.push(Event::CheckRequested { by: policy.who(by) }),
            Command::Alert(alert) => {
                let known = self.alerts.get(&alert.fingerprint).map(|known| known.status);
                if known.map_or(self.alerts.len() < MAX_ALERTS, |known| known != alert.status) {
                    transition.push(Event::AlertJoined { alert: alert.clone() });
                }
            }
            Command::AlertResolved(alert) => {
                if self.alerts.get(&alert.fingerprint).is_some_and(|known| known.status != alert.status) {
                    transition.push(Event::AlertResolved { alert: alert.clone() });
                }
            }
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
                if request.by.person != by.person {
                    return Err(Refusal::NotYours { requester: request.by.clone() });
                }
                transition.push(Event::Cancelled { by });
            }
            Command::HandOver { by, reason } => {
                let by = policy.somebody(by)?;
                let under_way = |r: &Restart| {
                    r.pods.iter().any(|p| matches!(p.state, PodState::Intended { .. } | PodState::Unclear))
                };
                if self.restart().is_some_and(under_way) {
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
            }
        }
        Ok(transition.events)
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
            Some((ending, at)) => Refusal::Ended { ending: ending.clone(), at: *at },
            None => otherwise,
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
        let until = self.last_restart? + policy.cool_down;
        (now < until).then_some(Refusal::CoolDown { until })
    }
}

impl Transition<'_> {
    fn request(&mut self, by: &Account, reason: Option<&str>) -> Result<(), Refusal> {
        let (by, incident, policy) = (self.policy.requester(by)?, &self.incident, self.policy);
        match &incident.state {
            State::Diagnosed => {}
            State::Checking => return Err(Refusal::NotDiagnosed),
            State::AwaitingApproval(request) => return Err(Refusal::AlreadyRequested { by: request.by.clone() }),
            State::Restarting(_) | State::Recovering(_) => return Err(Refusal::BeingCarriedOut),
            State::Closed(_) => return Err(Refusal::Closed),
        }
        let (Some(diagnosis), Some(observation)) = (&incident.diagnosis, &incident.observation) else {
            return Err(Refusal::NotDiagnosed);
        };
        let Some(plan) = propose(diagnosis, observation) else {
            return Err(Refusal::VerdictForbids { verdict: diagnosis.verdict.phrase(), because: because(diagnosis) });
        };
        if let Some(refusal) = incident.withheld(self.now, policy) {
            return Err(refusal);
        }
        let event = Event::RestartRequested {
            by,
            reason: reason.map(str::to_owned),
            code: plan.code(incident.requests + 1),
            plan,
            expires: self.now + policy.approval_expiry,
            dry_run: policy.restarts == Restarts::DryRun,
            evidence_from: observation.at,
        };
        self.push(event);
        Ok(())
    }

    fn approve(&mut self, by: &Account, code: &str, database_checked: bool) -> Result<(), Refusal> {
        let by = self.policy.approver(by)?;
        let request = self.incident.pending(code)?;
        if self.now >= request.expires {
            return Err(Refusal::Ended { ending: Ending::Expired, at: request.expires });
        }
        if self.policy.restarts == Restarts::Off {
            return Err(Refusal::RestartsOff);
        }
        two_persons(&request.by, &by)?;
        if !database_checked && !self.incident.database_is_up() {
            return Err(Refusal::DatabaseNotConfirmed);
        }
        self.push(Event::Approved { by, database_checked });
        Ok(())
    }
}
