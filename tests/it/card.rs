//! What a card shows, over observations made by hand.

mod languages;

use jiff::{SignedDuration, Timestamp};
use stagerbot::chat::card::Scene;
use stagerbot::chat::{Block, Card};
use stagerbot::incident::Incident;
use stagerbot::incident::alert::{Alert, AlertStatus, Fingerprint, Meaning};
use stagerbot::incident::decide::Command;
use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::incident::event::{Event, Recorded, Trigger};
use stagerbot::incident::observation::{LockOutcome, Observation, PingOutcome, PodEvent, Seen};
use stagerbot::incident::policy::Policy;
use stagerbot::incident::timeline::{folded, timeline};
use stagerbot::incident::transition::DeleteResult;
use stagerbot::words::Words;

use crate::harness::policy::{account, policy};
use crate::harness::seen::{BOTH_DEAF, Differing, all_seen, all_seen_but_hung, healthy, now, outage, unproven};

/// An incident and its card.
struct Shown {
    incident: Incident,
    log: Vec<Recorded>,
    now: Timestamp,
    policy: Policy,
}

impl Shown {
    fn new() -> Self {
        let (policy, now) = (policy(), now());
        let trigger = Trigger::Check(policy.who(&account("anna")));
        let environment = "prod".to_owned();
        let log = vec![Recorded {
            seq: 1,
            at: now,
            event: Event::Opened {
                environment,
                trigger,
                last_restart: None,
                last_leader: None,
                database_alerts: Vec::new(),
            },
        }];
        let incident = Incident::replay(1, &log).unwrap();
        let mut shown = Self { incident, log, now, policy };
        shown.tell(Command::Claim { claim: 1 });
        shown
    }

    fn tell(&mut self, command: Command) {
        for event in self.incident.decide(&command, self.now, &self.policy).unwrap() {
            let recorded = Recorded { seq: self.incident.seq + 1, at: self.now, event };
            self.incident.apply(&recorded);
            self.log.push(recorded);
        }
    }

    fn sees(&mut self, observation: Observation) {
        self.now += SignedDuration::from_secs(10);
        let observation = Observation { at: self.now, ..observation };
        self.tell(Command::RecordObservation { claim: 1, observation });
    }

    fn approved(&mut self) {
        self.tell(Command::RequestRestart { by: account("anna"), reason: None });
        let code = self.incident.request().unwrap().code.clone();
        self.tell(Command::Approve { by: account("ben"), code, database_checked: true });
    }

    /// The text of the card.
    fn card(&self) -> String {
        text(&self.card_in(Words::of(None)))
    }

    fn card_in(&self, words: &Words) -> Card {
        let topology = Topology::preset("cfee-2").unwrap();
        let (name, namespace) = ("prod".to_owned(), "cf".to_owned());
        let environment = Environment { name, context: None, namespace, topology, discover: None, database: None };
        let Self { incident, log, policy, .. } = self;
        Scene { incident, log, told: &[], environment: &environment, policy, words, now: self.now }.card()
    }
}

/// The text of a card, without its buttons.
fn text(card: &Card) -> String {
    let text = |block: &Block| match block {
        Block::Text(text) | Block::Code(text) | Block::Note(text) | Block::Link(text, _) => text.clone(),
        Block::Titled(title, text) => format!("{title}\n{text}"),
        Block::Mentions(all) => format!("{all:?}"),
        Block::Fields(fields) => {
            fields.iter().map(|(name, value)| [name.as_str(), ": ", value, "\n"].concat()).collect::<Vec<_>>().concat()
        }
    };
    format!("{}\n{}", card.headline, card.blocks.iter().map(text).collect::<Vec<_>>().join("\n"))
}

fn has(card: &str, texts: &[&str]) {
    for text in texts {
        assert!(card.contains(text), "{text} is missing in:\n{card}");
    }
}

fn lacks(card: &str, texts: &[&str]) {
    for text in texts {
        assert!(!card.contains(text), "{text} is in:\n{card}");
    }
}

