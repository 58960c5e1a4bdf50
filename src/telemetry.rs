//! The log: what is written, how, and which libraries are kept from writing secrets.

use std::io::IsTerminal as _;

use tracing::{Level, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Filter, SubscriberExt as _};
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Layer, Registry, reload};

/// What is logged, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How much.
    pub level: Level,
    /// In which form.
    pub format: Format,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The levels by name.
pub const LEVELS: [(&str, Level); 5] = [
    ("error", Level::ERROR),
    ("warn", Level::WARN),
    ("info", Level::INFO),
    ("debug", Level::DEBUG),
    ("trace", Level::TRACE),
];

/// The formats by name.
pub const FORMATS: [(&str, Format); 2] = [("text", Format::Text), ("json", Format::Json)];

/// What libraries may log at most, however much is asked for, since beyond it they write secrets or whole payloads.
const CAPS: [(&str, LevelFilter); 10] = [
    // Warnings hold whole events, response URLs included; errors hold the socket's URL with its ticket.
    ("slack_morphism", LevelFilter::OFF),
    // Warnings hold the text of answers that could not be read, which may be a Secret.
    ("kube_client", LevelFilter::ERROR),
    ("kube_runtime", LevelFilter::ERROR),
    // Warnings hold whole frames, interaction tokens included; spans hold requests.
    ("serenity", LevelFilter::ERROR),
    // URLs, and so the tokens in them.
    ("reqwest", LevelFilter::WARN),
    // Frames.
    ("tungstenite", LevelFilter::WARN),
    ("tokio_tungstenite", LevelFilter::WARN),
    // Headers, and so tokens.
    ("hyper", LevelFilter::WARN),
    ("rustls", LevelFilter::WARN),
    // Every statement.
    ("sqlx", LevelFilter::WARN),
];

/// What takes spans and events beside the log.
pub type More = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts logging to standard error. `RUST_LOG` goes before the settings' level, and lifts no cap.
pub fn init(settings: &Settings, more: Option<More>) -> Result<Reload, TryInitError> {
    let directives = std::env::var("RUST_LOG").ok().filter(|text| !text.trim().is_empty());
    let ansi = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let (asked, handle) = reload::Layer::new(asked(settings.level, directives.as_deref()));
    layered(settings.format, asked, ansi, std::io::stderr, more).try_init()?;
    Ok(Reload { handle, directives })
}

/// Changes the level while the bot runs.
#[derive(Clone, Debug)]
pub struct Reload {
    handle: reload::Handle<EnvFilter, Registry>,
    /// `RUST_LOG`, which goes before the level.
    directives: Option<String>,
}

impl Reload {
    /// Logs from this level on.
    pub fn set_level(&self, level: Level) {
        // It fails only where nothing is logged any more.
        let _ = self.handle.reload(asked(level, self.directives.as_deref()));
    }
}

fn asked(level: Level, directives: Option<&str>) -> EnvFilter {
    // The level first: whatever is said later of the same target goes before it.
    EnvFilter::builder().parse_lossy(format!("{level},{}", directives.unwrap_or_default()))
}

/// What [`init`] starts, with these directives in the place of `RUST_LOG`'s, and written elsewhere.
pub fn subscriber<W>(
    settings: &Settings,
    directives: Option<&str>,
    ansi: bool,
    writer: W,
) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    layered(settings.format, asked(settings.level, directives), ansi, writer, None)
}

fn layered<W, F>(
    format: Format,
    asked: F,
    ansi: bool,
    writer: W,
    more: Option<More>,
) -> impl Subscriber + Send + Sync + use<W, F>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    F: Filter<Registry> + Send + Sync + 'static,
{
    let caps = Targets::new().with_default(LevelFilter::TRACE).with_targets(CAPS);
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(ansi);
    let lines = match format {
        Format::Text => lines.boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    };
    let mut layers = vec![lines.with_filter(asked.and(caps)).boxed()];
    layers.extend(more);
    Registry::default().with(layers)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: Format, directives: Option<&str>, log: impl FnOnce()) -> String {
        let written = Written::default();
        let to = written.clone();
        let settings = Settings { level: Level::INFO, format };
        tracing::subscriber::with_default(subscriber(&settings, directives, false, move || to.clone()), log);
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn no_directive_lifts_a_cap() {
        let text = logged(
            Format::Text,
            Some("trace,slack_morphism=trace,slack_morphism::hyper_tokio::socket_mode::tungstenite_wss_client=trace"),
            || {
                tracing::warn!(target: "slack_morphism::socket_mode::callbacks", "one with a response URL");
                tracing::error!(target: "slack_morphism::hyper_tokio::socket_mode::tungstenite_wss_client", "a ticket");
                tracing::warn!(target: "kube_client::client", "the text of a Secret");
                tracing::debug!(target: "sqlx::query", "a statement");
                tracing::error!(target: "kube_client::client", "failed");
                tracing::trace!(target: "stagerbot::engine", "detail");
            },
        );
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].contains("failed") && lines[1].contains("detail"), "{text}");
    }

    #[test]
    fn directives_go_before_the_level() {
        let log = || {
            tracing::debug!(target: "stagerbot::cluster", "one");
            tracing::info!(target: "stagerbot::engine", "two");
        };
        assert_eq!(logged(Format::Text, None, log).lines().count(), 1);
        assert_eq!(logged(Format::Text, Some("stagerbot::cluster=debug"), log).lines().count(), 2);
        assert_eq!(logged(Format::Text, Some("warn"), log), "");
    }

    #[test]
    fn the_level_changes_while_the_bot_runs() {
        let written = Written::default();
        let to = written.clone();
        let (filter, handle) = reload::Layer::new(asked(Level::INFO, None));
        let reload = Reload { handle, directives: None };
        tracing::subscriber::with_default(layered(Format::Text, filter, false, move || to.clone(), None), || {
            tracing::debug!("before");
            reload.set_level(Level::DEBUG);
            tracing::debug!("after");
        });
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("after") && !text.contains("before"), "{text}");
    }

    #[test]
    fn json_has_dotted_fields_at_its_top() {
        let text = logged(Format::Json, None, || tracing::info!(incident.id = 7, "it began"));
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["incident.id"], 7);
        assert_eq!(line["message"], "it began");
    }
}
