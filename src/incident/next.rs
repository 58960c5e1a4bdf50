//! What is to be done next. Derived from the state and the newest look, so that a crash loses nothing.

use jiff::{SignedDuration, Timestamp};

use super::diagnosis::Verdict;
use super::event::Claim;
use super::observation::{Depth, Observation};
use super::policy::Policy;
use super::recovery::missing_pods;
use super::rollout::{Turn, due, is_stalled, turn};
use super::{Incident, PodState, Recovery, Restart, State};

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Look, now.
    Observe(Depth),
    /// Look as soon as the cluster changes, and at this time at the latest.
    Watch {
        /// At the latest.
        until: Timestamp,
        /// How much to look at.
        depth: Depth,
    },
    /// Nothing before this time.
    WaitUntil(Timestamp),
    /// Send the delete that is intended.
    Delete {
        /// The pod's name.
        pod: String,
        /// Precondition.
        uid: String,
        /// Precondition.
        resource_version: String,
    },
    /// Nothing, ever.
    Nothing,
}

/// The newest observation, in memory: most change nothing and are never stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// By which claim.
    pub claim: Claim,
    /// What was seen.
    pub observation: Observation,
    /// Since when the pods are as they should be.
    pub good_since: Option<Timestamp>,
    /// Whether pods or endpoints differ from the look before: what follows from that may be a moment away.
    pub moved: bool,
}

/// How often pods are looked at while a watch is silent, and the slowest pace of probes.
const SLOWEST: SignedDuration = SignedDuration::from_secs(5);
/// How long a change of the cluster waits for the next one before both are looked at, where nothing is being restarted.
const CALM: SignedDuration = SignedDuration::from_secs(2);
/// The quickest pace of probes: they raise no events.
const QUICKEST: SignedDuration = SignedDuration::from_millis(500);

impl Look {
    /// The look that follows another: it remembers since when the pods are good.
    pub fn after(previous: Option<&Self>, claim: Claim, observation: Observation, incident: &Incident) -> Self {
        let deleted = incident.restart().map(Restart::deleted).unwrap_or_default();
        let good = missing_pods(&observation, &deleted).is_empty();
        let since = previous.and_then(|look| look.good_since).unwrap_or(observation.at);
        let moved = previous.is_some_and(|look| differ(&look.observation, &observation));
        Self { claim, observation, good_since: good.then_some(since), moved }
    }
}

/// Whether something of the pods or endpoints is otherwise that tells of a recovery, or of the opposite.
fn differ(before: &Observation, after: &Observation) -> bool {
    let pods = |observation: &Observation| -> Option<Vec<_>> {
        let pods = observation.pods.known()?;
        let all = pods.cloud_controllers.iter().chain(&pods.bbs).chain(&pods.lockets);
        Some(all.map(|pod| (pod.uid.clone(), pod.ready, pod.active, pod.is_terminating())).collect())
    };
    pods(before) != pods(after) || before.endpoints != after.endpoints
}

impl Incident {
    /// What this claim is to do next. `look` is its newest observation, if it has made one.
    pub fn next(&self, claim: Claim, look: Option<&Look>, now: Timestamp, policy: &Policy) -> Next {
        let look = look.filter(|look| look.claim == claim);
        if let Some(until) = self.calm_until(now) {
            return Next::WaitUntil(until);
        }
        match (&self.state, look) {
            (State::Closed(_), _) => Next::Nothing,
            (State::Drill(drill), _) => Next::WaitUntil(drill.expires),
            (State::Checking, _) | (_, None) => Next::Observe(Depth::Full),
            (State::Diagnosed, Some(look)) => self.next_idle(look, now, policy, None),
            (State::AwaitingApproval(request), Some(look)) => self.next_idle(look, now, policy, Some(request.expires)),
            (State::Restarting(restart), Some(look)) => self.next_restarting(restart, look, claim, now, policy),
            (State::Recovering(recovery), Some(look)) => next_recovering(recovery, look, now, policy),
        }
    }

