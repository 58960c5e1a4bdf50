//! The cases: faults on order, the state they come to, and whether a restart is offered then.

use std::time::Duration;

use stagerbot::cluster::client::Timeouts;
use stagerbot::incident::environment::{Environment, FixedParts, Topology};
use stagerbot::incident::observation::{LockOutcome, Observation, PingOutcome};
use stagerbot::simulator::diego::durations::Durations;
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::labels::Labels;
use stagerbot::simulator::kubernetes::settings::{ExecHealth, Netcat, Probe, Settings, Workload};

use super::Play;
use crate::cluster::patient;
use crate::words::english;

/// A name, what is played, and whether a restart is offered in the end.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) offered: bool,
    pub(super) play: Play,
}

/// A restart is offered.
pub(super) fn offered(name: &'static str, faults: &[Fault]) -> Case {
    case(name, true, faults)
}

/// No restart is offered, and a typed request is refused.
pub(super) fn withheld(name: &'static str, faults: &[Fault]) -> Case {
    case(name, false, faults)
}

fn case(name: &'static str, offered: bool, faults: &[Fault]) -> Case {
    let play = Play {
        settings: settings(),
        faults: faults.to_vec(),
        deleted: Vec::new(),
        environment: |_| {},
        timeouts: patient(),
        comes_to: |_| true,
        seen: |_| true,
        lasting: Duration::ZERO,
    };
    Case { name, offered, play }
}

/// A Locket with dead connections reads nothing for as long as a case lasts.
fn settings() -> Settings {
    let durations = Durations { locket_reads_again: A_LONG_TIME, ..Durations::short() };
    Settings { durations, ..Settings::default() }
}

impl Case {
    pub(super) fn on(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.play.settings);
        self
    }

    pub(super) fn deleting(mut self, pods: &[&'static str]) -> Self {
        self.play.deleted = pods.to_vec();
        self
    }

    pub(super) fn configured(mut self, change: fn(&mut Environment)) -> Self {
        self.play.environment = change;
        self
    }

    pub(super) fn patient_for(mut self, change: impl FnOnce(&mut Timeouts)) -> Self {
        change(&mut self.play.timeouts);
        self
    }

    pub(super) fn once(mut self, comes_to: fn(&Snapshot) -> bool) -> Self {
        self.play.comes_to = comes_to;
        self
    }

    /// The same is seen for so many seconds, every ten.
    pub(super) fn lasting(mut self, seconds: u64) -> Self {
        self.play.lasting = Duration::from_secs(seconds);
        self
    }

    pub(super) fn seeing(mut self, seen: fn(&Observation) -> bool) -> Self {
        self.play.seen = seen;
        self
    }
}

const A_LONG_TIME: Duration = Duration::from_hours(10);

/// Nobody is labelled, though every container of the BBS pods is ready: stuck.
pub(super) fn is_stuck(seen: &Snapshot) -> bool {
    let mut bbs = seen.pods.iter().filter(|pod| pod.name.starts_with("diego-api-"));
    seen.leader.is_none() && bbs.all(|pod| pod.active == Some(false) && pod.ready == pod.containers)
}

/// Nobody is labelled, ready or not.
pub(super) fn is_leaderless(seen: &Snapshot) -> bool {
    let mut bbs = seen.pods.iter().filter(|pod| pod.name.starts_with("diego-api-"));
    seen.leader.is_none() && bbs.all(|pod| pod.active == Some(false))
}

/// Every BBS pod says that it waits for this reason, or does not exist.
fn waits(seen: &Snapshot, reason: &str) -> bool {
    seen.pod("diego-api-0").is_some_and(|pod| pod.waiting.as_deref() == Some(reason))
}

/// The runbook's outage, with the database back at once.
pub(super) fn outage() -> Fault {
    Fault::DatabaseConnectionsLost { outage: Duration::from_secs(1) }
}

pub(super) fn hung(pod: &str) -> Fault {
    Fault::BbsHung { pod: pod.into() }
}

pub(super) fn not_ready(pod: &str) -> Fault {
    Fault::CloudControllerNotReady { pod: pod.into() }
}

/// The BBS that led ends again and again, since the database does not let it in; the other one waits for the lock.
fn is_turned_away(seen: &Snapshot) -> bool {
    let ready = |name, count| seen.pod(name).is_some_and(|pod| pod.active == Some(false) && pod.ready == count);
    seen.leader.is_none() && ready("diego-api-0", 1) && ready("diego-api-1", 2)
}

/// Locket passes on what the database answered.
fn database_refused(observation: &Observation) -> bool {
    observation.lock.known().is_some_and(|lock| lock.text.contains("database="))
}

