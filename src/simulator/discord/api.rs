//! The HTTP side: which call a request is, who may make it, how fast, and what the platform's state makes of it.

use crate::simulator::discord::calls;
use crate::simulator::discord::checks::{self, Refusal};
use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::gateway;
use crate::simulator::discord::interactions;
use crate::simulator::discord::state::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().route("/", get(connect)).route("/api/v10/{*path}", any(rest)).with_state(shared)
}

async fn connect(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| gateway::serve(shared, socket))
}

/// A call: its name, whether it needs the bot's token, and what its path names.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) name: &'static str,
    authorized: bool,
    /// What its rate limit is counted by.
    major: &'a str,
    /// The path's variable parts, in order.
    pub(super) ids: [&'a str; 3],
}

/// Which call a request is.
fn call<'a>(method: &Method, path: &[&'a str]) -> Option<Call<'a>> {
    let of = |name, authorized, ids: [&'a str; 3]| Some(Call { name, authorized, major: ids[0], ids });
    match (method.as_str(), path) {
        ("GET", ["gateway"]) => of("get_gateway", false, [""; 3]),
        ("GET", ["gateway", "bot"]) => of("get_gateway_bot", true, [""; 3]),
        ("GET", ["users", "@me"]) => of("get_me", true, [""; 3]),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => of("get_application", true, [""; 3]),
        ("GET", ["applications", app, "commands"]) => of("get_commands", true, [app, "", ""]),
        ("PUT", ["applications", app, "commands"]) => of("set_commands", true, [app, "", ""]),
        ("GET", ["applications", app, "guilds", guild, "commands"]) => of("get_commands", true, [app, guild, ""]),
        ("PUT", ["applications", app, "guilds", guild, "commands"]) => of("set_commands", true, [app, guild, ""]),
        ("GET", ["channels", channel]) => of("get_channel", true, [channel, "", ""]),
        ("GET", ["channels", channel, "messages"]) => of("get_messages", true, [channel, "", ""]),
        ("POST", ["channels", channel, "messages"]) => of("create_message", true, [channel, "", ""]),
        ("GET", ["channels", channel, "messages", message]) => of("get_message", true, [channel, message, ""]),
        ("PATCH", ["channels", channel, "messages", message]) => of("edit_message", true, [channel, message, ""]),
        ("DELETE", ["channels", channel, "messages", message]) => of("delete_message", true, [channel, message, ""]),
        ("POST", ["channels", channel, "messages", message, "threads"]) => {
            of("start_thread", true, [channel, message, ""])
        }
        ("POST", ["interactions", id, token, "callback"]) => of("create_response", false, [id, token, ""]),
        ("POST", ["webhooks", app, token]) => of("create_followup", false, [app, token, ""]),
        ("GET", ["webhooks", app, token, "messages", message]) => of("get_original", false, [app, token, message]),
        ("PATCH", ["webhooks", app, token, "messages", message]) => of("edit_original", false, [app, token, message]),
        ("DELETE", ["webhooks", app, token, "messages", message]) => {
            of("delete_original", false, [app, token, message])
        }
        _ => None,
    }
}

/// Whether the call sends something that people are meant to see.
fn shows(call: &str) -> bool {
    matches!(call, "create_message" | "edit_message" | "create_response" | "edit_original" | "create_followup")
}

/// Whether the call sends something that people will see somewhere.
fn sends(call: &str) -> bool {
    shows(call) || matches!(call, "start_thread" | "set_commands")
}

async fn rest(
    State(shared): State<Arc<Shared>>,
    method: Method,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path: Vec<&str> = path.split('/').collect();
    let Some(call) = call(&method, &path) else {
        return refused(&shared, &Refusal::new(404, 0, "404: Not Found"));
    };
    if sends(call.name)
        && let Ok(body) = checks::object(&body)
    {
        shared.look().arrived(call.name, &body);
    }
    faulty(&shared, call.name, || {
        if let Err(refusal) = permitted(&shared, &call, &headers) {
            return refused(&shared, &refusal);
        }
        if let Err((wait, global)) = paced(&shared, &call) {
            return rate_limited(&shared, wait, global);
        }
        let outcome = checks::object(&body).and_then(|body| {
            let outcome = answer(&shared, &call, &body);
            if shows(call.name) {
                let code = outcome.as_ref().err().map(|refusal| refusal.code);
                shared.change(|state| state.sent(call.name, body.clone(), code));
            }
            outcome
        });
        match outcome {
            Ok(Value::Null) => with_limits(&shared, &call, StatusCode::NO_CONTENT.into_response()),
            Ok(body) => with_limits(&shared, &call, json_response(StatusCode::OK, &body)),
            Err(refusal) => refused(&shared, &refusal),
        }
    })
    .await
}

