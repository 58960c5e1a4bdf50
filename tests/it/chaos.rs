//! The chaos run: three replicas on one PostgreSQL, six environments, and everything around them failing at random, while
//! people go through incident after incident. A seed fixes what is done to them, not what comes of it.
//!
//! `STAGERBOT_CHAOS_INCIDENTS` says how many incidents (8), `STAGERBOT_CHAOS_SEED` with which seed.

mod faults;
mod people;
mod replicas;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Row as _};
use stagerbot::audit::verify;
use stagerbot::incident::event::{Event, Trigger};
use stagerbot::simulator::kubernetes::Cluster;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::kubernetes::world::DeletedBy;
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::store::Store;
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use self::people::Environment;
use self::replicas::Replica;
use crate::harness::is_card;
use crate::harness::postgres::Server;

/// How many environments are in trouble at a time.
const ENVIRONMENTS: usize = 6;
/// How long one incident may take to its end.
const PATIENCE: Duration = Duration::from_mins(5);
const LEASE: Duration = Duration::from_secs(3);

/// What everybody shares.
struct Stage {
    workspace: Workspace,
    environments: Vec<Environment>,
    replicas: Vec<Replica>,
    server: Server,
    url: String,
    folder: TempDir,
    /// How many incidents have come to their end.
    ended: AtomicUsize,
    incidents: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_every_incident_ends_right() {
    let _turn = crate::harness::heavy().await;
    let Some(server) = Server::start() else { return };
    let incidents = setting("STAGERBOT_CHAOS_INCIDENTS").map_or(8, |n| n as usize);
    let seed = setting("STAGERBOT_CHAOS_SEED").unwrap_or(170_010);
    eprintln!("chaos: {incidents} incidents, STAGERBOT_CHAOS_SEED={seed}");
    let stage = Arc::new(Stage::set(server, incidents).await);
    let began = Instant::now();
    let over = CancellationToken::new();
    let failing = tokio::spawn(faults::at_random(stage.clone(), seed, over.clone()));
    let people = (0..ENVIRONMENTS).map(|place| {
        let share = incidents / ENVIRONMENTS + usize::from(place < incidents % ENVIRONMENTS);
        tokio::spawn(people::go_through(stage.clone(), place, share, fastrand::Rng::with_seed(seed + place as u64)))
    });
    for person in people.collect::<Vec<_>>() {
        person.await.unwrap();
    }
    over.cancel();
    let done = failing.await.unwrap();
    stage.calm().await;
    let took = began.elapsed();
    eprintln!("chaos: {} in {took:.0?}: {done}; {}", stage.incidents, stage.checked().await);
}

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}: expected a number, found {text}")))
}

impl Stage {
    async fn set(server: Server, incidents: usize) -> Self {
        sqlx::any::install_default_drivers();
        let url = server.database().await;
        let settings = WorkspaceSettings { paces: BTreeMap::new(), ..WorkspaceSettings::default() };
        let workspace = crate::harness::record::workspace(settings).await;
        let folder = TempDir::new().unwrap();
        let mut toml = format!(
            // Each outage is an incident of its own, however soon it follows.
            "[alerts]\nreopen = \"0s\"\n[commands]\nper_minute = 100000\n[restarts]\nmode = \"on\"\napproval_expiry = \"5m\"\nstart_allowance = \"10s\"\nterminating_wait = \"5s\"\n\
             hold = \"200ms\"\ncool_down = \"0s\"\n[checks]\nprobe_timeout = \"1s\"\nleaderless = \"0s\"\nlooks = 1\nrecheck = \"60s\"\n\
             recheck_unclear = \"1s\"\n[store]\nreplica = \"REPLICA\"\nlease = \"{}s\"\n[server]\nlisten = \"ADDRESS\"\n\
             [slack]\napi_url = \"{}\"\nping_every = \"1s\"\n",
            LEASE.as_secs(),
            workspace.api_url(),
        );
        for (id, name) in people::PEOPLE {
            workspace.add_person_as(id, &name.to_lowercase(), "en-US");
            let _ = write!(toml, "[[person]]\nname = \"{name}\"\nslack = \"{id}\"\nmay = [\"request\", \"approve\"]\n");
        }
        let mut environments = Vec::new();
        for place in 0..ENVIRONMENTS {
            let (name, cluster) = (format!("e{place}"), Cluster::start(ClusterSettings::short()).unwrap());
            let channel = workspace.add_channel(&name);
            let kubeconfig = folder.path().join(&name);
            std::fs::write(&kubeconfig, cluster.kubeconfig()).unwrap();
            let _ = write!(
                toml,
                "[[environment]]\nname = \"{name}\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\n\
                 slack_channel = \"{channel}\"\nmatch = {{ cluster = \"{name}\" }}\n",
                kubeconfig.display()
            );
            environments.push(Environment { name, cluster, channel });
        }
        let replicas =
            ["one", "two", "three"].map(|name| Replica::start(name, &toml, folder.path(), &url, &workspace)).into();
        let ended = AtomicUsize::new(0);
        Self { workspace, environments, replicas, server, url, folder, ended, incidents }
    }