/// Of two pods behind the Service now one takes the ping, now the other.
fn the_service_leads_to_the_hung_one(observation: &Observation) -> bool {
    let pings = observation.pings.known().into_iter().flatten();
    pings.filter(|ping| ping.to.is_none()).all(|ping| ping.outcome == PingOutcome::TimedOut)
}

pub(super) fn locket_hangs(observation: &Observation) -> bool {
    observation.lock.known().is_some_and(|lock| lock.outcome == LockOutcome::Hung)
}

pub(super) fn of_the_database_and_locket() -> Vec<Case> {
    let still_dark = Fault::DatabaseConnectionsLost { outage: A_LONG_TIME };
    vec![
        withheld("nothing_wrong", &[]),
        offered("the_runbooks_outage", &[outage()]).once(is_stuck).seeing(locket_hangs),
        offered("the_runbooks_outage_where_the_service_drops", &[Fault::ServiceDrops, outage()])
            .once(is_stuck)
            .seeing(locket_hangs),
        offered("the_runbooks_outage_with_one_pod", &[outage()])
            .on(|settings| settings.bbs.replicas = 1)
            .once(is_stuck)
            .seeing(locket_hangs),
        offered("the_runbooks_outage_with_locket_apart", &[outage()])
            .on(|settings| settings.locket = Some(Workload::new("diego-locket", &["diego-locket"])))
            .once(is_stuck),
        offered("the_runbooks_outage_in_a_later_release", &[outage()])
            .on(|settings| {
                settings.api = Workload::new("api-group", &["api-group"]);
                settings.service = "diego-api-bbs".into();
                settings.headless = "diego-api-bbs-set".into();
                settings.locket = Some(Workload::new("locket", &["locket"]));
            })
            .once(is_stuck),
        offered("the_runbooks_outage_and_the_lock_can_be_read", &[outage()])
            .on(|settings| settings.durations.locket_reads_again = Duration::ZERO)
            .once(is_stuck)
            .seeing(|observation| !locket_hangs(observation))
            .lasting(20),
        withheld("connections_lost_and_the_database_still_dark", &[still_dark]).once(is_leaderless),
        withheld("database_down", &[Fault::DatabaseDown]).once(is_leaderless),
        withheld("database_refuses", &[Fault::DatabaseRefuses]).once(is_turned_away).seeing(database_refused),
        withheld("database_exhausted", &[Fault::DatabaseExhausted]).once(is_turned_away).seeing(database_refused),
        withheld("database_in_the_namespace_refuses", &[Fault::DatabaseRefuses])
            .on(|settings| settings.database_pods = Some(Workload::new("postgres", &["postgres"])))
            .configured(|environment| environment.database = None)
            .once(is_turned_away)
            .seeing(|observation| database_refused(observation) && observation.database.known().is_some()),
        offered("the_runbooks_outage_in_kubecf", &[outage()])
            .on(|settings| {
                let durations = settings.durations.clone();
                *settings = Settings { durations, ..Settings::kubecf() };
            })
            .once(|seen| seen.leader.is_none() && seen.endpoints.is_empty()),
        offered("the_runbooks_outage_without_labels", &[outage()])
            .on(|settings| settings.labels = Labels::Unlabelled)
            .once(|seen| seen.leader.is_none())
            .seeing(locket_hangs),
        withheld("nothing_wrong_without_labels", &[])
            .on(|settings| (settings.labels, settings.bbs.replicas) = (Labels::Unlabelled, 1)),
        withheld("database_down_and_pods_deleted_by_hand", &[Fault::DatabaseDown])
            .deleting(&["diego-api-0", "diego-api-1"])
            .once(|seen| {
                let started =
                    |name| seen.pod(name).is_some_and(|pod| pod.phase == "Running" && pod.active == Some(false));
                started("diego-api-0") && seen.pods.iter().filter(|pod| pod.name.starts_with("diego-api-")).count() == 1
            }),
        withheld(
            "locket_killed_while_the_database_refuses",
            &[Fault::DatabaseRefuses, Fault::LocketKilled { pod: "diego-api-0".into() }],
        )
        .on(|settings| settings.probe = Probe::Old)
        .once(|seen| {
            seen.leader.is_none()
                && seen.pod("diego-api-0").is_some_and(|pod| pod.active == Some(true) && pod.ready == 1)
        }),
    ]
}

