//! What the suite sets up on a cluster: sets, their pods and Services, called and labelled as the releases do, from one image.
//!
//! The pods are stand-ins: in each something listens where the part would, as long as it is told to, and nothing answers.

use k8s_openapi::api::core::v1::Pod;
use serde_json::{Map, Value, json};

/// Listens on the port while there is `/tmp/listens`: with `BusyBox`'s nc, or OpenBSD's. It ends at once when it is told to.
const LISTEN: &str = r#"trap 'kill $pid 2>/dev/null; exit 0' TERM
case $(nc --help 2>&1; nc 2>&1) in
*BusyBox*-lk*) set -- -lk -p "$1" -e true ;;
*BusyBox*) set -- -ll -p "$1" -e true ;;
*) set -- -lk "$1" ;;
esac
pid=
while :; do
    if [ -z "$pid" ] && [ -e /tmp/listens ]; then
        nc "$@" </dev/null >/dev/null 2>&1 &
        pid=$!
    elif [ "$pid" ] && { [ ! -e /tmp/listens ] || ! kill -0 "$pid"; }; then
        kill "$pid"
        pid=
    fi 2>/dev/null
    sleep 1 &
    wait $!
done"#;
/// What a container does that only has to be there.
const IDLE: &str = "trap 'exit 0' TERM\nwhile :; do sleep 1 & wait $!; done";
/// A container is ready unless it is told not to be.
pub(crate) const UNREADY: &str = "/tmp/unready";
/// The BBS's port.
pub(crate) const PORT: u16 = 8889;

/// A part: a set, or one for each ending, with two pods or one each.
pub(crate) struct Part {
    pub(crate) role: &'static str,
    pub(crate) ends: &'static [&'static str],
    /// The first one that is not a sidecar does the work.
    pub(crate) containers: &'static [&'static str],
    pub(crate) replicas: u32,
}

/// Which labels a release's objects have.
pub(crate) struct Labels {
    role: &'static [&'static str],
    pub(crate) active: &'static str,
    yes: &'static str,
    /// A passive pod's, where it has the label at all.
    no: Option<&'static str>,
}

const SKIFF: Labels = Labels {
    role: &["skiff-role-name", "app.kubernetes.io/component"],
    active: "skiff-role-active",
    yes: "true",
    no: Some("false"),
};
const QUARKS: Labels = Labels {
    role: &["quarks.cloudfoundry.org/instance-group-name"],
    active: "quarks.cloudfoundry.org/pod-active",
    yes: "active",
    no: None,
};

/// A release's parts and names. The BBS's part is the second one.
pub(crate) struct Layout {
    pub(crate) parts: Vec<Part>,
    pub(crate) labels: Labels,
    pub(crate) service: &'static str,
    /// Whether the Service selects the active pod alone.
    pub(crate) selects_active: bool,
    headless: bool,
}

