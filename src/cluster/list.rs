//! From Kubernetes' objects to what an observation keeps of them; everything else is dropped at once.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Container, ContainerStatus, Endpoints, Pod, Service};

use super::error::clean;
use crate::incident::environment::{ActiveLabel, Component, Topology};
use crate::incident::observation::detail::PodDetail;
use crate::incident::observation::{Part, PodSummary, Pods, SetSummary};

/// What a waiting container says while nothing is wrong.
const STARTING: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// What a container that ended says when nothing was wrong.
const COMPLETED: &str = "Completed";

/// The label of a headless Service's endpoints, which Kubernetes itself sets (since 1.14).
const OF_HEADLESS: &str = "service.kubernetes.io/headless";

/// The role of Diego's cells, in every release known.
const CELL: &str = "diego-cell";

/// A pod as it was listed, before it is known which part it plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedPod {
    /// All but what the active label says.
    pub(super) summary: PodSummary,
    /// Its labels.
    pub(super) labels: BTreeMap<String, String>,
    /// The `StatefulSet` that it belongs to.
    pub(super) set: Option<String>,
    /// What else it belongs to, by kind and name, where that is no `StatefulSet`.
    pub(super) owner: Option<(String, String)>,
    /// The image of each container.
    pub(super) images: BTreeMap<String, String>,
}

/// A `StatefulSet` as it was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedSet {
    /// Its name.
    pub(super) name: String,
    /// Its own labels and its pods'.
    pub(super) labels: BTreeMap<String, String>,
    /// The containers of its pods.
    pub(super) containers: Vec<String>,
    /// The image of each of them.
    pub(super) images: BTreeMap<String, String>,
    /// `spec.replicas`.
    pub(super) desired: u32,
    /// `OrderedReady` or `Parallel`.
    pub(super) policy: String,
    /// A revision waits that a deletion would deploy.
    pub(super) pending_revision: bool,
}

/// A Service as it was listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListedService {
    /// Its name.
    pub(super) name: String,
    /// The labels of the pods behind it; empty where only its endpoints could be listed.
    pub(super) selector: BTreeMap<String, String>,
    /// Its ports, with the names that they have.
    pub(super) ports: Vec<(String, u16)>,
    /// It has no address of its own; false, too, where only the endpoints of an old cluster could be listed.
    pub(super) headless: bool,
    /// The names of the ready pods behind it.
    pub(super) behind: Vec<String>,
}

/// The labels that name the role of a pod or a set: fissile's two, and `KubeCF`'s.
pub(super) const ROLE_LABELS: [&str; 3] =
    ["skiff-role-name", "app.kubernetes.io/component", "quarks.cloudfoundry.org/instance-group-name"];

impl ListedPod {
    /// Whether it plays this role, by any of its labels or its set's name.
    pub(super) fn plays(&self, role: &str) -> bool {
        let labelled = ROLE_LABELS.iter().any(|key| self.labels.get(*key).is_some_and(|value| value == role));
        labelled || self.set.as_deref() == Some(role)
    }

    /// Whether any label names its role.
    pub(super) fn has_role(&self) -> bool {
        ROLE_LABELS.iter().any(|key| self.labels.contains_key(*key))
    }

    fn ordinal(&self) -> u32 {
        self.summary.name.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or(u32::MAX)
    }
}

/// The topology's parts.
pub(super) fn parts(topology: &Topology) -> impl Iterator<Item = (Part, &Component)> {
    let own = [(Part::CloudController, &topology.cloud_controller), (Part::Bbs, &topology.bbs)];
    own.into_iter().chain(topology.locket.as_ref().map(|locket| (Part::Locket, locket)))
}

/// The part that a pod of this name plays, which of the part's sets it is of, and its ordinal there.
pub(super) fn role(topology: &Topology, pod: &str) -> Option<(Part, (usize, u32))> {
    parts(topology).find_map(|(part, component)| Some((part, component.place(pod)?)))
}

