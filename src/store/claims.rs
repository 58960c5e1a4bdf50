//! Claims: which replica works on an incident, and until when.
//!
//! A claim is a number that only grows. The lease decides who may take over, and when; whether an append counts is decided by
//! the number alone. So a wrong clock can make two replicas take an incident from each other, and nothing worse. Leases are by
//! the database's clock, the only one that all replicas share: theirs may differ by minutes, or jump.

use std::time::Duration;

use jiff::SignedDuration;
use sqlx::AssertSqlSafe;

use super::transaction::{Connection, Transaction};
use super::{Store, StoreError};
use crate::clock;
use crate::incident::IncidentId;
use crate::incident::event::Claim;

/// How an incident stands among the replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The incident's number.
    pub id: IncidentId,
    /// Its newest event.
    pub seq: u64,
    /// Whether it is closed, and only its end is to be told.
    pub closed: bool,
    /// Whether nobody holds it.
    pub free: bool,
}

/// A lease that ends later than so many leases from now was given before the clock was set back: it holds nobody off.
pub(super) const MAX_LEASES: u32 = 4;

impl Store {
    /// Claims an incident that nobody holds, or whose lease has lapsed; `None` where another replica holds it. A replica claims
    /// its own at any time, with a new number: after a pause, or when it was started again under the same name.
    #[tracing::instrument(name = "store", skip_all, fields(write = "claim"))]
    pub async fn claim(&self, incident: IncidentId, lease: Duration) -> Result<Option<Claim>, StoreError> {
        let now = self.database.kind().now();
        let sql = format!(
            "INSERT INTO claims (incident, claim, replica, until) VALUES ($1, 1, $2, {now} + $3)
             ON CONFLICT (incident) DO UPDATE
             SET claim = claims.claim + 1, replica = excluded.replica, until = excluded.until
             WHERE claims.until <= {now} OR claims.until > {now} + $4 OR claims.replica = excluded.replica
             RETURNING claim"
        );
        let update = async |connection: &mut Connection| {
            let mut transaction = connection.begin().await?;
            let claim: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
                .bind(incident)
                .bind(self.replica())
                .bind(microseconds(lease))
                .bind(microseconds(lease * MAX_LEASES))
                .fetch_optional(&mut transaction)
                .await?;
            transaction.commit().await?;
            Ok(claim.map(|claim| claim as Claim))
        };
        // Twice is a higher number, and no harm.
        self.database.repeat(update).await
    }

    /// Extends the lease of a claim. `false` where it is no longer the newest: let go. One that lapsed and that nobody took is
    /// still good.
    #[tracing::instrument(name = "store", skip_all, fields(write = "renew"))]
    pub async fn renew(&self, incident: IncidentId, claim: Claim, lease: Duration) -> Result<bool, StoreError> {
        let extend =
            format!("UPDATE claims SET until = {} + $1 WHERE incident = $2 AND claim = $3", self.database.kind().now());
        self.set_lease(extend, microseconds(lease), incident, claim).await
    }

    /// Releases an incident, so that another replica claims it at once. Does nothing where the claim is not the newest.
    #[tracing::instrument(name = "store", skip_all, fields(write = "release"))]
    pub async fn release(&self, incident: IncidentId, claim: Claim) -> Result<(), StoreError> {
        let release = "UPDATE claims SET until = $1, replica = '' WHERE incident = $2 AND claim = $3";
        self.set_lease(release.to_owned(), 0, incident, claim).await?;
        Ok(())
    }

    async fn set_lease(
        &self,
        update: String,
        until: i64,
        incident: IncidentId,
        claim: Claim,
    ) -> Result<bool, StoreError> {
        let update = || sqlx::query(AssertSqlSafe(update.clone())).bind(until).bind(incident).bind(claim as i64);
        Ok(self.database.execute(update).await? == 1)
    }

    /// Every incident that is not over: open, or closed within the last day and not told to its end.
    pub async fn standings(&self, lease: Duration) -> Result<Vec<Standing>, StoreError> {
        let now = self.database.kind().now();
        let all = format!(
            "SELECT incidents.id, MAX(events.seq), COALESCE(incidents.closed_at, 0),
                    CAST(CASE WHEN COALESCE(claims.until, 0) <= {now} OR claims.until > {now} + $1 THEN 1 ELSE 0 END AS BIGINT)
             FROM incidents JOIN events ON events.incident = incidents.id
             LEFT JOIN claims ON claims.incident = incidents.id
             WHERE incidents.closed_at IS NULL OR incidents.closed_at > $2
             GROUP BY incidents.id, incidents.closed_at, claims.until
             HAVING incidents.closed_at IS NULL OR MAX(events.seq) >
                    COALESCE((SELECT MIN(told_seq) FROM messages WHERE messages.incident = incidents.id), 0)
                 OR EXISTS (SELECT 1 FROM announcements WHERE announcements.incident = incidents.id AND announcements.stage < 2)
             ORDER BY incidents.id"
        );
        let yesterday = clock::now() - SignedDuration::from_hours(24);
        let all = || {
            sqlx::query_as::<_, (IncidentId, i64, i64, i64)>(AssertSqlSafe(all.clone()))
                .bind(microseconds(lease * MAX_LEASES))
                .bind(yesterday.as_microsecond())
        };
        let standing =
            |(id, seq, closed_at, free)| Standing { id, seq: seq as u64, closed: closed_at != 0, free: free != 0 };
        Ok(self.database.all(all).await?.into_iter().map(standing).collect())
    }

    /// Releases what an earlier process of this replica's name held: this one has taken its place.
    #[tracing::instrument(name = "store", skip_all, fields(write = "come back"))]
    pub async fn release_own(&self) -> Result<(), StoreError> {
        let free = async |connection: &mut Connection| {
            let mut transaction = connection.begin().await?;
            for free in [
                "UPDATE claims SET until = 0 WHERE replica = $1 AND until > 0",
                "UPDATE inbox SET held_until = 0 WHERE holder = $1 AND answered_at IS NULL",
            ] {
                sqlx::query(free).bind(self.replica()).execute(&mut transaction).await?;
            }
            Ok(transaction.commit().await?)
        };
        self.database.repeat(free).await
    }
}

/// Makes sure that a claim is the newest, and keeps it so until the transaction ends.
pub(super) async fn lock_claim(
    transaction: &mut Transaction<'_>,
    incident: IncidentId,
    claim: Claim,
) -> Result<(), StoreError> {
    // An update that changes nothing: it locks the row in both databases, where FOR UPDATE would in one.
    let held = sqlx::query("UPDATE claims SET claim = claim WHERE incident = $1 AND claim = $2")
        .bind(incident)
        .bind(claim as i64)
        .execute(&mut *transaction)
        .await?;
    if held.rows_affected() == 1 { Ok(()) } else { Err(StoreError::ClaimLost(incident)) }
}

pub(super) fn microseconds(lease: Duration) -> i64 {
    i64::try_from(lease.as_micros()).unwrap_or(i64::MAX / 2)
}
