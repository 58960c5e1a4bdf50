//! The whole bot, as in production, between a simulated cluster and a simulated Slack workspace: conversations.

use std::time::Duration;

use axum::http::StatusCode;
use jiff::SignedDuration;
use stagerbot::audit::verify;
use stagerbot::clock;
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::slack::fault::Fault as SlackFault;
use stagerbot::simulator::slack::message::Message;
use stagerbot::store::Store;

use crate::harness::{PATIENCE, Scene, begun, is_card, owed, post, until};

const V4: &str = include_str!("../data/alertmanager/v0.27.json");
const V018: &str = include_str!("../data/alertmanager/v0.18.json");

#[tokio::test(flavor = "multi_thread")]
async fn from_an_alert_to_the_recovery() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    assert_eq!(post(&bot, V4).await, StatusCode::OK);
    let card = scene.button("stager-restart").await;
    assert!(card.text_seen().contains("failed: Connection refused (exit code 1)"), "{}", card.text_seen());
    let form = scene.requests(&scene.anna, &card, "cf push fails").await;
    assert!(form.content["blocks"].to_string().contains("delete diego-api-0, diego-api-1"), "{}", form.content);
    let card = scene.button("stager-approve").await;
    let planned = scene.uids();
    let clicked = scene.clicks(&scene.ben, &card, "stager-approve").await;
    let asked = clicked.unwrap().confirm.unwrap().text;
    for part in ["prod", "diego-api-0, diego-api-1", "old at the request", "you checked the database"] {
        assert!(asked.contains(part), "the dialog does not name “{part}”: {asked}");
    }
    let card = scene.card("Recovered").await;
    assert!(card.buttons().is_empty());
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.cards(), 1);
    scene.told("cf push fails").await;
    scene.told("New active leader").await;
    let told = scene.told("stagerbot audit verify --config stagerbot.toml --noted").await.text_seen();
    scene.says(&scene.anna, "/stager report 1").await;
    let report = scene.whispered(&scene.anna, "Incident 1: prod").await.text_seen();
    for part in [" UTC Opened", "until the approval", "Ben approved", "stagerbot audit report 1"] {
        assert!(report.contains(part), "the report lacks “{part}”: {report}");
    }
    scene.says(&scene.anna, "/stager history").await;
    scene.whispered(&scene.anna, "· prod · incident 1: ").await;
    bot.stop().await;
    let noted = told.split_once("--noted ").unwrap().1.split_whitespace().next().unwrap();
    let store = Store::open(&scene.url()).await.unwrap();
    assert_eq!(store.head(1).await.unwrap().unwrap().to_string(), noted, "the thread holds the log's head");
    let report = verify(&mut store.snapshot().await.unwrap(), &[noted.parse().unwrap()]).await.unwrap();
    assert_eq!((report.flaws, report.incidents), (Vec::new(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_alerts_at_once_are_one_incident_and_a_resolved_one_makes_it_look_again() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Alert CF", "is over: checking", "Healthy again"]);
    let bot = scene.bot().await;
    scene.stuck().await;
    let bodies = (0..10).map(|n| if n % 2 == 0 { V4 } else { V018 });
    let answers = futures::future::join_all(bodies.map(|body| post(&bot, body))).await;
    assert!(answers.iter().all(|status| *status == StatusCode::OK), "{answers:?}");
    scene.button("stager-restart").await;
    assert_eq!(scene.cards(), 1);
    scene.cluster.heal_by_hand();
    scene.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
    assert_eq!(post(&bot, &V4.replace("\"firing\"", "\"resolved\"")).await, StatusCode::OK);
    scene.card("Healthy again, without a restart of ours").await;
    assert_eq!(scene.cards(), 1);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_with_their_reasons() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["tried to ", "belongs to no person", "Denied.", "Ben denied"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let code = card.button("stager-approve").unwrap().value.unwrap().split_once('/').unwrap().1.to_owned();

    scene.clicks(&scene.anna, &card, "stager-approve").await;
    scene.whispered(&scene.anna, "A second person has to approve it").await;
    scene.clicks(&scene.zoe, &card, "stager-approve").await;
    scene.whispered(&scene.zoe, "belongs to no person").await;
    scene.says(&scene.ben, &format!("/stager approve {code}")).await;
    scene.whispered(&scene.ben, "The database's state is not known").await;
    scene.says(&scene.zoe, "/stager restart now").await;
    scene.says(&scene.ben, "/stager cancel 000000-9").await;
    scene.whispered(&scene.ben, "No request waits under the code 000000-9").await;
    scene.says(&scene.ben, &format!("/stager cancel {code}")).await;
    scene.whispered(&scene.ben, "Only Anna can cancel").await;

    scene.clicks(&scene.ben, &card, "stager-deny").await;
    scene.card("the stager is unavailable").await;
    scene.clicks_stale(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Too late: Ben denied it at").await;

    let fresh = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &fresh, "").await;
    let card = scene.button("stager-approve").await;
    scene.says(&scene.ben, &format!("/stager approve {code} database-checked")).await;
    scene.whispered(&scene.ben, "Too late: Ben denied it at").await;
    assert!(scene.terminated().is_empty());

    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.clicks_stale(&scene.anna, &card, "stager-deny").await;
    scene.whispered(&scene.anna, "Too late: Ben approved it at").await;
    scene.card("Recovered").await;
    scene.clicks_stale(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Too late: Ben approved it at").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_never_overtakes_a_denial_that_came_before_it() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Ben denied", "Cleo tried to approve"]);
    let cleo = scene.workspace.add_person_as("U0CLEO001", "cleo", "en-US");
    let more = "[[person]]\nname = \"Cleo\"\nslack = \"U0CLEO001\"\nmay = [\"approve\"]\n";
    let bot = scene.bot_with(more).await;
    let card = scene.requested().await;
    let asked = || scene.workspace.counters().api_calls.get("users.info").copied().unwrap_or_default();
    // Slack does not say of Ben whether he is still there; of Cleo it does, at once.
    let (before, hangs) = (asked(), SlackFault::Hangs { method: Some("users.info".to_owned()) });
    scene.workspace.inject(hangs.clone());
    scene.clicks(&scene.ben, &card, "stager-deny").await;
    until("that Slack is asked about Ben", async || if asked() > before { Ok(()) } else { Err("not yet") }).await;
    scene.workspace.heal(&hangs);
    scene.clicks(&cleo, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Denied.").await;
    scene.whispered(&cleo, "Too late: Ben denied it at").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_does_not_come_again_though_its_incident_was_pruned() {
    let scene = Scene::new().await;
    scene.beside_the_point(&[
        "nobody is needed any more",
        "Ben took over",
        "The incident is yours.",
        "somebody took the incident over",
        "incident 2 in its channel",
        "Ben tried to approve",
    ]);
    let bot = scene.bot().await;
    let code = |card: &Message| {
        let value = card.button("stager-approve").unwrap().value.unwrap();
        value.split_once('/').unwrap().1.to_owned()
    };
    let card = scene.requested().await;
    let old = code(&card);
    scene.says(&scene.ben, "/stager handover").await;
    scene.card("Ben took over").await;
    let url = scene.url();
    // What is still to be told is kept.
    until("that everything is told", async || {
        let left = owed::try_untold(&url).await.map_err(|error| error.to_string())?;
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?} are not")) }
    })
    .await;
    bot.stop().await;
    let store = Store::open(&url).await.unwrap();
    let day = SignedDuration::from_hours(24);
    assert_eq!(store.prune(clock::now() + day * 3, Some(day)).await.unwrap().incidents, [1]);
    store.close().await;

    let before = scene.workspace.counters().connections_opened;
    let bot = scene.bot().await;
    scene.connected(before).await;
    scene.says(&scene.anna, "/stager check").await;
    let fresh = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &fresh, "").await;
    let fresh = scene.seen(|m| m.button("stager-approve").is_some() && m.ts != card.ts).await;
    assert_ne!(code(&fresh), old);
    scene.says(&scene.ben, &format!("/stager approve {old} database-checked")).await;
    scene.whispered(&scene.ben, &format!("No request waits under the code {old}")).await;
    scene.clicks_stale(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "No incident is open here").await;
    assert!(scene.terminated().is_empty(), "neither the old code nor the old button approves it");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_approves_expires_and_loses_its_buttons() {
    let scene = Scene::with(&[("approval_expiry", "\"1s\"")]).await;
    scene.beside_the_point(&["It expired; nobody came.", "Nobody approved your request in time", "[Request restart]"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    scene.told("the request expired").await;
    scene.seen(|m| is_card(m) && m.button("stager-approve").is_none() && m.button("stager-restart").is_some()).await;
    scene.clicks_stale(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Too late: the request expired at").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_while_nothing_changes_is_acted_on_at_once() {
    let scene = Scene::with(&[("recheck", "\"12h\""), ("recheck_unclear", "\"12h\"")]).await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    // By now the bot looks again at a change of the cluster only, and there is none: nothing can be awaited for that. Later is as good.
    tokio::time::sleep(Duration::from_secs(8)).await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_the_recovery_deletes_nothing_and_says_so() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Healthy again", "request is void", "It is void"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    scene.cluster.heal_by_hand();
    scene.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.told("The request is void: it is healthy again").await;
    scene.card("Healthy again, without a restart of ours").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_somebody_replaced_a_pod_is_void_and_a_new_plan_is_offered() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let before = scene.uids();
    scene.cluster.delete_pod_by_hand("diego-api-0");
    let replaced = |s: &Snapshot| s.healthy() && s.pod("diego-api-0").is_some_and(|pod| !before.contains(&pod.uid));
    scene.cluster.wait_until(PATIENCE, replaced).await.unwrap();
    scene.stuck().await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.told("a planned pod is gone or was replaced by somebody else").await;
    scene.button("stager-restart").await;
    assert_eq!(scene.terminated(), [before[0].clone()], "by hand, and nothing since");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_typed_while_the_verdict_is_not_known_is_refused() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Anna tried to request a restart"]);
    let bot = scene.bot().await;
    scene.cluster.inject(Fault::ExecDenied);
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.card("not known whether a restart helps").await;
    assert!(card.button("stager-restart").is_none());
    assert!(card.text_seen().contains("kubectl -n cf exec api-0 -c api -- nc -zv -w 5"), "the lines to go on by hand");
    scene.says(&scene.anna, "/stager restart please").await;
    scene.whispered(&scene.anna, "No restart: not known whether a restart helps").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_plays_the_scene_and_deletes_nothing() {
    let scene = Scene::with(&[("mode", "\"dry-run\"")]).await;
    scene.beside_the_point(&["Dry run: 2 pods would have been deleted", "dry run: would delete"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    assert!(card.text_seen().contains("Dry run: nothing will be deleted"));
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("2 pods would have been deleted; none was").await;
    let told = scene.told("would check again, then delete diego-api-1").await;
    assert!(told.text_seen().contains("dry run: would delete diego-api-0"), "{}", told.text_seen());
    assert!(scene.terminated().is_empty());
    assert!(scene.cluster.requests().iter().all(|request| request.method != "DELETE"));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_bot_keeps_the_card_and_its_buttons() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["took this incident up again"]);
    let first = scene.bot().await;
    let card = scene.requested().await;
    first.stop().await;
    let second = scene.bot().await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert_eq!(scene.cards(), 1);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_deletes_it_ends_right() {
    let scene = Scene::new().await;
    scene.beside_the_point(&[
        "took this incident up again",
        "Whether the delete",
        "was found",
        "Checked again after an interruption",
    ]);
    let first = scene.child().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    first.kill();
    assert_eq!(scene.terminated(), planned[..1]);
    let second = scene.child().await;
    let card = scene.card("Recovered").await;
    let terminated = scene.terminated();
    assert!(terminated.iter().all(|uid| planned.contains(uid)), "{terminated:?} of {planned:?}");
    assert_eq!(scene.cards(), 1, "no second card");
    assert!(card.text_seen().contains("is the active leader"));
    second.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_deletes_and_healed_by_hand_nothing_more_is_deleted() {
    let scene = Scene::new().await;
    scene.beside_the_point(&[
        "took this incident up again",
        "Whether the delete",
        "was found",
        "is not deleted: the environment is healthy",
    ]);
    let first = scene.child().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    first.kill();
    scene.cluster.heal_by_hand();
    let healed = |s: &Snapshot| s.healthy() && s.pod("diego-api-0").is_some_and(|pod| pod.uid != planned[0]);
    scene.cluster.wait_until(PATIENCE, healed).await.unwrap();
    let second = scene.child().await;
    scene.card("1 of 2 planned pods were deleted").await;
    assert_eq!(scene.terminated(), planned[..1]);
    assert_eq!(scene.cards(), 1);
    second.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn handing_over_lets_go_and_status_tells_how_things_stand() {
    let scene = Scene::new().await;
    scene.beside_the_point(&[
        "nobody is needed any more",
        "Ben took over",
        "The incident is yours.",
        "somebody took the incident over",
    ]);
    let bot = scene.bot().await;
    scene.says(&scene.zoe, "/stager status").await;
    scene.whispered(&scene.zoe, "prod: no open incident").await;
    scene.requested().await;
    scene.says(&scene.zoe, "/stager status").await;
    scene.whispered(&scene.zoe, "restart requested by Anna, waits for a second person (incident 1)").await;
    scene.says(&scene.ben, "/stager handover I know this one").await;
    scene.card("Ben took over: I know this one").await;
    scene.says(&scene.ben, "/stager restart").await;
    scene.whispered(&scene.ben, "No incident is open here").await;
    scene.says(&scene.ben, "/stager frobnicate").await;
    scene.whispered(&scene.ben, "I don't understand “frobnicate”").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_somebody_pastes_into_the_channel_is_looked_into_once() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Alert CF-StagerUnavailable", "noted"]);
    let bot = scene.bot().await;
    scene.stuck().await;
    let pasted =
        "Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired";
    for who in [&scene.anna, &scene.zoe] {
        assert!(who.types(&scene.channel, pasted).await.unwrap().acked());
    }
    scene.button("stager-restart").await;
    assert_eq!(scene.cards(), 1);
    let quiet = "the weather in 170011 is fine today";
    assert!(scene.ben.types(&scene.channel, quiet).await.unwrap().acked());
    assert_eq!(scene.cards(), 1);
    bot.stop().await;
}
