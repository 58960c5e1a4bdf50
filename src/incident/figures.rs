//! What many incidents come to: outages by environment and cause, how long people and pods took, and who was asked.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::IncidentId;
use super::account::Who;
use super::diagnosis::{Finding, Verdict};
use super::drill::found;
use super::event::{Event, Outcome, Recorded, Trigger};
use super::refusal::Ending;
use super::timeline::durations;

/// An incident as figures take it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub id: IncidentId,
    /// Its log.
    pub log: Vec<Recorded>,
    /// Who was told that they were needed, by name, beyond what the log says: logs of earlier versions don't say it.
    pub asked: Vec<String>,
}

/// How long people and pods took in one incident, as far as it got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// From the alert that opened it until a person did something about it; none where a person opened it.
    pub acknowledged: Option<SignedDuration>,
    /// From the request to the last approval.
    pub approved: Option<SignedDuration>,
    /// From the opening until everything was healthy.
    pub mitigated: Option<SignedDuration>,
}

/// How some lengths of time are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// Half of them are no longer; by nearest rank, so that it is one of them.
    pub median: Option<SignedDuration>,
    /// Nine of ten are no longer; by nearest rank.
    pub p90: Option<SignedDuration>,
}

/// How often somebody was asked, and came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// In how many incidents they were told that they were needed.
    pub asked: usize,
    /// In how many of those they requested, approved or denied.
    pub answered: usize,
}

/// What many incidents come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many there were, checks that found nothing wrong among them; no drills.
    pub incidents: usize,
    /// How many are open.
    pub open: usize,
    /// Outages: how many of each environment and cause, which is the id of a finding.
    pub outages: BTreeMap<(String, String), usize>,
    /// How the closed ones ended.
    pub outcomes: BTreeMap<&'static str, usize>,
    /// See [`Times::acknowledged`].
    pub acknowledged: Spread,
    /// See [`Times::approved`].
    pub approved: Spread,
    /// See [`Times::mitigated`].
    pub mitigated: Spread,
    /// Who was asked.
    pub asked: BTreeMap<String, Asked>,
    /// What the drills came to, which count nowhere else.
    pub drills: Drills,
}

/// What drills came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drills {
    /// How many there were.
    pub count: usize,
    /// From the beginning until a second person came.
    pub found: Spread,
    /// How often nobody came in time.
    pub nobody: usize,
}

/// Of what an incident was an outage: the finding that a restart was requested on, or else the first that said whether one helps, or
/// else the first that left it open. None where no trouble was seen.
pub fn cause(log: &[Recorded]) -> Option<&Finding> {
    let requested = log.iter().position(|one| matches!(one.event, Event::RestartRequested { .. }));
    let diagnoses = |upto: usize| {
        log[..upto].iter().filter_map(|one| match &one.event {
            Event::Diagnosed { diagnosis } if !diagnosis.is_untroubled() => Some(diagnosis),
            _ => None,
        })
    };
    let before = requested.and_then(|at| diagnoses(at).next_back());
    let decided = || diagnoses(log.len()).find(|one| !matches!(one.verdict, Verdict::NotKnown { .. }));
    before.or_else(decided).or_else(|| diagnoses(log.len()).next())?.deciding()
}

/// Who did something, and when: people, not the bot.
pub fn acts(log: &[Recorded]) -> impl Iterator<Item = (&Who, &Recorded)> {
    log.iter().filter_map(|one| {
        let who = match &one.event {
            Event::DrillBegun { by, .. }
            | Event::CheckRequested { by }
            | Event::RestartRequested { by, .. }
            | Event::Approved { by, .. }
            | Event::ApprovalGiven { by, .. }
            | Event::Denied { by }
            | Event::Cancelled { by }
            | Event::Unmuted { by }
            | Event::Closed {
                outcome:
                    Outcome::HandedOver { by, .. }
                    | Outcome::Drill { ending: Ending::Approved(by) | Ending::Denied(by) | Ending::Cancelled(by) },
            } => by,
            Event::Muted { mute } => &mute.by,
            Event::Opened { trigger: Trigger::Check(who), .. } | Event::Refused { who, .. } => who,
            _ => return None,
        };
        Some((who, one))
    })
}

/// Who was told that they were needed, by name, as the log says: persons, groups, pagers.
pub fn asked(log: &[Recorded]) -> impl Iterator<Item = &String> {
    log.iter().flat_map(|one| match &one.event {
        Event::Called { names, .. } => names.as_slice(),
        _ => &[],
    })
}

