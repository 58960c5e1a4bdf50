//! Which store a command works on.

use std::path::PathBuf;

use anyhow::Context as _;
use secrecy::SecretString;
use stagerbot::config::Config;
use stagerbot::store::Store;
use stagerbot::store::settings::Settings;
use stagerbot::words::Words;

use super::progress::Progress;

/// Which store.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// The configuration that knows the store.
    #[arg(long, short)]
    config: Option<PathBuf>,
    /// Or the store's URL; the password of a server comes by `STAGERBOT__STORE__PASSWORD`.
    #[arg(long, value_name = "URL", conflicts_with = "config")]
    store: Option<String>,
}

impl Place {
    /// Opens the store, which has to be there.
    pub(crate) async fn open(&self) -> anyhow::Result<Store> {
        let settings = if let Some(url) = &self.store {
            let password = std::env::var("STAGERBOT__STORE__PASSWORD").ok().map(SecretString::from);
            let settings = Settings::new(url)?;
            anyhow::ensure!(
                settings.password.is_none(),
                "everybody on this machine can read a password on a command line: set STAGERBOT__STORE__PASSWORD"
            );
            Settings { password, ..settings }
        } else {
            let config = Config::load_without_secrets(self.config.as_deref())?;
            Words::install(&config.style);
            config.store
        };
        let opening = Progress::of("the store").during(Store::open_existing(&settings)).await;
        opening.with_context(|| format!("the store {} can't be used", settings.url))
    }
}
