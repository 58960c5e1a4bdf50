//! The crash matrix: the bot is killed before and after every write to the store and every call to the outside of one whole
//! incident, and what comes after it brings the incident to its end.
//!
//! The list of points is the run's own: each write and call is a span, and the bot runs in a child of this binary with a
//! layer that counts them, or aborts at one. So a new step cannot be forgotten. Cluster and workspace live in this process.

mod child;
mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::{Instant, interval, timeout};

use self::child::{Child, Points, Role};
use self::people::People;
use crate::harness::{Scene, is_call, postgres};
use stagerbot::incident::IncidentId;
use stagerbot::incident::event::{Event, Recorded};
use stagerbot::incident::timeline::timeline;
use stagerbot::store::Store;
use stagerbot::store::settings::Settings;
use stagerbot::words::Words;

/// Every point of the matrix, instead of a sample.
const EVERY: &str = "STAGERBOT_CRASH_EVERY";
/// What an incident that nobody kills writes and calls, whatever else it does in its time: before and after each it may die.
const POINTS: [&str; 26] = [
    "kubernetes delete pod",
    "kubernetes exec",
    "kubernetes get endpoints",
    "kubernetes list events",
    "kubernetes list pods",
    "kubernetes list statefulsets",
    "kubernetes watch",
    "slack apps.connections.open",
    "slack auth.test",
    "slack bots.info",
    "slack chat.postEphemeral",
    "slack chat.postMessage",
    "slack chat.update",
    "slack conversations.info",
    "slack response_url",
    "slack users.info",
    "slack views.open",
    "store announcement",
    "store answered",
    "store append",
    "store claim",
    "store decided",
    "store open",
    "store put",
    "store shown",
    "store take",
];
/// How many points of each kind of store are taken otherwise.
const SAMPLE: usize = 12;
/// How many incidents run at a time.
const AT_ONCE: usize = 12;
/// How long one may take to its end, crash included.
const PATIENCE: Duration = Duration::from_mins(4);

/// Where the incident is kept, and who goes on with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// In a file; the bot is started again.
    Sqlite,
    /// In a database; the bot is started again.
    Postgres,
    /// In a database; another replica is there already.
    Replicas,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Replicas => "PostgreSQL with a second replica",
        }
    }

    async fn url(self, scene: &Scene) -> Option<String> {
        match self {
            Self::Sqlite => Some(format!("sqlite://{}", scene.folder.path().join("crash.db").display())),
            Self::Postgres | Self::Replicas => Some(postgres::shared()?.database().await),
        }
    }
}

