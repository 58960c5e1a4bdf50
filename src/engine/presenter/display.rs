//! What of an incident is on display in a channel, and when something is tried again that the platform refused.

use std::time::Duration;

use tokio::time::Instant;

use crate::chat::Card;
use crate::store::{PostedCard, Sending};

/// When something is tried again that was refused for a while. What else there is to send goes on.
#[derive(Default)]
pub(super) struct Gate {
    pub(super) until: Option<Instant>,
    /// Whether a person's wish opens it.
    pub(super) by_wish: bool,
    /// How often in a row.
    pub(super) refused: u32,
}

impl Gate {
    pub(super) fn is_open(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() >= until)
    }

    pub(super) fn shut(&mut self, wait: Duration, by_wish: bool) {
        *self = Self { until: Some(Instant::now() + wait), by_wish, refused: self.refused + 1 };
    }

    pub(super) fn wished(&mut self) {
        if self.by_wish {
            self.until = None;
        }
    }
}

/// What is on display.
#[derive(Default)]
pub(super) struct Display {
    /// Whether the store was read.
    pub(super) known: bool,
    pub(super) posted: Option<PostedCard>,
    pub(super) card: Option<Card>,
    /// A message that may have been sent.
    pub(super) sending: Option<Sending>,
    /// For the card, and for its thread.
    pub(super) card_gate: Gate,
    pub(super) thread_gate: Gate,
    /// The card may not be changed any more: another one takes its place.
    pub(super) outworn: bool,
}

impl Display {
    /// When something is tried again that is refused now.
    pub(super) fn due(&self) -> Option<Instant> {
        self.card_gate.until.into_iter().chain(self.thread_gate.until).min()
    }
}
