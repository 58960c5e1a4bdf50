//! The way to the platforms: straight, or through a proxy that this process's variables name.

use super::machine::Machine;
use crate::checkup::{Finding, Subject};
use crate::cluster::kubeconfig::server::Address;
use crate::cluster::route::by_variables;
use crate::config::Config;

/// Where each platform is reached, and by which way.
pub(super) fn look(config: &Config, machine: &Machine) -> Vec<Finding> {
    const CHECK: &str = "network.proxy";
    let mut found = Vec::new();
    for settings in &config.chats {
        let (platform, address) = (settings.platform().name(), settings.anybodys());
        // What is no address is told where the platform is asked.
        let Ok(server) = Address::of_server(&address) else { continue };
        let variable = |name: &str| machine.variables.get(name).cloned();
        let finding = match by_variables(&server, variable) {
            Ok(Some(proxy)) => {
                let what = format!("{platform} ({}) is reached through the proxy {}", server.host, proxy.authority());
                Finding::ok(Subject::Network, CHECK, what)
            }
            Ok(None) if is_half_set(machine) && !server.is_loopback() => Finding::warning(
                Subject::Network,
                CHECK,
                format!(
                    "HTTP_PROXY is set and HTTPS_PROXY is not, so that {platform} ({}) is reached directly",
                    server.host
                ),
                "set HTTPS_PROXY to the same proxy, if that is the way out",
            ),
            Ok(None) => {
                Finding::ok(Subject::Network, CHECK, format!("{platform} ({}) is reached directly", server.host))
            }
            Err(what) => Finding::failure(
                Subject::Network,
                CHECK,
                what,
                format!("write it as http://proxy.example:3128, or except {} in NO_PROXY", server.host),
            ),
        };
        found.push(finding.of(platform));
    }
    found
}

/// Whether a proxy is named for plain HTTP alone, which no platform speaks.
fn is_half_set(machine: &Machine) -> bool {
    let is_set = |names: [&str; 2]| names.iter().any(|name| machine.variables.contains_key(*name));
    is_set(["HTTP_PROXY", "http_proxy"]) && !is_set(["HTTPS_PROXY", "https_proxy"])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::checkup::Level;
    use crate::config::Layer;

    fn by(variables: &[(&str, &str)]) -> (Level, String) {
        let text = "[slack]\n[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\nslack_channel = \"C024BE91L\"\n";
        let secrets = [("BOT_TOKEN", "xoxb-1"), ("APP_TOKEN", "xapp-1")];
        let secrets = secrets.map(|(name, value)| (format!("STAGERBOT__SLACK__{name}"), value.to_owned()));
        let config = Config::from_layers(&[Layer { name: "bot.toml", text }], secrets).unwrap();
        let variables: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let found = look(&config, &Machine { variables, ..Machine::default() });
        (found[0].level, found[0].what.clone())
    }

    #[test]
    fn the_way_to_slack_is_told_and_a_variable_that_leads_nowhere_is_a_failure() {
        for (variables, level, says) in [
            (&[][..], Level::Ok, "slack (slack.com) is reached directly"),
            (
                &[("HTTPS_PROXY", "http://ada:hunter2@proxy.example:3128")],
                Level::Ok,
                "through the proxy proxy.example:3128",
            ),
            (
                &[("https_proxy", "http://proxy.example:3128"), ("NO_PROXY", "slack.com")],
                Level::Ok,
                "slack (slack.com) is reached directly",
            ),
            (
                &[("HTTPS_PROXY", "corp\\ada:hunter2@proxy.example:3128")],
                Level::Failure,
                "the variable HTTPS_PROXY is no URL",
            ),
            (&[("HTTP_PROXY", "http://proxy.example:3128")], Level::Warning, "HTTPS_PROXY is not"),
        ] {
            let (found, what) = by(variables);
            assert_eq!(found, level, "{what}");
            assert!(what.contains(says) && !what.contains("hunter2"), "{what}");
        }
    }
}
