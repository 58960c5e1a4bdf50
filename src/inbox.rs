//! The one way in: front ends put what came to them here, durably and under its dedupe key, before they acknowledge it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::clock;
use crate::store::{InboxRow, ReplyTo, Request, Store, StoreError};

/// The inbox. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Inbox {
    store: Store,
    arrived: Arc<Notify>,
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
    /// The store was too slow.
    #[error("the inbox was not written within {} s", DEADLINE.as_secs())]
    TooSlow,
}

/// Slack and Discord want their acknowledgement within 3 s: a third of it is for the write.
const DEADLINE: Duration = Duration::from_secs(1);

impl Inbox {
    /// The inbox of a store.
    pub fn new(store: Store) -> Self {
        Self { store, arrived: Arc::new(Notify::new()) }
    }

    /// Makes a request durable. Acknowledge only what this has accepted.
    pub async fn put(&self, dedupe_key: String, request: Request, reply: Option<ReplyTo>) -> Result<Put, InboxError> {
        let inbound = InboxRow { dedupe_key, received_at: clock::now(), request, reply, answer: None };
        let new = timeout(DEADLINE, self.store.put(&inbound)).await.map_err(|_| InboxError::TooSlow)??;
        self.arrived.notify_one();
        Ok(if new { Put::New } else { Put::Duplicate })
    }

    /// Returns when something may have arrived since the last call.
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }
}
