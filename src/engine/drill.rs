//! `/stager drill`: who may begin one, and where.

use super::{Engine, Routed};
use crate::clock;
use crate::incident::drill::place;
use crate::incident::event::Event;
use crate::incident::phrase::Phrase;
use crate::request::ReplyTo;

impl Engine {
    /// Somebody begins a drill in the environment that they name, or that of the channel: whoever may request a restart there.
    pub(super) fn drill(&self, named: Option<&str>, reply: &ReplyTo) -> Routed {
        let environment = match self.environment(named, reply) {
            Ok(name) => name,
            Err(why) => return Routed::Reply(why),
        };
        let by = match self.policy.requester(&reply.account) {
            Ok(by) => by,
            Err(refusal) => return Routed::Reply(refusal.phrase()),
        };
        if let Some(open) = self.open_one(&environment, true) {
            return Routed::Reply(Phrase::new("refused-drill-open").with("incident", open));
        }
        let accounts = self.policy.accounts(&reply.account);
        let expires = clock::now() + self.policy.approval_expiry;
        Routed::Open {
            opened: Event::DrillBegun { environment: environment.clone(), by, accounts, expires },
            environment: place(&environment),
        }
    }
}
