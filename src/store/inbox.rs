//! The inbox: whatever came in, until its author was answered.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::claims::{MAX_LEASES, microseconds};
use super::{InboxRow, Store, StoreError, json, read, time};
use crate::incident::phrase::Phrase;

impl Store {
    /// Puts something into the inbox. `false` where its dedupe key is there already.
    #[tracing::instrument(name = "store", skip_all, fields(write = "put"))]
    pub async fn put(&self, inbound: &InboxRow) -> Result<bool, StoreError> {
        let again = AtomicBool::new(false);
        let put = async |connection: &mut AnyConnection| put(connection, inbound, again.swap(true, Relaxed)).await;
        self.database.repeat(put).await
    }

    /// Claims the rows that nobody holds, oldest first, for this long; afterwards another replica claims what is left.
    pub async fn claim_inbox(&self, lease: Duration) -> Result<Vec<InboxRow>, StoreError> {
        let now = self.database.kind().now();
        let free = format!("answered_at IS NULL AND (held_until <= {now} OR held_until > {now} + $1)");
        let far = microseconds(lease * MAX_LEASES);
        let any = format!("SELECT 1 FROM inbox WHERE {free} LIMIT 1");
        let any = || sqlx::query_as::<_, (i64,)>(AssertSqlSafe(any.clone())).bind(far);
        // Most looks find nothing, and need not write.
        if self.database.first(any).await?.is_none() {
            Ok(Vec::new())
        } else {
            self.claim_rows(&free, far, lease).await
        }
    }

    #[tracing::instrument(name = "store", skip_all, fields(write = "take"))]
    async fn claim_rows(&self, free: &str, far: i64, lease: Duration) -> Result<Vec<InboxRow>, StoreError> {
        let update = format!(
            "UPDATE inbox SET holder = $2, held_until = {} + $3 WHERE {free}
             RETURNING dedupe_key, received_at, request, reply, answer",
            self.database.kind().now()
        );
        let update = || {
            sqlx::query_as::<_, Row>(AssertSqlSafe(update.clone()))
                .bind(far)
                .bind(self.replica())
                .bind(microseconds(lease))
        };
        let mut rows = self.database.all(update).await?;
        rows.sort_by(|a, b| (a.received_at, &a.dedupe_key).cmp(&(b.received_at, &b.dedupe_key)));
        rows.into_iter().map(InboxRow::try_from).collect()
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
        let note =
            async |connection: &mut AnyConnection| write_answer(connection, dedupe_key, &answer, self.replica()).await;
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
        Ok(())
    }
}

/// Inserts a row; `again` where that may have been done already.
async fn put(connection: &mut AnyConnection, inbound: &InboxRow, again: bool) -> Result<bool, StoreError> {
    let (request, reply) = (json(&inbound.request), inbound.reply.as_ref().map(json));
    let received_at = inbound.received_at.as_microsecond();
    let inserted = sqlx::query(
        "INSERT INTO inbox (dedupe_key, received_at, request, reply) VALUES ($1, $2, $3, $4)
         ON CONFLICT (dedupe_key) DO NOTHING",
    )
    .bind(&inbound.dedupe_key)
    .bind(received_at)
    .bind(&request)
    .bind(reply)
    .execute(&mut *connection)
    .await?;
    let inserted = inserted.rows_affected() == 1;
    if inserted || !again {
        return Ok(inserted);
    }
    // The answer to the first try may have been lost: then what is there is what it put.
    let ours = sqlx::query("SELECT 1 FROM inbox WHERE dedupe_key = $1 AND received_at = $2 AND request = $3")
        .bind(&inbound.dedupe_key)
        .bind(received_at)
        .bind(request)
        .fetch_optional(connection)
        .await?;
    Ok(ours.is_some())
}

/// Writes a row's answer, unless another replica took the row over.
pub(super) async fn write_answer(
    connection: &mut AnyConnection,
    dedupe_key: &str,
    answer: &str,
    replica: &str,
) -> Result<(), StoreError> {
    let noted = sqlx::query("UPDATE inbox SET answer = $1 WHERE dedupe_key = $2 AND (holder IS NULL OR holder = $3)")
        .bind(answer)
        .bind(dedupe_key)
        .bind(replica)
        .execute(connection)
        .await?;
    if noted.rows_affected() == 1 { Ok(()) } else { Err(StoreError::RowLost(dedupe_key.to_owned())) }
}

/// A row as it is stored.
#[derive(sqlx::FromRow)]
struct Row {
    dedupe_key: String,
    received_at: i64,
    request: String,
    reply: Option<String>,
    answer: Option<String>,
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
