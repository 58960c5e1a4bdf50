//! libfaketime, by which a test sets the clock of a bot.

use std::path::PathBuf;

use super::needed::missing;

/// Debian and its descendants have it in a folder of the machine's kind. `None` where there is none: in CI a failure, elsewhere a line.
pub(crate) fn library() -> Option<PathBuf> {
    let kinds = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let all =
        kinds.flat_map(|kind| ["faketime", "."].map(|folder| kind.path().join(folder).join("libfaketimeMT.so.1")));
    let library = all.into_iter().find(|library| library.is_file());
    if library.is_none() {
        missing("libfaketime below /usr/lib");
    }
    library
}
