//! Which message shows which incident.

use sqlx::Row as _;

use super::{Shown, Store, StoreError, read};
use crate::incident::IncidentId;

impl Store {
    /// Where an incident is shown.
    pub async fn shown(&self, incident: IncidentId) -> Result<Vec<Shown>, StoreError> {
        let rows = self
            .repeat(|| async {
                let mut line = self.line().await?;
                let rows = sqlx::query("SELECT platform, channel, message, told_seq FROM messages WHERE incident = $1")
                    .bind(incident)
                    .fetch_all(line.sql())
                    .await;
                line.release(rows)
            })
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
        self.repeat(|| async {
            let mut line = self.line().await?;
            let noted = sqlx::query(
                "INSERT INTO messages (incident, platform, channel, message, told_seq) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (incident, platform, channel)
                 DO UPDATE SET message = excluded.message, told_seq = excluded.told_seq",
            )
            .bind(incident)
            .bind(shown.platform.to_string())
            .bind(&shown.channel)
            .bind(&shown.message)
            .bind(shown.told_seq as i64)
            .execute(line.sql())
            .await;
            line.release(noted)
        })
        .await?;
        Ok(())
    }
}
