//! The outage of the runbook, as it follows from the model.

use super::*;

/// Runs the model up to a moment, event by event.
fn run(diego: &mut Diego, until: Moment) {
    while let Some(due) = diego.due().filter(|due| *due <= until) {
        diego.step(due);
    }
}

fn seconds(n: u64) -> Moment {
    Duration::from_secs(n)
}

fn two_replicas() -> Diego {
    let mut diego = Diego::new(Durations::default());
    for (uid, owner, at) in [("u0", "diego-api-0", 0), ("u1", "diego-api-1", 2)] {
        run(&mut diego, seconds(at));
        diego.start_locket(uid, seconds(at));
        diego.start_bbs(uid, owner, seconds(at));
    }
    run(&mut diego, seconds(60));
    diego
}

fn replace(diego: &mut Diego, old: &str, new: &str, owner: &str, at: Moment) {
    diego.stop_bbs(old);
    diego.remove(old);
    diego.start_locket(new, at);
    diego.start_bbs(new, owner, at);
}

#[test]
fn one_of_two_leads() {
    let diego = two_replicas();
    assert_eq!(diego.leader(), Some("u0"));
    assert!(!diego.listens("u1") && diego.healthy_port("u1") && diego.locket_listens("u1"));
    assert_eq!(diego.locks("u1", seconds(60)), Locks::Rows(Some("diego-api-0".into())));
}

/// Records 02 and 14: lost after at most a renewal and a TTL, then stuck long after the database is back.
#[test]
fn lost_connections_end_in_an_outage_that_stays() {
    let mut diego = two_replicas();
    diego.lose_connections(seconds(40), seconds(60));
    run(&mut diego, seconds(60 + 14));
    assert!(diego.listens("u0"), "it serves until its lock has expired");
    run(&mut diego, seconds(60 + 21));
    assert!(!diego.listens("u0"));
    assert_eq!(diego.locks("u0", seconds(60 + 21)), Locks::Hangs);
    run(&mut diego, seconds(60 + 400));
    assert_eq!(diego.leader(), None);
    assert!(diego.blocked("u0"));
    assert_eq!(diego.locks("u0", seconds(460)), Locks::Rows(Some("diego-api-0".into())), "the row is stale");
}

/// Record 14: the owner's successor takes its own row at once.
#[test]
fn replacing_the_owner_is_enough() {
    let mut diego = two_replicas();
    diego.lose_connections(seconds(40), seconds(60));
    run(&mut diego, seconds(200));
    replace(&mut diego, "u0", "n0", "diego-api-0", seconds(200));
    run(&mut diego, seconds(202));
    assert_eq!(diego.leader(), Some("n0"));
}

/// Record 02: the row of another owner expires a TTL after the new Locket first saw it.
#[test]
fn replacing_the_other_takes_a_ttl() {
    let mut diego = two_replicas();
    diego.lose_connections(seconds(40), seconds(60));
    run(&mut diego, seconds(200));
    replace(&mut diego, "u1", "n1", "diego-api-1", seconds(200));
    run(&mut diego, seconds(215));
    assert_eq!(diego.leader(), None);
    run(&mut diego, seconds(222));
    assert_eq!(diego.leader(), Some("n1"));
}

/// Record 04: a pod that is replaced while the database is down comes up only when it is back.
#[test]
fn nothing_starts_without_a_database() {
    let mut diego = two_replicas();
    diego.database.hold(Reach::Drops, seconds(60));
    run(&mut diego, seconds(120));
    diego.remove("u1");
    replace(&mut diego, "u0", "n0", "diego-api-0", seconds(120));
    run(&mut diego, seconds(190));
    assert!(!diego.locket_listens("n0"));
    diego.database.hold(Reach::Up, seconds(198));
    run(&mut diego, seconds(260));
    assert_eq!(diego.leader(), Some("n0"));
}

/// Record 01: an outage of the database that kills no connection heals itself.
#[test]
fn a_plain_outage_of_the_database_heals_itself() {
    let mut diego = two_replicas();
    diego.database.hold(Reach::Drops, seconds(60));
    run(&mut diego, seconds(260));
    assert_eq!(diego.leader(), None);
    diego.database.hold(Reach::Up, seconds(260));
    run(&mut diego, seconds(340));
    assert!(diego.leader().is_some());
}

/// Record 08: the other takes the lock, both listen, and the old leader exits when it goes on.
#[test]
fn a_hung_leader_loses_its_lock_but_keeps_listening() {
    let mut diego = two_replicas();
    diego.hang_bbs("u0", seconds(60));
    run(&mut diego, seconds(81));
    assert_eq!(diego.leader(), Some("u1"));
    assert!(diego.listens("u0") && !diego.serves("u0"));
    diego.resume_bbs("u0", seconds(100));
    run(&mut diego, seconds(130));
    assert!(!diego.listens("u0"));
    assert_eq!(diego.leader(), Some("u1"));
}

/// Separate Locket pods: replacing the Locket alone frees the BBS.
#[test]
fn a_new_locket_frees_the_bbs() {
    let mut diego = Diego::new(Durations::default());
    diego.start_locket("l0", seconds(0));
    diego.start_bbs("u0", "diego-api-0", seconds(0));
    run(&mut diego, seconds(30));
    diego.lose_connections(seconds(40), seconds(30));
    run(&mut diego, seconds(200));
    assert!(diego.blocked("u0"));
    diego.remove("l0");
    diego.start_locket("l1", seconds(201));
    run(&mut diego, seconds(240));
    assert_eq!(diego.leader(), Some("u0"));
}
