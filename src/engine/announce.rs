//! Tells people that somebody is needed, and requesters how it went on: at one destination, which is a chat platform or a pager.
//!
//! Level-triggered, like the presenter: what is due follows from the log and the time, what was told is in the store. Each message is
//! recorded under its key before it is sent; one that may have arrived is looked up first, and marked as repeated where the platform
//! can't tell. What is over is edited to say so.

mod context;
mod groups;
pub mod sending;
mod paging;
mod closing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

use self::context::{Context, call_made};
use super::home::Rules;
use super::presenter::IncidentSnapshot;
use super::rate_limit::RateLimit;
use super::tasks::TaskResult;
use crate::causes::causes;
use crate::chat::announcement::notice;
use crate::chat::backoff::pauses;
use crate::chat::card::Scene;
use crate::chat::{Button, Chat, ChatError, Mention, Recipient};
use crate::clock;
use crate::incident::IncidentId;
use crate::incident::environment::Environment;
use crate::incident::escalation::{Call, Kind, Need, Notice, needs, notices};
use crate::incident::phrase::Phrase;
use crate::request::Verb;
use crate::store::announcements::{Announcement, LAST, OPEN, Told};
use crate::store::{Store, StoreError};
use crate::words::Words;

/// Where people are told.
#[derive(Clone)]
pub enum Destination {
    /// On a chat platform.
    Chat(Arc<dyn Chat>),
    /// By what pages them, by name.
    Page(String),
}

/// Tells people of one incident at one destination.
pub struct Announcer {
    /// Where it was told.
    pub destination: Destination,
    /// Where it is recorded who was told.
    pub store: Store,
    /// Who is told when: as it is now.
    pub rules: watch::Receiver<Rules>,
    /// The incident's environment.
    pub environment: Environment,
    /// The environment's channels, and their platforms: where its card is.
    pub homes: Vec<(Arc<dyn Chat>, String)>,
    /// The rate limit of the environment's channel on this platform.
    pub rate_limit: Arc<RateLimit>,
    /// When the claim's lease ends: until then no other replica tells anybody.
    pub lease: watch::Receiver<Instant>,
    /// The newest event that a card shows.
    pub shown: watch::Receiver<u64>,
    /// The engine, which has the card drawn again.
    pub results: mpsc::UnboundedSender<TaskResult>,
}

/// How long an announcement waits for the card that it leads to.
const CARD_FIRST: Duration = Duration::from_secs(3);
/// How long the end of a closed incident is tried to be told.
const LAST_TRIES: Duration = Duration::from_hours(1);

/// What was told so far.
#[derive(Default)]
struct Ledger {
    rows: Option<BTreeMap<String, Announcement>>,
    /// What the platform refused, so that it is not there.
    refused: BTreeSet<String>,
    /// What was told wherever it had to be, by the rules of now.
    told: BTreeSet<String>,
}

/// How a round went.
#[derive(Default)]
struct Round {
    /// When something is due next.
    due: Option<Timestamp>,
    /// What went wrong.
    errors: Vec<ChatError>,
}

/// A message on its way.
struct Outgoing<'a> {
    key: String,
    to: Recipient<'a>,
    told: Told,
    /// The stage that it has when it was sent.
    stage: u8,
}

impl Announcer {
    /// Tells people until the incident is closed and everything is told.
    pub async fn run(self, mut snapshots: watch::Receiver<IncidentSnapshot>) {
        let (mut ledger, mut tries) = (Ledger::default(), pauses());
        let mut rules = self.rules.clone();
        let mut closed_since: Option<Instant> = None;
        loop {
            let snapshot = snapshots.borrow_and_update().clone();
            let closed = snapshot.incident.is_closed();
            let round = Box::pin(self.round(&snapshot, &mut ledger)).await;
            let mut wait =
                round.due.map(|due| due.duration_since(clock::now()).max(jiff::SignedDuration::ZERO).unsigned_abs());
            if round.errors.is_empty() {
                tries = pauses();
                if closed {
                    return;
                }
            } else {
                if closed && closed_since.get_or_insert_with(Instant::now).elapsed() > LAST_TRIES {
                    tracing::error!(incident.id = snapshot.incident.id, "gave up telling how it ended");
                    return;
                }
                let mut pause = tries.next().unwrap_or_default();
                for error in &round.errors {
                    tracing::warn!(incident.id = snapshot.incident.id, to = self.name(), error = %causes(error), "could not tell people");
                    if let ChatError::RateLimited(wanted) = error {
                        pause = pause.max(*wanted);
                    }
                }
                wait = Some(wait.map_or(pause, |wait| wait.min(pause)));
            }
            tokio::select! {
                changed = snapshots.changed() => if changed.is_err() {
                    // The engine stops: the next start goes on with it.
                    return;
                },
                Ok(()) = rules.changed() => ledger.told.clear(),
                () = sleep(wait) => {}
            }
        }
    }

