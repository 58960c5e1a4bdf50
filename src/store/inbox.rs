//! The inbox: whatever came in, until its author was answered.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Inbound, Store, StoreError, json, read, time};
use crate::incident::phrase::Phrase;

impl Store {
    /// Puts something into the inbox. `false` where its dedupe key is there already.
    #[tracing::instrument(name = "store", skip_all, fields(write = "put"))]
    pub async fn put(&self, inbound: &Inbound) -> Result<bool, StoreError> {
        let mut tries = 0;
        self.repeat(|| {
            tries += 1;
            self.put_once(inbound, tries > 1)
        })
        .await
    }

    async fn put_once(&self, inbound: &Inbound, again: bool) -> Result<bool, StoreError> {
        let (request, reply) = (json(&inbound.request), inbound.reply.as_ref().map(json));
        let received_at = inbound.received_at.as_microsecond();
        let mut line = self.line().await?;
        let inserted = sqlx::query(
            "INSERT INTO inbox (dedupe_key, received_at, request, reply) VALUES ($1, $2, $3, $4)
             ON CONFLICT (dedupe_key) DO NOTHING",
        )
        .bind(&inbound.dedupe_key)
        .bind(received_at)
        .bind(&request)
        .bind(reply)
        .execute(line.sql())
        .await;
        let inserted = match inserted {
            Ok(inserted) => inserted.rows_affected() == 1,
            Err(error) => return line.release(Err(error)),
        };
        if inserted || !again {
            return line.release::<_, StoreError>(Ok(inserted));
        }
        // The answer to the first try may have been lost: then what is there is what it put.
        let ours = sqlx::query("SELECT 1 FROM inbox WHERE dedupe_key = $1 AND received_at = $2 AND request = $3")
            .bind(&inbound.dedupe_key)
            .bind(received_at)
            .bind(request)
            .fetch_optional(line.sql())
            .await;
        Ok(line.release(ours)?.is_some())
    }

    /// Everything whose author was not answered yet, oldest first.
    pub async fn unanswered(&self) -> Result<Vec<Inbound>, StoreError> {
        let rows = self
            .repeat(|| async {
                let mut line = self.line().await?;
                let rows = sqlx::query(
                    "SELECT dedupe_key, received_at, request, reply, answer FROM inbox
                     WHERE answered_at IS NULL ORDER BY received_at, dedupe_key",
                )
                .fetch_all(line.sql())
                .await;
                line.release(rows)
            })
            .await?;
        rows.iter().map(inbound).collect()
    }

    /// Notes what was decided about an inbox row without any event.
    #[tracing::instrument(name = "store", skip_all, fields(write = "decided"))]
    pub async fn decided(&self, dedupe_key: &str, answer: &Phrase) -> Result<(), StoreError> {
        let answer = json(answer);
        self.repeat(|| async {
            let mut line = self.line().await?;
            let updated = sqlx::query("UPDATE inbox SET answer = $1 WHERE dedupe_key = $2")
                .bind(&answer)
                .bind(dedupe_key)
                .execute(line.sql())
                .await;
            line.release(updated)
        })
        .await?;
        Ok(())
    }

    /// Closes an inbox row: its author was answered, or can't be any more.
    #[tracing::instrument(name = "store", skip_all, fields(write = "answered"))]
    pub async fn answered(&self, dedupe_key: &str, at: Timestamp) -> Result<(), StoreError> {
        self.repeat(|| async {
            let mut line = self.line().await?;
            let updated = sqlx::query("UPDATE inbox SET answered_at = $1, reply = NULL WHERE dedupe_key = $2")
                .bind(at.as_microsecond())
                .bind(dedupe_key)
                .execute(line.sql())
                .await;
            line.release(updated)
        })
        .await?;
        Ok(())
    }
}

fn inbound(row: &AnyRow) -> Result<Inbound, StoreError> {
    let dedupe_key: String = row.try_get(0)?;
    let what = || format!("the inbox row {dedupe_key}");
    let reply: Option<String> = row.try_get(3)?;
    let answer: Option<String> = row.try_get(4)?;
    Ok(Inbound {
        received_at: time(row.try_get(1)?),
        request: read(&row.try_get::<String, _>(2)?, what)?,
        reply: reply.map(|text| read(&text, what)).transpose()?,
        answer: answer.map(|text| read(&text, what)).transpose()?,
        dedupe_key: dedupe_key.clone(),
    })
}
