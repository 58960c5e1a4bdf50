//! From Kubernetes' objects to what an observation keeps of them; everything else is dropped at once.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ContainerStatus, Endpoints, Pod};

use crate::incident::environment::{ActiveLabel, Component, Topology};
use crate::incident::observation::{Part, PodSummary, Pods, SetSummary};

/// What a waiting container says while nothing is wrong.
const STARTING: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// What a container that ended says when nothing was wrong.
const COMPLETED: &str = "Completed";

/// The topology's parts.
pub(super) fn parts(topology: &Topology) -> impl Iterator<Item = (Part, &Component)> {
    let own = [(Part::CloudController, &topology.cloud_controller), (Part::Bbs, &topology.bbs)];
    own.into_iter().chain(topology.locket.as_ref().map(|locket| (Part::Locket, locket)))
}

/// The part that a pod of this name plays, and its ordinal.
pub(super) fn role(topology: &Topology, pod: &str) -> Option<(Part, u32)> {
    parts(topology).find_map(|(part, component)| Some((part, component.ordinal(pod)?)))
}

/// The pods of each part in ascending order, and the sets in the order of the parts.
pub(super) fn pods(mut found: Vec<(Part, u32, PodSummary)>, mut sets: Vec<SetSummary>) -> Pods {
    found.sort_by_key(|(part, ordinal, _)| (*part, *ordinal));
    sets.sort_by_key(|set| set.part);
    let mut pods = Pods { sets, ..Pods::default() };
    for (part, _, pod) in found {
        match part {
            Part::CloudController => pods.cloud_controllers.push(pod),
            Part::Locket => pods.lockets.push(pod),
            Part::Bbs => pods.bbs.push(pod),
        }
    }
    pods
}

/// The pod with its part and ordinal, if it plays a part.
pub(super) fn pod(topology: &Topology, pod: Pod) -> Option<(Part, u32, PodSummary)> {
    let (part, ordinal) = role(topology, pod.metadata.name.as_deref()?)?;
    Some((part, ordinal, pod_summary(pod, topology.active_label.as_ref())))
}

fn pod_summary(pod: Pod, label: Option<&ActiveLabel>) -> PodSummary {
    let active = label.and_then(|label| active(&pod, label));
    let trouble = trouble(&pod);
    let metadata = pod.metadata;
    let spec = pod.spec.unwrap_or_default();
    let status = pod.status.unwrap_or_default();
    let containers = status.container_statuses.unwrap_or_default();
    PodSummary {
        name: metadata.name.unwrap_or_default(),
        uid: metadata.uid.unwrap_or_default(),
        resource_version: metadata.resource_version.unwrap_or_default(),
        phase: status.phase.unwrap_or_else(|| "Unknown".to_owned()),
        ready: containers.iter().filter(|container| container.ready).count() as u32,
        containers: spec.containers.len() as u32,
        restarts: containers.iter().map(|container| container.restart_count.max(0) as u32).sum(),
        active,
        created: metadata.creation_timestamp.map(|time| time.0),
        deleting_until: metadata.deletion_timestamp.map(|time| time.0),
        grace_seconds: metadata
            .deletion_grace_period_seconds
            .or(spec.termination_grace_period_seconds)
            .unwrap_or(DEFAULT_GRACE_SECONDS),
        trouble,
        node: spec.node_name,
        ip: status.pod_ip,
    }
}

/// Kubernetes' own default.
const DEFAULT_GRACE_SECONDS: i64 = 30;

