//! What is seen from inside the pods, each part in its trouble, and each failing alone.

use stagerbot::incident::observation::{Database, DatabaseReport, NotMade, PodEvent};
use stagerbot::simulator::kubernetes::Snapshot;

use tokio::time::timeout;

use super::*;
use crate::words::english;

const DATABASE: &str = "postgres.db.svc.cluster.local";

/// With the database's address configured.
async fn with_database(settings: Settings) -> Setting {
    let database = Some((DATABASE.to_owned(), 5432));
    Setting::of(settings, patient(), |environment| Environment { database, ..environment }).await
}

fn listening(observation: &Observation) -> Vec<(&str, bool)> {
    let Seen::Known(all) = &observation.listening else { panic!("{:?}", observation.listening) };
    all.iter().map(|one| (one.pod.as_str(), one.listens)).collect()
}

/// To whom, and what came of it.
fn pings(observation: &Observation) -> Vec<(Option<&str>, PingOutcome)> {
    let Seen::Known(all) = &observation.pings else { panic!("{:?}", observation.pings) };
    all.iter().map(|ping| (ping.to.as_deref(), ping.outcome)).collect()
}

fn lock(observation: &Observation) -> &LockOutcome {
    let Seen::Known(lock) = &observation.lock else { panic!("{:?}", observation.lock) };
    &lock.outcome
}

fn database(observation: &Observation) -> &DatabaseReport {
    let Seen::Known(database) = &observation.database else { panic!("{:?}", observation.database) };
    database
}

fn why_not<T: std::fmt::Debug>(seen: &Seen<T>) -> String {
    let Seen::NotKnown(why) = seen else { panic!("{seen:?}") };
    english(why)
}

fn owner(pod: &str) -> LockOutcome {
    LockOutcome::Owner(pod.to_owned())
}

#[tokio::test]
async fn a_healthy_bbs_from_inside() {
    let setting = with_database(Settings::short()).await;
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(listening(&observation), [("diego-api-0", true), ("diego-api-1", false)]);
    let answered = PingOutcome::Answered;
    assert_eq!(pings(&observation), [(None, answered), (Some("diego-api-0"), answered)]);
    assert_eq!(english(&observation.pings.known().unwrap()[0].text), "HTTP 200");
    assert_eq!(*lock(&observation), owner("diego-api-0"));
    let database = database(&observation);
    assert_eq!(database.state, Database::Up);
    assert_eq!(english(&database.evidence[0]), "diego-api-0: Locket read its locks from the database");
    assert_eq!(database.evidence.len(), 3, "{database:?}");
    assert_eq!(observation.topology, Seen::NotLooked);
    let ips: Vec<_> = observation.bbs().iter().map(|pod| pod.ip.is_some()).collect();
    assert_eq!(ips, [true, true]);
}

#[tokio::test]
async fn a_quick_look_runs_nothing() {
    let setting = Setting::start(Settings::short()).await;
    let observation = setting.observe(Depth::Pods).await;
    assert_eq!(observation.listening, Seen::NotLooked);
    assert_eq!((observation.lock, observation.pings), (Seen::NotLooked, Seen::NotLooked));
    assert_eq!((observation.database, observation.events), (Seen::NotLooked, Seen::NotLooked));
    let requests = setting.simulated.requests();
    assert!(requests.iter().all(|request| !request.path.ends_with("/exec")), "{requests:?}");
    assert_eq!(requests.len(), 3);
}

/// Record 08.
#[tokio::test]
async fn a_hung_bbs_listens_and_does_not_answer() {
    let setting = Setting::start(Settings::short()).await;
    setting.simulated.inject(Fault::BbsHung { pod: "diego-api-0".into() });
    setting.simulated.advance_until(|now| now.endpoints.len() == 2).unwrap();
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(listening(&observation), [("diego-api-0", true), ("diego-api-1", true)]);
    let expected = [(Some("diego-api-0"), PingOutcome::TimedOut), (Some("diego-api-1"), PingOutcome::Answered)];
    assert_eq!(pings(&observation)[1..], expected);
    assert_eq!(*lock(&observation), owner("diego-api-1"));
}

