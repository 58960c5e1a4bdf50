//! Arbitrary observations: everything that can be seen, in every combination, and what must hold all the same.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use stagerbot::incident::diagnosis::{Diagnosis, Verdict, diagnose};
use stagerbot::incident::observation::{
    Database, LockOutcome, NotMade, Observation, Part, PingOutcome, PodSummary, Pods, ProbeOutcome, ProbeReport, Seen,
};
use stagerbot::incident::plan::propose;
use stagerbot::incident::recovery::judge;

use super::cases::{CONNECT, LOCKET_TLS, LOGIN, SLOTS};
use crate::harness::seen::*;

fn seen<T: Clone + std::fmt::Debug + 'static>(known: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Seen<T>> {
    let why = prop_oneof![Just("no answer within 5 s"), Just("permission missing: pods"), Just("")];
    let unknown = prop_oneof![Just(Seen::NotLooked), why.prop_map(|why| Seen::NotKnown(why.into()))];
    prop_oneof![5 => known.prop_map(Seen::Known), 1 => unknown].boxed()
}

fn any_pod(name: String) -> impl Strategy<Value = PodSummary> {
    let trouble = prop_oneof![
        30 => Just(None),
        1 => prop_oneof![
            Just("CrashLoopBackOff"),
            Just("ErrImagePull"),
            Just("Unschedulable"),
            Just("CreateContainerError"),
            Just("OOMKilled"),
        ].prop_map(|trouble| Some(trouble.to_owned())),
    ];
    let phase = prop_oneof![30 => Just("Running"), 1 => Just("Pending"), 1 => Just("Unknown")];
    let active = prop_oneof![6 => Just(Some(false)), 2 => Just(Some(true)), 1 => Just(None)];
    (prop::bool::weighted(0.95), prop::bool::weighted(0.05), active, trouble, phase).prop_map(
        move |(ready, terminating, active, trouble, phase)| PodSummary {
            ready: if ready { 2 } else { 1 },
            deleting_until: terminating.then(now),
            trouble,
            phase: phase.to_owned(),
            ..pod(&name, active)
        },
    )
}

fn any_pods(set: &'static str) -> impl Strategy<Value = Vec<PodSummary>> {
    prop_oneof![1 => 0..4_usize, 4 => Just(2)]
        .prop_flat_map(move |count| (0..count).map(|n| any_pod(format!("{set}-{n}"))).collect::<Vec<_>>())
}

fn any_probe() -> impl Strategy<Value = ProbeOutcome> {
    use ProbeOutcome::{
        ExecDenied, ExecFailed, NameNotResolved, NoRoute, Refused, Succeeded, TimedOut, ToolTrouble, Unknown,
    };
    prop_oneof![
        8 => prop_oneof![Just(Refused), Just(TimedOut)],
        1 => Just(Succeeded),
        1 => prop_oneof![Just(NameNotResolved), Just(NoRoute), Just(ToolTrouble), Just(ExecDenied), Just(ExecFailed), Just(Unknown)],
    ]
}

/// Mostly alike: what is between them is the same.
fn any_probes() -> impl Strategy<Value = Vec<ProbeOutcome>> {
    let alike = (any_probe(), 1..3_usize).prop_map(|(outcome, count)| vec![outcome; count]);
    let reached = (1..3_usize).prop_map(|count| vec![ProbeOutcome::Succeeded; count]);
    prop_oneof![2 => alike, 3 => reached, 1 => prop::collection::vec(any_probe(), 0..3)]
}

fn any_ping() -> impl Strategy<Value = PingOutcome> {
    use PingOutcome::{
        Answered, CertificateRefused, Migrating, NameNotResolved, NoRoute, NotMade as Not, Refused, Reset, Status,
        TimedOut, Unknown,
    };
    prop_oneof![
        4 => Just(Answered),
        4 => prop_oneof![Just(TimedOut), Just(Refused), Just(Reset), Just(Not(NotMade::NoCurl))],
        1 => prop_oneof![Just(Migrating), Just(Status(500)), Just(NameNotResolved), Just(NoRoute), Just(CertificateRefused), Just(Unknown)],
    ]
}

