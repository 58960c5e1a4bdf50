//! Cases as real clusters have shown them: what outlives its pod, what hangs half-way, what is set up otherwise.

use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::incident::observation::{LockOutcome, Observation, PingOutcome, PodSummary};
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::{ExecHealth, Probe, Settings};

use super::cases::{Case, hung, is_leaderless, is_stuck, locket_hangs, not_ready, offered, outage, withheld};

/// A BBS that answers 503, in pods that have been there for a day.
fn hangs_in_its_start(pod: &str) -> Fault {
    Fault::BbsHangsInStart { pod: pod.into() }
}

fn for_a_day(settings: &mut Settings) {
    settings.age_hours = 24;
}

/// Locket reads again soon after its connections died: the lock's row can be seen, and the BBS hang on.
fn locket_reads_soon(settings: &mut Settings) {
    settings.durations.locket_reads_again = std::time::Duration::ZERO;
}

fn zones(settings: &mut Settings) {
    let durations = settings.durations.clone();
    *settings = Settings { durations, sets: vec!["-z0".into(), "-z1".into()], ..Settings::kubecf() };
    (settings.api.replicas, settings.bbs.replicas) = (1, 1);
}

/// The BBS's Service is headless, and each pod has one of its own.
fn kubecf(settings: &mut Settings) {
    *settings = Settings { durations: settings.durations.clone(), ..Settings::kubecf() };
}

/// Nothing is found out by the bot itself.
fn by_the_preset(environment: &mut Environment) {
    environment.topology = Topology::preset("kubecf").unwrap();
    environment.discover = None;
}

/// All is well, and diego-api-0's own Service is empty.
fn the_other_one_leads(seen: &Snapshot) -> bool {
    seen.healthy() && another_took_the_lock(seen) && seen.pod("diego-api-0").is_some()
}

/// Nobody leads, so that the headless Service has no address.
fn headless_and_nobody_leads(seen: &Snapshot) -> bool {
    seen.leader.is_none() && seen.endpoints.is_empty()
}

fn is_known_as_headless(observation: &Observation) -> bool {
    observation.headless == Some(true)
}

/// Passive pods are never ready, by design.
fn asks_for_the_bbs_port(settings: &mut Settings) {
    (settings.probe, settings.bbs.parallel, settings.age_hours) = (Probe::BbsPort, true, 24);
}

fn answers_503(observation: &Observation) -> bool {
    observation.pings.known().into_iter().flatten().any(|ping| ping.outcome == PingOutcome::Migrating)
}

fn lock_is_read(observation: &Observation) -> bool {
    observation.lock.known().is_some_and(|lock| matches!(lock.outcome, LockOutcome::Owner(_) | LockOutcome::Nobody))
}

/// The label says that the first one leads, and nothing listens there.
fn keeps_its_label(observation: &Observation) -> bool {
    observation.bbs().iter().any(PodSummary::is_active) && observation.is_deaf() && lock_is_read(observation)
}

/// The one that was deleted is there still, as an object that has stopped.
fn is_held(seen: &Snapshot) -> bool {
    let settled = seen.pod("diego-api-1").is_none_or(|pod| seen.leader.is_none() || pod.active == Some(true));
    settled && seen.pod("diego-api-0").is_some_and(|pod| pod.terminating && pod.phase == "Succeeded")
}

/// The first one is not labelled any more, and nobody is behind the Service.
fn the_label_followed(seen: &Snapshot) -> bool {
    seen.endpoints.is_empty() && seen.pod("diego-api-0").is_some_and(|pod| pod.active == Some(false))
}

fn finalizer_is_why(observation: &Observation) -> bool {
    observation.bbs().iter().any(|pod| pod.is_held(observation.at))
}

fn no_node_takes_it(observation: &Observation) -> bool {
    observation.bbs().iter().any(|pod| pod.trouble.as_deref() == Some("Unschedulable"))
}

fn another_took_the_lock(seen: &Snapshot) -> bool {
    seen.leader.as_deref() == Some("diego-api-1")
}

