//! Which message shows which incident, and what is about to be said there.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{PostedCard, Sending, Store, StoreError, read, time};
use crate::incident::IncidentId;
use crate::incident::approval::Platform;

impl Store {
    /// Where an incident is shown.
    pub async fn posted_cards(&self, incident: IncidentId) -> Result<Vec<PostedCard>, StoreError> {
        let rows = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let rows = sqlx::query(
                    "SELECT platform, channel, message, told_seq, before, repeated FROM messages WHERE incident = $1",
                )
                .bind(incident)
                .fetch_all(connection.sql())
                .await;
                connection.finish(rows)
            })
            .await?;
        let shown = |row: &AnyRow| {
            Ok(PostedCard {
                platform: platform(row, incident)?,
                channel: row.try_get(1)?,
                message: row.try_get(2)?,
                posted_seq: row.try_get::<i64, _>(3)? as u64,
                before: row.try_get(4)?,
                repeated: row.try_get::<i64, _>(5)? != 0,
            })
        };
        rows.iter().map(shown).collect()
    }

    /// Notes where an incident is shown and how far its thread tells the log. What was about to be said there is said.
    #[tracing::instrument(name = "store", skip_all, fields(write = "shown"))]
    pub async fn set_posted_card(&self, incident: IncidentId, shown: &PostedCard) -> Result<(), StoreError> {
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let noted = async {
                let mut transaction = connection.begin(self.kind).await?;
                sqlx::query(
                    "INSERT INTO messages (incident, platform, channel, message, told_seq, before, repeated)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)
                     ON CONFLICT (incident, platform, channel)
                     DO UPDATE SET message = excluded.message, told_seq = excluded.told_seq, before = excluded.before,
                                   repeated = excluded.repeated",
                )
                .bind(incident)
                .bind(shown.platform.to_string())
                .bind(&shown.channel)
                .bind(&shown.message)
                .bind(shown.posted_seq as i64)
                .bind(&shown.before)
                .bind(i64::from(shown.repeated))
                .execute(&mut *transaction)
                .await?;
                sqlx::query("DELETE FROM sending WHERE incident = $1 AND platform = $2 AND channel = $3")
                    .bind(incident)
                    .bind(shown.platform.to_string())
                    .bind(&shown.channel)
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await
            };
            let noted: Result<(), sqlx::Error> = noted.await;
            connection.finish(noted)
        })
        .await
    }

    /// What was about to be said of an incident when it was last known, a channel at a time.
    pub async fn sending(&self, incident: IncidentId) -> Result<Vec<Sending>, StoreError> {
        let rows = self
            .retry(|| async {
                let mut connection = self.connection().await?;
                let rows = sqlx::query("SELECT platform, channel, key, upto, since FROM sending WHERE incident = $1")
                    .bind(incident)
                    .fetch_all(connection.sql())
                    .await;
                connection.finish(rows)
            })
            .await?;
        let sending = |row: &AnyRow| {
            Ok(Sending {
                platform: platform(row, incident)?,
                channel: row.try_get(1)?,
                key: row.try_get(2)?,
                upto: row.try_get::<i64, _>(3)? as u64,
                since: time(row.try_get(4)?),
            })
        };
        rows.iter().map(sending).collect()
    }

    /// Notes what is about to be said in a channel. Only then say it.
    #[tracing::instrument(name = "store", skip_all, fields(write = "sending"))]
    pub async fn set_sending(&self, incident: IncidentId, sending: &Sending) -> Result<(), StoreError> {
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let noted = sqlx::query(
                "INSERT INTO sending (incident, platform, channel, key, upto, since) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (incident, platform, channel)
                 DO UPDATE SET key = excluded.key, upto = excluded.upto, since = excluded.since",
            )
            .bind(incident)
            .bind(sending.platform.to_string())
            .bind(&sending.channel)
            .bind(&sending.key)
            .bind(sending.upto as i64)
            .bind(sending.since.as_microsecond())
            .execute(connection.sql())
            .await;
            connection.finish(noted)
        })
        .await?;
        Ok(())
    }

    /// Notes that it was not said: the platform refused it.
    #[tracing::instrument(name = "store", skip_all, fields(write = "not sent"))]
    pub async fn clear_sending(&self, incident: IncidentId, sending: &Sending) -> Result<(), StoreError> {
        self.retry(|| async {
            let mut connection = self.connection().await?;
            let noted =
                sqlx::query("DELETE FROM sending WHERE incident = $1 AND platform = $2 AND channel = $3 AND key = $4")
                    .bind(incident)
                    .bind(sending.platform.to_string())
                    .bind(&sending.channel)
                    .bind(&sending.key)
                    .execute(connection.sql())
                    .await;
            connection.finish(noted)
        })
        .await?;
        Ok(())
    }
}

fn platform(row: &AnyRow, incident: IncidentId) -> Result<Platform, StoreError> {
    let platform: String = row.try_get(0)?;
    read(&format!("\"{platform}\""), || format!("a message of incident {incident}"))
}
