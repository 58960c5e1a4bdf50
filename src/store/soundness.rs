//! Whether a store is sound, and can be used as the bot uses it: looked at without changing anything.

use super::dialect::Kind;
use super::migrate::MIGRATIONS;
use super::transaction::Connection;
use super::{Store, StoreError};
use crate::causes::causes;

/// The versions of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Those that the store has; none of an empty one.
    pub applied: Vec<i64>,
    /// Those that this program makes.
    pub known: Vec<i64>,
}

impl Versions {
    /// Those of a newer program.
    pub fn newer(&self) -> impl Iterator<Item = i64> {
        self.applied.iter().copied().filter(|version| !self.known.contains(version))
    }

    /// Those that this program would add.
    pub fn missing(&self) -> impl Iterator<Item = i64> {
        self.known.iter().copied().filter(|version| !self.applied.contains(version))
    }
}

/// What a PostgreSQL server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Such as `15.4`.
    pub version: String,
    /// It can be read, and no more.
    pub standby: bool,
    /// Whether tables can be made there.
    pub may_create: bool,
}

impl Store {
    /// Which tables it has, and which this program makes.
    pub async fn versions(&self) -> Result<Versions, StoreError> {
        let applied =
            || sqlx::query_as::<_, (i64,)>("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version");
        let applied = match self.database.all(applied).await {
            Ok(rows) => rows.into_iter().map(|(version,)| version).collect(),
            // There are no tables yet.
            Err(error @ StoreError::Database { .. }) if causes(&error).contains("_sqlx_migrations") => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Versions { applied, known: MIGRATIONS.iter().map(|migration| migration.version).collect() })
    }

    /// What is wrong with the tables and the file, apart from what the audit looks at: nothing, as a rule.
    pub async fn faults(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let Versions { applied, known } = self.versions().await?;
        if known != applied {
            let newest = |versions: &[i64]| versions.last().copied().unwrap_or_default();
            let (its, ours) = (newest(&applied), newest(&known));
            let to_do = if its > ours {
                "check it with the version of this program that wrote it"
            } else {
                "they are brought up to date when a bot of this version starts"
            };
            faults.push(format!("its tables are of version {its}, and this program's of {ours}: {to_do}"));
        }
        if self.database.kind() == Kind::Sqlite {
            // It takes as long as it takes.
            let look = async |connection: &mut Connection| {
                let said = sqlx::query_scalar::<_, String>("PRAGMA integrity_check");
                Ok(said.fetch_all(&mut *connection.leased).await?)
            };
            faults.extend(self.database.once(look).await?.into_iter().filter(|text| text != "ok"));
        }
        Ok(faults)
    }

    /// Takes the lock that every write takes, and lets it go again.
    pub async fn try_lock(&self) -> Result<(), StoreError> {
        let lock = async |connection: &mut Connection| Ok(connection.begin().await?.rollback().await?);
        self.database.once(lock).await
    }

    /// What the server says of itself; `None` of a file.
    pub async fn server(&self) -> Result<Option<Server>, StoreError> {
        if self.database.kind() == Kind::Sqlite {
            return Ok(None);
        }
        let ask = || {
            sqlx::query_as::<_, (String, bool, bool)>(
                "SELECT current_setting('server_version'), pg_is_in_recovery(),
                        COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE)",
            )
        };
        let said = self.database.first(ask).await?;
        Ok(said.map(|(version, standby, may_create)| Server { version, standby, may_create }))
    }

    /// Uses as many connections at once as a replica may.
    pub async fn try_connections(&self) -> Result<(), StoreError> {
        self.database.use_every_connection().await
    }
}
