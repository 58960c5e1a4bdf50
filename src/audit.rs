//! The audit: whether the logs are what was written.
//!
//! Inside the store, every edit, insertion and removal breaks a chain, and what is cut off the end of a closed incident's log
//! differs from the ledger. Two things can be told only by what was noted outside, in the incidents' threads: that the end of
//! an open log is missing, and that somebody who can write the database computed every hash anew. So heads can be handed in.

pub mod bundle;
pub mod export;

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::Value;

use crate::incident::IncidentId;
use crate::incident::drill::place;
use crate::store::StoreError;
use crate::store::chain::{Break, Entry, EventRow, Head, LedgerRow, follow};
use crate::store::snapshot::{IncidentRow, Newest, Snapshot};

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many incidents have a log.
    pub incidents: usize,
    /// How many events they have.
    pub events: usize,
    /// How many incidents were pruned, by the ledger.
    pub pruned: usize,
    /// The heads of the open incidents: nothing in the store tells whether events were cut off behind them.
    pub open: Vec<Head>,
    /// What is wrong, in the order of the incidents and the ledger: the first bad place first.
    pub flaws: Vec<Flaw>,
}

/// Something that is not as it was written, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Neither the incident nor its log is there, and it was not pruned.
    #[error("incident {incident}: it was removed, with its whole log")]
    IncidentRemoved {
        /// The incident's number.
        incident: IncidentId,
    },
    /// The same for several in a row.
    #[error("incidents {first} to {last}: they were removed, with their whole logs")]
    IncidentsRemoved {
        /// The first of them.
        first: IncidentId,
        /// The last of them.
        last: IncidentId,
    },
    /// It has a number that no incident was given.
    #[error("incident {incident}: no incident was given this number")]
    NeverOpened {
        /// The incident's number.
        incident: IncidentId,
    },
    /// Its log is there, and its row is not.
    #[error("incident {incident}: its row was removed; its log is there")]
    RowRemoved {
        /// The incident's number.
        incident: IncidentId,
    },
    /// Its row and its log differ.
    #[error("incident {incident}: its row says otherwise than its log {what}")]
    RowDiffers {
        /// The incident's number.
        incident: IncidentId,
        /// In what.
        what: &'static str,
    },
    /// An event is missing.
    #[error("incident {incident}, event {seq}: it was removed")]
    EventRemoved {
        /// The incident's number.
        incident: IncidentId,
        /// The event's number within its incident.
        seq: i64,
    },
    /// An event is not what was written there.
    #[error(
        "incident {incident}, event {seq}: it is not what was written there (edited or inserted, or one before it removed)"
    )]
    EventChanged {
        /// The incident's number.
        incident: IncidentId,
        /// The event's number within its incident.
        seq: i64,
    },
    /// The end of a log is missing.
    #[error("incident {incident}, event {next}: from here on its log was cut off; it had {length} events")]
    Truncated {
        /// The incident's number.
        incident: IncidentId,
        /// The first event that is missing.
        next: i64,
        /// How many there were.
        length: i64,
    },
    /// The last event is not the one that the ledger noted.
    #[error("incident {incident}, event {seq}: it is not the last event that ledger row {number} noted at the close")]
    HeadDiffers {
        /// The incident's number.
        incident: IncidentId,
        /// Its last event.
        seq: i64,
        /// Of the ledger.
        number: i64,
    },
    /// It is closed, and the ledger does not know.
    #[error("incident {incident}: it is closed, and its row of the ledger is missing")]
    NotInLedger {
        /// The incident's number.
        incident: IncidentId,
    },
    /// The ledger says that it was pruned, and something of it is there.
    #[error("incident {incident}: the ledger says that it was pruned, and something of it is there")]
    PrunedAndThere {
        /// The incident's number.
        incident: IncidentId,
    },
    /// It was pruned sooner than is possible.
    #[error("incident {incident}: ledger row {number} says that it was pruned within a day of its close, or unclosed")]
    PrunedEarly {
        /// The incident's number.
        incident: IncidentId,
        /// Of the ledger.
        number: i64,
    },
    /// The table of announcements says otherwise than the log who was told.
    #[error("incident {incident}, event {seq}: it says who was told, and the table of announcements says otherwise")]
    CallDiffers {
        /// The incident's number.
        incident: IncidentId,
        /// The event.
        seq: i64,
    },
    /// A row of the ledger is missing.
    #[error("ledger, row {number}: it was removed")]
    LedgerRemoved {
        /// Its number in the ledger.
        number: i64,
    },
    /// A row of the ledger is not what was written there.
    #[error("ledger, row {number}: it is not what was written there (edited or inserted, or one before it removed)")]
    LedgerChanged {
        /// Its number in the ledger.
        number: i64,
    },
    /// What was noted outside differs.
    #[error("incident {}, event {}: its hash is not the one that was noted outside", .0.incident, .0.seq)]
    NotAsNoted(Head),
}

