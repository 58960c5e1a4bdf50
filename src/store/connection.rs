//! Connections: how they are opened, which are closed after an error, and what is retried.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use secrecy::ExposeSecret as _;
use sqlx::any::{AnyArguments, AnyPoolOptions, AnyRow};
use sqlx::query::{Query, QueryAs};
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor as _, FromRow, Row as _};
use tokio::time::{Instant, timeout};

use super::dialect::Kind;
use super::durable::{self, Wal};
use super::error::{DatabaseErrorKind, StoreError};
use super::file::{self, File};
use super::migrate::migrate;
use super::settings::{Address, Settings};
use super::transaction::{Connection, Transaction};
use crate::causes::{Cause, causes};
use crate::metrics;

/// How long tables may take to be brought up to date; another replica may be at it.
const MIGRATION: Duration = Duration::from_mins(2);
/// How long it may take until the first connection is there: a server that starts, or a crowd that passes.
const REACHING: Duration = Duration::from_secs(5);
/// How long the server may take to say why it gives no connection.
const WHY: Duration = Duration::from_secs(2);

/// A database, and how long a statement may take.
#[derive(Clone, Debug)]
pub(super) struct Database {
    pool: AnyPool,
    address: Arc<Address>,
    deadline: Duration,
    connections: u32,
    /// SQLite's, and its log.
    file: Option<Arc<File>>,
    wal: Option<Arc<Wal>>,
}

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
        let mut one = reach(&address, settings, true).await?;
        let migrated = timeout(MIGRATION, migrate(&mut one, address.kind, MIGRATION.as_millis())).await;
        let _ = one.close().await;
        migrated.map_err(|_| too_slow(MIGRATION))??;
        let file = address.file.as_deref().and_then(File::at).map(Arc::new);
        Self::over(address, settings, true, file).await
    }

    /// Opens a database that has to be there already; nothing in it is created or changed.
    pub(super) async fn existing(settings: &Settings) -> Result<Self, StoreError> {
        let address = settings.address()?;
        let mut one = reach(&address, settings, false).await?;
        if address.kind == Kind::Sqlite {
            // A file that is none of SQLite's is opened, and fails with the first look into it: the pool would keep to itself why.
            one.execute("PRAGMA schema_version").await?;
        }
        let _ = one.close().await;
        Self::over(address, settings, false, None).await
    }

    async fn over(
        address: Address,
        settings: &Settings,
        serves: bool,
        file: Option<Arc<File>>,
    ) -> Result<Self, StoreError> {
        let pool = pool(&address, settings, serves).await?;
        let wal = address.file.as_deref().filter(|_| serves).map(|file| Arc::new(Wal::beside(file)));
        let (deadline, connections) = (settings.deadline, settings.connections);
        Ok(Self { pool, address: Arc::new(address), deadline, connections, file, wal })
    }

    /// Which database it is.
    pub(super) fn kind(&self) -> Kind {
        self.address.kind
    }

    /// Moves what was written from SQLite's log into its file, and empties the log: what was deleted is left in neither. `false`
    /// where somebody else reads from it.
    pub(super) async fn empty_log(&self) -> Result<bool, StoreError> {
        if self.kind() != Kind::Sqlite {
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
        self.repeat(async |connection| {
            if self.kind() == Kind::Sqlite {
                return Ok(statement().execute(&mut *connection.leased).await?.rows_affected());
            }
            let mut transaction = connection.begin().await?;
            let done = statement().execute(&mut transaction).await?.rows_affected();
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }

    /// Every row of a query.
    pub(super) async fn all<'q, T>(
        &self,
        query: impl Fn() -> QueryAs<'q, Any, T, AnyArguments>,
    ) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        self.read(async |connection| {
            if self.kind() == Kind::Sqlite {
                return Ok(query().fetch_all(&mut *connection.leased).await?);
            }
            let mut transaction = connection.begin().await?;
            let rows = query().fetch_all(&mut transaction).await?;
            transaction.rollback().await?;
            Ok(rows)
        })
        .await
    }

    /// The first row of a query, if it has one.
    pub(super) async fn first<'q, T>(
        &self,
        query: impl Fn() -> QueryAs<'q, Any, T, AnyArguments>,
    ) -> Result<Option<T>, StoreError>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        self.read(async |connection| {
            if self.kind() == Kind::Sqlite {
                return Ok(query().fetch_optional(&mut *connection.leased).await?);
            }
            let mut transaction = connection.begin().await?;
            let row = query().fetch_optional(&mut transaction).await?;
            transaction.rollback().await?;
            Ok(row)
        })
        .await
    }

    /// A transaction that sees everything as of now, whatever is written meanwhile.
    pub(super) async fn begin_reading(&self) -> Result<Transaction<'static>, sqlx::Error> {
        let begin = self.kind().begin_reading(self.deadline.as_millis());
        Ok(Transaction::of(self.pool.begin_with(AssertSqlSafe(begin)).await?, self.kind()))
    }

    /// Does something on a connection, once. The connection is given back unless it was what went wrong.
    pub(super) async fn once<T>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        let connection = match self.pool.acquire().await {
            Err(sqlx::Error::PoolTimedOut) if self.kind() == Kind::Postgres => return Err(self.why_not().await),
            connection => connection?,
        };
        let kind = self.kind();
        let begin = kind.begin(self.deadline.as_millis());
        // The file's one connection goes on with what was begun.
        let mut connection = Connection { leased: connection, kind, begin, sound: kind == Kind::Sqlite };
        let done = work(&mut connection).await;
        connection.sound = match &done {
            Err(StoreError::Database { kind, .. }) => kind.keeps_connection(),
            _ => true,
        };
        done
    }

    /// Uses every connection that a replica uses, once and all of them at a time. An error tells how many there were.
    pub(super) async fn use_every_connection(&self) -> Result<(), StoreError> {
        let (mut held, kind, wanted) = (Vec::new(), self.kind(), self.connections);
        for count in 0..wanted {
            let using = async {
                let (leased, begin) = (self.pool.acquire().await?, kind.begin(self.deadline.as_millis()));
                // One that no server is free for is closed, and not given back.
                let mut connection = Connection { leased, kind, begin, sound: false };
                connection.begin().await?.rollback().await?;
                connection.sound = true;
                Ok::<_, sqlx::Error>(connection)
            };
            let why = match timeout(self.deadline, using).await {
                Ok(Ok(connection)) => {
                    held.push(connection);
                    continue;
                }
                Ok(Err(error)) => error.into(),
                Err(_) => too_slow(self.deadline),
            };
            let source = Cause::new(format!("{count} of {wanted} connections at once: {}", causes(&why)));
            return Err(StoreError::Database { kind: DatabaseErrorKind::Crowded, source });
        }
        Ok(())
    }

    /// Why there is no connection: the pool keeps for itself what the server says.
    async fn why_not(&self) -> StoreError {
        match timeout(WHY, AnyConnection::connect(&url(&self.address, false))).await {
            Ok(Err(error)) => error.into(),
            Ok(Ok(connection)) => {
                let _ = connection.close().await;
                let (count, seconds) = (self.connections, self.deadline.as_secs());
                let source = format!("none of {count} connections became free within {seconds} s");
                StoreError::Database { kind: DatabaseErrorKind::Slow, source: Cause::new(source) }
            }
            Err(_) => too_slow(self.deadline + WHY),
        }
    }

    /// Runs something idempotent within a deadline, and retries it where a server's error is transient. What it wrote is durable then.
    pub(super) async fn repeat<T>(
        &self,
        // Copied and not lent, or no caller's future could be sent between threads.
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, StoreError> + Copy,
    ) -> Result<T, StoreError> {
        let written = async {
            let done = self.patiently(work).await?;
            self.make_durable().await?;
            Ok(done)
        };
        measured("write", Box::pin(written)).await
    }

    /// Reads, as patiently.
    async fn read<T>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, StoreError> + Copy,
    ) -> Result<T, StoreError> {
        measured("read", self.patiently(work)).await
    }

    /// Waits until what was committed is durable. The connection serves others meanwhile.
    async fn make_durable(&self) -> Result<(), StoreError> {
        let Some(wal) = &self.wal else { return Ok(()) };
        let patience = self.deadline * 2;
        let durable = async {
            if wal.is_doubtful() {
                // What the kernel forgot to write it still holds: written once more, and synced by SQLite.
                if !Box::pin(self.empty_log()).await? {
                    return Err(durable::failed(&std::io::Error::other("another process reads from the log")));
                }
                wal.trust();
            }
            wal.sync().await.map_err(|error| durable::failed(&error))
        };
        timeout(patience, durable).await.unwrap_or_else(|_| Err(too_slow(patience)))
    }

    async fn patiently<T>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, StoreError> + Copy,
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
            if !passes || self.kind() == Kind::Sqlite || began.elapsed() > self.deadline {
                return Err(error);
            }
            let Some(pause) = pauses.next() else { return Err(error) };
            metrics::STORE_RETRIES.count(&[]);
            tracing::debug!(error = %causes(&error), "trying the store again");
            tokio::time::sleep(pause).await;
        }
    }
}

