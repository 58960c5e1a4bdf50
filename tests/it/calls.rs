//! Finding the second person, at the wire: who is mentioned, when, and what becomes of it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use stagerbot::bot::Bot;
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::message::Message;

use crate::harness::pages::Pages;
use crate::harness::{Scene, mentioned};

/// The bot of a scene with these lines and secrets, too.
async fn bot_of(scene: &Scene, lines: &str, secrets: &[(&str, String)]) -> Bot {
    let all = secrets.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).chain(scene.secrets());
    scene.bot_of(&scene.setup().with(lines), all.collect()).await
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
    let call = scene.called("Anna requested a restart; a second person has to approve it").await;
    assert!(call.thread_ts.is_none(), "it is a message of its own");
    assert_eq!(mentioned(&call)[0], [scene.ben.id()]);
    assert!(call.text_seen().contains("The card, with the evidence and the buttons"), "{}", call.text_seen());
    // It stands on the card, too.
    scene.card("Ben, last at").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let notice = scene.called("Ben approved your request").await;
    assert_eq!(notice.thread_ts.as_deref(), Some(card.ts.as_str()));
    assert_eq!(mentioned(&notice)[0], [scene.anna.id()]);
    scene.called("Your restart is over. Recovered").await;
    let over = scene.called(": Ben approved.").await;
    assert_eq!(over.ts, call.ts, "it is edited");
    scene.over(&call, "Recovered").await;
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
    scene.beside_the_point(&["Cleo approved"]);
    let more = "[[person]]\nname = \"Cleo\"\nslack = \"U0CLEO001\"\nmay = [\"approve\"]\nnotify = false\n\
                [[person]]\nname = \"Dora\"\nslack = \"U0DORA001\"\nmay = [\"approve\"]\n\
                [[person]]\nname = \"Emil\"\nslack = \"U0EMIL001\"\nmay = [\"approve\"]\n";
    let (cleo, emil) = (
        scene.workspace.add_person_as("U0CLEO001", "cleo", "en-US"),
        scene.workspace.add_person_as("U0EMIL001", "emil", "en-US"),
    );
    scene.workspace.inject(Fault::Deactivated(emil.id().to_owned()));
    let bot = scene.bot_with(more).await;
    let card = scene.requested().await;
    let call = scene.called("a second person has to approve it").await;
    assert_eq!(mentioned(&call)[0], [scene.ben.id()], "neither who is not to be told, nor who is not there");
    let card =
        scene.seen(|m| m.ts == card.ts && m.text_seen().contains("Dora: Slack knows no account U0DORA001")).await;
    assert!(card.text_seen().contains("Emil: the account U0EMIL001 is deactivated on Slack"), "{}", card.text_seen());
    // Who is not told may approve all the same.
    cleo.clicks(&card, "stager-approve").await.unwrap();
    scene.called(": Cleo approved.").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_message_leads_to_the_card_and_shows_what_became_of_it() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Ben denied", "Denied."]);
    let bot = scene.bot_with("[notify]\nprivate = true\n").await;
    let card = scene.requested().await;
    let told = scene.seen(|m| m.channel.starts_with('D') && m.channel_name.contains("U0BEN0001")).await;
    let link = format!("p{}", card.ts.replace('.', ""));
    assert!(serde_json::to_string(&told.blocks).unwrap().contains(&link), "{:?}", told.blocks);
    scene.clicks(&scene.ben, &card, "stager-deny").await;
    scene.over(&told, "Ben denied it.").await;
    scene.called("Ben denied your request").await;
    bot.stop().await;
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
    let bot = bot_of(&scene, &notify, &secrets).await;
    let card = scene.requested().await;
    let first = scene.called("a second person has to approve it").await;
    let again = scene.called("Nobody has come since").await;
    assert_eq!(
        (again.thread_ts.as_ref(), &mentioned(&again)[0][..]),
        (Some(&card.ts), &[scene.ben.id().to_owned()][..])
    );
    let elsewhere = scene.called("Nobody came within 0.5 s").await;
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
        let is_over = |m: &Message| {
            let raw = serde_json::to_string(&m.blocks).unwrap();
            raw.contains("Ben approved.") && raw.contains("Recovered") && !raw.contains("<@") && !raw.contains("<!")
        };
        scene.seen(|m| m.ts == call.ts && is_over(m)).await;
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
    let bot = bot_of(&scene, &notify, &secrets).await;
    let card = scene.requested().await;
    scene.card("pagerduty: it can't be sent (pagerduty refused a page with HTTP 400: Event processed)").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    scene.called("Your restart is over").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_the_requester_is_told_and_asks_again_with_one_click() {
    let scene = Scene::with(&[("approval_expiry", "\"2s\"")]).await;
    scene.beside_the_point(&[
        "It expired; nobody came.",
        "Nobody approved",
        "This is the last call",
        "[Request restart]",
    ]);
    let bot = scene.bot_with("[notify]\nlast_call = \"1s\"\n").await;
    scene.requested().await;
    let last = scene.called("This is the last call").await;
    assert_eq!(mentioned(&last)[0], [scene.ben.id()]);
    let expired = scene.called("Nobody approved your request in time").await;
    assert_eq!(mentioned(&expired)[0], [scene.anna.id()]);
    scene.over(&last, "It expired; nobody came.").await;
    scene.requests(&scene.anna, &expired, "").await;
    let again = scene.button("stager-approve").await;
    assert!(again.text_seen().contains("-1-2"), "another request: {}", again.text_seen());
    // The button that counts no more is taken off.
    scene.seen(|m| m.ts == expired.ts && m.buttons().is_empty()).await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_nobody_requests_by_calls_somebody_until_somebody_does() {
    let scene = Scene::new().await;
    let bot = scene.bot_with("[notify]\nunattended = \"200ms\"\n").await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let call = scene.called("a restart will help, and nobody has requested it").await;
    assert_eq!(mentioned(&call)[0], [scene.anna.id(), scene.ben.id()]);
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    scene.over(&call, "Anna requested the restart.").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_whose_answer_is_lost_is_there_once() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["took this incident up again", "Denied.", "Ben denied the request"]);
    let bot = scene.bot().await;
    scene.workspace.inject(Fault::AnswersLost { method: Some("chat.postMessage".to_owned()) });
    scene.requested().await;
    scene.called("a second person has to approve it").await;
    scene.workspace.heal_all();
    scene.card("Ben, last at").await;
    bot.stop().await;
    let again = scene.bot().await;
    let card = scene.button("stager-approve").await;
    scene.clicks(&scene.ben, &card, "stager-deny").await;
    scene.called("Ben denied your request").await;
    again.stop().await;
    let calls = pings(&scene);
    let announced = calls.iter().filter(|(text, _)| text.contains("a second person has to approve")).count();
    assert_eq!(announced, 1, "{calls:#?}");
}
