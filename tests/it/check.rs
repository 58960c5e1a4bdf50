//! `stagerbot check`, as a process of its own, against a cluster that it knows by a kubeconfig alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::kubernetes::{Cluster, Snapshot};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::harness::PATIENCE;

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    command.args(["check", "--context", "simulator", "--namespace", "cf", "--kubeconfig"]);
    command.arg(folder.path().join("kubeconfig")).args(arguments);
    command
}

async fn check(cluster: &Cluster, arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("kubeconfig"), cluster.kubeconfig()).unwrap();
    let mut command = command(&folder, arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_says_healthy_needs_action_or_could_not_tell() {
    let cluster = Cluster::start(Settings::short()).unwrap();
    let healthy = check(&cluster, &[]).await;
    let text = String::from_utf8(healthy.stdout).unwrap();
    assert_eq!(healthy.status.code(), Some(0), "{text}");
    assert!(text.contains("Verdict: healthy") && text.contains("diego-api-0 is the active leader"), "{text}");

    cluster.inject(Fault::CurlMissing);
    let unproven = check(&cluster, &[]).await;
    let text = String::from_utf8(unproven.stdout).unwrap();
    assert_eq!(unproven.status.code(), Some(2), "{text}");
    assert!(text.contains("not proven to answer"), "{text}");
    assert_eq!(check(&cluster, &["--accept-unproven"]).await.status.code(), Some(0));
    cluster.heal(&Fault::CurlMissing);

    cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
    let stuck = |s: &Snapshot| s.endpoints.is_empty() && s.pods.iter().all(|pod| pod.active != Some(true));
    cluster.advance_until(stuck).unwrap();
    let outage = check(&cluster, &["--output", "json"]).await;
    assert_eq!(outage.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&outage.stdout).unwrap();
    assert_eq!(report["diagnosis"]["verdict"]["is"], "will-help");
    assert_eq!(report["observation"]["probes"]["known"][0]["outcome"], "refused");

    cluster.inject(Fault::ExecDenied);
    let denied = check(&cluster, &[]).await;
    assert_eq!(denied.status.code(), Some(2));
    assert!(String::from_utf8(denied.stdout).unwrap().contains("kubectl --context simulator -n cf exec"));

    cluster.stop();
    let gone = check(&cluster, &[]).await;
    assert_eq!(gone.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_tells_what_is_new_and_ends_where_it_is_to() {
    let cluster = Cluster::start(Settings::held()).unwrap();
    let lost = Fault::NetworkPolicy;
    cluster.inject(lost.clone());
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("kubeconfig"), cluster.kubeconfig()).unwrap();
    let mut watching = command(&folder, &["--watch=1s", "--until", "healthy"]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let ended = tokio::task::spawn_blocking(move || {
        let mut verdicts = Vec::new();
        for line in lines {
            let line = line.unwrap();
            if let Some(verdict) = line.strip_prefix("Verdict: ") {
                verdicts.push(verdict.to_owned());
                cluster.heal(&lost);
            }
        }
        (verdicts, watching.wait().unwrap().code())
    });
    let (verdicts, code) = timeout(PATIENCE, ended).await.unwrap().unwrap();
    assert_eq!(code, Some(0), "{verdicts:?}");
    assert_ne!(verdicts.first().unwrap(), "healthy");
    assert_eq!(verdicts.iter().filter(|verdict| *verdict == "healthy").count(), 1, "{verdicts:?}");
    for wrong in [&["--until", "healthy"][..], &["--watch=0s"], &["--watch", "--all"]] {
        assert_eq!(command(&folder, wrong).output().unwrap().status.code(), Some(2), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_ends_with_a_signal_and_says_how_it_was_last() {
    let cluster = Cluster::start(Settings::held()).unwrap();
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("kubeconfig"), cluster.kubeconfig()).unwrap();
    let mut watching = command(&folder, &["--watch", "-o", "yaml"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(watching.stdout.take().unwrap());
    let ended = tokio::task::spawn_blocking(move || {
        let mut first = String::new();
        while !first.contains("\ndiagnosis:") {
            assert!(out.read_line(&mut first).unwrap() > 0, "{first}");
        }
        let id = rustix::process::Pid::from_child(&watching);
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
        // Until it has ended somebody reads what it prints.
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        (first, watching.wait().unwrap().code())
    });
    let (first, code) = timeout(PATIENCE, ended).await.unwrap().unwrap();
    assert!(first.starts_with("---\n"), "{first}");
    assert_eq!(code, Some(0), "healthy was the last");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_asks_for_no_more_than_the_readme_says() {
    let cluster = Cluster::start(Settings::short()).unwrap();
    check(&cluster, &[]).await;
    let asked: BTreeSet<(String, String)> = cluster
        .requests()
        .into_iter()
        .map(|request| {
            let resource = request.path.rsplit("/namespaces/cf/").next().unwrap().split('/').next().unwrap().to_owned();
            let exec = if request.path.ends_with("/exec") { "/exec" } else { "" };
            (request.method, resource + exec)
        })
        .collect();
    let allowed =
        ["pods", "statefulsets", "endpoints", "services", "events"].map(|what| ("GET".to_owned(), what.to_owned()));
    let exec = ("GET".to_owned(), "pods/exec".to_owned());
    for one in &asked {
        assert!(allowed.contains(one) || *one == exec, "{one:?}");
    }
    assert!(asked.contains(&exec));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_or_dead_cluster_delays_none_of_the_others() {
    let clusters: Vec<Cluster> = (0..3).map(|_| Cluster::start(Settings::short()).unwrap()).collect();
    clusters[0].inject(Fault::ApiServerSlow { delay: Duration::from_secs(3) });
    clusters[1].stop();
    let folder = TempDir::new().unwrap();
    let mut config = String::new();
    for (name, cluster) in ["slow", "dead", "well"].iter().zip(&clusters) {
        let file = folder.path().join(name);
        std::fs::write(&file, cluster.kubeconfig()).unwrap();
        let _ = write!(
            config,
            "[[environment]]\nname = \"{name}\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\n",
            file.display()
        );
    }
    std::fs::write(folder.path().join("bot.toml"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    command.args(["check", "--all", "--output", "json", "--config"]).arg(folder.path().join("bot.toml"));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let reports: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = reports.iter().map(|report| report["environment"]["name"].as_str().unwrap()).collect();
    assert_eq!(names.last(), Some(&"slow"), "each is told as soon as it is known: {names:?}");
    assert_eq!(
        reports[names.iter().position(|name| *name == "well").unwrap()]["diagnosis"]["verdict"]["is"],
        "healthy"
    );
    assert_eq!(output.status.code(), Some(2), "one could not be told");
}

#[tokio::test]
async fn what_is_wrong_on_the_command_line_is_named() {
    for (arguments, named) in [
        (&["check", "--kubeconfig", "/nowhere/config"][..], "/nowhere/config"),
        (&["check", "prod", "--config", "/nowhere/bot.toml"][..], "/nowhere/bot.toml"),
        (&["check", "--preset", "cfee-9"][..], "cfee-2"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_stagerbot")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(named), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_in_the_language_asked_for_and_in_one_s_own_words() {
    let cluster = Cluster::start(Settings::short()).unwrap();
    let asked = check(&cluster, &["--lang", "fr_CA.UTF-8"]).await;
    let text = String::from_utf8(asked.stdout).unwrap();
    assert!(text.contains("Verdict\u{a0}: tout va bien") && text.contains("diego-api-0 est le leader actif"), "{text}");

    let folder = TempDir::new().unwrap();
    let (kubeconfig, words, config) =
        (folder.path().join("kubeconfig"), folder.path().join("words"), folder.path().join("bot.toml"));
    std::fs::write(&kubeconfig, cluster.kubeconfig()).unwrap();
    std::fs::create_dir(&words).unwrap();
    std::fs::write(words.join("ja.ftl"), "verdict-healthy = 異常なし\n").unwrap();
    let text = format!(
        "[words]\nfolder = \"{}\"\n[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\nlanguage = \"ja\"\n",
        words.display(),
        kubeconfig.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    command.args(["check", "prod", "--config"]).arg(config);
    let own = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8(own.stdout).unwrap();
    assert!(text.contains("判定：異常なし") && text.contains("アクティブなリーダー：diego-api-0"), "{text}");
}
