//! Socket Mode: the sockets, the envelopes on them, and what becomes of each envelope.

use crate::simulator::platform::happening::What;
use crate::simulator::platform::sockets::{Ended, Manners, Out, converse};
use crate::simulator::slack::delivery::{Delivery, Kind};
use crate::simulator::slack::fault::{Fault, Reason};
use crate::simulator::slack::requests;
use crate::simulator::slack::state::{Connection, Pending, Shared, State};
use axum::extract::ws::{Message as Frame, WebSocket};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// After how many pings without an answer the platform takes a silent socket for dead.
const UNANSWERED_PINGS: u32 = 3;

/// Sends a payload to the app, to its request URL or on one of its sockets in turn, and waits for the acknowledgement as long
/// as Slack does.
pub(super) async fn deliver(shared: &Shared, kind: Kind, payload: Value) -> Delivery {
    let envelope_id = shared.change(|state| format!("57d6a792-4d35-4d0b-b6aa-{:012x}", state.number()));
    attempt(shared, kind, payload, envelope_id, None).await
}

/// Sends an event, again and again if it is not acknowledged, and tells of the first attempt.
pub(super) async fn deliver_event(shared: &Arc<Shared>, payload: Value) -> Delivery {
    let first = deliver(shared, Kind::EventsApi, payload).await;
    if first.acked() {
        return first;
    }
    let (shared, mut last) = (shared.clone(), first.clone());
    tokio::spawn(async move {
        let stopped = shared.stopped.clone();
        let again = async {
            for (number, wait) in (1..).zip(shared.settings.redeliver_after.clone()) {
                tokio::time::sleep(wait).await;
                let retry = Some((number, last.failure.unwrap_or_default()));
                last = attempt(&shared, last.kind, last.payload, last.envelope_id, retry).await;
                if last.acked() {
                    break;
                }
            }
        };
        stopped.run_until_cancelled(again).await;
    });
    first
}

async fn attempt(
    shared: &Shared,
    kind: Kind,
    payload: Value,
    envelope_id: String,
    retry: Option<(u32, &str)>,
) -> Delivery {
    let request_url = shared.look().request_url.clone();
    if let Some(url) = request_url {
        return requests::deliver(shared, &url, kind, payload, envelope_id, retry).await;
    }
    let mut envelope = json!({
        "type": kind.as_str(),
        "envelope_id": envelope_id,
        "accepts_response_payload": kind != Kind::EventsApi,
        "payload": payload,
    });
    if kind == Kind::EventsApi {
        let (attempt, reason) = retry.unwrap_or_default();
        envelope["retry_attempt"] = json!(attempt);
        envelope["retry_reason"] = json!(reason);
    }
    let (acked, ack) = oneshot::channel();
    let sent_at = Instant::now();
    let delivered = shared.change(|state| {
        let copies = if state.has(&Fault::EnvelopesTwice) { 2 } else { 1 };
        let text = envelope.to_string();
        let mut on = Vec::new();
        for _ in 0..copies {
            if state.connections.is_empty() {
                break;
            }
            let place = state.next_connection % state.connections.len();
            state.next_connection = state.next_connection.wrapping_add(1);
            if state.connections[place].out.send(Out::Text(text.clone())).is_ok() {
                on.push(state.connections[place].id);
            }
        }
        state.view.counters.envelopes_sent += on.len() as u64;
        let sent = !on.is_empty();
        if sent {
            state.pending.insert(envelope_id.clone(), Pending { acked, on });
        }
        sent
    });
    let answer = if delivered {
        tokio::time::timeout(shared.settings.ack_within, ack).await.ok().and_then(Result::ok)
    } else {
        None
    };
    let acked_after = answer.as_ref().map(|_| sent_at.elapsed());
    shared.change(|state| {
        state.pending.remove(&envelope_id);
        match acked_after {
            Some(_) => state.view.counters.envelopes_acked += 1,
            None => state.view.counters.envelopes_lost += 1,
        }
    });
    Delivery {
        kind,
        envelope_id,
        payload,
        delivered,
        status: None,
        failure: acked_after.is_none().then_some(if delivered { "timeout" } else { "connection_failed" }),
        acked_after,
        ack_payload: answer.flatten(),
        confirm: None,
        message_ts: None,
    }
}

