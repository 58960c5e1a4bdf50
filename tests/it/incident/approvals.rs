//! Several approvals: by different persons, all of whom may approve now, whatever happens to the configuration in between.

use std::collections::BTreeMap;

use proptest::prelude::*;
use stagerbot::incident::account::Account;
use stagerbot::incident::event::Event;
use stagerbot::incident::policy::Person;
use stagerbot::incident::refusal::Refusal;
use stagerbot::incident::rules::{Quiet, Rule, Rules};
use stagerbot::incident::standing::{Barred, Grant, Membership, Right, Standing};

use super::*;

const NAMES: [&str; 5] = ["anna", "ben", "carl", "dora", "emil"];

fn people() -> Vec<Person> {
    let person = |name: &&str| Person {
        name: (*name).into(),
        accounts: vec![account(name), Account { platform: Platform::Discord, user: (*name).into() }],
        may_request: true,
        may_approve: true,
        notify: true,
    };
    NAMES.iter().map(person).collect()
}

fn taking(approvals: usize) -> Policy {
    let general = Rule { approvals, reason: false };
    Policy { people: people(), rules: Rules { general, ..Rules::default() }, ..policy() }
}

/// Requested by Anna, of an environment that takes so many approvals.
fn requested(approvals: usize) -> (Story, String) {
    let mut story = Story::new(taking(approvals));
    story.look();
    let code = story.request("anna").unwrap();
    (story, code)
}

/// The group whose members may approve.
fn approvers() -> Grant {
    Grant { platform: Platform::Slack, group: "S0APPROVE".into(), rights: vec![Right::Approve] }
}

/// What Slack says now of a person's account.
fn says(story: &mut Story, name: &str, barred: Option<Barred>, membership: Membership) {
    let groups = [("S0APPROVE".to_owned(), membership)].into();
    story.policy.standings.insert(account(name), Standing { seen_at: story.now, barred, groups });
}

fn voided(story: &Story) -> Option<&str> {
    story.log.iter().find_map(|recorded| match &recorded.event {
        Event::PlanVoided { why } => Some(why.id.as_ref()),
        _ => None,
    })
}

#[test]
fn a_right_by_a_group_is_judged_at_the_click_and_before_each_delete() {
    let (down, none) = (|| Membership::NotKnown("down".into()), None);
    for (barred, then, why) in [
        (none, Membership::In, None),
        (none, Membership::Out, Some("voided-too-few")),
        (Some(Barred::Deactivated), Membership::In, Some("voided-account")),
        (Some(Barred::Guest), Membership::In, Some("voided-account")),
        (none, down(), None),
    ] {
        let (mut story, code) = requested(1);
        story.policy.grants = vec![approvers()];
        story.policy.people.iter_mut().for_each(|person| person.may_approve = false);
        assert!(matches!(story.approve("ben", &code), Err(Refusal::GroupNotKnown { .. })), "nobody looked");
        says(&mut story, "ben", None, down());
        assert!(matches!(story.approve("ben", &code), Err(Refusal::GroupNotKnown { .. })));
        says(&mut story, "ben", None, Membership::Out);
        assert!(matches!(story.approve("ben", &code), Err(Refusal::MayNotApprove { .. })));
        says(&mut story, "ben", None, Membership::In);
        for at in [-61, 61] {
            let mut old = story.policy.standings.of(&account("ben")).unwrap().clone();
            old.seen_at = story.now + SignedDuration::from_secs(at);
            let now = std::mem::take(&mut story.policy.standings);
            story.policy.standings.insert(account("ben"), old);
            assert!(matches!(story.approve("ben", &code), Err(Refusal::GroupNotKnown { .. })), "{at} s");
            story.policy.standings = now;
        }
        story.approve("ben", &code).unwrap();
        says(&mut story, "ben", barred, then.clone());
        story.look();
        assert_eq!(story.intended().len(), usize::from(then == Membership::In && why.is_none()), "{then:?}");
        assert_eq!(voided(&story), why);
        if then == down() {
            story.now += SignedDuration::from_secs(31);
            story.look();
            assert_eq!((story.intended().len(), voided(&story)), (0, Some("voided-group-not-known")));
        }
    }
}

