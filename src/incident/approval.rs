//! Persons, what they may do, and the two-person rule. It fails closed: who maps to no person may look and no more, and
//! nobody is exempt.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::allowance::Allowances;
use super::id::IncidentId;
use super::phrase::Phrase;
use super::rules::Rules;

/// Where an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Slack.
    Slack,
    /// Discord.
    Discord,
}

impl Platform {
    /// As the configuration and the log write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Discord => "discord",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An account on a platform. The same human on both is one person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    /// Where.
    pub platform: Platform,
    /// The platform's own id, such as `U024BE7LH`; never a display name, which its owner can change.
    pub user: String,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.platform, self.user)
    }
}

/// A human, with their accounts and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What people call them; unique.
    pub name: String,
    /// Their accounts; none belongs to two persons.
    pub accounts: Vec<Account>,
    /// May request a restart.
    pub may_request: bool,
    /// May approve (and deny) a restart that somebody else requested.
    pub may_approve: bool,
    /// Is told that somebody is needed for what they may do.
    pub notify: bool,
}

/// Who did something: the account, and the person it belonged to at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The account that acted.
    pub account: Account,
    /// The person's name; `None` for an account that maps to nobody.
    pub person: Option<String>,
}

impl Who {
    /// The person's name, or the account where there is none.
    pub fn name(&self) -> String {
        self.person.clone().unwrap_or_else(|| self.account.to_string())
    }
}

/// Whether restarts are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restarts {
    /// Never offered.
    Off,
    /// Everything but the deletes.
    DryRun,
    /// Carried out.
    On,
}

/// The rules that configuration sets: people and limits.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Everybody who may do more than look.
    pub people: Vec<Person>,
    /// Whether restarts are carried out.
    pub restarts: Restarts,
    /// How many persons have to approve, and whether it takes a reason.
    pub rules: Rules,
    /// How long a request can be approved.
    pub approval_expiry: SignedDuration,
    /// How long after a restart none is offered in the same environment.
    pub cool_down: SignedDuration,
    /// How often an open incident is looked at while nothing is being done.
    pub recheck: SignedDuration,
    /// The same while the verdict is not known.
    pub recheck_unclear: SignedDuration,
    /// How long the check after an approval is retried while nothing can be seen.
    pub blind_allowance: SignedDuration,
    /// How long a canary may hang in Terminating before the rest of its stage follows.
    pub terminating_wait: SignedDuration,
    /// How long a new pod may take until every container is ready.
    pub start_allowance: SignedDuration,
    /// How long after a Locket stage the environment may heal by itself before BBS pods are deleted.
    pub stage_settle: SignedDuration,
    /// How long healthy has to hold to count as recovered.
    pub hold: SignedDuration,
    /// How long what is no trouble by itself may last.
    pub allowances: Allowances,
    /// How long after its end an incident is opened again by an alert, instead of a new one.
    pub reopen: SignedDuration,
    /// How long an alert about the database withholds the offer after it came last.
    pub database_inhibits: SignedDuration,
}

/// How old the observation behind a delete may be, and how long a claim may go without looking.
pub const EVIDENCE_AGE: SignedDuration = SignedDuration::from_secs(30);

impl Policy {
    /// The person an account belongs to.
    pub fn person(&self, account: &Account) -> Option<&Person> {
        self.people.iter().find(|person| person.accounts.contains(account))
    }

    /// The account with its person, for the log.
    pub fn who(&self, account: &Account) -> Who {
        Who { account: account.clone(), person: self.person(account).map(|person| person.name.clone()) }
    }

    /// All accounts of the person that an account belongs to, for the log.
    pub fn accounts(&self, account: &Account) -> Vec<Account> {
        self.person(account).map(|person| person.accounts.clone()).unwrap_or_default()
    }

    /// The person behind an account, if they may request.
    pub fn requester(&self, account: &Account) -> Result<Who, Refusal> {
        let person = self.person(account).ok_or(Refusal::NotMapped)?;
        if !person.may_request {
            return Err(Refusal::MayNotRequest { who_may: self.names(|p| p.may_request) });
        }
        Ok(self.who(account))
    }

    /// The person behind an account, if they may approve at all.
    pub fn approver(&self, account: &Account) -> Result<Who, Refusal> {
        let person = self.person(account).ok_or(Refusal::NotMapped)?;
        if !person.may_approve {
            return Err(Refusal::MayNotApprove { who_may: self.names(|p| p.may_approve) });
        }
        Ok(self.who(account))
    }

