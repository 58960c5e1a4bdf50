//! Whether a file is still the one that was read.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What a file is like without reading it. Another one means that it may have other contents.
///
/// Kubernetes replaces a Secret's files by a link to another folder, editors and `kubectl config` by another file: both give
/// another inode. Who writes into a file changes its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print(Option<[i64; 7]>);

impl Print {
    /// That of a file, wherever its links lead. All files that are not there have the same.
    pub fn of(file: &Path) -> Self {
        Self(fs::metadata(file).ok().map(|data| {
            // A pipe, as shells make one of `<(…)`, can be read once, and its times change with that.
            if !data.is_file() {
                return [data.dev().cast_signed(), data.ino().cast_signed(), 0, 0, 0, 0, 0];
            }
            [
                data.dev().cast_signed(),
                data.ino().cast_signed(),
                data.size().cast_signed(),
                data.mtime(),
                data.mtime_nsec(),
                data.ctime(),
                data.ctime_nsec(),
            ]
        }))
    }
}
