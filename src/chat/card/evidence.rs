//! What stands on a card of the evidence, and the lines to go on by hand: the same for a terminal.

use crate::incident::diagnosis::{Bearing, Diagnosis, Finding};
use crate::incident::observation::{
    Database, LockReport, Observation, PingReport, PodEvent, PodSummary, ProbeReport, Seen,
};
use crate::incident::phrase::{Phrase, Statement};
use crate::words::Words;

/// Each finding and what to do about it, a line each. Only the finding that decides may tell to request a restart: that of
/// another one would be of other pods, or none may be requested.
pub fn findings(diagnosis: &Diagnosis, words: &Words) -> String {
    let line = |finding: &Finding| {
        let decides = diagnosis.deciding().is_some_and(|deciding| deciding.id == finding.id);
        if finding.bearing == Bearing::WillHelp && !decides {
            return words.say(&finding.says);
        }
        let advice = Phrase::new(format!("advice-{}", finding.id));
        words.say(&Phrase::new("line-finding").with("says", finding.says.clone()).with("advice", advice))
    };
    diagnosis.findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Each finding without what to do about it, a line each.
pub fn statements(diagnosis: &Diagnosis, words: &Words) -> String {
    diagnosis.findings.iter().map(|finding| words.say(&finding.says)).collect::<Vec<_>>().join("\n")
}

/// What each probe printed, a line each.
pub fn probe_lines(observation: &Observation, words: &Words) -> String {
    let lines: Vec<Statement> = observation.probes().iter().map(ProbeReport::line).collect();
    words.lines(&lines)
}

/// What was seen beside pods and probes, a line each: pings, the lock, the database, and how the topology was found.
pub fn further_evidence(observation: &Observation, words: &Words) -> Vec<String> {
    let pings = observation.pings.known().into_iter().flatten().map(PingReport::line);
    let control = observation
        .control
        .known()
        .into_iter()
        .map(|report| Phrase::new("seen-control").with("line", report.line()).into());
    let lock = observation.lock.known().into_iter().map(LockReport::line);
    let database = observation.database.known().into_iter().flat_map(|report| report.evidence.clone());
    let found = observation.topology.known().into_iter().flat_map(|found| found.from.clone());
    let all = pings.chain(control).chain(lock).chain(database).chain(found);
    all.map(|line: Statement| words.state(&line)).collect()
}

/// The pods, a line each.
pub fn pod_lines(observation: &Observation) -> Option<String> {
    let pods = observation.pods.known()?;
    let all = pods.cloud_controllers.iter().chain(&pods.lockets).chain(&pods.bbs);
    Some(all.map(PodSummary::line).collect::<Vec<_>>().join("\n"))
}

/// The warnings of the cluster, a line each.
pub fn event_lines(observation: &Observation) -> Vec<String> {
    observation.events.known().into_iter().flatten().map(PodEvent::timed_line).collect()
}

/// What every card has room for, in characters of machine output; and what one message in a thread has.
const ROOM: usize = 2_000;
const THREAD_ROOM: usize = 6_000;

/// All that was seen, in full, for the thread: where it is more than a card may have room for. `None` where the card has it.
pub fn in_full(observation: &Observation, words: &Words) -> Option<String> {
    let parts = [
        ("title-pods", pod_lines(observation).unwrap_or_default()),
        ("title-probe", probe_lines(observation, words)),
        ("title-further", further_evidence(observation, words).join("\n")),
        ("title-events", event_lines(observation).join("\n")),
    ];
    let parts = parts.iter().filter(|(_, text)| !text.is_empty());
    let text = parts.map(|(title, text)| format!("{}\n{text}", words.word(title))).collect::<Vec<_>>().join("\n");
    let length = text.chars().count();
    (length > ROOM).then(|| {
        let kept: String = text.chars().take(THREAD_ROOM).collect();
        let more = length.saturating_sub(THREAD_ROOM);
        let whole = if more == 0 { "told-evidence" } else { "told-evidence-more" };
        words.say(&Phrase::new(whole).with("evidence", kept).with("more", more))
    })
}

/// The active leader's name, or that there is none or more than one, or that it is not known.
pub fn leader(observation: &Observation, words: &Words) -> String {
    if let Seen::NotKnown(why) = &observation.pods {
        return words.say(&Phrase::new("not-seen").with("why", why));
    }
    match observation.leaders().as_slice() {
        [] => words.word("leader-none"),
        [one] => one.name.clone(),
        _ => words.word("leader-several"),
    }
}

/// The database's state.
pub fn database(observation: &Observation) -> Phrase {
    Phrase::new(match observation.database.known().map(|report| report.state) {
        Some(Database::Up) => "database-up",
        Some(Database::Accepts) => "database-accepts",
        Some(Database::Down) => "database-down",
        None => "database-not-known",
    })
}
