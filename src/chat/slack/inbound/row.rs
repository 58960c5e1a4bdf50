//! What a frame comes down to: a request for the inbox, under a key that is the same in every delivery, and who is answered where.

use crate::incident::account::{Account, Platform};
use crate::request::{ReplyTo, Request, Unserved};

/// Something for the inbox.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::chat::slack) struct Inbound {
    pub(in crate::chat::slack) dedupe_key: String,
    pub(in crate::chat::slack) request: Request,
    /// Who is answered; nobody where a bot said something.
    pub(in crate::chat::slack) reply: Option<ReplyTo>,
}

impl Inbound {
    /// The same from somebody who is not served: they are told so, and that is all.
    pub(super) fn unserved(self) -> Self {
        Self { request: Request::Unserved { why: Unserved::OtherWorkspace }, ..self }
    }
}

/// What the handle of an answer begins with that goes into a thread, where no response URL leads to the person.
pub(in crate::chat::slack) const THREAD: &str = "thread/";

/// The handle of an answer into this thread.
pub(super) fn in_thread(ts: &str) -> String {
    format!("{THREAD}{ts}")
}

/// Where a person is answered who wrote or clicked here, with the handle that leads to them alone, if there is one.
pub(super) fn reply(user: String, channel: String, handle: Option<String>) -> ReplyTo {
    ReplyTo { account: Account { platform: Platform::Slack, user }, channel, locale: None, handle }
}
