//! The timeline and the durations, rendered from the log alone.

use jiff::{SignedDuration, Timestamp};

use super::account::{Platform, Who};
use super::alert::Alert;
use super::event::{DeletedHow, Event, Outcome, Recorded, Trigger};
use super::observation::serving::Answer;
use super::observation::{Observation, PodSummary, ProbeReport};
use super::phrase::{Arg, Phrase, Statement, one_line};
use super::refusal::Ending;
use super::{Incident, IncidentId, Restart, State};

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The event it tells.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub says: Phrase,
}

/// How long the parts of an outage took, as far as it got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// Each phase: its message and its length, in order.
    pub phases: Vec<(&'static str, SignedDuration)>,
    /// From the opening until everything was healthy; `None` before that.
    pub mitigated: Option<SignedDuration>,
}

/// The timeline of a log: what a thread tells.
pub fn timeline(id: IncidentId, log: &[Recorded]) -> Vec<Line> {
    tell(id, log, |event| !matches!(event, Event::Called { .. }))
}

/// The same with who was told that they are needed, which the thread does not tell: they were told.
pub fn whole_timeline(id: IncidentId, log: &[Recorded]) -> Vec<Line> {
    tell(id, log, |_| true)
}

fn tell(id: IncidentId, log: &[Recorded], is_told: impl Fn(&Event) -> bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(mut incident) = Incident::replay(id, log.first()) else { return lines };
    for recorded in log {
        if let Some(says) = line(&incident, recorded).filter(|_| is_told(&recorded.event)) {
            lines.push(Line { seq: recorded.seq, at: recorded.at, says: incident.marked(says) });
        }
        if recorded.seq > 1 {
            incident.apply(recorded);
        }
    }
    lines
}

/// The lines of a storm in one: those that say the same of one alert, by a line with a count where the first of them stood.
pub fn folded(lines: Vec<Line>) -> Vec<Line> {
    let mut folded: Vec<(Line, usize)> = Vec::new();
    for line in lines {
        let name = |line: &Line| line.says.args.get("name").cloned();
        let same = |other: &Line| {
            counted(&line.says.id).is_some() && other.says.id == line.says.id && name(other) == name(&line)
        };
        match folded.iter_mut().find(|(other, _)| same(other)) {
            Some((other, count)) => (other.seq, *count) = (line.seq, *count + 1),
            None => folded.push((line, 1)),
        }
    }
    let told = |(line, count): (Line, usize)| match counted(&line.says.id) {
        Some(id) if count > 1 => {
            let says = Phrase { id: id.to_owned(), ..line.says }.with("count", count);
            Line { says, ..line }
        }
        _ => line,
    };
    folded.into_iter().map(told).collect()
}

/// What a storm repeats, the same alert for another app, host or container, and how it is said with a count.
fn counted(id: &str) -> Option<&'static str> {
    match id {
        "told-alert-joined" => Some("told-alert-joined-count"),
        "told-alert-resolved" => Some("told-alert-resolved-count"),
        _ => None,
    }
}

/// How long each phase took.
pub fn durations(log: &[Recorded]) -> Durations {
    // Of one that was opened again, the last time.
    let again = log.iter().rposition(|recorded| matches!(recorded.event, Event::Reopened { .. })).unwrap_or(0);
    let log = &log[again..];
    let first = |is: fn(&Event) -> bool| log.iter().find(|r| is(&r.event)).map(|r| r.at);
    let last = |is: fn(&Event) -> bool| log.iter().rev().find(|r| is(&r.event)).map(|r| r.at);
    let marks = [
        ("", first(|e| matches!(e, Event::Opened { .. } | Event::Reopened { .. }))),
        ("phase-diagnosis", first(|e| matches!(e, Event::Diagnosed { .. }))),
        ("phase-request", last(|e| matches!(e, Event::RestartRequested { .. }))),
        ("phase-approval", last(|e| matches!(e, Event::Approved { .. }))),
        ("phase-deletes", last(|e| matches!(e, Event::PodDeleted { .. }))),
        ("phase-recovery", last(|e| matches!(e, Event::HealthSeen))),
    ];
    let mut durations = Durations::default();
    let mut previous = None;
    for (name, at) in marks {
        let (Some(at), before) = (at, previous) else { continue };
        if let Some(before) = before {
            durations.phases.push((name, at.duration_since(before)));
        }
        previous = Some(at);
    }
    let healthy = marks[5].1.or_else(|| match log.last() {
        Some(Recorded { at, event: Event::Closed { outcome: Outcome::RecoveredItself }, .. }) => Some(*at),
        _ => None,
    });
    durations.mitigated = marks[0].1.zip(healthy).map(|(opened, healthy)| healthy.duration_since(opened));
    durations
}

