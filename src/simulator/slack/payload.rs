//! The payloads of Slack's envelopes, with every field that clients rely on.

use crate::simulator::slack::files;
use crate::simulator::slack::message::Message;
use crate::simulator::slack::settings::Settings;
use crate::simulator::slack::state::{Modal, Shared, State};
use crate::simulator::slack::view::Member;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The legacy verification token, which Slack still sends and says not to rely on.
const VERIFICATION_TOKEN: &str = "simulatedVerificationToken";

/// A message as the Web API and payloads show it.
pub(super) fn message(settings: &Settings, state: &State, message: &Message) -> Value {
    let mut shown = json!({
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": state.home_of(&message.user).unwrap_or(&settings.team_id),
    });
    if !message.blocks.is_empty() {
        shown["blocks"] = json!(message.blocks);
    }
    if let Some(metadata) = &message.metadata {
        shown["metadata"] = metadata.clone();
    }
    if !message.files.is_empty() {
        shown["files"] = files::told(&message.files);
    }
    if message.by_bot {
        shown["bot_id"] = json!(settings.bot_id);
        shown["app_id"] = json!(settings.app_id);
        shown["bot_profile"] = json!({
            "id": settings.bot_id,
            "app_id": settings.app_id,
            "name": settings.bot_name,
            "user_id": settings.bot_user_id,
            "team_id": settings.team_id,
            "deleted": false,
            "updated": 1_700_000_000,
        });
    }
    // Slack marks a message as edited only when its text is what is shown.
    if message.history.len() > 1 && message.blocks.is_empty() {
        shown["edited"] = json!({"user": message.user, "ts": message.ts});
    }
    let replies = state.view.thread(&message.ts);
    if let Some(parent) = &message.thread_ts {
        shown["thread_ts"] = json!(parent);
    } else if let Some(latest) = replies.last() {
        let mut users: Vec<_> = replies.iter().map(|reply| reply.user.as_str()).collect();
        users.sort_unstable();
        users.dedup();
        shown["thread_ts"] = json!(message.ts);
        shown["reply_count"] = json!(replies.len());
        shown["reply_users_count"] = json!(users.len());
        shown["reply_users"] = json!(users);
        shown["latest_reply"] = json!(latest.ts);
        shown["subscribed"] = json!(false);
    }
    shown
}

/// A person as `users.info` shows them.
pub(super) fn user(settings: &Settings, member: &Member, with_locale: bool) -> Value {
    let mut user = json!({
        "id": member.id,
        "team_id": settings.team_id,
        "name": member.name,
        "real_name": member.name,
        "deleted": false,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "is_admin": false,
        "is_owner": false,
        "is_bot": member.is_bot,
        "is_app_user": false,
        "is_restricted": false,
        "is_ultra_restricted": false,
        "updated": 1_700_000_000,
        "profile": {
            "display_name": member.name,
            "real_name": member.name,
            "real_name_normalized": member.name,
            "display_name_normalized": member.name,
            "team": settings.team_id,
        },
    });
    if with_locale {
        user["locale"] = json!(member.locale);
    }
    user
}

/// A slash command.
pub(super) fn command(shared: &Shared, state: &State, from: &Origin<'_>, command: &str, text: &str) -> Value {
    let settings = &shared.settings;
    let sender = &state.sender;
    let mut command = json!({
        "token": VERIFICATION_TOKEN,
        "team_domain": settings.team_domain,
        "channel_id": from.channel,
        "channel_name": state.channel_name(from.channel),
        "user_id": from.person,
        "user_name": state.name_of(from.person),
        "command": command,
        "text": text,
        "is_enterprise_install": settings.is_enterprise_install.to_string(),
        "response_url": from.response_url,
        "trigger_id": from.trigger_id,
    });
    // Whoever shares a channel with us uses the commands of the workspace that they are of.
    let team = state.home_of(from.person).map(str::to_owned).or(sender.team_id.clone());
    let enterprise = sender.enterprise_id.as_ref().filter(|_| state.home_of(from.person).is_none());
    name(
        &mut command,
        &[("team_id", team.as_ref()), ("enterprise_id", enterprise), ("api_app_id", sender.app_id.as_ref())],
    );
    command
}

/// Names what there is to name.
fn name(payload: &mut Value, fields: &[(&str, Option<&String>)]) {
    for (field, value) in fields {
        if let Some(value) = value {
            payload[*field] = json!(value);
        }
    }
}

/// Who does something, where, and how the app may answer.
#[derive(Debug)]
pub(super) struct Origin<'a> {
    pub(super) person: &'a str,
    pub(super) channel: &'a str,
    pub(super) response_url: &'a str,
    pub(super) trigger_id: &'a str,
}

/// A click or a choice in a message.
pub(super) fn block_actions(
    shared: &Shared,
    state: &State,
    from: &Origin<'_>,
    shown: &Message,
    mut action: Value,
    values: &Value,
) -> Value {
    let settings = &shared.settings;
    // The message is what Slack has now, whatever the person's screen still shows.
    let current = state.view.message(&shown.ts).filter(|message| message.is_visible());
    let message = message(settings, state, current.map_or(shown, |message| message));
    let ephemeral = shown.ephemeral_to.is_some();
    action["action_ts"] = json!(micros());
    let mut payload = json!({
        "type": "block_actions",
        "user": user_brief(state, from.person),
        "token": VERIFICATION_TOKEN,
        "container": {
            "type": "message",
            "message_ts": shown.ts,
            "channel_id": shown.channel,
            "is_ephemeral": ephemeral,
        },
        "trigger_id": from.trigger_id,
        "channel": {"id": shown.channel, "name": state.channel_name(&shown.channel)},
        "state": {"values": values},
        "response_url": from.response_url,
        "actions": [action],
    });
    installed(settings, state, &mut payload);
    if let Some(thread) = &shown.thread_ts {
        payload["container"]["thread_ts"] = json!(thread);
    }
    // An ephemeral message is nowhere on Slack's side, so the payload has none.
    if !ephemeral {
        payload["message"] = message;
    }
    payload
}

