//! `policy explain`: who may do what, by the configuration.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;
use serde_json::{Value, json};
use stagerbot::config::Config;
use stagerbot::incident::explained::{adding, policy_lines, who_am_i};
use stagerbot::incident::rules::Look;
use stagerbot::incident::standing::{Grant, Right};
use stagerbot::words::Words;

use super::output::{Output, Printed};

#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// Tell what a restart takes, and what a person may do.
    #[command(after_help = EXAMPLES)]
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
        /// How to print it.
        #[arg(long, short, default_value = "text")]
        output: Output,
    },
}

const EXAMPLES: &str = "Examples:
  stagerbot policy explain --config stagerbot.toml
  stagerbot policy explain --config stagerbot.toml --person Ada --environment prod
  stagerbot policy explain --config stagerbot.toml -o yaml";

/// Explains.
pub(crate) fn policy(command: PolicyCommand) -> anyhow::Result<u8> {
    let PolicyCommand::Explain { person, environment, config, output } = command;
    let config = Config::load_without_secrets(config.as_deref())?;
    Words::install(&config.style);
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
    let (mut text, mut of_environments, mut of_people) = (String::new(), Vec::new(), Vec::new());
    for name in environments.iter().filter(|name| environment.as_deref().is_none_or(|wanted| wanted == **name)) {
        let says = words.say(&policy_lines(&config.policy, name));
        // Writing to a String does not fail.
        let _ = writeln!(text, "{says}");
        let (rule, quiet) = (config.policy.rules.of(name), config.policy.rules.quiet.is_some());
        of_environments.push(json!({
            "environment": name, "approvals": rule.approvals.max(1), "reason": rule.reason, "one_more_in_quiet_hours": quiet, "says": says,
        }));
    }
    for one in config.policy.people.iter().filter(|one| person.as_ref().is_none_or(|wanted| *wanted == one.name)) {
        if let Some(account) = one.accounts.first() {
            let _ = writeln!(text, "{}: {}", one.name, words.say(&who_am_i(&config.policy, account)));
        }
        let accounts: Vec<String> = one.accounts.iter().map(ToString::to_string).collect();
        of_people.push(json!({
            "person": one.name, "accounts": accounts, "may_request": one.may_request, "may_approve": one.may_approve,
            "may_by_group": adding(&config.policy, one).map(group).collect::<Vec<_>>(),
        }));
    }
    let look = match config.policy.rules.look {
        Look::Everybody => "everybody",
        Look::People => "people",
    };
    let groups: Vec<Value> = config.policy.grants.iter().map(group).collect();
    let value = json!({ "environments": of_environments, "people": of_people, "groups": groups, "look": look, "restarts": config.policy.restarts });
    Printed { text, value }.print(output)?;
    Ok(0)
}

/// A group, and what it gives to the persons who are in it; to look, to everybody in it.
fn group(grant: &Grant) -> Value {
    let may: Vec<&str> = grant.rights.iter().map(|right| Right::word(*right)).collect();
    json!({ "group": grant.name(), "may": may })
}
