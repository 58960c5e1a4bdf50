//! Shows one incident in one channel: the card, updated in place, and the timeline in its thread.
//!
//! Level-triggered: it renders the newest state, and updates the card only where that differs. How far the thread tells the log
//! is durable, so that the next start posts the rest. Every outgoing message is recorded under a key before it is sent: one that
//! may have arrived is looked up before it is sent again, and marked as repeated where the platform can't tell.

mod display;

use std::iter;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use self::display::{Display, Gate};
use super::home::Rules;
use super::rate_limit::{Priority, RateLimit};
use crate::causes::causes;
use crate::chat::card::Scene;
use crate::chat::card::evidence::in_full;
use crate::chat::closed::{ClosedChannels, Refused, TRY_AGAIN};
use crate::chat::{Block, Card, Chat, ChatError, Found};
use crate::clock;
use crate::incident::account::Platform;
use crate::incident::environment::Environment;
use crate::incident::event::{Event, Recorded};
use crate::incident::phrase::Phrase;
use crate::incident::timeline::{folded, timeline};
use crate::incident::{Incident, IncidentId, State};
use crate::store::{PostedCard, Sending, Store, StoreError};
use crate::words::Words;

/// An incident as it is at one moment.
#[derive(Clone)]
pub struct IncidentSnapshot {
    /// Its state.
    pub incident: Incident,
    /// Its log.
    pub log: Arc<Vec<Recorded>>,
}

/// Shows one incident in one channel.
pub struct Presenter {
    /// The platform.
    pub chat: Arc<dyn Chat>,
    /// Where posted messages are recorded.
    pub store: Store,
    /// Whether a restart may be offered, and who may approve: as it is now.
    pub rules: watch::Receiver<Rules>,
    /// The incident's environment.
    pub environment: Environment,
    /// The channel.
    pub channel: String,
    /// The channel's rate limit.
    pub rate_limit: Arc<RateLimit>,
    /// When the claim's lease ends: until then no other replica posts.
    pub lease: watch::Receiver<Instant>,
    /// Which channels refuse.
    pub closed: Arc<ClosedChannels>,
}

/// How long the last state of a closed incident is tried.
const LAST_TRIES: Duration = Duration::from_hours(1);

/// The shortest pause that is made where the platform wants one.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);

/// A card whose changes were refused so often, or for so long, is replaced by another one.
const SLOWED: u32 = 3;
const SLOWED_FOR: Duration = Duration::from_mins(1);

/// A message to send.
enum Outgoing<'a> {
    /// In the channel.
    Card(Card),
    /// In the thread of a message.
    InThread(&'a str, String),
}

/// A message that was sent.
struct Posted {
    message: String,
    /// Whether an earlier attempt was recorded.
    again: bool,
    /// Whether it may be there twice.
    repeated: bool,
}

impl Presenter {
    /// Presents the incident until it is closed and its timeline is posted completely.
    pub async fn run(self, snapshots: watch::Receiver<IncidentSnapshot>, seen: watch::Sender<u64>) {
        self.present(snapshots, seen).await;
        self.closed.forget(&self.home());
    }