/// How long a drill took to find somebody; none where it did not, or is no drill.
pub fn drilled(log: &[Recorded]) -> Option<SignedDuration> {
    let begun = log.first().filter(|one| matches!(one.event, Event::DrillBegun { .. }))?;
    let end = log.iter().find(|one| matches!(&one.event, Event::Closed { outcome } if found(outcome).is_some()))?;
    Some(end.at.duration_since(begun.at))
}

/// How long people and pods took.
pub fn times(log: &[Recorded]) -> Times {
    let durations = durations(log);
    let by_alert = log.first().filter(|one| matches!(one.event, Event::Opened { trigger: Trigger::Alert(_), .. }));
    let acted = |since: Timestamp| Some(acts(log).next()?.1.at.duration_since(since));
    let approved = durations.phases.iter().find(|(phase, _)| *phase == "phase-approval");
    Times {
        acknowledged: by_alert.and_then(|opened| acted(opened.at)),
        approved: approved.map(|(_, length)| *length),
        mitigated: durations.mitigated.filter(|_| cause(log).is_some()),
    }
}

impl Spread {
    /// That of these.
    pub fn of(mut lengths: Vec<SignedDuration>) -> Self {
        lengths.sort_unstable();
        // The smallest that so many of a hundred do not exceed.
        let rank = |percent: usize| lengths.get((lengths.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { count: lengths.len(), median: rank(50), p90: rank(90) }
    }
}

impl Figures {
    /// Those of these incidents.
    pub fn of(entries: &[Entry]) -> Self {
        let mut figures = Self::default();
        let mut found: Vec<SignedDuration> = Vec::new();
        let mut lengths: [Vec<SignedDuration>; 3] = Default::default();
        for Entry { log, asked, .. } in entries {
            let environment = match log.first().map(|first| &first.event) {
                Some(Event::Opened { environment, .. }) => environment,
                Some(Event::DrillBegun { .. }) => {
                    figures.drills.count += 1;
                    found.extend(drilled(log));
                    let nobody = matches!(outcome(log), Some(Outcome::Drill { ending: Ending::Expired }));
                    figures.drills.nobody += usize::from(nobody);
                    continue;
                }
                _ => continue,
            };
            figures.incidents += 1;
            if let Some(cause) = cause(log) {
                *figures.outages.entry((environment.clone(), cause.id.clone())).or_default() += 1;
            }
            match outcome(log) {
                Some(outcome) => *figures.outcomes.entry(outcome.name()).or_default() += 1,
                None => figures.open += 1,
            }
            let Times { acknowledged, approved, mitigated } = times(log);
            for (all, one) in lengths.iter_mut().zip([acknowledged, approved, mitigated]) {
                all.extend(one);
            }
            let mut names: Vec<&String> = asked.iter().chain(self::asked(log)).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let known = figures.asked.entry(name.clone()).or_default();
                known.asked += 1;
                known.answered += usize::from(acts(log).any(|(who, one)| who.name() == *name && answers(&one.event)));
            }
        }
        [figures.acknowledged, figures.approved, figures.mitigated] = lengths.map(Spread::of);
        figures.drills.found = Spread::of(found);
        figures
    }
}

/// How an incident ended; `None` while it is open.
pub fn outcome(log: &[Recorded]) -> Option<&Outcome> {
    // What is refused to somebody may stand behind the end.
    log.iter().rev().find_map(|one| match &one.event {
        Event::Closed { outcome } => Some(Some(outcome)),
        Event::Reopened { .. } => Some(None),
        _ => None,
    })?
}

fn answers(event: &Event) -> bool {
    matches!(
        event,
        Event::RestartRequested { .. } | Event::Approved { .. } | Event::ApprovalGiven { .. } | Event::Denied { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_one_of_the_lengths() {
        let spread = |seconds: &[i64]| Spread::of(seconds.iter().copied().map(SignedDuration::from_secs).collect());
        let of = |count, median: i64, p90: i64| Spread {
            count,
            median: Some(SignedDuration::from_secs(median)),
            p90: Some(SignedDuration::from_secs(p90)),
        };
        assert_eq!(spread(&[]), Spread::default());
        assert_eq!(spread(&[7]), of(1, 7, 7));
        assert_eq!(spread(&[9, 1]), of(2, 1, 9));
        assert_eq!(spread(&[5, 3, 1]), of(3, 3, 5));
        assert_eq!(spread(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), of(10, 5, 9));
    }
}
