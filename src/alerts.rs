//! Alert intake over HTTP: proof, one parse function per source, and the durable inbox before any "accepted".
//!
//! It fails closed: without a configured secret nothing is accepted. What it can't make durable it does not acknowledge (503), so
//! that its sender tries again. What is refused or ignored is counted, and told in the log once a minute with its source, never
//! with the body or a secret.

pub mod delivery;
pub mod source;
mod lenient;
pub mod matching;
pub mod proof;
pub mod alertmanager;
pub mod grafana;
pub mod pagerduty;
pub mod generic;
pub mod explain;
pub mod config;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::alerts::delivery::{Delivery, ParseError, Report};
use tokio::sync::watch;

use crate::alerts::matching::{Judged, Matching};
use crate::alerts::proof::{Head, Secrets, Unproven};
use crate::alerts::source::{Paths, STRAIGHT, Source, another};
use crate::bodies::{Bodies, BodyError, Limits, Sender};
use crate::causes::causes;
use crate::clock;
use crate::inbox::rejected::About;
use crate::inbox::{Inbox, InboxError};
use crate::incident::alert::{Alert, AlertStatus, Meaning};
use crate::incident::phrase::Phrase;
use crate::metrics::{self, Labels};
use crate::request;
use crate::store::DELIVERY;
use crate::words::Words;

/// Every source: a file with its name, and a line here.
pub const SOURCES: [&Source; 4] = [&alertmanager::SOURCE, &grafana::SOURCE, &pagerduty::SOURCE, &generic::SOURCE];

/// The source of this name.
pub fn source(name: &str) -> Option<&'static Source> {
    SOURCES.into_iter().find(|source| source.name == name)
}

/// Who may hand in alerts, how much at once, and what is found where.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The secrets that a sender has to present one of; with none, everything is refused.
    pub secrets: Secrets,
    /// The largest body that is read, in bytes.
    pub max_body: usize,
    /// Where the generic source finds what it needs.
    pub paths: Paths,
}

/// What the routes need.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Who may hand in alerts.
    pub settings: Settings,
    /// Which alerts mean which environment.
    pub matching: watch::Receiver<Arc<Matching>>,
    /// The one way in.
    pub inbox: Inbox,
}

/// The routes: `POST /alerts/{source}`, and a word for whoever takes the bot for an Alertmanager.
pub fn router(intake: Intake) -> Router {
    let mut router = Router::new().route("/alerts/{source}", post(deliver));
    // By whatever prefix the operator gave: Prometheus and vmalert add this path.
    for version in ["v1", "v2"] {
        for prefix in ["", "/alerts", "/alerts/{source}"] {
            router = router.route(&format!("{prefix}/api/{version}/alerts"), any(straight));
        }
    }
    let bytes = BYTES.max(2 * intake.settings.max_body);
    router.with_state(Arc::new(Routes { intake, bodies: Bodies::new(DELIVERIES, bytes), reading: Semaphore::new(1) }))
}

/// How many deliveries are received at once; further senders are asked to send again.
const DELIVERIES: usize = 32;
/// How many bytes of bodies are held meanwhile, at least: two of the largest bodies have room.
const BYTES: usize = 8 * 1024 * 1024;
/// How long a body may take to arrive.
const ARRIVING: Duration = Duration::from_secs(8);
/// How long a sender is asked to wait that there is no room for, or whose alerts could not be stored, in seconds.
const AGAIN: HeaderValue = HeaderValue::from_static("5");

/// The state of the routes.
struct Routes {
    intake: Intake,
    bodies: Bodies,
    /// One body is taken apart at a time: what it becomes takes many times its bytes.
    reading: Semaphore,
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
    /// What the sender should know although everything was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
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
    /// Where it stands in the body.
    pub place: String,
    /// The reason, in words.
    pub reason: String,
}

