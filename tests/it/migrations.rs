//! What earlier tables hold is taken up by today's bot: nothing of it is lost, and the logs still verify.

use std::borrow::Cow;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Executor as _};
use stagerbot::audit::verify;
use stagerbot::incident::event::Event;
use stagerbot::incident::{Incident, State};
use stagerbot::request::Request;
use stagerbot::store::Store;
use tempfile::TempDir;

use crate::harness::{Scene, home, postgres};

/// The version of the tables, and what was in them.
pub(crate) const RELEASED: [(i64, &str); 1] = [(1, include_str!("../data/store/0001.sql"))];

/// Makes a database as that version left it.
pub(crate) async fn as_it_was(url: &str, version: i64, rows: &str) {
    sqlx::any::install_default_drivers();
    let pool = AnyPoolOptions::new().max_connections(1).connect(url).await.unwrap();
    let today = sqlx::migrate!("src/store");
    let until = today.migrations.iter().filter(|migration| migration.version <= version).cloned().collect();
    Migrator { migrations: Cow::Owned(until), ..Migrator::DEFAULT }.run(&pool).await.unwrap();
    for line in rows.lines().filter(|line| !line.starts_with("--")) {
        pool.execute(AssertSqlSafe(line.to_owned())).await.unwrap();
    }
    pool.close().await;
}

async fn is_taken_up(url: &str) {
    let store = Store::open(url).await.unwrap();
    let report = verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap();
    assert_eq!((report.flaws, report.incidents), (Vec::new(), 2));
    let [closed, open] = [1, 2].map(|id| {
        let store = store.clone();
        async move { Incident::replay(id, &store.log(id).await.unwrap()).unwrap() }
    });
    assert!(closed.await.is_closed());
    let open = open.await;
    assert!(matches!(open.state, State::AwaitingApproval(_)), "{:?}", open.state);
    let waiting = store.claim_inbox(Duration::from_mins(1)).await.unwrap();
    assert_eq!(waiting.iter().map(|row| &row.request).collect::<Vec<_>>(), [&Request::Status]);
    let asked = Event::CheckRequested { by: home::anna() };
    store.append(2, open.seq, stagerbot::clock::now(), vec![asked, home::closed()], None).await.unwrap();
    let report = verify(&mut store.snapshot().await.unwrap(), &[]).await.unwrap();
    assert_eq!(report.flaws, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_tables_are_brought_up_to_date() {
    for (version, rows) in RELEASED {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("stagerbot.db").display());
        as_it_was(&format!("{url}?mode=rwc"), version, rows).await;
        is_taken_up(&url).await;
        let Some(server) = postgres::shared() else { return };
        let url = server.database().await;
        as_it_was(&url, version, rows).await;
        is_taken_up(&url).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_goes_on_with_what_an_earlier_one_left_open() {
    for (version, rows) in RELEASED {
        let scene = Scene::new().await;
        let url = format!("sqlite://{}?mode=rwc", scene.folder.path().join("bot.db").display());
        as_it_was(&url, version, rows).await;
        let bot = scene.bot().await;
        // The row that nobody answered, and the request that waited: it is healthy by now, and nothing is deleted.
        scene.whispered(&scene.anna, "prod").await;
        scene.card("Healthy again, without a restart of ours").await;
        scene.told("The bot took this incident up again").await;
        scene.told("Nobody approved in time: the request expired").await;
        scene.told("Healthy again, without a restart of ours").await;
        scene.beside_the_point(&["Nobody approved your request in time"]);
        assert!(scene.terminated().is_empty());
        bot.stop().await;
    }
}
