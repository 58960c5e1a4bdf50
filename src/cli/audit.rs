//! `audit`: the incidents' logs, and whether they are what was written.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::Value;
use stagerbot::audit::bundle::Bundle;
use stagerbot::audit::{self, Report, export};
use stagerbot::clock;
use stagerbot::incident::IncidentId;
use stagerbot::incident::figures::{Entry, Figures};
use stagerbot::incident::timeline::timeline;
use stagerbot::report;
use stagerbot::report::document::Document;
use stagerbot::store::chain::Head;
use stagerbot::store::snapshot::IncidentRow;
use stagerbot::words::Words;
use stagerbot::words::language::Language;

use super::output::{language, print};
use super::place::Place;

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Verify every log, the ledger and what was noted outside: exit code 0 as written, 1 not, 2 could not tell.
    Verify {
        #[command(flatten)]
        place: Place,
        /// A bundle to verify instead, without any store.
        #[arg(long, conflicts_with_all = ["config", "store"])]
        bundle: Option<PathBuf>,
        /// What an incident's thread says of its head: incident/seq/hash, or the beginning of the hash. Can be repeated.
        #[arg(long = "noted", value_name = "HEAD")]
        noted: Vec<Head>,
    },
    /// Tell one incident from its log.
    Show {
        #[command(flatten)]
        place: Place,
        /// The incident's number.
        incident: IncidentId,
    },
    /// Print what is left of one incident, ready for a post-mortem: what happened, when, who, evidence, durations.
    Report {
        #[command(flatten)]
        place: Place,
        /// The incident's number.
        incident: IncidentId,
        /// Markdown, a page of its own, or one JSON document.
        #[arg(long, default_value = "md")]
        format: Printed,
        /// In which language.
        #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
        lang: Language,
    },
    /// Print what many incidents come to: outages by environment and cause, how long people and pods took, who was asked.
    Stats {
        #[command(flatten)]
        place: Place,
        /// Only incidents opened since then: a date, a time with its zone, or so long ago, such as 30d or 12h.
        #[arg(long, value_parser = since)]
        since: Option<Timestamp>,
        /// Text, Markdown, a page of its own, or one JSON document.
        #[arg(long, default_value = "text")]
        format: Printed,
        /// In which language.
        #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
        lang: Language,
    },
    /// Print the events for other tools, one a line.
    Export {
        #[command(flatten)]
        place: Place,
        /// Only events since then: a date, a time with its zone, or so long ago, such as 30d or 12h.
        #[arg(long, value_parser = since)]
        since: Option<Timestamp>,
        /// One JSON object a line, or RFC 4180.
        #[arg(long, default_value = "jsonl")]
        format: Format,
    },
    /// Print one incident with all that it takes to verify it, as one JSON document.
    Bundle {
        #[command(flatten)]
        place: Place,
        /// The incident's number.
        incident: IncidentId,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Printed {
    Text,
    Md,
    Html,
    Json,
}

impl Printed {
    /// Prints what people read, or what programs do.
    fn print(self, document: &Document, for_programs: &Value) -> anyhow::Result<()> {
        let format = match self {
            Self::Json => return print(&(serde_json::to_string_pretty(for_programs)? + "\n")),
            Self::Text => report::Format::Text,
            Self::Md => report::Format::Markdown,
            Self::Html => report::Format::Html,
        };
        print(&report::print(document, format))
    }
}

fn since(text: &str) -> Result<Timestamp, String> {
    let midnight = |date: jiff::civil::Date| date.to_zoned(jiff::tz::TimeZone::UTC).map(|start| start.timestamp());
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(at) = text.parse::<jiff::civil::Date>().and_then(midnight) {
        return Ok(at);
    }
    let ago = text.parse::<jiff::Span>().and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()));
    let at = ago.ok().and_then(|ago| clock::now().checked_sub(ago.abs()).ok());
    at.ok_or_else(|| "expected such as 2026-07-01, 2026-07-01T08:00:00Z, 30d or 12h".to_owned())
}

