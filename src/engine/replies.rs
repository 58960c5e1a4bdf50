//! The answers to the authors of commands, and their delivery: tried until it succeeds, or is pointless.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::causes::causes;
use crate::chat::backoff::pauses;
use crate::chat::{Button, Chat, ChatError, card};
use crate::clock;
use crate::incident::Incident;
use crate::incident::decide::Command;
use crate::incident::event::Event;
use crate::incident::phrase::{Arg, Phrase};
use crate::incident::policy::Policy;
use crate::request::{Request, Verb};
use crate::store::{InboxRow, Store};
use crate::words::Words;
use crate::words::language::Language;

/// How long an answer is tried: a response URL lives 30 minutes.
const TRIES: SignedDuration = SignedDuration::from_mins(30);

/// The answer to an accepted command.
pub fn accepted(incident: &Incident, command: &Command, events: &[Event]) -> Phrase {
    match command {
        Command::Approve { .. } | Command::Deny { .. } if incident.is_drill() => {
            Phrase::new("answer-drill-found").with("length", clock::now().duration_since(incident.opened_at))
        }
        Command::Check { .. } => {
            Phrase::new("answer-joined").with("environment", &incident.environment).with("incident", incident.id)
        }
        Command::RequestRestart { .. } => {
            let code = events.iter().find_map(|event| match event {
                Event::RestartRequested { code, .. } => Some(code.clone()),
                _ => None,
            });
            Phrase::new("answer-restart-requested").with("code", code.unwrap_or_default())
        }
        Command::Approve { .. } => match events.first() {
            Some(Event::ApprovalGiven { given, needed, .. }) => {
                Phrase::new("answer-approved-one").with("given", *given).with("needed", *needed)
            }
            _ => Phrase::new("answer-approved"),
        },
        Command::Deny { .. } => Phrase::new("answer-denied"),
        Command::Cancel { .. } => Phrase::new("answer-cancelled"),
        Command::HandOver { .. } => Phrase::new("answer-handed-over"),
        Command::Mute(mute) => {
            Phrase::new("answer-muted").with("environment", &incident.environment).with("until", Arg::Dated(mute.until))
        }
        Command::Unmute { .. } => Phrase::new("answer-unmuted").with("environment", &incident.environment),
        _ => Phrase::new("answer-alert"),
    }
}

/// The event that records a refusal; none for what no person asked.
pub fn refused(command: &Command, why: &Phrase, policy: &Policy) -> Option<Event> {
    let (verb, by) = Verb::of(command)?;
    Some(Event::Refused { who: policy.who(by), what: verb.word().to_owned(), why: why.clone() })
}

/// The words for whoever asked: in their own language where only the platform knows it, and tells it in time.
pub async fn own_words(chat: &dyn Chat, row: &InboxRow, words: &'static Words) -> &'static Words {
    let Some(reply) = row.reply.as_ref().filter(|reply| reply.locale.is_none()) else { return words };
    let own = chat.locale(&reply.account.user).await;
    own.as_deref().and_then(Language::of_locale).map_or(words, Words::in_language)
}

/// Shows the author of an inbox row the form that their click asked for. `false` where it did not come up.
pub async fn open_form(chat: &dyn Chat, row: &InboxRow, button: &Button, words: &Words) -> bool {
    let (Request::RestartForm { trigger, .. }, Some(reply)) = (&row.request, &row.reply) else { return false };
    let reason = card::reason(words);
    let asked = chat.open_form(reply, trigger, button, &reason).await;
    asked
        .inspect_err(|error| tracing::warn!(inbox = row.dedupe_key, error = %causes(error), "a form did not come up"))
        .is_ok()
}

/// Answers the author of an inbox row and closes it. `false` where the row could not be closed, or where the engine stops and the
/// answer failed before: the next start goes on with it, and nobody waits for what may never succeed.
pub async fn deliver(
    store: &Store,
    chat: Option<Arc<dyn Chat>>,
    row: InboxRow,
    answer: &Phrase,
    words: &Words,
    stopping: &CancellationToken,
) -> bool {
    if let (Some(reply), Some(chat)) = (&row.reply, chat) {
        let text = words.say(answer);
        for pause in pauses() {
            let wait = match chat.answer(reply, &text).await {
                Ok(()) => break,
                Err(
                    error @ (ChatError::Gone(_) | ChatError::Closed(_) | ChatError::Unfit(_) | ChatError::Fatal(_)),
                ) => {
                    tracing::warn!(inbox = row.dedupe_key, error = %causes(&error), "somebody can't be answered");
                    break;
                }
                Err(ChatError::RateLimited(wait) | ChatError::Slowed(wait)) => wait,
                Err(ChatError::Passing(_)) => pause,
            };
            if clock::now().duration_since(row.received_at) > TRIES {
                tracing::warn!(inbox = row.dedupe_key, "gave up answering");
                break;
            }
            if stopping.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
                return false;
            }
        }
    }
    for _ in 0..10 {
        match store.close_row(&row.dedupe_key, clock::now()).await {
            Ok(()) => return true,
            Err(error) => {
                tracing::warn!(inbox = row.dedupe_key, error = %causes(&error), "an inbox row could not be closed");
            }
        }
        if stopping.run_until_cancelled(tokio::time::sleep(Duration::from_secs(1))).await.is_none() {
            return false;
        }
    }
    false
}
