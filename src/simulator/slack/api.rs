//! The HTTP side: Web API calls, answers to commands and clicks, and the door to Socket Mode.

use crate::simulator::platform::calls::faulty;
use crate::simulator::slack::arguments::Refusal;
use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::files;
use crate::simulator::slack::methods::{self, CONNECTIONS_WRITE};
use crate::simulator::slack::socket;
use crate::simulator::slack::state::{self, Shared};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use url::form_urlencoded;

/// What answers to commands and clicks are called among the methods.
const RESPONSE_URL: &str = "response_url";

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/api/{method}", any(web_api))
        .route("/commands/{team}/{id}", post(response_url))
        .route("/actions/{team}/{id}", post(response_url))
        .route("/upload/v1/{ticket}", post(files::receive))
        .route("/link/", get(link))
        .with_state(shared)
}

async fn web_api(
    State(shared): State<Arc<Shared>>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let args = match arguments(&headers, query.as_deref(), &body) {
        Ok(args) => args,
        Err(error) => return answer(&shared, Err(error.into())),
    };
    let token = token(&headers, &args);
    if methods::shows(&method) {
        shared.look().arrived(&method, &without_token(&args));
    }
    let called = || {
        permitted(&shared, &method, token.as_deref())?;
        paced(&shared, &method, args["channel"].as_str().unwrap_or_default())?;
        let outcome = methods::call(&shared, &method, &args);
        if methods::shows(&method) {
            let refused = outcome.as_ref().err().map(|refusal| refusal.error.clone());
            shared.change(|state| state.sent(&method, without_token(&args), refused));
        }
        outcome.map_err(Stop::Refused)
    };
    let mut response = faulty(&shared, &method, || match called() {
        Ok(answered) => answer(&shared, Ok(answered)),
        Err(Stop::Refused(refusal)) => answer(&shared, Err(refusal)),
        Err(Stop::Wait(wait)) => rate_limited(&shared, wait),
    })
    .await;
    if token.as_deref() == Some(&shared.settings.bot_token)
        && let Ok(scopes) = granted(&shared, &shared.look()).join(",").parse()
    {
        response.headers_mut().insert("x-oauth-scopes", scopes);
    }
    response
}

/// The scopes of the bot token.
fn granted<'a>(shared: &'a Shared, state: &state::State) -> Vec<&'a str> {
    let missing = |scope: &str| state.has(&Fault::ScopeMissing(scope.to_owned()));
    shared.settings.scopes.iter().map(String::as_str).filter(|scope| !missing(scope)).collect()
}

async fn response_url(
    State(shared): State<Arc<Shared>>,
    Path((_, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "invalid_payload").into_response();
    };
    shared.look().arrived(RESPONSE_URL, &body);
    faulty(&shared, RESPONSE_URL, || {
        if let Err(limit) = shared.paced(RESPONSE_URL, "") {
            return rate_limited(&shared, limit.wait);
        }
        let outcome = methods::respond(&shared, &id, &body);
        let refused = outcome.as_ref().err().map(|(refusal, _)| refusal.error.clone());
        shared.change(|state| state.sent(RESPONSE_URL, body.clone(), refused));
        match outcome {
            Ok(()) => answer(&shared, Ok(json!({}))),
            Err((refusal, status)) => {
                let mut response = answer(&shared, Err(refusal));
                *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
                response
            }
        }
    })
    .await
}

async fn link(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery, upgrade: WebSocketUpgrade) -> Response {
    let ticket = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "ticket").then(|| value.into_owned()));
    let known = ticket.is_some_and(|ticket| shared.change(|state| state.tickets.remove(&ticket)));
    if !known {
        return (StatusCode::FORBIDDEN, "ticket invalid or used").into_response();
    }
    upgrade.on_upgrade(move |socket| socket::serve(shared, socket))
}

/// Why a call does not reach its method.
enum Stop {
    Refused(Refusal),
    Wait(Duration),
}

