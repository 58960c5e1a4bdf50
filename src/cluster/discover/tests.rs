//! Namespaces of every generation, and what is found in them.

use k8s_openapi::List;
use k8s_openapi::api::core::v1::{Pod, Service};
use serde_json::{Value, json};

use super::*;
use crate::cluster::list;
use crate::words::Words;

/// What is told, in English.
fn said(statement: &Statement) -> String {
    Words::of(None).state(statement)
}

/// A namespace: sets with their pods, Services, and what else.
#[derive(Default)]
struct Namespace {
    pods: Vec<ListedPod>,
    sets: Vec<ListedSet>,
    services: Vec<ListedService>,
}

const CREATED: &str = "2026-11-21T03:00:00Z";

impl Namespace {
    /// A set with one ready pod; the labels name its role by these keys.
    fn set(mut self, name: &str, role: &str, keys: &[&str], containers: &[&str]) -> Self {
        let labels: Value = keys.iter().map(|key| ((*key).to_owned(), json!(role))).collect();
        let statuses: Vec<Value> = containers
            .iter()
            .map(|name| json!({"name": name, "image": "", "imageID": "", "ready": true, "restartCount": 0}))
            .collect();
        let containers: Vec<Value> = containers.iter().map(|name| json!({"name": name})).collect();
        let owner =
            json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "name": name, "uid": "s", "controller": true});
        let pod = json!({
            "metadata": {"name": format!("{name}-0"), "labels": labels, "ownerReferences": [owner], "creationTimestamp": CREATED},
            "spec": {"containers": containers}, "status": {"phase": "Running", "containerStatuses": statuses},
        });
        let set = json!({
            "metadata": {"name": name},
            "spec": {"selector": {}, "serviceName": "s", "template": {"spec": {"containers": containers}}},
        });
        self.pods.push(list::pod(serde_json::from_value(pod).unwrap()));
        self.sets.push(list::set(serde_json::from_value(set).unwrap()));
        self
    }

    fn skiff(self, name: &str, containers: &[&str]) -> Self {
        self.set(name, name, &["skiff-role-name"], containers)
    }

    fn quarks(self, name: &str, containers: &[&str]) -> Self {
        self.set(
            name,
            name,
            &["app.kubernetes.io/component", "quarks.cloudfoundry.org/instance-group-name"],
            containers,
        )
    }

    fn service(self, name: &str, port: (&str, u16), selector: &Value) -> Self {
        self.service_at("10.96.0.7", name, port, selector)
    }

    fn headless(self, name: &str, port: (&str, u16), selector: &Value) -> Self {
        self.service_at("None", name, port, selector)
    }

    fn service_at(mut self, address: &str, name: &str, port: (&str, u16), selector: &Value) -> Self {
        let ports = json!([{"name": port.0, "port": port.1}]);
        let service: Service = serde_json::from_value(json!({
            "metadata": {"name": name}, "spec": {"clusterIP": address, "ports": ports, "selector": selector},
        }))
        .unwrap();
        self.services.push(list::service(service));
        self
    }

    /// A second pod in a set, like the first.
    fn second_pod(mut self, set: &str) -> Self {
        let mut second = self.pods.iter().find(|pod| pod.set.as_deref() == Some(set)).unwrap().clone();
        second.summary.name = format!("{set}-1");
        self.pods.push(second);
        self.sets.iter_mut().find(|each| each.name == set).unwrap().desired = 2;
        self
    }

    fn label(mut self, pod: &str, key: &str, value: &str) -> Self {
        let pod = self.pods.iter_mut().find(|each| each.summary.name == pod).unwrap();
        pod.labels.insert(key.to_owned(), value.to_owned());
        self
    }

    fn discover(&self, fixed: &FixedParts) -> Result<FoundTopology, String> {
        self.discover_at(fixed, "2026-11-21T04:00:00Z")
    }

    fn discover_at(&self, fixed: &FixedParts, now: &str) -> Result<FoundTopology, String> {
        let listing = Listing { pods: &self.pods, sets: &self.sets, services: Some(&self.services) };
        discover(&listing, fixed, None, now.parse().unwrap()).map_err(|why| said(&why))
    }
}

fn active(role: &str) -> Value {
    json!({"skiff-role-name": role, "skiff-role-active": "true"})
}