/// A form sent or closed: `view_submission`, `view_closed`.
pub(super) fn view(shared: &Shared, state: &State, modal: &Modal, kind: &str, trigger_id: &str) -> Value {
    let settings = &shared.settings;
    let mut payload = json!({
        "type": kind,
        "user": user_brief(state, &modal.person),
        "token": VERIFICATION_TOKEN,
        "view": modal.content,
    });
    installed(settings, state, &mut payload);
    name(
        &mut payload["view"],
        &[("app_installed_team_id", state.sender.team_id.as_ref()), ("app_id", state.sender.app_id.as_ref())],
    );
    if kind == "view_submission" {
        payload["trigger_id"] = json!(trigger_id);
        payload["response_urls"] = json!([]);
    } else {
        payload["is_cleared"] = json!(false);
    }
    payload
}

/// Names the installation in an interaction, as Slack does: that of the message's app, whoever clicks.
fn installed(settings: &Settings, state: &State, payload: &mut Value) {
    let sender = &state.sender;
    let enterprise = sender.enterprise_id.as_ref().map(|id| json!({"id": id, "name": "Simulated Enterprise"}));
    payload["is_enterprise_install"] = json!(settings.is_enterprise_install);
    if settings.is_enterprise_install {
        (payload["team"], payload["enterprise"]) = (Value::Null, json!(enterprise));
    } else {
        payload["enterprise"] = Value::Null;
        payload["team"] = json!({"domain": settings.team_domain});
        name(
            &mut payload["team"],
            &[("id", sender.team_id.as_ref()), ("enterprise_id", sender.enterprise_id.as_ref())],
        );
    }
    name(payload, &[("api_app_id", sender.app_id.as_ref())]);
}

/// An event around its body, by this person. In a channel that is shared with another organisation the outer ids are
/// theirs for what they write, and ours for what mentions our app; the installation stands in `authorizations`.
pub(super) fn event(shared: &Shared, state: &mut State, person: &str, event: &Value) -> Value {
    let settings = &shared.settings;
    let number = state.number();
    let home = state.home_of(person).map(str::to_owned);
    let is_shared = !state.homes.is_empty();
    let sender = state.sender.clone();
    let mut event = event.clone();
    let mut outer = sender.clone();
    if let Some(home) = &home {
        if event["type"] == "app_mention" {
            event["team"] = json!(sender.team_id);
            (event["user_team"], event["source_team"]) = (json!(home), json!(home));
            event["user_profile"] = json!({"team": home, "name": state.name_of(person)});
        } else {
            (outer.team_id, outer.enterprise_id) = (Some(home.clone()), None);
        }
    }
    let of_workspace = sender.team_id.as_ref().filter(|_| !settings.is_enterprise_install);
    let mut payload = json!({
        "token": VERIFICATION_TOKEN,
        "context_team_id": sender.team_id,
        "context_enterprise_id": sender.enterprise_id,
        "event": event,
        "type": "event_callback",
        "event_id": format!("Ev{number:010}"),
        "event_time": Timestamp::now().as_second(),
        "authorizations": [{
            "enterprise_id": sender.enterprise_id,
            "team_id": of_workspace,
            "user_id": settings.bot_user_id,
            "is_bot": true,
            "is_enterprise_install": settings.is_enterprise_install,
        }],
        "is_ext_shared_channel": is_shared,
        "event_context": format!("4-simulated-{number}"),
    });
    name(
        &mut payload,
        &[
            ("team_id", outer.team_id.as_ref()),
            ("enterprise_id", outer.enterprise_id.as_ref()),
            ("api_app_id", outer.app_id.as_ref()),
        ],
    );
    payload
}

/// A form as Slack gives it back.
pub(super) fn stateful_view(settings: &Settings, view: &Value, id: &str, hash: &str) -> Value {
    let mut shown = json!({
        "id": id,
        "team_id": settings.team_id,
        "type": "modal",
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "state": {"values": {}},
        "hash": hash,
        "clear_on_close": false,
        "notify_on_close": false,
        "close": null,
        "submit": null,
        "previous_view_id": null,
        "root_view_id": id,
        "app_id": settings.app_id,
        "app_installed_team_id": settings.team_id,
        "bot_id": settings.bot_id,
    });
    for (key, value) in view.as_object().into_iter().flatten() {
        shown[key] = value.clone();
    }
    shown
}

fn user_brief(state: &State, person: &str) -> Value {
    let name = state.name_of(person);
    let home = state.home_of(person).map(str::to_owned).or(state.sender.team_id.clone());
    json!({"id": person, "username": name, "name": name, "team_id": home})
}

/// Now, as Slack writes moments.
fn micros() -> String {
    let now = Timestamp::now().as_microsecond();
    format!("{}.{:06}", now / 1_000_000, now % 1_000_000)
}
