//! Copies of the store, and whether one is sound.

use std::path::Path;

use sqlx::Row as _;

use super::connection::Kind;
use super::settings::Settings;
use super::{Store, StoreError};

/// A copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own tools.
    #[error(
        "a PostgreSQL database is backed up by its own tools: pg_dump --format=custom --file=stagerbot.dump \"$URL\", \
         and pg_restore into an empty database"
    )]
    NotAFile,
    /// Something is there already.
    #[error("{0} is there already, and is not written over")]
    Exists(String),
    /// The file can't be made durable.
    #[error("the copy can't be written")]
    Io(#[from] std::io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Copies the store to a file that is not there yet, as of one moment, while the bot goes on. SQLite only.
    pub async fn back_up_to(&self, file: &Path) -> Result<(), BackupError> {
        if self.kind == Kind::Postgres {
            return Err(BackupError::NotAFile);
        }
        if file.try_exists()? {
            return Err(BackupError::Exists(file.display().to_string()));
        }
        // Under another name until it is whole and on the disk.
        let part = file.with_added_extension("part");
        match tokio::fs::remove_file(&part).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut connection = self.connection().await?;
        let copied = sqlx::query("VACUUM INTO $1").bind(part.display().to_string()).execute(connection.sql()).await;
        connection.finish(copied)?;
        tokio::fs::File::open(&part).await?.sync_all().await?;
        tokio::fs::rename(&part, file).await?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        tokio::fs::File::open(folder).await?.sync_all().await?;
        Ok(())
    }

    /// What is wrong with the tables and the file, apart from what the audit looks at: nothing, as a rule.
    pub async fn faults(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let mut connection = self.connection().await?;
        let known = sqlx::migrate!("src/store");
        let applied = sqlx::query("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(connection.sql())
            .await;
        let applied = match applied {
            Ok(rows) => rows.iter().map(|row| row.try_get::<i64, _>(0)).collect::<Result<Vec<_>, _>>()?,
            Err(error) => return connection.finish(Err(error)),
        };
        let known: Vec<i64> = known.iter().map(|migration| migration.version).collect();
        if known != applied {
            faults.push(format!("its tables are of version {applied:?}, and this program's of {known:?}"));
        }
        if self.kind == Kind::Sqlite {
            let said = sqlx::query("PRAGMA integrity_check").fetch_all(connection.sql()).await;
            let said = connection.finish(said)?;
            let said = said.iter().map(|row| row.try_get::<String, _>(0)).collect::<Result<Vec<_>, _>>()?;
            faults.extend(said.into_iter().filter(|text| text != "ok"));
        } else {
            connection.finish::<_, StoreError>(Ok(()))?;
        }
        Ok(faults)
    }
}

impl Settings {
    /// The settings of a copy.
    pub fn of_backup(file: &Path) -> Result<Self, StoreError> {
        Self::new(&format!("sqlite://{}", file.display()))
    }
}