#[test]
fn an_account_that_counts_for_nothing_neither_requests_nor_approves() {
    for barred in [Barred::Deactivated, Barred::Guest, Barred::Bot, Barred::Gone] {
        let (mut story, code) = requested(1);
        says(&mut story, "ben", Some(barred), Membership::Out);
        assert_eq!(story.approve("ben", &code), Err(Refusal::Barred(barred)));
        assert_eq!(story.request("ben"), Err(Refusal::Barred(barred)));
        // The requester's word counts too.
        story.approve("carl", &code).unwrap();
        says(&mut story, "anna", Some(barred), Membership::Out);
        story.look();
        assert_eq!((story.intended().len(), voided(&story)), (0, Some("voided-account")));
    }
}

fn given(events: &[Event]) -> Option<(usize, usize)> {
    match events {
        [Event::ApprovalGiven { given, needed, .. }] => Some((*given, *needed)),
        _ => None,
    }
}

#[test]
fn each_person_counts_once_by_whichever_account() {
    let (mut story, code) = requested(2);
    assert_eq!(given(&story.approve("ben", &code).unwrap()), Some((1, 2)));
    story.look();
    assert!(story.intended().is_empty());
    for by in [account("ben"), Account { platform: Platform::Discord, user: "ben".into() }] {
        let again = story.tell(Command::Approve { by, code: code.clone(), database_checked: true });
        assert!(matches!(again, Err(Refusal::ApprovedOnce { .. })), "{again:?}");
    }
    assert_eq!(story.approve("anna", &code), Err(Refusal::OwnRequest));
    assert!(matches!(story.approve("carl", &code).unwrap()[..], [Event::Approved { .. }]));
    story.look();
    assert_eq!(story.intended().len(), 1);
}

#[test]
fn two_approvers_who_turn_out_to_be_one_count_once() {
    let (mut story, code) = requested(3);
    story.approve("ben", &code).unwrap();
    story.approve("carl", &code).unwrap();
    let carl = story.policy.people.iter().position(|person| person.name == "carl").unwrap();
    let carl = story.policy.people.remove(carl);
    let ben = story.policy.people.iter_mut().find(|person| person.name == "ben").unwrap();
    ben.accounts.extend(carl.accounts);
    assert_eq!(given(&story.approve("dora", &code).unwrap()), Some((2, 3)), "Ben and Carl are one");
    assert!(matches!(story.approve("emil", &code).unwrap()[..], [Event::Approved { .. }]));
}

#[test]
fn who_left_or_lost_the_right_counts_no_more_before_the_last_approval_or_a_delete() {
    let (mut story, code) = requested(2);
    story.approve("ben", &code).unwrap();
    story.policy.people.retain(|person| person.name != "ben");
    assert_eq!(given(&story.approve("carl", &code).unwrap()), Some((1, 2)), "Ben's counts no more");
    story.approve("dora", &code).unwrap();
    story.policy.people.iter_mut().find(|person| person.name == "carl").unwrap().may_approve = false;
    story.look();
    assert!(story.intended().is_empty());
    let why = story.log.iter().find_map(|recorded| match &recorded.event {
        Event::PlanVoided { why } => Some(why.id.clone()),
        _ => None,
    });
    assert_eq!(why.as_deref(), Some("voided-too-few"));
}

#[test]
fn a_reload_between_request_and_click_counts_at_the_click() {
    let (mut story, code) = requested(1);
    story.policy.rules.general.approvals = 2;
    assert_eq!(given(&story.approve("ben", &code).unwrap()), Some((1, 2)));
    story.policy.rules.environments.insert("prod".into(), Rule { approvals: 3, reason: false });
    assert_eq!(given(&story.approve("carl", &code).unwrap()), Some((2, 3)));
    story.policy.rules.environments.clear();
    assert!(matches!(story.approve("dora", &code).unwrap()[..], [Event::Approved { .. }]));
}

#[test]
fn in_quiet_hours_one_more_is_needed_as_of_the_click() {
    let (mut story, code) = requested(1);
    let time = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).time();
    let (from, to) = (time(story.now), time(story.now + SignedDuration::from_mins(10)));
    story.policy.rules.quiet = Some(Quiet { from, to, zone: jiff::tz::TimeZone::UTC });
    assert_eq!(given(&story.approve("ben", &code).unwrap()), Some((1, 2)));
    // When they are over, the next one is the last; and the delete goes by the time of that approval.
    story.pass(601);
    story.look();
    assert!(matches!(story.approve("carl", &code).unwrap()[..], [Event::Approved { .. }]));
}

