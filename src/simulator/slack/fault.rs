//! What can be wrong with Slack. Faults last until healed and combine, except those that are over at once.

use crate::simulator::platform;
use crate::simulator::platform::fault::{Effect, Limit};
use std::time::Duration;

/// A fault of the platform.
///
/// `method` is a Web API method's name, or `response_url` for answers to commands and clicks; `None` is all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Every open socket is closed. Over at once.
    SocketsClose,
    /// Every open socket breaks without a closing handshake. Over at once.
    SocketsBreak,
    /// One socket is cut, counted round from the oldest: for a moment everything on it is lost, in both directions, and then
    /// it breaks without a closing handshake. Over at once.
    SocketCut(usize),
    /// Every open socket goes silent: what is sent on it is lost, its pings are not answered, it stays open until the
    /// platform takes it for dead after three of its own pings. New sockets work. Over at once.
    SocketsFreeze,
    /// Every open socket is told to go. After a warning it stays open, otherwise it is closed. Over at once.
    Disconnect(Reason),
    /// Sockets are accepted and closed before a word is said.
    SocketsRefused,
    /// Socket Mode is switched off for the app: every socket, also a new one, is told `link_disabled` and closed.
    SocketModeOff,
    /// Every envelope on a socket is sent twice, on two sockets where there are two.
    EnvelopesTwice,
    /// What the app answers to a request is lost on its way.
    AcksLost,
    /// The next calls are over the rate limit.
    RateLimited {
        /// The method, or all.
        method: Option<String>,
        /// How many calls are refused.
        calls: u32,
        /// What `Retry-After` says; Slack counts in whole seconds.
        retry_after: Duration,
    },
    /// Calls are answered with this HTTP status and have no effect.
    Down {
        /// The method, or all.
        method: Option<String>,
        /// The HTTP status, 500–599.
        status: u16,
    },
    /// Calls are never answered and have no effect.
    Hangs {
        /// The method, or all.
        method: Option<String>,
    },
    /// Calls take effect at once and are answered late.
    Slow {
        /// The method, or all.
        method: Option<String>,
        /// How late.
        by: Duration,
    },
    /// Calls take effect, and the answer is lost in an HTTP 502.
    AnswersLost {
        /// The method, or all.
        method: Option<String>,
    },
    /// A scope was taken from the bot token, or `connections:write` from the app-level token.
    ScopeMissing(String),
    /// Interactivity is switched off for the app: no click reaches it, and people see that at once.
    InteractivityOff,
    /// The app configuration token has expired.
    ConfigurationTokenExpired,
    /// The bot token was revoked.
    BotTokenRevoked,
    /// The app-level token was revoked.
    AppTokenRevoked,
    /// An account was deactivated, by id.
    Deactivated(String),
    /// An account was made a guest's, by id.
    Guest(String),
    /// An account is a bot's, by id.
    Bot(String),
    /// The bot may not see an account, by id.
    NotVisible(String),
    /// The bot was removed from a channel, by name.
    BotNotIn(String),
    /// A channel was archived, by name.
    Archived(String),
    /// A channel takes no message of the bot's, and no change of one.
    Refuses {
        /// The channel, by name.
        channel: String,
        /// Slack's word for why.
        error: String,
    },
}

/// Why Slack wants a socket closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It will be closed within seconds.
    Warning,
    /// It is old.
    RefreshRequested,
    /// Socket Mode was switched off.
    LinkDisabled,
    /// There are more than the app may have.
    TooManyWebsockets,
}

impl Reason {
    /// Slack's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::RefreshRequested => "refresh_requested",
            Self::LinkDisabled => "link_disabled",
            Self::TooManyWebsockets => "too_many_websockets",
        }
    }
}

impl platform::fault::Fault for Fault {
    fn lasts(&self) -> bool {
        !matches!(
            self,
            Self::SocketsClose | Self::SocketsBreak | Self::SocketCut(_) | Self::SocketsFreeze | Self::Disconnect(_)
        )
    }

    fn effect(&self, called: &str) -> Option<Effect> {
        let (method, effect) = match self {
            Self::RateLimited { method, retry_after, .. } => {
                (method, Effect::RateLimited(Limit { wait: *retry_after, global: false }))
            }
            Self::Down { method, status } => (method, Effect::Down(*status)),
            Self::Hangs { method } => (method, Effect::Hangs),
            Self::Slow { method, by } => (method, Effect::Slow(*by)),
            Self::AnswersLost { method } => (method, Effect::AnswerLost),
            _ => return None,
        };
        method.as_deref().is_none_or(|method| method == called).then_some(effect)
    }

    fn calls_left(&mut self) -> Option<&mut u32> {
        match self {
            Self::RateLimited { calls, .. } => Some(calls),
            _ => None,
        }
    }
}
