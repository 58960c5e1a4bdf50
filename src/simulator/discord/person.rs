//! People: they use commands, click, fill in forms, and see what Discord shows them.

use crate::simulator::discord::checks;
use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::message::Message;
use crate::simulator::discord::payload;
use crate::simulator::discord::state::{Content, Discord, Interaction, Modal, Place, State};
use crate::simulator::discord::typing;
use crate::simulator::platform::happening::What;
use crate::simulator::platform::kind::Platform as _;
use crate::simulator::platform::message::MessageRef;
use crate::simulator::platform::person;
pub use crate::simulator::platform::person::Impossible;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Discord's words under a command that was not answered in time.
pub const NO_RESPONSE: &str = "The application did not respond";
/// Discord's words under a button or a form that was not answered in time.
pub const INTERACTION_FAILED: &str = "This interaction failed";

/// The user behind Discord's own words.
const DISCORD: &str = "643945264868098049";
/// `GUILD_MESSAGES`, which an app asks for to hear of messages, and `MESSAGE_CONTENT`, to be told what they say.
const GUILD_MESSAGES: u64 = 1 << 9;
/// `DIRECT_MESSAGES`, of which an app is always told what they say.
const DIRECT_MESSAGES: u64 = 1 << 12;
const MESSAGE_CONTENT: u64 = 1 << 15;

/// Somebody in the server.
pub type Person = person::Person<Discord>;

/// What became of something a person did.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What was dispatched.
    pub payload: Value,
    /// Whether a connection was open to dispatch it on.
    pub delivered: bool,
    /// After how long the first response came; `None` is not within Discord's deadline.
    pub acked_after: Option<Duration>,
    /// The first response.
    pub response: Option<Value>,
    /// The message that the first response made or changed, as it is by then.
    pub message: Option<Arc<Message>>,
}

impl Delivery {
    /// Whether the app responded in time.
    pub fn acked(&self) -> bool {
        self.acked_after.is_some()
    }

    /// The interaction's token: a secret.
    pub fn token(&self) -> &str {
        self.payload["token"].as_str().unwrap_or_default()
    }
}

/// What kind of interaction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Command = 2,
    Component = 3,
    Form = 5,
}

impl Person {
    /// Uses a command in a channel, if the line starts with `/`: the words behind the subcommand go to its options in
    /// their order, the last one taking the rest, and a switch is on if its name is among them. Else writes a message.
    pub async fn types(&self, channel: &str, line: &str) -> Result<Delivery, Impossible> {
        let channel = self.channel(channel)?;
        let Some(command) = line.trim().strip_prefix('/') else { return Ok(self.says(&channel, line, Vec::new())) };
        let data = {
            let state = self.shared.look();
            let commands = state.view.commands.iter().chain(&state.global_commands);
            typing::command(commands, command).ok_or_else(|| Impossible::NoCommand(line.to_owned()))?
        };
        let typed = What::Typed { person: self.name.clone(), text: line.trim().to_owned() };
        self.shared.change(|state| state.happened(Some(state.channel_name(&channel)), typed));
        Ok(self.acts(Kind::Command, &channel, &data, None).await)
    }

    /// Presses a button that a message shows now, by its custom id or the action before the colon.
    pub async fn clicks(&self, on: impl Into<MessageRef>, custom_id: &str) -> Result<Delivery, Impossible> {
        let message = self.shown(&on.into())?;
        self.clicks_stale(&message, custom_id).await
    }

    /// Presses a button on an old rendering, which a client may still show after an update or a deletion.
    pub async fn clicks_stale(&self, old: &Message, custom_id: &str) -> Result<Delivery, Impossible> {
        let button = old
            .button(custom_id)
            .ok_or_else(|| Impossible::NoElement { id: custom_id.to_owned(), shown: old.text_seen() })?;
        let (person, button_label, id) = (self.name.clone(), button.label.clone(), old.id.clone());
        let clicked = What::Clicked { person, button: button_label, id, confirm: None, confirmed: true };
        self.shared.change(|state| state.happened(Some(old.channel_name.clone()), clicked));
        let data = json!({"custom_id": button.custom_id, "component_type": 2, "id": 1});
        Ok(self.acts(Kind::Component, &old.channel, &data, Some(old)).await)
    }

