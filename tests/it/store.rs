//! The store, one suite over both databases: what is durable, who wins a race, and what is said when the database fails.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use sqlx::Executor as _;
use stagerbot::clock;
use stagerbot::incident::account::Platform;
use stagerbot::incident::event::Event;
use stagerbot::incident::phrase::Phrase;
use stagerbot::request::{ReplyTo, Request};
use stagerbot::store::announcements::{Announcement, LAST, OPEN, Told};
use stagerbot::store::error::DatabaseErrorKind;
use stagerbot::store::settings::Settings;
use stagerbot::store::{InboxRow, PostedCard, Store, StoreError};
use tempfile::TempDir;

use crate::harness::home::{Home, anna, closed, on_both, opened};
use crate::harness::needed::missing;
use crate::harness::postgres::{self, Cable, Server};
use crate::harness::{PATIENCE, owed, until};

on_both!(
    an_inbox_row_is_put_once_and_stays_until_it_is_answered,
    what_a_newer_version_wrote_delays_nobody_and_stays,
    an_incident_is_opened_appended_to_and_read_back,
    ten_opens_at_once_are_one_incident,
    environments_opened_at_once_get_numbers_without_gaps,
    what_was_told_never_goes_back,
    eight_appends_at_once_behind_the_same_event_are_one,
    nothing_is_appended_behind_a_close_or_a_gap,
    an_append_that_fails_half_way_leaves_nothing,
    a_claim_is_one_replica_s_until_its_lease_lapses,
    a_lease_from_before_the_clock_was_set_back_holds_nobody_off,
    a_row_of_the_inbox_is_carried_out_by_one_replica,
    an_append_under_a_claim_that_was_taken_over_is_refused,
    an_append_and_a_take_over_at_once_are_one_after_the_other,
    what_is_shown_is_remembered,
    a_store_is_opened_by_several_at_once,
    a_store_that_is_there_can_be_looked_at,
);

fn asked() -> Event {
    Event::CheckRequested { by: anna() }
}

fn inbound(key: &str) -> InboxRow {
    InboxRow {
        dedupe_key: key.to_owned(),
        received_at: clock::now(),
        request: Request::Unclear { text: "a nul \0 and a quote '".to_owned() },
        reply: Some(ReplyTo {
            account: anna().account,
            channel: "C1".to_owned(),
            locale: None,
            handle: Some("h".into()),
        }),
        answer: None,
    }
}

async fn open(store: &Store, environment: &str) -> i64 {
    store.open_incident(environment, clock::now(), opened(environment), None).await.unwrap().0
}

async fn an_inbox_row_is_put_once_and_stays_until_it_is_answered(home: Home) {
    let store = &home.store;
    let row = inbound("one");
    let puts = join_all((0..8).map(|_| store.put(&row))).await;
    assert_eq!(puts.into_iter().filter(|put| *put.as_ref().unwrap()).count(), 1);
    assert_eq!(owed::unanswered(&home.url).await, std::slice::from_ref(&row));
    let answer = Phrase::new("answer-approved").with("who", "Ben");
    store.record_answer("one", &answer).await.unwrap();
    assert_eq!(owed::unanswered(&home.url).await, [InboxRow { answer: Some(answer), ..row }]);
    store.close_row("one", clock::now()).await.unwrap();
    assert_eq!(owed::unanswered(&home.url).await, []);
    assert!(!store.put(&inbound("one")).await.unwrap(), "it is known for a while");
}

async fn what_a_newer_version_wrote_delays_nobody_and_stays(home: Home) {
    for key in ["theirs", "ours"] {
        home.store.put(&inbound(key)).await.unwrap();
    }
    home.execute("UPDATE inbox SET request = '{\"wish\":\"of next year\"}' WHERE dedupe_key = 'theirs'").await;
    let keys = |rows: Vec<InboxRow>| rows.into_iter().map(|row| row.dedupe_key).collect::<Vec<_>>();
    assert_eq!(keys(home.store.claim_inbox(LONG).await.unwrap()), ["ours"]);
    home.store.renew_inbox(LONG).await.unwrap();
    let free = "UPDATE inbox SET held_until = 0 WHERE dedupe_key = 'theirs' AND answered_at IS NULL AND holder IS NULL";
    assert_eq!(home.execute(free).await, 1, "nobody holds it on");
    assert_eq!(keys(home.again("newer").await.claim_inbox(LONG).await.unwrap()), [""; 0]);
}

