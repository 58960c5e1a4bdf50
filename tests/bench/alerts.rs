//! How many alerts a second the bot makes durable, in deliveries of 100, while its engine works on them: `cargo bench --bench alerts`.
//! Beside it, in the same run and by the same client, what Alertmanager takes at `POST /api/v2/alerts` (and keeps in memory).
//!
//! The store is in the system's temporary folder, or the first argument's; where that is in memory, so are the figures.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod figures;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::Row as _;
use stagerbot::simulator::kubernetes::Cluster;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;

const LENGTH: Duration = Duration::from_secs(10);
/// Alerts in a delivery.
const DELIVERY: usize = 100;
/// Senders at once, each on a connection of its own.
const SENDERS: usize = 4;
/// How long something may take to start.
const PATIENCE: Duration = Duration::from_secs(30);
const TOKEN: &str = "token-of-the-benchmark";

#[tokio::main]
async fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = folder.map_or_else(tempfile::tempdir, tempfile::tempdir_in).unwrap();
    let bot = bot(folder.path()).await;
    let mut figures = figures::Figures::of("alerts");
    let what = format!("alerts accepted durably, {SENDERS} senders, {DELIVERY} a delivery");
    let cost =
        "each delivery is on the disk before it is answered: an fsync of this disk, which `--bench inbox` measures";
    figures.at_least(&what, bot.a_second(), "/s", 5_000.0, cost);
    figures.amount("of these refused meanwhile, to be sent again", bot.refused as f64, "", None);
    for (name, part) in [("p50", 500), ("p99", 990)] {
        figures.time(&format!("a delivery, {name}"), figures::per_mille(&bot.times, part));
    }
    if let Some(other) = alertmanager(folder.path()).await {
        let (beside, both) = ("Alertmanager, POST /api/v2/alerts, in memory", (bot.a_second(), other.a_second()));
        figures.ratio("alerts accepted durably", both, "/s", beside, None);
    } else {
        println!("Alertmanager is not installed, so there is nothing to compare it with");
    }
    figures.print();
}

/// What came of it.
struct Rate {
    accepted: u64,
    refused: u64,
    /// How long each delivery took, sorted.
    times: Vec<Duration>,
    took: Duration,
}

impl Rate {
    fn a_second(&self) -> f64 {
        self.accepted as f64 / self.took.as_secs_f64()
    }
}

/// A process that ends with its measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The whole bot in a process of its own. It is killed at the end, and then everything that it acknowledged has to be there.
async fn bot(folder: &Path) -> Rate {
    let cluster = Cluster::start(ClusterSettings::short()).unwrap();
    fs::write(folder.join("kubeconfig"), cluster.kubeconfig()).unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let at = folder.display();
    let toml = format!(
        "[server]\nlisten = \"{address}\"\n[store]\nurl = \"sqlite://{at}/bot.db\"\n\
         [[environment]]\nname = \"prod\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{at}/kubeconfig\"\n"
    );
    fs::write(folder.join("bot.toml"), toml).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_stagerbot"))
        .args(["serve", "--config"])
        .arg(folder.join("bot.toml"))
        .env("STAGERBOT__ALERTS__TOKEN", TOKEN)
        .env("RUST_LOG", "error")
        .spawn()
        .unwrap();
    let running = Running(child);
    answers(&format!("http://{address}/healthz")).await;
    let rate = send(&format!("http://{address}/alerts/alertmanager"), |number| {
        let alerts: Vec<Value> = (0..DELIVERY).map(|place| webhook(number * DELIVERY as u64 + place as u64)).collect();
        json!({ "version": "4", "status": "firing", "receiver": "stagerbot", "truncatedAlerts": 0, "alerts": alerts })
    })
    .await;
    drop(running);
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{at}/bot.db")).await.unwrap();
    let count = "SELECT COUNT(*), COUNT(*) FILTER (WHERE answered_at IS NULL) FROM inbox WHERE dedupe_key LIKE 'alertmanager/%'";
    let row = sqlx::query(count).fetch_one(&pool).await.unwrap();
    let (stored, open): (i64, i64) = (row.get(0), row.get(1));
    assert!(stored as u64 >= rate.accepted, "{} were accepted and {stored} are there", rate.accepted);
    println!(
        "killed: {} were acknowledged, {stored} are in the store, {open} of them not worked on yet",
        rate.accepted
    );
    rate
}

