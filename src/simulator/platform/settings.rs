//! What every chat platform's settings have.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// A rate limit: so many calls at once, then one more for every interval gone by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many calls may come at once.
    pub burst: u32,
    /// After how long one more call is let through.
    pub every: Duration,
}

/// The shape of a simulated platform, as it is before anything happens there.
pub trait Settings: fmt::Debug + Send + Sync + 'static {
    /// The port on loopback, or 0 for a free one.
    fn port(&self) -> u16;

    /// The bot's user id, and the name that people see beside its messages.
    fn bot(&self) -> (&str, &str);

    /// The channels that exist from the start, by name.
    fn channels(&self) -> &[String];

    /// The pace each call is held to; a call that is not named is not held to any.
    fn paces(&self) -> &BTreeMap<String, Pace>;
}
