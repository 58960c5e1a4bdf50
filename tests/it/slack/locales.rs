//! The language of private answers: the person's own, as Slack knows it, and nobody waits for it for long.

use stagerbot::simulator::slack::fault::Fault;

use crate::harness::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn private_answers_are_in_the_language_of_whoever_asked() {
    let scene = Scene::new().await;
    let marie = scene.workspace.add_person_as("U0MARIE01", "marie", "fr-FR");
    let yuki = scene.workspace.add_person_as("U0YUKI001", "yuki", "ja-JP");
    let bot = scene.bot().await;
    for (who, says) in [(&marie, "Je connais"), (&yuki, "使えるコマンド"), (&scene.anna, "I know")] {
        scene.says(who, "/stager what").await;
        scene.whispered(who, says).await;
    }
    // Once each.
    let asked = || scene.workspace.counters().calls("users.info");
    let before = asked();
    scene.says(&marie, "/stager check nowhere").await;
    scene.whispered(&marie, "nowhere").await;
    assert_eq!(asked(), before);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_language_that_slack_does_not_tell() {
    let scene = Scene::new().await;
    let marie = scene.workspace.add_person_as("U0MARIE01", "marie", "fr-FR");
    scene.workspace.inject(Fault::Hangs { method: Some("users.info".into()) });
    let bot = scene.bot().await;
    scene.says(&marie, "/stager what").await;
    scene.whispered(&marie, "I know").await;
    bot.stop().await;
}
