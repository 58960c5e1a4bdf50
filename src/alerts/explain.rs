//! What a text or a body would come to, and why: for whoever writes an alert rule, or wonders what became of one.
//!
//! It takes what people paste: a body of any source, known by its shape; a message; a line of a log; what `cf` printed.

use serde_json::Value;

use crate::alerts::delivery::{Delivery, Report};
use crate::alerts::matching::Matching;
use crate::alerts::source::{Paths, Source, stranger};
use crate::alerts::{SOURCES, lenient, read};
use crate::incident::alert::over::{By, over};
use crate::incident::alert::{AlertStatus, Severity};
use crate::incident::phrase::Phrase;

/// What one alert of a text would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Where it stands, and what it is called.
    pub title: Phrase,
    /// What comes of it, and why: a sentence each.
    pub lines: Vec<Phrase>,
    /// Whether it would be accepted.
    pub accepted: bool,
}

/// What all of a text would come to: of the source named, or of the one that it looks like.
pub fn explain(text: &[u8], source: Option<&'static Source>, paths: &Paths, matching: &Matching) -> Vec<Explained> {
    // Where nobody says which address it is for, whose it is may be what they have to know.
    let looks_like = lenient::json(text).ok().filter(|_| source.is_none()).and_then(|body| stranger(&SOURCES, &body));
    let source = source.unwrap_or_else(|| source_of(text));
    let named = Phrase::new("explained-source").with("source", source.name);
    let delivery = match read(source, text, paths) {
        Ok(delivery) => delivery,
        Err(error) => {
            let why = Phrase::new("explained-refused").with("why", error.to_string());
            return vec![Explained { title: named, lines: vec![why], accepted: false }];
        }
    };
    let Delivery { reports, unread, left_out, note } = delivery;
    let mut all: Vec<Explained> = reports.iter().map(|report| explained(report, matching)).collect();
    all.extend(unread.into_iter().map(|unread| Explained {
        title: title(&unread.place, &unread.name),
        lines: vec![Phrase::new("explained-ignored").with("why", unread.reason)],
        accepted: false,
    }));
    let note = note.map(|note| Phrase::new("explained-note").with("note", note));
    let elsewhere = looks_like.map(|error| Phrase::new("explained-elsewhere").with("note", error.to_string()));
    let mut about: Vec<Phrase> = note.into_iter().chain(elsewhere).collect();
    if left_out > 0 {
        about.push(Phrase::new("explained-left-out").with("count", left_out as usize));
    }
    if all.is_empty() {
        about.push(Phrase::new("explained-nothing"));
    }
    all.insert(0, Explained { title: named, lines: about, accepted: true });
    all
}

/// The source whose body a text looks like; the generic one for whatever no other sends.
fn source_of(text: &[u8]) -> &'static Source {
    let value = lenient::json(text).unwrap_or(Value::Null);
    let of = |source: &&&'static Source| source.looks.is_some_and(|looks| looks(&value));
    let any = || SOURCES.iter().find(|source| source.looks.is_none());
    SOURCES.iter().find(of).or_else(any).copied().unwrap_or(SOURCES[0])
}

fn title(place: &str, name: &str) -> Phrase {
    let first: String = name.lines().next().unwrap_or_default().chars().take(100).collect();
    Phrase::new("explained-title").with("place", place).with("name", first)
}

fn explained(report: &Report, matching: &Matching) -> Explained {
    let judged = matching.judge(report);
    let alert = &judged.alert;
    let mut lines = judged.because;
    let resolved = alert.status == AlertStatus::Resolved;
    lines.push(Phrase::new(if resolved { "explained-resolved" } else { "explained-firing" }));
    if let Some(quote) = over(&format!("{}\n{}", alert.name, alert.summary), By::Bot).filter(|_| resolved) {
        lines.push(Phrase::new("explained-over").with("quote", quote));
    }
    let accepted = judged.environments.is_ok();
    lines.push(match judged.environments {
        Ok(environments) => {
            let id = match (alert.meaning.concerns_us(), resolved, alert.severity) {
                (false, ..) => "explained-inhibits",
                (_, true, _) => "explained-checks",
                (_, _, Some(Severity::Info)) => "explained-joins",
                _ => "explained-opens",
            };
            Phrase::new(id).with("environments", environments.join(", "))
        }
        Err(why) => Phrase::new("explained-ignored").with("why", why),
    });
    Explained { title: title(&report.place, &alert.name), lines, accepted }
}
