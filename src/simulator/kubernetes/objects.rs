//! The objects beside the pods: `StatefulSets`, Services, their endpoints, the namespace.

use super::events;
use super::fault::Fault;
use super::labels::Labels;
use super::pod::{NODE, Pod, Role, pod_spec};
use super::store::Kind;
use super::world::{Shown, World};
use crate::simulator::diego::database::Moment;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

impl World {
    /// Brings the store up to date. Most of what happens, a probe that finds all as before, changes no object.
    pub(super) fn publish(&mut self) {
        let shown = Some(Shown::of(self));
        if !self.reported && self.shown == shown {
            return;
        }
        self.shown = shown;
        let wall = |moment, later| self.wall(moment, later);
        let pods = self.pods.iter().map(|pod| pod.object(&wall)).collect();
        let sets = stateful_sets(self, &wall);
        let endpoints = endpoints(self, &wall);
        let services = services(self, &wall);
        let namespaces = namespaces(self, &wall);
        let events = self.reported.then(|| events::objects(self, &wall));
        let mut all: BTreeMap<Kind, Vec<Value>> = [
            (Kind::Pod, pods),
            (Kind::Endpoints, endpoints),
            (Kind::StatefulSet, sets),
            (Kind::Service, services),
            (Kind::Namespace, namespaces),
        ]
        .into();
        if let Some(events) = events {
            all.insert(Kind::Event, events);
            self.reported = false;
        }
        for ((kind, _), object) in &self.given {
            all.entry(*kind).and_modify(|all| all.push(object.clone()));
        }
        for (kind, objects) in all {
            self.store.publish(kind, objects);
        }
    }
}

type Wall<'a> = &'a dyn Fn(Moment, u64) -> String;

/// A Service.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) name: String,
    /// Its address, unless it is headless.
    pub(super) ip: Option<Ipv4Addr>,
    pub(super) port: u16,
    pub(super) port_name: &'static str,
    pub(super) role: Role,
    pub(super) active_only: bool,
    /// The zone and the ordinal of the only pod that it is for, as `KubeCF`'s operator makes one for each.
    pub(super) pod: Option<(u32, u32)>,
}

impl Service {
    fn selector(&self, labels: Labels, set: &str) -> Map<String, Value> {
        let mut selector = Map::from_iter([(labels.role_key().to_owned(), json!(set))]);
        if let Some((key, value)) = labels.active(Some(true)).filter(|_| self.active_only) {
            selector.insert(key.to_owned(), json!(value));
        }
        let own = self.pod.into_iter().flat_map(|pod| labels.of_pod(pod));
        selector.extend(own.map(|(key, value)| (key.to_owned(), value)));
        selector
    }

    fn selects(&self, pod: &Pod) -> bool {
        let passes = !self.active_only || pod.set.labels == Labels::Unlabelled || pod.label == Some(true);
        let own = self.pod.is_none_or(|own| own == (pod.set.zone, pod.ordinal));
        pod.role == self.role && own && passes
    }

    /// The pods behind it that are ready, and those that are not.
    pub(super) fn endpoints<'a>(&self, world: &'a World) -> (Vec<&'a Pod>, Vec<&'a Pod>) {
        let here = |pod: &&Pod| self.selects(pod) && pod.ip.is_some() && !pod.terminating() && !pod.succeeded;
        let mut pods: Vec<_> = world.pods.iter().filter(here).collect();
        pods.sort_by_key(|pod| pod.ip);
        pods.into_iter().partition(|pod| pod.ready.0)
    }
}

