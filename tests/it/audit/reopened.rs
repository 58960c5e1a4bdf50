//! An incident that was opened again: its log goes on behind a close, and the ledger knows every turn.

use stagerbot::incident::event::Trigger;
use stagerbot::incident::mute::Mute;
use stagerbot::store::StoreError;
use stagerbot::store::notices::Notice;

use super::*;

on_both!(
    it_goes_on_behind_its_close_and_verifies,
    what_is_cut_off_or_changed_behind_the_first_close_is_found,
    while_another_is_open_it_stays_closed,
    what_holds_between_incidents_is_kept_until_its_time,
);

fn reopened() -> Event {
    Event::Reopened { trigger: Trigger::Check(anna()) }
}

/// An incident with these events behind its opening.
async fn with(home: &Home, parts: &[&[Event]]) -> i64 {
    let (id, _) = home.store.open_incident("prod", clock::now(), opened("prod"), None).await.unwrap();
    let mut after = 1;
    for part in parts {
        home.store.append(id, after, clock::now(), part.to_vec(), None).await.unwrap();
        after += part.len() as u64;
    }
    id
}

async fn it_goes_on_behind_its_close_and_verifies(home: Home) {
    let id = with(&home, &[&[closed()]]).await;
    let first = home.store.head(id).await.unwrap().unwrap();
    // Behind a close nothing follows but this.
    assert!(home.store.append(id, 2, clock::now(), vec![refused()], None).await.is_err());
    home.store.append(id, 2, clock::now(), vec![reopened()], None).await.unwrap();
    assert_eq!(home.store.open_incidents().await.unwrap(), [id]);
    let report = audited(&home.store, std::slice::from_ref(&first)).await;
    assert_eq!((report.flaws, report.open.len()), (vec![], 1));
    home.store.append(id, 3, clock::now(), vec![refused(), closed()], None).await.unwrap();
    let second = home.store.head(id).await.unwrap().unwrap();
    let noted = [first, second];
    assert_eq!(audited(&home.store, &noted).await.flaws, []);
    let bundle = Bundle::of(&mut home.store.snapshot().await.unwrap(), id, clock::now()).await.unwrap().unwrap();
    assert_eq!(bundle.verify(&noted).flaws, []);
    // And it is pruned like any other.
    let later = clock::now() + YEAR;
    let pruned = home.store.prune(later, Some(SignedDuration::from_hours(24))).await.unwrap();
    assert_eq!((pruned.incidents, pruned.doubtful), (vec![id], vec![]));
    assert_eq!(audited(&home.store, &[]).await.flaws, []);
}

async fn what_is_cut_off_or_changed_behind_the_first_close_is_found(home: Home) {
    with(&home, &[&[closed()], &[reopened(), refused()]]).await;
    with_another(&home).await;
    // As if it had never been opened again.
    home.execute("DELETE FROM events WHERE incident = 1 AND seq > 2").await;
    let flaws = audited(&home.store, &[]).await.flaws;
    assert_eq!(flaws, [Flaw::Truncated { incident: 1, next: 3, length: 3 }]);
    home.execute("DELETE FROM ledger WHERE entry = 'reopened' AND incident = 1").await;
    let flaws = audited(&home.store, &[]).await.flaws;
    assert!(flaws.iter().any(|flaw| matches!(flaw, Flaw::LedgerRemoved { .. })), "{flaws:?}");
}

/// A second environment's, so that the ledger goes on.
async fn with_another(home: &Home) {
    let (id, _) = home.store.open_incident("test", clock::now(), opened("test"), None).await.unwrap();
    home.store.append(id, 1, clock::now(), vec![closed()], None).await.unwrap();
}

async fn while_another_is_open_it_stays_closed(home: Home) {
    let id = with(&home, &[&[closed()]]).await;
    let (other, _) = home.store.open_incident("prod", clock::now(), opened("prod"), None).await.unwrap();
    let error = home.store.append(id, 2, clock::now(), vec![reopened()], None).await.unwrap_err();
    assert!(matches!(error, StoreError::Overtaken(_)), "{error}");
    assert_eq!(home.store.open_incidents().await.unwrap(), [other]);
    assert_eq!(audited(&home.store, &[]).await.flaws, []);
}

async fn what_holds_between_incidents_is_kept_until_its_time(home: Home) {
    let until = |seconds| clock::now() + SignedDuration::from_secs(seconds);
    let mute = |reason: &str, until| Notice::Mute { mute: Mute { by: anna(), until, reason: Some(reason.to_owned()) } };
    let (long, longer) = (until(60), until(90));
    home.store.set_notice("prod", &mute("one", long), long).await.unwrap();
    home.store.set_notice("prod", &mute("two", longer), longer).await.unwrap();
    home.store.set_notice("test", &mute("over", until(-1)), until(-1)).await.unwrap();
    assert_eq!(home.store.notices("prod").await.unwrap(), [mute("two", longer)]);
    assert_eq!(home.store.notices("test").await.unwrap(), []);
    home.store.drop_mute("prod").await.unwrap();
    assert_eq!(home.store.notices("prod").await.unwrap(), []);
}
