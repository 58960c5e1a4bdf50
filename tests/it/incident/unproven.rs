//! Connects reach the BBS and no ping can be made: never healthy, never a delete, and an end only where nobody waits for more.

use super::*;

fn alert(status: AlertStatus) -> Alert {
    Alert {
        source: "test".into(),
        name: "StagerUnavailable".into(),
        status,
        fingerprint: Fingerprint("f".into()),
        summary: String::new(),
        starts_at: None,
        meaning: Meaning::StagerUnavailable,
        severity: None,
        seen_at: None,
    }
}

/// Where no ping can be made, and connects reach the BBS or not.
fn without_curl(stuck: bool) -> Story {
    let mut story = Story::new(policy());
    (story.world.curl, story.world.stuck) = (false, stuck);
    story
}

fn closed_as(story: &Story) -> Option<Outcome> {
    story.outcome().cloned()
}

#[test]
fn a_check_that_only_connects_ends_without_calling_it_healthy() {
    let mut story = without_curl(false);
    story.look();
    assert_eq!(closed_as(&story), Some(Outcome::ReachedNotProven { again: false }));
}

#[test]
fn an_alerts_incident_stays_open_until_the_alert_is_over() {
    let mut story = without_curl(false);
    story.tell(Command::Alert(alert(AlertStatus::Firing))).unwrap();
    for _ in 0..5 {
        story.look();
        story.pass(60);
        assert_eq!(closed_as(&story), None, "on a bare connect");
    }
    story.tell(Command::AlertResolved(alert(AlertStatus::Resolved))).unwrap();
    story.look();
    assert_eq!(closed_as(&story), Some(Outcome::ReachedNotProven { again: false }));
}

#[test]
fn an_alerts_incident_ends_by_a_person_by_an_answer_or_after_a_day() {
    let open = || {
        let mut story = without_curl(false);
        story.tell(Command::Alert(alert(AlertStatus::Firing))).unwrap();
        story.look();
        story
    };
    let mut story = open();
    story.tell(Command::HandOver { by: account("ben"), reason: None }).unwrap();
    assert!(matches!(closed_as(&story), Some(Outcome::HandedOver { .. })));

    let mut story = open();
    story.world.curl = true;
    story.look();
    assert_eq!(closed_as(&story), Some(Outcome::Healthy), "nothing was ever wrong, and now it is proven");

    let mut story = open();
    story.pass(24 * 60 * 60 - 1);
    story.look();
    assert_eq!(closed_as(&story), None);
    story.pass(1);
    story.look();
    assert_eq!(closed_as(&story), Some(Outcome::ReachedNotProven { again: false }));
}

#[test]
fn the_day_counts_from_when_it_was_last_reached() {
    let mut story = without_curl(false);
    story.tell(Command::Alert(alert(AlertStatus::Firing))).unwrap();
    story.look();
    story.pass(20 * 60 * 60);
    story.world.stuck = true;
    story.look();
    story.world.stuck = false;
    story.look();
    story.pass(23 * 60 * 60);
    story.look();
    assert_eq!(closed_as(&story), None);
    story.pass(60 * 60);
    story.look();
    assert_eq!(closed_as(&story), Some(Outcome::ReachedNotProven { again: true }));
}

#[test]
fn an_outage_that_a_connect_ends_stays_open_though_only_a_check_asked() {
    let mut story = without_curl(true);
    story.look();
    story.world.stuck = false;
    story.look();
    assert_eq!(closed_as(&story), None, "the outage was real, and that it is over was not seen");
    story.world.curl = true;
    story.look();
    assert_eq!(closed_as(&story), Some(Outcome::RecoveredItself));
}

#[test]
fn what_was_only_not_seen_does_not_recover() {
    let mut story = Story::new(policy());
    (story.world.seen, story.world.stuck) = (false, false);
    story.look();
    story.pass(15);
    story.world.seen = true;
    story.look();
    assert_eq!(closed_as(&story), Some(Outcome::Healthy));
}

#[test]
fn a_connect_voids_an_approval_and_a_request() {
    let mut story = without_curl(true);
    story.look();
    let code = story.request("anna").unwrap();
    story.world.stuck = false;
    story.look();
    assert!(matches!(story.approve("ben", &code), Err(Refusal::Ended { .. })));
    assert_eq!(closed_as(&story), None);

    let mut story = without_curl(true);
    story.look();
    let code = story.request("anna").unwrap();
    story.approve("ben", &code).unwrap();
    story.world.stuck = false;
    story.look();
    assert!(story.intended().is_empty() && closed_as(&story).is_none());
    assert!(matches!(story.request("anna"), Err(Refusal::VerdictForbids { .. })));
}

#[test]
fn a_recovery_says_that_it_rests_on_connects() {
    let mut story = without_curl(true);
    story.look();
    let code = story.request("anna").unwrap();
    story.approve("ben", &code).unwrap();
    story.look();
    story.delete_arrives();
    story.world.replace(0, true);
    story.look();
    story.delete_arrives();
    story.world.replace(1, true);
    story.look();
    story.look();
    story.pass(15);
    story.look();
    let Some(Outcome::Recovered { unproven: true, deleted: 2, .. }) = closed_as(&story) else {
        panic!("{:?}", story.incident.state)
    };
    let told = stagerbot::incident::timeline::timeline(1, &story.log);
    assert!(told.iter().any(|line| line.says.id == "told-healthy-unproven"), "{told:?}");
}
