//! What the bot says in a channel: once, whatever is lost on the way; and where nobody can tell, at most marked as a repeat.

use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::message::Message;

use crate::harness::{Scene, is_card};

const POST: &str = "chat.postMessage";
const REPEATED: &str = "(repeated after a restart";

fn lines(scene: &Scene) -> Vec<String> {
    scene.threads().iter().flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_already_is_found_by_its_metadata() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.workspace.inject(Fault::AnswersLost { method: Some(POST.to_owned()) });
    scene.requested().await;
    scene.told("Anna requested a restart").await;
    scene.workspace.heal_all();
    bot.stop().await;
    assert_eq!(scene.cards(), 1);
    let mut told = lines(&scene);
    let all = told.len();
    told.dedup();
    assert_eq!(told.len(), all, "{told:#?}");
    assert!(told.iter().all(|line| !line.contains(REPEATED)), "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_scope_it_is_said_again_and_marked() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    let lost = Fault::AnswersLost { method: Some(POST.to_owned()) };
    scene.workspace.inject(Fault::ScopeMissing("channels:history".to_owned()));
    scene.workspace.inject(lost.clone());
    scene.says(&scene.anna, "/stager check").await;
    scene.seen(is_card).await;
    scene.workspace.heal(&lost);
    let card = scene.seen(|m| is_card(m) && m.text_seen().contains(REPEATED)).await;
    scene.seen(|m| m.ts == card.ts && m.button("stager-restart").is_some()).await;
    assert_eq!(scene.cards(), 2, "once more, and no more often");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_somebody_deleted_comes_again_and_leads_to_what_was_said_before() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Why: it hangs"]);
    let bot = scene.bot().await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let first = scene.button("stager-restart").await;
    scene.told("Verdict").await;
    let before = lines(&scene).len();
    let visible = |m: &Message| is_card(m) && m.is_visible() && m.ts != first.ts;
    scene.anna.deletes(&*first).unwrap();
    scene.says(&scene.anna, "/stager restart it hangs").await;
    let second = scene.seen(|m| visible(m) && m.button("stager-approve").is_some()).await;
    let link = format!("/archives/{}/p{}", scene.channel, first.ts.replace('.', ""));
    let body = serde_json::to_string(&second.blocks).unwrap();
    assert!(body.contains(&link), "{body}");
    let goes_on = |m: &Message| m.thread_ts.as_deref() == Some(&second.ts) && m.text_seen().contains("Anna requested");
    scene.seen(goes_on).await;
    let told = lines(&scene);
    assert!(told.len() > before && told.iter().all(|line| !line.contains(REPEATED)), "{told:#?}");
    bot.stop().await;
}