/// Record 02: nobody listens, and Locket hangs; later it reads again, and its row is stale.
#[tokio::test]
async fn the_runbooks_outage_from_inside() {
    let setting = Setting::start(Settings::short()).await;
    setting.simulated.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
    setting.simulated.advance_until(|now| now.endpoints.is_empty() && now.leader.is_none()).unwrap();
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(listening(&observation), [("diego-api-0", false), ("diego-api-1", false)]);
    assert_eq!(pings(&observation), [(None, PingOutcome::Refused)]);
    assert_eq!(*lock(&observation), LockOutcome::Hung);
    let why = why_not(&observation.database);
    assert_eq!(why, "diego-api-0: Locket did not answer in time\nits address is not configured");
}

#[tokio::test]
async fn a_bbs_that_migrates_says_so() {
    let setting = Setting::start(Settings::short()).await;
    setting.simulated.inject(Fault::BbsMigrating);
    setting.simulated.advance_until(|now| now.endpoints.is_empty()).unwrap();
    let observation = setting.observe(Depth::Full).await;
    let expected = [(None, PingOutcome::Refused), (Some("diego-api-0"), PingOutcome::Migrating)];
    assert_eq!(pings(&observation), expected);
}

#[tokio::test]
async fn certificates_that_have_expired() {
    let setting = Setting::start(Settings::short()).await;
    setting.simulated.inject(Fault::CertificatesExpired);
    setting.simulated.advance_until(|now| now.endpoints.is_empty()).unwrap();
    let observation = setting.observe(Depth::Full).await;
    let expected = [(None, PingOutcome::Refused), (Some("diego-api-0"), PingOutcome::CertificateRefused)];
    assert_eq!(pings(&observation), expected);
    let text = english(&observation.pings.known().unwrap()[1].text);
    assert!(text.contains("certificate has expired"), "{text}");
}

#[tokio::test]
async fn a_ping_that_could_not_be_made_says_why() {
    for (fault, why) in [
        (Fault::CurlMissing, NotMade::NoCurl),
        (Fault::CertificatesMissing, NotMade::NoCertificates),
        (Fault::ExecDenied, NotMade::ExecDenied),
    ] {
        let setting = Setting::start(Settings::short()).await;
        setting.simulated.inject(fault.clone());
        let observation = setting.observe(Depth::Full).await;
        let pings = observation.pings.known().unwrap_or_else(|| panic!("{fault:?}: no ping was tried"));
        assert!(pings.iter().any(|ping| ping.outcome == PingOutcome::NotMade(why)), "{fault:?}: {pings:?}");
        assert!(pings.iter().all(|ping| ping.outcome != PingOutcome::Answered), "{fault:?}: {pings:?}");
    }
}

#[tokio::test]
async fn each_part_fails_alone() {
    let denied = "permission missing";
    for (fault, failing, why) in [
        (Fault::CfdotMissing, vec!["lock", "database"], "cfdot is missing"),
        (Fault::ReadDenied { resource: "events".into() }, vec!["events"], denied),
        (Fault::ReadDenied { resource: "endpoints".into() }, vec!["endpoints"], denied),
        (Fault::ExecDenied, vec!["listening", "lock", "database"], denied),
        (Fault::CloudControllerNotReady { pod: "api-1".into() }, vec![], ""),
    ] {
        let setting = Setting::start(Settings::short()).await;
        setting.simulated.inject(fault.clone());
        let observation = setting.observe(Depth::Full).await;
        let parts: [(&str, Option<String>); 6] = [
            ("events", reason(&observation.events)),
            ("listening", reason(&observation.listening)),
            ("pings", reason(&observation.pings)),
            ("lock", reason(&observation.lock)),
            ("database", reason(&observation.database)),
            ("endpoints", reason(&observation.endpoints)),
        ];
        for (part, reason) in parts {
            assert_eq!(reason.is_some(), failing.contains(&part), "{fault:?}: {part} {reason:?}");
            if let Some(reason) = reason.filter(|_| part != "database") {
                assert!(reason.contains(why), "{fault:?}: {part} {reason}");
            }
        }
        assert!(observation.pods.known().is_some() && observation.probes.known().is_some(), "{fault:?}");
    }
}