/// Everything of fissile's older generation but Locket.
fn older() -> Namespace {
    Namespace::default()
        .skiff("api", &["api"])
        .skiff("api-worker", &["api-worker"])
        .skiff("diego-api", &["diego-api", "logger"])
        .skiff("diego-cell", &["diego-cell"])
        .service("api", ("api", 9022), &json!({"skiff-role-name": "api"}))
        .service("diego-api", ("cell-bbs-api", 8889), &active("diego-api"))
        .service("diego-api-set", ("cell-bbs-api", 8889), &active("diego-api"))
}

fn newer() -> Namespace {
    Namespace::default()
        .skiff("api-group", &["loggregator-agent", "api-group"])
        .skiff("diego-api", &["diego-api", "loggregator-agent"])
        .skiff("locket", &["locket"])
        .service("diego-api-bbs", ("cell-bbs-api", 8889), &active("diego-api"))
        .service("diego-api-set", ("cell-bbs-api", 8889), &active("diego-api"))
        .service("locket-locket", ("locket", 8891), &json!({"skiff-role-name": "locket"}))
}

const GROUP: &str = "quarks.cloudfoundry.org/instance-group-name";
const ACTIVE: &str = "quarks.cloudfoundry.org/pod-active";
const ORDINAL: &str = "quarks.cloudfoundry.org/pod-ordinal";
const ZONE: &str = "quarks.cloudfoundry.org/az-index";

/// As quarks-operator makes them: a headless Service for all pods of a group, and one with an address for each of them.
fn kubecf() -> Namespace {
    Namespace::default()
        .quarks("api", &["routing-api-routing-api", "cloud-controller-ng-cloud-controller-ng", "logs"])
        .quarks("diego-api", &["bbs-bbs", "silk-controller-silk-controller"])
        .quarks("locket", &["locket-locket"])
        .quarks("database", &["database"])
        .second_pod("diego-api")
        .label("diego-api-0", ORDINAL, "0")
        .label("diego-api-1", ORDINAL, "1")
        .headless("diego-api", ("bbs", 8889), &json!({GROUP: "diego-api", ACTIVE: "active"}))
        .service("diego-api-0", ("bbs", 8889), &json!({GROUP: "diego-api", ACTIVE: "active", ORDINAL: "0"}))
        .service("diego-api-1", ("bbs", 8889), &json!({GROUP: "diego-api", ACTIVE: "active", ORDINAL: "1"}))
}

fn preset(name: &str) -> Topology {
    Topology::preset(name).unwrap()
}

#[test]
fn every_generation() {
    for (name, namespace, expected) in [
        ("cfee-1", older().skiff("diego-locket", &["diego-locket"]), preset("cfee-1")),
        ("cfee-2", older(), preset("cfee-2")),
        ("cfee-2, labelled", older().label("diego-api-0", "skiff-role-active", "false"), preset("cfee-2")),
        ("scf", newer(), preset("scf")),
        ("kubecf", kubecf(), preset("kubecf")),
        (
            "names alone",
            Namespace::default()
                .set("api", "", &[], &["api"])
                .set("diego-api", "", &[], &["diego-api"])
                .service("diego-api", ("", 8889), &active("diego-api"))
                .label("diego-api-0", "skiff-role-active", "true"),
            preset("cfee-2"),
        ),
    ] {
        let found = namespace.discover(&FixedParts::default()).unwrap();
        assert_eq!(found.topology, expected, "{name}: {:#?}", found.from);
        assert_eq!(found.from.len(), 5, "{name}: {:#?}", found.from);
    }
}

#[test]
fn before_2_11_there_is_no_label() {
    let old = || {
        Namespace::default().skiff("api", &["api"]).skiff("diego-api", &["diego-api"]).service(
            "diego-api",
            ("cell-bbs-api", 8889),
            &json!({"skiff-role-name": "diego-api"}),
        )
    };
    let none = Topology { active_label: None, ..preset("cfee-2") };
    assert_eq!(old().discover(&FixedParts::default()).unwrap().topology, none);
    // Young pods may not have theirs yet.
    let young = old().discover_at(&FixedParts::default(), "2026-11-21T03:01:00Z").unwrap();
    assert_eq!(young.topology, preset("cfee-2"), "{:#?}", young.from);
    assert!(said(&young.from[4]).contains("assumed"), "{:#?}", young.from);
}