async fn an_incident_is_opened_appended_to_and_read_back(home: Home) {
    let store = &home.store;
    store.put(&inbound("one")).await.unwrap();
    let at = clock::now();
    let answer = Phrase::new("answer-checking");
    let (id, first) = store.open_incident("prod", at, opened("prod"), Some(("one", &answer))).await.unwrap();
    let answer = answer.with("incident", id);
    assert_eq!(
        (id, owed::unanswered(&home.url).await[0].answer.clone()),
        (1, Some(answer)),
        "its number stands in it at once"
    );
    let answer = Phrase::new("answer-joined");
    let more = store.append(id, 1, at, vec![asked(), asked()], Some(("one", &answer))).await.unwrap();
    assert_eq!(owed::unanswered(&home.url).await[0].answer, Some(answer));
    let log = store.log(id).await.unwrap();
    assert_eq!(log, [vec![first], more].concat());
    assert_eq!(store.open_incidents().await.unwrap(), [id]);
    let last = store.append(id, 3, at, vec![closed()], None).await.unwrap();
    assert_eq!(last[0].seq, 4);
    assert_eq!(store.open_incidents().await.unwrap(), [0; 0]);
    assert_eq!(owed::untold(&home.url).await, [id]);
    assert_eq!(store.newest_incident("prod").await.unwrap(), Some(id));
    assert_eq!(store.newest_incident("test").await.unwrap(), None);
    assert_eq!(open(store, "prod").await, 2);
}

async fn ten_opens_at_once_are_one_incident(home: Home) {
    let opens = (0..10).map(|_| home.store.open_incident("prod", clock::now(), opened("prod"), None));
    let (won, lost): (Vec<_>, Vec<_>) = join_all(opens).await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 9));
    assert!(lost.iter().all(|lost| matches!(lost, Err(StoreError::AlreadyOpen(name)) if name == "prod")), "{lost:?}");
    assert_eq!(home.store.open_incidents().await.unwrap(), [1]);
}

async fn environments_opened_at_once_get_numbers_without_gaps(home: Home) {
    let names: Vec<String> = (0..20).map(|n| format!("e{n}")).collect();
    let ids: BTreeSet<i64> = join_all(names.iter().map(|name| open(&home.store, name))).await.into_iter().collect();
    assert_eq!(ids, (1..=20).collect());
}

/// A replica that stood still writes what it saw before another one took over and told the end.
async fn what_was_told_never_goes_back(home: Home) {
    let id = open(&home.store, "prod").await;
    let row = |key: &str, stage| Announcement {
        key: key.to_owned(),
        destination: "slack".to_owned(),
        channel: "C1".to_owned(),
        message: "1.2".to_owned(),
        since: clock::now(),
        stage,
        told: Told::default(),
    };
    let marker = format!("{OPEN}slack");
    for (key, stage) in [("request/A/announce", 1), ("request/A/announce", LAST), ("request/A/announce", 1)] {
        home.store.set_announcement(id, &row(key, stage)).await.unwrap();
    }
    // What is to be told begins anew where an incident is opened again.
    for stage in [0, LAST, 0] {
        home.store.set_announcement(id, &row(&marker, stage)).await.unwrap();
    }
    let stages: Vec<(String, u8)> =
        home.store.announcements(id).await.unwrap().into_iter().map(|one| (one.key, one.stage)).collect();
    assert!(stages.contains(&("request/A/announce".to_owned(), LAST)), "{stages:?}");
    assert!(stages.contains(&(marker.clone(), 0)), "{stages:?}");
    // A replica that stood still while it told somebody records that after another one has told everything else.
    home.store.append(id, 1, clock::now(), vec![closed()], None).await.unwrap();
    let (channel, message) = ("C1".to_owned(), "1.2".to_owned());
    let shown =
        PostedCard { platform: Platform::Slack, channel, message, posted_seq: 2, before: None, repeated: false };
    home.store.set_posted_card(id, &shown).await.unwrap();
    home.store.set_announcement(id, &row(&marker, LAST)).await.unwrap();
    for (stage, is_owed) in [(0, true), (LAST, false)] {
        home.store.set_announcement(id, &row("request/B/announce", stage)).await.unwrap();
        let standings = home.store.standings(LONG).await.unwrap();
        assert_eq!(standings.iter().any(|standing| standing.id == id), is_owed, "{stage}");
    }
}

