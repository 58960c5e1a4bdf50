//! A pod: its life as the kubelet lives it, and its object as the API shows it.

use super::labels::Labels;
use crate::simulator::diego::database::Moment;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::Ipv4Addr;

/// The node everything runs on.
pub(super) const NODE: &str = "lab-node";
/// Its address.
pub(super) const NODE_IP: Ipv4Addr = Ipv4Addr::new(10, 98, 0, 1);

/// What a pod is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Api,
    Bbs,
    Locket,
    Cell,
    Database,
}

/// What a container is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting { reason: &'static str, message: Option<String> },
    Running { since: Moment },
    Terminated { code: i32, reason: &'static str, since: Moment, until: Moment },
}

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) state: State,
    pub(super) last: Option<(State, String)>,
    pub(super) ready: bool,
    pub(super) restarts: u32,
}

impl Container {
    pub(super) fn running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }
}

/// A deletion under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deletion {
    pub(super) timestamp: Moment,
    /// `deletionTimestamp` lies this many real seconds after `timestamp`, and this is `deletionGracePeriodSeconds`.
    pub(super) grace: u64,
}

/// A pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pod {
    pub(super) uid: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) ordinal: u32,
    /// The name and UID of its `StatefulSet`, the revision hash, the grace period.
    pub(super) set: SetRef,
    pub(super) created: Moment,
    pub(super) label: Option<bool>,
    pub(super) scheduled: Option<Moment>,
    pub(super) started: Option<Moment>,
    pub(super) sandbox: Option<(bool, Moment)>,
    pub(super) ip: Option<Ipv4Addr>,
    pub(super) containers: Vec<Container>,
    pub(super) ready: (bool, Moment),
    pub(super) succeeded: bool,
    pub(super) deletion: Option<Deletion>,
    /// Readiness probes that failed in a row.
    pub(super) failures: u32,
    /// The probe does not patch the label any more.
    pub(super) label_frozen: bool,
    /// Its node does not answer any more.
    pub(super) lost: bool,
    /// What has to let go of the object before it is gone.
    pub(super) finalizers: Vec<&'static str>,
    /// Why no node takes it.
    pub(super) unscheduled: Option<&'static str>,
    /// How long before the cluster's first moment it was created, in real hours.
    pub(super) age_hours: u32,
}

/// What a pod has from its `StatefulSet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SetRef {
    pub(super) name: String,
    /// What its pods are for, as labels name it.
    pub(super) group: String,
    /// Which of the group's sets it is, from nought.
    pub(super) zone: u32,
    pub(super) uid: String,
    pub(super) hash: String,
    pub(super) headless: String,
    pub(super) grace: u64,
    pub(super) namespace: String,
    pub(super) labels: Labels,
}

impl Pod {
    /// A pod just created.
    pub(super) fn new(set: SetRef, role: Role, ordinal: u32, containers: &[String], now: Moment) -> Self {
        let waiting = || State::Waiting { reason: "ContainerCreating", message: None };
        let container = |name: &String| Container {
            name: name.clone(),
            id: None,
            state: waiting(),
            last: None,
            ready: false,
            restarts: 0,
        };
        Self {
            uid: new_uid(),
            name: format!("{}-{ordinal}", set.name),
            role,
            ordinal,
            set,
            created: now,
            label: None,
            scheduled: None,
            started: None,
            sandbox: None,
            ip: None,
            containers: containers.iter().map(container).collect(),
            ready: (false, now),
            succeeded: false,
            deletion: None,
            failures: 0,
            label_frozen: false,
            lost: false,
            finalizers: Vec::new(),
            unscheduled: None,
            age_hours: 0,
        }
    }

    /// Whether its processes run: what an exec or a connection can reach.
    pub(super) fn alive(&self) -> bool {
        !self.lost && self.containers.first().is_some_and(Container::running)
    }

    /// Whether it is on its way out.
    pub(super) fn terminating(&self) -> bool {
        self.deletion.is_some()
    }

    /// Running, ready, and not on its way out: what lets an `OrderedReady` set go on.
    pub(super) fn settled(&self) -> bool {
        self.ready.0 && !self.terminating()
    }

    /// Draws the conclusion from its containers.
    pub(super) fn judge_ready(&mut self, now: Moment) -> bool {
        let ready = !self.succeeded
            && !self.lost
            && self.ip.is_some()
            && self.containers.iter().all(|container| container.ready);
        let changed = ready != self.ready.0;
        if changed {
            self.ready = (ready, now);
        }
        changed
    }

