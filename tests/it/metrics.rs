//! What the bot measures: the values after one whole incident, the names beside the rules and the dashboard of deploy/, and the
//! heartbeat. The bot is a process of its own: what is measured is measured for all of a process.

#![expect(clippy::float_cmp, reason = "counts are whole")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get as route;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use stagerbot::alerts::SOURCES;
use stagerbot::metrics::{ALL, Kind, source};
use stagerbot::request::Verb;
use stagerbot::simulator::slack::fault::Fault;
use tokio::net::TcpListener;

use crate::harness::needed::missing;
use crate::harness::process::{Process, get};
use crate::harness::{Scene, is_card, post_to, until};

const V4: &str = include_str!("../data/alertmanager/v0.27.json");

fn deploy(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(path)
}

/// Prometheus' own tool; Debian's package is `prometheus`. In CI it has to be there.
fn promtool() -> Option<Command> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).map(|folder| folder.join("promtool")).find(|file| file.is_file());
    if found.is_none() {
        missing("promtool");
    }
    found.map(Command::new)
}

/// What a process measured, each series with its value.
struct Measured {
    text: String,
    values: BTreeMap<String, f64>,
}

impl Measured {
    async fn of(bot: &Process) -> Self {
        let (status, answer) = get(bot.address, "/metrics").await.unwrap();
        assert_eq!(status, 200);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.to_lowercase().contains("content-type: text/plain; version=0.0.4"), "{head}");
        // Sent in pieces or not: lines of series are told by their beginning.
        let lines = body.lines().filter(|line| line.starts_with("stagerbot_"));
        let value = |line: &str| line.rsplit_once(' ').map(|(name, value)| (name.to_owned(), value.parse().unwrap()));
        Self { text: body.to_owned(), values: lines.filter_map(value).collect() }
    }

    /// The sum of the series of this name that have all of these labels.
    fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let is = |series: &str| {
            let (found, rest) = series.split_once('{').unwrap_or((series, ""));
            found == name && labels.iter().all(|label| rest.contains(label))
        };
        self.values.iter().filter(|(series, _)| is(series)).map(|(_, value)| value).sum()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_whole_incident_is_measured() {
    let scene = Scene::new().await;
    let bot = Process::ready(&scene, false, &[]).await;
    scene.connected(0).await;
    let before = Measured::of(&bot).await;
    assert_eq!(before.sum("stagerbot_incidents_closed_total", &["outcome=\"not-recovered\""]), 0.0);
    assert!(before.text.contains("stagerbot_incidents_closed_total{outcome=\"not-recovered\"} 0"), "{}", before.text);

    scene.stuck().await;
    assert_eq!(post_to(&bot.address.to_string(), V4).await, 200);
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "cf push fails").await;
    let card = scene.button("stager-approve").await;
    let waits = until("a request waits", async || {
        let now = Measured::of(&bot).await;
        let waiting = now.sum("stagerbot_incidents_open", &["state=\"awaiting-approval\""]);
        if waiting > 0.0 { Ok(now) } else { Err("none does") }
    });
    let waits = waits.await;
    assert_eq!(waits.sum("stagerbot_incidents_open", &[]), 1.0, "it stands in one state");
    // Who requested can't approve, and hears so.
    scene.clicks(&scene.anna, &card, "stager-approve").await;
    scene.whispered(&scene.anna, "yourself").await;
    scene.told("Anna tried to approve, and was refused: You requested this restart yourself").await;
    scene.told("Alert CFStagerUnavailable (alertmanager) for prod: cf push fails in prod-eu").await;
    // Of the drill that is measured after it.
    scene.beside_the_point(&["The drill for prod has begun", "DRILL · You came after"]);
    let card = scene.button("stager-approve").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    scene.says(&scene.zoe, "/stager status").await;
    scene.whispered(&scene.zoe, "no open incident").await;

    let done = until("everything is settled", async || {
        let now = Measured::of(&bot).await;
        let settled = now.sum("stagerbot_incidents_open", &[]) == 0.0
            && now.sum("stagerbot_commands_total", &["verb=\"status\"", "outcome=\"done\""]) >= 1.0
            && now.sum("stagerbot_socket_up", &["platform=\"slack\""]) == 1.0;
        if settled { Ok(now) } else { Err(now.text) }
    });
    let done = done.await;
    let planned = scene.terminated().len() as f64;
    for (name, labels, value) in [
        ("stagerbot_build_info", &[concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"")][..], 1.0),
        ("stagerbot_incidents_opened_total", &["trigger=\"alert\""], 1.0),
        ("stagerbot_incidents_opened_total", &[], 1.0),
        ("stagerbot_incidents_closed_total", &["outcome=\"recovered\""], 1.0),
        ("stagerbot_incidents_closed_total", &[], 1.0),
        ("stagerbot_approvals_total", &["outcome=\"approved\""], 1.0),
        ("stagerbot_approvals_total", &[], 1.0),
        ("stagerbot_second_person_seconds_count", &[], 1.0),
        ("stagerbot_pods_total", &["fate=\"deleted\""], planned),
        ("stagerbot_pods_total", &[], planned),
        ("stagerbot_phase_seconds_count", &["phase=\"request\""], 1.0),
        ("stagerbot_phase_seconds_count", &["phase=\"approval\""], 1.0),
        ("stagerbot_phase_seconds_count", &["phase=\"first-delete\""], 1.0),
        ("stagerbot_phase_seconds_count", &["phase=\"recovery\""], 1.0),
        ("stagerbot_commands_total", &["verb=\"restart\"", "outcome=\"form\""], 1.0),
        ("stagerbot_commands_total", &["verb=\"approve\"", "outcome=\"done\""], 1.0),
        ("stagerbot_commands_total", &["verb=\"approve\"", "outcome=\"refused\""], 1.0),
        ("stagerbot_alerts_total", &["source=\"alertmanager\"", "fate=\"opened\""], 1.0),
        ("stagerbot_call_seconds_count", &["api=\"kubernetes\"", "call=\"delete pod\"", "outcome=\"ok\""], planned),
        ("stagerbot_not_acknowledged_total", &["from=\"alerts\""], 0.0),
        ("stagerbot_acknowledgement_seconds_count", &["from=\"alerts\""], 1.0),
        ("stagerbot_store_writable", &[], 1.0),
        ("stagerbot_inbox_waiting", &["class=\"alerts\""], 0.0),
    ] {
        assert!((done.sum(name, labels) - value).abs() < 1e-9, "{name} {labels:?} is not {value}:\n{}", done.text);
    }
    for (name, labels) in [
        ("stagerbot_check_seconds_count", &["verdict=\"will-help\""][..]),
        ("stagerbot_check_seconds_count", &["verdict=\"healthy\""]),
        ("stagerbot_probes_total", &["outcome=\"refused\""]),
        ("stagerbot_probes_total", &["outcome=\"succeeded\""]),
        ("stagerbot_acknowledgement_seconds_count", &["from=\"slack\""]),
        ("stagerbot_call_seconds_count", &["api=\"kubernetes\"", "call=\"exec\""]),
        ("stagerbot_call_seconds_count", &["api=\"slack\"", "call=\"chat.postMessage\"", "outcome=\"ok\""]),
        ("stagerbot_call_seconds_count", &["api=\"store\"", "call=\"write\"", "outcome=\"ok\""]),
        ("stagerbot_socket_last_frame_timestamp_seconds", &["platform=\"slack\""]),
        ("stagerbot_engine_last_turn_timestamp_seconds", &[]),
    ] {
        assert!(done.sum(name, labels) >= 1.0, "{name} {labels:?} is not there:\n{}", done.text);
    }
    scene.says(&scene.anna, "/stager drill").await;
    let drill =
        scene.seen(|m| is_card(m) && m.text_seen().contains("DRILL") && m.button("stager-deny").is_some()).await;
    scene.clicks(&scene.ben, &drill, "stager-deny").await;
    let drilled = until("the drill is over", async || {
        let now = Measured::of(&bot).await;
        let over = now.sum("stagerbot_drills_total", &["outcome=\"denied\""]) == 1.0;
        if over { Ok(now) } else { Err(now.text) }
    });
    let drilled = drilled.await;
    for (name, value) in [
        ("stagerbot_drills_total", 1.0),
        ("stagerbot_drill_second_person_seconds_count", 1.0),
        ("stagerbot_second_person_seconds_count", 1.0),
        ("stagerbot_approvals_total", 1.0),
        ("stagerbot_incidents_closed_total", 1.0),
    ] {
        assert!((drilled.sum(name, &[]) - value).abs() < 1e-9, "{name} is not {value}:\n{}", drilled.text);
    }
    lint(&drilled.text);
    // A phase is as long as it was: nothing here is measured in other units than seconds.
    let recovery = done.sum("stagerbot_phase_seconds_sum", &["phase=\"recovery\""]);
    assert!(recovery > 0.0 && recovery < 120.0, "{recovery}");
    for text in ["Anna", "anna", "U0ANNA001", "cf push", "prod", "diego-api-0"] {
        assert!(!done.text.contains(text), "{text} is told:\n{}", done.text);
    }
    lint(&done.text);
}

