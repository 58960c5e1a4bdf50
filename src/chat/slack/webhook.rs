//! Slack's requests to the bot's own server, all at one address: commands, clicks and events.
//!
//! What comes is put into the inbox and then answered with 200, in this order, and nothing else happens here. What could not
//! be stored is answered with 503: Slack sends an event again, and shows people that their command or click came to nothing.
//!
//! Only what can be signed by Slack within the last five minutes is read at all, and makes room for what comes after it until its
//! signature is verified, which takes all of it. A signature that was taken is refused from then on by this replica; in all replicas and for ever, what it asked for is done once, by its dedupe key. When Slack itself sends
//! something again, it signs anew. Whoever is refused is not told why.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use slack_morphism::prelude::SlackSigningSecret;
use slack_morphism::signature_verifier::{SlackEventSignatureVerifier as Verifier, SlackEventSignatureVerifierError};
use tokio_util::sync::CancellationToken;
use url::form_urlencoded;

use super::inbound::{Dispatcher, Frame, NotEnqueued};
use crate::bodies::{Arrived, Bodies, BodyError, Limits, Sender};
use crate::clock;
use crate::inbox::Inbox;
use crate::metrics::{self, Labels};
use crate::tally::Logged;

/// The path of the route.
pub const PATH: &str = "/slack";
/// The largest body: a click carries its whole message, percent-encoded. What announces more is not read.
const MAX_BODY: usize = 1024 * 1024;
/// The largest body that is read without a signature, to see whether it is a check of our certificate.
const MAX_UNSIGNED: usize = 4 * 1024;
/// How long a body may take: Slack waits 3 s for the answer, of which the inbox may take one.
const READING: Duration = Duration::from_secs(2);
/// How many signatures are remembered; they are by Slack, which sends no more within minutes.
const REMEMBERED: usize = 10_000;
/// How many bodies may arrive at once, and how many bytes of them are held: Slack sends a few a second.
const BODIES: (usize, usize) = (64, 4 * 1024 * 1024);

/// What comes from here, as metrics name it.
const FROM: Labels<'_> = &[("from", "slack")];

/// How Slack's requests are verified, and until when they are accepted.
pub(super) struct Requests {
    verifier: Verifier,
    /// Stopped, they are not accepted any more.
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
            bodies: Bodies::new(BODIES.0, BODIES.1),
            refused: Logged::by(|due, reason| {
                let (requests, from) = (due.times, &due.from);
                tracing::warn!(requests, from, reason, "what claims to be from Slack was refused");
            }),
        };
        Router::new().route(PATH, get(check).post(receive)).with_state(Arc::new(webhook))
    }

    /// The server does the work.
    pub(super) async fn listen(&self, stop: CancellationToken) {
        tracing::info!(path = PATH, "taking Slack's requests");
        self.stop.get_or_init(|| stop).cancelled().await;
    }

    /// Whether the server accepts them.
    pub(super) fn are_accepted(&self) -> bool {
        self.stop.get().is_some_and(|stop| !stop.is_cancelled())
    }
}

/// The state of the route.
struct Webhook {
    verifier: Verifier,
    dispatcher: Dispatcher,
    inbox: Inbox,
    /// The signatures of the requests that were accepted, with their times.
    accepted: Mutex<BTreeSet<(i64, String)>>,
    bodies: Bodies,
    refused: Logged,
}

/// Why a request is not accepted.
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
    #[error("too many arrive at once, and what arrives slowly makes room")]
    NoRoom,
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
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    webhook.receive(request).await.unwrap_or_else(|refusal| webhook.refuse(refusal, from))
}

impl Webhook {
    async fn receive(&self, request: Request) -> Result<Response, Refusal> {
        let arrived = Instant::now();
        let (head, body) = request.into_parts();
        if body.size_hint().lower() > MAX_BODY as u64 {
            return Err(Refusal::TooLarge);
        }
        let Some((at, signature)) = signature(&head.headers) else {
            let check = match self.read(body, MAX_UNSIGNED).await {
                Ok(form) => std::str::from_utf8(&form).is_ok_and(is_check),
                Err(refusal @ Refusal::NoRoom) => return Err(refusal),
                Err(_) => false,
            };
            return if check { Ok(StatusCode::OK.into_response()) } else { Err(Refusal::Unsigned) };
        };
        judge_head(at, signature)?;
        let body = self.read(body, MAX_BODY).await?;
        let body = std::str::from_utf8(&body).map_err(|_| Refusal::Unreadable)?;
        self.verifier.verify(signature, body, at).map_err(|error| match error {
            SlackEventSignatureVerifierError::IncorrectOrExpiredTimestampError(_) => Refusal::Stale,
            _ => Refusal::WrongSignature,
        })?;
        let mark = (at.parse().unwrap_or_default(), signature.to_owned());
        if self.accepted.lock().unwrap_or_else(PoisonError::into_inner).contains(&mark) {
            return Err(Refusal::Replayed);
        }
        // From here on it is Slack's, and no stranger's.
        metrics::LAST_FRAME.set_now(&[("platform", "slack")]);
        let answer = match parse(&head.headers, body) {
            Ok(payload) => self.process(payload).await,
            Err(refusal) => Err(refusal),
        };
        let answer = answer.inspect_err(|_| metrics::NOT_ACKNOWLEDGED.count(FROM))?;
        metrics::ACKNOWLEDGEMENT.observe(FROM, arrived.elapsed());
        self.remember(mark);
        Ok(answer)
    }

    async fn read(&self, body: Body, bytes: usize) -> Result<Arrived, Refusal> {
        let limits = Limits { bytes, time: READING };
        self.bodies.read(body, Sender::Unverified, limits).await.map_err(|error| match error {
            BodyError::TooLarge => Refusal::TooLarge,
            BodyError::TooSlow => Refusal::TooSlow,
            BodyError::NoRoom => Refusal::NoRoom,
            BodyError::BrokeOff(_) => Refusal::Unreadable,
        })
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

    fn refuse(&self, refusal: Refusal, from: Option<IpAddr>) -> Response {
        self.refused.note(from, &refusal.to_string());
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
            Self::NotStored | Self::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The time that was signed, and the signature.
fn signature(headers: &HeaderMap) -> Option<(&str, &str)> {
    let header = |name| headers.get(name)?.to_str().ok();
    Some((header(Verifier::SLACK_SIGNED_TIMESTAMP)?, header(Verifier::SLACK_SIGNED_HASH_HEADER)?))
}

/// What can be told before the body is read: whether Slack can have signed it just now.
fn judge_head(at: &str, signature: &str) -> Result<(), Refusal> {
    let digest = signature.strip_prefix("v0=").ok_or(Refusal::WrongSignature)?;
    if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Refusal::WrongSignature);
    }
    let at: i64 = at.parse().map_err(|_| Refusal::Stale)?;
    let apart = clock::now().as_second().abs_diff(at);
    if apart > Verifier::MAX_TIMESTAMP_AGE_SECONDS.unsigned_abs() { Err(Refusal::Stale) } else { Ok(()) }
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
