//! Who is told how things stand: whoever asks, or the configuration's persons and who is in a group that lets them look.

use super::account::Account;
use super::policy::Policy;
use super::refusal::Refusal;
use super::rules::Look;
use super::standing::{Barred, Grant, Membership, Right};

impl Policy {
    /// Whether somebody is told how things stand. To look is the one thing that a group gives to who is no person here: it needs no second
    /// person, and so nobody has to be told apart.
    ///
    /// # Errors
    ///
    /// That they are not, and who is; or that nobody could find out whether they are in a group that lets them look.
    pub fn may_look(&self, account: &Account) -> Result<(), Refusal> {
        if self.rules.look == Look::Everybody {
            return Ok(());
        }
        if self.person(account).is_some() {
            // A guest whom the configuration names may look, and no more.
            return match self.barred(account).filter(|barred| *barred != Barred::Guest) {
                Some(barred) => Err(Refusal::Barred(barred)),
                None => Ok(()),
            };
        }
        let mut refusal = None;
        for grant in self.showing(account) {
            match self.standings.membership(account, &grant.group) {
                Membership::In => return Ok(()),
                Membership::Out => {}
                Membership::NotKnown(why) => refusal = Some(Refusal::GroupNotKnown { group: grant.name(), why }),
            }
        }
        Err(refusal.unwrap_or_else(|| Refusal::MayNotLook { who_may: self.who_may(Right::Look) }))
    }

    /// The groups that would let the owner of an account look, where not everybody may.
    pub(super) fn showing(&self, account: &Account) -> impl Iterator<Item = &Grant> {
        let counts = self.rules.look == Look::People;
        let platform = account.platform;
        self.grants.iter().filter(move |grant| counts && grant.platform == platform && grant.gives(Right::Look))
    }
}
