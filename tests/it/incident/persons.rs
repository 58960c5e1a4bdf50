//! The two-person rule, whatever happens to persons in the configuration between request, approval and delete.

use proptest::prelude::*;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::incident::event::{Event, Outcome};
use stagerbot::incident::phrase::Phrase;
use stagerbot::incident::policy::Person;
use stagerbot::incident::refusal::{NotTwo, Refusal};
use stagerbot::incident::{PodState, State};
use stagerbot::words::Words;

use super::*;

const NAMES: [&str; 6] = ["anna", "ben", "carl", "dora", "emil", "fay"];

fn on_discord(user: &str) -> Account {
    Account { platform: Platform::Discord, user: user.into() }
}

fn person(name: &str, accounts: &[Account]) -> Person {
    Person { name: name.into(), accounts: accounts.to_vec(), may_request: true, may_approve: true, notify: true }
}

fn approve_by(story: &mut Story, by: Account) -> Result<Vec<Event>, Refusal> {
    let command = Command::Approve { by, code: story.code(), database_checked: true };
    story.tell(command)
}

/// Requested by Anna, and the configuration changed since.
fn requested_before(people: Vec<Person>) -> Story {
    let mut story = Story::new(policy());
    story.look();
    story.request("anna").unwrap();
    story.policy.people = people;
    story
}

fn said(refused: &Result<Vec<Event>, Refusal>) -> String {
    Words::of(None).say(&refused.as_ref().unwrap_err().phrase())
}

#[test]
fn whoever_requested_can_not_approve_under_another_name() {
    let anna = [account("anna"), on_discord("anna")];
    for by in anna.clone() {
        let mut story = requested_before(vec![person("annabel", &anna), person("ben", &[account("ben")])]);
        let refused = approve_by(&mut story, by);
        assert!(
            said(&refused).starts_with(
                "This request was recorded as anna's, and the account slack:anna is or was both theirs and yours: you may \
                 be one person. Somebody else has to approve it."
            ),
            "{refused:?}"
        );
        assert!(story.approve("ben", &story.code()).is_ok());
    }
}

