//! The calls that need the bot's token: messages, threads, commands, and who the bot is.

use crate::simulator::discord::call::Call;
use crate::simulator::discord::checks::{self, Refusal};
use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::files;
use crate::simulator::discord::message::Message;
use crate::simulator::discord::payload;
use crate::simulator::discord::state::{Content, Nonce, Place, Shared, State, Thread};
use crate::simulator::platform::happening::What;
use crate::simulator::platform::message::File;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

type Answer = Result<Value, Refusal>;

/// Makes a call. The token has been checked.
pub(super) fn call(shared: &Shared, call: &Call<'_>, body: &Value, files: Vec<File>) -> Answer {
    let [first, second, _] = call.ids;
    shared.change(|state| match call.name {
        "get_gateway" => Ok(json!({"url": shared.settings.reached("ws", shared.address)})),
        "get_gateway_bot" => Ok(gateway(shared, state)),
        "get_me" => Ok(payload::me(shared, state)),
        "get_application" => Ok(payload::application(shared, state)),
        "get_roles" => roles(shared, first),
        "get_member" => member(shared, state, first, second),
        "create_dm" => {
            let user = body["recipient_id"].as_str().unwrap_or_default();
            known_user(state, user)?;
            let channel = state.direct_channel(user);
            Ok(json!({"id": channel, "type": 1, "last_message_id": null, "recipients": [{"id": user}]}))
        }
        "get_commands" => Ok(registered(shared, commands(shared, state, first, second)?)),
        "set_commands" => {
            let new = checks::commands(body)?;
            commands(shared, state, first, second)?.clone_from(&new);
            Ok(registered(shared, &new))
        }
        "get_channel" => {
            known_channel(state, first)?;
            Ok(payload::channel(shared, state, first))
        }
        "get_messages" => {
            known_channel(state, first)?;
            let here = |message: &&Arc<Message>| is_seen(message, first);
            let newest: Vec<Arc<Message>> = state.view.messages.iter().rev().filter(here).take(50).cloned().collect();
            Ok(newest.iter().map(|message| payload::message(shared, state, message)).collect())
        }
        "create_message" => create(shared, state, first, body, files),
        "get_message" => {
            let message = existing(state, first, second)?;
            Ok(payload::message(shared, state, &message))
        }
        "edit_message" => edit(shared, state, first, second, body),
        "delete_message" => {
            existing(state, first, second)?;
            state.delete(second, shared.settings.bot_name.clone());
            Ok(Value::Null)
        }
        "start_thread" => start_thread(shared, state, first, second, body),
        _ => Err(Refusal::new(404, 0, "404: Not Found")),
    })
}

fn gateway(shared: &Shared, state: &State) -> Value {
    let total = shared.settings.sessions_a_day;
    let used = u32::try_from(state.view.counters.identified).unwrap_or(u32::MAX);
    json!({
        "url": shared.settings.reached("ws", shared.address),
        "shards": 1,
        "session_start_limit": {
            "total": total,
            "remaining": total.saturating_sub(used),
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        },
    })
}

fn known_user(state: &State, user: &str) -> Result<(), Refusal> {
    let known = state.view.people.iter().any(|member| member.id == user);
    known.then_some(()).ok_or_else(|| Refusal::new(404, 10013, "Unknown User"))
}

/// A member of the server.
fn member(shared: &Shared, state: &State, guild: &str, user: &str) -> Answer {
    if guild != shared.settings.guild_id {
        return Err(Refusal::new(403, 50001, "Missing Access"));
    }
    known_user(state, user)?;
    if state.left.iter().any(|left| left == user) {
        return Err(Refusal::new(404, 10007, "Unknown Member"));
    }
    let name = state.name_of(user);
    let given = state.roles.get(user).into_iter().flatten().map(String::as_str);
    let roles: Vec<&str> =
        given.chain((user == shared.settings.bot_id).then_some(shared.settings.role_id.as_str())).collect();
    Ok(json!({
        "user": {"id": user, "username": name, "discriminator": "0", "global_name": name, "avatar": null},
        "nick": null, "avatar": null, "roles": roles, "joined_at": "2026-01-01T00:00:00.000000+00:00",
        "deaf": false, "mute": false, "flags": 0, "pending": false,
    }))
}

/// The server's roles: everybody's, and the one that came with the bot.
fn roles(shared: &Shared, guild: &str) -> Answer {
    let settings = &shared.settings;
    if guild != settings.guild_id {
        return Err(Refusal::new(403, 50001, "Missing Access"));
    }
    let role = |id: &str, name: &str, tags: Value| {
        let permissions = if tags.is_null() { "0" } else { payload::INVITED };
        json!({
            "id": id, "name": name, "color": 0, "hoist": false, "position": 0, "permissions": permissions,
            "managed": !tags.is_null(), "mentionable": false, "flags": 0, "tags": tags,
        })
    };
    let own = role(&settings.role_id, &settings.bot_name, json!({"bot_id": settings.bot_id}));
    Ok(json!([role(guild, "@everyone", Value::Null), own]))
}

