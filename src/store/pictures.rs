//! Pictures of closed incidents: one for each incident and channel, of which it is recorded how far it got before it goes further, so
//! that it is shown at most once, whatever crashes and whichever replica goes on.
//!
//! Each is a row among the announcements, whose key says that something is still to be told, until it is settled.

use jiff::Timestamp;

use super::announcements::{LAST, OPEN};
use super::{Store, StoreError, time};
use crate::clock;
use crate::incident::IncidentId;
use crate::incident::account::Platform;

/// What a picture is recorded under: where it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureKey {
    /// Of which incident.
    pub incident: IncidentId,
    /// On which platform.
    pub platform: Platform,
    /// In which channel.
    pub channel: String,
}

/// How far a picture got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nobody can see it.
    Owed,
    /// It was about to be shown at this time: it may be there.
    Doubtful(Timestamp),
    /// Nothing is done any more.
    Settled,
}

/// The destination of all pictures: none that anything else is told at.
const DESTINATION: &str = "picture";
/// The stage of one that may be there.
const DOUBTFUL: i64 = 1;

impl PictureKey {
    fn text(&self) -> String {
        format!("{OPEN}{DESTINATION}/{}/{}", self.platform, self.channel)
    }
}

impl Store {
    /// How far a picture got; `None` where none was owed so far.
    pub async fn picture(&self, key: &PictureKey) -> Result<Option<Progress>, StoreError> {
        let text = key.text();
        let row = || {
            sqlx::query_as::<_, (i64, i64)>("SELECT stage, since FROM announcements WHERE incident = $1 AND key = $2")
                .bind(key.incident)
                .bind(&text)
        };
        Ok(self.database.first(row).await?.map(|(stage, since)| match stage {
            0 => Progress::Owed,
            DOUBTFUL => Progress::Doubtful(time(since)),
            _ => Progress::Settled,
        }))
    }

    /// Records that a picture is owed, so that it is shown after a crash, too.
    #[tracing::instrument(name = "store", skip_all, fields(write = "picture owed"))]
    pub async fn owe_picture(&self, key: &PictureKey) -> Result<(), StoreError> {
        let (text, now) = (key.text(), clock::now().as_microsecond());
        let note = || {
            sqlx::query(
                "INSERT INTO announcements (incident, key, destination, channel, message, since, stage, told)
                 VALUES ($1, $2, $3, $4, '', $5, 0, '{\"names\":[]}')
                 ON CONFLICT (incident, key) DO NOTHING",
            )
            .bind(key.incident)
            .bind(&text)
            .bind(DESTINATION)
            .bind(&key.channel)
            .bind(now)
        };
        self.database.execute(note).await?;
        Ok(())
    }

    /// Records that a picture is about to be shown. `false` where it may be there already: whoever hears that shows nothing.
    #[tracing::instrument(name = "store", skip_all, fields(write = "picture begun"))]
    pub async fn begin_picture(&self, key: &PictureKey) -> Result<bool, StoreError> {
        Ok(self.set_picture(key, 0, DOUBTFUL).await? == 1)
    }

    /// Records that the platform refused it, so that it is owed as before.
    #[tracing::instrument(name = "store", skip_all, fields(write = "picture refused"))]
    pub async fn picture_refused(&self, key: &PictureKey) -> Result<(), StoreError> {
        self.set_picture(key, DOUBTFUL, 0).await.map(drop)
    }

    /// Records that nothing is done about a picture any more.
    #[tracing::instrument(name = "store", skip_all, fields(write = "picture settled"))]
    pub async fn settle_picture(&self, key: &PictureKey) -> Result<(), StoreError> {
        self.set_picture(key, 0, i64::from(LAST)).await?;
        self.set_picture(key, DOUBTFUL, i64::from(LAST)).await.map(drop)
    }

    /// Moves a picture on, where it is still there from where it is moved.
    async fn set_picture(&self, key: &PictureKey, from: i64, to: i64) -> Result<u64, StoreError> {
        let (text, now) = (key.text(), clock::now().as_microsecond());
        let note = || {
            sqlx::query(
                "UPDATE announcements SET stage = $1, since = $2 WHERE incident = $3 AND key = $4 AND stage = $5",
            )
            .bind(to)
            .bind(now)
            .bind(key.incident)
            .bind(&text)
            .bind(from)
        };
        self.database.execute(note).await
    }
}
