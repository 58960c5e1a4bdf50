//! The core: the two-person rule, the gates, and properties over arbitrary sequences of commands.

mod codes;
mod drills;
mod approvals;
mod persons;
mod terminating;
mod inhibition;
mod reopen;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::incident::alert::{Alert, AlertStatus, Fingerprint, Meaning};
use stagerbot::incident::decide::Command;
use stagerbot::incident::event::{Event, Outcome, Recorded, Trigger};
use stagerbot::incident::observation::detail::PodDetail;
use stagerbot::incident::observation::{
    Database, DatabaseReport, Observation, Part, PingOutcome, PingReport, PodSummary, Pods, ProbeOutcome, ProbeReport,
    Seen, SetSummary,
};
use stagerbot::incident::phrase::Phrase;
use stagerbot::incident::policy::{Policy, Restarts};
use stagerbot::incident::refusal::Refusal;
use stagerbot::incident::transition::DeleteResult;
use stagerbot::incident::{Incident, State};

use crate::harness::policy::{account, policy};

mod time;
mod unproven;
mod report;

/// A small environment: two BBS pods, one Cloud Controller pod, and whether the BBS can be reached.
#[allow(clippy::struct_excessive_bools)] // Each is one thing that may be so.
#[derive(Clone, Debug)]
struct World {
    pods: Vec<WorldPod>,
    next_uid: u32,
    seen: bool,
    stuck: bool,
    /// The BBS's set is `Parallel`.
    parallel: bool,
    /// Whether the BBS can be pinged.
    curl: bool,
    /// The database takes no connections.
    database_down: bool,
    /// A new revision of the BBS's set is on its way.
    pending: bool,
}

#[derive(Clone, Debug)]
struct WorldPod {
    uid: u32,
    ready: bool,
    terminating: bool,
    failing: bool,
    finalizers: Vec<String>,
}

impl WorldPod {
    fn new(uid: u32, ready: bool) -> Self {
        Self { uid, ready, terminating: false, failing: false, finalizers: Vec::new() }
    }
}

impl World {
    fn stuck() -> Self {
        Self::of(2)
    }

    fn of(pods: u32) -> Self {
        let all = (0..pods).map(|uid| WorldPod::new(uid, true)).collect();
        Self {
            pods: all,
            next_uid: pods,
            seen: true,
            stuck: true,
            parallel: false,
            curl: true,
            database_down: false,
            pending: false,
        }
    }

    /// The pod's replacement takes its place; the new pod is what heals the environment.
    fn replace(&mut self, place: usize, ready: bool) {
        self.pods[place] = WorldPod::new(self.next_uid, ready);
        self.next_uid += 1;
        if ready {
            self.stuck = false;
        }
    }

