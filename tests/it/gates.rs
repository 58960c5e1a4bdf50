//! The gates of a restart, at the wire: what a cluster does decides what may be deleted next.

use std::time::Duration;

use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::labels::Labels;
use stagerbot::simulator::kubernetes::settings::{Settings, Workload};

use crate::harness::both::Both;
use crate::harness::{PATIENCE, Scene, begun, is_stuck, stays_stuck};

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_whose_replacement_crashes_leaves_the_others_untouched() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Not recovered: the new diego-api-0 can't run", "the restart did not heal it"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.inject(Fault::NewBbsPodsCrash);
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let card = scene.card("Not recovered: the new diego-api-0 can't run (CrashLoopBackOff)").await;
    assert!(card.text_seen().contains("1 of 2 planned pods were deleted"), "{}", card.text_seen());
    assert_eq!(scene.terminated(), planned[..1]);
    bot.stop().await;
}

/// A cluster whose BBS pods have a short grace, in a set of this kind.
fn short_grace(parallel: bool) -> Settings {
    let bbs = Workload { parallel, grace: 1, ..stays_stuck().bbs };
    Settings { bbs, ..stays_stuck() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_a_finalizer_holds_ends_the_restart_of_an_ordered_set() {
    let restarts = [("terminating_wait", "\"500ms\""), ("start_allowance", "\"2s\"")];
    let both = Both::over(Scene::of(short_grace(false), "cfee-2", &restarts).await).await;
    both.scene.beside_the_point(&["Not recovered: diego-api-0 is still terminating", "the restart did not heal it"]);
    let bot = both.bot().await;
    let scene = &both.scene;
    let promise = "While a pod is not back, no other is deleted.";
    let (card, planned) = (scene.requested().await, scene.uids());
    assert!(card.text_seen().contains(promise), "{}", card.text_seen());
    scene.cluster.inject(Fault::FinalizerHolds { pod: "diego-api-0".into() });
    both.confirms(&both.ben, both.button("stager-approve").await.as_ref(), "stager-approve").await;
    let ended = "Not recovered: diego-api-0 is still terminating after";
    let held = "its finalizers hold it (lab.local/hold). No other pod was deleted after it";
    let shown = [scene.card(ended).await.text_seen(), both.card(ended).await.text_seen()];
    for shown in shown {
        assert!(shown.contains(held), "{shown}");
        assert!(shown.contains("its grace is over, and its finalizers hold it (lab.local/hold)"), "{shown}");
    }
    let counted = format!("{held} (1 of 2 planned pods were deleted)");
    scene.told(&counted).await;
    both.told(&counted).await;
    assert_eq!(scene.terminated(), planned[..1], "a second one would leave no BBS pod at all");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_a_finalizer_holds_is_passed_in_a_parallel_set_as_people_confirmed() {
    let restarts = [("terminating_wait", "\"2s\"")];
    let both = Both::over(Scene::of(short_grace(true), "cfee-2", &restarts).await).await;
    let bot = both.bot().await;
    let scene = &both.scene;
    let promise = "After 2.0 s in Terminating a pod is waited for no longer.";
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    assert!(card.text_seen().contains(promise), "{}", card.text_seen());
    // The form on either platform, before one of them is sent in.
    let offered = both.button("stager-restart").await;
    both.anna.clicks(&offered, "stager-restart").await.unwrap();
    let form = both.anna.sees(&both.channel).modals[0].content["components"][0]["content"].clone();
    assert!(form.as_str().unwrap().replace('\\', "").contains(promise), "{form}");
    let form = scene.requests(&scene.anna, &card, "").await;
    assert!(form.content.to_string().contains(promise), "{}", form.content);
    // The cards, and what an approver is asked.
    let card = scene.button("stager-approve").await;
    assert!(card.text_seen().contains(promise), "{}", card.text_seen());
    let asked = card.button("stager-approve").unwrap().confirm.unwrap().text;
    assert!(asked.contains(promise) && asked.contains("Approving says that you checked the database."), "{asked}");
    let planned = scene.uids();
    let hold = Fault::FinalizerHolds { pod: "diego-api-0".into() };
    scene.cluster.inject(hold.clone());
    let asked = both.confirms(&both.ben, both.button("stager-approve").await.as_ref(), "stager-approve").await;
    assert!(asked.text_seen().contains(promise), "{}", asked.text_seen());
    let why =
        "its finalizers hold it (lab.local/hold). Its set is Parallel, and the confirmed plan waits for it no longer.";
    for told in [scene.told(why).await.text_seen(), both.told(why).await.text_seen()] {
        assert!(told.contains("Deleting diego-api-1"), "{told}");
    }
    let second = |s: &Snapshot| s.pod("diego-api-1").is_some_and(|pod| pod.uid != planned[1] && pod.ready == 2);
    let now = scene.cluster.wait_until(PATIENCE, second).await.unwrap();
    assert_eq!(now.pod("diego-api-0").unwrap().uid, planned[0], "it goes on, and the canary is there still");
    scene.cluster.heal(&hold);
    scene.card("2 of 2 planned pods were deleted").await;
    assert_eq!(scene.terminated(), planned);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_finalizer_holds_to_the_end_is_named_as_what_is_missing() {
    let restarts = [("terminating_wait", "\"500ms\""), ("start_allowance", "\"8s\"")];
    let scene = Scene::of(short_grace(true), "cfee-2", &restarts).await;
    scene.beside_the_point(&["Not recovered: diego-api-0 is still terminating", "the restart did not heal it"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    scene.cluster.inject(Fault::FinalizerHolds { pod: "diego-api-0".into() });
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let missing = "Not recovered: diego-api-0 is still terminating: its finalizers hold it (lab.local/hold) (2 of 2";
    scene.card(missing).await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_hangs_in_terminating_holds_an_ordered_set_up_until_it_is_back() {
    let scene = Scene::with(&[("terminating_wait", "\"100ms\"")]).await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    // Nominal: a fiftieth of it really.
    scene.cluster.inject(Fault::HangsInTerminating { pod: "diego-api-0".into(), r#for: Duration::from_secs(100) });
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let second = |s: &Snapshot| s.pod("diego-api-1").is_none_or(|pod| pod.terminating);
    let now = scene.cluster.wait_until(PATIENCE, second).await.unwrap();
    let first = now.pod("diego-api-0").unwrap();
    assert!(first.uid != planned[0] && first.ready == 2, "{now:#?}");
    scene.card("2 of 2 planned pods were deleted").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_hangs_in_terminating_lets_the_rest_of_a_parallel_set_follow_after_a_while() {
    let bbs = Workload { parallel: true, ..stays_stuck().bbs };
    let shape = Settings { bbs, ..stays_stuck() };
    let scene = Scene::of(shape, "cfee-2", &[("terminating_wait", "\"500ms\"")]).await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    // Nominal: a fiftieth of it really.
    scene.cluster.inject(Fault::HangsInTerminating { pod: "diego-api-0".into(), r#for: Duration::from_secs(200) });
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let both = |s: &Snapshot| ["diego-api-0", "diego-api-1"].iter().all(|n| s.pod(n).is_none_or(|pod| pod.terminating));
    scene.cluster.wait_until(PATIENCE, both).await.unwrap();
    scene.card("2 of 2 planned pods were deleted").await;
    assert_eq!(scene.terminated(), planned);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn locket_pods_of_their_own_that_heal_the_environment_spare_the_bbs() {
    let shape = Settings {
        api: Workload::new("api-group", &["api-group"]),
        bbs: Workload::new("diego-api", &["diego-api", "loggregator-agent"]),
        locket: Some(Workload::new("locket", &["locket"])),
        service: "diego-api-bbs".into(),
        ..stays_stuck()
    };
    let scene = Scene::of(shape, "scf", &[("stage_settle", "\"2s\"")]).await;
    let bot = scene.bot().await;
    scene.stuck().await;
    // Readiness tells late that the former leader is started again and again as long as the database is away.
    scene.cluster.advance(Duration::from_mins(1));
    scene.cluster.wait_until(PATIENCE, is_stuck).await.unwrap();
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    assert!(card.text_seen().contains("Delete locket-0, locket-1, diego-api-0, diego-api-1"), "{}", card.text_seen());
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    let deleted: Vec<String> = scene.cluster.terminations().into_iter().map(|termination| termination.name).collect();
    assert_eq!(deleted, ["locket-0", "locket-1"]);
    scene.told("is not deleted: the environment is healthy").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_pod_that_becomes_the_leader_is_left_alone() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.inject(Fault::HangsInTerminating { pod: "diego-api-0".into(), r#for: Duration::from_secs(150) });
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    scene.cluster.inject(Fault::LocketKilled { pod: "diego-api-1".into() });
    let leads = |s: &Snapshot| s.endpoints == ["diego-api-1"];
    scene.cluster.wait_until(PATIENCE, leads).await.unwrap();
    scene.card("diego-api-1 is the active leader (1 of 2 planned pods were deleted)").await;
    scene.told("has become the active leader of a healthy environment and is left alone").await;
    assert_eq!(scene.terminated(), planned[..1]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_server_that_is_away_in_the_middle_holds_the_restart_up_and_no_more() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Whether the delete of diego-api-0", "was found"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    scene.cluster.inject(Fault::ApiServerDown);
    let back = |s: &Snapshot| s.pod("diego-api-0").is_some_and(|pod| pod.uid != planned[0] && pod.ready == 2);
    scene.cluster.wait_until(PATIENCE, back).await.unwrap();
    assert_eq!(scene.terminated(), planned[..1], "nothing is deleted blindly");
    scene.cluster.heal(&Fault::ApiServerDown);
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.cards(), 1);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_whose_answer_is_lost_is_not_sent_again() {
    let scene = Scene::new().await;
    scene.beside_the_point(&["Whether the delete of diego-api-1", "was found gone"]);
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.inject(Fault::DeleteAnswersLost);
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.told("Whether the delete of diego-api-0").await;
    scene.told("was found terminating").await;
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned);
    let sent = scene.cluster.requests().iter().filter(|request| request.method == "DELETE").count();
    assert_eq!(sent, 2, "one delete a pod");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_look_active_only_the_hung_one_is_deleted() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let planned = scene.uids();
    scene.cluster.inject(Fault::BbsHung { pod: "diego-api-0".into() });
    let both = |s: &Snapshot| s.endpoints.len() == 2;
    scene.cluster.wait_until(PATIENCE, both).await.unwrap();
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    assert!(!card.text_seen().contains("Delete diego-api-0, diego-api-1"), "{}", card.text_seen());
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned[..1], "the one that serves is left alone");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_pod_that_leads_is_left_alone_also_where_no_label_says_so() {
    let shape = Settings { labels: Labels::Unlabelled, ..stays_stuck() };
    let scene = Scene::of(shape, "auto", &[("terminating_wait", "\"15s\"")]).await;
    scene.beside_the_point(&["has become the active leader"]);
    let bot = scene.bot().await;
    let before = scene.cluster.pods();
    // No label tells when it is stuck; so short an outage is over long before anybody approves.
    scene.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(1) });
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    let planned = scene.uids();
    assert_eq!(planned.len(), before.iter().filter(|pod| pod.name.starts_with("diego-api-")).count());
    scene.cluster.inject(Fault::HangsInTerminating { pod: "diego-api-0".into(), r#for: Duration::from_mins(10) });
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    // Where a BBS starts just then, it waits for the Locket that is killed: the next one finds it.
    for _ in 0..5 {
        scene.cluster.inject(Fault::LocketKilled { pod: "diego-api-1".into() });
        let leads = |s: &Snapshot| s.leader.as_deref() == Some("diego-api-1");
        if scene.cluster.wait_until(Duration::from_secs(2), leads).await.is_ok() {
            break;
        }
    }
    scene.card("diego-api-1 is the active leader (1 of 2 planned pods were deleted)").await;
    assert_eq!(scene.terminated(), planned[..1]);
    bot.stop().await;
}
