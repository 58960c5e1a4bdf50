//! What follows from what was seen: an open incident takes an observation, step by step, into events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::diagnosis::{Diagnosis, Verdict, diagnose};
use super::event::{Claim, DeletedHow, Event, Outcome, Recorded};
use super::observation::{Observation, PodSummary};
use super::phrase::{Phrase, Statement};
use super::plan::propose;
use super::policy::Policy;
use super::recovery::{Judgement, judge, missing_pods};
use super::rollout::{Turn, is_stalled, turn};
use super::{Incident, PodProgress, PodState, Recovery, Restart, State};

/// What came of a delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeleteResult {
    /// The API server accepted it.
    Accepted,
    /// There is no pod of this name.
    Missing,
    /// It was refused, or not sent, and why; the pod was not touched.
    Refused(Statement),
    /// No answer: it may or may not have arrived.
    Unclear(Statement),
}

/// A copy of the incident into which each event is applied as it is decided, so that later ones build on earlier ones.
pub(super) struct Transition<'a> {
    pub(super) incident: Incident,
    pub(super) now: Timestamp,
    pub(super) policy: &'a Policy,
    pub(super) events: Vec<Event>,
}

impl Transition<'_> {
    pub(super) fn push(&mut self, event: Event) {
        let recorded = Recorded { seq: self.incident.seq + 1, at: self.now, event };
        self.incident.apply(&recorded);
        self.events.push(recorded.event);
    }

    pub(super) fn close(&mut self, outcome: Outcome) {
        self.push(Event::Closed { outcome });
    }

    pub(super) fn observe(&mut self, claim: Claim, observation: &Observation) {
        match self.incident.state.clone() {
            State::Checking | State::Diagnosed => self.observe_idle(claim, observation),
            State::AwaitingApproval(request) => {
                let diagnosis = diagnose(observation);
                if diagnosis.is_healthy() {
                    self.record_diagnosis(claim, observation, diagnosis);
                    self.void_recovered();
                } else if diagnosis.is_untroubled() {
                    self.record_diagnosis(claim, observation, diagnosis);
                    self.push(Event::PlanVoided { why: Phrase::new("voided-reached") });
                } else if observation.pods.known().is_some() && !request.plan.is_intact(observation) {
                    self.record_diagnosis(claim, observation, diagnosis);
                    self.push(Event::PlanVoided { why: Phrase::new("voided-pods-changed") });
                } else if self.incident.check_due {
                    self.record_diagnosis(claim, observation, diagnosis);
                } else if self.incident.lasts_otherwise(observation) || observation.undecided().next().is_some() {
                    self.record_observation(claim, observation);
                }
            }
            State::Restarting(_) => self.observe_restarting(claim, observation),
            State::Recovering(recovery) => self.observe_recovering(claim, observation, &recovery),
            State::Drill(_) | State::Closed(_) => {}
        }
    }

    fn observe_idle(&mut self, claim: Claim, observation: &Observation) {
        let first = matches!(self.incident.state, State::Checking);
        let diagnosis = diagnose(observation);
        let differs = self.incident.diagnosis_differs(&diagnosis, observation);
        if first || self.incident.check_due || differs || self.incident.lasts_otherwise(observation) {
            self.record_diagnosis(claim, observation, diagnosis);
        } else if observation.undecided().next().is_some() {
            // By how many looks it was seen stands in the log, so that a crash loses none.
            self.record_observation(claim, observation);
        }
        let again = self.incident.troubled;
        match self.incident.diagnosis.as_ref().map(|diagnosis| &diagnosis.verdict) {
            Some(Verdict::Healthy) if again => self.close(Outcome::RecoveredItself),
            Some(Verdict::Healthy) => self.close(Outcome::Healthy),
            Some(Verdict::ReachedNotProven) if self.incident.may_close_unproven(self.now, self.policy) => {
                self.close(Outcome::ReachedNotProven { again });
            }
            _ => {}
        }
    }

    fn record_diagnosis(&mut self, claim: Claim, observation: &Observation, diagnosis: Diagnosis) {
        self.record_observation(claim, observation);
        self.push(Event::Diagnosed { diagnosis });
    }

    /// Appends the observation, once.
    fn record_observation(&mut self, claim: Claim, observation: &Observation) {
        if self.incident.observation.as_ref() != Some(observation) || self.incident.observed_by != Some(claim) {
            self.push(Event::Observed { claim, observation: observation.clone() });
        }
    }

    fn void_recovered(&mut self) {
        self.push(Event::PlanVoided { why: Phrase::new("voided-recovered") });
        self.close(Outcome::RecoveredItself);
    }

    fn restart(&self) -> Option<Restart> {
        match &self.incident.state {
            State::Restarting(restart) => Some(restart.clone()),
            _ => None,
        }
    }

    fn observe_restarting(&mut self, claim: Claim, observation: &Observation) {
        self.resolve_unclear(claim, observation);
        let mut steps = 0;
        while self.take_turn(claim, observation) {
            steps += 1;
        }
        let is_checked = self.restart().is_some_and(|restart| restart.checked_by == Some(claim));
        if steps == 0 && is_checked && self.incident.progress_differs(observation) {
            self.record_observation(claim, observation);
        }
    }

    /// Makes events of what may be done now. Whether there may be more.
    fn take_turn(&mut self, claim: Claim, observation: &Observation) -> bool {
        let Some(restart) = self.restart() else { return false };
        let turn = turn(&self.incident, &restart, claim, observation, self.now, self.policy);
        let is_known = observation.pods.known().is_some();
        if is_known && restart.checked_by == Some(claim) && !matches!(turn, Turn::OnePerson(_)) {
            self.record_leader(claim, observation, &restart);
        }
        match turn {
            Turn::LookFully => {}
            Turn::Wait | Turn::Held => self.give_up_if_stalled(claim, observation, &restart),
            Turn::Doubt => {
                if observation.undecided().next().is_some() {
                    self.record_observation(claim, observation);
                }
            }
            Turn::Confirmed => {
                self.record_observation(claim, observation);
                self.push(Event::Rechecked { claim });
                return true;
            }
            Turn::OnePerson(why) if restart.is_untouched() => self.void(claim, observation, why),
            Turn::OnePerson(why) | Turn::SkipRest(why) => {
                self.record_observation(claim, observation);
                self.skip_rest(&why);
                self.await_recovery();
            }
            Turn::Void { recovered: true, .. } => {
                self.record_diagnosis(claim, observation, diagnose(observation));
                self.void_recovered();
            }
            Turn::Void { why, .. } => self.void(claim, observation, why),
            Turn::Skip { index, why } => {
                self.record_observation(claim, observation);
                let (pod, uid) = restart.pods[index].named();
                self.push(Event::DeleteSkipped { pod, uid, why });
                return true;
            }
            Turn::Spare { index } => {
                self.record_observation(claim, observation);
                let (pod, uid) = restart.pods[index].named();
                self.push(Event::PodSpared { pod, uid });
                return true;
            }
            Turn::Rehearsed => {
                self.record_observation(claim, observation);
                self.dry_run();
            }
            Turn::Delete { index, past } => self.intend(claim, observation, &restart.pods[index], past),
            Turn::Stop(why) => self.stop(claim, observation, why),
            Turn::Done => {
                self.record_observation(claim, observation);
                self.await_recovery();
            }
        }
        false
    }

    fn void(&mut self, claim: Claim, observation: &Observation, why: Phrase) {
        self.record_diagnosis(claim, observation, diagnose(observation));
        self.push(Event::PlanVoided { why });
    }

    fn intend(&mut self, claim: Claim, observation: &Observation, progress: &PodProgress, past: Option<Phrase>) {
        let (pod, uid) = progress.named();
        let Some(seen) = observation.pod_by_uid(&uid) else { return };
        let resource_version = seen.resource_version.clone();
        self.record_observation(claim, observation);
        self.push(Event::DeleteIntended { pod, uid, resource_version, claim, past });
    }

    /// Intents of another claim and deletes without an answer: the pods tell what became of them.
    fn resolve_unclear(&mut self, claim: Claim, observation: &Observation) {
        let Some(restart) = self.restart() else { return };
        if observation.pods.known().is_none() {
            return;
        }
        for progress in restart.pods {
            let unclear = match progress.state {
                PodState::Unclear => true,
                PodState::Intended { claim: by, .. } => by != claim,
                _ => false,
            };
            if !unclear {
                continue;
            }
            self.record_observation(claim, observation);
            let (pod, uid) = (progress.pod.name, progress.pod.uid);
            self.push(match observation.pod_by_uid(&uid) {
                None => Event::PodDeleted { pod, uid, how: DeletedHow::Gone },
                Some(seen) if seen.is_terminating() => Event::PodDeleted { pod, uid, how: DeletedHow::Terminating },
                Some(_) => Event::DeleteFailed { pod, uid, why: Phrase::new("unsent-still-there").into() },
            });
        }
    }

    fn give_up_if_stalled(&mut self, claim: Claim, observation: &Observation, restart: &Restart) {
        if is_stalled(restart, self.now, self.policy) && observation.is_full() {
            let held = missing_pods(observation, &[]).into_iter().find(|missing| missing.id == "missing-gone-held");
            self.stop(claim, observation, held.unwrap_or_else(|| Phrase::new("stopped-stalled")));
        }
    }

    /// Hands over with a last look that says how things stand: findings, probes and events.
    fn stop(&mut self, claim: Claim, observation: &Observation, why: Phrase) {
        self.record_diagnosis(claim, observation, diagnose(observation));
        let (deleted, planned) = self.counts();
        self.close(Outcome::NotRecovered { why: vec![why], deleted, planned });
    }

    fn counts(&self) -> (usize, usize) {
        self.incident.restart().map_or((0, 0), |r| (r.deleted().len(), r.pods.len()))
    }

    /// A leader that is not being deleted, once the restart has deleted something.
    fn record_leader(&mut self, claim: Claim, observation: &Observation, restart: &Restart) {
        let deleted = restart.deleted();
        if let Some(leader) = observation.leader()
            && restart.leader.as_ref() != Some(&leader.uid)
            && !deleted.is_empty()
            && !deleted.contains(&leader.uid.as_str())
        {
            self.record_observation(claim, observation);
            self.push(Event::LeaderSeen { pod: leader.name.clone(), uid: leader.uid.clone() });
        }
    }

    fn dry_run(&mut self) {
        let Some(restart) = self.restart() else { return };
        let mut first_of = None;
        for progress in &restart.pods {
            let id = if first_of == Some(progress.stage) { "skipped-dry-run" } else { "skipped-dry-run-canary" };
            first_of = Some(progress.stage);
            let (pod, uid) = (progress.pod.name.clone(), progress.pod.uid.clone());
            let why = Phrase::new(id).with("pod", &pod).with("uid", &uid);
            self.push(Event::DeleteSkipped { pod, uid, why });
        }
        self.close(Outcome::DryRun { planned: restart.pods.len() });
    }

    fn skip_rest(&mut self, why: &Phrase) {
        for progress in self.restart().map(|r| r.pods).unwrap_or_default() {
            if progress.state == PodState::Waiting {
                let (pod, uid) = (progress.pod.name, progress.pod.uid);
                self.push(Event::DeleteSkipped { pod, uid, why: why.clone() });
            }
        }
    }

    fn await_recovery(&mut self) {
        let Some(restart) = self.restart() else { return };
        let allowance = |stage: &super::plan::Stage| {
            let grace = stage.pods.iter().map(|pod| pod.grace_seconds).max().unwrap_or(0);
            jiff::SignedDuration::from_secs(grace.max(0)) + self.policy.start_allowance
        };
        let until = restart.request.plan.stages.iter().fold(self.now, |at, stage| at + allowance(stage));
        self.push(Event::RecoveryAwaited { until });
    }

    fn observe_recovering(&mut self, claim: Claim, observation: &Observation, recovery: &Recovery) {
        let deleted = recovery.restart.deleted();
        let failed: Vec<&str> = recovery.restart.failed_before.iter().map(String::as_str).collect();
        self.record_leader(claim, observation, &recovery.restart);
        // A look at the pods alone can't say healthy, and must not say that health was lost while they are good.
        let judgement = judge(observation, &deleted, &failed);
        let decisive = observation.is_full() || !missing_pods(observation, &deleted).is_empty();
        let late = self.now > recovery.until;
        match (judgement, recovery.healthy_since) {
            (Judgement::Healthy { .. }, None) => {
                self.record_observation(claim, observation);
                self.push(Event::HealthSeen);
            }
            (Judgement::Healthy { leader, proven }, Some(since)) => {
                if observation.at.duration_since(since) >= self.policy.hold {
                    self.record_diagnosis(claim, observation, diagnose(observation));
                    let (deleted, planned) = self.counts();
                    self.close(Outcome::Recovered { leader, deleted, planned, unproven: !proven });
                }
            }
            (Judgement::Waiting(missing), Some(_)) if decisive => {
                self.record_observation(claim, observation);
                self.push(Event::HealthLost { missing });
            }
            (Judgement::Waiting(missing), None) if late && observation.is_full() => {
                self.record_diagnosis(claim, observation, diagnose(observation));
                let (deleted, planned) = self.counts();
                self.close(Outcome::NotRecovered { why: missing, deleted, planned });
            }
            (Judgement::Waiting(_), _) => {
                if self.incident.progress_differs(observation) {
                    self.record_observation(claim, observation);
                }
            }
        }
    }

    pub(super) fn record_delete(&mut self, uid: &str, result: &DeleteResult) {
        let Some(restart) = self.restart() else { return };
        let Some(progress) = restart.pods.iter().find(|p| p.pod.uid == uid) else { return };
        if !matches!(progress.state, PodState::Intended { .. } | PodState::Unclear) {
            return;
        }
        let (pod, uid) = (progress.pod.name.clone(), uid.to_owned());
        self.push(match result {
            DeleteResult::Accepted => Event::PodDeleted { pod, uid, how: DeletedHow::Answered },
            DeleteResult::Missing => Event::PodDeleted { pod, uid, how: DeletedHow::Gone },
            DeleteResult::Refused(why) => Event::DeleteFailed { pod, uid, why: why.clone() },
            DeleteResult::Unclear(why) => Event::DeleteUnclear { pod, uid, why: why.clone() },
        });
    }
}

