//! Who may do what, told to whoever asks: in the chat and at the command line.

use std::process::Command;

use stagerbot::incident::account::Platform;
use stagerbot::incident::explained::policy_lines;
use stagerbot::incident::policy::Restarts;
use stagerbot::incident::standing::{Grant, Right};
use stagerbot::words::Words;

use crate::harness::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_hears_who_they_are_and_what_a_restart_takes() {
    let scene =
        Scene::with(&[("approvals", "2"), ("quiet_hours", "\"22:00-06:00\""), ("time_zone", "\"Europe/Berlin\"")])
            .await;
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"approve\"]\n";
    let setup = scene.setup().with(more).environment("reason = true");
    let bot = scene.bot_of(&setup, scene.secrets()).await;
    scene.says(&scene.anna, "/stager whoami").await;
    scene
        .whispered(&scene.anna, "You are Anna, by slack:U0ANNA001. You may request a restart, and approve those")
        .await;
    scene.says(&scene.zoe, "/stager whoami").await;
    scene.whispered(&scene.zoe, "You are Zoe, by slack:U0ZOE0001. You may approve restarts that others request.").await;
    scene.says(&scene.ben, "/stager policy").await;
    let told = scene.whispered(&scene.ben, "A restart of prod takes a request").await.text_seen();
    for part in [
        "within 5 min 00 s, this many approvals by others, each by a different person: 2",
        "The request has to say why.",
        "From 22:00 to 06:00 (Europe/Berlin) it takes one approval more.",
        "May request: Anna, Ben",
        "May approve: Anna, Ben, Zoe",
    ] {
        assert!(told.contains(part), "it does not say “{part}”: {told}");
    }
    bot.stop().await;

    let file = scene.folder.path().join("policy.toml");
    std::fs::write(&file, setup.text()).unwrap();
    let explain = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command.args(["policy", "explain", "--config"]).arg(&file).args(arguments).envs(scene.secrets());
        let output = command.output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code())
    };
    let (text, code) = explain(&["--person", "Zoe", "--environment", "prod"]);
    assert!(text.contains("May approve: Anna, Ben, Zoe") && text.contains("Zoe: You are Zoe"), "{text}");
    assert!(!text.contains("You are Anna"), "{text}");
    assert_eq!(code, Some(0));
    assert_eq!(explain(&["--person", "Nobody"]).1, Some(2));
}

#[test]
fn what_a_group_gives_is_told_in_every_language() {
    let grant = |group: &str, rights: &[Right]| Grant {
        platform: Platform::Slack,
        group: group.to_owned(),
        rights: rights.to_vec(),
    };
    let all = [Right::Look, Right::Request, Right::Approve];
    let mut policy = crate::harness::policy::policy();
    policy.grants = vec![grant("S0LOOK", &all[..1]), grant("S0ALL", &all), grant("S0APPROVE", &all[2..])];
    for (locale, says) in [
        ("en", "slack:S0ALL (request, approve), slack:S0APPROVE (approve)"),
        ("fr", "slack:S0ALL (demander, approuver), slack:S0APPROVE (approuver)"),
        ("ja", "slack:S0ALL（依頼、承認）、slack:S0APPROVE（承認）"),
        ("ko", "slack:S0ALL(요청, 승인), slack:S0APPROVE(승인)"),
        ("zh-Hans", "slack:S0ALL（申请、批准）、slack:S0APPROVE（批准）"),
        ("zh-Hant", "slack:S0ALL（申請、核准）、slack:S0APPROVE（核准）"),
    ] {
        let told = Words::of(Some(locale)).say(&policy_lines(&policy, "prod"));
        assert!(told.lines().any(|line| line.ends_with(says)), "{told}");
    }
}

#[test]
fn a_dry_run_is_told_and_so_is_what_is_switched_off() {
    let mut policy = crate::harness::policy::policy();
    for (restarts, says) in [
        (Restarts::On, None),
        (Restarts::DryRun, Some("It is a dry run: everything happens but the deletes.")),
        (Restarts::Off, Some("Restarts are switched off: none is offered.")),
    ] {
        policy.restarts = restarts;
        let told = Words::of(None).say(&policy_lines(&policy, "prod"));
        let lines: Vec<&str> = told.lines().filter(|line| line.contains("dry run") || line.contains("off")).collect();
        assert_eq!(lines, says.into_iter().collect::<Vec<_>>(), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_read_names_the_groups_and_what_they_give() {
    let scene = Scene::new().await;
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"look\"]\n\
                [[group]]\nslack = \"S0APPROVE\"\nmay = [\"look\", \"approve\"]\n";
    let text = scene.setup().with(more).with("[commands]\nlook = \"people\"\n").text();
    let file = scene.folder.path().join("policy.toml");
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    command.args(["policy", "explain", "-o", "json", "--config"]).arg(&file).envs(scene.secrets());
    let output = command.output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let group = serde_json::json!({"group": "slack:S0APPROVE", "may": ["look", "approve"]});
    assert_eq!(told["groups"], serde_json::json!([group]), "{told}");
    assert_eq!(told["look"], "people");
    assert_eq!(told["restarts"], "on");
    let by_group: Vec<_> = told["people"].as_array().unwrap().iter().map(|one| &one["may_by_group"]).collect();
    assert_eq!(by_group, [&serde_json::json!([]), &serde_json::json!([]), &serde_json::json!([group])]);
    let says = told["environments"][0]["says"].as_str().unwrap();
    assert!(says.contains("May look: Anna, Ben, Zoe, slack:S0APPROVE"), "{says}");
}