fn part(role: &'static str, containers: &'static [&'static str]) -> Part {
    Part { role, ends: &[""], containers, replicas: 2 }
}

impl Layout {
    fn of(parts: Vec<Part>, labels: Labels, service: &'static str) -> Self {
        Self { parts, labels, service, selects_active: true, headless: false }
    }

    /// SCF 2.12 to 2.15: Locket is inside the BBS's pods.
    pub(crate) fn cfee_2() -> Self {
        let parts = vec![part("api", &["api", "sidecar"]), part("diego-api", &["diego-api", "logger"])];
        Self::of(parts, SKIFF, "diego-api")
    }

    /// Up to SCF 2.11: Locket has pods of its own.
    pub(crate) fn cfee_1() -> Self {
        let mut layout = Self::cfee_2();
        layout.parts.push(part("diego-locket", &["diego-locket"]));
        layout
    }

    /// From SCF 2.16 on: each job has a Service of its own.
    pub(crate) fn scf() -> Self {
        let api = part("api-group", &["api-group", "loggregator-agent"]);
        let bbs = part("diego-api", &["diego-api", "loggregator-agent"]);
        Self::of(vec![api, bbs, part("locket", &["locket"])], SKIFF, "diego-api-bbs")
    }

    /// `KubeCF` with a set for each of these.
    fn sets(ends: &'static [&'static str]) -> Self {
        let several = |role, containers| Part { role, ends, containers, replicas: 1 };
        let api = several("api", &["cloud-controller-ng-cloud-controller-ng", "logs"][..]);
        let bbs = several("diego-api", &["bbs-bbs", "logs"][..]);
        let headless = Self::of(vec![api, bbs], QUARKS, "diego-api");
        Self { headless: true, ..headless }
    }

    /// A set for each zone.
    pub(crate) fn zones() -> Self {
        Self::sets(&["-z0", "-z1"])
    }

    /// A set for each of two versions.
    pub(crate) fn versions() -> Self {
        Self::sets(&["-v1", "-v2"])
    }

    /// A mesh's sidecars stand before the containers that do the work.
    pub(crate) fn meshed() -> Self {
        let mut layout = Self::cfee_2();
        layout.parts[0].containers = &["istio-proxy", "api"];
        layout.parts[1].containers = &["istio-proxy", "diego-api", "logger"];
        layout
    }

    /// Up to SCF 2.10: no pod has the active label, and no Service asks for it.
    pub(crate) fn unlabelled() -> Self {
        let mut layout = Self { selects_active: false, ..Self::cfee_2() };
        layout.parts[1].replicas = 1;
        layout
    }

    /// Every set, with its part.
    pub(crate) fn all_sets(&self) -> impl Iterator<Item = (String, &Part)> {
        self.parts.iter().flat_map(|part| part.ends.iter().map(move |end| (format!("{}{end}", part.role), part)))
    }

    /// Every pod that there is to be: its name, its set and the part.
    pub(crate) fn all_pods(&self) -> Vec<(String, String, &Part)> {
        let pods = |(set, part): (String, &'_ Part)| {
            (0..part.replicas).map(|n| format!("{set}-{n}")).map(|name| (name, set.clone())).collect::<Vec<_>>()
        };
        let of = |(set, part)| pods((set, part)).into_iter().map(move |(name, set)| (name, set, part));
        self.all_sets().flat_map(of).collect()
    }

    /// The BBS's pods; the first one is to lead.
    pub(crate) fn bbs(&self) -> Vec<String> {
        let role = self.parts[1].role;
        self.all_pods().into_iter().filter(|(_, _, part)| part.role == role).map(|(name, ..)| name).collect()
    }

    fn role(&self, role: &str) -> Map<String, Value> {
        self.labels.role.iter().map(|key| ((*key).to_owned(), json!(role))).collect()
    }

    /// The active label as a pod has it; null takes it off.
    pub(crate) fn active(&self, active: Option<bool>) -> Value {
        let value = match active {
            Some(true) => json!(self.labels.yes),
            Some(false) => json!(self.labels.no),
            None => Value::Null,
        };
        json!({ self.labels.active: value })
    }

    /// A set from this image.
    pub(crate) fn set(&self, name: &str, part: &Part, image: &str) -> Value {
        let labels = self.role(part.role);
        // What tells the sets of one part apart.
        let mut own = labels.clone();
        own.insert("stand-in".to_owned(), json!(name));
        json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name, "labels": labels},
            "spec": {
                "replicas": part.replicas, "serviceName": name, "podManagementPolicy": "OrderedReady",
                "selector": {"matchLabels": {"stand-in": name}},
                "template": {"metadata": {"labels": own}, "spec": spec(part, image)},
            },
        })
    }

    /// A pod as the set's controller makes it, where there is none.
    pub(crate) fn pod(name: &str, set: &Value) -> Value {
        let (template, owner) = (&set["spec"]["template"], &set["metadata"]);
        let mut labels = template["metadata"]["labels"].clone();
        labels["controller-revision-hash"] = json!(format!("{}-1", owner["name"].as_str().unwrap()));
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "labels": labels, "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": "StatefulSet", "name": owner["name"], "uid": owner["uid"],
                "controller": true, "blockOwnerDeletion": true,
            }]},
            "spec": template["spec"],
        })
    }

    /// The BBS's Service.
    pub(crate) fn service(&self) -> Value {
        let mut selector = self.role(self.parts[1].role);
        if self.selects_active {
            selector.insert(self.labels.active.to_owned(), json!(self.labels.yes));
        }
        let mut service = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": self.service},
            "spec": {"selector": selector, "ports": [{"name": "cell-bbs-api", "port": PORT, "targetPort": PORT}]},
        });
        if self.headless {
            service["spec"]["clusterIP"] = json!("None");
        }
        service
    }

    /// The Service's endpoints as a controller makes them, where there is none.
    pub(crate) fn endpoints(&self, pods: &[Pod]) -> Value {
        let address = |pod: &Pod| {
            let ip = pod.status.as_ref().and_then(|status| status.pod_ip.clone());
            json!({"ip": ip, "targetRef": {"kind": "Pod", "name": pod.metadata.name, "uid": pod.metadata.uid}})
        };
        let ports = json!([{"name": "cell-bbs-api", "port": PORT, "protocol": "TCP"}]);
        let subset = json!({"addresses": pods.iter().map(address).collect::<Vec<_>>(), "ports": ports});
        let subsets = if pods.is_empty() { json!([]) } else { json!([subset]) };
        json!({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": self.service}, "subsets": subsets})
    }
}

/// A pod's spec. The kubelet asks each container whether it is ready every second.
fn spec(part: &Part, image: &str) -> Value {
    let works =
        |name: &str| name != "istio-proxy" && part.containers.iter().find(|n| **n != "istio-proxy") == Some(&name);
    let container = |name: &&str| {
        let (script, port) = if works(name) { (LISTEN, PORT.to_string()) } else { (IDLE, String::new()) };
        json!({
            "name": name, "image": image, "imagePullPolicy": "IfNotPresent",
            "command": ["sh", "-c", script, "stand-in", port],
            "readinessProbe": {"exec": {"command": ["test", "!", "-e", UNREADY]}, "periodSeconds": 1, "timeoutSeconds": 5},
        })
    };
    json!({
        "containers": part.containers.iter().map(container).collect::<Vec<_>>(),
        "terminationGracePeriodSeconds": 5, "automountServiceAccountToken": false, "enableServiceLinks": false,
    })
}

/// A pod that a Job left behind.
pub(crate) fn completed(name: &str, role: &str, image: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"skiff-role-name": role}},
        "spec": {
            "containers": [{"name": role, "image": image, "imagePullPolicy": "IfNotPresent", "command": ["sh", "-c", "exit 0"]}],
            "restartPolicy": "Never", "automountServiceAccountToken": false,
        },
    })
}

