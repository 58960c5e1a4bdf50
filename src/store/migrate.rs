//! Brings the tables up to date.
//!
//! On PostgreSQL in one transaction under a lock that ends with it: the migrator that comes with the driver names its statements and
//! holds a lock of the session, neither of which survives a pooler in transaction mode. The table of what was applied is the same.

use std::collections::BTreeMap;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use super::dialect::Kind;
use super::error::StoreError;
use super::transaction::Transaction;

/// What the tables are made of, version by version.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("src/store");

/// As the driver's own migrator makes it, so that a store is the same whoever brought it up to date.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
    success BOOLEAN NOT NULL,
    checksum BYTEA NOT NULL,
    execution_time BIGINT NOT NULL
)";

/// Under this number replicas wait for each other: "stager" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(126943687566706)";

/// Brings the tables up to date, each step within so many milliseconds.
pub(super) async fn migrate(connection: &mut AnyConnection, kind: Kind, milliseconds: u128) -> Result<(), StoreError> {
    match kind {
        Kind::Sqlite => {
            // There may be no folder for temporary files.
            connection.execute("PRAGMA temp_store = MEMORY").await?;
            MIGRATIONS.run(connection).await?;
        }
        Kind::Postgres => {
            let begin = connection.begin_with(AssertSqlSafe(kind.begin(milliseconds))).await?;
            let mut transaction = Transaction::of(begin, kind);
            if apply(&mut transaction).await? {
                transaction.commit().await?;
            }
        }
    }
    Ok(())
}

/// Applies what is missing. `false` where nothing is.
async fn apply(transaction: &mut Transaction<'_>) -> Result<bool, StoreError> {
    transaction.execute(LOCK).await?;
    transaction.execute(TABLE).await?;
    let applied: BTreeMap<i64, (Vec<u8>, bool)> =
        sqlx::query_as::<_, (i64, Vec<u8>, bool)>("SELECT version, checksum, success FROM _sqlx_migrations")
            .fetch_all(&mut *transaction)
            .await?
            .into_iter()
            .map(|(version, checksum, success)| (version, (checksum, success)))
            .collect();
    let known = |version: &i64| MIGRATIONS.iter().any(|migration| migration.version == *version);
    if let Some(version) = applied.keys().find(|version| !known(version)) {
        return Err(MigrateError::VersionMissing(*version).into());
    }
    let mut changed = false;
    for migration in MIGRATIONS.iter() {
        match applied.get(&migration.version) {
            Some((_, false)) => return Err(MigrateError::Dirty(migration.version).into()),
            Some((checksum, true)) if **checksum != *migration.checksum => {
                return Err(MigrateError::VersionMismatch(migration.version).into());
            }
            Some(_) => {}
            None => {
                let applying = transaction.execute(migration.sql.clone()).await;
                applying.map_err(|error| MigrateError::ExecuteMigration(error, migration.version))?;
                sqlx::query(
                    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES ($1, $2, TRUE, $3, -1)",
                )
                .bind(migration.version)
                .bind(&*migration.description)
                .bind(migration.checksum.to_vec())
                .execute(&mut *transaction)
                .await?;
                changed = true;
            }
        }
    }
    Ok(changed)
}
