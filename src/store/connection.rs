//! Connections: how they are opened, which are closed after an error, and what is retried.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use secrecy::ExposeSecret as _;
use sqlx::any::{AnyArguments, AnyPoolOptions, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::query::{Query, QueryAs};
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor, FromRow, Row as _};
use tokio::time::{Instant, timeout};

use super::dialect::Kind;
use super::error::StoreError;
use super::file::{self, File};
use super::settings::{Address, Settings};
use crate::causes::causes;

/// PostgreSQL's share for one replica: the engine writes one thing at a time; answers, cards and the inbox write beside it.
const CONNECTIONS: u32 = 8;
/// How long tables may take to be brought up to date; another replica may be at it.
const MIGRATION: Duration = Duration::from_mins(2);

/// A database, and how long a statement may take.
#[derive(Clone, Debug)]
pub(super) struct Database {
    pool: AnyPool,
    kind: Kind,
    deadline: Duration,
    /// SQLite's.
    file: Option<Arc<File>>,
}

/// A transaction under way.
pub(super) type Transaction<'a> = sqlx::Transaction<'a, Any>;

impl Database {
    /// Opens the database, creates it where it is missing, and brings its tables up to date.
    pub(super) async fn open(settings: &Settings) -> Result<Self, StoreError> {
        let address = settings.address()?;
        if let Some(path) = &address.file {
            if creates(address.url.expose_secret()) {
                // Where it can't be, the database says why.
                let _ = file::create_private(path);
            }
            file::make_private(path);
        }
        migrate(&address, settings.deadline).await?;
        let pool = pool(&address, settings.deadline, true).await?;
        let file = address.file.as_deref().and_then(File::at).map(Arc::new);
        Ok(Self { pool, kind: address.kind, deadline: settings.deadline, file })
    }

    /// Opens a database that has to be there already; nothing in it is created or changed.
    pub(super) async fn existing(settings: &Settings) -> Result<Self, StoreError> {
        let address = settings.address()?;
        let pool = pool(&address, settings.deadline, false).await?;
        Ok(Self { pool, kind: address.kind, deadline: settings.deadline, file: None })
    }

    /// Which database it is.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Moves what was written from SQLite's log into its file, and empties the log: what was deleted is left in neither. `false`
    /// where somebody else reads from it.
    pub(super) async fn empty_log(&self) -> Result<bool, StoreError> {
        if self.kind != Kind::Sqlite {
            return Ok(true);
        }
        let checkpoint = || sqlx::query_as::<_, (i64,)>("PRAGMA wal_checkpoint(TRUNCATE)");
        Ok(self.first(checkpoint).await?.is_none_or(|(busy,)| busy == 0))
    }

