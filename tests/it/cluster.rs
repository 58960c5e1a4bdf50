//! The Kubernetes side against the simulated cluster, over HTTP.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod errors;
mod discovery;
mod checks;

use std::time::Duration;

use jiff::Timestamp;
use stagerbot::cluster::Cluster;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::cluster::watch::Changes;
use stagerbot::incident::diagnosis::{Verdict, diagnose};
use stagerbot::incident::environment::{Environment, FixedParts, Topology};
use stagerbot::incident::observation::{Depth, LockOutcome, Observation, PingOutcome, PodSummary, ProbeOutcome, Seen};
use stagerbot::incident::transition::DeleteResult;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::{ExecHealth, Netcat, Settings, Workload};
use stagerbot::simulator::kubernetes::world::DeletedBy;
use stagerbot::simulator::kubernetes::{Cluster as Simulated, PodSnapshot};
use tokio::time::Instant;

use crate::deploy::admission::every_exec_is_admitted;
use crate::harness::tls::{Authority, Front};
use crate::harness::{PATIENCE, is_stuck};
use crate::words::english;

/// Nobody is kept waiting by a machine that is busy with other things.
pub(crate) fn patient() -> Timeouts {
    let long = Duration::from_mins(10);
    Timeouts {
        connect: long,
        read: long,
        exec: long,
        around_exec: long,
        answer: long,
        delete: long,
        observation: long,
        ..Timeouts::default()
    }
}

struct Setting {
    simulated: Simulated,
    cluster: Cluster,
}

/// The admission policy in deploy/ lets every exec of every check through.
impl Drop for Setting {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            every_exec_is_admitted(&self.simulated);
        }
    }
}

impl Setting {
    async fn start(settings: Settings) -> Self {
        Self::with("cfee-2", settings, patient()).await
    }

    async fn with(preset: &str, settings: Settings, timeouts: Timeouts) -> Self {
        let topology = Topology::preset(preset).unwrap();
        Self::of(settings, timeouts, |environment| Environment { topology, ..environment }).await
    }

    /// Nothing is configured: the topology is found.
    async fn discovering(settings: Settings) -> Self {
        let discover = Some(FixedParts::default());
        Self::of(settings, patient(), |environment| Environment { discover, ..environment }).await
    }

    async fn of(settings: Settings, timeouts: Timeouts, change: impl FnOnce(Environment) -> Environment) -> Self {
        let namespace = settings.namespace.clone();
        // Time stands but where a test moves it.
        let simulated = Simulated::start(Settings { held: true, ..settings }).unwrap();
        let kubeconfig = simulated.kubeconfig();
        let named = |environment| change(Environment { namespace, ..environment });
        Self::by(simulated, &kubeconfig, timeouts, named).await
    }

    async fn by(
        simulated: Simulated,
        text: &str,
        timeouts: Timeouts,
        change: impl FnOnce(Environment) -> Environment,
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let kubeconfig = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(kubeconfig.path(), text).unwrap();
        let access = Access {
            kubeconfig: Some(kubeconfig.path().into()),
            context: Some("simulator".into()),
            ..Access::default()
        };
        let environment = Environment {
            name: "prod".into(),
            context: None,
            namespace: "cf".into(),
            topology: Topology::usual(),
            discover: None,
            database: None,
        };
        let cluster = Cluster::connect(&access, change(environment), timeouts).await.unwrap();
        Self { simulated, cluster }
    }

    async fn observe(&self, depth: Depth) -> Observation {
        self.cluster.observe(depth, Timestamp::UNIX_EPOCH).await
    }

    async fn pod(&self, name: &str) -> PodSummary {
        self.observe(Depth::Pods).await.pod_by_name(name).unwrap().clone()
    }

    async fn delete(&self, pod: &str, uid: &str, resource_version: &str) -> DeleteResult {
        self.cluster.delete(pod, uid, resource_version, Instant::now() + PATIENCE).await
    }
}

fn outcomes(observation: &Observation) -> Vec<ProbeOutcome> {
    observation.probes().iter().map(|report| report.outcome).collect()
}

