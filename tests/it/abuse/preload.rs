//! Libraries that are loaded before all others and stand in for a part of C's: a disk that takes its time, one that loses its power.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds a library of this name into a folder. `None` where nobody can: in CI a failure, elsewhere a line.
pub(super) fn library(folder: &Path, name: &str, source: &str) -> Option<PathBuf> {
    let (file, library) = (folder.join("source.c"), folder.join(name));
    std::fs::write(&file, source).unwrap();
    match Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &file]).output() {
        Ok(built) => {
            assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
            Some(library)
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "CI has to have a C compiler: {error}");
            eprintln!("skipped: cc does not run here: {error}");
            None
        }
    }
}
