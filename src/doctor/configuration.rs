//! Whether the configuration can be read, and what in it is allowed and hardly meant.

use super::options::Options;
use crate::causes::causes;
use crate::checkup::{Finding, Subject};
use crate::config::{Config, ConfigError, Problem};
use crate::incident::policy::Restarts;

/// Each problem by itself.
pub(super) fn unreadable(error: &ConfigError) -> Vec<Finding> {
    const CHECK: &str = "configuration.read";
    let failure = |what: String, to_do: &str| Finding::failure(Subject::Configuration, CHECK, what, to_do);
    match error {
        ConfigError::Invalid(problems) => {
            let mend =
                |problem: &Problem| failure(problem.to_string(), "every key is explained in config/default.toml");
            problems.iter().map(mend).collect()
        }
        ConfigError::Unreadable { .. } => {
            vec![failure(causes(error), "name the file with --config, and let this user read it")]
        }
        ConfigError::NotToml { .. } => vec![failure(causes(error), "mend the line: the file is TOML")],
    }
}

/// What is read, and what is doubtful in it.
pub(super) fn look(config: &Config, options: &Options) -> Vec<Finding> {
    // What is about people and alerts is told with these.
    let told = [config.doubts_about_approvals(), config.doubts_about_alerts()].concat();
    let doubts = config.warnings.iter().filter(|doubt| !told.contains(doubt));
    let file = options.file();
    let doubt = |doubt: &String| {
        let to_do = format!("change it in {file}, unless it is meant so");
        Finding::warning(Subject::Configuration, "configuration.doubts", doubt, to_do)
    };
    let mut found: Vec<Finding> = doubts.map(doubt).collect();
    let (environments, people) = (config.environments.len(), config.policy.people.len());
    let counted = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let environments = counted(environments, "environment", "environments");
    let people = counted(people, "person", "people");
    let what = format!("{file} is read: {environments}, {people}, {}", restarts(config));
    found.push(Finding::ok(Subject::Configuration, "configuration.read", what));
    found
}

fn restarts(config: &Config) -> &'static str {
    match config.policy.restarts {
        Restarts::Off => "no restarts (restarts.mode = \"off\")",
        Restarts::DryRun => "restarts as a dry run",
        Restarts::On => "restarts are carried out",
    }
}