impl Incident {
    fn diagnosis_differs(&self, diagnosis: &Diagnosis, observation: &Observation) -> bool {
        let ids = |d: &Diagnosis| d.findings.iter().map(|f| f.id.clone()).collect::<Vec<_>>();
        let Some(known) = &self.diagnosis else { return true };
        let digest = |d, o| propose(d, o).map(|plan| plan.digest);
        let planned = self.observation.as_ref().and_then(|o| digest(known, o));
        known.verdict != diagnosis.verdict || ids(known) != ids(diagnosis) || planned != digest(diagnosis, observation)
    }

    /// Whether something that time decides has ended or begun since the newest observation in the log.
    fn lasts_otherwise(&self, observation: &Observation) -> bool {
        let what = |o: &Observation| {
            let all = o.lasting.iter().flatten();
            all.map(|one| (one.what, one.uid.clone(), one.over)).collect::<Vec<_>>()
        };
        self.observation.as_ref().is_some_and(|known| what(known) != what(observation))
    }

    /// Whether the pods stand differently from the newest observation in the log.
    fn progress_differs(&self, observation: &Observation) -> bool {
        let lines = |o: &Observation| {
            let pods = o.pods.known().map(|pods| pods.lockets.iter().chain(&pods.bbs));
            let told = |pod: &PodSummary| (pod.uid.clone(), pod.line(), pod.is_held(o.at));
            pods.map(|pods| pods.map(told).collect::<Vec<_>>())
        };
        self.observation.as_ref().is_none_or(|known| lines(known) != lines(observation))
    }
}
