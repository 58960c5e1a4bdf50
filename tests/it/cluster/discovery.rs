//! Discovery against simulated clusters of every generation: what is found, and what follows where it is not.

use stagerbot::incident::environment::ActiveLabel;
use stagerbot::incident::observation::FoundTopology;
use stagerbot::simulator::kubernetes::labels::Labels;

use super::*;
use crate::words::english;

/// As the pods' own resolver completes names.
fn local(topology: Topology) -> Topology {
    Topology { domain: Some("cluster.local".to_owned()), ..topology }
}

fn found(observation: &Observation) -> &FoundTopology {
    let Seen::Known(found) = &observation.topology else { panic!("{:?}", observation.topology) };
    found
}

fn denied(resource: &str) -> Fault {
    Fault::ReadDenied { resource: resource.to_owned() }
}

fn one(workload: Workload) -> Workload {
    Workload { replicas: 1, ..workload }
}

#[tokio::test]
async fn every_generation_is_found_and_all_of_it_is_seen() {
    let short = Settings::short();
    let locket = Some(Workload::new("diego-locket", &["diego-locket"]));
    let (api, bbs) = (one(short.api.clone()), one(short.bbs.clone()));
    let unlabelled = Settings { labels: Labels::Unlabelled, ..short.clone() };
    let preset = |name| local(Topology::preset(name).unwrap());
    for (settings, topology) in [
        (Settings { locket, ..short.clone() }, preset("cfee-1")),
        (short.clone(), preset("cfee-2")),
        (Settings::scf(), preset("scf")),
        (Settings::kubecf(), preset("kubecf")),
        (Settings { api: api.clone(), bbs: bbs.clone(), ..short }, preset("cfee-2")),
        (Settings { api, bbs, ..unlabelled.clone() }, Topology { active_label: None, ..preset("cfee-2") }),
    ] {
        let setting = Setting::discovering(settings).await;
        // Long after the pods' beginning: what has no label by now gets none.
        let now = Timestamp::now() + jiff::SignedDuration::from_mins(10);
        let observation = setting.cluster.observe(Depth::Full, now).await;
        assert_eq!(found(&observation).topology, topology, "{:#?}", found(&observation).from);
        assert_eq!(observation.leader().unwrap().name, "diego-api-0");
        assert!(outcomes(&observation).iter().all(|outcome| *outcome == ProbeOutcome::Succeeded), "{observation:#?}");
        let pings = observation.pings.known().unwrap();
        assert!(pings.iter().all(|ping| ping.outcome == PingOutcome::Answered), "{pings:#?}");
        assert_eq!(pings.len(), 2);
        assert_eq!(observation.lock.known().unwrap().outcome, LockOutcome::Owner("diego-api-0".into()));
        assert!(observation.endpoints.known().unwrap().contains(&"diego-api-0".to_owned()));
    }
    // Two pods without a label: who listens leads.
    let setting = Setting::discovering(unlabelled).await;
    let observation =
        setting.cluster.observe(Depth::Full, Timestamp::now() + jiff::SignedDuration::from_mins(10)).await;
    assert_eq!(found(&observation).topology.active_label, None);
    assert_eq!(observation.leader().unwrap().name, "diego-api-0");
}

#[tokio::test]
async fn what_is_fixed_is_not_looked_for() {
    let label = ActiveLabel { key: "skiff-role-active".into(), value: "true".into() };
    let discover = Some(FixedParts {
        bbs_service: Some("diego-api-set".into()),
        active_label: Some(Some(label)),
        ..FixedParts::default()
    });
    let change = |environment| Environment { discover, ..environment };
    let setting = Setting::of(Settings::short(), patient(), change).await;
    let observation = setting.observe(Depth::Pods).await;
    let expected = Topology { bbs_service: "diego-api-set".into(), ..Topology::usual() };
    assert_eq!(found(&observation).topology, expected);
    assert!(observation.endpoints.known().is_some());
}

#[tokio::test]
async fn what_is_not_found_is_not_known_and_nothing_after_it() {
    let settings = Settings { bbs: Workload::new("database-api", &["bbs"]), ..Settings::short() };
    let setting = Setting::discovering(settings).await;
    let observation = setting.observe(Depth::Full).await;
    let Seen::NotKnown(why) = &observation.topology else { panic!("{:?}", observation.topology) };
    assert!(
        english(why).starts_with("in namespace cf, BBS was not found: looked for a StatefulSet that is diego-api by"),
        "{why:?}"
    );
    assert_eq!(observation.pods, Seen::NotKnown(why.clone()));
    for part in [observation.probes.known().is_some(), observation.lock.known().is_some()] {
        assert!(!part, "{observation:#?}");
    }
    assert!(matches!(observation.events, Seen::NotKnown(_)) && matches!(observation.pings, Seen::NotKnown(_)));
}

