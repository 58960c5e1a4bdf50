//! Codes: each means one request alone.

use proptest::prelude::*;
use stagerbot::incident::IncidentId;
use stagerbot::incident::decide::Command;
use stagerbot::incident::event::{Event, Recorded};
use stagerbot::incident::plan::{RestartPlan, incident_of};
use stagerbot::incident::refusal::{Ending, Refusal};

use super::*;

/// Another incident of the same environment, with the same pods, which is looked at.
fn another(id: IncidentId) -> Story {
    let mut story = Story::new(policy());
    story.incident = Incident::replay(id, &story.log).unwrap();
    story.look();
    story
}

#[test]
fn two_incidents_with_the_same_plan_have_different_codes_and_neither_knows_the_other_s() {
    let (mut first, mut second) = (another(1), another(2));
    let (one, two) = (first.request("anna").unwrap(), second.request("anna").unwrap());
    let digest = |story: &Story| story.incident.request().unwrap().plan.digest.clone();
    assert_eq!(digest(&first), digest(&second));
    assert_ne!(one, two);
    assert_eq!((incident_of(&one), incident_of(&two)), (Some(1), Some(2)));
    assert_eq!(second.approve("ben", &one), Err(Refusal::NoSuchCode { code: one.clone() }));
    // Whoever closed the first one left its request without an end: its code says so.
    first.tell(Command::HandOver { by: account("ben"), reason: None }).unwrap();
    let refused = first.approve("ben", &one).unwrap_err();
    let Refusal::OfClosed { incident: 1, request } = refused else { panic!("{refused:?}") };
    assert_eq!((request.by.name().as_str(), request.ending), ("anna", Ending::Closed));
    assert!(second.approve("ben", &two.to_lowercase()).is_ok());
}

#[test]
fn a_store_that_was_restored_gives_no_code_a_second_time() {
    let (mut lost, mut again) = (another(7), another(7));
    again.pass(1);
    let (old, new) = (lost.request("anna").unwrap(), again.request("anna").unwrap());
    assert_eq!((incident_of(&old), incident_of(&new)), (Some(7), Some(7)), "the numbers come again");
    assert_eq!(again.approve("ben", &old), Err(Refusal::NoSuchCode { code: old }));
}

#[test]
fn codes_that_are_stored_stay_readable() {
    let mut story = another(1);
    story.request("anna").unwrap();
    let Some(Recorded { event: Event::RestartRequested { code, .. }, .. }) = story.log.last_mut() else { panic!() };
    *code = "4CB472-1".to_owned();
    story.incident = Incident::replay(1, &story.log).unwrap();
    assert_eq!(incident_of("4CB472-1"), None);
    assert!(story.approve("ben", "4CB472-1").is_ok(), "as its button has it");
}

fn plan(digest: &str) -> RestartPlan {
    RestartPlan { cause: "bbs-unreachable".into(), stages: Vec::new(), digest: digest.into() }
}

proptest! {
    #[test]
    fn no_two_requests_have_the_same_code(
        one in (1..400_i64, 1..400_u32, "[0-9a-f]{64}", 0..9_i64),
        other in (1..400_i64, 1..400_u32, "[0-9a-f]{64}", 0..9_i64),
        old in 1..400_u32,
    ) {
        let code = |(incident, request, digest, at): &(i64, u32, String, i64)| {
            plan(digest).code(*incident, *request, Timestamp::from_second(*at).unwrap())
        };
        let (first, second) = (code(&one), code(&other));
        prop_assert_eq!(incident_of(&first), Some(one.0));
        prop_assert!(first != second || (one.0, one.1) == (other.0, other.1));
        prop_assert_eq!(first.len(), 8 + one.0.to_string().len() + one.1.to_string().len());
        let earlier = format!("{}-{old}", one.2[..6].to_ascii_uppercase());
        prop_assert!(incident_of(&earlier).is_none() && earlier != first);
    }
}
