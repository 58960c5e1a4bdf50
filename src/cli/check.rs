//! `check`: one look at one environment, or at all of them.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use futures::StreamExt as _;
use serde_json::json;
use stagerbot::bot;
use stagerbot::causes::causes;
use stagerbot::config::{CheckSettings, Config, EnvironmentSettings};
use stagerbot::incident::diagnosis::diagnose;
use stagerbot::incident::environment::{Environment, FixedParts, PRESETS, Topology};
use stagerbot::incident::observation::Depth;
use stagerbot::words::Words;
use stagerbot::{clock, terminal};

use super::output::COULD_NOT_TELL;

#[derive(clap::Args)]
pub(crate) struct Check {
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

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
}

/// The preset by which the topology is discovered.
const AUTO: &str = "auto";

/// How many environments are looked at at once.
const AT_ONCE: usize = 64;

/// Looks, prints the report, and returns the exit code.
pub(crate) async fn check(arguments: Check) -> anyhow::Result<u8> {
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
