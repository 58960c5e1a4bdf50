//! The chains: each event's hash is over all that its row holds and the hash before it, and so are the ledger's.
//!
//! A hash is SHA-256, in hexadecimal, over fields that are each written as their length in bytes, a colon, the text and a
//! comma, such as `2:42,`: so it can be computed again by anybody, and no two rows read the same. The first field names what
//! is hashed, the second is the hash before: of the first row, nothing (`0:,`).
//!
//! Whoever can write the database can compute everything again. So heads are noted outside, in the incident's thread.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::incident::IncidentId;

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct EventRow {
    /// Of which incident.
    pub incident: IncidentId,
    /// 1, 2, 3, …
    pub seq: i64,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What happened: the JSON as it was written, to the byte.
    pub event: String,
    /// The inbox row that caused it.
    pub inbox: Option<String>,
    /// Which replica wrote it.
    pub replica: String,
    /// Which append wrote it.
    pub batch: String,
    /// The hash of all this and of the row before.
    pub hash: String,
}

impl EventRow {
    /// What the hash has to be behind `previous`.
    pub fn hash_after(&self, previous: &str) -> String {
        hashed(&[
            "stagerbot event 1",
            previous,
            &self.incident.to_string(),
            &self.seq.to_string(),
            &self.at.to_string(),
            &self.event,
            // None and an empty one differ.
            &self.inbox.as_ref().map(|key| format!("={key}")).unwrap_or_default(),
            &self.replica,
            &self.batch,
        ])
    }
}

/// What the ledger notes of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// It was closed.
    Closed,
    /// It was opened again.
    Reopened,
    /// Its log was deleted, after the time that logs are kept.
    Pruned,
}

impl Entry {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Pruned => "pruned",
        }
    }
}

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct LedgerRow {
    /// 1, 2, 3, …
    pub number: i64,
    /// What happened to the incident: `closed`, `reopened` or `pruned`.
    pub entry: String,
    /// To which.
    pub incident: IncidentId,
    /// The number of its last event.
    pub seq: i64,
    /// The hash of that event.
    pub head: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// The hash of all this and of the row before.
    pub hash: String,
}

impl LedgerRow {
    /// What the hash has to be behind `previous`.
    pub fn hash_after(&self, previous: &str) -> String {
        hashed(&[
            "stagerbot ledger 1",
            previous,
            &self.number.to_string(),
            &self.entry,
            &self.incident.to_string(),
            &self.seq.to_string(),
            &self.head,
            &self.at.to_string(),
        ])
    }
}

fn hashed(fields: &[&str]) -> String {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update(format!("{}:", field.len()));
        hash.update(field);
        hash.update(",");
    }
    hex::encode(hash.finalize())
}

/// The newest event of a log and its hash: what is noted outside, as `incident/seq/hash`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Of which incident.
    pub incident: IncidentId,
    /// The event's number.
    pub seq: u64,
    /// Its hash, or the beginning of it.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.incident, self.seq, self.hash)
    }
}

/// So much of a hash has to be given: what a person reads off a thread and types, and hardly meets by chance.
const LEAST: usize = 12;

impl FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "expected incident/seq/hash, with at least 12 characters of the hash, such as 7/23/a1b2c3d4e5f6";
        let mut parts = text.trim().split('/');
        let (Some(incident), Some(seq), Some(hash), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(expected);
        };
        let fits = (LEAST..=64).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        match (incident.parse(), seq.parse()) {
            (Ok(incident), Ok(seq)) if fits => Ok(Self { incident, seq, hash: hash.to_ascii_lowercase() }),
            _ => Err(expected),
        }
    }
}

/// Where a chain of events breaks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// An event is not there.
    Missing {
        /// Its number.
        seq: i64,
    },
    /// An event is not what was written, or not what was written there.
    Changed {
        /// Its number.
        seq: i64,
    },
}

/// Follows a log from its first event, and returns the hash of its last: of an empty one, nothing.
pub fn follow(incident: IncidentId, log: &[EventRow]) -> Result<String, Break> {
    let mut previous = String::new();
    for (expected, row) in (1..).zip(log) {
        match row.seq {
            seq if seq > expected => return Err(Break::Missing { seq: expected }),
            seq if seq < expected || row.incident != incident => return Err(Break::Changed { seq }),
            seq if row.hash != row.hash_after(&previous) => return Err(Break::Changed { seq }),
            _ => previous.clone_from(&row.hash),
        }
    }
    Ok(previous)
}