    /// Fills in the newest form on the screen and sends it. Each field goes by its custom id; the others stay as they
    /// were opened.
    pub async fn submits(&self, fields: &[(&str, &str)]) -> Result<Delivery, Impossible> {
        let modal = self.form()?;
        let data = filled(&modal, fields).ok_or_else(|| Impossible::NoForm(self.name.clone()))?;
        let (channel, source) = self.shared.change(|state| {
            let (person, title) = (self.name.clone(), modal.title().to_owned());
            state.happened(None, What::FormSubmitted { person, title, errors: Vec::new() });
            close(state, &modal.id);
            let opened = state.interactions.get(&modal.id);
            opened.map(|opened| (opened.channel.clone(), opened.source.clone())).unwrap_or_default()
        });
        let source = source.and_then(|id| self.shared.look().view.message(&id).cloned());
        Ok(self.acts(Kind::Form, &channel, &data, source.as_deref()).await)
    }

    /// Closes the newest form without sending it. The app does not hear of it.
    pub fn closes_form(&self) -> Result<(), Impossible> {
        let modal = self.form()?;
        self.shared.change(|state| {
            let (person, title) = (self.name.clone(), modal.title().to_owned());
            close(state, &modal.id);
            state.happened(None, What::FormClosed { person, title });
        });
        Ok(())
    }

    /// Hides a message's embeds, as its author or a moderator can.
    pub fn hides_embeds(&self, message: impl Into<MessageRef>) -> Result<(), Impossible> {
        let message = self.shown(&message.into())?;
        self.shared.change(|state| {
            state.edit(&message.id, |message| {
                message.embeds = Vec::new();
                message.flags |= 4;
            });
        });
        Ok(())
    }

    /// Answers a message in its channel, whose author is named by that.
    pub fn answers(&self, to: impl Into<MessageRef>, text: &str) -> Result<Delivery, Impossible> {
        let message = self.shown(&to.into())?;
        Ok(self.says_naming(&message.channel, text, Vec::new(), Some(&message.user)))
    }

    /// Writes to the bot directly; the channel is among those that the person sees, named `direct-` and their id.
    pub fn writes_directly(&self, text: &str) -> Delivery {
        let channel = self.shared.change(|state| state.direct_channel(&self.id));
        self.says(&channel, text, Vec::new())
    }

    /// Writes a message with embeds, as bots do.
    pub fn posts(&self, channel: &str, text: &str, embeds: &[Value]) -> Result<Delivery, Impossible> {
        Ok(self.says(&self.channel(channel)?, text, embeds.to_vec()))
    }

    /// Changes what a message says.
    pub fn edits(&self, message: impl Into<MessageRef>, text: &str) -> Result<(), Impossible> {
        let message = self.shown(&message.into())?;
        self.shared.change(|state| {
            state.edit(&message.id, |message| text.clone_into(&mut message.content));
            let edited = state.view.message(&message.id).cloned();
            let payload = edited.map(|edited| payload::message(&self.shared, state, &edited)).unwrap_or_default();
            Self::told(state, "MESSAGE_UPDATE", payload, false);
        });
        Ok(())
    }

    /// Tells the app of a message as far as it asked for that: without the privileged intent it is told what a message says only
    /// where it is mentioned.
    fn told(state: &mut State, event: &str, mut payload: Value, pinged: bool) -> (Value, bool) {
        let direct = payload["channel_id"].as_str().is_some_and(|channel| state.is_direct(channel));
        if let Some(guild) = state.sender.guild_id.as_ref().filter(|_| !direct) {
            payload["guild_id"] = json!(guild);
        }
        let mut bare = payload.clone();
        (bare["content"], bare["embeds"], bare["components"]) = (json!(""), json!([]), json!([]));
        let asked = if direct { DIRECT_MESSAGES } else { GUILD_MESSAGES };
        let pinged = pinged || direct;
        let told = |intents: u64| match (intents & asked != 0, intents & MESSAGE_CONTENT != 0 || pinged) {
            (true, true) => Some(payload.clone()),
            (true, false) => Some(bare.clone()),
            _ => None,
        };
        let delivered = state.dispatch_to(event, told);
        (payload, delivered)
    }

    /// Writes a message; the app hears of it if it asked for messages.
    fn says(&self, channel: &str, text: &str, embeds: Vec<Value>) -> Delivery {
        self.says_naming(channel, text, embeds, None)
    }