    fn name(&self) -> String {
        match &self.destination {
            Destination::Chat(chat) => chat.platform().to_string(),
            Destination::Page(name) => name.clone(),
        }
    }

    /// Tells everything that is due. What fails holds nothing else up.
    async fn round(&self, snapshot: &IncidentSnapshot, ledger: &mut Ledger) -> Round {
        let mut round = Round::default();
        if let Err(error) = self.try_round(snapshot, ledger, &mut round).await {
            round.errors.push(error);
        }
        round
    }

    async fn try_round(
        &self,
        snapshot: &IncidentSnapshot,
        ledger: &mut Ledger,
        round: &mut Round,
    ) -> Result<(), ChatError> {
        let (id, closed) = (snapshot.incident.id, snapshot.incident.is_closed());
        let (needs, notices) = (needs(id, &snapshot.log), notices(&snapshot.log));
        if needs.is_empty() {
            return Ok(());
        }
        if Instant::now() > *self.lease.borrow() {
            return Err(ChatError::passing("another replica may tell it: the claim's lease is over".to_owned()));
        }
        if ledger.rows.is_none() {
            let rows = self.store.announcements(id).await.map_err(|error| stored(&error))?;
            let name = self.name();
            let ours = rows.into_iter().filter(|row| row.destination == name);
            let ours: BTreeMap<String, Announcement> = ours.map(|row| (row.key.clone(), row)).collect();
            // What a crash came before stands in the log, too.
            for call in ours.values().filter_map(call_made) {
                let _ = self.results.send(TaskResult::Announced { incident: id, call: Some(call) });
            }
            ledger.rows = Some(ours);
        }
        let marker = format!("{OPEN}{}", self.name());
        // A replica that stood still while it told somebody may have recorded that after another one had told everything else.
        let mut rows = ledger.rows.iter().flat_map(BTreeMap::values);
        if closed && ledger.get(&marker).is_some() && rows.all(|row| row.stage == LAST) {
            return Ok(());
        }
        let rules = self.rules.borrow().clone();
        let words = rules.homes.get(&self.environment.name).map(|home| home.language).unwrap_or_default();
        let context = Context { snapshot, rules: &rules, words: Words::in_language(words), link: self.link(id).await? };
        let now = clock::now();
        for need in &needs {
            let calls = need.calls(&rules.notify);
            for (place, call) in calls.iter().enumerate() {
                let lasts = need.is_news() || (need.ended.is_none() && !need.is_past(now));
                if !lasts || ledger.told.contains(&call.key) || !self.concerns(call, &rules) {
                    continue;
                }
                if call.due > now {
                    round.due = Some(round.due.map_or(call.due, |due| due.min(call.due)));
                    continue;
                }
                let is_reminder = |call: &Call| matches!(call.kind, Kind::Remind | Kind::LastCall);
                if is_reminder(call) && calls[place + 1..].iter().any(|later| is_reminder(later) && later.due <= now) {
                    // One that was missed is not made up for where a later one is due.
                    continue;
                }
                self.open(id, &marker, ledger).await?;
                match self.tell(&context, need, call, ledger).await {
                    Ok(()) => {
                        ledger.told.insert(call.key.clone());
                    }
                    Err(error) => round.errors.push(error),
                }
            }
        }
        if let Destination::Chat(chat) = &self.destination {
            for one in &notices {
                // Where they asked; elsewhere they would be told of it twice.
                let own = one.to.0.account.platform == chat.platform();
                if !own || ledger.told.contains(&one.key) {
                    continue;
                }
                self.open(id, &marker, ledger).await?;
                match self.notify(&context, chat.as_ref(), one, ledger).await {
                    Ok(()) => {
                        ledger.told.insert(one.key.clone());
                    }
                    Err(error) => round.errors.push(error),
                }
            }
        }
        let told: Vec<Announcement> = ledger.rows.iter().flat_map(BTreeMap::values).cloned().collect();
        for row in told.iter().filter(|row| row.stage < LAST && row.key != marker) {
            let outcome = self.bring_up_to_date(&context, row, &needs, &notices, ledger).await;
            round.errors.extend(outcome.err());
        }
        if closed && round.errors.is_empty() {
            self.set_marker(id, &marker, LAST, ledger).await?;
        }
        Ok(())
    }