/// By `promtool check metrics`.
fn lint(text: &str) {
    let Some(mut promtool) = promtool() else { return };
    // Without the marks of an answer that was sent in pieces.
    let is_one = |line: &&str| line.starts_with('#') || line.starts_with("stagerbot_");
    let text: Vec<&str> = text.lines().filter(is_one).collect();
    let lint = promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut lint = lint.spawn().unwrap();
    lint.stdin.take().unwrap().write_all((text.join("\n") + "\n").as_bytes()).unwrap();
    let answer = lint.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&answer.stdout).into_owned() + &String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success() && said.trim().is_empty(), "{said}");
}

#[test]
fn the_rules_fire_when_they_should() {
    for arguments in [["check", "rules", "rules.yml"], ["test", "rules", "rules.test.yml"]] {
        let Some(mut promtool) = promtool() else { return };
        let answer = promtool.args(arguments).current_dir(deploy("prometheus")).output().unwrap();
        let said = String::from_utf8_lossy(&answer.stdout).into_owned() + &String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "{said}");
    }
}

#[test]
fn every_rule_has_a_test() {
    let read = |file: &str| -> serde_json::Value {
        serde_saphyr::from_str(&std::fs::read_to_string(deploy(file)).unwrap()).unwrap()
    };
    let (rules, tests) = (read("prometheus/rules.yml"), read("prometheus/rules.test.yml"));
    let all = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let rules = all(&rules["groups"]).into_iter().flat_map(|group| all(&group["rules"]));
    let rules: BTreeSet<String> = rules.map(|rule| rule["alert"].as_str().unwrap().to_owned()).collect();
    let tests = all(&tests["tests"]).into_iter().flat_map(|test| all(&test["alert_rule_test"]));
    let fires = tests.filter(|test| !all(&test["exp_alerts"]).is_empty());
    let fire: BTreeSet<String> = fires.map(|test| test["alertname"].as_str().unwrap().to_owned()).collect();
    assert_eq!(rules, fire, "each is seen to fire");
}

