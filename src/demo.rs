//! The bot as it is in production, between a simulated cluster and a simulated Slack workspace: real HTTP, `WebSocket`, SQL
//! and Kubernetes wire format on loopback. One scene that plays itself, or a playground for two.

pub mod teller;
pub mod stage;
pub mod scene;
pub mod playground;

use crate::causes::causes;
use crate::demo::stage::Stage;
use crate::demo::teller::say;
use crate::words::language::Language;

/// Plays the scene. Fails where it does not end as it should.
pub async fn run(language: Language) -> anyhow::Result<()> {
    say("A Cloud Foundry with a Diego, a Slack workspace, and Stagerbot between them, all on this machine.");
    let stage = Stage::start(None, language).await?;
    let telling = stage.tell();
    let played = scene::play(&stage).await;
    stage.stop(telling).await;
    match &played {
        Ok(()) => say("The scene ended as it should: recovered, and nothing outside the plan was touched."),
        Err(error) => say(&format!("The scene did not end as it should: {}", causes(error.as_ref()))),
    }
    played
}

/// Opens the playground, until its input ends or somebody leaves.
pub async fn interactive(kubeconfig: Option<std::path::PathBuf>, language: Language) -> anyhow::Result<()> {
    say("A playground: a cluster, a Slack workspace, and Stagerbot between them, all on this machine.");
    let stage = Stage::start(kubeconfig, language).await?;
    let telling = stage.tell();
    let played = playground::play(&stage).await;
    stage.stop(telling).await;
    played
}
