//! The bot's own watch, off by default: it looks at every environment from time to time, spread over that time. Several looks in a row
//! that find trouble are an alert like any other, of the source `watch`; a good one after it is the alert's end, which makes an open
//! incident look again.
//!
//! One replica watches an environment; another takes over where it has not looked for some time. How many looks were bad is in the
//! store, so that a restart of the bot forgets nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::causes::causes;
use crate::clock;
use crate::cluster::Cluster;
use crate::inbox::{Inbox, InboxError};
use crate::incident::alert::{Alert, AlertStatus, Fingerprint, Meaning, Severity};
use crate::incident::diagnosis::{Diagnosis, diagnose};
use crate::incident::observation::Depth;
use crate::incident::phrase::Phrase;
use crate::incident::streak::Streak;
use crate::request::Request;
use crate::store::notices::Notice;
use crate::store::{Store, StoreError};
use crate::words::Words;

/// What its alerts name as their source.
pub const SOURCE: &str = "watch";
/// What its alerts are called.
const NAME: &str = "StagerbotWatch";
/// How much longer than two looks a replica that watches may be silent before another takes over.
const SILENCE: SignedDuration = SignedDuration::from_secs(30);

/// How environments are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How often; zero for never.
    pub every: SignedDuration,
    /// How many looks in a row have to find trouble.
    pub failures: u32,
}

/// What is watched, and how.
#[derive(Clone)]
pub struct Watched {
    /// The environments.
    pub clusters: Vec<Cluster>,
    /// What is configured.
    pub settings: Settings,
}

/// The place of an environment among all that are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// From 0.
    number: u32,
    /// How many there are.
    of: u32,
}

/// The watch of one environment.
struct Watch {
    cluster: Cluster,
    inbox: Inbox,
    store: Store,
    settings: Settings,
}

/// Why a look led to nothing: the next one tries again.
#[derive(Debug, thiserror::Error)]
enum WatchError {
    #[error("the looks so far could not be read or written")]
    Store(#[from] StoreError),
    #[error("the alert could not be stored")]
    Inbox(#[from] InboxError),
}

/// Watches what there is to watch, by the newest configuration, until it is told to stop.
pub async fn keep_watching(mut watched: watch::Receiver<Watched>, store: Store, inbox: Inbox, stop: CancellationToken) {
    loop {
        let Watched { clusters, settings } = watched.borrow_and_update().clone();
        let (round, tasks) = (stop.child_token(), TaskTracker::new());
        let of = u32::try_from(clusters.len()).unwrap_or(u32::MAX);
        for (number, cluster) in (0..).zip(clusters) {
            let watch = Watch { cluster, inbox: inbox.clone(), store: store.clone(), settings };
            tasks.spawn(watch.run(Place { number, of }, round.clone()));
        }
        tasks.close();
        let changed = stop.run_until_cancelled(watched.changed()).await;
        round.cancel();
        tasks.wait().await;
        if !matches!(changed, Some(Ok(()))) {
            return;
        }
    }
}

impl Watch {
    /// Looks again and again, until it is told to stop.
    async fn run(self, place: Place, stop: CancellationToken) {
        let Some(mut ticks) = pace(self.settings.every.unsigned_abs(), place) else { return };
        let environment = self.cluster.environment().name.clone();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            match stop.run_until_cancelled(Box::pin(self.look(&environment))).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    tracing::warn!(environment, error = %causes(&error), "the watch goes on with the next look");
                }
            }
        }
    }

    async fn look(&self, environment: &str) -> Result<(), WatchError> {
        let before = self.streak(environment).await?;
        let Some(streak) = before else { return Ok(()) };
        let now = clock::now();
        let diagnosis = diagnose(&self.cluster.observe(Depth::Full, now).await);
        let sight = diagnosis.sight();
        tracing::debug!(environment, ?sight, bad = streak.bad, "watched");
        let (after, says) = streak.with(sight, now, self.settings.failures);
        if let Some(status) = says {
            let since = after.since.or(streak.since);
            let alert = alert(environment, status, since, after.bad, &diagnosis);
            tracing::info!(environment, ?status, alert.summary, "the watch reports");
            let key = format!("{SOURCE}/{environment}/{status:?}/{}", now.as_microsecond());
            let request = Request::Alert { environment: environment.to_owned(), alert };
            self.inbox.put(key, request, None).await?;
        }
        let notice = Notice::Watch { replica: self.store.replica().to_owned(), streak: after };
        let until = now + self.settings.every * 2 + SILENCE;
        self.store.set_notice(environment, &notice, until).await?;
        Ok(())
    }

    /// The looks so far; `None` where another replica makes them.
    async fn streak(&self, environment: &str) -> Result<Option<Streak>, StoreError> {
        let notices = self.store.notices(environment).await?;
        let known = notices.into_iter().find_map(|notice| match notice {
            Notice::Watch { replica, streak } => Some((replica, streak)),
            _ => None,
        });
        Ok(match known {
            None => Some(Streak::default()),
            Some((replica, streak)) => (replica == self.store.replica()).then_some(streak),
        })
    }
}

/// When looks are due; the first is put off by the place, so that not everything comes at once. `None` for never.
fn pace(every: Duration, place: Place) -> Option<Interval> {
    if every.is_zero() {
        return None;
    }
    let mut ticks = interval_at(Instant::now() + every * place.number / place.of.max(1), every);
    // A look that took long puts the next one off.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(ticks)
}

fn alert(environment: &str, status: AlertStatus, since: Option<Timestamp>, looks: u32, diagnosis: &Diagnosis) -> Alert {
    let found = diagnosis.deciding().map_or_else(|| diagnosis.verdict.phrase(), |finding| finding.says.clone());
    let phrase = match status {
        AlertStatus::Firing => Phrase::new("watch-fires").with("count", looks as usize).with("found", found),
        AlertStatus::Resolved => Phrase::new("watch-over").with("found", found),
    };
    Alert {
        source: SOURCE.to_owned(),
        name: NAME.to_owned(),
        status,
        fingerprint: Fingerprint::of(&BTreeMap::from([(SOURCE.to_owned(), environment.to_owned())])),
        summary: Words::of(None).say(&phrase),
        starts_at: since,
        meaning: Meaning::Symptom,
        severity: Some(Severity::Critical),
        seen_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds at which an environment at this place is looked at the first three times, where a look takes this long.
    async fn looks(place: Place, every: u64, takes: u64) -> [u64; 3] {
        let (began, mut seen) = (Instant::now(), [0; 3]);
        let mut ticks = pace(Duration::from_secs(every), place).unwrap();
        for seconds in &mut seen {
            ticks.tick().await;
            *seconds = began.elapsed().as_secs();
            tokio::time::sleep(Duration::from_secs(takes)).await;
        }
        seen
    }

    #[tokio::test(start_paused = true)]
    async fn environments_are_looked_at_one_after_another_and_a_slow_look_puts_the_next_one_off() {
        let place = |number| Place { number, of: 4 };
        assert_eq!(looks(place(0), 60, 1).await, [0, 60, 120]);
        assert_eq!(looks(place(3), 60, 1).await, [45, 105, 165]);
        assert_eq!(looks(place(0), 60, 90).await, [0, 90, 180]);
        assert!(pace(Duration::ZERO, place(0)).is_none());
    }
}
