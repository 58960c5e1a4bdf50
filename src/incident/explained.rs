//! The policy in words: who somebody is and what they may do, and what a restart takes.

use super::account::Account;
use super::phrase::Phrase;
use super::policy::{Person, Policy, Restarts};
use super::refusal::Refusal;
use super::rules::Look;
use super::standing::{Grant, Right};

/// Who is behind an account, and what they may do.
pub fn who_am_i(policy: &Policy, account: &Account) -> Phrase {
    let Some(person) = policy.person(account) else {
        return policy.may_look(account).map_or_else(|refusal| refusal.phrase(), |()| Phrase::new("whoami-nobody"));
    };
    let accounts: Vec<String> = person.accounts.iter().map(ToString::to_string).collect();
    if let Some(barred) = policy.barred(account) {
        return Refusal::Barred(barred).phrase();
    }
    let may = |right| policy.may(person, right).is_ok();
    let id = match (may(Right::Request), may(Right::Approve)) {
        (true, true) => "whoami-both",
        (true, false) => "whoami-request",
        (false, true) => "whoami-approve",
        (false, false) => "whoami-look",
    };
    let says = Phrase::new(id).with("who", &person.name).with("accounts", accounts.join(", "));
    match listed(adding(policy, person)) {
        Some(groups) => Phrase::new("whoami-groups").with("rest", says).with("groups", groups),
        None => says,
    }
}

/// The groups that can give a person what they have not by themself.
pub fn adding<'a>(policy: &'a Policy, person: &'a Person) -> impl Iterator<Item = &'a Grant> {
    policy.grants.iter().filter(|grant| {
        let there = person.accounts.iter().find(|account| account.platform == grant.platform);
        there.is_some_and(|account| policy.groups_of(account).contains(&grant.group))
    })
}

/// Groups with what they give of a restart; `None` where none gives any of it.
fn listed<'a>(groups: impl Iterator<Item = &'a Grant>) -> Option<Phrase> {
    let of = |grant: &'a Grant| {
        let rights = Right::OF_RESTARTS.into_iter().filter(|right| grant.gives(*right));
        let rights = in_a_row(rights.map(|right| match right {
            Right::Approve => Phrase::new("right-approve"),
            Right::Look | Right::Request => Phrase::new("right-request"),
        }))?;
        Some(Phrase::new("group-gives").with("group", grant.name()).with("rights", rights))
    };
    in_a_row(groups.filter_map(of))
}

fn in_a_row(all: impl Iterator<Item = Phrase>) -> Option<Phrase> {
    let all: Vec<Phrase> = all.collect();
    all.into_iter().rev().reduce(|more, one| Phrase::new("list-more").with("one", one).with("more", more))
}

/// What a restart of an environment takes, in several lines.
pub fn policy_lines(policy: &Policy, environment: &str) -> Phrase {
    let rule = policy.rules.of(environment);
    let takes = Phrase::new("policy-takes")
        .with("environment", environment)
        .with("expiry", policy.approval_expiry)
        .with("count", rule.approvals.max(1));
    let mut lines = vec![takes];
    match policy.restarts {
        Restarts::On => {}
        Restarts::DryRun => lines.push(Phrase::new("policy-dry-run")),
        Restarts::Off => lines.push(Phrase::new("policy-off")),
    }
    if rule.reason {
        lines.push(Phrase::new("policy-reason"));
    }
    if let Some(quiet) = &policy.rules.quiet {
        let time = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
        let zone = quiet.zone.iana_name().unwrap_or("UTC");
        let (from, to) = (time(quiet.from), time(quiet.to));
        lines.push(Phrase::new("policy-quiet").with("from", from).with("to", to).with("zone", zone));
    }
    lines.push(match policy.rules.look {
        Look::Everybody => Phrase::new("policy-look-everybody"),
        Look::People => Phrase::new("policy-look").with("names", policy.who_may(Right::Look)),
    });
    lines.push(Phrase::new("policy-request").with("names", names(policy, Right::Request)));
    lines.push(Phrase::new("policy-approve").with("names", names(policy, Right::Approve)));
    if let Some(groups) = listed(policy.grants.iter()) {
        lines.push(Phrase::new("policy-groups").with("groups", groups));
    }
    let last = lines.pop().unwrap_or_else(|| Phrase::new("policy-reason"));
    lines.into_iter().rev().fold(last, |rest, line| Phrase::new("status-lines").with("line", line).with("rest", rest))
}

fn names(policy: &Policy, right: Right) -> String {
    let names: Vec<&str> = policy.people.iter().filter(|one| one.may(right)).map(|one| one.name.as_str()).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}
