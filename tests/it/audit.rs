//! The audit: what was done to a log is found, and where first; old events stay readable.

mod reopened;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use futures::future::join_all;
use jiff::SignedDuration;
use stagerbot::audit::bundle::Bundle;
use stagerbot::audit::{Flaw, Report, export, verify};
use stagerbot::clock;
use stagerbot::incident::event::{DeletedHow, Event, Outcome, Recorded, Trigger};
use stagerbot::incident::phrase::Phrase;
use stagerbot::incident::timeline::whole_timeline;
use stagerbot::request::Request;
use stagerbot::store::chain::Head;
use stagerbot::store::{InboxRow, Store};
use stagerbot::words::Words;

use crate::harness::home::{Home, anna, closed, on_both, opened};

on_both!(
    what_was_written_verifies,
    an_edit_is_found_in_every_column,
    an_inserted_event_is_found,
    a_removed_event_is_found,
    a_log_that_was_cut_off_is_found,
    a_removed_incident_is_found,
    a_ledger_that_was_touched_is_found,
    numbers_that_were_forged_are_found_at_once,
    what_was_computed_anew_differs_from_what_was_noted_outside,
    what_is_pruned_is_known_from_what_was_removed,
    what_does_not_verify_is_not_pruned,
    no_number_comes_again_though_everything_was_pruned,
    what_was_answered_long_ago_is_deleted,
    incidents_closed_at_once_are_chained,
    a_bundle_verifies_by_itself,
);

fn refused() -> Event {
    Event::Refused { who: anna(), what: "approve".to_owned(), why: Phrase::new("refused-own-request") }
}

/// Incidents 1 and 2 closed with four events each, 3 open with three.
async fn three(home: &Home) {
    let store = home.again("replica-1").await;
    for (place, end) in [closed(), closed(), refused()].into_iter().enumerate() {
        let (id, _) = store.open_incident("prod", clock::now(), opened("prod"), None).await.unwrap();
        assert_eq!(id, place as i64 + 1);
        store.append(id, 1, clock::now(), vec![refused()], None).await.unwrap();
        let rest = if id == 3 { vec![end] } else { vec![refused(), end] };
        store.append(id, 2, clock::now(), rest, None).await.unwrap();
    }
}

async fn audited(store: &Store, noted: &[Head]) -> Report {
    verify(&mut store.snapshot().await.unwrap(), noted).await.unwrap()
}

/// The flaws after some SQL.
async fn after(home: &Home, sql: &str) -> Vec<Flaw> {
    assert!(home.execute(sql).await > 0, "{sql} did nothing");
    audited(&home.store, &[]).await.flaws
}

async fn what_was_written_verifies(home: Home) {
    assert_eq!(audited(&home.store, &[]).await, Report::default());
    three(&home).await;
    let heads = [home.store.head(1).await.unwrap().unwrap(), home.store.head(3).await.unwrap().unwrap()];
    let report = audited(&home.store, &heads).await;
    assert_eq!(report.flaws, []);
    assert_eq!((report.incidents, report.events, report.pruned), (3, 11, 0));
    assert_eq!(report.open, heads[1..]);
    let text = heads[0].to_string();
    assert_eq!(text.parse::<Head>().unwrap(), heads[0]);
    assert_eq!(text[..16].parse::<Head>().unwrap().hash.len(), 12);
    assert!("1/4/abc".parse::<Head>().is_err());
}

