//! A "no" to a person: its reasons, and the sentence that says each.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::{Account, Who};
use super::id::IncidentId;
use super::phrase::{Phrase, Statement};
use super::standing::Barred;

/// How a request ended before somebody clicked its button again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Approved.
    Approved(Who),
    /// Denied.
    Denied(Who),
    /// Cancelled by its requester.
    Cancelled(Who),
    /// Nobody approved in time.
    Expired,
    /// The evidence no longer held.
    Voided,
    /// The incident was closed before anybody approved.
    Closed,
}

/// A request that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedRequest {
    /// Who asked.
    pub by: Who,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// How it ended.
    pub ending: Ending,
    /// When it ended.
    pub at: Timestamp,
}

/// Why a requester and an approver do not count as two persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTwo {
    /// Both have or had this account.
    Account(Account),
    /// Both have or had this name.
    Name(String),
    /// This one is no person of the configuration any more, so that nobody can tell.
    Unknown(Who),
}

/// A "no" to a person, always with its reason, always shown to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The account belongs to no person in the configuration.
    NotMapped,
    /// Whoever it is may not look.
    MayNotLook {
        /// Who may.
        who_may: String,
    },
    /// The person may not request.
    MayNotRequest {
        /// Who may.
        who_may: String,
    },
    /// The person may not approve.
    MayNotApprove {
        /// Who may.
        who_may: String,
    },
    /// The account counts for nothing, whoever's it is.
    Barred(Barred),
    /// The right rests on a group, and whether the person is in it could not be found out.
    GroupNotKnown {
        /// Which group.
        group: String,
        /// Why not.
        why: Statement,
    },
    /// The requester can't approve their own request, from whichever account.
    OwnRequest,
    /// Requester and approver may be one person, by what either is now or was then.
    NotTwoPersons {
        /// Who requested.
        requester: Who,
        /// What makes them one.
        why: NotTwo,
    },
    /// This person approved already, where several have to.
    ApprovedOnce {
        /// As whom.
        by: Who,
    },
    /// A restart of this environment takes a reason.
    ReasonNeeded {
        /// The environment's name.
        environment: String,
    },
    /// The database's state is not known, and the approver has not said that they checked it.
    DatabaseNotConfirmed,
    /// No request of this incident has this code.
    NoSuchCode {
        /// What was given.
        code: String,
    },
    /// The click came from a channel in which the incident's card does not stand.
    OtherChannel {
        /// The environment whose card it is.
        environment: String,
    },
    /// The request of this code has ended.
    Ended {
        /// How it ended.
        ending: Ending,
        /// When it happened.
        at: Timestamp,
    },
    /// The code is of a request in an incident that is closed.
    OfClosed {
        /// The incident.
        incident: IncidentId,
        /// The request.
        request: Box<EndedRequest>,
    },
    /// The code is of an earlier version, in which two requests could have the same: it counts on a button alone, which names its
    /// incident.
    OldCode {
        /// What was given.
        code: String,
    },
    /// Somebody requested already.
    AlreadyRequested {
        /// The person who did it.
        by: Who,
    },
    /// A restart is being carried out, or its recovery is being watched.
    BeingCarriedOut,
    /// Nothing has been observed yet.
    NotDiagnosed,
    /// The verdict does not say that a restart will help.
    VerdictForbids {
        /// The verdict.
        verdict: Phrase,
        /// What decides it.
        because: Phrase,
    },
    /// Restarts are switched off.
    RestartsOff,
    /// This incident had its restart.
    OneRestart,
    /// The environment's last restart is not long enough ago.
    CoolDown {
        /// Until when.
        until: Timestamp,
    },
    /// An alert says that the database is in trouble.
    DatabaseAlert {
        /// Its name.
        name: String,
        /// Where it came from.
        source: String,
        /// When it came last.
        seen_at: Timestamp,
    },
    /// Only the requester may cancel.
    NotYours {
        /// Who may.
        requester: Who,
    },
    /// Nothing waits for an approval.
    NothingPending,
    /// The incident is closed.
    Closed,
    /// No incident is open.
    NoIncident,
    /// A drill can be approved, denied and cancelled, and nothing else.
    OfDrill,
}

impl NotTwo {
    /// The refusal of an approval.
    pub fn refusal(self, requester: &Who, approver: &Who) -> Refusal {
        let is_plain = requester.person == approver.person && matches!(self, Self::Account(_));
        if is_plain { Refusal::OwnRequest } else { Refusal::NotTwoPersons { requester: requester.clone(), why: self } }
    }

