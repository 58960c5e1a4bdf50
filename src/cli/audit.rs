//! `audit`: the incidents' logs, and whether they are what was written.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::{Value, json};
use stagerbot::audit::bundle::Bundle;
use stagerbot::audit::{self, Report, export};
use stagerbot::clock;
use stagerbot::incident::IncidentId;
use stagerbot::incident::figures::{Entry, Figures};
use stagerbot::incident::timeline::whole_timeline;
use stagerbot::report;
use stagerbot::report::document::Document;
use stagerbot::store::chain::Head;
use stagerbot::store::snapshot::IncidentRow;
use stagerbot::words::Words;
use stagerbot::words::language::Language;

use super::output::{Output, Printed, language, print};
use super::place::Place;
use super::progress::Progress;

const VERIFY: &str = "Examples:
  stagerbot audit verify --config stagerbot.toml                every log and the ledger
  stagerbot audit verify --config stagerbot.toml --noted 7/23/a1b2c3d4e5f6
                                                                and what the thread of incident 7 says of its head
  stagerbot audit verify --bundle incident-7.json               one incident, without any store";
const SHOW: &str = "Examples:
  stagerbot audit show 7 --config stagerbot.toml
  stagerbot audit show 7 --store sqlite:///var/lib/stagerbot/stagerbot.db -o yaml";
const REPORT: &str = "Examples:
  stagerbot audit report 7 --config stagerbot.toml                        Markdown, to paste
  stagerbot audit report 7 --config stagerbot.toml --format html > incident-7.html
  stagerbot audit report 7 --config stagerbot.toml --lang fr";
const STATS: &str = "Examples:
  stagerbot audit stats --config stagerbot.toml --since 90d
  stagerbot audit stats --config stagerbot.toml --format json";
const EXPORT: &str = "Examples:
  stagerbot audit export --config stagerbot.toml --since 30d > events.jsonl
  stagerbot audit export --config stagerbot.toml --format csv > events.csv";
const BUNDLE: &str = "Examples:
  stagerbot audit bundle 7 --config stagerbot.toml > incident-7.json";

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Verify every log, the ledger and what was noted outside: exit code 0 as written, 1 not, 2 could not tell.
    #[command(after_help = VERIFY)]
    Verify {
        #[command(flatten)]
        place: Place,
        /// A bundle to verify instead, without any store.
        #[arg(long, conflicts_with_all = ["config", "store"])]
        bundle: Option<PathBuf>,
        /// What an incident's thread says of its head: incident/seq/hash, or the beginning of the hash. Can be repeated.
        #[arg(long = "noted", value_name = "HEAD")]
        noted: Vec<Head>,
        /// How to print what was found.
        #[arg(long, short, default_value = "text")]
        output: Output,
    },
    /// Tell one incident from its log.
    #[command(after_help = SHOW)]
    Show {
        #[command(flatten)]
        place: Place,
        /// The incident's number.
        incident: IncidentId,
        /// How to print it.
        #[arg(long, short, default_value = "text")]
        output: Output,
    },
    /// Print what is left of one incident, ready for a post-mortem: what happened, when, who, evidence, durations.
    #[command(after_help = REPORT)]
    Report {
        #[command(flatten)]
        place: Place,
        /// The incident's number.
        incident: IncidentId,
        /// Markdown, a page of its own, or one JSON document.
        #[arg(long, default_value = "md")]
        format: ReportFormat,
        /// In which language.
        #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
        lang: Language,
    },
    /// Print what many incidents come to: outages by environment and cause, how long people and pods took, who was asked.
    #[command(after_help = STATS)]
    Stats {
        #[command(flatten)]
        place: Place,
        /// Only incidents opened since then: a date, a time with its zone, or so long ago, such as 30d or 12h.
        #[arg(long, value_parser = since)]
        since: Option<Timestamp>,
        /// Text, Markdown, a page of its own, or one JSON document.
        #[arg(long, default_value = "text")]
        format: ReportFormat,
        /// In which language.
        #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
        lang: Language,
    },
    /// Print the events for other tools, one a line.
    #[command(after_help = EXPORT)]
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
    #[command(after_help = BUNDLE)]
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
pub(crate) enum ReportFormat {
    Text,
    Md,
    Html,
    Json,
}

impl ReportFormat {
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
        Audit::Verify { bundle: Some(file), noted, output, .. } => {
            let text = std::fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
            let bundle = Bundle::parse(&text)?;
            let mut report = printed(&bundle.verify(&noted));
            if let Some(head) = bundle.head() {
                let _ = writeln!(report.text, "its head: {head}");
                report.value["head"] = json!(head.to_string());
            }
            report.print(output)?;
            Ok(exit_code(&report))
        }
        Audit::Verify { place, noted, output, .. } => {
            let store = place.open().await?;
            let verifying = async { audit::verify(&mut store.snapshot().await?, &noted).await };
            let report = printed(&Progress::of("the logs").during(verifying).await?);
            report.print(output)?;
            Ok(exit_code(&report))
        }
        Audit::Show { place, incident, output } => {
            let store = place.open().await?;
            let log = store.log(incident).await?;
            anyhow::ensure!(!log.is_empty(), "there is no incident {incident}, or it was pruned");
            let (words, mut text, mut lines) = (Words::of(None), String::new(), Vec::new());
            for line in whole_timeline(incident, &log) {
                let (at, says) = (line.at.strftime("%Y-%m-%d %H:%M:%S UTC"), words.say(&line.says));
                // Writing to a String does not fail.
                let _ = writeln!(text, "{at}  {:>3}  {}", line.seq, says.replace('\n', "\n    "));
                lines.push(json!({ "at": line.at, "seq": line.seq, "says": says }));
            }
            let head = store.head(incident).await?.map(|head| head.to_string());
            if let Some(head) = &head {
                let _ = writeln!(text, "head: {head}");
            }
            let value = json!({ "incident": incident, "timeline": lines, "head": head });
            Printed { text, value }.print(output)?;
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

/// What an audit found.
pub(crate) fn printed(report: &Report) -> Printed {
    let mut text = report.flaws.iter().fold(String::new(), |text, flaw| text + &flaw.to_string() + "\n");
    let Report { incidents, events, pruned, .. } = report;
    let found = if report.flaws.is_empty() { "as written" } else { "NOT as written; the first bad place stands first" };
    // Writing to a String does not fail.
    let _ = writeln!(text, "{incidents} incidents with {events} events, {pruned} pruned: {found}");
    for head in &report.open {
        let _ = writeln!(
            text,
            "incident {} is open: what was cut off behind event {} shows only against its thread; its head: {head}",
            head.incident, head.seq
        );
    }
    let flaws: Vec<String> = report.flaws.iter().map(ToString::to_string).collect();
    let open: Vec<String> = report.open.iter().map(ToString::to_string).collect();
    let value = json!({
        "as_written": flaws.is_empty(), "incidents": incidents, "events": events, "pruned": pruned, "open": open, "flaws": flaws,
    });
    Printed { text, value }
}

/// The exit code of what an audit found.
pub(crate) fn exit_code(report: &Printed) -> u8 {
    u8::from(report.value["as_written"] != true)
}
