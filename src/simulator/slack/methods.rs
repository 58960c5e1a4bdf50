//! The Web API's methods: arguments in, the state changed, Slack's answer out.

use crate::simulator::slack::arguments::{
    Content, POSTED_TEXT, Refusal, UPDATED_TEXT, content, flag, parsed, refused, text,
};
use crate::simulator::slack::blocks;
use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::files;
use crate::simulator::slack::message::Message;
use crate::simulator::slack::payload;
use crate::simulator::slack::state::{Draft, Modal, ResponseUrl, Shared, State};
use serde_json::{Value, json};
use tokio::time::Instant;

/// The one scope of an app-level token here.
pub(super) const CONNECTIONS_WRITE: &str = "connections:write";

/// What a cursor begins with; clients are not to look into it.
const CURSOR: &str = "next:";

type Answer = Result<Value, Refusal>;

/// The scope a method needs, if any.
pub(super) fn scope(method: &str) -> Option<&'static str> {
    Some(match method {
        "chat.postMessage" | "chat.update" | "chat.postEphemeral" | "chat.delete" => "chat:write",
        "files.getUploadURLExternal" | "files.completeUploadExternal" => "files:write",
        "conversations.history" | "conversations.replies" => "channels:history",
        "conversations.info" => "channels:read",
        "users.info" | "bots.info" => "users:read",
        "usergroups.users.list" => "usergroups:read",
        "apps.connections.open" => CONNECTIONS_WRITE,
        _ => return None,
    })
}

/// Whether the method sends something that people are meant to see.
pub(super) fn shows(method: &str) -> bool {
    matches!(
        method,
        "chat.postMessage"
            | "chat.update"
            | "chat.postEphemeral"
            | "views.open"
            | "views.update"
            | "files.completeUploadExternal"
    )
}

/// Calls a method. The token has been checked.
pub(super) fn call(shared: &Shared, method: &str, args: &Value) -> Answer {
    shared.change(|state| match method {
        "api.test" => Ok(json!({"args": args})),
        "auth.test" => Ok(auth_test(shared)),
        "auth.teams.list" => Ok(teams(shared)),
        "bots.info" => bot_info(shared, args),
        "apps.connections.open" => Ok(open_connection(shared, state)),
        "apps.manifest.export" => manifest(shared, state, args),
        "chat.postMessage" => post(shared, state, args),
        "chat.update" => update(shared, state, args),
        "chat.postEphemeral" => whisper(state, shared, args),
        "chat.delete" => delete(shared, state, args),
        "chat.getPermalink" => permalink(shared, state, args),
        "conversations.history" => history(shared, state, args),
        "conversations.replies" => replies(shared, state, args),
        "conversations.info" => channel_info(state, args),
        "users.info" => user_info(shared, state, args),
        "usergroups.users.list" => group_members(state, args),
        "files.getUploadURLExternal" => files::ask(shared, state, args),
        "files.completeUploadExternal" => {
            let channel = joined(state, &json!({"channel": args["channel_id"]}))?;
            files::show(shared, state, &channel, args)
        }
        "views.open" => open_view(shared, state, args),
        "views.update" => update_view(shared, state, args),
        _ => Err("unknown_method".into()),
    })
}

fn auth_test(shared: &Shared) -> Value {
    let settings = &shared.settings;
    let of_enterprise = settings.enterprise_id.as_ref().filter(|_| settings.is_enterprise_install);
    let mut me = json!({
        "url": format!("https://{}.slack.com/", settings.team_domain),
        "team": settings.team_name,
        "user": settings.bot_name.to_lowercase(),
        // The token of a whole enterprise is of no single workspace.
        "team_id": of_enterprise.unwrap_or(&settings.team_id),
        "user_id": settings.bot_user_id,
        "bot_id": settings.bot_id,
        "is_enterprise_install": settings.is_enterprise_install,
    });
    if let Some(enterprise) = &settings.enterprise_id {
        me["enterprise_id"] = json!(enterprise);
    }
    me
}

fn teams(shared: &Shared) -> Value {
    let settings = &shared.settings;
    json!({"teams": [{"id": settings.team_id, "name": settings.team_name}], "response_metadata": {"next_cursor": ""}})
}

