//! The HTTP server: alerts, whether the process lives and whether it is ready.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use serde_json::json;
use tokio::net::TcpListener;
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
/// How long the parts may take to say whether they are ready.
const READINESS: Duration = Duration::from_secs(3);
/// How long requests under way may take once the server is told to stop: Kubernetes kills 30 s after its SIGTERM.
const GRACE: Duration = Duration::from_secs(10);

/// Everything that is served: the alerts' routes, `/healthz` and `/readyz`.
pub fn app(alerts: Router, ready: Ready) -> Router {
    Router::new()
        .route("/healthz", get(async || Json(json!({ "alive": true }))))
        .route("/readyz", get(readiness).with_state(ready))
        .merge(alerts)
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(in_time))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            // The path alone: headers and queries may hold secrets.
            tracing::debug_span!("http", http.method = %request.method(), http.path = request.uri().path())
        }))
}

/// Serves until it is told to stop, then lets requests under way end, for a bounded time.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) -> std::io::Result<()> {
    let stopping = stop.clone();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move { stop.cancelled().await });
    tokio::select! {
        ended = serving.into_future() => ended,
        () = async { stopping.cancelled().await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!(grace.seconds = GRACE.as_secs(), "requests were still under way when the HTTP server stopped");
            Ok(())
        }
    }
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
const HINT: &str = "POST /alerts/alertmanager takes alerts; GET /healthz and GET /readyz tell how the bot is";

async fn not_found(uri: Uri) -> Response {
    let error = format!("there is nothing at {}", uri.path());
    (StatusCode::NOT_FOUND, Json(json!({ "error": error, "hint": HINT }))).into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let error = format!("{} does not take {method}", uri.path());
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": error, "hint": HINT }))).into_response()
}
