//! The policy in words: who somebody is and what they may do, and what a restart takes.

use super::approval::{Account, Person, Policy, Refusal};
use super::phrase::Phrase;

/// Who is behind an account, and what they may do.
pub fn who_am_i(policy: &Policy, account: &Account) -> Phrase {
    let Some(person) = policy.person(account) else { return Refusal::NotMapped.phrase() };
    let accounts: Vec<String> = person.accounts.iter().map(ToString::to_string).collect();
    let id = match (person.may_request, person.may_approve) {
        (true, true) => "whoami-both",
        (true, false) => "whoami-request",
        (false, true) => "whoami-approve",
        (false, false) => "whoami-look",
    };
    Phrase::new(id).with("who", &person.name).with("accounts", accounts.join(", "))
}

/// What a restart of an environment takes, in several lines.
pub fn policy_lines(policy: &Policy, environment: &str) -> Phrase {
    let rule = policy.rules.of(environment);
    let takes = Phrase::new("policy-takes")
        .with("environment", environment)
        .with("expiry", policy.approval_expiry)
        .with("count", rule.approvals.max(1));
    let mut lines = vec![takes];
    if rule.reason {
        lines.push(Phrase::new("policy-reason"));
    }
    if let Some(quiet) = &policy.rules.quiet {
        let time = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
        let zone = quiet.zone.iana_name().unwrap_or("UTC");
        let (from, to) = (time(quiet.from), time(quiet.to));
        lines.push(Phrase::new("policy-quiet").with("from", from).with("to", to).with("zone", zone));
    }
    lines.push(Phrase::new("policy-request").with("names", names(policy, |person| person.may_request)));
    lines.push(Phrase::new("policy-approve").with("names", names(policy, |person| person.may_approve)));
    let last = lines.pop().unwrap_or_else(|| Phrase::new("policy-reason"));
    lines.into_iter().rev().fold(last, |rest, line| Phrase::new("status-lines").with("line", line).with("rest", rest))
}

fn names(policy: &Policy, may: impl Fn(&Person) -> bool) -> String {
    let names: Vec<&str> = policy.people.iter().filter(|one| may(one)).map(|one| one.name.as_str()).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}
