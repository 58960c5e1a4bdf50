//! Alert intake over HTTP: a bearer token, one parse function per source, and the durable inbox before any "accepted".
//!
//! It fails closed: without a configured token nothing is accepted. A refusal is logged once, never with the body or the
//! token. What it can't make durable it does not acknowledge (503), so that its sender tries again.

pub mod delivery;
pub mod matching;
pub mod alertmanager;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::HttpBody as _;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::alerts::alertmanager::ParseError;
use crate::alerts::delivery::{Delivery, Report};
use crate::alerts::matching::Matchers;
use crate::clock;
use crate::inbox::{Inbox, InboxError};
use crate::incident::alert::{Alert, AlertStatus};
use crate::store;

/// Who may hand in alerts, and how much at once.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The token that a sender has to present; `None` refuses everything.
    pub token: Option<SecretString>,
    /// The largest body that is read, in bytes.
    pub max_body: usize,
}

/// What the routes need.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Who may hand in alerts.
    pub settings: Settings,
    /// Which alerts mean which environment.
    pub matchers: Vec<Matchers>,
    /// The one way in.
    pub inbox: Inbox,
}

/// The routes: `POST /alerts/alertmanager`.
pub fn router(intake: Intake) -> Router {
    Router::new().route("/alerts/alertmanager", post(alertmanager)).with_state(Arc::new(intake))
}

/// What a sender is answered when their request was understood.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What is durable now.
    pub accepted: Vec<Accepted>,
    /// What starts nothing, each with the reason.
    pub ignored: Vec<Ignored>,
    /// How many alerts the sender left out of its body.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// An alert that was accepted.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Its name.
    pub alert: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The environment it means.
    pub environment: String,
}

/// An alert that starts nothing.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// Its name.
    pub alert: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Why.
    pub reason: String,
}

