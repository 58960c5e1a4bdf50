//! Whether anything can be approved at all, in each environment and at each hour. Whether the people exist is asked of the platforms:
//! `chats.rs`.

use crate::checkup::{Finding, Subject};
use crate::config::{Config, EnvironmentSettings};
use crate::incident::policy::{Person, Restarts};
use crate::incident::standing::Right;

/// Looks at who may request and approve.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "people.approvals";
    let failure = |doubt: String| {
        let to_do = "add a [[person]] with may = [\"request\", \"approve\"], or lower approvals";
        Finding::failure(Subject::People, CHECK, doubt, to_do)
    };
    let mut found: Vec<Finding> = config.doubts_about_approvals().into_iter().map(failure).collect();
    if config.policy.restarts == Restarts::Off {
        found.push(Finding::ok(Subject::People, CHECK, "nothing is to be approved: restarts.mode is \"off\""));
    } else if found.is_empty() {
        found.extend(config.environments.iter().map(|one| environment(config, one).of(&one.environment.name)));
    }
    found
}

/// Whether there are enough people who can be where an environment is shown.
fn environment(config: &Config, settings: &EnvironmentSettings) -> Finding {
    const CHECK: &str = "people.environment";
    let name = &settings.environment.name;
    let there = |person: &&Person| {
        person
            .accounts
            .iter()
            .any(|account| settings.channels.contains_key(&account.platform) && config.chat(account.platform).is_some())
    };
    let present: Vec<&Person> = config.policy.people.iter().filter(there).collect();
    let approvers: Vec<&&Person> =
        present.iter().filter(|person| config.policy.could(person, Right::Approve)).collect();
    let by_day = config.policy.rules.of(name).approvals.max(1);
    let needed = by_day + usize::from(config.policy.rules.quiet.is_some());
    // Of each who requests, how many others may approve.
    let others = |one: &&&Person| approvers.iter().filter(|other| other.name != one.name).count();
    let most =
        present.iter().filter(|person| config.policy.could(person, Right::Request)).map(|one| others(&one)).max();
    let at_night = if needed > by_day { " (in quiet hours)" } else { "" };
    match most {
        None => Finding::failure(
            Subject::People,
            CHECK,
            format!("nobody who may request a restart of {name} has an account where it is shown"),
            "give a [[person]] with \"request\" an account on a platform that the environment has a channel on",
        ),
        Some(most) if most < needed => Finding::failure(
            Subject::People,
            CHECK,
            format!(
                "a restart of {name} needs {needed} approvals{at_night}, and at most {most} others may approve where it is shown"
            ),
            "give another [[person]] \"approve\" and an account there, or lower approvals",
        ),
        Some(_) if approvers.len() == 1 => Finding::warning(
            Subject::People,
            CHECK,
            format!(
                "{} alone may approve a restart of {name}: while they sleep or are away, nobody can",
                approvers[0].name
            ),
            "give a second [[person]] \"approve\", so that each shift has somebody",
        ),
        Some(_) => {
            let names: Vec<&str> = approvers.iter().map(|person| person.name.as_str()).collect();
            let what = format!("a restart of {name} can be requested and approved; approve may {}", names.join(", "));
            Finding::ok(Subject::People, CHECK, what)
        }
    }
}
