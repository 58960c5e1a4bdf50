//! A store of either kind, and what stands in it.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use stagerbot::incident::account::{Account, Platform, Who};
use stagerbot::incident::event::{Event, Outcome, Trigger};
use stagerbot::store::Store;
use stagerbot::store::settings::Settings;
use tempfile::TempDir;

use super::postgres;

/// A store, and what it lives in.
pub(crate) struct Home {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) folder: TempDir,
}

impl Home {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("stagerbot.db").display());
        Self { store: Store::open(&url).await.unwrap(), url, folder }
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let url = postgres::shared()?.database().await;
        Some(Self { store: Store::open(&url).await.unwrap(), url, folder: TempDir::new().unwrap() })
    }

    /// An empty one of the same kind.
    pub(crate) async fn another(&self) -> Self {
        if self.url.starts_with("sqlite") { Self::sqlite().await } else { Self::postgres().await.unwrap() }
    }

    /// The same database by another connection, as an intruder has it.
    pub(crate) async fn behind(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        AnyConnection::connect(&self.url).await.unwrap()
    }

    pub(crate) async fn execute(&self, sql: &str) -> u64 {
        let mut behind = self.behind().await;
        let done = behind.execute(AssertSqlSafe(sql.to_owned())).await.unwrap().rows_affected();
        behind.close().await.unwrap();
        done
    }

    /// The same database, opened again as by another process.
    pub(crate) async fn again(&self, replica: &str) -> Store {
        Store::connect(&Settings { replica: replica.to_owned(), ..Settings::new(&self.url).unwrap() }).await.unwrap()
    }
}

/// Each of these over SQLite, and over PostgreSQL where there is one.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(super::Home::sqlite().await).await; })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(home) = super::Home::postgres().await { super::$name(home).await; }
            })*
        }
    };
}
pub(crate) use on_both;

pub(crate) fn anna() -> Who {
    let account = Account { platform: Platform::Slack, user: "U0ANNA001".to_owned() };
    Who { account, person: Some("Anna".to_owned()) }
}

pub(crate) fn opened(environment: &str) -> Event {
    let trigger = Trigger::Check(anna());
    Event::Opened {
        environment: environment.to_owned(),
        trigger,
        last_restart: None,
        last_leader: None,
        database_alerts: Vec::new(),
    }
}

pub(crate) fn closed() -> Event {
    Event::Closed { outcome: Outcome::Healthy }
}