pub(super) fn of_the_bbs() -> Vec<Case> {
    vec![
        offered("bbs_hung_beside_another", &[hung("diego-api-0")])
            .once(|seen| seen.leader.as_deref() == Some("diego-api-1") && seen.endpoints.len() == 2)
            .seeing(the_service_leads_to_the_hung_one),
        offered("bbs_hung_alone", &[hung("diego-api-0")]).on(|settings| settings.bbs.replicas = 1),
        offered("bbs_hung_of_three", &[hung("diego-api-0")])
            .on(|settings| settings.bbs.replicas = 3)
            .once(|seen| seen.leader.is_some() && seen.endpoints.len() == 2)
            .seeing(the_service_leads_to_the_hung_one),
        withheld("bbs_hung_where_curl_is_missing", &[hung("diego-api-0"), Fault::CurlMissing])
            .once(|seen| seen.leader.as_deref() == Some("diego-api-1") && seen.endpoints.len() == 2),
        withheld("bbs_migrating", &[Fault::BbsMigrating]).once(is_stuck),
        withheld("certificates_expired", &[Fault::CertificatesExpired]).once(is_stuck).seeing(locket_hangs),
        withheld("certificates_missing", &[Fault::CertificatesMissing]),
        withheld("cfdot_missing", &[Fault::CfdotMissing]),
        withheld("label_stale", &[Fault::StaleLabel]).once(|seen| seen.leader.as_deref() == Some("diego-api-1")),
    ]
}

