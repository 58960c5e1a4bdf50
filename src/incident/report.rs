//! What is left of an incident: what a post-mortem asks for, from the log alone.

use jiff::{SignedDuration, Timestamp};

use super::account::Who;
use super::diagnosis::{Finding, diagnose};
use super::event::{Event, Outcome, Recorded, Trigger};
use super::figures::{Times, acts, cause, outcome, times};
use super::phases::{Phase, phases};
use super::phrase::{Phrase, Statement};
use super::refusal::Ending;
use super::timeline::{Line, durations, folded, outcome as told, whole_timeline};
use super::{Incident, IncidentId};

/// Everything about one incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub incident: IncidentId,
    /// The environment.
    pub environment: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How often it was opened again.
    pub reopened: u32,
    /// Where it stands: the state's name.
    pub state: &'static str,
    /// How it ended: the outcome's name, and a sentence.
    pub outcome: Option<(&'static str, Phrase)>,
    /// Of what it was an outage.
    pub cause: Option<Finding>,
    /// Whether it was a drill.
    pub drill: bool,
    /// Who did what, and when.
    pub people: Vec<Act>,
    /// Who was told that they were needed.
    pub asked: Vec<Asked>,
    /// How long each part took.
    pub phases: Vec<(&'static str, SignedDuration)>,
    /// The same with what came after, as it is drawn.
    pub drawn: Vec<Phase>,
    /// How long people and pods took.
    pub times: Times,
    /// What each probe said before anything was done.
    pub probes: Vec<Statement>,
    /// The pods of the restart, with their UIDs.
    pub pods: Vec<Pod>,
    /// What happened.
    pub timeline: Vec<Line>,
    /// The number of the newest event.
    pub seq: u64,
}

/// Something that a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// What: the id of a message, such as `did-approved`.
    pub did: &'static str,
    /// The person.
    pub who: Who,
    /// When it happened.
    pub at: Timestamp,
}

/// Somebody was told that they were needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// When it happened.
    pub at: Timestamp,
    /// On which platform, or by which pager.
    pub destination: String,
    /// Persons, groups, or what pages them.
    pub names: Vec<String>,
    /// Who could not be reached, and why.
    pub missed: Vec<(String, Phrase)>,
}

/// A pod of a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// When its deletion began; never for one that was left alone.
    pub deleted_at: Option<Timestamp>,
}

/// The report of a log; `None` where it does not begin with its opening.
pub fn report(id: IncidentId, log: &[Recorded]) -> Option<Report> {
    let incident = Incident::replay(id, log)?;
    let durations = durations(log);
    let people = acts(log).filter_map(|(who, one)| Some(Act { did: did(&one.event)?, who: who.clone(), at: one.at }));
    Some(Report {
        incident: id,
        environment: incident.environment.clone(),
        opened_at: incident.opened_at,
        closed_at: incident.closed_at,
        reopened: incident.reopened,
        state: incident.state.name(),
        outcome: outcome(log).map(|outcome| (outcome.name(), told(outcome))),
        cause: cause(log).cloned(),
        drill: incident.is_drill(),
        people: people.collect(),
        asked: asked(log),
        phases: durations.phases,
        drawn: phases(log),
        times: times(log),
        probes: probes(log),
        pods: pods(log),
        timeline: folded(whole_timeline(id, log)),
        seq: incident.seq,
    })
}

/// What a person did, where that has a word. What was refused stands in the timeline.
fn did(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Opened { trigger: Trigger::Check(_), .. } | Event::CheckRequested { .. } => "did-checked",
        Event::RestartRequested { .. } => "did-requested",
        Event::Approved { .. } | Event::ApprovalGiven { .. } => "did-approved",
        Event::Denied { .. } => "did-denied",
        Event::Cancelled { .. } => "did-cancelled",
        Event::Closed { outcome: Outcome::HandedOver { .. } } => "did-took-over",
        Event::DrillBegun { .. } => "did-drilled",
        Event::Closed { outcome: Outcome::Drill { ending } } => match ending {
            Ending::Denied(_) => "did-denied",
            Ending::Cancelled(_) => "did-cancelled",
            _ => "did-approved",
        },
        _ => return None,
    })
}

fn asked(log: &[Recorded]) -> Vec<Asked> {
    let one = |one: &Recorded| match &one.event {
        Event::Called { destination, names, missed, .. } => {
            let (destination, names, missed) = (destination.clone(), names.clone(), missed.clone());
            Some(Asked { at: one.at, destination, names, missed })
        }
        _ => None,
    };
    log.iter().filter_map(one).collect()
}

/// The probes of the newest look before the request that still found trouble, or of the first one that did.
fn probes(log: &[Recorded]) -> Vec<Statement> {
    let requested = log.iter().position(|one| matches!(one.event, Event::RestartRequested { .. }));
    let seen = |upto: usize| {
        log[..upto].iter().filter_map(|one| match &one.event {
            Event::Observed { observation, .. } if !observation.probes().is_empty() => Some(observation),
            _ => None,
        })
    };
    let before = requested.and_then(|at| seen(at).next_back());
    let observation = before.or_else(|| seen(log.len()).find(|seen| !diagnose(seen).is_untroubled()));
    observation
        .map(|seen| seen.probes().iter().map(super::observation::ProbeReport::line).collect())
        .unwrap_or_default()
}

/// The pods of the last request that was approved.
fn pods(log: &[Recorded]) -> Vec<Pod> {
    let mut planned = Vec::new();
    let mut pods: Vec<Pod> = Vec::new();
    for one in log {
        match &one.event {
            Event::RestartRequested { plan, .. } => {
                let pod = |name: &String, uid: &String| Pod { name: name.clone(), uid: uid.clone(), deleted_at: None };
                planned = plan.pods().map(|(_, planned)| pod(&planned.name, &planned.uid)).collect();
            }
            Event::Approved { .. } => pods.clone_from(&planned),
            Event::PodDeleted { uid, .. } => {
                if let Some(pod) = pods.iter_mut().find(|pod| pod.uid == *uid) {
                    pod.deleted_at = Some(one.at);
                }
            }
            _ => {}
        }
    }
    pods
}
