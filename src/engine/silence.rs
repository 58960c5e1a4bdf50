//! Mutes, and incidents that are opened again: what an alert comes to beside opening and joining.

use super::{Engine, Routed};
use crate::clock;
use crate::inbox::rejected::About;
use crate::incident::IncidentId;
use crate::incident::alert::{Alert, AlertStatus, Meaning};
use crate::incident::decide::Command;
use crate::incident::mute::{self, Mute, Typed};
use crate::incident::phrase::{Arg, Phrase};
use crate::incident::reopen::Refire;
use crate::incident::standing::CLICK_AGE;
use crate::request::ReplyTo;
use crate::store::StoreError;
use crate::store::notices::Notice;

impl Engine {
    /// Somebody mutes an environment: that of the channel, or the one they name.
    pub(super) async fn mute(&self, text: &str, reply: &ReplyTo) -> Result<Routed, StoreError> {
        let Some(typed) = mute::read(text) else { return Ok(Routed::Reply(Phrase::new("refused-mute-length"))) };
        let typed = self.named_behind(typed);
        let environment = match self.environment(typed.environment.as_deref(), reply) {
            Ok(name) => name,
            Err(answer) => return Ok(Routed::Reply(answer)),
        };
        let by = match self.policy.as_of(clock::now(), CLICK_AGE).somebody(&reply.account) {
            Ok(by) => by,
            Err(refusal) => return Ok(Routed::Reply(refusal.phrase())),
        };
        let until = clock::now() + typed.length;
        let mute = Mute { by, until, reason: typed.reason };
        self.store.set_notice(&environment, &Notice::Mute { mute: mute.clone() }, until).await?;
        tracing::info!(environment, person = mute.by.name(), %until, "alerts are muted");
        if let Some(incident) = self.open_incident(&environment) {
            return Ok(Routed::To { incident, command: Command::Mute(mute) });
        }
        Ok(Routed::Reply(Phrase::new("answer-muted").with("environment", environment).with("until", Arg::Dated(until))))
    }

    /// The environment may stand behind the length, too, as it does in every other command: `2h prod because`.
    fn named_behind(&self, typed: Typed) -> Typed {
        let behind = typed.reason.as_deref().filter(|_| typed.environment.is_none()).unwrap_or_default();
        let (first, rest) = behind.split_once(char::is_whitespace).unwrap_or((behind, ""));
        match self.called(first) {
            Some(name) => {
                let reason = Some(rest.trim().to_owned()).filter(|reason| !reason.is_empty());
                Typed { environment: Some(name), reason, ..typed }
            }
            None => typed,
        }
    }

    /// Somebody ends a mute.
    pub(super) async fn unmute(&self, named: Option<&str>, reply: &ReplyTo) -> Result<Routed, StoreError> {
        let environment = match self.environment(named, reply) {
            Ok(name) => name,
            Err(answer) => return Ok(Routed::Reply(answer)),
        };
        let by = match self.policy.as_of(clock::now(), CLICK_AGE).somebody(&reply.account) {
            Ok(by) => by,
            Err(refusal) => return Ok(Routed::Reply(refusal.phrase())),
        };
        self.store.drop_mute(&environment).await?;
        tracing::info!(environment, person = by.name(), "alerts are heard again");
        if let Some(incident) = self.open_incident(&environment) {
            return Ok(Routed::To { incident, command: Command::Unmute { by } });
        }
        Ok(Routed::Reply(Phrase::new("answer-unmuted").with("environment", environment)))
    }

    /// The mute that holds for an environment now.
    pub(super) async fn muted(&self, environment: &str) -> Result<Option<Mute>, StoreError> {
        let notices = self.store.notices(environment).await?;
        Ok(notices.into_iter().find_map(|notice| match notice {
            Notice::Mute { mute } => Some(mute),
            Notice::Alert { .. } | Notice::Watch { .. } => None,
        }))
    }

    /// What a person hears who tells of the outage while its alerts are muted; `None` where they are heard.
    pub(super) async fn told_of_mute(&self, environment: &str, alert: &Alert) -> Result<Option<Phrase>, StoreError> {
        if !self.homes.contains_key(environment) || !self.is_silenced(environment, alert).await? {
            return Ok(None);
        }
        Ok(self.muted(environment).await?.map(|mute| {
            let told = Phrase::new("answer-alert-muted").with("who", mute.by.name());
            told.with("environment", environment).with("until", Arg::Dated(mute.until))
        }))
    }

    /// Whether an alert is kept silent. One about the database counts all the same, and so does an end.
    pub(super) async fn is_silenced(&self, environment: &str, alert: &Alert) -> Result<bool, StoreError> {
        if alert.status != AlertStatus::Firing || alert.meaning == Meaning::Database {
            return Ok(false);
        }
        let Some(mute) = self.muted(environment).await? else { return Ok(false) };
        let why = Phrase::new("rejected-muted").with("who", mute.by.name()).with("environment", environment);
        let why = why.with("until", Arg::Dated(mute.until));
        self.inbox.rejected().note(&alert.source, &About::Environment(environment.to_owned()), why);
        Ok(true)
    }

    /// What an alert comes to that fires soon after the environment's last incident was closed; `None` for a new one.
    pub(super) async fn again(&self, environment: &str, alert: &Alert) -> Result<Option<Routed>, StoreError> {
        let Some(last) = self.last(environment).await? else { return Ok(None) };
        Ok(match last.refire(clock::now(), &self.policy) {
            Refire::New => None,
            Refire::Quiet => Some(Routed::Reply(Phrase::new("answer-alert"))),
            Refire::Reopen => Some(Routed::To { incident: last.id, command: Command::Alert(alert.clone()) }),
        })
    }

    /// Whether an incident is closed, as far as is known here.
    pub(super) fn is_over(&self, id: IncidentId) -> bool {
        self.active.get(&id).is_none_or(|active| active.incident.is_closed())
    }

    /// A command came to an incident that was over. If that opened it again, whoever may holds it from here on, and shows it: what
    /// showed its end may be gone.
    pub(super) async fn reopened(&mut self, id: IncidentId) {
        let done = match self.active.get_mut(&id) {
            Some(active) if active.incident.is_closed() => return,
            Some(active) => {
                active.drop_claim();
                self.claim(id).await
            }
            None => self.sync().await,
        };
        // It stands, whoever works on it.
        let _ = done.inspect_err(|error| self.report(error, "claiming"));
    }
}