/// Does what was asked; the exit code.
pub(crate) async fn audit(command: Audit) -> anyhow::Result<u8> {
    match command {
        Audit::Verify { bundle: Some(file), noted, .. } => {
            let text = std::fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
            let bundle = Bundle::parse(&text)?;
            let head = bundle.head().map(|head| format!("its head: {head}"));
            print_report(&bundle.verify(&noted), head.as_deref())
        }
        Audit::Verify { place, noted, .. } => {
            let store = place.open().await?;
            print_report(&audit::verify(&mut store.snapshot().await?, &noted).await?, None)
        }
        Audit::Show { place, incident } => {
            let store = place.open().await?;
            let log = store.log(incident).await?;
            anyhow::ensure!(!log.is_empty(), "there is no incident {incident}, or it was pruned");
            let words = Words::of(None);
            for line in timeline(incident, &log) {
                let at = line.at.strftime("%Y-%m-%d %H:%M:%S UTC");
                print(&format!("{at}  {:>3}  {}\n", line.seq, words.say(&line.says).replace('\n', "\n    ")))?;
            }
            if let Some(head) = store.head(incident).await? {
                print(&format!("head: {head}\n"))?;
            }
            Ok(0)
        }
        Audit::Report { place, incident, format, lang } => {
            let store = place.open().await?;
            let log = store.log(incident).await?;
            let report = stagerbot::incident::report::report(incident, &log);
            let report = report.with_context(|| format!("there is no incident {incident}, or it was pruned"))?;
            let head = store.head(incident).await?.map(|head| head.to_string());
            let words = Words::in_language(lang);
            let document = report::incident::document(&report, head.as_deref(), words);
            format.print(&document, &report::incident::for_programs(&report, head.as_deref(), words))?;
            Ok(0)
        }
        Audit::Stats { place, since, format, lang } => {
            let store = place.open().await?;
            let incidents = store.snapshot().await?.incidents().await?;
            let mut entries = Vec::new();
            for IncidentRow { id, opened_at, .. } in incidents {
                if since.is_some_and(|since| opened_at < since.as_microsecond()) {
                    continue;
                }
                let announced = store.announcements(id).await?;
                let asked = announced.into_iter().flat_map(|one| one.told.names).collect();
                entries.push(Entry { id, log: store.log(id).await?, asked });
            }
            let figures = Figures::of(&entries);
            let document = report::figures::document(&figures, since, Words::in_language(lang));
            format.print(&document, &report::figures::for_programs(&figures))?;
            Ok(0)
        }
        Audit::Export { place, since, format } => {
            let store = place.open().await?;
            let mut snapshot = store.snapshot().await?;
            if matches!(format, Format::Csv) {
                print(export::CSV_HEADER)?;
            }
            for incident in snapshot.incidents().await? {
                let log = snapshot.events(incident.id).await?;
                for line in export::lines(&incident, &log) {
                    if since.is_none_or(|since| line.at >= since) {
                        print(&if matches!(format, Format::Csv) { line.csv() } else { line.json() })?;
                    }
                }
            }
            Ok(0)
        }
        Audit::Bundle { place, incident } => {
            let store = place.open().await?;
            let bundle = Bundle::of(&mut store.snapshot().await?, incident, clock::now()).await?;
            let bundle = bundle.with_context(|| format!("there is no incident {incident}, or it was pruned"))?;
            print(&(serde_json::to_string_pretty(&bundle)? + "\n"))?;
            Ok(0)
        }
    }
}

/// Tells what an audit found; returns the exit code.
pub(crate) fn print_report(report: &Report, more: Option<&str>) -> anyhow::Result<u8> {
    for flaw in &report.flaws {
        print(&format!("{flaw}\n"))?;
    }
    let Report { incidents, events, pruned, .. } = report;
    let found = if report.flaws.is_empty() { "as written" } else { "NOT as written; the first bad place stands first" };
    print(&format!("{incidents} incidents with {events} events, {pruned} pruned: {found}\n"))?;
    for head in &report.open {
        print(&format!(
            "incident {} is open: what was cut off behind event {} shows only against its thread; its head: {head}\n",
            head.incident, head.seq
        ))?;
    }
    if let Some(more) = more {
        print(&format!("{more}\n"))?;
    }
    Ok(u8::from(!report.flaws.is_empty()))
}
