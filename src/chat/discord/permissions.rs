//! What the bot may do in a channel: as Discord computes it, of the server's roles and the channel's overwrites.
//! <https://docs.discord.com/developers/topics/permissions#permission-overwrites>

use axum::http::Method;
use serde_json::Value;

use super::client::{CallError, Client};
use super::whose::Identity;
use crate::causes::causes;
use crate::chat::{ChatError, Looked};
use crate::incident::phrase::Phrase;

/// What the bot needs in a channel, by the bits and the names that people see.
const NEEDED: [(u64, &str); 6] = [
    (1 << 10, "View Channel"),
    (1 << 11, "Send Messages"),
    (1 << 14, "Embed Links"),
    (1 << 16, "Read Message History"),
    (1 << 35, "Create Public Threads"),
    (1 << 38, "Send Messages in Threads"),
];
/// What pictures of closed incidents take beside these.
const ATTACH_FILES: u64 = 1 << 15;
/// Whoever has this may do everything.
const ADMINISTRATOR: u64 = 1 << 3;

/// What is missing for pictures in a channel, as far as Discord tells.
pub(super) async fn lacks_for_pictures(client: &Client, us: &Identity, channel: &str) -> Option<String> {
    let allowed = ask(client, us, channel).await.ok()?;
    (allowed & ATTACH_FILES == 0).then(|| format!("the bot lacks Attach Files in Discord's channel {channel}"))
}

/// Whether the bot may do in a channel what it needs.
pub(super) async fn look(client: &Client, us: &Identity, channel: &str) -> Result<Looked, ChatError> {
    let allowed = match ask(client, us, channel).await {
        Ok(allowed) => allowed,
        Err(error) => {
            let why = causes(&error.about("get_roles", ""));
            return Ok(Looked::NotTold(format!("what the bot may do there is not known: {why}")));
        }
    };
    let missing: Vec<&str> = NEEDED.iter().filter(|(bit, _)| allowed & bit == 0).map(|(_, name)| *name).collect();
    if missing.is_empty() {
        return Ok(Looked::Open);
    }
    Err(ChatError::closed(
        Phrase::new("closed-discord-lacks").with("needed", missing.join(", ")).with("channel", channel),
    ))
}

/// The bits of everything that the bot may do in a channel.
async fn ask(client: &Client, us: &Identity, channel: &str) -> Result<u64, CallError> {
    let (roles, member, of_channel) = (
        format!("/guilds/{}/roles", us.guild),
        format!("/guilds/{}/members/{}", us.guild, us.bot),
        format!("/channels/{channel}"),
    );
    let (roles, member, of_channel) = futures::try_join!(
        client.call("get_roles", Method::GET, &roles, None),
        client.call("get_member", Method::GET, &member, None),
        client.call("get_channel", Method::GET, &of_channel, None),
    )?;
    Ok(allowed(&roles, &member, &of_channel, &us.guild, &us.bot))
}

/// The bits of everything that a member may do in a channel.
fn allowed(roles: &Value, member: &Value, channel: &Value, guild: &str, bot: &str) -> u64 {
    let bits = |value: &Value| value.as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
    let has = |id: &Value| *id == guild || member["roles"].as_array().is_some_and(|all| all.contains(id));
    let own = roles.as_array().into_iter().flatten().filter(|role| has(&role["id"]));
    let base = own.fold(0, |sum, role| sum | bits(&role["permissions"]));
    if base & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    let overwrites: Vec<&Value> = channel["permission_overwrites"].as_array().into_iter().flatten().collect();
    let apply = |allowed: u64, concerned: &dyn Fn(&Value) -> bool| {
        let (mut allow, mut deny) = (0, 0);
        for one in overwrites.iter().filter(|one| concerned(&one["id"])) {
            allow |= bits(&one["allow"]);
            deny |= bits(&one["deny"]);
        }
        allowed & !deny | allow
    };
    // Everybody's first, then all of the roles' together, then the member's own.
    let allowed = apply(base, &|id| *id == guild);
    let allowed = apply(allowed, &|id| *id != guild && has(id));
    apply(allowed, &|id| *id == bot)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn overwrites_apply_in_discord_s_order() {
        let roles = json!([
            {"id": "1", "permissions": "1024"}, {"id": "2", "permissions": "2048"}, {"id": "3", "permissions": "8"},
        ]);
        let member = json!({"roles": ["2"]});
        let may = |overwrites: Value| allowed(&roles, &member, &json!({"permission_overwrites": overwrites}), "1", "9");
        assert_eq!(may(json!([])), 1024 | 2048);
        assert_eq!(may(json!([{"id": "1", "allow": "0", "deny": "3072"}])), 0);
        assert_eq!(
            may(json!([{"id": "1", "allow": "0", "deny": "3072"}, {"id": "2", "allow": "1024", "deny": "0"}])),
            1024
        );
        assert_eq!(
            may(json!([{"id": "2", "allow": "2048", "deny": "2048"}, {"id": "9", "allow": "0", "deny": "2048"}])),
            1024
        );
        assert_eq!(may(json!([{"id": "3", "allow": "16", "deny": "3072"}])), 1024 | 2048, "a role of others");
        let administrator = json!({"roles": ["3"]});
        assert_eq!(allowed(&roles, &administrator, &json!({}), "1", "9"), u64::MAX);
    }
}
