//! Every scenario that a cluster can play, on a real one: `STAGERBOT_TEST_KUBECONFIG` names its kubeconfig. Without it the same is
//! played on the simulated cluster: as objects that are only kept, by the same requests, and in its own model, as faults.
//!
//! Each scenario has a namespace of its own, `stagerbot-test-…`, which is deleted whatever comes of it.

mod layout;
mod place;
mod step;
mod stage;
mod hand;
mod scenarios;
mod restart;

use std::fmt::Write as _;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use kube::api::ListParams;
use serde_json::Value;
use stagerbot::cluster::Cluster;
use stagerbot::cluster::client::Access;
use stagerbot::incident::environment::{Environment, FixedParts, Topology};
use stagerbot::incident::observation::Depth;
use stagerbot::incident::transition::DeleteResult;
use stagerbot::simulator::kubernetes::settings::Settings;
use tokio::time::Instant;

use self::layout::Layout;
use self::place::{Place, named};
use self::scenarios::{Scenario, of_layouts, of_pods, of_ways};
use self::stage::{Said, Stage, on};
use self::step::Step;
use crate::cluster::patient;
use crate::harness::{PATIENCE, long, until};

/// How many scenarios a cluster plays at once.
const AT_ONCE: usize = 4;

/// What came of a scenario, in the one way or the other.
enum Played {
    As(String),
    Skipped(String),
}

/// Waits until the bot says what it has to.
async fn says(stage: &Stage<'_>, scenario: &Scenario, verdict: &str, shows: &[(&str, &str)]) -> Played {
    let mut looked = false;
    let said = until(scenario.name, async || {
        // What is to come may take its time.
        if let Some(simulated) = stage.place.simulated.as_ref().filter(|_| std::mem::replace(&mut looked, true)) {
            simulated.advance(Duration::from_secs(5));
        }
        let said = stage.check().await?;
        let Said { verdict: told, findings, .. } = &said;
        let misses = scenario.found.iter().filter(|id| !findings.iter().any(|found| found == *id));
        let wrong: Vec<&&str> =
            misses.chain(scenario.absent.iter().filter(|id| findings.iter().any(|f| f == *id))).collect();
        if told != verdict || !wrong.is_empty() {
            return Err(format!("not {verdict}, but {told}: {findings:?} ({wrong:?}); {}", said.report["observation"]));
        }
        let seen = &said.report["observation"];
        for (place, expected) in shows {
            let expected: Value = serde_json::from_str(expected).unwrap();
            let found = seen.pointer(place).cloned().unwrap_or_default();
            if found != expected {
                return Err(format!("{place} is {found}, not {expected}"));
            }
        }
        Ok(said)
    })
    .await;
    Played::As(format!("{} {:?}", said.verdict, said.findings))
}

