//! Transactions: whatever has arguments runs in one.
//!
//! A pooler between us and PostgreSQL may give each transaction another server, and knows nothing of what a statement before it left
//! there. So nothing is left there: a statement is not named, and limits end with the transaction. The driver synchronises between
//! a statement's parsing and its execution, so that even a single one needs the transaction around it.

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use sqlx::any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Connection as _, Describe, Either, Execute, Executor, SqlStr};

use super::dialect::Kind;

/// A connection that is given back only if it is known to be sound. Nothing can be done on it but to begin a transaction.
///
/// What is dropped half-way, by a deadline or a caller that gave up, may wait for a server that will never answer: on
/// PostgreSQL such a connection is closed, or a host that vanished would keep all of them until the kernel gives up.
pub(super) struct Connection {
    pub(super) leased: PoolConnection<Any>,
    pub(super) kind: Kind,
    /// How a transaction begins that may write.
    pub(super) begin: String,
    pub(super) sound: bool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.sound {
            self.leased.close_on_drop();
        }
    }
}

impl Connection {
    /// Begins a transaction that may write.
    pub(super) async fn begin(&mut self) -> Result<Transaction<'_>, sqlx::Error> {
        let transaction = self.leased.begin_with(AssertSqlSafe(self.begin.clone())).await?;
        Ok(Transaction::of(transaction, self.kind))
    }
}

/// A transaction under way. What is not committed is rolled back.
#[derive(Debug)]
pub(super) struct Transaction<'c> {
    transaction: sqlx::Transaction<'c, Any>,
    /// Whether a statement keeps its name for the next time.
    named: bool,
}

impl<'c> Transaction<'c> {
    pub(super) fn of(transaction: sqlx::Transaction<'c, Any>, kind: Kind) -> Self {
        Self { transaction, named: kind == Kind::Sqlite }
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.transaction.commit().await
    }

    /// Ends one that only read.
    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.transaction.rollback().await
    }

    fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}

impl<'t> Executor<'t> for &'t mut Transaction<'_> {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, sqlx::Error>>
    where
        't: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let named = self.named;
        self.connection().fetch_many(Statement { query, named })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, sqlx::Error>>
    where
        't: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let named = self.named;
        self.connection().fetch_optional(Statement { query, named })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, sqlx::Error>>
    where
        't: 'e,
    {
        self.connection().prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, sqlx::Error>>
    where
        't: 'e,
    {
        self.connection().describe(sql)
    }
}

/// A statement, with or without a name.
struct Statement<E> {
    query: E,
    named: bool,
}

impl<'q, E: Execute<'q, Any>> Execute<'q, Any> for Statement<E> {
    fn sql(self) -> SqlStr {
        self.query.sql()
    }

    fn statement(&self) -> Option<&AnyStatement> {
        self.query.statement()
    }

    fn take_arguments(
        &mut self,
    ) -> Result<Option<sqlx::any::AnyArguments>, Box<dyn std::error::Error + Send + Sync + 'static>> {
        self.query.take_arguments()
    }

    fn persistent(&self) -> bool {
        self.named && self.query.persistent()
    }
}
