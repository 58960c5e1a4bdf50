//! The incidents' logs: opening, appending, reading.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row as _};

use super::chain::{Entry, EventRow, Head};
use super::connection::Transaction;
use super::{Store, StoreError, json, read, time};
use crate::clock;
use crate::incident::IncidentId;
use crate::incident::event::{Claim, Event, Recorded};
use crate::incident::phrase::Phrase;

/// One append: what is tried, perhaps more than once.
struct Append<'a> {
    incident: IncidentId,
    recorded: &'a [Recorded],
    cause: Option<(&'a str, &'a Phrase)>,
    claim: Option<Claim>,
    batch: String,
}

impl Store {
    /// Opens an incident with its first event, and notes the answer to what caused it.
    #[tracing::instrument(name = "store", skip_all, fields(write = "open"))]
    pub async fn open_incident(
        &self,
        environment: &str,
        at: Timestamp,
        opened: Event,
        cause: Option<(&str, &Phrase)>,
    ) -> Result<(IncidentId, Recorded), StoreError> {
        let recorded = Recorded { seq: 1, at, event: opened };
        let batch = self.batch();
        let id = self.retry(|| self.open_once(environment, &recorded, cause, &batch)).await?;
        Ok((id, recorded))
    }

    async fn open_once(
        &self,
        environment: &str,
        recorded: &Recorded,
        cause: Option<(&str, &Phrase)>,
        batch: &str,
    ) -> Result<IncidentId, StoreError> {
        let mut connection = self.connection().await?;
        let opened = async {
            let mut transaction = connection.begin(self.kind).await?;
            // The row stays locked until the end: the next one waits, and gets the next number.
            let id: IncidentId =
                sqlx::query("UPDATE newest SET number = number + 1 WHERE kind = 'incident' RETURNING number")
                    .fetch_one(&mut *transaction)
                    .await?
                    .try_get(0)?;
            sqlx::query("INSERT INTO incidents (id, environment, opened_at) VALUES ($1, $2, $3)")
                .bind(id)
                .bind(environment)
                .bind(recorded.at.as_microsecond())
                .execute(&mut *transaction)
                .await
                .map_err(|error| unique(error, || StoreError::AlreadyOpen(environment.to_owned())))?;
            self.insert(&mut transaction, id, recorded, cause.map(|(key, _)| key), batch, "").await?;
            self.answer(&mut transaction, cause).await?;
            transaction.commit().await?;
            Ok(id)
        };
        let opened: Result<IncidentId, StoreError> = opened.await;
        if matches!(opened, Err(StoreError::AlreadyOpen(_))) {
            // Perhaps by the first try of this very call, whose answer was lost.
            let ours = sqlx::query(
                "SELECT incidents.id FROM incidents JOIN events ON events.incident = incidents.id AND events.seq = 1
                 WHERE incidents.environment = $1 AND incidents.closed_at IS NULL AND events.batch = $2",
            )
            .bind(environment)
            .bind(batch)
            .fetch_optional(connection.sql())
            .await;
            return match connection.finish(ours)? {
                Some(row) => Ok(row.try_get(0)?),
                None => opened,
            };
        }
        connection.finish(opened)
    }

    /// Appends events behind `after`, and notes the answer to the command that caused them: all or nothing.
    #[tracing::instrument(name = "store", skip_all, fields(write = "append"))]
    pub async fn append(
        &self,
        incident: IncidentId,
        after: u64,
        at: Timestamp,
        events: Vec<Event>,
        cause: Option<(&str, &Phrase)>,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.append_all(incident, after, at, events, cause, None).await
    }

    /// The same, while `claim` is the newest on the incident: checked in the same transaction, and nobody takes it meanwhile.
    #[tracing::instrument(name = "store", skip_all, fields(write = "append"))]
    pub async fn append_claimed(
        &self,
        incident: IncidentId,
        after: u64,
        at: Timestamp,
        events: Vec<Event>,
        cause: Option<(&str, &Phrase)>,
        claim: Claim,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.append_all(incident, after, at, events, cause, Some(claim)).await
    }

