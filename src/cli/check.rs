//! `check`: one look at one environment, or at all of them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use futures::StreamExt as _;
use jiff::SignedDuration;
use serde::Deserialize as _;
use serde_json::{Value, json};
use stagerbot::bot;
use stagerbot::causes::causes;
use stagerbot::cluster::Cluster;
use stagerbot::cluster::client::Access;
use stagerbot::cluster::session::{self, Connections};
use stagerbot::config::{CheckSettings, Config, EnvironmentSettings};
use stagerbot::incident::diagnosis::diagnose;
use stagerbot::incident::environment::{Environment, FixedParts, PRESETS, Topology};
use stagerbot::incident::observation::Depth;
use stagerbot::incident::phrase::Statement;
use stagerbot::process::Signals;
use stagerbot::words::Words;
use stagerbot::words::language::Language;
use stagerbot::{clock, terminal};
use tokio::time::Instant;

use super::output::{COULD_NOT_TELL, Output, Printed, language};
use super::progress::Progress;

const EXAMPLES: &str = "Examples:
  stagerbot check                                        where kubectl looks, in its context's namespace
  stagerbot check --context prod --namespace scf         another cluster
  stagerbot check prod --config stagerbot.toml           one of the bot's environments
  stagerbot check --all --config stagerbot.toml -o json  every one of them, for a program
  stagerbot check --watch                                again after every change, until Ctrl-C
  stagerbot check --watch=10s --until healthy            wait until it has recovered";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// An environment of the configuration; without one, the flags below say where to look.
    environment: Option<String>,
    /// Every environment of the configuration, at once: a slow or dead cluster delays none of the others.
    #[arg(long, conflicts_with = "environment")]
    all: bool,
    /// The configuration that knows the environments.
    #[arg(long, short)]
    config: Option<PathBuf>,
    /// The kubeconfig; else as kubectl finds it: $KUBECONFIG, ~/.kube/config, the cluster that this runs in.
    #[arg(long)]
    kubeconfig: Option<PathBuf>,
    /// The kubeconfig's context; else its current one.
    #[arg(long)]
    context: Option<String>,
    /// The namespace of Cloud Foundry; else the context's, or cf where it has none.
    #[arg(long, short)]
    namespace: Option<String>,
    /// Which pods play which part: found out by looking, or as in a release.
    #[arg(long, default_value = AUTO, value_parser = [AUTO, PRESETS[0], PRESETS[1], PRESETS[2], PRESETS[3]])]
    preset: String,
    /// Exit with 0, too, where connects reach the BBS and no ping could prove that it answers.
    #[arg(long)]
    accept_unproven: bool,
    /// The language of the report: that of the environment in the configuration, or English.
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    lang: Option<Language>,
    /// Look again after every change, and at the latest after this time, until Ctrl-C; the exit code is that of the last look.
    #[arg(long, value_name = "EVERY", num_args = 0..=1, require_equals = true, default_missing_value = "30s",
        conflicts_with = "all", value_parser = every)]
    watch: Option<Duration>,
    /// End the watch with the first look that finds it so.
    #[arg(long, requires = "watch")]
    until: Option<Until>,
    /// How to print the report.
    #[arg(long, short, default_value = "text")]
    output: Output,
}

/// What a watch ends with.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Until {
    /// Exit code 0.
    Healthy,
    /// Something needs action: exit code 1.
    Unhealthy,
}

impl Until {
    fn is_met(self, code: u8) -> bool {
        match self {
            Self::Healthy => code == 0,
            Self::Unhealthy => code == 1,
        }
    }
}

/// Reads the time between two looks.
fn every(text: &str) -> Result<Duration, String> {
    let every = text.parse::<SignedDuration>().ok().filter(|every| *every >= SignedDuration::from_secs(1));
    every.map(SignedDuration::unsigned_abs).ok_or_else(|| "expected a duration from 1s on, such as 30s".to_owned())
}

/// The shortest time between the beginnings of two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// The namespace where neither the command line nor the kubeconfig's context names one.
const CF: &str = "cf";

/// The preset by which the topology is discovered.
const AUTO: &str = "auto";

/// How many environments are looked at at once.
const AT_ONCE: usize = 64;

/// Looks, prints the report, and returns the exit code.
pub(crate) async fn check(arguments: Check) -> anyhow::Result<u8> {
    let connections = Connections::default();
    let (environments, checks) = where_to_look(&connections, &arguments)?;
    if let (Some(every), [(settings, access)]) = (arguments.watch, environments.as_slice()) {
        let cluster = connected(&connections, access, settings, checks).await?;
        return watch(&cluster, settings, &arguments, every).await;
    }
    let names: Vec<&str> = environments.iter().map(|(settings, _)| settings.environment.name.as_str()).collect();
    let progress = Progress::of(&names.join(", "));
    let looks = environments.iter().map(async |(settings, access)| {
        let cluster = connected(&connections, access, settings, checks).await?;
        anyhow::Ok(look(&cluster, settings, &arguments).await)
    });
    let mut looks = futures::stream::iter(looks).buffer_unordered(AT_ONCE);
    let mut codes = Vec::new();
    while let Some(look) = progress.during(looks.next()).await {
        match look {
            Ok(Seen { report, code }) => {
                report.print(arguments.output)?;
                codes.push(code);
            }
            Err(error) if !arguments.all => return Err(error),
            Err(error) => {
                let error = causes(error.as_ref());
                let report = Printed { text: format!("{error}\n"), value: json!({ "error": error }) };
                report.print(arguments.output)?;
                codes.push(COULD_NOT_TELL);
            }
        }
    }
    // What needs action goes before what could not be told.
    Ok([1, COULD_NOT_TELL].into_iter().find(|code| codes.contains(code)).unwrap_or(0))
}

