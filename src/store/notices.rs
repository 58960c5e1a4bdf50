//! What holds for an environment between its incidents, until a time: a mute, an alert about its database, and what
//! the bot's own watch saw.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, json, read};
use crate::clock;
use crate::incident::alert::{Alert, Fingerprint};
use crate::incident::mute::Mute;
use crate::incident::streak::Streak;

/// Something that holds for an environment until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Notice {
    /// Alerts open nothing.
    Mute {
        /// Who said so, until when and why.
        mute: Mute,
    },
    /// An alert about the database fires.
    Alert {
        /// The alert, with the time when it came last.
        alert: Alert,
    },
    /// The bot looks at it by itself.
    Watch {
        /// Which replica does.
        replica: String,
        /// The looks so far.
        streak: Streak,
    },
}

impl Notice {
    /// What an environment has one of at most.
    fn key(&self) -> String {
        match self {
            Self::Mute { .. } => MUTE.to_owned(),
            Self::Alert { alert } => alert_key(&alert.fingerprint),
            Self::Watch { .. } => "watch".to_owned(),
        }
    }
}

const MUTE: &str = "mute";

fn alert_key(fingerprint: &Fingerprint) -> String {
    format!("alert/{}", fingerprint.0)
}

impl Store {
    /// What holds for an environment now.
    pub async fn notices(&self, environment: &str) -> Result<Vec<Notice>, StoreError> {
        let now = clock::now().as_microsecond();
        let held = || {
            let held = "SELECT document FROM notices WHERE environment = $1 AND until > $2 ORDER BY what";
            sqlx::query_as::<_, (String,)>(held).bind(environment).bind(now)
        };
        let documents = self.database.all(held).await?;
        documents.iter().map(|(document,)| read(document, || format!("a notice about {environment}"))).collect()
    }

    /// Notes what holds from now on; what was noted of the same is replaced.
    #[tracing::instrument(name = "store", skip_all, fields(write = "notice"))]
    pub async fn set_notice(&self, environment: &str, notice: &Notice, until: Timestamp) -> Result<(), StoreError> {
        let (what, document) = (notice.key(), json(notice));
        let note = || {
            let note = "INSERT INTO notices (environment, what, until, document) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (environment, what) DO UPDATE SET until = excluded.until, document = excluded.document";
            sqlx::query(note).bind(environment).bind(&what).bind(until.as_microsecond()).bind(&document)
        };
        self.database.execute(note).await?;
        Ok(())
    }

    /// An alert about the database is over.
    pub async fn drop_alert(&self, environment: &str, fingerprint: &Fingerprint) -> Result<(), StoreError> {
        self.drop_notice(environment, &alert_key(fingerprint)).await
    }

    /// A mute is over.
    pub async fn drop_mute(&self, environment: &str) -> Result<(), StoreError> {
        self.drop_notice(environment, MUTE).await
    }

    #[tracing::instrument(name = "store", skip_all, fields(write = "notice"))]
    async fn drop_notice(&self, environment: &str, what: &str) -> Result<(), StoreError> {
        let drop =
            || sqlx::query("DELETE FROM notices WHERE environment = $1 AND what = $2").bind(environment).bind(what);
        self.database.execute(drop).await?;
        Ok(())
    }
}