async fn an_edit_is_found_in_every_column(home: Home) {
    three(&home).await;
    for (column, value) in [
        ("event", "'{\"type\":\"expired\"}'"),
        ("at", "at + 1"),
        ("inbox", "'another'"),
        ("inbox", "''"),
        ("replica", "'another'"),
        ("batch", "'another'"),
        ("hash", "'0000'"),
    ] {
        let Some(mut row) = rows(&home, 2).await.get(2).cloned() else { panic!() };
        let flaws = after(&home, &format!("UPDATE events SET {column} = {value} WHERE incident = 2 AND seq = 3")).await;
        assert_eq!(flaws, [Flaw::EventChanged { incident: 2, seq: 3 }], "{column} = {value}");
        row.event = row.event.replace('\'', "''");
        let inbox = row.inbox.map_or("NULL".to_owned(), |key| format!("'{key}'"));
        let back = format!(
            "UPDATE events SET event = '{}', at = {}, inbox = {inbox}, replica = '{}', batch = '{}', hash = '{}'
             WHERE incident = 2 AND seq = 3",
            row.event, row.at, row.replica, row.batch, row.hash
        );
        assert_eq!(after(&home, &back).await, []);
    }
    let row = |what| Flaw::RowDiffers { incident: 3, what };
    let flaws = after(&home, "UPDATE incidents SET environment = 'test' WHERE id = 3").await;
    assert_eq!(flaws, [row("about its environment")]);
    let flaws = after(&home, "UPDATE incidents SET environment = 'prod', opened_at = 7 WHERE id = 3").await;
    assert_eq!(flaws, [row("about when it was opened")]);
    let flaws =
        after(&home, "UPDATE incidents SET opened_at = (SELECT at FROM events WHERE incident = 3 AND seq = 1), closed_at = 9 WHERE id = 3")
            .await;
    assert_eq!(flaws, [row("about whether and when it was closed")]);
}

async fn rows(home: &Home, incident: i64) -> Vec<stagerbot::store::chain::EventRow> {
    home.store.snapshot().await.unwrap().events(incident).await.unwrap()
}

async fn an_inserted_event_is_found(home: Home) {
    three(&home).await;
    home.execute("UPDATE events SET seq = seq + 100 WHERE incident = 1 AND seq > 2").await;
    home.execute("UPDATE events SET seq = seq - 99 WHERE incident = 1 AND seq > 100").await;
    let flaws = after(
        &home,
        "INSERT INTO events (incident, seq, at, event, inbox, replica, batch, hash)
         SELECT incident, 3, at, event, inbox, replica, batch, hash FROM events WHERE incident = 1 AND seq = 2",
    )
    .await;
    assert_eq!(flaws, [Flaw::EventChanged { incident: 1, seq: 3 }]);
}

async fn a_removed_event_is_found(home: Home) {
    three(&home).await;
    let flaws = after(&home, "DELETE FROM events WHERE incident = 1 AND seq = 2").await;
    assert_eq!(flaws, [Flaw::EventRemoved { incident: 1, seq: 2 }]);
    // The others moved up.
    home.execute("UPDATE events SET seq = 2 WHERE incident = 1 AND seq = 3").await;
    let flaws = after(&home, "UPDATE events SET seq = 3 WHERE incident = 1 AND seq = 4").await;
    assert_eq!(flaws, [Flaw::EventChanged { incident: 1, seq: 2 }]);
}

async fn a_log_that_was_cut_off_is_found(home: Home) {
    three(&home).await;
    let noted = [home.store.head(3).await.unwrap().unwrap()];
    let cut = Flaw::Truncated { incident: 2, next: 3, length: 4 };
    assert_eq!(after(&home, "DELETE FROM events WHERE incident = 2 AND seq > 2").await, std::slice::from_ref(&cut));
    // Also where it is made to look open.
    home.execute("DELETE FROM incidents WHERE id = 3").await;
    home.execute("UPDATE incidents SET closed_at = NULL WHERE id = 2").await;
    assert_eq!(audited(&home.store, &[]).await.flaws[0], cut);

    // An open one's end is known outside only.
    let home = home.another().await;
    three(&home).await;
    assert_eq!(after(&home, "DELETE FROM events WHERE incident = 3 AND seq = 3").await, []);
    let flaws = audited(&home.store, &noted).await.flaws;
    assert_eq!(flaws, [Flaw::Truncated { incident: 3, next: 3, length: 3 }]);
}

async fn a_removed_incident_is_found(home: Home) {
    three(&home).await;
    assert_eq!(after(&home, "DELETE FROM incidents WHERE id = 1").await, [Flaw::RowRemoved { incident: 1 }]);
    let removed = Flaw::IncidentRemoved { incident: 1 };
    assert_eq!(after(&home, "DELETE FROM events WHERE incident = 1").await, std::slice::from_ref(&removed));
    // With its row of the ledger, too.
    let flaws = after(&home, "DELETE FROM ledger WHERE incident = 1").await;
    assert_eq!(flaws, [removed.clone(), Flaw::LedgerRemoved { number: 1 }]);
    // The newest, which is open and in no ledger.
    home.execute("DELETE FROM incidents WHERE id = 3").await;
    let flaws = after(&home, "DELETE FROM events WHERE incident = 3").await;
    assert_eq!(flaws[..2], [removed, Flaw::IncidentRemoved { incident: 3 }]);
}

