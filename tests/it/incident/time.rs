//! What is normal for some seconds: within its time it says "wait", beyond it what it is; and it is by several looks.

use stagerbot::incident::escalation::{About, needs};
use stagerbot::incident::event::LastLeader;
use stagerbot::incident::next::{Look, Next};
use stagerbot::incident::observation::lasting::Momentary;
use stagerbot::incident::observation::{Database, Depth, LockOutcome, Seen};

use super::*;
use crate::harness::seen::{BOTH_DEAF, Differing, FIRST_LISTENS, healthy, outage};

/// An incident that is shown one observation after another.
struct Course {
    incident: Incident,
    log: Vec<Recorded>,
    now: Timestamp,
    policy: Policy,
}

impl Course {
    fn new() -> Self {
        Self::after(None)
    }

    fn after(last_leader: Option<LastLeader>) -> Self {
        let (policy, now) = (policy(), crate::harness::seen::now());
        let trigger = Trigger::Check(policy.who(&account("anna")));
        let opened = Event::Opened {
            environment: "prod".into(),
            trigger,
            last_restart: None,
            last_leader,
            database_alerts: Vec::new(),
        };
        let log = vec![Recorded { seq: 1, at: now, event: opened }];
        let incident = Incident::replay(1, &log).unwrap();
        let mut course = Self { incident, log, now, policy };
        course.tell(Command::Claim { claim: 1 }).unwrap();
        course
    }

    fn tell(&mut self, command: Command) -> Result<(), Refusal> {
        for event in self.incident.decide(&command, self.now, &self.policy)? {
            let recorded = Recorded { seq: self.incident.seq + 1, at: self.now, event };
            self.incident.apply(&recorded);
            self.log.push(recorded);
        }
        Ok(())
    }

    /// Shows it so many seconds after the look before.
    fn sees(&mut self, seconds: i64, observation: &Observation) -> String {
        self.now += SignedDuration::from_secs(seconds);
        let observation = Observation { at: self.now, ..observation.clone() };
        let claim = self.incident.claim.unwrap();
        self.tell(Command::RecordObservation { claim, observation }).unwrap();
        self.cause()
    }

    fn cause(&self) -> String {
        self.incident.diagnosis.as_ref().unwrap().deciding().unwrap().id.clone()
    }

    fn planned(&self) -> Vec<String> {
        let State::AwaitingApproval(request) = &self.incident.state else { panic!("{:?}", self.incident.state) };
        request.plan.pods().map(|(_, pod)| pod.name.clone()).collect()
    }

    fn requests(&mut self) -> Result<(), Refusal> {
        self.tell(Command::RequestRestart { by: account("anna"), reason: None })
    }
}

/// A label that stays on a pod that does not listen, while Locket works.
fn stuck_label() -> Observation {
    healthy()
        .probed(ProbeOutcome::Refused)
        .listening(&BOTH_DEAF)
        .lock(LockOutcome::Nobody, "")
        .database(Database::Up, "Locket read from it")
}

/// A BBS that answers 503, while Locket works.
fn answers_503() -> Observation {
    let pinged = healthy().listening(&FIRST_LISTENS).pinged(None, PingOutcome::Migrating);
    let pinged = pinged.pinged(Some("diego-api-0"), PingOutcome::Migrating);
    pinged.lock(LockOutcome::Owner("diego-api-0".into()), "").database(Database::Up, "Locket read from it").bbs(
        0,
        |pod| {
            pod.created = Some(crate::harness::seen::now() - SignedDuration::from_hours(30));
        },
    )
}

#[test]
fn a_label_that_is_stuck_is_mended_by_a_restart_of_that_pod_alone() {
    let mut course = Course::new();
    assert_eq!(course.sees(0, &stuck_label()), "label-stale");
    assert!(course.requests().is_err(), "right after a leader is lost that is normal");
    for seconds in [15, 15, 15, 14] {
        assert_eq!(course.sees(seconds, &stuck_label()), "label-stale");
    }
    assert_eq!(course.sees(1, &stuck_label()), "label-stuck");
    course.requests().unwrap();
    assert_eq!(course.planned(), ["diego-api-0"]);
}

#[test]
fn one_long_gap_is_not_several_looks() {
    let mut course = Course::new();
    course.sees(0, &stuck_label());
    assert_eq!(course.sees(600, &stuck_label()), "label-stale", "two looks");
    assert_eq!(course.sees(1, &stuck_label()), "label-stuck");
}

#[test]
fn a_label_that_follows_or_moves_begins_anew() {
    let mut course = Course::new();
    course.sees(0, &stuck_label());
    course.sees(50, &stuck_label());
    course.sees(5, &outage());
    for seconds in [5, 30, 29] {
        assert_eq!(course.sees(seconds, &stuck_label()), "label-stale");
    }
    assert_eq!(course.sees(1, &stuck_label()), "label-stuck");

    let mut course = Course::new();
    course.sees(0, &stuck_label());
    course.sees(50, &stuck_label());
    let another = stuck_label().bbs(0, |pod| pod.uid = "another".into());
    assert_eq!(course.sees(20, &another), "label-stale", "another pod of the same name");
}

