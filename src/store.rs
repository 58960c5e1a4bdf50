//! The store: the incidents' logs, the inbox, and which message shows which incident.
//!
//! One text of SQL for every database: `$1`, `TEXT` and `BIGINT` only. An append is one transaction with the answer to the
//! command that caused it, so that a command is carried out once however often it is looked at. Each incident's log is chained
//! by hashes, and a ledger chains the heads of those that are closed: `audit.rs` reads them.

pub mod error;
mod dialect;
pub mod settings;
pub mod chain;
mod file;
mod transaction;
mod migrate;
mod durable;
mod connection;
pub mod snapshot;
pub mod claims;
pub mod notices;
mod class;
mod inbox;
mod turns;
mod batch;
mod log;
mod messages;
pub mod announcements;
pub mod pictures;
pub mod backup;
pub mod soundness;
mod retention;

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;

use self::connection::Database;
pub use self::error::StoreError;
use self::settings::Settings;
use crate::clock;
use crate::incident::account::Platform;
use crate::incident::phrase::Phrase;
use crate::request::{ReplyTo, Request};

/// What stands in a dedupe key before the name that its sender gave an event.
pub const DELIVERY: &str = "/delivery/";

/// The durable memory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    /// How long a claim holds others off.
    lease: Duration,
    /// What the rows of this process name as their writer.
    replica: Arc<str>,
    /// What no other process begins its batches with, and how many this one has begun.
    batches: Arc<(String, AtomicU64)>,
    /// Something was deleted that is not to stay in the file.
    erased: Arc<Notify>,
}

/// A row of the inbox: a request, and the answer that is still owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// What makes a second delivery the same.
    pub dedupe_key: String,
    /// When it came.
    pub received_at: Timestamp,
    /// What is wanted.
    pub request: Request,
    /// Who is to be answered; nobody for alerts.
    pub reply: Option<ReplyTo>,
    /// What was decided, where the answer is still owed.
    pub answer: Option<Phrase>,
}

/// A row of the inbox that holds an alert, or several of one fingerprint that came while it waited. Nobody is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// What makes a second delivery the same as the first of them.
    pub dedupe_key: String,
    /// When the first of them came.
    pub received_at: Timestamp,
    /// The newest of them.
    pub request: Request,
    /// The one before that which fired, where the newest says that it is over: the incident is told of both.
    pub fired: Option<Request>,
    /// How many came.
    pub times: u64,
}

/// What waits in the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Of which class: `people`, `database` (alerts about one) or `alerts`.
    pub class: &'static str,
    /// How many rows.
    pub count: u64,
    /// For how long the oldest has waited; zero for none.
    pub oldest: Duration,
}

/// A card that was posted: where, and how far its thread tells the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedCard {
    /// On which platform.
    pub platform: Platform,
    /// In which channel.
    pub channel: String,
    /// The platform's own name of the message.
    pub message: String,
    /// The newest event posted in its thread.
    pub posted_seq: u64,
    /// The card before it, which somebody deleted.
    pub before: Option<String>,
    /// Whether it may be there twice.
    pub repeated: bool,
}

/// A message that is about to be sent to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// On which platform.
    pub platform: Platform,
    /// In which channel.
    pub channel: String,
    /// What makes it the same message when it is sent again.
    pub key: String,
    /// Up to which event it tells the log; 0 for a card.
    pub upto: u64,
    /// When it was first about to be sent.
    pub since: Timestamp,
}

impl Store {
    /// Opens the store, creates it where it is missing, and brings its tables up to date.
    ///
    /// `url` is like `sqlite:///var/lib/stagerbot/stagerbot.db` or `postgres://stagerbot@db.example/stagerbot`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::connect(&Settings::new(url)?).await
    }

    /// The same, with all that can be set.
    pub async fn connect(settings: &Settings) -> Result<Self, StoreError> {
        Ok(Self::over(Database::open(settings).await?, settings))
    }

    /// Opens a store that has to be there already, to look at it: nothing is created or changed.
    pub async fn open_existing(settings: &Settings) -> Result<Self, StoreError> {
        Ok(Self::over(Database::existing(settings).await?, settings))
    }

    fn over(database: Database, settings: &Settings) -> Self {
        // Each RandomState has keys of its own, from the system.
        let process = format!("{:016x}", RandomState::new().hash_one(clock::now()));
        Self {
            database,
            lease: settings.lease,
            replica: settings.replica.as_str().into(),
            batches: Arc::new((process, AtomicU64::new(0))),
            erased: Arc::new(Notify::new()),
        }
    }

    /// What the rows of this process name as their writer.
    pub fn replica(&self) -> &str {
        &self.replica
    }

    /// How long a claim of this replica holds others off.
    pub fn lease(&self) -> Duration {
        self.lease
    }

    /// Closes the connections, after what is under way.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Whether the database takes writes: a disk that is full or a file that is read-only still answers a read.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let pulse = || {
            sqlx::query(
                "INSERT INTO pulse (replica, at) VALUES ($1, $2)
                 ON CONFLICT (replica) DO UPDATE SET at = excluded.at",
            )
            .bind(self.replica())
            .bind(clock::now().as_microsecond())
        };
        self.database.execute(pulse).await?;
        Ok(())
    }

    /// A name for an append that no other has, in this process or another.
    fn batch(&self) -> String {
        let (process, count) = &*self.batches;
        format!("{process}-{}", count.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("types of the log and the inbox have text keys only")
}

fn read<T: DeserializeOwned>(text: &str, what: impl FnOnce() -> String) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable { what: what(), source: error.into() })
}

fn time(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
