//! The store: the incidents' logs, the inbox, and which message shows which incident.
//!
//! One text of SQL for every database: `$1`, `TEXT` and `BIGINT` only. An append is one transaction with the answer to the
//! command that caused it, so that a command is carried out once however often it is looked at.

use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, Executor, Row};

use crate::clock;
use crate::incident::IncidentId;
use crate::incident::alert::Alert;
use crate::incident::approval::{Account, Platform};
use crate::incident::event::{Event, Recorded};
use crate::incident::phrase::Phrase;

/// The durable memory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
}

/// What can go wrong, as far as a caller treats it differently.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else appended first: read again and decide again.
    #[error("another process appended to incident {0} first")]
    Overtaken(IncidentId),
    /// The environment has an open incident already.
    #[error("environment {0} has an open incident already")]
    AlreadyOpen(String),
    /// The database did not do it.
    #[error("the store failed")]
    Database(#[from] sqlx::Error),
    /// The database can't be brought to this version's tables.
    #[error("the store's tables could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What was read is not what this version writes.
    #[error("{what} in the store can't be read")]
    Unreadable {
        /// Which row.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
}

/// What is wanted, as it came in. Which incident it means is decided by the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Request {
    /// Look at an environment.
    Check {
        /// Its name; `None` for that of the channel, or the only one.
        environment: Option<String>,
    },
    /// Say how things stand.
    Status,
    /// Explain the commands.
    Help,
    /// A restart is wanted.
    Restart {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Why, in the person's words.
        reason: Option<String>,
    },
    /// A restart is approved.
    Approve {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Which request.
        code: String,
        /// Whether the person says that they checked the database.
        database_checked: bool,
    },
    /// A restart is denied.
    Deny {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Which request.
        code: String,
    },
    /// A request is taken back.
    Cancel {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Which request.
        code: String,
    },
    /// A person takes over.
    HandOver {
        /// Why, in the person's words.
        reason: Option<String>,
    },
    /// Look again, from a card's button.
    CheckAgain {
        /// The incident of the button that was clicked.
        incident: IncidentId,
    },
    /// Nobody knows what was meant.
    Unclear {
        /// What was typed.
        text: String,
    },
    /// An alert, fired or resolved, of this environment.
    Alert {
        /// The environment's name.
        environment: String,
        /// The alert.
        alert: Alert,
    },
}

/// Where an answer goes. It stays with the inbox row and never enters the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    /// Who asked.
    pub account: Account,
    /// The channel they asked in.
    pub channel: String,
    /// Their language, as the platform names it.
    pub locale: Option<String>,
    /// A response URL or an interaction token: a secret.
    pub handle: Option<String>,
}

/// Something that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// What makes a second delivery the same.
    pub dedupe_key: String,
    /// When it came.
    pub received_at: Timestamp,
    /// What is wanted.
    pub request: Request,
    /// Who is to be answered; nobody for alerts.
    pub reply: Option<ReplyTo>,
    /// What was decided, where the answer is still owed.
    pub answer: Option<Phrase>,
}

/// A card: where it is, and how far its thread tells the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// On which platform.
    pub platform: Platform,
    /// In which channel.
    pub channel: String,
    /// The platform's own name of the message.
    pub message: String,
    /// The newest event told in its thread.
    pub told_seq: u64,
}