fn answer(shared: &Shared, call: &Call<'_>, body: &Value) -> Result<Value, Refusal> {
    match call.name {
        "create_response" => interactions::respond(shared, call.ids[0], call.ids[1], body),
        "create_followup" => interactions::follow_up(shared, call.ids[1], body),
        "get_original" => interactions::get(shared, call.ids[1], call.ids[2]),
        "edit_original" => interactions::edit(shared, call.ids[1], call.ids[2], body),
        "delete_original" => interactions::delete(shared, call.ids[1], call.ids[2]),
        _ => calls::call(shared, call, body),
    }
}

/// Does what a call asks for, as far as the platform is in a state to.
async fn faulty(shared: &Shared, call: &str, act: impl FnOnce() -> Response) -> Response {
    let faults: Vec<Fault> = shared.change(|state| {
        *state.view.counters.api_calls.entry(call.to_owned()).or_default() += 1;
        state.faults.iter().filter(|fault| fault.concerns(call)).cloned().collect()
    });
    for fault in &faults {
        match fault {
            Fault::Hangs { .. } => {
                shared.stopped.cancelled().await;
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            Fault::Down { status, .. } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                return (status, "upstream connect error or disconnect/reset before headers").into_response();
            }
            _ => {}
        }
    }
    let mut response = act();
    for fault in &faults {
        match fault {
            Fault::Slow { by, .. } => tokio::time::sleep(*by).await,
            Fault::AnswersLost { .. } => response = (StatusCode::BAD_GATEWAY, "bad gateway").into_response(),
            _ => {}
        }
    }
    response
}

/// Checks the token, and whether the bot may do this there.
fn permitted(shared: &Shared, call: &Call<'_>, headers: &HeaderMap) -> Result<(), Refusal> {
    let state = shared.look();
    if call.authorized {
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if token.strip_prefix("Bot ") != Some(&shared.settings.token) || state.has(&Fault::TokenReset) {
            return Err(Refusal::new(401, 0, "401: Unauthorized"));
        }
    }
    let channel = state.channel_name(call.ids[0]);
    let in_channel = call.name.ends_with("_message") || call.name == "start_thread" || call.name == "get_channel";
    if in_channel && state.has(&Fault::NoAccess(channel.clone())) {
        return Err(Refusal::new(403, 50001, "Missing Access"));
    }
    if in_channel && state.has(&Fault::NoPermission(channel)) {
        return Err(Refusal::new(403, 50013, "Missing Permissions"));
    }
    Ok(())
}

/// Holds a call to its pace, or to a limit on order.
fn paced(shared: &Shared, call: &Call<'_>) -> Result<(), (Duration, bool)> {
    shared.change(|state| {
        let on_order = |fault: &Fault| matches!(fault, Fault::RateLimited { .. }) && fault.concerns(call.name);
        if let Some(place) = state.faults.iter().position(on_order)
            && let Fault::RateLimited { calls, retry_after, global, .. } = &mut state.faults[place]
        {
            let wait = (*retry_after, *global);
            *calls = calls.saturating_sub(1);
            if *calls == 0 {
                state.faults.remove(place);
            }
            return Err(wait);
        }
        match shared.settings.paces.get(call.name) {
            Some(pace) => state.acquire(call.name, call.major, *pace).map_err(|wait| (wait, false)),
            None => Ok(()),
        }
    })
}

fn with_limits(shared: &Shared, call: &Call<'_>, mut response: Response) -> Response {
    let Some(pace) = shared.settings.paces.get(call.name) else { return response };
    let (left, after) = shared.look().left(call.name, call.major, *pace);
    let now = jiff::Timestamp::now().as_millisecond() as f64 / 1000.0;
    for (name, value) in [
        ("x-ratelimit-limit", pace.burst.to_string()),
        ("x-ratelimit-remaining", left.to_string()),
        ("x-ratelimit-reset", format!("{:.3}", now + after.as_secs_f64())),
        ("x-ratelimit-reset-after", format!("{:.3}", after.as_secs_f64())),
        ("x-ratelimit-bucket", call.name.to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn refused(shared: &Shared, refusal: &Refusal) -> Response {
    shared.change(|state| *state.view.counters.api_errors.entry(refusal.code).or_default() += 1);
    let mut body = json!({"message": refusal.message, "code": refusal.code});
    if !refusal.errors.is_empty() {
        let errors: Vec<Value> =
            refusal.errors.iter().map(|what| json!({"code": "BASE_TYPE_INVALID", "message": what})).collect();
        body["errors"] = json!({"_errors": errors});
    }
    json_response(StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST), &body)
}

fn rate_limited(shared: &Shared, wait: Duration, global: bool) -> Response {
    shared.change(|state| *state.view.counters.api_errors.entry(429).or_default() += 1);
    let seconds = wait.as_secs_f64();
    let body = json!({"message": "You are being rate limited.", "retry_after": seconds, "global": global});
    let mut response = json_response(StatusCode::TOO_MANY_REQUESTS, &body);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&format!("{seconds:.3}")) {
        headers.insert(header::RETRY_AFTER, value);
    }
    if global {
        headers.insert("x-ratelimit-global", HeaderValue::from_static("true"));
    }
    headers.insert("x-ratelimit-scope", HeaderValue::from_static(if global { "global" } else { "user" }));
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
