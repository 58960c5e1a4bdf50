//! What can be wrong with Discord. Faults last until healed and combine, except those that are over at once.

use crate::simulator::platform;
use crate::simulator::platform::fault::{Effect, Limit};
use std::time::Duration;

/// A fault of the platform.
///
/// `call` is a call's name, as in [`Counters::api_calls`](platform::view::Counters::api_calls); `None` is all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Every open connection gets a close frame with this code. Over at once.
    GatewayCloses(u16),
    /// Every open connection gets a close frame without a body. Over at once.
    GatewayClosesWithoutBody,
    /// Every open connection breaks without a closing handshake. Over at once.
    GatewayBreaks,
    /// Every open connection goes silent for ever: nothing is sent on it, nothing is answered. New ones work. Over at
    /// once.
    GatewayFreezes,
    /// Every connection is asked to reconnect (op 7). Over at once.
    Reconnect,
    /// Every connection is told that its session is invalid (op 9). Over at once.
    InvalidSession {
        /// Whether it may be resumed all the same.
        resumable: bool,
    },
    /// Connections are accepted and closed before a word is said.
    GatewayRefused,
    /// Heartbeats are not acknowledged.
    HeartbeatsUnanswered,
    /// The bot's token was reset: 401, and close code 4004.
    TokenReset,
    /// The application may have no privileged intents: asking for one is answered with the close code 4014.
    IntentsDisallowed,
    /// Interactions lack a field that a strict client library wants.
    InteractionsBare,
    /// The application has an interactions endpoint URL: interactions go there, and not to the gateway.
    InteractionsElsewhere,
    /// The next calls are over the rate limit.
    RateLimited {
        /// The call, or all.
        call: Option<String>,
        /// How many calls are refused.
        calls: u32,
        /// What the answer says to wait.
        retry_after: Duration,
        /// Whether the limit is that of the whole application.
        global: bool,
    },
    /// Calls are answered with this HTTP status and have no effect.
    Down {
        /// The call, or all.
        call: Option<String>,
        /// The HTTP status, 500–599.
        status: u16,
    },
    /// Calls are never answered and have no effect.
    Hangs {
        /// The call, or all.
        call: Option<String>,
    },
    /// Calls take effect at once and are answered late.
    Slow {
        /// The call, or all.
        call: Option<String>,
        /// How late.
        by: Duration,
    },
    /// Calls take effect, and the answer is lost in an HTTP 502.
    AnswersLost {
        /// The call, or all.
        call: Option<String>,
    },
    /// The bot may not see a channel, by name: 50001.
    NoAccess(String),
    /// The bot may not write into a channel, by name: 50013.
    NoPermission(String),
    /// The bot may not show files in a channel, by name: 50013.
    NoFiles(String),
    /// A call is refused in a channel with the status 400.
    Refuses {
        /// The call.
        call: String,
        /// The channel, by name.
        channel: String,
        /// Discord's code for why.
        code: u64,
    },
    /// A message is older than an hour, and was changed as often as it may be: 429 with the code 30046.
    EditsUsedUp(String),
}

impl platform::fault::Fault for Fault {
    fn lasts(&self) -> bool {
        !matches!(
            self,
            Self::GatewayCloses(_)
                | Self::GatewayClosesWithoutBody
                | Self::GatewayBreaks
                | Self::GatewayFreezes
                | Self::Reconnect
                | Self::InvalidSession { .. }
        )
    }

    fn effect(&self, called: &str) -> Option<Effect> {
        let (call, effect) = match self {
            Self::RateLimited { call, retry_after, global, .. } => {
                (call, Effect::RateLimited(Limit { wait: *retry_after, global: *global }))
            }
            Self::Down { call, status } => (call, Effect::Down(*status)),
            Self::Hangs { call } => (call, Effect::Hangs),
            Self::Slow { call, by } => (call, Effect::Slow(*by)),
            Self::AnswersLost { call } => (call, Effect::AnswerLost),
            _ => return None,
        };
        call.as_deref().is_none_or(|call| call == called).then_some(effect)
    }

    fn calls_left(&mut self) -> Option<&mut u32> {
        match self {
            Self::RateLimited { calls, .. } => Some(calls),
            _ => None,
        }
    }
}
