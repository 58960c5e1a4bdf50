//! The bot as it is in production, between a simulated cluster and simulated chats: real HTTP, `WebSocket`, SQL and Kubernetes
//! wire format on loopback. Scenes that play themselves, or a playground: in the terminal, or as a page.

pub mod teller;
mod alert;
mod hosted;
pub mod stage;
mod evening;
pub mod scene;
mod playground;
mod web;

use crate::causes::causes;
use crate::demo::scene::Scene;
use crate::demo::stage::{Setup, Stage};
use crate::demo::teller::say;
use crate::words::language::Language;

/// Plays a scene, or that of the quiet evening. Fails where it does not end as it should.
pub async fn run(scene: Option<Scene>, fast: bool, language: Language) -> anyhow::Result<()> {
    say("A Cloud Foundry with a Diego, a Slack workspace, and Stagerbot between them, all on this machine.");
    let stage = Stage::start(Setup { language, fast, both: scene.is_some(), ..Setup::default() }).await?;
    let telling = stage.tell();
    let played = match scene {
        Some(scene) => play(scene, &stage).await,
        None => evening::play(&stage).await,
    };
    stage.stop(telling).await;
    match &played {
        Ok(()) if scene.is_some() => say("The scene ended as it should."),
        Ok(()) => say("The scene ended as it should: recovered, and nothing outside the plan was touched."),
        Err(error) => say(&format!("The scene did not end as it should: {}", causes(error.as_ref()))),
    }
    played
}

async fn play(scene: Scene, stage: &Stage) -> anyhow::Result<()> {
    let before = scene.opens(stage).await?;
    scene.people(stage).await?;
    scene.ends(stage, &before).await
}

/// Opens the playground, until its input ends or somebody leaves.
pub async fn interactive(kubeconfig: Option<std::path::PathBuf>, language: Language) -> anyhow::Result<()> {
    say("A playground: a cluster, a Slack workspace, and Stagerbot between them, all on this machine.");
    let stage = Stage::start(Setup { kubeconfig, language, ..Setup::default() }).await?;
    let telling = stage.tell();
    let played = playground::play(&stage).await;
    stage.stop(telling).await;
    played
}

/// Opens the playground as a page of this machine's, until it is told to end.
pub async fn web(scene: Option<Scene>, fast: bool, language: Language) -> anyhow::Result<()> {
    web::serve(scene, fast, language).await
}
