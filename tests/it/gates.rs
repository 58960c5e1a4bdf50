//! The gates of a restart, at the wire: what a cluster does decides what may be deleted next.

use std::time::Duration;

use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::labels::Labels;
use stagerbot::simulator::kubernetes::settings::{Settings, Workload};

use crate::scene::{PATIENCE, Scene, cluster, is_begun};

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_whose_replacement_crashes_leaves_the_others_untouched() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.inject(Fault::NewBbsPodsCrash);
    scene.approves(&scene.ben, &card).await;
    let card = scene.card("Not recovered: the new diego-api-0 can't run (CrashLoopBackOff)").await;
    assert!(card.text_seen().contains("1 of 2 planned pods were deleted"), "{}", card.text_seen());
    scene.told("Over to you").await;
    assert_eq!(scene.terminated(), planned[..1]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_hangs_in_terminating_lets_the_rest_follow_after_a_while() {
    let scene = Scene::with(&[("terminating_wait", "\"500ms\"")]).await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    // It hangs for as long as the clock is held.
    scene.cluster.hold();
    scene.approves(&scene.ben, &card).await;
    let both =
        |s: &Snapshot| ["diego-api-0", "diego-api-1"].iter().all(|n| s.pod(n).is_some_and(|pod| pod.terminating));
    scene.cluster.wait_until(PATIENCE, both).await.unwrap();
    scene.cluster.go_on();
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
        ..cluster()
    };
    let scene = Scene::of(shape, "scf", &[("stage_settle", "\"2s\"")]).await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    assert!(card.text_seen().contains("Delete locket-0, locket-1, diego-api-0, diego-api-1"), "{}", card.text_seen());
    scene.approves(&scene.ben, &card).await;
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
    scene.cluster.hold();
    scene.approves(&scene.ben, &card).await;
    scene.cluster.wait_until(PATIENCE, is_begun).await.unwrap();
    scene.cluster.inject(Fault::LocketKilled { pod: "diego-api-1".into() });
    let leads = |s: &Snapshot| s.endpoints == ["diego-api-1"] && is_begun(s);
    scene.cluster.advance_until(leads).unwrap();
    scene.cluster.go_on();
    scene.card("diego-api-1 is the active leader (1 of 2 planned pods were deleted)").await;
    scene.told("has become the active leader of a healthy environment and is left alone").await;
    assert_eq!(scene.terminated(), planned[..1]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_server_that_is_away_in_the_middle_holds_the_restart_up_and_no_more() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.hold();
    scene.approves(&scene.ben, &card).await;
    scene.cluster.wait_until(PATIENCE, is_begun).await.unwrap();
    scene.told("is being deleted").await;
    scene.cluster.inject(Fault::ApiServerDown);
    let back = |s: &Snapshot| s.pod("diego-api-0").is_some_and(|pod| pod.uid != planned[0] && pod.ready == 2);
    scene.cluster.advance_until(back).unwrap();
    scene.cluster.go_on();
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
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.inject(Fault::DeleteAnswersLost);
    scene.approves(&scene.ben, &card).await;
    for pod in ["diego-api-0", "diego-api-1"] {
        scene.told(&format!("Whether the delete of {pod}")).await;
        // Between them stands its UID.
        let uid = scene.cluster.terminations().into_iter().find(|gone| gone.name == pod).unwrap().uid;
        scene.told(&format!("{pod} (UID {uid}) was found terminating")).await;
    }
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
    scene.cluster.advance_until(both).unwrap();
    scene.checks(&scene.anna).await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    assert!(!card.text_seen().contains("Delete diego-api-0, diego-api-1"), "{}", card.text_seen());
    scene.approves(&scene.ben, &card).await;
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned[..1], "the one that serves is left alone");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_pod_that_leads_is_left_alone_also_where_no_label_says_so() {
    let shape = Settings { labels: Labels::Unlabelled, ..cluster() };
    let scene = Scene::of(shape, "auto", &[]).await;
    let bot = scene.bot().await;
    let before = scene.cluster.pods();
    scene.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(1) });
    scene.cluster.advance_until(|s| s.leader.is_none()).unwrap();
    scene.checks(&scene.anna).await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    let planned = scene.uids();
    assert_eq!(planned.len(), before.iter().filter(|pod| pod.name.starts_with("diego-api-")).count());
    scene.cluster.inject(Fault::HangsInTerminating { pod: "diego-api-0".into(), r#for: Duration::from_secs(150) });
    scene.cluster.hold();
    scene.approves(&scene.ben, &card).await;
    scene.cluster.wait_until(PATIENCE, is_begun).await.unwrap();
    scene.cluster.inject(Fault::LocketKilled { pod: "diego-api-1".into() });
    scene.cluster.advance_until(|s| s.leader.as_deref() == Some("diego-api-1") && is_begun(s)).unwrap();
    scene.cluster.go_on();
    scene.card("diego-api-1 is the active leader (1 of 2 planned pods were deleted)").await;
    scene.told("has become the active leader of a healthy environment and is left alone").await;
    assert_eq!(scene.terminated(), planned[..1]);
    bot.stop().await;
}
