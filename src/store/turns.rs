//! Whose turn it is in the inbox: classes one after the other, and within a class one lane after the other, so that nobody's storm
//! delays another one's command or alert.
//!
//! What is taken at once has a bound, whatever waits.

use std::time::Duration;

use jiff::SignedDuration;
use sqlx::AssertSqlSafe;

use super::claims::{MAX_LEASES, microseconds};
use super::class::Class;
use super::inbox::Row;
use super::transaction::Connection;
use super::{AlertRow, InboxRow, Store, StoreError, Waiting, time};
use crate::causes::causes;
use crate::clock;

/// So much of what people want is taken at once.
const PEOPLE: usize = 64;

impl Store {
    /// Claims what people want and nobody holds, for this long; afterwards another replica claims what is left. At most 64 rows, oldest
    /// first, and none of one person's before the first of another's.
    pub async fn claim_inbox(&self, lease: Duration) -> Result<Vec<InboxRow>, StoreError> {
        let rows = self.claim_turn(Class::People, PEOPLE, lease).await?;
        self.readable(rows).await
    }

    /// The same for alerts: at most so many, of every environment that has some.
    pub async fn claim_alerts(&self, most: usize, lease: Duration) -> Result<Vec<AlertRow>, StoreError> {
        let mut rows = self.claim_turn(Class::Database, most, lease).await?;
        if rows.len() < most {
            rows.extend(self.claim_turn(Class::Alerts, most - rows.len(), lease).await?);
        }
        self.readable(rows).await
    }

    /// The same for those alone that argue against a restart.
    pub async fn claim_database_alerts(&self, most: usize, lease: Duration) -> Result<Vec<AlertRow>, StoreError> {
        let rows = self.claim_turn(Class::Database, most, lease).await?;
        self.readable(rows).await
    }

    /// Whether as many alerts wait.
    pub async fn do_alerts_wait(&self, many: usize) -> Result<bool, StoreError> {
        let many = || {
            sqlx::query_as::<_, (i64,)>(
                "SELECT 1 FROM inbox WHERE class >= $1 AND answered_at IS NULL ORDER BY class LIMIT 1 OFFSET $2",
            )
            .bind(Class::Database as i64)
            .bind(many as i64)
        };
        Ok(self.database.first(many).await?.is_some())
    }

