//! The HTTP boundary: alerts become durable or are refused with their reason, over real sockets and a real store.
#![allow(clippy::unwrap_used, reason = "a test that can not go on fails")]

use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Value, json};
use stagerbot::alerts::delivery::{Delivery, ParseError};
use stagerbot::alerts::matching::{Matchers, Matching};
use stagerbot::alerts::proof::Secrets;
use stagerbot::alerts::source::Paths;
use stagerbot::alerts::{self, Intake};
use stagerbot::inbox::Inbox;
use stagerbot::incident::alert::{Alert, AlertStatus, Fingerprint, Meaning, Severity};
use stagerbot::request::Request;
use stagerbot::server::{self, Part};
use stagerbot::store::Store;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::harness::PATIENCE;

mod explain;
mod inhibits;
mod neighbours;
mod proof;
mod real;
mod silence;
mod sources;
mod texts;

const TODAY: &str = include_str!("../data/alertmanager/v0.27.json");
const OLD: &str = include_str!("../data/alertmanager/v0.18.json");
const MIXED: &str = include_str!("../data/alertmanager/mixed.json");
const TOKEN: &str = "a-token-of-the-tests";
/// What a source makes of a body.
fn read(source: &str, body: &[u8]) -> Result<Delivery, ParseError> {
    alerts::read(alerts::source(source).unwrap(), body, &Paths::default())
}

/// The secrets of a bot that knows one token.
fn with(token: &str) -> Secrets {
    Secrets { tokens: vec![SecretString::from(token)], ..Secrets::default() }
}

/// Alerts of one environment, told by its cluster.
fn prod() -> Matching {
    let labels = [("cluster".to_owned(), "prod-eu".to_owned())].into();
    let one = Matchers { environment: "prod".to_owned(), labels };
    Matching { environments: vec![one], ..Matching::default() }
}

/// The server on loopback, with a store of its own.
struct Served {
    address: SocketAddr,
    store: Store,
    inbox: Inbox,
    url: String,
    stop: CancellationToken,
    serving: JoinHandle<()>,
    _folder: TempDir,
}

impl Served {
    async fn start(token: Option<&str>) -> Self {
        Self::of(token.map(with).unwrap_or_default(), prod(), 64 * 1024).await
    }

    async fn of(secrets: Secrets, matching: Matching, max_body: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("stagerbot.db").display());
        let store = Store::open(&url).await.unwrap();
        let inbox = Inbox::new(store.clone());
        let settings = alerts::Settings { secrets, max_body, paths: Paths::default() };
        let matching = watch::channel(Arc::new(matching)).1;
        let intake = Intake { settings, matching, inbox: inbox.clone() };
        let asked = store.clone();
        let ready: server::Ready = Arc::new(move || {
            let store = asked.clone();
            Box::pin(async move {
                let stored = store.ping().await;
                let part = stored.map_or_else(|error| Part::NotReady(error.to_string()), |()| Part::Ready);
                vec![("store".to_owned(), part)]
            })
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let app = server::app(alerts::router(intake), ready);
        let serving = tokio::spawn(server::serve(listener, app, stop.clone()));
        Self { address, store, inbox, url, stop, serving, _folder: folder }
    }

    async fn with_token() -> Self {
        Self::start(Some(TOKEN)).await
    }

    /// Sends these bytes and returns the status and the body of the answer.
    async fn send(&self, request: &[u8]) -> (u16, Value) {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(request).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            String::from_utf8(answer).unwrap()
        };
        let answer = timeout(PATIENCE, exchange).await.expect("the server answers in time");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
        (status, serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}")))
    }

    async fn post_with(&self, header: &str, body: &str) -> (u16, Value) {
        self.post_to("alertmanager", header, body).await
    }

    async fn post_to(&self, source: &str, header: &str, body: &str) -> (u16, Value) {
        let length = body.len();
        self.send(
            format!(
                "POST /alerts/{source} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\
                 Content-Type: application/json\r\nContent-Length: {length}\r\n{header}\r\n{body}"
            )
            .as_bytes(),
        )
        .await
    }

    async fn post(&self, body: &str) -> (u16, Value) {
        self.post_with(&bearer(TOKEN), body).await
    }

    async fn call(&self, method: &str, path: &str) -> (u16, Value) {
        self.send(format!("{method} {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n").as_bytes()).await
    }

