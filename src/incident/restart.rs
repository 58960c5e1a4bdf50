//! Whose turn it is in a restart: stages, canaries and gates.
//!
//! A gate opens on what an observation shows, never on time alone; only a canary that hangs in Terminating lets the rest of
//! its stage follow after a while, since slowness there says nothing about what will come after it.

use jiff::{SignedDuration, Timestamp};

use super::approval::Policy;
use super::observation::{Observation, PodSummary};
use super::phrase::Phrase;
use super::{PodProgress, PodState, Restart};

/// What a restart may do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A gate is closed: wait for the cluster.
    Wait,
    /// The pod at this place of [`Restart::pods`] is next.
    Open(usize),
    /// A replacement failed: nothing more may be deleted.
    Stop(Phrase),
    /// No pod is left to delete.
    Done,
}

/// Where a deleted pod's replacement stands.
enum Replacement<'a> {
    Terminating,
    Absent,
    New(&'a PodSummary),
}

/// Whose turn it is, as far as the pods of this observation tell.
pub fn next_step(restart: &Restart, observation: &Observation, now: Timestamp, policy: &Policy) -> Step {
    if restart.pods.iter().any(|p| matches!(p.state, PodState::Intended { .. } | PodState::Unclear)) {
        return Step::Wait;
    }
    let Some(index) = restart.pods.iter().position(|p| p.state == PodState::Waiting) else { return Step::Done };
    let stage = restart.pods[index].stage;
    let first_of_stage = index == 0 || restart.pods[index - 1].stage != stage;
    let guards: Vec<&PodProgress> = if first_of_stage {
        restart.pods.iter().filter(|p| p.stage + 1 == stage).collect()
    } else {
        restart.pods.iter().find(|p| p.stage == stage).into_iter().collect()
    };
    for guard in &guards {
        match gate(guard, observation, now, policy) {
            Step::Open(_) => {}
            closed => return closed,
        }
    }
    let settled =
        guards.iter().filter_map(|guard| since(guard)).all(|at| now.duration_since(at) >= policy.stage_settle);
    if first_of_stage && !settled { Step::Wait } else { Step::Open(index) }
}

/// When a gate may open although the cluster does not change.
pub fn due(restart: &Restart, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
    let waits = [policy.terminating_wait, policy.stage_settle];
    let at = restart.pods.iter().filter_map(since).flat_map(|since| waits.map(|wait| since + wait));
    at.filter(|at| *at > now).min()
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

fn gate(guard: &PodProgress, observation: &Observation, now: Timestamp, policy: &Policy) -> Step {
    const OPEN: Step = Step::Open(0);
    let Some(since) = since(guard) else { return OPEN };
    let grace = SignedDuration::from_secs(guard.pod.grace_seconds.max(0));
    match replacement(guard, observation) {
        Replacement::Terminating if now.duration_since(since) >= policy.terminating_wait => OPEN,
        Replacement::Absent if now.duration_since(since) > grace + policy.start_allowance => {
            Step::Stop(Phrase::new("stopped-absent").with("pod", &guard.pod.name))
        }
        Replacement::Terminating | Replacement::Absent => Step::Wait,
        Replacement::New(pod) if observation.is_as_ready_as_ever(pod) => OPEN,
        Replacement::New(pod) if pod.has_failed() => Step::Stop(
            Phrase::new("stopped-failed")
                .with("pod", &pod.name)
                .with("why", pod.trouble.as_deref().unwrap_or_default()),
        ),
        Replacement::New(pod) => {
            let started = pod.created.unwrap_or(since).max(since);
            if now.duration_since(started) > policy.start_allowance {
                Step::Stop(
                    Phrase::new("stopped-not-ready")
                        .with("pod", &pod.name)
                        .with("ready", pod.ready)
                        .with("containers", pod.containers),
                )
            } else {
                Step::Wait
            }
        }
    }
}

fn replacement<'a>(guard: &PodProgress, observation: &'a Observation) -> Replacement<'a> {
    match observation.pod_by_name(&guard.pod.name) {
        None => Replacement::Absent,
        Some(pod) if pod.uid == guard.pod.uid => Replacement::Terminating,
        Some(pod) => Replacement::New(pod),
    }
}
