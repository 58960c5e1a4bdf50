//! The gateway: connections, sessions that outlive them, heartbeats, and what is dispatched.

use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::payload;
use crate::simulator::discord::state::{Session, Shared, State};
use crate::simulator::platform::happening::What;
use crate::simulator::platform::sockets::{Ended, Manners, Out, converse};
use axum::extract::ws::{Message as Frame, WebSocket};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Close codes of an app that end its session, and do not leave it to be resumed.
const NORMAL: u16 = 1000;
const GOING_AWAY: u16 = 1001;
/// Close codes: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway>.
const UNKNOWN_OPCODE: u16 = 4001;
const DECODE_ERROR: u16 = 4002;
const NOT_AUTHENTICATED: u16 = 4003;
const AUTHENTICATION_FAILED: u16 = 4004;
const ALREADY_AUTHENTICATED: u16 = 4005;
const INVALID_SEQUENCE: u16 = 4007;
const DISALLOWED_INTENTS: u16 = 4014;
/// Members, presences, and what messages say.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;

/// One connection, from hello to the end.
pub(super) async fn serve(shared: Arc<Shared>, mut socket: WebSocket) {
    let (out, mut told) = mpsc::unbounded_channel();
    let id = shared.change(|state| {
        if state.has(&Fault::GatewayRefused) {
            state.view.counters.connections_opened += 1;
            return None;
        }
        let id = state.number();
        state.view.counters.connections_opened += 1;
        let every = u64::try_from(shared.settings.heartbeat_every.as_millis()).unwrap_or(u64::MAX);
        // The receiving end is in this function.
        let _ = out.send(Out::Text(op(10, &json!({"heartbeat_interval": every, "_trace": ["simulated"]}))));
        state.connections.insert(id, out.clone());
        Some(id)
    });
    let Some(id) = id else {
        // Whether the client hears the close frame is its business.
        let _ = socket.send(Frame::Close(None)).await;
        return;
    };
    drop(out);
    let manners = Manners { ping: None, patience: None };
    let ended = converse(socket, &mut told, &shared.stopped, manners, |text| hear(&shared, id, text)).await;
    shared.change(|state| {
        state.connections.remove(&id);
        if matches!(ended, Ended::Goodbye(Some(NORMAL | GOING_AWAY))) {
            let before = state.sessions.len();
            state.sessions.retain(|_, session| session.connection != Some(id));
            state.view.counters.ended += (before - state.sessions.len()) as u64;
        }
        for session in state.sessions.values_mut().filter(|session| session.connection == Some(id)) {
            session.connection = None;
        }
        recount(state);
        let open = state.view.counters.connections_open;
        state.happened(None, What::Disconnected { open });
    });
}

/// What the app says.
fn hear(shared: &Shared, id: u64, text: &str) {
    shared.change(|state| {
        let Some(out) = state.connections.get(&id).cloned() else { return };
        // Whoever is gone hears no answer.
        let tell = |what: Out| drop(out.send(what));
        let Ok(said) = serde_json::from_str::<Value>(text) else { return tell(Out::Close(Some(DECODE_ERROR))) };
        let authenticated = state.sessions.values().any(|session| session.connection == Some(id));
        match said["op"].as_u64() {
            Some(1) => {
                state.view.counters.heartbeats += 1;
                if !state.has(&Fault::HeartbeatsUnanswered) {
                    tell(Out::Text(json!({"op": 11}).to_string()));
                }
            }
            Some(2) if authenticated => tell(Out::Close(Some(ALREADY_AUTHENTICATED))),
            Some(2) => identify(shared, state, id, &said["d"], &tell),
            Some(6) => resume(shared, state, id, &said["d"], &tell),
            Some(3 | 4 | 8) if authenticated => {}
            Some(3 | 4 | 8) => tell(Out::Close(Some(NOT_AUTHENTICATED))),
            _ => tell(Out::Close(Some(UNKNOWN_OPCODE))),
        }
    });
}

