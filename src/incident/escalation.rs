//! Who is needed, since when, whom to tell and when: derived from the log, so that a crash loses none of it.
//!
//! A [`Need`] begins and ends with events. While it lasts, [`Need::calls`] says what is due: an announcement, reminders that back off, one
//! before it expires, and escalations. A [`Notice`] tells a requester in person how it went on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::State;
use super::approval::{Account, Party, Person, Platform, Policy, Who, two_persons};
use super::diagnosis::Verdict;
use super::event::{Event, Outcome, Recorded};
use super::phrase::Phrase;
use super::timeline::outcome;
use super::{Incident, IncidentId};

/// Who is told that somebody is needed, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    /// Who is mentioned at once.
    pub who: Vec<Audience>,
    /// Whether they get a private message, too.
    pub private: bool,
    /// When they are reminded first; each pause after it is twice as long. Zero for never.
    pub remind: SignedDuration,
    /// How long before a request expires they are told for the last time. Zero for never.
    pub last_call: SignedDuration,
    /// How long nobody requests what would help, or nothing can be seen, until that is told. Zero for never.
    pub unattended: SignedDuration,
    /// Who is told later, where nobody came.
    pub escalation: Vec<Step>,
}

/// Whom to mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Whoever may do what is needed, unless they are not to be told.
    Able,
    /// A person, by name.
    Person(String),
    /// A user group of Slack's or a role of Discord's, by id.
    Group(Platform, String),
}

/// What happens where nobody came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// After how long.
    pub after: SignedDuration,
    /// Who is mentioned.
    pub who: Vec<Audience>,
    /// Where; in the environment's own channels where there is none.
    pub channels: BTreeMap<Platform, String>,
    /// What pages people, by name.
    pub page: Option<String>,
}

/// Somebody is needed, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// What tells it apart within its incident.
    pub key: String,
    /// For what.
    pub about: About,
    /// Since when.
    pub since: Timestamp,
    /// Since which event.
    pub seq: u64,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// What somebody is needed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// To approve a request.
    Approval {
        /// Who requested it, and all their accounts.
        by: (Who, Vec<Account>),
        /// Why, in their words.
        reason: Option<String>,
        /// Its code.
        code: String,
        /// Until when.
        expires: Timestamp,
        /// Who approved already, where several have to.
        approved: Vec<(Who, Vec<Account>)>,
    },
    /// To request what would help.
    Offer,
    /// To look where the bot can't.
    Blind,
    /// To go on where a restart stopped.
    Stopped,
    /// To know that somebody took the incident over.
    HandedOver,
}

/// How a need ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// By what.
    pub how: Phrase,
    /// What came of it, once the incident is closed.
    pub then: Option<Phrase>,
}

/// A requester is told how it went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What tells it apart within its incident.
    pub key: String,
    /// Whom.
    pub to: (Who, Vec<Account>),
    /// What.
    pub says: Phrase,
    /// Whether they can request again.
    pub again: bool,
    /// Since when it is to be told.
    pub at: Timestamp,
}

/// One time that somebody is told of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What tells it apart within its incident, before it is known where it goes.
    pub key: String,
    /// Which time it is.
    pub kind: Kind,
    /// When.
    pub due: Timestamp,
}

/// Which time somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first.
    Announce,
    /// Once more.
    Remind,
    /// Before it expires.
    LastCall,
    /// To somebody else: this step.
    Escalate(usize),
}