/// How it ended, in one sentence.
pub fn outcome(outcome: &Outcome) -> Phrase {
    match outcome {
        Outcome::Healthy => Phrase::new("outcome-healthy"),
        Outcome::RecoveredItself => Phrase::new("outcome-recovered-itself"),
        Outcome::ReachedNotProven { again: false } => Phrase::new("outcome-reached"),
        Outcome::ReachedNotProven { again: true } => Phrase::new("outcome-reached-again"),
        Outcome::Recovered { leader, deleted, planned, unproven } => {
            let id = if *unproven { "outcome-recovered-unproven" } else { "outcome-recovered" };
            Phrase::new(id).with("leader", leader).with("deleted", *deleted).with("planned", *planned)
        }
        Outcome::NotRecovered { why, deleted, planned } => {
            let phrase = Phrase::new("outcome-not-recovered").with("deleted", *deleted).with("planned", *planned);
            let first = why.first().cloned().unwrap_or_else(|| Phrase::new("stopped-stalled"));
            phrase.with("why", first)
        }
        Outcome::DryRun { planned } => Phrase::new("outcome-dry-run").with("planned", *planned),
        Outcome::HandedOver { by, reason } => with_reason("outcome-handed-over", by, reason.as_deref()),
        Outcome::Drill { ending: Ending::Approved(who) | Ending::Denied(who) } => by("outcome-drill-found", who),
        Outcome::Drill { ending: Ending::Cancelled(who) } => by("outcome-drill-cancelled", who),
        Outcome::Drill { .. } => Phrase::new("outcome-drill-nobody"),
    }
}

fn with_reason(id: &str, by: &Who, reason: Option<&str>) -> Phrase {
    let phrase = Phrase::new(match reason {
        Some(_) => format!("{id}-because"),
        None => id.to_owned(),
    });
    let phrase = phrase.with("who", by.name());
    reason.map_or(phrase.clone(), |reason| phrase.with("reason", one_line(reason)))
}

fn about(id: &str, alert: &Alert) -> Phrase {
    Phrase::new(id)
        .with("name", one_line(&alert.name))
        .with("source", &alert.source)
        .with("summary", one_line(&alert.summary))
}

fn by(id: &str, who: &Who) -> Phrase {
    Phrase::new(id).with("who", who.name())
}

fn of_channel(id: &str, platform: Platform, channel: &str) -> Phrase {
    Phrase::new(id).with("platform", platform.name()).with("channel", channel)
}

fn of_pod(id: &str, pod: &str, uid: &str) -> Phrase {
    Phrase::new(id).with("pod", pod).with("uid", uid)
}

