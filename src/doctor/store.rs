//! Whether the store can be used: its file with its file system and rights, or its server, and its tables.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{Access, access};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::machine::Machine;
use crate::causes::causes;
use crate::checkup::{Finding, Subject};
use crate::store::error::DatabaseErrorKind;
use crate::store::settings::Settings;
use crate::store::{Store, StoreError};

/// How long a file system may take to tell of a file: one that hangs never does.
const FILES: Duration = Duration::from_secs(5);
/// File systems of other machines: locks there are advice at best, and two writers damage an SQLite file.
const NETWORK: [&str; 14] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "ceph",
    "glusterfs",
    "lustre",
    "afs",
    "gfs2",
    "ocfs2",
    "beegfs",
    "gpfs",
];
/// File systems that are gone after a restart.
const FLEETING: [&str; 3] = ["tmpfs", "ramfs", "overlay"];

/// Looks at the store of these settings.
pub(super) async fn look(settings: &Settings, machine: &Machine) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(file) = settings.file() {
        let (machine, looked) = (machine.clone(), file.clone());
        let looking = spawn_blocking(move || of_file(&looked, &machine));
        let Ok(Ok((there, findings))) = timeout(FILES, looking).await else {
            let what = format!("the file system of {} does not answer", file.display());
            let to_do = "see whether it hangs (df, dmesg), or name a folder on another one in store.url";
            return vec![failure("store.file", what, to_do)];
        };
        found.extend(findings);
        if !there {
            return found;
        }
    }
    match Store::open_existing(settings).await {
        Ok(store) => {
            found.extend(of_open(&store, settings).await);
            store.close().await;
        }
        Err(error) => {
            found.push(failure(
                "store.opens",
                format!("the store {} can't be used: {}", settings.url, causes(&error)),
                mend(&error),
            ));
        }
    }
    found
}

fn ok(check: &'static str, what: impl Into<String>) -> Finding {
    Finding::ok(Subject::Store, check, what)
}

fn warning(check: &'static str, what: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding::warning(Subject::Store, check, what, to_do)
}

fn failure(check: &'static str, what: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding::failure(Subject::Store, check, what, to_do)
}

/// Whether the file is there, and what can be said of it and its folder.
fn of_file(file: &Path, machine: &Machine) -> (bool, Vec<Finding>) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(folder) = folder.canonicalize() else {
        let what = format!("the store's folder {} is not there", folder.display());
        return (
            false,
            vec![failure("store.file", what, "make it, or mount its volume there, or name another file in store.url")],
        );
    };
    let mut found = vec![file_system(&folder, machine)];
    // SQLite keeps its log beside the file.
    if access(&folder, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let what = format!("this user may not write into the store's folder {}", folder.display());
        found.push(failure("store.rights", what, "chown it to the user that the bot runs as (in Kubernetes, fsGroup)"));
        return (file.exists(), found);
    }
    let Ok(there) = std::fs::metadata(file) else {
        let what = format!("there is no store at {} yet; serve makes it", file.display());
        found.push(ok("store.file", what));
        return (false, found);
    };
    if !there.is_file() {
        let kind = if there.is_dir() { "a folder" } else { "no ordinary file" };
        let what = format!("the store {} is {kind}", file.display());
        found.push(failure("store.file", what, "name a file of its own in store.url, on a disk"));
        return (false, found);
    }
    if access(file, Access::READ_OK | Access::WRITE_OK).is_err() {
        let what = format!("this user may not read and write the store {}", file.display());
        found.push(failure(
            "store.rights",
            what,
            "chown it to the user that the bot runs as, with the files beside it (-wal, -shm)",
        ));
        return (false, found);
    }
    let mode = there.permissions().mode() & 0o777;
    let of_others = mode & 0o077;
    found.push(if of_others == 0 {
        ok("store.rights", format!("{} is readable by its owner alone", file.display()))
    } else {
        let what = format!("others may read the store {} (mode {mode:03o})", file.display());
        warning(
            "store.rights",
            what,
            format!("chmod 600 {}; serve does so at its start, where it owns the file", file.display()),
        )
    });
    (true, found)
}