    /// The same, naming somebody whom the text does not name.
    fn says_naming(&self, channel: &str, text: &str, embeds: Vec<Value>, named: Option<&str>) -> Delivery {
        let (payload, delivered) = self.shared.change(|state| {
            let place = Place { channel: channel.to_owned(), user: self.id.clone(), ..Place::default() };
            let bot = &self.shared.settings.bot_id;
            let content = text.replace(&format!("@{}", self.shared.settings.bot_name), &format!("<@{bot}>"));
            let is_named =
                named == Some(bot) || [format!("<@{bot}>"), format!("<@!{bot}>")].iter().any(|m| content.contains(m));
            let pinged = if is_named { vec![bot.clone()] } else { Vec::new() };
            let role = &self.shared.settings.role_id;
            let roles: Vec<&String> = content.contains(&format!("<@&{role}>")).then_some(role).into_iter().collect();
            let message = state.post(place, Content { text: content, pinged, embeds, ..Content::default() });
            let mut payload = payload::message(&self.shared, state, &message);
            payload["mention_roles"] = json!(roles);
            if named.is_some() {
                payload["type"] = json!(19);
            }
            Self::told(state, "MESSAGE_CREATE", payload, !message.pinged.is_empty())
        });
        Delivery { payload, delivered, acked_after: None, response: None, message: None }
    }

    /// Causes an interaction and waits for its first response as long as Discord does.
    async fn acts(&self, kind: Kind, channel: &str, data: &Value, source: Option<&Message>) -> Delivery {
        let (responds, response) = oneshot::channel();
        let begun = Instant::now();
        let (payload, token, delivered) = self.shared.change(|state| {
            let id = state.snowflake();
            let token = format!("aW50ZXJhY3Rpb246{id}{:08x}", state.number());
            let mut payload = payload::interaction(&self.shared, state, &id, &token, &self.id, channel);
            payload["type"] = json!(kind as u8);
            payload["data"] = data.clone();
            if let Some(source) = source {
                payload["message"] = payload::message(&self.shared, state, source);
            }
            let interaction = Interaction {
                id,
                person: self.id.clone(),
                channel: channel.to_owned(),
                born: begun,
                source: source.map(|message| message.id.clone()),
                original: None,
                responded: false,
                failed: false,
                waiting: Some(responds),
            };
            state.interactions.insert(token.clone(), interaction);
            let elsewhere = state.has(&Fault::InteractionsElsewhere);
            let delivered = !elsewhere && state.dispatch("INTERACTION_CREATE", &payload);
            state.view.counters.interactions += 1;
            state.view.counters.interactions_undelivered += u64::from(!delivered);
            (payload, token, delivered)
        });
        let response =
            tokio::time::timeout(self.shared.settings.respond_within, response).await.ok().and_then(Result::ok);
        let acked_after = response.as_ref().map(|_| begun.elapsed());
        let message = self.shared.change(|state| {
            if response.is_none() {
                state.view.counters.failed += 1;
                if let Some(interaction) = state.interactions.get_mut(&token) {
                    interaction.failed = true;
                }
                let text = if kind == Kind::Command { NO_RESPONSE } else { INTERACTION_FAILED };
                let (channel, ephemeral_to) = (channel.to_owned(), Some(self.id.clone()));
                let place = Place { channel, user: DISCORD.to_owned(), ephemeral_to, thinking: false };
                state.post(place, Content { text: text.to_owned(), flags: 64, ..Content::default() });
                state.happened(
                    None,
                    What::Failed { by: Discord::NAME, person: self.name.clone(), text: text.to_owned() },
                );
                return None;
            }
            state.view.counters.responded += 1;
            let original = state.interactions.get(&token)?.original.clone()?;
            state.view.message(&original).cloned()
        });
        Delivery { payload, delivered, acked_after, response, message }
    }
}

/// A form goes from the screen.
fn close(state: &mut State, id: &str) {
    if let Some(modal) = state.modal_mut(id) {
        modal.open = false;
    }
}

/// A form's data with these fields filled in; `None` where it has no such field.
fn filled(modal: &Modal, fields: &[(&str, &str)]) -> Option<Value> {
    let rows = modal.content["components"].as_array().map_or(&[][..], Vec::as_slice);
    let inputs = || rows.iter().flat_map(checks::inputs_of);
    if fields.iter().any(|(name, _)| !inputs().any(|input| input["custom_id"] == *name)) {
        return None;
    }
    let value = |input: &Value| {
        let given = fields.iter().find(|(name, _)| input["custom_id"] == *name).map(|(_, value)| *value);
        json!({
            "type": 4,
            "id": 2,
            "custom_id": input["custom_id"],
            "value": given.or(input["value"].as_str()).unwrap_or_default(),
        })
    };
    let row = |row: &Value| match row["type"].as_u64() {
        Some(18) => json!({"type": 18, "id": 1, "component": value(&row["component"])}),
        Some(10) => json!({"type": 10, "id": 1}),
        _ => {
            let values: Vec<Value> = checks::inputs_of(row).map(value).collect();
            json!({"type": 1, "id": 1, "components": values})
        }
    };
    let components: Vec<Value> = rows.iter().map(row).collect();
    Some(json!({"custom_id": modal.content["custom_id"], "components": components}))
}