#[test]
fn what_is_fixed_wins() {
    let mine =
        |set: &str, container: &str| Component { set: set.into(), more: Vec::new(), container: container.into() };
    let label = ActiveLabel { key: "leads".into(), value: "yes".into() };
    let fixed = FixedParts {
        cloud_controller: Some(mine("cc", "ccng")),
        bbs: Some(mine("bbs", "bbs")),
        locket: Some(None),
        bbs_service: Some("bbs".into()),
        bbs_port: Some(1234),
        active_label: Some(Some(label.clone())),
    };
    let found = newer().discover(&fixed).unwrap();
    let expected = Topology {
        cloud_controller: mine("cc", "ccng"),
        bbs: mine("bbs", "bbs"),
        locket: None,
        bbs_service: "bbs".into(),
        bbs_port: 1234,
        active_label: Some(label),
        domain: None,
    };
    assert_eq!(found.topology, expected);
    assert!(found.from.iter().all(|line| said(line).contains("configured")), "{:#?}", found.from);
    // One part alone: the others are found as ever.
    let fixed = FixedParts { bbs_service: Some("diego-api-set".into()), ..FixedParts::default() };
    let expected = Topology { bbs_service: "diego-api-set".into(), ..preset("scf") };
    assert_eq!(newer().discover(&fixed).unwrap().topology, expected);
}

#[test]
fn what_is_not_clear_is_told() {
    let mut scaled_down = older().skiff("api-group", &["api-group"]);
    scaled_down.sets.last_mut().unwrap().desired = 0;
    assert_eq!(scaled_down.discover(&FixedParts::default()).unwrap().topology, preset("cfee-2"));
    for (namespace, why) in [
        (Namespace::default(), "Cloud Controller was not found: looked for a StatefulSet that is api-group, api by"),
        (
            Namespace::default().skiff("api", &["api"]),
            "BBS was not found: looked for a StatefulSet that is diego-api by",
        ),
        (older().skiff("api-group", &["api-group"]), "Cloud Controller can't be told: api, api-group all look like it"),
        (older().skiff("locket", &["l"]).skiff("diego-locket", &["l"]), "Locket can't be told"),
        (
            Namespace::default().skiff("api", &["one", "two"]),
            "Cloud Controller's container can't be told: api has one, two; name it as cloud_controller",
        ),
        (older().set("Not a name", "locket", &["skiff-role-name"], &["l"]), "the name Not a name can't"),
    ] {
        let told = namespace.discover(&FixedParts::default()).unwrap_err();
        assert!(told.starts_with(why), "{told}");
    }
}

#[test]
fn a_service_is_known_by_what_it_selects_and_else_called_as_in_its_release() {
    for (mut namespace, name) in [(older(), "diego-api"), (newer(), "diego-api-bbs")] {
        namespace.services.retain(|service| service.name != name);
        let found = namespace.discover(&FixedParts::default()).unwrap();
        assert_eq!(found.topology.bbs_service, name, "{:#?}", found.from);
        assert!(said(&found.from[3]).contains("it is not there, and of "), "what was looked at: {:#?}", found.from);
        let namespace = namespace.service("diego-api-public", ("bbs", 8889), &active("diego-api")).service(
            "prod-diego-api",
            ("bbs", 8889),
            &active("diego-api"),
        );
        let found = namespace.discover(&FixedParts::default()).unwrap();
        assert_eq!(found.topology.bbs_service, "prod-diego-api", "{:#?}", found.from);
        // What the Cloud Controller itself calls it goes before: a Service that it does not call tells nothing of what it sees.
        let listing = Listing { pods: &namespace.pods, sets: &namespace.sets, services: Some(&namespace.services) };
        let now = "2026-11-21T04:00:00Z".parse().unwrap();
        let called = discover(&listing, &FixedParts::default(), Some(name), now).unwrap();
        assert_eq!(called.topology.bbs_service, name, "{:#?}", called.from);
        let unlisted = Listing { pods: &namespace.pods, sets: &namespace.sets, services: None };
        let found = discover(&unlisted, &FixedParts::default(), None, CREATED.parse().unwrap()).unwrap();
        assert_eq!((found.topology.bbs_service.as_str(), found.topology.bbs_port), (name, 8889));
    }
}

