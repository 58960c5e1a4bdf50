//! Backups of the store, and whether one is sound.

use std::path::Path;

use super::dialect::Kind;
use super::settings::Settings;
use super::transaction::Connection;
use super::{Store, StoreError};

/// Why a backup could not be made.
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
    /// Backs the store up to a file that is not there yet, as of one moment, while the bot goes on. SQLite only.
    pub async fn back_up_to(&self, file: &Path) -> Result<(), BackupError> {
        if self.database.kind() == Kind::Postgres {
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
        // The database writes into a file that is there and empty.
        super::file::create_private(&part)?;
        let copy = async |connection: &mut Connection| {
            Ok(sqlx::query("VACUUM INTO $1").bind(part.display().to_string()).execute(&mut *connection.leased).await?)
        };
        self.database.once(copy).await?;
        tokio::fs::File::open(&part).await?.sync_all().await?;
        tokio::fs::rename(&part, file).await?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        tokio::fs::File::open(folder).await?.sync_all().await?;
        Ok(())
    }
}

impl Settings {
    /// The settings of a backup.
    pub fn of_backup(file: &Path) -> Result<Self, StoreError> {
        Self::new(&format!("sqlite://{}", file.display()))
    }
}
