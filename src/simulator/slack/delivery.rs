//! What is sent to the app, and what became of it.

use crate::simulator::slack::message::Confirm;
use serde_json::Value;
use std::time::Duration;

/// What kind of envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A slash command.
    SlashCommands,
    /// A click, a choice or a form.
    Interactive,
    /// An event, such as a message.
    EventsApi,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::SlashCommands => "slash_commands",
            Self::Interactive => "interactive",
            Self::EventsApi => "events_api",
        }
    }
}

/// What became of something a person did.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What kind of envelope it was.
    pub kind: Kind,
    /// The envelope's id.
    pub envelope_id: String,
    /// What was in the envelope.
    pub payload: Value,
    /// Whether there was a socket to send it on; over HTTP, whether the app answered at all.
    pub delivered: bool,
    /// The HTTP status of the app's answer, where there is a request URL.
    pub status: Option<u16>,
    /// Slack's word for why it was not acknowledged.
    pub failure: Option<&'static str>,
    /// After how long it was acknowledged; `None` is not within Slack's deadline.
    pub acked_after: Option<Duration>,
    /// What came with the acknowledgement.
    pub ack_payload: Option<Value>,
    /// The dialog that was confirmed before it was sent.
    pub confirm: Option<Confirm>,
    /// The `ts` of the message the person wrote, if it was one.
    pub message_ts: Option<String>,
}

impl Delivery {
    /// Whether the app acknowledged it in time.
    pub fn acked(&self) -> bool {
        self.acked_after.is_some()
    }
}
