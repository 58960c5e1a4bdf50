//! The report of one incident.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::document::{Bar, Document, Part};
use crate::incident::drill::marked;
use crate::incident::phases::Phase;
use crate::incident::phrase::{Arg, Phrase};
use crate::incident::report::{Act, Asked, Pod, Report};
use crate::words::Words;

/// How many lines of the timeline an answer in a chat has.
const TOLD: usize = 25;

/// The report as a document; `head` is that of the log, which the incident's thread names, too.
pub fn document(report: &Report, head: Option<&str>, words: &Words) -> Document {
    let mut document = Document::new(words, &title(report));
    let mut facts = vec![
        (words.word("report-opened"), words.dated(report.opened_at)),
        (
            words.word("report-closed"),
            report.closed_at.map_or_else(|| words.word("report-still-open"), |at| words.dated(at)),
        ),
    ];
    if report.reopened > 0 {
        facts.push((words.word("report-reopened"), report.reopened.to_string()));
    }
    if let Some((_, says)) = &report.outcome {
        facts.push((words.word("report-outcome"), words.say(says)));
    }
    if let Some(cause) = &report.cause {
        facts.push((words.word("report-cause"), format!("{} ({})", words.say(&cause.says), cause.id)));
    }
    document.parts.push(Part::Facts(facts));

    let lengths = lengths(report).into_iter().map(|(id, length)| (words.word(id), words.say(&span(length))));
    let bar = |phase: &Phase| Bar {
        name: words.word(phase.id),
        length: words.say(&span(phase.length)),
        span: phase.thousandths(&report.drawn),
    };
    let bars = Part::Bars(report.drawn.iter().map(bar).collect());
    document.section(words.word("report-durations"), [bars, Part::Facts(lengths.collect())]);
    let acts = report.people.iter().map(|Act { did, who, at }| {
        let person =
            who.person.as_ref().map_or_else(|| who.account.to_string(), |name| format!("{name} ({})", who.account));
        (words.dated(*at), format!("{person}: {}", words.word(did)))
    });
    document.section(words.word("report-people"), [Part::Events(acts.collect())]);
    let asked = report.asked.iter().map(|Asked { at, destination, names, missed }| {
        let missed = missed.iter().map(|(who, why)| format!("{who} ({})", words.say(why)));
        let who: Vec<String> = names.iter().cloned().chain(missed).collect();
        (words.dated(*at), format!("{destination}: {}", who.join(", ")))
    });
    document.section(words.word("stats-who"), [Part::Events(asked.collect())]);
    let evidence = report.cause.iter().flat_map(|cause| &cause.evidence).chain(&report.probes);
    let mut lines: Vec<String> = Vec::new();
    for line in evidence.map(|line| words.state(line)) {
        // A probe is evidence of its own, and of what was found by it.
        if !lines.iter().any(|known| known.ends_with(&line)) {
            lines.push(line);
        }
    }
    document.section(words.word("report-evidence"), [Part::Code(lines.join("\n"))]);
    let pods = report.pods.iter().map(|Pod { name, uid, deleted_at }| {
        let fate = match deleted_at {
            Some(at) => words.say(&Phrase::new("report-deleted").with("at", *at)),
            None => words.word("report-left"),
        };
        (format!("{name} ({uid})"), fate)
    });
    document.section(words.word("report-restart"), [Part::Facts(pods.collect())]);
    let told = report.timeline.iter().map(|line| (words.dated(line.at), words.say(&line.says)));
    document.section(words.word("report-timeline"), [Part::Events(told.collect())]);
    document.section(words.word("report-verify"), [Part::Code(verify(report, head).join("\n"))]);
    document
}