/// Whether a pod plays any part.
pub(super) fn plays_any(topology: &Topology, pod: &ListedPod) -> bool {
    role(topology, &pod.summary.name).is_some()
}

/// The pods of each part in ascending order, and the sets in the order of the parts.
pub(super) fn pods(topology: &Topology, found: &[ListedPod], sets: &[ListedSet]) -> Pods {
    let mut found: Vec<&ListedPod> = found.iter().collect();
    let place = |pod: &ListedPod| role(topology, &pod.summary.name).map(|(_, place)| place);
    found.sort_by_key(|pod| (place(pod), pod.ordinal()));
    let mut pods = Pods { sets: sets.iter().filter_map(|set| set_summary(topology, set)).collect(), ..Pods::default() };
    pods.sets.sort_by_key(|set| set.part);
    for pod in found {
        let mut summary = pod.summary.clone();
        let part = parts(topology).find(|(_, component)| component.owns(&summary.name));
        summary.detail.image = part.and_then(|(_, component)| pod.images.get(&component.container).cloned());
        match role(topology, &summary.name) {
            Some((Part::CloudController, _)) => pods.cloud_controllers.push(summary),
            Some((Part::Locket, _)) => pods.lockets.push(summary),
            Some((Part::Bbs, _)) => {
                let active = topology.active_label.as_ref().and_then(|label| active(&pod.labels, label));
                pods.bbs.push(PodSummary { active, ..summary });
            }
            None if pod.plays(CELL) => pods.cells.push(summary),
            None => {}
        }
    }
    pods
}

/// What is kept of a pod.
pub(super) fn pod(pod: Pod) -> ListedPod {
    let trouble = trouble(&pod);
    let why = why(&pod);
    let metadata = pod.metadata;
    let spec = pod.spec.unwrap_or_default();
    let status = pod.status.unwrap_or_default();
    let containers = status.container_statuses.unwrap_or_default();
    let owners = metadata.owner_references.unwrap_or_default();
    let owner = owners.into_iter().find(|owner| owner.controller == Some(true));
    let labels = metadata.labels.unwrap_or_default();
    let ready = |name: &str| containers.iter().any(|container| container.name == name && container.ready);
    let detail = PodDetail {
        unready: spec.containers.iter().map(|one| one.name.clone()).filter(|name| !ready(name)).collect(),
        why,
        revision: labels.get(REVISION).cloned(),
        image: None,
    };
    let image = |container: &ContainerStatus| {
        let digest = Some(container.image_id.clone()).filter(|id| !id.is_empty());
        (container.name.clone(), digest.unwrap_or_else(|| container.image.clone()))
    };
    let images = containers.iter().map(image).collect();
    let summary = PodSummary {
        name: metadata.name.unwrap_or_default(),
        uid: metadata.uid.unwrap_or_default(),
        resource_version: metadata.resource_version.unwrap_or_default(),
        phase: status.phase.unwrap_or_else(|| "Unknown".to_owned()),
        ready: containers.iter().filter(|container| container.ready).count() as u32,
        containers: spec.containers.len() as u32,
        restarts: containers.iter().map(|container| container.restart_count.max(0) as u32).sum(),
        active: None,
        created: metadata.creation_timestamp.map(|time| time.0),
        deleting_until: metadata.deletion_timestamp.map(|time| time.0),
        grace_seconds: metadata
            .deletion_grace_period_seconds
            .or(spec.termination_grace_period_seconds)
            .unwrap_or(DEFAULT_GRACE_SECONDS),
        finalizers: metadata.finalizers.unwrap_or_default(),
        trouble,
        node: spec.node_name,
        ip: status.pod_ip,
        detail,
    };
    let (set, owner) = match owner {
        Some(owner) if owner.kind == "StatefulSet" => (Some(owner.name), None),
        Some(owner) => (None, Some((owner.kind, owner.name))),
        None => (None, None),
    };
    ListedPod { summary, labels, set, owner, images }
}