fn reason<T>(seen: &Seen<T>) -> Option<String> {
    match seen {
        Seen::NotKnown(why) => Some(english(why)),
        Seen::Known(_) | Seen::NotLooked => None,
    }
}

#[tokio::test]
async fn an_exec_that_breaks_leaves_everything_inside_open() {
    for exec in [ExecHealth::ResetMidway, ExecHealth::EndlessOutput] {
        let timeouts = Timeouts { exec: Duration::from_secs(1), ..patient() };
        let setting = Setting::with("cfee-2", Settings { exec, ..Settings::short() }, timeouts).await;
        let observation = setting.observe(Depth::Full).await;
        assert!(why_not(&observation.listening).starts_with("diego-api-0: "), "{exec:?}");
        assert!(why_not(&observation.lock).starts_with("diego-api-0: "), "{exec:?}");
        assert_eq!(pings(&observation), [(None, PingOutcome::Unknown)], "{exec:?}");
        assert!(matches!(observation.database, Seen::NotKnown(_)), "{exec:?}");
    }
}

#[tokio::test]
async fn without_a_ready_cloud_controller_nobody_pings() {
    let setting = Setting::start(Settings::short()).await;
    for pod in ["api-0", "api-1"] {
        setting.simulated.inject(Fault::CloudControllerNotReady { pod: pod.to_owned() });
    }
    let unready = |seen: &stagerbot::simulator::kubernetes::Snapshot| {
        ["api-0", "api-1"].iter().all(|pod| seen.pod(pod).unwrap().ready == 1)
    };
    setting.simulated.advance_until(unready).unwrap();
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(why_not(&observation.pings), "no Cloud Controller pod is ready to ping from");
    assert_eq!(*lock(&observation), owner("diego-api-0"));
}

#[tokio::test]
async fn the_database_in_its_troubles() {
    for (fault, state, says) in [
        (Fault::DatabaseRefuses, Database::Down, "Connection refused"),
        (Fault::DatabaseDown, Database::Down, "timed out"),
        (Fault::DatabaseExhausted, Database::Accepts, "too many clients"),
    ] {
        let setting = with_database(Settings::short()).await;
        setting.simulated.inject(fault.clone());
        let observation = setting.observe(Depth::Full).await;
        let database = database(&observation);
        assert_eq!(database.state, state, "{fault:?} {database:?}");
        assert!(database.evidence.iter().any(|line| english(line).contains(says)), "{fault:?} {database:?}");
    }
}

#[tokio::test]
async fn a_database_whose_pods_are_not_ready() {
    let database_pods = Some(Workload { replicas: 1, ..Workload::new("mysql", &["mysql"]) });
    let setting = Setting::start(Settings { database_pods, ..Settings::short() }).await;
    let healthy = setting.observe(Depth::Full).await;
    assert_eq!(database(&healthy).state, Database::Up);
    setting.simulated.inject(Fault::DatabaseRefuses);
    setting.simulated.advance_until(|now| now.pod("mysql-0").unwrap().ready == 0).unwrap();
    let observation = setting.observe(Depth::Full).await;
    let database = database(&observation);
    assert_eq!(database.state, Database::Down);
    assert!(database.evidence.iter().any(|line| english(line).starts_with("mysql-0  0/1")), "{database:?}");
}

#[tokio::test]
async fn a_pod_whose_node_is_lost_is_not_asked() {
    let setting = Setting::start(Settings::short()).await;
    setting.simulated.inject(Fault::NodeLost { pod: "diego-api-0".into() });
    setting.simulated.advance_until(|now| now.endpoints == ["diego-api-1"]).unwrap();
    let observation = setting.observe(Depth::Full).await;
    let lost = observation.pod_by_name("diego-api-0").unwrap();
    assert_eq!((lost.trouble.as_deref(), lost.is_terminating()), (Some("NodeLost"), true));
    assert_eq!(listening(&observation), [("diego-api-1", true)]);
    assert_eq!(*lock(&observation), owner("diego-api-1"));
}

