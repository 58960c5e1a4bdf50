//! A pod that hangs in Terminating: what follows it, and what does not.

use stagerbot::incident::phrase::Phrase;
use stagerbot::words::Words;

use super::*;

/// Why the newest intent went on although a pod before it is not back.
fn past(story: &Story) -> Option<Phrase> {
    story.log.iter().rev().find_map(|recorded| match &recorded.event {
        Event::DeleteIntended { past, .. } => Some(past.clone()),
        _ => None,
    })?
}

#[test]
fn a_canary_that_hangs_in_terminating_holds_the_rest_of_a_parallel_set_up_only_so_long() {
    let mut story = Story::approved_in(World { parallel: true, ..World::stuck() });
    story.look();
    story.delete_arrives();
    story.world.pods[0].finalizers = vec!["lab.local/hold".into()];
    story.pass(89);
    story.look();
    assert_eq!(story.intended().len(), 1);
    story.pass(1);
    story.look();
    assert_eq!(story.intended(), ["uid-0", "uid-1"]);
    let why = Words::of(None).say(&past(&story).unwrap());
    assert_eq!(
        why,
        "diego-api-0 has been in Terminating for 1 min 30 s: its finalizers hold it (lab.local/hold). Its set is Parallel, \
         and the confirmed plan waits for it no longer."
    );
}

#[test]
fn past_a_canary_that_hangs_in_terminating_nothing_of_an_ordered_set_is_deleted() {
    let mut story = Story::approved();
    story.look();
    story.delete_arrives();
    story.world.pods[0].finalizers = vec!["lab.local/hold".into()];
    story.pass(15 * 60 - 1);
    story.look();
    assert!(!story.incident.is_closed(), "its grace and a start allowance are not over");
    story.pass(1);
    story.look_at(false);
    assert!(!story.incident.is_closed(), "what hands over has seen how everything stands");
    story.look();
    assert_eq!(story.intended(), ["uid-0"]);
    let Some(Outcome::NotRecovered { why, deleted: 1, planned: 2 }) = story.outcome() else {
        panic!("{:?}", story.incident.state)
    };
    assert_eq!(
        Words::of(None).say(&why[0]),
        "diego-api-0 is still terminating after 15 min 00 s: its finalizers hold it (lab.local/hold). No other pod \
         was deleted after it"
    );
}

#[test]
fn in_an_ordered_set_each_pod_waits_for_the_one_before() {
    for parallel in [false, true] {
        let mut story = Story::approved_in(World { parallel, ..World::of(3) });
        story.look();
        story.delete_arrives();
        story.world.replace(0, true);
        story.world.stuck = true;
        story.look();
        story.delete_arrives();
        story.look();
        assert_eq!(story.intended().len(), if parallel { 3 } else { 2 }, "the canary is back, the second pod is not");
        story.world.replace(1, true);
        story.look();
        assert_eq!(story.intended(), ["uid-0", "uid-1", "uid-2"]);
    }
}

#[test]
fn a_wait_is_never_shorter_than_it_was_confirmed_and_an_ordered_set_has_none() {
    let hangs = |change: &dyn Fn(&mut Story)| {
        let mut story = Story::approved_in(World { parallel: true, ..World::stuck() });
        story.look();
        story.delete_arrives();
        change(&mut story);
        story.pass(89);
        story.look();
        story.intended().len()
    };
    assert_eq!(hangs(&|story| story.policy.terminating_wait = SignedDuration::from_secs(1)), 1, "configured since");
    let later = |change: &dyn Fn(&mut Story)| {
        hangs(&|story| {
            change(story);
            story.pass(11);
        })
    };
    assert_eq!(later(&|_| {}), 2);
    assert_eq!(later(&|story| story.policy.terminating_wait = SignedDuration::from_secs(200)), 1, "configured since");
    assert_eq!(later(&|story| story.world.parallel = false), 1, "the set was made anew since");
}

#[test]
fn a_plan_of_an_earlier_version_counts_as_one_of_an_ordered_set() {
    let mut story = Story::approved_in(World { parallel: true, ..World::stuck() });
    let stored = story.log.iter().map(|recorded| {
        let mut recorded = serde_json::to_value(recorded).unwrap();
        let event = recorded["event"].as_object_mut().unwrap();
        event.remove("terminating_wait");
        event.remove("accounts");
        if let Some(plan) = event.get_mut("plan") {
            plan["stages"][0].as_object_mut().unwrap().remove("management").unwrap();
        }
        serde_json::from_value(recorded).unwrap()
    });
    story.log = stored.collect();
    story.incident = Incident::replay(1, &story.log).unwrap();
    story.look();
    story.delete_arrives();
    story.pass(10 * 60);
    story.look();
    assert_eq!(story.intended(), ["uid-0"]);
}

#[test]
fn what_forbids_a_restart_forbids_the_next_delete_and_no_longer_than_it_lasts() {
    let troubles: [fn(&mut World, bool); 2] = [|world, is| world.database_down = is, |world, is| world.pending = is];
    for trouble in troubles {
        let mut story = Story::approved_in(World { parallel: true, ..World::of(3) });
        story.look();
        story.delete_arrives();
        story.world.replace(0, true);
        story.world.stuck = true;
        trouble(&mut story.world, true);
        for _ in 0..3 {
            story.pass(1);
            story.look();
        }
        assert_eq!(story.intended(), ["uid-0"]);
        trouble(&mut story.world, false);
        story.look();
        assert_eq!(story.intended(), ["uid-0", "uid-1"]);
    }
}
