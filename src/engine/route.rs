//! Which environment and which incident a request means. Where that is not clear, it says so and does nothing.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Engine;
use crate::chat::card::Scene;
use crate::chat::{Action, Button};
use crate::clock;
use crate::inbox::rejected::{About, Rejection};
use crate::incident::alert::{Alert, AlertStatus, Meaning, Severity};
use crate::incident::approval::{Account, Refusal};
use crate::incident::decide::Command;
use crate::incident::event::{Event, Trigger};
use crate::incident::phrase::Phrase;
use crate::incident::{Incident, IncidentId};
use crate::store::notices::Notice;
use crate::store::{InboxRow, ReplyTo, Request, StoreError};
use crate::words::Words;

/// What a request comes down to.
pub enum Routed {
    /// Nothing but an answer.
    Reply(Phrase),
    /// A new incident.
    Open {
        /// Of which environment.
        environment: String,
        /// Its first event.
        opened: Event,
    },
    /// A command to an incident.
    To {
        /// Which.
        incident: IncidentId,
        /// What.
        command: Command,
    },
}

/// An alert delivered again this soon after the incident that it belonged to was closed was answered by it.
const ECHO: SignedDuration = SignedDuration::from_secs(60);

impl Engine {
    /// Finds out what a request means.
    pub(super) async fn route(&self, row: &InboxRow) -> Result<Routed, StoreError> {
        let Some(reply) = &row.reply else {
            return match &row.request {
                Request::Alert { environment, alert } => self.route_alert(environment, alert, row.received_at).await,
                _ => Ok(Routed::Reply(Phrase::new("answer-alert"))),
            };
        };
        let by = reply.account.clone();
        Ok(match row.request.clone() {
            Request::Alert { environment, alert } => self.route_alert(&environment, &alert, row.received_at).await?,
            Request::Help => Routed::Reply(Phrase::new("answer-help")),
            Request::Unclear { text } => Routed::Reply(
                Phrase::new("refused-unclear").with("text", text).with("help", Phrase::new("answer-help")),
            ),
            Request::Status => Routed::Reply(self.status().await?),
            Request::Mute { text } => self.mute(&text, reply).await?,
            Request::Unmute { environment } => self.unmute(environment.as_deref(), reply).await?,
            Request::Check { environment } => match self.environment(environment.as_deref(), reply) {
                Ok(name) => {
                    if let Some(incident) = self.open_incident(&name) {
                        Routed::To { incident, command: Command::Check { by } }
                    } else {
                        let who = self.policy.who(&by);
                        Routed::Open { opened: self.opening(&name, Trigger::Check(who)).await?, environment: name }
                    }
                }
                Err(answer) => Routed::Reply(answer),
            },
            Request::CheckAgain { incident } => Routed::To { incident, command: Command::Check { by } },
            // Its form is shown where the card offers a restart now; elsewhere this says why not.
            Request::RestartForm { incident, .. } => {
                Routed::To { incident, command: Command::RequestRestart { by, reason: None } }
            }
            Request::Restart { incident, reason } => {
                self.to_incident(incident, reply, Command::RequestRestart { by, reason }).await?
            }
            Request::HandOver { reason } => self.to_incident(None, reply, Command::HandOver { by, reason }).await?,
            Request::Approve { incident, code, database_checked } => {
                let incident = self.incident_of_code(incident, &code, reply).await?;
                self.to_incident(incident, reply, Command::Approve { by, code, database_checked }).await?
            }
            Request::Deny { incident, code } => {
                let incident = self.incident_of_code(incident, &code, reply).await?;
                self.to_incident(incident, reply, Command::Deny { by, code }).await?
            }
            Request::Cancel { incident, code } => {
                let incident = self.incident_of_code(incident, &code, reply).await?;
                self.to_incident(incident, reply, Command::Cancel { by, code }).await?
            }
        })
    }

    /// The button whose form a click asked for, as the card has it now: by the log, since another replica may be ahead of us.
    pub(super) async fn form(&self, row: &InboxRow) -> Result<Option<Button>, StoreError> {
        let (Request::RestartForm { incident, .. }, Some(reply)) = (&row.request, &row.reply) else { return Ok(None) };
        let log = self.store.log(*incident).await?;
        let Some(incident) = Incident::replay(*incident, &log) else { return Ok(None) };
        let Some(home) = self.homes.get(&incident.environment) else { return Ok(None) };
        let scene = Scene {
            incident: &incident,
            log: &log,
            environment: home.environment(),
            policy: &self.policy,
            words: Words::of(reply.locale.as_deref()),
            now: self.now_of(incident.id),
        };
        Ok(scene.card().buttons.into_iter().find(|button| button.action == Action::Restart))
    }

