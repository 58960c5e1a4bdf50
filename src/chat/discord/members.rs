//! What Discord tells of the members of a server.

use std::collections::BTreeSet;

use axum::http::Method;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;

use super::client::{CallError, Client, codes};
use crate::chat::{ChatError, Known};
use crate::incident::standing::Barred;

/// So many are asked about at a time.
const AT_ONCE: usize = 4;

/// Whether an account is of the server.
pub(super) async fn known(client: &Client, guild: &str, user: &str) -> Result<Known, ChatError> {
    match member(client, guild, user).await {
        Ok(Some(_)) => Ok(Known::Yes),
        Ok(None) => Ok(Known::No),
        Err(CallError::Refused(_)) => Ok(Known::NotTold),
        Err(error) => Err(error.about(GET_MEMBER, "")),
    }
}

/// Why an account counts for nothing, if it does.
pub(super) async fn barred(client: &Client, guild: &str, user: &str) -> Result<Option<Barred>, ChatError> {
    match member(client, guild, user).await {
        Ok(Some(member)) => Ok((member["user"]["bot"] == true).then_some(Barred::Bot)),
        Ok(None) => Ok(Some(Barred::Gone)),
        Err(CallError::Refused(_)) => Ok(None),
        Err(error) => Err(error.about(GET_MEMBER, "")),
    }
}

/// Whether a member has a role.
pub(super) async fn is_in(client: &Client, guild: &str, user: &str, role: &str) -> Result<bool, ChatError> {
    let member = member(client, guild, user).await.map_err(|error| error.about(GET_MEMBER, ""))?;
    let roles = member.as_ref().and_then(|member| member["roles"].as_array());
    Ok(roles.is_some_and(|roles| roles.iter().any(|one| one == role)))
}

/// Those of these accounts that have a role.
pub(super) async fn among(
    client: &Client,
    guild: &str,
    users: &[&str],
    role: &str,
) -> Result<BTreeSet<String>, ChatError> {
    let users: Vec<String> = users.iter().map(|user| (*user).to_owned()).collect();
    let asked = users.into_iter().map(|user| async move {
        let is_in = is_in(client, guild, &user, role).await?;
        Ok::<_, ChatError>(is_in.then_some(user))
    });
    let found: Vec<Option<String>> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

const GET_MEMBER: &str = "get_member";

/// A member, if there is one.
async fn member(client: &Client, guild: &str, user: &str) -> Result<Option<Value>, CallError> {
    match client.call(GET_MEMBER, Method::GET, &format!("/guilds/{guild}/members/{user}"), None).await {
        Ok(member) => Ok(Some(member)),
        Err(CallError::Refused(refusal)) if matches!(refusal.code, codes::UNKNOWN_MEMBER | codes::UNKNOWN_USER) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