    async fn taken(&self) -> Vec<(String, Alert)> {
        let requests = crate::harness::owed::unanswered(&self.url).await.into_iter().map(|inbound| inbound.request);
        requests
            .map(|request| match request {
                Request::Alert { environment, alert } => (environment, alert),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    async fn refuses(&self, header: &str, body: &str, status: u16, error: &str) {
        let (answered, answer) = self.post_with(header, body).await;
        assert_eq!(answered, status, "{answer}");
        let said = answer["error"].as_str().unwrap();
        assert!(said.contains(error), "{said}");
        assert_eq!(self.taken().await, []);
    }
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

#[tokio::test]
async fn an_alert_is_durable_before_it_is_accepted() {
    let served = Served::with_token().await;
    let (status, answer) = served.post(TODAY).await;
    assert_eq!(status, 200, "{answer}");
    let accepted = json!({ "alert": "CFStagerUnavailable", "fingerprint": "8f1b7a6c0d2e4f35", "environment": "prod" });
    assert_eq!(answer, json!({ "accepted": [accepted], "ignored": [] }));
    let alert = Alert {
        source: "alertmanager".to_owned(),
        name: "CFStagerUnavailable".to_owned(),
        status: AlertStatus::Firing,
        fingerprint: Fingerprint("8f1b7a6c0d2e4f35".to_owned()),
        summary: "cf push fails in prod-eu: Stager is unavailable: execution expired".to_owned(),
        starts_at: Some("2024-05-14T09:21:07.482Z".parse().unwrap()),
        meaning: Meaning::StagerUnavailable,
        severity: Some(Severity::Critical),
        seen_at: None,
    };
    assert_eq!(served.taken().await, [("prod".to_owned(), alert)]);
}

#[tokio::test]
async fn alertmanager_before_0_19_sends_no_fingerprint() {
    let served = Served::with_token().await;
    let (status, answer) = served.post(OLD).await;
    assert_eq!(status, 200, "{answer}");
    let (environment, alert) = served.taken().await.remove(0);
    assert_eq!(environment, "prod");
    assert_eq!((alert.name.as_str(), alert.meaning), ("CF:AppPushFail", Meaning::StagerUnavailable));
    assert_eq!(alert.summary, "The check app could not be pushed: CF-StagerUnavailable");
    let labels = [("alertname", "CF:AppPushFail"), ("cluster", "prod-eu"), ("severity", "critical")];
    let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(alert.fingerprint, Fingerprint::of(&labels.into()));
}

#[tokio::test]
async fn what_is_ignored_is_told_with_its_reason() {
    let served = Served::with_token().await;
    let (status, answer) = served.post(MIXED).await;
    assert_eq!(status, 200);
    insta::assert_json_snapshot!(answer, @r#"
    {
      "accepted": [
        {
          "alert": "CFStagerUnavailable",
          "environment": "prod",
          "fingerprint": "8f1b7a6c0d2e4f35"
        }
      ],
      "ignored": [
        {
          "alert": "DiskFull",
          "fingerprint": "0000000000000001",
          "place": "alerts[1]",
          "reason": "it does not tell that the stager is unavailable: no label or annotation has 170010 or CF-StagerUnavailable"
        },
        {
          "alert": "CFStagingFailed",
          "fingerprint": "0000000000000002",
          "place": "alerts[2]",
          "reason": "it is about another staging error, in which Diego answered: a restart would not help"
        },
        {
          "alert": "CFStagerUnavailable",
          "fingerprint": "0000000000000003",
          "place": "alerts[3]",
          "reason": "it has the labels of no environment: prod (cluster=prod-eu)"
        }
      ],
      "left_out": 3
    }
    "#);
    let inbox = served.taken().await;
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].1.status, AlertStatus::Resolved);
}

#[tokio::test]
async fn ten_identical_deliveries_are_one_or_over_a_minutes_end_two() {
    let served = Served::with_token().await;
    let deliveries = (0..10).map(|_| served.post(TODAY));
    for (status, answer) in futures::future::join_all(deliveries).await {
        assert_eq!((status, answer["accepted"].as_array().unwrap().len()), (200, 1), "{answer}");
    }
    let mut inbox = served.taken().await;
    assert!(inbox.len() <= 2, "{inbox:?}");
    inbox.dedup();
    assert_eq!(inbox.len(), 1);
}

#[tokio::test]
async fn without_the_token_nothing_is_taken() {
    let served = Served::with_token().await;
    for header in [bearer("another-token"), bearer(""), bearer(&TOKEN[1..]), bearer(&format!("{TOKEN}x"))] {
        let (status, answer) = served.post_with(&header, TODAY).await;
        assert_eq!(status, 401, "{header}: {answer}");
    }
    served.refuses(&bearer("another-token"), TODAY, 401, "not the one that is configured").await;
    served.refuses("", TODAY, 401, "expected the header").await;
    served.refuses("Authorization: Basic YTpi\r\n", TODAY, 401, "expected the header").await;
    // Whoever has no token learns nothing about the body either.
    served.refuses("", "not JSON", 401, "expected the header").await;
}

#[tokio::test]
async fn without_a_configured_token_everything_is_refused() {
    let served = Served::start(None).await;
    served.refuses(&bearer(TOKEN), TODAY, 503, "alerts are not configured: set alerts.token_file").await;
    served.refuses(&bearer(""), TODAY, 503, "alerts are not configured").await;
}

#[tokio::test]
async fn what_is_not_understood_is_refused_with_its_place() {
    let served = Served::with_token().await;
    let ours = bearer(TOKEN);
    served.refuses(&ours, "cf push failed", 400, "the body is not JSON").await;
    served.refuses(&ours, "", 400, "the body is not JSON").await;
    served.refuses(&ours, &TODAY[..TODAY.len() - 10], 400, "the body is not JSON").await;
    served.refuses(&ours, "{}", 400, "It is not what Alertmanager's webhook sends").await;
    served.refuses(&ours, "[]", 400, "The bot is no Alertmanager").await;
    served.refuses(&ours, "7", 400, "at alerts: missing field `alerts`").await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let served = Served::with_token().await;
    let head = |length: &str| {
        let token = bearer(TOKEN);
        format!("POST /alerts/alertmanager HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n{token}{length}\r\n")
    };
    // The length is announced: the answer comes though nothing was sent.
    let (status, answer) = served.send(head("Content-Length: 10000000\r\n").as_bytes()).await;
    insta::assert_snapshot!(
        answer["error"].as_str().unwrap(),
        @"the body is larger than 65536 bytes: set max_alerts in its webhook_configs, as deploy/alertmanager does, or raise alerts.max_body"
    );
    assert_eq!(status, 413);
    // It is not announced: the answer comes as soon as it is too much, and the body never ends.
    let mut endless = head("Transfer-Encoding: chunked\r\n").into_bytes();
    let chunk = vec![b' '; 66_000];
    endless.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
    endless.extend_from_slice(&chunk);
    endless.extend_from_slice(b"\r\n");
    let (status, _) = served.send(&endless).await;
    assert_eq!(status, 413);
    assert_eq!(served.taken().await, []);
}

#[tokio::test]
async fn what_can_not_be_stored_is_not_acknowledged() {
    let served = Served::with_token().await;
    assert_eq!(served.call("GET", "/readyz").await, (200, json!({ "ready": true, "parts": { "store": "ready" } })));
    served.store.close().await;
    let (status, answer) = served.post(TODAY).await;
    assert_eq!((status, answer), (503, json!({ "error": "the alerts could not be stored; send them again" })));
    let parts = json!({ "store": "the store failed" });
    assert_eq!(served.call("GET", "/readyz").await, (503, json!({ "ready": false, "parts": parts })));
    // The process lives all the same: a new one would fare no better.
    assert_eq!(served.call("GET", "/healthz").await, (200, json!({ "alive": true })));
}

#[tokio::test]
async fn who_looks_elsewhere_is_told_where() {
    let served = Served::with_token().await;
    let (status, answer) = served.call("GET", "/metrics?token=x").await;
    assert_eq!((status, answer["error"].as_str()), (404, Some("there is nothing at /metrics")));
    assert!(answer["hint"].as_str().unwrap().contains("POST /alerts/alertmanager"));
    let (status, answer) = served.call("GET", "/alerts/alertmanager").await;
    assert_eq!((status, answer["error"].as_str()), (405, Some("/alerts/alertmanager does not take GET")));
}

#[tokio::test]
async fn it_stops_when_told_to_though_a_connection_is_open() {
    let served = Served::with_token().await;
    let mut idle = TcpStream::connect(served.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n").await.unwrap();
    // The answer's first byte: the connection is in the server's hands.
    idle.read_u8().await.unwrap();
    served.stop.cancel();
    timeout(PATIENCE, served.serving).await.expect("it stops in time").unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
}

#[test]
fn long_texts_are_cut_and_say_so() {
    let body = json!({ "alerts": [{
        "status": "firing",
        "labels": { "alertname": "A" },
        "annotations": { "description": "é".repeat(4_500) },
        "startsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "not/plain",
    }] });
    let delivery = read("alertmanager", body.to_string().as_bytes()).unwrap();
    let alert = &delivery.reports[0].alert;
    assert_eq!(alert.summary, format!("{} … (500 more characters)", "é".repeat(4_000)));
    assert_eq!(alert.starts_at, None);
    assert_eq!(alert.fingerprint, Fingerprint::of(&delivery.reports[0].labels));
}

#[test]
fn what_is_logged_about_a_bad_body_quotes_none_of_its_values() {
    let error = read("pagerduty", br#"{"event": {"event_type": "a secret", "data": "}"#).unwrap_err();
    assert_eq!(crate::words::english(&error.place().into()), "the body is not JSON, at line 1 column 47");
    let error = read("alertmanager", br#""a secret""#).unwrap_err();
    let place = crate::words::english(&error.place().into());
    assert!(!place.contains("secret"), "{place}");
}
