//! Many rows of the inbox at once: one delivery of alerts is one transaction, all of it or nothing.

use sqlx::AssertSqlSafe;

use super::{InboxRow, Store, StoreError, json};

/// So many rows are inserted by one statement: few lengths, so that few statements are prepared.
const LENGTHS: [usize; 4] = [64, 16, 4, 1];
/// The columns of a row.
const COLUMNS: usize = 4;

impl Store {
    /// Puts these into the inbox, but for those whose dedupe key is there already.
    #[tracing::instrument(name = "store", skip_all, fields(write = "put"))]
    pub async fn put_all(&self, rows: &[InboxRow]) -> Result<(), StoreError> {
        let written: Vec<(String, Option<String>)> =
            rows.iter().map(|row| (json(&row.request), row.reply.as_ref().map(json))).collect();
        self.database
            .repeat(async |connection| {
                let mut transaction = self.database.begin(connection).await?;
                let mut done = 0;
                while done < rows.len() {
                    let length = LENGTHS.into_iter().find(|length| *length <= rows.len() - done).unwrap_or(1);
                    let mut query = sqlx::query(AssertSqlSafe(insert(length)));
                    for (row, (request, reply)) in rows[done..done + length].iter().zip(&written[done..]) {
                        query = query
                            .bind(&row.dedupe_key)
                            .bind(row.received_at.as_microsecond())
                            .bind(request)
                            .bind(reply.as_deref());
                    }
                    query.execute(&mut *transaction).await?;
                    done += length;
                }
                transaction.commit().await?;
                Ok(())
            })
            .await
    }
}

fn insert(length: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=COLUMNS).map(|column| format!("${}", row * COLUMNS + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..length).map(row).collect();
    format!(
        "INSERT INTO inbox (dedupe_key, received_at, request, reply) VALUES {} ON CONFLICT (dedupe_key) DO NOTHING",
        rows.join(", ")
    )
}
