//! What a store still owes somebody, read past the product: there nobody asks for all of it at once.

use sqlx::{AnyConnection, Connection as _};
use stagerbot::incident::IncidentId;
use stagerbot::store::InboxRow;

#[derive(sqlx::FromRow)]
struct Row {
    dedupe_key: String,
    received_at: i64,
    request: String,
    reply: Option<String>,
    answer: Option<String>,
}

/// Every row of the inbox whose author was not answered yet, oldest first.
pub(crate) async fn unanswered(url: &str) -> Vec<InboxRow> {
    try_unanswered(url).await.unwrap()
}

/// The same, of a database that may be busy.
pub(crate) async fn try_unanswered(url: &str) -> Result<Vec<InboxRow>, sqlx::Error> {
    let mut connection = connect(url).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT dedupe_key, received_at, request, reply, answer FROM inbox
         WHERE answered_at IS NULL ORDER BY received_at, dedupe_key",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    let row = |row: Row| InboxRow {
        dedupe_key: row.dedupe_key,
        received_at: jiff::Timestamp::from_microsecond(row.received_at).unwrap(),
        request: serde_json::from_str(&row.request).unwrap(),
        reply: row.reply.map(|reply| serde_json::from_str(&reply).unwrap()),
        answer: row.answer.map(|answer| serde_json::from_str(&answer).unwrap()),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Closed incidents whose thread does not tell their log to its end.
pub(crate) async fn untold(url: &str) -> Vec<IncidentId> {
    try_untold(url).await.unwrap()
}

/// The same, of a database that may be busy.
pub(crate) async fn try_untold(url: &str) -> Result<Vec<IncidentId>, sqlx::Error> {
    let mut connection = connect(url).await?;
    let untold = sqlx::query_scalar(
        "SELECT incidents.id FROM incidents
         LEFT JOIN messages ON messages.incident = incidents.id
         WHERE incidents.closed_at IS NOT NULL
           AND (COALESCE(messages.told_seq, 0) < (SELECT MAX(seq) FROM events WHERE incident = incidents.id)
                OR EXISTS (SELECT 1 FROM announcements
                           WHERE announcements.incident = incidents.id AND announcements.stage < 2))
         ORDER BY incidents.id",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(untold)
}

async fn connect(url: &str) -> Result<AnyConnection, sqlx::Error> {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await
}