async fn eight_appends_at_once_behind_the_same_event_are_one(home: Home) {
    let id = open(&home.store, "prod").await;
    // The very same events at the very same moment: still only one of them is the one that is there.
    let at = clock::now();
    let replicas = [home.again("one").await, home.again("two").await];
    let appends = (0..8).map(|n| {
        let store = replicas[n % 2].clone();
        tokio::spawn(async move { store.append(id, 1, at, vec![asked(), asked()], None).await })
    });
    let results: Vec<_> = join_all(appends).await.into_iter().map(Result::unwrap).collect();
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 7));
    assert!(lost.iter().all(|lost| matches!(lost, Err(StoreError::Overtaken(1)))), "{lost:?}");
    assert_eq!(home.store.log(id).await.unwrap().len(), 3);
}

async fn nothing_is_appended_behind_a_close_or_a_gap(home: Home) {
    let id = open(&home.store, "prod").await;
    let gap = home.store.append(id, 5, clock::now(), vec![asked()], None).await;
    assert!(matches!(gap, Err(StoreError::Overtaken(1))), "{gap:?}");
    home.store.append(id, 1, clock::now(), vec![closed()], None).await.unwrap();
    let late = home.store.append(id, 2, clock::now(), vec![asked()], None).await;
    assert!(matches!(late, Err(StoreError::Overtaken(1))), "{late:?}");
    let nowhere = home.store.append(7, 0, clock::now(), vec![asked()], None).await;
    assert!(matches!(nowhere, Err(StoreError::Overtaken(7))), "{nowhere:?}");
    assert_eq!(home.store.log(id).await.unwrap().len(), 2);
}

async fn an_append_that_fails_half_way_leaves_nothing(home: Home) {
    let id = open(&home.store, "prod").await;
    home.store.put(&inbound("one")).await.unwrap();
    home.execute("ALTER TABLE ledger RENAME TO elsewhere").await;
    let answer = Phrase::new("answer-approved");
    let failed = home.store.append(id, 1, clock::now(), vec![asked(), closed()], Some(("one", &answer))).await;
    assert!(matches!(failed, Err(StoreError::Database { kind: DatabaseErrorKind::Other, .. })), "{failed:?}");
    home.execute("ALTER TABLE elsewhere RENAME TO ledger").await;
    assert_eq!(home.store.log(id).await.unwrap().len(), 1);
    assert_eq!(home.store.open_incidents().await.unwrap(), [id]);
    assert_eq!(owed::unanswered(&home.url).await[0].answer, None);
    home.store.append(id, 1, clock::now(), vec![closed()], None).await.unwrap();
}

const LONG: Duration = Duration::from_hours(1);

async fn free(store: &Store) -> Vec<i64> {
    let standings = store.standings(LONG).await.unwrap();
    standings.into_iter().filter(|standing| standing.free).map(|standing| standing.id).collect()
}

async fn a_claim_is_one_replica_s_until_its_lease_lapses(home: Home) {
    let (one, two) = (home.again("one").await, home.again("two").await);
    let id = open(&one, "prod").await;
    assert_eq!(free(&two).await, [id]);
    let claims = join_all((0..8).map(async |n| {
        let store = home.again(&format!("replica-{n}")).await;
        store.claim(id, LONG).await.unwrap()
    }))
    .await;
    assert_eq!(claims.iter().flatten().collect::<Vec<_>>(), [&1], "one of eight");

    home.execute("DELETE FROM claims").await;
    assert_eq!(one.claim(id, LONG).await.unwrap(), Some(1));
    assert_eq!(two.claim(id, LONG).await.unwrap(), None);
    assert_eq!(free(&two).await, [0; 0]);
    assert_eq!(one.claim(id, LONG).await.unwrap(), Some(2), "one's own, under a new number");
    assert!(!one.renew(id, 1, LONG).await.unwrap(), "the old number is no more");
    assert!(one.renew(id, 2, Duration::ZERO).await.unwrap());
    assert!(one.renew(id, 2, Duration::ZERO).await.unwrap(), "lapsed, and nobody took it");
    assert_eq!(two.claim(id, LONG).await.unwrap(), Some(3), "lapsed");
    assert!(!one.renew(id, 2, LONG).await.unwrap());
    one.release(id, 2).await.unwrap();
    assert_eq!(one.claim(id, LONG).await.unwrap(), None, "an old claim lets nothing go");
    two.release(id, 3).await.unwrap();
    assert_eq!(one.claim(id, LONG).await.unwrap(), Some(4));
}

