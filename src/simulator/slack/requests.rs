//! Requests to the app's own address, signed as Slack signs them: what there is instead of sockets.

use crate::simulator::slack::delivery::{Delivery, Kind};
use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::state::{Shared, State};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::time::{Instant, timeout};
use url::form_urlencoded;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// How much of an answer is read.
const MAX_ANSWER: usize = 1024 * 1024;

/// What is at the request URL does not answer the challenge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request URL did not answer with the challenge: {0}")]
pub struct NotVerified(String);

/// <https://docs.slack.dev/authentication/verifying-requests-from-slack/>
pub(super) fn signature(secret: &str, at: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("v0:{at}:{body}").as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

/// Asks whether the address is the app's. <https://docs.slack.dev/reference/events/url_verification/>
pub(super) async fn verify(shared: &Shared, url: &str) -> Result<(), NotVerified> {
    let challenge = format!("challenge-{:032x}", shared.change(State::number));
    let body = json!({"token": "simulatedVerificationToken", "challenge": challenge, "type": "url_verification"});
    let (status, answer) =
        send(shared, url, JSON, body.to_string(), None).await.map_err(|failure| NotVerified(failure.to_owned()))?;
    let said =
        serde_json::from_str::<Value>(&answer).ok().and_then(|answer| answer["challenge"].as_str().map(str::to_owned));
    if status == 200 && said.as_deref().unwrap_or(answer.trim()) == challenge {
        return Ok(());
    }
    Err(NotVerified(format!("HTTP {status}")))
}

/// Sends a payload, and waits for the answer as long as Slack does.
pub(super) async fn deliver(
    shared: &Shared,
    url: &str,
    kind: Kind,
    payload: Value,
    envelope_id: String,
    retry: Option<(u32, &str)>,
) -> Delivery {
    let (content_type, body) = match kind {
        Kind::EventsApi => (JSON, payload.to_string()),
        Kind::Interactive => (FORM, form([("payload", payload.to_string().as_str())])),
        Kind::SlashCommands => {
            let fields = payload.as_object().into_iter().flatten();
            (FORM, form(fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))))
        }
    };
    let sent_at = Instant::now();
    shared.change(|state| state.view.counters.envelopes_sent += 1);
    let mut answered = send(shared, url, content_type, body, retry).await;
    if shared.look().has(&Fault::AcksLost) {
        answered = Err("connection_failed");
    }
    let (status, failure) = match &answered {
        Ok((status @ 200..=299, _)) => (Some(*status), None),
        Ok((status, _)) => (Some(*status), Some("http_error")),
        Err(failure) => (None, Some(*failure)),
    };
    shared.change(|state| match failure {
        None => state.view.counters.envelopes_acked += 1,
        Some(_) => state.view.counters.envelopes_lost += 1,
    });
    let said = answered.ok().map(|(_, body)| body).filter(|body| failure.is_none() && !body.is_empty());
    Delivery {
        kind,
        envelope_id,
        payload,
        delivered: status.is_some(),
        status,
        failure,
        acked_after: failure.is_none().then(|| sent_at.elapsed()),
        // Plain text is shown as such.
        ack_payload: said.map(|body| serde_json::from_str(&body).unwrap_or_else(|_| json!({"text": body}))),
        confirm: None,
        message_ts: None,
    }
}

/// The status and the body of the answer, or Slack's word for why there is none.
async fn send(
    shared: &Shared,
    url: &str,
    content_type: &str,
    body: String,
    retry: Option<(u32, &str)>,
) -> Result<(u16, String), &'static str> {
    let at = Timestamp::now().as_second();
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(header::USER_AGENT, "Slackbot 1.0 (+https://api.slack.com/robots)")
        .header(header::ACCEPT, "*/*")
        .header(header::CONTENT_TYPE, content_type)
        .header("X-Slack-Request-Timestamp", at)
        .header("X-Slack-Signature", signature(&shared.settings.signing_secret, at, &body));
    if let Some((number, reason)) = retry {
        request = request.header("X-Slack-Retry-Num", number).header("X-Slack-Retry-Reason", reason);
    }
    let request = request.body(Body::from(body)).map_err(|_| "connection_failed")?;
    let exchange = async {
        let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
        let answer = client.request(request).await.map_err(|_| "connection_failed")?;
        let status = answer.status().as_u16();
        let body = to_bytes(Body::new(answer.into_body()), MAX_ANSWER).await.map_err(|_| "connection_failed")?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    };
    timeout(shared.settings.ack_within, exchange).await.unwrap_or(Err("http_timeout"))
}

fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// The one that Slack publishes.
    #[test]
    fn a_signature_is_slack_s() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
            channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
            response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
            trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let signed = signature("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body);
        assert_eq!(signed, "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
    }
}