/// Why a request was not accepted.
#[derive(Debug, thiserror::Error)]
enum Rejection {
    #[error(transparent)]
    Unproven(#[from] Unproven),
    #[error("there is no source {name:?}; there are {}", names())]
    NoSource { name: String },
    #[error("the body is larger than {limit} bytes: {}raise alerts.max_body", smaller.map(|how| format!("{how}, or ")).unwrap_or_default())]
    TooLarge { limit: usize, smaller: Option<&'static str> },
    #[error(transparent)]
    NotArrived(BodyError),
    #[error(transparent)]
    Unreadable(#[from] ParseError),
    #[error("the alerts could not be stored; send them again")]
    NotStored(#[from] InboxError),
}

fn names() -> String {
    SOURCES.map(|source| source.name).join(", ")
}

async fn deliver(State(routes): State<Arc<Routes>>, Path(name): Path<String>, request: Request) -> Response {
    let (known, arrived) = (source(&name), Instant::now());
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let taken = match known {
        Some(source) => routes.receive(source, request).await,
        None => Err(Rejection::NoSource { name }),
    };
    match taken {
        Ok(answer) => {
            metrics::ACKNOWLEDGEMENT.observe(FROM, arrived.elapsed());
            Json(answer).into_response()
        }
        Err(rejection) => {
            let source = known.map_or("unknown", |source| source.name);
            count(source, "refused");
            if matches!(rejection, Rejection::NotStored(_)) {
                metrics::NOT_ACKNOWLEDGED.count(FROM);
            }
            routes.intake.inbox.rejected().note_from(
                source,
                &About::Unknown,
                rejection.without_body(),
                rejection.cause(),
                from,
            );
            rejection.into_response()
        }
    }
}

/// What comes from here, as metrics name it.
const FROM: Labels<'_> = &[("from", "alerts")];

/// Counts what starts nothing. What goes into the inbox is counted by the engine, once it is known what it comes to.
fn count(source: &str, fate: &'static str) {
    metrics::ALERTS.count(&[("source", metrics::source(source)), ("fate", fate)]);
}

/// The address at which Prometheus and vmalert look for an Alertmanager.
async fn straight(State(routes): State<Arc<Routes>>, uri: Uri) -> Response {
    let error = format!("there is nothing at {}. {STRAIGHT}", uri.path());
    routes.intake.inbox.rejected().note("prometheus", &About::Unknown, Phrase::new("rejected-straight"));
    count("prometheus", "refused");
    (StatusCode::NOT_FOUND, Json(serde_json::json!({ "error": error }))).into_response()
}

/// Reads a source's body; that of another sender is named as what it is.
pub fn read(source: &Source, body: &[u8], paths: &Paths) -> Result<Delivery, ParseError> {
    let value = match lenient::json(body) {
        Err(_) if source.looks.is_none() => Value::String(String::from_utf8_lossy(body).into_owned()),
        read => read?,
    };
    match another(source, &SOURCES, &value) {
        Some(error) => Err(error),
        None => (source.parse)(&value, paths),
    }
}

/// How many alerts of one delivery and environment are taken: an outage of staging may raise one for every app that is pushed, and
/// the incident needs no more of them. What starts nothing does not count.
pub const MAX_REPORTS: usize = 100;

impl Routes {
    async fn receive(&self, source: &'static Source, request: Request) -> Result<Answer, Rejection> {
        let Settings { secrets, max_body, paths } = &self.intake.settings;
        let head = secrets.head(source, request.headers())?;
        let sender = if matches!(head, Head::Proven) { Sender::Verified } else { Sender::Unverified };
        let limits = Limits { bytes: *max_body, time: ARRIVING };
        let body = self.bodies.read(request.into_body(), sender, limits).await;
        let mut body = body.map_err(|error| match error {
            BodyError::TooLarge => Rejection::TooLarge { limit: *max_body, smaller: source.smaller },
            error => Rejection::NotArrived(error),
        })?;
        if let Head::Signed(signed) = &head {
            secrets.body(source, signed, &body)?;
        }
        let (answer, rows) = {
            // It is never closed.
            let _turn = self.reading.acquire().await;
            let delivery = read(source, &body, paths)?;
            body.clear();
            self.intake.judge(source, delivery)
        };
        self.intake.inbox.put_all(rows).await?;
        self.intake.tell(source, &answer);
        Ok(answer)
    }
}

impl Intake {
    /// What comes of a delivery: the answer to its sender, and what is to be stored.
    fn judge(&self, source: &Source, delivery: Delivery) -> (Answer, Vec<(String, request::Request)>) {
        if let Some(note) = &delivery.note {
            self.inbox.rejected().note(source.name, &About::Unknown, note.clone());
        }
        let note = delivery.note.map(|note| Words::of(None).say(&note));
        let mut answer = Answer { left_out: delivery.left_out, note, ..Answer::default() };
        let mut rows = Vec::new();
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for unread in delivery.unread {
            let (alert, fingerprint) = (unread.name, unread.fingerprint);
            let reason = Words::of(None).say(&unread.reason);
            self.inbox.rejected().note(source.name, &About::Unknown, unread.reason);
            count(source.name, "unreadable");
            answer.ignored.push(Ignored { alert, fingerprint, place: unread.place, reason });
        }
        let matching = Arc::clone(&self.matching.borrow());
        for report in &delivery.reports {
            let judged = matching.judge(report);
            match &judged.environments {
                Ok(environments) => {
                    for environment in environments {
                        let count = taken.entry(environment.clone()).or_default();
                        *count += 1;
                        if *count > MAX_REPORTS {
                            let why = Phrase::new("ignored-too-many").with("most", MAX_REPORTS);
                            self.ignore(report, &judged, &why, &mut answer);
                            continue;
                        }
                        let alert = judged.alert.clone();
                        answer.accepted.push(Accepted {
                            alert: alert.name.clone(),
                            fingerprint: alert.fingerprint.0.clone(),
                            environment: environment.clone(),
                        });
                        let key = dedupe_key(environment, report, &alert);
                        rows.push((key, request::Request::Alert { environment: environment.clone(), alert }));
                    }
                }
                Err(why) => self.ignore(report, &judged, why, &mut answer),
            }
        }
        (answer, rows)
    }

    fn ignore(&self, report: &Report, judged: &Judged, why: &Phrase, answer: &mut Answer) {
        let alert = &judged.alert;
        let reason = Words::of(None).say(why);
        // What has nothing to do with staging is no loss to anybody's environment.
        let missed = report.reading.meaning != Meaning::Unrelated;
        let about = match judged.about.first() {
            Some(name) if missed => About::Environment(name.clone()),
            None if missed => About::Unknown,
            _ => About::Nothing,
        };
        self.inbox.rejected().note(&alert.source, &about, why.clone());
        count(&alert.source, "ignored");
        answer.ignored.push(Ignored {
            alert: alert.name.clone(),
            fingerprint: alert.fingerprint.0.clone(),
            place: report.place.clone(),
            reason,
        });
    }

    /// One line a delivery: a storm of alerts is no storm of lines.
    fn tell(&self, source: &Source, answer: &Answer) {
        if let Some(first) = answer.accepted.first() {
            tracing::info!(
                source = source.name,
                environment = first.environment,
                alert = first.alert,
                alert.fingerprint = first.fingerprint,
                alerts.accepted = answer.accepted.len(),
                alerts.ignored = answer.ignored.len(),
                "alerts were accepted"
            );
        }
        if answer.left_out > 0 {
            let left = Phrase::new("rejected-left-out").with("count", answer.left_out as usize);
            self.inbox.rejected().note(source.name, &About::Unknown, left);
        }
    }
}

/// Two deliveries of one state within this many seconds are one: a sender's retry, or its other replica's copy.
const SAME_DELIVERY: i64 = 60;

/// What makes a second delivery the same. A later one, which tells that the alert goes on, is new: its incident may have been
/// closed meanwhile. Joining an open incident is idempotent, so nothing depends on where a minute ends.
fn dedupe_key(environment: &str, report: &Report, alert: &Alert) -> String {
    let status = match alert.status {
        AlertStatus::Firing => "firing",
        AlertStatus::Resolved => "resolved",
    };
    let (source, fingerprint) = (&alert.source, &alert.fingerprint.0);
    if let Some(id) = &report.delivery_id {
        return format!("{source}/{environment}/{fingerprint}/{status}{DELIVERY}{id}");
    }
    let began = alert.starts_at.map_or(0, Timestamp::as_microsecond);
    let minute = clock::now().as_second() / SAME_DELIVERY;
    format!("{source}/{environment}/{fingerprint}/{status}/{began}/{minute}")
}

impl Rejection {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unproven(Unproven::NotConfigured) | Self::NotStored(_) | Self::NotArrived(BodyError::NoRoom) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Unproven(_) => StatusCode::UNAUTHORIZED,
            Self::NoSource { .. } => StatusCode::NOT_FOUND,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotArrived(BodyError::TooSlow) => StatusCode::REQUEST_TIMEOUT,
            Self::NotArrived(_) | Self::Unreadable(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// Why, for the log and for others than the sender: what is wrong with a body quotes it, so there is only its place.
    fn without_body(&self) -> Phrase {
        match self {
            Self::Unproven(unproven) => unproven.phrase(),
            Self::Unreadable(ParseError::AnotherSender { advice, .. }) if advice == STRAIGHT => {
                Phrase::new("rejected-straight")
            }
            Self::Unreadable(error) => error.place(),
            Self::NoSource { .. } => Phrase::new("rejected-no-source").with("names", names()),
            Self::TooLarge { limit, .. } => Phrase::new("rejected-too-large").with("limit", *limit),
            Self::NotArrived(error) => Phrase::new(match error {
                BodyError::TooLarge => "rejected-body-too-large",
                BodyError::TooSlow => "rejected-too-slow",
                BodyError::NoRoom => "rejected-no-room",
                BodyError::BrokeOff(_) => "rejected-broke-off",
            }),
            Self::NotStored(_) => Phrase::new("rejected-not-stored"),
        }
    }
}

impl Rejection {
    /// What went wrong here, for the log.
    fn cause(&self) -> Option<String> {
        match self {
            Self::NotStored(error) => Some(causes(error)),
            Self::NotArrived(BodyError::BrokeOff(cause)) => Some(cause.to_string()),
            _ => None,
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, Json(serde_json::json!({ "error": self.to_string() }))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(self, Self::NotStored(_) | Self::NotArrived(BodyError::NoRoom)) {
            response.headers_mut().insert(RETRY_AFTER, AGAIN);
        }
        response
    }
}
