//! `stagerbot alerts explain`: which rule decides, and why.

use std::path::Path;
use std::process::{Command, Output};

use super::*;

fn explain(arguments: &[&str], folder: &Path) -> (String, i32) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_stagerbot"))
        .args(["alerts", "explain"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (text, status.code().unwrap())
}

fn file(folder: &TempDir, name: &str, text: &str) -> String {
    std::fs::write(folder.path().join(name), text).unwrap();
    name.to_owned()
}

#[test]
fn what_people_paste_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let config = file(
        &folder,
        "bot.toml",
        "[alerts]\nno_environment = \"all\"\n\
         [[alerts.rule]]\nmatch = { alertname = \"/Case.*/\" }\nseverity = \"info\"\n\
         [[alerts.rule]]\ntext = \"canary .* fails\"\nmeans = \"symptom\"\nenvironment = \"test\"\n\
         [[alerts.rule]]\nmatch = { team = \"blobs\" }\nignore = true\n\
         [[environment]]\nname = \"prod\"\nnamespace = \"cf\"\nmatch = { cluster = \"prod-eu\" }\n\
         [[environment]]\nname = \"test\"\nnamespace = \"cf\"\nmatch = { cluster = \"test-eu\" }\n",
    );
    let mut told = Vec::new();
    for (name, text) in [
        ("cf.txt", "Staging app...\nFAILED\nServer error, status code: 503, error code: 170010, message: Stager is unavailable".to_owned()),
        ("alertmanager.json", include_str!("../../data/alertmanager/mixed.json").to_owned()),
        ("pagerduty.json", include_str!("../../data/pagerduty/triggered.json").to_owned()),
        ("grafana.json", include_str!("../../data/grafana/no-data.json").to_owned()),
        ("line.txt", r#"{"message":"bbs.locket-lock.lost-lock","data":{"lock":{"key":"bbs"}}}"#.to_owned()),
        ("number.txt", "invoice 170010 is overdue".to_owned()),
        ("over.txt", "✅ *Resolved* CFStagerUnavailable".to_owned()),
        ("database.txt", "CF:External-DatabaseNotResponding".to_owned()),
        (
            "rules.json",
            json!({ "alerts": [
                { "labels": { "alertname": "CaseOne", "cluster": "prod-eu" }, "annotations": { "summary": "170010" } },
                { "labels": { "alertname": "Canary" }, "annotations": { "summary": "canary app shop fails" } },
                { "labels": { "alertname": "CFStagerUnavailable", "team": "blobs" } },
            ] })
            .to_string(),
        ),
    ] {
        file(&folder, name, &text);
        let (text, code) = explain(&[name, "--config", &config], folder.path());
        told.push(format!("$ {name}: exit code {code}\n{text}\n"));
    }
    insta::assert_snapshot!(told.concat());
}

#[test]
fn each_line_may_be_a_text_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let name = file(&folder, "lines.txt", "error code 170010\n\nbuild 1.170010.3 failed\n");
    let (text, code) = explain(&[&name, "--lines"], folder.path());
    assert_eq!(code, 1);
    assert!(text.contains("rule stager-number") && text.contains("rule number-is-no-code"), "{text}");
    assert_eq!(explain(&["missing.txt"], folder.path()).1, 2);
}

#[test]
fn what_another_address_would_refuse_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let list = json!([{ "labels": { "alertname": "CFStagerUnavailable" }, "startsAt": "2026-01-10T03:00:00Z" }]);
    let name = file(&folder, "list.json", &list.to_string());
    let (text, code) = explain(&[&name], folder.path());
    assert_eq!(code, 0);
    assert!(
        text.contains("At any other address its sender is told: this looks like the list that Prometheus"),
        "{text}"
    );
    assert_eq!(explain(&[&name, "--source", "alertmanager"], folder.path()).1, 1);
    // A line of a log is the same as a text and as a body.
    let line =
        json!({ "message": "bbs.exited-with-failure", "data": { "error": "lock exited with error: lost-lock" } });
    let (text, code) = explain(&[&file(&folder, "line.json", &line.to_string())], folder.path());
    assert!(code == 0 && text.contains("rule bbs-lost-lock"), "{text}");
}
