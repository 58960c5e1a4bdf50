//! Discord's objects, with every field that clients rely on.

use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::files;
use crate::simulator::discord::message::Message;
use crate::simulator::discord::state::{Shared, State};
use serde_json::{Value, json};

/// Everything that a member may do here: the bits of all permissions.
const PERMISSIONS: &str = "2251799813685247";
/// What the bot was invited with: the bits of what deploy/discord/README.md asks for.
pub(super) const INVITED: &str = "309237763072";
/// What it takes to write into a channel: to send messages there and in its threads.
const WRITING: u64 = 1 << 11 | 1 << 38;
/// What it takes to show files.
const FILES: u64 = 1 << 15;
/// When everybody joined, and every message says that it was written.
const LONG_AGO: &str = "2024-01-01T00:00:00+00:00";

/// A user.
pub(super) fn user(state: &State, id: &str) -> Value {
    let is_bot = state.view.member(id).is_some_and(|member| member.is_bot);
    json!({
        "id": id,
        "username": state.name_of(id),
        "global_name": null,
        "discriminator": "0",
        "avatar": null,
        "bot": is_bot,
        "system": false,
        "public_flags": 0,
    })
}

/// The bot's own user, as READY and `users/@me` show it.
pub(super) fn me(shared: &Shared, state: &State) -> Value {
    let mut me = user(state, &shared.settings.bot_id);
    for (key, value) in
        [("verified", json!(true)), ("mfa_enabled", json!(true)), ("flags", json!(0)), ("email", Value::Null)]
    {
        me[key] = value;
    }
    me
}

/// The application.
pub(super) fn application(shared: &Shared, state: &State) -> Value {
    let settings = &shared.settings;
    let elsewhere = state.has(&Fault::InteractionsElsewhere).then_some("https://interactions.example/");
    json!({
        "id": settings.application_id,
        "name": settings.bot_name,
        "icon": null,
        "description": "",
        "bot_public": false,
        "bot_require_code_grant": false,
        "verify_key": "0000000000000000000000000000000000000000000000000000000000000000",
        "interactions_endpoint_url": elsewhere,
        // It may ask for the text of messages, as an application in fewer than a hundred servers.
        "flags": if state.has(&Fault::IntentsDisallowed) { 0 } else { 1 << 19 },
        "summary": "",
        "team": null,
    })
}

/// What a channel takes from the bot's role.
fn overwrites(shared: &Shared, state: &State, id: &str) -> Value {
    let name = state.channel_name(id);
    let taken = |fault: Fault, bits: u64| if state.has(&fault) { bits } else { 0 };
    let deny = taken(Fault::NoPermission(name.clone()), WRITING) | taken(Fault::NoFiles(name), FILES);
    if deny == 0 {
        return json!([]);
    }
    json!([{"id": shared.settings.role_id, "type": 0, "allow": "0", "deny": deny.to_string()}])
}

/// A channel.
pub(super) fn channel(shared: &Shared, state: &State, id: &str) -> Value {
    match state.view.threads.get(id) {
        None if state.is_direct(id) => json!({"id": id, "type": 1, "last_message_id": null, "flags": 0}),
        None => json!({
            "id": id,
            "type": 0,
            "guild_id": shared.settings.guild_id,
            "name": state.channel_name(id),
            "position": 0,
            "permission_overwrites": overwrites(shared, state, id),
            "nsfw": false,
            "parent_id": null,
            "permissions": PERMISSIONS,
            "flags": 0,
        }),
        Some(thread) => json!({
            "id": id,
            "type": 11,
            "guild_id": shared.settings.guild_id,
            "name": thread.name,
            "parent_id": thread.parent,
            "owner_id": shared.settings.bot_id,
            "message_count": 0,
            "member_count": 1,
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": false,
                "auto_archive_duration": 1440,
                "archive_timestamp": LONG_AGO,
                "locked": thread.locked,
            },
            "flags": 0,
        }),
    }
}

/// A message.
pub(super) fn message(shared: &Shared, state: &State, message: &Message) -> Value {
    let mentions: Vec<Value> =
        message.pinged.iter().filter(|id| !id.starts_with('@')).map(|id| user(state, id)).collect();
    let embeds: Vec<Value> = message
        .embeds
        .iter()
        .cloned()
        .map(|mut embed| {
            embed["type"] = json!("rich");
            embed
        })
        .collect();
    let at = |place: Option<&crate::simulator::discord::message::Body>| place.map(|body| body.at.to_string());
    let edited = at(message.history.last()).filter(|_| message.history.len() > 1);
    json!({
        "id": message.id,
        "channel_id": message.channel,
        "author": user(state, &message.user),
        "content": message.content,
        "timestamp": at(message.history.first()),
        "edited_timestamp": edited,
        "tts": false,
        "mention_everyone": message.pinged.iter().any(|who| who == "@everyone"),
        "mentions": mentions,
        "mention_roles": [],
        "attachments": files::told(&message.files),
        "embeds": embeds,
        "pinned": false,
        "type": 0,
        "flags": message.flags,
        "components": message.components,
        "application_id": message.by_bot.then_some(&shared.settings.application_id),
    })
}

/// An interaction, without its kind and data.
pub(super) fn interaction(shared: &Shared, state: &State, id: &str, token: &str, person: &str, at: &str) -> Value {
    let locale = state.view.member(person).map_or("en-US", |member| &member.locale);
    let member = json!({
        "user": user(state, person),
        "nick": null,
        "avatar": null,
        "roles": [],
        "joined_at": LONG_AGO,
        "premium_since": null,
        "deaf": false,
        "mute": false,
        "pending": false,
        "flags": 0,
        "permissions": PERMISSIONS,
        "communication_disabled_until": null,
    });
    let mut interaction = json!({
        "id": id,
        "token": token,
        "version": 1,
        "channel_id": at,
        "channel": channel(shared, state, at),
        "locale": locale,
        "app_permissions": PERMISSIONS,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": 10_485_760,
        "authorizing_integration_owners": {"0": shared.settings.guild_id},
    });
    if let Some(application) = &state.sender.application_id {
        interaction["application_id"] = json!(application);
    }
    if let Some(guild) = state.sender.guild_id.as_ref().filter(|_| !state.is_direct(at)) {
        interaction["guild_id"] = json!(guild);
        interaction["guild"] = json!({"id": guild, "locale": "en-US", "features": []});
        interaction["guild_locale"] = json!("en-US");
        (interaction["member"], interaction["context"]) = (member, json!(0));
    } else {
        // With the bot, in a direct message.
        (interaction["user"], interaction["context"]) = (user(state, person), json!(1));
    }
    if state.has(&Fault::InteractionsBare)
        && let Some(fields) = interaction.as_object_mut()
    {
        for strict in ["attachment_size_limit", "entitlements"] {
            fields.remove(strict);
        }
    }
    interaction
}

/// READY's data.
pub(super) fn ready(shared: &Shared, state: &State, session: &str) -> Value {
    let settings = &shared.settings;
    json!({
        "v": 10,
        "user": me(shared, state),
        "guilds": [{"id": settings.guild_id, "unavailable": true}],
        "session_id": session,
        "resume_gateway_url": shared.settings.reached("ws", shared.address),
        "shard": [0, 1],
        "application": {"id": settings.application_id, "flags": 0},
        "user_settings": {},
        "session_type": "normal",
        "private_channels": [],
        "presences": [],
        "relationships": [],
        "_trace": ["simulated"],
    })
}