    /// An incident that flaps is not looked after more often than this: what fires meanwhile joins it.
    fn calm_until(&self, now: Timestamp) -> Option<Timestamp> {
        let looked = self.observation.as_ref().filter(|_| self.state == State::Checking && self.is_quiet())?.at;
        // A clock that was set back is no reason to wait longer.
        let until = looked.min(now) + SLOWEST;
        (now < until).then_some(until)
    }

    fn next_restarting(&self, restart: &Restart, look: &Look, claim: Claim, now: Timestamp, policy: &Policy) -> Next {
        for progress in &restart.pods {
            match &progress.state {
                PodState::Intended { claim: by, resource_version, .. } if *by == claim => {
                    return Next::Delete {
                        pod: progress.pod.name.clone(),
                        uid: progress.pod.uid.clone(),
                        resource_version: resource_version.clone(),
                    };
                }
                PodState::Intended { .. } | PodState::Unclear => return pace(look, now, Depth::Full),
                _ => {}
            }
        }
        if look.observation.at < restart.approved_at {
            return Next::Observe(Depth::Full);
        }
        if restart.checked_by != Some(claim) {
            return pace(look, now, Depth::Full);
        }
        let slowest = now + SLOWEST;
        match turn(self, restart, claim, &look.observation, now, policy) {
            // What hands over says how things stand.
            Turn::Wait if is_stalled(restart, now, policy) => pace(look, now, Depth::Full),
            Turn::Wait => {
                let until = due(restart, now, policy).map_or(slowest, |due| due.min(slowest));
                Next::Watch { until, depth: Depth::Pods }
            }
            _ if look.observation.is_full() => pace(look, now, Depth::Full),
            _ => Next::Observe(Depth::Full),
        }
    }

    fn next_idle(&self, look: &Look, now: Timestamp, policy: &Policy, expires: Option<Timestamp>) -> Next {
        let unclear = matches!(self.diagnosis.as_ref().map(|d| &d.verdict), Some(Verdict::NotKnown { .. }) | None);
        let decides = self.observation.iter().flat_map(Observation::undecided).map(|one| one.until).min();
        let pace = if unclear || decides.is_some() { policy.recheck_unclear } else { policy.recheck };
        // Where time decides, the look that decides comes when the time is up.
        let soon = decides.map(|until| until.max(look.observation.at + SLOWEST));
        let due = soon.map_or(look.observation.at + pace, |soon| soon.min(look.observation.at + pace));
        // The network follows the endpoints, and the BBS its lock, a moment later, and neither tells.
        let due = if look.moved { due.min(look.observation.at + SLOWEST) } else { due };
        if self.check_due || now >= due {
            return Next::Observe(Depth::Full);
        }
        let until = expires.map_or(due, |expires| expires.min(due));
        let calm = look.observation.at + CALM;
        if now < calm { Next::WaitUntil(calm.min(until)) } else { Next::Watch { until, depth: Depth::Full } }
    }
}

fn next_recovering(recovery: &Recovery, look: &Look, now: Timestamp, policy: &Policy) -> Next {
    if now > recovery.until && !(look.observation.is_full() && look.observation.at > recovery.until) {
        return Next::Observe(Depth::Full);
    }
    let Some(good_since) = look.good_since else { return Next::Watch { until: now + SLOWEST, depth: Depth::Pods } };
    if !look.observation.is_full() {
        return Next::Observe(Depth::Full);
    }
    let pause = (now.duration_since(good_since) / 2).clamp(QUICKEST, SLOWEST);
    let held = recovery.healthy_since.map(|since| since + policy.hold);
    match held {
        Some(held) if now >= held => Next::Observe(Depth::Full),
        Some(held) => Next::Watch { until: held.min(now + SLOWEST), depth: Depth::Full },
        None => Next::Watch { until: now + pause, depth: Depth::Full },
    }
}

/// Look again, but not in a hot loop: what the last look could not settle needs a moment or a change.
fn pace(look: &Look, now: Timestamp, depth: Depth) -> Next {
    let due = look.observation.at + QUICKEST;
    if now >= due { Next::Observe(depth) } else { Next::Watch { until: due, depth } }
}
