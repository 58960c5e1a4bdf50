//! Rows of the inbox: what waits has a bound where it is held, comes in turns, and is one row for one alert.

use std::time::Duration;

use stagerbot::clock;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::incident::alert::{Alert, AlertStatus, Fingerprint, Meaning};
use stagerbot::request::{ReplyTo, Request};
use stagerbot::store::{AlertRow, InboxRow, Store};
use tempfile::TempDir;

use crate::harness::postgres;

const LEASE: Duration = Duration::from_mins(1);

pub(super) fn fingerprint(number: usize) -> String {
    format!("{number:016x}")
}

pub(super) fn alert(environment: &str, number: usize, status: AlertStatus) -> InboxRow {
    let alert = Alert {
        source: "alertmanager".to_owned(),
        name: "CFStagerUnavailable".to_owned(),
        status,
        fingerprint: Fingerprint(fingerprint(number)),
        summary: "cf push fails: Stager is unavailable".to_owned(),
        starts_at: None,
        meaning: Meaning::StagerUnavailable,
        severity: None,
        seen_at: None,
    };
    let request = Request::Alert { environment: environment.to_owned(), alert };
    // The clock tells deliveries apart, as the minute does that a sender's repeat carries.
    let dedupe_key = format!("{environment}/{number}/{status:?}/{}", fastrand::u64(..));
    InboxRow { dedupe_key, received_at: clock::now(), request, reply: None, answer: None }
}

fn person(user: &str, number: usize) -> InboxRow {
    let account = Account { platform: Platform::Slack, user: user.to_owned() };
    let reply = ReplyTo { account, channel: "C1".to_owned(), locale: None, handle: None };
    InboxRow {
        dedupe_key: format!("{user}/{number}"),
        received_at: clock::now(),
        request: Request::Status,
        reply: Some(reply),
        answer: None,
    }
}

fn status(request: &Request) -> AlertStatus {
    let Request::Alert { alert, .. } = request else { panic!("{request:?}") };
    alert.status
}

/// On both databases.
async fn stores(folder: &TempDir) -> Vec<Store> {
    let url = format!("sqlite://{}", folder.path().join("rows.db").display());
    let mut stores = vec![Store::open(&url).await.unwrap()];
    if let Some(server) = postgres::shared() {
        stores.push(Store::open(&server.database().await).await.unwrap());
    }
    stores
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_waits_is_one_row_that_tells_of_its_firing_and_its_end() {
    use AlertStatus::{Firing, Resolved};
    let folder = tempfile::tempdir().unwrap();
    for store in stores(&folder).await {
        for (number, told) in [
            &[Firing, Firing, Firing][..],
            &[Firing, Resolved],
            &[Resolved, Firing],
            &[Firing, Resolved, Firing, Resolved],
            &[Firing, Resolved, Resolved],
            &[Resolved],
        ]
        .into_iter()
        .enumerate()
        {
            // One by one, and together.
            for (environment, together) in [("one", false), ("all", true)] {
                let rows: Vec<InboxRow> = told.iter().map(|status| alert(environment, number, *status)).collect();
                for some in rows.chunks(if together { rows.len() } else { 1 }) {
                    store.put_all(some).await.unwrap();
                }
                // The same delivery again is none more.
                store.put_all(&rows[..1]).await.unwrap();
                let [row] = &store.claim_alerts(10, LEASE).await.unwrap()[..] else { panic!("{told:?}: not one row") };
                let newest = *told.last().unwrap();
                let fired = (newest == Resolved && told.contains(&Firing)).then_some(Firing);
                assert_eq!(
                    (status(&row.request), row.fired.as_ref().map(status), row.times),
                    (newest, fired, told.len() as u64),
                    "{told:?}"
                );
                // Once it is taken, what comes is a row of its own.
                store.put_all(&[alert(environment, number, Firing)]).await.unwrap();
                let [other] = &store.claim_alerts(10, LEASE).await.unwrap()[..] else { panic!("{told:?}: lost") };
                let keys = [row.dedupe_key.clone(), other.dedupe_key.clone()];
                store.close_alerts(&keys, &stagerbot::incident::phrase::Phrase::new("answer-alert")).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_at_once_has_a_bound_and_comes_in_turns() {
    let folder = tempfile::tempdir().unwrap();
    for store in stores(&folder).await {
        let storm: Vec<InboxRow> = (0..1000).map(|number| alert("storm", number, AlertStatus::Firing)).collect();
        store.put_all(&storm).await.unwrap();
        store.put_all(&[alert("calm", 0, AlertStatus::Firing)]).await.unwrap();
        for number in 0..200 {
            store.put(&person("U0LOUD", number)).await.unwrap();
        }
        store.put(&person("U0QUIET", 0)).await.unwrap();
        // The database's own trouble goes before what only asks for a look.
        let mut database = alert("storm", 5000, AlertStatus::Firing);
        if let Request::Alert { alert, .. } = &mut database.request {
            alert.meaning = Meaning::Database;
        }
        store.put_all(std::slice::from_ref(&database)).await.unwrap();

        let people = store.claim_inbox(LEASE).await.unwrap();
        assert!(people.len() <= 64, "{}", people.len());
        assert!(people.iter().any(|row| row.dedupe_key == "U0QUIET/0"), "one who types a lot keeps nobody waiting");
        let alerts = store.claim_alerts(64, LEASE).await.unwrap();
        assert!(alerts.len() <= 64, "{}", alerts.len());
        let of = |row: &AlertRow| row.dedupe_key.split('/').next().unwrap().to_owned();
        assert!(alerts.iter().any(|row| of(row) == "calm"), "one environment's storm keeps no other one waiting");
        assert!(alerts.iter().any(|row| row.dedupe_key == database.dedupe_key));
        assert!(store.do_alerts_wait(900).await.unwrap() && !store.do_alerts_wait(2000).await.unwrap());
        // What is held is not taken again, and all of it is taken in the end.
        let mut all = alerts.len();
        loop {
            let more = store.claim_alerts(64, LEASE).await.unwrap();
            if more.is_empty() {
                break;
            }
            all += more.len();
        }
        assert_eq!(all, 1002);
    }
}
