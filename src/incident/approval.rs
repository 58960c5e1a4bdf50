//! Persons, what they may do, and the two-person rule. It fails closed: who maps to no person may look and no more, and
//! nobody is exempt.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::phrase::Phrase;

/// Where an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Slack.
    Slack,
    /// Discord.
    Discord,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Slack => "slack",
            Self::Discord => "discord",
        })
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
        self.person.clone().unwrap_or_else(|| format!("{}:{}", self.account.platform, self.account.user))
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
}

/// How old the observation behind a delete may be (invariant 5), and how long a claim may go without looking.
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

/// Two persons, not two accounts: compares persons, and refuses where either is unknown.
pub fn two_persons(requester: &Who, approver: &Who) -> Result<(), Refusal> {
    match (&requester.person, &approver.person) {
        (Some(one), Some(other)) if one != other => Ok(()),
        (Some(_), Some(_)) => Err(Refusal::OwnRequest),
        _ => Err(Refusal::NotMapped),
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
    /// Only the requester may cancel.
    NotYours {
        /// Who may.
        requester: Who,
    },
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
            Self::DatabaseNotConfirmed => Phrase::new("refused-database-not-confirmed"),
            Self::NoSuchCode { code } => Phrase::new("refused-no-such-code").with("code", code),
            Self::Ended { ending, at } => {
                let (id, who) = match ending {
                    Ending::Approved(who) => ("refused-already-approved", Some(who)),
                    Ending::Denied(who) => ("refused-already-denied", Some(who)),
                    Ending::Cancelled(who) => ("refused-already-cancelled", Some(who)),
                    Ending::Expired => ("refused-expired", None),
                    Ending::Voided => ("refused-voided", None),
                };
                let phrase = Phrase::new(id).with("at", *at);
                who.map_or(phrase.clone(), |who| phrase.with("who", who.name()))
            }
            Self::AlreadyRequested { by } => Phrase::new("refused-already-requested").with("who", by.name()),
            Self::BeingCarriedOut => Phrase::new("refused-being-carried-out"),
            Self::NotDiagnosed => Phrase::new("refused-not-diagnosed"),
            Self::VerdictForbids { verdict, because } => {
                Phrase::new("refused-verdict").with("verdict", verdict.clone()).with("because", because.clone())
            }
            Self::RestartsOff => Phrase::new("refused-restarts-off"),
            Self::OneRestart => Phrase::new("refused-one-restart"),
            Self::CoolDown { until } => Phrase::new("refused-cool-down").with("until", *until),
            Self::NotYours { requester } => Phrase::new("refused-not-yours").with("who", requester.name()),
            Self::Closed => Phrase::new("refused-closed"),
            Self::NoIncident => Phrase::new("refused-no-incident"),
        }
    }
}
