//! Retention: closed incidents are kept for a time, then their logs are deleted. The ledger notes it, and keeps their heads.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::chain::{Entry, Head, follow};
use super::transaction::Connection;
use super::{Store, StoreError};
use crate::causes::causes;
use crate::clock;
use crate::incident::IncidentId;

/// What was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The incidents.
    pub incidents: Vec<IncidentId>,
    /// Incidents that are due and stay, since their logs do not verify: evidence is not destroyed.
    pub doubtful: Vec<IncidentId>,
    /// How many rows of the inbox.
    pub inbox: u64,
}

/// How long what was answered is known again: platforms deliver again for hours, not days.
const ANSWERED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a replica that stopped is remembered.
const SILENT: SignedDuration = SignedDuration::from_hours(24);
/// How many incidents one call deletes at most.
const AT_ONCE: usize = 100;
/// How often it is looked for what is due.
const EVERY: Duration = Duration::from_hours(1);

impl Store {
    /// Deletes what is due until it is told to stop.
    pub async fn run_pruning(self, keep: Option<SignedDuration>, stop: CancellationToken) {
        loop {
            match self.prune(clock::now(), keep).await {
                Ok(pruned) if pruned == Pruned::default() => {}
                Ok(Pruned { incidents, doubtful, inbox }) => {
                    tracing::info!(?incidents, inbox, "deleted what was kept long enough");
                    if !doubtful.is_empty() {
                        tracing::error!(?doubtful, "logs that do not verify are kept: see `stagerbot audit verify`");
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %causes(&error), "what was kept long enough could not be deleted; trying again later");
                }
            }
            if tokio::time::timeout(EVERY, stop.cancelled()).await.is_ok() {
                return;
            }
        }
    }

    /// Deletes incidents that were closed longer than `keep` ago, and what was answered long ago.
    #[tracing::instrument(name = "store", skip_all, fields(write = "prune"))]
    pub async fn prune(&self, now: Timestamp, keep: Option<SignedDuration>) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        if let Some(keep) = keep {
            let before = (now - keep).as_microsecond();
            let due = || {
                let due = "SELECT id FROM incidents WHERE closed_at < $1 ORDER BY id";
                sqlx::query_as::<_, (IncidentId,)>(due).bind(before)
            };
            let due = self.database.all(due).await?;
            for (incident,) in due {
                match self.prune_one(incident, now).await? {
                    Some(true) => pruned.incidents.push(incident),
                    Some(false) => pruned.doubtful.push(incident),
                    None => {}
                }
                if pruned.incidents.len() >= AT_ONCE {
                    break;
                }
            }
        }
        let answered = "DELETE FROM inbox WHERE answered_at < $1";
        pruned.inbox = self.delete(answered, now - ANSWERED).await?;
        self.delete("DELETE FROM pulse WHERE at < $1", now - SILENT).await?;
        self.delete("DELETE FROM notices WHERE until < $1", now - SILENT).await?;
        Ok(pruned)
    }

    /// Deletes one; `Some(false)` where its log is not what was written, `None` where another replica was first.
    async fn prune_one(&self, incident: IncidentId, now: Timestamp) -> Result<Option<bool>, StoreError> {
        let prune = async |connection: &mut Connection| {
            let mut transaction = connection.begin().await?;
            let deleted = sqlx::query("DELETE FROM incidents WHERE id = $1 AND closed_at IS NOT NULL")
                .bind(incident)
                .execute(&mut transaction)
                .await?;
            if deleted.rows_affected() == 0 {
                return Ok(None);
            }
            let log = super::snapshot::events(&mut transaction, incident).await?;
            let Some((last, Ok(hash))) = log.last().map(|last| (last, follow(incident, &log))) else {
                return Ok(Some(false));
            };
            let head = Head { incident, seq: last.seq as u64, hash };
            let noted =
                sqlx::query("SELECT 1 FROM ledger WHERE incident = $1 AND entry = 'closed' AND seq = $2 AND head = $3")
                    .bind(incident)
                    .bind(last.seq)
                    .bind(&head.hash)
                    .fetch_optional(&mut transaction)
                    .await?;
            if noted.is_none() {
                return Ok(Some(false));
            }
            super::snapshot::append_ledger(&mut transaction, Entry::Pruned, &head, now.as_microsecond()).await?;
            for delete in [
                "DELETE FROM events WHERE incident = $1",
                "DELETE FROM messages WHERE incident = $1",
                "DELETE FROM announcements WHERE incident = $1",
                "DELETE FROM claims WHERE incident = $1",
            ] {
                sqlx::query(delete).bind(incident).execute(&mut transaction).await?;
            }
            transaction.commit().await?;
            Ok(Some(true))
        };
        self.database.repeat(prune).await
    }

    async fn delete(&self, delete: &'static str, before: Timestamp) -> Result<u64, StoreError> {
        self.database.execute(|| sqlx::query(delete).bind(before.as_microsecond())).await
    }
}
