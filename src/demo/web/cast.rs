//! Whom visitors can be.

use serde::Serialize;

use crate::simulator::discord;
use crate::simulator::slack::{self, Workspace};

use crate::demo::stage::Stage;

/// Somebody whom visitors can be. What they may do is in `config/playground.toml`.
pub(super) struct Role {
    /// What the page and what it sends call them.
    pub(super) key: &'static str,
    /// Their name.
    pub(super) name: &'static str,
    /// Their account on Slack; `None` where it is given when they come.
    slack: Option<&'static str>,
    /// Their account on Discord, if they have one.
    discord: Option<&'static str>,
    /// The sentence that says who they are.
    says: &'static str,
}

const MALLORY: &str = "Mallory";
const ZOE: &str = "Zoe";

/// All of them.
pub(super) const CAST: [Role; 6] = [
    Role {
        key: "ada",
        name: "Ada",
        slack: Some("U0ADA0001"),
        discord: Some("801000000000000001"),
        says: "play-role-requester",
    },
    Role {
        key: "grace",
        name: "Grace",
        slack: Some("U0GRACE01"),
        discord: Some("801000000000000002"),
        says: "play-role-approver",
    },
    Role {
        key: "linus",
        name: "Linus",
        slack: Some("U0LINUS01"),
        discord: Some("801000000000000003"),
        says: "play-role-approver",
    },
    Role { key: "ada2", name: "Ada 2", slack: Some("U0ADA0002"), discord: None, says: "play-role-second-account" },
    Role {
        key: "zoe",
        name: ZOE,
        slack: Some("U0ZOE0001"),
        discord: Some("801000000000000004"),
        says: "play-role-nobody",
    },
    Role { key: "mallory", name: MALLORY, slack: None, discord: None, says: "play-role-stranger" },
];

/// A role as the page is told of it.
#[derive(Serialize)]
pub(super) struct Played {
    key: &'static str,
    name: &'static str,
    says: &'static str,
    slack: Option<String>,
    discord: Option<&'static str>,
}

/// Brings those onto the stage who are not in the configuration.
pub(super) fn come(stage: &Stage) {
    stage.workspace.add_stranger(MALLORY, "T0ELSEWHERE");
    for role in CAST.iter().filter(|role| role.name == ZOE) {
        role.slack.iter().for_each(|id| drop(stage.workspace.add_person_as(id, role.name, "en-US")));
        for (server, id) in stage.server.iter().zip(role.discord) {
            server.add_person_as(id, role.name, "en-US");
        }
    }
}

/// All of them with their accounts.
pub(super) fn played(stage: &Stage) -> Vec<Played> {
    let played = |role: &Role| Played {
        key: role.key,
        name: role.name,
        says: role.says,
        slack: role.on_slack(&stage.workspace).map(|person| person.id().to_owned()),
        discord: role.discord,
    };
    CAST.iter().map(played).collect()
}

/// The role of a key.
pub(super) fn role(key: &str) -> Option<&'static Role> {
    CAST.iter().find(|role| role.key == key)
}

impl Role {
    /// The person on Slack.
    pub(super) fn on_slack(&self, workspace: &Workspace) -> Option<slack::person::Person> {
        let name = self.slack.unwrap_or(self.name);
        workspace.view().member(name).map(|member| workspace.person(&member.id))
    }

    /// The person on Discord.
    pub(super) fn on_discord(&self, server: &discord::Server) -> Option<discord::person::Person> {
        server.view().member(self.discord?).map(|member| server.person(&member.id))
    }
}