/// One socket, from hello to the end.
pub(super) async fn serve(shared: Arc<Shared>, mut socket: WebSocket) {
    let (out, mut told) = mpsc::unbounded_channel();
    // The hello is in the queue before anything else can be, and only sockets that were greeted get envelopes.
    let greeted = shared.change(|state| {
        if state.has(&Fault::SocketsRefused) {
            state.view.counters.connections_refused += 1;
            return None;
        }
        let id = state.number();
        let turned_away = if state.has(&Fault::SocketModeOff) {
            Some(Reason::LinkDisabled)
        } else if state.connections.len() >= shared.settings.max_connections {
            Some(Reason::TooManyWebsockets)
        } else {
            None
        };
        let first = match turned_away {
            Some(reason) => vec![disconnect(reason), Out::Close(None)],
            None => vec![hello(&shared, state.connections.len() + 1)],
        };
        for frame in first {
            // The receiving end is in this function.
            let _ = out.send(frame);
        }
        state.connections.push(Connection { id, out: out.clone() });
        state.view.counters.connections_opened += 1;
        state.view.counters.connections_open = state.connections.len();
        let open = state.connections.len();
        state.happened(None, What::Connected { how: "opens a socket", open });
        Some(id)
    });
    let Some(id) = greeted else {
        // Whether the client hears the close frame is its business.
        let _ = socket.send(Frame::Close(None)).await;
        return;
    };
    drop(out);
    let ping_every = shared.settings.ping_every;
    let manners = Manners {
        ping: Some((ping_every, "Ping from applink-simulated")),
        patience: Some(ping_every * UNANSWERED_PINGS),
    };
    let ended = converse(socket, &mut told, &shared.stopped, manners, |text| acknowledge(&shared, text)).await;
    shared.change(|state| {
        state.connections.retain(|connection| connection.id != id);
        let open = state.connections.len();
        let counters = &mut state.view.counters;
        counters.connections_open = open;
        counters.connections_cut += u64::from(ended == Ended::Cut);
        for pending in state.own.pending.values_mut().filter(|pending| pending.on.contains(&id)) {
            pending.on.retain(|on| *on != id);
            counters.envelopes_cut += u64::from(pending.on.is_empty());
        }
        state.happened(None, What::Disconnected { open });
    });
}

fn acknowledge(shared: &Shared, text: &str) {
    let Ok(mut ack) = serde_json::from_str::<Value>(text) else { return };
    let Some(envelope_id) = ack["envelope_id"].as_str().map(str::to_owned) else { return };
    let payload = ack.get_mut("payload").map(Value::take).filter(|payload| !payload.is_null());
    shared.change(|state| match state.pending.remove(&envelope_id) {
        // Nobody waits any more if the deadline passed this moment; it is counted as lost there.
        Some(waiting) => drop(waiting.acked.send(payload)),
        None => state.view.counters.envelopes_acked_late += 1,
    });
}

/// A socket's first frame.
fn hello(shared: &Shared, number: usize) -> Out {
    let hello = json!({
        "type": "hello",
        "num_connections": number,
        "debug_info": {"host": "applink-simulated", "build_number": 1, "approximate_connection_time": 18060},
        "connection_info": {"app_id": shared.settings.app_id},
    });
    Out::Text(hello.to_string())
}

/// Does to the open sockets what a fault does when it comes.
pub(super) fn strike(state: &State, fault: &Fault) {
    match fault {
        Fault::SocketsClose | Fault::SocketsRefused => state.tell_all(&Out::Close(None)),
        Fault::SocketsBreak => state.tell_all(&Out::Break),
        Fault::SocketCut(place) => {
            if let Some(place) = place.checked_rem(state.connections.len()) {
                // A socket that is gone needs no cutting.
                let _ = state.connections[place].out.send(Out::Cut);
            }
        }
        Fault::SocketsFreeze => state.tell_all(&Out::Freeze),
        Fault::Disconnect(reason) => {
            state.tell_all(&disconnect(*reason));
            if *reason != Reason::Warning {
                state.tell_all(&Out::Close(None));
            }
        }
        Fault::SocketModeOff => {
            state.tell_all(&disconnect(Reason::LinkDisabled));
            state.tell_all(&Out::Close(None));
        }
        _ => {}
    }
}

/// The frame that asks the app to go.
fn disconnect(reason: Reason) -> Out {
    let frame = json!({"type": "disconnect", "reason": reason.as_str(), "debug_info": {"host": "applink-simulated"}});
    Out::Text(frame.to_string())
}
