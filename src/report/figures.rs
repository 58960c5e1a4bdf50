//! The figures of many incidents, and the newest ones in the lines of an answer.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::document::{Document, Part};
use super::incident::joined;
use crate::incident::event::Event;
use crate::incident::figures::{Drills, Entry, Figures, Spread, cause, drilled, outcome, times};
use crate::incident::phrase::{Arg, Phrase};
use crate::incident::timeline::outcome as told;
use crate::words::Words;

/// The figures as a document.
pub fn document(figures: &Figures, since: Option<Timestamp>, words: &Words) -> Document {
    let title = match since {
        Some(since) => Phrase::new("stats-title-since").with("since", Arg::Dated(since)),
        None => Phrase::new("stats-title"),
    };
    let mut document = Document::new(words, &title);
    document.parts.push(Part::Facts(vec![
        (words.word("stats-incidents"), figures.incidents.to_string()),
        (words.word("stats-open"), figures.open.to_string()),
    ]));
    let outages = figures
        .outages
        .iter()
        .map(|((environment, cause), count)| (format!("{environment}, {cause}"), count.to_string()));
    document.section(words.word("stats-outages"), [Part::Facts(outages.collect())]);
    let ended = figures.outcomes.iter().map(|(outcome, count)| (words.word(ended(outcome)), count.to_string()));
    document.section(words.word("stats-outcomes"), [Part::Facts(ended.collect())]);
    let spreads = spreads(figures).map(|(id, spread)| (words.word(id), words.say(&said(spread))));
    document.section(words.word("report-durations"), [Part::Facts(spreads.to_vec())]);
    let asked = figures.asked.iter().map(|(name, asked)| {
        let says = Phrase::new("stats-asked").with("asked", asked.asked).with("answered", asked.answered);
        (name.clone(), words.say(&says))
    });
    document.section(words.word("stats-who"), [Part::Facts(asked.collect())]);
    if figures.drills.count > 0 {
        let Drills { count, found, nobody } = figures.drills;
        let facts = vec![
            (words.word("stats-drills-count"), count.to_string()),
            (words.word("took-found"), words.say(&said(found))),
            (words.word("stats-drills-nobody"), nobody.to_string()),
        ];
        document.section(words.word("stats-drills"), [Part::Facts(facts)]);
    }
    document
}

/// The same for programs.
pub fn for_programs(figures: &Figures) -> Value {
    let spread = |spread: Spread| {
        let seconds = |length: Option<SignedDuration>| length.map(|length| length.as_secs_f64());
        json!({"count": spread.count, "median": seconds(spread.median), "p90": seconds(spread.p90)})
    };
    json!({
        "incidents": figures.incidents,
        "open": figures.open,
        "outages": figures.outages.iter().map(|((environment, cause), count)| {
            json!({"environment": environment, "cause": cause, "count": count})
        }).collect::<Vec<_>>(),
        "outcomes": figures.outcomes,
        "seconds": {
            "acknowledged": spread(figures.acknowledged),
            "approved": spread(figures.approved),
            "mitigated": spread(figures.mitigated),
        },
        "asked": figures.asked.iter().map(|(name, asked)| {
            json!({"name": name, "asked": asked.asked, "answered": asked.answered})
        }).collect::<Vec<_>>(),
        "drills": {
            "count": figures.drills.count,
            "found": spread(figures.drills.found),
            "nobody": figures.drills.nobody,
        },
    })
}

/// These incidents in the lines of an answer, and what they come to.
pub fn answer(entries: &[Entry]) -> Phrase {
    let mut lines: Vec<Phrase> = entries.iter().filter_map(line).collect();
    if lines.is_empty() {
        return Phrase::new("history-nothing");
    }
    let figures = Figures::of(entries);
    let all = spreads(&figures).into_iter().chain([("took-found", figures.drills.found)]);
    let known = all.filter(|(_, spread)| spread.count > 0);
    let spread =
        |(id, spread)| Phrase::new("history-spread").with("what", Phrase::new(id)).with("spread", said(spread));
    lines.extend(known.map(spread));
    Phrase::new("answer-status").with("lines", joined(lines))
}

fn line(Entry { id, log, .. }: &Entry) -> Option<Phrase> {
    let first = log.first()?;
    let environment = match &first.event {
        Event::Opened { environment, .. } => environment,
        Event::DrillBegun { environment, .. } => {
            let ended = match outcome(log) {
                None => Phrase::new("ended-open"),
                Some(how) => told(how),
            };
            let line = Phrase::new("history-drill").with("at", Arg::Dated(first.at)).with("incident", id.to_string());
            let line = line.with("environment", environment).with("ended", ended);
            return Some(match drilled(log) {
                Some(length) => Phrase::new("history-length").with("line", line).with("length", length),
                None => line,
            });
        }
        _ => return None,
    };
    let line = match cause(log) {
        Some(cause) => Phrase::new("history-outage").with("cause", &cause.id),
        None => Phrase::new("history-line"),
    };
    let line = line
        .with("at", Arg::Dated(first.at))
        .with("incident", id.to_string())
        .with("environment", environment)
        .with("ended", Phrase::new(outcome(log).map_or("ended-open", |outcome| ended(outcome.name()))));
    Some(match times(log).mitigated {
        Some(length) => Phrase::new("history-length").with("line", line).with("length", length),
        None => line,
    })
}

fn spreads(figures: &Figures) -> [(&'static str, Spread); 3] {
    [
        ("took-acknowledged", figures.acknowledged),
        ("took-approved", figures.approved),
        ("took-mitigated", figures.mitigated),
    ]
}

fn said(spread: Spread) -> Phrase {
    match (spread.median, spread.p90) {
        (Some(median), Some(p90)) => {
            Phrase::new("stats-spread").with("median", median).with("ninety", p90).with("count", spread.count)
        }
        _ => Phrase::new("stats-none"),
    }
}

/// The word for an outcome.
fn ended(outcome: &str) -> &'static str {
    match outcome {
        "healthy" => "ended-healthy",
        "recovered-itself" => "ended-recovered-itself",
        "reached-not-proven" => "ended-reached-not-proven",
        "recovered" => "ended-recovered",
        "not-recovered" => "ended-not-recovered",
        "dry-run" => "ended-dry-run",
        _ => "ended-handed-over",
    }
}
