//! Who may do what in the tests of the core.

use jiff::SignedDuration;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::incident::allowance::Allowances;
use stagerbot::incident::policy::{Person, Policy, Restarts};
use stagerbot::incident::rules::Rules;
use stagerbot::incident::standing::Standings;

pub(crate) fn account(user: &str) -> Account {
    Account { platform: Platform::Slack, user: user.into() }
}

pub(crate) fn policy() -> Policy {
    let person = |name: &str, may_request, may_approve| Person {
        name: name.into(),
        accounts: vec![account(name), Account { platform: Platform::Discord, user: name.into() }],
        may_request,
        may_approve,
        notify: true,
    };
    Policy {
        people: vec![person("anna", true, true), person("ben", true, true), person("carl", true, false)],
        grants: Vec::new(),
        standings: Standings::default(),
        restarts: Restarts::On,
        rules: Rules::default(),
        approval_expiry: SignedDuration::from_mins(15),
        cool_down: SignedDuration::from_mins(30),
        recheck: SignedDuration::from_secs(60),
        recheck_unclear: SignedDuration::from_secs(15),
        blind_allowance: SignedDuration::from_secs(30),
        terminating_wait: SignedDuration::from_secs(90),
        start_allowance: SignedDuration::from_mins(5),
        stage_settle: SignedDuration::ZERO,
        hold: SignedDuration::from_secs(15),
        allowances: Allowances::default(),
        reopen: SignedDuration::from_mins(30),
        database_inhibits: SignedDuration::from_mins(15),
    }
}