    /// To the incident named, or to the open one of the channel's environment.
    async fn to_incident(
        &self,
        incident: Option<IncidentId>,
        reply: &ReplyTo,
        command: Command,
    ) -> Result<Routed, StoreError> {
        if let Some(incident) = incident {
            return Ok(Routed::To { incident, command });
        }
        let name = match self.environment(None, reply) {
            Ok(name) => name,
            Err(answer) => return Ok(Routed::Reply(answer)),
        };
        if let Some(incident) = self.open_incident(&name) {
            return Ok(Routed::To { incident, command });
        }
        // Another replica may have opened one that was not noticed here yet.
        if self.store.open_incidents().await?.iter().any(|id| !self.active.contains_key(id)) {
            return Err(StoreError::AlreadyOpen(name));
        }
        Ok(Routed::Reply(self.unmapped(&reply.account).unwrap_or(Refusal::NoIncident).phrase()))
    }

    /// Who maps to nobody hears that first, whatever else is wrong.
    fn unmapped(&self, account: &Account) -> Option<Refusal> {
        self.policy.person(account).is_none().then_some(Refusal::NotMapped)
    }

    /// The incident of a code that was typed: an open one, or the channel's last.
    async fn incident_of_code(
        &self,
        incident: Option<IncidentId>,
        code: &str,
        reply: &ReplyTo,
    ) -> Result<Option<IncidentId>, StoreError> {
        if incident.is_some() {
            return Ok(incident);
        }
        let knows = |incident: &Incident| {
            incident.ended.contains_key(code) || incident.request().is_some_and(|request| request.code == code)
        };
        if let Some(id) = self.active.iter().find(|(_, active)| knows(&active.incident)).map(|(id, _)| *id) {
            return Ok(Some(id));
        }
        match self.environment(None, reply) {
            Ok(name) if self.open_incident(&name).is_none() => self.store.newest_incident(&name).await,
            _ => Ok(None),
        }
    }

    /// The environment named, or that of the channel, or the only one.
    pub(super) fn environment(&self, named: Option<&str>, reply: &ReplyTo) -> Result<String, Phrase> {
        let names = || self.homes.keys().cloned().collect::<Vec<_>>().join(", ");
        if let Some(name) = named {
            let known = self.homes.keys().find(|known| known.eq_ignore_ascii_case(name));
            return known
                .cloned()
                .ok_or_else(|| Phrase::new("refused-no-environment").with("name", name).with("names", names()));
        }
        let here = |channel: Option<&String>| channel == Some(&reply.channel);
        let mut at_home = self
            .homes
            .iter()
            .filter(|(_, home)| here(home.channels.get(&reply.account.platform)))
            .map(|(name, _)| name);
        match (at_home.next(), at_home.next(), self.homes.len()) {
            (Some(name), None, _) => Ok(name.clone()),
            (None, _, 1) => Ok(self.homes.keys().next().cloned().unwrap_or_default()),
            _ => Err(Phrase::new("refused-which-environment").with("names", names())),
        }
    }

    pub(super) fn open_incident(&self, environment: &str) -> Option<IncidentId> {
        let open =
            |active: &super::ActiveIncident| !active.incident.is_closed() && active.incident.environment == environment;
        self.active.iter().find(|(_, active)| open(active)).map(|(id, _)| *id)
    }

    async fn route_alert(&self, environment: &str, alert: &Alert, at: Timestamp) -> Result<Routed, StoreError> {
        let noted = Routed::Reply(Phrase::new("answer-alert"));
        let about_database = alert.meaning == Meaning::Database;
        let alert = &Alert { seen_at: about_database.then_some(at), ..alert.clone() };
        if !self.homes.contains_key(environment) {
            tracing::warn!(environment, "an alert names an environment that is not configured any more");
            return Ok(noted);
        }
        if about_database && self.policy.database_inhibits.is_zero() {
            return Ok(noted);
        }
        if about_database {
            self.note_database_alert(environment, alert, at).await?;
        }
        if self.is_silenced(environment, alert).await? {
            return Ok(noted);
        }
        if let Some(incident) = self.open_incident(environment) {
            let command = match alert.status {
                AlertStatus::Firing => Command::Alert(alert.clone()),
                AlertStatus::Resolved => Command::AlertResolved(alert.clone()),
            };
            return Ok(Routed::To { incident, command });
        }
        let echo = self.last(environment).await?.is_some_and(|last| is_echo(&last, alert));
        if alert.status == AlertStatus::Resolved || echo || about_database || alert.severity == Some(Severity::Info) {
            return Ok(noted);
        }
        if let Some(again) = self.again(environment, alert).await? {
            return Ok(again);
        }
        let opened = self.opening(environment, Trigger::Alert(alert.clone())).await?;
        Ok(Routed::Open { environment: environment.to_owned(), opened })
    }