pub(super) fn of_the_field() -> Vec<Case> {
    let finalizer = || Fault::FinalizerHolds { pod: "diego-api-0".into() };
    vec![
        withheld("a_bbs_hangs_in_its_start", &[hangs_in_its_start("diego-api-0")])
            .on(for_a_day)
            .once(the_label_followed)
            .seeing(answers_503),
        offered("a_bbs_hangs_in_its_start_for_long", &[hangs_in_its_start("diego-api-0")])
            .on(for_a_day)
            .once(the_label_followed)
            .seeing(|observation| answers_503(observation) && lock_is_read(observation))
            .lasting(130),
        withheld("a_bbs_answers_503_for_long_in_new_pods", &[hangs_in_its_start("diego-api-0")])
            .once(the_label_followed)
            .seeing(|observation| answers_503(observation) && lock_is_read(observation))
            .lasting(130),
        offered("a_label_is_stuck_on_a_dead_leader", &[Fault::LabelsFrozen, outage()])
            .on(locket_reads_soon)
            .seeing(keeps_its_label)
            .lasting(70),
        withheld("a_label_lags_behind_a_dead_leader", &[Fault::LabelsFrozen, outage()])
            .on(locket_reads_soon)
            .seeing(keeps_its_label),
        offered("a_hung_leader_keeps_its_label", &[Fault::LabelsFrozen, hung("diego-api-0")])
            .once(another_took_the_lock)
            .seeing(lock_is_read),
        withheld("nobody_leads_and_locket_works", &[outage()])
            .on(locket_reads_soon)
            .once(is_stuck)
            .seeing(lock_is_read),
        withheld("a_finalizer_holds_a_deleted_pod", &[finalizer()])
            .deleting(&["diego-api-0"])
            .once(|seen| is_held(seen) && another_took_the_lock(seen))
            .seeing(finalizer_is_why),
        withheld("a_finalizer_holds_a_deleted_pod_of_a_parallel_set", &[finalizer()])
            .on(|settings| settings.bbs.parallel = true)
            .deleting(&["diego-api-0"])
            .once(|seen| is_held(seen) && another_took_the_lock(seen))
            .seeing(finalizer_is_why),
        withheld("no_node_for_a_new_pod", &[Fault::NoNode])
            .deleting(&["diego-api-0"])
            .once(|seen| {
                another_took_the_lock(seen) && seen.pod("diego-api-1").is_some_and(|pod| pod.active == Some(true))
            })
            .seeing(no_node_takes_it),
        withheld("zones_and_nothing_wrong", &[])
            .on(zones)
            .once(|seen| seen.leader.is_some() && seen.endpoints.len() == 1),
        offered("the_runbooks_outage_in_zones", &[outage()])
            .on(zones)
            .once(|seen| seen.leader.is_none() && seen.endpoints.is_empty()),
        withheld("two_versions_side_by_side", &[])
            .on(|settings| {
                zones(settings);
                settings.sets = vec!["-v1".into(), "-v2".into()];
            })
            .once(|seen| seen.leader.is_some() && seen.endpoints.len() == 1),
        withheld("two_versions_and_passive_pods_not_ready_by_design", &[])
            .on(|settings| {
                zones(settings);
                asks_for_the_bbs_port(settings);
                settings.sets = vec!["-v1".into(), "-v2".into()];
            })
            .once(|seen| seen.leader.is_some() && seen.endpoints.len() == 1),
        withheld("kubecf_led_by_the_other_pod", &[])
            .on(kubecf)
            .deleting(&["diego-api-0"])
            .once(the_other_one_leads)
            .seeing(is_known_as_headless),
        withheld("kubecf_led_by_the_other_pod_by_its_preset", &[])
            .on(kubecf)
            .configured(by_the_preset)
            .deleting(&["diego-api-0"])
            .once(the_other_one_leads)
            .seeing(is_known_as_headless),
        offered("the_runbooks_outage_in_kubecf_by_its_preset", &[outage()])
            .on(kubecf)
            .configured(by_the_preset)
            .once(headless_and_nobody_leads)
            .seeing(is_known_as_headless),
        withheld("another_cluster_domain", &[]).on(|settings| settings.domain = "corp.example".into()),
        withheld("another_cluster_domain_by_a_preset", &[])
            .on(|settings| settings.domain = "corp.example".into())
            .configured(|environment| environment.discover = None),
        withheld("passive_pods_not_ready_by_design", &[])
            .on(asks_for_the_bbs_port)
            .once(|seen| seen.pod("diego-api-1").is_some_and(|pod| pod.ready + 1 == pod.containers)),
        withheld("no_api_pods", &[]).on(|settings| settings.api.replicas = 0),
        withheld("a_policy_refuses_exec", &[]).on(|settings| settings.exec = ExecHealth::RefusedByPolicy),
        withheld("a_proxy_drops_websockets", &[]).on(|settings| settings.exec = ExecHealth::NoUpgrade),
        withheld("a_gateway_answers_with_a_page", &[]).on(|settings| settings.exec = ExecHealth::Page),
        withheld("exec_into_the_bbs_denied", &[Fault::ExecIntoBbsDenied]),
        withheld("certificates_and_exec_into_the_bbs_missing", &[Fault::CertificatesMissing, Fault::ExecIntoBbsDenied]),
    ]
}

