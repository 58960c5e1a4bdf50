//! At the wire: cards and threads in the channel's language, private answers in the person's.

use stagerbot::bot::Bot;
use stagerbot::words::Words;

use crate::harness::Scene;

/// The bot of a scene whose environment has this language.
async fn bot_in(scene: &Scene, language: &str) -> Bot {
    let setup = scene.setup().environment(&format!("language = \"{language}\""));
    scene.bot_of(&setup, scene.secrets()).await
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
    scene.told("Anna 要求檢查 prod。").await;
    scene.told(&words.word("outcome-healthy")).await;
    // Whose language the bot does not speak: the channel's is the next best.
    let nils = scene.workspace.add_person_as("U0NILS001", "nils", "de-DE");
    scene.says(&nils, "/stager restart").await;
    scene.whispered(&nils, &words.word("refused-not-mapped")).await;
    bot.stop().await;
}