/// Measures a call of this name.
async fn measured<T>(call: &'static str, doing: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let done = metrics::timed("store", call, doing).await;
    if let Err(StoreError::Database { kind, .. }) = &done {
        metrics::STORE_ERRORS.count(&[("kind", kind.name())]);
    }
    done
}

/// A connection of its own, on which the database answers.
async fn reach(address: &Address, settings: &Settings, creates: bool) -> Result<AnyConnection, StoreError> {
    let mut one = connect(address, creates).await?;
    // A pooler lets everybody in, and has whoever it has no connection for wait.
    if address.kind == Kind::Postgres {
        timeout(REACHING, one.execute("SELECT 1")).await.map_err(|_| none_is_free(settings))??;
    }
    Ok(one)
}

/// What is wrong where a connection is there and nothing is answered on it.
fn none_is_free(settings: &Settings) -> StoreError {
    let (seconds, count) = (REACHING.as_secs(), settings.connections);
    let source = Cause::new(format!(
        "it let us in, and answered nothing within {seconds} s, as a pooler in session mode does that has no connection free: \
         it needs {count} for each replica (store.connections), has to pool by transaction, or gets each connection back \
         at once (store.give_back = true)"
    ));
    StoreError::Database { kind: DatabaseErrorKind::Crowded, source }
}