#[tokio::test]
async fn a_service_under_another_name_is_not_what_the_cloud_controller_calls() {
    let setting = Setting::discovering(Settings::short()).await;
    setting.simulated.inject(Fault::WrongServiceName);
    let observation = setting.observe(Depth::Full).await;
    assert_eq!(found(&observation).topology, local(Topology::usual()));
    let Seen::NotKnown(why) = &observation.endpoints else { panic!("{observation:?}") };
    assert_eq!(english(why), "no Service diego-api in namespace cf");
    assert_eq!(outcomes(&observation), [ProbeOutcome::NameNotResolved; 2]);
}

#[tokio::test]
async fn less_may_be_permitted() {
    for (resources, topology) in [
        (vec!["services"], true),
        (vec!["events"], true),
        (vec!["endpoints"], true),
        (vec!["services", "events", "endpoints"], true),
        (vec!["statefulsets"], false),
        (vec!["pods"], false),
    ] {
        let setting = Setting::discovering(Settings::short()).await;
        for resource in &resources {
            setting.simulated.inject(denied(resource));
        }
        let observation = setting.observe(Depth::Full).await;
        assert_eq!(observation.topology.known().is_some(), topology, "{resources:?}: {:?}", observation.topology);
        assert_eq!(observation.events.known().is_some(), topology && !resources.contains(&"events"), "{resources:?}");
        let endpoints = topology && !resources.contains(&"endpoints");
        assert_eq!(observation.endpoints.known().is_some(), endpoints, "{resources:?}");
        if topology {
            assert_eq!(found(&observation).topology, local(Topology::usual()), "{resources:?}");
            assert_eq!(outcomes(&observation), [ProbeOutcome::Succeeded; 2], "{resources:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_deleted_by_a_topology_that_is_not_known() {
    let setting = Setting::discovering(Settings::scf()).await;
    let refused = setting.delete("diego-api-0", "u", "1").await;
    let DeleteResult::Refused(why) = &refused else { panic!("{refused:?}") };
    assert_eq!(english(why), "not sent: it is not known which pods are the BBS's in prod");

    let pod = setting.pod("locket-0").await;
    // What is no part of it is refused before it is sent, and a part is not.
    let other = setting.delete("api-group-0", "u", "1").await;
    assert!(matches!(&other, DeleteResult::Refused(why) if english(why).contains("no BBS or Locket pod")), "{other:?}");
    setting.simulated.inject(denied("statefulsets"));
    assert!(setting.observe(Depth::Pods).await.pods.known().is_none());
    let refused = setting.delete("locket-0", &pod.uid, &pod.resource_version).await;
    assert!(matches!(&refused, DeleteResult::Refused(why) if english(why).starts_with("not sent")), "{refused:?}");
    assert!(setting.simulated.terminations().is_empty());

    setting.simulated.heal(&denied("statefulsets"));
    let pod = setting.pod("locket-0").await;
    assert_eq!(setting.delete("locket-0", &pod.uid, &pod.resource_version).await, DeleteResult::Accepted);
}

#[tokio::test]
async fn changes_of_what_was_found_wake() {
    let setting = Setting::discovering(Settings::scf()).await;
    setting.observe(Depth::Pods).await;
    let mut changes = setting.changes().await;
    setting.simulated.delete_pod_by_hand("locket-1");
    assert!(changes.wait(Instant::now() + PATIENCE).await);
}

/// Nothing but what the Role permits: lists and gets of five kinds, and execs.
#[tokio::test]
async fn a_check_asks_for_nothing_else() {
    let setting = Setting::discovering(Settings::short()).await;
    setting.observe(Depth::Full).await;
    let base = "/namespaces/cf/";
    let mut asked = std::collections::BTreeSet::new();
    for request in setting.simulated.requests() {
        let (_, what) = request.path.split_once(base).unwrap_or_else(|| panic!("{request:?}"));
        let exec = what.starts_with("pods/") && what.ends_with("/exec");
        asked.insert((request.method, if exec { "pods/exec".to_owned() } else { what.to_owned() }));
    }
    let expected = ["endpoints", "events", "pods", "pods/exec", "services", "statefulsets"];
    let expected = expected.map(|what| ("GET".to_owned(), what.to_owned()));
    assert_eq!(asked.into_iter().collect::<Vec<_>>(), expected);
}