#[test]
fn a_person_who_was_split_is_one_as_they_were_at_the_request() {
    let (slack, discord) = (account("anna"), on_discord("anna"));
    let mut story = requested_before(vec![person("dora", &[slack]), person("emil", std::slice::from_ref(&discord))]);
    let refused = approve_by(&mut story, discord.clone());
    let Err(Refusal::NotTwoPersons { why: NotTwo::Account(shared), .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(shared, discord);
}

#[test]
fn a_name_that_another_human_took_over_is_refused_and_says_what_to_do() {
    let anna = person("anna", &[account("somebody-new")]);
    let mut story = requested_before(vec![anna, person("dora", &[account("anna")])]);
    let refused = approve_by(&mut story, account("somebody-new"));
    assert_eq!(
        said(&refused),
        "This request was recorded as anna's, and the name anna is or was both theirs and yours: you may be one person. \
         Somebody else has to approve it. If you really are two, deny it and have it requested anew."
    );
}

#[test]
fn whoever_requested_and_is_no_person_any_more_leaves_nobody_who_could_tell() {
    let mut story = requested_before(vec![person("ben", &[account("ben")])]);
    let refused = story.approve("ben", &story.code());
    assert!(said(&refused).starts_with("anna, who requested this, is no person in my configuration any more"));
    let unknown = |story: &mut Story| story.tell(Command::Cancel { by: account("ben"), code: story.code() });
    assert!(matches!(unknown(&mut story), Err(Refusal::NotYours { .. })));
}

#[test]
fn whoever_requested_can_cancel_under_another_name() {
    let anna = person("annabel", &[account("anna")]);
    let mut story = requested_before(vec![anna, person("ben", &[account("ben")])]);
    let code = story.code();
    let cancel = |by: &str| Command::Cancel { by: account(by), code: code.clone() };
    assert!(matches!(story.tell(cancel("ben")), Err(Refusal::NotYours { .. })));
    assert!(story.tell(cancel("anna")).is_ok());
}

fn merged() -> Vec<Person> {
    vec![person("anna", &[account("anna"), account("ben")]), person("carl", &[account("carl")])]
}

#[test]
fn two_who_turn_out_to_be_one_after_the_approval_delete_nothing() {
    let mut story = Story::approved();
    story.policy.people = merged();
    story.claims();
    story.look_at(false);
    assert!(matches!(story.incident.state, State::Restarting(_)), "a look at the pods alone decides nothing");
    story.look();
    assert!(story.intended().is_empty());
    let voided = |r: &Recorded| match &r.event {
        Event::PlanVoided { why } => Some(Words::of(None).say(why)),
        _ => None,
    };
    assert_eq!(
        story.log.iter().find_map(voided).unwrap(),
        "by my configuration as it is now, anna, who requested this, and ben, who approved it, may be one person: the \
         account slack:anna is or was of both"
    );
    assert!(!story.log.iter().any(|r| matches!(r.event, Event::Rechecked { .. })), "it does not say that it goes on");
    let code = story.request("carl").unwrap();
    assert!(story.approve("anna", &code).is_ok(), "two others can");
}

#[test]
fn two_who_turn_out_to_be_one_after_the_first_delete_delete_no_more() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.world.replace(0, true);
    story.world.stuck = true;
    story.policy.people = merged();
    story.claims();
    story.look();
    assert_eq!(story.intended(), ["uid-0"]);
    let skipped = |r: &Recorded| matches!(&r.event, Event::DeleteSkipped { uid, why, .. } if uid == "uid-1" && why.id == "voided-one-account");
    assert!(story.log.iter().any(skipped));
    assert!(matches!(story.incident.state, State::Recovering(_)));
    story.world.stuck = false;
    story.look();
    story.pass(15);
    story.look();
    assert!(matches!(story.outcome(), Some(Outcome::Recovered { deleted: 1, planned: 2, .. })));
}

#[test]
fn an_intent_whose_outcome_is_open_is_found_out_before_anything_is_voided() {
    for arrived in [true, false] {
        let mut story = Story::approved();
        story.look();
        story.world.pods[0].terminating = arrived;
        story.policy.people = merged();
        story.claims();
        story.look();
        assert_eq!(story.intended(), ["uid-0"]);
        let is_deleted = |r: &Recorded| matches!(r.event, Event::PodDeleted { .. });
        assert_eq!(story.log.iter().any(is_deleted), arrived);
        assert_eq!(matches!(story.incident.state, State::Recovering(_)), arrived);
        assert_eq!(story.incident.state == State::Diagnosed, !arrived);
    }
}

/// A change of the configuration. What it does not allow (a name that is taken) does nothing.
#[derive(Clone, Debug)]
enum Edit {
    Rename {
        person: usize,
        name: usize,
    },
    Merge {
        from: usize,
        into: usize,
    },
    Remove {
        person: usize,
    },
    /// An account leaves its person, if it has one, for a new person.
    Found {
        account: usize,
        name: usize,
    },
    /// An account leaves its person, if it has one, for another.
    Give {
        account: usize,
        to: usize,
    },
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let (person, account, name) = (|| 0..5_usize, || 0..6_usize, || 0..NAMES.len());
    let edit = prop_oneof![
        3 => (person(), name()).prop_map(|(person, name)| Edit::Rename { person, name }),
        1 => (person(), person()).prop_map(|(from, into)| Edit::Merge { from, into }),
        1 => person().prop_map(|person| Edit::Remove { person }),
        2 => (account(), name()).prop_map(|(account, name)| Edit::Found { account, name }),
        2 => (account(), person()).prop_map(|(account, to)| Edit::Give { account, to }),
    ];
    prop::collection::vec(edit, 0..5)
}

/// Three accounts on either platform.
fn accounts() -> Vec<Account> {
    ["a", "b", "c"].into_iter().flat_map(|user| [account(user), on_discord(user)]).collect()
}

fn change(people: &mut Vec<Person>, edits: &[Edit]) {
    for edit in edits {
        change_once(people, edit);
    }
}

fn change_once(people: &mut Vec<Person>, edit: &Edit) {
    let accounts = accounts();
    let is_taken = |people: &[Person], name: usize| people.iter().any(|person| person.name == NAMES[name]);
    let leave = |people: &mut Vec<Person>, account: &Account| {
        for person in people {
            person.accounts.retain(|one| one != account);
        }
    };
    match *edit {
        Edit::Rename { person, name } if person < people.len() && !is_taken(people, name) => {
            people[person].name = NAMES[name].into();
        }
        Edit::Merge { from, into } if from < people.len() && into < people.len() && from != into => {
            let theirs = std::mem::take(&mut people[from].accounts);
            people[into].accounts.extend(theirs);
        }
        Edit::Remove { person } if person < people.len() => drop(people.remove(person)),
        Edit::Found { account, name } if !is_taken(people, name) => {
            leave(people, &accounts[account]);
            people.push(person(NAMES[name], &accounts[account..=account]));
        }
        Edit::Give { account, to } if to < people.len() => {
            leave(people, &accounts[account]);
            people[to].accounts.push(accounts[account].clone());
        }
        _ => {}
    }
    people.retain(|person| !person.accounts.is_empty());
}

fn find(people: &[Person], account: &Account) -> Option<Person> {
    people.iter().find(|person| person.accounts.contains(account)).cloned()
}

/// Whether two persons of different times may be one human: they are alike, or somebody of now is like both.
fn may_be_one(one: &Person, other: &Person, now: &[Person]) -> bool {
    let alike = |one: &Person, other: &Person| {
        one.name == other.name || one.accounts.iter().any(|account| other.accounts.contains(account))
    };
    alike(one, other) || now.iter().any(|person| alike(person, one) && alike(person, other))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn one_human_never_deletes_a_pod(
        before in edits(), requester in 0..6_usize,
        between in edits(), approver in 0..6_usize,
        after in edits(), between_deletes in edits(),
    ) {
        let (requester, approver) = (accounts()[requester].clone(), accounts()[approver].clone());
        let mut people: Vec<Person> = accounts().chunks(2).zip(NAMES).map(|(own, name)| person(name, own)).collect();
        change(&mut people, &before);
        let mut story = Story::new(Policy { people: people.clone(), ..policy() });
        story.look();
        let Some(first) = find(&people, &requester) else { return Ok(()) };
        story.tell(Command::RequestRestart { by: requester.clone(), reason: None }).unwrap();

        change(&mut people, &between);
        story.policy.people.clone_from(&people);
        let approved = approve_by(&mut story, approver.clone());
        let Some(second) = find(&people, &approver) else {
            prop_assert_eq!(approved, Err(Refusal::NotMapped));
            return Ok(());
        };
        let is_one = may_be_one(&first, &second, &people);
        let is_known = find(&people, &requester).is_some();
        match approved {
            Ok(_) => prop_assert!(!is_one && is_known, "one human approved their own request"),
            Err(Refusal::NotTwoPersons { why: NotTwo::Unknown(_), .. }) => prop_assert!(!is_one && !is_known),
            Err(Refusal::OwnRequest | Refusal::NotTwoPersons { .. }) => prop_assert!(is_one, "two humans were refused"),
            Err(other) => prop_assert!(false, "{other:?}"),
        }
        if is_one || !is_known {
            return Ok(());
        }

        let are_two = |people: &[Person]| {
            let are_known = find(people, &requester).is_some() && find(people, &approver).is_some();
            are_known && !may_be_one(&first, &second, people)
        };
        change(&mut people, &after);
        story.policy.people.clone_from(&people);
        story.claims();
        story.look();
        prop_assert_eq!(story.intended().len(), usize::from(are_two(&people)));
        if !are_two(&people) {
            let is_told = |r: &Recorded| matches!(&r.event, Event::PlanVoided { why } if is_reason(why));
            prop_assert!(story.log.iter().any(is_told));
            return Ok(());
        }

        story.delete_arrives();
        story.world.replace(0, true);
        story.world.stuck = true;
        change(&mut people, &between_deletes);
        story.policy.people.clone_from(&people);
        story.look();
        prop_assert_eq!(story.intended().len(), 1 + usize::from(are_two(&people)));
        let last = story.incident.restart().map(|restart| restart.pods[1].state.clone());
        prop_assert_eq!(matches!(last, Some(PodState::Skipped { .. })), !are_two(&people));
    }
}

fn is_reason(why: &Phrase) -> bool {
    ["voided-one-account", "voided-one-name", "voided-person-unknown"].contains(&why.id.as_str())
}
