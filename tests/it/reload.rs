//! A configuration that is read anew while the bot runs: what counts is what stands in the file at the click.

use std::process::Command;

use stagerbot::simulator::slack::view::View;

use crate::harness::{Killed, PATIENCE, Scene, Setup, until};

/// Writes the file anew, has the bot read it, and waits until its log tells so once more than before.
async fn reload(scene: &Scene, bot: &Killed, setup: &Setup, told: &str) -> String {
    let count = || std::fs::read_to_string(scene.log()).unwrap().matches(told).count();
    let before = count();
    std::fs::write(scene.folder.path().join("bot.toml"), setup.text()).unwrap();
    assert!(Command::new("kill").args(["-HUP", &bot.id().to_string()]).status().unwrap().success());
    until(told, async || if count() > before { Ok(()) } else { Err("not yet") }).await;
    std::fs::read_to_string(scene.log()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_is_what_stands_in_the_file_at_the_click() {
    let scene = Scene::new().await;
    let bot = scene.child().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    let both = |view: &View| (view.counters.connections_open == 2).then_some(view.counters.connections_opened);
    let opened = scene.workspace.wait_for(PATIENCE, both).await.unwrap();

    // A broken file is refused with its reasons, and the old one stays.
    let broken = scene.setup().person("Ben", "nam = \"Ben\"").with("[restarts.nonsense]");
    let log = reload(&scene, &bot, &broken, "was not reloaded; the old one stays").await;
    assert!(log.contains("nam") && log.contains("restarts.nonsense"), "{log}");

    // Ben may not approve any more, Zoe may, and there is another environment.
    let changed = scene.setup().person("Ben", "may = [\"request\"]").with(&format!(
        "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"approve\"]\n\
         [[environment]]\nname = \"stage\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\n",
        scene.folder.path().join("kubeconfig").display()
    ));
    reload(&scene, &bot, &changed, "the configuration was reloaded").await;
    scene.clicks_stale(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "You may not approve").await;
    scene.told("Ben tried to approve, and was refused: You may not approve").await;
    assert!(scene.terminated().is_empty());
    scene.says(&scene.anna, "/stager check stage").await;
    scene.whispered(&scene.anna, "Checking stage").await;
    let card = scene.button("stager-approve").await;
    scene.clicks_stale(&scene.zoe, &card, "stager-approve").await;
    scene.card("Recovered").await;
    scene.has_approved("Zoe").await;
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.workspace.counters().connections_opened, opened, "the sockets were kept");
}

/// What takes a new start is named, and goes on as it was.
#[tokio::test(flavor = "multi_thread")]
async fn what_counts_from_the_next_start_on_is_named() {
    let scene = Scene::new().await;
    let bot = scene.child().await;
    let changed = scene.setup().with(&format!("store.url = \"{}\"", scene.url().replace("bot.db", "other.db")));
    let log = reload(&scene, &bot, &changed, "counts from the next start on").await;
    assert!(log.contains("section=\"store\""), "{log}");
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    scene.button("stager-restart").await;
    assert!(!scene.folder.path().join("other.db").exists());
}
