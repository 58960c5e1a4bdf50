//! Replicas: several equal processes on one PostgreSQL. Whatever happens to them, one at a time works on an incident.

use std::collections::BTreeSet;
use std::time::Duration;

use stagerbot::incident::event::{Claim, Event, Recorded};
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::store::Store;

use crate::harness::bots::{self, Process};
use crate::harness::config::Configuration;
use crate::harness::expect::APPROVED;
use crate::harness::until;
use crate::postgres;
use crate::scene::{PATIENCE, Scene, is_begun};

/// A short one, where taking over once it has lapsed is what is waited for.
const SHORT: Duration = Duration::from_secs(5);
/// Where a replica takes over within a test, the other one has let go.
const LONG: Duration = Duration::from_mins(5);

/// A scene whose replicas share a database.
struct Replicas {
    scene: Scene,
    configuration: Configuration,
    store: Store,
}

/// One replica, and where it serves HTTP.
struct Replica {
    process: Process,
    address: String,
}

impl Replicas {
    async fn new(lease: Duration, people: usize) -> Option<Self> {
        let url = postgres::shared()?.database().await;
        let scene = Scene::new().await;
        let configuration = scene
            .configuration()
            .unset("store.url")
            .secret("STAGERBOT__STORE__URL", &url)
            .set("store.lease", format!("{}s", lease.as_secs()));
        let person = |configuration: Configuration, n| {
            configuration.person(&format!("P{n}"), &format!("U0PERSON{n}"), &["approve"])
        };
        let configuration = (0..people).fold(configuration, person);
        let store = Store::open(&url).await.unwrap();
        Some(Self { scene, configuration, store })
    }

    async fn start(&self, name: &str) -> Replica {
        let address = format!("127.0.0.1:{}", postgres::free_port());
        let configuration =
            self.configuration.clone().set("store.replica", name).set("server.listen", address.as_str());
        let mut command = bots::command(&configuration, self.scene.folder.path(), name);
        Replica { process: self.scene.process(&mut command).await, address }
    }

    /// Waits until so many incidents were closed.
    async fn closed(&self, incidents: i64) {
        until(&format!("incident {incidents} is closed"), async || {
            let log = self.store.log(incidents).await.map_err(|error| error.to_string())?;
            let closed = matches!(log.last().map(|last| &last.event), Some(Event::Closed { .. }));
            closed.then_some(()).ok_or_else(|| format!("{:?}", log.last()))
        })
        .await;
    }

    async fn log(&self) -> Vec<Recorded> {
        self.store.log(1).await.unwrap()
    }

    /// Waits until another replica has claimed the incident.
    async fn taken_over(&self) {
        until("another replica takes over", async || {
            let log = self.store.log(1).await.map_err(|error| error.to_string())?;
            (claims(&log).len() > 1).then_some(()).ok_or_else(|| format!("{:?}", log.last()))
        })
        .await;
    }

    fn assert_each_once(&self, planned: &[String]) {
        let terminated = self.scene.terminated();
        let once: BTreeSet<&String> = terminated.iter().collect();
        assert_eq!(once.len(), terminated.len(), "twice: {terminated:?}");
        assert!(terminated.iter().all(|uid| planned.contains(uid)), "{terminated:?} of {planned:?}");
    }
}

fn claims(log: &[Recorded]) -> Vec<Claim> {
    let claim = |recorded: &Recorded| match recorded.event {
        Event::Claimed { claim } => Some(claim),
        _ => None,
    };
    log.iter().filter_map(claim).collect()
}