async fn a_ledger_that_was_touched_is_found(home: Home) {
    three(&home).await;
    let flaws = after(&home, "UPDATE ledger SET at = at + 1 WHERE number = 1").await;
    assert_eq!(flaws, [Flaw::LedgerChanged { number: 1 }]);
    home.execute("UPDATE ledger SET at = at - 1 WHERE number = 1").await;
    let flaws = after(&home, "UPDATE ledger SET head = hash WHERE number = 2").await;
    assert_eq!(flaws, [Flaw::HeadDiffers { incident: 2, seq: 4, number: 2 }, Flaw::LedgerChanged { number: 2 }]);
    let flaws = after(&home, "DELETE FROM ledger WHERE number = 2").await;
    assert_eq!(flaws, [Flaw::NotInLedger { incident: 2 }, Flaw::LedgerRemoved { number: 2 }]);
    let flaws = after(&home, "UPDATE newest SET number = 1 WHERE kind = 'ledger'").await;
    assert_eq!(flaws, [Flaw::NotInLedger { incident: 2 }, Flaw::LedgerChanged { number: 1 }]);
}

/// Whatever number somebody writes there, the audit ends, and is as long as what is stored.
async fn numbers_that_were_forged_are_found_at_once(home: Home) {
    three(&home).await;
    let flaws = after(&home, "UPDATE newest SET number = 9223372036854775807 WHERE kind = 'incident'").await;
    assert_eq!(flaws, [Flaw::IncidentsRemoved { first: 4, last: i64::MAX }]);
    home.execute("UPDATE newest SET number = 3 WHERE kind = 'incident'").await;
    for number in [i64::MAX, i64::MIN, 0, 7] {
        home.execute(&format!(
            "INSERT INTO incidents (id, environment, opened_at, closed_at) VALUES ({number}, 'test', 1, 2)"
        ))
        .await;
        let flaws = audited(&home.store, &[]).await.flaws;
        assert!(flaws.contains(&Flaw::NeverOpened { incident: number }), "{flaws:?}");
        home.execute(&format!("DELETE FROM incidents WHERE id = {number}")).await;
    }
    let flaws = after(&home, "UPDATE events SET seq = 9223372036854775807 WHERE incident = 3 AND seq = 3").await;
    assert_eq!(flaws, [Flaw::EventRemoved { incident: 3, seq: 3 }]);
    home.execute("UPDATE events SET seq = 3 WHERE incident = 3 AND seq = 9223372036854775807").await;
    let flaws = after(&home, "UPDATE ledger SET number = 9223372036854775807 WHERE number = 2").await;
    assert_eq!(flaws, [Flaw::LedgerRemoved { number: 2 }]);
    let far = Head { incident: i64::MAX, seq: u64::MAX, hash: "0".repeat(12) };
    let flaws = audited(&home.store, std::slice::from_ref(&far)).await.flaws;
    assert!(flaws.contains(&Flaw::IncidentRemoved { incident: i64::MAX }), "{flaws:?}");
}

async fn what_was_computed_anew_differs_from_what_was_noted_outside(home: Home) {
    three(&home).await;
    let noted = home.store.head(2).await.unwrap().unwrap();
    // Somebody who has read the source rewrites the log, its hashes and the ledger.
    let mut previous = String::new();
    for mut row in rows(&home, 2).await {
        row.event = row.event.replace("Anna", "Ben");
        row.hash = row.hash_after(&previous);
        previous.clone_from(&row.hash);
        let (event, hash, seq) = (row.event.replace('\'', "''"), row.hash, row.seq);
        home.execute(&format!(
            "UPDATE events SET event = '{event}', hash = '{hash}' WHERE incident = 2 AND seq = {seq}"
        ))
        .await;
    }
    let mut ledger = home.store.snapshot().await.unwrap().ledger().await.unwrap();
    ledger[1].head.clone_from(&previous);
    let hash = ledger[1].hash_after(&ledger[0].hash);
    home.execute(&format!("UPDATE ledger SET head = '{previous}', hash = '{hash}' WHERE number = 2")).await;
    home.execute(&format!("UPDATE newest SET hash = '{hash}' WHERE kind = 'ledger'")).await;
    assert_eq!(audited(&home.store, &[]).await.flaws, [], "nothing inside tells");
    let begun: Head = noted.to_string()[..16].parse().unwrap();
    assert_eq!(audited(&home.store, std::slice::from_ref(&begun)).await.flaws, [Flaw::NotAsNoted(begun)]);
}

