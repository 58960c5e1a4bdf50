//! Who is needed, since when, whom to tell and when: derived from the log, so that a crash loses none of it.
//!
//! A [`Need`] begins and ends with events. While it lasts, [`Need::calls`] says what is due: an announcement, reminders that back off, one
//! before it expires, and escalations. A [`Notice`] tells a requester in person how it went on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::State;
use super::account::{Account, Platform, Who};
use super::diagnosis::Verdict;
use super::event::{Event, Outcome, Recorded};
use super::phrase::{Arg, Phrase};
use super::policy::{Person, Policy};
use super::refusal::{Ending, Refusal};
use super::standing::Right;
use super::timeline::outcome;
use super::two_persons::{Party, two_persons};
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
    /// To mend a channel that takes no card, so that nobody sees the incident there.
    Unshown {
        /// On which platform.
        platform: Platform,
        /// Its id.
        channel: String,
        /// What the platform says.
        why: Arg,
        /// Whether no other channel shows the incident: then nobody waits before others are told.
        alone: bool,
    },
}

/// How a need ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When it happened.
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
    /// Who is told, and their accounts.
    pub to: (Who, Vec<Account>),
    /// What they are told.
    pub says: Phrase,
    /// Whether they can request again.
    pub again: bool,
    /// Whether it is about a drill.
    pub drill: bool,
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
    /// When it is due.
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

/// Everybody who was needed in an incident, oldest first; those who are to mend a channel stand before all others.
pub fn needs(id: IncidentId, log: &[Recorded]) -> Vec<Need> {
    let mut all: Vec<Need> = Vec::new();
    let Some(first) = log.first() else { return all };
    let Some(mut incident) = Incident::opened(id, first) else { return all };
    let mut unshown: Vec<Need> = Vec::new();
    if let State::Drill(drill) = &incident.state {
        let (by, expires) = ((drill.by.clone(), drill.accounts.clone()), drill.expires);
        let (key, code) = (format!("request/{}", drill.code), drill.code.clone());
        let about = About::Approval { by, reason: None, code, expires, approved: Vec::new() };
        all.push(Need { key, about, since: first.at, seq: first.seq, ended: None });
    }
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
            Event::ChannelClosed { platform, channel, why, alone } => {
                let key = format!("channel/{seq}");
                let (platform, channel, why) = (*platform, channel.clone(), why.clone());
                let about = About::Unshown { platform, channel, why, alone: *alone };
                unshown.push(Need { key, about, since: at, seq, ended: None });
            }
            Event::ChannelOpened { platform, channel } => {
                let is_it = |need: &&mut Need| match &need.about {
                    About::Unshown { platform: other, channel: named, .. } => other == platform && named == channel,
                    _ => false,
                };
                for need in unshown.iter_mut().filter(|need| need.ended.is_none()).filter(is_it) {
                    need.ended = over(Phrase::new("call-over-shown"));
                }
            }
            Event::Closed { outcome: how } => {
                end(&mut all, over(closed_by(how)));
                for need in unshown.iter_mut().filter(|need| need.ended.is_none()) {
                    need.ended = over(Phrase::new("call-over-closed"));
                }
                for need in all.iter_mut().chain(&mut unshown) {
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
        let open = all.last_mut().filter(|need| need.ended.is_none());
        match (open, wanted) {
            // A verdict that flickers is one need: its time must not begin anew with each look, or nobody would ever be called.
            (Some(open @ Need { about: About::Offer | About::Blind, .. }), Some((about, _))) => open.about = about,
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
    unshown.extend(all);
    unshown
}

/// What an incident's end means to who is needed in it: a drill ends by somebody.
fn closed_by(outcome: &Outcome) -> Phrase {
    let Outcome::Drill { ending } = outcome else { return Phrase::new("call-over-closed") };
    match ending {
        Ending::Approved(who) => by_whom("call-over-approved", who),
        Ending::Denied(who) => by_whom("call-over-denied", who),
        Ending::Cancelled(who) => by_whom("call-over-cancelled", who),
        Ending::Expired | Ending::Voided | Ending::Closed => Phrase::new("call-over-expired"),
    }
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
    let drill = log.first().and_then(|first| match &first.event {
        Event::DrillBegun { by, accounts, .. } => Some(((by.clone(), accounts.clone()), first.at)),
        _ => None,
    });
    for recorded in log {
        let (says, again) = match &recorded.event {
            Event::Closed { outcome: how @ Outcome::Drill { ending } } => {
                // Who ends it themselves knows.
                if let Some((to, begun)) = drill.clone().filter(|_| !matches!(ending, Ending::Cancelled(_))) {
                    let says = Phrase::new("notice-drill").with("outcome", outcome(how));
                    let says = says.with("length", recorded.at.duration_since(begun));
                    let (key, at) = (format!("notice/drill/{}", recorded.seq), recorded.at);
                    all.push(Notice { key, to, says, again: false, drill: true, at });
                }
                continue;
            }
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
            drill: false,
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

    /// Whether it can't be met any more, though the log does not say so yet: nobody is called for it.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.expires().is_some_and(|expires| expires <= now)
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
        let at_once = matches!(self.about, About::Unshown { alone: true, .. });
        for (place, step) in notify.escalation.iter().enumerate() {
            let after = if at_once { SignedDuration::ZERO } else { step.after };
            calls.push(call(format!("escalate-{place}"), Kind::Escalate(place), begin + after));
        }
        calls.sort_by_key(|call| call.due);
        calls
    }

    /// What somebody has to be allowed for what is needed: any of these.
    pub fn rights(&self) -> &'static [Right] {
        match &self.about {
            About::Approval { .. } => &[Right::Approve],
            About::Offer => &[Right::Request],
            About::Blind | About::Stopped | About::HandedOver | About::Unshown { .. } => &Right::OF_RESTARTS,
        }
    }

    /// Whether a person may do what is needed: by themself, or by a group as far as nobody knows that they are not in it.
    fn can(&self, person: &Person, policy: &Policy) -> bool {
        let could = |right: &Right| matches!(policy.may(person, *right), Ok(()) | Err(Refusal::GroupNotKnown { .. }));
        if !self.rights().iter().any(could) {
            return false;
        }
        match &self.about {
            About::Approval { by, approved, .. } => {
                let Some(account) = person.accounts.first() else { return false };
                let approver = Who { account: account.clone(), person: Some(person.name.clone()) };
                let approver = Party { who: &approver, accounts: &person.accounts };
                let is_other = |(who, accounts): &(Who, Vec<Account>)| {
                    two_persons(Party { who, accounts }, approver, policy).is_ok()
                };
                std::iter::once(by).chain(approved).all(is_other)
            }
            _ => true,
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

    /// Whether it is about this channel, which takes nothing.
    pub fn is_of_channel(&self, on: Platform, named: &str) -> bool {
        matches!(&self.about, About::Unshown { platform, channel, .. } if *platform == on && channel == named)
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
