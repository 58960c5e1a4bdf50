//! The HTTP server: alerts, what a chat platform sends, pages of incidents, whether the process lives, whether it is ready, and what it measures.
//!
//! It is there before everything else is, and tells that the bot lives. How many connections it holds has a bound, and so has how
//! often it asks whether the bot is ready, whoever asks.

mod connections;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use futures::future::BoxFuture;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore, SetOnce};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tower_http::trace::TraceLayer;

use self::connections::{Busy, Connections};
use crate::causes::causes;
use crate::chat::platforms::PLATFORMS;
use crate::metrics;
use crate::tally::{Logged, Tally};

/// Where HTTP is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The address and the port; port 0 for a free one.
    pub listen: SocketAddr,
    /// The same for `/healthz`, `/readyz` and `/metrics` alone; `None` for none. With it, `/metrics` is there and not at the first.
    pub health_listen: Option<SocketAddr>,
}

/// How a part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It works.
    Ready,
    /// It does not, and why; the bot is ready all the same.
    Noted(String),
    /// It does not, and why; the bot is not ready.
    NotReady(String),
}

impl Part {
    fn text(self) -> String {
        match self {
            Self::Ready => "ready".to_owned(),
            Self::Noted(why) | Self::NotReady(why) => why,
        }
    }
}

/// How every part is, by its name.
pub type Parts = Vec<(String, Part)>;
/// Asks every part whether it is ready.
pub type Ready = Arc<dyn Fn() -> BoxFuture<'static, Parts> + Send + Sync>;

/// How long a request may take.
const REQUEST: Duration = Duration::from_secs(10);
/// How long a connection may take to send a request's head, and how long it may be idle: nobody holds a place for nothing.
const HEADERS: Duration = Duration::from_secs(15);
/// How many connections are held at once. For a further one, the one that has been idle longest is closed. There are fewer places
/// for requests that take time, so that there always is one.
const CONNECTIONS: usize = 512;
/// How much of a request is held before its body: heads of the senders that there are have 2 KiB.
const HEAD: usize = 16 * 1024;
/// How long a sender is asked to wait that comes before the bot has started or takes too long, in seconds.
const AGAIN: &str = "2";
/// So many wait at once for the start to be over, and so many to hear whether the bot is ready: strangers may, and the rest of the
/// connections is for others.
const PATIENT: usize = 64;
/// How long to wait where accepting failed, as it does without a free file descriptor.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// How long the parts may take to say whether they are ready.
const READINESS: Duration = Duration::from_secs(3);
/// How long after they were asked the parts are asked again: it costs a write to the store, and everybody may ask.
const READINESS_APART: Duration = Duration::from_millis(100);
/// The same where they were not ready, as at the start: whoever waits for them hears it soon, and little else is to be written.
const NOT_READY_APART: Duration = Duration::from_millis(10);
/// How long requests under way may take once the server is told to stop: Kubernetes kills 30 s after its SIGTERM.
const GRACE: Duration = Duration::from_secs(10);

/// Everything that is served: these routes, `/healthz` and `/readyz`.
pub fn app(routes: Router, ready: Ready) -> Router {
    layered(with_health(routes, ready).fallback(not_found).method_not_allowed_fallback(wrong_method))
}

/// `/healthz`, `/readyz` and `/metrics`, and nothing else.
pub fn health(ready: Ready) -> Router {
    layered(with_health(measured(), ready).fallback(not_found).method_not_allowed_fallback(wrong_method))
}

/// What is served from the first moment: `/healthz` and `/readyz`, `/metrics` where it is not elsewhere, and what comes later. Until
/// then requests are held for some seconds, and then senders are asked to come again.
pub fn starting(ready: Ready, with_metrics: bool) -> (Router, Later) {
    let later = Later::default();
    let routes = if with_metrics { measured() } else { Router::new() };
    (layered(with_health(routes, ready)).fallback_service(any(arrives).with_state(later.clone())), later)
}

/// Prometheus' text format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

fn measured() -> Router {
    Router::new().route("/metrics", get(async || ([(CONTENT_TYPE, EXPOSITION)], metrics::told())))
}

/// What is served once the bot has started.
#[derive(Clone)]
pub struct Later(Arc<Starting>);

struct Starting {
    app: SetOnce<TowerToHyperService<Router>>,
    waiting: Semaphore,
}

impl Default for Later {
    fn default() -> Self {
        Self(Arc::new(Starting { app: SetOnce::new(), waiting: Semaphore::new(PATIENT) }))
    }
}

impl Later {
    /// It has started: this is served from now on.
    pub fn set(&self, app: Router) {
        // It starts once.
        let _ = self.0.app.set(TowerToHyperService::new(app));
    }

    /// What is served, as soon as it is; nothing where that takes long, or where many wait for it.
    async fn app(&self) -> Option<&TowerToHyperService<Router>> {
        if let Some(app) = self.0.app.get() {
            return Some(app);
        }
        let _place = self.0.waiting.try_acquire().ok()?;
        timeout(HELD, self.0.app.wait()).await.ok()
    }
}

/// So long a request may wait for the start to be over: mostly that takes less, and nobody has to send it again.
const HELD: Duration = Duration::from_secs(5);

async fn arrives(State(later): State<Later>, request: Request) -> Response {
    if let Some(app) = later.app().await {
        // It can't fail.
        return app.call(request).await.into_response();
    }
    let error = Json(json!({ "error": "the bot is starting; send it again" }));
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, AGAIN)], error).into_response()
}