    /// Whether a call is for this destination.
    fn concerns(&self, call: &Call, rules: &Rules) -> bool {
        let step = match call.kind {
            Kind::Escalate(place) => rules.notify.escalation.get(place),
            _ => None,
        };
        match &self.destination {
            Destination::Page(name) => step.and_then(|step| step.page.as_ref()) == Some(name),
            Destination::Chat(chat) => {
                step.is_none_or(|step| !step.who.is_empty() || step.channels.contains_key(&chat.platform()))
            }
        }
    }

    /// Records that something is to be told here, up to its end.
    async fn open(&self, id: IncidentId, marker: &str, ledger: &mut Ledger) -> Result<(), ChatError> {
        if ledger.get(marker).is_some_and(|marker| marker.stage < LAST) {
            return Ok(());
        }
        self.set_marker(id, marker, 0, ledger).await
    }

    async fn set_marker(&self, id: IncidentId, marker: &str, stage: u8, ledger: &mut Ledger) -> Result<(), ChatError> {
        if ledger.get(marker).is_none() && stage == LAST {
            return Ok(());
        }
        let row = Announcement {
            key: marker.to_owned(),
            destination: self.name(),
            channel: String::new(),
            message: String::new(),
            since: clock::now(),
            stage,
            told: Told::default(),
        };
        self.record(id, row, ledger).await
    }

    async fn record(&self, id: IncidentId, row: Announcement, ledger: &mut Ledger) -> Result<(), ChatError> {
        self.store.set_announcement(id, &row).await.map_err(|error| stored(&error))?;
        // The engine is gone at shutdown.
        let _ = self.results.send(TaskResult::Announced { incident: id, call: call_made(&row) });
        ledger.rows.get_or_insert_default().insert(row.key.clone(), row);
        Ok(())
    }

    /// Where the card is.
    async fn link(&self, id: IncidentId) -> Result<Option<String>, ChatError> {
        let cards = self.store.posted_cards(id).await.map_err(|error| stored(&error))?;
        let own = |chat: &Arc<dyn Chat>| match &self.destination {
            Destination::Chat(own) => own.platform() == chat.platform(),
            Destination::Page(_) => true,
        };
        let mut links = self.homes.iter().filter(|(chat, _)| own(chat)).filter_map(|(chat, channel)| {
            let here = |card: &&crate::store::PostedCard| card.platform == chat.platform() && card.channel == *channel;
            chat.link(channel, &cards.iter().find(here)?.message)
        });
        Ok(links.next())
    }

    async fn tell(
        &self,
        context: &Context<'_>,
        need: &Need,
        call: &Call,
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        if need.is_news() || call.kind == Kind::Announce {
            // Late or lost, people are told all the same.
            let _ = timeout(CARD_FIRST, self.shown.clone().wait_for(|shown| *shown >= need.seq)).await;
        }
        match &self.destination {
            Destination::Page(name) => self.page(context, need, call, name, ledger).await,
            Destination::Chat(chat) => self.say(context, need, call, chat.as_ref(), ledger).await,
        }
    }