#[test]
fn a_moment_in_which_nothing_could_be_seen_does_not_count_and_does_not_begin_anew() {
    let mut course = Course::new();
    course.sees(0, &stuck_label());
    course.sees(30, &stuck_label());
    course.sees(10, &Observation::blind(course.now, "list pods: no answer within 5.0 s"));
    assert_eq!(course.sees(20, &stuck_label()), "label-stuck");
}

#[test]
fn a_stuck_label_is_no_reason_while_locket_or_the_database_is_not_known_to_work() {
    let mut course = Course::new();
    let reached = healthy().label(1, Some(true)).listening(&[("diego-api-0", true), ("diego-api-1", false)]);
    for seconds in [0, 30, 30, 30] {
        course.sees(seconds, &reached.clone().lock(LockOutcome::Hung, ""));
        assert!(course.requests().is_err());
    }
    // Nobody listens at all, and nothing is reached: then it is the outage, whatever the label says.
    let mut course = Course::new();
    let outage = stuck_label().lock(LockOutcome::Hung, "").database(Database::Accepts, "");
    course.sees(0, &outage);
    course.sees(30, &outage);
    assert_eq!(course.sees(30, &outage), "bbs-unreachable");
    course.requests().unwrap();
    assert_eq!(course.planned(), ["diego-api-0", "diego-api-1"]);
}

#[test]
fn a_bbs_that_hangs_in_its_start_is_told_from_one_that_migrates() {
    let mut course = Course::new();
    for seconds in [0, 40, 40, 39] {
        assert_eq!(course.sees(seconds, &answers_503()), "bbs-migrating");
        assert!(course.requests().is_err());
    }
    assert_eq!(course.sees(1, &answers_503()), "bbs-start-hung");
    course.requests().unwrap();
    assert_eq!(course.planned(), ["diego-api-0"]);
}

/// A BBS of this image that answers 503.
fn running(image: &str) -> Observation {
    answers_503().bbs(0, |pod| {
        (pod.detail.revision, pod.detail.image) = (Some("r7".into()), Some(image.into()));
    })
}

/// What served when all was well.
fn last(uid: &str) -> LastLeader {
    LastLeader {
        pod: "diego-api-0".into(),
        uid: uid.into(),
        at: crate::harness::seen::now(),
        revision: Some("r7".into()),
        image: Some("diego@1".into()),
    }
}

#[test]
fn a_migration_that_goes_on_for_long_says_since_when_and_what_ends_it() {
    let mut course = Course::after(Some(last("another")));
    let says = |course: &Course| {
        let finding = course.incident.diagnosis.as_ref().unwrap().deciding().unwrap();
        stagerbot::words::Words::of(None).say(&finding.says)
    };
    course.sees(0, &running("diego@2"));
    assert!(says(&course).contains("For a short while that is normal."), "{}", says(&course));
    // However long: the pod itself is thirty hours old.
    for seconds in [60, 60, 100_000] {
        assert_eq!(course.sees(seconds, &running("diego@2")), "bbs-migrating");
    }
    for told in
        ["It has been so since ", "(looks: ", "over with the first ping that is answered", "a person has to decide"]
    {
        assert!(says(&course).contains(told), "{}", says(&course));
    }
}

#[test]
fn a_migration_is_never_cut_short() {
    let comes_to = |last: Option<LastLeader>, observation: &Observation| {
        let mut course = Course::after(last);
        [0, 60, 60, 60].map(|seconds| course.sees(seconds, observation))[3].clone()
    };
    assert_eq!(comes_to(Some(last("another")), &running("diego@2")), "bbs-migrating", "its image is new");
    assert_eq!(comes_to(Some(last("another")), &running("diego@1")), "bbs-start-hung", "the same image and revision");
    assert_eq!(comes_to(Some(last("uid-diego-api-0")), &running("diego@2")), "bbs-start-hung", "the same pod");
    let young = running("diego@1").bbs(0, |pod| pod.created = Some(crate::harness::seen::now()));
    assert_eq!(comes_to(None, &young), "bbs-migrating", "nothing is known of what ran before");
    let blind = running("diego@1").lock(LockOutcome::Hung, "").database(Database::Accepts, "");
    assert_eq!(comes_to(Some(last("another")), &blind), "bbs-start-slow", "the database may be why");
}

#[test]
fn nobody_leads_while_locket_works_is_waited_for() {
    let free = outage().listening(&BOTH_DEAF).lock(LockOutcome::Nobody, "").database(Database::Up, "");
    let mut course = Course::new();
    assert_eq!(course.sees(0, &free), "leader-awaited");
    assert_eq!(course.sees(15, &free), "leader-awaited");
    assert!(course.requests().is_err());
    assert_eq!(course.sees(5, &free), "bbs-unreachable");
    course.requests().unwrap();
    // A Locket that hangs is the runbook's outage, at once.
    let mut course = Course::new();
    assert_eq!(course.sees(0, &outage().lock(LockOutcome::Hung, "")), "bbs-unreachable");
    // A single look, which has no history, says both.
    let single = stagerbot::incident::diagnosis::diagnose(&free);
    let ids: Vec<&str> = single.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids, ["bbs-unreachable", "no-active-leader", "locket-works"]);
}

