//! What time decides, as a card shows it: since when it has been seen, and how much of its time is left.

use jiff::SignedDuration;

use crate::incident::allowance::Allowances;
use crate::incident::diagnosis::Diagnosis;
use crate::incident::observation::Observation;
use crate::incident::observation::lasting::{Lasting, Momentary};
use crate::incident::phrase::Phrase;

/// A line for each thing that time has not decided yet, as of the observation: a card that is drawn again shows the same.
pub fn waiting(observation: &Observation, diagnosis: &Diagnosis, allowances: &Allowances) -> Vec<Phrase> {
    let line = |one: &Lasting| {
        let id = match one.what {
            Momentary::StaleLabel => "waits-stale-label",
            Momentary::LabelMissing => "waits-label-missing",
            Momentary::Unreached => "waits-unreached",
            Momentary::Starting => "waits-starting",
            Momentary::Leaderless => "waits-leaderless",
        };
        let pod = observation.bbs().iter().find(|pod| one.uid.as_ref() == Some(&pod.uid));
        let left = one.until.duration_since(observation.at).max(SignedDuration::ZERO);
        Phrase::new(id)
            .with("pod", pod.map_or("", |pod| pod.name.as_str()))
            .with("looks", one.looks)
            .with("wanted", allowances.looks)
            .with("left", left)
            .with("until", one.until)
    };
    // What another finding explains is not waited for.
    let found = |id: &str| diagnosis.findings.iter().any(|finding| finding.id == id);
    let waits = |one: &&Lasting| match one.what {
        Momentary::StaleLabel => found("label-stale"),
        Momentary::LabelMissing => found("label-missing"),
        Momentary::Unreached => found("leader-not-reachable"),
        Momentary::Starting => found("bbs-migrating"),
        Momentary::Leaderless => found("leader-awaited"),
    };
    observation.undecided().filter(waits).map(line).collect()
}
