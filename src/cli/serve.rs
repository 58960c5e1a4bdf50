//! `serve`: the bot, until a signal ends it. SIGHUP has it read its configuration anew.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use stagerbot::bot::Bot;
use stagerbot::causes::causes;
use stagerbot::config::Config;
use stagerbot::process::{Signals, raise_file_limit, reap_orphans};
use stagerbot::telemetry;

/// Runs the bot.
pub(crate) async fn serve(file: Option<PathBuf>) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("signals can't be listened for")?;
    let config = Config::load(file.as_deref())?;
    let log = telemetry::init(&config.log).context("logging can't be started")?;
    raise_file_limit();
    tokio::spawn(reap_orphans());
    let bot = tokio::select! {
        started = Bot::start(config) => started?,
        signal = signals.stop() => {
            tracing::info!(signal, "stopping before the start was over");
            return Ok(());
        }
    };
    let signal = loop {
        match signals.next().await {
            Some(signal) => break signal,
            None => reload(&bot, &log, file.as_deref()).await,
        }
    };
    tracing::info!(signal, "stopping");
    bot.stop().await;
    Ok(())
}

/// Reads the configuration anew. One that can't be used is refused with its reasons, and the old one stays.
async fn reload(bot: &Bot, log: &telemetry::Reload, file: Option<&Path>) {
    let config = match Config::load(file) {
        Ok(config) => config,
        Err(error) => {
            return tracing::error!(error = %causes(&error), "the configuration was not reloaded; the old one stays");
        }
    };
    let level = config.log.level;
    match bot.reload(config).await {
        Ok(left) => {
            log.set_level(level);
            tracing::info!("the configuration was reloaded");
            for section in left {
                tracing::warn!(section, "what changed in this section counts from the next start on");
            }
        }
        Err(error) => tracing::error!(error = %causes(&error), "the configuration was not reloaded; the old one stays"),
    }
}
