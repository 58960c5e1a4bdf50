//! Which environment and which incident a request means. Where that is not clear, it says so and does nothing.

use jiff::{SignedDuration, Timestamp};

use super::home::Home;
use super::{Engine, Routed};
use crate::chat::Button;
use crate::chat::card::Scene;
use crate::clock;
use crate::inbox::rejected::{About, Rejection};
use crate::incident::account::Account;
use crate::incident::alert::{Alert, AlertStatus, Meaning, Severity};
use crate::incident::decide::Command;
use crate::incident::event::{Event, Trigger};
use crate::incident::explained::{policy_lines, who_am_i};
use crate::incident::phrase::{Arg, Phrase};
use crate::incident::plan::incident_of;
use crate::incident::refusal::Refusal;
use crate::incident::standing::CLICK_AGE;
use crate::incident::{Incident, IncidentId};
use crate::request::{ReplyTo, Request, Unserved, Verb};
use crate::store::notices::Notice;
use crate::store::{InboxRow, StoreError};
use crate::words::Words;
use crate::words::language::Language;

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
        if row.request.is_look()
            && let Err(refusal) = self.may_look(&by)
        {
            return Ok(Routed::Reply(refusal.phrase()));
        }
        Ok(match row.request.clone() {
            Request::Alert { environment, alert } => match self.told_of_mute(&environment, &alert).await? {
                Some(answer) => Routed::Reply(answer),
                None => self.route_alert(&environment, &alert, row.received_at).await?,
            },
            Request::Help => Routed::Reply(self.help(reply)),
            Request::Unclear { text } => Routed::Reply(self.meant(&text, reply)),
            Request::Unserved { why } => Routed::Reply(
                Phrase::new(match why {
                    Unserved::OtherWorkspace => "refused-other-workspace",
                    Unserved::OtherServer => "refused-other-server",
                    Unserved::DirectMessage => "refused-direct-message",
                })
                .with("names", self.names()),
            ),
            Request::WhoAmI => Routed::Reply(who_am_i(&self.policy.as_of(clock::now(), CLICK_AGE), &by)),
            Request::Policy { environment } => Routed::Reply(match self.environment(environment.as_deref(), reply) {
                Ok(name) => policy_lines(&self.policy, &name),
                Err(why) => why,
            }),
            Request::Drill { environment } => self.drill(environment.as_deref(), reply),
            Request::Status => Routed::Reply(self.status().await?),
            Request::Report { incident } => Routed::Reply(self.told(incident, reply).await?),
            Request::History { environment } => Routed::Reply(self.history(environment.as_deref(), reply).await?),
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
                Err(why) => Routed::Reply(self.which_check(environment.as_deref(), why, reply)),
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
                let command = Command::Approve { by, code: code.clone(), database_checked };
                if let Some((incident, refusal)) = incident.and_then(|clicked| self.clicked_elsewhere(clicked, reply)) {
                    return Ok(Routed::Refused { incident, command, refusal });
                }
                self.incident_of_code(incident, &code, reply, command).await?
            }
            Request::Deny { incident, code } => {
                let command = Command::Deny { by, code: code.clone() };
                self.incident_of_code(incident, &code, reply, command).await?
            }
            Request::Cancel { incident, code } => {
                let command = Command::Cancel { by, code: code.clone() };
                self.incident_of_code(incident, &code, reply, command).await?
            }
        })
    }

    /// A decision about a request, to its incident. Where nobody can tell which that is, its author hears what waits.
    async fn decision(
        &self,
        incident: Option<IncidentId>,
        reply: &ReplyTo,
        command: Command,
    ) -> Result<Routed, StoreError> {
        if incident.is_none() && self.environment(None, reply).is_err() {
            let verb = Verb::of(&command).map_or(Verb::Approve, |(verb, _)| verb);
            let refused = self.unmapped(&reply.account).map(|refusal| refusal.phrase());
            return Ok(Routed::Reply(refused.unwrap_or_else(|| self.what_waits(verb, reply))));
        }
        self.to_incident(incident, reply, command).await
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
            told: &[],
            environment: home.environment(),
            policy: &self.policy,
            words: self.words_for(reply),
            now: self.now_of(incident.id),
        };
        Ok(scene.card().buttons.into_iter().find(|button| button.verb == Verb::Restart))
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
        if self.store.open_incidents().await?.iter().any(|id| !self.active.contains_key(id)) {
            return Ok(Routed::LookAgain);
        }
        Ok(Routed::Reply(self.unmapped(&reply.account).unwrap_or(Refusal::NoIncident).phrase()))
    }

    /// Whether somebody is told how things stand.
    pub(super) fn may_look(&self, account: &Account) -> Result<(), Refusal> {
        self.policy.as_of(clock::now(), CLICK_AGE).may_look(account)
    }

    /// Who maps to nobody hears that first, whatever else is wrong.
    pub(super) fn unmapped(&self, account: &Account) -> Option<Refusal> {
        self.policy.person(account).is_none().then_some(Refusal::NotMapped)
    }

    /// Why a click does not count that came from another channel than the card's: nobody saw there what they approve.
    fn clicked_elsewhere(&self, clicked: IncidentId, reply: &ReplyTo) -> Option<(IncidentId, Refusal)> {
        let environment = &self.active.get(&clicked)?.incident.environment;
        let home = self.homes.get(environment)?.channels.get(&reply.account.platform)?;
        (*home != reply.channel).then(|| (clicked, Refusal::OtherChannel { environment: environment.clone() }))
    }

    /// To the incident that a click came from, or that a typed code names: whichever it is, a code means one request alone. Codes
    /// of earlier versions name no incident, and two requests can have the same: typed, they decide nothing.
    async fn incident_of_code(
        &self,
        clicked: Option<IncidentId>,
        code: &str,
        reply: &ReplyTo,
        command: Command,
    ) -> Result<Routed, StoreError> {
        if let Some(incident) = clicked {
            return Ok(Routed::To { incident, command });
        }
        if let Some(incident) = incident_of(code) {
            // One that was deleted since, or never was, is as unknown as any other word.
            if self.active.contains_key(&incident) || self.store.head(incident).await?.is_some() {
                return Ok(Routed::To { incident, command });
            }
        } else if self
            .active
            .values()
            .any(|active| active.incident.request().is_some_and(|request| request.code == code))
        {
            let refusal = self.unmapped(&reply.account).unwrap_or(Refusal::OldCode { code: code.to_owned() });
            return Ok(Routed::Reply(refusal.phrase()));
        }
        self.decision(None, reply, command).await
    }

    /// The environment named, or that of the channel, or the only one.
    pub(super) fn environment(&self, named: Option<&str>, reply: &ReplyTo) -> Result<String, Phrase> {
        let which = || Phrase::new("refused-which-environment").with("names", self.names());
        let Some(name) = named else {
            return match self.at_home(&reply.channel, reply)[..] {
                [name] => Ok(name.clone()),
                [] if self.homes.len() == 1 => Ok(self.homes.keys().next().cloned().unwrap_or_default()),
                _ => Err(which()),
            };
        };
        let unknown = |name: &str| Phrase::new("refused-no-environment").with("name", name).with("names", self.names());
        let Some(link) = name.strip_prefix('#') else { return self.called(name).ok_or_else(|| unknown(name)) };
        // A link to a channel means the environment that is at home there, or is called like it.
        let (channel, label) = link.split_once('|').unwrap_or((link, link));
        match self.at_home(channel, reply)[..] {
            [name] => Ok(name.clone()),
            [] => self.called(label).ok_or_else(|| unknown(label)),
            _ => Err(which()),
        }
    }

    /// The environment of this name, in whatever case. What stands around a name may be a part of it.
    pub(super) fn called(&self, name: &str) -> Option<String> {
        let bare = |name: &str| name.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        let exact = self.homes.keys().find(|known| known.eq_ignore_ascii_case(name));
        let mut alike = self.homes.keys().filter(|known| bare(known) == bare(name));
        exact.or(alike.next().filter(|_| alike.next().is_none())).cloned()
    }

    /// The environments that are at home in a channel of the platform that somebody asks on.
    pub(super) fn at_home(&self, channel: &str, reply: &ReplyTo) -> Vec<&String> {
        let here = |home: &Home| home.channels.get(&reply.account.platform).is_some_and(|home| home == channel);
        self.homes.iter().filter(|(_, home)| here(home)).map(|(name, _)| name).collect()
    }

    /// The language of somebody: their own, as far as the platform tells it and the bot speaks it, or that of the channel.
    pub(super) fn words_for(&self, reply: &ReplyTo) -> &'static Words {
        let own = reply.locale.as_deref().and_then(Language::of_locale);
        let of_channel = || self.at_home(&reply.channel, reply).first().map(|name| self.homes[*name].language);
        Words::in_language(own.or_else(of_channel).unwrap_or_default())
    }

    /// The environments' names.
    fn names(&self) -> String {
        self.homes.keys().cloned().collect::<Vec<_>>().join(", ")
    }

    pub(super) fn open_incident(&self, environment: &str) -> Option<IncidentId> {
        self.open_one(environment, false)
    }

    /// The open incident of an environment, or its open drill.
    pub(super) fn open_one(&self, environment: &str, drill: bool) -> Option<IncidentId> {
        let is_it = |incident: &Incident| {
            !incident.is_closed() && incident.is_drill() == drill && incident.environment == environment
        };
        self.active.iter().find(|(_, active)| is_it(&active.incident)).map(|(id, _)| *id)
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
            Notice::Mute { .. } | Notice::Watch { .. } => None,
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
        let mut lines = Vec::new();
        for (name, home) in self.homes.iter() {
            lines.push(self.standing(name, home, self.open_incident(name)));
            if let Some(drill) = self.open_one(name, true) {
                lines.push(self.standing(name, home, Some(drill)));
            }
            lines.extend(self.refusals(name));
            if let Some(mute) = self.muted(name).await? {
                let id = if mute.reason.is_some() { "status-muted-because" } else { "status-muted" };
                let phrase = Phrase::new(id).with("who", mute.by.name()).with("until", Arg::Dated(mute.until));
                lines.push(match mute.reason {
                    Some(reason) => phrase.with("reason", reason),
                    None => phrase,
                });
            }
            lines.extend(self.rejected(&About::Environment(name.clone()), "status-rejected-here"));
        }
        lines.extend(self.rejected(&About::Unknown, "status-rejected"));
        let last = lines.pop().unwrap_or_else(|| Phrase::new("status-nothing"));
        let all = lines
            .into_iter()
            .rev()
            .fold(last, |rest, line| Phrase::new("status-lines").with("line", line).with("rest", rest));
        Ok(Phrase::new("answer-status").with("lines", all))
    }

    /// How an environment stands.
    fn standing(&self, name: &str, home: &Home, open: Option<IncidentId>) -> Phrase {
        let Some(active) = open.and_then(|id| self.active.get(&id)) else {
            return Phrase::new("status-line-quiet").with("environment", name);
        };
        let scene = Scene {
            incident: &active.incident,
            log: &[],
            told: &[],
            environment: home.environment(),
            policy: &self.policy,
            words: Words::of(None),
            now: clock::now(),
        };
        Phrase::new("status-line").with("stands", scene.standing()).with("incident", active.incident.id)
    }

    /// What of the alerts was refused or ignored.
    fn rejected(&self, about: &About, id: &str) -> Vec<Phrase> {
        let told = |one: Rejection| {
            let phrase = Phrase::new(id).with("count", one.count as usize).with("source", one.source);
            phrase.with("at", one.last_at).with("reason", one.reason)
        };
        self.inbox.rejected().about(about).into_iter().map(told).collect()
    }
}

fn is_echo(last: &Incident, alert: &Alert) -> bool {
    let same = last.alerts.get(&alert.fingerprint).is_some_and(|known| known.starts_at == alert.starts_at);
    same && last.closed_at.is_some_and(|closed| clock::now().duration_since(closed) < ECHO)
}
