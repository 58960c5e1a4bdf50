//! An alert that fires soon after the end opens the same incident again, quietly where it flaps.

use stagerbot::incident::next::Next;
use stagerbot::incident::observation::Depth;
use stagerbot::incident::reopen::Refire;
use stagerbot::incident::timeline::timeline;

use super::*;

fn alert() -> Alert {
    Alert {
        source: "alertmanager".into(),
        name: "CFStagerUnavailable".into(),
        status: AlertStatus::Firing,
        fingerprint: Fingerprint("a1".into()),
        summary: "Stager is unavailable".into(),
        starts_at: None,
        meaning: Meaning::StagerUnavailable,
        severity: None,
        seen_at: None,
    }
}

fn healed() -> World {
    World { stuck: false, ..World::stuck() }
}

/// A story of an environment that is healthy, to its end.
fn healthy() -> Story {
    let mut story = Story::new(policy());
    story.world = healed();
    story.tell(Command::Alert(alert())).unwrap();
    story.look();
    assert_eq!(story.outcome(), Some(&Outcome::Healthy));
    story
}

fn refire(story: &Story) -> Refire {
    story.incident.refire(story.now, &story.policy)
}

fn fires(story: &mut Story) {
    assert_eq!(refire(story), Refire::Reopen);
    story.tell(Command::Alert(alert())).unwrap();
    assert!(!story.incident.is_closed());
    story.claims();
}

#[test]
fn an_alert_that_was_not_there_before_opens_an_incident_of_its_own_where_a_check_found_nothing_wrong() {
    let mut story = Story::new(policy());
    story.world = healed();
    story.look();
    assert_eq!(story.outcome(), Some(&Outcome::Healthy));
    assert_eq!(refire(&story), Refire::New);
}

#[test]
fn a_storm_of_different_alerts_that_finds_nothing_wrong_is_one_incident() {
    let mut story = healthy();
    for number in 0..50 {
        story.pass(1);
        assert_eq!(refire(&story), Refire::Reopen);
        let other = Alert { fingerprint: Fingerprint(format!("b{number}")), ..alert() };
        story.tell(Command::Alert(other)).unwrap();
        story.claims();
        story.look();
        assert_eq!(story.outcome(), Some(&Outcome::Healthy));
    }
    assert_eq!((story.incident.reopened, story.incident.alerts.len()), (50, 51));
}

#[test]
fn within_the_time_it_is_opened_again_and_after_it_anew() {
    let mut story = healthy();
    story.pass(29 * 60);
    fires(&mut story);
    story.look();
    assert_eq!(story.outcome(), Some(&Outcome::Healthy), "closed once more, as healthy as before");
    story.pass(31 * 60);
    assert_eq!(refire(&story), Refire::New);
    story.policy.reopen = SignedDuration::ZERO;
    story.now = story.incident.closed_at.unwrap();
    assert_eq!(refire(&story), Refire::New);
}

#[test]
fn one_that_was_handed_over_stays_with_who_took_it() {
    let mut story = Story::new(policy());
    story.look();
    story.tell(Command::HandOver { by: account("anna"), reason: None }).unwrap();
    assert_eq!(refire(&story), Refire::Quiet);
    assert_eq!(story.tell(Command::Alert(alert())).unwrap_err(), Refusal::Closed);
}

#[test]
fn an_outage_that_comes_back_has_one_restart_still_and_codes_of_its_own() {
    let mut story = Story::new(policy());
    story.look();
    let first = story.request("anna").unwrap();
    story.world = healed();
    story.look();
    assert_eq!(story.outcome(), Some(&Outcome::RecoveredItself));
    story.world = World::stuck();
    fires(&mut story);
    story.look();
    let second = story.request("anna").unwrap();
    assert_ne!(first, second);
    assert!(matches!(story.approve("ben", &first).unwrap_err(), Refusal::Ended { .. }), "the old code stays dead");
    story.approve("ben", &second).unwrap();
}

#[test]
fn a_flapping_alert_is_one_incident_with_few_lines() {
    let mut story = healthy();
    for _ in 0..198 {
        story.pass(60);
        fires(&mut story);
        story.look();
        assert!(story.incident.is_closed());
    }
    let lines = timeline(1, &story.log);
    assert!(lines.len() < 40, "{} lines for 198 flaps", lines.len());
    // A real outage in between is told at once.
    story.pass(60);
    story.world = World::stuck();
    fires(&mut story);
    story.look();
    let after = timeline(1, &story.log);
    assert!(after.last().unwrap().says.id.starts_with("told-diagnosed"), "{:?}", after.last());
}

#[test]
fn what_flaps_is_looked_after_every_few_seconds() {
    let mut story = healthy();
    let next = |story: &Story| story.incident.next(story.incident.claim.unwrap(), None, story.now, &story.policy);
    for flap in 1..=8_u32 {
        fires(&mut story);
        if flap.is_power_of_two() {
            assert_eq!(next(&story), Next::Observe(Depth::Full), "what is told is looked after at once");
        } else {
            let looked = story.incident.observation.as_ref().unwrap().at;
            let until = looked + SignedDuration::from_secs(5);
            assert_eq!(next(&story), Next::WaitUntil(until));
            story.pass(5);
            assert_eq!(next(&story), Next::Observe(Depth::Full));
        }
        story.look();
    }
}

#[test]
fn a_log_does_not_grow_for_ever() {
    let mut story = healthy();
    while refire(&story) == Refire::Reopen {
        story.pass(1);
        fires(&mut story);
        story.look();
    }
    assert_eq!(story.incident.reopened, 200);
}
