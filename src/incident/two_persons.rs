//! The two-person rule: whether a requester and those who approve are different persons, as they are now and as they were.

use super::account::{Account, Who};
use super::policy::{Person, Policy};
use super::refusal::NotTwo;
use super::standing::Right;

/// One side of the two-person rule, as the log recorded it when they acted.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// The account that acted, and the name of its person at that time.
    pub who: &'a Who,
    /// All accounts of that person at that time. Logs of earlier versions hold none.
    pub accounts: &'a [Account],
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
    count(requester, given, policy, |who| policy.approver(&who.account).is_ok())
}

/// How many of these approvals count where nobody looks into groups: that is done when it matters.
pub fn shown<'a>(requester: Party<'a>, given: impl IntoIterator<Item = Party<'a>>, policy: &Policy) -> usize {
    count(requester, given, policy, |who| {
        policy.person(&who.account).is_some_and(|person| policy.could(person, Right::Approve))
    })
}

fn count<'a>(
    requester: Party<'a>,
    given: impl IntoIterator<Item = Party<'a>>,
    policy: &Policy,
    may: impl Fn(&Who) -> bool,
) -> usize {
    let mut counted: Vec<Party<'a>> = Vec::new();
    for one in given {
        let is_other = |other: &Party<'a>| two_persons(*other, one, policy).is_ok();
        if may(one.who) && is_other(&requester) && counted.iter().all(is_other) {
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
