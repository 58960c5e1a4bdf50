//! The one gate before a delete: what an approved restart may do now, what it waits for, and why.
//!
//! [`turn`] says it, for an incident, a claim, a look and a time. [`Incident::next`] asks it how to look next, and the transition
//! makes events of what it says; nothing else decides about a delete. Every gate is here:
//!
//! | gate | without it | held by |
//! |---|---|---|
//! | the pods can be seen | what is there would be guessed | `incident::blindness_after_the_approval_voids_it…` |
//! | two different persons, as they are now | one deletes alone | `incident::persons::two_who_turn_out_to_be_one…` |
//! | a look by this claim after the approval | another replica's evidence would count | `replicas::…`, `crash::…` |
//! | no alert about the database since the approval | it is restarted into a dead database | `incident::inhibition::one_that_comes…` |
//! | the evidence still makes the same plan, before the first delete | a plan outlives its reason | `incident::an_approval_after_a_pod_was_replaced…` |
//! | the pod is the one of the plan (UID), not terminating | another pod is deleted | `incident::whatever_happens`, `gates::…` |
//! | the stage before is back and settled; the canary is back | all are down at once | `gates::…`, `incident::terminating::…` |
//! | the pod does not lead, serve, or may serve | what works is deleted | `gates::a_planned_pod_that_becomes_the_leader…` |
//! | nothing found forbids a restart | a restart that harms | `incident::terminating::what_forbids_a_restart…` |
//! | restarts are switched on, and the request was no rehearsal | a rehearsal deletes | `incident::a_dry_run_says…` |
//! | fewer than five refusals of this delete | it is tried for ever | `incident::a_delete_that_is_refused…` |
//! | the look is under 30 s old | old evidence counts | `incident::whatever_happens` |
//!
//! The second line stands where the delete is sent, and knows nothing of all this: the executor sends only what was intended by its
//! own claim while its lease lasts, and the API server takes it for the UID and the resourceVersion that were seen alone.
//!
//! A gate opens on what an observation shows, never on time alone. Only a pod that hangs in Terminating lets others follow
//! after a while, since slowness there says nothing about what will come after it; and only where its set is `Parallel` and
//! people confirmed so: an `OrderedReady` set creates nothing behind such a pod.

use jiff::{SignedDuration, Timestamp};

use super::diagnosis::{Bearing, Diagnosis, Finding, Verdict, diagnose};
use super::event::Claim;
use super::observation::{Observation, PodSummary};
use super::phrase::Phrase;
use super::plan::propose;
use super::policy::{EVIDENCE_AGE, Policy, Restarts};
use super::refusal::Refusal;
use super::two_persons::{counting, two_persons};
use super::{Incident, PodProgress, PodState, Restart};

/// How many refused deletes of one pod end the restart.
const MAX_FAILURES: u32 = 5;

/// What a restart may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A gate is closed until the cluster changes.
    Wait,
    /// Only a full look can tell.
    LookFully,
    /// The evidence is in doubt, and nothing was deleted: it is waited for a while.
    Doubt,
    /// What is seen now forbids the next delete: look again.
    Held,
    /// This claim has seen that the restart may go on.
    Confirmed,
    /// Requester and approver turned out to be one person.
    OnePerson(Phrase),
    /// Nothing was deleted, and nothing justifies it any more.
    Void {
        /// The reason, to be said in any language.
        why: Phrase,
        /// Whether the environment recovered.
        recovered: bool,
    },
    /// The pods that are left need no delete.
    SkipRest(Phrase),
    /// This pod needs none.
    Skip {
        /// Its place in [`Restart::pods`].
        index: usize,
        /// The reason, to be said in any language.
        why: Phrase,
    },
    /// This pod leads by now: it stays.
    Spare {
        /// Its place in [`Restart::pods`].
        index: usize,
    },
    /// It was a rehearsal: what would be deleted is told.
    Rehearsed,
    /// This pod may be deleted now.
    Delete {
        /// Its place in [`Restart::pods`].
        index: usize,
        /// Which pod before it is not back, and why it goes on all the same.
        past: Option<Phrase>,
    },
    /// Something failed: nothing more may be deleted.
    Stop(Phrase),
    /// No pod is left to delete.
    Done,
}

/// What the stages say of the next pod.
enum Step {
    Wait,
    Open { index: usize, past: Option<Phrase> },
    Stop(Phrase),
    Done,
}

/// What a pod that was deleted says about the next one.
enum Gate {
    Open,
    Past(Phrase),
    Closed,
    Stop(Phrase),
}

