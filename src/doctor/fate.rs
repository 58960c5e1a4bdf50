//! What goes down together with the platform, when the bot is needed.

use super::machine::Machine;
use crate::checkup::{Finding, Subject};
use crate::config::{Config, EnvironmentSettings};
use crate::incident::account::Platform;

/// Looks at the store, the cluster and the chat.
pub(super) fn look(config: &Config, machine: &Machine) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        config.environments.iter().map(|one| cluster(one, machine).of(&one.environment.name)).collect();
    found.push(store(config));
    found.push(chats(config));
    found
}

/// Whether the bot runs on the cluster that it heals.
fn cluster(settings: &EnvironmentSettings, machine: &Machine) -> Finding {
    const CHECK: &str = "shared-fate.cluster";
    let environment = &settings.environment;
    if settings.kubeconfig.is_some() || settings.context.is_some() {
        let what =
            format!("{} is reached by a kubeconfig, and may be another cluster than the bot's", environment.name);
        return Finding::ok(Subject::SharedFate, CHECK, what);
    }
    let beside = machine.namespace.as_ref() == Some(&environment.namespace);
    let (what, to_do) = if beside {
        (
            format!(
                "the bot runs in the namespace {} that it heals: whatever limits or empties that takes the bot, too",
                environment.namespace
            ),
            "give it a namespace of its own, better a cluster of its own: deploy/README.md, Several environments",
        )
    } else {
        (
            format!(
                "the bot runs on the cluster of {} that it heals: where that is down, it tells nobody",
                environment.name
            ),
            "run it on another cluster (deploy/README.md, Several environments), or let something else watch its /readyz",
        )
    };
    Finding::warning(Subject::SharedFate, CHECK, what, to_do)
}

/// Whether the store is in the database that the platform needs.
fn store(config: &Config) -> Finding {
    const CHECK: &str = "shared-fate.store";
    let Some(host) = config.store.host() else {
        return Finding::ok(Subject::SharedFate, CHECK, "the store is a file of the bot's own");
    };
    let shares = |one: &&EnvironmentSettings| {
        let environment = &one.environment;
        let inside = [".svc", ".svc."].iter().any(|end| {
            let part = format!(".{}{end}", environment.namespace);
            host.ends_with(&part) || host.contains(&part)
        });
        let same = environment.database.as_ref().is_some_and(|(database, _)| database.eq_ignore_ascii_case(&host));
        inside || same || host.ends_with(&format!(".{}", environment.namespace))
    };
    match config.environments.iter().find(shares) {
        Some(one) => Finding::warning(
            Subject::SharedFate,
            CHECK,
            format!(
                "the store is in a database of {} ({host}): where that is down, the bot can't do a thing",
                one.environment.name
            ),
            "give the bot another PostgreSQL server, or a file: store.url = \"sqlite:///…\"",
        ),
        None => Finding::ok(Subject::SharedFate, CHECK, format!("the store's server {host} is none of the platform's")),
    }
}

/// Whether somebody hears of it while a chat platform is down.
fn chats(config: &Config) -> Finding {
    const CHECK: &str = "shared-fate.chats";
    let platforms: Vec<&str> = config.chats.iter().map(|chat| chat.platform().name()).collect();
    let pages = !config.pagers.0.is_empty();
    let to_do = "add the other chat platform, or notify.pagerduty or notify.webhook with an escalation";
    match (platforms.as_slice(), pages) {
        ([], _) => Finding::failure(
            Subject::SharedFate,
            CHECK,
            "no chat platform is configured: nobody sees a card, and nobody can approve",
            format!("configure {}: config/default.toml", Platform::ALL.map(|one| format!("[{one}]")).join(" or ")),
        ),
        ([only], false) => Finding::warning(
            Subject::SharedFate,
            CHECK,
            format!("{only} is the only way to people: while it is down, nobody hears of an outage"),
            to_do,
        ),
        (all, _) => {
            let pager = if pages { " and a pager" } else { "" };
            Finding::ok(Subject::SharedFate, CHECK, format!("people are reached by {}{pager}", all.join(" and ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkup::Level;
    use crate::config::Layer;

    fn of_url(url: &str) -> Config {
        let text = format!(
            "[store]\nurl = \"{url}\"\n[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\ndatabase = \"pg.example:5432\"\n"
        );
        Config::from_layers(&[Layer { name: "bot.toml", text: &text }], []).unwrap()
    }

    #[test]
    fn a_store_in_the_platform_s_own_database_shares_its_fate() {
        for (url, level) in [
            ("sqlite:///var/lib/stagerbot/stagerbot.db", Level::Ok),
            ("postgres://stagerbot@other.example/stagerbot", Level::Ok),
            ("postgres://stagerbot@postgres.stagerbot.svc/stagerbot", Level::Ok),
            ("postgres://stagerbot@PG.example/stagerbot", Level::Warning),
            ("postgres://stagerbot@postgres.cf.svc/stagerbot", Level::Warning),
            ("postgres://stagerbot@postgres.cf.svc.cluster.local/stagerbot?sslmode=verify-full", Level::Warning),
            ("postgres://stagerbot@postgres.cf/stagerbot", Level::Warning),
        ] {
            let found = store(&of_url(url));
            assert_eq!(found.level, level, "{url}: {found:?}");
        }
    }
}
