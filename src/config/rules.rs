//! What a restart takes beside its request: how many approvals, a reason, and when one approval more.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::incident::rules::{Quiet, Rule};
use crate::settings::Section;

const COUNT: &str = "a number of persons from 1 to 5";
const HOURS: &str = "hours of the day such as \"22:00-06:00\"";

/// What an environment says instead of what holds everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnRule {
    /// How many persons approve.
    pub approvals: Option<usize>,
    /// Whether the requester says why.
    pub reason: Option<bool>,
}

impl OwnRule {
    /// Over what holds everywhere.
    pub(super) fn over(self, general: Rule) -> Rule {
        Rule { approvals: self.approvals.unwrap_or(general.approvals), reason: self.reason.unwrap_or(general.reason) }
    }
}

/// What holds everywhere, of `[restarts]`.
pub(super) fn general(section: &mut Section<'_>) -> (Rule, Option<Quiet>) {
    let approvals = section.number("approvals", COUNT, count).unwrap_or(1);
    let rule = Rule { approvals, reason: section.truth("reason") };
    let hours = section.optional("quiet_hours", HOURS, hours);
    let zone = time_zone(section);
    (rule, hours.map(|(from, to)| Quiet { from, to, zone: zone.unwrap_or(TimeZone::UTC) }))
}

/// The zone that `time_zone` names.
pub(super) fn time_zone(section: &mut Section<'_>) -> Option<TimeZone> {
    let expected = "the name of a time zone such as \"Europe/Berlin\"";
    section.optional("time_zone", expected, |text| TimeZone::get(text).ok())
}

/// What an environment says; `None` where it says nothing.
pub(super) fn own(section: &mut Section<'_>) -> Option<OwnRule> {
    let approvals = section.number("approvals", COUNT, count);
    let says = section.truth("reason");
    let reason = section.has("reason").then_some(says);
    (approvals.is_some() || reason.is_some()).then_some(OwnRule { approvals, reason })
}

fn count(text: &str) -> Option<usize> {
    text.parse().ok().filter(|count| (1..=5).contains(count))
}

fn hours(text: &str) -> Option<(Time, Time)> {
    let (from, to) = text.split_once('-')?;
    let time = |text: &str| -> Option<Time> {
        let (hour, minute) = text.trim().split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    let (from, to) = (time(from)?, time(to)?);
    (from != to).then_some((from, to))
}
