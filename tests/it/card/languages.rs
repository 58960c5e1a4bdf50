//! Whole cards, threads and refusals in every language, as people see them: one snapshot for each language.

use std::fmt::Write as _;

use jiff::SignedDuration;
use stagerbot::incident::decide::Command;
use stagerbot::incident::event::{Event, Recorded};
use stagerbot::incident::mute::Mute;
use stagerbot::incident::observation::{Database, LockOutcome, Observation, Obstacle};
use stagerbot::incident::phrase::{Arg, Phrase};
use stagerbot::incident::timeline::timeline;
use stagerbot::incident::transition::DeleteResult;
use stagerbot::incident::{Incident, PodState, State};
use stagerbot::words::Words;
use stagerbot::words::language::Language;

use super::{Shown, alert, text};
use crate::harness::policy::{account, policy};
use crate::harness::seen::{BOTH_DEAF, Differing, all_seen_but_hung, blind, healthy, now, outage, unproven};
use crate::words::{messages, variables};

fn over(observations: impl IntoIterator<Item = Observation>) -> Shown {
    let mut shown = Shown::new();
    for observation in observations {
        shown.sees(observation);
    }
    shown
}

fn requested() -> Shown {
    let mut shown = over([outage()]);
    shown.tell(Command::RequestRestart { by: account("anna"), reason: Some("cf push fails".into()) });
    shown
}

/// The first pod is being deleted, and has some of its grace left.
fn restarting() -> Shown {
    let mut shown = over([outage()]);
    shown.approved();
    shown.sees(outage());
    shown.tell(Command::RecordDelete { uid: "uid-diego-api-0".into(), result: DeleteResult::Accepted });
    let until = shown.now + SignedDuration::from_mins(10);
    shown.sees(outage().bbs(0, |pod| pod.deleting_until = Some(until)));
    shown
}

fn replaced(observation: Observation, pods: usize) -> Observation {
    (0..pods)
        .fold(observation, |observation, place| observation.bbs(place, |pod| pod.uid = format!("new-{}", pod.name)))
}

fn recovered() -> Shown {
    let mut shown = restarting();
    let mut deleted = 1;
    while !shown.incident.is_closed() {
        shown.sees(if deleted < 2 { replaced(outage(), deleted) } else { replaced(healthy(), deleted) });
        if let State::Restarting(restart) = shown.incident.state.clone() {
            for pod in restart.pods.iter().filter(|pod| matches!(pod.state, PodState::Intended { .. })) {
                shown.tell(Command::RecordDelete { uid: pod.pod.uid.clone(), result: DeleteResult::Accepted });
                deleted += 1;
            }
        }
    }
    shown
}

fn not_recovered() -> Shown {
    let mut shown = restarting();
    while !shown.incident.is_closed() {
        shown.sees(replaced(outage(), 1).bbs(0, |pod| pod.ready = 1));
    }
    shown
}

fn reached() -> Shown {
    let mut shown = Shown::new();
    shown.tell(Command::Alert(alert("a")));
    shown.sees(unproven());
    shown
}

fn handed_over() -> Shown {
    let mut shown = over([outage()]);
    shown.tell(Command::HandOver { by: account("ben"), reason: Some("on it".into()) });
    shown
}

fn muted() -> Shown {
    let mut shown = over([outage().database(Database::Down, "SQLSTATE 57P03")]);
    let by = shown.policy.who(&account("ben"));
    let mute = Mute { by, until: now() + SignedDuration::from_hours(2), reason: Some("the network".into()) };
    shown.tell(Command::Mute(mute));
    for app in ["a", "b", "c"] {
        shown.tell(Command::Alert(alert(app)));
    }
    shown
}

fn drill() -> Shown {
    let (policy, now) = (policy(), now());
    let by = policy.who(&account("anna"));
    let expires = now + SignedDuration::from_mins(15);
    let event = Event::DrillBegun { environment: "prod".to_owned(), by, accounts: vec![account("anna")], expires };
    let log = vec![Recorded { seq: 1, at: now, event }];
    Shown { incident: Incident::replay(1, &log).unwrap(), log, now, policy }
}

