//! What follows from what was seen: an open incident takes an observation, step by step, into events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::approval::{EVIDENCE_AGE, Policy, Restarts, two_persons};
use super::diagnosis::{Bearing, Diagnosis, Finding, Verdict, diagnose};
use super::event::{Claim, DeletedHow, Event, Outcome, Recorded};
use super::observation::{Observation, PodSummary};
use super::phrase::Phrase;
use super::plan::propose;
use super::recovery::{Judgement, judge, missing_pods};
use super::restart::{Step, is_stalled, next_step};
use super::{Incident, PodState, Recovery, Restart, State};

/// What came of a delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeleteResult {
    /// The API server accepted it.
    Accepted,
    /// There is no pod of this name.
    Missing,
    /// It was refused, or not sent, and why; the pod was not touched.
    Refused(String),
    /// No answer: it may or may not have arrived.
    Unclear(String),
}

/// How many refused deletes of one pod end the restart.
const MAX_FAILURES: u32 = 5;

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
            State::Closed(_) => {}
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
        let Some(restart) = self.restart() else { return };
        if observation.pods.known().is_none() {
            self.give_up_if_blind(claim, observation, &restart);
            return;
        }
        if self.is_one_person(claim, observation, &restart) {
            return;
        }
        if restart.checked_by != Some(claim) && !self.recheck(claim, observation, &restart) {
            return;
        }
        self.record_leader(claim, observation, &restart);
        let before = self.events.len();
        while self.take_step(claim, observation) {}
        let nothing_else = self.events.len() == before;
        if nothing_else && self.incident.progress_differs(observation) {
            self.record_observation(claim, observation);
        }
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
                Some(_) => Event::DeleteFailed { pod, uid, why: "the pod is still there, not terminating".to_owned() },
            });
        }
    }

    fn give_up_if_blind(&mut self, claim: Claim, observation: &Observation, restart: &Restart) {
        let untouched = restart.deleted().is_empty() && restart.checked_by.is_none();
        if untouched {
            if self.now.duration_since(restart.approved_at) > self.policy.blind_allowance {
                self.record_diagnosis(claim, observation, diagnose(observation));
                self.push(Event::PlanVoided { why: Phrase::new("voided-not-seen") });
            }
        } else {
            self.give_up_if_stalled(claim, observation, restart);
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

    /// Judges the two-person rule again while deletes are left, by the configuration of now: it may have changed since the
    /// approval. Whether requester and approver turned out to be one person: then nothing more is deleted.
    fn is_one_person(&mut self, claim: Claim, observation: &Observation, restart: &Restart) -> bool {
        let is_left = restart.pods.iter().any(|progress| progress.state == PodState::Waiting);
        if restart.is_in_flight() || !is_left {
            return false;
        }
        let (requester, approver) = (restart.request.requester(), restart.approver());
        let Err(why) = two_persons(requester, approver, self.policy) else { return false };
        let why = why.voids(requester.who, approver.who);
        if !restart.deleted().is_empty() {
            self.record_observation(claim, observation);
            self.skip_rest(&why);
            self.await_recovery();
        } else if observation.is_full() {
            self.record_diagnosis(claim, observation, diagnose(observation));
            self.push(Event::PlanVoided { why });
        }
        true
    }

    /// The look after the approval, or after taking over. Whether the restart may go on.
    fn recheck(&mut self, claim: Claim, observation: &Observation, restart: &Restart) -> bool {
        if !observation.is_full() {
            return false;
        }
        if restart.deleted().is_empty() {
            return self.confirm(claim, observation, restart);
        }
        self.record_observation(claim, observation);
        let diagnosis = diagnose(observation);
        if diagnosis.is_untroubled() {
            // It healed while nobody looked: delete no more.
            self.skip_rest(&skipped(&diagnosis));
            self.await_recovery();
            return false;
        }
        self.push(Event::Rechecked { claim });
        true
    }

    /// Whether the evidence still justifies the plan while nothing has been deleted; voids the plan where it does not.
    fn confirm(&mut self, claim: Claim, observation: &Observation, restart: &Restart) -> bool {
        let diagnosis = diagnose(observation);
        if let Some(alert) = self.incident.objection(restart, self.now, self.policy) {
            let why = Phrase::new("voided-database-alert").with("name", &alert.name);
            self.record_diagnosis(claim, observation, diagnosis);
            self.push(Event::PlanVoided { why });
            return false;
        }
        let proposed = propose(&diagnosis, observation);
        if proposed.is_some_and(|plan| plan.digest == restart.request.plan.digest) {
            self.record_observation(claim, observation);
            if restart.checked_by != Some(claim) {
                self.push(Event::Rechecked { claim });
            }
            return true;
        }
        let in_doubt = diagnosis.is_in_doubt() || diagnosis.waits();
        let waited = self.now.duration_since(restart.approved_at);
        if in_doubt && waited <= self.policy.blind_allowance {
            if observation.undecided().next().is_some() {
                self.record_observation(claim, observation);
            }
            return false;
        }
        let healthy = diagnosis.is_healthy();
        let why = if !restart.request.plan.is_intact(observation) {
            Phrase::new("voided-pods-changed")
        } else if diagnosis.is_in_doubt() {
            Phrase::new("voided-not-seen")
        } else {
            Phrase::new("voided-cause-changed").with("now", because(&diagnosis))
        };
        self.record_diagnosis(claim, observation, diagnosis);
        if healthy {
            self.void_recovered();
        } else {
            self.push(Event::PlanVoided { why });
        }
        false
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

    /// Takes one step of the restart, if the observation allows one. Whether there may be another.
    fn take_step(&mut self, claim: Claim, observation: &Observation) -> bool {
        let Some(restart) = self.restart() else { return false };
        match next_step(&restart, observation, self.now, self.policy) {
            Step::Wait => {
                self.give_up_if_stalled(claim, observation, &restart);
                false
            }
            Step::Stop(why) => {
                if observation.is_full() {
                    self.stop(claim, observation, why);
                }
                false
            }
            Step::Done => {
                self.record_observation(claim, observation);
                self.await_recovery();
                false
            }
            Step::Open { index, past } => {
                observation.is_full() && self.step_pod(claim, observation, &restart, index, past)
            }
        }
    }

    fn step_pod(
        &mut self,
        claim: Claim,
        observation: &Observation,
        restart: &Restart,
        index: usize,
        past: Option<Phrase>,
    ) -> bool {
        let progress = &restart.pods[index];
        let (pod, uid) = (progress.pod.name.clone(), progress.pod.uid.clone());
        let skip = |why| Event::DeleteSkipped { pod: pod.clone(), uid: uid.clone(), why: Phrase::new(why) };
        let untouched = restart.deleted().is_empty();
        if untouched && !self.confirm(claim, observation, restart) {
            return false;
        }
        let seen = match observation.pod_by_uid(&uid) {
            None => {
                self.record_observation(claim, observation);
                self.push(skip("skipped-replaced"));
                return true;
            }
            Some(seen) if seen.is_terminating() => {
                self.record_observation(claim, observation);
                self.push(skip("skipped-terminating"));
                return true;
            }
            Some(seen) => seen,
        };
        if progress.failures >= MAX_FAILURES {
            self.stop(claim, observation, Phrase::new("stopped-delete-failed").with("pod", &pod));
            return false;
        }
        // What is configured now counts, whatever held when the restart was requested.
        if restart.request.dry_run || (self.policy.restarts == Restarts::DryRun && untouched) {
            self.dry_run();
            return false;
        }
        if self.policy.restarts != Restarts::On {
            self.stop(claim, observation, Phrase::new("stopped-switched-off"));
            return false;
        }
        self.delete_or_spare(claim, observation, restart, progress.stage, seen, past)
    }

    /// The pod is there and it is its turn: spare it, leave it, wait, or intend its delete.
    fn delete_or_spare(
        &mut self,
        claim: Claim,
        observation: &Observation,
        restart: &Restart,
        stage: usize,
        seen: &PodSummary,
        past: Option<Phrase>,
    ) -> bool {
        let (pod, uid) = (seen.name.clone(), seen.uid.clone());
        let diagnosis = diagnose(observation);
        let stage_begins = restart.pods.iter().all(|p| p.stage != stage || p.state == PodState::Waiting);
        if diagnosis.is_untroubled() && stage > 0 && stage_begins {
            self.record_observation(claim, observation);
            self.skip_rest(&skipped(&diagnosis));
            self.await_recovery();
            return false;
        }
        let leads = observation.leader().is_some_and(|leader| leader.uid == seen.uid);
        if diagnosis.is_untroubled() && leads {
            self.record_observation(claim, observation);
            self.push(Event::PodSpared { pod, uid });
            return true;
        }
        // What leads and answers, or may, is looked at again rather than deleted.
        let serving = observation.serves(seen) || observation.may_serve(seen);
        let inhibited = serving || inhibits(&diagnosis, past.is_some());
        let outdated = self.now.duration_since(observation.at) > EVIDENCE_AGE;
        if inhibited || outdated {
            self.give_up_if_stalled(claim, observation, restart);
            return false;
        }
        self.record_observation(claim, observation);
        self.push(Event::DeleteIntended { pod, uid, resource_version: seen.resource_version.clone(), claim, past });
        false
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

/// Whether what is found forbids the next delete. A pod that a finalizer holds does not where people confirmed to go past it.
fn inhibits(diagnosis: &Diagnosis, goes_past: bool) -> bool {
    let forbids = |finding: &Finding| {
        let bears = matches!(finding.bearing, Bearing::WillNotHelp | Bearing::Withholds);
        bears && !(goes_past && finding.id == "finalizer-holds")
    };
    matches!(diagnosis.verdict, Verdict::WillNotHelp { .. }) && diagnosis.findings.iter().any(forbids)
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

/// Why nothing more is deleted.
fn skipped(diagnosis: &Diagnosis) -> Phrase {
    Phrase::new(if diagnosis.is_healthy() { "skipped-healthy" } else { "skipped-reached" })
}

/// What decides a diagnosis, in a sentence.
pub(super) fn because(diagnosis: &Diagnosis) -> Phrase {
    diagnosis.deciding().map_or_else(|| diagnosis.verdict.phrase(), |finding| finding.says.clone())
}