/// The Services of a cluster.
pub(super) fn all_services(world: &World) -> Vec<Service> {
    let settings = &world.settings;
    let service = |name: &str, last: Option<u8>, port, port_name, role, active_only| Service {
        name: name.to_owned(),
        ip: last.map(|last| Ipv4Addr::new(10, 96, 210, last)),
        port,
        port_name,
        role,
        active_only,
        pod: None,
    };
    let renamed = world.faults.contains(&Fault::WrongServiceName);
    let called = if renamed { format!("{}-renamed", settings.service) } else { settings.service.clone() };
    let mut services = vec![service(&format!("{}-set", settings.api.name), None, 9022, "api", Role::Api, false)];
    if settings.is_headless() {
        services.push(service(&called, None, settings.port, "bbs", Role::Bbs, true));
    } else {
        let active_only = settings.headless_active_only;
        services.push(service(&called, Some(143), settings.port, "bbs", Role::Bbs, true));
        services.push(service(&settings.headless, None, settings.port, "bbs", Role::Bbs, active_only));
    }
    if let Some(locket) = &settings.locket {
        services.push(service(&format!("{}-set", locket.name), None, 8891, "locket", Role::Locket, false));
        services.push(service(&locket.name, Some(144), 8891, "locket", Role::Locket, false));
    }
    if settings.labels == Labels::Quarks {
        services.extend(of_each_pod(world));
    }
    services
}

/// The Services that `KubeCF`'s operator makes for each BBS pod: each with an address, and empty unless that pod is active.
fn of_each_pod(world: &World) -> impl Iterator<Item = Service> {
    let sets = world.sets.iter().filter(|(_, role, _)| *role == Role::Bbs);
    let pods = sets.flat_map(|(workload, _, set)| (0..workload.replicas).map(move |ordinal| (set, ordinal)));
    let port = world.settings.port;
    (1..).zip(pods).map(move |(last, (set, ordinal))| Service {
        name: format!("{}-{ordinal}", set.name),
        ip: Some(Ipv4Addr::new(10, 96, 211, last)),
        port,
        port_name: "bbs",
        role: Role::Bbs,
        active_only: true,
        pod: Some((set.zone, ordinal)),
    })
}

fn set_name(world: &World, role: Role) -> &str {
    world.sets.iter().find(|(_, each, _)| *each == role).map_or("", |(_, _, set)| set.group.as_str())
}

/// The Service objects.
pub(super) fn services(world: &World, wall: Wall<'_>) -> Vec<Value> {
    let object = |(service, (uid, _)): (Service, &(String, String))| {
        let ip = service.ip.map_or_else(|| "None".to_owned(), |ip| ip.to_string());
        json!({
            "kind": "Service", "apiVersion": "v1",
            "metadata": {
                "name": service.name, "namespace": world.settings.namespace, "uid": uid,
                "creationTimestamp": wall(Moment::ZERO, 0),
            },
            "spec": {
                "ports": [{"name": service.port_name, "protocol": "TCP", "port": service.port, "targetPort": service.port}],
                "selector": service.selector(world.settings.labels, set_name(world, service.role)),
                "clusterIP": ip, "clusterIPs": [ip], "type": "ClusterIP", "sessionAffinity": "None",
                "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "internalTrafficPolicy": "Cluster",
            },
            "status": {"loadBalancer": {}},
        })
    };
    all_services(world).into_iter().zip(&world.uids.services).map(object).collect()
}

/// The Endpoints objects: derived from the pods, like everything about endpoints.
pub(super) fn endpoints(world: &World, wall: Wall<'_>) -> Vec<Value> {
    let object = |(service, (_, uid)): (Service, &(String, String))| {
        let (ready, not_ready) = service.endpoints(world);
        let changed = ready.iter().chain(&not_ready).map(|pod| pod.ready.1.max(pod.created)).max();
        let mut object = json!({
            "kind": "Endpoints", "apiVersion": "v1",
            "metadata": {
                "name": service.name, "namespace": world.settings.namespace, "uid": uid,
                "creationTimestamp": wall(Moment::ZERO, 0),
            },
        });
        if service.ip.is_none() {
            object["metadata"]["labels"] = json!({"service.kubernetes.io/headless": ""});
        }
        if let Some(changed) = changed {
            object["metadata"]["annotations"] =
                json!({"endpoints.kubernetes.io/last-change-trigger-time": wall(changed, 0)});
            let mut subset = json!({"ports": [{"name": service.port_name, "port": service.port, "protocol": "TCP"}]});
            for (key, pods) in [("addresses", ready), ("notReadyAddresses", not_ready)] {
                if !pods.is_empty() {
                    subset[key] = pods.iter().map(|pod| address(&service, pod)).collect();
                }
            }
            object["subsets"] = json!([subset]);
        }
        object
    };
    all_services(world).into_iter().zip(&world.uids.services).map(object).collect()
}