    fn look(&self, at: Timestamp, full: bool) -> Observation {
        if !self.seen {
            return Observation::blind(at, "unreachable");
        }
        let leader = (!self.stuck).then(|| self.pods.iter().position(|p| p.ready && !p.terminating)).flatten();
        let summary = |name: String, pod: &WorldPod, active| PodSummary {
            name,
            uid: format!("uid-{}", pod.uid),
            resource_version: "7".into(),
            phase: "Running".into(),
            ready: if pod.ready { 2 } else { 1 },
            containers: 2,
            restarts: 0,
            active,
            created: Some(at),
            deleting_until: pod.terminating.then_some(at),
            grace_seconds: 600,
            finalizers: pod.finalizers.clone(),
            trouble: pod.failing.then(|| "CrashLoopBackOff".into()),
            node: None,
            ip: None,
            detail: PodDetail::default(),
        };
        let bbs = self.pods.iter().enumerate();
        let bbs = bbs.map(|(n, pod)| summary(format!("diego-api-{n}"), pod, Some(leader == Some(n)))).collect();
        let api = WorldPod::new(1000, true);
        let set = |part, name: &str, desired| SetSummary {
            part,
            name: name.into(),
            desired,
            policy: if self.parallel { "Parallel".into() } else { "OrderedReady".into() },
            pending_revision: self.pending && part == Part::Bbs,
            container: None,
        };
        let outcome = if leader.is_some() { ProbeOutcome::Succeeded } else { ProbeOutcome::Refused };
        let report = ProbeReport {
            pod: "api-0".into(),
            container: "api".into(),
            target: "diego-api.cf.svc.cluster.local:8889".into(),
            outcome,
            exit_code: Some(i32::from(leader.is_none())),
            text: "nc said so".into(),
            took: SignedDuration::ZERO,
            by_bash: false,
            by_running: false,
            lacks_get: false,
        };
        let answered = PingReport {
            from: "api-0".into(),
            to: None,
            outcome: PingOutcome::Answered,
            text: "HTTP 200".into(),
            took: SignedDuration::ZERO,
        };
        let asked = full && leader.is_some() && self.curl;
        Observation {
            at,
            pings: if asked { Seen::Known(vec![answered]) } else { Seen::NotLooked },
            pods: Seen::Known(Pods {
                cloud_controllers: vec![summary("api-0".into(), &api, None)],
                bbs,
                lockets: Vec::new(),
                cells: Vec::new(),
                sets: vec![set(Part::CloudController, "api", 1), set(Part::Bbs, "diego-api", self.pods.len() as u32)],
            }),
            endpoints: Seen::Known(leader.map(|n| format!("diego-api-{n}")).into_iter().collect()),
            probes: if full { Seen::Known(vec![report]) } else { Seen::NotLooked },
            database: if full && self.database_down {
                Seen::Known(DatabaseReport { state: Database::Down, evidence: vec!["refused".into()] })
            } else {
                Seen::NotLooked
            },
            ..Observation::blind(at, "")
        }
    }
}

/// An incident that is told things one after another, as the engine does it.
struct Story {
    incident: Incident,
    log: Vec<Recorded>,
    now: Timestamp,
    policy: Policy,
    world: World,
}

impl Story {
    fn new(policy: Policy) -> Self {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let opened = Event::Opened {
            environment: "prod".into(),
            trigger: Trigger::Check(policy.who(&account("anna"))),
            last_restart: None,
            last_leader: None,
            database_alerts: Vec::new(),
        };
        let log = vec![Recorded { seq: 1, at: now, event: opened }];
        let incident = Incident::replay(1, &log).unwrap();
        let mut story = Self { incident, log, now, policy, world: World::stuck() };
        story.claims();
        story
    }

    fn tell(&mut self, command: Command) -> Result<Vec<Event>, Refusal> {
        let events = self.incident.decide(&command, self.now, &self.policy)?;
        for event in &events {
            let recorded = Recorded { seq: self.incident.seq + 1, at: self.now, event: event.clone() };
            self.incident.apply(&recorded);
            self.log.push(recorded);
        }
        Ok(events)
    }

    fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    fn claims(&mut self) {
        let claim = self.incident.claim.unwrap_or(0) + 1;
        self.tell(Command::Claim { claim }).unwrap();
    }

    fn look(&mut self) -> Vec<Event> {
        self.look_at(true)
    }

    fn look_at(&mut self, full: bool) -> Vec<Event> {
        self.look_began(full, 0)
    }

    /// A look that took a while: what it saw is as old as that.
    fn look_began(&mut self, full: bool, seconds_ago: i64) -> Vec<Event> {
        let claim = self.incident.claim.unwrap();
        let observation = self.world.look(self.now - SignedDuration::from_secs(seconds_ago), full);
        self.tell(Command::RecordObservation { claim, observation }).unwrap()
    }

    fn request(&mut self, who: &str) -> Result<String, Refusal> {
        self.tell(Command::RequestRestart { by: account(who), reason: None })?;
        Ok(self.code())
    }

    fn code(&self) -> String {
        self.incident.request().map_or_else(|| "000000-1".into(), |request| request.code.clone())
    }

    fn approve(&mut self, who: &str, code: &str) -> Result<Vec<Event>, Refusal> {
        self.tell(Command::Approve { by: account(who), code: code.into(), database_checked: true })
    }

    /// Up to the approval: stuck, requested by Anna, approved by Ben.
    fn approved() -> Self {
        Self::approved_in(World::stuck())
    }

    fn approved_in(world: World) -> Self {
        let mut story = Self::new(policy());
        story.world = world;
        story.look();
        let code = story.request("anna").unwrap();
        story.pass(5);
        story.approve("ben", &code).unwrap();
        story
    }