fn came() -> Shown {
    let mut shown = drill();
    shown.now += SignedDuration::from_secs(125);
    let code = shown.incident.code().unwrap().to_owned();
    shown.tell(Command::Approve { by: account("ben"), code, database_checked: true });
    shown
}

/// The stories whose cards are looked at, each as it stands in the end.
fn stories() -> Vec<(&'static str, Shown)> {
    let stale = outage().label(0, Some(true)).listening(&BOTH_DEAF).lock(LockOutcome::Nobody, "");
    vec![
        ("checking", Shown::new()),
        ("healthy", over([healthy()])),
        ("reached, not proven", reached()),
        ("the outage", over([outage()])),
        ("a hung BBS", over([all_seen_but_hung()])),
        ("a label that lags", over([stale])),
        ("nothing is seen", over([blind(Obstacle::Unreachable, "connection refused")])),
        ("the database is down, muted, three alerts", muted()),
        ("requested", requested()),
        ("restarting", restarting()),
        ("recovered", recovered()),
        ("not recovered", not_recovered()),
        ("handed over", handed_over()),
        ("a drill", drill()),
        ("a drill that somebody came to", came()),
    ]
}

/// What stands on a card, in its buttons and in its thread.
fn whole(shown: &Shown, words: &Words) -> String {
    let card = shown.card_in(words);
    let mut whole = text(&card);
    for button in &card.buttons {
        let _ = write!(whole, "\n[{}]", button.label);
        if let Some(confirm) = &button.confirm {
            let _ = write!(whole, "\n  {}\n  {}\n  [{}] [{}]", confirm.title, confirm.text, confirm.yes, confirm.no);
        }
    }
    for line in timeline(1, &shown.log) {
        let _ = write!(whole, "\n> {}", words.say(&line.says).replace('\n', "\n> "));
    }
    whole
}

/// An argument of each name, as it might be.
fn sample(name: &str) -> Arg {
    match name {
        "who" => "Ada".into(),
        "names" | "environments" => "prod, test".into(),
        "environment" => "prod".into(),
        "incident" => 12_usize.into(),
        "given" => 1_usize.into(),
        "needed" => 2_usize.into(),
        "code" => "7F3A9C-12-1".into(),
        "at" | "until" | "requested" => now().into(),
        "group" => "slack:S0615G0KT".into(),
        "account" => "slack:U0ADA0001".into(),
        "name" => "DatabaseDown".into(),
        "source" => "alertmanager".into(),
        "verdict" => Phrase::new("verdict-will-not-help").into(),
        "because" => Phrase::new("finding-database-down").into(),
        "why" => Phrase::new("refused-already-denied").with("who", "Ada").with("at", now()).into(),
        "help" => Phrase::new("answer-commands").into(),
        "wait" | "length" => jiff::SignedDuration::from_secs(42).into(),
        "text" => "resturt prod".into(),
        "verb" => "restart".into(),
        "line" => "/stager restart prod".into(),
        "lines" => "/stager approve 7F3A9C-12-1\n/stager deny 7F3A9C-12-1".into(),
        other => panic!("what is ${other}?"),
    }
}

/// Every refusal and every answer.
fn refusals(words: &Words) -> String {
    let mut all = String::new();
    for (id, text) in messages("en").iter().filter(|(id, _)| id.starts_with("refused-") || id.starts_with("answer-")) {
        let phrase = variables(text).iter().fold(Phrase::new(id), |phrase, name| phrase.with(name, sample(name)));
        let _ = writeln!(all, "{id}: {}", words.say(&phrase));
    }
    all
}

#[test]
fn cards_and_refusals_read_well_in_every_language() {
    for language in Language::ALL {
        let words = Words::in_language(language);
        let mut all = String::new();
        for (name, shown) in stories() {
            let _ = write!(all, "===== {name}\n{}\n\n", whole(&shown, words));
        }
        let _ = write!(all, "===== refusals and answers\n{}", refusals(words));
        insta::assert_snapshot!(language.tag(), all);
    }
}
