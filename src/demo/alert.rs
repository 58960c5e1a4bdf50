//! The alert of the scenes, as Alertmanager sends it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::json;

use crate::clock;

/// The token with which the demo's Alertmanager presents itself, on loopback.
pub(super) const ALERT_TOKEN: &str = "demo-alert-token";
/// How long the bot may take to answer it.
const ANSWER: Duration = Duration::from_secs(30);

/// What Alertmanager sends, to the bot's own address.
pub(super) async fn post_alert(address: SocketAddr) -> anyhow::Result<(StatusCode, String)> {
    let started = clock::now();
    let alert = json!({
        "status": "firing",
        "labels": { "alertname": "CFStagerUnavailable", "severity": "critical" },
        "annotations": {
            "summary": "cf push fails: Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired",
        },
        "startsAt": started.to_string(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": "c0ffee0123456789",
    });
    let body = json!({
        "version": "4",
        "groupKey": "{}:{alertname=\"CFStagerUnavailable\"}",
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "stagerbot",
        "groupLabels": { "alertname": "CFStagerUnavailable" },
        "commonLabels": { "alertname": "CFStagerUnavailable", "severity": "critical" },
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example",
        "alerts": [alert],
    });
    let request = Request::post(format!("http://{address}/alerts/alertmanager"))
        .header(header::AUTHORIZATION, format!("Bearer {ALERT_TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))?;
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = tokio::time::timeout(ANSWER, client.request(request)).await??;
    let status = answer.status();
    let bytes = axum::body::to_bytes(Body::new(answer.into_body()), 64 * 1024).await?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}
