//! Who may do what is needed by a group alone: the platforms are asked who is in it before anybody is told.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::time::timeout;

use super::{Announcer, Destination};
use crate::causes::causes;
use crate::chat::Chat;
use crate::engine::inquiry::PATIENCE;
use crate::incident::account::{Account, Platform};
use crate::incident::escalation::{Audience, Need};
use crate::incident::policy::{Person, Policy};
use crate::incident::standing::{Membership, Standing};

impl Announcer {
    /// The policy with what the platforms say now of those who may do what is needed by a group alone. What is not said in time is
    /// not known, and whom it concerns is told all the same: to tell one too many is better than to tell nobody.
    pub(super) async fn with_members<'p>(
        &self,
        need: &Need,
        audience: &[Audience],
        policy: &'p Policy,
        now: Timestamp,
    ) -> Cow<'p, Policy> {
        let by_group = |person: &&Person| !need.rights().iter().any(|right| person.may(*right));
        let able: &[Audience] = if audience.contains(&Audience::Able) { &[Audience::Able] } else { &[] };
        let mut asked: BTreeMap<(Platform, String), Vec<&Account>> = BTreeMap::new();
        for person in need.persons(able, policy).into_iter().filter(by_group) {
            for account in &person.accounts {
                for group in policy.groups_of(account) {
                    asked.entry((account.platform, group)).or_default().push(account);
                }
            }
        }
        if asked.is_empty() {
            return Cow::Borrowed(policy);
        }
        let answers = asked.into_iter().map(|((platform, group), accounts)| async move {
            let members = self.members(platform, &group, &accounts).await;
            (group, accounts, members)
        });
        let mut standings: BTreeMap<Account, Standing> = BTreeMap::new();
        for (group, accounts, members) in join_all(answers).await {
            let Some(members) = members else { continue };
            for account in accounts {
                let is_in = if members.contains(&account.user) { Membership::In } else { Membership::Out };
                let new = || Standing { seen_at: now, barred: None, groups: BTreeMap::new() };
                standings.entry(account.clone()).or_insert_with(new).groups.insert(group.clone(), is_in);
            }
        }
        let mut policy = policy.clone();
        for (account, standing) in standings {
            policy.standings.insert(account, standing);
        }
        Cow::Owned(policy)
    }

    /// Those of these accounts that are in a group; `None` where nobody tells that now.
    async fn members(&self, platform: Platform, group: &str, accounts: &[&Account]) -> Option<BTreeSet<String>> {
        let chat = self.chat_of(platform)?;
        let users: Vec<&str> = accounts.iter().map(|account| account.user.as_str()).collect();
        match timeout(PATIENCE, chat.members(group, &users)).await {
            Ok(Ok(members)) => Some(members),
            Ok(Err(error)) => {
                tracing::warn!(group, error = %causes(&error), "who is to be told by a group is not known");
                None
            }
            Err(_) => None,
        }
    }

    fn chat_of(&self, platform: Platform) -> Option<&Arc<dyn Chat>> {
        let own = match &self.destination {
            Destination::Chat(chat) => Some(chat),
            Destination::Page(_) => None,
        };
        own.into_iter().chain(self.homes.iter().map(|(chat, _)| chat)).find(|chat| chat.platform() == platform)
    }
}