/// Where a deleted pod's replacement stands.
enum Replacement<'a> {
    Terminating(&'a PodSummary),
    Absent,
    New(&'a PodSummary),
}

/// What this claim may do now by this look. What is under way has to be found out before.
pub fn turn(
    incident: &Incident,
    restart: &Restart,
    claim: Claim,
    observation: &Observation,
    now: Timestamp,
    policy: &Policy,
) -> Turn {
    if observation.pods.known().is_none() {
        return blind(restart, now, policy);
    }
    if let Some(turn) = one_person(incident, restart, observation, now, policy) {
        return turn;
    }
    if restart.checked_by != Some(claim) {
        return recheck(incident, restart, observation, now, policy);
    }
    match next_step(restart, observation, now, policy) {
        Step::Wait => Turn::Wait,
        Step::Done => Turn::Done,
        Step::Stop(_) | Step::Open { .. } if !observation.is_full() => Turn::LookFully,
        Step::Stop(why) => Turn::Stop(why),
        Step::Open { index, past } => pod(incident, restart, observation, now, policy, index, past),
    }
}

/// The pods can't be seen.
fn blind(restart: &Restart, now: Timestamp, policy: &Policy) -> Turn {
    if !restart.is_untouched() || restart.checked_by.is_some() {
        Turn::Wait
    } else if now.duration_since(restart.approved_at) > policy.blind_allowance {
        Turn::Void { why: Phrase::new("voided-not-seen"), recovered: false }
    } else {
        Turn::Doubt
    }
}

/// The two-person rule, judged again while deletes are left, by the configuration of now: it may have changed since the approval.
fn one_person(
    incident: &Incident,
    restart: &Restart,
    observation: &Observation,
    now: Timestamp,
    policy: &Policy,
) -> Option<Turn> {
    let is_left = restart.pods.iter().any(|progress| progress.state == PodState::Waiting);
    if restart.is_in_flight() || !is_left {
        return None;
    }
    let (requester, approver) = (restart.request.requester(), restart.approver());
    let mut parties = restart.request.approvers().chain([requester, approver]);
    let why = if let Err(why) = two_persons(requester, approver, policy) {
        why.voids(requester.who, approver.who)
    } else if let Some(party) = parties.find(|party| policy.barred(&party.who.account).is_some()) {
        Phrase::new("voided-account").with("who", party.who.name())
    } else {
        let approvers = || restart.request.approvers().chain([approver]);
        let given = counting(requester, approvers(), policy);
        let needed = policy.rules.needed(&incident.environment, restart.approved_at);
        if given >= needed {
            return None;
        }
        let unknown = approvers().find_map(|party| match policy.approver(&party.who.account) {
            Err(Refusal::GroupNotKnown { group, why }) => {
                Some(Phrase::new("voided-group-not-known").with("group", group).with("why", why))
            }
            _ => None,
        });
        match unknown {
            // Groups are looked into with the cluster, when everything is.
            Some(_) if !observation.is_full() => return Some(Turn::LookFully),
            Some(_) if restart.is_untouched() && now.duration_since(restart.approved_at) <= policy.blind_allowance => {
                return Some(Turn::Doubt);
            }
            Some(why) => why,
            None => Phrase::new("voided-too-few").with("given", given).with("needed", needed),
        }
    };
    let is_told = !restart.is_untouched() || observation.is_full();
    Some(if is_told { Turn::OnePerson(why) } else { Turn::LookFully })
}

/// The look after the approval, or after taking over.
fn recheck(incident: &Incident, restart: &Restart, observation: &Observation, now: Timestamp, policy: &Policy) -> Turn {
    if !observation.is_full() {
        return Turn::LookFully;
    }
    if restart.is_untouched() {
        return doubt(incident, restart, observation, now, policy).unwrap_or(Turn::Confirmed);
    }
    let diagnosis = diagnose(observation);
    // It may have healed while nobody looked: delete no more.
    if diagnosis.is_untroubled() { Turn::SkipRest(skipped(&diagnosis)) } else { Turn::Confirmed }
}

/// What speaks against a plan of which nothing was deleted yet; `None` where the evidence still justifies it.
fn doubt(
    incident: &Incident,
    restart: &Restart,
    observation: &Observation,
    now: Timestamp,
    policy: &Policy,
) -> Option<Turn> {
    if let Some(alert) = incident.objection(restart, now, policy) {
        let why = Phrase::new("voided-database-alert").with("name", &alert.name);
        return Some(Turn::Void { why, recovered: false });
    }
    let diagnosis = diagnose(observation);
    let plan = &restart.request.plan;
    if propose(&diagnosis, observation).is_some_and(|proposed| proposed.digest == plan.digest) {
        return None;
    }
    let in_doubt = diagnosis.is_in_doubt() || diagnosis.waits();
    if in_doubt && now.duration_since(restart.approved_at) <= policy.blind_allowance {
        return Some(Turn::Doubt);
    }
    let why = if !plan.is_intact(observation) {
        Phrase::new("voided-pods-changed")
    } else if diagnosis.is_in_doubt() {
        Phrase::new("voided-not-seen")
    } else {
        Phrase::new("voided-cause-changed").with("now", diagnosis.because())
    };
    Some(Turn::Void { why, recovered: diagnosis.is_healthy() })
}

/// It is this pod's turn, by the stages.
fn pod(
    incident: &Incident,
    restart: &Restart,
    observation: &Observation,
    now: Timestamp,
    policy: &Policy,
    index: usize,
    past: Option<Phrase>,
) -> Turn {
    let progress = &restart.pods[index];
    if restart.is_untouched()
        && let Some(turn) = doubt(incident, restart, observation, now, policy)
    {
        return turn;
    }
    let skip = |why| Turn::Skip { index, why: Phrase::new(why) };
    let seen = match observation.pod_by_uid(&progress.pod.uid) {
        None => return skip("skipped-replaced"),
        Some(seen) if seen.is_terminating() => return skip("skipped-terminating"),
        Some(seen) => seen,
    };
    if progress.failures >= MAX_FAILURES {
        return Turn::Stop(Phrase::new("stopped-delete-failed").with("pod", &progress.pod.name));
    }
    // What is configured now counts, whatever held when the restart was requested.
    if restart.request.dry_run || (policy.restarts == Restarts::DryRun && restart.is_untouched()) {
        return Turn::Rehearsed;
    }
    if policy.restarts != Restarts::On {
        return Turn::Stop(Phrase::new("stopped-switched-off"));
    }
    let diagnosis = diagnose(observation);
    let stage = progress.stage;
    let stage_begins = restart.pods.iter().all(|p| p.stage != stage || p.state == PodState::Waiting);
    if diagnosis.is_untroubled() && stage > 0 && stage_begins {
        return Turn::SkipRest(skipped(&diagnosis));
    }
    let leads = observation.leader().is_some_and(|leader| leader.uid == seen.uid);
    if diagnosis.is_untroubled() && leads {
        return Turn::Spare { index };
    }
    // What leads and answers, or may, is looked at again rather than deleted.
    let serves = observation.serves(seen) || observation.may_serve(seen);
    let is_outdated = now.duration_since(observation.at) > EVIDENCE_AGE;
    // Whoever approved could not know of an alert that came since; it may end, and the restart then goes on.
    let objected = incident.objection(restart, now, policy).is_some();
    if serves || objected || inhibits(&diagnosis, past.is_some()) || is_outdated {
        return Turn::Held;
    }
    Turn::Delete { index, past }
}

/// Whether what is found forbids the next delete. A pod that a finalizer holds does not where people confirmed to go past it.
fn inhibits(diagnosis: &Diagnosis, goes_past: bool) -> bool {
    let forbids = |finding: &Finding| {
        let bears = matches!(finding.bearing, Bearing::WillNotHelp | Bearing::Withholds);
        bears && !(goes_past && finding.id == "finalizer-holds")
    };
    matches!(diagnosis.verdict, Verdict::WillNotHelp { .. }) && diagnosis.findings.iter().any(forbids)
}

/// Why nothing more is deleted.
fn skipped(diagnosis: &Diagnosis) -> Phrase {
    Phrase::new(if diagnosis.is_healthy() { "skipped-healthy" } else { "skipped-reached" })
}

/// Whose turn it is by the stages, as far as the pods of this observation tell.
fn next_step(restart: &Restart, observation: &Observation, now: Timestamp, policy: &Policy) -> Step {
    if restart.is_in_flight() {
        return Step::Wait;
    }
    let Some(index) = restart.pods.iter().position(|p| p.state == PodState::Waiting) else { return Step::Done };
    let wait = wait(restart, policy).filter(|_| !restart.request.plan.is_ordered(observation));
    let stage = restart.pods[index].stage;
    let first_of_stage = index == 0 || restart.pods[index - 1].stage != stage;
    let guards: Vec<&PodProgress> = if first_of_stage {
        restart.pods.iter().filter(|p| p.stage + 1 == stage).collect()
    } else if wait.is_some() {
        restart.pods.iter().find(|p| p.stage == stage).into_iter().collect()
    } else {
        restart.pods[..index].iter().filter(|p| p.stage == stage).collect()
    };
    let mut past = None;
    for guard in &guards {
        match gate(guard, observation, now, policy, wait) {
            Gate::Open => {}
            Gate::Past(why) => past = past.or(Some(why)),
            Gate::Closed => return Step::Wait,
            Gate::Stop(why) => return Step::Stop(why),
        }
    }
    let settled =
        guards.iter().filter_map(|guard| since(guard)).all(|at| now.duration_since(at) >= policy.stage_settle);
    if first_of_stage && !settled { Step::Wait } else { Step::Open { index, past } }
}

/// How long a pod may hang in Terminating before the next ones follow: never shorter than people confirmed. `None` where they
/// were told of no such wait.
fn wait(restart: &Restart, policy: &Policy) -> Option<SignedDuration> {
    restart.request.terminating_wait.map(|confirmed| confirmed.max(policy.terminating_wait))
}

/// When a gate may open although the cluster does not change.
pub fn due(restart: &Restart, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
    let due = |progress: &PodProgress| {
        let waits = [wait(restart, policy), Some(policy.stage_settle), Some(allowance(progress, policy))];
        since(progress).into_iter().flat_map(move |since| waits.into_iter().flatten().map(move |wait| since + wait))
    };
    restart.pods.iter().flat_map(due).filter(|at| *at > now).min()
}

/// How long a deleted pod may be in Terminating, or gone without another in its place.
fn allowance(progress: &PodProgress, policy: &Policy) -> SignedDuration {
    SignedDuration::from_secs(progress.pod.grace_seconds.max(0)) + policy.start_allowance
}

/// How long a restart may stand still before it is given up: the longest grace period and a start allowance.
pub fn patience(restart: &Restart, policy: &Policy) -> SignedDuration {
    let grace = restart.pods.iter().map(|p| p.pod.grace_seconds).max().unwrap_or(0);
    SignedDuration::from_secs(grace.max(0)) + policy.start_allowance
}

/// Whether nothing has moved for longer than that.
pub fn is_stalled(restart: &Restart, now: Timestamp, policy: &Policy) -> bool {
    now.duration_since(last_progress(restart)) > patience(restart, policy)
}

/// When the restart last did something.
pub fn last_progress(restart: &Restart) -> Timestamp {
    restart.pods.iter().filter_map(since).max().unwrap_or(restart.approved_at)
}

fn since(progress: &PodProgress) -> Option<Timestamp> {
    match progress.state {
        PodState::Deleted { at, .. } | PodState::Skipped { at } => Some(at),
        _ => None,
    }
}

fn gate(
    guard: &PodProgress,
    observation: &Observation,
    now: Timestamp,
    policy: &Policy,
    wait: Option<SignedDuration>,
) -> Gate {
    let Some(since) = since(guard) else { return Gate::Open };
    let allowance = allowance(guard, policy);
    let hangs = now.duration_since(since);
    match replacement(guard, observation) {
        Replacement::Terminating(pod) => {
            let says =
                |id: &str| Phrase::new(id).with("pod", &pod.name).with("hangs", hangs).with("held", held_by(pod));
            match wait {
                Some(wait) if hangs >= wait => Gate::Past(says("went-past")),
                _ if hangs >= allowance => Gate::Stop(says("stopped-terminating")),
                _ => Gate::Closed,
            }
        }
        Replacement::Absent if hangs >= allowance => {
            Gate::Stop(Phrase::new("stopped-absent").with("pod", &guard.pod.name))
        }
        Replacement::Absent => Gate::Closed,
        Replacement::New(pod) if observation.is_as_ready_as_ever(pod) => Gate::Open,
        Replacement::New(pod) if pod.has_failed() => Gate::Stop(
            Phrase::new("stopped-failed")
                .with("pod", &pod.name)
                .with("why", pod.trouble.as_deref().unwrap_or_default()),
        ),
        Replacement::New(pod) => {
            let started = pod.created.unwrap_or(since).max(since);
            if now.duration_since(started) > policy.start_allowance {
                Gate::Stop(
                    Phrase::new("stopped-not-ready")
                        .with("pod", &pod.name)
                        .with("ready", pod.ready)
                        .with("containers", pod.containers),
                )
            } else {
                Gate::Closed
            }
        }
    }
}

/// What holds a pod in Terminating, as far as it can be seen.
fn held_by(pod: &PodSummary) -> Phrase {
    if pod.finalizers.is_empty() {
        Phrase::new("held-not-seen")
    } else {
        Phrase::new("held-finalizers").with("finalizers", pod.finalizers.join(", "))
    }
}

fn replacement<'a>(guard: &PodProgress, observation: &'a Observation) -> Replacement<'a> {
    match observation.pod_by_name(&guard.pod.name) {
        None => Replacement::Absent,
        Some(pod) if pod.uid == guard.pod.uid => Replacement::Terminating(pod),
        Some(pod) => Replacement::New(pod),
    }
}
