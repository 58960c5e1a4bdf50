//! A row of the inbox: what it comes down to, what that changes, and the answer to its author, which is durable before it is given.

use jiff::SignedDuration;
use tokio::time::Instant;

use super::tasks::TaskResult;
use super::throttle::Admission;
use super::{ATTEMPTS, Engine, Routed, measure, replies};
use crate::chat::Button;
use crate::clock;
use crate::incident::decide::Command;
use crate::incident::event::Event;
use crate::incident::phrase::Phrase;
use crate::incident::refusal::Refusal;
use crate::incident::{Incident, IncidentId};
use crate::metrics;
use crate::request::Request;
use crate::store::{InboxRow, StoreError};
use crate::words::Words;

/// So many people are answered at once: beyond it, who can't be answered makes others wait.
const ANSWERED_AT_ONCE: usize = 512;

impl Engine {
    /// Takes what people asked for, and alerts from chats, and answers it.
    pub(super) async fn receive_inbox(&mut self) {
        if self.retry.is_pausing() {
            return;
        }
        if self.answering.len() >= ANSWERED_AT_ONCE {
            return;
        }
        match self.store.claim_inbox(self.store.lease()).await {
            Ok(rows) => {
                for mut row in rows {
                    if !self.answering.insert(row.dedupe_key.clone()) {
                        continue;
                    }
                    self.throttle(&mut row);
                    self.take_up(row);
                }
            }
            Err(error) => {
                self.retry.fail();
                return self.report(&error, "reading the inbox");
            }
        }
        let mut rows = std::mem::take(&mut self.rows).into_iter();
        while let Some(row) = rows.next() {
            let reply = match &row.answer {
                Some(answer) => Ok((None, answer.clone())),
                None => Box::pin(self.reply_for(&row)).await.inspect(|(form, answer)| {
                    measure::command(&row.request, form.is_some(), answer);
                }),
            };
            match reply {
                Ok((form, answer)) => {
                    self.retry.succeed();
                    self.deliver(row, form, answer);
                }
                Err(error @ StoreError::RowLost(_)) => {
                    self.answering.remove(&row.dedupe_key);
                    self.report(&error, "carrying out a command");
                }
                Err(error) => {
                    // The others would fare no better: all of them wait for the next try.
                    self.retry.fail();
                    self.report(&error, "carrying out a command");
                    self.rows.push(row);
                    self.rows.extend(rows);
                    return;
                }
            }
        }
    }

    /// The reply to a row's author: a form, with the text for where it does not open; or a text alone.
    async fn reply_for(&mut self, row: &InboxRow) -> Result<(Option<Button>, Phrase), StoreError> {
        let form = self.form(row).await?;
        let answer = match form {
            Some(_) => self.answer_only(Some(&row.dedupe_key), Phrase::new("answer-form-lost")).await?,
            None => Box::pin(self.decide_row(row)).await?,
        };
        Ok((form, answer))
    }