const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

async fn what_is_pruned_is_known_from_what_was_removed(home: Home) {
    three(&home).await;
    let noted = [home.store.head(1).await.unwrap().unwrap()];
    let later = clock::now() + YEAR;
    assert_eq!(home.store.prune(later - SignedDuration::from_hours(1), Some(YEAR)).await.unwrap().incidents, [0; 0]);
    assert_eq!(home.store.prune(later + YEAR, None).await.unwrap().incidents, [0; 0], "for ever");
    let later = later + SignedDuration::from_hours(1);
    let (one, two) = (home.again("one").await, home.again("two").await);
    let (one, two) = tokio::join!(one.prune(later, Some(YEAR)), two.prune(later, Some(YEAR)));
    let mut pruned = [one.unwrap().incidents, two.unwrap().incidents].concat();
    pruned.sort_unstable();
    assert_eq!(pruned, [1, 2], "each by one of them; the open one stays");
    let report = audited(&home.store, &noted).await;
    assert_eq!((report.flaws, report.pruned, report.incidents), (vec![], 2, 1));
    assert_eq!(home.store.newest_incident("prod").await.unwrap(), Some(3));
    assert_eq!(home.store.log(1).await.unwrap(), []);
    let lied = Head { hash: "0".repeat(12), ..noted[0].clone() };
    assert_eq!(audited(&home.store, std::slice::from_ref(&lied)).await.flaws, [Flaw::NotAsNoted(lied)]);

    home.store.append(3, 3, clock::now(), vec![closed()], None).await.unwrap();
    let (id, _) = home.store.open_incident("prod", clock::now(), opened("prod"), None).await.unwrap();
    assert_eq!(id, 4, "no number is given twice");
    home.execute("DELETE FROM incidents WHERE id = 3").await;
    let flaws = after(&home, "DELETE FROM events WHERE incident = 3").await;
    assert_eq!(flaws, [Flaw::IncidentRemoved { incident: 3 }]);
    // To call it pruned takes a row of the ledger; one sooner than anything is pruned does not help.
    home.store.prune(later + YEAR * 2, Some(YEAR)).await.unwrap();
    let flaws = after(
        &home,
        "INSERT INTO ledger (number, entry, incident, seq, head, at, hash)
         SELECT 6, 'pruned', incident, seq, head, at + 1, hash FROM ledger WHERE incident = 3",
    )
    .await;
    assert_eq!(flaws[0], Flaw::PrunedEarly { incident: 3, number: 6 });
}

async fn no_number_comes_again_though_everything_was_pruned(home: Home) {
    let open = |store: Store, environment: &'static str| async move {
        let (id, _) = store.open_incident(environment, clock::now(), opened(environment), None).await.unwrap();
        store.append(id, 1, clock::now(), vec![closed()], None).await.unwrap();
        id
    };
    let (one, two) = (home.again("one").await, home.again("two").await);
    let first = open(one.clone(), "prod").await;
    let pruned = home.store.prune(clock::now() + YEAR * 2, Some(YEAR)).await.unwrap();
    assert_eq!(pruned.incidents, [first]);
    assert_eq!(home.store.newest_incident("prod").await.unwrap(), None, "nothing is left of it");
    let (second, third) = tokio::join!(open(one, "prod"), open(two, "staging"));
    assert_eq!(BTreeSet::from([first, second, third]), BTreeSet::from([first, first + 1, first + 2]));
}

async fn what_does_not_verify_is_not_pruned(home: Home) {
    three(&home).await;
    let edited = after(&home, "UPDATE events SET replica = 'x' WHERE incident = 1 AND seq = 2").await;
    let pruned = home.store.prune(clock::now() + YEAR * 2, Some(YEAR)).await.unwrap();
    assert_eq!((pruned.incidents, pruned.doubtful), (vec![2], vec![1]));
    assert_eq!(audited(&home.store, &[]).await.flaws, edited, "the evidence is still there");
}

