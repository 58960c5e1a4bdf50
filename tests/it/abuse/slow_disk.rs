//! A disk that takes its time: a library that is loaded before all others and delays what makes writes durable.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The library's file.
pub(super) const NAME: &str = "slow_disk.so";
/// How long a write takes at least until it is durable.
const SYNC: Duration = Duration::from_millis(10);

/// In C, whose library it stands in for.
const SOURCE: &str = "
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static void wait(void) { struct timespec time = { 0, MILLISECONDS * 1000000L }; nanosleep(&time, 0); }
int fsync(int file) { wait(); return syscall(SYS_fsync, file); }
int fdatasync(int file) { wait(); return syscall(SYS_fdatasync, file); }
";

/// Builds the library into a folder. `None` where nobody can: in CI a failure, elsewhere a line.
pub(super) fn library(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("slow_disk.c"), folder.join(NAME));
    std::fs::write(&source, SOURCE.replace("MILLISECONDS", &SYNC.as_millis().to_string())).unwrap();
    match Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &source]).output() {
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
