//! `policy explain`: who may do what, by the configuration.

use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;
use stagerbot::config::Config;
use stagerbot::incident::explained::{policy_lines, who_am_i};
use stagerbot::words::Words;

use super::output::print;

#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// Tell what a restart takes, and what a person may do.
    Explain {
        /// The person's name; everybody where none is named.
        #[arg(long)]
        person: Option<String>,
        /// The environment's name; every one where none is named.
        #[arg(long)]
        environment: Option<String>,
        /// The configuration.
        #[arg(long, short)]
        config: Option<PathBuf>,
    },
}

/// Explains.
pub(crate) fn policy(command: PolicyCommand) -> anyhow::Result<u8> {
    let PolicyCommand::Explain { person, environment, config } = command;
    let config = Config::load(config.as_deref())?;
    let words = Words::of(None);
    let environments: Vec<&str> = config.environments.iter().map(|one| one.environment.name.as_str()).collect();
    if let Some(name) = environment.as_deref().filter(|name| !environments.contains(name)) {
        bail!("there is no environment {name}; known: {}", environments.join(", "));
    }
    if let Some(name) = &person
        && !config.policy.people.iter().any(|one| one.name == *name)
    {
        bail!("there is no person {name}");
    }
    for name in environments.iter().filter(|name| environment.as_deref().is_none_or(|wanted| wanted == **name)) {
        print(&format!("{}\n", words.say(&policy_lines(&config.policy, name))))?;
    }
    for one in config.policy.people.iter().filter(|one| person.as_ref().is_none_or(|wanted| *wanted == one.name)) {
        if let Some(account) = one.accounts.first() {
            print(&format!("{}: {}\n", one.name, words.say(&who_am_i(&config.policy, account))))?;
        }
    }
    Ok(0)
}
