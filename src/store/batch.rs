//! Many alerts at once: what came in one moment is one transaction, all of it or nothing.
//!
//! An alert whose fingerprint has a row that still waits is counted there. A row tells the newest state, and where that is the end
//! also the last firing before it: nothing that fired is dropped, and a thousand repeats cost what one costs.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use super::class::Class;
use super::transaction::Transaction;
use super::{DELIVERY, InboxRow, Store, StoreError, json};
use crate::incident::alert::AlertStatus;
use crate::request::Request;

/// So many rows are inserted by one statement: few lengths, so that few statements are prepared.
const LENGTHS: [usize; 4] = [64, 16, 4, 1];
/// The columns of a row.
const COLUMNS: [&str; 8] = ["dedupe_key", "received_at", "request", "reply", "class", "lane", "waits", "fires"];

/// A row as it is written.
struct Written<'a> {
    row: &'a InboxRow,
    request: String,
    reply: Option<String>,
    class: i64,
    lane: String,
    waits: Option<String>,
    fires: i64,
}

impl<'a> Written<'a> {
    fn of(row: &'a InboxRow) -> Self {
        let (class, lane) = Class::of(row);
        let (waits, fires) = match (&row.request, &row.reply) {
            // One that its sender gave a name is known by that for ever, and so has a row of its own.
            (Request::Alert { environment, alert }, None) if !row.dedupe_key.contains(DELIVERY) => {
                let waits = format!("{environment}/{}/{}", alert.source, alert.fingerprint.0);
                (Some(waits), i64::from(alert.status == AlertStatus::Firing))
            }
            _ => (None, 0),
        };
        Self {
            row,
            request: json(&row.request),
            reply: row.reply.as_ref().map(json),
            class: class as i64,
            lane,
            waits,
            fires,
        }
    }
}

impl Store {
    /// Puts these into the inbox, oldest first, but for those whose dedupe key is there already. An alert that waits there already
    /// is counted.
    #[tracing::instrument(name = "store", skip_all, fields(write = "put"))]
    pub async fn put_all(&self, rows: &[InboxRow]) -> Result<(), StoreError> {
        let mut written: Vec<Written<'_>> = rows.iter().map(Written::of).collect();
        // In one order whoever puts them, so that two replicas never wait for each other; those of one fingerprint stay as they came.
        written.sort_by(|one, other| one.waits.cmp(&other.waits));
        let written = &written;
        self.database
            .repeat(async |connection| {
                let mut transaction = connection.begin().await?;
                let mut done = 0;
                while done < written.len() {
                    let length = LENGTHS.into_iter().find(|length| *length <= written.len() - done).unwrap_or(1);
                    put_some(&mut transaction, &written[done..done + length]).await?;
                    done += length;
                }
                transaction.commit().await?;
                Ok(())
            })
            .await
    }
}

async fn put_some(transaction: &mut Transaction<'_>, some: &[Written<'_>]) -> Result<(), StoreError> {
    let mut query = sqlx::query_scalar::<_, String>(AssertSqlSafe(insert(some.len())));
    for one in some {
        query = query
            .bind(&one.row.dedupe_key)
            .bind(one.row.received_at.as_microsecond())
            .bind(&one.request)
            .bind(one.reply.as_deref())
            .bind(one.class)
            .bind(&one.lane)
            .bind(one.waits.as_deref())
            .bind(one.fires);
    }
    let new: BTreeSet<String> = query.fetch_all(&mut *transaction).await?.into_iter().collect();
    for one in some.iter().filter(|one| !new.contains(&one.row.dedupe_key)) {
        let Some(waits) = &one.waits else { continue };
        // One that was there already under this key is none more.
        sqlx::query(
            "UPDATE inbox SET times = times + 1, request = $1, fires = $2,
                 fired = CASE WHEN $2 = 1 THEN NULL WHEN fires = 1 THEN request ELSE fired END
             WHERE waits = $3 AND dedupe_key <> $4",
        )
        .bind(&one.request)
        .bind(one.fires)
        .bind(waits)
        .bind(&one.row.dedupe_key)
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
}

fn insert(length: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=COLUMNS.len()).map(|column| format!("${}", row * COLUMNS.len() + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..length).map(row).collect();
    // By its key or by what waits: either way there is a row.
    let (columns, rows) = (COLUMNS.join(", "), rows.join(", "));
    format!("INSERT INTO inbox ({columns}) VALUES {rows} ON CONFLICT DO NOTHING RETURNING dedupe_key")
}
