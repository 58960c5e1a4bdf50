//! Shows one incident in one channel: the card, updated in place, and the timeline in its thread.
//!
//! Level-triggered: whatever happened in between, the newest state is drawn, and drawn again only where it differs. What
//! a thread was told is durable, so that a start tells the rest.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::pace::Pace;
use crate::chat::card::Scene;
use crate::chat::{Card, Chat, ChatError};
use crate::clock;
use crate::incident::approval::Policy;
use crate::incident::environment::Environment;
use crate::incident::event::Recorded;
use crate::incident::report::timeline;
use crate::incident::{Incident, State};
use crate::store::{Shown, Store};
use crate::words::Words;

/// An incident as it is at one moment.
#[derive(Clone)]
pub struct Snapshot {
    /// Its state.
    pub incident: Incident,
    /// Its log.
    pub log: Arc<Vec<Recorded>>,
}

/// Shows one incident in one channel.
pub struct Presenter {
    /// The platform.
    pub chat: Arc<dyn Chat>,
    /// Where it is noted what was shown.
    pub store: Store,
    /// Whether a restart may be offered.
    pub policy: Arc<Policy>,
    /// The incident's environment.
    pub environment: Environment,
    /// The channel.
    pub channel: String,
    /// The channel's pace.
    pub pace: Arc<Pace>,
}

/// The first and the longest pause after a failure.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// How long the last state of a closed incident is tried.
const LAST_TRIES: Duration = Duration::from_hours(1);

/// What is on display.
#[derive(Default)]
struct Display {
    shown: Option<Shown>,
    card: Option<Card>,
}

impl Presenter {
    /// Shows until the incident is closed and told to its end.
    pub async fn run(self, mut snapshots: watch::Receiver<Snapshot>, seen: watch::Sender<u64>) {
        let mut display = Display::default();
        let mut pause = PAUSES.0;
        let mut closed_since: Option<Instant> = None;
        loop {
            self.turn(&mut snapshots, &display).await;
            let snapshot = snapshots.borrow_and_update().clone();
            let closed = snapshot.incident.is_closed();
            match self.show(&snapshot, &mut display, &seen).await {
                Ok(()) if closed => return,
                Ok(()) => pause = PAUSES.0,
                Err(error) => {
                    if closed && closed_since.get_or_insert_with(Instant::now).elapsed() > LAST_TRIES {
                        tracing::error!(incident.id = snapshot.incident.id, "gave up showing a closed incident");
                        return;
                    }
                    let wait = match &error {
                        ChatError::RateLimited(wait) => {
                            self.pace.pause(*wait);
                            *wait
                        }
                        _ => pause,
                    };
                    tracing::warn!(incident.id = snapshot.incident.id, channel = self.channel, %error, "could not show");
                    pause = (pause * 2).min(PAUSES.1);
                    tokio::time::sleep(wait).await;
                    continue;
                }
            }
            if snapshots.changed().await.is_err() {
                // The engine let go: it stops, or the incident is closed.
                let newest = snapshots.borrow().clone();
                if let Err(error) = self.show(&newest, &mut display, &seen).await {
                    tracing::warn!(incident.id = newest.incident.id, %error, "the last state was not shown");
                }
                return;
            }
        }
    }

    /// Waits for the channel's turn, unless something urgent comes up.
    async fn turn(&self, snapshots: &mut watch::Receiver<Snapshot>, display: &Display) {
        while !Self::is_urgent(&snapshots.borrow().incident, display) {
            tokio::select! {
                () = self.pace.turn() => return,
                changed = snapshots.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Whether the card shows buttons that count no more, or the incident is over: neither waits for the channel's turn.
    fn is_urgent(incident: &Incident, display: &Display) -> bool {
        let buttons = display.card.as_ref().is_some_and(|card| !card.buttons.is_empty());
        let counts = matches!(incident.state, State::Diagnosed | State::AwaitingApproval(_));
        incident.is_closed() || (buttons && !counts)
    }

    async fn show(
        &self,
        snapshot: &Snapshot,
        display: &mut Display,
        seen: &watch::Sender<u64>,
    ) -> Result<(), ChatError> {
        let id = snapshot.incident.id;
        let words = Words::of(None);
        if display.shown.is_none() {
            let all = self.store.shown(id).await.map_err(|error| ChatError::Passing(error.to_string()))?;
            let here = |s: &Shown| s.platform == self.chat.platform() && s.channel == self.channel;
            display.shown = all.into_iter().find(here);
        }
        let scene = Scene {
            incident: &snapshot.incident,
            log: &snapshot.log,
            environment: &self.environment,
            policy: &self.policy,
            words,
            now: clock::now(),
        };
        let card = scene.card();
        if display.card.as_ref() != Some(&card) {
            self.draw(&snapshot.incident, &card, display).await?;
            display.card = Some(card);
        }
        seen.send_if_modified(|seq| std::mem::replace(seq, snapshot.incident.seq) != snapshot.incident.seq);
        self.tell(snapshot, words, display).await
    }

    async fn draw(&self, incident: &Incident, card: &Card, display: &mut Display) -> Result<(), ChatError> {
        // The time tells incidents of one number apart, as after a store was lost.
        let mut key = format!("incident/{}/{}", incident.id, incident.opened_at.as_microsecond());
        if let Some(shown) = &display.shown {
            match self.chat.update(&self.channel, &shown.message, card).await {
                // Somebody deleted it: post it anew, as another message.
                Err(ChatError::Gone(_)) => key = format!("{key}/after/{}", shown.message),
                other => return other,
            }
        }
        let message = self.chat.post(&self.channel, &key, card).await?;
        let told_seq = display.shown.as_ref().map_or(0, |shown| shown.told_seq);
        self.note(incident.id, display, message, told_seq).await
    }

    /// Tells the thread what it has not been told, in one message.
    async fn tell(&self, snapshot: &Snapshot, words: &Words, display: &mut Display) -> Result<(), ChatError> {
        let Some(shown) = display.shown.clone() else { return Ok(()) };
        if shown.told_seq >= snapshot.incident.seq {
            return Ok(());
        }
        let lines: Vec<String> = timeline(snapshot.incident.id, &snapshot.log)
            .into_iter()
            .filter(|line| line.seq > shown.told_seq)
            .map(|line| format!("{} {}", line.at.strftime("%H:%M:%S"), words.say(&line.says)))
            .collect();
        if !lines.is_empty() {
            self.pace.turn().await;
            match self.chat.reply_in_thread(&self.channel, &shown.message, &lines.join("\n")).await {
                // The card is gone: it is posted anew with the next change, and its thread goes on there.
                Ok(()) | Err(ChatError::Gone(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.note(snapshot.incident.id, display, shown.message, snapshot.incident.seq).await
    }

    async fn note(&self, id: i64, display: &mut Display, message: String, told_seq: u64) -> Result<(), ChatError> {
        let shown = Shown { platform: self.chat.platform(), channel: self.channel.clone(), message, told_seq };
        display.shown = Some(shown.clone());
        self.store.set_shown(id, &shown).await.map_err(|error| ChatError::Passing(error.to_string()))
    }
}