fn address(service: &Service, pod: &Pod) -> Value {
    let mut address = json!({
        "ip": pod.ip, "nodeName": NODE,
        "targetRef": {"kind": "Pod", "namespace": pod.set.namespace, "name": pod.name, "uid": pod.uid},
    });
    if service.ip.is_none() {
        address["hostname"] = json!(pod.name);
    }
    address
}

/// The `StatefulSet` objects.
pub(super) fn stateful_sets(world: &World, wall: Wall<'_>) -> Vec<Value> {
    let object = |(workload, role, set): &(super::settings::Workload, Role, super::pod::SetRef)| {
        let pods = || world.pods.iter().filter(|pod| pod.set.uid == set.uid);
        let replicas = pods().filter(|pod| !pod.terminating()).count();
        let ready = pods().filter(|pod| pod.settled()).count();
        let revision = format!("{}-{}", set.name, set.hash);
        let labels = set.labels.of_role(&set.group);
        let pending = world.pending.as_ref().filter(|_| *role == Role::Bbs);
        let newest = pending.map_or_else(|| revision.clone(), |hash| format!("{}-{hash}", set.name));
        let updated = pods().filter(|pod| !pod.terminating() && Some(&pod.set.hash) == pending).count();
        let (current, updated) = if pending.is_some() { (replicas - updated, updated) } else { (replicas, replicas) };
        let done = pending.is_some() && updated == workload.replicas as usize;
        let revision = if done { newest.clone() } else { revision };
        let strategy = match pending {
            Some(_) => json!({"type": "OnDelete"}),
            None => json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}),
        };
        let mut status = json!({
            "observedGeneration": 1, "replicas": pods().count(), "currentReplicas": current, "updatedReplicas": updated,
            "currentRevision": revision, "updateRevision": newest, "collisionCount": 0, "availableReplicas": ready,
        });
        if ready > 0 {
            status["readyReplicas"] = json!(ready);
        }
        json!({
            "kind": "StatefulSet", "apiVersion": "apps/v1",
            "metadata": {
                "name": set.name, "namespace": set.namespace, "uid": set.uid, "generation": 1,
                "creationTimestamp": wall(Moment::ZERO, 0), "labels": labels,
            },
            "spec": {
                "replicas": workload.replicas,
                "selector": {"matchLabels": {set.labels.role_key(): set.group}},
                "template": {
                    "metadata": {"creationTimestamp": null, "labels": labels},
                    "spec": pod_spec(*role, set, workload.containers.iter().map(String::as_str)),
                },
                "serviceName": set.headless,
                "podManagementPolicy": if workload.parallel { "Parallel" } else { "OrderedReady" },
                "updateStrategy": strategy,
                "revisionHistoryLimit": 10,
                "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
            },
            "status": status,
        })
    };
    world.sets.iter().map(object).collect()
}

/// The namespace.
pub(super) fn namespaces(world: &World, wall: Wall<'_>) -> Vec<Value> {
    let name = &world.settings.namespace;
    vec![json!({
        "kind": "Namespace", "apiVersion": "v1",
        "metadata": {
            "name": name, "uid": world.uids.namespace, "creationTimestamp": wall(Moment::ZERO, 0),
            "labels": {"kubernetes.io/metadata.name": name},
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })]
}
