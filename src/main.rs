//! The command line: `serve`, `check`, `doctor`, `alerts`, `audit`, `policy`, `store`, `completions`, `man` and `demo`.

mod cli;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
#[cfg(feature = "simulator")]
use stagerbot::demo::scene::Scene;
#[cfg(feature = "simulator")]
use stagerbot::words::language::Language;

use crate::cli::alerts::{self, Alerts};
use crate::cli::audit::{self, Audit};
use crate::cli::check::{self, Check};
use crate::cli::doctor::{self, Doctor};
#[cfg(feature = "simulator")]
use crate::cli::output::language;
use crate::cli::output::{COULD_NOT_TELL, fail};
use crate::cli::pages;
use crate::cli::policy::{self, PolicyCommand};
use crate::cli::serve;
use crate::cli::store::{self, StoreCommand};

/// The chat bot for CF-StagerUnavailable: probes Diego's BBS from the api pod, and restarts it once a second person
/// has approved.
#[derive(Parser)]
#[command(version = env!("STAGERBOT_VERSION"), max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  stagerbot check --context prod                         look once, and say what was found
  stagerbot doctor --config stagerbot.toml               is everything there that the bot needs?
  stagerbot serve --config stagerbot.toml                run the bot
  stagerbot alerts explain alert.json                    what would this alert come to?
  stagerbot audit verify --config stagerbot.toml         are the logs what was written?
  stagerbot completions bash > /etc/bash_completion.d/stagerbot";

const SERVE: &str = "SIGHUP has it read the configuration anew; SIGTERM ends it.

Examples:
  stagerbot serve --config stagerbot.toml
  STAGERBOT__RESTARTS__MODE=off stagerbot serve --config stagerbot.toml";
const COMPLETIONS: &str = "Examples:
  stagerbot completions bash > /etc/bash_completion.d/stagerbot
  stagerbot completions zsh > \"${fpath[1]}/_stagerbot\"
  stagerbot completions fish > ~/.config/fish/completions/stagerbot.fish";
const MAN: &str = "Examples:
  stagerbot man /usr/local/share/man/man1";
#[cfg(feature = "simulator")]
const DEMO: &str = "Examples:
  stagerbot demo                                       one outage from the alert to the recovery
  stagerbot demo --web --lang fr                       the playground as a page of this machine's
  stagerbot demo --interactive --kubeconfig sim.yaml   and in another terminal: kubectl --kubeconfig sim.yaml get pods";

#[derive(Subcommand)]
enum Command {
    /// Run the bot.
    #[command(after_help = SERVE)]
    Serve {
        /// The configuration; every key is in config/default.toml.
        #[arg(long, short)]
        config: Option<PathBuf>,
    },
    /// Look, once: exit code 0 healthy, 1 needs action, 2 could not tell, or reached and not proven to answer.
    Check(Check),
    /// Look at everything that the bot needs, and say what to do: exit code 0 all is well, 1 warnings, 2 failures.
    Doctor(Doctor),
    /// Look at the incidents' logs, and whether they are what was written.
    #[command(subcommand)]
    Audit(Audit),
    /// Look at what alerts mean.
    #[command(subcommand)]
    Alerts(Alerts),
    /// Look at who may do what.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Copy the store, or check one.
    #[command(subcommand)]
    Store(StoreCommand),
    /// Print the completions for a shell.
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual's pages, one for each command.
    #[command(after_help = MAN)]
    Man {
        /// The folder that they are written to.
        folder: PathBuf,
    },
    /// Play one outage against the embedded simulator: no cluster, no workspace.
    #[cfg(feature = "simulator")]
    #[command(after_help = DEMO)]
    Demo {
        /// Play yourself: people, faults and kubectl, a line at a time.
        #[arg(long)]
        interactive: bool,
        /// Open the playground as a page of this machine's: chats and cluster side by side, several windows for several people.
        #[arg(long, conflicts_with = "interactive")]
        web: bool,
        /// Play one of the scenes of the guided tour; exit code 0 if it ends as it should. With --web, begin with it.
        #[arg(long, value_name = "NAME", conflicts_with = "interactive")]
        scene: Option<Scene>,
        /// Let everything go five times as fast, and wait for no reader.
        #[arg(long, conflicts_with = "interactive")]
        fast: bool,
        /// Where the simulated cluster's kubeconfig is written to.
        #[arg(long, requires = "interactive")]
        kubeconfig: Option<PathBuf>,
        /// The language of the cards and the answers.
        #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
        lang: Language,
    },
}

/// How long what is still under way at the end may take to stop.
const END: std::time::Duration = std::time::Duration::from_secs(1);

fn main() -> ExitCode {
    // Two versions of rustls are linked: the process's one provider is chosen before either asks for it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into(), 1),
    };
    let code = runtime.block_on(async {
        match arguments.command {
            Command::Serve { config } => {
                serve::serve(config).await.map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS)
            }
            Command::Check(arguments) => {
                check::check(arguments).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Doctor(arguments) => {
                doctor::doctor(arguments).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Audit(command) => {
                audit::audit(command).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Alerts(command) => {
                alerts::explain(&command).map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Policy(command) => {
                policy::policy(command).map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Store(command) => {
                store::store(command).await.map_or_else(|error| fail(&error, COULD_NOT_TELL), ExitCode::from)
            }
            Command::Completions { shell } => pages::completions(Arguments::command(), shell)
                .map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS),
            Command::Man { folder } => {
                pages::man(Arguments::command(), &folder).map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS)
            }
            #[cfg(feature = "simulator")]
            Command::Demo { interactive, web, scene, fast, kubeconfig, lang } => {
                let played = if web {
                    stagerbot::demo::web(scene, fast, lang).await
                } else if interactive {
                    stagerbot::demo::interactive(kubeconfig, lang).await
                } else {
                    stagerbot::demo::run(scene, fast, lang).await
                };
                played.map_or_else(|error| fail(&error, 1), |()| ExitCode::SUCCESS)
            }
        }
    });
    // What is still under way is dropped, and a credential plugin with it; a file system that hangs is not waited for.
    runtime.shutdown_timeout(END);
    code
}