fn with_health(routes: Router, ready: Ready) -> Router {
    let asked = Arc::new(Asked { ready, last: Mutex::default(), waiting: Semaphore::new(PATIENT) });
    Router::new()
        .route("/healthz", get(async || Json(json!({ "alive": true }))))
        .route("/readyz", get(readiness).with_state(asked))
        .merge(routes)
}

fn layered(router: Router) -> Router {
    let slow = Arc::new(Logged::by(|due, _| {
        let (times, from, longest) = (due.times, &due.from, REQUEST.as_secs());
        tracing::warn!(http.status = 503, times, from, "requests took longer than {longest} s");
    }));
    router.layer(middleware::from_fn_with_state(slow, in_time)).layer(TraceLayer::new_for_http().make_span_with(
        |request: &Request| {
            // The path alone: headers and queries may hold secrets.
            tracing::debug_span!("http", http.method = %request.method(), http.path = request.uri().path())
        },
    ))
}

/// The address that a request came from.
pub fn peer<B>(request: &axum::http::Request<B>) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// Serves until it is told to stop, then lets requests under way end, for a bounded time.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEAD);
    let service = TowerToHyperService::new(app);
    let connections = Connections::new(CONNECTIONS);
    let graceful = GracefulShutdown::new();
    let failed = Tally::default();
    let refused = Logged::by(|due, _| {
        tracing::warn!(times = due.times, from = due.from, "HTTP connections were refused: all are busy");
    });
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if let Some(due) = failed.note(None) {
                    tracing::warn!(times = due.times, error = %causes(&error), "HTTP connections could not be accepted");
                }
                tokio::time::sleep(ACCEPT_AGAIN).await;
                continue;
            }
        };
        while let Some(wait) = connections.full_for() {
            tokio::time::sleep(wait).await;
        }
        let Some(connection) = connections.open() else {
            refused.note(Some(peer.ip()), "");
            continue;
        };
        let (connection, service) = (Arc::new(connection), service.clone());
        let close = connection.close.clone();
        let service = service_fn(move |mut request: axum::http::Request<Incoming>| {
            let busy = Busy::begin(&connection);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = service.call(request);
            async move {
                let answer = answer.await;
                drop(busy);
                answer
            }
        });
        let serving = graceful.watch(http.serve_connection(TokioIo::new(stream), service).into_owned());
        // Its end concerns its peer alone: what was refused or failed is logged where it happened.
        tokio::spawn(async move { close.run_until_cancelled(serving).await.map(drop) });
    }
    drop(listener);
    connections.close_idle();
    if timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!(grace.seconds = GRACE.as_secs(), "requests were still under way when the HTTP server stopped");
    }
}

/// Asks whether the bot is ready, for everybody at once.
struct Asked {
    ready: Ready,
    /// When it was asked last, and the answer.
    last: Mutex<Option<(Instant, Parts)>>,
    /// Places for who waits for the answer.
    waiting: Semaphore,
}

impl Asked {
    async fn parts(&self) -> Parts {
        let came = Instant::now();
        let mut last = self.last.lock().await;
        if let Some((asked, parts)) = &*last {
            // Somebody else's question, put after this one came.
            if *asked >= came {
                return parts.clone();
            }
            sleep_until(*asked + if are_ready(parts) { READINESS_APART } else { NOT_READY_APART }).await;
        }
        let asked = Instant::now();
        let parts = (self.ready)().await;
        *last = Some((asked, parts.clone()));
        parts
    }
}

fn are_ready(parts: &Parts) -> bool {
    parts.iter().all(|(_, part)| !matches!(part, Part::NotReady(_)))
}

async fn readiness(State(asked): State<Arc<Asked>>) -> Response {
    let Ok(_place) = asked.waiting.try_acquire() else {
        let error = Json(json!({ "ready": false, "error": "too many ask at once" }));
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, AGAIN)], error).into_response();
    };
    let Ok(parts) = timeout(READINESS, asked.parts()).await else {
        let error = format!("the parts did not answer within {} s", READINESS.as_secs());
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "error": error }))).into_response();
    };
    let all = are_ready(&parts);
    let parts: BTreeMap<String, String> = parts.into_iter().map(|(name, part)| (name, part.text())).collect();
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": all, "parts": parts }))).into_response()
}

async fn in_time(State(slow): State<Arc<Logged>>, request: Request, next: Next) -> Response {
    let peer = peer(&request);
    timeout(REQUEST, next.run(request)).await.unwrap_or_else(|_| {
        let error = format!("the request took longer than {} s", REQUEST.as_secs());
        slow.note(peer, "");
        (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, AGAIN)], Json(json!({ "error": error }))).into_response()
    })
}

/// What there is, for who looks elsewhere.
fn hint() -> String {
    let posted = PLATFORMS.into_iter().filter_map(|keys| keys.posts);
    let posted: Vec<&str> = std::iter::once("POST /alerts/alertmanager takes alerts").chain(posted).collect();
    format!(
        "{}; GET /incidents/<number>, where incidents.page_token is set, is an incident's page; GET /healthz, GET /readyz and GET /metrics tell how the bot is",
        posted.join("; ")
    )
}

async fn not_found(uri: Uri) -> Response {
    let error = format!("there is nothing at {}", uri.path());
    (StatusCode::NOT_FOUND, Json(json!({ "error": error, "hint": hint() }))).into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let error = format!("{} does not take {method}", uri.path());
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": error, "hint": hint() }))).into_response()
}