#[test]
fn reached_and_not_proven_is_said_in_the_headline_with_what_is_missing() {
    let mut shown = Shown::new();
    shown.tell(Command::Alert(alert("a")));
    shown.sees(unproven());
    let card = shown.card();
    has(card.lines().next().unwrap(), &["reached; whether the BBS answers was not seen"]);
    lacks(&card, &["healthy", "Healthy", "delete pod"]);
}

#[test]
fn what_is_handed_over_is_told_as_it_was_seen_last_without_the_offer_of_before() {
    let mut shown = Shown::new();
    shown.sees(outage());
    has(&shown.card(), &["request a restart", "What will happen"]);
    shown.tell(Command::HandOver { by: account("ben"), reason: None });
    let card = shown.card();
    has(&card, &["ben took over", "At the last look", "The Cloud Controller can't reach the BBS"]);
    lacks(&card, &["request a restart", "request it", "What will happen"]);
}

#[test]
fn a_restart_that_is_stopped_ends_with_a_look_that_says_why() {
    let mut shown = Shown::new();
    shown.sees(outage());
    shown.approved();
    shown.sees(outage());
    shown.tell(Command::RecordDelete { uid: "uid-diego-api-0".into(), result: DeleteResult::Accepted });
    let crashed = |observation: Observation| {
        observation.bbs(0, |pod| {
            (pod.uid, pod.ready, pod.trouble) = ("new".into(), 1, Some("ErrImagePull".into()));
            pod.detail.why = Some("manifest for diego:9 not found".into());
        })
    };
    let looked = crashed(outage());
    let told = PodEvent {
        pod: "diego-api-0".into(),
        uid: Some("new".into()),
        reason: "Failed".into(),
        message: "Failed to pull image".into(),
        count: 2,
        last: Some(now()),
    };
    shown.sees(Observation { probes: Seen::NotLooked, ..looked.clone() });
    assert!(!shown.incident.is_closed(), "a look at the pods alone can't say why");
    shown.sees(Observation { events: Seen::Known(vec![told]), ..looked });
    assert!(shown.incident.is_closed());
    let card = shown.card();
    has(
        &card,
        &["Not recovered", "can't be pulled (manifest for diego:9 not found)", "Failed ×2  Failed to pull image"],
    );
    lacks(&card, &["request a restart", "request it"]);
    let thread: Vec<String> = timeline(1, &shown.log).iter().map(|line| Words::of(None).say(&line.says)).collect();
    has(&thread.join("\n"), &["manifest for diego:9 not found"]);
}

#[test]
fn a_plan_of_one_pod_does_not_speak_of_the_rest() {
    let mut shown = Shown::new();
    shown.sees(all_seen_but_hung().lock(LockOutcome::Owner("diego-api-0".into()), ""));
    let card = shown.card();
    has(&card, &["Delete diego-api-0. The delete is bound"]);
    lacks(&card, &["canary", "the rest", "one after another"]);
    has(&card, &["delete pod diego-api-0\n"]);
}

#[test]
fn times_that_can_not_be_true_are_not_shown_and_a_finalizer_is() {
    let mut shown = Shown::new();
    shown.sees(outage());
    shown.approved();
    shown.sees(outage());
    shown.tell(Command::RecordDelete { uid: "uid-diego-api-0".into(), result: DeleteResult::Accepted });
    let past = shown.now - SignedDuration::from_secs(5);
    let late = outage().bbs(0, |pod| pod.deleting_until = Some(past));
    shown.sees(late.clone());
    has(&shown.card(), &["diego-api-0: terminating, its grace is over"]);
    lacks(&shown.card(), &["0.0 s", &past.strftime("%H:%M:%S").to_string()]);
    shown.sees(late.bbs(0, |pod| pod.finalizers = vec!["example.com/backup".into()]));
    has(
        &shown.card(),
        &["diego-api-0: terminating, its grace is over, and its finalizers hold it (example.com/backup)"],
    );
}