/// Each query of the dashboard, with what Grafana puts in for its variables.
fn queries() -> Vec<String> {
    fn gather(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                found.extend(fields.get("expr").and_then(serde_json::Value::as_str).map(str::to_owned));
                fields.values().for_each(|inner| gather(inner, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|inner| gather(inner, found)),
            _ => {}
        }
    }
    let board = std::fs::read_to_string(deploy("grafana/stagerbot.json")).unwrap();
    let mut found = Vec::new();
    gather(&serde_json::from_str(&board).unwrap(), &mut found);
    let filled = |query: String| {
        let query = query.replace("$job", "stagerbot").replace("$__rate_interval", "5m").replace("$__range", "1h");
        assert!(!query.contains('$'), "a variable that this test does not know: {query}");
        query
    };
    found.into_iter().map(filled).collect()
}

#[test]
fn every_query_of_the_dashboard_is_one_that_prometheus_understands() {
    let queries = queries();
    assert!(queries.len() > 30, "the dashboard asks {} queries", queries.len());
    let rule = |(place, query)| serde_json::json!({"record": format!("dashboard:query:{place}"), "expr": query});
    let rules: Vec<serde_json::Value> = queries.iter().enumerate().map(rule).collect();
    let file = tempfile::NamedTempFile::with_suffix(".yml").unwrap();
    // JSON is YAML, too.
    let text = serde_json::json!({"groups": [{"name": "dashboard", "rules": rules}]}).to_string();
    std::fs::write(file.path(), text).unwrap();
    let Some(mut promtool) = promtool() else { return };
    let answer = promtool.args(["check", "rules"]).arg(file.path()).output().unwrap();
    let said = String::from_utf8_lossy(&answer.stdout).into_owned() + &String::from_utf8_lossy(&answer.stderr);
    assert!(
        answer.status.success() && said.contains(&format!("{} rules found", queries.len())),
        "{said}\n{queries:#?}"
    );
}

/// The names of ours in a text.
fn names(text: &str) -> BTreeSet<String> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    text.split(word).filter(|word| word.starts_with("stagerbot_")).map(str::to_owned).collect()
}

