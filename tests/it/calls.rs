//! Finding the second person, at the wire: who is mentioned, when, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use stagerbot::bot::Bot;
use stagerbot::config::{Config, Layer};
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::view::View;

use crate::scene::{PATIENCE, Scene, is_call};

/// Whom a message mentioned when it was posted, and whom it does now.
fn mentioned(message: &Message) -> [Vec<String>; 2] {
    let of = |blocks: &[serde_json::Value]| {
        let text = serde_json::to_string(blocks).unwrap();
        text.split("<@").skip(1).filter_map(|rest| Some(rest.split_once('>')?.0.to_owned())).collect()
    };
    [of(&message.history[0].blocks), of(&message.blocks)]
}

/// The newest message that calls somebody and says this.
async fn called(scene: &Scene, says: &str) -> Arc<Message> {
    let newest = |view: &View| {
        let is = |m: &&Arc<Message>| m.by_bot && is_call(&m.text_seen()) && m.text_seen().contains(says);
        view.messages.iter().rev().find(is).cloned()
    };
    let found = scene.workspace.wait_for(PATIENCE, newest).await;
    found.unwrap_or_else(|error| panic!("nobody was told “{says}”: {error:?}"))
}

/// The bot of a scene with more in its configuration.
async fn bot_with(scene: &Scene, change: impl Fn(String) -> String) -> Bot {
    bot_of(scene, change, &[]).await
}

async fn bot_of(scene: &Scene, change: impl Fn(String) -> String, secrets: &[(&str, String)]) -> Bot {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let text = change(scene.toml());
    let all = secrets.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).chain(scene.secrets());
    let config = Config::from_layers(&[Layer { name: "test.toml", text: &text }], all).unwrap();
    let before = scene.workspace.counters().connections_opened;
    let bot = Bot::start(config).await.unwrap();
    scene.connected(before).await;
    bot
}

/// Every call that people see in the channel, by its first line, with whom it mentioned at first.
fn pings(scene: &Scene) -> Vec<(String, Vec<String>)> {
    let all = scene.workspace.all_messages();
    let calls = all.iter().filter(|m| m.by_bot && m.history[0].text.starts_with('📣'));
    calls.map(|m| (m.history[0].text.clone(), mentioned(m)[0].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_mentions_who_may_approve_and_is_closed_with_what_happened() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let call = called(&scene, "Anna requested a restart; a second person has to approve it").await;
    assert!(call.thread_ts.is_none(), "it is a message of its own");
    assert_eq!(mentioned(&call)[0], [scene.ben.id()]);
    assert!(call.text_seen().contains("The card, with the evidence and the buttons"), "{}", call.text_seen());
    // It stands on the card, too.
    scene.card("Ben, last at").await;
    scene.ben.clicks(&card, "stager-approve").await.unwrap();
    let notice = called(&scene, "Ben approved your request").await;
    assert_eq!(notice.thread_ts.as_deref(), Some(card.ts.as_str()));
    assert_eq!(mentioned(&notice)[0], [scene.anna.id()]);
    called(&scene, "Your restart is over. Recovered").await;
    let over = called(&scene, ": Ben approved.").await;
    assert_eq!(over.ts, call.ts, "it is edited");
    let closed = called(&scene, "Recovered: ").await;
    let _ = closed;
    let is_over = |view: &View| {
        let now = view.message(&call.ts)?;
        (now.text_seen().contains("Recovered") && mentioned(now)[1].is_empty()).then_some(())
    };
    scene.workspace.wait_for(PATIENCE, is_over).await.unwrap();
    let everybody: BTreeMap<String, usize> =
        pings(&scene).into_iter().flat_map(|(_, who)| who).fold(BTreeMap::new(), |mut count, who| {
            *count.entry(who).or_default() += 1;
            count
        });
    assert_eq!(everybody, BTreeMap::from([(scene.anna.id().to_owned(), 2), (scene.ben.id().to_owned(), 1)]));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_approve_and_who_is_told_are_two_settings_and_an_unknown_account_is_said() {
    let scene = Scene::new().await;
    let more = "[[person]]\nname = \"Cleo\"\nslack = \"U0CLEO001\"\nmay = [\"approve\"]\nnotify = false\n\
                [[person]]\nname = \"Dora\"\nslack = \"U0DORA001\"\nmay = [\"approve\"]\n\
                [[person]]\nname = \"Emil\"\nslack = \"U0EMIL001\"\nmay = [\"approve\"]\n";
    let (cleo, emil) = (
        scene.workspace.add_person_as("U0CLEO001", "cleo", "en-US"),
        scene.workspace.add_person_as("U0EMIL001", "emil", "en-US"),
    );
    scene.workspace.inject(Fault::Deactivated(emil.id().to_owned()));
    let bot = bot_with(&scene, |text| text.replace("[[environment]]", &format!("{more}[[environment]]"))).await;
    let card = scene.requested().await;
    let call = called(&scene, "a second person has to approve it").await;
    assert_eq!(mentioned(&call)[0], [scene.ben.id()], "neither who is not to be told, nor who is not there");
    let card =
        scene.seen(|m| m.ts == card.ts && m.text_seen().contains("Dora: Slack knows no account U0DORA001")).await;
    assert!(card.text_seen().contains("Emil: the account U0EMIL001 is deactivated on Slack"), "{}", card.text_seen());
    // Who is not told may approve all the same.
    cleo.clicks(&card, "stager-approve").await.unwrap();
    called(&scene, ": Cleo approved.").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_message_leads_to_the_card_and_shows_what_became_of_it() {
    let scene = Scene::new().await;
    let bot = bot_with(&scene, |text| text + "[notify]\nprivate = true\n").await;
    let card = scene.requested().await;
    let private = |view: &View| {
        let is = |m: &&Arc<Message>| m.by_bot && m.channel.starts_with('D') && m.channel_name.contains("U0BEN0001");
        view.messages.iter().rev().find(is).cloned()
    };
    let told = scene.workspace.wait_for(PATIENCE, private).await.unwrap();
    let link = format!("p{}", card.ts.replace('.', ""));
    assert!(serde_json::to_string(&told.blocks).unwrap().contains(&link), "{:?}", told.blocks);
    scene.ben.clicks(&card, "stager-deny").await.unwrap();
    let over = |view: &View| view.message(&told.ts).filter(|m| m.text_seen().contains("Ben denied it.")).cloned();
    let over = scene.workspace.wait_for(PATIENCE, over).await.unwrap();
    assert!(mentioned(&over)[1].is_empty());
    called(&scene, "Ben denied your request").await;
    bot.stop().await;
}