/// Why a request was not accepted.
#[derive(Debug, thiserror::Error)]
enum Rejection {
    #[error("alerts are not configured: set alerts.token_file or STAGERBOT__ALERTS__TOKEN")]
    NotConfigured,
    #[error("expected the header \"Authorization: Bearer <token>\"")]
    NoToken,
    #[error("the bearer token is not the one that is configured")]
    WrongToken,
    #[error("the body is larger than {0} bytes (alerts.max_body)")]
    TooLarge(usize),
    #[error("the body broke off")]
    BrokeOff(#[source] axum::Error),
    #[error(transparent)]
    Unreadable(#[from] ParseError),
    #[error("the alerts could not be stored; send them again")]
    NotStored(#[from] InboxError),
}

async fn alertmanager(State(intake): State<Arc<Intake>>, request: Request) -> Response {
    match intake.receive(request, alertmanager::parse).await {
        Ok(answer) => Json(answer).into_response(),
        Err(rejection) => rejection.into_response(),
    }
}

/// How many alerts of one delivery are looked at: an outage of staging may raise one for every app that is pushed, and the
/// incident needs no more of them.
pub const MAX_REPORTS: usize = 100;

impl Intake {
    async fn receive(
        &self,
        request: Request,
        parse: fn(&[u8]) -> Result<Delivery, ParseError>,
    ) -> Result<Answer, Rejection> {
        self.authorize(request.headers())?;
        let body = read(request, self.settings.max_body).await?;
        let delivery = parse(&body)?;
        let mut answer = Answer { left_out: delivery.left_out, ..Answer::default() };
        if delivery.left_out > 0 {
            tracing::warn!(alerts.left_out = delivery.left_out, "the sender of alerts left some out of its body");
        }
        for (number, Report { alert, labels }) in delivery.reports.into_iter().enumerate() {
            let name = alert.name.clone();
            let fingerprint = alert.fingerprint.0.clone();
            match self.environment(number, &alert, &labels) {
                Ok(environment) => {
                    let key = dedupe_key(&environment, &alert);
                    let request = store::Request::Alert { environment: environment.clone(), alert };
                    self.inbox.put(key, request, None).await?;
                    tracing::info!(environment, alert = name, alert.fingerprint = fingerprint, "an alert was accepted");
                    answer.accepted.push(Accepted { alert: name, fingerprint, environment });
                }
                Err(reason) => {
                    tracing::debug!(alert = name, alert.fingerprint = fingerprint, reason, "an alert was ignored");
                    answer.ignored.push(Ignored { alert: name, fingerprint, reason });
                }
            }
        }
        if !answer.ignored.is_empty() {
            let (count, first) = (answer.ignored.len(), &answer.ignored[0]);
            tracing::warn!(alerts.ignored = count, alert = first.alert, reason = first.reason, "alerts were ignored");
        }
        Ok(answer)
    }

    /// The token is compared in constant time; its length is not kept secret.
    fn authorize(&self, headers: &HeaderMap) -> Result<(), Rejection> {
        let expected = self.settings.token.as_ref().ok_or(Rejection::NotConfigured)?;
        let (scheme, token) = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .ok_or(Rejection::NoToken)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Rejection::NoToken);
        }
        let same = token.trim().as_bytes().ct_eq(expected.expose_secret().as_bytes());
        if bool::from(same) { Ok(()) } else { Err(Rejection::WrongToken) }
    }

    /// The environment an alert means, or the reason why it starts nothing.
    fn environment(&self, number: usize, alert: &Alert, labels: &BTreeMap<String, String>) -> Result<String, String> {
        if number >= MAX_REPORTS {
            return Err(format!("it is beyond the first {MAX_REPORTS} alerts of one delivery"));
        }
        if !alert.meaning.concerns_us() {
            return Err(matching::not_ours(alert.meaning).to_owned());
        }
        matching::environment_of(&self.matchers, labels).map(str::to_owned).map_err(|unmatched| unmatched.to_string())
    }
}

/// Two deliveries of one state within this many seconds are one: a sender's retry, or its other replica's copy.
const SAME_DELIVERY: i64 = 60;

/// What makes a second delivery the same. A later one, which tells that the alert goes on, is new: its incident may have been
/// closed meanwhile. Joining an open incident is idempotent, so nothing depends on where a minute ends.
fn dedupe_key(environment: &str, alert: &Alert) -> String {
    let status = match alert.status {
        AlertStatus::Firing => "firing",
        AlertStatus::Resolved => "resolved",
    };
    let began = alert.starts_at.map_or(0, Timestamp::as_microsecond);
    let minute = clock::now().as_second() / SAME_DELIVERY;
    format!("{}/{environment}/{}/{status}/{began}/{minute}", alert.source, alert.fingerprint.0)
}

/// The body, refused before it is read where its length is announced, and as soon as it is too large otherwise.
async fn read(request: Request, max_body: usize) -> Result<Vec<u8>, Rejection> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let at_least = request.body().size_hint().lower();
    if announced.unwrap_or(at_least) > max_body as u64 {
        return Err(Rejection::TooLarge(max_body));
    }
    match Limited::new(request.into_body(), max_body).collect().await {
        Ok(body) => Ok(body.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(Rejection::TooLarge(max_body)),
        Err(error) => Err(Rejection::BrokeOff(axum::Error::new(error))),
    }
}

impl Rejection {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotConfigured | Self::NotStored(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoToken | Self::WrongToken => StatusCode::UNAUTHORIZED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokeOff(_) | Self::Unreadable(_) => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let status = self.status();
        // What is wrong with a body quotes it, so the log has only the place.
        let reason = match &self {
            Self::Unreadable(error) => error.place(),
            other => other.to_string(),
        };
        let cause = std::error::Error::source(&self).map(causes);
        tracing::warn!(http.status = status.as_u16(), reason, cause, "alerts were refused");
        let mut response = (status, Json(serde_json::json!({ "error": self.to_string() }))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let rest = std::iter::successors(error.source(), |error| error.source());
    rest.fold(error.to_string(), |text, error| format!("{text}: {error}"))
}
