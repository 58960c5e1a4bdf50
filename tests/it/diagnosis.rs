//! The judgement, over observations made by hand: what is found, the one verdict, and which pods a restart would delete.

mod advice;
mod arbitrary;
mod by_hand;
mod cases;

use std::collections::BTreeSet;

use stagerbot::incident::diagnosis::{Diagnosis, RULES, UNEXPLAINED, Verdict, diagnose};
use stagerbot::incident::observation::{LockOutcome, Observation, PingOutcome, ProbeOutcome, Seen};
use stagerbot::incident::phrase::Phrase;
use stagerbot::incident::plan::propose;
use stagerbot::incident::recovery::{Judgement, judge, missing_pods};
use stagerbot::words::Words;

use self::cases::cases;
use crate::harness::seen::*;
use crate::words::english;

/// The verdict's name and its cause, then the other findings in order, then the pods that a restart would delete.
fn summary(diagnosis: &Diagnosis, observation: &Observation) -> String {
    let (verdict, cause) = match &diagnosis.verdict {
        Verdict::Healthy => ("healthy", "healthy"),
        Verdict::ReachedNotProven => ("reached", "reached-not-proven"),
        Verdict::WillHelp { cause } => ("will-help", cause.as_str()),
        Verdict::WillNotHelp { cause } => ("will-not-help", cause.as_str()),
        Verdict::NotKnown { cause } => ("not-known", cause.as_str()),
    };
    let others = diagnosis.findings.iter().map(|finding| finding.id.as_str()).filter(|id| *id != cause);
    let ids: Vec<&str> = std::iter::once(cause).chain(others).collect();
    let plan = propose(diagnosis, observation).map_or(String::new(), |plan| {
        let pods: Vec<&str> = plan.pods().map(|(_, pod)| pod.name.as_str()).collect();
        format!(" | {}", pods.join(" "))
    });
    format!("{verdict} {}{plan}", ids.join(", "))
}

/// Each finding can be said, with what to do; and what is stored can be read back.
fn check(name: &str, observation: &Observation, expect: &str) {
    let diagnosis = diagnose(observation);
    assert_eq!(summary(&diagnosis, observation), expect, "{name}: {:#?}", diagnosis.findings);
    let words = Words::of(None);
    for finding in &diagnosis.findings {
        words.try_say(&finding.says).unwrap_or_else(|trouble| panic!("{}: {trouble}", finding.says.id));
        words.try_say(&Phrase::new(format!("advice-{}", finding.id))).unwrap();
    }
    assert!(diagnosis.deciding().is_some(), "{name}");
    let stored = serde_json::to_string(&diagnosis).unwrap();
    assert_eq!(serde_json::from_str::<Diagnosis>(&stored).unwrap(), diagnosis, "{name}");
}

#[test]
fn what_is_seen_and_what_comes_of_it() {
    let cases = cases();
    let differs = |(name, observation, expect): &(&str, Observation, &str)| {
        let found = summary(&diagnose(observation), observation);
        (found != **expect).then(|| format!("{name}: {found}, and not {expect}"))
    };
    let differing: Vec<String> = cases.iter().filter_map(differs).collect();
    assert!(differing.is_empty(), "{differing:#?}");
    for (name, observation, expect) in cases {
        check(name, &observation, expect);
    }
}

#[test]
fn every_rule_has_its_case_and_its_own_id() {
    let found: BTreeSet<String> = cases()
        .iter()
        .flat_map(|(_, observation, _)| diagnose(observation).findings)
        .map(|finding| finding.id)
        .collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).chain([UNEXPLAINED]).collect();
    assert_eq!(rules.len(), RULES.len() + 1, "an id is there twice");
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), rules);
}