/// What a look saw, and what it says about it as an exit code.
struct Seen {
    report: Printed,
    code: u8,
}

/// An environment's cluster; what is allowed in its kubeconfig, and hardly meant, is told.
async fn connected(
    connections: &Connections,
    access: &Access,
    settings: &EnvironmentSettings,
    checks: CheckSettings,
) -> anyhow::Result<Cluster> {
    let name = &settings.environment.name;
    let cluster = bot::connect(connections, access, settings, checks).await;
    let cluster = cluster.with_context(|| format!("environment {name}"))?;
    for warning in cluster.warnings() {
        // Standard error may be closed; the report is what matters.
        let _ = writeln!(anstream::stderr(), "stagerbot: warning: environment {name}: {warning}");
    }
    Ok(cluster)
}

/// Looks at one environment.
async fn look(cluster: &Cluster, settings: &EnvironmentSettings, arguments: &Check) -> Seen {
    let environment = &settings.environment;
    let observation = Box::pin(cluster.observe(Depth::Full, clock::now())).await;
    let diagnosis = diagnose(&observation);
    let words = Words::in_language(arguments.lang.unwrap_or(settings.language));
    let text = terminal::report(environment, &observation, &diagnosis, words) + "\n";
    let mut value = json!({ "environment": environment, "observation": observation, "diagnosis": diagnosis });
    say_statements(&mut value, words);
    let code = terminal::exit_code(&diagnosis, arguments.accept_unproven);
    Seen { report: Printed { text, value }, code }
}

/// Has what may be told in any language stand as a text, as what comes from outside does.
fn say_statements(value: &mut Value, words: &Words) {
    const STATEMENTS: [&str; 4] = ["not-known", "text", "evidence", "from"];
    let say = |value: &mut Value| {
        if let Ok(statement @ Statement::Phrase(_)) = Statement::deserialize(&*value) {
            *value = words.state(&statement).into();
        }
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::Array(lines) if STATEMENTS.contains(&name.as_str()) => lines.iter_mut().for_each(say),
                    Value::Object(_) if STATEMENTS.contains(&name.as_str()) => say(value),
                    value => say_statements(value, words),
                }
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| say_statements(part, words)),
        _ => {}
    }
}

/// Looks again and again: people are told what is new, and programs each look. Ends where it is to, or with the first signal.
async fn watch(
    cluster: &Cluster,
    settings: &EnvironmentSettings,
    arguments: &Check,
    every: Duration,
) -> anyhow::Result<u8> {
    let mut signals = Signals::listen().context("signals can't be listened for")?;
    let mut told = String::new();
    let mut last = COULD_NOT_TELL;
    let progress = Progress::of(&settings.environment.name);
    let watching = async {
        let mut changes = cluster.changes();
        loop {
            let began = Instant::now();
            let Seen { report, code } = progress.during(look(cluster, settings, arguments)).await;
            last = code;
            // The first line has the time.
            let new = report.text.split_once('\n').map_or("", |(_, rest)| rest).to_owned();
            if arguments.output != Output::Text || new != told {
                report.print(arguments.output)?;
                told = new;
            }
            if arguments.until.is_some_and(|until| until.is_met(code)) {
                return anyhow::Ok(code);
            }
            changes.wait(began + every).await;
            // A storm of changes is no storm of looks.
            tokio::time::sleep_until(began + PAUSE).await;
        }
    };
    let ended = tokio::select! {
        ended = watching => Some(ended),
        _ = signals.stop() => None,
    };
    ended.unwrap_or(Ok(last))
}

/// Environments, how each is reached, and how they are looked at.
type ToLookAt = (Vec<(EnvironmentSettings, Access)>, CheckSettings);

fn where_to_look(connections: &Connections, arguments: &Check) -> anyhow::Result<ToLookAt> {
    if arguments.all || arguments.environment.is_some() {
        let config = Config::load_without_secrets(arguments.config.as_deref())?;
        Words::install(&config.style);
        let with_access = |settings: EnvironmentSettings| (settings.clone(), bot::access(&settings));
        let Some(name) = &arguments.environment else {
            return Ok((config.environments.into_iter().map(with_access).collect(), config.checks));
        };
        let names: Vec<String> = config.environments.iter().map(|e| e.environment.name.clone()).collect();
        let found = config.environments.into_iter().find(|e| e.environment.name == *name);
        let Some(settings) = found else { bail!("no environment is called {name}; known: {}", names.join(", ")) };
        return Ok((vec![with_access(settings)], config.checks));
    }
    anyhow::ensure!(arguments.config.is_none(), "a configuration needs an environment of it, or --all");
    let discover = (arguments.preset == AUTO).then(FixedParts::default);
    let preset = discover.is_some().then(Topology::usual).or_else(|| Topology::preset(&arguments.preset));
    let topology = preset.context("the presets are checked by the command line")?;
    let access =
        Access { kubeconfig: arguments.kubeconfig.clone(), context: arguments.context.clone(), as_kubectl: true };
    let namespace = match &arguments.namespace {
        Some(namespace) => namespace.clone(),
        None => Some(session::default_namespace(connections, &access)?)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| CF.to_owned()),
    };
    let environment = Environment {
        name: arguments.context.clone().unwrap_or_else(|| namespace.clone()),
        context: arguments.context.clone(),
        namespace,
        topology,
        discover,
        database: None,
    };
    let settings = EnvironmentSettings {
        rule: None,
        environment,
        kubeconfig: arguments.kubeconfig.clone(),
        context: arguments.context.clone(),
        channels: BTreeMap::new(),
        language: Language::default(),
        matchers: std::collections::BTreeMap::new(),
    };
    Ok((vec![(settings, access)], CheckSettings::default()))
}
