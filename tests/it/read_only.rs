//! A root that is read-only and no folder for temporary files, as in the container of deploy/: beside the volume of the store nothing
//! has to be written, whatever is asked of SQLite.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::Scene;
use crate::harness::needed::missing;
use crate::migrations::{RELEASED, as_it_was};

/// Has the root and every place where SQLite looks for one be read-only, but not the volume, and goes on as a program.
const SCRIPT: &str = r#"
volume=$1; shift
for place in / /tmp /var/tmp /usr/tmp; do
    [ -d "$place" ] || continue
    [ "$place" = / ] || mount --bind "$place" "$place"
    mount -o remount,bind,ro "$place"
done
mount --bind "$volume" "$volume" && mount -o remount,bind,rw "$volume"
cd / && exec "$@"
"#;

/// A program in a mount namespace of its own: nothing outside sees it, and it goes with the process.
fn inside(volume: &Path, program: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-ec", SCRIPT, "sh"]).arg(volume).arg(program);
    command.env_remove("TMPDIR").env_remove("SQLITE_TMPDIR").env("HOME", "/nonexistent");
    command
}

/// Whether such a namespace can be made, in which the volume alone takes files.
fn can_be_made(volume: &Path) -> bool {
    let probe = "! touch /probe /tmp/probe 2>/dev/null && touch \"$0/probe\"";
    let tried = inside(volume, "sh").args(["-c", probe]).arg(volume).stderr(Stdio::null()).status();
    let can = tried.is_ok_and(|status| status.success());
    if !can {
        missing("unshare, and the right to make namespaces of users and mounts");
    }
    can
}

/// What a command of the bot's comes to, and prints.
async fn bot(volume: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = inside(volume, env!("CARGO_BIN_EXE_stagerbot"));
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (output.status.code(), [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_with_nothing_but_its_volume_does_everything() {
    let scene = Scene::new().await;
    let volume = scene.folder.path();
    if !can_be_made(volume) {
        return;
    }
    let file = |name: &str| volume.join(name).display().to_string();
    let (url, copy) = (format!("sqlite://{}", file("bot.db")), file("copy.db"));
    let copied = format!("sqlite://{copy}");
    // With an older store, which is brought up to date first.
    let [(version, rows)] = RELEASED;
    as_it_was(&format!("{url}?mode=rwc"), version, rows).await;
    std::fs::write(volume.join("bot.toml"), scene.setup().text()).unwrap();
    let mut serving = inside(volume, env!("CARGO_BIN_EXE_stagerbot"))
        .args(["serve", "--config", &file("bot.toml")])
        .envs(scene.secrets())
        .env("RUST_LOG", "info")
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(scene.log()).unwrap())
        .spawn()
        .unwrap();
    scene.connected(0).await;
    scene.card("Healthy again, without a restart of ours").await;
    // What is said of the incidents that the older store had.
    scene.told("The bot took this incident up again").await;
    scene.told("Healthy again, without a restart of ours").await;
    scene.beside_the_point(&[
        "waits for a second person (incident 2)",
        "Nobody approved your request in time",
        "Nobody approved in time: the request expired",
        "Checking prod: see incident 3",
    ]);
    let card = scene.requested().await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    // While it serves, too.
    let beside: [&[&str]; 2] = [&["store", "backup", "--store", &url, &copy], &["audit", "verify", "--store", &url]];
    for arguments in beside {
        let (code, said) = bot(volume, arguments).await;
        assert!(code == Some(0) && said.contains("as written"), "{arguments:?}: {said}");
    }
    assert!(Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap().success());
    let status = tokio::task::spawn_blocking(move || serving.wait().unwrap()).await.unwrap();
    let log = std::fs::read_to_string(scene.log()).unwrap();
    assert!(status.code() == Some(0) && !log.contains("the store"), "{log}");

    let kubeconfig = file("kubeconfig");
    let after: [(&[&str], &str); 9] = [
        (&["store", "check", "--store", &url], "as written"),
        (&["store", "check", "--store", &copied], "as written"),
        (&["audit", "verify", "--store", &copied], "as written"),
        (&["audit", "show", "3", "--store", &url], "Recovered"),
        (&["audit", "report", "3", "--store", &url], "diego-api-0"),
        (&["audit", "stats", "--store", &url], "prod"),
        (&["audit", "export", "--store", &url], "\"opened\""),
        (&["audit", "bundle", "3", "--store", &url], "opened"),
        (&["check", "--context", "simulator", "--namespace", "cf", "--kubeconfig", &kubeconfig], "Verdict: healthy"),
    ];
    for (arguments, says) in after {
        let (code, said) = bot(volume, arguments).await;
        assert!(code == Some(0) && said.contains(says), "{arguments:?}: {said}");
    }
    // The doctor may have more to say of a configuration of the tests; that the store does not work is none of it.
    let mut doctor = inside(volume, env!("CARGO_BIN_EXE_stagerbot"));
    doctor.args(["doctor", "--config", &file("bot.toml"), "--output", "json"]).envs(scene.secrets());
    let output = tokio::task::spawn_blocking(move || doctor.output().unwrap()).await.unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of_store = |finding: &&Value| finding["check"].as_str().is_some_and(|check| check.starts_with("store."));
    let wrong = report["findings"].as_array().unwrap().iter().filter(of_store);
    let wrong: Vec<&Value> = wrong.filter(|finding| finding["level"] == "failure").collect();
    assert!(report["ok"].as_u64() > Some(5) && wrong.is_empty(), "{report:#}");
    // What needs a folder says so, and where it is to be.
    let (code, said) = bot(volume, &["demo"]).await;
    assert!(code != Some(0) && said.contains("let TMPDIR name a folder that can be written"), "{said}");
}