    /// Decides one inbox row; its answer is durable when this returns.
    pub(super) async fn decide_row(&mut self, row: &InboxRow) -> Result<Phrase, StoreError> {
        let key = row.dedupe_key.as_str();
        for _ in 0..ATTEMPTS {
            match Box::pin(self.execute(row)).await {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) | Err(StoreError::AlreadyOpen(_)) => self.sync().await?,
                Err(StoreError::Overtaken(id)) => self.reload(id).await?,
                Err(error) => return Err(error),
            }
        }
        let answer = Phrase::new("refused-being-carried-out");
        self.store.record_answer(key, &answer).await?;
        Ok(answer)
    }

    /// Carries one row out; `None` where the incidents have to be looked at first.
    async fn execute(&mut self, row: &InboxRow) -> Result<Option<Phrase>, StoreError> {
        let key = row.dedupe_key.as_str();
        match self.route(row).await? {
            Routed::LookAgain => Ok(None),
            Routed::Reply(answer) => {
                self.store.record_answer(key, &answer).await?;
                if let Request::Alert { alert, .. } = &row.request {
                    measure::alert(&alert.source, "quiet");
                }
                Ok(Some(answer))
            }
            Routed::Open { environment, opened } => {
                Box::pin(self.open(&environment, opened, Some(key))).await.map(Some)
            }
            Routed::To { incident, command } => {
                let again = self.is_over(incident);
                let answer = self.run_command(incident, &command, Some(key)).await?;
                if again {
                    self.reopened(incident).await;
                }
                Ok(Some(answer))
            }
            Routed::Refused { incident, command, refusal } => {
                self.run_or_refuse(incident, &command, Some(refusal), Some(key)).await.map(Some)
            }
        }
    }

    pub(super) async fn open(
        &mut self,
        environment: &str,
        opened: Event,
        cause: Option<&str>,
    ) -> Result<Phrase, StoreError> {
        let now = clock::now();
        let answer = match &opened {
            Event::DrillBegun { environment, .. } => Phrase::new("answer-drill").with("environment", environment),
            _ => Phrase::new("answer-checking").with("environment", environment),
        };
        let (id, recorded) =
            self.store.open_incident(environment, now, opened, cause.map(|key| (key, &answer))).await?;
        let answer = answer.with("incident", id);
        tracing::info!(incident.id = id, environment, "an incident was opened");
        measure::opened(&recorded.event);
        if let Some(incident) = Incident::replay(id, [&recorded]) {
            // The answer stands, whoever works on it.
            let _ = self.adopt(incident, vec![recorded]).await.inspect_err(|error| self.report(error, "claiming"));
        }
        Ok(answer)
    }

    /// Decides a command to an incident and appends the events; returns the answer to its author.
    pub(super) async fn run_command(
        &mut self,
        id: IncidentId,
        command: &Command,
        cause: Option<&str>,
    ) -> Result<Phrase, StoreError> {
        self.run_or_refuse(id, command, None, cause).await
    }

    /// The same, or the refusal that stands already: it is recorded like any other.
    async fn run_or_refuse(
        &mut self,
        id: IncidentId,
        command: &Command,
        refusal: Option<Refusal>,
        cause: Option<&str>,
    ) -> Result<Phrase, StoreError> {
        let now = self.now_of(id);
        let own = command.is_own();
        let incident = match self.active.get(&id) {
            Some(active) => active.incident.clone(),
            None => match Incident::replay(id, &self.store.log(id).await?) {
                Some(incident) => incident,
                None => return self.answer_only(cause, Phrase::new("refused-no-incident")).await,
            },
        };
        let (events, answer) = match refusal.map_or_else(|| incident.decide(command, now, &self.policy), Err) {
            Ok(events) => {
                let answer = replies::accepted(&incident, command, &events);
                (events, answer)
            }
            Err(refusal) => {
                let why = refusal.phrase();
                tracing::info!(incident.id = id, refusal = why.id, "a command was refused");
                let refused = replies::refused(command, &why, &self.policy);
                let events = refused.into_iter().filter(|_| !incident.is_closed()).collect();
                (events, Self::refused(&incident, command, &refusal))
            }
        };
        let answer = incident.marked(answer);
        if events.is_empty() {
            // No append finds out whether another replica went on meanwhile: an incident that is over by now must not take an
            // alert for one that it knows.
            if cause.is_some() && self.store.head(id).await?.is_some_and(|head| head.seq != incident.seq) {
                return Err(StoreError::Overtaken(id));
            }
            return self.answer_only(cause, answer).await;
        }
        let (after, cause) = (incident.seq, cause.map(|key| (key, &answer)));
        let recorded = if own {
            let claim = self.active.get(&id).and_then(|active| active.claim).ok_or(StoreError::ClaimLost(id))?;
            self.store.append_claimed(id, after, now, events, cause, claim).await?
        } else {
            self.store.append(id, after, now, events, cause).await?
        };
        self.store_agreed();
        measure::appended(incident, &recorded);
        if let Some(active) = self.active.get_mut(&id) {
            active.merge(recorded);
        }
        Ok(answer)
    }

    pub(super) async fn answer_only(&mut self, cause: Option<&str>, answer: Phrase) -> Result<Phrase, StoreError> {
        if let Some(key) = cause {
            self.store.record_answer(key, &answer).await?;
        }
        Ok(answer)
    }

    /// Replies to a row's author: with a form, or with a text.
    fn deliver(&mut self, row: InboxRow, form: Option<Button>, answer: Phrase) {
        let chat = row.reply.as_ref().and_then(|reply| self.chats.get(&reply.account.platform)).cloned();
        let (store, result_sender) = (self.store.clone(), self.result_sender.clone());
        let words = row.reply.as_ref().map_or_else(|| Words::of(None), |reply| self.words_for(reply));
        let stopping = self.stopping.clone();
        let outlook = self.outlook(&answer);
        if row.reply.is_some() {
            self.closed.wish();
        }
        self.tasks.spawn(async move {
            let key = row.dedupe_key.clone();
            let answer = outlook.told_with(answer).await;
            let words = match &chat {
                Some(chat) => replies::own_words(chat.as_ref(), &row, words).await,
                None => words,
            };
            let asked = match (&chat, &form) {
                (Some(chat), Some(button)) => replies::open_form(chat.as_ref(), &row, button, words).await,
                _ => false,
            };
            let delivered = replies::deliver(&store, chat.filter(|_| !asked), row, &answer, words, &stopping).await;
            // The engine is gone at shutdown; the row stays as it is then.
            let _ = result_sender.send(TaskResult::Answered { key, delivered });
        });
    }

    /// Answers a row that is one too many, so that nothing else comes of it: with a sentence, or with nothing where its author
    /// heard that and sees nothing that waits.
    fn throttle(&mut self, row: &mut InboxRow) {
        let Some(reply) = row.reply.as_ref().filter(|_| row.answer.is_none()) else { return };
        let is_person = self.policy.person(&reply.account).is_some();
        let is_free = match row.request {
            Request::Approve { .. } | Request::Deny { .. } | Request::Cancel { .. } => is_person,
            // What bots say in channels is no command.
            Request::Alert { .. } => true,
            _ => false,
        };
        if is_free {
            return;
        }
        let wait = match self.throttle.admit(&reply.account, is_person, self.commands, Instant::now()) {
            Admission::Admitted => return,
            Admission::Told(wait) => wait,
            // Where the bot seems to be thinking until something is said, that is said again.
            Admission::Silent(wait) => {
                let chat = self.chats.get(&reply.account.platform);
                if !chat.is_some_and(|chat| chat.keeps_waiting(reply)) {
                    row.reply = None;
                }
                wait
            }
        };
        metrics::COMMANDS.count(&[("verb", row.request.word()), ("outcome", "throttled")]);
        // Never "in 0 s".
        let wait = SignedDuration::try_from(wait).unwrap_or_default().max(SignedDuration::from_secs(1));
        row.answer = Some(Phrase::new("refused-too-many").with("wait", wait));
    }
}
