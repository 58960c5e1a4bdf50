//! The command line: `serve`, `check`, `alerts`, `audit`, `store` and `demo`.

mod cli;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli::alerts::{self, Alerts};
use crate::cli::audit::{self, Audit};
use crate::cli::check::{self, Check};
use crate::cli::output::{COULD_NOT_TELL, fail};
use crate::cli::serve;
use crate::cli::store::{self, StoreCommand};

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
                serve::serve(config).await.map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS)
            }
            Command::Check(arguments) => {
                check::check(arguments).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Audit(command) => {
                audit::audit(command).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Alerts(Alerts::Explain { file, source, lines, config }) => {
                alerts::explain(&file, source.as_deref(), lines, config.as_deref())
                    .map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Store(command) => {
                store::store(command).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
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
