//! Connections: how they are made, what becomes of one that something went wrong on, and what is tried again.

use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use secrecy::ExposeSecret as _;
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor, Row as _};
use tokio::time::{Instant, timeout};

use super::settings::Address;
use super::{Store, StoreError};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file of this machine.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// What a URL means.
    pub(super) fn of(url: &str) -> Option<Self> {
        match url.split_once("://")?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// The database's own clock in microseconds, as SQL. It is the one clock that all replicas share.
    pub(super) fn now(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
            Self::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        }
    }

    /// Begins a transaction that will write. SQLite takes its lock at once: one that reads first may find that it can't write.
    fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Begins a transaction that sees everything as of one moment.
    pub(super) fn begin_reading(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// PostgreSQL's share for one replica: the engine writes one thing at a time; answers, cards and the inbox write beside it.
const CONNECTIONS: u32 = 8;
/// How long tables may take to be brought up to date; another replica may be at it.
const MIGRATION: Duration = Duration::from_mins(2);

/// Brings the tables up to date, over a connection of its own without a deadline per statement.
pub(super) async fn migrate(address: &Address, patience: Duration) -> Result<(), StoreError> {
    sqlx::any::install_default_drivers();
    let url = url(address, true);
    let one = AnyPoolOptions::new().max_connections(1).acquire_timeout(patience).connect(&url).await?;
    let migrated = timeout(MIGRATION, sqlx::migrate!("src/store").run(&one)).await;
    one.close().await;
    migrated.map_err(|_| too_slow(MIGRATION))??;
    Ok(())
}

/// Connections that give up in time.
pub(super) async fn pool(address: &Address, deadline: Duration, serves: bool) -> Result<AnyPool, StoreError> {
    sqlx::any::install_default_drivers();
    let (kind, milliseconds) = (address.kind, deadline.as_millis());
    let options = AnyPoolOptions::new()
        // SQLite writes one at a time: one connection queues fairly where several would collide.
        .max_connections(if kind == Kind::Sqlite { 1 } else { CONNECTIONS })
        .acquire_timeout(deadline)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                match kind {
                    Kind::Sqlite => {
                        let busy = format!("PRAGMA busy_timeout = {milliseconds}");
                        connection.execute(AssertSqlSafe(busy)).await?;
                        if serves {
                            connection.execute("PRAGMA journal_mode = WAL").await?;
                        }
                        // FULL: an acknowledgement depends on the write.
                        connection.execute("PRAGMA synchronous = FULL").await?;
                    }
                    Kind::Postgres => {
                        let limits = format!(
                            "SET statement_timeout = {milliseconds}; SET lock_timeout = {milliseconds};
                             SET idle_in_transaction_session_timeout = {}",
                            2 * milliseconds
                        );
                        connection.execute(AssertSqlSafe(limits)).await?;
                        if serves {
                            refuse_standby(connection).await?;
                        }
                    }
                }
                Ok(())
            })
        });
    Ok(options.connect(&url(address, serves)).await?)
}

/// After a failover the address may still lead to the old server, or to the new one before it was promoted: try another time.
async fn refuse_standby(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let standby: bool = connection.fetch_one("SELECT pg_is_in_recovery()").await?.try_get(0)?;
    if standby { Err(sqlx::Error::Protocol("the server is a standby".to_owned())) } else { Ok(()) }
}

fn url(address: &Address, creates: bool) -> String {
    let url = address.url.expose_secret();
    match address.kind {
        Kind::Sqlite if !url.contains('?') => format!("{url}?mode={}", if creates { "rwc" } else { "rw" }),
        _ => url.to_owned(),
    }
}

/// A connection that is given back only if it is known to be sound.
///
/// What is dropped half-way, by a deadline or a caller that gave up, may wait for a server that will never answer: on
/// PostgreSQL such a connection is closed, or a host that vanished would keep all of them until the kernel gives up.
pub(super) struct Connection {
    connection: PoolConnection<Any>,
    sound: bool,
}

/// A transaction under way.
pub(super) type Transaction<'a> = sqlx::Transaction<'a, Any>;

impl Connection {
    /// For a statement by itself.
    pub(super) fn sql(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// Begins a transaction that will write.
    pub(super) async fn begin(&mut self, kind: Kind) -> Result<Transaction<'_>, sqlx::Error> {
        self.connection.begin_with(kind.begin()).await
    }

    /// Gives the connection back, unless what went wrong was the connection.
    pub(super) fn finish<T, E: Into<StoreError>>(mut self, result: Result<T, E>) -> Result<T, StoreError> {
        let result = result.map_err(Into::into);
        self.sound = match &result {
            Err(StoreError::Database { kind, .. }) => kind.keeps_connection(),
            _ => true,
        };
        result
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.sound {
            self.connection.close_on_drop();
        }
    }
}

/// The pauses between tries: each up to twice as long as the one before, and with jitter. How long it is tried is the deadline's
/// affair: a server that restarts is away for seconds.
fn pauses() -> impl Iterator<Item = Duration> {
    let (shortest, longest) = (Duration::from_millis(50), Duration::from_millis(500));
    let growing = ExponentialBuilder::default().with_min_delay(shortest).with_max_delay(longest).with_factor(2.0);
    growing.with_jitter().without_max_times().build()
}

impl Store {
    /// A connection.
    pub(super) async fn connection(&self) -> Result<Connection, StoreError> {
        let connection = self.pool.acquire().await?;
        // A file does not vanish, and its one connection goes on with what was begun.
        Ok(Connection { connection, sound: self.kind == Kind::Sqlite })
    }

    /// Does what may be done twice, within a deadline; again where a server's trouble may have passed.
    pub(super) async fn retry<T, F>(&self, mut once: impl FnMut() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        // The database has its own deadline per statement; this one is for a database that is not there to keep it.
        let (patience, began) = (self.deadline * 2, Instant::now());
        let mut pauses = pauses();
        loop {
            let error = match timeout(patience, once()).await.unwrap_or_else(|_| Err(too_slow(patience))) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let passes = matches!(&error, StoreError::Database { kind, .. } if kind.is_transient());
            if !passes || self.kind == Kind::Sqlite || began.elapsed() > self.deadline {
                return Err(error);
            }
            let Some(pause) = pauses.next() else { return Err(error) };
            tracing::debug!(%error, "trying the store again");
            tokio::time::sleep(pause).await;
        }
    }
}

fn too_slow(patience: Duration) -> StoreError {
    let text = format!("no answer within {} ms", patience.as_millis());
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, text)).into()
}