    /// What argues against a restart is known to the next incident, too, and to other replicas.
    async fn note_database_alert(&self, environment: &str, alert: &Alert, at: Timestamp) -> Result<(), StoreError> {
        match alert.status {
            AlertStatus::Firing => {
                let notice = Notice::Alert { alert: alert.clone() };
                self.store.set_notice(environment, &notice, at + self.policy.database_inhibits).await
            }
            AlertStatus::Resolved => self.store.drop_alert(environment, &alert.fingerprint).await,
        }
    }

    pub(super) async fn last(&self, environment: &str) -> Result<Option<Incident>, StoreError> {
        let Some(id) = self.store.newest_incident(environment).await? else { return Ok(None) };
        Ok(Incident::replay(id, &self.store.log(id).await?))
    }

    /// An incident's first event: what opened it, and what the environment's past says of it.
    async fn opening(&self, environment: &str, trigger: Trigger) -> Result<Event, StoreError> {
        let last = self.last(environment).await?;
        let of_database = |notice| match notice {
            Notice::Alert { alert } => Some(alert),
            Notice::Mute { .. } => None,
        };
        let notices = self.store.notices(environment).await?;
        Ok(Event::Opened {
            database_alerts: notices.into_iter().filter_map(of_database).collect(),
            environment: environment.to_owned(),
            trigger,
            last_restart: last.as_ref().and_then(|last| last.last_restart),
            last_leader: last.and_then(|last| last.last_leader),
        })
    }

    async fn status(&self) -> Result<Phrase, StoreError> {
        let words = Words::of(None);
        let mut muted: BTreeMap<&String, String> = BTreeMap::new();
        for name in self.homes.keys() {
            if let Some(mute) = self.muted(name).await? {
                let id = if mute.reason.is_some() { "status-muted-because" } else { "status-muted" };
                let phrase = Phrase::new(id).with("who", mute.by.name()).with("until", mute.until);
                let phrase = match mute.reason {
                    Some(reason) => phrase.with("reason", reason),
                    None => phrase,
                };
                muted.insert(name, format!("    {}", words.say(&phrase)));
            }
        }
        let rejected = |about: &About, indent: &str| -> Vec<String> {
            let told = |one: Rejection| {
                let phrase =
                    Phrase::new("status-rejected").with("count", one.count as usize).with("source", one.source);
                format!("{indent}{}", words.say(&phrase.with("at", one.last_at).with("reason", one.reason)))
            };
            self.inbox.rejected().about(about).into_iter().map(told).collect()
        };
        let lines: Vec<String> = self
            .homes
            .iter()
            .map(|(name, home)| {
                let active = self.open_incident(name).and_then(|id| self.active.get(&id));
                let stands = words.say(&active.map_or_else(
                    || Phrase::new("status-line-quiet").with("environment", name),
                    |active| {
                        let scene = Scene {
                            incident: &active.incident,
                            log: &[],
                            environment: home.environment(),
                            policy: &self.policy,
                            words,
                            now: clock::now(),
                        };
                        Phrase::new("status-line").with("stands", scene.headline()).with("incident", active.incident.id)
                    },
                ));
                std::iter::once(stands)
                    .chain(muted.get(name).cloned())
                    .chain(rejected(&About::Environment(name.clone()), "    "))
                    .collect::<Vec<_>>()
                    .join("\n")
            })
            .chain(rejected(&About::Unknown, ""))
            .collect();
        Ok(Phrase::new("answer-status").with("lines", lines.join("\n")))
    }
}

fn is_echo(last: &Incident, alert: &Alert) -> bool {
    let same = last.alerts.get(&alert.fingerprint).is_some_and(|known| known.starts_at == alert.starts_at);
    same && last.closed_at.is_some_and(|closed| clock::now().duration_since(closed) < ECHO)
}
