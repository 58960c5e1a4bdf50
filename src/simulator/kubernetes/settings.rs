//! What the simulated cluster looks like: names, sizes, figures, and the generation of what runs in it.

use super::labels::Labels;
use crate::simulator::diego::durations::{Durations, seconds};
use serde::Deserialize;
use std::time::Duration;

/// A `StatefulSet` and its pods.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Its name, the prefix of its pods' names and the value of `skiff-role-name`.
    pub name: String,
    /// How many pods it has.
    #[serde(default = "two")]
    pub replicas: u32,
    /// The containers of a pod; the first one is the one that counts and has a readiness probe.
    pub containers: Vec<String>,
    /// `Parallel` instead of `OrderedReady`.
    #[serde(default)]
    pub parallel: bool,
    /// `terminationGracePeriodSeconds`.
    #[serde(default = "ten_minutes")]
    pub grace: u64,
}

impl Workload {
    /// Two pods with these containers, `OrderedReady`, ten minutes of grace.
    pub fn new(name: &str, containers: &[&str]) -> Self {
        let containers = containers.iter().map(|&name| name.to_owned()).collect();
        Self { name: name.to_owned(), replicas: two(), containers, parallel: false, grace: ten_minutes() }
    }
}

fn two() -> u32 {
    2
}

fn ten_minutes() -> u64 {
    600
}

/// Which program answers to `nc` in the containers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Netcat {
    /// OpenBSD 1.219 (Debian 12).
    #[default]
    OpenBsd,
    /// OpenBSD 1.105 (Ubuntu of 2018): no addresses in its texts.
    OldOpenBsd,
    /// `netcat-traditional` 1.10.
    Traditional,
    /// `ncat` of nmap 7.93.
    Ncat,
    /// Busybox without `-z`.
    Busybox,
}

/// Which readiness probe the BBS pods have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// Patches the label whatever happens.
    #[default]
    Fixed,
    /// Leaves the label as it is when an earlier check fails (fissile before 5dfee896).
    Old,
    /// Asks for the BBS's own port: a passive pod is never ready, by design.
    BbsPort,
}

/// How well the way from the API server into a container works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExecHealth {
    /// As it should.
    #[default]
    Good,
    /// The connection is reset after the first frame.
    ResetMidway,
    /// The connection is closed properly, but without the status frame.
    NoStatus,
    /// The program's output never ends.
    EndlessOutput,
    /// The program ends, but nobody ever says so.
    NeverEnds,
    /// A `ValidatingAdmissionPolicy` refuses it.
    RefusedByPolicy,
    /// A proxy in between drops the upgrade to a WebSocket.
    NoUpgrade,
    /// A gateway in between answers with a page.
    Page,
}