/// Looks at everything in the store, and at what was noted outside of it.
pub async fn verify(store: &mut Snapshot, noted: &[Head]) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let newest = store.newest().await?;
    let ledger = store.ledger().await?;
    let rows: BTreeMap<IncidentId, IncidentRow> =
        store.incidents().await?.into_iter().map(|row| (row.id, row)).collect();
    let with_events: BTreeSet<IncidentId> = store.incidents_with_events().await?.into_iter().collect();
    let of = |entries: &[Entry]| -> BTreeMap<IncidentId, &LedgerRow> {
        let one = |row: &&LedgerRow| entries.iter().any(|entry| row.entry == entry.as_str());
        ledger.iter().filter(one).map(|row| (row.incident, row)).collect()
    };
    // Of one that was opened again, the newest row counts.
    let (closed, pruned) = (of(&[Entry::Closed, Entry::Reopened]), of(&[Entry::Pruned]));
    let mut noted_by_ledger: BTreeMap<IncidentId, Vec<&LedgerRow>> = BTreeMap::new();
    for row in &ledger {
        noted_by_ledger.entry(row.incident).or_default().push(row);
    }

    // What is named anywhere, and not every number up to the highest: that may be a forged one.
    let ledgered = ledger.iter().map(|row| &row.incident);
    let noted_ones = noted.iter().map(|head| &head.incident);
    let named: BTreeSet<IncidentId> =
        rows.keys().chain(&with_events).chain(ledgered).chain(noted_ones).copied().collect();
    let mut expected = 1;
    for incident in named {
        let heads = || noted.iter().filter(|head| head.incident == incident);
        if !(1..=newest.incident).contains(&incident) {
            let there = rows.contains_key(&incident) || with_events.contains(&incident);
            let only_noted = !there && heads().next().is_some();
            let removed = Flaw::IncidentRemoved { incident };
            report.flaws.push(if only_noted { removed } else { Flaw::NeverOpened { incident } });
            continue;
        }
        report.flaws.extend(gap(expected, incident - 1));
        expected = incident + 1;
        if let Some(row) = pruned.get(&incident) {
            report.pruned += 1;
            let there = rows.contains_key(&incident) || with_events.contains(&incident);
            report.flaws.extend(pruned_flaw(row, closed.get(&incident).copied(), there, heads()));
            continue;
        }
        let log = store.events(incident).await?;
        let Some(row) = rows.get(&incident) else {
            let removed = Flaw::IncidentRemoved { incident };
            report.flaws.push(if log.is_empty() { removed } else { Flaw::RowRemoved { incident } });
            continue;
        };
        report.incidents += 1;
        report.events += log.len();
        let earlier = noted_by_ledger.get(&incident).map(Vec::as_slice).unwrap_or_default();
        let flaw = flaw(row, &log, closed.get(&incident).copied(), heads());
        let flaw = flaw.or_else(|| earlier_flaw(&log, earlier));
        let announced = store.announced(incident).await?.into_iter().collect();
        report.flaws.extend(flaw.or_else(|| call_flaw(&log, &announced)));
        report.open.extend(open_head(row, &log));
    }
    report.flaws.extend(gap(expected, newest.incident));
    report.flaws.extend(ledger_flaw(&ledger, &newest));
    Ok(report)
}

/// Incidents of which nothing is left, where there are any.
fn gap(first: IncidentId, last: IncidentId) -> Option<Flaw> {
    match last.checked_sub(first)? {
        ..0 => None,
        0 => Some(Flaw::IncidentRemoved { incident: first }),
        _ => Some(Flaw::IncidentsRemoved { first, last }),
    }
}

/// Of an open incident, its head: whether more was behind it, only what was noted outside tells.
fn open_head(row: &IncidentRow, log: &[EventRow]) -> Option<Head> {
    let last = log.last().filter(|_| row.closed_at.is_none())?;
    Some(Head { incident: row.id, seq: last.seq as u64, hash: last.hash.clone() })
}