/// While the second pod leads, nobody is behind the first one's own Service: it is never the one for all.
#[test]
fn a_pods_own_service_is_not_the_one_for_all() {
    let service = |namespace: &Namespace| {
        let found = namespace.discover(&FixedParts::default()).unwrap();
        (found.topology.bbs_service, said(&found.from[3]))
    };
    for leader in ["diego-api-0", "diego-api-1"] {
        let found = kubecf().label(leader, ACTIVE, "active").discover(&FixedParts::default()).unwrap();
        assert_eq!(found.topology, preset("kubecf"), "{:#?}", found.from);
    }
    // The one for all is called otherwise; or it is not there.
    let mut renamed = kubecf();
    renamed.services[0].name = "prod-bbs".into();
    assert_eq!(service(&renamed).0, "prod-bbs");
    let mut gone = kubecf();
    gone.services.remove(0);
    let (name, why) = service(&gone);
    assert_eq!(name, "diego-api");
    assert!(why.contains("it is not there, and of diego-api-0, diego-api-1 none has"), "{why}");
    // Another one with an address goes before a headless one that is not called as expected.
    let addressed = renamed.service("other-bbs", ("bbs", 8889), &json!({GROUP: "diego-api"}));
    assert_eq!(service(&addressed).0, "other-bbs");
}

#[test]
fn where_there_is_one_pod_its_own_service_comes_last() {
    let mut one = kubecf();
    one.pods.retain(|pod| pod.summary.name != "diego-api-1");
    one.services.retain(|service| service.name != "diego-api-1");
    let service = |namespace: &Namespace| namespace.discover(&FixedParts::default()).unwrap().topology.bbs_service;
    // One of two is left: that its own Service leads to all there are tells nothing.
    one.services[0].name = "prod-bbs".into();
    assert_eq!(service(&one), "prod-bbs");
    let headless = one.services.remove(0);
    assert_eq!(service(&one), "diego-api");
    // There is to be one.
    one.sets.iter_mut().for_each(|set| set.desired = 1);
    assert_eq!(service(&one), "diego-api-0");
    one.services.push(headless);
    assert_eq!(service(&one), "prod-bbs");
    one.services[1].name = "diego-api".into();
    assert_eq!(service(&one), "diego-api");
}

#[test]
fn by_endpoints_alone_the_expected_name_goes_before() {
    let mut namespace = kubecf();
    for service in &mut namespace.services {
        service.selector.clear();
        service.behind = if service.name == "diego-api-0" { Vec::new() } else { vec!["diego-api-1".into()] };
    }
    let found = namespace.discover(&FixedParts::default()).unwrap();
    assert_eq!(found.topology, preset("kubecf"), "{:#?}", found.from);
    // In the outage nobody is behind any of them.
    namespace.services.iter_mut().for_each(|service| service.behind.clear());
    let found = namespace.discover(&FixedParts::default()).unwrap();
    assert_eq!(found.topology, preset("kubecf"), "{:#?}", found.from);
}

#[test]
fn endpoints_tell_whether_their_service_is_headless() {
    for (labels, headless) in [(json!({"service.kubernetes.io/headless": ""}), true), (json!({"app": "bbs"}), false)] {
        let endpoints = json!({"metadata": {"name": "diego-api", "labels": labels}});
        let (service, ready) = list::endpoints(serde_json::from_value(endpoints).unwrap());
        assert_eq!((service.name.as_str(), service.headless, ready.len()), ("diego-api", headless, 0));
    }
}

/// A set for each zone, as `KubeCF` makes them: all pods of a group carry the same label.
fn zones() -> Namespace {
    let group = [GROUP];
    let own = |zone: &str| json!({GROUP: "diego-api", ACTIVE: "active", ZONE: zone, ORDINAL: "0"});
    Namespace::default()
        .set("api-z0", "api", &group, &["cloud-controller-ng-cloud-controller-ng", "logs"])
        .set("api-z1", "api", &group, &["cloud-controller-ng-cloud-controller-ng", "logs"])
        .set("diego-api-z1", "diego-api", &group, &["bbs-bbs", "logs"])
        .set("diego-api-z0", "diego-api", &group, &["bbs-bbs", "logs"])
        .label("diego-api-z0-0", ZONE, "0")
        .label("diego-api-z0-0", ORDINAL, "0")
        .label("diego-api-z1-0", ZONE, "1")
        .label("diego-api-z1-0", ORDINAL, "0")
        .service("diego-api-z0-0", ("bbs", 8889), &own("0"))
        .service("diego-api-z1-0", ("bbs", 8889), &own("1"))
        .headless("diego-api", ("bbs", 8889), &json!({GROUP: "diego-api", ACTIVE: "active"}))
}

