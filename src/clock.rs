//! The one place that reads the clock. Everything under `incident/` is handed the time.
//!
//! What is handed out never jumps: it goes by the clock that nobody sets, and follows the system's by at most a hundredth. So
//! a system clock that is set by minutes neither lets an approval expire nor keeps one alive.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// How slowly the system's clock is followed: one second in so many.
const SLOWNESS: i32 = 100;

static STEADY: LazyLock<Mutex<Steady>> = LazyLock::new(|| Mutex::new(Steady::starting(Timestamp::now())));
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The time now, to the microsecond: what the store keeps, so that an event read back equals the event written.
pub fn now() -> Timestamp {
    let running = STARTED.elapsed();
    // Nothing here can panic half way through a change.
    let now = STEADY.lock().unwrap_or_else(PoisonError::into_inner).at(running, Timestamp::now());
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// How far the clock of a server is ahead of this machine's that dated an answer like this just now (HTTP's `Date`, in whole seconds);
/// `None` where that is no date.
pub fn ahead(date: &str) -> Option<SignedDuration> {
    let told = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    // It was cut off to the second: on the average half of one is missing.
    Some(told.duration_since(now()) + SignedDuration::from_millis(500))
}

/// A time that does not jump.
struct Steady {
    running: SignedDuration,
    time: Timestamp,
}

impl Steady {
    fn starting(time: Timestamp) -> Self {
        Self { running: SignedDuration::ZERO, time }
    }

    /// The time after having run for so long, when the system says this.
    fn at(&mut self, running: std::time::Duration, system: Timestamp) -> Timestamp {
        let running = SignedDuration::try_from(running).unwrap_or(self.running).max(self.running);
        let passed = running - self.running;
        let steady = self.time + passed;
        let most = passed / SLOWNESS;
        self.time = steady + system.duration_since(steady).clamp(-most, most);
        self.running = running;
        self.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_does_not_make_the_time_jump() {
        let start: Timestamp = "2026-07-01T08:00:00Z".parse().unwrap();
        let minute = SignedDuration::from_mins(1);
        for jump in [-10, 10, 0] {
            let mut steady = Steady::starting(start);
            let mut last = start;
            for minutes in 1..=60 {
                let system = start + (minutes + jump) * minute;
                let now = steady.at((minutes * minute).unsigned_abs(), system);
                let passed = now.duration_since(last);
                assert!((passed - minute).abs() <= minute / SLOWNESS, "{passed:?} in a minute");
                last = now;
            }
            let off = last.duration_since(start + 60 * minute).abs();
            assert!(off <= 60 * minute / SLOWNESS, "{off:?} after an hour");
        }
    }

    #[test]
    fn a_server_s_clock_is_compared_by_its_answers_date() {
        let date = |at: Timestamp| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let hour = ahead(&date(Timestamp::now() + SignedDuration::from_hours(1))).unwrap();
        assert!((hour - SignedDuration::from_hours(1)).abs() < SignedDuration::from_mins(1), "{hour}");
        assert_eq!(ahead("yesterday"), None);
    }

    #[test]
    fn a_small_error_is_made_up_for() {
        let start: Timestamp = "2026-07-01T08:00:00Z".parse().unwrap();
        let hour = SignedDuration::from_hours(1);
        let mut steady = Steady::starting(start);
        assert_eq!(steady.at(hour.unsigned_abs(), start + hour + hour / 200), start + hour + hour / 200);
    }
}