    async fn append_all(
        &self,
        incident: IncidentId,
        after: u64,
        at: Timestamp,
        events: Vec<Event>,
        cause: Option<(&str, &Phrase)>,
        claim: Option<Claim>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let recorded: Vec<Recorded> =
            (after + 1..).zip(events).map(|(seq, event)| Recorded { seq, at, event }).collect();
        let append = Append { incident, recorded: &recorded, cause, claim, batch: self.batch() };
        self.retry(|| self.append_once(after, &append)).await?;
        Ok(recorded)
    }

    async fn append_once(&self, after: u64, append: &Append<'_>) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let appended = async {
            let mut transaction = connection.begin(self.kind).await?;
            self.write(&mut transaction, after, append).await?;
            transaction.commit().await?;
            Ok(())
        };
        let appended: Result<(), StoreError> = appended.await;
        if matches!(appended, Err(StoreError::Overtaken(_) | StoreError::ClaimLost(_))) {
            // Perhaps by the first try of this very call: its commit arrived, and only the answer was lost.
            let ours = sqlx::query("SELECT 1 FROM events WHERE incident = $1 AND seq = $2 AND batch = $3")
                .bind(append.incident)
                .bind(after as i64 + 1)
                .bind(&append.batch)
                .fetch_optional(connection.sql())
                .await;
            return if connection.finish(ours)?.is_some() { Ok(()) } else { appended };
        }
        connection.finish(appended)
    }

    async fn write(
        &self,
        transaction: &mut Transaction<'_>,
        after: u64,
        append: &Append<'_>,
    ) -> Result<(), StoreError> {
        let incident = append.incident;
        if let Some(Recorded { event: Event::Reopened { .. }, .. }) = append.recorded.first() {
            sqlx::query("UPDATE incidents SET closed_at = NULL WHERE id = $1")
                .bind(incident)
                .execute(&mut **transaction)
                .await
                .map_err(|error| unique(error, || StoreError::Overtaken(incident)))?;
        }
        let last = sqlx::query(
            "SELECT events.hash FROM events JOIN incidents ON incidents.id = events.incident
             WHERE events.incident = $1 AND events.seq = $2 AND incidents.closed_at IS NULL",
        )
        .bind(incident)
        .bind(after as i64)
        .fetch_optional(&mut **transaction)
        .await?;
        // Behind a close nothing follows, and behind a gap nothing can be chained.
        let Some(last) = last else { return Err(StoreError::Overtaken(incident)) };
        let mut head: String = last.try_get(0)?;
        let key = append.cause.map(|(key, _)| key);
        for one in append.recorded {
            head = self
                .insert(transaction, incident, one, key, &append.batch, &head)
                .await
                .map_err(|error| unique(error, || StoreError::Overtaken(incident)))?;
            let at = one.at.as_microsecond();
            if matches!(one.event, Event::Reopened { .. }) {
                let head = Head { incident, seq: one.seq, hash: head.clone() };
                super::snapshot::append_ledger(transaction, Entry::Reopened, &head, at).await?;
            }
            if matches!(one.event, Event::Closed { .. }) {
                sqlx::query("UPDATE incidents SET closed_at = $1 WHERE id = $2")
                    .bind(at)
                    .bind(incident)
                    .execute(&mut **transaction)
                    .await?;
                let head = Head { incident, seq: one.seq, hash: head.clone() };
                super::snapshot::append_ledger(transaction, Entry::Closed, &head, at).await?;
            }
        }
        if let Some(claim) = append.claim {
            super::claims::lock_claim(transaction, incident, claim).await?;
        }
        self.answer(transaction, append.cause).await?;
        Ok(())
    }

    async fn insert(
        &self,
        transaction: &mut Transaction<'_>,
        incident: IncidentId,
        recorded: &Recorded,
        cause: Option<&str>,
        batch: &str,
        previous: &str,
    ) -> Result<String, sqlx::Error> {
        let mut row = EventRow {
            incident,
            seq: recorded.seq as i64,
            at: recorded.at.as_microsecond(),
            event: json(&recorded.event),
            inbox: cause.map(str::to_owned),
            replica: self.replica().to_owned(),
            batch: batch.to_owned(),
            hash: String::new(),
        };
        row.hash = row.hash_after(previous);
        sqlx::query(
            "INSERT INTO events (incident, seq, at, event, inbox, replica, batch, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(row.incident)
        .bind(row.seq)
        .bind(row.at)
        .bind(row.event)
        .bind(row.inbox)
        .bind(row.replica)
        .bind(row.batch)
        .bind(&row.hash)
        .execute(&mut **transaction)
        .await?;
        Ok(row.hash)
    }

    async fn answer(
        &self,
        transaction: &mut Transaction<'_>,
        cause: Option<(&str, &Phrase)>,
    ) -> Result<(), StoreError> {
        let Some((dedupe_key, answer)) = cause else { return Ok(()) };
        super::inbox::write_answer(transaction, dedupe_key, &json(answer), self.replica()).await
    }

    /// An incident's log, oldest first.
    pub async fn log(&self, incident: IncidentId) -> Result<Vec<Recorded>, StoreError> {
        let rows = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let rows = sqlx::query("SELECT seq, at, event FROM events WHERE incident = $1 ORDER BY seq")
                    .bind(incident)
                    .fetch_all(connection.sql())
                    .await;
                connection.finish(rows)
            })
            .await?;
        let mut log = Vec::with_capacity(rows.len());
        for row in &rows {
            let seq: i64 = row.try_get(0)?;
            let event = read(&row.try_get::<String, _>(2)?, || format!("event {seq} of incident {incident}"))?;
            log.push(Recorded { seq: seq as u64, at: time(row.try_get(1)?), event });
        }
        Ok(log)
    }

    /// The newest event of an incident and its hash: at its close, what is to be noted outside the store.
    pub async fn head(&self, incident: IncidentId) -> Result<Option<Head>, StoreError> {
        let row = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let row = sqlx::query("SELECT seq, hash FROM events WHERE incident = $1 ORDER BY seq DESC LIMIT 1")
                    .bind(incident)
                    .fetch_optional(connection.sql())
                    .await;
                connection.finish(row)
            })
            .await?;
        let head = |row: sqlx::any::AnyRow| {
            Ok(Head { incident, seq: row.try_get::<i64, _>(0)? as u64, hash: row.try_get(1)? })
        };
        row.map(head).transpose()
    }

    /// The open incidents.
    pub async fn open_incidents(&self) -> Result<Vec<IncidentId>, StoreError> {
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let found =
                ids("SELECT id FROM incidents WHERE closed_at IS NULL ORDER BY id", None, connection.sql()).await;
            connection.finish(found)
        })
        .await
    }

    /// Incidents closed within the last day whose timelines are not posted completely.
    pub async fn unreported_incidents(&self) -> Result<Vec<IncidentId>, StoreError> {
        let yesterday = clock::now() - jiff::SignedDuration::from_hours(24);
        let unreported = "SELECT incidents.id FROM incidents
             LEFT JOIN messages ON messages.incident = incidents.id
             WHERE incidents.closed_at > $1
               AND COALESCE(messages.told_seq, 0) < (SELECT MAX(seq) FROM events WHERE incident = incidents.id)
             ORDER BY incidents.id";
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let found = ids(unreported, Some(yesterday.as_microsecond()), connection.sql()).await;
            connection.finish(found)
        })
        .await
    }

    /// The environment's newest incident.
    pub async fn newest_incident(&self, environment: &str) -> Result<Option<IncidentId>, StoreError> {
        let row = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let row = sqlx::query("SELECT id FROM incidents WHERE environment = $1 ORDER BY id DESC LIMIT 1")
                    .bind(environment)
                    .fetch_optional(connection.sql())
                    .await;
                connection.finish(row)
            })
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }
}

/// The numbers that a query finds.
pub(super) async fn ids(
    query: &'static str,
    argument: Option<i64>,
    connection: &mut AnyConnection,
) -> Result<Vec<IncidentId>, sqlx::Error> {
    let query = sqlx::query(query);
    let query = if let Some(argument) = argument { query.bind(argument) } else { query };
    query.fetch_all(connection).await?.iter().map(|row| row.try_get(0)).collect()
}

/// What a violated key means to the caller.
pub(super) fn unique(error: sqlx::Error, otherwise: impl FnOnce() -> StoreError) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => otherwise(),
        _ => error.into(),
    }
}
