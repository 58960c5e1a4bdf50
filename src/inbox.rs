//! The one way in: front ends put what came to them here, durably and under its dedupe key, before they acknowledge it.

//!
//! What a person wants is written at once. Alerts that come at the same moment are written together, by one writer that leaves the
//! store to others between two of its writes: a storm of them costs people and restarts little, and a slow disk slows the storm.

pub mod rejected;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout};

use self::rejected::Rejected;
use crate::clock;
use crate::request::{ReplyTo, Request};
use crate::store::{InboxRow, Store, StoreError};

/// The inbox. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Inbox {
    store: Store,
    arrived: Arc<Notify>,
    rejected: Rejected,
    alerts: Arc<Alerts>,
}

/// The alerts that wait to be written.
#[derive(Debug, Default)]
struct Alerts {
    waiting: Mutex<Vec<Waiting>>,
    /// Who holds it writes, and then leaves the store to others for as long as that took.
    writer: Arc<tokio::sync::Mutex<()>>,
    /// Too many are in the store already.
    held_back: AtomicBool,
}

#[derive(Debug)]
struct Waiting {
    rows: Vec<InboxRow>,
    written: oneshot::Sender<Result<(), Arc<StoreError>>>,
}

/// Whether something was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is durable now.
    New,
    /// It was durable before: the same delivery again.
    Duplicate,
}

/// It could not be made durable: do not acknowledge it.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// The store failed.
    #[error("the inbox could not be written")]
    Store(#[from] StoreError),
    /// The store failed what several waited for.
    #[error("the inbox could not be written")]
    Together(#[source] Arc<StoreError>),
    /// The store was too slow.
    #[error("the inbox was not written in time")]
    TooSlow,
    /// More alerts wait than the bot can look at soon.
    #[error("too many alerts wait to be looked at")]
    TooMany,
}

/// Slack and Discord want their acknowledgement within 3 s: a third of it is for the write.
const DEADLINE: Duration = Duration::from_secs(1);
/// Who sends alerts waits longer: it is what slows a sender down whose alerts the disk can't take.
const ALERTS_DEADLINE: Duration = Duration::from_secs(5);
/// So many rows are written together at most, or what comes after them waits too long.
const TOGETHER: usize = 128;
/// So many rows wait to be written.
const WAITING: usize = 4096;
/// The longest pause between two writes.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

impl Inbox {
    /// The inbox of a store.
    pub fn new(store: Store) -> Self {
        Self { store, arrived: Arc::new(Notify::new()), rejected: Rejected::default(), alerts: Arc::default() }
    }

    /// Makes a request durable. Acknowledge only what this has accepted.
    pub async fn put(&self, dedupe_key: String, request: Request, reply: Option<ReplyTo>) -> Result<Put, InboxError> {
        let inbound = InboxRow { dedupe_key, received_at: clock::now(), request, reply, answer: None };
        let new = timeout(DEADLINE, self.store.put(&inbound)).await.map_err(|_| InboxError::TooSlow)??;
        self.arrived.notify_one();
        Ok(if new { Put::New } else { Put::Duplicate })
    }

    /// Makes many requests durable that nobody is answered for: all of them, or none.
    pub async fn put_all(&self, requests: Vec<(String, Request)>) -> Result<(), InboxError> {
        if requests.is_empty() {
            return Ok(());
        }
        if self.alerts.held_back.load(Ordering::Relaxed) {
            return Err(InboxError::TooMany);
        }
        let received_at = clock::now();
        let row = |(dedupe_key, request)| InboxRow { dedupe_key, received_at, request, reply: None, answer: None };
        let rows: Vec<InboxRow> = requests.into_iter().map(row).collect();
        let (sender, written) = oneshot::channel();
        {
            let mut waiting = self.alerts.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let many: usize = waiting.iter().map(|one| one.rows.len()).sum();
            if many > 0 && many + rows.len() > WAITING {
                return Err(InboxError::TooMany);
            }
            waiting.push(Waiting { rows, written: sender });
        }
        tokio::spawn(self.clone().write_together());
        match timeout(ALERTS_DEADLINE, written).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(InboxError::Together(error)),
            Ok(Err(_)) | Err(_) => Err(InboxError::TooSlow),
        }
    }

    /// Writes what waits, as soon as it is its turn: perhaps somebody else has written it by then.
    async fn write_together(self) {
        let _writer = self.alerts.writer.lock().await;
        let some = self.alerts.take();
        if some.is_empty() {
            return;
        }
        let (mut rows, mut waiting) = (Vec::new(), Vec::new());
        for one in some {
            rows.extend(one.rows);
            waiting.push(one.written);
        }
        let began = Instant::now();
        let written = self.store.put_all(&rows).await.map_err(Arc::new);
        let took = began.elapsed();
        self.arrived.notify_one();
        for one in waiting {
            // Who does not wait any more is told nothing.
            let _ = one.send(written.clone());
        }
        tokio::time::sleep(took.min(LONGEST_PAUSE)).await;
    }

    /// Whether alerts are refused for now, since too many wait in the store.
    pub fn hold_alerts_back(&self, hold: bool) {
        self.alerts.held_back.store(hold, Ordering::Relaxed);
    }

    /// What was turned away before it could be put here.
    pub fn rejected(&self) -> &Rejected {
        &self.rejected
    }

    /// Returns when something may have arrived since the last call.
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }
}

impl Alerts {
    /// The first of those that wait, up to so many rows: whole deliveries.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // Who gave up waiting sends again.
        waiting.retain(|one| !one.written.is_closed());
        let (mut rows, mut some) = (0, 0);
        for one in waiting.iter() {
            if some > 0 && rows + one.rows.len() > TOGETHER {
                break;
            }
            rows += one.rows.len();
            some += 1;
        }
        waiting.drain(..some).collect()
    }
}
