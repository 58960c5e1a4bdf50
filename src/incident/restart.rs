//! Whose turn it is in a restart: stages, canaries and gates.
//!
//! A gate opens on what an observation shows, never on time alone. Only a pod that hangs in Terminating lets others follow
//! after a while, since slowness there says nothing about what will come after it; and only where its set is `Parallel` and
//! people confirmed so: an `OrderedReady` set creates nothing behind such a pod.

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
    /// A pod is next.
    Open {
        /// Its place in [`Restart::pods`].
        index: usize,
        /// Which pod before it is not back, and why it goes on all the same.
        past: Option<Phrase>,
    },
    /// A replacement failed: nothing more may be deleted.
    Stop(Phrase),
    /// No pod is left to delete.
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

/// Whose turn it is, as far as the pods of this observation tell.
pub fn next_step(restart: &Restart, observation: &Observation, now: Timestamp, policy: &Policy) -> Step {
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