#[test]
fn a_restart_that_takes_a_reason_is_not_requested_without_one() {
    let mut story = Story::new(taking(1));
    story.policy.rules.general.reason = true;
    story.look();
    for nothing in [None, Some(String::new()), Some("  ".to_owned())] {
        let refused = story.tell(Command::RequestRestart { by: account("anna"), reason: nothing });
        assert_eq!(refused, Err(Refusal::ReasonNeeded { environment: "prod".into() }));
    }
    story.tell(Command::RequestRestart { by: account("anna"), reason: Some("pushes fail".into()) }).unwrap();
}

/// What may happen between a request and a delete.
#[derive(Clone, Debug)]
enum Happening {
    Approves(usize),
    Leaves(usize),
    Loses(usize),
    Gets(usize),
    Takes(usize),
    Requests(usize),
    Joins(usize),
    Quits(usize),
    Hides(usize),
    Looks,
    Deletes,
}

fn happening() -> impl Strategy<Value = Happening> {
    let one = || 0..NAMES.len();
    prop_oneof![
        6 => one().prop_map(Happening::Approves),
        1 => one().prop_map(Happening::Leaves),
        1 => one().prop_map(Happening::Loses),
        1 => one().prop_map(Happening::Gets),
        1 => (1..4_usize).prop_map(Happening::Takes),
        1 => one().prop_map(Happening::Requests),
        1 => one().prop_map(Happening::Joins),
        1 => one().prop_map(Happening::Quits),
        1 => one().prop_map(Happening::Hides),
        3 => Just(Happening::Looks),
        1 => Just(Happening::Deletes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever the order: no delete without as many different persons as it takes, who may approve now, beside the requester.
    #[test]
    fn no_delete_without_so_many_who_may_approve_now(count in 1..4_usize, all in prop::collection::vec(happening(), 1..40)) {
        let (mut story, _) = requested(count);
        story.policy.grants = vec![approvers()];
        let mut members: BTreeMap<&str, Membership> = BTreeMap::new();
        for one in all {
            let before = story.intended().len();
            for name in NAMES {
                says(&mut story, name, None, members.get(name).cloned().unwrap_or(Membership::Out));
            }
            match one {
                Happening::Approves(who) => { let code = story.code(); let _ = story.approve(NAMES[who], &code); }
                Happening::Leaves(who) => story.policy.people.retain(|person| person.name != NAMES[who]),
                Happening::Loses(who) => {
                    story.policy.people.iter_mut().filter(|p| p.name == NAMES[who]).for_each(|p| p.may_approve = false);
                }
                Happening::Gets(who) => {
                    let known = story.policy.people.iter_mut().find(|person| person.name == NAMES[who]);
                    match known {
                        Some(person) => person.may_approve = true,
                        None => story.policy.people.push(people()[who].clone()),
                    }
                }
                Happening::Takes(count) => story.policy.rules.general.approvals = count,
                Happening::Requests(who) => { let _ = story.request(NAMES[who]); }
                Happening::Joins(who) => { members.insert(NAMES[who], Membership::In); }
                Happening::Quits(who) => { members.insert(NAMES[who], Membership::Out); }
                Happening::Hides(who) => { members.insert(NAMES[who], Membership::NotKnown("down".into())); }
                Happening::Looks => { story.look(); }
                Happening::Deletes => {
                    if let Some(uid) = story.intended().last().cloned() {
                        let _ = story.tell(Command::RecordDelete { uid, result: DeleteResult::Accepted });
                    }
                }
            }
            if story.intended().len() == before {
                continue;
            }
            // Read from the log alone, by names: here nobody is renamed.
            let from = story.log.iter().rposition(|r| matches!(r.event, Event::RestartRequested { .. })).unwrap();
            let Event::RestartRequested { by: requester, .. } = &story.log[from].event else { unreachable!() };
            let may = |name: &str| story.policy.people.iter().any(|person| {
                person.name == name && (person.may_approve || members.get(name) == Some(&Membership::In))
            });
            let mut persons: Vec<&str> = story.log[from..].iter().filter_map(|recorded| match &recorded.event {
                Event::ApprovalGiven { by, .. } | Event::Approved { by, .. } => by.person.as_deref(),
                _ => None,
            }).filter(|name| may(name) && Some(*name) != requester.person.as_deref()).collect();
            persons.sort_unstable();
            persons.dedup();
            prop_assert!(persons.len() >= story.policy.rules.general.approvals, "{persons:?} deleted a pod");
        }
    }
}