/// Nothing stands behind a newer claim that was done on an older one.
fn assert_no_old_claim_counts(log: &[Recorded]) {
    let mut newest = 0;
    for recorded in log {
        let by = match recorded.event {
            Event::Claimed { claim } => {
                newest = claim;
                claim
            }
            Event::Observed { claim, .. } | Event::DeleteIntended { claim, .. } | Event::Rechecked { claim } => claim,
            _ => continue,
        };
        assert_eq!(by, newest, "{recorded:?} in {log:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_people_who_approve_at_once_one_counts_and_seven_are_told_who() {
    let Some(replicas) = Replicas::new(LONG, 8).await else { return };
    let scene = &replicas.scene;
    let people: Vec<_> =
        (0..8).map(|n| scene.workspace.add_person_as(&format!("U0PERSON{n}"), &format!("p{n}"), "en-US")).collect();
    let _three = (replicas.start("one").await, replicas.start("two").await, replicas.start("three").await);
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.reader.expect(APPROVED);
    let clicks = people.iter().map(|person| scene.clicks(person, &card, "stager-approve"));
    futures::future::join_all(clicks).await;
    let told = people.iter().map(|person| scene.whispered(person, "pprove"));
    let told: Vec<String> = futures::future::join_all(told).await.into_iter().map(|word| word.text_seen()).collect();
    assert_eq!(told.iter().filter(|told| told.contains("approved it at")).count(), 7, "{told:?}");
    scene.card("Recovered").await;
    let approved = |recorded: &&Recorded| matches!(recorded.event, Event::Approved { .. });
    assert_eq!(replicas.log().await.iter().filter(approved).count(), 1);
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_is_killed_is_replaced_and_no_pod_is_deleted_twice() {
    let Some(replicas) = Replicas::new(SHORT, 0).await else { return };
    let scene = &replicas.scene;
    let holder = replicas.start("one").await;
    let card = scene.requested().await;
    let planned = scene.uids();
    let _other = replicas.start("two").await;
    scene.approves(&scene.ben, &card).await;
    scene.cluster.wait_until(PATIENCE, is_begun).await.unwrap();
    holder.process.kill();
    replicas.taken_over().await;
    scene.card("Recovered").await;
    replicas.assert_each_once(&planned);
    assert_eq!(scene.cards(), 1);
    // Who was killed may have left its last acts in doubt; what is said of that is the crash matrix' business.
    scene.reader.not_about_messages();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_was_stopped_wakes_and_appends_nothing_on_its_old_claim() {
    let Some(replicas) = Replicas::new(SHORT, 0).await else { return };
    let scene = &replicas.scene;
    let holder = replicas.start("one").await;
    let card = scene.requested().await;
    let planned = scene.uids();
    let _other = replicas.start("two").await;
    scene.approves(&scene.ben, &card).await;
    scene.cluster.wait_until(PATIENCE, is_begun).await.unwrap();
    holder.process.signal("-STOP");
    replicas.taken_over().await;
    holder.process.signal("-CONT");
    scene.card("Recovered").await;
    replicas.assert_each_once(&planned);
    assert_no_old_claim_counts(&replicas.log().await);
    scene.reader.not_about_messages();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_told_to_stop_lets_go_at_once() {
    let Some(replicas) = Replicas::new(LONG, 0).await else { return };
    let scene = &replicas.scene;
    let holder = replicas.start("one").await;
    let card = scene.requested().await;
    let _other = replicas.start("two").await;
    assert_eq!(holder.process.terminate(), Some(0));
    // Its lease would have kept the other one off for longer than this waits.
    replicas.taken_over().await;
    scene.told("took this incident up again").await;
    scene.approves(&scene.ben, &card).await;
    scene.card("Recovered").await;
    assert_eq!(scene.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_not_taken_for_one_that_another_replica_has_just_closed_the_incident_of() {
    let Some(replicas) = Replicas::new(LONG, 0).await else { return };
    let scene = &replicas.scene;
    let both = [replicas.start("one").await, replicas.start("two").await];
    for round in 0..6 {
        let (first, second) = (&both[round % 2], &both[(round + 1) % 2]);
        scene.stuck().await;
        post_to(first, 2 * round).await;
        // The other one follows it by now, or soon; and does not notice at once that it is over.
        scene.button("stager-restart").await;
        scene.cluster.heal_by_hand();
        scene.cluster.advance_until(Snapshot::healthy).unwrap();
        scene.says(&scene.anna, "/stager check").await;
        let incident = 2 * round as i64 + 1;
        replicas.closed(incident).await;
        post_to(second, 2 * round + 1).await;
        replicas.closed(incident + 1).await;
    }
    // What counts is which incident each alert got to.
    scene.reader.not_about_messages();
}

/// The same alert, risen anew.
async fn post_to(replica: &Replica, number: usize) {
    let starts_at = format!("2026-11-27T14:{number:02}:00Z");
    let alert = include_str!("../data/alertmanager/v0.27.json").replace("2024-05-14T09:21:07.482Z", &starts_at);
    assert_eq!(crate::scene::post_to(&replica.address, &alert).await, axum::http::StatusCode::OK);
}