async fn what_was_answered_long_ago_is_deleted(home: Home) {
    let put = |key: &str| InboxRow {
        dedupe_key: key.to_owned(),
        received_at: clock::now(),
        request: Request::Status,
        reply: None,
        answer: None,
    };
    for key in ["answered", "open"] {
        home.store.put(&put(key)).await.unwrap();
    }
    home.store.close_row("answered", clock::now()).await.unwrap();
    assert_eq!(home.store.prune(clock::now() + SignedDuration::from_hours(24), None).await.unwrap().inbox, 0);
    assert_eq!(home.store.prune(clock::now() + YEAR, None).await.unwrap().inbox, 1);
    assert_eq!(crate::harness::owed::unanswered(&home.url).await.len(), 1);
}

async fn incidents_closed_at_once_are_chained(home: Home) {
    let replicas = join_all(["one", "two", "three"].map(|replica| home.again(replica))).await;
    let opens = (0..20).map(|n| {
        let (store, name) = (replicas[n % 3].clone(), format!("e{n}"));
        tokio::spawn(async move {
            let (id, _) = store.open_incident(&name, clock::now(), opened(&name), None).await.unwrap();
            // The audit reads meanwhile, and sees nothing half-done.
            assert_eq!(audited(&store, &[]).await.flaws, []);
            store.append(id, 1, clock::now(), vec![closed()], None).await.unwrap();
        })
    });
    for open in join_all(opens).await {
        open.unwrap();
    }
    let report = audited(&home.store, &[]).await;
    assert_eq!((report.flaws, report.incidents, report.events), (vec![], 20, 40));
}

async fn a_bundle_verifies_by_itself(home: Home) {
    three(&home).await;
    let noted = [home.store.head(2).await.unwrap().unwrap()];
    let mut snapshot = home.store.snapshot().await.unwrap();
    assert_eq!(Bundle::of(&mut snapshot, 7, clock::now()).await.unwrap(), None);
    let bundle = Bundle::of(&mut snapshot, 2, clock::now()).await.unwrap().unwrap();
    let text = serde_json::to_string_pretty(&bundle).unwrap();
    assert_eq!(Bundle::parse(&text).unwrap(), bundle);
    assert_eq!(bundle.verify(&noted).flaws, []);
    assert_eq!(bundle.head().as_ref(), noted.first());
    let flaw = |edit: &dyn Fn(&mut Bundle), noted: &[Head]| {
        let mut edited = bundle.clone();
        edit(&mut edited);
        assert_ne!(edited, bundle);
        edited.verify(noted).flaws
    };
    let edited = flaw(&|b| b.events[1].event = b.events[1].event.replace("Anna", "Ben"), &[]);
    assert_eq!(edited, [Flaw::EventChanged { incident: 2, seq: 2 }]);
    let removed = flaw(&|b| drop(b.events.remove(1)), &[]);
    assert_eq!(removed, [Flaw::EventRemoved { incident: 2, seq: 2 }]);
    let inserted = flaw(&|b| b.events.insert(1, b.events[0].clone()), &[]);
    assert_eq!(inserted, [Flaw::EventChanged { incident: 2, seq: 1 }]);
    let cut = flaw(&|b| drop(b.events.pop()), &[]);
    assert_eq!(cut, [Flaw::Truncated { incident: 2, next: 4, length: 4 }]);
    let forged = flaw(&|b| b.closed.as_mut().unwrap().row.at += 1, &[]);
    assert_eq!(forged, [Flaw::LedgerChanged { number: 2 }]);
    let reopened = flaw(
        &|b| {
            b.events.pop();
            b.closed = None;
            b.incident.closed_at = None;
        },
        &noted,
    );
    assert_eq!(reopened, [Flaw::Truncated { incident: 2, next: 4, length: 4 }]);
    assert!(Bundle::parse("{\"format\": \"something else\"}").unwrap_err().to_string().contains("something else"));
}

/// What the program prints and its exit code.
fn stagerbot(arguments: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_stagerbot")).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (text, output.status.code().unwrap())
}

