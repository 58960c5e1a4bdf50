//! A real Alertmanager with the receiver that is shipped drives an incident from firing to resolved. Debian's package has both it and
//! amtool; in CI they have to be there, elsewhere a missing one is said.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use axum::body::Body;
use axum::http::{Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::SignedDuration;
use regex::Regex;
use serde_json::json;
use stagerbot::clock;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::harness::needed::missing;
use crate::harness::{PATIENCE, Scene, TOKEN};

const SHIPPED: &str = include_str!("../../../deploy/alertmanager/receiver.yml");
/// Texts of alerts, with what they mean.
const KNOWN: &str = include_str!("../../data/alerts/texts.tsv");

/// The first of these programs that is in the PATH.
fn installed(names: &[&str]) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).flat_map(|folder| names.map_in(&folder)).find(|file| file.is_file());
    if found.is_none() {
        missing(names[0]);
    }
    found
}

trait In {
    fn map_in(&self, folder: &Path) -> Vec<PathBuf>;
}

impl In for [&str] {
    fn map_in(&self, folder: &Path) -> Vec<PathBuf> {
        self.iter().map(|name| folder.join(name)).collect()
    }
}

/// An Alertmanager on loopback, which ends with its test.
struct Alertmanager {
    address: String,
    folder: TempDir,
    _child: Child,
}

impl Alertmanager {
    /// With the shipped configuration, but for the bot's address, the token's file, and times that a test can wait for.
    async fn start(program: &Path, bot: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let token = folder.path().join("alerts-token");
        std::fs::write(&token, TOKEN).unwrap();
        let replaced = [
            ("http://stagerbot.stagerbot.svc:8080", format!("http://{bot}")),
            ("/etc/alertmanager/secrets/stagerbot/alerts-token", token.display().to_string()),
            ("group_wait: 5s", "group_wait: 100ms".to_owned()),
            ("group_interval: 1m", "group_interval: 500ms".to_owned()),
        ];
        let config = replaced.iter().fold(SHIPPED.to_owned(), |text, (shipped, here)| {
            assert!(text.contains(shipped), "the shipped receiver has no {shipped}");
            text.replace(shipped, here)
        });
        let file = folder.path().join("alertmanager.yml");
        std::fs::write(&file, config).unwrap();
        let mut child = Command::new(program)
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.path={}", folder.path().join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let listening = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some((_, address)) = line.split_once("msg=\"Listening on\" address=") {
                    return address.trim().to_owned();
                }
            }
            panic!("Alertmanager ended");
        };
        let address = timeout(PATIENCE, listening).await.unwrap();
        // It blocks where nobody reads what it logs.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { address, folder, _child: child }
    }

    /// What Prometheus would send.
    async fn alert(&self, name: &str, over: bool) {
        let now = clock::now();
        let ends = if over { now - SignedDuration::from_secs(1) } else { now + SignedDuration::from_hours(1) };
        let alert = json!({
            "labels": { "alertname": name, "severity": "critical" },
            "annotations": { "summary": "cf push fails", "description": "error code: 170010, message: Stager is unavailable: execution expired" },
            "startsAt": now - SignedDuration::from_mins(1),
            "endsAt": ends,
        });
        let request = Request::post(format!("http://{}/api/v2/alerts", self.address))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!([alert]).to_string()))
            .unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
        let status = client.request(request).await.unwrap().status();
        assert!(status.is_success(), "{status}");
    }
}

#[tokio::test]
async fn what_is_shipped_is_accepted_by_amtool() {
    let Some(amtool) = installed(&["amtool"]) else { return };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/alertmanager/receiver.yml");
    let checked = Command::new(amtool).arg("check-config").arg(file).output().await.unwrap();
    let text = String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success() && text.contains("SUCCESS"), "{text}");
}

/// What the bot knows of the vendor's own alerts comes to it with what is shipped. Alertmanager's matchers are anchored.
#[test]
fn what_is_shipped_hands_in_each_alert_of_the_vendors_own() {
    let routes = Regex::new(r#"alertname=~"([^"]*)""#).unwrap();
    let all = routes.captures_iter(SHIPPED).map(|found| Regex::new(&format!("^(?:{})$", &found[1])).unwrap());
    let routes: Vec<Regex> = all.collect();
    let names = Regex::new(r"CF:[A-Za-z-]+").unwrap();
    let names: BTreeSet<&str> = names.find_iter(KNOWN).map(|found| found.as_str()).collect();
    assert!(names.len() > 3, "{names:?}");
    for name in names {
        assert!(routes.iter().any(|route| route.is_match(name)), "no route for {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_alertmanager_drives_an_incident_from_firing_to_resolved() {
    let Some(program) = installed(&["prometheus-alertmanager", "alertmanager"]) else { return };
    // Nothing but the alert makes the bot look again.
    let scene = Scene::with(&[("recheck", "\"12h\"")]).await;
    let bot = scene.bot().await;
    scene.stuck().await;
    let alertmanager = Alertmanager::start(&program, &bot.address().to_string()).await;
    alertmanager.alert("SomethingElse", false).await;
    alertmanager.alert("CFStagerUnavailable", false).await;
    scene.button("stager-restart").await;
    scene.told("Alert CFStagerUnavailable (alertmanager) for prod: cf push fails").await;
    // Its receiver has a route for the database's alerts, too.
    alertmanager.alert("MySQLDown", false).await;
    scene.card("An alert says that the database is in trouble (MySQLDown from alertmanager").await;
    alertmanager.alert("MySQLDown", true).await;
    scene.told("Alert MySQLDown (alertmanager) joined: cf push fails").await;
    scene.told("alertmanager says that alert MySQLDown is over").await;
    scene.cluster.heal_by_hand();
    scene.cluster.wait_until(PATIENCE, stagerbot::simulator::kubernetes::Snapshot::healthy).await.unwrap();
    alertmanager.alert("CFStagerUnavailable", true).await;
    scene.told("alertmanager says that alert CFStagerUnavailable is over").await;
    scene.card("Healthy again, without a restart of ours").await;
    scene.told("Healthy again, without a restart of ours").await;
    assert_eq!(scene.cards(), 1);
    drop(alertmanager.folder);
    bot.stop().await;
}
