//! The bot as the first process of a container, as any user.

use std::process::{Command, Stdio};

use crate::harness::needed::missing;
use crate::harness::{Scene, until};

/// The processes whose parent this is: their ids and states.
fn children(parent: u32) -> Vec<(u32, String)> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let of = |process: std::fs::DirEntry| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(process.path().join("stat")).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?.to_owned();
        (fields.next()? == parent.to_string()).then_some((pid, state))
    };
    processes.filter_map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_process_of_a_container_ends_what_nobody_waits_for_and_hears_its_signals() {
    let namespace = ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"];
    let may = Command::new("unshare").args(namespace).arg("true").stderr(Stdio::null()).status();
    let enters = Command::new("nsenter").arg("--version").stdout(Stdio::null()).status();
    if ![may, enters].into_iter().all(|status| status.is_ok_and(|status| status.success())) {
        return missing("unshare and nsenter, and the right to make namespaces of users and processes");
    }
    let scene = Scene::new().await;
    let file = scene.folder.path().join("bot.toml");
    std::fs::write(&file, scene.setup().text()).unwrap();
    let mut outside = Command::new("unshare")
        .args(namespace)
        .args([env!("CARGO_BIN_EXE_stagerbot"), "serve", "--config"])
        .arg(&file)
        .envs(scene.secrets())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(scene.log()).unwrap())
        .spawn()
        .unwrap();
    scene.connected(0).await;
    let bot = children(outside.id())[0].0;
    let within =
        ["--user", "--pid", "--mount", "--preserve-credentials", "--target", &bot.to_string()].map(str::to_owned);
    let leaves = ["sh", "-c", "for n in 1 2 3; do sleep 3 & done"];
    assert!(Command::new("nsenter").args(&within).args(leaves).status().unwrap().success());
    assert_eq!(children(bot).len(), 3, "who has no parent any more is the first process's");
    until("they have ended and are gone", async || {
        let left = children(bot);
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
    })
    .await;
    assert!(Command::new("kill").args(["-TERM", &bot.to_string()]).status().unwrap().success());
    let status = tokio::task::spawn_blocking(move || outside.wait().unwrap()).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", std::fs::read_to_string(scene.log()).unwrap());
}
