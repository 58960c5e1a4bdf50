//! What is logged with everything on, through the very filter that the bot has.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use stagerbot::telemetry::{Format, Settings, subscriber};
use tracing::Level;
use tracing::subscriber::DefaultGuard;

/// Whoever asks for this asks for all that there is.
pub(crate) const EVERYTHING: &str = "trace,slack_morphism=trace,serenity=trace,kube_client=trace,kube_runtime=trace,\
    reqwest=trace,tungstenite=trace,tokio_tungstenite=trace,hyper=trace,rustls=trace,sqlx=trace";

/// The lines so far. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes down what this thread logs for as long as the guard lives.
    pub(crate) fn of_this_thread() -> (Self, DefaultGuard) {
        let log = Self::default();
        let to = log.clone();
        let settings = Settings { level: Level::TRACE, format: Format::Text };
        let subscriber = subscriber(&settings, Some(EVERYTHING), false, move || to.clone());
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// The log says these things, and nothing that is a secret.
pub(crate) fn assert_keeps<'a>(log: &str, says: &[&str], secrets: impl IntoIterator<Item = &'a str>) {
    for said in says {
        assert!(log.contains(said), "{said} is not logged");
    }
    for secret in secrets {
        assert!(!secret.is_empty());
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is logged");
    }
}
