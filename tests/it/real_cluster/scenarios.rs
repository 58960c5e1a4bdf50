//! Every scenario that a cluster can play: what is done to it, and what the bot has to say.
//!
//! Three ways to play one, side by side. *Kept*: the API server alone, the suite sets the pods' status, and no command can be run in
//! one. *Running*: the stand-ins run; something listens in them, and nothing answers as a BBS does, so that the best verdict is that it
//! is reached and not proven to answer. *Ordered*: in the simulator's own model, where Diego answers, as faults. Where a way is left
//! out the scenario can't be played in it.

use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::labels::Labels;
use stagerbot::simulator::kubernetes::settings::{Probe, Settings, Workload};

use super::layout::Layout;
use super::step::{Step, Trouble};
use Step::{
    Blocked, Completed, Deleted, Fails, Held, Labelled, Listens, MayNotExec, MayNotList, Revised, Scaled,
    SelectsNothing, ServiceGone, Settles, Unready, Warned,
};

/// A scenario.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) layout: fn() -> Layout,
    pub(crate) steps: Vec<Step>,
    /// The verdict where pods are only kept.
    pub(crate) kept: Option<&'static str>,
    /// The verdict where stand-ins run.
    pub(crate) running: Option<&'static str>,
    pub(crate) ordered: Option<Ordered>,
    /// Findings that are there whichever way it is played, and some that are not.
    pub(crate) found: &'static [&'static str],
    pub(crate) absent: &'static [&'static str],
    /// What the bot sees of stand-ins: places in its observation, and what is there.
    pub(crate) shows: &'static [(&'static str, &'static str)],
}

/// The same in the simulator's own model.
pub(crate) struct Ordered {
    pub(crate) verdict: &'static str,
    pub(crate) settings: Settings,
    pub(crate) faults: Vec<Fault>,
    /// What is done over the API there, too.
    pub(crate) steps: Vec<Step>,
}

/// No command can be run where pods are only kept.
const BLIND: &str = "not-known by exec-impossible";
/// Nothing that listens answers a ping where stand-ins run.
const REACHED: &str = "reached-not-proven";

fn scenario(name: &'static str, steps: &[Step]) -> Scenario {
    let steps = steps.to_vec();
    Scenario {
        name,
        layout: Layout::cfee_2,
        steps,
        kept: None,
        running: None,
        ordered: None,
        found: &[],
        absent: &[],
        shows: &[],
    }
}

impl Scenario {
    fn on(self, layout: fn() -> Layout) -> Self {
        Self { layout, ..self }
    }

    fn kept(self, verdict: &'static str) -> Self {
        Self { kept: Some(verdict), ..self }
    }

    fn running(self, verdict: &'static str) -> Self {
        Self { running: Some(verdict), ..self }
    }

    /// The verdict is the same both ways, since what decides it is listed.
    fn listed(self, verdict: &'static str) -> Self {
        self.kept(verdict).running(verdict)
    }

    /// Nothing that bears on a restart is listed.
    fn quiet(self) -> Self {
        self.kept(BLIND).running(REACHED)
    }

    fn ordered(self, verdict: &'static str, faults: &[Fault]) -> Self {
        let ordered = Ordered { verdict, settings: Settings::short(), faults: faults.to_vec(), steps: Vec::new() };
        Self { ordered: Some(ordered), ..self }
    }

    fn within(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        if let Some(ordered) = &mut self.ordered {
            change(&mut ordered.settings);
        }
        self
    }

    /// This much of it is done over the API in the model, too.
    fn and(mut self, steps: &[Step]) -> Self {
        if let Some(ordered) = &mut self.ordered {
            ordered.steps = steps.to_vec();
        }
        self
    }

    fn finds(self, found: &'static [&'static str]) -> Self {
        Self { found, ..self }
    }

    fn finds_no(self, absent: &'static [&'static str]) -> Self {
        Self { absent, ..self }
    }

    fn shows(self, shows: &'static [(&'static str, &'static str)]) -> Self {
        Self { shows, ..self }
    }

    /// Whether it takes minutes, since something has to have been so for long.
    pub(crate) fn is_long(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Settles))
    }
}

fn api_not_ready(pod: &str) -> Fault {
    Fault::CloudControllerNotReady { pod: pod.into() }
}

fn several(settings: &mut Settings, ends: &[&str]) {
    *settings = Settings { sets: ends.iter().map(|&end| end.to_owned()).collect(), ..Settings::kubecf() };
    (settings.api.replicas, settings.bbs.replicas) = (1, 1);
}

fn outage() -> Fault {
    Fault::DatabaseConnectionsLost { outage: std::time::Duration::from_secs(1) }
}

/// Locket reads nothing for as long as a scenario lasts.
fn stays_stuck(settings: &mut Settings) {
    settings.durations.locket_reads_again = std::time::Duration::from_hours(10);
}

fn lost_node(earlier: bool) -> Step {
    Warned { pod: "diego-api-1", earlier, reason: "NodeNotReady" }
}

