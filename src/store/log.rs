//! The incidents' logs: opening, appending, reading.

use jiff::Timestamp;

use super::chain::{Entry, EventRow, Head};
use super::transaction::{Connection, Transaction};
use super::{Store, StoreError, json, read, time};
use crate::incident::IncidentId;
use crate::incident::drill::{PLACE, place};
use crate::incident::event::{Claim, Event, Recorded};
use crate::incident::phrase::Phrase;

/// One append: what is tried, perhaps more than once.
struct Append<'a> {
    incident: IncidentId,
    recorded: &'a [Recorded],
    cause: Option<(&'a str, &'a Phrase)>,
    claim: Option<Claim>,
    batch: String,
    /// Alerts that caused them: which row each event is by, and the rows that are closed with them.
    alerts: Option<Alerts<'a>>,
}

/// The rows of alerts that are decided by one append.
#[derive(Clone, Copy)]
struct Alerts<'a> {
    /// One for each event.
    causes: &'a [String],
    closed: &'a [String],
    answer: &'a Phrase,
}

impl Store {
    /// Opens an incident with its first event, and notes the answer to what caused it, with the incident's number as its argument
    /// `incident`.
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
        let open = async |connection: &mut Connection| {
            let opened = self.open_once(connection, environment, &recorded, cause, &batch).await;
            if !matches!(opened, Err(StoreError::AlreadyOpen(_))) {
                return opened;
            }
            // Perhaps by the first try of this very call, whose answer was lost.
            let mut transaction = connection.begin().await?;
            let ours = sqlx::query_scalar(
                "SELECT incidents.id FROM incidents JOIN events ON events.incident = incidents.id AND events.seq = 1
                 WHERE incidents.environment = $1 AND incidents.closed_at IS NULL AND events.batch = $2",
            )
            .bind(environment)
            .bind(&batch)
            .fetch_optional(&mut transaction)
            .await?;
            ours.map_or(opened, Ok)
        };
        let id = self.database.repeat(open).await?;
        Ok((id, recorded))
    }

    async fn open_once(
        &self,
        connection: &mut Connection,
        environment: &str,
        recorded: &Recorded,
        cause: Option<(&str, &Phrase)>,
        batch: &str,
    ) -> Result<IncidentId, StoreError> {
        let mut transaction = connection.begin().await?;
        // The row stays locked until the end: the next one waits, and gets the next number.
        let id: IncidentId =
            sqlx::query_scalar("UPDATE newest SET number = number + 1 WHERE kind = 'incident' RETURNING number")
                .fetch_one(&mut transaction)
                .await?;
        sqlx::query("INSERT INTO incidents (id, environment, opened_at) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(environment)
            .bind(recorded.at.as_microsecond())
            .execute(&mut transaction)
            .await
            .map_err(|error| unique(error, || StoreError::AlreadyOpen(environment.to_owned())))?;
        self.insert(&mut transaction, id, recorded, cause.map(|(key, _)| key), batch, "").await?;
        let answer = cause.map(|(key, answer)| (key, answer.clone().with("incident", id)));
        self.answer(&mut transaction, answer.as_ref().map(|(key, answer)| (*key, answer))).await?;
        transaction.commit().await?;
        Ok(id)
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
        self.append_all(incident, after, at, events, cause, (None, None)).await
    }

    /// Appends what many alerts caused, each event with the row that it is by, and closes these rows: all or nothing.
    #[tracing::instrument(name = "store", skip_all, fields(write = "append"))]
    pub async fn append_alerts(
        &self,
        incident: IncidentId,
        after: u64,
        at: Timestamp,
        caused: Vec<(Event, String)>,
        closed: &[String],
        answer: &Phrase,
    ) -> Result<Vec<Recorded>, StoreError> {
        let (events, causes): (Vec<Event>, Vec<String>) = caused.into_iter().unzip();
        let alerts = Alerts { causes: &causes, closed, answer };
        self.append_all(incident, after, at, events, None, (None, Some(alerts))).await
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
        self.append_all(incident, after, at, events, cause, (Some(claim), None)).await
    }

    async fn append_all(
        &self,
        incident: IncidentId,
        after: u64,
        at: Timestamp,
        events: Vec<Event>,
        cause: Option<(&str, &Phrase)>,
        (claim, alerts): (Option<Claim>, Option<Alerts<'_>>),
    ) -> Result<Vec<Recorded>, StoreError> {
        let recorded: Vec<Recorded> =
            (after + 1..).zip(events).map(|(seq, event)| Recorded { seq, at, event }).collect();
        let append = Append { incident, recorded: &recorded, cause, claim, batch: self.batch(), alerts };
        let append = async |connection: &mut Connection| {
            let appended = self.append_once(connection, after, &append).await;
            if !matches!(appended, Err(StoreError::Overtaken(_) | StoreError::ClaimLost(_))) {
                return appended;
            }
            // Perhaps by the first try of this very call: its commit arrived, and only the answer was lost.
            let mut transaction = connection.begin().await?;
            let ours = sqlx::query("SELECT 1 FROM events WHERE incident = $1 AND seq = $2 AND batch = $3")
                .bind(append.incident)
                .bind(after as i64 + 1)
                .bind(&append.batch)
                .fetch_optional(&mut transaction)
                .await?;
            if ours.is_some() { Ok(()) } else { appended }
        };
        self.database.repeat(append).await?;
        Ok(recorded)
    }

    async fn append_once(
        &self,
        connection: &mut Connection,
        after: u64,
        append: &Append<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = connection.begin().await?;
        self.write(&mut transaction, after, append).await?;
        transaction.commit().await?;
        Ok(())
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
                .execute(&mut *transaction)
                .await
                .map_err(|error| unique(error, || StoreError::Overtaken(incident)))?;
        }
        let last = sqlx::query_scalar(
            "SELECT events.hash FROM events JOIN incidents ON incidents.id = events.incident
             WHERE events.incident = $1 AND events.seq = $2 AND incidents.closed_at IS NULL",
        )
        .bind(incident)
        .bind(after as i64)
        .fetch_optional(&mut *transaction)
        .await?;
        // Behind a close nothing follows, and behind a gap nothing can be chained.
        let mut head: String = last.ok_or(StoreError::Overtaken(incident))?;
        let cause = append.cause.map(|(key, _)| key);
        for (place, one) in append.recorded.iter().enumerate() {
            let alert = append.alerts.and_then(|alerts| alerts.causes.get(place));
            let key = cause.or(alert.map(String::as_str));
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
                    .execute(&mut *transaction)
                    .await?;
                let head = Head { incident, seq: one.seq, hash: head.clone() };
                super::snapshot::append_ledger(transaction, Entry::Closed, &head, at).await?;
            }
        }
        if let Some(claim) = append.claim {
            super::claims::lock_claim(transaction, incident, claim).await?;
        }
        self.answer(transaction, append.cause).await?;
        if let Some(Alerts { closed, answer, .. }) = append.alerts {
            super::inbox::close_alerts(transaction, closed, &json(answer), self.replica()).await?;
        }
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
        .execute(&mut *transaction)
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
        self.log_from(incident, 0).await
    }

    /// The events of an incident from this one on, in their order.
    pub async fn log_from(&self, incident: IncidentId, seq: u64) -> Result<Vec<Recorded>, StoreError> {
        let log = || {
            let log = "SELECT seq, at, event FROM events WHERE incident = $1 AND seq >= $2 ORDER BY seq";
            sqlx::query_as::<_, Row>(log).bind(incident).bind(seq as i64)
        };
        let rows = self.database.all(log).await?;
        rows.into_iter().map(|row| row.of(incident)).collect()
    }

    /// The newest event of an incident and its hash: at its close, what is to be noted outside the store.
    pub async fn head(&self, incident: IncidentId) -> Result<Option<Head>, StoreError> {
        let head = || {
            let head = "SELECT seq, hash FROM events WHERE incident = $1 ORDER BY seq DESC LIMIT 1";
            sqlx::query_as::<_, (i64, String)>(head).bind(incident)
        };
        let head = self.database.first(head).await?;
        Ok(head.map(|(seq, hash)| Head { incident, seq: seq as u64, hash }))
    }

    /// The open incidents.
    pub async fn open_incidents(&self) -> Result<Vec<IncidentId>, StoreError> {
        let open =
            || sqlx::query_as::<_, (IncidentId,)>("SELECT id FROM incidents WHERE closed_at IS NULL ORDER BY id");
        Ok(self.database.all(open).await?.into_iter().map(|(id,)| id).collect())
    }

    /// The newest incidents of an environment, or of all, newest first; no drills.
    pub async fn newest_incidents(
        &self,
        environment: Option<&str>,
        most: usize,
    ) -> Result<Vec<IncidentId>, StoreError> {
        let newest = || {
            let of_one = "SELECT id FROM incidents WHERE environment = $1 ORDER BY id DESC LIMIT $2";
            let of_all = "SELECT id FROM incidents WHERE environment NOT LIKE $1 ORDER BY id DESC LIMIT $2";
            let newest = if environment.is_some() { of_one } else { of_all };
            let named = environment.map_or_else(|| format!("{PLACE}%"), str::to_owned);
            sqlx::query_as::<_, (IncidentId,)>(newest).bind(named).bind(most as i64)
        };
        Ok(self.database.all(newest).await?.into_iter().map(|(id,)| id).collect())
    }

    /// The newest drills of an environment, or of all, newest first.
    pub async fn newest_drills(&self, environment: Option<&str>, most: usize) -> Result<Vec<IncidentId>, StoreError> {
        let newest = || {
            let of_one = "SELECT id FROM incidents WHERE environment = $1 ORDER BY id DESC LIMIT $2";
            let of_all = "SELECT id FROM incidents WHERE environment LIKE $1 ORDER BY id DESC LIMIT $2";
            let newest = if environment.is_some() { of_one } else { of_all };
            let named = environment.map_or_else(|| format!("{PLACE}%"), place);
            sqlx::query_as::<_, (IncidentId,)>(newest).bind(named).bind(most as i64)
        };
        Ok(self.database.all(newest).await?.into_iter().map(|(id,)| id).collect())
    }

    /// The environment's newest incident.
    pub async fn newest_incident(&self, environment: &str) -> Result<Option<IncidentId>, StoreError> {
        let newest = || {
            let newest = "SELECT id FROM incidents WHERE environment = $1 ORDER BY id DESC LIMIT 1";
            sqlx::query_as::<_, (IncidentId,)>(newest).bind(environment)
        };
        Ok(self.database.first(newest).await?.map(|(id,)| id))
    }
}

/// An event as it is read back.
#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: i64,
    event: String,
}

impl Row {
    fn of(self, incident: IncidentId) -> Result<Recorded, StoreError> {
        let event = read(&self.event, || format!("event {} of incident {incident}", self.seq))?;
        Ok(Recorded { seq: self.seq as u64, at: time(self.at), event })
    }
}

/// What a violated key means to the caller.
fn unique(error: sqlx::Error, otherwise: impl FnOnce() -> StoreError) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => otherwise(),
        _ => error.into(),
    }
}
