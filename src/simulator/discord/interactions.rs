//! What the app answers to commands, clicks and forms: the first response, and what follows by the interaction's token.

use crate::simulator::discord::calls::change;
use crate::simulator::discord::checks::{self, Refusal};
use crate::simulator::discord::message::Message;
use crate::simulator::discord::payload;
use crate::simulator::discord::state::{Content, Interaction, Modal, Place, Shared, State};
use serde_json::Value;
use std::sync::Arc;

type Answer = Result<Value, Refusal>;

/// The flag of messages that one person sees.
const EPHEMERAL: u64 = 64;

fn unknown_interaction() -> Refusal {
    Refusal::new(404, 10062, "Unknown interaction")
}

fn unknown_webhook() -> Refusal {
    Refusal::new(404, 10015, "Unknown Webhook")
}

fn unknown_message() -> Refusal {
    Refusal::new(404, 10008, "Unknown Message")
}

/// The first response to an interaction.
pub(super) fn respond(shared: &Shared, id: &str, token: &str, body: &Value) -> Answer {
    shared.change(|state| {
        let interaction = state.interactions.get(token).filter(|one| one.id == id).ok_or_else(unknown_interaction)?;
        if interaction.failed || interaction.born.elapsed() > shared.settings.respond_within {
            return Err(unknown_interaction());
        }
        if interaction.responded {
            return Err(Refusal::new(400, 40060, "Interaction has already been acknowledged."));
        }
        let (person, channel, source) =
            (interaction.person.clone(), interaction.channel.clone(), interaction.source.clone());
        let data = &body["data"];
        let flags = data["flags"].as_u64().unwrap_or_default();
        let place = |thinking| Place {
            channel: channel.clone(),
            user: shared.settings.bot_id.clone(),
            ephemeral_to: (flags & EPHEMERAL != 0).then(|| person.clone()),
            thinking,
        };
        let wrong_type = || Refusal::new(400, 50035, "Invalid Form Body");
        let original = match body["type"].as_u64() {
            Some(4) => Some(state.post(place(false), checks::message(data, None)?).id.clone()),
            Some(5) => Some(state.post(place(true), Content { flags, ..Content::default() }).id.clone()),
            Some(6) => Some(source.ok_or_else(wrong_type)?),
            Some(7) => {
                let source = source.ok_or_else(wrong_type)?;
                let message = state.view.message(&source).cloned().ok_or_else(unknown_message)?;
                change(state, &message, data)?;
                Some(source)
            }
            Some(9) => {
                checks::modal(data)?;
                state.add_modal(Modal::new(token.to_owned(), person, data.clone()));
                None
            }
            _ => return Err(wrong_type()),
        };
        if let Some(interaction) = state.interactions.get_mut(token) {
            interaction.responded = true;
            interaction.original = original;
            if let Some(waiting) = interaction.waiting.take() {
                // The person may have given up this moment.
                let _ = waiting.send(body.clone());
            }
        }
        Ok(Value::Null)
    })
}

/// The interaction of a token that can still be used.
fn alive<'a>(shared: &Shared, state: &'a State, token: &str) -> Result<&'a Interaction, Refusal> {
    let interaction = state.interactions.get(token).ok_or_else(unknown_webhook)?;
    if interaction.born.elapsed() > shared.settings.token_lives {
        return Err(Refusal::new(401, 50027, "Invalid Webhook Token"));
    }
    // Before the first response there is no webhook.
    if interaction.responded { Ok(interaction) } else { Err(unknown_webhook()) }
}

/// `@original`, or a message by its id.
fn named(shared: &Shared, state: &State, token: &str, which: &str) -> Result<Arc<Message>, Refusal> {
    let interaction = alive(shared, state, token)?;
    let id = if which == "@original" { interaction.original.as_deref() } else { Some(which) };
    let message = id.and_then(|id| state.view.message(id)).filter(|message| message.is_visible());
    message.cloned().ok_or_else(unknown_message)
}

/// A further message.
pub(super) fn follow_up(shared: &Shared, token: &str, body: &Value) -> Answer {
    shared.change(|state| {
        let interaction = alive(shared, state, token)?;
        let (person, channel) = (interaction.person.clone(), interaction.channel.clone());
        let content = checks::message(body, None)?;
        let ephemeral_to = (content.flags & EPHEMERAL != 0).then_some(person);
        let place = Place { channel, user: shared.settings.bot_id.clone(), ephemeral_to, thinking: false };
        let message = state.post(place, content);
        Ok(payload::message(shared, state, &message))
    })
}

/// Looks at an answer.
pub(super) fn get(shared: &Shared, token: &str, which: &str) -> Answer {
    let state = shared.look();
    let message = named(shared, &state, token, which)?;
    Ok(payload::message(shared, &state, &message))
}

/// Changes an answer.
pub(super) fn edit(shared: &Shared, token: &str, which: &str, body: &Value) -> Answer {
    shared.change(|state| {
        let message = named(shared, state, token, which)?;
        change(state, &message, body)?;
        let message = named(shared, state, token, which)?;
        Ok(payload::message(shared, state, &message))
    })
}

/// Takes an answer away.
pub(super) fn delete(shared: &Shared, token: &str, which: &str) -> Answer {
    shared.change(|state| {
        let message = named(shared, state, token, which)?;
        state.delete(&message.id, shared.settings.bot_name.clone());
        Ok(Value::Null)
    })
}
