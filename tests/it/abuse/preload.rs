//! Libraries that are loaded before all others and stand in for a part of C's: a disk that takes its time, one that loses its power.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::needed::missing;

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
            missing(&format!("a C compiler ({error})"));
            None
        }
    }
}