fn bot_info(shared: &Shared, args: &Value) -> Answer {
    let settings = &shared.settings;
    if args["bot"] != settings.bot_id.as_str() {
        return Err("bot_not_found".into());
    }
    Ok(json!({"bot": {
        "id": settings.bot_id,
        "deleted": false,
        "name": settings.bot_name,
        "updated": 1_700_000_000,
        "app_id": settings.app_id,
        "user_id": settings.bot_user_id,
        "icons": {},
    }}))
}

/// The part of an app's manifest that the simulator knows.
fn manifest(shared: &Shared, state: &State, args: &Value) -> Answer {
    let settings = &shared.settings;
    if args["app_id"] != settings.app_id.as_str() {
        return Err("invalid_app_id".into());
    }
    let commands: Vec<Value> = settings.commands.iter().map(|command| json!({"command": command})).collect();
    Ok(json!({"manifest": {
        "display_information": {"name": settings.bot_name},
        "features": {"slash_commands": commands},
        "oauth_config": {"scopes": {"bot": settings.scopes}},
        "settings": {
            "event_subscriptions": {"bot_events": settings.events},
            "interactivity": {"is_enabled": !state.has(&Fault::InteractivityOff)},
            "socket_mode_enabled": !state.has(&Fault::SocketModeOff),
        },
    }}))
}

fn open_connection(shared: &Shared, state: &mut State) -> Value {
    let ticket = format!("ticket-{:016x}", state.number());
    state.tickets.insert(ticket.clone());
    let reached = shared.settings.reached("ws", shared.address);
    json!({"url": format!("{reached}/link/?ticket={ticket}&app_id={}", shared.settings.app_id)})
}

fn post(shared: &Shared, state: &mut State, args: &Value) -> Answer {
    let channel = match direct(state, args) {
        Some(direct) => direct?,
        None => joined(state, args)?,
    };
    refuse(state, &channel)?;
    let content = content(args, POSTED_TEXT)?;
    let message = state.post(Draft {
        channel: channel.clone(),
        thread_ts: text(args, "thread_ts"),
        user: shared.settings.bot_user_id.clone(),
        text: content.text,
        blocks: content.blocks,
        metadata: content.metadata,
        ..Draft::default()
    });
    Ok(json!({"channel": channel, "ts": message.ts, "message": payload::message(&shared.settings, state, &message)}))
}

fn update(shared: &Shared, state: &mut State, args: &Value) -> Answer {
    let (channel, ts) = own(state, args, "cant_update_message")?;
    refuse(state, &channel)?;
    let content = content(args, UPDATED_TEXT)?;
    state.rewrite(&ts, content.text.clone(), content.blocks, content.metadata);
    let message = state.view.message(&ts).map(|message| payload::message(&shared.settings, state, message));
    Ok(json!({"channel": channel, "ts": ts, "text": content.text, "message": message}))
}

fn whisper(state: &mut State, shared: &Shared, args: &Value) -> Answer {
    let channel = joined(state, args)?;
    let user = text(args, "user").unwrap_or_default();
    if !state.view.people.iter().any(|member| member.id == user && !member.is_bot) {
        return Err("user_not_in_channel".into());
    }
    let content = content(args, POSTED_TEXT)?;
    let message = state.post(Draft {
        channel,
        thread_ts: text(args, "thread_ts"),
        user: shared.settings.bot_user_id.clone(),
        ephemeral_to: Some(user),
        text: content.text,
        blocks: content.blocks,
        ..Draft::default()
    });
    Ok(json!({"message_ts": message.ts}))
}

fn delete(shared: &Shared, state: &mut State, args: &Value) -> Answer {
    let (channel, ts) = own(state, args, "cant_delete_message")?;
    state.delete(&ts, shared.settings.bot_name.clone());
    Ok(json!({"channel": channel, "ts": ts}))
}