#[test]
fn evidence_names_the_time_the_pod_and_the_text() {
    let evidence = |observation: Observation| {
        let found = diagnose(&observation).deciding().unwrap().evidence.clone();
        found.iter().map(english).collect::<Vec<_>>()
    };
    assert_eq!(
        evidence(outage()),
        [
            "08:00:00Z  api-0: Refused (exit code 1)",
            "08:00:00Z  api-1: Refused (exit code 1)",
            "08:00:00Z  diego-api-0  2/2  Running  restarts 0  passive",
            "08:00:00Z  diego-api-1  2/2  Running  restarts 0  passive",
        ]
    );
    assert_eq!(
        evidence(healthy().trouble(1, "ErrImagePull").event("diego-api-1", "Failed")),
        [
            "08:00:00Z  diego-api-1  1/2  ErrImagePull  restarts 0  passive",
            "08:00:00Z  diego-api-1  Failed ×3  as Kubernetes put it",
        ]
    );
    assert!(evidence(hung_beside_another()).contains(&"08:00:00Z  ping api-0 → diego-api-0: TimedOut".to_owned()));
}

#[test]
fn the_digest_follows_the_cause_and_the_pods_and_nothing_else() {
    let digest = |observation: &Observation| propose(&diagnose(observation), observation).unwrap().digest;
    let refused = digest(&outage());
    assert_eq!(digest(&outage().probed(ProbeOutcome::TimedOut).lock(LockOutcome::Hung, "")), refused);
    assert_eq!(digest(&outage().bbs(0, |pod| pod.restarts = 9)), refused);
    assert_ne!(digest(&outage().bbs(0, |pod| pod.uid = "another".into())), refused);
    assert_ne!(digest(&all_seen_but_hung()), refused, "the same pods for another cause");
    assert_ne!(digest(&all_seen_but_hung()), digest(&hung_beside_another()), "the same cause, other pods");
}

#[test]
fn recovery_wants_the_ping_and_the_labels_where_they_can_be_had() {
    let missing = |observation: &Observation| match judge(observation, &[], &[]) {
        Judgement::Healthy { leader, .. } => vec![leader],
        Judgement::Waiting(missing) => missing.into_iter().map(|phrase| phrase.id).collect(),
    };
    let healed = |observation: Observation| assert_eq!(missing(&observation), ["diego-api-0"]);
    healed(healthy());
    healed(all_seen());
    healed(healthy().pinged(None, PingOutcome::Unknown));
    healed(unproven());
    healed(unproven().control(ProbeOutcome::Refused));
    healed(all_seen().lock(LockOutcome::Owner("diego-api-1".into()), ""));
    healed(all_seen().lock(LockOutcome::Hung, ""));
    healed(healthy().label(0, None).label(1, None).listening(&FIRST_LISTENS));
    healed(unlabelled().listening(&FIRST_LISTENS).probed_from(1, ProbeOutcome::Refused));
    for (observation, expect) in [
        (healthy().pinged(None, PingOutcome::TimedOut), "missing-ping-from"),
        (healthy().pinged(None, PingOutcome::Migrating), "missing-ping-from"),
        (healthy().pinged(None, PingOutcome::Reset), "missing-ping-from"),
        (unproven().control(ProbeOutcome::Succeeded), "missing-answer"),
        (unproven().listening(&FIRST_LISTENS).pinged(Some("diego-api-0"), PingOutcome::TimedOut), "missing-leader"),
        (healthy().listening(&BOTH_LISTEN), "missing-label"),
        (healthy().label(0, None).label(1, None), "missing-leader"),
        (healthy().label(0, None).label(1, None).listening(&BOTH_LISTEN), "missing-one-leader"),
        (healthy().endpoints(&[]), "missing-endpoints"),
        (healthy().probed_from(0, ProbeOutcome::Refused), "missing-probe-from"),
    ] {
        assert_eq!(missing(&observation), [expect]);
    }
    let wrong = healthy().listening(&[("diego-api-0", false), ("diego-api-1", true)]);
    assert_eq!(missing(&wrong), ["missing-leader", "missing-listening", "missing-label"]);
    // Without labels a look at the pods alone can't tell who leads; whether the pods are good it can.
    let unlabelled = Observation { probes: Seen::NotLooked, ..healthy().label(0, None).label(1, None) };
    assert_eq!(missing_pods(&unlabelled, &[]), []);
}
