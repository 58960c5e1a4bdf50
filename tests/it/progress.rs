//! What people see while a restart goes on: one line a pod, through every state in turn; and at the end who leads, and how long
//! each phase took.

use stagerbot::simulator::kubernetes::Snapshot;

use crate::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn each_pod_is_followed_through_every_state_and_the_end_names_the_leader_and_the_times() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    // Each state lasts until it was seen.
    scene.cluster.hold();
    scene.approves(&scene.ben, &card).await;
    for (pod, old) in ["diego-api-0", "diego-api-1"].into_iter().zip(planned) {
        let shown = scene.card(&format!("{pod}: terminating, ")).await.text_seen();
        assert!(shown.contains("of grace left (until "), "{shown}");
        assert_eq!(shown.contains("diego-api-1: waiting"), pod == "diego-api-0", "{shown}");
        let runs = |s: &Snapshot| s.pod(pod).is_some_and(|pod| pod.uid != old && pod.phase == "Running");
        scene.cluster.advance_until(runs).unwrap();
        scene.card(&format!("{pod}: starting 1/2")).await;
        scene.cluster.advance_until(|s| s.pod(pod).is_some_and(|pod| pod.ready == pod.containers)).unwrap();
        scene.card(&format!("{pod}: ready 2/2")).await;
    }
    scene.cluster.advance_until(Snapshot::healthy).unwrap();

    let end = scene.card("Recovered").await.text_seen();
    assert!(end.contains("diego-api-0: ready 2/2, active"), "{end}");
    for part in [
        "*Active leader*\n",
        " → diego-api-0 (",
        "*Time to mitigate: ",
        "until the diagnosis",
        "until the approval",
        "until the last delete",
        "until healthy",
    ] {
        assert!(end.contains(part), "“{part}”: {end}");
    }
    bot.stop().await;
}
