//! The same for a terminal: a report of one observation and its diagnosis.

use crate::chat::card::by_hand::by_hand;
use crate::chat::card::evidence::{database, findings, further_evidence, leader, probe_lines};
use crate::incident::diagnosis::{Diagnosis, Verdict};
use crate::incident::environment::Environment;
use crate::incident::observation::{Observation, PodSummary, Seen};
use crate::incident::phrase::Phrase;
use crate::words::Words;

/// A readable report of one check.
pub fn report(environment: &Environment, observation: &Observation, diagnosis: &Diagnosis, words: &Words) -> String {
    let title = Phrase::new("terminal-check")
        .with("environment", &environment.name)
        .with("namespace", &environment.namespace)
        .with("at", observation.at);
    let verdict = Phrase::new("terminal-verdict").with("verdict", diagnosis.verdict.phrase());
    let mut lines = vec![words.say(&title), words.say(&verdict), findings(diagnosis, words), String::new()];
    match &observation.pods {
        Seen::Known(pods) => {
            lines.push(words.word("title-pods"));
            let all = pods.cloud_controllers.iter().chain(&pods.lockets).chain(&pods.bbs);
            lines.extend(all.map(|pod: &PodSummary| format!("  {}", pod.line())));
        }
        Seen::NotKnown(why) => lines.push(words.say(&Phrase::new("not-seen").with("why", why))),
        Seen::NotLooked => {}
    }
    lines.push(words.word("title-probe"));
    match &observation.probes {
        Seen::NotKnown(why) => lines.push(format!("  {}", words.say(&Phrase::new("not-seen").with("why", why)))),
        _ => lines.extend(probe_lines(observation, words).lines().map(|line| format!("  {line}"))),
    }
    lines.extend(further_evidence(observation, words).into_iter().map(|line| format!("  {line}")));
    let endpoints = match &observation.endpoints {
        Seen::Known(names) if names.is_empty() => words.word("leader-none"),
        Seen::Known(names) => names.join(", "),
        Seen::NotKnown(why) => words.say(&Phrase::new("not-seen").with("why", why)),
        Seen::NotLooked => String::new(),
    };
    lines.push(words.say(&Phrase::new("terminal-endpoints").with("names", endpoints)));
    let field = |id: &str, value: String| {
        words.say(&Phrase::new("terminal-field").with("name", Phrase::new(id)).with("value", value))
    };
    lines.push(field("field-leader", leader(observation, words)));
    lines.push(field("field-database", words.say(&database(observation))));
    if !diagnosis.is_healthy() {
        let events = observation.events.known().into_iter().flatten();
        let events: Vec<String> = events.map(|event| format!("  {}", event.timed_line())).collect();
        if !events.is_empty() {
            lines.push(words.word("title-events"));
            lines.extend(events);
        }
        lines.push(String::new());
        lines.push(by_hand(environment, Some(observation), Some(diagnosis), words));
    }
    lines.join("\n")
}

/// The exit code of a check: 0 healthy, 1 a finding that needs action, 2 could not tell. That connects reach the BBS is no
/// proof that it answers, unless whoever asks says that it is enough.
pub fn exit_code(diagnosis: &Diagnosis, accept_unproven: bool) -> u8 {
    match diagnosis.verdict {
        Verdict::Healthy => 0,
        Verdict::ReachedNotProven => {
            if accept_unproven {
                0
            } else {
                2
            }
        }
        Verdict::WillHelp { .. } | Verdict::WillNotHelp { .. } => 1,
        Verdict::NotKnown { .. } => 2,
    }
}