    async fn present(&self, mut snapshots: watch::Receiver<IncidentSnapshot>, seen: watch::Sender<u64>) {
        let mut display = Display::default();
        let mut pauses = crate::chat::backoff::pauses();
        let mut closed_since: Option<Instant> = None;
        let mut wishes = self.closed.wishes();
        let mut refused_all = false;
        loop {
            if !self.wait_for_turn(&mut snapshots, &display).await && self.rate_limit.is_paused() {
                // It would be refused, and the next start goes on with it.
                return;
            }
            let snapshot = snapshots.borrow_and_update().clone();
            let closed = snapshot.incident.is_closed();
            let rendered = self.render(&snapshot, &snapshots, &mut display, &seen).await;
            let due = display.due();
            if closed
                && (rendered.is_err() || due.is_some())
                && closed_since.get_or_insert_with(Instant::now).elapsed() > LAST_TRIES
            {
                tracing::error!(incident.id = snapshot.incident.id, "gave up showing a closed incident");
                return;
            }
            match rendered {
                Ok(()) if closed && due.is_none() => return,
                Ok(()) => {
                    pauses = crate::chat::backoff::pauses();
                    if std::mem::take(&mut refused_all) {
                        self.closed.open(&self.home(), Refused::Card);
                    }
                }
                Err(error) => {
                    if let ChatError::Fatal(_) = &error {
                        refused_all = true;
                        self.closed.close(&self.home(), Refused::Card, &error.reason().into());
                    } else {
                        tracing::warn!(incident.id = snapshot.incident.id, channel = self.channel, error = %causes(&error), "could not show");
                    }
                    if let ChatError::RateLimited(wait) = &error {
                        // Whoever shows something in this channel waits for it, and goes on by priority.
                        self.rate_limit.pause((*wait).max(SHORTEST_PAUSE));
                        continue;
                    }
                    let pause = tokio::time::sleep(pauses.next().unwrap_or_default());
                    tokio::select! {
                        () = pause => continue,
                        // The engine stops: the next start goes on with it.
                        () = let_go(snapshots.clone()) => return,
                    }
                }
            }
            tokio::select! {
                changed = snapshots.changed() => if changed.is_err() { break },
                () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
                Ok(()) = wishes.changed(), if due.is_some() => {
                    display.card_gate.wished();
                    display.thread_gate.wished();
                }
            }
        }
        // The engine let go: it stops, or the incident is closed.
        let newest = snapshots.borrow().clone();
        if let Err(error) = self.render(&newest, &snapshots, &mut display, &seen).await {
            tracing::warn!(incident.id = newest.incident.id, error = %causes(&error), "the last state was not shown");
        }
    }

    fn home(&self) -> (Platform, String) {
        (self.chat.platform(), self.channel.clone())
    }

    /// Waits for the channel's turn. `false` where the engine let go meanwhile.
    async fn wait_for_turn(&self, snapshots: &mut watch::Receiver<IncidentSnapshot>, display: &Display) -> bool {
        loop {
            let priority = Self::priority(&snapshots.borrow_and_update().incident, display);
            let mut turn = pin!(self.rate_limit.acquire(priority));
            // Who waits keeps their place while their priority is the same.
            while Self::priority(&snapshots.borrow().incident, display) == priority {
                tokio::select! {
                    biased;
                    () = &mut turn => return true,
                    changed = snapshots.changed() => if changed.is_err() { return false },
                }
            }
        }
    }

    /// The same for what goes into the thread. `false` where the card has to go first, since it shows buttons that count no more.
    async fn wait_in_thread(
        &self,
        priority: Priority,
        mut newer: watch::Receiver<IncidentSnapshot>,
        display: &Display,
    ) -> bool {
        let mut turn = pin!(self.rate_limit.acquire(priority));
        loop {
            tokio::select! {
                biased;
                () = &mut turn => return true,
                changed = newer.changed() => {
                    if changed.is_err() {
                        return true;
                    }
                    if Self::priority(&newer.borrow_and_update().incident, display) == Priority::Now {
                        return false;
                    }
                }
            }
        }
    }

    /// How urgent it is: a card whose buttons count no more does not wait for the pace, and what is over waits for what is open.
    fn priority(incident: &Incident, display: &Display) -> Priority {
        let buttons = display.card.as_ref().is_some_and(|card| !card.buttons.is_empty());
        match incident.state {
            _ if incident.is_closed() => Priority::Over,
            // That it flaps once more is no news, and takes no turn from an end that is.
            State::Checking if incident.is_quiet() => Priority::Over,
            State::Diagnosed | State::AwaitingApproval(_) | State::Drill(_) => Priority::Open,
            _ if buttons => Priority::Now,
            _ => Priority::Open,
        }
    }