fn identify(shared: &Shared, state: &mut State, id: u64, data: &Value, tell: &impl Fn(Out)) {
    state.view.counters.identified += 1;
    if !is_token(shared, state, &data["token"])
        || state.view.counters.identified > u64::from(shared.settings.sessions_a_day)
    {
        return tell(Out::Close(Some(AUTHENTICATION_FAILED)));
    }
    let intents = data["intents"].as_u64().unwrap_or_default();
    if state.has(&Fault::IntentsDisallowed) && intents & PRIVILEGED != 0 {
        return tell(Out::Close(Some(DISALLOWED_INTENTS)));
    }
    let name = format!("{:032x}", state.number());
    let ready = json!({"op": 0, "s": 1, "t": "READY", "d": payload::ready(shared, state, &name)}).to_string();
    tell(Out::Text(ready.clone()));
    let session = Session { connection: Some(id), intents, seq: 1, sent: vec![(1, ready)] };
    state.sessions.insert(name, session);
    recount(state);
    let open = state.view.counters.connections_open;
    state.happened(None, What::Connected { how: "begins a session", open });
}

fn resume(shared: &Shared, state: &mut State, id: u64, data: &Value, tell: &impl Fn(Out)) {
    if !is_token(shared, state, &data["token"]) {
        return tell(Out::Close(Some(AUTHENTICATION_FAILED)));
    }
    let name = data["session_id"].as_str().unwrap_or_default();
    let Some(session) = state.sessions.get_mut(name) else {
        return tell(Out::Text(op(9, &json!(false))));
    };
    let seq = data["seq"].as_u64().unwrap_or_default();
    if seq > session.seq {
        return tell(Out::Close(Some(INVALID_SEQUENCE)));
    }
    session.connection = Some(id);
    for (_, text) in session.sent.iter().filter(|(sent, _)| *sent > seq) {
        tell(Out::Text(text.clone()));
    }
    session.seq += 1;
    let resumed = json!({"op": 0, "s": session.seq, "t": "RESUMED", "d": {"_trace": ["simulated"]}}).to_string();
    session.sent.push((session.seq, resumed.clone()));
    tell(Out::Text(resumed));
    state.view.counters.resumed += 1;
    recount(state);
    let open = state.view.counters.connections_open;
    state.happened(None, What::Connected { how: "resumes its session", open });
}

fn is_token(shared: &Shared, state: &State, token: &Value) -> bool {
    let token = token.as_str().unwrap_or_default();
    token.strip_prefix("Bot ").unwrap_or(token) == shared.settings.token && !state.has(&Fault::TokenReset)
}

fn recount(state: &mut State) {
    let connected = state.sessions.values().filter_map(|session| session.connection);
    state.view.counters.connections_open = connected.filter(|id| state.connections.contains_key(id)).count();
}

/// Does to the open connections what a fault does when it comes.
pub(super) fn strike(state: &mut State, fault: &Fault) {
    match fault {
        Fault::GatewayCloses(code) => state.tell_all(&Out::Close(Some(*code))),
        Fault::GatewayClosesWithoutBody | Fault::GatewayRefused => state.tell_all(&Out::Close(None)),
        Fault::GatewayBreaks => state.tell_all(&Out::Break),
        Fault::GatewayFreezes => {
            state.tell_all(&Out::Freeze);
            // What is dispatched from now on goes nowhere.
            for session in state.sessions.values_mut() {
                session.connection = None;
            }
            recount(state);
        }
        Fault::Reconnect => state.tell_all(&Out::Text(op(7, &Value::Null))),
        Fault::InvalidSession { resumable } => {
            if !resumable {
                state.sessions.clear();
                recount(state);
            }
            state.tell_all(&Out::Text(op(9, &json!(resumable))));
        }
        Fault::TokenReset => state.tell_all(&Out::Close(Some(AUTHENTICATION_FAILED))),
        _ => {}
    }
}

fn op(op: u64, data: &Value) -> String {
    json!({"op": op, "d": data, "s": null, "t": null}).to_string()
}