/// The first thing that is wrong with one incident.
fn flaw<'a>(
    row: &IncidentRow,
    log: &[EventRow],
    closed: Option<&LedgerRow>,
    noted: impl Iterator<Item = &'a Head>,
) -> Option<Flaw> {
    let incident = row.id;
    let hash = match follow(incident, log) {
        Ok(hash) => hash,
        Err(Break::Missing { seq }) => return Some(Flaw::EventRemoved { incident, seq }),
        Err(Break::Changed { seq }) => return Some(Flaw::EventChanged { incident, seq }),
    };
    let length = log.len() as i64;
    let open_again = closed.is_some_and(|row| row.entry == Entry::Reopened.as_str());
    if let Some(closed) = closed {
        if length < closed.seq {
            return Some(Flaw::Truncated { incident, next: length + 1, length: closed.seq });
        }
        let differs = if open_again { !is_noted(log, closed) } else { length > closed.seq || hash != closed.head };
        if differs {
            return Some(Flaw::HeadDiffers { incident, seq: length, number: closed.number });
        }
    }
    for head in noted {
        let seq = head.seq as i64;
        match log.get(head.seq.saturating_sub(1) as usize) {
            None => return Some(Flaw::Truncated { incident, next: length + 1, length: seq.max(length + 1) }),
            Some(event) if !event.hash.starts_with(&head.hash) => return Some(Flaw::NotAsNoted(head.clone())),
            Some(_) => {}
        }
    }
    let (Some(first), Some(last)) = (log.first(), log.last()) else {
        return Some(Flaw::Truncated { incident, next: 1, length: 1 });
    };
    let ends = raw(last)["type"] == "closed";
    let differs = |what| Some(Flaw::RowDiffers { incident, what });
    match (ends, row.closed_at) {
        _ if place_of(&raw(first)) != row.environment => differs("about its environment"),
        _ if first.at != row.opened_at => differs("about when it was opened"),
        (true, Some(at)) if at == last.at => (closed.is_none() || open_again).then_some(Flaw::NotInLedger { incident }),
        (false, None) => None,
        _ => differs("about whether and when it was closed"),
    }
}

/// An event as it is stored: a log of another version has to verify, too.
fn raw(event: &EventRow) -> Value {
    serde_json::from_str(&event.event).unwrap_or_default()
}

/// What the row of an incident has to say of its environment, by its first event.
fn place_of(first: &Value) -> String {
    let name = first["environment"].as_str().unwrap_or_default();
    if first["type"] == "drill-begun" { place(name) } else { name.to_owned() }
}

/// Whether the event that a row of the ledger names is the one that is there.
fn is_noted(log: &[EventRow], row: &LedgerRow) -> bool {
    let place = usize::try_from(row.seq - 1).ok();
    place.and_then(|place| log.get(place)).is_some_and(|event| event.hash == row.head)
}

/// The first event that says who was told, and is not what the table of announcements says. What was told after the end, or in the
/// moment of it, stands there alone.
fn call_flaw(log: &[EventRow], announced: &BTreeMap<String, String>) -> Option<Flaw> {
    let differs = |event: &&EventRow| {
        let said = raw(event);
        let told = said["key"].as_str().and_then(|key| announced.get(key));
        let told = told.and_then(|told| serde_json::from_str::<Value>(told).ok());
        said["type"] == "called" && told.is_none_or(|told| told["names"] != said["names"])
    };
    let event = log.iter().find(differs)?;
    Some(Flaw::CallDiffers { incident: event.incident, seq: event.seq })
}

/// What differs from what the ledger noted at an earlier close, of an incident that was opened again.
fn earlier_flaw(log: &[EventRow], rows: &[&LedgerRow]) -> Option<Flaw> {
    let row = rows.iter().find(|row| !is_noted(log, row))?;
    Some(Flaw::HeadDiffers { incident: row.incident, seq: row.seq, number: row.number })
}

/// Nothing is pruned sooner: the configuration takes whole days only.
const SOONEST: SignedDuration = SignedDuration::from_hours(24);

fn pruned_flaw<'a>(
    row: &LedgerRow,
    closed: Option<&LedgerRow>,
    there: bool,
    mut noted: impl Iterator<Item = &'a Head>,
) -> Option<Flaw> {
    let incident = row.incident;
    let soonest = i64::try_from(SOONEST.as_micros()).unwrap_or(i64::MAX);
    let due = closed.is_some_and(|closed| closed.at.saturating_add(soonest) <= row.at && closed.number < row.number);
    if there {
        return Some(Flaw::PrunedAndThere { incident });
    }
    if !due {
        return Some(Flaw::PrunedEarly { incident, number: row.number });
    }
    // All that is left of its log is its head.
    let differs = |head: &&Head| head.seq as i64 == row.seq && !row.head.starts_with(&head.hash);
    noted.find(differs).map(|head| Flaw::NotAsNoted(head.clone()))
}

fn ledger_flaw(ledger: &[LedgerRow], newest: &Newest) -> Option<Flaw> {
    let mut previous = "";
    for (number, row) in (1..).zip(ledger) {
        if row.number > number {
            return Some(Flaw::LedgerRemoved { number });
        }
        if row.number < number || row.hash != row.hash_after(previous) {
            return Some(Flaw::LedgerChanged { number: row.number });
        }
        previous = &row.hash;
    }
    let length = ledger.len() as i64;
    if length < newest.ledger {
        return Some(Flaw::LedgerRemoved { number: length + 1 });
    }
    (length > newest.ledger || previous != newest.ledger_hash).then_some(Flaw::LedgerChanged { number: length })
}