fn permalink(shared: &Shared, state: &State, args: &Value) -> Answer {
    let channel = channel(state, args)?;
    let ts = text(args, "message_ts").unwrap_or_default();
    shown(state, &channel, &ts).ok_or("message_not_found")?;
    let link = format!("https://{}.slack.com/archives/{channel}/p{}", shared.settings.team_domain, ts.replace('.', ""));
    Ok(json!({"channel": channel, "permalink": link}))
}

fn history(shared: &Shared, state: &State, args: &Value) -> Answer {
    let channel = joined(state, args)?;
    let messages = state.view.messages.iter().rev();
    let top = messages.filter(|message| {
        message.channel == channel
            && message.is_visible()
            && message.ephemeral_to.is_none()
            && message.thread_ts.is_none()
            && within(args, &message.ts)
    });
    page(top.map(|message| payload::message(&shared.settings, state, message)), args)
}

fn replies(shared: &Shared, state: &State, args: &Value) -> Answer {
    let channel = joined(state, args)?;
    let ts = text(args, "ts").unwrap_or_default();
    let parent = state.view.message(&ts).filter(|message| message.channel == channel);
    let answers = state.view.thread(&ts);
    let parent = parent.filter(|parent| parent.is_visible() || !answers.is_empty()).ok_or("thread_not_found")?;
    let mut first = payload::message(&shared.settings, state, parent);
    if parent.deleted {
        first = json!({
            "type": "message", "subtype": "tombstone", "hidden": true, "user": "USLACKBOT",
            "text": "This message was deleted.", "ts": ts, "thread_ts": ts, "reply_count": answers.len(),
        });
    }
    let answers = answers
        .iter()
        .filter(|message| within(args, &message.ts))
        .map(|message| payload::message(&shared.settings, state, message));
    page(std::iter::once(first).chain(answers), args)
}

fn channel_info(state: &State, args: &Value) -> Answer {
    let id = channel(state, args)?;
    let is_member = is_member(state, &id);
    let name = state.channel_name(&id);
    let archived = is_archived(state, &id);
    Ok(json!({"channel": {
        "id": id, "name": name, "name_normalized": name, "created": 1_700_000_000, "creator": "U0000000001",
        "is_channel": true, "is_group": false, "is_im": false, "is_mpim": false, "is_private": false,
        "is_archived": archived, "is_general": false, "is_shared": false, "is_org_shared": false,
        "is_member": is_member, "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0}, "previous_names": [],
        "num_members": state.view.people.len(),
    }}))
}

fn user_info(shared: &Shared, state: &State, args: &Value) -> Answer {
    let id = text(args, "user").unwrap_or_default();
    let member = state.view.people.iter().find(|member| member.id == id).ok_or("user_not_found")?;
    if state.has(&Fault::NotVisible(id.clone())) {
        return Err("user_not_visible".into());
    }
    let with_locale = flag(args, "include_locale") == Some(true);
    let mut user = payload::user(&shared.settings, member, with_locale);
    user["deleted"] = json!(state.has(&Fault::Deactivated(id.clone())));
    user["is_restricted"] = json!(state.has(&Fault::Guest(id.clone())));
    user["is_bot"] = json!(member.is_bot || state.has(&Fault::Bot(id)));
    Ok(json!({"user": user}))
}

fn group_members(state: &State, args: &Value) -> Answer {
    let id = text(args, "usergroup").unwrap_or_default();
    let users = state.groups.get(&id).ok_or("no_such_subteam")?;
    Ok(json!({"users": users}))
}

fn open_view(shared: &Shared, state: &mut State, args: &Value) -> Answer {
    let trigger_id = text(args, "trigger_id").ok_or("invalid_arguments")?;
    let view = parsed(args, "view").ok_or("invalid_arguments")??;
    let trigger = state.triggers.get(&trigger_id).ok_or("invalid_trigger_id")?;
    if trigger.used {
        return Err("exchanged_trigger_id".into());
    }
    if trigger.born.elapsed() > shared.settings.trigger_lives {
        return Err("expired_trigger_id".into());
    }
    let person = trigger.person.clone();
    checked_view(&view)?;
    if let Some(trigger) = state.triggers.get_mut(&trigger_id) {
        trigger.used = true;
    }
    let id = format!("V{:010}", state.number());
    let view = kept_view(shared, state, &view, &id);
    state.add_modal(Modal::new(id, person, view.clone()));
    Ok(json!({"view": view}))
}

