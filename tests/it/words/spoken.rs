//! At the wire: cards and threads in the channel's language, private answers in the person's.

use stagerbot::bot::Bot;
use stagerbot::config::{Config, Layer};
use stagerbot::words::Words;

use crate::scene::Scene;

/// The bot of a scene whose environment has this language.
async fn bot_in(scene: &Scene, language: &str) -> Bot {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let text = format!("{}language = \"{language}\"\n", scene.toml());
    let config = Config::from_layers(&[Layer { name: "test.toml", text: &text }], scene.secrets()).unwrap();
    let bot = Bot::start(config).await.unwrap();
    scene.connected(0).await;
    bot
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_spoken_to_in_its_language() {
    let scene = Scene::new().await;
    let bot = bot_in(&scene, "zh-Hant").await;
    scene.says(&scene.anna, "/stager check").await;
    let words = Words::of(Some("zh-Hant"));
    let card = scene.card(&words.word("outcome-healthy")).await;
    assert!(card.text_seen().contains("作用中的領導者"), "{}", card.text_seen());
    scene.told("結論：正常。").await;
    // Whose language the bot does not speak: the channel's is the next best.
    let nils = scene.workspace.add_person_as("U0NILS001", "nils", "de-DE");
    scene.says(&nils, "/stager restart").await;
    scene.whispered(&nils, &words.word("refused-not-mapped")).await;
    bot.stop().await;
}
