//! Drills: whatever happens in one, nothing is looked at and nothing deleted; and its code is of no restart.

use proptest::prelude::*;
use stagerbot::incident::account::Who;
use stagerbot::incident::drill::found;
use stagerbot::incident::figures::{Entry, Figures};
use stagerbot::incident::next::{Look, Next};
use stagerbot::incident::refusal::{Ending, Refusal};

use super::*;

/// A drill that Anna began.
fn drill(id: i64) -> Story {
    let mut story = Story::new(policy());
    let by = story.policy.who(&account("anna"));
    let accounts = story.policy.accounts(&account("anna"));
    let expires = story.now + story.policy.approval_expiry;
    let event = Event::DrillBegun { environment: "prod".into(), by, accounts, expires };
    story.log = vec![Recorded { seq: 1, at: story.now, event }];
    story.incident = Incident::replay(id, &story.log).unwrap();
    story.claims();
    story
}

fn code_of(story: &Story) -> String {
    let State::Drill(drill) = &story.incident.state else { panic!("{:?}", story.incident.state) };
    drill.code.clone()
}

#[test]
fn the_second_person_ends_it_and_nobody_else_does() {
    let mut story = drill(7);
    let code = code_of(&story);
    assert!(code.ends_with("-7-1"), "{code}");
    assert_eq!(story.approve("anna", &code), Err(Refusal::OwnRequest));
    assert_eq!(story.approve("stranger", &code), Err(Refusal::NotMapped));
    story.pass(90);
    let ended = story.approve("ben", &code.to_lowercase()).unwrap();
    assert_eq!(ended.len(), 1, "one event, and none of a restart: {ended:?}");
    assert_eq!(story.outcome().and_then(found).map(Who::name), Some("ben".to_owned()));
    let late = story.approve("ben", &code).unwrap_err();
    assert!(
        matches!(&late, Refusal::OfClosed { request, .. } if matches!(request.ending, Ending::Approved(_))),
        "{late:?}"
    );
    let figures = Figures::of(&[Entry { id: 7, log: story.log.clone(), asked: Vec::new() }]);
    assert_eq!((figures.incidents, figures.drills.count, figures.drills.nobody), (0, 1, 0));
    assert_eq!(figures.drills.found.median, Some(SignedDuration::from_secs(90)));
    assert_eq!((figures.approved.count, figures.outcomes.len()), (0, 0), "it counts as no incident");
}

#[test]
fn it_expires_and_who_began_it_can_end_it() {
    let mut story = drill(7);
    story.now += story.policy.approval_expiry;
    story.tell(Command::CheckDeadline).unwrap();
    assert_eq!(story.outcome(), Some(&Outcome::Drill { ending: Ending::Expired }));
    let mut story = drill(8);
    let code = code_of(&story);
    let cancel = |by: &str| Command::Cancel { by: account(by), code: code.clone() };
    assert!(matches!(story.tell(cancel("ben")), Err(Refusal::NotYours { .. })));
    story.tell(cancel("anna")).unwrap();
    assert!(matches!(story.outcome(), Some(Outcome::Drill { ending: Ending::Cancelled(_) })));
}

#[test]
fn its_code_approves_nothing_real_and_a_real_one_approves_no_drill() {
    let (mut drill, mut real) = (drill(2), Story::new(policy()));
    real.look();
    let (rehearsed, meant) = (code_of(&drill), real.request("anna").unwrap());
    assert_eq!(real.approve("ben", &rehearsed), Err(Refusal::NoSuchCode { code: rehearsed.clone() }));
    assert_eq!(drill.approve("ben", &meant), Err(Refusal::NoSuchCode { code: meant.clone() }));
    assert!(real.intended().is_empty() && real.incident.request().is_some());
    assert!(drill.approve("ben", &rehearsed).is_ok() && real.approve("ben", &meant).is_ok());
}

/// Something that comes to a drill: a command, or an event that has no place in its log.
#[derive(Clone, Debug)]
enum Happening {
    Tell(usize, usize, usize),
    Claim,
    Look,
    Deletes,
    Pass(i64),
    Forged(usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        (0..8_usize, 0..4_usize, 0..3_usize).prop_map(|(what, who, code)| Happening::Tell(what, who, code)),
        Just(Happening::Claim),
        Just(Happening::Look),
        Just(Happening::Deletes),
        (1..600_i64).prop_map(Happening::Pass),
        (0..40_usize).prop_map(Happening::Forged),
    ]
}

/// The log of a whole restart, of which events are forged into a drill's.
fn real() -> Vec<Event> {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.log.into_iter().map(|recorded| recorded.event).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever is asked of a drill, seen, or written into its log: it waits or is over.
    #[test]
    fn whatever_happens_in_a_drill_nothing_is_looked_at_or_deleted(all in prop::collection::vec(happening(), 1..40)) {
        let (mut story, forged) = (drill(7), real());
        let own = code_of(&story);
        let codes = [own.as_str(), "000000-7-1", "4CB472-1"];
        let names = ["anna", "ben", "carl", "stranger"];
        for one in all {
            let claim = story.incident.claim.unwrap();
            let observation = story.world.look(story.now, true);
            match one {
                Happening::Tell(what, who, code) => {
                    let (by, code) = (account(names[who]), codes[code].to_owned());
                    let command = match what {
                        0 => Command::Approve { by, code, database_checked: true },
                        1 => Command::Deny { by, code },
                        2 => Command::Cancel { by, code },
                        3 => Command::RequestRestart { by, reason: None },
                        4 => Command::Check { by },
                        5 => Command::HandOver { by, reason: None },
                        6 => Command::CheckDeadline,
                        _ => Command::RecordChannels { closed: Vec::new(), alone: false },
                    };
                    let _ = story.tell(command);
                }
                Happening::Claim => { story.tell(Command::Claim { claim: claim + 1 }).unwrap(); }
                Happening::Look => { story.tell(Command::RecordObservation { claim, observation: observation.clone() }).unwrap(); }
                Happening::Deletes => {
                    let uid = "uid-0".to_owned();
                    story.tell(Command::RecordDelete { uid, result: DeleteResult::Accepted }).unwrap();
                }
                Happening::Pass(seconds) => story.pass(seconds),
                Happening::Forged(place) => {
                    let event = forged[place % forged.len()].clone();
                    story.incident.apply(&Recorded { seq: story.incident.seq + 1, at: story.now, event });
                }
            }
            let over = matches!(story.incident.state, State::Closed(Outcome::Drill { .. }));
            prop_assert!(over || matches!(story.incident.state, State::Drill(_)), "{:?}", story.incident.state);
            let claim = story.incident.claim.unwrap();
            let look = Look::after(None, claim, observation, &story.incident);
            for look in [None, Some(&look)] {
                let next = story.incident.next(claim, look, story.now, &story.policy);
                prop_assert!(matches!(next, Next::WaitUntil(_) | Next::Nothing), "{next:?}");
            }
            prop_assert!(story.incident.restart().is_none() && story.incident.request().is_none());
            prop_assert!(story.incident.observation.is_none() && story.incident.diagnosis.is_none());
        }
        prop_assert!(story.log.iter().all(|recorded| matches!(
            recorded.event,
            Event::DrillBegun { .. } | Event::Claimed { .. } | Event::Closed { outcome: Outcome::Drill { .. } }
        )), "{:?}", story.log);
    }
}
