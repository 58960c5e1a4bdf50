//! How much one account may ask for in a minute. Beyond that it hears once how long to wait, and the rest of that minute's is not
//! carried out.
//!
//! A decision about a request by a person of the configuration is never counted and never refused here: who is tired and clicks ten
//! times, and whose account somebody else floods, can still approve, deny and cancel. Accounts that belong to nobody share one count
//! once there are very many of them: whoever makes accounts gains nothing by making more.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::incident::account::Account;

/// What is counted together.
const MINUTE: Duration = Duration::from_mins(1);
/// So many accounts of nobody are counted each for itself.
const STRANGERS: usize = 1000;

/// What accounts asked for in the last minute.
#[derive(Default)]
pub(super) struct Throttle {
    /// `None` for all strangers beyond [`STRANGERS`].
    windows: BTreeMap<Option<Account>, Window>,
}

struct Window {
    since: Instant,
    count: u32,
    told: bool,
}

/// What comes of one thing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is carried out.
    Admitted,
    /// It is not, and its author hears how long to wait.
    Told(Duration),
    /// It is not, and its author heard that before.
    Silent(Duration),
}

impl Throttle {
    /// What comes of one thing more that an account asks for, where so much of it is carried out in a minute.
    pub(super) fn admit(&mut self, account: &Account, is_person: bool, most: u32, now: Instant) -> Admission {
        let is_over = |window: &Window| now.duration_since(window.since) >= MINUTE;
        if self.windows.len() > STRANGERS {
            self.windows.retain(|_, window| !is_over(window));
        }
        let own = Some(account.clone());
        let is_own = is_person || self.windows.contains_key(&own) || self.windows.len() <= STRANGERS;
        let window = self.windows.entry(own.filter(|_| is_own)).or_insert(Window { since: now, count: 0, told: false });
        if is_over(window) {
            *window = Window { since: now, count: 0, told: false };
        }
        window.count = window.count.saturating_add(1);
        if window.count <= most {
            return Admission::Admitted;
        }
        let wait = MINUTE.saturating_sub(now.duration_since(window.since));
        if std::mem::replace(&mut window.told, true) { Admission::Silent(wait) } else { Admission::Told(wait) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::account::Platform;

    fn account(user: &str) -> Account {
        Account { platform: Platform::Slack, user: user.to_owned() }
    }

    #[test]
    fn one_too_many_is_told_once_and_the_next_minute_is_another() {
        let (mut throttle, begun) = (Throttle::default(), Instant::now());
        let mut at = |seconds| throttle.admit(&account("U1"), true, 2, begun + Duration::from_secs(seconds));
        assert_eq!([at(0), at(10)], [Admission::Admitted; 2]);
        assert_eq!(at(20), Admission::Told(Duration::from_secs(40)));
        assert_eq!(at(59), Admission::Silent(Duration::from_secs(1)));
        assert_eq!(at(60), Admission::Admitted);
    }

    #[test]
    fn very_many_strangers_share_what_is_left_and_cost_no_person_anything() {
        let (mut throttle, now) = (Throttle::default(), Instant::now());
        let mut refused = 0;
        for number in 0..STRANGERS * 3 {
            let admission = throttle.admit(&account(&format!("U{number}")), false, 20, now);
            refused += usize::from(admission != Admission::Admitted);
        }
        assert!(throttle.windows.len() <= STRANGERS + 2, "{}", throttle.windows.len());
        assert!(refused > STRANGERS, "{refused}");
        assert_eq!(throttle.admit(&account("UPERSON"), true, 20, now), Admission::Admitted);
    }
}
