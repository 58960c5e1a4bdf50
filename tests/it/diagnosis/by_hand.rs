//! The lines to go on by hand fit what was found: pods that are there, the part's own container, tools that are there, and whatever
//! an advice says that stands below.

use regex::Regex;
use stagerbot::chat::card::by_hand::by_hand;
use stagerbot::incident::diagnosis::Finding;
use stagerbot::incident::environment::{Environment, FixedParts, Topology};
use stagerbot::incident::observation::{NotMade, PingReport, PodSummary};

use super::*;

fn environment() -> Environment {
    Environment {
        name: "prod".into(),
        context: None,
        namespace: "cf".into(),
        topology: Topology::usual(),
        discover: Some(FixedParts::default()),
        database: None,
    }
}

/// Running pods have addresses.
pub(super) fn addressed(observation: &Observation) -> Observation {
    let mut observation = observation.clone();
    if let Seen::Known(pods) = &mut observation.pods {
        for (place, pod) in pods.bbs.iter_mut().enumerate() {
            pod.ip = Some(format!("10.0.0.{place}"));
        }
    }
    observation
}

pub(super) fn lines(observation: &Observation) -> String {
    by_hand(&environment(), Some(observation), Some(&diagnose(observation)), Words::of(None))
}

/// What an advice says of the lines, what it says of a restart, and what it says of the database; and what has to hold there.
type Claim = (&'static str, fn(&Observation, &Diagnosis, &Finding, &str) -> bool);

const CLAIMS: [Claim; 7] = [
    (r"probe by hand \(below\)", |_, _, _, hand| hand.contains("nc -zv") || hand.contains("/dev/tcp/")),
    (r"[Pp]ing each BBS pod by hand \(below\)", |_, _, _, hand| hand.contains("curl") && hand.contains("--resolve")),
    (r"by hand \(below\)", |_, _, _, hand| hand.lines().count() > 1),
    (
        r"[Rr]equest (it|a restart)",
        |_, diagnosis, finding, _| matches!(&diagnosis.verdict, Verdict::WillHelp { cause } if *cause == finding.id),
    ),
    (r"\bjust that\b", |_, _, finding, _| !finding.pods.is_empty()),
    (r"checked again shortly", |_, diagnosis, _, _| !diagnosis.is_untroubled()),
    (r"Nothing to do", |_, diagnosis, _, _| diagnosis.is_healthy()),
];

/// Nobody is sent to a database that Locket has just read from.
const DATABASE: Claim = (r"[Cc]heck the database", |observation, _, _, _| !observation.locket_reads());

/// Whether the advice of a finding is shown: that of a finding that would be requested is only where it decides.
pub(super) fn is_shown(diagnosis: &Diagnosis, finding: &Finding) -> bool {
    use stagerbot::incident::diagnosis::Bearing;
    finding.bearing != Bearing::WillHelp || diagnosis.deciding().is_some_and(|deciding| deciding.id == finding.id)
}

/// What is made at random may have probes and pings without pods to make them from, or to send them to.
fn is_possible(observation: &Observation) -> bool {
    let Some(pods) = observation.pods.known() else { return false };
    let curl = |ping: &PingReport| !matches!(ping.outcome, PingOutcome::NotMade(_));
    pods.cloud_controllers.iter().any(|pod| pod.phase == "Running")
        && pods.bbs.iter().any(|pod| !pod.is_terminating())
        && observation.pings().iter().all(curl)
}

fn check_claims(observation: &Observation, claims: &[Claim]) {
    let (observation, words) = (addressed(observation), Words::of(None));
    let (diagnosis, hand) = (diagnose(&observation), lines(&observation));
    if !is_possible(&observation) {
        return;
    }
    for finding in diagnosis.findings.iter().filter(|finding| is_shown(&diagnosis, finding)) {
        let advice = words.word(&format!("advice-{}", finding.id));
        for (says, holds) in claims {
            let said = Regex::new(says).unwrap().is_match(&advice);
            assert!(!said || holds(&observation, &diagnosis, finding, &hand), "{}: {advice}\n{hand}", finding.id);
        }
    }
}

fn check_lines(observation: &Observation) {
    let observation = addressed(observation);
    let (hand, diagnosis) = (lines(&observation), diagnose(&observation));
    let pods = observation.pods.known();
    let all = || pods.into_iter().flat_map(|p| p.cloud_controllers.iter().chain(&p.bbs).chain(&p.lockets));
    let named = Regex::new(r" (?:exec|logs) (\S+) -c (\S+)").unwrap();
    for found in named.captures_iter(&hand) {
        let is_there = |pod: &PodSummary| pod.name == found[1];
        assert!(pods.is_none() || all().any(is_there), "{} is not there:\n{hand}", &found[1]);
    }
    let controllers = pods.map(|pods| pods.cloud_controllers.as_slice());
    if controllers.is_some_and(<[PodSummary]>::is_empty) {
        assert!(!hand.contains("exec api"), "there is no api pod:\n{hand}");
    }
    let curl = |why: NotMade| observation.pings().iter().any(|ping| ping.outcome == PingOutcome::NotMade(why));
    let ping = hand.contains("curl");
    assert!(!ping || !(curl(NotMade::NoCurl) || curl(NotMade::NoCertificates)), "no ping can be made there:\n{hand}");
    assert!(!ping || !diagnosis.is_healthy(), "what is healthy was pinged:\n{hand}");
}

#[test]
fn the_lines_fit_what_was_found_and_keep_what_the_advice_promises() {
    for (_, observation, _) in cases() {
        check_lines(&observation);
        check_claims(&observation, &CLAIMS);
        check_claims(&observation, &[DATABASE]);
    }
    let config = proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::with_cases(500)
    };
    let each = |observation: Observation| {
        check_lines(&observation);
        check_claims(&observation, &CLAIMS);
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner.run(&super::arbitrary::any_observation(), each).unwrap_or_else(|failure| panic!("{failure}"));
}

fn has(hand: &str, wanted: &[&str], unwanted: &[&str]) {
    for text in wanted {
        assert!(hand.contains(text), "{text} is missing in\n{hand}");
    }
    for text in unwanted {
        assert!(!hand.contains(text), "{text} stands in\n{hand}");
    }
}

#[test]
fn a_line_is_made_in_the_pod_with_the_container_and_the_tool_that_are_there() {
    let probe = "exec api-0 -c api -- nc -zv -w 5 diego-api.cf.svc 8889";
    has(&lines(&healthy()), &[probe], &["curl", "api-1", "describe"]);
    has(&lines(&outage()), &[probe, "delete pod diego-api-0 diego-api-1"], &["curl"]);

    let mut without_nc = outage();
    if let Seen::Known(reports) = &mut without_nc.probes {
        for report in reports.iter_mut() {
            report.by_bash = true;
        }
    }
    let bash = "exec api-0 -c api -- timeout 5 bash -c 'exec 3<>/dev/tcp/diego-api.cf.svc/8889 && echo reached'";
    has(&lines(&without_nc), &[bash], &["nc -zv"]);
    let mut without_bash = outage();
    if let Seen::Known(reports) = &mut without_bash.probes {
        for report in reports.iter_mut() {
            report.by_running = true;
        }
    }
    let running = "exec api-0 -c api -- sh -c 'timeout 5 nc -w 5 diego-api.cf.svc 8889 -e true && echo reached'";
    has(&lines(&without_bash), &[running], &["nc -zv", "bash"]);

    // One api pod is not ready: the other one is what can be probed from.
    let first_short = outage().pods(|pods| pods.cloud_controllers[0].ready = 1);
    has(&lines(&first_short), &["exec api-1 -c api -- nc", "describe pod api-0"], &["exec api-0"]);
    has(&lines(&healthy().pods(|pods| pods.cloud_controllers.clear())), &[], &["exec", "curl"]);

    // Where nobody could make the probe, a person makes it from each of them.
    let denied = lines(&healthy().probed(ProbeOutcome::ExecDenied));
    has(&denied, &[probe, "exec api-1 -c api -- nc", "-- curl -sS -m 5 -d '' -o /dev/null"], &["--resolve"]);
    has(&lines(&unproven()), &["https://diego-api.cf.svc:8889/v1/ping"], &["delete"]);
    has(&lines(&unproven().pinged(None, PingOutcome::NotMade(NotMade::NoCurl))), &[probe], &["curl"]);

    // Which of two answers is asked of each.
    let several = addressed(&healthy().label(1, Some(true)).listening(&BOTH_LISTEN));
    has(
        &lines(&several),
        &["--resolve diego-api.cf.svc:8889:10.0.0.0 ", "--resolve diego-api.cf.svc:8889:10.0.0.1 "],
        &["delete"],
    );

    let crashing = healthy().bbs(1, |pod| {
        (pod.ready, pod.trouble) = (1, Some("CrashLoopBackOff".into()));
        pod.detail.unready = vec!["diego-api".into()];
    });
    has(
        &lines(&crashing),
        &["describe pod diego-api-1", "logs diego-api-1 -c diego-api --previous --tail 50"],
        &["delete"],
    );
}
