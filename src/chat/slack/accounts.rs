//! What Slack tells of accounts and user groups.

use serde::Deserialize;

use super::client::{CallError, Client};
use crate::chat::{ChatError, Known};
use crate::incident::phrase::Phrase;
use crate::incident::standing::Barred;

/// The call that tells who an account is.
const USER: &str = "users.info";
/// The call that tells who is in a user group.
const MEMBERS: &str = "usergroups.users.list";

#[derive(Deserialize)]
struct Asked {
    user: User,
}

#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "as Slack tells it")]
struct User {
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    is_restricted: bool,
    #[serde(default)]
    is_ultra_restricted: bool,
}

impl User {
    fn barred(&self) -> Option<Barred> {
        if self.deleted {
            Some(Barred::Deactivated)
        } else if self.is_bot {
            Some(Barred::Bot)
        } else {
            (self.is_restricted || self.is_ultra_restricted).then_some(Barred::Guest)
        }
    }
}

#[derive(Deserialize)]
struct Members {
    users: Vec<String>,
}

/// Whether an account is there. It takes the scope `users:read`.
pub(super) async fn known(client: &Client, user: &str) -> Result<Known, ChatError> {
    match client.ask::<Asked>(USER, &[("user", user)]).await {
        Ok(Asked { user }) if user.deleted => Ok(Known::Deactivated),
        Ok(_) => Ok(Known::Yes),
        Err(CallError::Refused(refusal)) if is_gone(&refusal.code) => Ok(Known::No),
        Err(CallError::Refused(refusal)) if refusal.code == "missing_scope" => Ok(Known::NotTold),
        Err(error) => Err(error.about(USER, "")),
    }
}

/// Why an account counts for nothing, if it does. It takes the scope `users:read`.
pub(super) async fn barred(client: &Client, user: &str) -> Result<Option<Barred>, ChatError> {
    match client.ask::<Asked>(USER, &[("user", user)]).await {
        Ok(Asked { user }) => Ok(user.barred()),
        Err(CallError::Refused(refusal)) if is_gone(&refusal.code) => Ok(Some(Barred::Gone)),
        Err(CallError::Refused(refusal)) if refusal.code == "missing_scope" => Ok(None),
        Err(error) => Err(error.about(USER, "")),
    }
}

/// Whether there is no such account, or none that the bot may see any more.
fn is_gone(code: &str) -> bool {
    matches!(code, "user_not_found" | "user_not_visible")
}

/// Who is in a user group. It takes the scope `usergroups:read`.
pub(super) async fn members(client: &Client, group: &str) -> Result<Vec<String>, ChatError> {
    match client.ask::<Members>(MEMBERS, &[("usergroup", group)]).await {
        Ok(Members { users }) => Ok(users),
        Err(CallError::Refused(refusal)) if refusal.code == "missing_scope" => {
            Err(ChatError::fatal(Phrase::new("failed-slack-app-scope").with("scope", "usergroups:read")))
        }
        Err(error) => Err(error.about(MEMBERS, "")),
    }
}