    /// What waits for its answer or its decision, of each class.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, StoreError> {
        let waiting = || {
            sqlx::query_as::<_, (i64, i64, i64)>(
                "SELECT class, COUNT(*), MIN(received_at) FROM inbox WHERE answered_at IS NULL GROUP BY class",
            )
        };
        let rows = self.database.all(waiting).await?;
        let now = clock::now();
        let of = |(class, name): (Class, &'static str)| {
            let row = rows.iter().find(|(number, ..)| *number == class as i64);
            let since = row.map_or(now, |(_, _, since)| time(*since));
            Waiting {
                class: name,
                count: row.map_or(0, |(_, count, _)| *count as u64),
                oldest: now.duration_since(since).max(SignedDuration::ZERO).unsigned_abs(),
            }
        };
        Ok(Class::NAMES.map(of).to_vec())
    }

    async fn claim_turn(&self, class: Class, most: usize, lease: Duration) -> Result<Vec<Row>, StoreError> {
        let lanes = self.lanes(class, most, lease).await?;
        // Most looks find nothing, and need not write.
        if lanes.is_empty() { Ok(Vec::new()) } else { self.claim_lanes(class, &lanes, most, lease).await }
    }

    /// The lanes that have rows which nobody holds, the one that waits longest first.
    async fn lanes(&self, class: Class, most: usize, lease: Duration) -> Result<Vec<String>, StoreError> {
        // From one lane to the next by the index: what a lane holds is not looked at.
        let lanes = format!(
            "WITH RECURSIVE lanes(lane) AS (
                 SELECT MIN(lane) FROM inbox WHERE class = $1 AND answered_at IS NULL
                 UNION ALL
                 SELECT (SELECT MIN(inbox.lane) FROM inbox
                         WHERE inbox.class = $1 AND inbox.answered_at IS NULL AND inbox.lane > lanes.lane)
                 FROM lanes WHERE lanes.lane IS NOT NULL
             )
             SELECT lane FROM (
                 SELECT lanes.lane AS lane,
                        (SELECT MIN(inbox.received_at) FROM inbox WHERE inbox.class = $1 AND inbox.lane = lanes.lane
                             AND inbox.answered_at IS NULL AND {}) AS since
                 FROM lanes WHERE lanes.lane IS NOT NULL
             ) AS waiting
             WHERE since IS NOT NULL ORDER BY since, lane LIMIT $3",
            self.free("$2")
        );
        let lanes = || {
            sqlx::query_as::<_, (String,)>(AssertSqlSafe(lanes.clone()))
                .bind(class as i64)
                .bind(microseconds(lease * MAX_LEASES))
                .bind(most as i64)
        };
        Ok(self.database.all(lanes).await?.into_iter().map(|(lane,)| lane).collect())
    }

    #[tracing::instrument(name = "store", skip_all, fields(write = "take"))]
    async fn claim_lanes(
        &self,
        class: Class,
        lanes: &[String],
        most: usize,
        lease: Duration,
    ) -> Result<Vec<Row>, StoreError> {
        let free = self.free("$1");
        let claim = format!(
            "UPDATE inbox SET holder = $2, held_until = {} + $3, waits = NULL
             WHERE dedupe_key IN (SELECT dedupe_key FROM inbox WHERE class = $4 AND lane = $5 AND answered_at IS NULL AND {free}
                                  ORDER BY received_at, dedupe_key LIMIT $6)
               AND answered_at IS NULL AND {free}
             RETURNING dedupe_key, received_at, request, reply, answer, fired, times",
            self.database.kind().now()
        );
        let each = (most / lanes.len()).max(1);
        let claim = async |connection: &mut Connection| {
            let mut transaction = connection.begin().await?;
            let mut rows: Vec<Row> = Vec::new();
            for lane in lanes {
                let claimed = sqlx::query_as::<_, Row>(AssertSqlSafe(claim.clone()))
                    .bind(microseconds(lease * MAX_LEASES))
                    .bind(self.replica())
                    .bind(microseconds(lease))
                    .bind(class as i64)
                    .bind(lane)
                    .bind(each as i64)
                    .fetch_all(&mut transaction)
                    .await?;
                rows.extend(claimed);
            }
            transaction.commit().await?;
            Ok(rows)
        };
        let mut rows = self.database.repeat(claim).await?;
        rows.sort_by(|a, b| (a.received_at, &a.dedupe_key).cmp(&(b.received_at, &b.dedupe_key)));
        Ok(rows)
    }

    /// The rows that this version understands. What a newer one wrote delays nobody: it is let go of, so that a replica of that version
    /// takes it once the lease is over.
    async fn readable<T: TryFrom<Row, Error = StoreError>>(&self, rows: Vec<Row>) -> Result<Vec<T>, StoreError> {
        let mut read = Vec::new();
        for row in rows {
            let key = row.dedupe_key.clone();
            match T::try_from(row) {
                Ok(row) => read.push(row),
                Err(error) => {
                    tracing::error!(error = %causes(&error), "what came in can't be read by this version; it stays for one that can");
                    let let_go = || {
                        let query = "UPDATE inbox SET holder = NULL WHERE dedupe_key = $1 AND holder = $2";
                        sqlx::query(query).bind(key.clone()).bind(self.replica())
                    };
                    self.database.execute(let_go).await?;
                }
            }
        }
        Ok(read)
    }

    /// Which rows nobody holds; the parameter is how far ahead a lease ends that was given before the clock was set back.
    fn free(&self, far: &str) -> String {
        let now = self.database.kind().now();
        format!("(inbox.held_until <= {now} OR inbox.held_until > {now} + {far})")
    }
}