    /// Closes the connections, after what is under way.
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    /// Does a statement that may be done twice. Returns how many rows it wrote.
    pub(super) async fn execute<'q>(
        &self,
        statement: impl Fn() -> Query<'q, Any, AnyArguments>,
    ) -> Result<u64, StoreError> {
        self.repeat(async |connection| Ok(statement().execute(connection).await?.rows_affected())).await
    }

    /// Every row of a query.
    pub(super) async fn all<'q, T>(
        &self,
        query: impl Fn() -> QueryAs<'q, Any, T, AnyArguments>,
    ) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        self.repeat(async |connection| Ok(query().fetch_all(connection).await?)).await
    }

    /// The first row of a query, if it has one.
    pub(super) async fn first<'q, T>(
        &self,
        query: impl Fn() -> QueryAs<'q, Any, T, AnyArguments>,
    ) -> Result<Option<T>, StoreError>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        self.repeat(async |connection| Ok(query().fetch_optional(connection).await?)).await
    }

    /// Begins a transaction that will write.
    pub(super) async fn begin<'c>(&self, connection: &'c mut AnyConnection) -> Result<Transaction<'c>, sqlx::Error> {
        connection.begin_with(self.kind.begin()).await
    }

    /// A transaction that sees everything as of now, whatever is written meanwhile.
    pub(super) async fn begin_reading(&self) -> Result<Transaction<'static>, sqlx::Error> {
        self.pool.begin_with(self.kind.begin_reading()).await
    }

    /// Does something on a connection, once. The connection is given back unless it was what went wrong.
    pub(super) async fn once<T>(
        &self,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        let connection = self.pool.acquire().await?;
        // The file's one connection goes on with what was begun.
        let mut connection = Leased { connection, sound: self.kind == Kind::Sqlite };
        let done = work(&mut connection.connection).await;
        connection.sound = match &done {
            Err(StoreError::Database { kind, .. }) => kind.keeps_connection(),
            _ => true,
        };
        done
    }

    /// Runs something idempotent within a deadline, and retries it where a server's error is transient.
    pub(super) async fn repeat<T>(
        &self,
        // Copied and not lent, or no caller's future could be sent between threads.
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, StoreError> + Copy,
    ) -> Result<T, StoreError> {
        // The database has its own deadline per statement; this one is for a database that is not there to keep it.
        let (patience, began) = (self.deadline * 2, Instant::now());
        let mut pauses = pauses();
        loop {
            let error = match timeout(patience, self.once(work)).await.unwrap_or_else(|_| Err(too_slow(patience))) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let passes = matches!(&error, StoreError::Database { kind, .. } if kind.is_transient());
            if !passes || self.kind == Kind::Sqlite || began.elapsed() > self.deadline {
                return Err(error);
            }
            let Some(pause) = pauses.next() else { return Err(error) };
            tracing::debug!(error = %causes(&error), "trying the store again");
            tokio::time::sleep(pause).await;
        }
    }
}

/// A connection that is given back only if it is known to be sound.
///
/// What is dropped half-way, by a deadline or a caller that gave up, may wait for a server that will never answer: on
/// PostgreSQL such a connection is closed, or a host that vanished would keep all of them until the kernel gives up.
struct Leased {
    connection: PoolConnection<Any>,
    sound: bool,
}

impl Drop for Leased {
    fn drop(&mut self) {
        if !self.sound {
            self.connection.close_on_drop();
        }
    }
}

/// Brings the tables up to date, over a connection of its own without a deadline per statement.
async fn migrate(address: &Address, patience: Duration) -> Result<(), StoreError> {
    sqlx::any::install_default_drivers();
    let url = url(address, true);
    let one = AnyPoolOptions::new().max_connections(1).acquire_timeout(patience).connect(&url).await?;
    let migrated = timeout(MIGRATION, sqlx::migrate!("src/store").run(&one)).await;
    one.close().await;
    migrated.map_err(|_| too_slow(MIGRATION))??;
    Ok(())
}

/// Connections that give up in time.
async fn pool(address: &Address, deadline: Duration, serves: bool) -> Result<AnyPool, StoreError> {
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
                        // What is deleted, such as the address that an answer went to, is not left in the file.
                        connection.execute("PRAGMA secure_delete = ON").await?;
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

/// Whether a file that is not there is made.
fn creates(url: &str) -> bool {
    url.split_once('?').is_none_or(|(_, parameters)| parameters.split('&').any(|parameter| parameter == "mode=rwc"))
}

fn url(address: &Address, creates: bool) -> String {
    let url = address.url.expose_secret();
    match address.kind {
        Kind::Sqlite if !url.contains('?') => format!("{url}?mode={}", if creates { "rwc" } else { "rw" }),
        _ => url.to_owned(),
    }
}

/// The pauses between tries: each up to twice as long as the one before, and with jitter. How long it is tried is the deadline's
/// affair: a server that restarts is away for seconds.
fn pauses() -> impl Iterator<Item = Duration> {
    let (shortest, longest) = (Duration::from_millis(50), Duration::from_millis(500));
    let growing = ExponentialBuilder::default().with_min_delay(shortest).with_max_delay(longest).with_factor(2.0);
    growing.with_jitter().without_max_times().build()
}

fn too_slow(patience: Duration) -> StoreError {
    let text = format!("no answer within {} ms", patience.as_millis());
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, text)).into()
}
