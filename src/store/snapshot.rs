//! The store as it is stored, all as of one moment: for the audit, exports and backups.

use serde::{Deserialize, Serialize};

use super::chain::{Entry, EventRow, Head, LedgerRow};
use super::transaction::Transaction;
use super::{Store, StoreError};
use crate::incident::IncidentId;

/// An incident as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
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
    transaction: Transaction<'static>,
}

impl Store {
    /// The store as of now.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot { transaction: self.database.begin_reading().await? })
    }
}

impl Snapshot {
    /// Every incident that was not pruned, in the order of their numbers.
    pub async fn incidents(&mut self) -> Result<Vec<IncidentRow>, StoreError> {
        let incidents = "SELECT id, environment, opened_at, closed_at FROM incidents ORDER BY id";
        Ok(sqlx::query_as(incidents).fetch_all(&mut self.transaction).await?)
    }

    /// An incident's log.
    pub async fn events(&mut self, incident: IncidentId) -> Result<Vec<EventRow>, StoreError> {
        Ok(events(&mut self.transaction, incident).await?)
    }

    /// What people were told about an incident, as the table of announcements says: the key of each, and whom it told.
    pub async fn announced(&mut self, incident: IncidentId) -> Result<Vec<(String, String)>, StoreError> {
        let announced = "SELECT key, told FROM announcements WHERE incident = $1";
        Ok(sqlx::query_as(announced).bind(incident).fetch_all(&mut self.transaction).await?)
    }

    /// The numbers of incidents that events are stored of.
    pub async fn incidents_with_events(&mut self) -> Result<Vec<IncidentId>, StoreError> {
        let incidents = "SELECT DISTINCT incident FROM events ORDER BY incident";
        Ok(sqlx::query_scalar(incidents).fetch_all(&mut self.transaction).await?)
    }

    /// The ledger.
    pub async fn ledger(&mut self) -> Result<Vec<LedgerRow>, StoreError> {
        let ledger = "SELECT number, entry, incident, seq, head, at, hash FROM ledger ORDER BY number";
        Ok(sqlx::query_as(ledger).fetch_all(&mut self.transaction).await?)
    }

    /// How far the numbers got.
    pub async fn newest(&mut self) -> Result<Newest, StoreError> {
        let newest = "SELECT number, hash FROM newest WHERE kind IN ('incident', 'ledger') ORDER BY kind";
        let mut rows = sqlx::query_as::<_, (i64, String)>(newest).fetch_all(&mut self.transaction).await?.into_iter();
        let (Some((incident, _)), Some((ledger, ledger_hash))) = (rows.next(), rows.next()) else {
            return Ok(Newest { incident: 0, ledger: 0, ledger_hash: String::new() });
        };
        Ok(Newest { incident, ledger, ledger_hash })
    }
}

/// An incident's log as it is stored.
pub(super) async fn events(
    transaction: &mut Transaction<'_>,
    incident: IncidentId,
) -> Result<Vec<EventRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT incident, seq, at, event, inbox, replica, batch, hash FROM events WHERE incident = $1 ORDER BY seq",
    )
    .bind(incident)
    .fetch_all(&mut *transaction)
    .await
}

/// Appends to the ledger. Whoever does so at the same time waits for this transaction's end.
pub(super) async fn append_ledger(
    transaction: &mut Transaction<'_>,
    entry: Entry,
    head: &Head,
    at: i64,
) -> Result<(), sqlx::Error> {
    let next = "UPDATE newest SET number = number + 1 WHERE kind = 'ledger' RETURNING number, hash";
    let (number, previous): (i64, String) = sqlx::query_as(next).fetch_one(&mut *transaction).await?;
    let mut row = LedgerRow {
        number,
        entry: entry.as_str().to_owned(),
        incident: head.incident,
        seq: head.seq as i64,
        head: head.hash.clone(),
        at,
        hash: String::new(),
    };
    row.hash = row.hash_after(&previous);
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
    .execute(&mut *transaction)
    .await?;
    sqlx::query("UPDATE newest SET hash = $1 WHERE kind = 'ledger'").bind(row.hash).execute(&mut *transaction).await?;
    Ok(())
}
