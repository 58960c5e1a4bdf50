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
    let (traces, more) = traces(&config.store.url)?;
    let log = telemetry::init(&config.log, more).context("logging can't be started")?;
    raise_file_limit();
    tokio::spawn(reap_orphans());
    let bot = tokio::select! {
        started = Bot::start(config) => started?,
        signal = signals.stop() => {
            tracing::info!(signal, "stopping before the start was over");
            end(traces).await;
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
    end(traces).await;
    Ok(())
}

#[cfg(feature = "otlp")]
type Traces = Option<stagerbot::traces::Traces>;
/// Of a build without OpenTelemetry.
#[cfg(not(feature = "otlp"))]
type Traces = ();

/// Where spans go beside the log.
#[cfg(feature = "otlp")]
fn traces(store: &str) -> anyhow::Result<(Traces, Option<telemetry::More>)> {
    let traces = stagerbot::traces::Traces::begin(store);
    let traces = traces.map_err(|why| anyhow::anyhow!("traces can't be sent: {why}"))?;
    let more = traces.as_ref().map(|traces| Box::new(traces.layer()) as telemetry::More);
    Ok((traces, more))
}

#[cfg(not(feature = "otlp"))]
fn traces(_store: &str) -> anyhow::Result<(Traces, Option<telemetry::More>)> {
    Ok(((), None))
}

#[cfg(feature = "otlp")]
async fn end(traces: Traces) {
    if let Some(traces) = traces {
        traces.end().await;
    }
}

#[cfg(not(feature = "otlp"))]
async fn end((): Traces) {}

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
