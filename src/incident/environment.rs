//! An environment and its topology: which pods play which part in one Cloud Foundry deployment.

use serde::{Deserialize, Serialize};

/// One Cloud Foundry deployment: a name for people, a namespace and a topology. Which cluster it is in is configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// The name people use, such as `prod`.
    pub name: String,
    /// The kube context, for the kubectl lines on the card; `None` in-cluster.
    pub context: Option<String>,
    /// The Kubernetes namespace, such as `cf`.
    pub namespace: String,
    /// Which pods play which part: as configured, or where discovery starts from.
    pub topology: Topology,
    /// Whether the topology is discovered at each observation, and which parts of it are fixed all the same.
    #[serde(default)]
    pub discover: Option<FixedParts>,
    /// The database's address, where it is configured: a host and a port.
    #[serde(default)]
    pub database: Option<(String, u16)>,
}

/// The parts of a topology that configuration fixes while the rest is discovered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FixedParts {
    /// The Cloud Controller.
    pub cloud_controller: Option<Component>,
    /// The BBS.
    pub bbs: Option<Component>,
    /// Locket; `Some(None)` inside the BBS pods.
    pub locket: Option<Option<Component>>,
    /// The BBS Service.
    pub bbs_service: Option<String>,
    /// Its port.
    pub bbs_port: Option<u16>,
    /// The active label; `Some(None)` for none.
    pub active_label: Option<Option<ActiveLabel>>,
}

/// Which pods play which part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topology {
    /// The Cloud Controller: the pods the probe runs in.
    pub cloud_controller: Component,
    /// Diego's BBS: the pods a restart deletes.
    pub bbs: Component,
    /// Locket where it has pods of its own; `None` when it lives inside the BBS pods.
    pub locket: Option<Component>,
    /// The Service through which the Cloud Controller reaches the BBS.
    pub bbs_service: String,
    /// The port of that Service; 8889 in every release known.
    pub bbs_port: u16,
    /// The label that names the active leader, and the value that says so; `None` before SCF 2.11.
    pub active_label: Option<ActiveLabel>,
    /// The cluster's DNS domain, such as `cluster.local`, where the pods' own resolver told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// Where the Cloud Controller has its certificate for the BBS, in its own container.
pub const BBS_CERTIFICATE: &str = "/var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls.crt";
/// The key of [`BBS_CERTIFICATE`].
pub const BBS_KEY: &str = "/var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls.key";
/// The authority of the BBS's own certificate.
pub const BBS_AUTHORITY: &str = "/var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls_ca.crt";

/// The name in the BBS's certificate where `KubeCF`'s operator made it, resolved inside its pods alone.
pub const OPERATORS_NAME: &str = "bbs.service.cf.internal";

/// One part: a `StatefulSet` (or several) and the container that does the work in its pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// The `StatefulSet`; its pods are `<set>-0`, `<set>-1`, …
    pub set: String,
    /// Further sets that play the same part, such as one for each zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<String>,
    /// The container, always named in an exec.
    pub container: String,
}

/// The label that names the active leader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveLabel {
    /// Such as `skiff-role-active`.
    pub key: String,
    /// Such as `true`.
    pub value: String,
}

impl Component {
    fn new(set: &str, container: &str) -> Self {
        Self { set: set.to_owned(), more: Vec::new(), container: container.to_owned() }
    }

    /// The sets that play the part.
    pub fn sets(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.set).chain(&self.more).map(String::as_str)
    }

    /// Whether a pod of this name belongs to one of the sets: the set's name, a dash and an ordinal, nothing else.
    pub fn owns(&self, pod: &str) -> bool {
        self.place(pod).is_some()
    }

    /// Which of the sets the pod is of, and its ordinal within that.
    pub fn place(&self, pod: &str) -> Option<(usize, u32)> {
        self.sets().enumerate().find_map(|(place, set)| {
            let digits = pod.strip_prefix(set)?.strip_prefix('-')?;
            let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            number.then_some(())?;
            Some((place, digits.parse().ok()?))
        })
    }
}

/// The presets by name, oldest first. Sources: SUSE/scf's role manifests and kubecf's, see ARCHITECTURE.md.
pub const PRESETS: [&str; 4] = ["cfee-1", "cfee-2", "scf", "kubecf"];