/// Checks the token and what it may do.
fn permitted(shared: &Shared, method: &str, token: Option<&str>) -> Result<(), Stop> {
    let refuse = |error: &str| Err(Stop::Refused(error.into()));
    let settings = &shared.settings;
    let state = shared.look();
    let Some(token) = token else { return refuse("not_authed") };
    let of_app = token == settings.app_token;
    if method == "apps.manifest.export" {
        return match token == settings.configuration_token {
            true if state.has(&Fault::ConfigurationTokenExpired) => refuse("token_expired"),
            true => Ok(()),
            false => refuse("not_allowed_token_type"),
        };
    }
    if !of_app && token != settings.bot_token {
        return refuse("invalid_auth");
    }
    if state.has(if of_app { &Fault::AppTokenRevoked } else { &Fault::BotTokenRevoked }) {
        return refuse("token_revoked");
    }
    if of_app != (method == "apps.connections.open") && method != "auth.test" && method != "api.test" {
        return refuse("not_allowed_token_type");
    }
    let Some(needed) = methods::scope(method) else { return Ok(()) };
    let granted = match of_app {
        true if state.has(&Fault::ScopeMissing(CONNECTIONS_WRITE.to_owned())) => Vec::new(),
        true => vec![CONNECTIONS_WRITE],
        false => granted(shared, &state),
    };
    if granted.contains(&needed) {
        return Ok(());
    }
    let scopes = Some((needed.to_owned(), granted.join(",")));
    Err(Stop::Refused(Refusal { scopes, ..Refusal::from("missing_scope") }))
}

/// Holds a method to its pace, or to a limit on order.
fn paced(shared: &Shared, method: &str, channel: &str) -> Result<(), Stop> {
    let key = if method == "chat.postMessage" { channel } else { "" };
    shared.paced(method, key).map_err(|limit| Stop::Wait(limit.wait))
}

/// Slack's answer to a call.
fn answer(shared: &Shared, outcome: Result<Value, Refusal>) -> Response {
    let body = match outcome {
        Ok(mut body) => {
            body["ok"] = json!(true);
            body
        }
        Err(refusal) => {
            shared.change(|state| state.view.counters.refused(&refusal.error));
            let mut body = json!({"ok": false, "error": refusal.error});
            if !refusal.messages.is_empty() {
                let marked: Vec<_> = refusal.messages.iter().map(|message| format!("[ERROR] {message}")).collect();
                body["errors"] = json!(refusal.messages);
                body["response_metadata"] = json!({"messages": marked});
            }
            if let Some((needed, provided)) = refusal.scopes {
                body["needed"] = json!(needed);
                body["provided"] = json!(provided);
            }
            body
        }
    };
    json_response(StatusCode::OK, &body)
}

fn rate_limited(shared: &Shared, wait: Duration) -> Response {
    shared.change(|state| state.view.counters.refused(&"ratelimited"));
    let mut response = json_response(StatusCode::TOO_MANY_REQUESTS, &json!({"ok": false, "error": "ratelimited"}));
    // Slack counts in whole seconds.
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
}

/// The arguments of a call, from the query and a form or JSON body.
fn arguments(headers: &HeaderMap, query: Option<&str>, body: &[u8]) -> Result<Value, &'static str> {
    let mut args = Map::new();
    let mut add = |pairs: &[u8]| {
        args.extend(form_urlencoded::parse(pairs).map(|(name, value)| (name.into_owned(), json!(value))));
    };
    add(query.unwrap_or_default().as_bytes());
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("application/json") {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => args.extend(fields),
            _ if body.is_empty() => {}
            Ok(_) => return Err("json_not_object"),
            Err(_) => return Err("invalid_json"),
        }
    } else {
        add(body);
    }
    Ok(Value::Object(args))
}

fn token(headers: &HeaderMap, args: &Value) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    bearer.or(args["token"].as_str()).map(|token| token.trim().to_owned()).filter(|token| !token.is_empty())
}

fn without_token(args: &Value) -> Value {
    let mut args = args.clone();
    if let Some(fields) = args.as_object_mut() {
        fields.remove("token");
        for name in ["blocks", "metadata", "view", "files"] {
            if let Some(Value::String(text)) = fields.get(name)
                && let Ok(parsed) = serde_json::from_str(text)
            {
                fields.insert(name.to_owned(), parsed);
            }
        }
    }
    args
}