/// The label that names the revision of its set that a pod was made from.
const REVISION: &str = "controller-revision-hash";

/// Kubernetes' own default.
const DEFAULT_GRACE_SECONDS: i64 = 30;

/// What the label says. The operator of `KubeCF` takes its label off a passive pod; everyone else sets another value, so
/// that a missing label says nothing.
fn active(labels: &BTreeMap<String, String>, label: &ActiveLabel) -> Option<bool> {
    match labels.get(&label.key) {
        Some(value) => Some(*value == label.value),
        None => label.key.starts_with("quarks.").then_some(false),
    }
}

/// Why a container waits or has failed, else why the pod has failed or is not scheduled.
fn trouble(pod: &Pod) -> Option<String> {
    let status = pod.status.as_ref()?;
    let deleting = pod.metadata.deletion_timestamp.is_some();
    let containers = status.container_statuses.iter().flatten().map(|container| (container, false));
    let initial = status.init_container_statuses.iter().flatten().map(|container| (container, true));
    let failed = initial.chain(containers).find_map(|(container, initial)| failure(container, initial, deleting));
    let unscheduled = || {
        let conditions = status.conditions.iter().flatten();
        let mut unscheduled = conditions.filter(|c| c.type_ == "PodScheduled" && c.status == "False");
        unscheduled.find_map(|condition| condition.reason.clone())
    };
    failed.or_else(|| status.reason.clone()).or_else(unscheduled)
}

/// What the cluster says of it, in its own words: of the container that waits, else of the pod that no node takes.
fn why(pod: &Pod) -> Option<String> {
    let status = pod.status.as_ref()?;
    let containers = status.init_container_statuses.iter().chain(&status.container_statuses).flatten();
    let waiting = |container: &ContainerStatus| {
        let waiting = container.state.as_ref()?.waiting.as_ref()?;
        waiting.reason.as_deref().filter(|reason| !STARTING.contains(reason))?;
        waiting.message.clone()
    };
    let unscheduled = || {
        let mut conditions = status.conditions.iter().flatten();
        conditions.find(|c| c.type_ == "PodScheduled" && c.status == "False")?.message.clone()
    };
    let why = containers.into_iter().find_map(waiting).or_else(unscheduled)?;
    Some(clean(&why, LONGEST_WHY).replace('\n', " ")).filter(|why| !why.is_empty())
}

/// The longest of the cluster's own words kept, in bytes.
const LONGEST_WHY: usize = 240;

fn failure(container: &ContainerStatus, initial: bool, deleting: bool) -> Option<String> {
    let state = container.state.as_ref();
    if let Some(waiting) = state.and_then(|state| state.waiting.as_ref()) {
        let reason = waiting.reason.as_deref().filter(|reason| !STARTING.contains(reason));
        if let Some(reason) = reason {
            return Some(reason.to_owned());
        }
    }
    if let Some(terminated) = state.and_then(|state| state.terminated.as_ref()) {
        let reason = terminated.reason.as_deref().unwrap_or("Error");
        // An init container's end is its purpose.
        let expected = deleting || initial && reason == COMPLETED;
        return (!expected).then(|| reason.to_owned());
    }
    let last = container.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    let reason = last.and_then(|terminated| terminated.reason.as_deref());
    let failed = !container.ready && !deleting && matches!(reason, Some("OOMKilled" | "Error"));
    failed.then(|| reason.unwrap_or_default().to_owned())
}

/// The set, if a part's pods are its.
fn set_summary(topology: &Topology, set: &ListedSet) -> Option<SetSummary> {
    let (part, component) = parts(topology).find(|(_, component)| component.sets().any(|name| name == set.name))?;
    let ListedSet { name, desired, policy, pending_revision, .. } = set.clone();
    let container = Some(component.container.clone());
    Some(SetSummary { part, name, desired, policy, pending_revision, container })
}