/// Everybody who was needed in an incident, oldest first.
pub fn needs(id: IncidentId, log: &[Recorded]) -> Vec<Need> {
    let mut all: Vec<Need> = Vec::new();
    let Some(first) = log.first() else { return all };
    let Some(mut incident) = Incident::opened(id, first) else { return all };
    for recorded in &log[1..] {
        let was_restarted = incident.restart().is_some();
        incident.apply(recorded);
        let (at, seq) = (recorded.at, recorded.seq);
        let over = |how: Phrase| Some(Ended { at, how, then: None });
        match &recorded.event {
            Event::RestartRequested { by, accounts, reason, code, expires, .. } => {
                end(&mut all, over(by_whom("call-over-requested", by)));
                let by = (by.clone(), accounts.clone());
                let key = format!("request/{code}");
                let (reason, code, approved) = (reason.clone(), code.clone(), Vec::new());
                let about = About::Approval { by, reason, code, expires: *expires, approved };
                all.push(Need { key, about, since: at, seq, ended: None });
            }
            Event::ApprovalGiven { by, accounts, .. } => {
                if let Some(Need { about: About::Approval { approved, .. }, ended: None, .. }) = all.last_mut() {
                    approved.push((by.clone(), accounts.clone()));
                }
            }
            Event::Approved { by, .. } => end(&mut all, over(by_whom("call-over-approved", by))),
            Event::Denied { by } => end(&mut all, over(by_whom("call-over-denied", by))),
            Event::Cancelled { by } => end(&mut all, over(by_whom("call-over-cancelled", by))),
            Event::Expired => end(&mut all, over(Phrase::new("call-over-expired"))),
            Event::PlanVoided { .. } => end(&mut all, over(Phrase::new("call-over-voided"))),
            Event::Closed { outcome: how } => {
                end(&mut all, over(Phrase::new("call-over-closed")));
                for need in &mut all {
                    if let Some(ended) = need.ended.as_mut().filter(|ended| ended.then.is_none()) {
                        ended.then = Some(outcome(how));
                    }
                }
                let about = match how {
                    Outcome::NotRecovered { .. } => About::Stopped,
                    Outcome::HandedOver { .. } if was_restarted || !all.is_empty() => About::HandedOver,
                    _ => continue,
                };
                // It is told once, and nobody can end it here.
                let ended = Some(Ended { at, how: outcome(how), then: None });
                all.push(Need { key: format!("closed/{seq}"), about, since: at, seq, ended });
            }
            _ => {}
        }
        let wanted = match (&incident.state, incident.diagnosis.as_ref().map(|diagnosis| &diagnosis.verdict)) {
            (State::Diagnosed, Some(Verdict::WillHelp { .. })) => Some((About::Offer, "offer")),
            (State::Diagnosed, Some(Verdict::NotKnown { .. })) => Some((About::Blind, "blind")),
            _ => None,
        };
        let open = all.last().filter(|need| need.ended.is_none());
        match (open, wanted) {
            (Some(open), Some((about, _))) if open.about == about => {}
            (Some(Need { about: About::Approval { .. }, .. }), _) | (None, None) => {}
            (open, wanted) => {
                if open.is_some() {
                    end(&mut all, over(Phrase::new("call-over-verdict")));
                }
                if let Some((about, name)) = wanted {
                    all.push(Need { key: format!("{name}/{seq}"), about, since: at, seq, ended: None });
                }
            }
        }
    }
    all
}

/// Ends the newest need, where it is still open.
fn end(all: &mut [Need], ended: Option<Ended>) {
    if let Some(need) = all.last_mut().filter(|need| need.ended.is_none()) {
        need.ended = ended;
    }
}

fn by_whom(id: &str, who: &Who) -> Phrase {
    Phrase::new(id).with("who", who.name())
}

/// What requesters are told in person, oldest first.
pub fn notices(log: &[Recorded]) -> Vec<Notice> {
    let mut all = Vec::new();
    let mut request: Option<(&str, (Who, Vec<Account>))> = None;
    let mut restarted = false;
    for recorded in log {
        let (says, again) = match &recorded.event {
            Event::RestartRequested { by, accounts, code, .. } => {
                request = Some((code, (by.clone(), accounts.clone())));
                restarted = false;
                continue;
            }
            Event::Approved { by, .. } => {
                restarted = true;
                (by_whom("notice-approved", by), false)
            }
            Event::Denied { by } => (by_whom("notice-denied", by), false),
            Event::Expired => (Phrase::new("notice-expired"), true),
            Event::PlanVoided { why } => {
                restarted = false;
                (Phrase::new("notice-voided").with("why", why.clone()), true)
            }
            Event::Closed { outcome: how } if restarted => {
                restarted = false;
                (Phrase::new("notice-ended").with("outcome", outcome(how)), false)
            }
            _ => continue,
        };
        let Some((code, to)) = &request else { continue };
        all.push(Notice {
            key: format!("notice/{code}/{}", recorded.seq),
            to: to.clone(),
            says,
            again,
            at: recorded.at,
        });
    }
    all
}

