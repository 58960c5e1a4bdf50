//! Persons, what they may do, and the limits that configuration sets. It fails closed: who maps to no person may look and no
//! more, and nobody is exempt.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::account::{Account, Who};
use super::allowance::Allowances;
use super::refusal::Refusal;
use super::rules::Rules;
use super::standing::{Barred, Grant, Membership, Right, Standings};

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

impl Person {
    /// Whether they may do it by themself, whichever groups they are in.
    pub fn may(&self, right: Right) -> bool {
        match right {
            Right::Look => true,
            Right::Request => self.may_request,
            Right::Approve => self.may_approve,
        }
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
    /// What groups of the platforms give to them.
    pub grants: Vec<Grant>,
    /// What the platforms said of their accounts.
    pub standings: Standings,
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

    /// The same without what the platforms said longer ago than this.
    pub fn as_of(&self, now: Timestamp, age: SignedDuration) -> Cow<'_, Self> {
        if !self.standings.has_older(now, age) {
            return Cow::Borrowed(self);
        }
        let mut recent = self.clone();
        recent.standings.drop_older(now, age);
        Cow::Owned(recent)
    }

    /// Why an account counts for nothing, as far as its platform told.
    pub fn barred(&self, account: &Account) -> Option<Barred> {
        self.standings.barred(account)
    }

    /// Whether a person may do it now: by themself, or by a group that one of their accounts is in.
    ///
    /// # Errors
    ///
    /// That they may not, or that the group could not be asked on which it would rest.
    pub fn may(&self, person: &Person, right: Right) -> Result<(), Refusal> {
        if person.may(right) {
            return Ok(());
        }
        let mut refusal = None;
        for (grant, account) in self.given(person, right) {
            match self.standings.membership(account, &grant.group) {
                Membership::In => return Ok(()),
                Membership::Out => {}
                Membership::NotKnown(why) => refusal = Some(Refusal::GroupNotKnown { group: grant.name(), why }),
            }
        }
        Err(refusal.unwrap_or_else(|| {
            let who_may = self.who_may(right);
            match right {
                Right::Look => Refusal::MayNotLook { who_may },
                Right::Request => Refusal::MayNotRequest { who_may },
                Right::Approve => Refusal::MayNotApprove { who_may },
            }
        }))
    }

    /// Whether a person may do it while they are in the right group.
    pub fn could(&self, person: &Person, right: Right) -> bool {
        person.may(right) || self.given(person, right).next().is_some()
    }

    /// The groups that would give a person a right, each with their accounts that can be in it.
    fn given<'a>(&'a self, person: &'a Person, right: Right) -> impl Iterator<Item = (&'a Grant, &'a Account)> {
        self.grants.iter().filter(move |grant| grant.gives(right)).flat_map(|grant| {
            let there = person.accounts.iter().filter(|account| account.platform == grant.platform);
            there.map(move |account| (grant, account))
        })
    }

    /// The groups that matter to what the owner of an account may do, on its platform.
    pub fn groups_of(&self, account: &Account) -> Vec<String> {
        let Some(person) = self.person(account) else {
            return self.showing(account).map(|grant| grant.group.clone()).collect();
        };
        let adds =
            |grant: &&Grant| Right::OF_RESTARTS.into_iter().any(|right| grant.gives(right) && !person.may(right));
        let there = self.grants.iter().filter(|grant| grant.platform == account.platform).filter(adds);
        there.map(|grant| grant.group.clone()).collect()
    }

    fn judge(&self, account: &Account, right: Right) -> Result<Who, Refusal> {
        let person = self.person(account).ok_or(Refusal::NotMapped)?;
        if let Some(barred) = self.barred(account) {
            return Err(Refusal::Barred(barred));
        }
        self.may(person, right)?;
        Ok(self.who(account))
    }

    /// The person behind an account, if they may request.
    pub fn requester(&self, account: &Account) -> Result<Who, Refusal> {
        self.judge(account, Right::Request)
    }

    /// The person behind an account, if they may approve at all.
    pub fn approver(&self, account: &Account) -> Result<Who, Refusal> {
        self.judge(account, Right::Approve)
    }

    /// The person behind an account that may do something.
    pub fn somebody(&self, account: &Account) -> Result<Who, Refusal> {
        self.requester(account).or_else(|_| self.approver(account))
    }

    /// Who has a right: persons, and the groups whose members have it where they are persons here.
    pub fn who_may(&self, right: Right) -> String {
        let people = self.people.iter().filter(|person| person.may(right)).map(|person| person.name.clone());
        let groups = self.grants.iter().filter(|grant| grant.gives(right)).map(Grant::name);
        people.chain(groups).collect::<Vec<_>>().join(", ")
    }
}
