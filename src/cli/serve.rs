//! `serve`: the bot, until a signal ends it.

use std::path::PathBuf;

use anyhow::Context as _;
use stagerbot::bot::Bot;
use stagerbot::config::Config;
use stagerbot::telemetry;

/// Runs the bot.
pub(crate) async fn serve(file: Option<PathBuf>) -> anyhow::Result<()> {
    let config = Config::load(file.as_deref())?;
    telemetry::init(&config.log).context("logging can't be started")?;
    let bot = Bot::start(config).await?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .context("SIGTERM can't be listened for")?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C can't be listened for")?,
    }
    tracing::info!("stopping");
    bot.stop().await;
    Ok(())
}