/// Whether locks can be relied on there, and whether it stays.
fn file_system(folder: &Path, machine: &Machine) -> Finding {
    const CHECK: &str = "store.file-system";
    let shown = folder.display();
    match machine.file_system(folder) {
        Some(kind) if NETWORK.contains(&kind) || kind.starts_with("fuse.") => failure(
            CHECK,
            format!(
                "the store's folder {shown} is on a network file system ({kind}), whose locks can't be relied on: the file may be damaged"
            ),
            "put the store on a disk of this machine (in Kubernetes, a block volume with ReadWriteOnce), or use PostgreSQL",
        ),
        Some(kind) if FLEETING.contains(&kind) => warning(
            CHECK,
            format!(
                "the store's folder {shown} is on {kind}, which is gone with this container or machine: every incident would be forgotten"
            ),
            "mount a volume there, or name a file on one in store.url",
        ),
        Some(kind) => ok(CHECK, format!("the store's folder {shown} is on {kind}")),
        None => ok(CHECK, format!("the store's folder is {shown}")),
    }
}

/// What can be said of an open store.
async fn of_open(store: &Store, settings: &Settings) -> Vec<Finding> {
    let mut found = Vec::new();
    let server = store.server().await;
    let can_be_made = match &server {
        Ok(Some(server)) if server.standby => {
            let what = format!("the store's server (PostgreSQL {}) is a standby, and takes no writes", server.version);
            return vec![failure(
                "store.server",
                what,
                "name the address that always leads to the primary in store.url",
            )];
        }
        Ok(Some(server)) => {
            found.push(ok("store.server", format!("PostgreSQL {} answers and takes writes", server.version)));
            server.may_create
        }
        Ok(None) => true,
        Err(error) => {
            let what = format!("the store {} does not tell what it is: {}", settings.url, causes(error));
            return vec![failure("store.server", what, mend(error))];
        }
    };
    match store.versions().await {
        Ok(versions) => {
            let newer: Vec<String> = versions.newer().map(|version| version.to_string()).collect();
            let missing = versions.missing().count();
            found.push(if !newer.is_empty() {
                let what = format!("the store's tables are of a newer version of the bot (step {})", newer.join(", "));
                failure("store.version", what, "run that version or a later one; this one would not start")
            } else if missing > 0 && !can_be_made {
                let what = "the store's tables are to be made, and this login may not make any in its schema";
                failure(
                    "store.version",
                    what,
                    "GRANT CREATE ON SCHEMA public TO the bot's user, or give it a database of its own",
                )
            } else if missing > 0 {
                ok(
                    "store.version",
                    format!("the store's tables are {missing} steps behind; serve brings them up to date"),
                )
            } else {
                ok("store.version", "the store's tables are of this version")
            });
        }
        Err(error) => found.push(failure(
            "store.version",
            format!("the store's tables can't be read: {}", causes(&error)),
            mend(&error),
        )),
    }
    let (check, tried) = match server {
        Ok(Some(_)) => ("store.connections", store.try_connections().await),
        _ => ("store.locks", store.try_lock().await),
    };
    found.push(match tried {
        Ok(()) if check == "store.locks" => ok(check, "the file can be locked for a write, as every write does"),
        Ok(()) => ok(check, "as many connections as a replica uses can be had at once"),
        Err(error) => failure(check, causes(&error), mend(&error)),
    });
    found
}

/// What to do about an error of the store.
fn mend(error: &StoreError) -> &'static str {
    let StoreError::Database { kind, .. } = error else {
        return match error {
            StoreError::Address(_) => "mend store.url: config/default.toml has examples",
            _ => "compare the versions of the bot and the store: stagerbot store check",
        };
    };
    match kind {
        DatabaseErrorKind::Full => "make room on the store's disk",
        DatabaseErrorKind::Locked => "see which process holds the file (fuser): two bots can't share one file",
        DatabaseErrorKind::ReadOnly => "let the bot's user write the file and its folder; mount the volume read-write",
        DatabaseErrorKind::Corrupt => "put it back from a backup, or name another file in store.url",
        DatabaseErrorKind::Absent => "let the bot's user open the file, or name another one in store.url",
        DatabaseErrorKind::Gone => "put it back from a backup",
        DatabaseErrorKind::Login => {
            "mend the user, the password (store.password_file) or the database's name in store.url"
        }
        DatabaseErrorKind::Refused => "mend the pooler as it says; deploy/README.md has what PgBouncer needs",
        DatabaseErrorKind::Starting => "wait until the server has started, and run this again",
        DatabaseErrorKind::Crowded => {
            "let PgBouncer pool by transaction (pool_mode = transaction), allow store.connections of them for each replica, or set \
             store.give_back = true"
        }
        DatabaseErrorKind::Unreachable | DatabaseErrorKind::Slow => {
            "see that the server runs, and that a NetworkPolicy or firewall lets the bot reach it"
        }
        DatabaseErrorKind::Contended => "run this again when less is going on",
        DatabaseErrorKind::Other => "see whether store.url names a store of the bot's",
    }
}
