//! What was committed to SQLite's log becomes durable: whoever commits while the disk is busy shares the next sync with all others.
//!
//! The log is written in order, so that a later sync covers every commit before it: what somebody read and built upon is durable once
//! what they wrote is.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::error::{DatabaseErrorKind, StoreError};
use crate::causes::Cause;

/// SQLite's log of one store.
#[derive(Debug)]
pub(super) struct Wal {
    path: PathBuf,
    committed: AtomicU64,
    /// So many of them are durable; who holds it syncs.
    durable: Mutex<u64>,
    /// A sync failed: the kernel may have forgotten what it did not write, and the next sync would not say so.
    doubtful: AtomicBool,
}

impl Wal {
    /// The log beside the database's file.
    pub(super) fn beside(file: &Path) -> Self {
        let mut path = file.canonicalize().unwrap_or_else(|_| file.to_owned()).into_os_string();
        path.push("-wal");
        Self {
            path: path.into(),
            committed: AtomicU64::new(0),
            durable: Mutex::new(0),
            doubtful: AtomicBool::new(false),
        }
    }

    /// Returns when everything that was committed until now is durable.
    pub(super) async fn sync(&self) -> io::Result<()> {
        let own = self.committed.fetch_add(1, Ordering::SeqCst) + 1;
        let mut durable = self.durable.lock().await;
        if *durable >= own {
            return Ok(());
        }
        let all = self.committed.load(Ordering::SeqCst);
        let path = self.path.clone();
        // Opened each time: SQLite removes its log with its last connection, and begins another one.
        let synced = spawn_blocking(move || match File::open(path) {
            Ok(log) => log.sync_data(),
            // All of it is in the database's file, durably.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        });
        let synced = synced.await.map_err(io::Error::other).flatten();
        match &synced {
            Ok(()) => *durable = all,
            Err(_) => self.doubtful.store(true, Ordering::SeqCst),
        }
        synced
    }

    /// Whether the log has to be moved into the database's file before anything is durable again.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful.load(Ordering::SeqCst)
    }

    /// It was moved there.
    pub(super) fn trust(&self) {
        self.doubtful.store(false, Ordering::SeqCst);
    }
}

/// What a caller is told whose write may not be durable.
pub(super) fn failed(error: &io::Error) -> StoreError {
    let kind = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => DatabaseErrorKind::Full,
        ErrorKind::ReadOnlyFilesystem => DatabaseErrorKind::ReadOnly,
        _ => DatabaseErrorKind::Other,
    };
    StoreError::Database { kind, source: Cause::new(format!("what was written can't be made durable: {error}")) }
}
