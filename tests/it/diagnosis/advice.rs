//! Every advice is read against the situations in which it is shown: none may tell to do what would harm there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::ProptestConfig;
use proptest::test_runner::TestRunner;
use regex::Regex;
use stagerbot::incident::diagnosis::{Bearing, Finding, RULES, UNEXPLAINED};
use stagerbot::incident::observation::PingOutcome;
use stagerbot::incident::plan::propose;

use super::arbitrary::any_observation;
use super::*;

/// What an advice may say of restarts and deletes, and what has to hold wherever it does.
type Condition = fn(&Observation, &Finding) -> bool;

/// Words that tell somebody to end something.
const DRASTIC: &str =
    r"(?i)\b(delet\w*|restart\w*|kill\w*|forc(e|ed|ing)|remov\w*|replac\w*|terminat\w*|drain\w*|take it out)\b";

/// Nobody reads this as an order to take the lock from anybody.
const LOCK: &str = r"(?i)releas\w*\W+(it\W+|the\W+)?(bbs\W+)?lock|lock\w*\W[^.]*\breleas|release-lock|claim-lock|cfdot";

/// The advices with such a word: that it warns against it, or when it may be done.
fn drastic() -> BTreeMap<&'static str, Condition> {
    let warns: Condition = |_, finding| finding.bearing != Bearing::WillHelp;
    let asked_of_us: Condition = |observation, finding| {
        let serves = |name: &str| {
            let answered = |ping: &&stagerbot::incident::observation::PingReport| {
                ping.to.as_deref() == Some(name) && ping.outcome == PingOutcome::Answered
            };
            observation.pings().iter().any(|ping| answered(&ping))
        };
        observation.bbs().iter().all(|pod| !serves(&pod.name) || !finding.pods.is_empty())
            && !finding.pods.iter().any(|pod| serves(pod))
    };
    BTreeMap::from([
        ("cloud-controller-short", warns),
        ("node-lost", warns),
        ("certificates-refused", warns),
        ("bbs-migrating", warns),
        ("bbs-not-ready", warns),
        ("two-leaders", warns),
        ("ping-not-answered", warns),
        ("cells-evacuating", warns),
        ("locket-works", warns),
        ("label-stuck", asked_of_us),
        ("bbs-start-hung", asked_of_us),
        ("bbs-unreachable", asked_of_us),
        ("bbs-hung", asked_of_us),
    ])
}

fn advices() -> Vec<(&'static str, String)> {
    let words = Words::of(None);
    let ids = RULES.iter().map(|rule| rule.id).chain([UNEXPLAINED]);
    ids.map(|id| (id, words.word(&format!("advice-{id}")))).collect()
}

#[test]
fn no_text_tells_to_release_a_lock() {
    let lock = Regex::new(LOCK).unwrap();
    let texts = include_str!("../../../config/locales/en.ftl").lines().filter(|line| !line.starts_with('#'));
    // Why the lock was not seen names the tool that was to look.
    let texts = texts.filter(|text| !text.starts_with("unseen-cfdot-"));
    let found: Vec<&str> = texts.filter(|text| lock.is_match(text)).collect();
    assert!(found.is_empty(), "{found:#?}");
    assert!(lock.is_match("a row that stays wrong can be released with cfdot"), "the pattern finds what was there");
}

#[test]
fn a_drastic_advice_has_its_condition() {
    let (drastic, pattern) = (drastic(), Regex::new(DRASTIC).unwrap());
    let unlike = |(id, text): &(&str, String)| drastic.contains_key(id) != pattern.is_match(text);
    let unlike: Vec<(&str, String)> = advices().into_iter().filter(unlike).collect();
    assert!(unlike.is_empty(), "name the condition of what these tell to do, or take it out: {unlike:#?}");
}

#[test]
fn a_drastic_advice_is_shown_only_where_its_condition_holds() {
    let drastic = drastic();
    let check = |observation: &Observation| {
        for finding in diagnose(observation).findings {
            if let Some(condition) = drastic.get(finding.id.as_str()) {
                assert!(condition(observation, &finding), "{}: {observation:#?}", finding.id);
            }
        }
    };
    for (_, observation, _) in &cases() {
        check(observation);
    }
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) });
    let each = |observation: Observation| {
        check(&observation);
        Ok(())
    };
    runner.run(&any_observation(), each).unwrap_or_else(|failure| panic!("{failure}"));
}

/// Every advice beside each situation in which it is shown, for somebody to read: a new situation, or a new text, changes it.
#[test]
fn every_advice_is_read_against_the_situations_in_which_it_is_shown() {
    let words = Words::of(None);
    let cases = cases();
    let mut text = String::new();
    for (id, advice) in advices() {
        let shown = cases.iter().filter_map(|(name, observation, _)| {
            let diagnosis = diagnose(observation);
            let finding = diagnosis.findings.iter().find(|finding| finding.id == id)?;
            super::by_hand::is_shown(&diagnosis, finding)
                .then(|| (*name, words.say(&finding.says), diagnosis.verdict.phrase()))
        });
        let shown: Vec<(&str, String, Phrase)> = shown.collect();
        assert!(!shown.is_empty(), "{id}: no case shows its advice");
        let _ = writeln!(text, "{id}: {advice}");
        for (name, says, verdict) in shown {
            let _ = writeln!(text, "  {name} ({}): {says}", words.say(&verdict));
        }
    }
    insta::assert_snapshot!(text);
}

/// Of two pods that look active, the one that answers its ping and holds the lock leads; the other one is what a restart deletes.
#[test]
fn who_answers_leads_and_is_never_what_a_restart_deletes() {
    for labels in [[true, true], [true, false], [false, true]] {
        let observation = healthy()
            .label(0, Some(labels[0]))
            .label(1, Some(labels[1]))
            .listening(&BOTH_LISTEN)
            .pinged(None, PingOutcome::TimedOut)
            .pinged(Some("diego-api-0"), PingOutcome::TimedOut)
            .pinged(Some("diego-api-1"), PingOutcome::Answered)
            .lock(LockOutcome::Owner("diego-api-1".into()), "");
        let leaders: Vec<&str> = observation.leaders().iter().map(|pod| pod.name.as_str()).collect();
        assert_eq!(leaders, ["diego-api-1"], "{labels:?}");
        let plan = propose(&diagnose(&observation), &observation).unwrap();
        let deleted: Vec<&str> = plan.pods().map(|(_, pod)| pod.name.as_str()).collect();
        assert_eq!(deleted, ["diego-api-0"], "{labels:?}");
    }
}