#[test]
fn one_leader_stands_on_the_card_whoever_is_asked() {
    for (observation, leader) in [
        (all_seen(), "Active leader: diego-api-0"),
        (healthy().label(0, None).label(1, None).listening(&[("diego-api-0", true)]), "Active leader: diego-api-0"),
        (outage().label(0, Some(true)).listening(&BOTH_DEAF), "Active leader: none"),
        (
            healthy()
                .listening(&[("diego-api-0", true), ("diego-api-1", true)])
                .pinged(None, PingOutcome::TimedOut)
                .pinged(Some("diego-api-0"), PingOutcome::TimedOut)
                .pinged(Some("diego-api-1"), PingOutcome::Answered),
            "Active leader: diego-api-1",
        ),
    ] {
        let mut shown = Shown::new();
        shown.sees(observation);
        has(&shown.card(), &[leader]);
    }
}

#[test]
fn what_time_decides_is_shown_with_what_is_left_of_it() {
    let mut shown = Shown::new();
    let stale = outage().label(0, Some(true)).listening(&BOTH_DEAF).lock(LockOutcome::Nobody, "");
    shown.sees(stale.clone());
    has(&shown.card(), &["Time decides", "The label of diego-api-0 lags: 1 min 00 s left"]);
    shown.sees(stale.clone());
    has(&shown.card(), &["(looks: 2, needed: 3)"]);
    for _ in 0..5 {
        shown.sees(stale.clone());
    }
    has(&shown.card(), &["(looks: 7)", "Delete diego-api-0."]);
    lacks(&shown.card(), &["Time decides"]);
}

fn alert(app: &str) -> Alert {
    Alert {
        source: "alertmanager".into(),
        name: "CFStagerUnavailable".into(),
        status: AlertStatus::Firing,
        fingerprint: Fingerprint(app.into()),
        summary: format!("staging of {app} fails"),
        starts_at: None,
        meaning: Meaning::StagerUnavailable,
        severity: None,
        seen_at: None,
    }
}

#[test]
fn a_storm_of_one_alert_is_one_line_with_a_count() {
    let mut shown = Shown::new();
    shown.sees(outage());
    for app in 0..40 {
        shown.tell(Command::Alert(alert(&format!("app-{app}"))));
    }
    let lines = folded(timeline(1, &shown.log));
    let joined: Vec<String> = lines.iter().map(|line| Words::of(None).say(&line.says)).collect();
    let joined: Vec<&String> = joined.iter().filter(|line| line.contains("joined")).collect();
    assert_eq!(
        joined,
        ["Alert CFStagerUnavailable (alertmanager) joined 40 times, first with: staging of app-0 fails"]
    );
    assert_eq!(lines.last().unwrap().seq, shown.incident.seq, "what was told is not told again");
    has(&shown.card(), &["Alerts: CFStagerUnavailable ×40"]);
}

#[test]
fn events_are_of_this_pod_and_told_with_their_times() {
    let at = now() - SignedDuration::from_mins(3);
    let event = |uid: &str, message: &str| PodEvent {
        pod: "diego-api-1".into(),
        uid: Some(uid.into()),
        reason: "BackOff".into(),
        message: message.into(),
        count: 1,
        last: Some(at),
    };
    let mut shown = Shown::new();
    let events = Seen::Known(vec![event("an earlier one", "of then"), event("uid-diego-api-1", "of now")]);
    shown.sees(Observation { events, ..outage().trouble(1, "CrashLoopBackOff") });
    let evidence = shown.incident.diagnosis.as_ref().unwrap().deciding().unwrap().evidence.clone();
    let evidence = Words::of(None).lines(&evidence);
    has(&evidence, &["of now"]);
    lacks(&evidence, &["of then"]);
    has(&shown.card(), &[&format!("{}  diego-api-1  BackOff ×1  of now", at.strftime("%H:%M:%SZ"))]);
}
