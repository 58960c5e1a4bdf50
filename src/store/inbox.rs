//! The inbox: whatever came in, until its author was answered.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use tokio_util::sync::CancellationToken;

use super::claims::microseconds;
use super::class::Class;
use super::transaction::{Connection, Transaction};
use super::{AlertRow, InboxRow, Store, StoreError, json, read, time};
use crate::clock;
use crate::incident::phrase::Phrase;

impl Store {
    /// Puts something into the inbox. `false` where its dedupe key is there already.
    #[tracing::instrument(name = "store", skip_all, fields(write = "put"))]
    pub async fn put(&self, inbound: &InboxRow) -> Result<bool, StoreError> {
        let again = AtomicBool::new(false);
        let put = async |connection: &mut Connection| put(connection, inbound, again.swap(true, Relaxed)).await;
        self.database.repeat(put).await
    }

    /// Extends the leases of this replica's rows; a lease of zero releases them.
    #[tracing::instrument(name = "store", skip_all, fields(write = "keep"))]
    pub async fn renew_inbox(&self, lease: Duration) -> Result<(), StoreError> {
        let now = self.database.kind().now();
        let keep = format!("UPDATE inbox SET held_until = {now} + $1 WHERE holder = $2 AND answered_at IS NULL");
        let keep = || sqlx::query(AssertSqlSafe(keep.clone())).bind(microseconds(lease)).bind(self.replica());
        self.database.execute(keep).await?;
        Ok(())
    }

    /// Records the answer to an inbox row that caused no event.
    #[tracing::instrument(name = "store", skip_all, fields(write = "decided"))]
    pub async fn record_answer(&self, dedupe_key: &str, answer: &Phrase) -> Result<(), StoreError> {
        let answer = json(answer);
        let note = async |connection: &mut Connection| {
            let mut transaction = connection.begin().await?;
            write_answer(&mut transaction, dedupe_key, &answer, self.replica()).await?;
            Ok(transaction.commit().await?)
        };
        self.database.repeat(note).await
    }

    /// Closes an inbox row: its author was answered, or can't be any more.
    #[tracing::instrument(name = "store", skip_all, fields(write = "answered"))]
    pub async fn close_row(&self, dedupe_key: &str, at: Timestamp) -> Result<(), StoreError> {
        let close = || {
            sqlx::query("UPDATE inbox SET answered_at = $1, reply = NULL WHERE dedupe_key = $2")
                .bind(at.as_microsecond())
                .bind(dedupe_key)
        };
        self.database.execute(close).await?;
        self.erased.notify_one();
        Ok(())
    }

    /// Closes rows of alerts, all of them or none: nobody is answered.
    #[tracing::instrument(name = "store", skip_all, fields(write = "answered"))]
    pub async fn close_alerts(&self, keys: &[String], answer: &Phrase) -> Result<(), StoreError> {
        let answer = json(answer);
        let close = async |connection: &mut Connection| {
            let mut transaction = connection.begin().await?;
            close_alerts(&mut transaction, keys, &answer, self.replica()).await?;
            transaction.commit().await?;
            Ok(())
        };
        self.database.repeat(close).await
    }

    /// Whenever something was deleted that is not to stay in the file, such as the address that an answer went to, makes sure of that;
    /// until it is told to stop.
    pub async fn run_erasing(self, stop: CancellationToken) {
        loop {
            if stop.run_until_cancelled(self.erased.notified()).await.is_none() {
                return;
            }
            // Who reads from the log, or a store that refuses, is asked again; every time it would cost more than it is worth.
            if !matches!(self.database.empty_log().await, Ok(true)) {
                self.erased.notify_one();
            }
            if stop.run_until_cancelled(tokio::time::sleep(ERASING_APART)).await.is_none() {
                return;
            }
        }
    }
}

/// How often the file is cleared of what was deleted at most.
const ERASING_APART: Duration = Duration::from_secs(1);

/// Closes rows of alerts that this replica holds.
pub(super) async fn close_alerts(
    transaction: &mut Transaction<'_>,
    keys: &[String],
    answer: &str,
    replica: &str,
) -> Result<(), StoreError> {
    let at = clock::now().as_microsecond();
    for key in keys {
        let closed = sqlx::query(
            "UPDATE inbox SET answer = $1, answered_at = $2, reply = NULL
             WHERE dedupe_key = $3 AND (holder IS NULL OR holder = $4)",
        )
        .bind(answer)
        .bind(at)
        .bind(key)
        .bind(replica)
        .execute(&mut *transaction)
        .await?;
        if closed.rows_affected() == 0 {
            return Err(StoreError::RowLost(key.clone()));
        }
    }
    Ok(())
}

/// Inserts a row; `again` where that may have been done already.
async fn put(connection: &mut Connection, inbound: &InboxRow, again: bool) -> Result<bool, StoreError> {
    let (request, reply) = (json(&inbound.request), inbound.reply.as_ref().map(json));
    let received_at = inbound.received_at.as_microsecond();
    let (class, lane) = Class::of(inbound);
    let mut transaction = connection.begin().await?;
    let inserted = sqlx::query(
        "INSERT INTO inbox (dedupe_key, received_at, request, reply, class, lane) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (dedupe_key) DO NOTHING",
    )
    .bind(&inbound.dedupe_key)
    .bind(received_at)
    .bind(&request)
    .bind(reply)
    .bind(class as i64)
    .bind(lane)
    .execute(&mut transaction)
    .await?;
    let inserted = inserted.rows_affected() == 1;
    if inserted || !again {
        transaction.commit().await?;
        return Ok(inserted);
    }
    // The answer to the first try may have been lost: then what is there is what it put.
    let ours = sqlx::query("SELECT 1 FROM inbox WHERE dedupe_key = $1 AND received_at = $2 AND request = $3")
        .bind(&inbound.dedupe_key)
        .bind(received_at)
        .bind(request)
        .fetch_optional(&mut transaction)
        .await?;
    Ok(ours.is_some())
}

/// Writes a row's answer, unless another replica took the row over.
pub(super) async fn write_answer(
    transaction: &mut Transaction<'_>,
    dedupe_key: &str,
    answer: &str,
    replica: &str,
) -> Result<(), StoreError> {
    let noted = sqlx::query("UPDATE inbox SET answer = $1 WHERE dedupe_key = $2 AND (holder IS NULL OR holder = $3)")
        .bind(answer)
        .bind(dedupe_key)
        .bind(replica)
        .execute(transaction)
        .await?;
    if noted.rows_affected() == 1 { Ok(()) } else { Err(StoreError::RowLost(dedupe_key.to_owned())) }
}

/// A row as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) dedupe_key: String,
    pub(super) received_at: i64,
    request: String,
    reply: Option<String>,
    answer: Option<String>,
    fired: Option<String>,
    times: i64,
}

impl TryFrom<Row> for AlertRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        let what = || format!("the inbox row {}", row.dedupe_key);
        Ok(Self {
            received_at: time(row.received_at),
            request: read(&row.request, what)?,
            fired: row.fired.as_deref().map(|text| read(text, what)).transpose()?,
            times: row.times.max(1) as u64,
            dedupe_key: row.dedupe_key,
        })
    }
}

impl TryFrom<Row> for InboxRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        let what = || format!("the inbox row {}", row.dedupe_key);
        Ok(Self {
            received_at: time(row.received_at),
            request: read(&row.request, what)?,
            reply: row.reply.as_deref().map(|text| read(text, what)).transpose()?,
            answer: row.answer.as_deref().map(|text| read(text, what)).transpose()?,
            dedupe_key: row.dedupe_key,
        })
    }
}
