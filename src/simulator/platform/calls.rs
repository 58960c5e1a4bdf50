//! Calls over HTTP, as far as the platform is in a state to take them.

use crate::simulator::platform::fault::Effect;
use crate::simulator::platform::kind::Platform;
use crate::simulator::platform::state::Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

/// Does what a call asks for, unless a fault keeps it from that, and answers as far as a fault lets it.
pub(in crate::simulator) async fn faulty<P: Platform>(
    shared: &Shared<P>,
    call: &str,
    act: impl FnOnce() -> Response,
) -> Response {
    let effects = shared.change(|state| {
        *state.view.counters.api_calls.entry(call.to_owned()).or_default() += 1;
        state.effects(call)
    });
    for effect in &effects {
        match effect {
            Effect::Hangs => {
                shared.stopped.cancelled().await;
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            Effect::Down(status) => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                return (status, "upstream connect error or disconnect/reset before headers").into_response();
            }
            _ => {}
        }
    }
    let mut response = act();
    for effect in &effects {
        match effect {
            Effect::Slow(by) => tokio::time::sleep(*by).await,
            Effect::AnswerLost => response = (StatusCode::BAD_GATEWAY, "bad gateway").into_response(),
            _ => {}
        }
    }
    response
}
