//! The last scenario: a restart, from the check to the recovery, approved by a second person in a simulated Slack workspace. It needs
//! pods that run; without a cluster these are the model's.

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;

use super::layout::Layout;
use super::place::{Place, named};
use super::stage::{Stage, on};
use super::step::Step;
use crate::harness::{Scene, until};

/// The BBS pods of the usual layout.
const BBS: [&str; 2] = ["diego-api-0", "diego-api-1"];
/// How long pods of a real cluster may take to go and to come.
const PATIENT: [(&str, &str); 2] = [("start_allowance", "\"5m\""), ("terminating_wait", "\"2m\"")];

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_a_second_person_approves_brings_a_leader_back() {
    let scene = Scene::with(&PATIENT).await;
    if named().is_none() {
        let place = Place::around(scene.cluster.clone()).await;
        let mut stage = Stage::of_the_model(&place, "cf");
        return play(&scene, &mut stage).await;
    }
    let place = Place::open().await;
    if !place.runs {
        eprintln!("skipped: {}", place.assumes());
        return;
    }
    let played = on(Stage::fresh(&place, Layout::cfee_2()).await, async |stage| match stage.set_up().await {
        Ok(()) => play(&scene, stage).await,
        Err(why) => eprintln!("skipped: {why}"),
    });
    played.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

async fn play(scene: &Scene, stage: &mut Stage<'_>) {
    let here = format!("kubeconfig = {:?}\nnamespace = {:?}", stage.kubeconfig.display().to_string(), stage.namespace);
    let bot = scene.bot_of(&scene.setup().environment(&here), scene.secrets()).await;
    let ordered = stage.place.simulated.is_some();
    if ordered {
        scene.stuck().await;
    } else {
        stage.does(Step::Listens(BBS[0], false)).await;
        stage.does(Step::Labelled(BBS[0], Some(false))).await;
    }
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "played by the suite").await;
    let card = scene.button("stager-approve").await;
    let planned = uids(stage).await;
    scene.clicks(&scene.anna, &card, "stager-approve").await;
    scene.whispered(&scene.anna, "A second person has to approve it").await;
    scene.told("Anna tried to approve, and was refused: You requested this restart yourself").await;
    assert_eq!(uids(stage).await, planned, "nothing is deleted on one person's word");
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    until("that every pod came anew", async || {
        let now = uids(stage).await;
        let anew = now.len() == planned.len() && now.iter().all(|uid| !planned.contains(uid));
        if anew { Ok(()) } else { Err(format!("{planned:?} became {now:?}")) }
    })
    .await;
    if !ordered {
        // What the BBS would do by itself once it has the lock.
        for pod in BBS {
            stage.comes_up(pod).await;
        }
        stage.does(Step::Listens(BBS[0], true)).await;
        stage.does(Step::Labelled(BBS[0], Some(true))).await;
        stage.does(Step::Labelled(BBS[1], Some(false))).await;
    }
    scene.card("Recovered").await;
    let proven = if ordered { "healthy" } else { "reached-not-proven" };
    assert_eq!(stage.check().await.unwrap().verdict, proven);
    bot.stop().await;
}

/// The UIDs of the BBS pods that are there and not on their way out.
async fn uids(stage: &Stage<'_>) -> Vec<String> {
    let mut uids = Vec::new();
    for pod in BBS {
        let found = stage.api::<Pod>().get_opt(pod).await.unwrap();
        let stays = found.filter(|pod| pod.metadata.deletion_timestamp.is_none());
        uids.extend(stays.and_then(|pod| pod.uid()));
    }
    uids
}