#[tokio::test]
async fn one_cloud_controller_pod_alone_is_in_trouble() {
    let pod = || "api-1".to_owned();
    for (fault, outcome) in [
        (Fault::OneApiPodCutOff { pod: pod() }, ProbeOutcome::TimedOut),
        (Fault::DnsBroken { pod: pod() }, ProbeOutcome::NameNotResolved),
    ] {
        let setting = Setting::start(Settings::short()).await;
        setting.simulated.inject(fault);
        let observation = setting.observe(Depth::Full).await;
        assert_eq!(outcomes(&observation), [ProbeOutcome::Succeeded, outcome]);
    }
}

#[tokio::test]
async fn warnings_revisions_and_cells_are_seen() {
    let cells = Some(Workload { parallel: true, ..Workload::new("diego-cell", &["diego-cell"]) });
    let setting = Setting::start(Settings { cells, ..Settings::short() }).await;
    for fault in [Fault::PendingRevision, Fault::CellsEvacuating, Fault::NewBbsPodsCrash] {
        setting.simulated.inject(fault);
    }
    setting.simulated.delete_pod_by_hand("diego-api-0");
    let crashed = |seen: &stagerbot::simulator::kubernetes::Snapshot| {
        seen.pod("diego-api-0").is_some_and(|pod| pod.waiting.as_deref() == Some("CrashLoopBackOff"))
    };
    setting.simulated.advance_until(crashed).unwrap();
    let observation = setting.cluster.observe(Depth::Full, Timestamp::now()).await;
    let pods = observation.pods.known().unwrap();
    let pending: Vec<_> = pods.sets.iter().map(|set| (set.name.as_str(), set.pending_revision)).collect();
    assert_eq!(pending, [("api", false), ("diego-api", true)]);
    assert_eq!(pods.cells.iter().filter(|cell| cell.is_terminating()).count(), 2);
    let events = observation.events.known().unwrap();
    let crash = events.iter().find(|event| event.reason == "BackOff").unwrap_or_else(|| panic!("{events:?}"));
    assert_eq!(crash.pod, "diego-api-0");
    assert!(events.len() <= 20 && events.is_sorted_by_key(|event| std::cmp::Reverse(event.last)), "{events:?}");
    // A container that does not run is not asked.
    assert_eq!(listening(&observation).len(), 1);
}

/// Nothing else ends it: the whole takes no longer than an observation may, however many pods there are.
#[tokio::test]
async fn many_pods_are_looked_at_within_the_deadline() {
    let (mut api, mut bbs) = (Workload::new("api", &["api"]), Workload::new("diego-api", &["diego-api"]));
    (api.replicas, bbs.replicas) = (4, 3);
    let timeouts = Timeouts { observation: Duration::from_secs(2), ..patient() };
    let settings = Settings { api, bbs, exec: ExecHealth::EndlessOutput, ..Settings::short() };
    let setting = Setting::with("cfee-2", settings, timeouts).await;
    let observation = timeout(PATIENCE, setting.observe(Depth::Full)).await.unwrap();
    assert_eq!(outcomes(&observation), [ProbeOutcome::Unknown; 3]);
    assert!(matches!(observation.listening, Seen::NotKnown(_)));
}

fn client(simulated: &Simulated) -> kube::Client {
    let mut config = kube::Config::new(simulated.url().parse().unwrap());
    "cf".clone_into(&mut config.default_namespace);
    kube::Client::try_from(config).unwrap()
}

