//! Replicas: several equal processes on one PostgreSQL. Whatever happens to them, one at a time works on an incident.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use stagerbot::incident::event::{Event, Outcome, Recorded};
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::slack::view::View;
use stagerbot::store::Store;
use stagerbot::store::settings::Settings;

use crate::harness::long;
use crate::harness::needed::skipped;
use crate::postgres;
use crate::scene::{PATIENCE, Scene, is_card};

/// A short one: taking over within it is what is waited for.
const LEASE: Duration = Duration::from_secs(3);

/// A scene whose replicas share a database.
pub(crate) struct Replicas {
    pub(crate) scene: Scene,
    toml: String,
    store: Store,
}

/// One replica, which does not outlive its test.
pub(crate) struct Replica(Child, String);

impl Replica {
    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM, and the exit code.
    fn terminate(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().unwrap().code()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Replicas {
    async fn new(people: usize) -> Option<Self> {
        Some(Self::over(postgres::shared()?.database().await, people).await)
    }

    /// Over a database's URL.
    pub(crate) async fn over(url: String, people: usize) -> Self {
        let (scene, toml) = Self::set(&url, people).await;
        let store = Store::open(&url).await.unwrap();
        Self { scene, toml, store }
    }

    /// The same, where everybody gives each connection back after its use.
    pub(crate) async fn that_give_back(url: String) -> Self {
        let (scene, toml) = Self::set(&url, 0).await;
        let settings = Settings { give_back: true, ..Settings::new(&url).unwrap() };
        let store = Store::connect(&settings).await.unwrap();
        Self { scene, toml: toml.replace("[store]\n", "[store]\ngive_back = true\n"), store }
    }

    /// A scene, and the configuration of its replicas.
    async fn set(url: &str, people: usize) -> (Scene, String) {
        let scene = Scene::new().await;
        let file = format!("sqlite://{}", scene.folder.path().join("bot.db").display());
        let mut toml = scene.toml().replace(&format!("url = \"{file}\""), &format!("lease = \"{}s\"", LEASE.as_secs()));
        for n in 0..people {
            let _ = write!(toml, "[[person]]\nname = \"P{n}\"\nslack = \"U0PERSON{n}\"\nmay = [\"approve\"]\n");
        }
        std::fs::write(scene.folder.path().join("url"), url).unwrap();
        (scene, toml)
    }

    pub(crate) async fn start(&self, name: &str) -> Replica {
        Self::start_program(env!("CARGO_BIN_EXE_stagerbot"), &self.scene, &self.toml, name).await
    }

    async fn start_program(program: &str, scene: &Scene, toml: &str, name: &str) -> Replica {
        let folder = scene.folder.path();
        let file = folder.join(format!("{name}.toml"));
        let address = format!("127.0.0.1:{}", postgres::free_port());
        let toml = toml.replace("[store]\n", &format!("[store]\nreplica = \"{name}\"\n"));
        let toml = toml.replace("127.0.0.1:0", &address);
        std::fs::write(&file, toml).unwrap();
        let before = scene.workspace.counters().connections_opened;
        let child = Command::new(program)
            .args(["serve", "--config"])
            .arg(&file)
            .envs(scene.secrets())
            .env("STAGERBOT__STORE__URL", std::fs::read_to_string(folder.join("url")).unwrap())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let replica = Replica(child, address);
        scene.connected(before).await;
        replica
    }

    pub(crate) async fn log(&self) -> Vec<Recorded> {
        self.store.log(1).await.unwrap()
    }

    /// Waits until the log says so.
    async fn logged(&self, is: impl Fn(&[Recorded]) -> bool) {
        postgres::until(|| async {
            let log = self.store.log(1).await.map_err(|error| error.to_string())?;
            if is(&log) { Ok(()) } else { Err(format!("{:?}", log.last())) }
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

fn claims(log: &[Recorded]) -> Vec<u64> {
    let claim = |recorded: &Recorded| match recorded.event {
        Event::Claimed { claim } => Some(claim),
        _ => None,
    };
    log.iter().filter_map(claim).collect()
}

fn begun(snapshot: &Snapshot) -> bool {
    snapshot.pod("diego-api-0").is_some_and(|pod| pod.terminating)
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
    let clicks = people.iter().map(|person| person.clicks_stale(&card, "stager-approve"));
    for clicked in futures::future::join_all(clicks).await {
        assert!(clicked.unwrap().acked());
    }
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
    let (scene, toml) = Replicas::set(&url, 0).await;
    let toml = toml.replace("[restarts]\n", "[restarts]\ncool_down = \"0s\"\n");
    // What the older one does not know yet.
    let older_toml = toml.replace("[commands]\nper_minute = 100000\n", "");
    // The older one is there first, and its store is brought up to date under it.
    let holder = Replicas::start_program(&older, &scene, &older_toml, "older").await;
    let card = scene.requested().await;
    let planned = scene.uids();
    let replicas = Replicas { store: Store::open(&url).await.unwrap(), scene, toml };
    let scene = &replicas.scene;
    let _newer = replicas.start("newer").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    holder.kill();
    scene.card("Recovered").await;
    replicas.assert_each_once(&planned);
    assert_eq!(scene.cards(), 1);
    // Another one, from begin to end, with the older one beside it all the time.
    let _older = Replicas::start_program(&older, scene, &older_toml, "older").await;
    let card = scene.requested().await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    postgres::until(|| async {
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
    assert_eq!(crate::scene::post_to(&replica.1, &alert).await, axum::http::StatusCode::OK);
}