#[test]
fn several_sets_play_one_part_and_all_of_them_count() {
    let namespace = zones();
    let found = namespace.discover(&FixedParts::default()).unwrap();
    let FoundTopology { topology, versions, .. } = &found;
    assert_eq!(topology.cloud_controller.sets().collect::<Vec<_>>(), ["api-z0", "api-z1"]);
    assert_eq!(topology.bbs.sets().collect::<Vec<_>>(), ["diego-api-z0", "diego-api-z1"]);
    assert!(versions.is_empty(), "zones are no versions: {versions:?}");
    assert_eq!(topology.bbs_service, "diego-api");
    let pods = list::pods(topology, &namespace.pods, &namespace.sets);
    let names: Vec<&str> = pods.bbs.iter().map(|pod| pod.name.as_str()).collect();
    assert_eq!(names, ["diego-api-z0-0", "diego-api-z1-0"]);
    assert_eq!((pods.cloud_controllers.len(), pods.sets.len()), (2, 4), "{:?}", pods.sets);
}

#[test]
fn two_versions_side_by_side_are_an_update_under_way() {
    let group = ["quarks.cloudfoundry.org/instance-group-name"];
    let namespace = Namespace::default()
        .set("scf-api-v1", "api", &group, &["cloud-controller-ng-cloud-controller-ng"])
        .set("scf-api-v2", "api", &group, &["cloud-controller-ng-cloud-controller-ng"])
        .set("scf-diego-api-v1", "diego-api", &group, &["bbs-bbs"])
        .set("scf-diego-api-v2", "diego-api", &group, &["bbs-bbs"]);
    let found = namespace.discover(&FixedParts::default()).unwrap();
    assert_eq!(found.versions, [["scf-api-v1", "scf-api-v2"], ["scf-diego-api-v1", "scf-diego-api-v2"]]);
    // By images, where the names do not tell.
    let mut namespace = zones();
    let image = |name: &str| [("bbs-bbs".to_owned(), format!("diego:{name}"))].into();
    namespace.sets.iter_mut().for_each(|set| set.images = image(&set.name));
    let found = namespace.discover(&FixedParts::default()).unwrap();
    assert_eq!(found.versions, [["diego-api-z0", "diego-api-z1"]]);
}

#[test]
fn labels_go_before_names_and_what_is_no_stateful_set_is_named() {
    // What is called like the Cloud Controller and labelled as something else is something else.
    let namespace = Namespace::default().set("api", "ui-backend", &["skiff-role-name"], &["api"]);
    let told = namespace.discover(&FixedParts::default()).unwrap_err();
    assert!(told.ends_with("there are api"), "{told}");
    let mut namespace = older();
    namespace.sets.retain(|set| set.name != "api");
    for pod in namespace.pods.iter_mut().filter(|pod| pod.summary.name == "api-0") {
        (pod.set, pod.owner) = (None, Some(("ReplicaSet".into(), "api-7d9f".into())));
    }
    let told = namespace.discover(&FixedParts::default()).unwrap_err();
    assert!(told.contains("api-0 (ReplicaSet api-7d9f)"), "{told}");
}

#[test]
fn another_port() {
    let found = Namespace::default().skiff("api", &["api"]).skiff("diego-api", &["diego-api"]).service(
        "diego-api",
        ("bbs", 8899),
        &active("diego-api"),
    );
    assert_eq!(found.discover(&FixedParts::default()).unwrap().topology.bbs_port, 8899);
}

#[test]
fn a_recorded_namespace() {
    let pods: Vec<ListedPod> =
        serde_json::from_str::<List<Pod>>(include_str!("../../../tests/data/kubernetes/pods-list.json"))
            .unwrap()
            .items
            .into_iter()
            .map(list::pod)
            .collect();
    let sets: Vec<ListedSet> = serde_json::from_str::<List<k8s_openapi::api::apps::v1::StatefulSet>>(include_str!(
        "../../../tests/data/kubernetes/statefulsets-list.json"
    ))
    .unwrap()
    .items
    .into_iter()
    .map(list::set)
    .collect();
    let listing = Listing { pods: &pods, sets: &sets, services: None };
    let found = discover(&listing, &FixedParts::default(), None, "2026-12-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(found.topology, preset("cfee-2"), "{:#?}", found.from);
}