#[tokio::test]
async fn a_healthy_environment() {
    let setting = Setting::start(Settings::short()).await;
    let observation = setting.observe(Depth::Full).await;
    let pods = observation.pods.known().unwrap();
    let lines: Vec<String> = pods.cloud_controllers.iter().chain(&pods.bbs).map(PodSummary::line).collect();
    assert_eq!(
        lines,
        [
            "api-0  2/2  Running  restarts 0  -",
            "api-1  2/2  Running  restarts 0  -",
            "diego-api-0  2/2  Running  restarts 0  active",
            "diego-api-1  2/2  Running  restarts 0  passive",
        ]
    );
    let sets: Vec<_> = pods.sets.iter().map(|set| (set.name.as_str(), set.desired, set.policy.as_str())).collect();
    assert_eq!(sets, [("api", 2, "OrderedReady"), ("diego-api", 2, "OrderedReady")]);
    assert_eq!(observation.endpoints, Seen::Known(vec!["diego-api-0".to_owned()]));
    for report in observation.probes() {
        assert_eq!((report.outcome, report.exit_code), (ProbeOutcome::Succeeded, Some(0)), "{report:?}");
        assert!(english(&report.text).ends_with("8889 port [tcp/*] succeeded!"), "{report:?}");
    }
    assert_eq!(outcomes(&observation).len(), 2);
    assert_eq!(diagnose(&observation).verdict, Verdict::Healthy, "{observation:#?}");
}

#[tokio::test]
async fn locket_in_pods_of_its_own() {
    let locket = Some(Workload::new("diego-locket", &["diego-locket"]));
    let setting = Setting::with("cfee-1", Settings { locket, ..Settings::short() }, Timeouts::default()).await;
    let observation = setting.observe(Depth::Pods).await;
    let lockets = &observation.pods.known().unwrap().lockets;
    let names: Vec<&str> = lockets.iter().map(|pod| pod.name.as_str()).collect();
    assert_eq!(names, ["diego-locket-0", "diego-locket-1"]);
    assert_eq!(observation.probes, Seen::NotLooked);
}

#[tokio::test]
async fn the_probe_is_made_from_three_pods_at_most() {
    let api = Workload { replicas: 5, ..Workload::new("api", &["api"]) };
    let setting = Setting::start(Settings { api, ..Settings::short() }).await;
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(observation.pods.known().unwrap().cloud_controllers.len(), 5);
    let from: Vec<&str> = observation.probes().iter().map(|report| report.pod.as_str()).collect();
    assert_eq!(from, ["api-0", "api-1", "api-2"]);
}