/// Everything that can be chosen about a cluster.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The namespace.
    pub namespace: String,
    /// The cluster's DNS domain.
    pub domain: String,
    /// The Cloud Controller.
    pub api: Workload,
    /// What the names of the Cloud Controller's and the BBS's sets end in, a set for each: zones such as `-z0`, or versions such as
    /// `-v1`. None for one set without an ending.
    pub sets: Vec<String>,
    /// How long, in real hours, the first pods have been there.
    pub age_hours: u32,
    /// The BBS, with a Locket in its first container unless `locket` is given.
    pub bbs: Workload,
    /// Locket in pods of its own.
    pub locket: Option<Workload>,
    /// Diego's cells, if they are to be seen.
    pub cells: Option<Workload>,
    /// The database's pods, if it is in the namespace.
    pub database_pods: Option<Workload>,
    /// Which labels everything has.
    pub labels: Labels,
    /// The BBS's Service, which selects the active pod.
    pub service: String,
    /// The BBS's headless Service. Called like `service`, it is that one: there is no other, as in `KubeCF`.
    pub headless: String,
    /// Whether the headless Service selects the active pod only, as fissile's charts have it.
    pub headless_active_only: bool,
    /// The BBS's port.
    pub port: u16,
    /// The database's host name as seen from the pods; its port is 5432.
    pub database: String,
    /// How long everything takes.
    pub durations: Durations,
    /// Which `nc` the containers have.
    pub netcat: Netcat,
    /// Whether the containers' other tools are `BusyBox`'s, and not coreutils.
    pub busybox: bool,
    /// How long an exec takes to begin, in real time, one after the other on the node: a container runtime's own cost.
    #[serde(deserialize_with = "seconds")]
    pub exec_cost: Duration,
    /// Which readiness probe the BBS pods have.
    pub probe: Probe,
    /// How well `exec` works.
    pub exec: ExecHealth,
    /// The scripts that an admission policy lets be run by `sh -c`; everything may be run where there is no policy.
    pub admitted: Option<Vec<String>>,
    /// The only bearer token that is let in; anybody is if there is none.
    pub token: Option<String>,
    /// The user that refusals name.
    pub user: String,
    /// How many watch events are kept; a watch from before them is told 410 Gone.
    pub history: usize,
    /// Whether time stands from the start; see [`Cluster::hold`](super::Cluster::hold).
    pub held: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            namespace: "cf".into(),
            domain: "cluster.local".into(),
            api: Workload::new("api", &["api", "sidecar"]),
            sets: Vec::new(),
            age_hours: 0,
            bbs: Workload::new("diego-api", &["diego-api", "logger"]),
            locket: None,
            cells: None,
            database_pods: None,
            labels: Labels::default(),
            service: "diego-api".into(),
            headless: "diego-api-set".into(),
            headless_active_only: false,
            port: 8889,
            database: "postgres.db.svc.cluster.local".into(),
            durations: Durations::default(),
            netcat: Netcat::default(),
            busybox: false,
            exec_cost: Duration::ZERO,
            probe: Probe::default(),
            exec: ExecHealth::default(),
            admitted: None,
            token: None,
            user: "system:serviceaccount:cf:bot".into(),
            history: 1000,
            held: false,
        }
    }
}

impl Settings {
    /// The usual cluster at the speed of tests.
    pub fn short() -> Self {
        Self { durations: Durations::short(), ..Self::default() }
    }

    /// The same, in which no time passes until it is moved or let go.
    pub fn held() -> Self {
        Self { held: true, ..Self::short() }
    }

    /// SCF 2.16 and later, at the speed of tests: a Service per job, Locket apart.
    pub fn scf() -> Self {
        Self {
            namespace: "scf".into(),
            api: Workload::new("api-group", &["api-group", "loggregator-agent"]),
            bbs: Workload::new("diego-api", &["diego-api", "loggregator-agent"]),
            locket: Some(Workload::new("locket", &["locket"])),
            service: "diego-api-bbs".into(),
            headless_active_only: true,
            ..Self::short()
        }
    }

    /// `KubeCF` at the speed of tests.
    pub fn kubecf() -> Self {
        Self {
            namespace: "kubecf".into(),
            api: Workload::new("api", &["cloud-controller-ng-cloud-controller-ng", "logs"]),
            bbs: Workload::new("diego-api", &["bbs-bbs", "logs"]),
            locket: Some(Workload::new("locket", &["locket-locket"])),
            labels: Labels::Quarks,
            headless: "diego-api".into(),
            headless_active_only: true,
            ..Self::short()
        }
    }

    /// Whether the BBS's Service has no address of its own.
    pub(super) fn is_headless(&self) -> bool {
        self.headless == self.service
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::kubernetes::fault::Fault;

    #[test]
    fn settings_and_faults_are_read_from_a_file() {
        #[derive(Deserialize)]
        struct File {
            cluster: Settings,
            fault: Vec<Fault>,
        }
        let text = r#"
            fault = ["service-drops", { database-connections-lost = { outage = 40 } }, { hangs-in-terminating = { pod = "a", for = 0.5 } }]
            [cluster]
            namespace = "scf"
            durations = { time_scale = 0.1, lock_ttl = 15 }
            bbs = { name = "diego-api", containers = ["diego-api"], replicas = 1 }
        "#;
        let File { cluster, fault } = toml::from_str(text).unwrap();
        assert_eq!((cluster.namespace.as_str(), cluster.bbs.replicas, cluster.port), ("scf", 1, 8889));
        assert_eq!(cluster.durations, Durations::scaled(0.1));
        let outage = Duration::from_secs(40);
        let hang = Fault::HangsInTerminating { pod: "a".into(), r#for: Duration::from_millis(500) };
        assert_eq!(fault, [Fault::ServiceDrops, Fault::DatabaseConnectionsLost { outage }, hang]);
    }
}