fn update_view(shared: &Shared, state: &mut State, args: &Value) -> Answer {
    let id = text(args, "view_id").ok_or("invalid_arguments")?;
    let view = parsed(args, "view").ok_or("invalid_arguments")??;
    checked_view(&view)?;
    let known = state.view.modals.iter().find(|modal| modal.id == id && modal.open).ok_or("not_found")?;
    if text(args, "hash").is_some_and(|hash| known.content["hash"] != hash) {
        return Err("hash_conflict".into());
    }
    let view = kept_view(shared, state, &view, &id);
    if let Some(modal) = state.modal_mut(&id) {
        modal.content = view.clone();
        modal.errors.clear();
    }
    Ok(json!({"view": view}))
}

/// A view as Slack keeps it from now on.
pub(super) fn kept_view(shared: &Shared, state: &mut State, view: &Value, id: &str) -> Value {
    let hash = format!("{}.{:08x}", jiff::Timestamp::now().as_second(), state.number());
    let mut view = payload::stateful_view(&shared.settings, view, id, &hash);
    let blocks = view["blocks"].as_array().cloned().unwrap_or_default();
    view["blocks"] = json!(state.with_ids(blocks));
    view
}

/// Refuses a view that Slack would refuse.
pub(super) fn checked_view(view: &Value) -> Result<(), Refusal> {
    let problems = blocks::view_problems(view);
    if problems.is_empty() { Ok(()) } else { Err(refused("invalid_arguments", problems)) }
}

/// An answer to a command or a click. The error is Slack's word and the HTTP status.
pub(super) fn respond(shared: &Shared, id: &str, body: &Value) -> Result<(), (Refusal, u16)> {
    shared.change(|state| {
        let url = state.response_urls.get(id).cloned().ok_or_else(|| ("invalid_url".into(), 404))?;
        if url.born.elapsed() > shared.settings.response_url_lives {
            return Err(("expired_url".into(), 404));
        }
        if url.uses >= shared.settings.response_url_uses {
            return Err(("used_url".into(), 404));
        }
        let original = url.original.clone().filter(|ts| state.view.message(ts).is_some_and(|m| m.is_visible()));
        let deletes = flag(body, "delete_original") == Some(true);
        let content =
            if deletes { Content::default() } else { content(body, POSTED_TEXT).map_err(|why| (why, 400))? };
        let fresh = match original {
            Some(ts) if deletes => {
                state.delete(&ts, shared.settings.bot_name.clone());
                None
            }
            Some(ts) if flag(body, "replace_original") == Some(true) => {
                state.rewrite(&ts, content.text, content.blocks, content.metadata);
                None
            }
            _ if deletes => None,
            _ => {
                let everybody = body["response_type"] == "in_channel";
                let message = state.post(Draft {
                    channel: url.channel.clone(),
                    thread_ts: text(body, "thread_ts"),
                    user: shared.settings.bot_user_id.clone(),
                    ephemeral_to: (!everybody).then(|| url.person.clone()),
                    text: content.text,
                    blocks: content.blocks,
                    metadata: content.metadata,
                    ..Draft::default()
                });
                Some(message.ts.clone())
            }
        };
        if let Some(kept) = state.response_urls.get_mut(id) {
            kept.uses += 1;
            // A command has no message to replace but the first answer to it.
            kept.original = kept.original.take().or(fresh);
        }
        Ok(())
    })
}

/// Makes a URL at which the app may answer.
pub(super) fn response_url(
    shared: &Shared,
    state: &mut State,
    kind: &str,
    person: &str,
    channel: &str,
    original: Option<&str>,
) -> String {
    let id = format!("{:024x}", state.number());
    let url = ResponseUrl {
        person: person.to_owned(),
        channel: channel.to_owned(),
        original: original.map(str::to_owned),
        born: Instant::now(),
        uses: 0,
    };
    state.response_urls.insert(id.clone(), url);
    format!("{}/{kind}/{}/{id}", shared.settings.reached("http", shared.address), shared.settings.team_id)
}

