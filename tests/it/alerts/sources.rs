//! Every source reads the bodies of its own folder in `tests/data`, and names those of the others as what they are.

use std::fs;
use std::path::{Path, PathBuf};

use stagerbot::alerts::{SOURCES, source};
use stagerbot::inbox::rejected::About;
use stagerbot::words::Words;

use super::*;
use crate::words::english;

/// The bodies of a source, by name.
fn bodies(source: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(source);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|_| panic!("{source} has no folder of fixtures: {}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let name = |file: &PathBuf| file.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|file| (name(file), fs::read(file).unwrap())).collect()
}

/// What a body comes to, a line for each of its parts.
fn told(source: &str, body: &[u8], matching: &Matching) -> String {
    let words = Words::of(None);
    let delivery = match read(source, body) {
        Ok(delivery) => delivery,
        Err(error) => return format!("  refused: {error}\n"),
    };
    let mut lines = Vec::new();
    for report in &delivery.reports {
        let judged = matching.judge(report);
        let alert = &judged.alert;
        let fate = match &judged.environments {
            Ok(environments) => format!("accepted for {}", environments.join(", ")),
            Err(why) => format!("ignored: {}", words.say(why)),
        };
        lines.push(format!(
            "  {} {:?} {:?} {} ({}, {:?}) since {:?}: {fate}",
            report.place,
            alert.status,
            alert.name,
            alert.fingerprint.0,
            words.say(&alert.meaning.phrase()),
            alert.severity,
            alert.starts_at.map(|at| at.to_string()),
        ));
    }
    lines.extend(
        delivery
            .unread
            .iter()
            .map(|unread| format!("  {} {:?}: {}", unread.place, unread.name, english(&unread.reason.clone().into()))),
    );
    lines.extend((delivery.left_out > 0).then(|| format!("  {} left out", delivery.left_out)));
    lines.extend(delivery.note.map(|note| format!("  note: {}", english(&note.into()))));
    lines.concat_lines()
}

trait Lines {
    fn concat_lines(self) -> String;
}

impl Lines for Vec<String> {
    fn concat_lines(self) -> String {
        self.into_iter().map(|line| line + "\n").collect()
    }
}

#[test]
fn every_source_reads_its_own_bodies() {
    for source in SOURCES {
        let matching = Matching::of_one("prod");
        let told = |(name, body): (String, Vec<u8>)| format!("{name}\n{}", told(source.name, &body, &matching));
        let all: Vec<String> = bodies(source.name).into_iter().map(told).collect();
        insta::assert_snapshot!(format!("source_{}", source.name), all.concat());
    }
}

#[test]
fn every_source_names_the_bodies_of_the_others() {
    let taken_as = |source: &str, body: &[u8]| match read(source, body) {
        Ok(delivery) => delivery.note.map_or_else(|| "taken".to_owned(), |note| english(&note.into())),
        Err(error) => error.to_string(),
    };
    let mut lines = Vec::new();
    for own in SOURCES.iter().filter(|source| source.looks.is_some()) {
        for other in SOURCES.iter().filter(|other| other.name != own.name) {
            for (name, body) in bodies(other.name) {
                lines.push(format!("{}/{name} at {}: {}", other.name, own.name, taken_as(own.name, &body)));
            }
        }
    }
    insta::assert_snapshot!(lines.concat_lines());
    assert!(source("nobody").is_none());
}

#[tokio::test]
async fn each_source_has_an_address_and_an_unknown_one_hears_which_there_are() {
    let served = Served::of(with(TOKEN), Matching::of_one("prod"), 64 * 1024).await;
    for (name, file) in [("grafana", "v9.json"), ("pagerduty", "triggered.json"), ("generic", "cf-push.txt")] {
        let body = bodies(name).into_iter().find(|(other, _)| other == file).unwrap().1;
        let (status, answer) = served.post_to(name, &bearer(TOKEN), &String::from_utf8(body).unwrap()).await;
        assert_eq!((status, answer["accepted"].as_array().unwrap().len()), (200, 1), "{name}: {answer}");
    }
    let taken = served.taken().await;
    let sources: Vec<&str> = taken.iter().map(|(_, alert)| alert.source.as_str()).collect();
    assert_eq!(sources, ["grafana", "pagerduty", "generic"]);
    let (status, answer) = served.post_to("nagios", &bearer(TOKEN), "{}").await;
    assert_eq!(status, 404);
    insta::assert_snapshot!(
        answer["error"].as_str().unwrap(),
        @r#"there is no source "nagios"; there are alertmanager, grafana, pagerduty, generic"#
    );
}

#[tokio::test]
async fn who_takes_the_bot_for_an_alertmanager_is_told_so() {
    let served = Served::with_token().await;
    for path in ["/api/v2/alerts", "/api/v1/alerts", "/alerts/api/v2/alerts", "/alerts/alertmanager/api/v2/alerts"] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
        );
        let (status, answer) = served.send(request.as_bytes()).await;
        assert_eq!(status, 404, "{answer}");
        let said = answer["error"].as_str().unwrap();
        assert!(said.contains("takes the webhook of one at POST /alerts/alertmanager"), "{said}");
    }
    let [rejection] = &served.inbox.rejected().about(&About::Unknown)[..] else { panic!("one source was turned away") };
    assert_eq!((rejection.source.as_str(), rejection.count), ("prometheus", 4));
}

