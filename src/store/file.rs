//! The file of an SQLite store: nobody else on the machine may read it, and it is noticed when it is gone or another one.
//!
//! A file that is deleted or replaced under an open database takes every write, and keeps none of them for the next start.

use std::fs::{OpenOptions, Permissions, metadata, set_permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::error::{DatabaseErrorKind, StoreError};
use crate::causes::{Cause, causes};

/// What its owner may do with it, and nobody else anything.
const PRIVATE: u32 = 0o600;
/// What SQLite keeps beside it.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    path: PathBuf,
    device: u64,
    inode: u64,
}

/// Makes an empty file that nobody else can read, where there is none yet.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).mode(PRIVATE).open(path)?;
    Ok(())
}

/// Takes the rights of others away from the file and from what is beside it.
pub(super) fn make_private(path: &Path) {
    let beside = BESIDE.iter().map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    });
    for file in std::iter::once(path.to_owned()).chain(beside) {
        let Ok(found) = metadata(&file) else { continue };
        let mode = found.permissions().mode();
        let others = mode & 0o077;
        if !found.is_file() || others == 0 {
            continue;
        }
        if let Err(error) = set_permissions(&file, Permissions::from_mode(mode & 0o700)) {
            tracing::warn!(file = %file.display(), error = %causes(&error), "others can read the store's file, and that can't be changed");
        }
    }
}

impl File {
    /// The file that is there now.
    pub(super) fn at(path: &Path) -> Option<Self> {
        let found = metadata(path).ok()?;
        Some(Self { path: path.to_owned(), device: found.dev(), inode: found.ino() })
    }

    /// Whether it is still there.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let what = match metadata(&self.path) {
            Ok(now) if (now.dev(), now.ino()) == (self.device, self.inode) => return Ok(()),
            Ok(_) => "another file is in its place: start the bot again, and it goes on with that one",
            Err(error) if error.kind() == ErrorKind::NotFound => {
                "it was deleted: put it back from a backup and start the bot again"
            }
            // It may be there; whether it can be written is for the database to say.
            Err(_) => return Ok(()),
        };
        Err(StoreError::Database { kind: DatabaseErrorKind::Gone, source: Cause::new(what) })
    }
}
