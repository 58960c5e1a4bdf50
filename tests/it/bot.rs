//! The whole bot, as in production, between a simulated cluster and a simulated Slack workspace: conversations.

use stagerbot::audit::verify;
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::store::Store;

use crate::both::Both;
use crate::harness::bots;
use crate::harness::expect::CHECKED;
use crate::harness::log::{EVERYTHING, assert_keeps};
use crate::harness::people::code;
use crate::scene::{self, PATIENCE, Scene, cluster, is_begun, is_card};

const V4: &str = include_str!("../data/alertmanager/v0.27.json");
const V018: &str = include_str!("../data/alertmanager/v0.18.json");

#[tokio::test(flavor = "multi_thread")]
async fn from_an_alert_to_the_recovery() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    scene.alerts(&bot, V4).await;
    let card = scene.button("stager-restart").await;
    assert!(card.text_seen().contains("failed: Connection refused (exit code 1)"), "{}", card.text_seen());
    let (form, _) = scene.requests(&scene.anna, &card, "cf push fails").await;
    assert!(form.view["blocks"].to_string().contains("delete diego-api-0, diego-api-1"), "{}", form.view);
    let card = scene.button("stager-approve").await;
    let planned = scene.uids();
    let asked = card.button("stager-approve").unwrap().confirm.unwrap().text;
    for part in ["prod", "diego-api-0, diego-api-1", "old at the request", "you checked the database"] {
        assert!(asked.contains(part), "the dialog does not name “{part}”: {asked}");
    }
    scene.approves(&scene.ben, &card).await;
    let card = scene.card("Recovered").await;
    assert!(card.buttons().is_empty());
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.cards(), 1);
    scene.told("cf push fails").await;
    scene.told("New active leader").await;
    let told = scene.told("stagerbot audit verify --noted").await.text_seen();
    bot.stop().await;
    let noted = told.split_once("--noted ").unwrap().1.split_whitespace().next().unwrap();
    let store = Store::open(&format!("sqlite://{}", scene.folder.path().join("bot.db").display())).await.unwrap();
    assert_eq!(store.head(1).await.unwrap().unwrap().to_string(), noted, "the thread holds the log's head");
    let report = verify(&mut store.snapshot().await.unwrap(), &[noted.parse().unwrap()]).await.unwrap();
    assert_eq!((report.flaws, report.incidents), (Vec::new(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_alerts_at_once_are_one_incident_and_a_resolved_one_makes_it_look_again() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    let bodies = (0..10).map(|n| if n % 2 == 0 { V4 } else { V018 });
    futures::future::join_all(bodies.map(|body| scene.alerts(&bot, body))).await;
    scene.button("stager-restart").await;
    scene.told("joined").await;
    assert_eq!(scene.cards(), 1);
    scene.cluster.heal_by_hand();
    scene.cluster.advance_until(Snapshot::healthy).unwrap();
    scene.alerts(&bot, &V4.replace("\"firing\"", "\"resolved\"")).await;
    scene.told("is over: checking").await;
    scene.card("Healthy again, without a restart of ours").await;
    assert_eq!(scene.cards(), 1);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_with_their_reasons() {
    let scene = Scene::new().await;
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
    scene.whispered(&scene.zoe, "belongs to no person").await;
    scene.says(&scene.ben, "/stager cancel 000000-9").await;
    scene.whispered(&scene.ben, "No request waits under the code 000000-9").await;
    scene.says(&scene.ben, &format!("/stager cancel {code}")).await;
    scene.whispered(&scene.ben, "Only Anna can cancel").await;

    scene.clicks(&scene.ben, &card, "stager-deny").await;
    scene.whispered(&scene.ben, "Denied.").await;
    scene.card("the stager is unavailable").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Too late: Ben denied it at").await;

    let fresh = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &fresh, "").await;
    let card = scene.button("stager-approve").await;
    scene.says(&scene.ben, &format!("/stager approve {code} database-checked")).await;
    scene.whispered(&scene.ben, "Too late: Ben denied it at").await;
    assert!(scene.terminated().is_empty());

    scene.approves(&scene.ben, &card).await;
    scene.clicks(&scene.anna, &card, "stager-deny").await;
    scene.whispered(&scene.anna, "Too late: Ben approved it at").await;
    scene.card("Recovered").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Too late: Ben approved it at").await;
    scene.told("Ben denied the request").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_approves_expires_and_loses_its_buttons() {
    let scene = Scene::with(&[("approval_expiry", "\"1s\"")]).await;
    let bot = scene.bot().await;
    scene.stuck().await;
    scene.checks(&scene.anna).await;
    let card = scene.button("stager-restart").await;
    // By the time that anybody could click, its buttons may be gone.
    let (_, told) = scene.requests(&scene.anna, &card, "").await;
    scene.told("the request expired").await;
    scene.seen(|m| is_card(m) && m.button("stager-approve").is_none() && m.button("stager-restart").is_some()).await;
    scene.says(&scene.ben, &format!("/stager approve {} database-checked", code(&told.text_seen()))).await;
    scene.whispered(&scene.ben, "Too late: the request expired at").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_the_recovery_deletes_nothing_and_says_so() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    scene.cluster.heal_by_hand();
    scene.cluster.advance_until(Snapshot::healthy).unwrap();
    scene.approves(&scene.ben, &card).await;
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
    scene.cluster.advance_until(replaced).unwrap();
    scene.stuck().await;
    scene.approves(&scene.ben, &card).await;
    scene.told("a planned pod is gone or was replaced by somebody else").await;
    scene.button("stager-restart").await;
    assert_eq!(scene.terminated(), [before[0].clone()], "by hand, and nothing since");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_typed_while_the_verdict_is_not_known_is_refused() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.cluster.inject(Fault::ExecDenied);
    scene.checks(&scene.anna).await;
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
    let bot = scene.bot().await;
    let card = scene.requested().await;
    assert!(card.text_seen().contains("Dry run: nothing will be deleted"));
    scene.approves(&scene.ben, &card).await;
    scene.card("2 pods would have been deleted; none was").await;
    scene.told("would delete diego-api-0").await;
    let told = scene.told("would check again, then delete diego-api-1").await;
    assert!(told.text_seen().contains("dry run: would delete diego-api-0"), "{}", told.text_seen());
    assert!(scene.terminated().is_empty());
    assert!(scene.cluster.requests().iter().all(|request| request.method != "DELETE"));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_bot_keeps_the_card_and_its_buttons() {
    let scene = Scene::new().await;
    let first = scene.bot().await;
    let card = scene.requested().await;
    first.stop().await;
    let second = scene.bot().await;
    scene.told("took this incident up again").await;
    scene.approves(&scene.ben, &card).await;
    scene.card("Recovered").await;
    assert_eq!(scene.cards(), 1);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_deletes_it_ends_right() {
    let scene = Scene::new().await;
    let first = scene.child().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    // The first pod is on its way out for as long as the clock is held.
    scene.cluster.hold();
    scene.approves(&scene.ben, &card).await;
    scene.cluster.wait_until(PATIENCE, is_begun).await.unwrap();
    first.kill();
    assert_eq!(scene.terminated(), planned[..1]);
    let second = scene.child().await;
    scene.told("took this incident up again").await;
    scene.told("was found terminating").await;
    scene.cluster.go_on();
    scene.told("Checked again after an interruption: not healthy yet").await;
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
    let first = scene.child().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.hold();
    scene.approves(&scene.ben, &card).await;
    scene.cluster.wait_until(PATIENCE, is_begun).await.unwrap();
    first.kill();
    scene.cluster.heal_by_hand();
    let healed = |s: &Snapshot| s.healthy() && s.pod("diego-api-0").is_some_and(|pod| pod.uid != planned[0]);
    scene.cluster.advance_until(healed).unwrap();
    let second = scene.child().await;
    scene.told("took this incident up again").await;
    scene.told("was found gone").await;
    scene.told("is not deleted: the environment is healthy").await;
    scene.card("1 of 2 planned pods were deleted").await;
    assert_eq!(scene.terminated(), planned[..1]);
    assert_eq!(scene.cards(), 1);
    second.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn handing_over_lets_go_and_status_tells_how_things_stand() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.says(&scene.zoe, "/stager status").await;
    scene.whispered(&scene.zoe, "prod: no open incident").await;
    scene.requested().await;
    scene.says(&scene.zoe, "/stager status").await;
    scene.whispered(&scene.zoe, "restart requested by Anna, waits for a second person (incident 1)").await;
    scene.says(&scene.ben, "/stager handover I know this one").await;
    scene.whispered(&scene.ben, "The incident is yours").await;
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
    let bot = scene.bot().await;
    scene.stuck().await;
    let pasted =
        "Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired";
    for who in [&scene.anna, &scene.zoe] {
        scene.says(who, pasted).await;
    }
    scene.whispered(&scene.anna, "Checking prod").await;
    scene.whispered(&scene.zoe, "noted").await;
    scene.reader.expect(CHECKED);
    scene.button("stager-restart").await;
    assert_eq!(scene.cards(), 1);
    scene.says(&scene.ben, "the weather in 170011 is fine today").await;
    assert_eq!(scene.cards(), 1);
    bot.stop().await;
}

/// As an operator has it who asks for everything: through the filter of the process itself, and from all its threads.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_incident_with_everything_logged_tells_no_secret() {
    const KUBERNETES: &str = "token-of-a-service-account";
    let both =
        Both::over(Scene::of(Settings { token: Some(KUBERNETES.into()), ..cluster() }, "cfee-2", &[]).await).await;
    let mut command = bots::command(&both.configuration(), both.scene.folder.path(), "bot");
    let bot = both.process(command.env("RUST_LOG", EVERYTHING)).await;
    both.scene.stuck().await;
    let typed = both.anna.types(&both.channel, "/stager check").await.unwrap();
    both.whispered(&both.anna, "Checking prod").await;
    both.scene.reader.expect(CHECKED);
    let card = both.scene.button("stager-restart").await;
    both.scene.requests(&both.scene.anna, &card, "").await;
    let card = both.button("stager-approve").await;
    both.approves(&both.ben, &card).await;
    both.scene.card("Recovered").await;
    assert_eq!(bot.terminate(), Some(0));

    let log = std::fs::read_to_string(both.scene.log()).unwrap();
    let (slack, discord) = (&both.scene.workspace, &both.server);
    assert_keeps(
        &log,
        &["listening to Slack", "listening to Discord", "a pod's delete was tried", "TRACE"],
        [
            slack.bot_token(),
            slack.app_token(),
            discord.token(),
            scene::TOKEN,
            KUBERNETES,
            typed.token(),
            // Where commands and clicks are answered, and a socket is opened.
            "/commands/",
            "/actions/",
            "ticket-",
        ],
    );
}
