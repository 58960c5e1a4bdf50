//! What becomes of an interaction: durable first, then acknowledged; or a question is put, whose answer is another one. And of
//! a message, which Discord wants no acknowledgement of.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::Method;
use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::timeout;

use super::client::{Client, codes};
use super::embeds::{EPHEMERAL, confirmation, form, question_on, text_body};
use super::escape::markdown;
use super::inbound::{Acknowledgement, Inbound, Interaction};
use super::message::GatewayMessage;
use super::whose::{Identity, Whose};
use crate::causes::causes;
use crate::chat::card;
use crate::chat::foreign::Foreign;
use crate::chat::message_trigger::LiveTriggers;
use crate::inbox::{Inbox, Put};
use crate::metrics::{self, Labels};
use crate::request::{Asks, ReplyTo, Request, Unserved, Verb};
use crate::words::Words;

/// First responses: <https://discord.com/developers/docs/interactions/receiving-and-responding>.
const MESSAGE: u64 = 4;
const THINKING: u64 = 5;
const SILENT: u64 = 6;
const UPDATE: u64 = 7;
const FORM: u64 = 9;

/// What comes from here, as metrics name it.
const FROM: Labels<'_> = &[("from", "discord")];

/// An acknowledgement takes no longer than this.
const ACKNOWLEDGING: Duration = Duration::from_secs(3);

/// Which interactions are being acknowledged in this process: their answers wait for it.
#[derive(Clone, Debug)]
pub(super) struct Acknowledging(Arc<watch::Sender<BTreeSet<String>>>);

impl Default for Acknowledging {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(BTreeSet::new())))
    }
}

/// An interaction is being acknowledged for as long as this lives.
struct AcknowledgingGuard(Acknowledging, String);

impl Drop for AcknowledgingGuard {
    fn drop(&mut self) {
        self.0.0.send_modify(|all| {
            all.remove(&self.1);
        });
    }
}

impl Acknowledging {
    fn begin(&self, id: &str) -> AcknowledgingGuard {
        self.0.send_modify(|all| {
            all.insert(id.to_owned());
        });
        AcknowledgingGuard(self.clone(), id.to_owned())
    }

    /// Waits until the interaction is not being acknowledged any more.
    pub(super) async fn over(&self, id: &str) {
        let mut all = self.0.subscribe();
        // The sender is here, and nobody acknowledges for longer: what is left to do is the same either way.
        let _ = timeout(ACKNOWLEDGING, all.wait_for(|all| !all.contains(id))).await;
    }
}

/// What the gateway delivers, not parsed yet.
#[derive(Debug)]
pub(super) enum GatewayEvent {
    /// A command, a click or a form.
    Interaction(Value),
    /// What somebody wrote.
    Message(Value),
}

/// Puts interactions and messages into the inbox, and acknowledges interactions.
#[derive(Clone)]
pub(super) struct Dispatcher {
    pub(super) client: Arc<Client>,
    pub(super) us: Identity,
    /// Where messages that carry the error are listened to, if anywhere.
    pub(super) triggers: Option<LiveTriggers>,
    /// What is refused because it is not ours.
    pub(super) foreign: Arc<Foreign>,
    pub(super) inbox: Inbox,
    pub(super) acknowledging: Acknowledging,
}

impl Dispatcher {
    /// Handles one event.
    pub(super) async fn receive(self, event: GatewayEvent) {
        match event {
            GatewayEvent::Interaction(interaction) => self.receive_interaction(interaction).await,
            GatewayEvent::Message(message) => self.receive_message(&message).await,
        }
    }

    /// A message that mentions the bot is a command, one that carries the error an alert; all others are nobody's business.
    async fn receive_message(&self, message: &Value) {
        let Ok(message) = GatewayMessage::deserialize(message) else {
            return tracing::debug!("a message on Discord that can't be read");
        };
        let Whose::Ours = self.us.whose_message(message.guild_id.as_deref()) else {
            return self.refuse_message(&message).await;
        };
        let alert = |channel: &str| message.alert(&self.us.bot, &self.triggers.as_ref()?.now(), channel);
        let (request, reply) = match message.command(&self.us) {
            Some(request) => {
                // Where it was written in a thread, it means what it means in the channel around it.
                let path = format!("/channels/{}", message.channel_id);
                let channel = self.client.call("get_channel", Method::GET, &path, None).await.unwrap_or_default();
                let reply = message.reply(&channel);
                // "@stagerbot my push says 170010": no command, and plain enough.
                let unclear = matches!(request, Request::Unclear { .. });
                let request = alert(&reply.channel).filter(|_| unclear).unwrap_or(request);
                (request, Some(reply))
            }
            // Nobody is answered: it would be open to all, and the card is there for that.
            None => match alert(&message.channel_id) {
                Some(request) => (request, None),
                None => return,
            },
        };
        self.put_message(&message, request, reply).await;
    }

    /// A message that is not for us to carry out: who means the bot hears so, which in a direct message is everybody.
    async fn refuse_message(&self, message: &GatewayMessage) {
        let Whose::Unserved(why, named) = self.us.whose_message(message.guild_id.as_deref()) else { return };
        let means_us = match why {
            Unserved::DirectMessage => message.is_by_person(&self.us.bot),
            _ => message.command(&self.us).is_some(),
        };
        if !means_us {
            return;
        }
        self.foreign.refuse(&named);
        if self.foreign.may_answer() {
            self.put_message(message, Request::Unserved { why }, Some(message.reply(&Value::Null))).await;
        }
    }

