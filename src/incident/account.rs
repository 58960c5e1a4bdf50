//! Accounts on the chat platforms, and who acted with one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Slack.
    Slack,
    /// Discord.
    Discord,
}

impl Platform {
    /// Every platform, in the order in which people see them.
    pub const ALL: [Self; 2] = [Self::Slack, Self::Discord];

    /// As the configuration and the log write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Discord => "discord",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An account on a platform. The same human on both is one person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    /// The platform.
    pub platform: Platform,
    /// The platform's own id, such as `U024BE7LH`; never a display name, which its owner can change.
    pub user: String,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.platform, self.user)
    }
}

/// Who did something: the account, and the person it belonged to at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The account that acted.
    pub account: Account,
    /// The person's name; `None` for an account that maps to nobody.
    pub person: Option<String>,
}

impl Who {
    /// The person's name, or the account where there is none.
    pub fn name(&self) -> String {
        self.person.clone().unwrap_or_else(|| self.account.to_string())
    }
}
