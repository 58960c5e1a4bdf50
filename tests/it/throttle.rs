//! More commands than anybody types: answered once, not carried out, and no delay for anybody.

use crate::harness::both::Both;
use crate::harness::{Scene, is_card, until};

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_hears_it_once_and_delays_nobody() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["belongs to no person", "You are Ben"]);
    let bot = scene.bot_with("commands.per_minute = 3").await;
    let card = scene.requested().await;
    // Nobody of the configuration: a code like any other word.
    let code = card.text_seen().split_once("Code: ").unwrap().1.split_whitespace().next().unwrap().to_owned();
    for _ in 0..10 {
        scene.says(&scene.zoe, &format!("/stager deny {code}")).await;
    }
    scene.whispered(&scene.zoe, "That was too much at once").await;
    // A person who did the same is refused commands, and never a decision.
    for _ in 0..5 {
        scene.says(&scene.ben, "/stager whoami").await;
    }
    scene.whispered(&scene.ben, "That was too much at once, and this was not carried out. Wait ").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.seen(|m| is_card(m) && m.text_seen().contains("Recovered")).await;
    bot.stop().await;
    let heard = |id: &str, says: &str| {
        let all = scene.workspace.all_messages();
        all.iter().filter(|m| m.ephemeral_to.as_deref() == Some(id) && m.text_seen().contains(says)).count()
    };
    assert_eq!(heard(scene.zoe.id(), "belongs to no person"), 3, "three were carried out");
    assert_eq!(heard(scene.zoe.id(), "too much at once"), 1, "and the rest answered once");
    assert_eq!(heard(scene.ben.id(), "too much at once"), 1);
    let url = scene.url();
    assert!(crate::harness::owed::unanswered(&url).await.is_empty(), "what is not answered is closed all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_left_before_a_bot_that_thinks() {
    let both = Both::new().await;
    both.scene.beside_the_point(&["belongs to no person", "That was too much at once"]);
    let bot = both.bot_with("commands.per_minute = 2").await;
    for _ in 0..5 {
        both.says(&both.zoe, "/stager whoami").await;
    }
    until("each was answered", async || {
        let all = both.server.all_messages();
        let own = all.iter().filter(|m| m.ephemeral_to.as_deref() == Some(both.zoe.id()));
        let said: Vec<String> = own.map(|m| m.text_seen()).collect();
        let of = |says: &str| said.iter().filter(|text| text.contains(says)).count();
        let settled = of("is thinking") == 0 && of("belongs to no person") == 2 && of("That was too much at once") >= 3;
        settled.then_some(()).ok_or(format!("{said:#?}"))
    })
    .await;
    bot.stop().await;
}