impl Topology {
    /// The preset of this name, or `None`.
    pub fn preset(name: &str) -> Option<Self> {
        let skiff = Some(ActiveLabel { key: "skiff-role-active".into(), value: "true".into() });
        let topology = match name {
            // CFEE before 2.0: Locket in pods of its own, called diego-locket.
            "cfee-1" => Self {
                cloud_controller: Component::new("api", "api"),
                bbs: Component::new("diego-api", "diego-api"),
                locket: Some(Component::new("diego-locket", "diego-locket")),
                bbs_service: "diego-api".into(),
                bbs_port: 8889,
                active_label: skiff,
                domain: None,
            },
            // CFEE 2.x (SCF 2.12 and 2.13): Locket inside diego-api.
            "cfee-2" => Self::usual(),
            // SCF 2.16 and later (CFEE 4.0 and later): api-group, a Service per job, Locket apart again.
            "scf" => Self {
                cloud_controller: Component::new("api-group", "api-group"),
                bbs: Component::new("diego-api", "diego-api"),
                locket: Some(Component::new("locket", "locket")),
                bbs_service: "diego-api-bbs".into(),
                bbs_port: 8889,
                active_label: skiff,
                domain: None,
            },
            // KubeCF: the operator sets another label, which is absent on a passive pod.
            "kubecf" => Self {
                cloud_controller: Component::new("api", "cloud-controller-ng-cloud-controller-ng"),
                bbs: Component::new("diego-api", "bbs-bbs"),
                locket: Some(Component::new("locket", "locket-locket")),
                bbs_service: "diego-api".into(),
                bbs_port: 8889,
                active_label: Some(ActiveLabel {
                    key: "quarks.cloudfoundry.org/pod-active".into(),
                    value: "active".into(),
                }),
                domain: None,
            },
            _ => return None,
        };
        Some(topology)
    }

    /// Where discovery starts from: the runbook's own release.
    pub fn usual() -> Self {
        let (api, diego_api) = (Component::new("api", "api"), Component::new("diego-api", "diego-api"));
        let label = ActiveLabel { key: "skiff-role-active".into(), value: "true".into() };
        Self {
            cloud_controller: api,
            bbs: diego_api,
            locket: None,
            bbs_service: "diego-api".into(),
            bbs_port: 8889,
            active_label: Some(label),
            domain: None,
        }
    }

    /// The BBS Service's host name in a namespace, as the runbook's probe uses it. Where the cluster's domain is not known, it is a
    /// name that every cluster completes.
    pub fn bbs_host(&self, namespace: &str) -> String {
        match &self.domain {
            Some(domain) => format!("{}.{namespace}.svc.{domain}", self.bbs_service),
            None => format!("{}.{namespace}.svc", self.bbs_service),
        }
    }

    /// What is asked for and where: another one has to be looked at anew.
    pub fn target(&self) -> (&str, u16, [&str; 2]) {
        (&self.bbs_service, self.bbs_port, [&self.cloud_controller.container, &self.bbs.container])
    }

    /// The host name by which the BBS is pinged: as the Cloud Controller calls it, which the BBS's certificate is for.
    pub fn ping_host(&self, namespace: &str) -> String {
        let operated = self.active_label.as_ref().is_some_and(|label| label.key.starts_with("quarks."));
        if operated { OPERATORS_NAME.to_owned() } else { self.bbs_host(namespace) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_belongs_to_its_set_by_ordinal_only() {
        let zones = Component { more: vec!["api-z1".into()], ..Component::new("api", "api") };
        for (pod, place) in [("api-0", Some((0, 0))), ("api-12", Some((0, 12))), ("api-z1-3", Some((1, 3)))] {
            assert_eq!(zones.place(pod), place, "{pod}");
        }
        let api = Component::new("api", "api");
        for pod in ["api", "api-", "api-group-0", "api-0-x", "api-+1", "diego-api-0"] {
            assert!(!api.owns(pod), "{pod}");
        }
    }

    #[test]
    fn every_preset_named_exists() {
        assert!(PRESETS.iter().all(|name| Topology::preset(name).is_some()));
        assert_eq!(Topology::preset("cfee-9"), None);
    }
}