    fn intended(&self) -> Vec<String> {
        let uid = |r: &Recorded| match &r.event {
            Event::DeleteIntended { uid, .. } => Some(uid.clone()),
            _ => None,
        };
        self.log.iter().filter_map(uid).collect()
    }

    fn outcome(&self) -> Option<&Outcome> {
        match &self.incident.state {
            State::Closed(outcome) => Some(outcome),
            _ => None,
        }
    }

    fn told(&self, why: &Phrase) {
        assert!(format!("{:?}", self.log).contains(&format!("{why:?}")), "{why:?} is not in {:?}", self.log.last());
    }

    /// The delete that is intended arrives: the pod terminates.
    fn delete_arrives(&mut self) {
        let uid = self.intended().last().unwrap().clone();
        let place = self.world.pods.iter().position(|p| format!("uid-{}", p.uid) == uid).unwrap();
        self.world.pods[place].terminating = true;
        self.tell(Command::RecordDelete { uid, result: DeleteResult::Accepted }).unwrap();
    }
}

#[test]
fn the_whole_way_from_the_signature_to_the_recovery() {
    let mut story = Story::approved();
    assert!(story.intended().is_empty(), "nothing before the check after the approval");
    story.look();
    assert_eq!(story.intended(), ["uid-0"]);
    story.delete_arrives();
    story.pass(20);
    story.look();
    assert_eq!(story.intended().len(), 1, "the canary is still terminating");
    story.world.replace(0, false);
    story.look();
    assert_eq!(story.intended().len(), 1, "the canary's replacement is not ready");
    story.world.replace(0, true);
    story.look();
    assert_eq!(story.intended(), ["uid-0", "uid-1"]);
    story.delete_arrives();
    story.world.replace(1, true);
    story.look();
    assert!(matches!(story.incident.state, State::Recovering(_)));
    story.look();
    story.pass(14);
    story.look();
    assert!(!story.incident.is_closed(), "healthy has to hold");
    story.pass(1);
    story.look();
    let recovered = Outcome::Recovered { leader: "diego-api-0".into(), deleted: 2, planned: 2, unproven: false };
    assert_eq!(story.outcome(), Some(&recovered));
}

#[test]
fn a_delete_that_is_refused_again_and_again_ends_the_restart() {
    let mut story = Story::approved();
    for tried in 1..=5 {
        story.look();
        assert_eq!(story.intended().len(), tried);
        let uid = story.intended().last().unwrap().clone();
        story.tell(Command::RecordDelete { uid, result: DeleteResult::Refused("a webhook says no".into()) }).unwrap();
        story.pass(5);
    }
    story.look();
    assert_eq!(story.intended(), ["uid-0"; 5], "and no other pod is tried instead");
    story.told(&Phrase::new("stopped-delete-failed").with("pod", "diego-api-0"));
}

#[test]
fn restarts_that_are_switched_off_in_the_middle_of_one_end_it() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.pass(20);
    story.world.replace(0, true);
    story.policy.restarts = Restarts::Off;
    story.look();
    assert_eq!(story.intended(), ["uid-0"]);
    story.told(&Phrase::new("stopped-switched-off"));
}

#[test]
fn healthy_has_to_hold() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.world.replace(0, true);
    story.look();
    story.delete_arrives();
    story.world.replace(1, true);
    story.look();
    story.look();
    story.pass(10);
    story.world.pods[1].ready = false;
    story.look_at(false);
    assert!(matches!(story.log.last().unwrap().event, Event::HealthLost { .. }), "seen without a probe");
    story.world.pods[1].ready = true;
    story.pass(10);
    story.look();
    story.pass(14);
    story.look();
    assert!(!story.incident.is_closed(), "it counts from when it came back");
    story.pass(1);
    story.look();
    assert!(story.incident.is_closed());
}

#[test]
fn what_does_not_recover_in_time_is_handed_over_with_what_is_missing() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.world.replace(0, true);
    story.look();
    story.delete_arrives();
    story.world.replace(1, false);
    story.look();
    story.pass(15 * 60);
    story.look();
    assert!(!story.incident.is_closed(), "the longest grace and a start allowance are not over");
    story.pass(60);
    story.look_at(false);
    assert!(!story.incident.is_closed(), "what is handed over says how things stand: a full look comes first");
    story.look();
    let Some(Outcome::NotRecovered { why, deleted: 2, planned: 2 }) = story.outcome() else {
        panic!("{:?}", story.incident.state)
    };
    assert_eq!(why[0].id, "missing-ready");
}