impl Need {
    /// Until when it can be met, where it expires.
    fn expires(&self) -> Option<Timestamp> {
        match &self.about {
            About::Approval { expires, .. } => Some(*expires),
            _ => None,
        }
    }

    /// Whether it is told once, after its end.
    pub fn is_news(&self) -> bool {
        matches!(self.about, About::Stopped | About::HandedOver)
    }

    /// Every time that somebody is to be told of it, while it lasts, in order.
    pub fn calls(&self, notify: &Notify) -> Vec<Call> {
        let delay = match self.about {
            About::Offer | About::Blind if notify.unattended.is_zero() => return Vec::new(),
            About::Offer | About::Blind => notify.unattended,
            _ => SignedDuration::ZERO,
        };
        let begin = self.since + delay;
        let call = |name: String, kind, due| Call { key: format!("{}/{name}", self.key), kind, due };
        let mut calls = vec![call("announce".to_owned(), Kind::Announce, begin)];
        if self.is_news() {
            return calls;
        }
        let last = self.expires().filter(|_| !notify.last_call.is_zero()).map(|at| at - notify.last_call);
        let last = last.filter(|last| *last > begin);
        let until = last.unwrap_or(begin + LONGEST);
        let (mut pause, mut due) = (notify.remind, begin + notify.remind);
        let mut number = 1;
        while !notify.remind.is_zero() && due < until {
            calls.push(call(format!("remind-{number}"), Kind::Remind, due));
            pause *= 2;
            due += pause;
            number += 1;
        }
        calls.extend(last.map(|due| call("last".to_owned(), Kind::LastCall, due)));
        for (place, step) in notify.escalation.iter().enumerate() {
            calls.push(call(format!("escalate-{place}"), Kind::Escalate(place), begin + step.after));
        }
        calls.sort_by_key(|call| call.due);
        calls
    }

    /// Whether a person may do what is needed.
    fn can(&self, person: &Person, policy: &Policy) -> bool {
        match &self.about {
            About::Approval { by, approved, .. } => {
                let Some(account) = person.accounts.first().filter(|_| person.may_approve) else { return false };
                let approver = Who { account: account.clone(), person: Some(person.name.clone()) };
                let approver = Party { who: &approver, accounts: &person.accounts };
                let is_other = |(who, accounts): &(Who, Vec<Account>)| {
                    two_persons(Party { who, accounts }, approver, policy).is_ok()
                };
                std::iter::once(by).chain(approved).all(is_other)
            }
            About::Offer => person.may_request,
            About::Blind | About::Stopped | About::HandedOver => person.may_request || person.may_approve,
        }
    }

    /// The persons of an audience; never who has requested what is to be approved.
    pub fn persons<'p>(&self, audience: &[Audience], policy: &'p Policy) -> Vec<&'p Person> {
        let is_meant = |person: &Person| {
            audience.iter().any(|one| match one {
                Audience::Able => person.notify && self.can(person, policy),
                Audience::Person(name) => *name == person.name && self.is_other(person, policy),
                Audience::Group(..) => false,
            })
        };
        policy.people.iter().filter(|person| is_meant(person)).collect()
    }

    /// Whether somebody is not the requester.
    fn is_other(&self, person: &Person, policy: &Policy) -> bool {
        let About::Approval { by: (who, _), .. } = &self.about else { return true };
        policy.person(&who.account).is_none_or(|requester| requester.name != person.name)
            && who.person.as_ref().is_none_or(|name| *name != person.name)
    }
}

/// How long a need that never expires is reminded of.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

impl Notify {
    /// Who is told by a call.
    pub fn audience(&self, kind: Kind) -> &[Audience] {
        match kind {
            Kind::Escalate(place) => self.escalation.get(place).map_or(&[], |step| &step.who),
            _ => &self.who,
        }
    }
}