/// What came of one run.
struct Ended {
    /// The points it passed, or up to where it died.
    points: Points,
    died: bool,
    outcome: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_it_ends_right_on_sqlite() {
    matrix(Way::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_it_ends_right_on_postgresql() {
    if postgres::shared().is_some() {
        matrix(Way::Postgres).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_another_replica_ends_it_right() {
    if postgres::shared().is_some() {
        matrix(Way::Replicas).await;
    }
}

async fn matrix(way: Way) {
    let _turn = crate::harness::heavy().await;
    let began = Instant::now();
    let counted = run(way, None).await;
    assert!(!counted.died);
    let all = counted.points.0;
    let passed: BTreeSet<&str> = all.iter().filter_map(|point| point.split_once(' ')).map(|(_, name)| name).collect();
    // Some of what two replicas do is done by the other.
    let dropped: Vec<_> = POINTS.into_iter().filter(|name| !passed.contains(name)).collect();
    assert!(way == Way::Replicas || dropped.is_empty(), "an incident passes these no more: {dropped:?}");
    let every = std::env::var_os(EVERY).is_some_and(|every| every == "1");
    let taken: Vec<usize> = if every { (0..all.len()).collect() } else { spread(all.len(), SAMPLE) };
    let runs = taken.iter().map(|at| run(way, Some(*at)));
    let ended: Vec<Ended> = futures::stream::iter(runs).buffer_unordered(AT_ONCE).collect().await;
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for one in &ended {
        let outcome = if one.died { one.outcome.clone() } else { "ended before that point".to_owned() };
        *outcomes.entry(outcome).or_default() += 1;
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for point in ended.iter().filter(|one| one.died).filter_map(|one| one.points.0.last()) {
        *kinds.entry(point).or_default() += 1;
    }
    eprintln!(
        "crash matrix on {}: {} of {} points in {:.0} s; {outcomes:?}; points {kinds:?}",
        way.name(),
        taken.len(),
        all.len(),
        began.elapsed().as_secs_f64(),
    );
}

/// So many of so many, evenly spread, from the first to the last.
fn spread(all: usize, some: usize) -> Vec<usize> {
    let some = some.min(all);
    (0..some).map(|n| n * (all - 1) / (some - 1).max(1)).collect()
}

/// One whole incident, with a crash at this point or none.
async fn run(way: Way, at: Option<usize>) -> Ended {
    let scene = Scene::new().await;
    let url = way.url(&scene).await.unwrap();
    let what = format!("{} at {at:?}", way.name());
    timeout(PATIENCE, incident(way, &scene, &url, at)).await.unwrap_or_else(|_| {
        let log = std::fs::read_to_string(scene.folder.path().join("child.log")).unwrap_or_default();
        let cards: Vec<String> = scene.workspace.all_messages().iter().map(|m| m.text_seen()).collect();
        panic!("{what}: not to its end in time\n{}\n{log}", cards.join("\n---\n"))
    })
}

async fn incident(way: Way, scene: &Scene, url: &str, at: Option<usize>) -> Ended {
    let mut child = Child::start(scene, url, Role::Counted { dies_at: at });
    let mut other = None;
    if way == Way::Replicas {
        // The first one has what there is to do; the other follows.
        tokio::select! {
            _ = child.address() => {}
            () = child.ended.cancelled() => {}
        }
        other = Some(Child::start(scene, url, Role::Other));
    }
    scene.stuck().await;
    let planned = scene.uids();
    let mut people = People::default();
    let mut died = None;
    let log = loop {
        let to_the_end = async {
            people.act(scene, child.address().await).await;
            told_to_its_end(url).await
        };
        tokio::select! {
            log = to_the_end => break log,
            () = child.ended.cancelled() => {
                let log = || std::fs::read_to_string(scene.folder.path().join("child.log")).unwrap_or_default();
                assert!(died.is_none(), "nobody told it to die again\n{}", log());
                died = Some(scene.cluster.snapshot().healthy() && !scene.terminated().is_empty());
                child = other.take().unwrap_or_else(|| Child::start(scene, url, Role::Successor));
            }
        }
    };
    if let Some(other) = other {
        other.kill().await;
    }
    child.kill().await;
    let what = format!("at {at:?}, {:?}", Points::read(scene).0.last());
    let terminated = scene.terminated();
    let mut distinct = terminated.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), terminated.len(), "{what}: twice");
    assert!(terminated.iter().all(|uid| planned.contains(uid)), "{what}: {terminated:?} of {planned:?}");
    if died == Some(true) {
        // Healthy then, nothing more may be deleted: whoever goes on looks first. What the dead one had sent may still arrive.
        let intended = log.iter().filter_map(|recorded| match &recorded.event {
            Event::DeleteIntended { uid, claim, .. } => Some((*claim, uid)),
            _ => None,
        });
        let (claims, uids): (BTreeSet<_>, BTreeSet<_>) = intended.unzip();
        assert_eq!(claims.len(), 1, "{what}: a delete after it was healthy, of {uids:?}");
        assert!(terminated.iter().all(|uid| uids.contains(uid)), "{what}: {terminated:?}, and intended {uids:?}");
    }
    assert_eq!(scene.cards(), 1, "{what}: one card");
    assert!(People::is_each_answered(scene), "{what}: somebody was not answered");
    let called: Vec<&String> = log
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::Called { key, .. } => Some(key),
            _ => None,
        })
        .collect();
    let distinct: BTreeSet<&String> = called.iter().copied().collect();
    assert_eq!(distinct.len(), called.len(), "{what}: the log says twice who was told: {called:?}");
    // The announcement of the request stands in the log, where nothing came between the telling and the writing down.
    let announced = scene.workspace.all_messages().iter().any(|m| m.by_bot && is_call(&m.text_seen()));
    let logged = called.iter().any(|key| key.ends_with("/announce/slack"));
    assert!(logged || !announced || at.is_some(), "{what}: the log does not say who was told");
    let words = Words::of(None);
    let expected = timeline(1, &log).into_iter().map(|line| words.say(&line.says));
    let told = scene.threads().join("\n");
    for line in expected {
        let first = line.lines().next().unwrap_or_default();
        assert!(told.contains(first), "{what}: the thread lacks “{first}”:\n{told}");
    }
    let mut messages = scene.threads();
    let all = messages.len();
    messages.sort();
    messages.dedup();
    assert_eq!(messages.len(), all, "{what}: said twice:\n{told}");
    let outcome = log.iter().rev().find_map(|recorded| match &recorded.event {
        Event::Closed { outcome } => Some(format!("{outcome:?}")),
        _ => None,
    });
    let outcome = outcome.unwrap_or_default();
    let outcome = outcome.split([' ', '{', '(']).next().unwrap_or_default();
    let outcome = format!("{outcome}, {} deleted", terminated.len());
    Ended { points: Points::read(scene), died: died.is_some(), outcome }
}

/// Waits until the one incident is closed, told to its end, and everybody is answered; its log.
async fn told_to_its_end(url: &str) -> Vec<Recorded> {
    const FIRST: IncidentId = 1;
    let mut tick = interval(Duration::from_millis(100));
    // The store may be busy for a moment: then it is asked again.
    let store = loop {
        tick.tick().await;
        if let Ok(store) = Store::open_existing(&Settings::new(url).unwrap()).await {
            break store;
        }
    };
    loop {
        tick.tick().await;
        let (Ok(open), Ok(log)) = (store.open_incidents().await, store.log(FIRST).await) else { continue };
        if log.is_empty() || !open.is_empty() {
            continue;
        }
        let owed = (crate::harness::owed::try_untold(url).await, crate::harness::owed::try_unanswered(url).await);
        if matches!(&owed, (Ok(untold), Ok(unanswered)) if untold.is_empty() && unanswered.is_empty()) {
            store.close().await;
            return log;
        }
    }
}