#[test]
fn the_requester_can_not_approve_from_either_account_and_carl_not_at_all() {
    let mut story = Story::new(policy());
    story.look();
    let code = story.request("anna").unwrap();
    assert_eq!(story.approve("anna", &code), Err(Refusal::OwnRequest));
    let discord = Account { platform: Platform::Discord, user: "anna".into() };
    let command = Command::Approve { by: discord, code: code.clone(), database_checked: true };
    assert_eq!(story.tell(command), Err(Refusal::OwnRequest));
    assert_eq!(story.approve("carl", &code), Err(Refusal::MayNotApprove { who_may: "anna, ben".into() }));
    assert_eq!(story.approve("nobody", &code), Err(Refusal::NotMapped));
    assert_eq!(story.request("nobody"), Err(Refusal::NotMapped));
}

#[test]
fn an_unknown_database_has_to_be_confirmed() {
    let mut story = Story::new(policy());
    story.look();
    let code = story.request("anna").unwrap();
    let unconfirmed = Command::Approve { by: account("ben"), code, database_checked: false };
    assert_eq!(story.tell(unconfirmed), Err(Refusal::DatabaseNotConfirmed));
}

#[test]
fn a_request_expires_and_its_code_never_comes_alive_again() {
    let mut story = Story::new(policy());
    story.look();
    let old = story.request("anna").unwrap();
    story.pass(15 * 60);
    assert!(matches!(story.approve("ben", &old), Err(Refusal::Ended { .. })), "late by the clock alone");
    story.tell(Command::CheckDeadline).unwrap();
    let new = story.request("anna").unwrap();
    assert_ne!(old, new, "the same plan under another number");
    assert!(matches!(story.approve("ben", &old), Err(Refusal::Ended { .. })));
    story.tell(Command::Deny { by: account("ben"), code: new.clone() }).unwrap();
    assert!(matches!(story.approve("ben", &new), Err(Refusal::Ended { .. })));
}

#[test]
fn a_second_approval_hears_who_was_first() {
    let mut story = Story::approved();
    let code = story.incident.restart().unwrap().request.code.clone();
    let Err(Refusal::Ended { ending, .. }) = story.approve("ben", &code) else { panic!("accepted twice") };
    assert!(matches!(ending, stagerbot::incident::refusal::Ending::Approved(who) if who.name() == "ben"));
}

#[test]
fn an_approval_after_recovery_is_void_and_closes() {
    let mut story = Story::approved();
    story.world.stuck = false;
    story.look();
    assert_eq!(story.outcome(), Some(&Outcome::RecoveredItself));
    assert!(story.log.iter().any(|r| matches!(&r.event, Event::PlanVoided { why } if why.id == "voided-recovered")));
    assert!(story.intended().is_empty());
}

#[test]
fn an_approval_after_a_pod_was_replaced_is_void_and_a_new_plan_can_be_requested() {
    let mut story = Story::approved();
    let old = story.incident.restart().unwrap().request.code.clone();
    story.world.replace(1, false);
    story.world.pods[1].ready = true;
    story.look();
    assert!(story.intended().is_empty());
    assert_eq!(story.incident.state, State::Diagnosed);
    let new = story.request("anna").unwrap();
    assert_ne!(old[..6], new[..6], "another plan, and another moment");
}

#[test]
fn a_canary_that_crashes_stops_the_plan() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.world.replace(0, false);
    story.world.pods[0].failing = true;
    story.look();
    let Some(Outcome::NotRecovered { why, deleted: 1, planned: 2 }) = story.outcome() else {
        panic!("{:?}", story.incident.state)
    };
    assert_eq!(why[0].id, "stopped-failed");
}

