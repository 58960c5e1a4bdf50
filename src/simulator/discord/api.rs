//! The HTTP side: which call a request is, who may make it, how fast, and what the platform's state makes of it.

use crate::simulator::discord::call::{Call, call};
use crate::simulator::discord::calls;
use crate::simulator::discord::checks::Refusal;
use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::files;
use crate::simulator::discord::gateway;
use crate::simulator::discord::interactions;
use crate::simulator::discord::state::Shared;
use crate::simulator::platform::calls::faulty;
use crate::simulator::platform::fault::Limit;
use crate::simulator::platform::message::File;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};
use std::sync::Arc;

/// The largest request: more than the files of a message may have.
const BODY: usize = 12 * 1024 * 1024;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(connect))
        .route("/api/v10/{*path}", any(rest))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(shared)
}

async fn connect(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| gateway::serve(shared, socket))
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
        && let Ok((body, _)) = files::read(&headers, &body)
    {
        shared.look().arrived(call.name, &body);
    }
    faulty(&shared, call.name, || {
        if let Err(refusal) = permitted(&shared, &call, &headers) {
            return refused(&shared, &refusal);
        }
        if let Err(limit) = shared.paced(call.name, call.major) {
            return rate_limited(&shared, limit);
        }
        let outcome = files::read(&headers, &body).and_then(|(body, files)| {
            let outcome = answer(&shared, &call, &body, files);
            if shows(call.name) {
                let code = outcome.as_ref().err().map(|refusal| refusal.code.to_string());
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

fn answer(shared: &Shared, call: &Call<'_>, body: &Value, files: Vec<File>) -> Result<Value, Refusal> {
    match call.name {
        "create_response" => interactions::respond(shared, call.ids[0], call.ids[1], body),
        "create_followup" => interactions::follow_up(shared, call.ids[1], body),
        "get_original" => interactions::get(shared, call.ids[1], call.ids[2]),
        "edit_original" => interactions::edit(shared, call.ids[1], call.ids[2], body),
        "delete_original" => interactions::delete(shared, call.ids[1], call.ids[2]),
        _ => calls::call(shared, call, body, files),
    }
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
    // Who may not write may look all the same.
    if in_channel && call.name != "get_channel" && state.has(&Fault::NoPermission(channel.clone())) {
        return Err(Refusal::new(403, 50013, "Missing Permissions"));
    }
    let refused = state.faults.iter().find_map(|fault| match fault {
        Fault::Refuses { call: one, channel: closed, code } if one == call.name && *closed == channel => Some(*code),
        _ => None,
    });
    refused.map_or(Ok(()), |code| Err(Refusal::new(400, code, "Refused")))
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
    shared.change(|state| state.view.counters.refused(&refusal.code));
    let mut body = json!({"message": refusal.message, "code": refusal.code});
    if refusal.status == 429 {
        body["retry_after"] = json!(1.0);
        body["global"] = json!(false);
    }
    if !refusal.errors.is_empty() {
        let errors: Vec<Value> =
            refusal.errors.iter().map(|what| json!({"code": "BASE_TYPE_INVALID", "message": what})).collect();
        body["errors"] = json!({"_errors": errors});
    }
    json_response(StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST), &body)
}

fn rate_limited(shared: &Shared, Limit { wait, global }: Limit) -> Response {
    shared.change(|state| state.view.counters.refused(&429));
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
