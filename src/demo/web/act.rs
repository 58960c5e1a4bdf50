//! What visitors do: as people of the workspace, to the cluster, and to the show.

use std::sync::Arc;

use anyhow::{Context, bail};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use super::cast::{Role, role};
use super::show::Show;
use super::trouble;
use crate::causes::causes;
use crate::demo::alert::post_alert;
use crate::demo::scene::Scene;
use crate::demo::stage::Stage;
use crate::simulator::discord::Server;
use crate::words::language::Language;

/// The platform that somebody acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum On {
    Slack,
    Discord,
}

/// Something that a visitor does, as the page sends it.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Act {
    /// Types a line into a channel, or directly to the bot.
    Type { by: String, on: On, channel: Option<String>, text: String, language: Option<String> },
    /// Presses a button; on Slack a dialog may have been declined first.
    Click {
        by: String,
        on: On,
        message: String,
        button: String,
        #[serde(default)]
        declined: bool,
        language: Option<String>,
    },
    /// Sends a form in.
    Submit { by: String, on: On, field: String, text: String, language: Option<String> },
    /// Closes a form.
    CloseForm { by: String, on: On },
    /// Takes a message away that one person alone sees.
    Dismiss { by: String, on: On, message: String },
    /// Orders a fault.
    Break { fault: String },
    /// Ends a fault, or all of them, and repairs the database's connections.
    Heal { fault: Option<String> },
    /// Alertmanager reports the outage.
    Alert,
    /// Kills the bot.
    Kill,
    /// Starts the bot again.
    Revive,
    /// Begins a scene, or none, on a new stage.
    Scene { name: Option<String> },
    /// Lets the people of the scene act by themselves.
    Play,
    /// Lets the cards be in another language.
    Speak { language: String },
}

/// Does what a visitor wants done.
pub(super) async fn act(State(show): State<Arc<Show>>, Json(act): Json<Act>) -> Response {
    match done(&show, act).await {
        Ok(()) => Json(json!({"done": true})).into_response(),
        Err(error) => {
            (StatusCode::CONFLICT, Json(json!({"done": false, "why": causes(error.as_ref())}))).into_response()
        }
    }
}

async fn done(show: &Arc<Show>, act: Act) -> anyhow::Result<()> {
    let now = show.now();
    let stage = &*now.stage;
    match act {
        Act::Type { by, on, channel, text, language } => {
            let role = speaking(stage, &by, language.as_deref())?;
            match on {
                On::Slack => {
                    let person = role.on_slack(&stage.workspace).context(NOT_HERE)?;
                    match channel {
                        Some(channel) => drop(person.types(&channel, &text).await?),
                        None => drop(person.writes_directly(&text).await),
                    }
                }
                On::Discord => {
                    let person = role.on_discord(server(stage)?).context(NOT_HERE)?;
                    match channel {
                        Some(channel) => drop(person.types(&channel, &text).await?),
                        None => drop(person.writes_directly(&text)),
                    }
                }
            }
        }
        Act::Click { by, on, message, button, declined, language } => {
            let role = speaking(stage, &by, language.as_deref())?;
            match on {
                On::Slack if declined => {
                    let person = role.on_slack(&stage.workspace).context(NOT_HERE)?;
                    person.clicks_but_declines(&message, &button)?;
                }
                On::Slack => {
                    let person = role.on_slack(&stage.workspace).context(NOT_HERE)?;
                    person.clicks(&message, &button).await?;
                }
                On::Discord => {
                    let person = role.on_discord(server(stage)?).context(NOT_HERE)?;
                    person.clicks(&message, &button).await?;
                }
            }
        }
        Act::Submit { by, on, field, text, language } => {
            let role = speaking(stage, &by, language.as_deref())?;
            let fields = [(field.as_str(), text.as_str())];
            match on {
                On::Slack => {
                    role.on_slack(&stage.workspace).context(NOT_HERE)?.submits(&fields).await?;
                }
                On::Discord => {
                    role.on_discord(server(stage)?).context(NOT_HERE)?.submits(&fields).await?;
                }
            }
        }
        Act::CloseForm { by, on } => {
            let role = speaking(stage, &by, None)?;
            match on {
                On::Slack => drop(role.on_slack(&stage.workspace).context(NOT_HERE)?.closes_form().await?),
                On::Discord => role.on_discord(server(stage)?).context(NOT_HERE)?.closes_form()?,
            }
        }
        Act::Dismiss { by, on, message } => {
            let role = speaking(stage, &by, None)?;
            match on {
                On::Slack => role.on_slack(&stage.workspace).context(NOT_HERE)?.deletes(&message)?,
                On::Discord => role.on_discord(server(stage)?).context(NOT_HERE)?.deletes(&message)?,
            }
        }
        Act::Break { fault } => stage.cluster.inject(trouble::fault(&fault).context("there is no such fault")?),
        Act::Heal { fault: Some(fault) } => {
            stage.cluster.heal(&trouble::fault(&fault).context("there is no such fault")?);
        }
        Act::Heal { fault: None } => {
            stage.cluster.faults().iter().for_each(|fault| stage.cluster.heal(fault));
            stage.cluster.heal_by_hand();
        }
        Act::Alert => {
            let (status, answer) = post_alert(stage.address().await?).await?;
            if !status.is_success() {
                bail!("the alert was answered {status}: {answer}");
            }
        }
        Act::Kill => {
            stage.kill().await;
            show.update(now.number, |_| {});
        }
        Act::Revive => {
            stage.revive().await?;
            show.update(now.number, |_| {});
        }
        Act::Scene { name: None } => show.change(None).await?,
        Act::Scene { name: Some(name) } => {
            let scene = Scene::ALL.into_iter().find(|scene| scene.name() == name).context("there is no such scene")?;
            show.change(Some(scene)).await?;
        }
        Act::Play => show.play(),
        Act::Speak { language } => {
            let language = Language::of_tag(&language).context("nobody speaks that language here")?;
            stage.speak(language).await?;
            // What is shown has that language's tag.
            show.update(now.number, |_| {});
        }
    }
    Ok(())
}

/// Why somebody can't act.
const NOT_HERE: &str = "that account is not on this platform";

fn server(stage: &Stage) -> anyhow::Result<&Server> {
    stage.server.as_ref().context("there is no Discord here")
}

/// Whom somebody acts as, whose language is now that of the window.
fn speaking(stage: &Stage, key: &str, language: Option<&str>) -> anyhow::Result<&'static Role> {
    let role = role(key).context("there is no such person")?;
    if let Some(language) = language.and_then(Language::of_tag) {
        if let Some(person) = role.on_slack(&stage.workspace) {
            stage.workspace.set_locale(person.id(), language.tag());
        }
        if let Some((server, person)) = stage.server.as_ref().and_then(|one| Some((one, role.on_discord(one)?))) {
            server.set_locale(person.id(), language.on_discord());
        }
    }
    Ok(role)
}
