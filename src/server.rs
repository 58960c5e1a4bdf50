//! The HTTP server: alerts, what a chat platform sends, whether the process lives and whether it is ready.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::causes::causes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower_http::trace::TraceLayer;

/// Where HTTP is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The address and the port; port 0 for a free one.
    pub listen: SocketAddr,
}

/// Asks every part whether it is ready: its name, and why not.
pub type Ready = Arc<dyn Fn() -> BoxFuture<'static, Vec<(String, Result<(), String>)>> + Send + Sync>;

/// How long a request may take.
const REQUEST: Duration = Duration::from_secs(10);
/// How long a connection may take to send a request's head, and how long it may be idle: nobody holds a place for nothing.
const HEADERS: Duration = Duration::from_secs(15);
/// How many connections are held at once. Further ones wait in the system's queue.
const CONNECTIONS: usize = 256;
/// How long to wait where accepting failed, as it does without a free file descriptor.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// How long the parts may take to say whether they are ready.
const READINESS: Duration = Duration::from_secs(3);
/// How long requests under way may take once the server is told to stop: Kubernetes kills 30 s after its SIGTERM.
const GRACE: Duration = Duration::from_secs(10);

/// Everything that is served: these routes, `/healthz` and `/readyz`.
pub fn app(routes: Router, ready: Ready) -> Router {
    Router::new()
        .route("/healthz", get(async || Json(json!({ "alive": true }))))
        .route("/readyz", get(readiness).with_state(ready))
        .merge(routes)
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(in_time))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            // The path alone: headers and queries may hold secrets.
            tracing::debug_span!("http", http.method = %request.method(), http.path = request.uri().path())
        }))
}

/// Serves until it is told to stop, then lets requests under way end, for a bounded time.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    let service = TowerToHyperService::new(app);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let connection = http.serve_connection(TokioIo::new(stream), service.clone());
                let connection = graceful.watch(connection.into_owned());
                tokio::spawn(async move {
                    // Its end concerns its peer alone: what was refused or failed is logged where it happened.
                    let _ = connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(error = %causes(&error), "an HTTP connection could not be accepted");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
    drop(listener);
    if timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!(grace.seconds = GRACE.as_secs(), "requests were still under way when the HTTP server stopped");
    }
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

async fn readiness(State(ready): State<Ready>) -> Response {
    let Ok(parts) = timeout(READINESS, ready()).await else {
        let error = format!("the parts did not answer within {} s", READINESS.as_secs());
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "error": error }))).into_response();
    };
    let all = parts.iter().all(|(_, state)| state.is_ok());
    let parts: BTreeMap<String, String> =
        parts.into_iter().map(|(name, state)| (name, state.err().unwrap_or_else(|| "ready".to_owned()))).collect();
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": all, "parts": parts }))).into_response()
}

async fn in_time(request: Request, next: Next) -> Response {
    timeout(REQUEST, next.run(request)).await.unwrap_or_else(|_| {
        let error = format!("the request took longer than {} s", REQUEST.as_secs());
        tracing::warn!(http.status = 503, "a request took longer than {} s", REQUEST.as_secs());
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": error }))).into_response()
    })
}

/// What there is, for who looks elsewhere.
const HINT: &str = "POST /alerts/alertmanager takes alerts; POST /slack what Slack sends, where slack.mode is http; GET /healthz and GET /readyz tell how the bot is";

async fn not_found(uri: Uri) -> Response {
    let error = format!("there is nothing at {}", uri.path());
    (StatusCode::NOT_FOUND, Json(json!({ "error": error, "hint": HINT }))).into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let error = format!("{} does not take {method}", uri.path());
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": error, "hint": HINT }))).into_response()
}
