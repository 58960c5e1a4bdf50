//! Every ordered fault, alone and in pairs: what the bot finds, says and offers, against the simulated cluster over HTTP.
//!
//! A case says whether a restart is offered; what is found and said is in its snapshot, without UIDs, times and addresses.

mod cases;
mod field;

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use stagerbot::chat::card::Scene;
use stagerbot::chat::card::by_hand::by_hand;
use stagerbot::chat::{Block, Card};
use stagerbot::cluster::Cluster;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::incident::Incident;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::incident::decide::Command;
use stagerbot::incident::diagnosis::{Diagnosis, Severity, Verdict};
use stagerbot::incident::environment::{Environment, FixedParts, Topology};
use stagerbot::incident::event::{Event, Recorded, Trigger};
use stagerbot::incident::observation::{Depth, Observation};
use stagerbot::incident::plan::propose;
use stagerbot::incident::policy::{Person, Policy};
use stagerbot::incident::refusal::Refusal;
use stagerbot::incident::timeline::timeline;
use stagerbot::request::Verb;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::kubernetes::{Cluster as Simulated, Snapshot};
use stagerbot::words::Words;

use self::cases::Case;
use crate::harness::{policy, until};
use crate::words::english;
use crate::words::foreign::english_in;

/// A fault, or several, and the state they lead to.
struct Play {
    settings: Settings,
    faults: Vec<Fault>,
    /// Pods that somebody deletes by hand once the faults are there.
    deleted: Vec<&'static str>,
    /// How the bot is set up, where it is not to find everything out by itself.
    environment: fn(&mut Environment),
    timeouts: Timeouts,
    /// What the cluster comes to; it has to last.
    comes_to: fn(&Snapshot) -> bool,
    /// What can be seen of it in the end, where the cluster's snapshot does not tell; it has to last, too.
    seen: fn(&Observation) -> bool,
    /// For how long the same is seen, look after look, before it is told.
    lasting: Duration,
}

/// What came of a case.
struct Played {
    environment: Environment,
    incident: Incident,
    log: Vec<Recorded>,
    policy: Policy,
}

impl Play {
    async fn run(self) -> Played {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (namespace, database) = (self.settings.namespace.clone(), self.settings.database.clone());
        // Time stands but where a case says what it comes to.
        let simulated = Simulated::start(Settings { held: true, ..self.settings }).unwrap();
        let kubeconfig = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(kubeconfig.path(), simulated.kubeconfig()).unwrap();
        let access = Access {
            kubeconfig: Some(kubeconfig.path().into()),
            context: Some("simulator".into()),
            ..Access::default()
        };
        let mut environment = Environment {
            name: "prod".into(),
            context: None,
            namespace,
            topology: Topology::usual(),
            discover: Some(FixedParts::default()),
            database: Some((database, 5432)),
        };
        (self.environment)(&mut environment);
        let cluster = Cluster::connect(&access, environment.clone(), self.timeouts).await.unwrap();
        for fault in self.faults {
            simulated.inject(fault);
        }
        simulated.delete_pods_by_hand(&self.deleted);
        let came = simulated.advance_until(self.comes_to);
        came.unwrap_or_else(|last| panic!("it never came to that: {last:#?}"));
        let observation = until("it is seen", async || {
            let observation = cluster.observe(Depth::Full, Timestamp::now()).await;
            if (self.seen)(&observation) {
                return Ok(observation);
            }
            // What is seen of it may take its time.
            simulated.advance(Duration::from_secs(1));
            Err(format!("{observation:#?}"))
        })
        .await;
        Played::tell(environment, &observation, self.lasting)
    }
}

impl Played {
    /// An incident, opened by a check, that has seen this.
    fn tell(environment: Environment, observation: &Observation, lasting: Duration) -> Self {
        let (policy, at) = (policy(), observation.at);
        let trigger = Trigger::Check(policy.who(&account("anna")));
        let environment_name = environment.name.clone();
        let opened = Event::Opened {
            environment: environment_name,
            trigger,
            last_restart: None,
            last_leader: None,
            database_alerts: Vec::new(),
        };
        let log = vec![Recorded { seq: 1, at, event: opened }];
        let incident = Incident::replay(1, &log).unwrap();
        let mut played = Self { environment, incident, log, policy };
        played.command(&Command::Claim { claim: 1 }).unwrap();
        for second in (0..=lasting.as_secs()).step_by(10) {
            let at = at + SignedDuration::from_secs(second as i64);
            let observation = Observation { at, ..observation.clone() };
            played.command(&Command::RecordObservation { claim: 1, observation }).unwrap();
        }
        played
    }

    fn command(&mut self, command: &Command) -> Result<(), Refusal> {
        let at = self.log[0].at;
        for event in self.incident.decide(command, at, &self.policy)? {
            let recorded = Recorded { seq: self.incident.seq + 1, at, event };
            self.incident.apply(&recorded);
            self.log.push(recorded);
        }
        Ok(())
    }