#[tokio::test]
async fn the_runbooks_outage_with_every_netcat() {
    for netcat in [Netcat::OpenBsd, Netcat::OldOpenBsd, Netcat::Traditional, Netcat::Ncat, Netcat::Busybox] {
        for (drops, outcome) in [(false, ProbeOutcome::Refused), (true, ProbeOutcome::TimedOut)] {
            let setting = Setting::start(Settings { netcat, ..Settings::short() }).await;
            assert_eq!(outcomes(&setting.observe(Depth::Full).await), [ProbeOutcome::Succeeded; 2], "{netcat:?}");
            if drops {
                setting.simulated.inject(Fault::ServiceDrops);
            }
            setting.simulated.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
            setting.simulated.advance_until(is_stuck).unwrap();
            let observation = setting.observe(Depth::Full).await;
            assert_eq!(outcomes(&observation), [outcome; 2], "{netcat:?} {:#?}", observation.probes());
            assert_eq!(observation.endpoints, Seen::Known(vec![]));
        }
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve() {
    for netcat in [Netcat::OpenBsd, Netcat::OldOpenBsd, Netcat::Traditional, Netcat::Ncat, Netcat::Busybox] {
        let setting = Setting::start(Settings { netcat, ..Settings::short() }).await;
        setting.simulated.inject(Fault::NameNotResolved);
        let observation = setting.observe(Depth::Full).await;
        assert_eq!(
            outcomes(&observation),
            [ProbeOutcome::NameNotResolved; 2],
            "{netcat:?} {:#?}",
            observation.probes()
        );
    }
}

#[tokio::test]
async fn without_nc_bash_probes() {
    let setting = Setting::start(Settings::short()).await;
    setting.simulated.inject(Fault::NcMissing);
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(outcomes(&observation), [ProbeOutcome::Succeeded; 2]);
    assert_eq!(english(&observation.probes()[0].text), "connected (bash /dev/tcp; nc is missing)");
}

#[tokio::test]
async fn an_exec_that_is_not_permitted() {
    let setting = Setting::start(Settings::short()).await;
    setting.simulated.inject(Fault::ExecDenied);
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(outcomes(&observation), [ProbeOutcome::ExecDenied; 2]);
    assert!(english(&observation.probes()[0].text).starts_with("permission missing: "), "{:?}", observation.probes());
}

/// Nothing is known of what did not arrive, and what did arrive counts, whatever becomes of the exec then.
#[tokio::test]
async fn an_exec_that_breaks_tells_what_came_before() {
    for (exec, outcome) in [
        (ExecHealth::ResetMidway, ProbeOutcome::Unknown),
        (ExecHealth::EndlessOutput, ProbeOutcome::Unknown),
        (ExecHealth::NoStatus, ProbeOutcome::Succeeded),
        (ExecHealth::NeverEnds, ProbeOutcome::Succeeded),
    ] {
        let timeouts = Timeouts { exec: Duration::from_secs(1), ..patient() };
        let setting = Setting::with("cfee-2", Settings { exec, ..Settings::short() }, timeouts).await;
        let observation = setting.observe(Depth::Full).await;
        assert_eq!(outcomes(&observation), [outcome; 2], "{exec:?} {:#?}", observation.probes());
        let healthy = diagnose(&observation).verdict == Verdict::Healthy;
        assert_eq!(healthy, outcome == ProbeOutcome::Succeeded, "{exec:?} {observation:#?}");
    }
}

#[tokio::test]
async fn no_probe_from_a_pod_that_is_not_ready() {
    let setting = Setting::start(Settings::short()).await;
    for (pod, from) in [("api-0", vec!["api-1"]), ("api-1", vec![])] {
        setting.simulated.inject(Fault::CloudControllerNotReady { pod: pod.to_owned() });
        setting.simulated.advance_until(|seen| seen.pod(pod).unwrap().ready == 1).unwrap();
        let observation = setting.observe(Depth::Full).await;
        let probed: Vec<&str> = observation.probes().iter().map(|report| report.pod.as_str()).collect();
        assert_eq!(probed, from);
        assert!(matches!(observation.probes, Seen::Known(_)));
    }
}

#[tokio::test]
async fn what_troubles_new_pods() {
    for (fault, trouble) in [(Fault::NewBbsPodsCrash, "CrashLoopBackOff"), (Fault::ImageMissing, "ImagePullBackOff")] {
        let setting = Setting::start(Settings::short()).await;
        setting.simulated.inject(fault);
        setting.simulated.delete_pod_by_hand("diego-api-0");
        let waits = |pod: &PodSnapshot| pod.waiting.as_deref() == Some(trouble);
        setting.simulated.advance_until(|seen| seen.pod("diego-api-0").is_some_and(waits)).unwrap();
        let pod = setting.pod("diego-api-0").await;
        assert!(pod.has_failed(), "{pod:?}");
    }
}

#[tokio::test]
async fn a_delete_needs_the_very_pod_that_was_seen() {
    let setting = Setting::start(Settings::short()).await;
    let slow = Fault::HangsInTerminating { pod: "diego-api-0".into(), r#for: Duration::from_secs(100) };
    setting.simulated.inject(slow);
    let pod = setting.pod("diego-api-0").await;
    let elsewhere = "00000000-0000-0000-0000-000000000000";
    for (uid, version, why) in [(elsewhere, pod.resource_version.as_str(), "UID"), (&pod.uid, "1", "ResourceVersion")] {
        let DeleteResult::Refused(refusal) = setting.delete("diego-api-0", uid, version).await else { panic!("{why}") };
        let refusal = english(&refusal);
        assert!(refusal.contains(&format!("{why} in the precondition")) && refusal.ends_with("(409)"), "{refusal}");
    }
    assert_eq!(setting.delete("diego-api-7", &pod.uid, "1").await, DeleteResult::Missing);
    assert!(setting.simulated.terminations().is_empty());

    assert_eq!(setting.delete("diego-api-0", &pod.uid, &pod.resource_version).await, DeleteResult::Accepted);
    // Again while it terminates: as it was before, it is another version; as it is now, it is deleted already.
    let again = setting.delete("diego-api-0", &pod.uid, &pod.resource_version).await;
    assert!(matches!(again, DeleteResult::Refused(_)), "{again:?}");
    let seen = setting.pod("diego-api-0").await;
    assert!(seen.is_terminating() && seen.grace_seconds == 600, "{seen:?}");
    assert_eq!(setting.delete("diego-api-0", &seen.uid, &seen.resource_version).await, DeleteResult::Accepted);

    setting.simulated.advance_until(|now| now.pod("diego-api-0").is_some_and(|new| new.uid != pod.uid)).unwrap();
    let stale = setting.delete("diego-api-0", &pod.uid, &pod.resource_version).await;
    assert!(matches!(stale, DeleteResult::Refused(_)), "{stale:?}");
    let terminations = setting.simulated.terminations();
    assert_eq!(terminations.len(), 1);
    assert_eq!(terminations[0].uid, pod.uid);
    let DeletedBy::Request(by) = &terminations[0].by else { panic!("{terminations:?}") };
    assert!(by.starts_with("stagerbot/"), "{by}");
}

impl Setting {
    /// A watch whose beginning has been waited for.
    async fn changes(&self) -> Changes {
        let mut changes = self.cluster.changes();
        let end = Instant::now() + PATIENCE;
        let watches =
            || self.simulated.requests().iter().filter(|request| request.query.contains("watch=true")).count();
        while watches() < 2 {
            assert!(Instant::now() < end, "no watch: {:?}", self.simulated.requests());
            changes.wait(Instant::now() + Duration::from_millis(20)).await;
        }
        while changes.wait(Instant::now()).await {}
        changes
    }
}

#[tokio::test]
async fn changes_wake_and_are_not_lost() {
    let setting = Setting::start(Settings::short()).await;
    let mut changes = setting.changes().await;
    let before = setting.simulated.snapshot();
    let uid = before.pod("diego-api-1").unwrap().uid.clone();
    setting.simulated.delete_pod_by_hand("diego-api-1");
    assert!(changes.wait(Instant::now() + PATIENCE).await);
    // What happens between two waits wakes the next one at once.
    setting.simulated.advance_until(|seen| seen.pod("diego-api-1").is_some_and(|new| new.uid != uid)).unwrap();
    assert!(changes.wait(Instant::now() + PATIENCE).await);
}

#[tokio::test]
async fn without_a_change_a_wait_ends_at_its_deadline() {
    let setting = Setting::start(Settings::short()).await;
    let mut changes = setting.changes().await;
    let until = Instant::now() + Duration::from_millis(100);
    assert!(!changes.wait(until).await);
    assert!(Instant::now() >= until);
}

#[tokio::test]
async fn changes_survive_an_api_server_that_is_gone_for_a_while() {
    // So few events are kept that the watch is told 410 Gone when it comes back.
    let setting = Setting::start(Settings { history: 5, ..Settings::short() }).await;
    let mut changes = setting.changes().await;
    setting.simulated.inject(Fault::ApiServerDown);
    let blind = setting.observe(Depth::Full).await;
    let Seen::NotKnown(why) = &blind.pods else { panic!("{blind:?}") };
    let why = english(why);
    assert!(why.contains("the API server is unreachable"), "{why}");
    setting.simulated.delete_pod_by_hand("diego-api-0");
    setting.simulated.advance_until(|seen| seen.leader.as_deref() == Some("diego-api-1")).unwrap();
    setting.simulated.heal(&Fault::ApiServerDown);
    assert!(changes.wait(Instant::now() + PATIENCE).await);
    assert!(setting.observe(Depth::Pods).await.pods.known().is_some());
}

#[tokio::test]
async fn what_is_not_answered_in_time_is_not_known() {
    let timeouts = Timeouts { read: Duration::from_millis(300), ..patient() };
    let setting = Setting::with("cfee-2", Settings::short(), timeouts).await;
    setting.simulated.inject(Fault::ApiServerSlow { delay: PATIENCE });
    let observation = setting.observe(Depth::Full).await;
    assert!(matches!(observation.endpoints, Seen::NotKnown(_)), "{observation:?}");
    let Seen::NotKnown(why) = &observation.pods else { panic!("{observation:?}") };
    let why = english(why);
    assert!(why.starts_with("list pods: no answer within "), "{why}");
}

#[tokio::test]
async fn credentials_that_are_refused() {
    // Over plain HTTP no token is sent, as with kubectl.
    let settings = Settings { token: Some("secret".into()), held: true, ..Settings::short() };
    let simulated = Simulated::start(settings).unwrap();
    let authority = Authority::new("authority", false);
    let front = Front::start(simulated.url(), &authority.signs(&["127.0.0.1"], false), None).await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("ca.crt");
    std::fs::write(&file, authority.pem()).unwrap();
    let secure = format!("{}\", certificate-authority: \"{}", front.url(), file.display());
    let kubeconfig = simulated.kubeconfig().replace(simulated.url(), &secure);
    let topology = Topology::preset("cfee-2").unwrap();
    let known = |environment| Environment { topology, ..environment };
    let setting = Setting::by(simulated, &kubeconfig, patient(), known).await;
    assert!(setting.observe(Depth::Pods).await.pods.known().is_some());
    setting.simulated.inject(Fault::TokenExpired);
    let observation = setting.observe(Depth::Full).await;
    let Seen::NotKnown(why) = &observation.pods else { panic!("{observation:?}") };
    assert_eq!(english(why), "list pods: the API server refused the credentials (401 Unauthorized)");
    let refused = setting.delete("diego-api-0", "u", "1").await;
    assert!(matches!(refused, DeleteResult::Refused(_)), "{refused:?}");
}

#[tokio::test]
async fn a_service_that_is_not_there() {
    let setting = Setting::start(Settings { service: "elsewhere".into(), ..Settings::short() }).await;
    let observation = setting.observe(Depth::Full).await;
    let Seen::NotKnown(why) = &observation.endpoints else { panic!("{observation:?}") };
    assert_eq!(english(why), "no Service diego-api in namespace cf");
    assert_eq!(outcomes(&observation), [ProbeOutcome::NameNotResolved; 2]);
}