    /// The person behind an account that may do something.
    pub fn somebody(&self, account: &Account) -> Result<Who, Refusal> {
        self.requester(account).or_else(|_| self.approver(account))
    }

    fn names(&self, may: impl Fn(&Person) -> bool) -> String {
        let names: Vec<&str> = self.people.iter().filter(|p| may(p)).map(|p| p.name.as_str()).collect();
        names.join(", ")
    }
}

/// One side of the two-person rule, as the log recorded it when they acted.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// The account that acted, and the name of its person at that time.
    pub who: &'a Who,
    /// All accounts of that person at that time. Logs of earlier versions hold none.
    pub accounts: &'a [Account],
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

/// The two-person rule: the one place where it stands.
///
/// Configuration may change between a request, its approval and each delete: persons are renamed, merged, split, removed and
/// added again. So both parties are compared as they were when they acted, and by whoever of `policy` is like both of them; an
/// account or a name in common makes them one person. A name that another human took over is refused too: the log can't tell
/// the two apart.
///
/// # Errors
///
/// What both have in common, or who is no person any more.
pub fn two_persons(requester: Party<'_>, approver: Party<'_>, policy: &Policy) -> Result<(), NotTwo> {
    let (one, other) = (Identity::then(requester), Identity::then(approver));
    if let Some(why) = one.in_common(&other) {
        return Err(why);
    }
    for person in policy.people.iter().map(Identity::now) {
        if let (Some(why), Some(_)) = (one.in_common(&person), other.in_common(&person)) {
            return Err(why);
        }
    }
    let is_unknown = |party: &Party<'_>| party.who.person.is_none() || policy.person(&party.who.account).is_none();
    match [requester, approver].into_iter().find(is_unknown) {
        Some(party) => Err(NotTwo::Unknown(party.who.clone())),
        None => Ok(()),
    }
}

/// How many of these approvals count now: by different persons, none of whom is the requester, and all of whom may approve.
pub fn counting<'a>(requester: Party<'a>, given: impl IntoIterator<Item = Party<'a>>, policy: &Policy) -> usize {
    let mut counted: Vec<Party<'a>> = Vec::new();
    for one in given {
        let may = policy.person(&one.who.account).is_some_and(|person| person.may_approve);
        let is_other = |other: &Party<'a>| two_persons(*other, one, policy).is_ok();
        if may && is_other(&requester) && counted.iter().all(is_other) {
            counted.push(one);
        }
    }
    counted.len()
}

/// What tells whether two are one: a party as it was, or a person of the configuration.
struct Identity<'a> {
    name: Option<&'a str>,
    accounts: Vec<&'a Account>,
}

impl<'a> Identity<'a> {
    fn then(party: Party<'a>) -> Self {
        let accounts = std::iter::once(&party.who.account).chain(party.accounts).collect();
        Self { name: party.who.person.as_deref(), accounts }
    }

    fn now(person: &'a Person) -> Self {
        Self { name: Some(&person.name), accounts: person.accounts.iter().collect() }
    }

    fn in_common(&self, other: &Self) -> Option<NotTwo> {
        if let Some(account) = self.accounts.iter().find(|account| other.accounts.contains(account)) {
            return Some(NotTwo::Account((*account).clone()));
        }
        let (one, other) = (self.name?, other.name?);
        one.eq_ignore_ascii_case(other).then(|| NotTwo::Name(one.to_owned()))
    }
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
    /// When.
    pub requested_at: Timestamp,
    /// How it ended.
    pub ending: Ending,
    /// When it ended.
    pub at: Timestamp,
}

/// A "no" to a person, always with its reason, always shown to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The account belongs to no person in the configuration.
    NotMapped,
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
    /// The request of this code has ended.
    Ended {
        /// How.
        ending: Ending,
        /// When.
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
        /// Who.
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
}

impl Refusal {
    /// The sentence that says it.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NotMapped => Phrase::new("refused-not-mapped"),
            Self::MayNotRequest { who_may } => Phrase::new("refused-may-not-request").with("who", who_may),
            Self::MayNotApprove { who_may } => Phrase::new("refused-may-not-approve").with("who", who_may),
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
