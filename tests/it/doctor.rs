//! `stagerbot doctor`: each of many broken set-ups is found and named, with what to do; a good one is told by lines of ok alone.

mod house;
mod own;
mod kubernetes;
mod platforms;

use std::process::Command;

use serde_json::Value;
use stagerbot::bot::Bot;
use stagerbot::checkup::Level;

use crate::doctor::house::House;
use crate::harness::TOKEN;
use crate::harness::log::assert_keeps;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_shown_and_a_test_alert_opens_nothing() {
    let house = House::new().await;
    let mut set_up = house.whole();
    set_up.secret("ALERTS__GENERIC__SECRET", "a-secret-that-generic-signs-with");
    set_up.secret("ALERTS__GRAFANA__SECRET", "a-secret-that-grafana-signs-with");
    set_up.secret("ALERTS__PAGERDUTY__SECRET", "a-secret-that-pagerduty-signs-with");
    let bot = Bot::start(set_up.setup.read(set_up.secrets.clone())).await.unwrap();
    set_up.with(&format!("server.listen = \"{}\"", bot.address()));
    (set_up.options.post, set_up.options.alert) = (true, true);
    let report = set_up.examined().await;
    let told: Vec<_> = report.findings.iter().filter(|finding| finding.level != Level::Ok).collect();
    assert!(told.is_empty(), "{told:#?}");
    let tested: Vec<&str> =
        report.findings.iter().filter(|one| one.check == "alerts.test").filter_map(|one| one.of.as_deref()).collect();
    assert_eq!(tested, ["alertmanager", "generic", "grafana", "pagerduty"]);
    house.both.seen(|m| m.text_seen().contains("A test by stagerbot doctor")).await;
    house.both.scene.seen(|m| m.text_seen().contains("A test by stagerbot doctor")).await;
    bot.stop().await;
    let store = stagerbot::store::Store::open(&format!("sqlite://{}", house.store().display())).await.unwrap();
    assert_eq!(store.snapshot().await.unwrap().incidents().await.unwrap(), [], "nothing was opened");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_it_for_people_and_programs_and_keeps_secrets() {
    let house = House::new().await;
    let mut set_up = house.whole();
    set_up.secret("ALERTS__TOKEN", "hunter2");
    let file = house.both.scene.folder.path().join("bot.toml");
    std::fs::write(&file, set_up.text()).unwrap();
    let secrets = set_up.secrets.clone();
    let doctor = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command.args(["doctor", "--config"]).arg(&file).args(arguments).envs(secrets.clone());
        command.env_remove("CLICOLOR_FORCE").env_remove("HTTPS_PROXY").env_remove("HTTP_PROXY");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert_keeps(&text, &[], secrets.iter().map(|(_, value)| value.as_str()));
        (text, output.status.code())
    };
    // Where the tests' own files are is no matter of the set-up.
    let (text, code) = doctor(&["--accept", "store.file-system"]).await;
    assert_eq!(code, Some(1), "{text}");
    for part in [
        "alerts\n",
        "  ok        prod: Kubernetes v1.32",
        "  warning   1 of the secrets",
        "→ openssl rand -hex 32",
        "1 warnings, 0 failures",
    ] {
        assert!(text.contains(part), "there is no {part:?} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text}");
    let both = ["--accept", "store.file-system", "--accept", "alerts.secrets"];
    let (text, code) = doctor(&[&both[..], &["--quiet"]].concat()).await;
    assert_eq!((text.lines().count(), code), (1, Some(0)), "{text}");
    let (text, _) = doctor(&[&both[..], &["-o", "json"]].concat()).await;
    let report: Value = serde_json::from_str(&text).unwrap();
    let accepted = report["findings"].as_array().unwrap().iter().find(|one| one["check"] == "alerts.secrets").unwrap();
    assert_eq!((&accepted["level"], &accepted["accepted"]), (&"warning".into(), &true.into()));
    let (text, _) = doctor(&[&both[..], &["-o", "yaml"]].concat()).await;
    let same: Value = serde_saphyr::from_str(&text).unwrap();
    let checks = |report: &Value| -> Vec<Value> {
        report["findings"].as_array().unwrap().iter().map(|one| one["check"].clone()).collect()
    };
    assert_eq!(checks(&same), checks(&report));
    let (text, _) = doctor(&["--progress"]).await;
    assert!(!text.contains(TOKEN));
}