/// The commands of a server, or the global ones.
fn commands<'a>(shared: &Shared, state: &'a mut State, app: &str, guild: &str) -> Result<&'a mut Vec<Value>, Refusal> {
    if app != shared.settings.application_id {
        return Err(Refusal::new(404, 10002, "Unknown Application"));
    }
    match guild {
        "" => Ok(&mut state.global_commands),
        guild if guild == shared.settings.guild_id => Ok(&mut state.view.commands),
        _ => Err(Refusal::new(403, 50001, "Missing Access")),
    }
}

fn registered(shared: &Shared, commands: &[Value]) -> Value {
    let shown = |(place, command): (usize, &Value)| {
        let mut command = command.clone();
        command["id"] = json!(format!("8{place:017}"));
        command["application_id"] = json!(shared.settings.application_id);
        command["guild_id"] = json!(shared.settings.guild_id);
        command["version"] = json!("800000000000000001");
        command["default_member_permissions"] = Value::Null;
        command["type"] = json!(1);
        command["nsfw"] = json!(false);
        command
    };
    commands.iter().enumerate().map(shown).collect()
}

fn known_channel(state: &State, channel: &str) -> Result<(), Refusal> {
    let known = state.view.threads.contains_key(channel) || state.view.channels.iter().any(|one| one.id == channel);
    known.then_some(()).ok_or_else(|| Refusal::new(404, 10003, "Unknown Channel"))
}

fn is_seen(message: &Message, channel: &str) -> bool {
    message.channel == channel && message.is_visible() && message.ephemeral_to.is_none()
}

fn existing(state: &State, channel: &str, id: &str) -> Result<Arc<Message>, Refusal> {
    known_channel(state, channel)?;
    let seen = state.view.message(id).filter(|message| is_seen(message, channel));
    seen.cloned().ok_or_else(|| Refusal::new(404, 10008, "Unknown Message"))
}

fn create(shared: &Shared, state: &mut State, channel: &str, body: &Value, files: Vec<File>) -> Answer {
    known_channel(state, channel)?;
    if state.view.threads.get(channel).is_some_and(|thread| thread.locked) {
        return Err(Refusal::new(400, 50083, "Thread is archived"));
    }
    if !files.is_empty() && state.has(&Fault::NoFiles(state.channel_name(channel))) {
        return Err(Refusal::new(403, 50013, "Missing Permissions"));
    }
    let files = files::described(body, files)?;
    let content = checks::message(body, Some(Content { files, ..Content::default() }))?;
    let nonce = body["nonce"].as_str().filter(|_| body["enforce_nonce"] == true);
    if let Some(nonce) = nonce {
        state.nonces.retain(|known| known.born.elapsed() < shared.settings.nonce_lives);
        let same = |known: &&Nonce| known.text == nonce && known.channel == channel;
        let before = state.nonces.iter().find(same).map(|known| known.message.clone());
        // Also one that somebody deleted since: Discord answers with what it made.
        if let Some(message) = before.and_then(|id| state.view.message(&id).cloned()) {
            return Ok(payload::message(shared, state, &message));
        }
    }
    let place = Place { channel: channel.to_owned(), user: shared.settings.bot_id.clone(), ..Place::default() };
    let message = state.post(place, content);
    if let Some(nonce) = nonce {
        state.nonces.push(Nonce {
            text: nonce.to_owned(),
            channel: channel.to_owned(),
            message: message.id.clone(),
            born: Instant::now(),
        });
    }
    Ok(payload::message(shared, state, &message))
}

fn edit(shared: &Shared, state: &mut State, channel: &str, id: &str, body: &Value) -> Answer {
    let message = existing(state, channel, id)?;
    if state.has(&Fault::EditsUsedUp(id.to_owned())) {
        let why = "Maximum number of edits to messages older than 1 hour reached. Try again later.";
        return Err(Refusal::new(429, 30046, why));
    }
    if message.user != shared.settings.bot_id {
        return Err(Refusal::new(403, 50005, "Cannot edit a message authored by another user"));
    }
    change(state, &message, body)?;
    let message = existing(state, channel, id)?;
    Ok(payload::message(shared, state, &message))
}

/// Changes a message as a body says: what it does not name stays.
pub(super) fn change(state: &mut State, message: &Message, body: &Value) -> Result<(), Refusal> {
    let before = Content {
        text: message.content.clone(),
        embeds: message.embeds.clone(),
        components: message.components.clone(),
        flags: message.flags,
        pinged: Vec::new(),
        files: message.files.clone(),
    };
    let content = checks::message(body, Some(before))?;
    state.edit(&message.id, |message| {
        message.content = content.text;
        message.embeds = content.embeds;
        message.components = content.components;
        message.thinking = false;
    });
    Ok(())
}

fn start_thread(shared: &Shared, state: &mut State, channel: &str, message: &str, body: &Value) -> Answer {
    existing(state, channel, message)?;
    let name = checks::thread(body)?;
    if state.view.threads.contains_key(message) {
        return Err(Refusal::new(400, 160_004, "A thread has already been created for this message"));
    }
    let thread = Thread { name: name.clone(), parent: channel.to_owned(), locked: false };
    state.view.threads.insert(message.to_owned(), thread);
    state.happened(Some(state.channel_name(channel)), What::ThreadStarted { id: message.to_owned(), name });
    Ok(payload::channel(shared, state, message))
}
