//! What the platforms said of accounts: whether they count for anything, and which groups they are in. A look-up is as old as its
//! time says, and what is older than a decision allows is not known to it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::account::{Account, Platform};
use super::phrase::{Phrase, Statement};

/// How old a look-up behind a click may be. Behind a delete, it is as young as the evidence has to be.
pub const CLICK_AGE: SignedDuration = SignedDuration::from_secs(60);

/// What a person can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// To hear how things stand.
    Look,
    /// To request a restart.
    Request,
    /// To approve or deny one that somebody else requested.
    Approve,
}

impl Right {
    /// Those without which nothing is restarted.
    pub const OF_RESTARTS: [Self; 2] = [Self::Request, Self::Approve];

    /// As the configuration names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Request => "request",
            Self::Approve => "approve",
        }
    }
}

/// What a group gives to those of the configuration's persons who are in it; to look, to everybody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Where the group is.
    pub platform: Platform,
    /// The id of a user group of Slack's or a role of Discord's.
    pub group: String,
    /// What its members may do.
    pub rights: Vec<Right>,
}

impl Grant {
    /// Whether it gives this right.
    pub fn gives(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }

    /// As the configuration names it in a list.
    pub fn name(&self) -> String {
        format!("{}:{}", self.platform, self.group)
    }
}

/// Why an account counts for nothing, whoever's it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// It was switched off.
    Deactivated,
    /// It is a guest's.
    Guest,
    /// It is a bot's.
    Bot,
    /// It is nobody's there, or not any more.
    Gone,
}

/// Whether an account is in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    In,
    /// It is not.
    Out,
    /// It could not be found out, and why.
    NotKnown(Statement),
}

/// What a platform said of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// When it was asked.
    pub seen_at: Timestamp,
    /// Why it counts for nothing; `None` also where the platform did not tell.
    pub barred: Option<Barred>,
    /// Whether it is in the groups that were asked about, by their ids.
    pub groups: BTreeMap<String, Membership>,
}

/// What the platforms said of accounts, each as it was last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standings {
    recent: BTreeMap<Account, Standing>,
    /// Those that count for nothing, however long ago that was said: it stands until something else is.
    barred: BTreeMap<Account, Barred>,
}

impl Standings {
    /// Takes what was said of an account.
    pub fn insert(&mut self, account: Account, standing: Standing) {
        match standing.barred {
            Some(barred) => self.barred.insert(account.clone(), barred),
            None => self.barred.remove(&account),
        };
        self.recent.insert(account, standing);
    }

    /// Why an account counts for nothing, as far as anybody said.
    pub fn barred(&self, account: &Account) -> Option<Barred> {
        self.barred.get(account).copied()
    }

    /// Forgets that these accounts count for nothing.
    pub fn forget(&mut self, which: impl Fn(&Account) -> bool) {
        self.barred.retain(|account, _| !which(account));
    }

    /// What was said of an account.
    pub fn of(&self, account: &Account) -> Option<&Standing> {
        self.recent.get(account)
    }

    /// Whether an account is in a group. What was not asked is not known.
    pub fn membership(&self, account: &Account, group: &str) -> Membership {
        if self.barred(account).is_some() {
            return Membership::Out;
        }
        let said = self.of(account).and_then(|standing| standing.groups.get(group).cloned());
        said.unwrap_or_else(|| Membership::NotKnown(Phrase::new("failed-nobody-looked").into()))
    }

    /// Whether something in it is older than this. What claims to come from the future is old too.
    pub fn has_older(&self, now: Timestamp, age: SignedDuration) -> bool {
        self.recent.values().any(|standing| !standing.is_recent(now, age))
    }

    /// Drops what is older than this.
    pub fn drop_older(&mut self, now: Timestamp, age: SignedDuration) {
        self.recent.retain(|_, standing| standing.is_recent(now, age));
    }
}

impl Standing {
    /// Whether it is no older than this.
    pub fn is_recent(&self, now: Timestamp, age: SignedDuration) -> bool {
        now.duration_since(self.seen_at).abs() <= age
    }
}
