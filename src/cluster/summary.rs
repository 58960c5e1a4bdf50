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
