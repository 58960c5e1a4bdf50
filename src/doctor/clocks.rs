//! Whether this machine's clock agrees with others'.

use jiff::SignedDuration;

use crate::checkup::{Finding, Subject};

/// Signed requests count for five minutes, and certificates and tokens have their times: from here on something is about to fail.
const WRONG: SignedDuration = SignedDuration::from_secs(60);
/// What a date in whole seconds and a slow way explain.
const NEAR: SignedDuration = SignedDuration::from_secs(5);

/// How far the clock of `whose` is ahead of this machine's.
pub(super) fn compare(whose: &str, ahead: SignedDuration) -> Finding {
    const CHECK: &str = "clock.skew";
    let (off, word) = (ahead.abs(), if ahead.is_negative() { "ahead of" } else { "behind" });
    let what = format!("this machine's clock is {} s {word} that of {whose}", off.as_secs());
    let to_do = "let NTP or chrony set this machine's clock; or, where the other one is wrong, that one";
    if off >= WRONG {
        Finding::failure(Subject::Clock, CHECK, what, to_do)
    } else if off > NEAR {
        Finding::warning(Subject::Clock, CHECK, what, to_do)
    } else {
        Finding::ok(Subject::Clock, CHECK, format!("this machine's clock agrees with that of {whose}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkup::Level;

    #[test]
    fn a_clock_is_off_by_seconds_or_by_a_minute() {
        for (ahead, level, says) in [
            (0, Level::Ok, "agrees with that of Slack"),
            (-4, Level::Ok, "agrees"),
            (30, Level::Warning, "is 30 s behind that of Slack"),
            (-90, Level::Failure, "is 90 s ahead of that of Slack"),
        ] {
            let finding = compare("Slack", SignedDuration::from_secs(ahead));
            assert_eq!(finding.level, level, "{finding:?}");
            assert!(finding.what.contains(says), "{finding:?}");
        }
    }
}