#[tokio::test]
async fn the_command_line_verifies_shows_exports_and_copies() {
    let home = Home::sqlite().await;
    three(&home).await;
    let head = home.store.head(3).await.unwrap().unwrap();
    let (text, code) = stagerbot(&["audit", "verify", "--store", &home.url, "--noted", &head.to_string()]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("3 incidents with 11 events, 0 pruned: as written"), "{text}");
    assert!(text.contains("incident 3 is open: what was cut off behind event 3 shows only"), "{text}");

    let (text, code) = stagerbot(&["audit", "show", "--store", &home.url, "1"]);
    assert_eq!((text.lines().count(), code), (5, 0), "{text}");
    assert!(text.contains("1  Anna asked for a check of prod"), "{text}");

    let (text, code) = stagerbot(&["audit", "export", "--store", &home.url, "--since", "1h"]);
    assert_eq!((text.lines().count(), code), (11, 0), "{text}");
    let line: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    for (key, value) in [("person", "Anna"), ("account", "U0ANNA001"), ("platform", "slack"), ("replica", "replica-1")]
    {
        assert_eq!(line[key], value, "{line}");
    }
    let (text, _) = stagerbot(&["audit", "export", "--store", &home.url, "--format", "csv"]);
    assert!(text.starts_with(export::CSV_HEADER), "{text}");
    assert!(text.contains(",1,prod,2,refused,Anna,U0ANNA001,slack,replica-1,,,"), "{text}");
    let (text, _) = stagerbot(&["audit", "export", "--store", &home.url, "--since", "2999-01-01"]);
    assert_eq!(text, "");

    let (text, code) = stagerbot(&["audit", "bundle", "--store", &home.url, "2"]);
    assert_eq!(code, 0, "{text}");
    let file = home.folder.path().join("bundle.json");
    let verify = |text: &str| {
        std::fs::write(&file, text).unwrap();
        stagerbot(&["audit", "verify", "--bundle", file.to_str().unwrap()])
    };
    assert_eq!(verify(&text).1, 0);
    let (said, code) = verify(&text.replacen("approve", "request", 1));
    assert!(said.starts_with("incident 2, event 2: it is not what was written there"), "{said}");
    assert_eq!(code, 1);
    assert_eq!(verify("{}").1, 2);

    let copy = home.folder.path().join("copy.db");
    let (text, code) = stagerbot(&["store", "backup", "--store", &home.url, copy.to_str().unwrap()]);
    assert_eq!(code, 0, "{text}");
    let (text, code) = stagerbot(&["store", "backup", "--store", &home.url, copy.to_str().unwrap()]);
    assert!(text.contains("is there already") && code == 2, "{text}");
    let of_copy = format!("sqlite://{}", copy.display());
    assert_eq!(stagerbot(&["store", "check", "--store", &of_copy]).1, 0);

    home.execute("DELETE FROM events WHERE incident = 1 AND seq = 3").await;
    home.execute("UPDATE events SET event = '{}' WHERE incident = 2 AND seq = 2").await;
    let (text, code) = stagerbot(&["audit", "verify", "--store", &home.url]);
    assert!(text.starts_with("incident 1, event 3: it was removed\n"), "{text}");
    assert_eq!(code, 1);
    let (text, code) = stagerbot(&["store", "check", "--store", &home.url]);
    assert!(text.contains("incident 2, event 2: this version can't read it"), "{text}");
    assert_eq!(code, 1);
    assert_eq!(stagerbot(&["store", "check", "--store", &of_copy]).1, 0, "the copy is as it was");
    let (text, code) = stagerbot(&["audit", "verify", "--store", "sqlite:///absent/stagerbot.db"]);
    assert!(text.contains("can't be opened") && code == 2, "{text}");
    let absent = home.folder.path().join("absent.db");
    let made = format!("sqlite://{}?mode=rwc", absent.display());
    assert_eq!(stagerbot(&["store", "check", "--store", &made]).1, 2);
    assert!(!absent.exists(), "who only looks makes no store");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_works_on_a_server() {
    let Some(home) = Home::postgres().await else { return };
    three(&home).await;
    let (bare, password) = stagerbot::store::settings::split_password(&home.url).unwrap();
    assert!(password.is_some());
    let with_password = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command.args(arguments).env("STAGERBOT__STORE__PASSWORD", crate::harness::postgres::PASSWORD);
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (text, output.status.code().unwrap())
    };
    assert_eq!(with_password(&["store", "check", "--store", &bare]).1, 0);
    let (text, code) = with_password(&["store", "backup", "--store", &bare, "/tmp/not-made"]);
    assert!(text.contains("pg_dump") && code == 2, "{text}");
    let (text, code) = with_password(&["audit", "verify", "--store", &home.url]);
    assert!(!text.contains("hunter2") && code == 2, "{text}");
    home.execute("UPDATE events SET at = 0 WHERE incident = 2 AND seq = 4").await;
    let (text, code) = with_password(&["audit", "verify", "--store", &bare]);
    assert!(text.starts_with("incident 2, event 4: ") && code == 1, "{text}");
}