pub(super) fn of_pods_and_sets() -> Vec<Case> {
    let hangs = |pod: &str| Fault::HangsInTerminating { pod: pod.into(), r#for: Duration::from_secs(590) };
    vec![
        withheld("cloud_controller_not_ready_in_one_pod", &[not_ready("api-0")])
            .once(|seen| seen.pod("api-0").is_some_and(|pod| pod.ready == 1)),
        withheld("cloud_controller_not_ready_in_any_pod", &[not_ready("api-0"), not_ready("api-1")])
            .once(|seen| seen.pods.iter().all(|pod| !pod.name.starts_with("api-") || pod.ready == 1)),
        withheld("a_node_is_lost", &[Fault::NodeLost { pod: "diego-api-0".into() }])
            .once(|seen| seen.leader.as_deref() == Some("diego-api-1") && seen.endpoints == ["diego-api-1"]),
        withheld("a_revision_waits", &[Fault::PendingRevision]),
        withheld("cells_evacuating", &[Fault::CellsEvacuating])
            .on(|settings| settings.cells = Some(Workload::new("diego-cell", &["diego-cell"]))),
        withheld("new_pods_crash", &[Fault::NewBbsPodsCrash])
            .deleting(&["diego-api-0"])
            .once(|seen| waits(seen, "CrashLoopBackOff") && seen.endpoints == ["diego-api-1"]),
        withheld("new_pods_have_no_image", &[Fault::ImageMissing])
            .deleting(&["diego-api-0"])
            .once(|seen| waits(seen, "ImagePullBackOff") && seen.endpoints == ["diego-api-1"]),
        withheld("a_pod_hangs_in_terminating", &[hangs("diego-api-0")])
            .deleting(&["diego-api-0"])
            .once(|seen| seen.leader.as_deref() == Some("diego-api-1") && seen.endpoints == ["diego-api-1"]),
        withheld("every_pod_hangs_in_terminating", &[hangs("diego-api-0"), hangs("diego-api-1")])
            .deleting(&["diego-api-0", "diego-api-1"])
            .once(|seen| seen.leader.is_none()),
    ]
}

pub(super) fn between_the_cloud_controller_and_the_bbs() -> Vec<Case> {
    vec![
        withheld("a_network_policy", &[Fault::NetworkPolicy]),
        withheld("no_name_resolves", &[Fault::NameNotResolved]),
        withheld("no_name_resolves_in_one_api_pod", &[Fault::DnsBroken { pod: "api-1".into() }]),
        withheld("one_api_pod_is_cut_off", &[Fault::OneApiPodCutOff { pod: "api-1".into() }]),
        withheld("a_mesh_and_nothing_wrong", &[Fault::SidecarsAccept]),
        withheld("a_mesh_and_no_ping_can_be_made", &[Fault::SidecarsAccept, Fault::CurlMissing]),
        withheld("wrong_service_name", &[Fault::WrongServiceName]),
        withheld("exec_denied", &[Fault::ExecDenied]),
        withheld("exec_without_a_status", &[]).on(|settings| settings.exec = ExecHealth::NoStatus),
        withheld("exec_never_ends", &[])
            .on(|settings| settings.exec = ExecHealth::NeverEnds)
            .patient_for(|timeouts| timeouts.exec = Duration::from_secs(1))
            .seeing(|observation| observation.probes().iter().all(|probe| english(&probe.text).contains("succeeded"))),
        withheld("nc_missing", &[Fault::NcMissing]),
        withheld("the_service_would_drop", &[Fault::ServiceDrops]),
        withheld("a_service_of_another_release", &[])
            .on(|settings| settings.service = "diego-api-bbs".into())
            .configured(|environment| environment.discover = None),
        offered("the_runbooks_outage_by_the_headless_service", &[outage()])
            .on(|settings| settings.headless_active_only = true)
            .configured(|environment| {
                let fixed = FixedParts { bbs_service: Some("diego-api-set".into()), ..FixedParts::default() };
                environment.discover = Some(fixed);
            })
            .once(is_stuck)
            .seeing(locket_hangs),
        offered("the_runbooks_outage_with_busybox", &[outage()])
            .on(|settings| settings.netcat = Netcat::Busybox)
            .once(is_stuck)
            .seeing(locket_hangs),
    ]
}

pub(super) fn of_sight() -> Vec<Case> {
    let slow = Fault::ApiServerSlow { delay: A_LONG_TIME };
    vec![
        withheld("api_server_down", &[Fault::ApiServerDown]),
        withheld("api_server_slow", &[slow]).patient_for(|timeouts| timeouts.read = Duration::from_millis(200)),
        withheld("token_expired", &[Fault::TokenExpired]).on(|settings| settings.token = Some("secret".into())),
        withheld("pods_may_not_be_listed", &[Fault::ReadDenied { resource: "pods".into() }]),
        withheld(
            "services_and_events_may_not_be_listed",
            &[Fault::ReadDenied { resource: "services".into() }, Fault::ReadDenied { resource: "events".into() }],
        ),
        withheld("another_namespace", &[]).configured(|environment| environment.namespace = "default".into()),
        withheld("a_preset_of_another_release", &[]).configured(|environment| {
            environment.topology = Topology::preset("scf").unwrap_or(environment.topology.clone());
            environment.discover = None;
        }),
    ]
}

pub(super) fn in_pairs() -> Vec<Case> {
    vec![
        offered("the_outage_behind_a_mesh", &[outage(), Fault::SidecarsAccept]).once(is_stuck).seeing(locket_hangs),
        withheld(
            "the_outage_behind_a_mesh_and_no_ping_can_be_made",
            &[outage(), Fault::SidecarsAccept, Fault::CurlMissing],
        )
        .once(is_stuck)
        .seeing(locket_hangs),
        withheld("the_outage_and_exec_denied", &[outage(), Fault::ExecDenied]).once(is_stuck),
        offered("the_outage_and_an_api_pod_not_ready", &[outage(), not_ready("api-1")])
            .once(|seen| is_stuck(seen) && seen.pod("api-1").is_some_and(|pod| pod.ready == 1))
            .seeing(locket_hangs),
        withheld("the_outage_and_a_revision_waits", &[outage(), Fault::PendingRevision]).once(is_stuck),
        offered("the_outage_and_cells_evacuating", &[outage(), Fault::CellsEvacuating])
            .on(|settings| settings.cells = Some(Workload::new("diego-cell", &["diego-cell"])))
            .once(is_stuck)
            .seeing(locket_hangs),
        offered("the_outage_and_cfdot_missing", &[outage(), Fault::CfdotMissing]).once(is_stuck),
        withheld("the_outage_and_a_lost_node", &[outage(), Fault::NodeLost { pod: "diego-api-1".into() }])
            .once(|seen| seen.leader.is_none() && seen.pod("diego-api-0").is_some_and(|pod| pod.active == Some(false))),
        withheld("a_hung_bbs_and_certificates_expired", &[hung("diego-api-0"), Fault::CertificatesExpired])
            .once(|seen| seen.lock_owner.as_deref() == Some("diego-api-1"))
            .seeing(locket_hangs),
        withheld("the_outage_and_no_name_resolves", &[outage(), Fault::NameNotResolved]).once(is_stuck),
        offered("the_outage_and_nc_missing", &[outage(), Fault::NcMissing]).once(is_stuck).seeing(locket_hangs),
        withheld("the_outage_and_the_token_expired", &[outage(), Fault::TokenExpired])
            .on(|settings| settings.token = Some("secret".into()))
            .once(is_stuck),
        withheld("the_outage_and_new_pods_without_image", &[outage(), Fault::ImageMissing])
            .deleting(&["diego-api-0"])
            .once(|seen| waits(seen, "ImagePullBackOff")),
        withheld("a_hung_bbs_and_a_network_policy", &[hung("diego-api-0"), Fault::NetworkPolicy])
            .on(|settings| settings.bbs.replicas = 1),
        withheld("a_hung_bbs_and_the_database_down", &[hung("diego-api-0"), Fault::DatabaseDown])
            .on(|settings| settings.bbs.replicas = 1),
        withheld("a_stale_label_where_the_service_drops", &[Fault::StaleLabel, Fault::ServiceDrops])
            .once(|seen| seen.leader.as_deref() == Some("diego-api-1")),
        withheld("a_network_policy_and_the_database_down", &[Fault::NetworkPolicy, Fault::DatabaseDown])
            .once(is_leaderless),
    ]
}