/// Events are kept for an hour, their pods are not: what failed in an earlier pod of the name is not told of the one that is there.
#[tokio::test]
async fn events_that_outlive_their_pod_tell_nothing_of_the_next_one() {
    let setting = Setting::start(Settings::held()).await;
    let warned = async || {
        let observation = setting.cluster.observe(Depth::Full, Timestamp::now()).await;
        let Seen::Known(events) = &observation.events else { panic!("{:?}", observation.events) };
        let of_it = |event: &&PodEvent| event.pod == "diego-api-1" && event.message.contains("pull");
        events.iter().filter(of_it).filter_map(|event| event.uid.clone()).collect::<Vec<_>>()
    };
    setting.simulated.inject(Fault::ImageMissing);
    setting.simulated.delete_pod_by_hand("diego-api-1");
    let waits =
        |now: &Snapshot| now.pod("diego-api-1").is_some_and(|pod| pod.waiting.as_deref() == Some("ImagePullBackOff"));
    setting.simulated.advance_until(waits).unwrap();
    let failed = setting.pod("diego-api-1").await.uid;
    let told = warned().await;
    assert!(!told.is_empty() && told.iter().all(|uid| *uid == failed), "{told:?}");

    setting.simulated.heal(&Fault::ImageMissing);
    setting.simulated.delete_pod_by_hand("diego-api-1");
    let back = |now: &Snapshot| now.healthy() && now.pod("diego-api-1").is_some_and(|pod| pod.ready == pod.containers);
    setting.simulated.advance_until(back).unwrap();
    assert_ne!(setting.pod("diego-api-1").await.uid, failed);
    let kept: kube::Api<k8s_openapi::api::core::v1::Event> = kube::Api::default_namespaced(client(&setting.simulated));
    let kept = kept.list(&kube::api::ListParams::default()).await.unwrap();
    assert!(kept.iter().any(|event| event.involved_object.uid.as_ref() == Some(&failed)), "the cluster keeps events");
    assert_eq!(warned().await, Vec::<String>::new());
}

/// A policy is no missing permission: no role mends it.
#[tokio::test]
async fn an_exec_that_a_policy_refuses_is_told_as_that() {
    let setting = Setting::start(Settings { exec: ExecHealth::RefusedByPolicy, ..Settings::short() }).await;
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(outcomes(&observation), [ProbeOutcome::ExecRefused; 2]);
    let told = &english(&observation.probes()[0].text);
    assert!(told.starts_with("a policy of the cluster refused it: ") && told.contains("'no-exec'"), "{told}");
    assert_eq!(pings(&observation), [(None, PingOutcome::NotMade(NotMade::ExecRefused))]);
    assert_eq!(diagnose(&observation).verdict, Verdict::NotKnown { cause: "exec-refused".into() });
}

/// A verdict does not wait for a BBS that answers late, and it is not called hung for good: the answer wakes whoever waits for
/// changes, and the next look gives it its time.
#[tokio::test]
async fn an_answer_that_comes_late_corrects_the_verdict() {
    // By the real clock.
    let simulated = Simulated::start(Settings::default()).unwrap();
    let kubeconfig = simulated.kubeconfig();
    let timeouts = Timeouts { answer: Duration::from_millis(300), ..patient() };
    let setting = Setting::by(simulated, &kubeconfig, timeouts, |environment| environment).await;
    let takes = Duration::from_secs(2);
    for pod in ["diego-api-0", "diego-api-1"] {
        setting.simulated.inject(Fault::BbsSlow { pod: pod.into(), r#for: takes });
    }
    let mut changes = setting.changes().await;
    let first = setting.observe(Depth::Full).await;
    let timed_out = pings(&first).iter().all(|(_, outcome)| *outcome == PingOutcome::TimedOut);
    // A machine that stood still for so long has heard the answer in time.
    if timed_out {
        assert!(english(&first.pings.known().unwrap()[0].text).starts_with("no answer within "), "{:?}", first.pings);
        assert!(changes.wait(Instant::now() + PATIENCE).await, "the late answer tells nobody");
    }
    let second = setting.observe(Depth::Full).await;
    assert_eq!(pings(&second)[0].1, PingOutcome::Answered, "{:?}", second.pings);
    assert_eq!(diagnose(&second).verdict, Verdict::Healthy);
}