    /// What voids a plan that was approved before this came out.
    pub fn voids(&self, requester: &Who, approver: &Who) -> Phrase {
        let both = |id: &str| Phrase::new(id).with("requester", requester.name()).with("approver", approver.name());
        match self {
            Self::Account(account) => both("voided-one-account").with("account", account.to_string()),
            Self::Name(name) => both("voided-one-name").with("name", name),
            Self::Unknown(who) => Phrase::new("voided-person-unknown").with("who", who.name()),
        }
    }
}

impl Refusal {
    /// The sentence that says it.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NotMapped => Phrase::new("refused-not-mapped"),
            Self::MayNotLook { who_may } => Phrase::new("refused-may-not-look").with("who", who_may),
            Self::MayNotRequest { who_may } => Phrase::new("refused-may-not-request").with("who", who_may),
            Self::MayNotApprove { who_may } => Phrase::new("refused-may-not-approve").with("who", who_may),
            Self::Barred(barred) => Phrase::new(match barred {
                Barred::Deactivated => "refused-deactivated",
                Barred::Guest => "refused-guest",
                Barred::Bot => "refused-bot",
                Barred::Gone => "refused-gone",
            }),
            Self::GroupNotKnown { group, why } => {
                Phrase::new("refused-group-not-known").with("group", group).with("why", why)
            }
            Self::OwnRequest => Phrase::new("refused-own-request"),
            Self::NotTwoPersons { requester, why } => {
                let phrase = match why {
                    NotTwo::Account(account) => Phrase::new("refused-one-account").with("account", account.to_string()),
                    NotTwo::Name(name) => Phrase::new("refused-one-name").with("name", name),
                    NotTwo::Unknown(_) => Phrase::new("refused-person-unknown"),
                };
                phrase.with("who", requester.name())
            }
            Self::ApprovedOnce { by } => Phrase::new("refused-approved-once").with("who", by.name()),
            Self::ReasonNeeded { environment } => Phrase::new("refused-reason-needed").with("environment", environment),
            Self::DatabaseNotConfirmed => Phrase::new("refused-database-not-confirmed"),
            Self::NoSuchCode { code } => Phrase::new("refused-no-such-code").with("code", code),
            Self::OtherChannel { environment } => Phrase::new("refused-other-channel").with("environment", environment),
            Self::Ended { ending, at } => ended(ending, *at),
            Self::OfClosed { incident, request } => Phrase::new("refused-of-closed")
                .with("why", ended(&request.ending, request.at))
                .with("who", request.by.name())
                .with("requested", request.requested_at)
                .with("incident", *incident),
            Self::OldCode { code } => Phrase::new("refused-old-code").with("code", code),
            Self::AlreadyRequested { by } => Phrase::new("refused-already-requested").with("who", by.name()),
            Self::BeingCarriedOut => Phrase::new("refused-being-carried-out"),
            Self::NotDiagnosed => Phrase::new("refused-not-diagnosed"),
            Self::VerdictForbids { verdict, because } => {
                Phrase::new("refused-verdict").with("verdict", verdict.clone()).with("because", because.clone())
            }
            Self::RestartsOff => Phrase::new("refused-restarts-off"),
            Self::OneRestart => Phrase::new("refused-one-restart"),
            Self::CoolDown { until } => Phrase::new("refused-cool-down").with("until", *until),
            Self::DatabaseAlert { name, source, seen_at } => {
                Phrase::new("refused-database-alert").with("name", name).with("source", source).with("at", *seen_at)
            }
            Self::NotYours { requester } => Phrase::new("refused-not-yours").with("who", requester.name()),
            Self::NothingPending => Phrase::new("refused-nothing-pending"),
            Self::Closed => Phrase::new("refused-closed"),
            Self::NoIncident => Phrase::new("refused-no-incident"),
            Self::OfDrill => Phrase::new("refused-of-drill"),
        }
    }
}

fn ended(ending: &Ending, at: Timestamp) -> Phrase {
    let (id, who) = match ending {
        Ending::Approved(who) => ("refused-already-approved", Some(who)),
        Ending::Denied(who) => ("refused-already-denied", Some(who)),
        Ending::Cancelled(who) => ("refused-already-cancelled", Some(who)),
        Ending::Expired => ("refused-expired", None),
        Ending::Voided => ("refused-voided", None),
        Ending::Closed => ("refused-closed-before", None),
    };
    let phrase = Phrase::new(id).with("at", at);
    who.map_or(phrase.clone(), |who| phrase.with("who", who.name()))
}