async fn alertmanager(folder: &Path) -> Option<Rate> {
    fs::write(folder.join("alertmanager.yml"), "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n").unwrap();
    let start = |program: &str| {
        Command::new(program)
            .arg(format!("--config.file={}", folder.join("alertmanager.yml").display()))
            .arg(format!("--storage.path={}", folder.join("alertmanager").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
    };
    let mut child = ["prometheus-alertmanager", "alertmanager"].into_iter().find_map(|name| start(name).ok())?;
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let running = Running(child);
    let address = lines.by_ref().find_map(|line| {
        let line = line.unwrap();
        line.split_once("msg=\"Listening on\" address=").map(|(_, address)| address.trim().to_owned())
    });
    let address = address.expect("Alertmanager listens");
    // It blocks where nobody reads what it logs.
    std::thread::spawn(move || lines.for_each(drop));
    answers(&format!("http://{address}/-/ready")).await;
    let rate = send(&format!("http://{address}/api/v2/alerts"), |number| {
        (0..DELIVERY).map(|place| posted(number * DELIVERY as u64 + place as u64)).collect()
    })
    .await;
    drop(running);
    Some(rate)
}

/// An alert as Alertmanager's webhook has it.
fn webhook(number: u64) -> Value {
    let mut alert = posted(number);
    alert["status"] = "firing".into();
    alert["fingerprint"] = format!("{number:016x}").into();
    alert
}

/// An alert as Prometheus posts it.
fn posted(number: u64) -> Value {
    let now = stagerbot::clock::now();
    let ends: Timestamp = now + SignedDuration::from_hours(1);
    json!({
        "labels": { "alertname": "CFStagerUnavailable", "severity": "critical", "app": format!("app-{number}") },
        "annotations": { "summary": "cf push fails",
            "description": "Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired" },
        "startsAt": now, "endsAt": ends, "generatorURL": "http://prometheus.example/graph",
    })
}

type Http = Client<HttpConnector, Body>;

fn client() -> Http {
    Client::builder(TokioExecutor::new()).build_http::<Body>()
}

async fn answers(url: &str) {
    let (client, began) = (client(), Instant::now());
    let request = || Request::get(url).body(Body::empty()).unwrap();
    while !client.request(request()).await.is_ok_and(|answer| answer.status().is_success()) {
        assert!(began.elapsed() < PATIENCE, "nothing answers at {url}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends deliveries, each sender the next one when the last was answered.
async fn send(url: &str, body: impl Fn(u64) -> Value + Send + Sync + 'static) -> Rate {
    let (next, body) = (Arc::new(AtomicU64::new(0)), Arc::new(body));
    let began = Instant::now();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..SENDERS {
        let (url, next, body) = (url.to_owned(), Arc::clone(&next), Arc::clone(&body));
        senders.spawn(async move {
            let client = client();
            let (mut times, mut refused) = (Vec::new(), 0);
            while began.elapsed() < LENGTH {
                let delivery = body(next.fetch_add(1, Ordering::Relaxed)).to_string();
                let sent = Instant::now();
                let request = Request::post(&url)
                    .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(Body::from(delivery))
                    .unwrap();
                let answer = client.request(request).await.unwrap();
                let status = answer.status();
                answer.into_body().collect().await.unwrap();
                if status == StatusCode::OK { times.push(sent.elapsed()) } else { refused += DELIVERY as u64 }
            }
            (times, refused)
        });
    }
    let done = senders.join_all().await;
    let took = began.elapsed();
    let refused = done.iter().map(|(_, refused)| refused).sum();
    let mut times: Vec<Duration> = done.into_iter().flat_map(|(times, _)| times).collect();
    times.sort_unstable();
    Rate { accepted: times.len() as u64 * DELIVERY as u64, refused, times, took }
}