#[test]
fn a_planned_pod_that_became_the_leader_is_left_alone() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    // diego-api-1 took the lock while diego-api-0 was away.
    story.world.replace(0, true);
    story.world.pods.swap(0, 1);
    let mut observation = story.world.look(story.now, true);
    let Seen::Known(pods) = &mut observation.pods else { unreachable!() };
    pods.bbs.swap(0, 1);
    (pods.bbs[0].name, pods.bbs[1].name) = ("diego-api-0".into(), "diego-api-1".into());
    observation.endpoints = Seen::Known(vec!["diego-api-1".into()]);
    let claim = story.incident.claim.unwrap();
    story.tell(Command::RecordObservation { claim, observation }).unwrap();
    assert_eq!(story.intended().len(), 1);
    assert!(story.log.iter().any(|r| matches!(&r.event, Event::PodSpared { pod, .. } if pod == "diego-api-1")));
}

#[test]
fn after_taking_over_a_healed_environment_nothing_more_is_deleted() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.world.replace(0, true);
    story.claims();
    story.look();
    assert_eq!(story.intended(), ["uid-0"]);
    assert!(matches!(story.incident.state, State::Recovering(_)));
    story.look();
    story.pass(15);
    story.look();
    assert!(matches!(story.outcome(), Some(Outcome::Recovered { deleted: 1, planned: 2, .. })));
}

#[test]
fn an_intent_of_another_claim_is_resolved_by_looking() {
    for (arrived, resolved) in [(true, "pod-deleted"), (false, "delete-failed")] {
        let mut story = Story::approved();
        story.look();
        story.world.pods[0].terminating = arrived;
        story.claims();
        let events = story.look();
        let kinds: Vec<String> = events
            .iter()
            .map(|event| serde_json::to_value(event).unwrap()["type"].as_str().unwrap().to_owned())
            .collect();
        assert!(kinds.iter().any(|kind| kind == resolved), "{kinds:?}");
        let again = if arrived { 1 } else { 2 };
        assert_eq!(story.intended().len(), again, "a lost delete is intended anew, an arrived one never");
    }
}

#[test]
fn one_restart_per_incident_and_a_cool_down_after_it() {
    let mut story = Story::approved();
    story.look();
    let uid = story.intended()[0].clone();
    story.tell(Command::RecordDelete { uid, result: DeleteResult::Refused("409".into()) }).unwrap();
    story.world.replace(1, false);
    story.world.pods[1].ready = true;
    story.look();
    assert_eq!(story.incident.state, State::Diagnosed, "voided: a pod was replaced before any was deleted");
    assert_eq!(story.request("ben"), Err(Refusal::OneRestart));
}

#[test]
fn a_dry_run_says_what_it_would_do_and_intends_nothing() {
    let mut dry = policy();
    dry.restarts = Restarts::DryRun;
    let mut story = Story::new(dry);
    story.look();
    let code = story.request("anna").unwrap();
    story.approve("ben", &code).unwrap();
    story.look();
    assert!(story.intended().is_empty());
    assert_eq!(story.outcome(), Some(&Outcome::DryRun { planned: 2 }));
}

#[test]
fn restarts_that_are_switched_off_meanwhile_are_neither_approved_nor_carried_out() {
    let mut story = Story::new(policy());
    story.look();
    let code = story.request("anna").unwrap();
    story.policy.restarts = Restarts::Off;
    assert_eq!(story.approve("ben", &code), Err(Refusal::RestartsOff));

    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.world.replace(0, true);
    story.policy.restarts = Restarts::DryRun;
    story.look();
    assert_eq!(story.intended().len(), 1);
    assert!(matches!(story.outcome(), Some(Outcome::NotRecovered { deleted: 1, planned: 2, .. })));
}

#[test]
fn a_storm_of_alerts_joins_only_so_far() {
    let mut story = Story::new(policy());
    let before = story.log.len();
    for n in 0..200 {
        let alert = Alert {
            source: "test".into(),
            name: "StagerUnavailable".into(),
            status: AlertStatus::Firing,
            fingerprint: Fingerprint(n.to_string()),
            summary: String::new(),
            starts_at: None,
            meaning: Meaning::StagerUnavailable,
            severity: None,
            seen_at: None,
        };
        story.tell(Command::Alert(alert)).unwrap();
    }
    assert_eq!(story.log.len() - before, 50);
}

