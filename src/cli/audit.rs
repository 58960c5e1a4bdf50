//! `audit`: the incidents' logs, and whether they are what was written.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::json;
use stagerbot::audit::bundle::Bundle;
use stagerbot::audit::{self, Report, export};
use stagerbot::clock;
use stagerbot::incident::IncidentId;
use stagerbot::incident::timeline::timeline;
use stagerbot::store::chain::Head;
use stagerbot::words::Words;

use super::output::{Output, Printed, print};
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
            for line in timeline(incident, &log) {
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