#[tokio::test]
async fn the_same_event_of_pagerduty_is_one_whenever_it_comes() {
    let served = Served::of(with(TOKEN), Matching::of_one("prod"), 64 * 1024).await;
    let body = include_str!("../../data/pagerduty/triggered.json");
    for _ in 0..3 {
        assert_eq!(served.post_to("pagerduty", &bearer(TOKEN), body).await.0, 200);
    }
    let later = body.replace("01CASE0000000000000000001", "01CASE0000000000000000009");
    assert_eq!(served.post_to("pagerduty", &bearer(TOKEN), &later).await.0, 200);
    let keys: Vec<String> =
        crate::harness::owed::unanswered(&served.url).await.into_iter().map(|inbound| inbound.dedupe_key).collect();
    assert_eq!(
        keys,
        [
            "pagerduty/prod/PGR0VU2/firing/delivery/01CASE0000000000000000001",
            "pagerduty/prod/PGR0VU2/firing/delivery/01CASE0000000000000000009"
        ]
    );
}

/// Senders say in many ways that an alert goes on or is over; where none of them does, it fires.
#[test]
fn a_status_is_found_wherever_senders_put_it() {
    use stagerbot::incident::alert::AlertStatus::{self, Firing, Resolved};
    let cases: &[(&str, &str, Option<AlertStatus>)] = &[
        ("generic", r#"{"name":"CFStagerUnavailable","data":{"state":"OK"}}"#, Some(Resolved)),
        ("generic", r#"{"trigger":{"status":"OK","name":"CFStagerUnavailable"}}"#, Some(Resolved)),
        ("generic", r#"{"trigger_name":"CFStagerUnavailable","trigger_status":"OK"}"#, Some(Resolved)),
        ("generic", r#"{"message_type":"RECOVERY","entity_display_name":"CFStagerUnavailable"}"#, Some(Resolved)),
        (
            "generic",
            r#"{"detail":{"alarmName":"CFStagerUnavailable","state":{"value":"OK"},"previousState":{"value":"ALARM"}}}"#,
            Some(Resolved),
        ),
        ("generic", r#"{"name":"CFStagerUnavailable","newState":"ok","oldState":"alerting"}"#, Some(Resolved)),
        ("generic", r#"{"name":"CFStagerUnavailable","newState":"alerting","oldState":"ok"}"#, Some(Firing)),
        ("generic", r#"{"name":"CFStagerUnavailable","isOpen":false}"#, Some(Resolved)),
        ("generic", r#"{"name":"CFStagerUnavailable","firing":false}"#, Some(Resolved)),
        ("generic", r#"{"name":"CFStagerUnavailable","is_resolved":true}"#, Some(Resolved)),
        ("generic", r#"{"name":"CFStagerUnavailable","resolved":"true"}"#, Some(Resolved)),
        // How a job ended is no status of an alert.
        ("generic", r#"{"status":"success","step":"upload","log":"later: Stager is unavailable"}"#, Some(Firing)),
        ("generic", r#"{"AlarmName":"CFStagerUnavailable","NewStateValue":"INSUFFICIENT_DATA"}"#, None),
        (
            "alertmanager",
            r#"{"status":null,"alerts":[{"labels":{"alertname":"CFStagerUnavailable"},"endsAt":"2026-01-10T03:10:00Z"}]}"#,
            Some(Resolved),
        ),
        (
            "alertmanager",
            r#"{"alerts":[{"state":"resolved","labels":{"alertname":"CFStagerUnavailable"}}]}"#,
            Some(Resolved),
        ),
        (
            "alertmanager",
            r#"{"alerts":[{"labels":{"alertname":"CFStagerUnavailable"},"endsAt":"0001-01-01T00:00:00Z"}]}"#,
            Some(Firing),
        ),
    ];
    for (source, body, status) in cases {
        let delivery = read(source, body.as_bytes()).unwrap();
        assert_eq!(delivery.reports.first().map(|report| report.alert.status), *status, "{body}");
    }
}

/// What `match` is to find is called by its own name, wherever a sender's table of labels or tags stands.
#[test]
fn a_label_is_found_by_its_own_name() {
    for (source, body) in [
        ("generic", r#"{"labels":{"alertname":"CFStagerUnavailable","cluster":"prod-eu"}}"#),
        ("generic", r#"{"name":"CFStagerUnavailable","tags":["env:prod","cluster:prod-eu"]}"#),
        ("generic", r#"{"name":"CFStagerUnavailable","tags":"env:prod,cluster:prod-eu"}"#),
        ("generic", r#"{"type":"alert","data":{"name":"CFStagerUnavailable","cluster":"prod-eu"}}"#),
        (
            "pagerduty",
            r#"{"event":{"event_type":"incident.triggered","data":{"title":"CFStagerUnavailable","body":{"details":{"cluster":"prod-eu"}}}}}"#,
        ),
    ] {
        let delivery = read(source, body.as_bytes()).unwrap();
        let cluster = delivery.reports[0].labels.get("cluster").map(String::as_str);
        assert_eq!(cluster, Some("prod-eu"), "{body}");
    }
    let own = br#"{"name":"CFStagerUnavailable","cluster":"test-eu","labels":{"cluster":"prod-eu"}}"#;
    assert_eq!(read("generic", own).unwrap().reports[0].labels["cluster"], "test-eu");
}
