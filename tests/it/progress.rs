//! What people see while a restart goes on: one line a pod, through every state in turn; and at the end who leads, and how long
//! each phase took.

use std::time::Duration;

use stagerbot::simulator::diego::durations::Durations;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;

use crate::harness::Scene;

/// A channel is updated once a second: each state has to last longer than that to be seen for certain.
const SCALE: f64 = 0.1;

#[tokio::test(flavor = "multi_thread")]
async fn each_pod_is_followed_through_every_state_and_the_end_names_the_leader_and_the_times() {
    let durations = Durations { schedule: Duration::from_secs(15), ..Durations::scaled(SCALE) };
    let shape = ClusterSettings { durations, ..ClusterSettings::default() };
    let restarts = [("start_allowance", "\"60s\""), ("terminating_wait", "\"30s\""), ("hold", "\"2s\"")];
    let scene = Scene::of(shape, "cfee-2", &restarts).await;
    let bot = scene.bot().await;
    for pod in ["diego-api-0", "diego-api-1"] {
        scene.cluster.inject(Fault::HangsInTerminating { pod: pod.to_owned(), r#for: Duration::from_secs(25) });
    }
    let card = scene.requested().await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    let end = scene.card("Recovered").await;

    let shown: Vec<String> =
        end.history.iter().map(|body| body.blocks.iter().map(ToString::to_string).collect()).collect();
    for pod in ["diego-api-0", "diego-api-1"] {
        let mut states = vec!["waiting", "terminating, ", "starting ", "ready 2/2"];
        if pod == "diego-api-0" {
            // Its card has no time to wait; the first is deleted at once.
            states.remove(0);
        }
        let mut rest = shown.iter();
        for state in states {
            let line = format!("{pod}: {state}");
            assert!(
                rest.any(|card| card.contains(&line)),
                "“{line}” is not shown, or not in its turn:\n{}",
                shown.join("\n\n")
            );
        }
    }
    let all = shown.join("\n");
    assert!(all.contains("of grace left (until "), "{all}");
    assert!(all.contains("diego-api-0: starting 0/2") || all.contains("diego-api-0: starting 1/2"), "{all}");
    let end = end.text_seen();
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

/// Not at the next look, half an hour later: the pods and endpoints tell.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_incident_notices_what_heals_without_it() {
    let scene = Scene::with(&[("recheck", "\"30m\""), ("recheck_unclear", "\"30m\"")]).await;
    let bot = scene.bot().await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    scene.button("stager-restart").await;
    scene.cluster.delete_pods_by_hand(&["diego-api-0", "diego-api-1"]);
    scene.card("Healthy again").await;
    scene.told("Healthy again, without a restart of ours").await;
    bot.stop().await;
}
