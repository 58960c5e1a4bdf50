//! The inbox: whatever came in, until its author was answered.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::claims::{MAX_LEASES, microseconds};
use super::{InboxRow, Store, StoreError, json, read, time};
use crate::incident::phrase::Phrase;

impl Store {
    /// Puts something into the inbox. `false` where its dedupe key is there already.
    #[tracing::instrument(name = "store", skip_all, fields(write = "put"))]
    pub async fn put(&self, inbound: &InboxRow) -> Result<bool, StoreError> {
        let mut tries = 0;
        self.retry(|| {
            tries += 1;
            self.put_once(inbound, tries > 1)
        })
        .await
    }

    async fn put_once(&self, inbound: &InboxRow, again: bool) -> Result<bool, StoreError> {
        let (request, reply) = (json(&inbound.request), inbound.reply.as_ref().map(json));
        let received_at = inbound.received_at.as_microsecond();
        let mut connection = self.connection().await?;
        let inserted = sqlx::query(
            "INSERT INTO inbox (dedupe_key, received_at, request, reply) VALUES ($1, $2, $3, $4)
             ON CONFLICT (dedupe_key) DO NOTHING",
        )
        .bind(&inbound.dedupe_key)
        .bind(received_at)
        .bind(&request)
        .bind(reply)
        .execute(connection.sql())
        .await;
        let inserted = match inserted {
            Ok(inserted) => inserted.rows_affected() == 1,
            Err(error) => return connection.finish(Err(error)),
        };
        if inserted || !again {
            return connection.finish::<_, StoreError>(Ok(inserted));
        }
        // The answer to the first try may have been lost: then what is there is what it put.
        let ours = sqlx::query("SELECT 1 FROM inbox WHERE dedupe_key = $1 AND received_at = $2 AND request = $3")
            .bind(&inbound.dedupe_key)
            .bind(received_at)
            .bind(request)
            .fetch_optional(connection.sql())
            .await;
        Ok(connection.finish(ours)?.is_some())
    }

    /// Everything whose author was not answered yet, oldest first.
    pub async fn unanswered(&self) -> Result<Vec<InboxRow>, StoreError> {
        let rows = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let rows = sqlx::query(
                    "SELECT dedupe_key, received_at, request, reply, answer FROM inbox
                     WHERE answered_at IS NULL ORDER BY received_at, dedupe_key",
                )
                .fetch_all(connection.sql())
                .await;
                connection.finish(rows)
            })
            .await?;
        rows.iter().map(inbound).collect()
    }

    /// Takes rows that nobody carries out, oldest first, for this long; another replica takes over what is left after that.
    pub async fn claim_inbox(&self, lease: Duration) -> Result<Vec<InboxRow>, StoreError> {
        let now = self.kind.now();
        let free = format!("answered_at IS NULL AND (held_until <= {now} OR held_until > {now} + $1)");
        let far = microseconds(lease * MAX_LEASES);
        let any = format!("SELECT 1 FROM inbox WHERE {free} LIMIT 1");
        let any = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let any = sqlx::query(AssertSqlSafe(any.clone())).bind(far).fetch_optional(connection.sql()).await;
                connection.finish(any)
            })
            .await?;
        // Most looks find nothing, and need not write.
        if any.is_none() { Ok(Vec::new()) } else { self.claim_rows(&free, far, lease).await }
    }

    #[tracing::instrument(name = "store", skip_all, fields(write = "take"))]
    async fn claim_rows(&self, free: &str, far: i64, lease: Duration) -> Result<Vec<InboxRow>, StoreError> {
        let update = format!(
            "UPDATE inbox SET holder = $2, held_until = {} + $3 WHERE {free}
             RETURNING dedupe_key, received_at, request, reply, answer",
            self.kind.now()
        );
        let rows = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let taken = sqlx::query(AssertSqlSafe(update.clone()))
                    .bind(far)
                    .bind(self.replica())
                    .bind(microseconds(lease))
                    .fetch_all(connection.sql())
                    .await;
                connection.finish(taken)
            })
            .await?;
        let mut rows = rows.iter().map(inbound).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by(|a, b| (a.received_at, &a.dedupe_key).cmp(&(b.received_at, &b.dedupe_key)));
        Ok(rows)
    }

    /// Keeps the rows that this replica took for longer; none to let them go.
    #[tracing::instrument(name = "store", skip_all, fields(write = "keep"))]
    pub async fn renew_inbox(&self, lease: Duration) -> Result<(), StoreError> {
        let keep =
            format!("UPDATE inbox SET held_until = {} + $1 WHERE holder = $2 AND answered_at IS NULL", self.kind.now());
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let kept = sqlx::query(AssertSqlSafe(keep.clone()))
                .bind(microseconds(lease))
                .bind(self.replica())
                .execute(connection.sql())
                .await;
            connection.finish(kept)
        })
        .await?;
        Ok(())
    }

    /// Notes what was decided about an inbox row without any event.
    #[tracing::instrument(name = "store", skip_all, fields(write = "decided"))]
    pub async fn record_answer(&self, dedupe_key: &str, answer: &Phrase) -> Result<(), StoreError> {
        let answer = json(answer);
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let updated = write_answer(connection.sql(), dedupe_key, &answer, self.replica()).await;
            connection.finish(updated)
        })
        .await
    }

    /// Closes an inbox row: its author was answered, or can't be any more.
    #[tracing::instrument(name = "store", skip_all, fields(write = "answered"))]
    pub async fn close_row(&self, dedupe_key: &str, at: Timestamp) -> Result<(), StoreError> {
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let updated = sqlx::query("UPDATE inbox SET answered_at = $1, reply = NULL WHERE dedupe_key = $2")
                .bind(at.as_microsecond())
                .bind(dedupe_key)
                .execute(connection.sql())
                .await;
            connection.finish(updated)
        })
        .await?;
        Ok(())
    }
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

fn inbound(row: &AnyRow) -> Result<InboxRow, StoreError> {
    let dedupe_key: String = row.try_get(0)?;
    let what = || format!("the inbox row {dedupe_key}");
    let reply: Option<String> = row.try_get(3)?;
    let answer: Option<String> = row.try_get(4)?;
    Ok(InboxRow {
        received_at: time(row.try_get(1)?),
        request: read(&row.try_get::<String, _>(2)?, what)?,
        reply: reply.map(|text| read(&text, what)).transpose()?,
        answer: answer.map(|text| read(&text, what)).transpose()?,
        dedupe_key: dedupe_key.clone(),
    })
}
