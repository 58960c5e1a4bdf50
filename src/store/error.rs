//! What can go wrong with the store: what a caller treats differently, and what is wrong with the database in words that an
//! operator can act on.

use std::borrow::Cow;
use std::fmt;

use crate::causes::Cause;
use crate::incident::IncidentId;

/// What is wrong with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseErrorKind {
    /// No room for another page.
    Full,
    /// Another process holds the lock.
    Locked,
    /// It can be read, and no more: a file's rights, a standby server.
    ReadOnly,
    /// The file is damaged, or no database.
    Corrupt,
    /// There is no such file, or it may not be opened.
    Absent,
    /// The file was deleted or replaced under the open database.
    Gone,
    /// The server refuses the login, or has no such database.
    Login,
    /// The server, or a pooler before it, refuses the connection as it is asked for: that does not pass by itself.
    Refused,
    /// The server starts, or stops.
    Starting,
    /// The server has no connection left.
    Crowded,
    /// The server can't be reached, or the connection broke.
    Unreachable,
    /// It took too long.
    Slow,
    /// Two transactions were in each other's way.
    Contended,
    /// Anything else.
    Other,
}

impl fmt::Display for DatabaseErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the store's disk is full",
            Self::Locked => "the store is locked by another process",
            Self::ReadOnly => "the store is read-only",
            Self::Corrupt => "the store's file is damaged, or is no database",
            Self::Absent => "the store's file can't be opened",
            Self::Gone => "the store's file is gone",
            Self::Login => "the store's server refuses the login or the database",
            Self::Refused => "the store's server, or a pooler before it, refuses the connection",
            Self::Starting => "the store's server is starting or stopping",
            Self::Crowded => "the store's server takes no more connections",
            Self::Unreachable => "the store's server can't be reached",
            Self::Slow => "the store did not answer in time",
            Self::Contended => "the store was too busy",
            Self::Other => "the store failed",
        })
    }
}

/// What the driver or the database said. Not told is what may hold a value of ours, or the address with its password.
pub(super) fn cause(error: &sqlx::Error) -> Cause {
    match error {
        sqlx::Error::Database(said) => match remedy(said.message()) {
            Some(remedy) => Cause::new(format!("{}; {remedy}", said.message())),
            None => Cause::new(said.message()),
        },
        sqlx::Error::Io(cause) => Cause::new(cause.to_string()),
        sqlx::Error::Tls(cause) => Cause::new(format!("TLS: {cause}")),
        sqlx::Error::PoolTimedOut => Cause::new("no connection became free in time"),
        sqlx::Error::Configuration(_) | sqlx::Error::ConfigFile(_) => Cause::new("its address can't be used"),
        sqlx::Error::Encode(_) | sqlx::Error::InvalidArgument(_) => Cause::new("a value can't be written"),
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => Cause::new("a value can't be read"),
        sqlx::Error::AnyDriverError(_) => Cause::new("the database's driver failed"),
        sqlx::Error::Migrate(_) => Cause::new("its tables could not be brought up to date"),
        // The rest says what was done in a wrong way, or what kind of message came.
        other => Cause::new(other.to_string()),
    }
}

/// What to do about what a pooler says.
fn remedy(said: &str) -> Option<String> {
    if said.contains("unable to open database file") {
        return Some("is it there, and may this user write it and its folder?".to_owned());
    }
    let parameter = said.split_once("unsupported startup parameter")?.1.trim_start_matches([':', ' ', 's']);
    // It may name where it is in "options".
    let name: String = parameter.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let name = if name.is_empty() { "extra_float_digits".to_owned() } else { name };
    Some(format!("have the pooler ignore it: in PgBouncer's configuration, ignore_startup_parameters = {name}"))
}

/// What `PgBouncer` says with the code of a protocol violation and does not mean to say otherwise in a minute.
/// <https://www.pgbouncer.org/config.html>
const LASTING: [&str; 8] = [
    "unsupported startup parameter",
    "no such database",
    "no such user",
    "bouncer config error",
    "authentication failed",
    "SSL required",
    "TLS required",
    "not allowed",
];