#[test]
fn what_is_measured_is_on_the_dashboard_or_in_a_rule_and_nothing_else_is() {
    let shown = ["grafana/stagerbot.json", "prometheus/rules.yml", "prometheus/rules.test.yml"]
        .map(|file| names(&std::fs::read_to_string(deploy(file)).unwrap()));
    let told: BTreeSet<&str> = ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(told.len(), ALL.len(), "a name stands for one metric");
    let of_ours = |name: &str| {
        let parts = ["", "_bucket", "_sum", "_count"];
        parts.iter().find_map(|part| name.strip_suffix(part).filter(|name| told.contains(name)).map(str::to_owned))
    };
    let mut used = BTreeSet::new();
    for name in shown.iter().flatten() {
        used.insert(of_ours(name).unwrap_or_else(|| panic!("deploy/ asks for {name}, which is not measured")));
    }
    let unused: Vec<&&str> = told.iter().filter(|name| !used.contains(**name)).collect();
    assert!(unused.is_empty(), "measured for nobody: {unused:?}");
    for metric in ALL {
        assert!(!metric.help.contains('\n') && metric.help.ends_with('.'), "{}", metric.help);
        match metric.kind {
            Kind::Counter => assert!(metric.name.ends_with("_total"), "{}", metric.name),
            Kind::Gauge => assert!(!metric.name.ends_with("_total"), "{}", metric.name),
            Kind::Histogram(bounds) => {
                assert!(metric.name.ends_with("_seconds"), "{}", metric.name);
                assert!(bounds.is_sorted() && bounds.len() <= 12, "{}", metric.name);
            }
        }
    }
}

#[test]
fn labels_know_every_source_and_every_verb() {
    for known in SOURCES.map(|source| source.name).into_iter().chain([stagerbot::watch::SOURCE, "slack", "discord"]) {
        assert_eq!(source(known), known);
    }
    assert_eq!(source("Ada's own"), "other");
    for verb in Verb::ALL {
        assert!(!verb.word().is_empty());
    }
}

/// With an address of its own for what tells how the bot is, nothing is measured in public.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_where_the_health_is() {
    let scene = Scene::new().await;
    let health = crate::harness::process::free_address();
    let bot = Process::ready(&scene, false, &[("STAGERBOT__SERVER__HEALTH_LISTEN", health.to_string())]).await;
    let (status, text) = get(health, "/metrics").await.unwrap();
    assert!(status == 200 && text.contains("stagerbot_build_info"), "{text}");
    let (status, text) = get(bot.address, "/metrics").await.unwrap();
    assert!(status == 404 && !text.contains("stagerbot_build_info"), "{text}");
}

/// A server that counts how often it is called, and its address.
async fn counting() -> (Arc<AtomicUsize>, String) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let called = async move || {
        counted.fetch_add(1, Ordering::SeqCst);
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/ping/secret-of-the-heartbeat", listener.local_addr().unwrap());
    let app = Router::new().route("/ping/{id}", route(called));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (calls, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_heartbeat_goes_on_while_all_is_well_and_no_longer() {
    let scene = Scene::new().await;
    let (calls, url) = counting().await;
    let more = [("STAGERBOT__HEARTBEAT__URL", url), ("STAGERBOT__HEARTBEAT__EVERY", "1s".to_owned())];
    let bot = Process::ready(&scene, false, &more).await;
    scene.connected(0).await;
    let called = || calls.load(Ordering::SeqCst);
    let beats = async |what: &str| {
        let before = called();
        until(what, async || if called() > before + 1 { Ok(()) } else { Err("it does not") }).await;
    };
    // Twice it was withheld, and nobody called meanwhile.
    let is_silent = async |what: &str| {
        let withheld = async || Measured::of(&bot).await.sum("stagerbot_heartbeats_total", &["outcome=\"withheld\""]);
        let first = withheld().await;
        until(what, async || if withheld().await > first { Ok(()) } else { Err("it goes on") }).await;
        let (before, since) = (called(), withheld().await);
        until(what, async || if withheld().await > since + 1.0 { Ok(()) } else { Err("it goes on") }).await;
        assert_eq!(called(), before, "{what}");
    };
    beats("it is called").await;

    let mut store = SqliteConnection::connect(&scene.url()).await.unwrap();
    store.execute("CREATE TRIGGER full BEFORE INSERT ON pulse BEGIN SELECT RAISE(ABORT, 'full'); END").await.unwrap();
    is_silent("the store refuses").await;
    let refused = Measured::of(&bot).await;
    assert_eq!(refused.sum("stagerbot_store_writable", &[]), 0.0);
    assert!(refused.sum("stagerbot_store_errors_total", &[]) >= 1.0, "{}", refused.text);
    store.execute("DROP TRIGGER full").await.unwrap();
    beats("the store takes writes again").await;

    scene.workspace.inject(Fault::SocketsRefused);
    scene.workspace.inject(Fault::SocketsBreak);
    is_silent("Slack is not heard").await;
    let deaf = Measured::of(&bot).await;
    assert!(deaf.text.contains("stagerbot_socket_up{platform=\"slack\"} 0"), "{}", deaf.text);
    scene.workspace.heal_all();
    beats("Slack is heard again").await;

    let log = bot.log();
    assert!(log.contains("the heartbeat stops") && log.contains("slack is not listened to"), "{log}");
    assert!(!log.contains("secret-of-the-heartbeat"), "{log}");
}