    async fn say(
        &self,
        context: &Context<'_>,
        need: &Need,
        call: &Call,
        chat: &dyn Chat,
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        let (platform, notify) = (chat.platform(), &context.rules.notify);
        let home = self.homes.iter().find(|(chat, _)| chat.platform() == platform).map(|(_, channel)| channel.as_str());
        let audience = notify.audience(call.kind);
        let elsewhere = match call.kind {
            Kind::Escalate(place) => notify.escalation.get(place).and_then(|step| step.channels.get(&platform)),
            _ => None,
        };
        let Some(channel) = elsewhere.map(String::as_str).or(home) else { return Ok(()) };
        let policy = self.with_members(need, audience, &context.rules.policy, clock::now()).await;
        let (mentions, told) = self.mentions(need, audience, chat, &policy).await?;
        let announced = context.announced(need, call.kind, &self.environment, &mentions);
        let card = announced.open();
        let id = context.snapshot.incident.id;
        let cards = self.store.posted_cards(id).await.map_err(|error| stored(&error))?;
        let posted = cards.iter().find(|card| card.platform == platform && card.channel == channel);
        let to = match (call.kind, posted) {
            (Kind::Remind | Kind::LastCall, Some(posted)) => Recipient::Thread { channel, message: &posted.message },
            _ => Recipient::Channel(channel),
        };
        let key = format!("{}/{platform}", call.key);
        let stage = if need.is_news() { LAST } else { 0 };
        // A channel that takes nothing is not told so; who can be told elsewhere is.
        let mut shut = None;
        if !need.is_of_channel(platform, channel) {
            let outgoing = Outgoing { key: key.clone(), to, told: told.clone(), stage };
            shut = refused(self.send(id, chat, context.words, outgoing, &card, ledger).await)?;
        }
        // News has no later step that would lead to another channel.
        let others = notify.escalation.iter().filter_map(|step| step.channels.get(&platform));
        let other = others.map(String::as_str).find(|other| shut.is_some() && need.is_news() && *other != channel);
        if let Some(other) = other {
            let (key, to) = (format!("{key}/elsewhere"), Recipient::Channel(other));
            // Where it takes nothing either, they are told in private all the same.
            refused(self.send(id, chat, context.words, Outgoing { key, to, told, stage }, &card, ledger).await)?;
        }
        if notify.private && matches!(call.kind, Kind::Announce | Kind::Escalate(_)) {
            for mention in &mentions {
                let Mention::Account(user) = mention else { continue };
                let key = format!("{key}/{user}");
                let outgoing = Outgoing { key, to: Recipient::Person(user), told: Told::default(), stage };
                self.send(id, chat, context.words, outgoing, &card, ledger).await?;
            }
        }
        shut.map_or(Ok(()), Err)
    }

    /// Tells a requester in person how it went on: in the thread of the card, with their name.
    async fn notify(
        &self,
        context: &Context<'_>,
        chat: &dyn Chat,
        one: &Notice,
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        let (platform, id) = (chat.platform(), context.snapshot.incident.id);
        let account = &one.to.0.account;
        let Some((_, channel)) = self.homes.iter().find(|(chat, _)| chat.platform() == platform) else { return Ok(()) };
        let cards = self.store.posted_cards(id).await.map_err(|error| stored(&error))?;
        let posted = cards.iter().find(|card| card.platform == platform && card.channel == *channel);
        let to = match posted {
            Some(posted) => Recipient::Thread { channel, message: &posted.message },
            None => Recipient::Channel(channel),
        };
        let button = if one.again { self.restart_button(context) } else { None };
        let stage = if button.is_some() { 0 } else { LAST };
        let mention = vec![Mention::Account(account.user.clone())];
        let card = notice(one, mention.clone(), button.clone(), context.link.as_deref(), context.words);
        let key = format!("{}/{platform}", one.key);
        let outgoing = Outgoing { key: key.clone(), to, told: Told::default(), stage };
        let shut = refused(self.send(id, chat, context.words, outgoing, &card, ledger).await)?;
        if context.rules.notify.private {
            let card = notice(one, Vec::new(), button, context.link.as_deref(), context.words);
            let (key, to) = (format!("{key}/{}", account.user), Recipient::Person(&account.user));
            self.send(id, chat, context.words, Outgoing { key, to, told: Told::default(), stage }, &card, ledger)
                .await?;
        }
        shut.map_or(Ok(()), Err)
    }

    /// The button that requests a restart, as the card has it now.
    fn restart_button(&self, context: &Context<'_>) -> Option<Button> {
        let scene = Scene {
            incident: &context.snapshot.incident,
            log: &context.snapshot.log,
            told: &[],
            environment: &self.environment,
            policy: &context.rules.policy,
            words: context.words,
            now: clock::now(),
        };
        scene.card().buttons.into_iter().find(|button| button.verb == Verb::Restart)
    }
}

impl Ledger {
    fn get(&self, key: &str) -> Option<&Announcement> {
        self.rows.as_ref()?.get(key)
    }
}

/// That a channel takes nothing, or not this: whoever can be told elsewhere is told meanwhile.
fn refused(sent: Result<(), ChatError>) -> Result<Option<ChatError>, ChatError> {
    match sent {
        Err(error) if lasts(&error) => Ok(Some(error)),
        sent => sent.map(|()| None),
    }
}

/// Whether a refusal is for certain, and the same will be refused again as long as nobody changes anything.
fn lasts(error: &ChatError) -> bool {
    matches!(error, ChatError::Gone(_) | ChatError::Fatal(_) | ChatError::Closed(_) | ChatError::Unfit(_))
}

fn failed(error: &ChatError) -> Phrase {
    Phrase::new("missed-failed").with("why", error.reason())
}

fn stored(error: &StoreError) -> ChatError {
    ChatError::passing(causes(error))
}

async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
