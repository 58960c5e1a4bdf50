//! A drill: the announcement, the approval and the escalation of a restart, without a cluster and without a restart.
//!
//! It is an incident of its own kind, which is made so that it can't delete anything: it never holds an observation, a diagnosis or a
//! plan, no event brings it to another state than its end, and [`Incident::next`](super::Incident::next) only ever waits. The first
//! person who would count as the second one ends it.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::account::{Account, Who};
use super::event::Outcome;
use super::id::IncidentId;
use super::phrase::Phrase;
use super::policy::Policy;
use super::refusal::{EndedRequest, Ending, NotTwo, Refusal};
use super::two_persons::{Party, two_persons};

/// A drill that waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drill {
    /// Who started it.
    pub by: Who,
    /// All accounts of that person at that time.
    pub accounts: Vec<Account>,
    /// What the approval has to name.
    pub code: String,
    /// When it began.
    pub at: Timestamp,
    /// Until when somebody can come.
    pub expires: Timestamp,
}

/// What stands for the environment's name in the store: a drill is open beside an incident of that environment, neither joins nor hides
/// it, and is not its past. No environment's name has a slash in it.
pub fn place(environment: &str) -> String {
    format!("{PLACE}{environment}")
}

/// What [`place`] puts before a name.
pub const PLACE: &str = "drill/";

/// The code of a drill: of the same form as that of a request, and never the same, since it names another incident.
pub(super) fn code(id: IncidentId, at: Timestamp) -> String {
    let hash = Sha256::digest(format!("drill/{id}/{}", at.as_microsecond()));
    format!("{}-{id}-1", hex::encode(hash)[..6].to_ascii_uppercase())
}

impl Drill {
    /// Somebody came: what a click on Approve or Deny comes to.
    pub(super) fn come(&self, by: &Account, code: &str, now: Timestamp, policy: &Policy) -> Result<Who, Refusal> {
        let (by, accounts) = (policy.approver(by)?, policy.accounts(by));
        self.is_of(code)?;
        if now >= self.expires {
            return Err(Refusal::Ended { ending: Ending::Expired, at: self.expires });
        }
        two_persons(self.requester(), Party { who: &by, accounts: &accounts }, policy)
            .map_err(|why| why.refusal(&self.by, &by))?;
        Ok(by)
    }

    /// Who started it ends it.
    pub(super) fn cancel(&self, by: &Account, code: &str, policy: &Policy) -> Result<Who, Refusal> {
        let by = policy.somebody(by)?;
        self.is_of(code)?;
        let accounts = policy.accounts(&by.account);
        match two_persons(self.requester(), Party { who: &by, accounts: &accounts }, policy) {
            Err(NotTwo::Account(_) | NotTwo::Name(_)) => Ok(by),
            _ => Err(Refusal::NotYours { requester: self.by.clone() }),
        }
    }

    fn is_of(&self, code: &str) -> Result<(), Refusal> {
        let is_ours = self.code.eq_ignore_ascii_case(code);
        is_ours.then_some(()).ok_or_else(|| Refusal::NoSuchCode { code: code.to_owned() })
    }

    fn requester(&self) -> Party<'_> {
        Party { who: &self.by, accounts: &self.accounts }
    }

    /// How it ended, for whoever clicks later.
    pub(super) fn ended(&self, ending: Ending, at: Timestamp) -> EndedRequest {
        EndedRequest { by: self.by.clone(), requested_at: self.at, ending, at }
    }
}

/// A sentence, marked where it is about a drill.
pub fn marked(drill: bool, says: Phrase) -> Phrase {
    if drill { Phrase::new("drill-marked").with("says", says) } else { says }
}

/// Who came, where an outcome is that of a drill and somebody did.
pub fn found(outcome: &Outcome) -> Option<&Who> {
    match outcome {
        Outcome::Drill { ending: Ending::Approved(who) | Ending::Denied(who) } => Some(who),
        _ => None,
    }
}
