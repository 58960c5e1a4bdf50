//! Who may do what, told to whoever asks: in the chat and at the command line.

use std::process::Command;

use crate::calls::bot_with;
use crate::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_hears_who_they_are_and_what_a_restart_takes() {
    let scene =
        Scene::with(&[("approvals", "2"), ("quiet_hours", "\"22:00-06:00\""), ("time_zone", "\"Europe/Berlin\"")])
            .await;
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"approve\"]\n[[environment]]";
    let change = |text: String| text.replace("[[environment]]", more) + "reason = true\n";
    let bot = bot_with(&scene, change).await;
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
    std::fs::write(&file, change(scene.toml())).unwrap();
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
