//! An alert about the database withholds the offer while it fires and is repeated, and a person's word overrides it.

use stagerbot::incident::timeline::timeline;

use super::*;

fn database(story: &Story, status: AlertStatus) -> Alert {
    Alert {
        source: "alertmanager".into(),
        name: "MySQLDown".into(),
        status,
        fingerprint: Fingerprint("d1".into()),
        summary: "mysql-0 is down".into(),
        starts_at: None,
        meaning: Meaning::Database,
        severity: None,
        seen_at: Some(story.now),
    }
}

/// A story whose verdict offers a restart.
fn offered() -> Story {
    let mut story = Story::new(policy());
    story.look();
    assert_eq!(story.incident.withheld(story.now, &story.policy), None);
    story
}

fn fires(story: &mut Story) {
    let alert = database(story, AlertStatus::Firing);
    story.tell(Command::Alert(alert)).unwrap();
}

fn inhibits(story: &Story) -> bool {
    matches!(story.incident.withheld(story.now, &story.policy), Some(Refusal::DatabaseAlert { .. }))
}

#[test]
fn it_withholds_the_offer_until_it_is_over() {
    let mut story = offered();
    fires(&mut story);
    assert!(inhibits(&story));
    let refusal = story.request("anna").unwrap_err();
    assert!(matches!(&refusal, Refusal::DatabaseAlert { name, .. } if name == "MySQLDown"), "{refusal:?}");
    let over = database(&story, AlertStatus::Resolved);
    story.tell(Command::AlertResolved(over)).unwrap();
    assert!(!inhibits(&story));
    story.look();
    story.request("anna").unwrap();
}

#[test]
fn one_that_is_not_repeated_lapses_and_one_that_is_goes_on_with_few_events() {
    let mut story = offered();
    fires(&mut story);
    for _ in 0..60 {
        story.pass(60);
        fires(&mut story);
        story.tell(Command::CheckDeadline).unwrap();
    }
    assert!(inhibits(&story), "an hour later it was repeated a minute ago");
    let joined = story.log.iter().filter(|recorded| matches!(recorded.event, Event::AlertJoined { .. })).count();
    assert!(joined <= 13, "{joined} events for an hour of repetitions");
    let told = timeline(1, &story.log).into_iter().filter(|line| line.says.id == "told-alert-joined").count();
    assert_eq!(told, 1, "what goes on is told once");
    story.pass(14 * 60);
    story.tell(Command::CheckDeadline).unwrap();
    assert!(inhibits(&story) || story.log.iter().any(|recorded| matches!(recorded.event, Event::AlertLapsed { .. })));
    story.pass(6 * 60);
    story.tell(Command::CheckDeadline).unwrap();
    assert!(!inhibits(&story));
    assert_eq!(story.log.iter().filter(|recorded| matches!(recorded.event, Event::AlertLapsed { .. })).count(), 1);
}

#[test]
fn who_checked_the_database_says_so_and_so_does_the_approver() {
    let mut story = offered();
    fires(&mut story);
    let request = |reason: &str| Command::RequestRestart { by: account("anna"), reason: Some(reason.into()) };
    assert!(story.tell(request("the database is checked, I think")).is_err());
    story.tell(request("database-checked: psql answers")).unwrap();
    let code = story.code();
    let approve = |database_checked| Command::Approve { by: account("ben"), code: code.clone(), database_checked };
    assert_eq!(story.tell(approve(false)).unwrap_err(), Refusal::DatabaseNotConfirmed);
    story.tell(approve(true)).unwrap();
    story.look();
    assert_eq!(story.intended().len(), 1, "what was said holds against the alert that was known");
}

#[test]
fn one_that_comes_after_the_approval_voids_it() {
    let mut story = Story::approved();
    story.pass(1);
    fires(&mut story);
    let events = story.look();
    assert!(
        events.iter().any(|event| matches!(event, Event::PlanVoided { why } if why.id == "voided-database-alert")),
        "{events:?}"
    );
    assert_eq!(story.intended(), [""; 0]);
    assert!(inhibits(&story));
}

#[test]
fn one_that_fired_before_is_known_from_the_beginning() {
    let mut story = offered();
    let alert = database(&story, AlertStatus::Firing);
    let Event::Opened { database_alerts, .. } = &mut story.log[0].event else { panic!() };
    database_alerts.push(alert);
    story.incident = Incident::replay(1, &story.log).unwrap();
    assert!(inhibits(&story));
}

#[test]
fn one_that_comes_between_two_deletes_holds_the_second_until_it_is_over() {
    let mut story = Story::approved_in(World { parallel: true, ..World::of(3) });
    story.look();
    story.delete_arrives();
    story.world.replace(0, true);
    story.world.stuck = true;
    story.pass(1);
    fires(&mut story);
    for _ in 0..3 {
        story.pass(1);
        story.look();
    }
    assert_eq!(story.intended(), ["uid-0"]);
    let over = database(&story, AlertStatus::Resolved);
    story.tell(Command::AlertResolved(over)).unwrap();
    story.look();
    assert_eq!(story.intended(), ["uid-0", "uid-1"]);
}