/// Names each variant of an enum; a new one has to be added here, and then to the golden files.
macro_rules! variants {
    ($names:ident, $of:ident, $enum:ident: $($variant:ident),* $(,)?) => {
        const $names: &[&str] = &[$(stringify!($variant)),*];
        #[allow(unreachable_patterns)]
        fn $of(value: &$enum) -> &'static str {
            match value { $($enum::$variant { .. } => stringify!($variant)),* }
        }
    };
}

variants!(EVENTS, event, Event:
    Opened, DrillBegun, Called, ChannelClosed, ChannelOpened, Reopened, Muted, Unmuted, AlertJoined, AlertResolved, AlertLapsed, CheckRequested, Claimed, Observed, Diagnosed, RestartRequested, Approved, ApprovalGiven, Denied,
    Expired, Cancelled, PlanVoided, Rechecked, DeleteIntended, PodDeleted, DeleteUnclear, DeleteFailed, PodSpared,
    DeleteSkipped, RecoveryAwaited, LeaderSeen, HealthSeen, HealthLost, Refused, Closed,
);
variants!(TRIGGERS, trigger, Trigger: Check, Alert);
variants!(HOWS, how, DeletedHow: Answered, Terminating, Gone);
variants!(OUTCOMES, outcome, Outcome:
    Healthy, RecoveredItself, ReachedNotProven, Recovered, NotRecovered, DryRun, HandedOver, Drill,
);

fn golden() -> BTreeMap<PathBuf, Event> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/events/v1");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).unwrap();
        let event = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (file, event)
    };
    files.map(read).collect()
}

#[test]
fn every_event_that_was_ever_stored_can_be_read() {
    let golden = golden();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (file, stored) in &golden {
        seen.insert(event(stored));
        match stored {
            Event::Opened { trigger: by, .. } => seen.insert(trigger(by)),
            Event::PodDeleted { how: known, .. } => seen.insert(how(known)),
            Event::Closed { outcome: end } => seen.insert(outcome(end)),
            _ => false,
        };
        let again: Event = serde_json::from_str(&serde_json::to_string(stored).unwrap()).unwrap();
        assert_eq!(&again, stored, "{}", file.display());
    }
    for name in [EVENTS, TRIGGERS, HOWS, OUTCOMES].concat() {
        assert!(seen.contains(name), "{name} has no file in tests/data/events: add one as it is stored");
    }
}

#[test]
fn every_event_that_was_ever_stored_can_be_told() {
    let at = clock::now();
    for (file, stored) in golden() {
        let opening = Recorded { seq: 1, at, event: opened("prod") };
        let log = match &stored {
            Event::Opened { .. } | Event::DrillBegun { .. } => vec![Recorded { seq: 1, at, event: stored }],
            _ => vec![opening, Recorded { seq: 2, at, event: stored }],
        };
        for line in whole_timeline(1, &log) {
            Words::of(None).try_say(&line.says).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
    }
}

#[tokio::test]
async fn a_plan_s_evidence_stands_beside_everything_that_belongs_to_it() {
    let home = Home::sqlite().await;
    let of = |name: &str| golden().into_iter().find(|(file, _)| file.ends_with(format!("{name}.json"))).unwrap().1;
    let requested = of("restart-requested");
    let Event::RestartRequested { plan, .. } = &requested else { panic!() };
    let digest = plan.digest.clone();
    let (id, _) = home.store.open_incident("prod", clock::now(), opened("prod"), None).await.unwrap();
    let events = vec![requested, of("approved"), of("plan-voided"), of("refused")];
    home.store.append(id, 1, clock::now(), events, None).await.unwrap();
    let mut snapshot = home.store.snapshot().await.unwrap();
    let incident = snapshot.incidents().await.unwrap().remove(0);
    let lines = export::lines(&incident, &snapshot.events(id).await.unwrap());
    let evidence: Vec<Option<&str>> = lines.iter().map(|line| line.evidence.as_deref()).collect();
    assert_eq!(evidence, [None, Some(digest.as_str()), Some(&digest), Some(&digest), None]);
}
