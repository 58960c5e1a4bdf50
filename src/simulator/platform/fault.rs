//! What every platform's faults can do to a call.

use std::fmt;
use std::time::Duration;

/// A fault of a platform. Faults last until healed and combine, except those that are over at once.
pub trait Fault: Clone + PartialEq + fmt::Debug + Send + 'static {
    /// Whether it stays until it is healed.
    fn lasts(&self) -> bool;

    /// What it does to a call of this name, if anything.
    fn effect(&self, called: &str) -> Option<Effect>;

    /// How many more calls it refuses, where it is a limit.
    fn calls_left(&mut self) -> Option<&mut u32>;
}

/// What a fault does to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is over the rate limit and has no effect.
    RateLimited(Limit),
    /// It is answered with this HTTP status, 500–599, and has no effect.
    Down(u16),
    /// It is never answered and has no effect.
    Hangs,
    /// It takes effect at once and is answered so late.
    Slow(Duration),
    /// It takes effect, and the answer is lost in an HTTP 502.
    AnswerLost,
}

/// A limit that a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How long to wait.
    pub wait: Duration,
    /// Whether it is that of the whole application.
    pub global: bool,
}