    fn diagnosis(&self) -> &Diagnosis {
        self.incident.diagnosis.as_ref().unwrap()
    }

    /// In no case is a pod planned that answers its ping, and in none is healthy said without an answer.
    fn check_judgement(&self) {
        let observation = self.incident.observation.as_ref().unwrap();
        if self.diagnosis().is_healthy() {
            assert!(observation.is_answered(), "healthy without an answer");
        }
        if let Some(plan) = propose(self.diagnosis(), observation) {
            let answers = |name: &str| observation.bbs().iter().any(|pod| pod.name == name && observation.answers(pod));
            assert!(plan.pods().all(|(_, pod)| !answers(&pod.name)), "a pod that answers is planned");
        }
    }

    /// Whether the card has the button, and whether the typed request is accepted: the two have to agree.
    fn offers(&mut self) -> bool {
        let card = self.scene().card();
        let button = card.buttons.iter().any(|button| button.verb == Verb::Restart);
        self.check_hand();
        self.check_judgement();
        self.check_languages();
        let typed = self.command(&Command::RequestRestart { by: account("anna"), reason: None });
        match &typed {
            Ok(()) => assert!(button, "accepted without a button"),
            Err(Refusal::VerdictForbids { .. } | Refusal::Closed) => assert!(!button, "a button that is refused"),
            Err(other) => panic!("{other:?}"),
        }
        let findings = self.text();
        let asked = ["request it", "request a restart"].iter().any(|words| findings.contains(words));
        assert!(!asked || button || typed.is_ok(), "told to request what is not offered:\n{findings}");
        typed.is_ok()
    }

    /// Lines to delete pods by hand name what the plan names; without a plan there are none, but where only a person can look.
    fn check_hand(&self) {
        let hand = by_hand(
            &self.environment,
            self.incident.observation.as_ref(),
            self.incident.diagnosis.as_ref(),
            Words::of(None),
        );
        let deleted: Vec<&str> =
            hand.lines().filter_map(|line| line.split_once(" delete pod ")).map(|(_, pods)| pods).collect();
        let plan = propose(self.diagnosis(), self.incident.observation.as_ref().unwrap());
        match plan {
            Some(plan) => {
                let planned: Vec<&str> = plan.pods().map(|(_, pod)| pod.name.as_str()).collect();
                assert_eq!(deleted.join(" "), planned.join(" "));
            }
            None => {
                assert!(deleted.is_empty() || matches!(self.diagnosis().verdict, Verdict::NotKnown { .. }), "{hand}");
            }
        }
    }

    /// Whatever could be seen or not: card and thread say nothing of their own in English where another language is spoken.
    fn check_languages(&self) {
        for tag in ["ja", "ko", "zh-Hans", "zh-Hant"] {
            let words = Words::of(Some(tag));
            let mut said = whole(&Scene { words, ..self.scene() }.card());
            for line in timeline(1, &self.log) {
                let _ = writeln!(said, "{}", words.say(&line.says));
            }
            assert_eq!(english_in(&said), [""; 0], "{tag}:\n{said}");
        }
    }

    fn scene(&self) -> Scene<'_> {
        let Self { environment, incident, log, policy } = self;
        Scene { incident, log, told: &[], environment, policy, words: Words::of(None), now: log[0].at }
    }

    /// What stands in the snapshot.
    fn text(&self) -> String {
        let diagnosis = self.diagnosis();
        let verdict = match &diagnosis.verdict {
            Verdict::Healthy => "healthy".to_owned(),
            Verdict::ReachedNotProven => "reached, not proven to answer".to_owned(),
            Verdict::WillHelp { cause } => format!("a restart will help: {cause}"),
            Verdict::WillNotHelp { cause } => format!("a restart will not help: {cause}"),
            Verdict::NotKnown { cause } => format!("not known whether a restart helps: {cause}"),
        };
        let mut text = format!("{verdict}\n");
        for finding in &diagnosis.findings {
            let severity = match finding.severity {
                Severity::Good => "good",
                Severity::Warning => "warning",
                Severity::Critical => "critical",
            };
            let _ = writeln!(text, "  {severity}: {}", finding.id);
            for line in &finding.evidence {
                let _ = writeln!(text, "    {}", english(line));
            }
        }
        let card = self.scene().card();
        let _ = writeln!(text, "\n# {}", card.headline);
        let mut moment = false;
        for block in &card.blocks {
            // Pings, locks and events as they were at one moment differ from run to run; the findings hold what counts.
            let is_moment = |title: &str| {
                ["title-further", "title-events"].map(|id| Words::of(None).word(id)).contains(&title.to_owned())
            };
            moment = matches!(block, Block::Titled(title, _) if is_moment(title))
                || (moment && matches!(block, Block::Code(_)));
            if moment {
                continue;
            }
            let _ = match block {
                Block::Text(words) | Block::Code(words) | Block::Note(words) => writeln!(text, "{words}"),
                Block::Mentions(all) => writeln!(text, "{all:?}"),
                Block::Link(words, address) => writeln!(text, "{words}: {address}"),
                Block::Titled(title, words) => writeln!(text, "## {title}\n{words}"),
                Block::Fields(fields) => fields.iter().try_for_each(|(name, value)| writeln!(text, "{name}: {value}")),
            };
        }
        for button in &card.buttons {
            let _ = writeln!(text, "[{}]", button.label);
        }
        steady(&text)
    }
}