    async fn put_message(&self, message: &GatewayMessage, request: Request, reply: Option<ReplyTo>) {
        if let Err(error) = self.inbox.put(message.dedupe_key(), request, reply).await {
            let error: &(dyn Error + 'static) = &error;
            tracing::error!(error, "what was written on Discord is not stored");
        }
    }

    async fn receive_interaction(&self, interaction: Value) {
        // The error is not told: it may quote what came.
        let Ok(interaction) = Interaction::deserialize(interaction) else {
            return tracing::error!("an interaction from Discord lacks what it always has, and is lost");
        };
        let came =
            match self.us.whose_interaction(interaction.application_id.as_deref(), interaction.guild_id.as_deref()) {
                Whose::Ours => interaction.parse(),
                Whose::Foreign(named) => return self.foreign.refuse(&named),
                Whose::Unserved(why, named) => {
                    self.foreign.refuse(&named);
                    if interaction.parse() == Inbound::Nothing || !self.foreign.may_answer() {
                        return;
                    }
                    Inbound::Request(Request::Unserved { why }, Acknowledgement::Think)
                }
            };
        match came {
            Inbound::Request(request, acknowledgement) => {
                let arrived = Instant::now();
                let Some(reply) = interaction.reply() else {
                    return tracing::error!("an interaction from Discord names nobody, and is ignored");
                };
                // Before it is in the inbox: it may be answered at once.
                let _begun = self.acknowledging.begin(&interaction.id);
                match self.inbox.put(interaction.dedupe_key(), request, Some(reply)).await {
                    Ok(Put::New) => {
                        if self.acknowledge(&interaction, acknowledgement).await {
                            metrics::ACKNOWLEDGEMENT.observe(FROM, arrived.elapsed());
                        } else {
                            metrics::NOT_ACKNOWLEDGED.count(FROM);
                        }
                    }
                    // Another replica has it, and acknowledges.
                    Ok(Put::Duplicate) => {}
                    Err(error) => {
                        metrics::NOT_ACKNOWLEDGED.count(FROM);
                        let error: &(dyn Error + 'static) = &error;
                        tracing::error!(error, "what came from Discord is not stored and not acknowledged");
                    }
                }
            }
            Inbound::Ask { verb, custom_id } => self.ask_question(&interaction, verb, &custom_id).await,
            Inbound::Declined => {
                if self.respond(&interaction, &json!({"type": SILENT})).await {
                    self.forget(&interaction).await;
                }
            }
            Inbound::Nothing => tracing::debug!("an interaction with something that is not ours"),
        }
    }

    async fn acknowledge(&self, interaction: &Interaction, how: Acknowledgement) -> bool {
        let response = match how {
            Acknowledgement::Think => json!({"type": THINKING, "data": {"flags": EPHEMERAL}}),
            Acknowledgement::TakeButtons => json!({"type": UPDATE, "data": {"components": []}}),
        };
        self.respond(interaction, &response).await
    }

    /// Puts the card's question, in a form or an answer that only the person sees.
    async fn ask_question(&self, interaction: &Interaction, verb: Verb, custom_id: &str) {
        let words = Words::of(interaction.locale());
        let (kind, data) = match question_on(&interaction.message, custom_id) {
            Some(question) if verb.asks() == Asks::Reason => (FORM, form(custom_id, &question, &card::reason(words))),
            Some(question) => {
                let (yes, no) = card::answers(verb, words);
                (MESSAGE, confirmation(custom_id, &question, &yes, &no))
            }
            None => {
                let mut lost = text_body(&markdown(&card::question_lost(&typed(custom_id), words)));
                lost["flags"] = json!(EPHEMERAL);
                (MESSAGE, lost)
            }
        };
        self.respond(interaction, &json!({"type": kind, "data": data})).await;
    }

    /// Takes a declined confirmation away.
    async fn forget(&self, interaction: &Interaction) {
        let path = format!("/webhooks/{}/{}/messages/@original", self.us.application, interaction.token);
        if let Err(error) = self.client.by_token("delete_original", Method::DELETE, &path, None).await {
            tracing::debug!(error = %causes(&error.about("delete_original", "")), "a declined confirmation stays");
        }
    }

    /// The first response; `true` where Discord took it.
    async fn respond(&self, interaction: &Interaction, response: &Value) -> bool {
        let path = format!("/interactions/{}/{}/callback", interaction.id, interaction.token);
        match self.client.by_token("create_response", Method::POST, &path, Some(response)).await {
            Ok(_) => true,
            Err(error) if error.code() == Some(codes::ALREADY_ACKNOWLEDGED) => true,
            Err(error) => {
                let late = error.code() == Some(codes::UNKNOWN_INTERACTION);
                let error = error.about("create_response", "");
                tracing::warn!(error = %causes(&error), late, "an interaction from Discord was not acknowledged; its author was told so");
                false
            }
        }
    }
}

/// What a click asks for, as it is typed.
fn typed(custom_id: &str) -> String {
    let value = custom_id.split_once(':').map_or("", |(_, value)| value);
    value.split_once('/').map_or_else(|| "/stager restart".to_owned(), |(_, code)| Verb::Approve.line(code))
}
