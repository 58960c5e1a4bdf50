//! Socket Mode: the sockets, the envelopes on them, and what becomes of each envelope.

use crate::simulator::slack::fault::{Fault, Reason};
use crate::simulator::slack::happening::What;
use crate::simulator::slack::message::Confirm;
use crate::simulator::slack::requests;
use crate::simulator::slack::state::{Connection, Out, Pending, Shared, State};
use axum::extract::ws::{Message as Frame, WebSocket};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// After how many pings without an answer the platform takes a silent socket for dead.
const UNANSWERED_PINGS: u32 = 3;
/// For how long a socket that is cut loses what is on it before anybody notices.
const UNNOTICED: Duration = Duration::from_millis(50);

/// What kind of envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A slash command.
    SlashCommands,
    /// A click, a choice or a form.
    Interactive,
    /// An event, such as a message.
    EventsApi,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::SlashCommands => "slash_commands",
            Self::Interactive => "interactive",
            Self::EventsApi => "events_api",
        }
    }
}

/// What became of something a person did.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What kind of envelope it was.
    pub kind: Kind,
    /// The envelope's id.
    pub envelope_id: String,
    /// What was in the envelope.
    pub payload: Value,
    /// Whether there was a socket to send it on; over HTTP, whether the app answered at all.
    pub delivered: bool,
    /// The HTTP status of the app's answer, where there is a request URL.
    pub status: Option<u16>,
    /// Slack's word for why it was not acknowledged.
    pub failure: Option<&'static str>,
    /// After how long it was acknowledged; `None` is not within Slack's deadline.
    pub acked_after: Option<Duration>,
    /// What came with the acknowledgement.
    pub ack_payload: Option<Value>,
    /// The dialog that was confirmed before it was sent.
    pub confirm: Option<Confirm>,
    /// The `ts` of the message the person wrote, if it was one.
    pub message_ts: Option<String>,
}

impl Delivery {
    /// Whether the app acknowledged it in time.
    pub fn acked(&self) -> bool {
        self.acked_after.is_some()
    }
}

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
            Some(reason) => vec![disconnect(reason), Out::Close],
            None => vec![hello(&shared, state.connections.len() + 1)],
        };
        for frame in first {
            // The receiving end is in this function.
            let _ = out.send(frame);
        }
        state.connections.push(Connection { id, out: out.clone() });
        state.view.counters.connections_opened += 1;
        state.view.counters.connections_open = state.connections.len();
        state.happened(None, What::Connected { open: state.connections.len() });
        Some(id)
    });
    let Some(id) = greeted else {
        // Whether the client hears the close frame is its business.
        let _ = socket.send(Frame::Close(None)).await;
        return;
    };
    drop(out);
    converse(&shared, socket, &mut told).await;
    shared.change(|state| {
        state.connections.retain(|connection| connection.id != id);
        state.view.counters.connections_open = state.connections.len();
        for pending in state.pending.values_mut().filter(|pending| pending.on.contains(&id)) {
            pending.on.retain(|on| *on != id);
            state.view.counters.envelopes_cut += u64::from(pending.on.is_empty());
        }
        state.happened(None, What::Disconnected { open: state.connections.len() });
    });
}

async fn converse(shared: &Shared, socket: WebSocket, told: &mut mpsc::UnboundedReceiver<Out>) {
    let (mut to_app, mut from_app) = socket.split();
    let mut ping = tokio::time::interval(shared.settings.ping_every);
    ping.reset();
    loop {
        let frame = tokio::select! {
            biased;
            () = shared.stopped.cancelled() => Frame::Close(None),
            out = told.recv() => match out {
                Some(Out::Text(text)) => Frame::text(text),
                Some(Out::Close) => Frame::Close(None),
                Some(Out::Freeze) => {
                    let unnoticed = tokio::time::sleep(shared.settings.ping_every * UNANSWERED_PINGS);
                    let _ = shared.stopped.run_until_cancelled(unnoticed).await;
                    return;
                }
                Some(Out::Cut) => {
                    let lost = async {
                        loop {
                            tokio::select! {
                                out = told.recv() => drop(out),
                                frame = from_app.next() => drop(frame),
                            }
                        }
                    };
                    let _ = tokio::time::timeout(UNNOTICED, lost).await;
                    shared.change(|state| state.view.counters.connections_cut += 1);
                    return;
                }
                Some(Out::Break) | None => return,
            },
            frame = from_app.next() => match frame {
                Some(Ok(Frame::Text(text))) => {
                    acknowledge(shared, &text);
                    continue;
                }
                Some(Ok(Frame::Close(_))) => {
                    // The reply is in the queue: without it the client takes the connection for broken.
                    let _ = to_app.flush().await;
                    return;
                }
                Some(Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
            _ = ping.tick() => Frame::Ping("Ping from applink-simulated".into()),
        };
        let over = matches!(frame, Frame::Close(_));
        if to_app.send(frame).await.is_err() || over {
            return;
        }
    }
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
        Fault::SocketsClose | Fault::SocketsRefused => state.tell_all(|| Out::Close),
        Fault::SocketsBreak => state.tell_all(|| Out::Break),
        Fault::SocketCut(place) => {
            if let Some(place) = place.checked_rem(state.connections.len()) {
                // A socket that is gone needs no cutting.
                let _ = state.connections[place].out.send(Out::Cut);
            }
        }
        Fault::SocketsFreeze => state.tell_all(|| Out::Freeze),
        Fault::Disconnect(reason) => {
            state.tell_all(|| disconnect(*reason));
            if *reason != Reason::Warning {
                state.tell_all(|| Out::Close);
            }
        }
        Fault::SocketModeOff => {
            state.tell_all(|| disconnect(Reason::LinkDisabled));
            state.tell_all(|| Out::Close);
        }
        _ => {}
    }
}

/// The frame that asks the app to go.
fn disconnect(reason: Reason) -> Out {
    let frame = json!({"type": "disconnect", "reason": reason.as_str(), "debug_info": {"host": "applink-simulated"}});
    Out::Text(frame.to_string())
}
