//! `check`: one look at one environment, or at all of them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use futures::StreamExt as _;
use serde_json::json;
use stagerbot::bot;
use stagerbot::causes::causes;
use stagerbot::cluster::client::Access;
use stagerbot::cluster::session::{self, Connections};
use stagerbot::config::{CheckSettings, Config, EnvironmentSettings};
use stagerbot::incident::diagnosis::diagnose;
use stagerbot::incident::environment::{Environment, FixedParts, PRESETS, Topology};
use stagerbot::incident::observation::Depth;
use stagerbot::words::Words;
use stagerbot::words::language::Language;
use stagerbot::{clock, terminal};

use super::output::{COULD_NOT_TELL, language};

const EXAMPLES: &str = "Examples:
  stagerbot check                                        where kubectl looks, in its context's namespace
  stagerbot check --context prod --namespace scf         another cluster
  stagerbot check prod --config stagerbot.toml           one of the bot's environments
  stagerbot check --all --config stagerbot.toml -o json  every one of them, for a program";

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
    /// How to print the report.
    #[arg(long, short, default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
}

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
    let looks = environments.iter().map(|(settings, access)| look(&connections, access, settings, checks, &arguments));
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
    connections: &Connections,
    access: &Access,
    settings: &EnvironmentSettings,
    checks: CheckSettings,
    arguments: &Check,
) -> anyhow::Result<(String, u8)> {
    let environment = &settings.environment;
    let cluster = bot::connect(connections, access, settings, checks).await;
    let cluster = cluster.with_context(|| format!("environment {}", environment.name))?;
    for warning in cluster.warnings() {
        // Standard error may be closed; the report is what matters.
        let _ = writeln!(anstream::stderr(), "stagerbot: warning: environment {}: {warning}", environment.name);
    }
    let observation = cluster.observe(Depth::Full, clock::now()).await;
    let diagnosis = diagnose(&observation);
    let in_language = arguments.lang.unwrap_or(settings.language);
    let text = match arguments.output {
        Output::Text => terminal::report(environment, &observation, &diagnosis, Words::in_language(in_language)),
        Output::Json => {
            json!({ "environment": environment, "observation": observation, "diagnosis": diagnosis }).to_string()
        }
    };
    Ok((text, terminal::exit_code(&diagnosis, arguments.accept_unproven)))
}

/// Environments, how each is reached, and how they are looked at.
type ToLookAt = (Vec<(EnvironmentSettings, Access)>, CheckSettings);

fn where_to_look(connections: &Connections, arguments: &Check) -> anyhow::Result<ToLookAt> {
    if arguments.all || arguments.environment.is_some() {
        let config = Config::load(arguments.config.as_deref())?;
        Words::install(&config.overrides);
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