/// Every text of a card, by lines.
fn whole(card: &Card) -> String {
    let block = |block: &Block| match block {
        Block::Text(text) | Block::Code(text) | Block::Note(text) | Block::Link(text, _) => text.clone(),
        Block::Titled(title, text) => format!("{title}\n{text}"),
        Block::Fields(fields) => {
            fields.iter().fold(String::new(), |text, (name, value)| text + name + "\n" + value + "\n")
        }
        Block::Mentions(_) => String::new(),
    };
    let blocks: Vec<String> = card.blocks.iter().map(block).collect();
    format!("{}\n{}\n", card.headline, blocks.join("\n"))
}

/// The text without what differs from run to run: the UIDs, the times, the addresses, the counts of what goes on.
fn steady(text: &str) -> String {
    let volatile = [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
        (r"\d\d:\d\d:\d\d( UTC|Z)?", "TIME"),
        (r"127\.0\.0\.1:\d{5}", "ADDRESS"),
        (r"no answer within \d+\.\d s", "no answer within N s"),
        (r"10\.\d+\.\d+\.\d+", "IP"),
        (r"restarts \d+", "restarts N"),
        (r" ×\d+", ""),
        // Which of the start's failures were told as events, and in which order, is a matter of milliseconds.
        (r"(?m)^ *TIME  \S+  (Unhealthy|Failed) .*\n", ""),
        (r"[Bb]ack-off \w+ restarting", "back-off restarting"),
    ];
    volatile.iter().fold(text.to_owned(), |text, (pattern, name)| {
        Regex::new(pattern).unwrap().replace_all(&text, *name).into_owned()
    })
}

fn account(name: &str) -> Account {
    Account { platform: Platform::Slack, user: name.to_owned() }
}

fn policy() -> Policy {
    let person = |name: &str| Person {
        name: name.into(),
        accounts: vec![account(name)],
        may_request: true,
        may_approve: true,
        notify: true,
    };
    Policy { people: vec![person("anna"), person("ben")], ..policy::policy() }
}

/// Plays every case at once, then compares each with its snapshot.
async fn check(cases: Vec<Case>) {
    let play = |case: Case| async move {
        let played = Box::pin(AssertUnwindSafe(case.play.run()).catch_unwind()).await;
        (case.name, case.offered, played)
    };
    let mut failed = Vec::new();
    for (name, offered, played) in join_all(cases.into_iter().map(play)).await {
        let compared = played.and_then(|mut played| {
            catch_unwind(AssertUnwindSafe(|| {
                insta::assert_snapshot!(name, played.text());
                assert_eq!(played.offers(), offered, "{name}: whether a restart is offered");
            }))
        });
        failed.extend(compared.is_err().then_some(name));
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_database_and_locket() {
    check(cases::of_the_database_and_locket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_bbs() {
    check(cases::of_the_bbs()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_pods_and_sets() {
    check(cases::of_pods_and_sets()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn between_the_cloud_controller_and_the_bbs() {
    check(cases::between_the_cloud_controller_and_the_bbs()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sight() {
    check(cases::of_sight()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_field() {
    check(field::of_the_field()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_field_in_pairs() {
    check(field::of_the_field_in_pairs()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_pairs() {
    check(cases::in_pairs()).await;
}

#[test]
fn there_are_enough_and_no_two_share_a_name() {
    let alone = [
        cases::of_the_database_and_locket(),
        cases::of_the_bbs(),
        cases::of_pods_and_sets(),
        cases::between_the_cloud_controller_and_the_bbs(),
        cases::of_sight(),
        field::of_the_field(),
    ];
    let alone: Vec<&str> = alone.iter().flatten().map(|case| case.name).collect();
    let pairs = [cases::in_pairs(), field::of_the_field_in_pairs()];
    let pairs: Vec<&str> = pairs.iter().flatten().map(|case| case.name).collect();
    assert!(alone.len() >= 30 && pairs.len() >= 5, "{} and {}", alone.len(), pairs.len());
    let names: std::collections::BTreeSet<&str> = alone.iter().chain(&pairs).copied().collect();
    assert_eq!(names.len(), alone.len() + pairs.len());
}