impl DatabaseErrorKind {
    /// As metrics name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Locked => "locked",
            Self::ReadOnly => "read-only",
            Self::Corrupt => "corrupt",
            Self::Absent => "absent",
            Self::Gone => "gone",
            Self::Login => "login",
            Self::Refused => "refused",
            Self::Starting => "starting",
            Self::Crowded => "crowded",
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::Contended => "contended",
            Self::Other => "other",
        }
    }

    /// What an error of the driver means.
    pub(super) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(said) => {
                let code = said.code().unwrap_or(Cow::Borrowed(""));
                // SQLSTATE has five characters; SQLite's numbers have up to four.
                match &*code {
                    "08P01" if LASTING.iter().any(|text| said.message().contains(text)) => Self::Refused,
                    _ if code.len() == 5 => Self::of_sqlstate(&code),
                    _ => Self::of_sqlite(&code),
                }
            }
            sqlx::Error::Io(cause) if cause.kind() == std::io::ErrorKind::TimedOut => Self::Slow,
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolTimedOut => Self::Unreachable,
            _ => Self::Other,
        }
    }

    /// <https://www.sqlite.org/rescode.html>: the low byte is the primary code.
    fn of_sqlite(code: &str) -> Self {
        match code.parse::<i64>().map(|code| code & 0xff) {
            Ok(5 | 6) => Self::Locked,
            Ok(8) => Self::ReadOnly,
            Ok(11 | 26) => Self::Corrupt,
            Ok(13) => Self::Full,
            Ok(3 | 14) => Self::Absent,
            _ => Self::Other,
        }
    }

    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    fn of_sqlstate(code: &str) -> Self {
        match code {
            "53100" => Self::Full,
            "25006" => Self::ReadOnly,
            "XX001" | "XX002" => Self::Corrupt,
            "3D000" => Self::Login,
            "57014" => Self::Slow,
            "40001" | "40P01" | "55P03" => Self::Contended,
            // Shutting down, starting up.
            "57P01" | "57P02" | "57P03" => Self::Starting,
            "53300" => Self::Crowded,
            // Idle too long, in a transaction or not.
            "57P05" | "25P03" => Self::Unreachable,
            _ if code.starts_with("28") => Self::Login,
            _ if code.starts_with("08") => Self::Unreachable,
            _ => Self::Other,
        }
    }

    /// Whether it may be over in a moment, with a server that several use. For a file, SQLite has waited already.
    pub(super) fn is_transient(self) -> bool {
        matches!(self, Self::Unreachable | Self::Starting | Self::Crowded | Self::Slow | Self::Contended)
    }

    /// Whether the connection that said so can still be used. After a failed write SQLite may have ended the transaction by
    /// itself, which the driver does not notice.
    pub(super) fn keeps_connection(self) -> bool {
        matches!(self, Self::Locked | Self::Contended)
    }
}

/// What can go wrong, as far as a caller treats it differently.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else appended first: read again and decide again.
    #[error("another process appended to incident {0} first")]
    Overtaken(IncidentId),
    /// Another replica works on the incident now: let go of it.
    #[error("incident {0} was claimed by another replica")]
    ClaimLost(IncidentId),
    /// Another replica took the inbox row over: it decides and answers.
    #[error("another replica carries out {0}")]
    RowLost(String),
    /// The environment has an open incident already.
    #[error("environment {0} has an open incident already")]
    AlreadyOpen(String),
    /// The database did not do it. An append that ends so is either there as a whole or not at all.
    #[error("{kind}")]
    Database {
        /// What is wrong with it.
        kind: DatabaseErrorKind,
        /// What it said.
        source: Cause,
    },
    /// The database can't be brought to this version's tables.
    #[error("the store's tables could not be brought up to date")]
    Migration(#[source] Cause),
    /// The address is none, or not of this kind of database.
    #[error("the store's URL can't be used: {0}")]
    Address(String),
    /// What was read is not what this version writes.
    #[error("{what} in the store can't be read")]
    Unreadable {
        /// Which row.
        what: String,
        /// The error that caused it.
        source: Cause,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database { kind: DatabaseErrorKind::of(&error), source: cause(&error) }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration, VersionMissing};
        match error {
            // What is wrong is the database, not the tables.
            Execute(source) | ExecuteMigration(source, _)
                if DatabaseErrorKind::of(&source) != DatabaseErrorKind::Other =>
            {
                source.into()
            }
            Execute(error) | ExecuteMigration(error, _) => Self::Migration(cause(&error)),
            VersionMissing(step) => {
                let newer = "they are of a newer version of the bot";
                Self::Migration(Cause::new(format!("{newer} (step {step}): run that version or a later one")))
            }
            // The rest names versions.
            error => Self::Migration(Cause::new(error.to_string())),
        }
    }
}