    /// The phase.
    pub(super) fn phase(&self) -> &'static str {
        let created = self.containers.iter().all(|c| c.last.is_some() || !matches!(c.state, State::Waiting { .. }));
        match self.started {
            _ if self.succeeded => "Succeeded",
            Some(_) if created => "Running",
            _ => "Pending",
        }
    }

    /// The labels.
    pub(super) fn labels(&self) -> Map<String, Value> {
        let mut labels = self.set.labels.of_role(&self.set.group);
        for (key, value) in [
            ("apps.kubernetes.io/pod-index", self.ordinal.to_string()),
            ("controller-revision-hash", format!("{}-{}", self.set.name, self.set.hash)),
            ("statefulset.kubernetes.io/pod-name", self.name.clone()),
        ] {
            labels.insert(key.to_owned(), json!(value));
        }
        let own = self.set.labels.of_pod((self.set.zone, self.ordinal)).into_iter();
        labels.extend(own.map(|(key, value)| (key.to_owned(), value)));
        if let Some((key, value)) = self.set.labels.active(self.label) {
            labels.insert(key.to_owned(), json!(value));
        }
        labels
    }

    /// The object, without its resource version. `wall` turns a moment into a timestamp.
    pub(super) fn object(&self, wall: &dyn Fn(Moment, u64) -> String) -> Value {
        let set = &self.set;
        let mut metadata = json!({
            "name": self.name,
            "generateName": format!("{}-", set.name),
            "namespace": set.namespace,
            "uid": self.uid,
            "creationTimestamp": earlier(&wall(self.created, 0), self.age_hours),
            "labels": self.labels(),
            "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": "StatefulSet", "name": set.name, "uid": set.uid,
                "controller": true, "blockOwnerDeletion": true,
            }],
        });
        if !self.finalizers.is_empty() {
            metadata["finalizers"] = json!(self.finalizers);
        }
        if let Some(deletion) = &self.deletion {
            metadata["deletionTimestamp"] = json!(wall(deletion.timestamp, deletion.grace));
            metadata["deletionGracePeriodSeconds"] = json!(deletion.grace);
        }
        json!({
            "kind": "Pod", "apiVersion": "v1",
            "metadata": metadata,
            "spec": self.spec(),
            "status": self.status(wall),
        })
    }

    fn spec(&self) -> Value {
        let volume = format!("kube-api-access-{}", &self.uid[..5]);
        let mut spec = pod_spec(self.role, &self.set, self.containers.iter().map(|c| c.name.as_str()));
        for container in spec["containers"].as_array_mut().into_iter().flatten() {
            container["volumeMounts"] = json!([{
                "name": volume, "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
            }]);
        }
        let service_account = if self.role == Role::Bbs { "diego-api" } else { "default" };
        let more = json!({
            "volumes": [{"name": volume, "projected": {"defaultMode": 420, "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {"downwardAPI": {"items": [
                    {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}},
                ]}},
            ]}}],
            "serviceAccountName": service_account,
            "serviceAccount": service_account,
            "hostname": self.name,
            "subdomain": self.set.headless,
            "tolerations": [
                {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
                {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
            ],
            "priority": 0,
            "enableServiceLinks": true,
            "preemptionPolicy": "PreemptLowerPriority",
        });
        if let (Some(spec), Value::Object(more)) = (spec.as_object_mut(), more) {
            spec.extend(more);
            if self.scheduled.is_some() {
                spec.insert("nodeName".to_owned(), json!(NODE));
            }
        }
        spec
    }

    fn status(&self, wall: &dyn Fn(Moment, u64) -> String) -> Value {
        let mut status = json!({"phase": self.phase(), "qosClass": "BestEffort"});
        if self.lost {
            status["reason"] = json!("NodeLost");
            status["message"] = json!(format!("Node {NODE} which was running pod {} is unresponsive", self.name));
        }
        if let Some(message) = self.unscheduled {
            status["conditions"] = json!([{
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
                "lastProbeTime": null, "lastTransitionTime": wall(self.created, 0),
            }]);
        }
        if let Some(scheduled) = self.scheduled {
            status["conditions"] = json!(self.conditions(scheduled, wall));
        }
        if let Some(started) = self.started {
            status["hostIP"] = json!(NODE_IP);
            status["hostIPs"] = json!([{"ip": NODE_IP}]);
            status["startTime"] = json!(wall(started, 0));
            let volume = format!("kube-api-access-{}", &self.uid[..5]);
            let statuses = self
                .containers
                .iter()
                .enumerate()
                .map(|(index, container)| container_status(image(self.role, index == 0), container, &volume, wall));
            status["containerStatuses"] = statuses.collect();
        }
        if let Some(ip) = self.ip {
            status["podIP"] = json!(ip);
            status["podIPs"] = json!([{"ip": ip}]);
        }
        status
    }

    fn conditions(&self, scheduled: Moment, wall: &dyn Fn(Moment, u64) -> String) -> Vec<Value> {
        let condition = |name: &str, status: bool, since: Moment, why: Option<(&str, Option<String>)>| {
            let status = if status { "True" } else { "False" };
            let mut condition =
                json!({"type": name, "status": status, "lastProbeTime": null, "lastTransitionTime": wall(since, 0)});
            if let Some((reason, message)) = why {
                condition["reason"] = json!(reason);
                if let Some(message) = message {
                    condition["message"] = json!(message);
                }
            }
            condition
        };
        let mut conditions = Vec::new();
        if let Some(started) = self.started {
            let (ready, since) = self.ready;
            let unready: Vec<_> = self.containers.iter().filter(|c| !c.ready).map(|c| c.name.as_str()).collect();
            let completed = self.succeeded.then_some(("PodCompleted", None));
            let why = || match (ready, &completed) {
                (true, _) => None,
                (false, Some(completed)) => Some(completed.clone()),
                (false, None) => {
                    let message = format!("containers with unready status: [{}]", unready.join(" "));
                    Some(("ContainersNotReady", Some(message)))
                }
            };
            let (sandbox, sandbox_since) = self.sandbox.unwrap_or((false, started));
            conditions.push(condition("PodReadyToStartContainers", sandbox, sandbox_since, None));
            conditions.push(condition("Initialized", true, started, completed.clone()));
            conditions.push(condition("Ready", ready, since, why()));
            conditions.push(condition("ContainersReady", ready, since, why()));
        }
        conditions.push(condition("PodScheduled", true, scheduled, None));
        conditions
    }
}

