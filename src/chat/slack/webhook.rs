//! Slack's requests to the bot's own server, all at one address: commands, clicks and events.
//!
//! What comes is put into the inbox and then answered with 200, in this order, and nothing else happens here. What could not
//! be stored is answered with 503: Slack sends an event again, and shows people that their command or click came to nothing.
//!
//! Only what Slack signed is read at all, and only within five minutes. A signature that was taken is refused from then on
//! by this replica; in all replicas and for ever, what it asked for is done once, by its dedupe key. When Slack itself sends
//! something again, it signs anew. Whoever is refused is not told why.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_body_util::LengthLimitError;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use slack_morphism::prelude::SlackSigningSecret;
use slack_morphism::signature_verifier::{SlackEventSignatureVerifier as Verifier, SlackEventSignatureVerifierError};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower_http::limit::RequestBodyLimitLayer;
use url::form_urlencoded;

use super::inbound::{Dispatcher, Frame, NotEnqueued};
use crate::clock;
use crate::inbox::Inbox;

/// Where they are taken.
pub const PATH: &str = "/slack";
/// The largest body: a click carries its whole message, percent-encoded. What announces more is not read.
const MAX_BODY: usize = 1024 * 1024;
/// The largest body that is read without a signature, to see whether it is a check of our certificate.
const MAX_UNSIGNED: usize = 4 * 1024;
/// How long a body may take: Slack waits 3 s for the answer, of which the inbox may take one.
const READING: Duration = Duration::from_secs(2);
/// How many signatures are remembered; they are by Slack, which sends no more within minutes.
const REMEMBERED: usize = 10_000;
/// How often refusals are told: whoever floods us does not flood the log.
const LOG_EVERY: Duration = Duration::from_mins(1);

/// What it takes to be asked by Slack.
pub(super) struct Requests {
    verifier: Verifier,
    /// Stopped, they are not taken any more.
    stop: OnceLock<CancellationToken>,
}

impl Requests {
    /// Requests that are signed with this secret.
    pub(super) fn new(signing_secret: &SecretString) -> Self {
        let secret = SlackSigningSecret::new(signing_secret.expose_secret().to_owned());
        Self { verifier: Verifier::new(&secret), stop: OnceLock::new() }
    }

    /// The one route.
    pub(super) fn routes(&self, dispatcher: &Dispatcher, inbox: &Inbox) -> Router {
        let webhook = Webhook {
            verifier: self.verifier.clone(),
            dispatcher: dispatcher.clone(),
            inbox: inbox.clone(),
            accepted: Mutex::default(),
            refused: Mutex::default(),
        };
        let routes = Router::new().route(PATH, get(check).post(receive));
        routes.layer(RequestBodyLimitLayer::new(MAX_BODY)).with_state(Arc::new(webhook))
    }

    /// The server does the work.
    pub(super) async fn listen(&self, stop: CancellationToken) {
        tracing::info!(path = PATH, "taking Slack's requests");
        self.stop.get_or_init(|| stop).cancelled().await;
    }

    /// Whether the server takes them.
    pub(super) fn are_accepted(&self) -> bool {
        self.stop.get().is_some_and(|stop| !stop.is_cancelled())
    }
}

/// What the route needs.
struct Webhook {
    verifier: Verifier,
    dispatcher: Dispatcher,
    inbox: Inbox,
    /// The signatures that were taken, with their times.
    accepted: Mutex<BTreeSet<(i64, String)>>,
    refused: Mutex<Refused>,
}

/// How many requests were refused since that was told.
#[derive(Default)]
struct Refused {
    count: u64,
    logged_at: Option<Instant>,
}

/// Why a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Refusal {
    #[error("it has no signature")]
    Unsigned,
    #[error("its signature is not by the signing secret that is configured")]
    WrongSignature,
    #[error("it is older or newer than five minutes, by the clock of this machine")]
    Stale,
    #[error("it was taken before")]
    Replayed,
    #[error("it is too large")]
    TooLarge,
    #[error("it took too long to arrive")]
    TooSlow,
    #[error("it lacks what it always has")]
    Unreadable,
    #[error("it could not be stored")]
    NotStored,
}

/// What a request comes down to.
enum Payload {
    /// Something for the inbox, perhaps.
    Frame(Frame),
    /// To show that the address is ours.
    Challenge(String),
    /// To show that our certificate is good.
    Check,
}

/// A check of our certificate, which has no signature, does nothing and is told nothing.
async fn check(RawQuery(query): RawQuery) -> Response {
    if is_check(query.as_deref().unwrap_or_default()) {
        return StatusCode::OK.into_response();
    }
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "POST")]).into_response()
}

async fn receive(State(webhook): State<Arc<Webhook>>, request: Request) -> Response {
    webhook.receive(request).await.unwrap_or_else(|refusal| webhook.refuse(refusal))
}

