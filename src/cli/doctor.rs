//! `doctor`: whether everything that the bot needs is there and as it should be.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use anstyle::{AnsiColor, Style};
use stagerbot::checkup::{Finding, Level, Report};
use stagerbot::config::Config;
use stagerbot::doctor::machine::Machine;
use stagerbot::doctor::options::Options;
use stagerbot::doctor::{self, Step};

use super::output::{Output, print, structured};
use super::progress::Progress;

const EXAMPLES: &str = "Exit codes, as monitoring plugins have them: 0 all is well, 1 warnings, 2 failures.

Nothing is changed, and nobody sees anything, without --post and --alert.

Examples:
  stagerbot doctor --config stagerbot.toml                        before the first deploy, and at any time
  stagerbot doctor --config stagerbot.toml -o json                for a program
  stagerbot doctor --config stagerbot.toml --accept shared-fate.chats
                                                                  one chat platform is meant so
  stagerbot doctor --config stagerbot.toml --post --alert         show a test message in every channel, and hand
                                                                  the bot that runs here a test alert
  kubectl -n stagerbot exec deployment/stagerbot -- stagerbot doctor --config /etc/stagerbot/stagerbot.toml
                                                                  with what the bot's own pod has and reaches";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Doctor {
    /// The configuration that is looked at, with all that it names.
    #[arg(long, short)]
    config: Option<PathBuf>,
    /// Show a test message in every channel of the configuration.
    #[arg(long)]
    post: bool,
    /// Hand the bot that runs on this machine a signed test alert, which opens nothing.
    #[arg(long)]
    alert: bool,
    /// A check whose warnings are meant so, and count as well; can be repeated.
    #[arg(long, value_name = "CHECK")]
    accept: Vec<String>,
    /// Show only what is not well.
    #[arg(long, short)]
    quiet: bool,
    /// Tell on standard error how far it got, also where that is no terminal.
    #[arg(long)]
    progress: bool,
    /// How to print what was found.
    #[arg(long, short, default_value = "text")]
    output: Output,
}

/// Looks at everything, prints it, and returns the exit code.
pub(crate) async fn doctor(arguments: Doctor) -> anyhow::Result<u8> {
    let options = Options {
        file: arguments.config.as_ref().map(|file| file.display().to_string()),
        post: arguments.post,
        alert: arguments.alert,
        accepted: arguments.accept,
        machine: Machine::here(),
    };
    let progress = Progress::new(arguments.progress);
    let running = Mutex::new(BTreeSet::new());
    let tell = |step| {
        let mut running = running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match step {
            Step::Began(part) => running.insert(part),
            Step::Ended(part) => running.remove(&part),
        };
        progress.set(running.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    };
    let report = progress.during(doctor::examine(Config::load(arguments.config.as_deref()), &options, tell)).await;
    let code = report.exit_code();
    match arguments.output {
        Output::Text => print(&text(&report, arguments.quiet))?,
        form => print(&structured(form, &report)?)?,
    }
    Ok(code)
}

/// The report for people.
fn text(report: &Report, quiet: bool) -> String {
    let mut text = String::new();
    let mut subject = None;
    let shown = |finding: &&Finding| !quiet || (finding.level != Level::Ok && !finding.accepted);
    for finding in report.findings.iter().filter(shown) {
        if subject != Some(finding.subject) {
            subject = Some(finding.subject);
            let bold = Style::new().bold();
            // Writing to a String does not fail.
            let _ = writeln!(text, "{bold}{}{bold:#}", finding.subject.word());
        }
        let (style, word) =
            if finding.accepted { (Style::new(), "accepted") } else { (style(finding.level), finding.level.word()) };
        let of = finding.of.as_ref().filter(|of| !finding.what.contains(of.as_str()));
        let of = of.map(|of| format!("{of}: ")).unwrap_or_default();
        let _ = writeln!(text, "  {style}{word:<8}{style:#}  {of}{}", finding.what);
        if let Some(to_do) = &finding.to_do {
            let _ = writeln!(text, "            → {to_do}  ({})", finding.check);
        }
    }
    let Report { ok, warnings, failures, .. } = report;
    let _ = writeln!(text, "{ok} ok, {warnings} warnings, {failures} failures");
    text
}

fn style(level: Level) -> Style {
    let colour = match level {
        Level::Ok => AnsiColor::Green,
        Level::Warning => AnsiColor::Yellow,
        Level::Failure => AnsiColor::Red,
    };
    colour.on_default()
}
