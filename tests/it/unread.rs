//! Nothing is left unread at the end of a scene: what that takes.

use crate::harness::{Scene, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_unread_until_somebody_waited_for_it() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.says(&scene.anna, "/stager whoami").await;
    until("the answer", async || {
        let unread = scene.unread();
        let [one] = &unread[..] else { return Err(format!("{unread:?}")) };
        one.contains("You are Anna").then_some(()).ok_or_else(|| one.clone())
    })
    .await;
    scene.whispered(&scene.anna, "You are Anna").await;
    assert_eq!(scene.unread(), [""; 0]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thread_each_entry_is_read_apart_unless_it_is_said_of_every_restart() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    scene.called("a second person has to approve it").await;
    scene.clicks(&scene.ben, &card, "stager-deny").await;
    scene.whispered(&scene.ben, "Denied.").await;
    scene.called("Ben denied your request").await;
    until("the entry", async || {
        let unread = scene.unread();
        let [one] = &unread[..] else { return Err(format!("{unread:?}")) };
        one.ends_with("Ben denied the request.").then_some(()).ok_or_else(|| one.clone())
    })
    .await;
    scene.told("Ben denied the request.").await;
    assert_eq!(scene.unread(), [""; 0]);
    bot.stop().await;
}
