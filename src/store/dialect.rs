//! The two databases, and where their SQL differs.

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file of this machine.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// What a URL means.
    pub(super) fn of(url: &str) -> Option<Self> {
        match url.split_once("://")?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// The database's own clock in microseconds, as SQL. It is the one clock that all replicas share.
    pub(super) fn now(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
            Self::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        }
    }

    /// Begins a transaction that will write, each of whose statements may take so many milliseconds. SQLite takes its lock at once:
    /// one that reads first may find that it can't write.
    pub(super) fn begin(self, milliseconds: u128) -> String {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE".to_owned(),
            Self::Postgres => format!("BEGIN; {}", limits(milliseconds)),
        }
    }

    /// Begins a transaction that sees everything as of one moment.
    pub(super) fn begin_reading(self, milliseconds: u128) -> String {
        match self {
            Self::Sqlite => "BEGIN".to_owned(),
            Self::Postgres => {
                format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", limits(milliseconds))
            }
        }
    }
}

/// Limits that end with the transaction: the server may be another client's afterwards.
fn limits(milliseconds: u128) -> String {
    format!(
        "SET LOCAL statement_timeout = {milliseconds}; SET LOCAL lock_timeout = {milliseconds}; \
         SET LOCAL idle_in_transaction_session_timeout = {}",
        2 * milliseconds
    )
}