    async fn render(
        &self,
        snapshot: &IncidentSnapshot,
        newer: &watch::Receiver<IncidentSnapshot>,
        display: &mut Display,
        seen: &watch::Sender<u64>,
    ) -> Result<(), ChatError> {
        let id = snapshot.incident.id;
        if Instant::now() > *self.lease.borrow() {
            return Err(ChatError::passing("another replica may show it: the claim's lease is over".to_owned()));
        }
        if !display.known {
            let here = |platform, channel: &str| platform == self.chat.platform() && channel == self.channel;
            let shown = self.store.posted_cards(id).await.map_err(|error| stored(&error))?;
            let sending = self.store.sending(id).await.map_err(|error| stored(&error))?;
            display.posted = shown.into_iter().find(|shown| here(shown.platform, &shown.channel));
            display.sending = sending.into_iter().find(|sending| here(sending.platform, &sending.channel));
            display.known = true;
        }
        let (policy, words) = {
            let rules = self.rules.borrow();
            let language = rules.homes.get(&self.environment.name).map(|home| home.language);
            (Arc::clone(&rules.policy), Words::in_language(language.unwrap_or_default()))
        };
        let told = self.store.announcements(id).await.map_err(|error| stored(&error))?;
        let scene = Scene {
            incident: &snapshot.incident,
            log: &snapshot.log,
            told: &told,
            environment: &self.environment,
            policy: &policy,
            words,
            now: clock::now(),
        };
        let card = scene.card();
        if display.card.as_ref() != Some(&card) && display.card_gate.is_open() {
            let posted = self.post_card(&snapshot.incident, &card, words, display).await;
            if self.taken(posted, Refused::Card, display)? {
                display.card = Some(card.clone());
                if display.posted.is_some() {
                    self.closed.show(&self.home(), id);
                }
            }
        }
        if display.card.as_ref() == Some(&card) {
            seen.send_if_modified(|seq| std::mem::replace(seq, snapshot.incident.seq) != snapshot.incident.seq);
        }
        if display.thread_gate.is_open() {
            let told = self.post_timeline(snapshot, newer, words, display).await;
            self.taken(told, Refused::Thread, display)?;
        }
        Ok(())
    }

