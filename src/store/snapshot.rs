//! The store as it is stored, all as of one moment: for the audit, exports and copies.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _};

use super::chain::{Entry, EventRow, Head, LedgerRow};
use super::connection::Transaction;
use super::{Store, StoreError};
use crate::incident::IncidentId;

/// An incident as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRow {
    /// Its number.
    pub id: IncidentId,
    /// Its environment's name.
    pub environment: String,
    /// When it was opened, in microseconds since 1970.
    pub opened_at: i64,
    /// When it was closed, in microseconds since 1970.
    pub closed_at: Option<i64>,
}

/// How far the numbers got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The newest incident's number.
    pub incident: IncidentId,
    /// The newest ledger row's number.
    pub ledger: i64,
    /// The newest ledger row's hash.
    pub ledger_hash: String,
}

/// The store as of one moment, whatever is written meanwhile.
pub struct Snapshot {
    transaction: sqlx::Transaction<'static, Any>,
}

impl Store {
    /// The store as of now.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot { transaction: self.pool.begin_with(self.kind.begin_reading()).await? })
    }
}

impl Snapshot {
    /// Every incident that was not pruned, in the order of their numbers.
    pub async fn incidents(&mut self) -> Result<Vec<IncidentRow>, StoreError> {
        let rows = sqlx::query("SELECT id, environment, opened_at, closed_at FROM incidents ORDER BY id")
            .fetch_all(&mut *self.transaction)
            .await?;
        let row = |row: &AnyRow| {
            Ok(IncidentRow {
                id: row.try_get(0)?,
                environment: row.try_get(1)?,
                opened_at: row.try_get(2)?,
                closed_at: row.try_get(3)?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// An incident's log.
    pub async fn events(&mut self, incident: IncidentId) -> Result<Vec<EventRow>, StoreError> {
        Ok(events(&mut self.transaction, incident).await?)
    }

    /// The numbers of incidents that events are stored of.
    pub async fn incidents_with_events(&mut self) -> Result<Vec<IncidentId>, StoreError> {
        let query = "SELECT DISTINCT incident FROM events ORDER BY incident";
        Ok(super::log::ids(query, None, &mut self.transaction).await?)
    }

    /// The ledger.
    pub async fn ledger(&mut self) -> Result<Vec<LedgerRow>, StoreError> {
        let rows = sqlx::query("SELECT number, entry, incident, seq, head, at, hash FROM ledger ORDER BY number")
            .fetch_all(&mut *self.transaction)
            .await?;
        let row = |row: &AnyRow| {
            Ok(LedgerRow {
                number: row.try_get(0)?,
                entry: row.try_get(1)?,
                incident: row.try_get(2)?,
                seq: row.try_get(3)?,
                head: row.try_get(4)?,
                at: row.try_get(5)?,
                hash: row.try_get(6)?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// How far the numbers got.
    pub async fn newest(&mut self) -> Result<Newest, StoreError> {
        let rows = sqlx::query("SELECT number, hash FROM newest WHERE kind IN ('incident', 'ledger') ORDER BY kind")
            .fetch_all(&mut *self.transaction)
            .await?;
        let (Some(incident), Some(ledger)) = (rows.first(), rows.get(1)) else {
            return Ok(Newest { incident: 0, ledger: 0, ledger_hash: String::new() });
        };
        Ok(Newest { incident: incident.try_get(0)?, ledger: ledger.try_get(0)?, ledger_hash: ledger.try_get(1)? })
    }
}

/// An incident's log as it is stored.
pub(super) async fn events(
    transaction: &mut Transaction<'_>,
    incident: IncidentId,
) -> Result<Vec<EventRow>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT incident, seq, at, event, inbox, replica, batch, hash FROM events WHERE incident = $1 ORDER BY seq",
    )
    .bind(incident)
    .fetch_all(&mut **transaction)
    .await?;
    let row = |row: &AnyRow| {
        Ok(EventRow {
            incident: row.try_get(0)?,
            seq: row.try_get(1)?,
            at: row.try_get(2)?,
            event: row.try_get(3)?,
            inbox: row.try_get(4)?,
            replica: row.try_get(5)?,
            batch: row.try_get(6)?,
            hash: row.try_get(7)?,
        })
    };
    rows.iter().map(row).collect()
}

/// Appends to the ledger. Whoever does so at the same time waits for this transaction's end.
pub(super) async fn append_ledger(
    transaction: &mut Transaction<'_>,
    entry: Entry,
    head: &Head,
    at: i64,
) -> Result<(), sqlx::Error> {
    let newest = sqlx::query("UPDATE newest SET number = number + 1 WHERE kind = 'ledger' RETURNING number, hash")
        .fetch_one(&mut **transaction)
        .await?;
    let mut row = LedgerRow {
        number: newest.try_get(0)?,
        entry: entry.as_str().to_owned(),
        incident: head.incident,
        seq: head.seq as i64,
        head: head.hash.clone(),
        at,
        hash: String::new(),
    };
    row.hash = row.hash_after(&newest.try_get::<String, _>(1)?);
    sqlx::query(
        "INSERT INTO ledger (number, entry, incident, seq, head, at, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.number)
    .bind(row.entry)
    .bind(row.incident)
    .bind(row.seq)
    .bind(row.head)
    .bind(row.at)
    .bind(&row.hash)
    .execute(&mut **transaction)
    .await?;
    sqlx::query("UPDATE newest SET hash = $1 WHERE kind = 'ledger'").bind(row.hash).execute(&mut **transaction).await?;
    Ok(())
}
