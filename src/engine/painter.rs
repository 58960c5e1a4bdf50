//! Shows the picture of a closed incident in the thread of its card: once, after the thread was told to its end.
//!
//! It waits for everything else and nothing waits for it. What may have been shown is not shown again, unless the platform makes one of
//! both; better no picture than two, for its words stand in the thread.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::home::Rules;
use super::presenter::IncidentSnapshot;
use super::rate_limit::{Priority, RateLimit};
use crate::causes::causes;
use crate::chat::backoff::pauses;
use crate::chat::{Chat, ChatError, Picture};
use crate::incident::IncidentId;
use crate::incident::phases::phases;
use crate::report::picture::picture;
use crate::store::pictures::{PictureKey, Progress};
use crate::store::{Store, StoreError};
use crate::words::Words;

/// Shows the picture of one incident in one channel.
pub struct Painter {
    /// The platform.
    pub chat: Arc<dyn Chat>,
    /// Where it is recorded how far the picture got.
    pub store: Store,
    /// Whether pictures are shown, and in which language: as it is now.
    pub rules: watch::Receiver<Rules>,
    /// The incident's environment.
    pub environment: String,
    /// The channel.
    pub channel: String,
    /// The channel's rate limit.
    pub rate_limit: Arc<RateLimit>,
    /// When the claim's lease ends: until then no other replica shows anything.
    pub lease: watch::Receiver<Instant>,
}

/// How often it is tried.
const TRIES: u32 = 4;
/// How long it is waited for the thread, as long as the presenter tries to tell it.
const THREAD: Duration = Duration::from_hours(1);

/// How a round went.
enum Round {
    /// Nothing is left to be done.
    Settled,
    /// The thread is not told to its end yet.
    NotTold,
}

impl Painter {
    /// Waits for the incident's end, and shows its picture.
    pub async fn run(self, mut snapshots: watch::Receiver<IncidentSnapshot>) {
        let (mut left, mut tries, mut closed_since) = (TRIES, pauses(), None::<Instant>);
        loop {
            let snapshot = snapshots.borrow_and_update().clone();
            let mut wait = None;
            if snapshot.incident.is_closed() {
                let since = *closed_since.get_or_insert_with(Instant::now);
                let mut pause = tries.next().unwrap_or_default();
                match self.round(&snapshot).await {
                    Ok(Round::Settled) => return,
                    Ok(Round::NotTold) if since.elapsed() > THREAD => return,
                    Ok(Round::NotTold) => {}
                    Err(error) => {
                        left -= 1;
                        if let ChatError::RateLimited(wanted) = error {
                            pause = pause.max(wanted);
                        }
                        if left == 0 {
                            self.give_up(snapshot.incident.id, &error).await;
                            return;
                        }
                    }
                }
                wait = Some(Instant::now() + pause);
            } else {
                // It was opened again meanwhile: its picture is that of its last end.
                (left, tries, closed_since) = (TRIES, pauses(), None);
            }
            // The engine stops: the next start goes on with it.
            if !waited(wait, &mut snapshots).await {
                return;
            }
        }
    }

    fn key(&self, incident: IncidentId) -> PictureKey {
        PictureKey { incident, platform: self.chat.platform(), channel: self.channel.clone() }
    }

