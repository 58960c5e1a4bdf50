//! The command line: `serve`, `check` and `demo`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand, ValueEnum};
use futures::StreamExt as _;
use serde_json::json;
use stagerbot::bot::{self, Bot};
use stagerbot::config::{CheckSettings, Config, EnvironmentSettings};
use stagerbot::incident::diagnosis::diagnose;
use stagerbot::incident::environment::{Environment, FixedParts, PRESETS, Topology};
use stagerbot::incident::observation::Depth;
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
    /// Look, once: exit code 0 healthy, 1 needs action, 2 could not tell.
    Check(Check),
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
    /// How to print the report.
    #[arg(long, short, default_value = "text")]
    output: Output,
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
    let _ = writeln!(anstream::stderr(), "stagerbot: {error:#}");
    ExitCode::from(code)
}

async fn serve(file: Option<PathBuf>) -> anyhow::Result<()> {
    let config = Config::load(file.as_deref())?;
    telemetry::init(&config.log).context("logging can't be started")?;
    let bot = Bot::start(config).await?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .context("SIGTERM can't be listened for")?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C can't be listened for")?,
    }
    tracing::info!("stopping");
    bot.stop().await;
    Ok(())
}

/// How many environments are looked at at once.
const AT_ONCE: usize = 64;

async fn check(arguments: Check) -> anyhow::Result<u8> {
    let (environments, checks) = where_to_look(&arguments)?;
    let looks = environments.iter().map(|settings| look(settings, checks, arguments.output));
    let mut looks = futures::stream::iter(looks).buffer_unordered(AT_ONCE);
    let mut codes = Vec::new();
    while let Some(look) = looks.next().await {
        let (text, code) = match look {
            Ok(seen) => seen,
            Err(error) if !arguments.all => return Err(error),
            Err(error) => match arguments.output {
                Output::Text => (format!("{error:#}"), COULD_NOT_TELL),
                Output::Json => (json!({ "error": format!("{error:#}") }).to_string(), COULD_NOT_TELL),
            },
        };
        writeln!(anstream::stdout(), "{text}").context("the report can't be printed")?;
        codes.push(code);
    }
    // What needs action goes before what could not be told.
    Ok([1, COULD_NOT_TELL].into_iter().find(|code| codes.contains(code)).unwrap_or(0))
}

/// Looks at one environment: its report, and what it says about it as an exit code.
async fn look(settings: &EnvironmentSettings, checks: CheckSettings, output: Output) -> anyhow::Result<(String, u8)> {
    let environment = &settings.environment;
    let cluster = bot::connect(settings, checks).await.with_context(|| format!("environment {}", environment.name))?;
    let observation = cluster.observe(Depth::Full, clock::now()).await;
    let diagnosis = diagnose(&observation);
    let text = match output {
        Output::Text => terminal::report(environment, &observation, &diagnosis, Words::of(None)),
        Output::Json => {
            json!({ "environment": environment, "observation": observation, "diagnosis": diagnosis }).to_string()
        }
    };
    Ok((text, terminal::exit_code(&diagnosis)))
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
        matchers: std::collections::BTreeMap::new(),
    };
    Ok((vec![settings], CheckSettings::default()))
}