/// A connection, as soon as the database gives one; else what it said last.
async fn connect(address: &Address, creates: bool) -> Result<AnyConnection, StoreError> {
    sqlx::any::install_default_drivers();
    let (url, began) = (url(address, creates), Instant::now());
    let mut pauses = pauses();
    let mut said: Option<StoreError> = None;
    loop {
        let left = REACHING.saturating_sub(began.elapsed());
        let error: StoreError = match timeout(left, AnyConnection::connect(&url)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => error.into(),
            Err(_) => return Err(said.unwrap_or_else(|| too_slow(REACHING))),
        };
        let passes = matches!(&error, StoreError::Database { kind, .. } if kind.is_transient());
        let pause = pauses.next().unwrap_or_default();
        if !passes || address.kind == Kind::Sqlite || began.elapsed() + pause > REACHING {
            return Err(error);
        }
        said = Some(error);
        tokio::time::sleep(pause).await;
    }
}

/// Connections that give up in time.
async fn pool(address: &Address, settings: &Settings, serves: bool) -> Result<AnyPool, StoreError> {
    sqlx::any::install_default_drivers();
    let (kind, milliseconds) = (address.kind, settings.deadline.as_millis());
    let keeps = kind == Kind::Sqlite || !settings.give_back;
    let options = AnyPoolOptions::new()
        // SQLite writes one at a time: one connection queues fairly where several would collide.
        .max_connections(if kind == Kind::Sqlite { 1 } else { settings.connections })
        .acquire_timeout(settings.deadline)
        .after_release(move |_, _| Box::pin(async move { Ok(keeps) }))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                match kind {
                    Kind::Sqlite => {
                        let busy = format!("PRAGMA busy_timeout = {milliseconds}");
                        connection.execute(AssertSqlSafe(busy)).await?;
                        let mut log = String::new();
                        if serves {
                            log = connection.fetch_one("PRAGMA journal_mode = WAL").await?.try_get(0)?;
                        }
                        // An acknowledgement depends on the write. Its log is made durable by us, for several writes at once; where
                        // there can be no log, by SQLite, for each.
                        let durable = if log == "wal" { "NORMAL" } else { "FULL" };
                        connection.execute(AssertSqlSafe(format!("PRAGMA synchronous = {durable}"))).await?;
                        // What is deleted, such as the address that an answer went to, is not left in the file.
                        connection.execute("PRAGMA secure_delete = ON").await?;
                        // There may be no folder for temporary files.
                        connection.execute("PRAGMA temp_store = MEMORY").await?;
                        // KiB of the file that are kept in memory: the system keeps all of it anyway.
                        connection.execute("PRAGMA cache_size = -1024").await?;
                    }
                    Kind::Postgres if serves => refuse_standby(connection).await?,
                    Kind::Postgres => {}
                }
                Ok(())
            })
        });
    let url = url(address, serves);
    if kind == Kind::Sqlite {
        return Ok(options.connect(&url).await?);
    }
    let pool = options.connect_lazy(&url)?;
    // The server gave a connection just now. Where it does not any more, whoever wants one is told why.
    let warm = async {
        while pool.acquire().await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let _ = timeout(REACHING, warm).await;
    Ok(pool)
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
        // Who only looks makes nothing, whatever the address says.
        Kind::Sqlite if !creates => url.replace("mode=rwc", "mode=rw"),
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