/// The status of a pod in which these of its containers are ready, or wait for a reason.
pub(crate) fn status(pod: &Pod, ip: &str, unready: &[&str], waits: Option<&str>) -> Value {
    let containers: Vec<&str> = pod.spec.as_ref().unwrap().containers.iter().map(|one| one.name.as_str()).collect();
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let one = |(n, name): (usize, &&str)| {
        let waiting = waits.filter(|_| n == 0);
        let state = match waiting {
            Some(reason) => json!({"waiting": {"reason": reason, "message": format!("set by the suite: {reason}")}}),
            None => json!({"running": {"startedAt": now}}),
        };
        let ready = waiting.is_none() && !unready.contains(name);
        json!({"name": name, "image": "stand-in", "imageID": "", "ready": ready, "started": true, "restartCount": 0,
            "state": state, "lastState": {}})
    };
    let ready = unready.is_empty() && waits.is_none();
    let condition = |kind: &str, holds: bool| json!({"type": kind, "status": if holds { "True" } else { "False" }, "lastTransitionTime": now});
    json!({"status": {
        "phase": if waits.is_some() { "Pending" } else { "Running" }, "podIP": ip, "podIPs": [{"ip": ip}], "startTime": now,
        "containerStatuses": containers.iter().enumerate().map(one).collect::<Vec<_>>(),
        "conditions": [condition("PodScheduled", true), condition("Ready", ready), condition("ContainersReady", ready)],
    }})
}

/// The status of a pod that no node takes.
pub(crate) fn unscheduled() -> Value {
    json!({"status": {"phase": "Pending", "containerStatuses": null, "podIP": null, "podIPs": null, "conditions": [{
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "set by the suite: no node takes it",
    }]}})
}