/// What set-up jobs leave behind, also such that are called like a part.
const LEFT_BEHIND: [Step; 3] = [
    Completed("post-deployment-setup-1-x8f2k", "post-deployment-setup"),
    Completed("secret-generation-1-q7w4z", "secret-generation"),
    Completed("diego-api-migration-1-c2v9b", "diego-api-migration"),
];

/// Of layouts, and of what stands beside.
pub(crate) fn of_layouts() -> Vec<Scenario> {
    vec![
        scenario("nothing_is_wrong", &[])
            .quiet()
            .shows(&[("/endpoints/known", r#"["diego-api-0"]"#), ("/pods/known/bbs/1/active", "false")])
            .ordered("healthy", &[]),
        scenario("locket_has_pods_of_its_own", &[])
            .on(Layout::cfee_1)
            .quiet()
            .shows(&[("/topology/known/topology/locket", r#"{"set": "diego-locket", "container": "diego-locket"}"#)])
            .ordered("healthy", &[])
            .within(|settings| settings.locket = Some(Workload::new("diego-locket", &["diego-locket"]))),
        scenario("each_job_has_a_service_of_its_own", &[])
            .on(Layout::scf)
            .quiet()
            .shows(&[
                ("/topology/known/topology/cloud_controller", r#"{"set": "api-group", "container": "api-group"}"#),
                ("/topology/known/topology/bbs_service", r#""diego-api-bbs""#),
            ])
            .ordered("healthy", &[])
            .within(|settings| *settings = Settings::scf()),
        scenario("sidecars_stand_before_the_containers", &[]).on(Layout::meshed).quiet().shows(&[
            ("/topology/known/topology/cloud_controller/container", r#""api""#),
            ("/topology/known/topology/bbs/container", r#""diego-api""#),
        ]),
        scenario("no_pod_has_a_label_at_all", &[])
            .on(Layout::unlabelled)
            .quiet()
            .shows(&[("/endpoints/known", r#"["diego-api-0"]"#), ("/pods/known/bbs/0/active", "null")])
            .ordered("healthy", &[])
            .within(|settings| settings.labels = Labels::Unlabelled),
        scenario("a_set_for_each_zone", &[])
            .on(Layout::zones)
            .quiet()
            .shows(&[(
                "/topology/known/topology/bbs",
                r#"{"set": "diego-api-z0", "more": ["diego-api-z1"], "container": "bbs-bbs"}"#,
            )])
            .finds_no(&["two-versions"])
            .ordered("healthy", &[])
            .within(|settings| several(settings, &["-z0", "-z1"])),
        scenario("two_versions_side_by_side", &[])
            .on(Layout::versions)
            .kept("will-not-help by two-versions")
            .running(REACHED)
            .finds(&["two-versions"])
            .ordered("healthy", &[])
            .within(|settings| several(settings, &["-v1", "-v2"])),
        scenario("an_update_under_way", &[Unready("api-v2-0", "cloud-controller-ng-cloud-controller-ng")])
            .on(Layout::versions)
            .listed("will-not-help by update-under-way")
            .ordered("will-not-help by update-under-way", &[api_not_ready("api-v2-0")])
            .within(|settings| several(settings, &["-v1", "-v2"])),
        scenario("completed_jobs_beside", &LEFT_BEHIND)
            .quiet()
            .shows(&[("/pods/known/bbs/1/name", r#""diego-api-1""#), ("/pods/known/bbs/2", "null")])
            .finds_no(&["cannot-start", "bbs-not-ready", "pods-not-starting"])
            .ordered("healthy", &[])
            .and(&LEFT_BEHIND),
        scenario("a_revision_waits", &[Revised("diego-api")])
            .kept("will-not-help by pending-revision")
            .running(REACHED)
            .finds(&["pending-revision"])
            .ordered("healthy", &[Fault::PendingRevision]),
    ]
}

/// Of pods that are not as they should be.
pub(crate) fn of_pods() -> Vec<Scenario> {
    let zero = || "diego-api-0".to_owned();
    vec![
        scenario("a_finalizer_holds_a_terminating_pod", &[Held("diego-api-0")])
            .listed("will-not-help by finalizer-holds")
            .ordered("will-not-help by finalizer-holds", &[Fault::FinalizerHolds { pod: zero() }])
            .and(&[Deleted("diego-api-0")]),
        scenario("no_node_takes_a_new_pod", &[Fails("diego-api-1", Trouble::NoNode)])
            .listed("will-not-help by unschedulable")
            .ordered("will-not-help by unschedulable", &[Fault::NoNode])
            .and(&[Deleted("diego-api-1")]),
        scenario("an_image_can_not_be_pulled", &[Fails("diego-api-1", Trouble::NoImage)])
            .listed("will-not-help by image-missing")
            .ordered("will-not-help by image-missing", &[Fault::ImageMissing])
            .and(&[Deleted("diego-api-1")]),
        scenario("a_container_ends_again_and_again", &[Fails("diego-api-1", Trouble::Ends)])
            .listed("will-not-help by crash-loop")
            .ordered("will-not-help by crash-loop", &[Fault::NewBbsPodsCrash])
            .and(&[Deleted("diego-api-1")]),
        scenario("a_passive_pod_that_is_not_ready", &[Unready("diego-api-1", "diego-api")])
            .listed("not-known by bbs-not-ready")
            .finds_no(&["passive-not-ready"]),
        scenario("a_passive_pod_that_is_not_ready_by_design", &[Unready("diego-api-1", "diego-api"), Settles])
            .quiet()
            .finds(&["passive-not-ready"])
            .finds_no(&["bbs-not-ready"])
            .ordered("healthy", &[])
            .within(|settings| {
                (settings.probe, settings.bbs.parallel, settings.age_hours) = (Probe::BbsPort, true, 24);
            }),
        scenario("an_event_outlives_its_pod", &[lost_node(true), Unready("diego-api-1", "diego-api")])
            .listed("not-known by bbs-not-ready")
            .finds_no(&["node-lost"])
            .ordered("healthy", &[])
            .and(&[lost_node(true)]),
        scenario("an_event_of_a_pod_that_is_there", &[lost_node(false), Unready("diego-api-1", "diego-api")])
            .kept("will-not-help by node-lost")
            // A command that runs in the pod says that its node is there.
            .running("not-known by bbs-not-ready"),
        scenario("no_api_pod", &[Scaled("api", 0)])
            .listed("will-not-help by cloud-controller-absent")
            .ordered("will-not-help by cloud-controller-absent", &[])
            .within(|settings| settings.api.replicas = 0),
        scenario("no_api_pod_is_ready", &[Unready("api-0", "api"), Unready("api-1", "api")])
            .listed("will-not-help by cloud-controller-not-ready")
            .ordered("will-not-help by cloud-controller-not-ready", &[api_not_ready("api-0"), api_not_ready("api-1")]),
        scenario("one_api_pod_is_not_ready", &[Unready("api-1", "api")])
            .kept(BLIND)
            .running("will-not-help by cloud-controller-short")
            .shows(&[("/pods/known/cloud_controllers/1/ready", "1")])
            .ordered("will-not-help by cloud-controller-short", &[api_not_ready("api-1")]),
        scenario("a_locket_pod_is_not_ready", &[Unready("diego-locket-1", "diego-locket")])
            .on(Layout::cfee_1)
            .listed("not-known by locket-not-ready"),
        scenario("two_pods_are_labelled_active", &[Labelled("diego-api-1", Some(true))])
            .kept(BLIND)
            .finds(&["two-leaders"]),
    ]
}

/// Of the way between the Cloud Controller and the BBS, and of what the bot may see.
pub(crate) fn of_ways() -> Vec<Scenario> {
    let deaf = [Listens("diego-api-0", false)];
    vec![
        scenario("the_runbooks_outage", &[deaf[0], Labelled("diego-api-0", Some(false))])
            .running("will-help by bbs-unreachable")
            .ordered("will-help by bbs-unreachable", &[outage()])
            .within(stays_stuck),
        scenario("a_label_stays_on_a_pod_that_does_not_listen", &deaf)
            .running("not-known by label-stale")
            .ordered("not-known by label-stale", &[Fault::LabelsFrozen, outage()])
            .within(stays_stuck),
        scenario("the_label_is_on_the_wrong_pod", &[Listens("diego-api-1", true), deaf[0]])
            .running("not-known by label-stale")
            .finds(&["label-stale", "label-missing"])
            .ordered("not-known by label-stale", &[Fault::StaleLabel]),
        scenario("the_leader_loses_its_label", &[Labelled("diego-api-0", None), Labelled("diego-api-1", None)])
            .kept(BLIND)
            .shows(&[("/endpoints/known", "[]"), ("/pods/known/bbs/0/active", "null")])
            .running("not-known by leader-not-reachable"),
        scenario("the_service_selects_nothing", &[SelectsNothing])
            .kept(BLIND)
            .shows(&[("/endpoints/known", "[]"), ("/pods/known/bbs/0/active", "true")])
            .running("not-known by leader-not-reachable"),
        scenario("the_service_is_gone", &[ServiceGone])
            .kept(BLIND)
            .shows(&[("/no_service", "true")])
            .running("will-not-help by service-missing")
            .ordered("will-not-help by service-missing", &[Fault::WrongServiceName]),
        scenario("a_network_policy_blocks_the_bbs", &[Blocked])
            .running("will-not-help by network-blocked")
            .ordered("will-not-help by network-blocked", &[Fault::NetworkPolicy]),
        scenario("the_account_may_not_exec", &[MayNotExec])
            .listed("not-known by exec-denied")
            .ordered("not-known by exec-denied", &[Fault::ExecDenied]),
        scenario("the_account_may_not_list_pods", &[MayNotList])
            .listed("not-known by permission-missing")
            .ordered("not-known by permission-missing", &[Fault::ReadDenied { resource: "pods".into() }]),
    ]
}