#[test]
fn the_next_look_comes_when_the_time_is_up() {
    let mut course = Course::new();
    course.sees(0, &stuck_label());
    course.sees(50, &stuck_label());
    let observation = course.incident.observation.clone().unwrap();
    let look = Look::after(None, 1, observation, &course.incident);
    let next = |after: i64| {
        let now = course.now + SignedDuration::from_secs(after);
        course.incident.next(1, Some(&look), now, &course.policy)
    };
    let at = |after: i64| course.now + SignedDuration::from_secs(after);
    assert_eq!(next(0), Next::WaitUntil(at(2)), "what changes at once is looked at together");
    assert_eq!(next(2), Next::Watch { until: at(10), depth: Depth::Full });
    assert_eq!(next(10), Next::Observe(Depth::Full));
}

/// What is behind an endpoint is reached a moment after it is there, and nothing tells of that.
#[test]
fn after_a_change_of_the_pods_it_looks_again_soon() {
    let mut course = Course::new();
    course.sees(0, &stuck_label());
    let before = course.incident.observation.clone().unwrap();
    let mut after = before.clone();
    after.endpoints = Seen::Known(vec!["diego-api-1".to_owned()]);
    for (seen, pace) in [(&before, 10), (&after, 5)] {
        let look = Look::after(None, 1, before.clone(), &course.incident);
        let look = Look::after(Some(&look), 1, seen.clone(), &course.incident);
        let now = before.at + SignedDuration::from_secs(3);
        let Next::Watch { until, .. } = course.incident.next(1, Some(&look), now, &course.policy) else { panic!() };
        assert!(until <= before.at + SignedDuration::from_secs(15), "{pace}: {until}");
        assert_eq!(until == before.at + SignedDuration::from_secs(5), pace == 5, "{until}");
    }
}

#[test]
fn what_time_decided_holds_for_the_approval_and_survives_a_restart_of_the_bot() {
    let mut course = Course::new();
    for seconds in [0, 30, 30] {
        course.sees(seconds, &stuck_label());
    }
    course.requests().unwrap();
    let code = course.incident.request().unwrap().code.clone();
    course.sees(60, &stuck_label());
    let approve = Command::Approve { by: account("ben"), code, database_checked: true };
    course.tell(approve).unwrap();
    let stored: Vec<Recorded> =
        course.log.iter().map(|one| serde_json::from_str(&serde_json::to_string(one).unwrap()).unwrap()).collect();
    course.incident = Incident::replay(1, &stored).unwrap();
    course.tell(Command::Claim { claim: 2 }).unwrap();
    course.sees(5, &stuck_label());
    let intended = |one: &Recorded| matches!(&one.event, Event::DeleteIntended { pod, .. } if pod == "diego-api-0");
    assert!(course.log.iter().any(intended), "{:?}", course.incident.state);
}

#[test]
fn a_label_that_followed_meanwhile_voids_the_approval() {
    let mut course = Course::new();
    for seconds in [0, 30, 30] {
        course.sees(seconds, &stuck_label());
    }
    course.requests().unwrap();
    let code = course.incident.request().unwrap().code.clone();
    course.sees(30, &outage().lock(LockOutcome::Nobody, ""));
    course.sees(30, &stuck_label());
    course.tell(Command::Approve { by: account("ben"), code, database_checked: true }).unwrap();
    course.sees(5, &stuck_label());
    assert!(course.log.iter().any(|one| matches!(one.event, Event::PlanVoided { .. })), "it had followed in between");
}

#[test]
fn what_waits_is_recorded_look_by_look_and_no_longer() {
    let mut course = Course::new();
    for _ in 0..20 {
        course.sees(15, &stuck_label());
    }
    let observed = course.log.iter().filter(|one| matches!(one.event, Event::Observed { .. })).count();
    assert_eq!(observed, 5, "five looks decide; the others change nothing");
    let lasting = course.incident.observation.as_ref().unwrap().lasting.clone().unwrap();
    assert_eq!((lasting[0].what, lasting[0].looks), (Momentary::StaleLabel, 5));
}

/// Somebody is called when nobody came for a while: that while must not begin anew each time the verdict flickers.
#[test]
fn a_verdict_that_flickers_is_one_need_since_its_first_time() {
    let mut story = Story::new(policy());
    story.look();
    let since = story.now;
    for _ in 0..4 {
        for seen in [false, true] {
            story.pass(60);
            story.world.seen = seen;
            story.look();
        }
    }
    let needs = needs(story.incident.id, &story.log);
    let told: Vec<_> = needs.iter().map(|need| (&need.about, need.since, &need.ended)).collect();
    assert_eq!(told, [(&About::Offer, since, &None)]);
}