impl Webhook {
    async fn receive(&self, request: Request) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let Some((at, signature)) = signature(&head.headers) else {
            let check = read(body, MAX_UNSIGNED).await.is_ok_and(|form| is_check(&form));
            return if check { Ok(StatusCode::OK.into_response()) } else { Err(Refusal::Unsigned) };
        };
        let body = read(body, MAX_BODY).await?;
        self.verifier.verify(signature, &body, at).map_err(|error| match error {
            SlackEventSignatureVerifierError::IncorrectOrExpiredTimestampError(_) => Refusal::Stale,
            _ => Refusal::WrongSignature,
        })?;
        let mark = (at.parse().unwrap_or_default(), signature.to_owned());
        if self.accepted.lock().unwrap_or_else(PoisonError::into_inner).contains(&mark) {
            return Err(Refusal::Replayed);
        }
        let answer = self.process(parse(&head.headers, &body)?).await?;
        self.remember(mark);
        Ok(answer)
    }

    /// Its body is empty, for a body would be shown: to who typed the command, or on the form that was sent in.
    async fn process(&self, payload: Payload) -> Result<Response, Refusal> {
        let frame = match payload {
            Payload::Frame(frame) => frame,
            Payload::Challenge(challenge) => return Ok(challenge.into_response()),
            Payload::Check => return Ok(StatusCode::OK.into_response()),
        };
        self.dispatcher.enqueue(frame, &self.inbox).await.map_err(|not_enqueued| match not_enqueued {
            NotEnqueued::Unreadable => Refusal::Unreadable,
            NotEnqueued::NotStored => Refusal::NotStored,
        })?;
        Ok(StatusCode::OK.into_response())
    }

    /// Only what was answered with 200: what was not may come again as it was.
    fn remember(&self, mark: (i64, String)) {
        let over = clock::now().as_second() - Verifier::MAX_TIMESTAMP_AGE_SECONDS;
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted.insert(mark);
        while accepted.len() > REMEMBERED || accepted.first().is_some_and(|(at, _)| *at < over) {
            accepted.pop_first();
        }
    }

    fn refuse(&self, refusal: Refusal) -> Response {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.count += 1;
        if refused.logged_at.is_none_or(|logged_at| logged_at.elapsed() >= LOG_EVERY) {
            tracing::warn!(requests = refused.count, reason = %refusal, "what claims to be from Slack was refused");
            *refused = Refused { count: 0, logged_at: Some(Instant::now()) };
        }
        refusal.status().into_response()
    }
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Unsigned | Self::WrongSignature | Self::Stale | Self::Replayed => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::NotStored => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The time that was signed, and the signature.
fn signature(headers: &HeaderMap) -> Option<(&str, &str)> {
    let header = |name| headers.get(name)?.to_str().ok();
    Some((header(Verifier::SLACK_SIGNED_TIMESTAMP)?, header(Verifier::SLACK_SIGNED_HASH_HEADER)?))
}

async fn read(body: Body, most: usize) -> Result<String, Refusal> {
    let body = timeout(READING, to_bytes(body, most)).await.map_err(|_| Refusal::TooSlow)?;
    let body = body.map_err(|error| {
        let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
        if causes.any(<dyn Error>::is::<LengthLimitError>) { Refusal::TooLarge } else { Refusal::Unreadable }
    })?;
    String::from_utf8(body.into()).map_err(|_| Refusal::Unreadable)
}

/// What a signed request holds. <https://docs.slack.dev/apis/events-api/using-http-request-urls/>
fn parse(headers: &HeaderMap, body: &str) -> Result<Payload, Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let json = |text: &str| serde_json::from_str::<Value>(text).map_err(|_| Refusal::Unreadable);
    if !kind.starts_with("application/x-www-form-urlencoded") {
        let event = json(body)?;
        if event["type"] == "app_rate_limited" {
            tracing::warn!("Slack holds events back: there were too many within an hour");
        }
        return Ok(match (event["type"].as_str(), event["challenge"].as_str()) {
            (Some("url_verification"), Some(challenge)) => Payload::Challenge(challenge.to_owned()),
            _ => Payload::Frame(Frame::of("events_api", event)),
        });
    }
    let form: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    if let Some(payload) = form.get("payload") {
        return Ok(Payload::Frame(Frame::of("interactive", json(payload)?)));
    }
    if form.contains_key("command") {
        return Ok(Payload::Frame(Frame::of("slash_commands", json!(form))));
    }
    if is_check(body) { Ok(Payload::Check) } else { Err(Refusal::Unreadable) }
}

/// Whether somebody, perhaps Slack, checks our certificate.
fn is_check(form: &str) -> bool {
    form_urlencoded::parse(form.as_bytes()).any(|(name, value)| name == "ssl_check" && value == "1")
}