/// The same for programs. Names never change; `says` is for people.
pub fn for_programs(report: &Report, head: Option<&str>, words: &Words) -> Value {
    let seconds = |length: Option<SignedDuration>| length.map(|length| length.as_secs_f64());
    let phases = report
        .phases
        .iter()
        .map(|(id, length)| (id.trim_start_matches("phase-").to_owned(), Value::from(length.as_secs_f64())));
    json!({
        "incident": report.incident,
        "environment": report.environment,
        "opened_at": report.opened_at,
        "closed_at": report.closed_at,
        "reopened": report.reopened,
        "state": report.state,
        "outcome": report.outcome.as_ref().map(|(is, says)| json!({"is": is, "says": words.say(says)})),
        "cause": report.cause.as_ref().map(|cause| json!({
            "finding": cause.id,
            "says": words.say(&cause.says),
            "evidence": cause.evidence.iter().map(|line| words.state(line)).collect::<Vec<_>>(),
        })),
        "people": report.people.iter().map(|act| json!({
            "did": act.did.trim_start_matches("did-"),
            "person": act.who.person,
            "account": act.who.account.to_string(),
            "at": act.at,
        })).collect::<Vec<_>>(),
        "drill": report.drill,
        "asked": report.asked.iter().map(|one| json!({
            "at": one.at,
            "destination": one.destination,
            "names": one.names,
            "missed": one.missed.iter().map(|(who, _)| who).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "seconds": {
            "phases": phases.collect::<serde_json::Map<_, _>>(),
            "acknowledged": seconds(report.times.acknowledged),
            "approved": seconds(report.times.approved),
            "mitigated": seconds(report.times.mitigated),
        },
        "probes": report.probes.iter().map(|line| words.state(line)).collect::<Vec<_>>(),
        "pods": report.pods.iter().map(|pod| json!({
            "name": pod.name,
            "uid": pod.uid,
            "deleted_at": pod.deleted_at,
        })).collect::<Vec<_>>(),
        "timeline": report.timeline.iter().map(|line| json!({
            "seq": line.seq,
            "at": line.at,
            "says": words.say(&line.says),
        })).collect::<Vec<_>>(),
        "head": head,
        "verify": verify(report, head),
    })
}

/// The report in the lines of an answer, its newest events among them.
pub fn answer(report: &Report) -> Phrase {
    let opened =
        Phrase::new("report-line").with("at", Arg::Dated(report.opened_at)).with("says", Phrase::new("report-opened"));
    let mut lines = vec![title(report), opened];
    lines.extend(report.outcome.iter().map(|(_, says)| says.clone()));
    lines.extend(report.cause.iter().map(|cause| cause.says.clone()));
    let length = |(id, length)| Phrase::new("phase-line").with("phase", Phrase::new(id)).with("length", length);
    lines.extend(lengths(report).into_iter().map(length));
    let event = |line: &crate::incident::timeline::Line| {
        Phrase::new("report-line").with("at", line.at).with("says", line.says.clone())
    };
    lines.extend(report.timeline.iter().skip(report.timeline.len().saturating_sub(TOLD)).map(event));
    lines.push(Phrase::new("report-whole").with("line", format!("stagerbot audit report {}", report.incident)));
    Phrase::new("answer-status").with("lines", joined(lines))
}

/// Phrases below each other.
pub fn joined(lines: Vec<Phrase>) -> Phrase {
    let below = |rest: Phrase, line: Phrase| Phrase::new("status-lines").with("line", line).with("rest", rest);
    lines.into_iter().rev().reduce(below).unwrap_or_else(|| Phrase::new("status-nothing"))
}

fn title(report: &Report) -> Phrase {
    let title = Phrase::new("report-title").with("incident", report.incident.to_string());
    let title = title.with("environment", &report.environment);
    marked(report.drill, title)
}

/// What took how long, each by the id of a message.
fn lengths(report: &Report) -> Vec<(&'static str, SignedDuration)> {
    let took = [("took-acknowledged", report.times.acknowledged), ("took-mitigated", report.times.mitigated)];
    report.phases.iter().copied().chain(took.into_iter().filter_map(|(id, length)| Some((id, length?)))).collect()
}

fn span(length: SignedDuration) -> Phrase {
    Phrase::new("report-length").with("length", length)
}

/// What to type to make sure that this is what was written.
fn verify(report: &Report, head: Option<&str>) -> Vec<String> {
    let (incident, noted) = (report.incident, head.map(|head| format!(" --noted {head}")).unwrap_or_default());
    vec![
        format!("stagerbot audit verify --config stagerbot.toml{noted}"),
        format!("stagerbot audit bundle {incident} --config stagerbot.toml > incident-{incident}.json"),
        format!("stagerbot audit verify --bundle incident-{incident}.json{noted}"),
    ]
}
