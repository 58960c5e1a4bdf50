//! Claims: which replica works on an incident, and until when.
//!
//! A claim is a number that only grows. The lease decides who may take over, and when; whether an append counts is decided by
//! the number alone. So a wrong clock can make two replicas take an incident from each other, and nothing worse. Leases are by
//! the database's clock, the only one that all replicas share: theirs may differ by minutes, or jump.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row as _};

use super::line::Transaction;
use super::{Store, StoreError};
use crate::incident::IncidentId;
use crate::incident::event::Claim;

impl Store {
    /// Takes an incident that nobody holds, or whose lease has lapsed; `None` where another replica holds it. A replica takes
    /// its own at any time, with a new number: after a pause, or when it was started again under the same name.
    #[tracing::instrument(name = "store", skip_all, fields(write = "claim"))]
    pub async fn claim(&self, incident: IncidentId, lease: Duration) -> Result<Option<Claim>, StoreError> {
        let now = self.kind.now();
        let take = format!(
            "INSERT INTO claims (incident, claim, replica, until) VALUES ($1, 1, $2, {now} + $3)
             ON CONFLICT (incident) DO UPDATE
             SET claim = claims.claim + 1, replica = excluded.replica, until = excluded.until
             WHERE claims.until <= {now} OR claims.replica = excluded.replica
             RETURNING claim"
        );
        // Twice is a higher number, and no harm.
        self.repeat(|| async {
            let mut line = self.line().await?;
            let taken = async {
                let mut transaction = line.begin(self.kind).await?;
                let row = sqlx::query(AssertSqlSafe(take.clone()))
                    .bind(incident)
                    .bind(self.replica())
                    .bind(microseconds(lease))
                    .fetch_optional(&mut *transaction)
                    .await?;
                let claim = row.map(|row| row.try_get::<i64, _>(0)).transpose()?;
                transaction.commit().await?;
                Ok::<_, sqlx::Error>(claim.map(|claim| claim as Claim))
            };
            let taken = taken.await;
            line.release(taken)
        })
        .await
    }

    /// Extends the lease of a claim. `false` where it is no longer the newest: let go. One that lapsed and that nobody took is
    /// still good.
    #[tracing::instrument(name = "store", skip_all, fields(write = "renew"))]
    pub async fn renew(&self, incident: IncidentId, claim: Claim, lease: Duration) -> Result<bool, StoreError> {
        let extend = format!("UPDATE claims SET until = {} + $1 WHERE incident = $2 AND claim = $3", self.kind.now());
        self.lease(extend, microseconds(lease), incident, claim).await
    }

    /// Lets an incident go, so that another replica takes it at once. Does nothing where the claim is not the newest.
    #[tracing::instrument(name = "store", skip_all, fields(write = "release"))]
    pub async fn release(&self, incident: IncidentId, claim: Claim) -> Result<(), StoreError> {
        let let_go = "UPDATE claims SET until = $1, replica = '' WHERE incident = $2 AND claim = $3";
        self.lease(let_go.to_owned(), 0, incident, claim).await?;
        Ok(())
    }

    async fn lease(&self, update: String, until: i64, incident: IncidentId, claim: Claim) -> Result<bool, StoreError> {
        let updated = self
            .repeat(|| async {
                let mut line = self.line().await?;
                let updated = sqlx::query(AssertSqlSafe(update.clone()))
                    .bind(until)
                    .bind(incident)
                    .bind(claim as i64)
                    .execute(line.sql())
                    .await;
                line.release(updated)
            })
            .await?;
        Ok(updated.rows_affected() == 1)
    }

    /// The open incidents that this replica could claim now.
    pub async fn claimable(&self) -> Result<Vec<IncidentId>, StoreError> {
        let free = format!(
            "SELECT incidents.id FROM incidents LEFT JOIN claims ON claims.incident = incidents.id
             WHERE incidents.closed_at IS NULL
               AND (claims.incident IS NULL OR claims.until <= {} OR claims.replica = $1)
             ORDER BY incidents.id",
            self.kind.now()
        );
        self.repeat(|| async {
            let mut line = self.line().await?;
            let found = sqlx::query(AssertSqlSafe(free.clone())).bind(self.replica()).fetch_all(line.sql()).await;
            line.release(found)
        })
        .await?
        .iter()
        .map(|row| Ok(row.try_get(0)?))
        .collect()
    }
}

/// Makes sure that a claim is the newest, and keeps it so until the transaction ends.
pub(super) async fn hold(
    transaction: &mut Transaction<'_>,
    incident: IncidentId,
    claim: Claim,
) -> Result<(), StoreError> {
    // An update that changes nothing: it locks the row in both databases, where FOR UPDATE would in one.
    let held = sqlx::query("UPDATE claims SET claim = claim WHERE incident = $1 AND claim = $2")
        .bind(incident)
        .bind(claim as i64)
        .execute(&mut **transaction)
        .await?;
    if held.rows_affected() == 1 { Ok(()) } else { Err(StoreError::ClaimLost(incident)) }
}

fn microseconds(lease: Duration) -> i64 {
    i64::try_from(lease.as_micros()).unwrap_or(i64::MAX / 2)
}
