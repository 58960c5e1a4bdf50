//! Senders of alerts, of every source: each sends in its own form and with its own proof, and again where it is asked to wait.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use serde_json::{Value, json};
use stagerbot::alerts::proof::Secrets;
use stagerbot::alerts::source::Source;
use stagerbot::alerts::{SOURCES, source};
use stagerbot::clock;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::harness::TOKEN;
use crate::harness::process::exchange;

/// What PagerDuty signs with.
const SIGNING: &str = "pagerduty-key-of-the-tests";
/// Alerts in a delivery, where a source puts several into one.
const PER_DELIVERY: usize = 50;
const TEXT: &str = "cf push fails: error code: 170010, Stager is unavailable";

/// A storm of alerts about the environments `other-0`, `other-1` and so on.
#[derive(Clone, Copy)]
pub(super) struct Storm {
    pub(super) alerts: usize,
    /// So many tell apart.
    pub(super) fingerprints: usize,
    pub(super) environments: usize,
    /// How many deliveries are sent at once.
    pub(super) senders: usize,
}

/// What came of one.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) took: Duration,
    pub(super) deliveries: BTreeMap<&'static str, usize>,
    /// How often a sender was asked to wait.
    pub(super) waited: usize,
}

/// What the bot's environment needs for what signs.
pub(super) fn secrets() -> (&'static str, String) {
    ("STAGERBOT__ALERTS__PAGERDUTY__SECRET", SIGNING.to_owned())
}

/// The rule by which PagerDuty's events, which have no labels, name their environments.
pub(super) fn rules(environments: usize) -> String {
    (0..environments).fold(String::new(), |mut text, number| {
        let rule = format!("match = {{ service = \"other-{number}\" }}\nenvironment = \"other-{number}\"\n");
        let _ = write!(text, "[[alerts.rule]]\n{rule}");
        text
    })
}

impl Storm {
    /// Sends all of it, on a thread of the lowest priority: senders are elsewhere, and take nothing from the bot but by what they send.
    pub(super) async fn rage(self, address: SocketAddr) -> Sent {
        let senders = std::thread::spawn(move || {
            rustix::process::nice(19).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(self.send(address))
        });
        tokio::task::spawn_blocking(|| senders.join().unwrap()).await.unwrap()
    }

    /// Sends all of it, each delivery until it is taken.
    async fn send(self, address: SocketAddr) -> Sent {
        let (began, mut under_way, mut sent) = (Instant::now(), JoinSet::new(), Sent::default());
        let mut from = 0;
        for source in SOURCES.into_iter().cycle() {
            if from >= self.alerts {
                break;
            }
            if under_way.len() >= self.senders {
                sent.waited += under_way.join_next().await.unwrap().unwrap();
            }
            let many = if source.name == "pagerduty" { 1 } else { PER_DELIVERY.min(self.alerts - from) };
            let body = self.body(source.name, from..from + many);
            under_way.spawn(deliver(address, source, body));
            *sent.deliveries.entry(source.name).or_default() += 1;
            from += many;
        }
        while let Some(waited) = under_way.join_next().await {
            sent.waited += waited.unwrap();
        }
        sent.took = began.elapsed();
        sent
    }

    fn body(self, source: &str, numbers: Range<usize>) -> String {
        let now = clock::now().to_string();
        let of = |number: usize| {
            let number = number % self.fingerprints;
            (format!("{number:016x}"), format!("other-{}", number % self.environments))
        };
        let labelled = |number: usize| {
            let (fingerprint, environment) = of(number);
            json!({
                "status": "firing", "labels": { "alertname": "CFStagerUnavailable", "cluster": environment },
                "annotations": { "summary": TEXT }, "startsAt": now, "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": fingerprint,
            })
        };
        let bare = |number: usize| {
            let (fingerprint, environment) = of(number);
            json!({ "title": "CFStagerUnavailable", "status": "firing", "cluster": environment, "message": TEXT,
                "fingerprint": fingerprint })
        };
        let first = numbers.start;
        let body = match source {
            "alertmanager" => json!({ "version": "4", "status": "firing", "receiver": "stagerbot",
                "alerts": numbers.map(labelled).collect::<Vec<Value>>() }),
            "grafana" => json!({ "version": "1", "status": "firing", "orgId": 1, "state": "alerting",
                "title": "[FIRING] CFStagerUnavailable", "alerts": numbers.map(labelled).collect::<Vec<Value>>() }),
            "pagerduty" => {
                let (fingerprint, environment) = of(first);
                json!({ "event": { "id": format!("event-{first}"), "event_type": "incident.triggered",
                    "resource_type": "incident", "occurred_at": now, "data": { "id": fingerprint, "type": "incident",
                    "number": first, "title": TEXT, "created_at": now, "urgency": "high",
                    "service": { "id": "P1", "summary": environment, "type": "service_reference" } } } })
            }
            "generic" => json!(numbers.map(bare).collect::<Vec<Value>>()),
            other => unreachable!("{other} is a source that no storm has"),
        };
        body.to_string()
    }
}

/// Sends a body until it is taken; how often it was asked to wait.
async fn deliver(address: SocketAddr, source: &'static Source, body: String) -> usize {
    let signing = BTreeMap::from([("pagerduty", vec![SIGNING.into()])]);
    let secrets = Secrets { tokens: vec![TOKEN.into()], basic: Vec::new(), signing };
    for asked in 0.. {
        let headers = secrets.present(source, body.as_bytes()).unwrap();
        let headers = headers.iter().fold(String::new(), |text, (name, value)| text + &format!("{name}: {value}\r\n"));
        let request = format!(
            "POST /alerts/{} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            source.name,
            body.len()
        );
        match exchange(address, &request).await {
            Some((200, answer)) => {
                assert!(answer.contains("\"ignored\":[]"), "{answer}");
                return asked;
            }
            Some((503, answer)) => assert!(answer.to_lowercase().contains("retry-after"), "{answer}"),
            other => panic!("{}: {other:?}", source.name),
        }
        // Less than they are asked for: a storm is not over at once.
        sleep(Duration::from_millis(200)).await;
    }
    unreachable!()
}

/// One delivery of Alertmanager's about one environment; the status that it is answered with.
pub(super) async fn one(address: SocketAddr) -> (u16, String) {
    numbered(address, 0).await
}

/// The same with the alert of this number.
pub(super) async fn numbered(address: SocketAddr, number: usize) -> (u16, String) {
    let storm = Storm { alerts: 1, fingerprints: number + 1, environments: 1, senders: 1 };
    let body = storm.body("alertmanager", number..number + 1);
    let secrets = Secrets { tokens: vec![TOKEN.into()], ..Secrets::default() };
    let headers = secrets.present(source("alertmanager").unwrap(), body.as_bytes()).unwrap();
    let request = format!(
        "POST /alerts/alertmanager HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n{}: {}\r\nContent-Length: {}\r\n\r\n{body}",
        headers[0].0,
        headers[0].1,
        body.len()
    );
    exchange(address, &request).await.unwrap()
}