/// What the label says. The operator of `KubeCF` takes its label off a passive pod; everyone else sets another value, so
/// that a missing label says nothing.
fn active(pod: &Pod, label: &ActiveLabel) -> Option<bool> {
    let value = pod.metadata.labels.as_ref().and_then(|labels| labels.get(&label.key));
    match value {
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
pub(super) fn set(topology: &Topology, set: StatefulSet) -> Option<SetSummary> {
    let name = set.metadata.name?;
    let (part, _) = parts(topology).find(|(_, component)| component.set == name)?;
    let spec = set.spec;
    let status = set.status.unwrap_or_default();
    let pending_revision = match (&status.current_revision, &status.update_revision) {
        (Some(current), Some(update)) => current != update,
        _ => false,
    };
    Some(SetSummary {
        part,
        name,
        desired: spec.replicas.unwrap_or(1).max(0) as u32,
        policy: spec.pod_management_policy.unwrap_or_else(|| "OrderedReady".to_owned()),
        pending_revision,
    })
}

/// The names of the ready pods behind the Service.
pub(super) fn endpoints(endpoints: Endpoints) -> Vec<String> {
    let subsets = endpoints.subsets.into_iter().flatten();
    let addresses = subsets.flat_map(|subset| subset.addresses.unwrap_or_default());
    let targets = addresses.filter_map(|address| address.target_ref);
    let mut names: Vec<String> = targets.filter_map(|target| target.name).collect();
    names.sort();
    names.dedup();
    names
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
        let (part, ordinal, summary) = pod(&topology("cfee-2"), serde_json::from_value(body).unwrap()).unwrap();
        assert_eq!((part, ordinal), (Part::Bbs, 0));
        summary
    }

    fn container(ready: bool, state: &Value, last: &Value) -> Value {
        json!({"name": "diego-api", "image": "", "imageID": "", "ready": ready, "restartCount": 2, "state": state, "lastState": last})
    }

    #[test]
    fn a_recorded_environment() {
        let topology = topology("cfee-2");
        let found: Vec<Pod> = recorded(include_str!("../../tests/data/kubernetes/pods-list.json"));
        let found = found.into_iter().rev().filter_map(|found| pod(&topology, found)).collect();
        let sets: Vec<StatefulSet> = recorded(include_str!("../../tests/data/kubernetes/statefulsets-list.json"));
        let pods = pods(found, sets.into_iter().filter_map(|found| set(&topology, found)).collect());
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
                r#"SetSummary { part: CloudController, name: "api", desired: 2, policy: "Parallel", pending_revision: false }"#,
                r#"SetSummary { part: Bbs, name: "diego-api", desired: 2, policy: "Parallel", pending_revision: false }"#,
            ]
        );
        let active = serde_json::from_str(include_str!("../../tests/data/kubernetes/endpoints-active.json")).unwrap();
        assert_eq!(endpoints(active), ["diego-api-0"]);
    }

    #[test]
    fn a_recorded_pod_of_diego() {
        let found: Vec<Pod> = recorded(include_str!("../../tests/data/kubernetes/diego-pods-list.json"));
        let mut found = found.into_iter().filter_map(|found| pod(&topology("cfee-2"), found));
        let (_, _, leader) = found.next().unwrap();
        let (_, _, passive) = found.next().unwrap();
        assert_eq!((leader.active, passive.active), (Some(true), Some(false)));
        assert_eq!((leader.grace_seconds, leader.resource_version.as_str()), (600, "3777"));
        assert_eq!(leader.node.as_deref(), Some("lab-node"));
        assert!(leader.created.is_some() && leader.deleting_until.is_none());
    }

    #[test]
    fn a_recorded_terminating_pod() {
        let body = include_str!("../../tests/data/kubernetes/delete-again-terminating.json");
        let (_, ordinal, pod) = pod(&topology("cfee-2"), serde_json::from_str(body).unwrap()).unwrap();
        assert_eq!((ordinal, pod.grace_seconds), (1, 5));
        assert_eq!(pod.deleting_until, Some("2026-11-21T03:30:12Z".parse().unwrap()));
        assert!(pod.is_terminating() && !pod.is_ready());
    }

    #[test]
    fn what_the_label_says() {
        let labelled = |preset: &str, value: Option<&str>| {
            let topology = topology(preset);
            let label = topology.active_label.clone().unwrap();
            let labels = value.map(|value| [(label.key.clone(), value.to_owned())].into());
            let metadata = k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta { labels, ..Default::default() };
            active(&Pod { metadata, ..Default::default() }, &label)
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
            set(&topology("cfee-2"), serde_json::from_value(body).unwrap()).unwrap()
        };
        assert!(pending(json!("a"), json!("b")).pending_revision);
        assert!(!pending(json!("a"), json!("a")).pending_revision);
        assert!(!pending(json!(null), json!("b")).pending_revision);
        let defaults = pending(json!("a"), json!("a"));
        assert_eq!((defaults.desired, defaults.policy.as_str()), (1, "OrderedReady"));
    }
}
