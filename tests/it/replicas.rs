//! Replicas: several equal processes on one PostgreSQL. Whatever happens to them, one at a time works on an incident.

use std::collections::BTreeSet;
use std::time::Duration;

use stagerbot::incident::event::{Event, Outcome, Recorded};
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::slack::view::View;
use stagerbot::store::Store;

use crate::harness::needed::skipped;
use crate::harness::replicas::{LEASE, Replica, Replicas};
use crate::harness::{PATIENCE, begun, is_card, long, postgres, until};

fn claims(log: &[Recorded]) -> Vec<u64> {
    let claim = |recorded: &Recorded| match recorded.event {
        Event::Claimed { claim } => Some(claim),
        _ => None,
    };
    log.iter().filter_map(claim).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_people_who_approve_at_once_one_counts_and_seven_are_told_who() {
    let Some(replicas) = Replicas::new(8).await else { return };
    let scene = &replicas.scene;
    let people: Vec<_> =
        (0..8).map(|n| scene.workspace.add_person_as(&format!("U0PERSON{n}"), &format!("p{n}"), "en-US")).collect();
    let _three = (replicas.start("one").await, replicas.start("two").await, replicas.start("three").await);
    let card = scene.requested().await;
    let planned = scene.uids();
    let clicks = people.iter().map(|person| scene.clicks_stale(person, &card, "stager-approve"));
    futures::future::join_all(clicks).await;
    let told = |says: &'static str| {
        move |view: &View| {
            let told: BTreeSet<String> = view
                .messages
                .iter()
                .filter(|m| m.text_seen().contains(says))
                .filter_map(|m| m.ephemeral_to.clone())
                .collect();
            (told.len() == 7).then_some(())
        }
    };
    scene.workspace.wait_for(PATIENCE, told("approved it at")).await.unwrap();
    scene.card("Recovered").await;
    let approved = |recorded: &&Recorded| matches!(recorded.event, Event::Approved { .. });
    assert_eq!(replicas.log().await.iter().filter(approved).count(), 1);
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_is_killed_is_replaced_and_no_pod_is_deleted_twice() {
    let Some(replicas) = Replicas::new(0).await else { return };
    let scene = &replicas.scene;
    let holder = replicas.start("one").await;
    let card = scene.requested().await;
    let planned = scene.uids();
    let _other = replicas.start("two").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    let killed = std::time::Instant::now();
    holder.kill();
    replicas.logged(|log| claims(log).len() == 2).await;
    if long() {
        assert!(killed.elapsed() < LEASE + Duration::from_secs(3), "taken over after {:?}", killed.elapsed());
    }
    scene.card("Recovered").await;
    replicas.assert_each_once(&planned);
    assert_eq!(scene.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_was_stopped_wakes_and_appends_nothing_on_its_old_claim() {
    let Some(replicas) = Replicas::new(0).await else { return };
    let scene = &replicas.scene;
    let holder = replicas.start("one").await;
    let card = scene.requested().await;
    let planned = scene.uids();
    let _other = replicas.start("two").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    holder.signal("-STOP");
    replicas.logged(|log| claims(log).len() == 2).await;
    holder.signal("-CONT");
    scene.card("Recovered").await;
    replicas.assert_each_once(&planned);
    let log = replicas.log().await;
    let taken = log.iter().rposition(|r| matches!(r.event, Event::Claimed { .. })).unwrap();
    let of_old = |r: &&Recorded| {
        matches!(
            r.event,
            Event::Observed { claim: 1, .. } | Event::DeleteIntended { claim: 1, .. } | Event::Rechecked { claim: 1 }
        )
    };
    assert_eq!(log[taken..].iter().find(of_old), None);
    assert_eq!(claims(&log).len(), 2, "nor takes it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_told_to_stop_lets_go_at_once() {
    let Some(replicas) = Replicas::new(0).await else { return };
    let scene = &replicas.scene;
    let holder = replicas.start("one").await;
    let card = scene.requested().await;
    let _other = replicas.start("two").await;
    assert_eq!(holder.terminate(), Some(0));
    let ended = std::time::Instant::now();
    replicas.logged(|log| claims(log).len() == 2).await;
    if long() {
        assert!(ended.elapsed() < LEASE, "taken over after {:?}", ended.elapsed());
    }
    // A click on the socket that is being closed is lost, and seen to be: people click again.
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert_eq!(scene.workspace.all_messages().iter().filter(|m| m.by_bot && is_card(m)).count(), 1);
}

/// What an upgrade is like, replica after replica: `STAGERBOT_OLDER` names the program of an older version.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_replica_and_this_one_share_an_incident() {
    let Ok(older) = std::env::var("STAGERBOT_OLDER") else {
        skipped("an older version beside this one, without STAGERBOT_OLDER");
        return;
    };
    let Some(database) = postgres::shared() else { return };
    let url = database.database().await;
    let (scene, setup) = Replicas::set(&url, 0).await;
    let setup = setup.with("restarts.cool_down = \"0s\"");
    // What the older one does not know yet.
    let of_the_older = setup.clone().without("commands");
    // The older one is there first, and its store is brought up to date under it.
    let holder = Replicas::start_program(&older, &scene, &of_the_older, "older").await;
    let card = scene.requested().await;
    let planned = scene.uids();
    let replicas = Replicas { store: Store::open(&url).await.unwrap(), scene, setup };
    let scene = &replicas.scene;
    let _newer = replicas.start("newer").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    holder.kill();
    scene.card("Recovered").await;
    replicas.assert_each_once(&planned);
    assert_eq!(scene.cards(), 1);
    // Another one, from begin to end, with the older one beside it all the time.
    let _older = Replicas::start_program(&older, scene, &of_the_older, "older").await;
    let card = scene.requested().await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    until("the log says so", async || {
        let log = replicas.store.log(2).await.map_err(|error| error.to_string())?;
        if closes(&log) == 1 { Ok(()) } else { Err(format!("{:?}", log.last())) }
    })
    .await;
    let recovered = |log: &[Recorded]| {
        log.iter().any(|r| matches!(r.event, Event::Closed { outcome: Outcome::Recovered { .. }, .. }))
    };
    for incident in [1, 2] {
        let log = replicas.store.log(incident).await.unwrap();
        assert!(recovered(&log), "{:?}", log.last());
    }
    let terminated = scene.terminated();
    assert_eq!(terminated.iter().collect::<BTreeSet<_>>().len(), terminated.len(), "twice: {terminated:?}");
    assert_eq!(scene.cards(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_not_taken_for_one_that_another_replica_has_just_closed_the_incident_of() {
    let Some(replicas) = Replicas::new(0).await else { return };
    let scene = &replicas.scene;
    let both = [replicas.start("one").await, replicas.start("two").await];
    for round in 0..6 {
        let (first, second) = (&both[round % 2], &both[(round + 1) % 2]);
        scene.stuck().await;
        post_to(first, 2 * round).await;
        // The other one follows it by now, or soon; and does not notice at once that it is over.
        scene.button("stager-restart").await;
        scene.cluster.heal_by_hand();
        scene.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
        scene.says(&scene.anna, "/stager check").await;
        replicas.logged(|log| closes(log) == 2 * round + 1).await;
        // It is opened again there, and neither joins what is over nor is lost.
        post_to(second, 2 * round + 1).await;
        replicas.logged(|log| closes(log) == 2 * round + 2).await;
    }
    assert_eq!(scene.cards(), 1);
}

/// How often an incident was closed.
fn closes(log: &[Recorded]) -> usize {
    log.iter().filter(|recorded| matches!(recorded.event, Event::Closed { .. })).count()
}

/// The same alert, risen anew.
async fn post_to(replica: &Replica, number: usize) {
    let starts_at = format!("2026-11-27T14:{number:02}:00Z");
    let alert = include_str!("../data/alertmanager/v0.27.json").replace("2024-05-14T09:21:07.482Z", &starts_at);
    assert_eq!(crate::harness::post_to(&replica.1, &alert).await, axum::http::StatusCode::OK);
}