/// What is kept of a set.
pub(super) fn set(set: StatefulSet) -> ListedSet {
    let spec = set.spec;
    let status = set.status.unwrap_or_default();
    let pending_revision = match (&status.current_revision, &status.update_revision) {
        (Some(current), Some(update)) => current != update,
        _ => false,
    };
    let mut labels = spec.template.metadata.and_then(|metadata| metadata.labels).unwrap_or_default();
    labels.extend(set.metadata.labels.unwrap_or_default());
    let containers = spec.template.spec.map(|spec| spec.containers).unwrap_or_default();
    let image = |one: &Container| Some((one.name.clone(), one.image.clone()?));
    ListedSet {
        images: containers.iter().filter_map(image).collect(),
        name: set.metadata.name.unwrap_or_default(),
        labels,
        containers: containers.into_iter().map(|container| container.name).collect(),
        desired: spec.replicas.unwrap_or(1).max(0) as u32,
        policy: spec.pod_management_policy.unwrap_or_else(|| "OrderedReady".to_owned()),
        pending_revision,
    }
}

/// What is kept of a Service.
pub(super) fn service(service: Service) -> ListedService {
    let spec = service.spec.unwrap_or_default();
    let ports = spec.ports.unwrap_or_default().into_iter();
    let ports = ports.filter_map(|port| Some((port.name.unwrap_or_default(), u16::try_from(port.port).ok()?)));
    ListedService {
        name: service.metadata.name.unwrap_or_default(),
        selector: spec.selector.unwrap_or_default(),
        ports: ports.collect(),
        headless: spec.cluster_ip.as_deref() == Some("None"),
        behind: Vec::new(),
    }
}

/// A Service as far as its endpoints show it, and the names of the ready pods behind it.
pub(super) fn endpoints(endpoints: Endpoints) -> (ListedService, Vec<String>) {
    let headless = endpoints.metadata.labels.is_some_and(|labels| labels.contains_key(OF_HEADLESS));
    let name = endpoints.metadata.name.unwrap_or_default();
    let mut service = ListedService { name, headless, ..ListedService::default() };
    let mut names = Vec::new();
    for subset in endpoints.subsets.into_iter().flatten() {
        let ports = subset.ports.into_iter().flatten();
        let ports = ports.filter_map(|port| Some((port.name.unwrap_or_default(), u16::try_from(port.port).ok()?)));
        service.ports.extend(ports);
        let targets = subset.addresses.into_iter().flatten().filter_map(|address| address.target_ref);
        names.extend(targets.filter_map(|target| target.name));
    }
    names.sort();
    names.dedup();
    service.behind.clone_from(&names);
    (service, names)
}

#[cfg(test)]
mod tests {
    use k8s_openapi::List;
    use serde_json::{Value, json};

    use super::*;

    fn topology(preset: &str) -> Topology {
        Topology::preset(preset).unwrap()
    }

    fn recorded<K: serde::de::DeserializeOwned + k8s_openapi::ListableResource>(body: &str) -> Vec<K> {
        serde_json::from_str::<List<K>>(body).unwrap().items
    }

    fn seen(preset: &str, found: Vec<Pod>) -> Pods {
        pods(&topology(preset), &found.into_iter().map(pod).collect::<Vec<_>>(), &[])
    }