prop_compose! {
    pub(super) fn any_observation()(
        cloud_controllers in any_pods("api"),
        bbs in any_pods("diego-api"),
        lockets in prop_oneof![3 => Just(Vec::new()).boxed(), 1 => any_pods("locket").boxed()],
        pending in prop::bool::weighted(0.05),
        desired in 1..3_u32,
        sees_pods in prop::bool::weighted(0.95),
        probes in seen(any_probes()),
        endpoints in seen(prop::sample::subsequence(vec!["diego-api-0".to_owned(), "diego-api-1".to_owned()], 0..=2)),
        listening in seen(prop::collection::vec((0..3_usize, prop::bool::weighted(0.3)), 0..4)),
        pings in seen(prop::collection::vec((prop::option::of(0..3_usize), any_ping()), 0..4)),
        control in prop_oneof![3 => Just(None).boxed(), 1 => any_probe().prop_map(Some).boxed()],
        lock in seen((prop_oneof![4 => 0..2_usize, 1 => 2..4_usize], prop_oneof![Just(CONNECT), Just(SLOTS), Just(LOGIN), Just(LOCKET_TLS), Just("context deadline exceeded"), Just("")])),
        database in seen(prop_oneof![4 => Just(Database::Up), 4 => Just(Database::Accepts), 1 => Just(Database::Down)]),
    ) -> Observation {
        let mut sets = vec![set(Part::CloudController, "api"), set(Part::Bbs, "diego-api")];
        (sets[1].desired, sets[1].pending_revision) = (desired, pending);
        let pods = Pods { cloud_controllers, bbs, lockets, cells: Vec::new(), sets };
        let mut observation = Observation {
            pods: if sees_pods { Seen::Known(pods) } else { Seen::NotKnown("no answer within 5 s".into()) },
            endpoints,
            ..Observation::blind(now(), "")
        };
        observation.probes = match probes {
            Seen::Known(outcomes) => {
                Seen::Known(outcomes.into_iter().enumerate().map(|(n, outcome)| report(&format!("api-{n}"), outcome)).collect())
            }
            Seen::NotKnown(why) => Seen::NotKnown(why),
            Seen::NotLooked => Seen::NotLooked,
        };
        if let Seen::Known(all) = listening {
            let all: Vec<_> = all.into_iter().map(|(n, listens)| (format!("diego-api-{n}"), listens)).collect();
            observation = observation.listening(&all.iter().map(|(pod, listens)| (pod.as_str(), *listens)).collect::<Vec<_>>());
        }
        if let Seen::Known(all) = pings {
            for (to, outcome) in all {
                observation = observation.pinged(to.map(|n| format!("diego-api-{n}")).as_deref(), outcome);
            }
        }
        if let Some(outcome) = control {
            observation = observation.control(outcome);
        }
        if let Seen::Known((outcome, text)) = lock {
            let owner = LockOutcome::Owner("diego-api-0".into());
            observation = observation.lock([owner, LockOutcome::Nobody, LockOutcome::Hung, LockOutcome::Failed][outcome].clone(), text);
        }
        if let Seen::Known(state) = database {
            observation = observation.database(state, "");
        }
        observation
    }
}

/// Why nothing may be offered, whatever else was seen.
fn forbidden(observation: &Observation) -> Option<&'static str> {
    let Seen::Known(pods) = &observation.pods else { return Some("the pods can't be seen") };
    let probes = observation.probes();
    let clear = |report: &ProbeReport| report.outcome == ProbeOutcome::Succeeded || report.outcome.is_unreachable();
    let down = observation.database.known().is_some_and(|report| report.state == Database::Down);
    [
        (down, "the database is down"),
        (probes.is_empty() || !probes.iter().all(clear), "a probe is not clear"),
        (pods.lockets.iter().chain(&pods.bbs).any(PodSummary::is_terminating), "a pod is terminating"),
        (pods.lockets.iter().chain(&pods.bbs).any(|pod| !pod.is_ready()), "a pod is not ready"),
        (!pods.cloud_controllers.iter().any(PodSummary::is_ready), "no api pod is ready"),
        (
            pods.cloud_controllers.iter().any(|pod| !pod.is_ready())
                && !observation.is_deaf()
                && observation.is_unreached(),
            "an api pod is not ready, and it was not seen that nobody listens",
        ),
        (pods.sets.iter().any(|set| set.pending_revision), "a revision waits"),
    ]
    .into_iter()
    .find_map(|(holds, why)| holds.then_some(why))
}

fn check(observation: &Observation) -> Result<Diagnosis, TestCaseError> {
    let diagnosis = diagnose(observation);
    prop_assert!(diagnosis.deciding().is_some());
    let offered = propose(&diagnosis, observation).is_some();
    prop_assert_eq!(offered, matches!(diagnosis.verdict, Verdict::WillHelp { .. }));
    if let (true, Some(why)) = (offered, forbidden(observation)) {
        prop_assert!(false, "offered although {}: {:?}", why, diagnosis);
    }
    if diagnosis.is_untroubled() {
        prop_assert!(observation.leader().is_some());
        prop_assert!(!observation.probes().is_empty());
        prop_assert!(observation.probes().iter().all(|report| report.outcome == ProbeOutcome::Succeeded));
    }
    // Healthy means answered: through the Service, or by the leader that the Service leads to.
    let answered = |to: Option<&str>| {
        observation.pings().iter().any(|ping| ping.to.as_deref() == to && ping.outcome == PingOutcome::Answered)
    };
    if diagnosis.is_healthy() {
        let leader = observation.leader().unwrap();
        let led_to = observation.endpoints.known().is_some_and(|names| names.contains(&leader.name));
        prop_assert!(answered(None) || (led_to && answered(Some(&leader.name))), "{:?}", diagnosis);
    }
    // What serves is never what a restart should delete.
    if let Some(plan) = propose(&diagnosis, observation) {
        let serves = |name: &str| answered(Some(name));
        prop_assert!(plan.pods().all(|(_, pod)| !serves(&pod.name)), "{:?}", diagnosis);
    }
    // Whatever it is, it can be judged.
    judge(observation, &[], &["api-0"]);
    Ok(diagnosis)
}

#[test]
fn whatever_is_seen() {
    let verdicts = RefCell::new(BTreeMap::new());
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) });
    let each = |observation: Observation| {
        let diagnosis = check(&observation)?;
        *verdicts.borrow_mut().entry(diagnosis.verdict.phrase().id).or_insert(0) += 1;
        Ok(())
    };
    runner.run(&any_observation(), each).unwrap_or_else(|failure| panic!("{failure}"));
    // A property that is never put to the test holds, too.
    let verdicts = verdicts.into_inner();
    assert!(verdicts.len() == 5 && verdicts.values().all(|count| *count >= 5), "{verdicts:?}");
}