pub(super) fn of_the_field_in_pairs() -> Vec<Case> {
    let finalizer = || Fault::FinalizerHolds { pod: "diego-api-0".into() };
    vec![
        withheld("a_stale_label_behind_a_mesh", &[Fault::SidecarsAccept, Fault::LabelsFrozen, outage()])
            .on(locket_reads_soon)
            .seeing(keeps_its_label),
        withheld(
            "a_stale_label_behind_a_mesh_without_exec_into_the_bbs",
            &[Fault::SidecarsAccept, Fault::ExecIntoBbsDenied, Fault::LabelsFrozen, outage()],
        )
        .once(|seen| seen.leader.is_none() && seen.pod("diego-api-0").is_some_and(|pod| pod.active == Some(true))),
        withheld("a_start_that_hangs_and_the_database_down", &[hangs_in_its_start("diego-api-0"), Fault::DatabaseDown])
            .on(for_a_day)
            .once(is_leaderless)
            .seeing(|observation| observation.is_deaf() && locket_hangs(observation))
            .lasting(130),
        withheld("the_outage_and_a_finalizer", &[outage(), finalizer()])
            .deleting(&["diego-api-0"])
            .once(is_held)
            .seeing(finalizer_is_why),
        offered("the_outage_in_another_cluster_domain", &[outage()])
            .on(|settings| settings.domain = "corp.example".into())
            .once(is_stuck)
            .seeing(locket_hangs),
        offered("a_hung_leader_behind_a_mesh", &[hung("diego-api-0"), Fault::SidecarsAccept])
            .once(|seen| another_took_the_lock(seen) && seen.endpoints.len() == 2)
            .seeing(lock_is_read),
        withheld("the_outage_behind_a_proxy_that_drops_websockets", &[outage()])
            .on(|settings| settings.exec = ExecHealth::NoUpgrade)
            .once(is_stuck),
        withheld("the_outage_and_no_api_pod_ready", &[outage(), not_ready("api-0"), not_ready("api-1")])
            .once(|seen| is_stuck(seen) && seen.pods.iter().all(|pod| !pod.name.starts_with("api-") || pod.ready == 1)),
        withheld("the_outage_and_no_node", &[outage(), Fault::NoNode])
            .deleting(&["diego-api-0"])
            .once(|seen| seen.pod("diego-api-0").is_some_and(|pod| pod.phase == "Pending"))
            .seeing(no_node_takes_it),
        withheld("passive_by_design_and_the_database_down", &[Fault::DatabaseDown])
            .on(asks_for_the_bbs_port)
            .once(is_leaderless),
    ]
}