    /// A `diego-api-0` with these fields beside the least that a pod has.
    fn diego_api(metadata: Value, status: Value) -> PodSummary {
        let mut body = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "diego-api-0", "uid": "u", "resourceVersion": "7"},
            "spec": {"containers": [{"name": "diego-api"}, {"name": "logger"}]},
            "status": {"phase": "Running"},
        });
        for (part, fields) in [("metadata", metadata), ("status", status)] {
            let Value::Object(fields) = fields else { panic!("no fields") };
            body[part].as_object_mut().unwrap().extend(fields);
        }
        seen("cfee-2", vec![serde_json::from_value(body).unwrap()]).bbs.remove(0)
    }

    fn container(ready: bool, state: &Value, last: &Value) -> Value {
        json!({"name": "diego-api", "image": "", "imageID": "", "ready": ready, "restartCount": 2, "state": state, "lastState": last})
    }

    #[test]
    fn a_recorded_environment() {
        let topology = topology("cfee-2");
        let found: Vec<Pod> = recorded(include_str!("../../tests/data/kubernetes/pods-list.json"));
        let found: Vec<ListedPod> = found.into_iter().rev().map(pod).collect();
        let sets: Vec<StatefulSet> = recorded(include_str!("../../tests/data/kubernetes/statefulsets-list.json"));
        let pods = pods(&topology, &found, &sets.into_iter().rev().map(set).collect::<Vec<_>>());
        let lines: Vec<String> = pods.cloud_controllers.iter().chain(&pods.bbs).map(PodSummary::line).collect();
        assert_eq!(
            lines,
            [
                "api-0  2/2  Running  restarts 2  -",
                "api-1  2/2  Running  restarts 2  -",
                "diego-api-0  2/2  Running  restarts 2  active",
                "diego-api-1  2/2  Running  restarts 2  -",
            ]
        );
        assert!(pods.cloud_controllers.iter().chain(&pods.bbs).all(PodSummary::is_ready));
        assert!(pods.lockets.is_empty());
        let sets: Vec<String> = pods.sets.iter().map(|set| format!("{set:?}")).collect();
        assert_eq!(
            sets,
            [
                r#"SetSummary { part: CloudController, name: "api", desired: 2, policy: "Parallel", pending_revision: false, container: Some("api") }"#,
                r#"SetSummary { part: Bbs, name: "diego-api", desired: 2, policy: "Parallel", pending_revision: false, container: Some("diego-api") }"#,
            ]
        );
        let active = serde_json::from_str(include_str!("../../tests/data/kubernetes/endpoints-active.json")).unwrap();
        let (service, ready) = endpoints(active);
        assert_eq!((service.name.as_str(), ready), ("diego-api", vec!["diego-api-0".to_owned()]));
        assert_eq!(service.ports, [("bbs".to_owned(), 8889)]);
    }

    #[test]
    fn a_recorded_pod_of_diego() {
        let found: Vec<Pod> = recorded(include_str!("../../tests/data/kubernetes/diego-pods-list.json"));
        let [leader, passive] = seen("cfee-2", found).bbs.try_into().unwrap();
        assert_eq!((leader.active, passive.active), (Some(true), Some(false)));
        assert_eq!((leader.grace_seconds, leader.resource_version.as_str()), (600, "3777"));
        assert_eq!(leader.node.as_deref(), Some("lab-node"));
        assert!(leader.created.is_some() && leader.deleting_until.is_none());
    }

    #[test]
    fn a_recorded_terminating_pod() {
        let body = include_str!("../../tests/data/kubernetes/delete-again-terminating.json");
        let pod = seen("cfee-2", vec![serde_json::from_str(body).unwrap()]).bbs.remove(0);
        assert_eq!((pod.name.as_str(), pod.grace_seconds), ("diego-api-1", 5));
        assert_eq!(pod.deleting_until, Some("2026-11-21T03:30:12Z".parse().unwrap()));
        assert!(pod.is_terminating() && !pod.is_ready());
    }

    #[test]
    fn what_the_label_says() {
        let labelled = |preset: &str, value: Option<&str>| {
            let topology = topology(preset);
            let label = topology.active_label.clone().unwrap();
            let labels = value.map(|value| (label.key.clone(), value.to_owned()));
            active(&labels.into_iter().collect(), &label)
        };
        for (preset, value, says) in [
            ("cfee-2", Some("true"), Some(true)),
            ("cfee-2", Some("false"), Some(false)),
            ("cfee-2", Some(""), Some(false)),
            ("cfee-2", None, None),
            ("kubecf", Some("active"), Some(true)),
            ("kubecf", Some("true"), Some(false)),
            ("kubecf", None, Some(false)),
        ] {
            assert_eq!(labelled(preset, value), says, "{preset} {value:?}");
        }
    }

    #[test]
    fn what_troubles_a_pod() {
        let running = json!({"running": {}});
        let waiting = |reason: &str| json!({"waiting": {"reason": reason}});
        let terminated = |reason: &str| json!({"terminated": {"exitCode": 1, "reason": reason}});
        let deleting = json!({"deletionTimestamp": "2026-11-21T03:30:12Z"});
        let none = json!({});
        for (metadata, ready, state, last, trouble) in [
            (&none, true, &running, &none, None),
            (&none, false, &waiting("ContainerCreating"), &none, None),
            (&none, false, &waiting("PodInitializing"), &none, None),
            (&none, false, &waiting("CrashLoopBackOff"), &terminated("Error"), Some("CrashLoopBackOff")),
            (&none, false, &waiting("ImagePullBackOff"), &none, Some("ImagePullBackOff")),
            (&deleting, false, &waiting("ImagePullBackOff"), &none, Some("ImagePullBackOff")),
            (&none, false, &terminated("OOMKilled"), &none, Some("OOMKilled")),
            (&none, false, &terminated("Completed"), &none, Some("Completed")),
            (&deleting, false, &terminated("Completed"), &none, None),
            (&none, false, &running, &terminated("OOMKilled"), Some("OOMKilled")),
            (&none, false, &running, &terminated("Error"), Some("Error")),
            (&none, false, &running, &terminated("Completed"), None),
            (&none, true, &running, &terminated("Error"), None),
        ] {
            let status = json!({"containerStatuses": [container(ready, state, last)]});
            let pod = diego_api(metadata.clone(), status);
            assert_eq!(pod.trouble.as_deref(), trouble, "{metadata} {ready} {state} {last}");
            assert_eq!((pod.ready, pod.containers, pod.restarts), (u32::from(ready), 2, 2));
        }
    }

    #[test]
    fn what_troubles_a_pod_before_and_after_its_containers() {
        let initial = |state: &Value| json!({"initContainerStatuses": [container(false, state, &json!({}))]});
        let completed = json!({"terminated": {"exitCode": 0, "reason": "Completed"}});
        let unschedulable = json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]);
        for (status, trouble) in [
            (initial(&completed), None),
            (initial(&json!({"waiting": {"reason": "CrashLoopBackOff"}})), Some("CrashLoopBackOff")),
            (json!({"phase": "Failed", "reason": "Evicted"}), Some("Evicted")),
            (json!({"phase": "Pending", "conditions": unschedulable}), Some("Unschedulable")),
            (json!({"phase": "Pending"}), None),
        ] {
            assert_eq!(diego_api(json!({}), status.clone()).trouble.as_deref(), trouble, "{status}");
        }
        assert_eq!(diego_api(json!({}), json!({"phase": "Succeeded"})).phase, "Succeeded");
    }

    #[test]
    fn a_revision_that_waits() {
        let pending = |current: Value, update: Value| {
            let status = json!({"replicas": 1, "currentRevision": current, "updateRevision": update});
            let body = json!({
                "metadata": {"name": "diego-api"}, "status": status,
                "spec": {"selector": {}, "serviceName": "s", "template": {}},
            });
            set(serde_json::from_value(body).unwrap())
        };
        assert!(pending(json!("a"), json!("b")).pending_revision);
        assert!(!pending(json!("a"), json!("a")).pending_revision);
        assert!(!pending(json!(null), json!("b")).pending_revision);
        let defaults = pending(json!("a"), json!("a"));
        assert_eq!((defaults.desired, defaults.policy.as_str()), (1, "OrderedReady"));
    }
}