#[test]
fn what_is_not_known_is_not_offered() {
    let mut story = Story::new(policy());
    story.world.seen = false;
    story.look();
    assert!(matches!(story.request("anna"), Err(Refusal::VerdictForbids { .. })));
}

#[test]
fn blindness_after_the_approval_voids_it_after_a_while() {
    let mut story = Story::approved();
    story.world.seen = false;
    story.pass(25);
    story.look();
    assert!(matches!(story.incident.state, State::Restarting(_)), "it may pass");
    story.pass(10);
    story.look();
    assert_eq!(story.incident.state, State::Diagnosed);
    assert!(story.intended().is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Pass(i64),
    Look { full: bool, seconds_ago: i64 },
    OldClaimLooks,
    Request(&'static str),
    Approve { by: &'static str, current: bool, checked: bool },
    Deny(&'static str),
    Cancel(&'static str),
    HandOver(&'static str),
    Check,
    Alert { firing: bool },
    Claim,
    Deadline,
    DeleteAnswers(u8),
    Terminate(usize),
    Replace { place: usize, ready: bool },
    Fail(usize),
    Stuck(bool),
    Seen(bool),
    Parallel(bool),
    Rename,
}

fn step() -> impl Strategy<Value = Step> {
    let who = || prop_oneof![Just("anna"), Just("ben"), Just("carl"), Just("nobody")];
    prop_oneof![
        2 => prop_oneof![Just(1), Just(20), Just(40), Just(100), Just(1000)].prop_map(Step::Pass),
        8 => (any::<bool>(), prop_oneof![9 => Just(0), 1 => Just(31)])
            .prop_map(|(full, seconds_ago)| Step::Look { full, seconds_ago }),
        1 => Just(Step::OldClaimLooks),
        3 => who().prop_map(Step::Request),
        4 => (who(), prop::bool::weighted(0.8), prop::bool::weighted(0.8))
            .prop_map(|(by, current, checked)| Step::Approve { by, current, checked }),
        1 => who().prop_map(Step::Deny),
        1 => who().prop_map(Step::Cancel),
        1 => prop::bool::weighted(0.2).prop_map(|yes| if yes { Step::HandOver("ben") } else { Step::Check }),
        1 => any::<bool>().prop_map(|firing| Step::Alert { firing }),
        1 => Just(Step::Claim),
        1 => Just(Step::Deadline),
        5 => (0..4_u8).prop_map(Step::DeleteAnswers),
        1 => (0..2_usize).prop_map(Step::Terminate),
        3 => (0..2_usize, any::<bool>()).prop_map(|(place, ready)| Step::Replace { place, ready }),
        1 => (0..2_usize).prop_map(Step::Fail),
        1 => prop::bool::weighted(0.7).prop_map(Step::Stuck),
        1 => prop::bool::weighted(0.8).prop_map(Step::Seen),
        1 => any::<bool>().prop_map(Step::Parallel),
        1 => Just(Step::Rename),
    ]
}

fn play_step(story: &mut Story, step: &Step) {
    let command = match *step {
        Step::Pass(seconds) => return story.pass(seconds),
        Step::Look { full, seconds_ago } => {
            story.look_began(full, seconds_ago);
            return;
        }
        Step::OldClaimLooks => {
            let observation = story.world.look(story.now, true);
            Command::RecordObservation { claim: 0, observation }
        }
        Step::Request(who) => Command::RequestRestart { by: account(who), reason: None },
        Step::Approve { by, current, checked } => {
            let code = if current { story.code() } else { "ABCDEF-1".into() };
            Command::Approve { by: account(by), code, database_checked: checked }
        }
        Step::Deny(who) => Command::Deny { by: account(who), code: story.code() },
        Step::Cancel(who) => Command::Cancel { by: account(who), code: story.code() },
        Step::HandOver(who) => Command::HandOver { by: account(who), reason: None },
        Step::Check => Command::Check { by: account("nobody") },
        Step::Alert { firing } => {
            let status = if firing { AlertStatus::Firing } else { AlertStatus::Resolved };
            let alert = Alert {
                source: "test".into(),
                name: "StagerUnavailable".into(),
                status,
                fingerprint: Fingerprint("f".into()),
                summary: String::new(),
                starts_at: None,
                meaning: Meaning::StagerUnavailable,
                severity: None,
                seen_at: None,
            };
            if firing { Command::Alert(alert) } else { Command::AlertResolved(alert) }
        }
        Step::Claim => Command::Claim { claim: story.incident.claim.unwrap_or(0) + 1 },
        Step::Deadline => Command::CheckDeadline,
        Step::DeleteAnswers(how) => {
            let Some(uid) = story.intended().last().cloned() else { return };
            let result = match how {
                0 => DeleteResult::Accepted,
                1 => DeleteResult::Missing,
                2 => DeleteResult::Refused("409".into()),
                _ => DeleteResult::Unclear("timeout".into()),
            };
            Command::RecordDelete { uid, result }
        }
        Step::Terminate(place) => {
            story.world.pods[place].terminating = true;
            return;
        }
        Step::Replace { place, ready } => return story.world.replace(place, ready),
        Step::Fail(place) => {
            story.world.pods[place].failing = true;
            return;
        }
        Step::Stuck(stuck) => {
            story.world.stuck = stuck;
            return;
        }
        Step::Parallel(parallel) => {
            story.world.parallel = parallel;
            return;
        }
        Step::Rename => {
            // As if the configuration was changed and the bot started anew: whoever is first goes by a new name.
            let name = format!("{}-{}", story.policy.people[0].name, story.log.len());
            story.policy.people[0].name = name;
            return;
        }
        Step::Seen(seen) => {
            story.world.seen = seen;
            return;
        }
    };
    // A refusal is an answer like any other here.
    let _ = story.tell(command);
}

/// Every delete intent rests on two persons, one approval, and a look by the same claim after it that is not old.
fn check_intents(log: &[Recorded]) -> Result<(), TestCaseError> {
    let mut requester = None;
    let mut approved: Option<(String, Timestamp)> = None;
    let mut looked: Option<(u64, Timestamp)> = None;
    let mut planned = Vec::new();
    let mut claimed = None;
    for recorded in log {
        match &recorded.event {
            Event::RestartRequested { by, plan, .. } => {
                requester = Some(by.account.user.clone());
                planned = plan.pods().map(|(_, pod)| pod.uid.clone()).collect();
                approved = None;
            }
            Event::Approved { by, .. } => approved = Some((by.account.user.clone(), recorded.at)),
            Event::PlanVoided { .. }
            | Event::Expired
            | Event::Denied { .. }
            | Event::Cancelled { .. }
            | Event::Reopened { .. } => {
                approved = None;
            }
            Event::Claimed { claim } => claimed = Some(*claim),
            Event::Observed { claim, observation } => looked = Some((*claim, observation.at)),
            Event::DeleteIntended { uid, claim, .. } => {
                let Some((approver, at)) = &approved else {
                    return Err(TestCaseError::fail("an intent without a standing approval"));
                };
                prop_assert!(requester.is_some() && requester.as_ref() != Some(approver));
                let Some((by, seen)) = looked else { return Err(TestCaseError::fail("an intent without a look")) };
                prop_assert_eq!(by, *claim);
                prop_assert_eq!(claimed, Some(by), "an intent on an old claim");
                prop_assert!(seen >= *at, "the look is older than the approval");
                prop_assert!(recorded.at.duration_since(seen) <= SignedDuration::from_secs(30));
                prop_assert!(planned.contains(uid), "a pod outside the plan");
            }
            _ => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn whatever_happens(steps in prop::collection::vec(step(), 1..60)) {
        let mut story = Story::new(policy());
        for step in &steps {
            let closed = story.incident.is_closed().then(|| story.incident.state.clone());
            play_step(&mut story, step);
            if let Some(closed) = closed {
                let again = matches!(step, Step::Alert { firing: true }) && story.incident.state == State::Checking;
                prop_assert!(story.incident.state == closed || again, "a closed incident stays closed: {:?}", story.incident.state);
            }
        }
        check_intents(&story.log)?;
        let stored: Vec<Recorded> = story
            .log
            .iter()
            .map(|recorded| serde_json::from_str(&serde_json::to_string(recorded).unwrap()).unwrap())
            .collect();
        prop_assert_eq!(Incident::replay(1, &stored), Some(story.incident));
    }
}
