//! How many persons have to approve a restart, and whether it takes a reason: by environment, and by the time of day. And who is told how
//! things stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// What a restart takes beside its request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Everywhere.
    pub general: Rule,
    /// Where an environment says something else.
    pub environments: BTreeMap<String, Rule>,
    /// When one approval more is needed.
    pub quiet: Option<Quiet>,
    /// Who is told how things stand.
    pub look: Look,
}

/// Who is told how things stand, where they ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Whoever asks.
    #[default]
    Everybody,
    /// The persons of the configuration, and who is in a group that gives it.
    People,
}

/// What a restart takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How many persons approve, beside the requester.
    pub approvals: usize,
    /// Whether the requester says why.
    pub reason: bool,
}

impl Default for Rule {
    fn default() -> Self {
        Self { approvals: 1, reason: false }
    }
}

/// Hours of the day, where people live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// From this time on.
    pub from: Time,
    /// Until this time; before `from`, it is that of the next day.
    pub to: Time,
    /// Of which zone.
    pub zone: TimeZone,
}

impl Quiet {
    /// Whether it is one of these hours.
    pub fn is_at(&self, now: Timestamp) -> bool {
        let time = now.to_zoned(self.zone.clone()).time();
        if self.from <= self.to { (self.from..self.to).contains(&time) } else { time >= self.from || time < self.to }
    }
}

impl Rules {
    /// What a restart of an environment takes.
    pub fn of(&self, environment: &str) -> Rule {
        self.environments.get(environment).copied().unwrap_or(self.general)
    }

    /// How many persons have to approve at this time, beside the requester: never none.
    pub fn needed(&self, environment: &str, now: Timestamp) -> usize {
        let more = self.quiet.as_ref().is_some_and(|quiet| quiet.is_at(now));
        self.of(environment).approvals.max(1) + usize::from(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The night in which Berlin's clock goes from 02:00 to 03:00, and the one in which it goes back.
    #[test]
    fn quiet_hours_go_by_the_clock_on_the_wall_when_it_is_changed() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let night = Quiet { from: Time::constant(22, 0, 0, 0), to: Time::constant(6, 0, 0, 0), zone: zone.clone() };
        let gap = Quiet { from: Time::constant(2, 15, 0, 0), to: Time::constant(2, 45, 0, 0), zone };
        for (at, is_night, is_gap) in [
            ("2027-03-27T20:59:59Z", false, false),
            ("2027-03-27T21:00:00Z", true, false),
            // 02:30 is no time of that night: from 01:59:59 it goes to 03:00.
            ("2027-03-28T00:59:59Z", true, false),
            ("2027-03-28T01:00:00Z", true, false),
            ("2027-03-28T03:59:59Z", true, false),
            ("2027-03-28T04:00:00Z", false, false),
            // In autumn it is 02:30 twice.
            ("2027-10-31T00:30:00Z", true, true),
            ("2027-10-31T01:30:00Z", true, true),
            ("2027-10-31T04:59:59Z", true, false),
            ("2027-10-31T05:00:00Z", false, false),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!((night.is_at(at), gap.is_at(at)), (is_night, is_gap), "{at}");
        }
    }
}
