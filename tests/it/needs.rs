//! What else needs somebody, beside a request: each is told, and closed.

use axum::http::StatusCode;
use stagerbot::audit::{Flaw, verify};
use stagerbot::incident::event::Event;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::slack::delivery::Delivery;
use stagerbot::simulator::slack::fault::Fault as OfSlack;
use stagerbot::store::Store;

use crate::harness::both::Both;
use crate::harness::pages::Pages;
use crate::harness::{Scene, insists, is_call, mentioned, post, until};

const ALERT: &str = include_str!("../data/alertmanager/v0.27.json");

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_was_taken_over_in_the_midst_is_told_to_those_who_were_called() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["The incident is yours.", "Ben took over"]);
    let bot = scene.bot().await;
    scene.requested().await;
    let call = scene.called("a second person has to approve it").await;
    scene.says(&scene.ben, "/stager handover I know this one").await;
    let news = scene.called("somebody took the incident over").await;
    assert!(news.text_seen().contains("I know this one"), "{}", news.text_seen());
    assert_eq!(mentioned(&news)[0], [scene.anna.id(), scene.ben.id()]);
    scene.over(&call, "The incident was closed; nobody is needed any more.").await;
    bot.stop().await;
    let url = scene.url();
    assert!(crate::harness::owed::untold(&url).await.is_empty(), "something is left to be told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_stopped_half_way_calls_whoever_can_go_on() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Not recovered: the new diego-api-0 can't run"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    scene.cluster.inject(Fault::NewBbsPodsCrash);
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let news = scene.called("the restart did not heal it; a person has to go on").await;
    assert_eq!(mentioned(&news)[0], [scene.anna.id(), scene.ben.id()]);
    assert!(news.text_seen().contains("Not recovered"), "{}", news.text_seen());
    assert_eq!(scene.terminated().len(), 1, "the canary alone");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_can_not_be_seen_calls_somebody_until_it_can() {
    let scene = Scene::with(&[("recheck_unclear", "\"200ms\"")]).await;
    scene.beside_the_point(&["Healthy: nothing to do."]);
    let bot = scene.bot_with("[notify]\nunattended = \"200ms\"\n").await;
    scene.cluster.inject(Fault::ExecDenied);
    scene.says(&scene.anna, "/stager check").await;
    let call = scene.called("I can't see what is wrong; somebody has to look").await;
    assert_eq!(mentioned(&call)[0], [scene.anna.id(), scene.ben.id()]);
    scene.cluster.heal(&Fault::ExecDenied);
    scene.over(&call, "nobody is needed").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_takes_no_card_is_told_on_the_other_platform_until_it_takes_them() {
    let both = Both::new().await;
    both.scene.beside_the_point(&[
        "can't be shown",
        "is archived",
        "takes no card",
        "takes cards again",
        "(incident 1)",
        "the stager is unavailable",
    ]);
    let archived = OfSlack::Archived("operations".to_owned());
    both.scene.workspace.inject(archived.clone());
    let elsewhere = both.scene.workspace.add_channel("elsewhere");
    let bot = both.bot_with("[notify]\nprivate = true\n").await;
    both.scene.stuck().await;
    both.says(&both.anna, "/stager check").await;
    let says = "takes no card, so nobody sees the incident there";
    let call = both.seen(|m| is_call(&m.text_seen()) && m.text_seen().contains(says)).await;
    assert!(call.text_seen().contains("is archived"), "{}", call.text_seen());
    assert_eq!(call.pinged, [both.anna.id(), both.ben.id()]);
    // On Slack they are told in private.
    let private = both.scene.seen(|m| m.channel.starts_with('D') && m.text_seen().contains(says)).await;
    both.scene.workspace.heal(&archived);
    until("it is over", async || {
        // Whoever asks for something has it tried again.
        insists(Delivery::acked, async || both.scene.anna.types(&elsewhere, "/stager status").await).await;
        let all = both.server.all_messages();
        let now = all.iter().find(|m| m.id == call.id).map(|m| m.text_seen()).unwrap_or_default();
        now.contains("The channel takes cards again.").then_some(()).ok_or(now)
    })
    .await;
    both.scene.over(&private, "The channel takes cards again.").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_other_channel_shows_it_others_are_told_at_once_and_a_page_is_resolved() {
    let scene = Scene::new().await;
    scene.beside_the_point(&[
        "can't be shown",
        "is archived",
        "takes cards again",
        "(incident 1)",
        "the stager is unavailable",
        "Alert CFStagerUnavailable",
    ]);
    let (hook, elsewhere) = (Pages::start(StatusCode::OK).await, scene.workspace.add_channel("elsewhere"));
    let file = scene.folder.path().join("hook");
    std::fs::write(&file, &hook.address).unwrap();
    let notify = format!(
        "[[notify.escalation]]\nafter = \"30m\"\nwho = [\"Ben\"]\nslack_channel = \"{elsewhere}\"\npage = \"webhook\"\n\
         [notify.webhook]\nurl_file = \"{}\"\n",
        file.display()
    );
    let archived = OfSlack::Archived("operations".to_owned());
    scene.workspace.inject(archived.clone());
    let bot = scene.bot_with(&notify).await;
    scene.stuck().await;
    post(&bot, ALERT).await;
    let call = scene.called("takes no card, so nobody sees the incident there").await;
    assert_eq!(
        (call.channel.as_str(), &mentioned(&call)[0][..]),
        (elsewhere.as_str(), &[scene.ben.id().to_owned()][..])
    );
    let (_, page) = hook.page("trigger").await;
    assert!(page["summary"].as_str().unwrap().contains("takes no card") && page["drill"] == false, "{page}");
    scene.workspace.heal(&archived);
    insists(Delivery::acked, async || scene.anna.types(&elsewhere, "/stager status").await).await;
    hook.page("resolve").await;
    scene.over(&call, "The channel takes cards again.").await;
    scene.told("takes no card: ").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_heals_by_itself_resolves_its_page_and_calls_nobody_any_more() {
    let scene = Scene::with(&[("recheck", "\"500ms\"")]).await;
    scene.beside_the_point(&["request is void", "Healthy again"]);
    let duty = Pages::start(StatusCode::ACCEPTED).await;
    let notify = format!(
        "[[notify.escalation]]\nafter = \"10ms\"\npage = \"pagerduty\"\n[notify.pagerduty]\napi_url = \"{}\"\nrouting_key_file = \"{}\"\n",
        duty.address,
        scene.folder.path().join("key").display(),
    );
    std::fs::write(scene.folder.path().join("key"), "0123456789abcdef0123456789abcdef").unwrap();
    let bot = scene.bot_with(&notify).await;
    scene.requested().await;
    let call = scene.called("a second person has to approve it").await;
    let (_, page) = duty.page("trigger").await;
    // Somebody mends it by hand.
    scene.cluster.heal_by_hand();
    let (_, resolved) = duty.page("resolve").await;
    assert_eq!(resolved["dedup_key"], page["dedup_key"]);
    scene.over(&call, "It is void: the situation changed.").await;
    scene.card("Healthy again, without a restart of ours.").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_told_stands_in_the_log_once_and_an_edited_table_is_noticed() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["took this incident up again"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    scene.called("a second person has to approve it").await;
    let url = scene.url();
    let store = Store::open(&url).await.unwrap();
    let told = async || {
        let log = store.log(1).await.unwrap();
        let of = |event: &Event| match event {
            Event::Called { key, destination, names, .. } => Some((key.clone(), destination.clone(), names.clone())),
            _ => None,
        };
        log.iter().filter_map(|one| of(&one.event)).collect::<Vec<_>>()
    };
    until("it stands in the log", async || {
        let told = told().await;
        (told.len() == 1).then_some(()).ok_or(format!("{told:?}"))
    })
    .await;
    bot.stop().await;
    let bot = scene.bot().await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.called("Your restart is over").await;
    bot.stop().await;
    let told = told().await;
    assert_eq!(told.len(), 1, "once: {told:?}");
    assert_eq!((told[0].1.as_str(), &told[0].2[..]), ("slack", &["Ben".to_owned()][..]));
    assert_eq!(verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap().flaws, []);
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await.unwrap();
    sqlx::query("UPDATE announcements SET told = replace(told, 'Ben', 'Eve')").execute(&mut connection).await.unwrap();
    let flaws = verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap().flaws;
    assert!(matches!(flaws[..], [Flaw::CallDiffers { incident: 1, .. }]), "{flaws:?}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_refuses_reaches_people_in_private_and_news_the_next_channel() {
    let scene = Scene::new().await;
    scene.beside_the_point(&[
        "can't be shown",
        "is archived",
        "takes no card",
        "nobody is needed any more",
        "Anna took over",
        "a restart will help, and nobody has requested it",
        "The incident is yours.",
        "somebody took the incident over",
    ]);
    let elsewhere = scene.workspace.add_channel("elsewhere");
    let notify = format!(
        "[notify]\nprivate = true\nunattended = \"10ms\"\n[[notify.escalation]]\nafter = \"30m\"\nwho = [\"Ben\"]\n\
         slack_channel = \"{elsewhere}\"\n"
    );
    scene.workspace.inject(OfSlack::Archived("operations".to_owned()));
    let bot = scene.bot_with(&notify).await;
    scene.stuck().await;
    while !scene.anna.types(&elsewhere, "/stager check").await.unwrap().acked() {}
    let offer = "nobody has requested it";
    let private = scene.seen(|m| m.channel.starts_with('D') && m.text_seen().contains(offer)).await;
    assert_eq!(
        scene
            .workspace
            .all_messages()
            .iter()
            .filter(|m| m.channel == elsewhere && m.text_seen().contains(offer))
            .count(),
        0
    );
    while !scene.anna.types(&elsewhere, "/stager handover I know this one").await.unwrap().acked() {}
    let news = "somebody took the incident over";
    scene.seen(|m| m.channel.starts_with('D') && m.text_seen().contains(news)).await;
    let there = scene.seen(|m| m.channel == elsewhere && is_call(&m.text_seen()) && m.text_seen().contains(news)).await;
    assert_eq!(mentioned(&there)[0], [scene.anna.id(), scene.ben.id()]);
    scene.over(&private, "The incident was closed; nobody is needed any more.").await;
    // Once each, however often the channel is tried.
    until("the channel was tried again", async || {
        let sent = scene.workspace.bodies_sent();
        let here = sent.iter().filter(|sent| sent.body["channel"] == scene.channel.as_str());
        let tries = here.filter(|sent| sent.body.to_string().contains(news)).count();
        (tries > 1).then_some(()).ok_or(tries)
    })
    .await;
    let all = scene.workspace.all_messages();
    let told =
        |says: &str| all.iter().filter(|m| m.channel.starts_with('D') && m.history[0].text.contains(says)).count();
    assert_eq!((told(offer), told(news)), (2, 2), "each of both once");
    bot.stop().await;
}