async fn a_lease_from_before_the_clock_was_set_back_holds_nobody_off(home: Home) {
    let (one, two) = (home.again("one").await, home.again("two").await);
    let (id, lease) = (open(&one, "prod").await, Duration::from_secs(15));
    one.claim(id, lease).await.unwrap().unwrap();
    assert_eq!(two.claim(id, lease).await.unwrap(), None);
    home.execute("UPDATE claims SET until = until + 300000000").await;
    assert_eq!(two.claim(id, lease).await.unwrap(), Some(2));
}

async fn a_row_of_the_inbox_is_carried_out_by_one_replica(home: Home) {
    let (one, two) = (home.again("one").await, home.again("two").await);
    let id = open(&one, "prod").await;
    for n in 0..5 {
        one.put(&inbound(&format!("row {n}"))).await.unwrap();
    }
    let (a, b) = tokio::join!(one.claim_inbox(LONG), two.claim_inbox(LONG));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.len() + b.len(), 5, "{a:?} and {b:?}");
    one.renew_inbox(Duration::ZERO).await.unwrap();
    two.renew_inbox(Duration::ZERO).await.unwrap();
    assert_eq!(one.claim_inbox(LONG).await.unwrap().len(), 5, "nobody kept them");
    assert_eq!(two.claim_inbox(LONG).await.unwrap(), []);
    let answer = Phrase::new("answer-joined");
    let late = two.append(id, 1, clock::now(), vec![asked()], Some(("row 0", &answer))).await;
    assert!(matches!(late, Err(StoreError::RowLost(_))), "{late:?}");
    assert!(matches!(two.record_answer("row 0", &answer).await, Err(StoreError::RowLost(_))));
    assert_eq!(home.store.log(id).await.unwrap().len(), 1, "and nothing was appended");
    one.append(id, 1, clock::now(), vec![asked()], Some(("row 0", &answer))).await.unwrap();
    one.release_own().await.unwrap();
    assert_eq!(two.claim_inbox(LONG).await.unwrap()[0].answer, Some(answer), "what was decided goes with it");
}

async fn an_append_under_a_claim_that_was_taken_over_is_refused(home: Home) {
    let (one, two) = (home.again("one").await, home.again("two").await);
    let id = open(&one, "prod").await;
    let old = one.claim(id, Duration::ZERO).await.unwrap().unwrap();
    one.append_claimed(id, 1, clock::now(), vec![asked()], None, old).await.unwrap();
    let new = two.claim(id, LONG).await.unwrap().unwrap();
    let late = one.append_claimed(id, 2, clock::now(), vec![asked()], None, old).await;
    assert!(matches!(late, Err(StoreError::ClaimLost(1))), "{late:?}");
    assert_eq!(one.log(id).await.unwrap().len(), 2);
    two.append_claimed(id, 2, clock::now(), vec![closed()], None, new).await.unwrap();
}

/// Whatever the order: no append under the old claim comes after one under the new.
async fn an_append_and_a_take_over_at_once_are_one_after_the_other(home: Home) {
    let (one, two) = (home.again("one").await, home.again("two").await);
    for round in 0..20 {
        let id = open(&one, &format!("e{round}")).await;
        let old = one.claim(id, Duration::ZERO).await.unwrap().unwrap();
        let appending = one.append_claimed(id, 1, clock::now(), vec![asked()], None, old);
        let taking = async {
            let claim = two.claim(id, LONG).await.unwrap().unwrap();
            let length = two.log(id).await.unwrap().len();
            (claim, length)
        };
        let (appended, (claim, length)) = tokio::join!(appending, taking);
        match appended {
            Ok(_) => assert_eq!(length, 2, "it was there when the claim was taken"),
            Err(StoreError::ClaimLost(_)) => assert_eq!(length, 1),
            Err(error) => panic!("{error:?}"),
        }
        two.append_claimed(id, length as u64, clock::now(), vec![asked()], None, claim).await.unwrap();
    }
}

