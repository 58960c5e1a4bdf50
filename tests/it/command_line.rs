//! The command line itself: versions, help, completions and manual pages, as a terminal and a pipe get them.

use std::process::{Command, Output};

use serde_json::Value;
use stagerbot::store::Store;

fn stagerbot(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stagerbot")).args(arguments).env_remove("CLICOLOR_FORCE").output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = stagerbot(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

const COMMANDS: [&str; 9] = ["serve", "check", "doctor", "audit", "alerts", "policy", "store", "completions", "man"];

#[test]
fn the_version_names_commit_and_build() {
    let version = printed(&["--version"]);
    let own = format!("stagerbot {} (commit ", env!("CARGO_PKG_VERSION"));
    assert!(version.starts_with(&own), "{version}");
    for part in [" build for ", "the simulator)"] {
        assert!(version.contains(part), "{version}");
    }
}

#[test]
fn the_help_has_examples_and_no_colours_in_a_pipe() {
    for line in [
        "--help",
        "serve --help",
        "check --help",
        "doctor --help",
        "audit verify --help",
        "audit show --help",
        "audit export --help",
        "audit bundle --help",
        "audit report --help",
        "audit stats --help",
        "alerts explain --help",
        "policy explain --help",
        "store backup --help",
        "store check --help",
        "completions --help",
        "man --help",
        "demo --help",
    ] {
        let help = printed(&line.split(' ').collect::<Vec<_>>());
        assert!(help.contains("Examples:\n  stagerbot "), "{help}");
        assert!(!help.contains('\u{1b}'), "{help}");
    }
}

#[tokio::test]
async fn what_is_printed_for_programs_is_the_same_as_json_and_as_yaml() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (config, alert, store) = (file("bot.toml"), file("alert.txt"), format!("sqlite://{}", file("bot.db")));
    std::fs::write(&config, "[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\n").unwrap();
    std::fs::write(&alert, "cf push: StagerUnavailable: 170010\n").unwrap();
    Store::open(&store).await.unwrap().close().await;
    for (line, holds) in [
        (vec!["policy", "explain", "--config", &config], "environments"),
        (vec!["alerts", "explain", &alert], "accepted"),
        (vec!["audit", "verify", "--store", &store], "as_written"),
        (vec!["store", "check", "--store", &store], "faults"),
    ] {
        let of = |form| printed(&[&line[..], &["-o", form]].concat());
        let json: Vec<Value> = of("json").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let yaml: Vec<Value> = serde_saphyr::from_multiple(&of("yaml")).unwrap();
        assert_eq!(json, yaml, "{line:?}");
        assert!(json.iter().all(|one| !one[holds].is_null()) && !json.is_empty(), "{line:?}: {json:?}");
    }
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} does not know {command}");
        }
    }
    assert!(!stagerbot(&["completions", "tcsh"]).status.success());
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    printed(&["man", pages.to_str().unwrap()]);
    for command in COMMANDS {
        let page = std::fs::read_to_string(pages.join(format!("stagerbot-{command}.1"))).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(command), "{page}");
    }
    let refused = stagerbot(&["man", "/dev/null/pages"]);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("can't be written to /dev/null/pages"));
}

/// An operator explains, checks and audits on a machine that has the configuration and none of its secrets.
#[tokio::test]
async fn what_reaches_no_chat_needs_no_secret_but_the_stores() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (config, alert) = (file("bot.toml"), file("alert.txt"));
    let text = |store: &str| {
        format!(
            "[store]\nurl = {store}\n[slack]\nbot_token_file = \"/absent/bot\"\napp_token_file = \"/absent/app\"\n\
             [alerts]\ntoken_file = \"/absent/token\"\n[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\n"
        )
    };
    let url = format!("sqlite://{}", file("bot.db"));
    std::fs::write(&config, text(&format!("{url:?}"))).unwrap();
    std::fs::write(&alert, "cf push: StagerUnavailable: 170010\n").unwrap();
    Store::open(&url).await.unwrap().close().await;
    for line in [
        vec!["policy", "explain", "--config", &config],
        vec!["alerts", "explain", "--config", &config, &alert],
        vec!["audit", "verify", "--config", &config],
        vec!["store", "check", "--config", &config],
    ] {
        printed(&line);
    }
    let refused = |line: &[&str]| {
        let output = stagerbot(line);
        assert!(!output.status.success(), "{line:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let said = refused(&["serve", "--config", &config]);
    for key in ["slack.bot_token_file", "slack.app_token_file", "alerts.token_file"] {
        assert!(said.contains(key) && said.contains("can't be read"), "{said}");
    }
    let password = "\"postgres://stagerbot@localhost/bot\"\npassword_file = \"/absent/password\"";
    std::fs::write(&config, text(password)).unwrap();
    let said = refused(&["audit", "verify", "--config", &config]);
    assert!(said.contains("store.password_file") && !said.contains("slack"), "{said}");
}