/// A timestamp that lies some hours before another one.
fn earlier(at: &str, hours: u32) -> String {
    let earlier = |at: Timestamp| at - SignedDuration::from_hours(i64::from(hours));
    at.parse().map_or_else(|_| at.to_owned(), |at| earlier(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The part of a pod's spec that a `StatefulSet`'s template has too.
pub(super) fn pod_spec<'a>(role: Role, set: &SetRef, containers: impl Iterator<Item = &'a str>) -> Value {
    let container = |(index, name): (usize, &str)| {
        let mut container = json!({
            "name": name,
            "image": image(role, index == 0),
            "resources": {},
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "imagePullPolicy": "IfNotPresent",
        });
        if index == 0 {
            let check = match role {
                Role::Api => json!({"tcpSocket": {"port": 9022}}),
                Role::Locket => json!({"tcpSocket": {"port": 8891}}),
                Role::Cell => json!({"tcpSocket": {"port": 1800}}),
                Role::Database => json!({"tcpSocket": {"port": 5432}}),
                Role::Bbs => {
                    json!({"exec": {"command": ["/opt/fissile/readiness-probe.sh", "head -c0 </dev/tcp/${HOSTNAME}/8891"]}})
                }
            };
            container["readinessProbe"] = check;
            for (key, value) in
                [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
            {
                container["readinessProbe"][key] = json!(value);
            }
        }
        if index == 0 && role == Role::Bbs {
            container["ports"] = json!([
                {"name": "cell-bbs-api", "containerPort": 8889, "protocol": "TCP"},
                {"name": "locket", "containerPort": 8891, "protocol": "TCP"},
            ]);
        }
        container
    };
    json!({
        "containers": containers.enumerate().map(container).collect::<Vec<_>>(),
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": set.grace,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    })
}

/// The image of a container.
pub(super) fn image(role: Role, main: bool) -> &'static str {
    if main && matches!(role, Role::Bbs | Role::Locket) { "lab.local/diego:1" } else { "lab.local/cf:1" }
}

fn container_status(image: &str, container: &Container, volume: &str, wall: &dyn Fn(Moment, u64) -> String) -> Value {
    let known = container.id.is_some();
    let state = |state: &State, id: &str| match state {
        State::Waiting { reason, message: None } => json!({"waiting": {"reason": reason}}),
        State::Waiting { reason, message } => json!({"waiting": {"reason": reason, "message": message}}),
        State::Running { since } => json!({"running": {"startedAt": wall(*since, 0)}}),
        State::Terminated { code, reason, since, until } => json!({"terminated": {
            "exitCode": code, "reason": reason, "startedAt": wall(*since, 0), "finishedAt": wall(*until, 0),
            "containerID": format!("containerd://{id}"),
        }}),
    };
    let mut status = json!({
        "name": container.name,
        "state": state(&container.state, container.id.as_deref().unwrap_or_default()),
        "lastState": container.last.as_ref().map_or_else(|| json!({}), |(last, id)| state(last, id)),
        "ready": container.ready,
        "restartCount": container.restarts,
        "image": image,
        "imageID": if known { format!("sha256:{image_digest}", image_digest = digest(image)) } else { String::new() },
        "started": container.running(),
        "volumeMounts": [{
            "name": volume, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
            "readOnly": true, "recursiveReadOnly": "Disabled",
        }],
    });
    if let Some(id) = &container.id {
        status["containerID"] = json!(format!("containerd://{id}"));
    }
    status
}

fn digest(image: &str) -> String {
    hex::encode(image.bytes().cycle().take(32).collect::<Vec<_>>())
}

/// A new UID in the form of a version 4 UUID.
pub(super) fn new_uid() -> String {
    let hex = new_id();
    let (a, rest) = hex.split_at(8);
    format!("{a}-{}-4{}-a{}-{}", &rest[0..4], &rest[4..7], &rest[7..10], &rest[10..22])
}

/// A new container id: 64 hexadecimal digits.
pub(super) fn new_id() -> String {
    hex::encode([(); 4].map(|()| RandomState::new().build_hasher().finish().to_be_bytes()).concat())
}