/// How long a statement may wait for another process's lock.
const BUSY: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the store, creates it where it is missing, and brings its tables up to date.
    ///
    /// `url` is like `sqlite:///var/lib/stagerbot/stagerbot.db`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let url = if url.contains('?') { url.to_owned() } else { format!("{url}?mode=rwc") };
        let pool = AnyPoolOptions::new()
            // SQLite writes one at a time: one connection queues fairly where several would collide.
            .max_connections(1)
            .acquire_timeout(BUSY)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // FULL: an acknowledgement depends on the write.
                    let busy = format!("PRAGMA busy_timeout = {}", BUSY.as_millis());
                    connection.execute("PRAGMA journal_mode = WAL").await?;
                    connection.execute("PRAGMA synchronous = FULL").await?;
                    connection.execute(sqlx::AssertSqlSafe(busy)).await?;
                    Ok(())
                })
            })
            .connect(&url)
            .await?;
        sqlx::migrate!("src/store").run(&pool).await?;
        Ok(Self { pool })
    }

    /// Closes the connections, after what is under way.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Puts something into the inbox. `false` where its dedupe key is there already.
    #[tracing::instrument(name = "store", skip_all, fields(write = "put"))]
    pub async fn put(&self, inbound: &Inbound) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "INSERT INTO inbox (dedupe_key, received_at, request, reply) VALUES ($1, $2, $3, $4)
             ON CONFLICT (dedupe_key) DO NOTHING",
        )
        .bind(&inbound.dedupe_key)
        .bind(inbound.received_at.as_microsecond())
        .bind(json(&inbound.request))
        .bind(inbound.reply.as_ref().map(json))
        .execute(&self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// Everything whose author was not answered yet, oldest first.
    pub async fn unanswered(&self) -> Result<Vec<Inbound>, StoreError> {
        let rows = sqlx::query(
            "SELECT dedupe_key, received_at, request, reply, answer FROM inbox
             WHERE answered_at IS NULL ORDER BY received_at, dedupe_key",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(inbound).collect()
    }

    /// Notes what was decided about an inbox row without any event.
    #[tracing::instrument(name = "store", skip_all, fields(write = "decided"))]
    pub async fn decided(&self, dedupe_key: &str, answer: &Phrase) -> Result<(), StoreError> {
        sqlx::query("UPDATE inbox SET answer = $1 WHERE dedupe_key = $2")
            .bind(json(answer))
            .bind(dedupe_key)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Closes an inbox row: its author was answered, or can't be any more.
    #[tracing::instrument(name = "store", skip_all, fields(write = "answered"))]
    pub async fn answered(&self, dedupe_key: &str, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE inbox SET answered_at = $1, reply = NULL WHERE dedupe_key = $2")
            .bind(at.as_microsecond())
            .bind(dedupe_key)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Opens an incident with its first event, and notes the answer to what caused it.
    #[tracing::instrument(name = "store", skip_all, fields(write = "open"))]
    pub async fn open_incident(
        &self,
        environment: &str,
        at: Timestamp,
        opened: Event,
        cause: Option<(&str, &Phrase)>,
    ) -> Result<(IncidentId, Recorded), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let id: IncidentId = sqlx::query("SELECT COALESCE(MAX(id), 0) + 1 FROM incidents")
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        sqlx::query("INSERT INTO incidents (id, environment, opened_at) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(environment)
            .bind(at.as_microsecond())
            .execute(&mut *transaction)
            .await
            .map_err(|error| unique(error, || StoreError::AlreadyOpen(environment.to_owned())))?;
        let recorded = Recorded { seq: 1, at, event: opened };
        insert(&mut transaction, id, &recorded, cause.map(|(key, _)| key)).await?;
        answer(&mut transaction, cause).await?;
        transaction.commit().await?;
        Ok((id, recorded))
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
        let mut transaction = self.pool.begin().await?;
        let mut recorded = Vec::with_capacity(events.len());
        for (place, event) in (after + 1..).zip(events) {
            let closed = matches!(event, Event::Closed { .. });
            let one = Recorded { seq: place, at, event };
            insert(&mut transaction, incident, &one, cause.map(|(key, _)| key))
                .await
                .map_err(|error| unique(error, || StoreError::Overtaken(incident)))?;
            if closed {
                sqlx::query("UPDATE incidents SET closed_at = $1 WHERE id = $2")
                    .bind(at.as_microsecond())
                    .bind(incident)
                    .execute(&mut *transaction)
                    .await?;
            }
            recorded.push(one);
        }
        answer(&mut transaction, cause).await?;
        transaction.commit().await?;
        Ok(recorded)
    }

    /// An incident's log, oldest first.
    pub async fn log(&self, incident: IncidentId) -> Result<Vec<Recorded>, StoreError> {
        let rows = sqlx::query("SELECT seq, at, event FROM events WHERE incident = $1 ORDER BY seq")
            .bind(incident)
            .fetch_all(&self.pool)
            .await?;
        let mut log = Vec::with_capacity(rows.len());
        for row in &rows {
            let seq: i64 = row.try_get(0)?;
            let event = read(&row.try_get::<String, _>(2)?, || format!("event {seq} of incident {incident}"))?;
            log.push(Recorded { seq: seq as u64, at: time(row.try_get(1)?), event });
        }
        Ok(log)
    }

    /// The open incidents.
    pub async fn open_incidents(&self) -> Result<Vec<IncidentId>, StoreError> {
        let rows =
            sqlx::query("SELECT id FROM incidents WHERE closed_at IS NULL ORDER BY id").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Incidents closed within the last day whose channel was not told to the end.
    pub async fn untold_incidents(&self) -> Result<Vec<IncidentId>, StoreError> {
        let yesterday = clock::now() - jiff::SignedDuration::from_hours(24);
        let rows = sqlx::query(
            "SELECT incidents.id FROM incidents
             LEFT JOIN messages ON messages.incident = incidents.id
             WHERE incidents.closed_at > $1
               AND COALESCE(messages.told_seq, 0) < (SELECT MAX(seq) FROM events WHERE incident = incidents.id)
             ORDER BY incidents.id",
        )
        .bind(yesterday.as_microsecond())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The environment's newest incident.
    pub async fn newest_incident(&self, environment: &str) -> Result<Option<IncidentId>, StoreError> {
        let row = sqlx::query("SELECT id FROM incidents WHERE environment = $1 ORDER BY id DESC LIMIT 1")
            .bind(environment)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Where an incident is shown.
    pub async fn shown(&self, incident: IncidentId) -> Result<Vec<Shown>, StoreError> {
        let rows = sqlx::query("SELECT platform, channel, message, told_seq FROM messages WHERE incident = $1")
            .bind(incident)
            .fetch_all(&self.pool)
            .await?;
        let mut shown = Vec::with_capacity(rows.len());
        for row in &rows {
            let platform: String = row.try_get(0)?;
            shown.push(Shown {
                platform: read(&format!("\"{platform}\""), || format!("a message of incident {incident}"))?,
                channel: row.try_get(1)?,
                message: row.try_get(2)?,
                told_seq: row.try_get::<i64, _>(3)? as u64,
            });
        }
        Ok(shown)
    }

    /// Notes where an incident is shown and how far its thread tells the log.
    #[tracing::instrument(name = "store", skip_all, fields(write = "shown"))]
    pub async fn set_shown(&self, incident: IncidentId, shown: &Shown) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO messages (incident, platform, channel, message, told_seq) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (incident, platform, channel)
             DO UPDATE SET message = excluded.message, told_seq = excluded.told_seq",
        )
        .bind(incident)
        .bind(shown.platform.to_string())
        .bind(&shown.channel)
        .bind(&shown.message)
        .bind(shown.told_seq as i64)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

type Transaction<'a> = sqlx::Transaction<'a, sqlx::Any>;

async fn insert(
    transaction: &mut Transaction<'_>,
    incident: IncidentId,
    recorded: &Recorded,
    cause: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO events (incident, seq, at, event, inbox) VALUES ($1, $2, $3, $4, $5)")
        .bind(incident)
        .bind(recorded.seq as i64)
        .bind(recorded.at.as_microsecond())
        .bind(json(&recorded.event))
        .bind(cause.map(str::to_owned))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn answer(transaction: &mut Transaction<'_>, cause: Option<(&str, &Phrase)>) -> Result<(), sqlx::Error> {
    let Some((dedupe_key, answer)) = cause else { return Ok(()) };
    sqlx::query("UPDATE inbox SET answer = $1 WHERE dedupe_key = $2")
        .bind(json(answer))
        .bind(dedupe_key)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

fn unique(error: sqlx::Error, otherwise: impl FnOnce() -> StoreError) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => otherwise(),
        _ => error.into(),
    }
}

fn inbound(row: &AnyRow) -> Result<Inbound, StoreError> {
    let dedupe_key: String = row.try_get(0)?;
    let what = || format!("the inbox row {dedupe_key}");
    let reply: Option<String> = row.try_get(3)?;
    let answer: Option<String> = row.try_get(4)?;
    Ok(Inbound {
        received_at: time(row.try_get(1)?),
        request: read(&row.try_get::<String, _>(2)?, what)?,
        reply: reply.map(|text| read(&text, what)).transpose()?,
        answer: answer.map(|text| read(&text, what)).transpose()?,
        dedupe_key: dedupe_key.clone(),
    })
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("types of the log and the inbox have text keys only")
}

fn read<T: DeserializeOwned>(text: &str, what: impl FnOnce() -> String) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Unreadable { what: what(), source })
}

fn time(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