/// On the cluster's own stand-ins.
async fn with_stand_ins(scenario: &Scenario, place: &Place) -> Played {
    let (verdict, way) = if place.runs { (scenario.running, "running") } else { (scenario.kept, "kept") };
    let Some(verdict) = verdict else { return Played::Skipped(format!("it can't be played by pods that are {way}")) };
    if scenario.is_long() && named().is_none() && !long() {
        return Played::Skipped("it takes minutes: STAGERBOT_LONG=1".to_owned());
    }
    let stage = Stage::fresh(place, (scenario.layout)()).await;
    let played = on(stage, async |stage| {
        if let Err(why) = stage.set_up().await {
            return Played::Skipped(why);
        }
        for step in &scenario.steps {
            stage.does(*step).await;
        }
        if let Some(lack) = &stage.lacks {
            return Played::Skipped(lack.clone());
        }
        says(stage, scenario, verdict, scenario.shows).await
    });
    Box::pin(played).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// As it is ordered in the simulator's model.
async fn as_ordered(scenario: &Scenario) -> Played {
    let Some(ordered) = &scenario.ordered else { return Played::Skipped("the model has no such fault".to_owned()) };
    // Time stands but where a look misses something.
    let place = Place::simulated(Settings { held: true, ..ordered.settings.clone() }).await;
    let mut stage = Stage::of_the_model(&place, &ordered.settings.namespace);
    for fault in &ordered.faults {
        place.simulated.as_ref().unwrap().inject(fault.clone());
    }
    for step in &ordered.steps {
        stage.does(*step).await;
    }
    says(&stage, scenario, ordered.verdict, &[]).await
}

/// Plays a table of them, and prints a line for each.
async fn play(scenarios: Vec<Scenario>) {
    let real = if named().is_some() { Some(Place::open().await) } else { None };
    if let Some(place) = &real {
        eprintln!("{}", place.assumes());
    }
    let one = async |scenario: Scenario| {
        let stand_ins = async {
            match &real {
                Some(place) => with_stand_ins(&scenario, place).await,
                None => with_stand_ins(&scenario, &Place::open().await).await,
            }
        };
        let ways = [
            ("stand-ins", AssertUnwindSafe(stand_ins).catch_unwind().await),
            ("model", AssertUnwindSafe(as_ordered(&scenario)).catch_unwind().await),
        ];
        let steps: Vec<String> = scenario.steps.iter().map(Step::to_string).collect();
        let mut line = format!("{}: {}", scenario.name, steps.join(", "));
        let mut failed = false;
        for (way, played) in ways {
            let _ = match played {
                Ok(Played::As(said)) => write!(line, "\n  {way}: {said}"),
                Ok(Played::Skipped(why)) => write!(line, "\n  {way}: skipped: {why}"),
                Err(_) => {
                    failed = true;
                    write!(line, "\n  {way}: FAILED")
                }
            };
        }
        eprintln!("{line}");
        failed.then_some(scenario.name)
    };
    let played = futures::stream::iter(scenarios).map(one).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
    let failed: Vec<&str> = played.into_iter().flatten().collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn layouts_and_what_stands_beside() {
    play(of_layouts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_that_are_not_as_they_should_be() {
    play(of_pods()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_and_rights() {
    play(of_ways()).await;
}

#[test]
fn no_two_share_a_name_and_each_can_be_played_on_a_cluster() {
    let all = [of_layouts(), of_pods(), of_ways()];
    let names: std::collections::BTreeSet<&str> = all.iter().flatten().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), all.iter().flatten().count());
    for scenario in all.iter().flatten() {
        assert!(scenario.kept.or(scenario.running).is_some(), "{}", scenario.name);
    }
}

/// The bot's own side of a stage, in this process.
async fn cluster_of(stage: &Stage<'_>) -> Cluster {
    let access = Access { kubeconfig: Some(stage.kubeconfig.clone()), ..Access::default() };
    let environment = Environment {
        name: "prod".into(),
        context: None,
        namespace: stage.namespace.clone(),
        topology: Topology::usual(),
        discover: Some(FixedParts::default()),
        database: None,
    };
    let cluster = Cluster::connect(&access, environment, patient()).await.unwrap();
    cluster.observe(Depth::Pods, Timestamp::now()).await;
    cluster
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_meets_the_very_pod_that_was_seen_and_no_other() {
    let place = Place::open().await;
    let played = on(Stage::fresh(&place, Layout::cfee_2()).await, async |stage| {
        if let Err(why) = stage.set_up().await {
            eprintln!("skipped: {why}");
            return;
        }
        let cluster = cluster_of(stage).await;
        let send = async |uid: &str, version: &str| {
            cluster.delete("diego-api-1", uid, version, Instant::now() + PATIENCE).await
        };
        let seen = stage.api::<Pod>().get("diego-api-1").await.unwrap();
        let (uid, version) = (seen.uid().unwrap(), seen.resource_version().unwrap());
        stage.does(Step::Labelled("diego-api-1", Some(true))).await;
        let refused = send("00000000-0000-4000-8000-000000000000", &version).await;
        assert!(!matches!(refused, DeleteResult::Accepted), "another UID: {refused:?}");
        let refused = send(&uid, &version).await;
        assert!(!matches!(refused, DeleteResult::Accepted), "it has changed since: {refused:?}");
        let seen = stage.api::<Pod>().get("diego-api-1").await.unwrap();
        assert!(seen.metadata.deletion_timestamp.is_none() && seen.uid().as_ref() == Some(&uid));
        // A kubelet may touch it at any time: then it is looked at again.
        until("the delete", async || {
            let seen = stage.api::<Pod>().get("diego-api-1").await.map_err(|error| error.to_string())?;
            match send(&uid, &seen.resource_version().unwrap()).await {
                DeleteResult::Accepted => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        until("that it is on its way out", async || {
            let found = stage.api::<Pod>().get_opt("diego-api-1").await.map_err(|error| error.to_string())?;
            let gone =
                found.is_none_or(|pod| pod.metadata.deletion_timestamp.is_some() || pod.uid().as_ref() != Some(&uid));
            if gone { Ok(()) } else { Err("it stays".to_owned()) }
        })
        .await;
    });
    Box::pin(played).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_label_wakes_the_bot() {
    let place = Place::open().await;
    let played = on(Stage::fresh(&place, Layout::cfee_2()).await, async |stage| {
        if let Err(why) = stage.set_up().await {
            eprintln!("skipped: {why}");
            return;
        }
        let cluster = cluster_of(stage).await;
        let mut changes = cluster.changes();
        // That the watches stand is told first; then nothing, until something happens.
        while changes.wait(Instant::now() + Duration::from_secs(2)).await {}
        stage.does(Step::Labelled("diego-api-0", Some(false))).await;
        assert!(changes.wait(Instant::now() + PATIENCE).await, "nobody was told of it");
    });
    Box::pin(played).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_goes_with_its_scenario_though_it_fails() {
    let place = Place::open().await;
    let stage = Stage::fresh(&place, Layout::cfee_2()).await;
    let name = stage.namespace.clone();
    let played = on(stage, async |stage| {
        stage.set_up().await.unwrap();
        stage.does(Step::Held("diego-api-0")).await;
        panic!("as ordered");
    });
    assert!(played.await.is_err());
    let namespaces: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(place.client.clone());
    until("that it is gone, or on its way", async || {
        let left = namespaces.list(&ListParams::default()).await.map_err(|error| error.to_string())?;
        let stays = |one: &k8s_openapi::api::core::v1::Namespace| {
            one.name_any() == name && one.metadata.deletion_timestamp.is_none()
        };
        if left.iter().any(stays) { Err("it stays") } else { Ok(()) }.map_err(str::to_owned)
    })
    .await;
}