async fn what_is_shown_is_remembered(home: Home) {
    let id = open(&home.store, "prod").await;
    let mut shown = PostedCard {
        platform: Platform::Slack,
        channel: "C1".to_owned(),
        message: "1.2".to_owned(),
        posted_seq: 0,
        before: None,
        repeated: false,
    };
    home.store.set_posted_card(id, &shown).await.unwrap();
    shown.posted_seq = 1;
    home.store.set_posted_card(id, &shown).await.unwrap();
    assert_eq!(home.store.posted_cards(id).await.unwrap(), [shown]);
    home.store.append(id, 1, clock::now(), vec![closed()], None).await.unwrap();
    assert_eq!(owed::untold(&home.url).await, [id]);
}

async fn a_store_is_opened_by_several_at_once(home: Home) {
    let stores = join_all(["a", "b", "c", "d"].map(|replica| home.again(replica))).await;
    for (place, store) in stores.iter().enumerate() {
        store.ping().await.unwrap();
        assert_eq!(open(store, &format!("e{place}")).await, place as i64 + 1);
    }
}

async fn a_store_that_is_there_can_be_looked_at(home: Home) {
    let id = open(&home.store, "prod").await;
    let settings = Settings::new(&home.url).unwrap();
    let looking = Store::open_existing(&settings).await.unwrap();
    assert_eq!(looking.log(id).await.unwrap().len(), 1);
    assert_eq!(looking.faults().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_store_that_is_not_there_is_not_made_by_looking() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mistyped.db");
    let error = Store::open_existing(&Settings::of_backup(&file).unwrap()).await.unwrap_err();
    assert_eq!(error.to_string(), "the store's file can't be opened");
    assert!(!file.exists());
}

/// With a short deadline: these tests wait for it.
fn impatient(url: &str) -> Settings {
    Settings { deadline: Duration::from_secs(1), ..Settings::new(url).unwrap() }
}

#[tokio::test]
async fn a_locked_file_is_said_and_is_not_ready_and_is_again_afterwards() {
    let home = Home::sqlite().await;
    let store = Store::connect(&impatient(&home.url)).await.unwrap();
    let id = open(&store, "prod").await;
    let mut other = home.behind().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(store.ping().await.unwrap_err().to_string(), "the store is locked by another process");
    let failed = store.append(id, 1, clock::now(), vec![asked()], None).await;
    assert!(matches!(failed, Err(StoreError::Database { kind: DatabaseErrorKind::Locked, .. })), "{failed:?}");
    other.execute("ROLLBACK").await.unwrap();
    store.ping().await.unwrap();
    store.append(id, 1, clock::now(), vec![asked()], None).await.unwrap();
    assert_eq!(store.log(id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_database_is_said() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("stagerbot.db");
    std::fs::write(&file, "no database at all. ".repeat(500)).unwrap();
    let error = Store::open(&format!("sqlite://{}", file.display())).await.unwrap_err();
    assert_eq!(error.to_string(), "the store's file is damaged, or is no database");
}

#[tokio::test]
async fn a_file_that_is_damaged_meanwhile_is_not_ready() {
    let home = Home::sqlite().await;
    let id = open(&home.store, "prod").await;
    home.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let file = home.folder.path().join("stagerbot.db");
    let length = std::fs::metadata(&file).unwrap().len() as usize;
    std::fs::write(&file, "x".repeat(length)).unwrap();
    assert_eq!(home.store.ping().await.unwrap_err().to_string(), "the store's file is damaged, or is no database");
    home.store.append(id, 1, clock::now(), vec![asked()], None).await.unwrap_err();
}

#[tokio::test]
async fn a_read_only_database_is_said() {
    let home = Home::sqlite().await;
    home.store.close().await;
    // No configuration says so, but a disk may.
    let settings = Settings { url: format!("{}?mode=ro", home.url), ..Settings::default() };
    let error = Store::connect(&settings).await;
    // Its tables are up to date, so it opens; and it is not ready.
    let error = match error {
        Ok(store) => store.ping().await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.to_string(), "the store is read-only");
}

/// What the child below does within a small disk of its own.
const DISK: &str = "STAGERBOT_TEST_DISK";

#[tokio::test]
async fn a_full_or_read_only_disk_is_said_and_nothing_is_half_done() {
    if let Some(disk) = std::env::var_os(DISK) {
        return on_a_small_disk(std::path::Path::new(&disk)).await;
    }
    let disk = TempDir::new().unwrap();
    // A mount namespace of its own: nothing outside sees the disk, and it goes with the process.
    let script = "mount -t tmpfs -o size=600k none \"$1\" && exec \"$2\" --exact \"$3\" --nocapture";
    let output = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(disk.path())
        .arg(std::env::current_exe().unwrap())
        .arg("store::a_full_or_read_only_disk_is_said_and_nothing_is_half_done")
        .env(DISK, disk.path())
        .output();
    let said = output.map_or_else(
        |error| error.to_string(),
        |output| {
            if output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed") {
                return String::new();
            }
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        },
    );
    if ["not permitted", "No such file", "unshare failed", "must be superuser"].iter().any(|no| said.contains(no)) {
        missing(&format!("a mount namespace of one's own, for a full disk ({})", said.trim()));
        return;
    }
    assert!(said.is_empty(), "{said}");
}

async fn on_a_small_disk(disk: &std::path::Path) {
    let url = format!("sqlite://{}", disk.join("stagerbot.db").display());
    let store = Store::open(&url).await.unwrap();
    let id = open(&store, "prod").await;
    store.put(&inbound("one")).await.unwrap();
    let ballast = disk.join("ballast");
    let mut size = 600 * 1024;
    while std::fs::write(&ballast, vec![0; size]).is_err() {
        size -= 4096;
    }
    let answer = Phrase::new("answer-approved").with("text", "x".repeat(100_000));
    let full = store.append(id, 1, clock::now(), vec![asked(), closed()], Some(("one", &answer))).await.unwrap_err();
    assert_eq!(full.to_string(), "the store's disk is full");
    // However small what is written.
    let mut ready = store.ping().await;
    for _ in 0..50 {
        if ready.is_err() {
            break;
        }
        ready = store.ping().await;
    }
    assert_eq!(ready.unwrap_err().to_string(), "the store's disk is full");
    std::fs::remove_file(&ballast).unwrap();
    store.ping().await.unwrap();
    assert_eq!(store.log(id).await.unwrap().len(), 1, "nothing half-done");
    assert_eq!(owed::unanswered(&url).await[0].answer, None);
    store.append(id, 1, clock::now(), vec![asked()], None).await.unwrap();

    let remounted = std::process::Command::new("mount").args(["-o", "remount,ro"]).arg(disk).status().unwrap();
    if remounted.success() {
        assert_eq!(store.ping().await.unwrap_err().to_string(), "the store is read-only");
        let failed = store.append(id, 2, clock::now(), vec![asked()], None).await;
        assert!(matches!(failed, Err(StoreError::Database { kind: DatabaseErrorKind::ReadOnly, .. })), "{failed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_was_lost_counts_once() {
    let Some(server) = postgres::shared() else { return };
    let url = server.database().await;
    let cable = Cable::to(server.address()).await;
    let store = Store::open(&cable.through(&url)).await.unwrap();

    cable.lose_the_next_commit();
    let (id, _) = store.open_incident("prod", clock::now(), opened("prod"), None).await.unwrap();
    assert_eq!((id, cable.lost()), (1, 1));

    store.put(&inbound("one")).await.unwrap();
    let answer = Phrase::new("answer-approved");
    cable.lose_the_next_commit();
    let appended = store.append(id, 1, clock::now(), vec![asked(), asked()], Some(("one", &answer))).await.unwrap();
    assert_eq!(cable.lost(), 2);
    assert_eq!(store.log(id).await.unwrap()[1..], appended);

    // Taken over before the second try: what was committed stays committed, and is not said to be lost.
    let claim = store.claim(id, Duration::ZERO).await.unwrap().unwrap();
    cable.lose_the_next_commit();
    store.append_claimed(id, 3, clock::now(), vec![closed()], None, claim).await.unwrap();
    assert_eq!(cable.lost(), 3);
    assert_eq!(store.log(id).await.unwrap().len(), 4);
    let report = stagerbot::audit::verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap();
    assert!(report.flaws.is_empty(), "{:?}", report.flaws);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_restarts_or_crashes_is_survived() {
    let Some(server) = Server::start() else { return };
    let url = server.database().await;
    // As patient as the test is: on a machine under load a start of PostgreSQL takes longer than the bot waits by default.
    let patient = Settings { deadline: PATIENCE, ..Settings::new(&url).unwrap() };
    let store = Store::connect(&patient).await.unwrap();
    let id = open(&store, "prod").await;
    let mut length = 1;
    for crash in [false, true] {
        let appending = async {
            let mut seen = Vec::new();
            for _ in 0..20 {
                let at = clock::now();
                let length = store.log(id).await?.len() as u64;
                seen.extend(store.append(id, length, at, vec![asked()], None).await?);
            }
            Ok::<_, StoreError>(seen)
        };
        let restarting =
            async { tokio::task::block_in_place(|| if crash { server.crash() } else { server.restart() }) };
        let (appended, ()) = tokio::join!(appending, restarting);
        length += appended.unwrap().len();
        assert_eq!(store.log(id).await.unwrap().len(), length, "each exactly once");
    }
    server.stop();
    let error = Store::connect(&impatient(&url)).await.unwrap_err();
    assert_eq!(error.to_string(), "the store's server can't be reached");
    server.resume();
    until("the store answers", async || store.ping().await).await;
    store.append(id, length as u64, clock::now(), vec![closed()], None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_standby_takes_over_is_survived() {
    let Some(server) = Server::start() else { return };
    let url = server.database().await;
    let cable = Cable::to(server.address()).await;
    let patient = Settings { deadline: PATIENCE, ..Settings::new(&cable.through(&url)).unwrap() };
    let store = Store::connect(&patient).await.unwrap();
    let id = open(&store, "prod").await;
    let standby = server.standby().await;
    let mut appended = 0;
    let appending = async {
        for _ in 0..40 {
            let length = store.log(id).await?.len() as u64;
            appended += store.append(id, length, clock::now(), vec![asked()], None).await?.len();
        }
        Ok::<_, StoreError>(())
    };
    let failing = async {
        tokio::task::block_in_place(|| server.fail_over());
        cable.lead_to(standby);
    };
    let (ended, ()) = tokio::join!(appending, failing);
    ended.unwrap();
    assert_eq!(store.log(id).await.unwrap().len(), 1 + appended, "each exactly once");
    store.append(id, 1 + appended as u64, clock::now(), vec![closed()], None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_is_given_up_and_its_connections_with_it() {
    let Some(server) = postgres::shared() else { return };
    let url = server.database().await;
    let cable = Cable::to(server.address()).await;
    let store = Store::connect(&impatient(&cable.through(&url))).await.unwrap();
    let id = open(&Store::open(&url).await.unwrap(), "prod").await;
    cable.silence(true);
    let stuck = join_all((0..20).map(|_| store.log(id))).await;
    assert!(stuck.iter().all(|stuck| matches!(stuck, Err(StoreError::Database { .. }))), "{stuck:?}");
    store.ping().await.unwrap_err();
    cable.silence(false);
    until("the store answers", async || store.ping().await).await;
    assert_eq!(store.log(id).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_not_written_to() {
    let Some(home) = Home::postgres().await else { return };
    home.execute(&format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        home.url.rsplit('/').next().unwrap()
    ))
    .await;
    let store = Store::open_existing(&impatient(&home.url)).await.unwrap();
    assert_eq!(store.ping().await.unwrap_err().to_string(), "the store is read-only");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_in_no_error_and_no_debug_text() {
    let Some(server) = postgres::shared() else { return };
    let wrong = server.url("absent").replace("hunter2", "hunter3");
    let settings = Settings::new(&wrong).unwrap();
    let error = Store::connect(&settings).await.unwrap_err();
    assert_eq!(error.to_string(), "the store's server refuses the login or the database");
    let store = Store::open(&server.database().await).await.unwrap();
    let said =
        format!("{error:?} {settings:?} {store:?} {:?}", Settings::new("postgres://a:hunter2@b/c?password=hunter2"));
    assert!(!said.contains("hunter"), "{said}");
}

#[tokio::test]
async fn the_clock_of_a_lease_is_the_database_s() {
    let home = Home::sqlite().await;
    let id = open(&home.store, "prod").await;
    home.again("one").await.claim(id, Duration::from_mins(1)).await.unwrap();
    let until =
        sqlx::query_scalar::<_, i64>("SELECT until FROM claims").fetch_one(&mut home.behind().await).await.unwrap();
    let ahead = Timestamp::from_microsecond(until).unwrap().duration_since(clock::now());
    assert!(ahead > SignedDuration::from_secs(50) && ahead <= SignedDuration::from_secs(60), "{ahead}");
}
