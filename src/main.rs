//! The command line: `serve`, `check`, `alerts`, `audit`, `store` and `demo`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand, ValueEnum};
use futures::StreamExt as _;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use stagerbot::alerts;
use stagerbot::alerts::matching::Matching;
use stagerbot::alerts::source::Paths;
use stagerbot::audit::bundle::Bundle;
use stagerbot::audit::{self, Report, export};
use stagerbot::bot::{self, Bot};
use stagerbot::causes::causes;
use stagerbot::config::{CheckSettings, Config, EnvironmentSettings};
use stagerbot::incident::IncidentId;
use stagerbot::incident::diagnosis::diagnose;
use stagerbot::incident::environment::{Environment, FixedParts, PRESETS, Topology};
use stagerbot::incident::event::Event;
use stagerbot::incident::observation::Depth;
use stagerbot::incident::timeline::timeline;
use stagerbot::process::Signals;
use stagerbot::store::Store;
use stagerbot::store::chain::{EventRow, Head};
use stagerbot::store::settings::Settings;
use stagerbot::words::Words;
use stagerbot::{clock, telemetry, terminal};

/// The chat bot for CF-StagerUnavailable: probes Diego's BBS from the api pod, and restarts it once a second person
/// has approved.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the bot.
    Serve {
        /// The configuration; every key is in config/default.toml.
        #[arg(long, short)]
        config: Option<PathBuf>,
    },
    /// Look, once: exit code 0 healthy, 1 needs action, 2 could not tell, or reached and not proven to answer.
    Check(Check),
    /// Look at the incidents' logs, and whether they are what was written.
    #[command(subcommand)]
    Audit(Audit),
    /// Look at what alerts mean.
    #[command(subcommand)]
    Alerts(Alerts),
    /// Copy the store, or check one.
    #[command(subcommand)]
    Store(StoreCommand),
    /// Play one outage against the embedded simulator: no cluster, no workspace.
    #[cfg(feature = "simulator")]
    Demo {
        /// Play yourself: people, faults and kubectl, a line at a time.
        #[arg(long)]
        interactive: bool,
        /// Where the simulated cluster's kubeconfig is written to.
        #[arg(long, requires = "interactive")]
        kubeconfig: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
struct Check {
    /// An environment of the configuration; without one, the flags below say where to look.
    environment: Option<String>,
    /// Every environment of the configuration, at once: a slow or dead cluster delays none of the others.
    #[arg(long, conflicts_with = "environment")]
    all: bool,
    /// The configuration that knows the environments.
    #[arg(long, short)]
    config: Option<PathBuf>,
    /// The kubeconfig; with neither it nor a context, the cluster that this runs in.
    #[arg(long)]
    kubeconfig: Option<PathBuf>,
    /// The kubeconfig's context.
    #[arg(long)]
    context: Option<String>,
    /// The namespace of Cloud Foundry.
    #[arg(long, short, default_value = "cf")]
    namespace: String,
    /// Which pods play which part: found out by looking, or as in a release.
    #[arg(long, default_value = AUTO, value_parser = [AUTO, PRESETS[0], PRESETS[1], PRESETS[2], PRESETS[3]])]
    preset: String,
    /// Exit with 0, too, where connects reach the BBS and no ping could prove that it answers.
    #[arg(long)]
    accept_unproven: bool,
    /// How to print the report.
    #[arg(long, short, default_value = "text")]
    output: Output,
}

#[derive(Subcommand)]
enum Audit {
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

#[derive(Subcommand)]
enum Alerts {
    /// Tell what a body or a text would come to, and which rule decides: exit code 0 accepted, 1 ignored, 2 could not tell.
    Explain {
        /// What a sender posts, or anything that people paste; - for standard input.
        file: PathBuf,
        /// The source that it would be sent to; the one that it looks like where none is named.
        #[arg(long, value_parser = alerts::SOURCES.map(|source| source.name))]
        source: Option<String>,
        /// Take each line for a text of its own.
        #[arg(long)]
        lines: bool,
        /// The configuration that knows the environments and the rules.
        #[arg(long, short)]
        config: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum StoreCommand {
    /// Copy an SQLite store to a new file, while the bot goes on, and check the copy.
    Backup {
        #[command(flatten)]
        place: Place,
        /// The file to be made.
        file: PathBuf,
    },
    /// Check tables, file and logs: exit code 0 sound, 1 not, 2 could not tell.
    Check {
        #[command(flatten)]
        place: Place,
    },
}

/// Which store.
#[derive(clap::Args)]
struct Place {
    /// The configuration that knows the store.
    #[arg(long, short)]
    config: Option<PathBuf>,
    /// Or the store's URL; the password of a server comes by `STAGERBOT__STORE__PASSWORD`.
    #[arg(long, value_name = "URL", conflicts_with = "config")]
    store: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Text,
    Json,
}

/// The preset by which the topology is discovered.
const AUTO: &str = "auto";

/// The exit code of a check that could not tell.
const COULD_NOT_TELL: u8 = 2;

fn main() -> ExitCode {
    // Two versions of rustls are linked: the process's one provider is chosen before either asks for it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into(), 1),
    };
    runtime.block_on(async {
        match arguments.command {
            Command::Serve { config } => {
                serve(config).await.map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS)
            }
            Command::Check(arguments) => {
                check(arguments).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Audit(command) => {
                audit(command).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Alerts(Alerts::Explain { file, source, lines, config }) => {
                explain(&file, source.as_deref(), lines, config.as_deref())
                    .map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Store(command) => {
                store(command).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            #[cfg(feature = "simulator")]
            Command::Demo { interactive: false, .. } => {
                stagerbot::demo::run().await.map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS)
            }
            #[cfg(feature = "simulator")]
            Command::Demo { kubeconfig, .. } => stagerbot::demo::interactive(kubeconfig)
                .await
                .map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS),
        }
    })
}

fn fail(error: &anyhow::Error, code: u8) -> ExitCode {
    // Standard error may be closed; there is nobody left to tell then.
    let _ = writeln!(anstream::stderr(), "stagerbot: {}", causes(error.as_ref()));
    ExitCode::from(code)
}

async fn serve(file: Option<PathBuf>) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("signals can't be listened for")?;
    let config = Config::load(file.as_deref())?;
    telemetry::init(&config.log).context("logging can't be started")?;
    let bot = tokio::select! {
        started = Bot::start(config) => started?,
        signal = signals.stop() => {
            tracing::info!(signal, "stopping before the start was over");
            return Ok(());
        }
    };
    let signal = signals.stop().await;
    tracing::info!(signal, "stopping");
    bot.stop().await;
    Ok(())
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

impl Place {
    async fn open(&self) -> anyhow::Result<Store> {
        let settings = match &self.store {
            Some(url) => {
                let password = std::env::var("STAGERBOT__STORE__PASSWORD").ok().map(SecretString::from);
                let settings = Settings::new(url)?;
                anyhow::ensure!(
                    settings.password.is_none(),
                    "everybody on this machine can read a password on a command line: set STAGERBOT__STORE__PASSWORD"
                );
                Settings { password, ..settings }
            }
            None => Config::load(self.config.as_deref())?.store,
        };
        Store::open_existing(&settings).await.with_context(|| format!("the store {} can't be used", settings.url))
    }
}

async fn audit(command: Audit) -> anyhow::Result<u8> {
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
fn print_report(report: &Report, more: Option<&str>) -> anyhow::Result<u8> {
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

fn explain(
    file: &std::path::Path,
    source: Option<&str>,
    lines: bool,
    config: Option<&std::path::Path>,
) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    if file.as_os_str() == "-" {
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut text).context("standard input can't be read")?;
    } else {
        text = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
    }
    // Without a configuration, of an environment that takes everything: what a text means is the same everywhere.
    let (paths, matching) = match config {
        Some(file) => {
            let config = Config::load(Some(file))?;
            (config.alerts.paths.clone(), config.matching())
        }
        None => (Paths::default(), Matching::of_one("the environment")),
    };
    let source = source.and_then(alerts::source);
    let texts: Vec<&[u8]> = if lines { text.split(|byte| *byte == b'\n').collect() } else { vec![&text] };
    let mut accepted = true;
    let words = Words::of(None);
    for text in texts.into_iter().filter(|text| !text.trim_ascii().is_empty()) {
        for one in alerts::explain::explain(text, source, &paths, &matching) {
            accepted &= one.accepted;
            let lines = one.lines.iter().map(|line| format!("  {}\n", words.say(line)));
            print(&format!("{}\n{}", words.say(&one.title), lines.collect::<String>()))?;
        }
    }
    Ok(u8::from(!accepted))
}

async fn store(command: StoreCommand) -> anyhow::Result<u8> {
    let store = match command {
        StoreCommand::Backup { place, file } => {
            place.open().await?.back_up_to(&file).await?;
            print(&format!("copied to {}\n", file.display()))?;
            Store::open_existing(&Settings::of_backup(&file)?).await?
        }
        StoreCommand::Check { place } => place.open().await?,
    };
    let mut faults = store.faults().await?;
    let mut snapshot = store.snapshot().await?;
    for incident in snapshot.incidents().await? {
        faults.extend(unreadable(incident.id, &snapshot.events(incident.id).await?));
    }
    for fault in &faults {
        print(&format!("{fault}\n"))?;
    }
    let code = print_report(&audit::verify(&mut snapshot, &[]).await?, None)?;
    Ok(if faults.is_empty() { code } else { 1 })
}

/// The events that this version can't read.
fn unreadable(incident: IncidentId, log: &[EventRow]) -> Vec<String> {
    let readable = |row: &&EventRow| serde_json::from_str::<Event>(&row.event).is_err();
    let tell = |row: &EventRow| format!("incident {incident}, event {}: this version can't read it", row.seq);
    log.iter().filter(readable).map(tell).collect()
}

fn print(text: &str) -> anyhow::Result<()> {
    write!(anstream::stdout(), "{text}").context("nothing can be printed")
}

/// How many environments are looked at at once.
const AT_ONCE: usize = 64;

async fn check(arguments: Check) -> anyhow::Result<u8> {
    let (environments, checks) = where_to_look(&arguments)?;
    let looks = environments.iter().map(|settings| look(settings, checks, &arguments));
    let mut looks = futures::stream::iter(looks).buffer_unordered(AT_ONCE);
    let mut codes = Vec::new();
    while let Some(look) = looks.next().await {
        let (text, code) = match look {
            Ok(seen) => seen,
            Err(error) if !arguments.all => return Err(error),
            Err(error) => match arguments.output {
                Output::Text => (causes(error.as_ref()), COULD_NOT_TELL),
                Output::Json => (json!({ "error": causes(error.as_ref()) }).to_string(), COULD_NOT_TELL),
            },
        };
        writeln!(anstream::stdout(), "{text}").context("the report can't be printed")?;
        codes.push(code);
    }
    // What needs action goes before what could not be told.
    Ok([1, COULD_NOT_TELL].into_iter().find(|code| codes.contains(code)).unwrap_or(0))
}

/// Looks at one environment: its report, and what it says about it as an exit code.
async fn look(
    settings: &EnvironmentSettings,
    checks: CheckSettings,
    arguments: &Check,
) -> anyhow::Result<(String, u8)> {
    let environment = &settings.environment;
    let cluster = bot::connect(settings, checks).await.with_context(|| format!("environment {}", environment.name))?;
    let observation = cluster.observe(Depth::Full, clock::now()).await;
    let diagnosis = diagnose(&observation);
    let text = match arguments.output {
        Output::Text => terminal::report(environment, &observation, &diagnosis, Words::of(None)),
        Output::Json => {
            json!({ "environment": environment, "observation": observation, "diagnosis": diagnosis }).to_string()
        }
    };
    Ok((text, terminal::exit_code(&diagnosis, arguments.accept_unproven)))
}

fn where_to_look(arguments: &Check) -> anyhow::Result<(Vec<EnvironmentSettings>, CheckSettings)> {
    if arguments.all || arguments.environment.is_some() {
        let config = Config::load(arguments.config.as_deref())?;
        let Some(name) = &arguments.environment else { return Ok((config.environments, config.checks)) };
        let names: Vec<String> = config.environments.iter().map(|e| e.environment.name.clone()).collect();
        let found = config.environments.into_iter().find(|e| e.environment.name == *name);
        let Some(settings) = found else { bail!("no environment is called {name}; known: {}", names.join(", ")) };
        return Ok((vec![settings], config.checks));
    }
    anyhow::ensure!(arguments.config.is_none(), "a configuration needs an environment of it, or --all");
    let discover = (arguments.preset == AUTO).then(FixedParts::default);
    let preset = discover.is_some().then(Topology::usual).or_else(|| Topology::preset(&arguments.preset));
    let topology = preset.context("the presets are checked by the command line")?;
    let environment = Environment {
        name: arguments.context.clone().unwrap_or_else(|| arguments.namespace.clone()),
        context: arguments.context.clone(),
        namespace: arguments.namespace.clone(),
        topology,
        discover,
        database: None,
    };
    let settings = EnvironmentSettings {
        environment,
        kubeconfig: arguments.kubeconfig.clone(),
        context: arguments.context.clone(),
        slack_channel: None,
        discord_channel: None,
        matchers: std::collections::BTreeMap::new(),
    };
    Ok((vec![settings], CheckSettings::default()))
}
