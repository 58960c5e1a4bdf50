//! Announcements: who was told that somebody is needed, where, and what stands there now.
//!
//! A row is written before its message is sent, so that a crash neither loses nor silently repeats one. One row for each destination
//! (its key is [`OPEN`] and the destination) says that something is still to be told there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, json, read, time};
use crate::incident::IncidentId;
use crate::incident::phrase::Phrase;

/// Something that was told, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// What makes it the same message when it is sent again.
    pub key: String,
    /// The platform, or the name of what pages people.
    pub destination: String,
    /// The channel that it is in.
    pub channel: String,
    /// The platform's own name of the message; empty while it may be there or not.
    pub message: String,
    /// When it was first about to be sent.
    pub since: Timestamp,
    /// How far what it says has got.
    pub stage: u8,
    /// Whom it told.
    pub told: Told,
}

/// Whom something told, and who could not be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Persons, groups, or what pages them.
    pub names: Vec<String>,
    /// Who could not be reached, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<(String, Phrase)>,
    /// Whether it may be there twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    /// It did not get there, and never will.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

/// What the key of the row begins with that is there until everything was told at a destination.
pub const OPEN: &str = "open/";
/// The stage after which nothing is done any more.
pub const LAST: u8 = 2;

impl Store {
    /// Everything that was told about an incident, oldest first.
    pub async fn announcements(&self, incident: IncidentId) -> Result<Vec<Announcement>, StoreError> {
        let all = || {
            sqlx::query_as::<_, Row>(
                "SELECT key, destination, channel, message, since, stage, told FROM announcements
                 WHERE incident = $1 ORDER BY since, key",
            )
            .bind(incident)
        };
        let rows = self.database.all(all).await?;
        rows.into_iter().map(|row| row.of(incident)).collect()
    }

    /// Records something before it is sent, and again what became of it. What got further meanwhile stays: a replica that stood still
    /// for a while may still write what it saw before another one took over.
    #[tracing::instrument(name = "store", skip_all, fields(write = "announcement"))]
    pub async fn set_announcement(&self, incident: IncidentId, one: &Announcement) -> Result<(), StoreError> {
        let (told, open) = (json(&one.told), format!("{OPEN}{}", one.destination));
        let note = || {
            sqlx::query(
                "INSERT INTO announcements (incident, key, destination, channel, message, since, stage, told)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (incident, key)
                 DO UPDATE SET channel = excluded.channel, message = excluded.message, stage = excluded.stage,
                               told = excluded.told
                 WHERE announcements.stage <= excluded.stage OR excluded.key = $9",
            )
            .bind(incident)
            .bind(&one.key)
            .bind(&one.destination)
            .bind(&one.channel)
            .bind(&one.message)
            .bind(one.since.as_microsecond())
            .bind(i64::from(one.stage))
            .bind(&told)
            .bind(&open)
        };
        self.database.execute(note).await?;
        Ok(())
    }
}

/// A row of `announcements`.
#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    destination: String,
    channel: String,
    message: String,
    since: i64,
    stage: i64,
    told: String,
}

impl Row {
    fn of(self, incident: IncidentId) -> Result<Announcement, StoreError> {
        Ok(Announcement {
            told: read(&self.told, || format!("an announcement of incident {incident}"))?,
            key: self.key,
            destination: self.destination,
            channel: self.channel,
            message: self.message,
            since: time(self.since),
            stage: u8::try_from(self.stage).unwrap_or(LAST),
        })
    }
}