fn channel(state: &State, args: &Value) -> Result<String, Refusal> {
    let named = text(args, "channel").unwrap_or_default();
    state.view.channel(&named).map(|channel| channel.id.clone()).ok_or_else(|| "channel_not_found".into())
}

/// The conversation with one person, where a person stands for the channel.
fn direct(state: &mut State, args: &Value) -> Option<Result<String, Refusal>> {
    let user = text(args, "channel").filter(|id| id.starts_with(['U', 'W']))?;
    let is_there = state.view.people.iter().any(|member| member.id == user && !member.is_bot);
    if !is_there || state.has(&Fault::Deactivated(user.clone())) {
        return Some(Err("channel_not_found".into()));
    }
    Some(Ok(state.direct_channel(&user)))
}

fn is_member(state: &State, channel: &str) -> bool {
    let name = state.channel_name(channel);
    !state.faults.iter().any(|fault| matches!(fault, Fault::BotNotIn(left) if *left == name || left == channel))
}

fn is_archived(state: &State, channel: &str) -> bool {
    let name = state.channel_name(channel);
    state.faults.iter().any(|fault| matches!(fault, Fault::Archived(old) if *old == name || old == channel))
}

fn joined(state: &State, args: &Value) -> Result<String, Refusal> {
    let channel = channel(state, args)?;
    if is_archived(state, &channel) {
        return Err("is_archived".into());
    }
    if is_member(state, &channel) { Ok(channel) } else { Err("not_in_channel".into()) }
}

/// Refuses what is said in a channel that takes nothing.
fn refuse(state: &State, channel: &str) -> Result<(), Refusal> {
    let name = state.channel_name(channel);
    let why = state.faults.iter().find_map(|fault| match fault {
        Fault::Refuses { channel: closed, error } if *closed == name || closed == channel => Some(error.as_str()),
        _ => None,
    });
    why.map_or(Ok(()), |why| Err(why.into()))
}

/// A message that the app may change: its channel and `ts`.
fn own(state: &State, args: &Value, not_own: &str) -> Result<(String, String), Refusal> {
    let channel = joined(state, args)?;
    let ts = text(args, "ts").unwrap_or_default();
    let message = shown(state, &channel, &ts).ok_or("message_not_found")?;
    if message.by_bot { Ok((channel, ts)) } else { Err(not_own.into()) }
}

fn shown<'a>(state: &'a State, channel: &str, ts: &str) -> Option<&'a Message> {
    let message = state.view.message(ts)?;
    (message.channel == channel && message.is_visible() && message.ephemeral_to.is_none()).then_some(message)
}

fn within(args: &Value, ts: &str) -> bool {
    let inclusive = flag(args, "inclusive") == Some(true);
    let after = text(args, "oldest").is_none_or(|oldest| ts > oldest.as_str() || (inclusive && ts == oldest));
    let before = text(args, "latest").is_none_or(|latest| ts < latest.as_str() || (inclusive && ts == latest));
    after && before
}

/// A page of messages; a cursor leads to the next. Metadata is shown to who asks for it.
fn page(messages: impl Iterator<Item = Value>, args: &Value) -> Answer {
    let limit = text(args, "limit").and_then(|limit| limit.parse().ok()).unwrap_or(100);
    let skipped = match text(args, "cursor").filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => cursor.strip_prefix(CURSOR).and_then(|at| at.parse().ok()).ok_or("invalid_cursor")?,
    };
    let mut messages: Vec<_> = messages.skip(skipped).take(limit + 1).collect();
    let has_more = messages.len() > limit;
    messages.truncate(limit);
    if flag(args, "include_all_metadata") != Some(true) {
        for message in messages.iter_mut().filter_map(Value::as_object_mut) {
            message.remove("metadata");
        }
    }
    let mut page = json!({"messages": messages, "has_more": has_more, "pin_count": 0});
    if has_more {
        page["response_metadata"] = json!({"next_cursor": format!("{CURSOR}{}", skipped + limit)});
    }
    Ok(page)
}