/// What an event adds to the timeline of the incident as it was before it.
fn line(before: &Incident, recorded: &Recorded) -> Option<Phrase> {
    let phrase = match &recorded.event {
        Event::Opened { environment, trigger, .. } => match trigger {
            Trigger::Check(who) => by("told-check", who).with("environment", environment),
            Trigger::Alert(alert) => about("told-alert", alert).with("environment", environment),
        },
        Event::DrillBegun { environment, by: who, expires, .. } => {
            by("told-drill", who).with("environment", environment).with("until", *expires)
        }
        Event::Called { destination, names, missed, .. } => {
            let missed: Vec<&str> = missed.iter().map(|(name, _)| name.as_str()).collect();
            let names = if names.is_empty() { "–".to_owned() } else { names.join(", ") };
            let id = if missed.is_empty() { "told-called" } else { "told-called-missed" };
            let phrase = Phrase::new(id).with("destination", destination).with("names", names);
            if missed.is_empty() { phrase } else { phrase.with("missed", missed.join(", ")) }
        }
        Event::ChannelClosed { platform, channel, why, .. } => {
            of_channel("told-channel-closed", *platform, channel).with("why", why.clone())
        }
        Event::ChannelOpened { platform, channel } => of_channel("told-channel-opened", *platform, channel),
        Event::Reopened { trigger } => {
            let again = before.reopened + 1;
            if !again.is_power_of_two() {
                return None;
            }
            let what = match trigger {
                Trigger::Check(who) => who.name(),
                Trigger::Alert(alert) => alert.name.clone(),
            };
            Phrase::new("told-reopened").with("what", what).with("count", again)
        }
        Event::Muted { mute } => {
            with_reason("told-muted", &mute.by, mute.reason.as_deref()).with("until", Arg::Dated(mute.until))
        }
        Event::Unmuted { by: who } => by("told-unmuted", who),
        // An alert that flaps over a healthy environment is told now and then.
        Event::Diagnosed { diagnosis } if before.is_quiet() && diagnosis.is_healthy() => return None,
        Event::Closed { outcome: Outcome::Healthy } if before.is_quiet() => return None,
        Event::AlertJoined { alert } => {
            // One that goes on is told once.
            if before.alerts.get(&alert.fingerprint).is_some_and(|known| known.status == alert.status) {
                return None;
            }
            about("told-alert-joined", alert)
        }
        Event::AlertLapsed { alert } => about("told-alert-lapsed", alert),
        Event::AlertResolved { alert } => about("told-alert-resolved", alert),
        Event::CheckRequested { by: who } => by("told-check-again", who),
        Event::Claimed { claim } => {
            if before.claim.is_none() || matches!(before.state, State::Checking) {
                return None;
            }
            Phrase::new("told-claimed").with("claim", *claim as usize)
        }
        Event::Observed { observation, .. } => return observed(before, observation),
        Event::Diagnosed { diagnosis } => {
            let deciding = diagnosis.deciding();
            let because = deciding.map_or_else(|| diagnosis.verdict.phrase(), |finding| finding.says.clone());
            let evidence = deciding.map_or_else(Vec::new, |finding| finding.evidence.clone());
            let id = if evidence.is_empty() { "told-diagnosed" } else { "told-diagnosed-evidence" };
            let phrase = Phrase::new(id).with("verdict", diagnosis.verdict.phrase()).with("because", because);
            if evidence.is_empty() { phrase } else { phrase.with("evidence", evidence) }
        }
        Event::RestartRequested { by, reason, plan, code, dry_run, expires, .. } => {
            let pods: Vec<&str> = plan.pods().map(|(_, pod)| pod.name.as_str()).collect();
            let id = if *dry_run { "told-requested-dry" } else { "told-requested" };
            with_reason(id, by, reason.as_deref())
                .with("pods", pods.join(", "))
                .with("code", code)
                .with("until", *expires)
        }
        Event::Approved { by: who, database_checked, .. } => {
            by(if *database_checked { "told-approved-database" } else { "told-approved" }, who)
        }
        Event::ApprovalGiven { by: who, given, needed, .. } => {
            by("told-approval-given", who).with("given", *given).with("needed", *needed)
        }
        Event::Denied { by: who } => by("told-denied", who),
        Event::Expired => Phrase::new("told-expired"),
        Event::Cancelled { by: who } => by("told-cancelled", who),
        Event::PlanVoided { why } => Phrase::new("told-voided").with("why", why.clone()),
        Event::Rechecked { .. } => {
            let untouched = before.restart().is_none_or(Restart::is_untouched);
            let probes = before.observation.as_ref().map(probes).unwrap_or_default();
            Phrase::new(if untouched { "told-rechecked" } else { "told-taken-over" }).with("probes", probes)
        }
        Event::DeleteIntended { pod, uid, resource_version, past, .. } => {
            let id = if past.is_some() { "told-intended-past" } else { "told-intended" };
            let phrase = of_pod(id, pod, uid).with("version", resource_version);
            past.iter().fold(phrase, |phrase, past| phrase.with("past", past.clone()))
        }
        Event::PodDeleted { pod, uid, how } => of_pod(
            match how {
                DeletedHow::Answered => "told-deleted",
                DeletedHow::Terminating => "told-deleted-terminating",
                DeletedHow::Gone => "told-deleted-gone",
            },
            pod,
            uid,
        ),
        Event::DeleteUnclear { pod, uid, why } => of_pod("told-unclear", pod, uid).with("why", why),
        Event::DeleteFailed { pod, uid, why } => of_pod("told-failed", pod, uid).with("why", why),
        Event::PodSpared { pod, uid } => {
            let proven = before.observation.as_ref().is_none_or(|o| o.answer() == Answer::Seen);
            of_pod(if proven { "told-spared" } else { "told-spared-unproven" }, pod, uid)
        }
        Event::DeleteSkipped { pod, uid, why } => of_pod("told-skipped", pod, uid).with("why", why.clone()),
        Event::RecoveryAwaited { until } => Phrase::new("told-recovery-awaited").with("until", *until),
        Event::LeaderSeen { pod, uid } => {
            let (id, last) = match (&before.led, &before.last_leader) {
                (Some(led), _) => ("told-leader-after-led", Some(led)),
                (None, Some(last)) => ("told-leader-after", Some(last)),
                (None, None) => ("told-leader", None),
            };
            let phrase = Phrase::new(id).with("leader", named(pod, uid));
            match last {
                Some(last) => phrase.with("before", named(&last.pod, &last.uid)).with("at", last.at),
                None => phrase,
            }
        }
        Event::HealthSeen => {
            let proven = before.observation.as_ref().is_none_or(|o| o.answer() != Answer::NotSeen);
            let id = if proven { "told-healthy" } else { "told-healthy-unproven" };
            Phrase::new(id).with("probes", before.observation.as_ref().map(probes).unwrap_or_default())
        }
        Event::HealthLost { missing } => {
            let first = missing.first().cloned().unwrap_or_else(|| Phrase::new("missing-sight"));
            Phrase::new("told-health-lost").with("missing", first)
        }
        Event::Refused { who, what, why } => {
            by("told-refused", who).with("what", Phrase::new(format!("act-{what}"))).with("why", why.clone())
        }
        Event::Closed { outcome: how } => outcome(how),
    };
    Some(phrase)
}

fn probes(observation: &Observation) -> Vec<Statement> {
    observation.probes().iter().map(ProbeReport::line).collect()
}

/// A pod's name with the beginning of its UID: the new pod has the name of the old one.
pub fn named(pod: &str, uid: &str) -> String {
    format!("{pod} ({})", uid.split('-').next().unwrap_or(uid))
}

/// While a restart is under way, which pods have become ready or can't; everything between is on the card.
fn observed(before: &Incident, observation: &Observation) -> Option<Phrase> {
    before.restart()?;
    let pods = observation.pods.known()?;
    let known = |pod: &PodSummary| {
        let old = before.observation.as_ref().and_then(|o| o.pod_by_uid(&pod.uid));
        old.is_some_and(|old| old.is_ready() == pod.is_ready() && old.trouble == pod.trouble)
    };
    let settled = |pod: &&PodSummary| !pod.is_terminating() && (pod.is_ready() || pod.trouble.is_some());
    let all = pods.lockets.iter().chain(&pods.bbs);
    let changed: Vec<String> = all.filter(settled).filter(|pod| !known(pod)).map(PodSummary::line).collect();
    (!changed.is_empty()).then(|| Phrase::new("told-pods").with("pods", changed.join("\n")))
}
