//! A drill at the wire: on both platforms, with a page, beside a real outage, and what is left of it.

use axum::http::StatusCode;
use stagerbot::audit::verify;
use stagerbot::incident::drill::place;
use stagerbot::incident::event::Event;
use stagerbot::simulator::slack::message::Message;
use stagerbot::store::Store;

use crate::harness::both::{self, Both};
use crate::harness::pages::Pages;
use crate::harness::{Scene, is_call, is_card, mentioned};

const MARK: &str = "DRILL · ";

/// What is said of every drill, but for what each test reads.
const OF_A_DRILL: [&str; 4] = [
    "The drill for prod has begun: see its channel",
    "DRILL · Anna began a drill for prod, until",
    "Anna wants to know how soon a second person comes; click Approve",
    "Ben came. Nothing was restarted.",
];

fn code(card: &Message) -> String {
    let text = card.text_seen();
    text.split_once("Code: ").unwrap().1.split_whitespace().next().unwrap().to_owned()
}

/// The newest card of a drill that says this.
async fn drill_card(scene: &Scene, says: &str) -> std::sync::Arc<Message> {
    scene.seen(|m| is_card(m) && m.text_seen().contains(MARK) && m.text_seen().contains(says)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_announced_and_escalated_on_both_platforms_and_nothing_is_looked_at() {
    let both = Both::new().await;
    let duty = Pages::start(StatusCode::OK).await;
    let notify = "[notify]\nprivate = true\nremind = \"200ms\"\nlast_call = \"0s\"\n[[notify.escalation]]\nafter = \"500ms\"\npage = \"webhook\"\n";
    let hook = format!("[notify.webhook]\nurl_file = \"{}\"\n", both.scene.folder.path().join("hook").display());
    std::fs::write(both.scene.folder.path().join("hook"), &duty.address).unwrap();
    let bot = both.bot_of(&both.setup().with(notify).with(&hook)).await;
    let looked = both.scene.cluster.requests().len();

    both.says(&both.zoe, "/stager drill").await;
    both.seen(|m| m.ephemeral_to.is_some() && m.text_seen().contains("belongs to no person")).await;
    both.scene.says(&both.scene.anna, "/stager drill").await;
    both.scene.whispered(&both.scene.anna, "The drill for prod has begun").await;
    let card = drill_card(&both.scene, "wants to know how soon a second person comes").await;
    let call = both.scene.called("wants to know how soon").await;
    assert_eq!(mentioned(&call)[0], [both.scene.ben.id()]);
    both.seen(|m| both::is_card(m) && m.text_seen().contains(MARK)).await;
    both.seen(|m| is_call(&m.text_seen()) && m.text_seen().contains(MARK) && !m.pinged.is_empty()).await;
    both.scene.called("Nobody has come since").await;
    let (_, page) = duty.page("trigger").await;
    assert_eq!(page["drill"], true);
    assert!(page["summary"].as_str().unwrap().starts_with(MARK), "{page}");
    // Who types no code is told it.
    both.scene.says(&both.scene.ben, "/stager approve").await;
    let line = format!("/stager approve {} database-checked", code(&card));
    let told = both.scene.whispered(&both.scene.ben, &line).await.text_seen();
    assert!(told.contains(MARK), "{told}");
    // There is one at a time, and who began it is no second person.
    both.scene.says(&both.scene.ben, "/stager drill").await;
    both.scene.whispered(&both.scene.ben, "A drill is under way here already").await;
    both.scene.clicks(&both.scene.anna, &card, "stager-approve").await;
    both.scene.whispered(&both.scene.anna, "DRILL · You requested this restart yourself").await;
    both.scene.told("DRILL · Anna tried to approve, and was refused: You requested this restart yourself").await;
    both.scene.beside_the_point(&OF_A_DRILL);

    let here = both.seen(|m| both::is_card(m) && m.text_seen().contains(MARK)).await;
    both.confirms(&both.ben, &here, "stager-approve").await;
    both.seen(|m| m.ephemeral_to.is_some() && m.text_seen().contains("DRILL · You came after")).await;
    drill_card(&both.scene, "Ben came. Nothing was restarted.").await;
    both.scene.called("Your drill is over").await;
    duty.page("resolve").await;
    let over = both.scene.called(": Ben approved.").await;
    assert!(over.text_seen().contains(MARK) && mentioned(&over)[1].is_empty(), "{}", over.text_seen());
    both.scene.says(&both.scene.anna, "/stager history").await;
    both.scene.whispered(&both.scene.anna, "from the drill to the second person").await;
    both.scene.says(&both.scene.anna, "/stager report 1").await;
    both.scene.whispered(&both.scene.anna, "DRILL · Incident 1: prod").await;
    assert_eq!(both.scene.cluster.requests().len(), looked, "it asked the cluster");
    bot.stop().await;

    // Everything that anybody saw says what it is; what a person asked for beside it does not.
    let asked =
        ["The drill for prod has begun", "A drill is under way", "belongs to no person", "history", "incident 1"];
    let of_slack = both.scene.workspace.all_messages().into_iter().filter(|m| m.by_bot).map(|m| m.text_seen());
    let of_discord = both.server.all_messages().into_iter().filter(|m| m.by_bot).map(|m| m.text_seen());
    for text in of_slack.chain(of_discord).filter(|text| !asked.iter().any(|part| text.contains(part))) {
        assert!(text.contains(MARK), "nothing says that it is a drill: {text}");
    }
    let store = Store::open(&both.scene.url()).await.unwrap();
    let log = store.log(1).await.unwrap();
    let asked: Vec<_> = log.iter().filter(|one| matches!(one.event, Event::Called { .. })).collect();
    assert!(asked.len() >= 3, "{log:?}");
    assert_eq!(verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap().flaws, []);
    assert_eq!(store.newest_incident(&place("prod")).await.unwrap(), Some(1));
    assert_eq!(store.newest_incident("prod").await.unwrap(), None, "it is nothing of the environment's past");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_meanwhile_is_served_as_always_and_neither_code_is_the_other_s() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.says(&scene.anna, "/stager drill").await;
    let drill = drill_card(&scene, "Code: ").await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let card =
        scene.seen(|m| is_card(m) && !m.text_seen().contains(MARK) && m.button("stager-approve").is_some()).await;
    // With the drill's hash and the incident's number, and the other way round.
    let (rehearsed, meant) = (code(&drill), code(&card));
    let hash = |code: &str| code.split_once('-').unwrap().0.to_owned();
    for (wrong, number) in [(hash(&rehearsed), "-2-1"), (hash(&meant), "-1-1")] {
        let wrong = format!("{wrong}{number}");
        scene.says(&scene.ben, &format!("/stager approve {wrong} database-checked")).await;
        scene.whispered(&scene.ben, &format!("No request waits under the code {wrong}")).await;
        scene.told(&format!("Ben tried to approve, and was refused: No request waits under the code {wrong}")).await;
    }
    assert!(scene.terminated().is_empty());
    scene.says(&scene.ben, &format!("/stager approve {meant} database-checked")).await;
    scene.seen(|m| is_card(m) && m.text_seen().contains("Recovered")).await;
    let deleted = scene.terminated();
    scene.says(&scene.ben, &format!("/stager deny {rehearsed}")).await;
    drill_card(&scene, "Ben came. Nothing was restarted.").await;
    scene.called("UTC: Ben denied it").await;
    scene.called("DRILL · Your drill is over, after").await;
    scene.whispered(&scene.ben, "DRILL · You came after").await;
    scene.beside_the_point(&OF_A_DRILL);
    scene.beside_the_point(&["Checking prod: see incident 2"]);
    assert_eq!(scene.terminated(), deleted);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_and_it_expires_like_a_request() {
    let scene = Scene::with(&[("approval_expiry", "\"1s\"")]).await;
    let bot = scene.bot().await;
    scene.says(&scene.anna, "/stager drill prod").await;
    drill_card(&scene, "Nobody came in time.").await;
    let told = scene.called("Nobody came in time. Nothing was restarted.").await;
    assert!(told.buttons().is_empty() && told.text_seen().contains(MARK), "{}", told.text_seen());
    scene.called("UTC: It expired; nobody came").await;
    scene.told("DRILL · Nobody came in time. Nothing was restarted").await;
    scene.beside_the_point(&OF_A_DRILL);
    bot.stop().await;
}