    /// Everything works again, and everybody has said what they have to say.
    async fn calm(&self) {
        self.workspace.heal_all();
        let told = async {
            let store = Store::open(&self.url).await.unwrap();
            loop {
                let left = (
                    store.open_incidents().await.unwrap(),
                    crate::harness::owed::untold(&self.url).await,
                    crate::harness::owed::unanswered(&self.url).await,
                );
                if left.0.is_empty() && left.1.is_empty() && left.2.is_empty() {
                    return;
                }
                sleep(Duration::from_millis(100)).await;
            }
        };
        let is_told = timeout(PATIENCE, told).await.is_ok();
        assert!(is_told, "something is left open:\n{}", self.logs());
    }

    /// What has to hold at the end, and the figures.
    async fn checked(&self) -> String {
        let store = Store::open(&self.url).await.unwrap();
        let report = verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap();
        assert_eq!(report.flaws, [], "the audit");
        let mut approved: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
        let (mut claims, mut by_alert) = (0, 0);
        for id in 1..=report.incidents as i64 {
            let log = store.log(id).await.unwrap();
            let Event::Opened { environment, trigger, .. } = &log[0].event else { panic!("{id}: {:?}", log[0]) };
            by_alert += usize::from(matches!(trigger, Trigger::Alert(_)));
            let mut request = None;
            for recorded in &log {
                match &recorded.event {
                    Event::Opened { trigger: Trigger::Alert(alert), .. }
                    | Event::AlertJoined { alert }
                    | Event::AlertResolved { alert } => {
                        assert_ne!(alert.name, faults::UNRELATED, "incident {id} has what is none of its business");
                    }
                    Event::Claimed { .. } => claims += 1,
                    Event::RestartRequested { by, plan, .. } => request = Some((by.clone(), plan.clone())),
                    Event::Approved { by, .. } => {
                        let (requester, plan) = request.as_ref().expect("an approval is of a request");
                        assert!(by.person.is_some() && by.person != requester.person, "incident {id}: two persons");
                        let pods = plan.stages.iter().flat_map(|stage| &stage.pods);
                        approved.entry(environment.clone()).or_default().extend(pods.map(|pod| pod.uid.clone()));
                    }
                    Event::Closed { outcome } => {
                        let outcome = format!("{outcome:?}");
                        let kind = outcome.split([' ', '{']).next().unwrap_or_default();
                        *outcomes.entry(kind.to_owned()).or_default() += 1;
                    }
                    _ => {}
                }
            }
        }
        let mut deletes = 0;
        for environment in &self.environments {
            let planned = approved.remove(&environment.name).unwrap_or_default();
            let ours =
                environment.cluster.terminations().into_iter().filter(|one| matches!(one.by, DeletedBy::Request(_)));
            let uids: Vec<String> = ours.map(|one| one.uid).collect();
            deletes += uids.len();
            assert_eq!(uids.iter().collect::<BTreeSet<_>>().len(), uids.len(), "deleted twice");
            for uid in uids {
                assert!(planned.contains(&uid), "{uid} in {} was deleted outside an approved plan", environment.name);
            }
        }
        let mut database = AnyConnection::connect(&self.url).await.unwrap();
        let answered = "SELECT count(*) FROM inbox WHERE answered_at IS NOT NULL AND dedupe_key LIKE 'slack/%'";
        let answered: i64 = sqlx::query(answered).fetch_one(&mut database).await.unwrap().get(0);
        let messages = self.workspace.all_messages();
        let whispers = messages.iter().filter(|message| message.by_bot && message.ephemeral_to.is_some()).count();
        let cards = messages.iter().filter(|message| message.by_bot && is_card(message)).count();
        assert!(whispers as i64 >= answered, "{whispers} answers to {answered} rows");
        format!(
            "{} incidents {outcomes:?}, {by_alert} of them opened by an alert, claimed {claims} times, {deletes} pods deleted, each once and in an approved plan; \
             {answered} commands and clicks, all answered, {} of them twice; {cards} cards, {} repeated; the audit verifies",
            report.incidents,
            whispers as i64 - answered,
            cards - report.incidents,
        )
    }

    /// What the replicas logged, for a run that failed.
    fn logs(&self) -> String {
        let text = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        let tail = |text: String| {
            text.lines()
                .rev()
                .take(60)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .fold(String::new(), |all, line| all + line + "\n")
        };
        ["one", "two", "three"].map(|name| format!("== {name}\n{}", tail(text(&format!("{name}.log"))))).concat()
    }

    fn progress(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }
}
