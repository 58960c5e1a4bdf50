//! What the bot's own looks at an environment come to: so many in a row that find trouble are an alert, and a good one after it is
//! the alert's end.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::alert::AlertStatus;
use super::diagnosis::{Bearing, Diagnosis, Severity};

/// What one look says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// No trouble.
    Good,
    /// Trouble.
    Bad,
    /// Neither: something could not be seen, or is only under way.
    Blind,
}

/// The looks so far, since the last good one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streak {
    /// How many found trouble.
    pub bad: u32,
    /// When the first of these was made.
    pub since: Option<Timestamp>,
    /// When the alert fired last; `None` while it does not.
    pub fired_at: Option<Timestamp>,
}

/// How often an alert that goes on is repeated: its incident may have been closed meanwhile.
const REPEAT: SignedDuration = SignedDuration::from_mins(30);

impl Diagnosis {
    /// What it says to somebody who looks from time to time. Pods that start or terminate are no trouble by themselves.
    pub fn sight(&self) -> Sight {
        let bears = |bearing| matches!(bearing, Bearing::WillHelp | Bearing::WillNotHelp | Bearing::Unclear);
        let critical = self.findings.iter().any(|one| one.severity == Severity::Critical && bears(one.bearing));
        if self.is_untroubled() {
            Sight::Good
        } else if self.saw_trouble() && critical {
            Sight::Bad
        } else {
            Sight::Blind
        }
    }
}

impl Streak {
    /// The streak with one more look, and what that makes of the alert: it begins to fire, fires still, or is over.
    #[must_use]
    pub fn with(&self, sight: Sight, at: Timestamp, failures: u32) -> (Self, Option<AlertStatus>) {
        match sight {
            Sight::Blind => (self.clone(), None),
            Sight::Good => (Self::default(), self.fired_at.map(|_| AlertStatus::Resolved)),
            Sight::Bad => {
                let bad = self.bad.saturating_add(1);
                let fires = bad >= failures && self.fired_at.is_none_or(|fired| at.duration_since(fired) >= REPEAT);
                let fired_at = if fires { Some(at) } else { self.fired_at };
                let streak = Self { bad, since: self.since.or(Some(at)), fired_at };
                (streak, fires.then_some(AlertStatus::Firing))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_row_fire_once_and_a_good_one_is_the_end() {
        use AlertStatus::{Firing, Resolved};
        use Sight::{Bad, Blind, Good};
        let looks = [
            (0, Bad, None),
            (1, Bad, None),
            (2, Good, None),
            (3, Bad, None),
            (4, Blind, None),
            (5, Bad, None),
            (6, Bad, Some(Firing)),
            (7, Bad, None),
            (8, Blind, None),
            (35, Bad, None),
            (36, Bad, Some(Firing)),
            (37, Bad, None),
            (38, Good, Some(Resolved)),
            (39, Good, None),
            (40, Bad, None),
        ];
        let mut streak = Streak::default();
        for (minute, sight, says) in looks {
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
            let (next, said) = streak.with(sight, at, 3);
            assert_eq!(said, says, "minute {minute}");
            streak = next;
        }
        assert_eq!(streak.since, Some(Timestamp::UNIX_EPOCH + SignedDuration::from_mins(40)));
    }
}
