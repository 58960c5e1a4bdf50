//! Nothing is lost to a neighbour: what is odd in one alert, or in how many there are, costs no other.

use stagerbot::alerts::MAX_REPORTS;
use stagerbot::inbox::rejected::About;

use super::*;
use crate::harness::{Scene, post, post_to};
use crate::words::english;

const ODD: &str = include_str!("../../data/alertmanager/odd.json");
const GOOD: &str = "00c0ffee00c0ff01";

fn delivery(alerts: &[Value]) -> String {
    json!({ "version": "4", "status": "firing", "alerts": alerts }).to_string()
}

fn alert(fingerprint: &str, text: &str) -> Value {
    json!({ "status": "firing", "labels": { "alertname": "Case", "cluster": "prod-eu" },
        "annotations": { "description": text }, "startsAt": "2026-01-10T03:00:00Z", "fingerprint": fingerprint })
}

fn accepted(answer: &Value) -> Vec<&str> {
    answer["accepted"].as_array().unwrap().iter().map(|one| one["fingerprint"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_alert_beside_any_odd_one_is_accepted() {
    let whole: Value = serde_json::from_str(ODD).unwrap();
    let all = whole["alerts"].as_array().unwrap();
    let (good, odd) = all.split_last().unwrap();
    assert!(odd.len() >= 20);
    let served = Served::with_token().await;
    for one in odd {
        for pair in [[one.clone(), good.clone()], [good.clone(), one.clone()]] {
            let (status, answer) = served.post(&delivery(&pair)).await;
            assert_eq!(status, 200, "{one}: {answer}");
            assert!(accepted(&answer).contains(&GOOD), "{one}: {answer}");
            // The odd one is accepted, too, or stands under ignored with its place and reason.
            let ignored = answer["ignored"].as_array().unwrap();
            assert_eq!(accepted(&answer).len() + ignored.len(), 2, "{one}: {answer}");
            let told = |one: &Value| one["place"].as_str().unwrap().starts_with("alerts[") && one["reason"] != "";
            assert!(ignored.iter().all(told), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_quite_json_is_read_as_far_as_it_goes() {
    let served = Served::with_token().await;
    let good = alert(GOOD, "error code 170010").to_string();
    for odd in [
        r#"{"labels": {"value": NaN}}"#.to_owned(),
        "{\"annotations\": {\"summary\": \"two\nlines\"}}".to_owned(),
        r#"{"annotations": {"summary": "\ud83d", "path": "C:\diego"},}"#.to_owned(),
        format!("{{\"annotations\": {{\"deep\": {}{}}}}}", "[".repeat(500), "]".repeat(500)),
        r#"{"annotations": {"number": 1e999}}"#.to_owned(),
    ] {
        let (status, answer) = served.post(&format!("{{\"alerts\": [{odd}, {good}]}}")).await;
        assert_eq!((status, accepted(&answer)), (200, vec![GOOD]), "{odd}: {answer}");
    }
}

#[tokio::test]
async fn what_is_thrown_away_counts_against_no_limit() {
    let served = Served::of(with(TOKEN), prod(), 4 * 1024 * 1024).await;
    let mut alerts: Vec<Value> = (0..900).map(|n| alert(&format!("{n:016x}"), &"java.lang ".repeat(100))).collect();
    alerts.push(alert(GOOD, "error code 170010"));
    let (status, answer) = served.post(&delivery(&alerts)).await;
    assert_eq!((status, accepted(&answer)), (200, vec![GOOD]));
}

#[tokio::test]
async fn many_alerts_of_one_environment_leave_room_for_those_of_another() {
    let of = |name: &str| Matchers {
        environment: name.to_owned(),
        labels: [("cluster".to_owned(), format!("{name}-eu"))].into(),
    };
    let matching = Matching { environments: vec![of("prod"), of("test")], ..Matching::default() };
    let served = Served::of(with(TOKEN), matching, 4 * 1024 * 1024).await;
    let mut alerts: Vec<Value> = (0..150).map(|n| alert(&format!("{n:016x}"), "error code 170010")).collect();
    alerts.push(json!({ "labels": { "alertname": "CFStagerUnavailable", "cluster": "test-eu" }, "fingerprint": GOOD }));
    let (status, answer) = served.post(&delivery(&alerts)).await;
    assert_eq!((status, accepted(&answer).len()), (200, MAX_REPORTS + 1));
    assert_eq!(answer["accepted"][MAX_REPORTS]["environment"], "test");
    assert_eq!(answer["ignored"].as_array().unwrap().len(), 150 - MAX_REPORTS);
    assert_eq!(served.taken().await.len(), MAX_REPORTS + 1);
}

#[tokio::test]
async fn what_was_turned_away_about_an_environment_is_remembered_for_it() {
    let served = Served::with_token().await;
    let (status, _) = served.post(include_str!("../../data/alertmanager/mixed.json")).await;
    assert_eq!(status, 200);
    let [about] = &served.inbox.rejected().about(&About::Environment("prod".to_owned()))[..] else {
        panic!("the look-alike was about prod")
    };
    assert_eq!((about.source.as_str(), about.count), ("alertmanager", 1));
    let reason = english(&about.reason);
    assert!(reason.contains("another staging error"), "{reason}");
    let count = |about| served.inbox.rejected().about(&about).iter().map(|one| one.count).sum::<u64>();
    assert_eq!(count(About::Nothing), 1, "the full disk");
    assert_eq!(count(About::Unknown), 2, "the other cluster's, and those that were left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_turned_away_stands_in_the_status() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let mixed = include_str!("../../data/alertmanager/mixed.json").replace("CFStagerUnavailable", "Other");
    let mixed = mixed.replace("Stager is unavailable", "nothing");
    assert_eq!(post(&bot, &mixed).await, 200);
    assert_eq!(post(&bot, "[]").await, 400);
    scene.says(&scene.anna, "/stager status").await;
    let status = scene.whispered(&scene.anna, "one alert from alertmanager turned away").await.text.clone();
    assert!(status.contains("another staging error") && status.contains("the bot is no Alertmanager"), "{status}");
    assert!(!status.contains("does not tell that the stager"), "what is about nothing is nobody's business: {status}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_refusals_is_one_line_a_source() {
    let scene = Scene::new().await;
    let child = scene.child().await;
    let begun = |log: &str| Some(log.split_once("address=")?.1.split_whitespace().next()?.to_owned());
    let started = async {
        loop {
            if let Some(address) = begun(&std::fs::read_to_string(scene.log()).unwrap()) {
                return address;
            }
            tokio::task::yield_now().await;
        }
    };
    let address = timeout(PATIENCE, started).await.unwrap();
    for _ in 0..50 {
        assert_eq!(post_to(&address, "{\"a secret\": 1}").await, 400);
        assert_eq!(post_to(&address, include_str!("../../data/alertmanager/mixed.json")).await, 200);
    }
    child.kill();
    scene.beside_the_point(&["Alert CFStagerUnavailable (alertmanager) for prod", "Healthy: nothing to do"]);
    let log = std::fs::read_to_string(scene.log()).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("refused or ignored")).collect();
    assert_eq!(
        lines.len(),
        3,
        "once for what is about prod, for what is about nothing, and for what nobody knows: {log}"
    );
    assert!(lines[0].contains("source=\"alertmanager\""), "{log}");
    assert!(!log.contains("a secret"), "{log}");
}
