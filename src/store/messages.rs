//! Posted messages: which card shows which incident, and what is about to be sent.

use super::transaction::Connection;
use super::{PostedCard, Sending, Store, StoreError, read, time};
use crate::incident::IncidentId;
use crate::incident::account::Platform;

impl Store {
    /// The cards that show an incident.
    pub async fn posted_cards(&self, incident: IncidentId) -> Result<Vec<PostedCard>, StoreError> {
        let shown = || {
            sqlx::query_as::<_, ShownRow>(
                "SELECT platform, channel, message, told_seq, before, repeated FROM messages WHERE incident = $1",
            )
            .bind(incident)
        };
        let rows = self.database.all(shown).await?;
        rows.into_iter().map(|row| row.of(incident)).collect()
    }

    /// Records a posted card and how far its thread tells the log; what was about to be sent there is sent.
    #[tracing::instrument(name = "store", skip_all, fields(write = "shown"))]
    pub async fn set_posted_card(&self, incident: IncidentId, shown: &PostedCard) -> Result<(), StoreError> {
        let note = async |connection: &mut Connection| {
            let mut transaction = connection.begin().await?;
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
            .execute(&mut transaction)
            .await?;
            sqlx::query("DELETE FROM sending WHERE incident = $1 AND platform = $2 AND channel = $3")
                .bind(incident)
                .bind(shown.platform.to_string())
                .bind(&shown.channel)
                .execute(&mut transaction)
                .await?;
            Ok(transaction.commit().await?)
        };
        self.database.repeat(note).await
    }

    /// The messages about an incident that were about to be sent: at most one a channel.
    pub async fn sending(&self, incident: IncidentId) -> Result<Vec<Sending>, StoreError> {
        let sending = || {
            sqlx::query_as::<_, SendingRow>(
                "SELECT platform, channel, key, upto, since FROM sending WHERE incident = $1",
            )
            .bind(incident)
        };
        let rows = self.database.all(sending).await?;
        rows.into_iter().map(|row| row.of(incident)).collect()
    }

    /// Records a message before it is sent.
    #[tracing::instrument(name = "store", skip_all, fields(write = "sending"))]
    pub async fn set_sending(&self, incident: IncidentId, sending: &Sending) -> Result<(), StoreError> {
        let note = || {
            sqlx::query(
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
        };
        self.database.execute(note).await?;
        Ok(())
    }

    /// Records that the platform refused the message.
    #[tracing::instrument(name = "store", skip_all, fields(write = "not sent"))]
    pub async fn clear_sending(&self, incident: IncidentId, sending: &Sending) -> Result<(), StoreError> {
        let note = || {
            sqlx::query("DELETE FROM sending WHERE incident = $1 AND platform = $2 AND channel = $3 AND key = $4")
                .bind(incident)
                .bind(sending.platform.to_string())
                .bind(&sending.channel)
                .bind(&sending.key)
        };
        self.database.execute(note).await?;
        Ok(())
    }
}

/// A row of `messages`.
#[derive(sqlx::FromRow)]
struct ShownRow {
    platform: String,
    channel: String,
    message: String,
    told_seq: i64,
    before: Option<String>,
    repeated: i64,
}

impl ShownRow {
    fn of(self, incident: IncidentId) -> Result<PostedCard, StoreError> {
        Ok(PostedCard {
            platform: platform(&self.platform, incident)?,
            channel: self.channel,
            message: self.message,
            posted_seq: self.told_seq as u64,
            before: self.before,
            repeated: self.repeated != 0,
        })
    }
}

/// A row of `sending`.
#[derive(sqlx::FromRow)]
struct SendingRow {
    platform: String,
    channel: String,
    key: String,
    upto: i64,
    since: i64,
}

impl SendingRow {
    fn of(self, incident: IncidentId) -> Result<Sending, StoreError> {
        Ok(Sending {
            platform: platform(&self.platform, incident)?,
            channel: self.channel,
            key: self.key,
            upto: self.upto as u64,
            since: time(self.since),
        })
    }
}

fn platform(name: &str, incident: IncidentId) -> Result<Platform, StoreError> {
    read(&format!("\"{name}\""), || format!("a message of incident {incident}"))
}
