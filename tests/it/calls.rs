//! Finding the second person, at the wire: who is mentioned, when, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use stagerbot::bot::Bot;
use stagerbot::config::{Config, Layer};
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::view::View;
use tokio::sync::watch;

use crate::scene::{PATIENCE, Scene, is_call};

/// Whom a message mentioned when it was posted, and whom it does now.
pub(crate) fn mentioned(message: &Message) -> [Vec<String>; 2] {
    let of = |blocks: &[serde_json::Value]| {
        let text = serde_json::to_string(blocks).unwrap();
        text.split("<@").skip(1).filter_map(|rest| Some(rest.split_once('>')?.0.to_owned())).collect()
    };
    [of(&message.history[0].blocks), of(&message.blocks)]
}

/// The newest message that calls somebody and says this.
pub(crate) async fn called(scene: &Scene, says: &str) -> Arc<Message> {
    let newest = |view: &View| {
        let is = |m: &&Arc<Message>| m.by_bot && is_call(&m.text_seen()) && m.text_seen().contains(says);
        view.messages.iter().rev().find(is).cloned()
    };
    let found = scene.workspace.wait_for(PATIENCE, newest).await;
    found.unwrap_or_else(|error| panic!("nobody was told “{says}”: {error:?}"))
}

/// The bot of a scene with more in its configuration.
pub(crate) async fn bot_with(scene: &Scene, change: impl Fn(String) -> String) -> Bot {
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
pub(crate) fn pings(scene: &Scene) -> Vec<(String, Vec<String>)> {
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
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let notice = called(&scene, "Ben approved your request").await;
    assert_eq!(notice.thread_ts.as_deref(), Some(card.ts.as_str()));
    assert_eq!(mentioned(&notice)[0], [scene.anna.id()]);
    called(&scene, "Your restart is over. Recovered").await;
    let over = called(&scene, ": Ben approved.").await;
    assert_eq!(over.ts, call.ts, "it is edited");
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
    scene.clicks(&scene.ben, &card, "stager-deny").await;
    let over = |view: &View| view.message(&told.ts).filter(|m| m.text_seen().contains("Ben denied it.")).cloned();
    let over = scene.workspace.wait_for(PATIENCE, over).await.unwrap();
    assert!(mentioned(&over)[1].is_empty());
    called(&scene, "Ben denied your request").await;
    bot.stop().await;
}

/// A small server that takes what pages people, and answers as it is told to.
pub(crate) struct Pages {
    pub(crate) address: String,
    /// Headers, what the body says, and the body.
    seen: watch::Receiver<Vec<(HeaderMap, Value, Bytes)>>,
    task: tokio::task::JoinHandle<()>,
}

impl Pages {
    pub(crate) async fn start(status: StatusCode) -> Self {
        let (sender, seen) = watch::channel(Vec::new());
        let take = move |headers: HeaderMap, body: Bytes| async move {
            let says = serde_json::from_slice(&body).unwrap();
            sender.send_modify(|all: &mut Vec<(HeaderMap, Value, Bytes)>| all.push((headers, says, body)));
            (status, axum::Json(json!({"status": "success", "message": "Event processed"})))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/v2/enqueue", listener.local_addr().unwrap());
        let app = axum::Router::new().route("/v2/enqueue", axum::routing::post(take));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, seen, task }
    }

    /// The first of these pages.
    pub(crate) async fn page(&self, action: &str) -> (HeaderMap, Value) {
        let (headers, says, _) = self.whole(action).await;
        (headers, says)
    }

    async fn whole(&self, action: &str) -> (HeaderMap, Value, Bytes) {
        let of = |all: &Vec<(HeaderMap, Value, Bytes)>| {
            all.iter().find(|(_, page, _)| page["event_action"] == action || page["action"] == action).cloned()
        };
        let mut seen = self.seen.clone();
        let there = tokio::time::timeout(PATIENCE, seen.wait_for(|all| of(all).is_some())).await;
        of(&there.unwrap_or_else(|_| panic!("nothing was sent to {action}")).unwrap()).unwrap()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_so_others_are_called_paged_and_the_page_is_resolved() {
    let scene = Scene::new().await;
    let (duty, hook) = (Pages::start(StatusCode::ACCEPTED).await, Pages::start(StatusCode::OK).await);
    let other = scene.workspace.add_channel("managers");
    let notify = format!(
        "[notify]\nremind = \"300ms\"\nlast_call = \"0s\"\n\
         [[notify.escalation]]\nafter = \"500ms\"\nwho = [\"slack:S0615G0KT\"]\nslack_channel = \"{other}\"\npage = \"pagerduty\"\n\
         [[notify.escalation]]\nafter = \"600ms\"\npage = \"webhook\"\n\
         [notify.pagerduty]\napi_url = \"{}\"\n",
        duty.address,
    );
    let secrets = [
        ("STAGERBOT__NOTIFY__PAGERDUTY__ROUTING_KEY", "0123456789abcdef0123456789abcdef".to_owned()),
        ("STAGERBOT__NOTIFY__WEBHOOK__URL", hook.address.clone()),
        ("STAGERBOT__NOTIFY__WEBHOOK__SECRET", "s3cret".to_owned()),
    ];
    let bot = bot_of(&scene, |text| text + &notify, &secrets).await;
    let card = scene.requested().await;
    let first = called(&scene, "a second person has to approve it").await;
    let again = called(&scene, "Nobody has come since").await;
    assert_eq!(
        (again.thread_ts.as_ref(), &mentioned(&again)[0][..]),
        (Some(&card.ts), &[scene.ben.id().to_owned()][..])
    );
    let elsewhere = called(&scene, "Nobody came within 0.5 s").await;
    assert_eq!(elsewhere.channel, other);
    assert!(
        serde_json::to_string(&elsewhere.blocks).unwrap().contains("<!subteam^S0615G0KT>"),
        "{:?}",
        elsewhere.blocks
    );

    let (_, page) = duty.page("trigger").await;
    let key = page["dedup_key"].as_str().unwrap().to_owned();
    assert_eq!(page["routing_key"], "0123456789abcdef0123456789abcdef");
    assert_eq!(page["payload"]["severity"], "critical");
    assert_eq!(page["payload"]["source"], "prod");
    assert!(page["payload"]["summary"].as_str().unwrap().contains("a second person has to approve it"), "{page}");
    assert!(page["links"][0]["href"].as_str().unwrap().contains(&card.ts.replace('.', "")), "{page}");
    let (headers, called_hook, body) = hook.whole("trigger").await;
    let mut signed = Hmac::<Sha256>::new_from_slice(b"s3cret").unwrap();
    signed.update(&body);
    let signature = format!("sha256={}", hex::encode(signed.finalize().into_bytes()));
    assert_eq!(headers["x-hub-signature-256"].to_str().unwrap(), signature);
    assert_eq!(
        headers["idempotency-key"].to_str().unwrap(),
        format!("{}/trigger", called_hook["key"].as_str().unwrap())
    );

    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let (_, resolved) = duty.page("resolve").await;
    assert_eq!(resolved, json!({"routing_key": page["routing_key"], "event_action": "resolve", "dedup_key": key}));
    hook.page("resolve").await;
    scene.card("Recovered").await;
    // Everything that called somebody says what happened, and calls nobody any more.
    for call in [first, again, elsewhere] {
        let is_over = |view: &View| {
            let now = view.message(&call.ts)?;
            let raw = serde_json::to_string(&now.blocks).unwrap();
            (raw.contains("Ben approved.") && raw.contains("Recovered") && !raw.contains("<@") && !raw.contains("<!"))
                .then_some(())
        };
        scene.workspace.wait_for(PATIENCE, is_over).await.unwrap();
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_and_does_not_answer_delays_nobody_and_a_refusal_stands_on_the_card() {
    let scene = Scene::new().await;
    // One takes connections and never answers, the other refuses its key.
    let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let duty = Pages::start(StatusCode::BAD_REQUEST).await;
    let notify = format!(
        "[[notify.escalation]]\nafter = \"10ms\"\npage = \"webhook\"\n\
         [[notify.escalation]]\nafter = \"10ms\"\npage = \"pagerduty\"\n[notify.pagerduty]\napi_url = \"{}\"\n",
        duty.address,
    );
    let secrets = [
        ("STAGERBOT__NOTIFY__PAGERDUTY__ROUTING_KEY", "0123456789abcdef0123456789abcdef".to_owned()),
        ("STAGERBOT__NOTIFY__WEBHOOK__URL", format!("http://{}/", dead.local_addr().unwrap())),
    ];
    let bot = bot_of(&scene, |text| text + &notify, &secrets).await;
    let card = scene.requested().await;
    scene.card("pagerduty: it can't be sent (pagerduty refused a page with HTTP 400: Event processed)").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    called(&scene, "Your restart is over").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_the_requester_is_told_and_asks_again_with_one_click() {
    let scene = Scene::with(&[("approval_expiry", "\"2s\"")]).await;
    let bot = bot_with(&scene, |text| text + "[notify]\nlast_call = \"1s\"\n").await;
    scene.requested().await;
    let last = called(&scene, "This is the last call").await;
    assert_eq!(mentioned(&last)[0], [scene.ben.id()]);
    let expired = called(&scene, "Nobody approved your request in time").await;
    assert_eq!(mentioned(&expired)[0], [scene.anna.id()]);
    let is_over =
        |view: &View| view.message(&last.ts).filter(|m| m.text_seen().contains("It expired; nobody came.")).map(drop);
    scene.workspace.wait_for(PATIENCE, is_over).await.unwrap();
    scene.requests(&scene.anna, &expired, "").await;
    let again = scene.button("stager-approve").await;
    assert!(again.text_seen().contains("-1-2"), "another request: {}", again.text_seen());
    // The button that counts no more is taken off.
    let bare = |view: &View| view.message(&expired.ts).filter(|m| m.buttons().is_empty()).map(drop);
    scene.workspace.wait_for(PATIENCE, bare).await.unwrap();
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_nobody_requests_by_calls_somebody_until_somebody_does() {
    let scene = Scene::new().await;
    let bot = bot_with(&scene, |text| text + "[notify]\nunattended = \"200ms\"\n").await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let call = called(&scene, "a restart will help, and nobody has requested it").await;
    assert_eq!(mentioned(&call)[0], [scene.anna.id(), scene.ben.id()]);
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let over = |view: &View| {
        let now = view.message(&call.ts)?;
        (now.text_seen().contains("Anna requested the restart.") && mentioned(now)[1].is_empty()).then_some(())
    };
    scene.workspace.wait_for(PATIENCE, over).await.unwrap();
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_whose_answer_is_lost_is_there_once() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.workspace.inject(Fault::AnswersLost { method: Some("chat.postMessage".to_owned()) });
    scene.requested().await;
    called(&scene, "a second person has to approve it").await;
    scene.workspace.heal_all();
    scene.card("Ben, last at").await;
    bot.stop().await;
    let again = scene.bot().await;
    let card = scene.button("stager-approve").await;
    scene.clicks(&scene.ben, &card, "stager-deny").await;
    called(&scene, "Ben denied your request").await;
    again.stop().await;
    let calls = pings(&scene);
    let announced = calls.iter().filter(|(text, _)| text.contains("a second person has to approve")).count();
    assert_eq!(announced, 1, "{calls:#?}");
}