    /// Whether something is settled: taken, or such that the platform will never take it. A refusal that lasts is waited for, and holds
    /// up nothing else; any other error is the caller's.
    fn taken(&self, sent: Result<(), ChatError>, what: Refused, display: &mut Display) -> Result<bool, ChatError> {
        let gate = if what == Refused::Card { &mut display.card_gate } else { &mut display.thread_gate };
        match sent {
            Ok(()) => {
                *gate = Gate::default();
                self.closed.open(&self.home(), what);
                Ok(true)
            }
            Err(ChatError::Slowed(wait)) => {
                gate.shut(wait.max(SHORTEST_PAUSE), false);
                let outworn = wait > SLOWED_FOR || gate.refused >= SLOWED;
                tracing::info!(channel = self.channel, ?wait, outworn, "a message may not be changed so often");
                if outworn && what == Refused::Card {
                    // Another message has no limit yet.
                    gate.until = Some(Instant::now());
                    display.outworn = true;
                }
                Ok(false)
            }
            Err(ChatError::Closed(why)) => {
                gate.shut(TRY_AGAIN, true);
                self.closed.close(&self.home(), what, &why);
                Ok(false)
            }
            Err(error @ ChatError::Unfit(_)) => {
                tracing::error!(channel = self.channel, why = %causes(&error), "the platform can't take a message; it goes on without");
                *gate = Gate::default();
                if what == Refused::Card && display.posted.is_none() {
                    // Nothing of the incident is to be seen here.
                    self.closed.close(&self.home(), what, &error.reason().into());
                }
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    async fn post_card(
        &self,
        incident: &Incident,
        card: &Card,
        words: &Words,
        display: &mut Display,
    ) -> Result<(), ChatError> {
        let mut key = key(incident);
        let (mut before, mut posted_seq) = (None, 0);
        if let Some(shown) = &display.posted {
            let noted = self.with_notes(card, words, shown.before.as_deref(), shown.repeated);
            let updated = if display.outworn {
                Err(ChatError::Gone(shown.message.clone()))
            } else {
                self.chat.update(&self.channel, &shown.message, &noted).await
            };
            match updated {
                // Somebody deleted it, or it can't be changed any more: post it anew, as another message.
                Err(ChatError::Gone(_)) => {
                    key = format!("{key}/after/{}", shown.message);
                    (before, posted_seq) = (Some(shown.message.clone()), shown.posted_seq);
                }
                other => return other,
            }
        }
        let noted = |repeated| self.with_notes(card, words, before.as_deref(), repeated);
        let say = |repeated| Outgoing::Card(noted(repeated));
        let Posted { message, again, repeated } = self.post_once(incident.id, None, (&key, 0), display, say).await?;
        let (channel, platform) = (self.channel.clone(), self.chat.platform());
        let shown = PostedCard { platform, channel, message, posted_seq, before: before.clone(), repeated };
        self.record_posted(incident.id, display, shown.clone()).await?;
        display.outworn = false;
        if again {
            // What is there may show what stood when it was first posted.
            self.chat.update(&self.channel, &shown.message, &noted(repeated)).await?;
        }
        Ok(())
    }

    /// The card with the notes about the message itself.
    fn with_notes(&self, card: &Card, words: &Words, before: Option<&str>, repeated: bool) -> Card {
        let mut card = card.clone();
        if let Some(before) = before {
            let text = words.say(&Phrase::new("message-after-deleted"));
            card.blocks.push(match self.chat.link(&self.channel, before) {
                Some(address) => Block::Link(text, address),
                None => Block::Note(text),
            });
        }
        if repeated {
            card.blocks.push(Block::Note(words.say(&Phrase::new("message-repeated"))));
        }
        card
    }

    /// Posts the lines that the thread lacks, in one message, or in two after a start in between.
    async fn post_timeline(
        &self,
        snapshot: &IncidentSnapshot,
        newer: &watch::Receiver<IncidentSnapshot>,
        words: &Words,
        display: &mut Display,
    ) -> Result<(), ChatError> {
        let (id, newest) = (snapshot.incident.id, snapshot.incident.seq);
        while let Some(shown) = display.posted.clone().filter(|shown| shown.posted_seq < newest) {
            let posted_seq = shown.posted_seq;
            // A message that may have been sent is sent again unchanged, so that it is known as the same.
            let begun = display.sending.as_ref().map(|sending| sending.upto).filter(|upto| *upto > posted_seq);
            let upto = begun.unwrap_or(newest).min(newest);
            let new = timeline(id, &snapshot.log).into_iter().filter(|line| line.seq > posted_seq && line.seq <= upto);
            let mut lines: Vec<String> = folded(new.collect())
                .into_iter()
                .flat_map(|line| {
                    let sent = format!("{} {}", words.clock(line.at), words.say(&line.says));
                    iter::once(sent).chain(evidence(id, &snapshot.log, line.seq, words))
                })
                .collect();
            if snapshot.incident.is_closed() && upto == newest && !lines.is_empty() {
                // Outside of the store, where whoever rewrites the log can't rewrite it too.
                let head = self.store.head(id).await.map_err(|error| ChatError::passing(causes(&error)))?;
                let head = head.map(|head| Phrase::new("message-head").with("head", head.to_string()));
                lines.extend(head.map(|head| words.say(&head)));
            }
            if !lines.is_empty() {
                let priority = Self::priority(&snapshot.incident, display);
                if !self.wait_in_thread(priority, newer.clone(), display).await {
                    return Ok(());
                }
                let key = format!("{}/{}/{posted_seq}-{upto}", key(&snapshot.incident), shown.message);
                let say = |repeated: bool| {
                    let note = repeated.then(|| words.say(&Phrase::new("message-repeated")));
                    Outgoing::InThread(&shown.message, lines.iter().cloned().chain(note).collect::<Vec<_>>().join("\n"))
                };
                match self.post_once(id, Some(&shown.message), (&key, upto), display, say).await {
                    Ok(_) => {}
                    Err(ChatError::Gone(_)) => {
                        if let Some(card) = display.card.clone() {
                            self.post_card(&snapshot.incident, &card, words, display).await?;
                        }
                        if display.posted.as_ref().is_some_and(|now| now.message != shown.message) {
                            continue;
                        }
                        tracing::error!(
                            incident.id = id,
                            channel = self.channel,
                            "the card is there and has no thread"
                        );
                    }
                    Err(error) => return Err(error),
                }
            }
            self.record_posted(id, display, PostedCard { posted_seq: upto, ..shown }).await?;
        }
        Ok(())
    }

    /// Sends a message under its key once, whatever happens on the way; where the platform can't tell whether it arrived, once
    /// more and marked.
    async fn post_once<'a>(
        &self,
        id: IncidentId,
        thread: Option<&str>,
        (key, upto): (&str, u64),
        display: &mut Display,
        say: impl FnOnce(bool) -> Outgoing<'a>,
    ) -> Result<Posted, ChatError> {
        let begun = display.sending.clone().filter(|sending| sending.key == key);
        let again = begun.is_some();
        let (sending, repeated) = if let Some(sending) = begun {
            match self.chat.find(&self.channel, thread, key, sending.since).await? {
                Found::Message(message) => return Ok(Posted { message, again, repeated: false }),
                found => (sending, found == Found::NotKnown),
            }
        } else {
            let (channel, platform) = (self.channel.clone(), self.chat.platform());
            let sending = Sending { platform, channel, key: key.to_owned(), upto, since: clock::now() };
            self.store.set_sending(id, &sending).await.map_err(|error| stored(&error))?;
            display.sending = Some(sending.clone());
            (sending, false)
        };
        let sent = match say(repeated) {
            Outgoing::Card(card) => self.chat.post(&self.channel, key, &card).await,
            Outgoing::InThread(message, text) => {
                self.chat.reply_in_thread(&self.channel, message, key, &text).await.map(|()| message.to_owned())
            }
        };
        // What the platform refused at the first try is not there; of what went wrong otherwise nobody knows.
        let refused = matches!(sent, Err(ref error) if !matches!(error, ChatError::Passing(_)));
        if refused && !again {
            self.store.clear_sending(id, &sending).await.map_err(|error| stored(&error))?;
            display.sending = None;
        }
        sent.map(|message| Posted { message, again, repeated })
    }

    async fn record_posted(&self, id: IncidentId, display: &mut Display, shown: PostedCard) -> Result<(), ChatError> {
        self.store.set_posted_card(id, &shown).await.map_err(|error| stored(&error))?;
        display.sending = None;
        display.posted = Some(shown);
        Ok(())
    }
}

/// Returns when the engine let go.
async fn let_go(mut snapshots: watch::Receiver<IncidentSnapshot>) {
    while snapshots.changed().await.is_ok() {}
}

/// What a verdict rests on, in full, where a card may have no room for it.
fn evidence(id: IncidentId, log: &[Recorded], seq: u64, words: &Words) -> Option<String> {
    let place = log.iter().position(|recorded| recorded.seq == seq)?;
    if !matches!(log[place].event, Event::Diagnosed { .. }) {
        return None;
    }
    in_full(Incident::replay(id, &log[..=place])?.observation.as_ref()?, words)
}

/// What makes the incident's card the same one. The time tells incidents of one number apart, as after a store was lost.
fn key(incident: &Incident) -> String {
    format!("incident/{}/{}", incident.id, incident.opened_at.as_microsecond())
}

fn stored(error: &StoreError) -> ChatError {
    ChatError::passing(causes(error))
}
