//! One incident in one file, which verifies without the store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Flaw, Report, flaw, open_head};
use crate::causes::Cause;
use crate::incident::IncidentId;
use crate::store::StoreError;
use crate::store::chain::{Entry, EventRow, Head, LedgerRow};
use crate::store::snapshot::{IncidentRow, Snapshot};

/// What this version writes and reads.
const FORMAT: &str = "stagerbot audit bundle 1";

/// One incident, its log as it is stored, and its row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// What this is.
    pub format: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The incident.
    pub incident: IncidentRow,
    /// Its log. Each event is the text that was hashed, not a document of its own.
    pub events: Vec<EventRow>,
    /// What the ledger noted last: at its close, or when it was opened again.
    pub closed: Option<Closed>,
}

/// A row of the ledger, and the hash of the one before, which its own is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// The hash of the row before; of the first one, nothing.
    pub previous: String,
    /// The row.
    pub row: LedgerRow,
}

/// A file is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It can't be read as one.
    #[error("the file is no bundle")]
    Unreadable(#[source] Cause),
    /// It is of another version.
    #[error("the file is of the format {0:?}, and this program reads {FORMAT:?}")]
    Format(String),
}

fn unreadable(error: serde_json::Error) -> BundleError {
    BundleError::Unreadable(error.into())
}

impl Bundle {
    /// The bundle of an incident; `None` where its log is not there.
    pub async fn of(store: &mut Snapshot, incident: IncidentId, at: Timestamp) -> Result<Option<Self>, StoreError> {
        let found = store.incidents().await?.into_iter().find(|row| row.id == incident);
        let Some(row) = found else { return Ok(None) };
        let ledger = store.ledger().await?;
        let noted = |row: &LedgerRow| row.entry == Entry::Closed.as_str() || row.entry == Entry::Reopened.as_str();
        let place = ledger.iter().rposition(|row| row.incident == incident && noted(row));
        let closed = place.map(|place| Closed {
            previous: place.checked_sub(1).map(|before| ledger[before].hash.clone()).unwrap_or_default(),
            row: ledger[place].clone(),
        });
        let events = store.events(incident).await?;
        Ok(Some(Self { format: FORMAT.to_owned(), made_at: at, incident: row, events, closed }))
    }

    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        let raw: serde_json::Value = serde_json::from_str(text).map_err(unreadable)?;
        match raw["format"].as_str() {
            Some(FORMAT) => serde_json::from_value(raw).map_err(unreadable),
            other => Err(BundleError::Format(other.unwrap_or_default().to_owned())),
        }
    }

    /// Whether it holds together, and with what was noted outside.
    pub fn verify(&self, noted: &[Head]) -> Report {
        let incident = self.incident.id;
        let mine = noted.iter().filter(|head| head.incident == incident);
        let row = self.closed.as_ref().map(|closed| &closed.row);
        let forged = self.closed.as_ref().filter(|closed| {
            closed.row.hash != closed.row.hash_after(&closed.previous)
                || closed.row.incident != incident
                || ![Entry::Closed, Entry::Reopened].map(Entry::as_str).contains(&closed.row.entry.as_str())
        });
        let forged = forged.map(|closed| Flaw::LedgerChanged { number: closed.row.number });
        Report {
            incidents: 1,
            events: self.events.len(),
            pruned: 0,
            open: open_head(&self.incident, &self.events).into_iter().collect(),
            flaws: flaw(&self.incident, &self.events, row, mine).into_iter().chain(forged).collect(),
        }
    }

    /// The head of its log: what is to be compared with the thread's.
    pub fn head(&self) -> Option<Head> {
        let last = self.events.last()?;
        Some(Head { incident: self.incident.id, seq: last.seq as u64, hash: last.hash.clone() })
    }
}