    /// Goes as far as can be gone now.
    async fn round(&self, snapshot: &IncidentSnapshot) -> Result<Round, ChatError> {
        let key = self.key(snapshot.incident.id);
        let stored = |error: StoreError| ChatError::passing(causes(&error));
        let progress = self.store.picture(&key).await.map_err(stored)?;
        let picture = match (progress, self.picture(snapshot)) {
            (Some(Progress::Settled), _) | (None, None) => return Ok(Round::Settled),
            (Some(_), None) => return self.settle(&key).await,
            (Some(Progress::Doubtful(since)), _) if !self.chat.may_show_again(since) => {
                tracing::info!(
                    incident.id = key.incident,
                    "whether the incident's picture is there is not known; it is left at that"
                );
                return self.settle(&key).await;
            }
            (_, Some(picture)) => picture,
        };
        if progress.is_none() {
            self.store.owe_picture(&key).await.map_err(stored)?;
        }
        let Some(message) = self.thread(snapshot).await.map_err(stored)? else { return Ok(Round::NotTold) };
        self.rate_limit.acquire(Priority::Over).await;
        let handed = match self.chat.hand_over(&picture).await {
            Err(error) if !may_pass(&error) => return self.refused(&key, &error).await,
            handed => handed?,
        };
        if Instant::now() > *self.lease.borrow() {
            return Ok(Round::NotTold);
        }
        let again = matches!(progress, Some(Progress::Doubtful(_)));
        if !again && !self.store.begin_picture(&key).await.map_err(stored)? {
            // Another replica is ahead.
            return Ok(Round::Settled);
        }
        let unique = format!("incident/{}/{}/picture", key.incident, snapshot.incident.opened_at.as_microsecond());
        match self.chat.show_picture(&self.channel, &message, &unique, &handed, &picture).await {
            Ok(()) => self.settle(&key).await,
            Err(error @ (ChatError::RateLimited(_) | ChatError::Slowed(_))) => {
                if !again {
                    self.store.picture_refused(&key).await.map_err(stored)?;
                }
                Err(error)
            }
            Err(error) if may_pass(&error) => Err(error),
            Err(error) => self.refused(&key, &error).await,
        }
    }

    /// The picture, where there is to be one.
    fn picture(&self, snapshot: &IncidentSnapshot) -> Option<Picture> {
        let rules = self.rules.borrow();
        if !rules.pictures {
            return None;
        }
        let language = rules.homes.get(&self.environment).map(|home| home.language).unwrap_or_default();
        let (incident, words) = (&snapshot.incident, Words::in_language(language));
        picture(incident.id, &self.environment, incident.begun_at, &phases(&snapshot.log), words)
    }

    /// The message whose thread tells the whole log.
    async fn thread(&self, snapshot: &IncidentSnapshot) -> Result<Option<String>, StoreError> {
        let cards = self.store.posted_cards(snapshot.incident.id).await?;
        let here = cards.into_iter().find(|card| {
            card.platform == self.chat.platform()
                && card.channel == self.channel
                && card.posted_seq >= snapshot.incident.seq
        });
        Ok(here.map(|card| card.message))
    }

    async fn settle(&self, key: &PictureKey) -> Result<Round, ChatError> {
        let settled = self.store.settle_picture(key).await;
        settled.map(|()| Round::Settled).map_err(|error| ChatError::passing(causes(&error)))
    }

    /// What is missing was named at the start: here it is no more than noted.
    async fn refused(&self, key: &PictureKey, error: &ChatError) -> Result<Round, ChatError> {
        tracing::info!(incident.id = key.incident, channel = self.channel, error = %causes(error), "the incident's picture was refused");
        self.settle(key).await
    }

    async fn give_up(&self, incident: IncidentId, error: &ChatError) {
        tracing::warn!(incident.id = incident, channel = self.channel, error = %causes(error), "gave up showing the incident's picture");
        if let Err(error) = self.store.settle_picture(&self.key(incident)).await {
            tracing::warn!(incident.id = incident, error = %causes(&error), "that could not be recorded: the next start tries it again");
        }
    }
}

/// Whether it may work a little later.
fn may_pass(error: &ChatError) -> bool {
    matches!(error, ChatError::Passing(_) | ChatError::RateLimited(_) | ChatError::Slowed(_))
}

/// Waits until then, or until the incident is open again or closed; `false` where the engine let go.
async fn waited(until: Option<Instant>, snapshots: &mut watch::Receiver<IncidentSnapshot>) -> bool {
    let closed = snapshots.borrow().incident.is_closed();
    loop {
        tokio::select! {
            changed = snapshots.changed() => {
                if changed.is_err() {
                    return false;
                }
                if snapshots.borrow().incident.is_closed() != closed {
                    return true;
                }
            }
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => return true,
        }
    }
}

/// Tells once what the bot lacks for pictures, by what the platforms tell.
pub async fn tell_missing(homes: Vec<(Arc<dyn Chat>, String)>) {
    let mut told = Vec::new();
    for (chat, channel) in homes {
        let Some(what) = chat.lacks_for_pictures(&channel).await else { continue };
        if !told.contains(&what) {
            tracing::warn!(platform = %chat.platform(), "{what}: closed incidents get no picture there; everything else works");
            told.push(what);
        }
    }
}
