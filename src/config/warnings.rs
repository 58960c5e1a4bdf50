//! What a configuration allows and can hardly mean.

use super::{Config, EnvironmentSettings, environments, people};
use crate::chat::keys::Keys;
use crate::chat::platforms::PLATFORMS;
use crate::incident::policy::{Person, Restarts};
use crate::incident::standing::Right;
use crate::store::settings as store;

impl Config {
    /// What keeps a restart from ever being approved: part of the warnings.
    pub fn doubts_about_approvals(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.policy.restarts != Restarts::Off && !people::two_could(&self.policy) {
            doubts.push(
                "no restart can ever be approved: that takes two [[person]], one of whom may request and another may approve"
                    .to_owned(),
            );
        }
        let may = |person: &&Person| self.policy.could(person, Right::Approve);
        let approvers = self.policy.people.iter().filter(may).count();
        for one in &self.environments {
            let (name, needed) = (&one.environment.name, self.policy.rules.of(&one.environment.name).approvals);
            let needed = needed + usize::from(self.policy.rules.quiet.is_some());
            if needed > 1 && approvers < needed {
                doubts.push(format!("a restart of {name} may need {needed} approvals, and {approvers} may approve"));
            }
        }
        doubts
    }

    /// What keeps alerts from meaning one environment: part of the warnings.
    pub fn doubts_about_alerts(&self) -> Vec<String> {
        environments::doubts(&self.environments)
    }

    /// One sentence each.
    pub(super) fn all_warnings(&self) -> Vec<String> {
        let mut warnings = self.doubts_about_alerts();
        if store::is_exposed(&self.store.url) {
            warnings.push(
                "the connection to PostgreSQL may be unencrypted, and to anybody: put sslmode=verify-full into store.url"
                    .to_owned(),
            );
        }
        warnings.extend(self.doubts_about_approvals());
        let grants = self.policy.grants.iter().filter(|grant| self.chat(grant.platform).is_none());
        warnings.extend(
            grants.map(|grant| {
                format!("group {} gives nobody a right: {} is not configured", grant.name(), grant.platform)
            }),
        );
        warnings.extend(people::doubts(&self.policy));
        for one in &self.environments {
            let name = &one.environment.name;
            for Keys { platform, name: platform_name, channel: key, .. } in PLATFORMS {
                let (configured, channel) = (self.chat(platform).is_some(), one.channels.get(&platform));
                if configured && channel.is_none() {
                    warnings.push(format!("environment {name} has no {key}: what its alerts bring is not shown there"));
                }
                if !configured && channel.is_some() {
                    warnings.push(format!("environment {name} has a {key}, and {platform_name} is not configured"));
                }
                let Some(channel) = channel else { continue };
                let same = |other: &&EnvironmentSettings| other.channels.values().any(|one| one == channel);
                if self.environments.iter().find(same).is_some_and(|first| first.environment.name != *name) {
                    warnings.push(format!(
                        "environment {name} shares the channel {channel}: a command there has to name its environment"
                    ));
                }
            }
        }
        warnings
    }
}
