//! `alerts explain`: what an alert would come to, and why.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use stagerbot::alerts;
use stagerbot::alerts::matching::Matching;
use stagerbot::alerts::source::Paths;
use stagerbot::config::Config;
use stagerbot::words::Words;

use super::output::print;

#[derive(Subcommand)]
pub(crate) enum Alerts {
    /// Tell what a body or a text would come to, and which rule decides: exit code 0 accepted, 1 ignored, 2 could not tell.
    Explain {
        /// What a sender posts, or anything that people paste; - for standard input.
        file: PathBuf,
        /// The source that it would be sent to; the one that it looks like where none is named.
        #[arg(long, value_parser = alerts::SOURCES.map(|source| source.name))]
        source: Option<String>,
        /// Take each line for a text of its own.
        #[arg(long)]
        lines: bool,
        /// The configuration that knows the environments and the rules.
        #[arg(long, short)]
        config: Option<PathBuf>,
    },
}

/// Explains; the exit code.
pub(crate) fn explain(file: &Path, source: Option<&str>, lines: bool, config: Option<&Path>) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    if file.as_os_str() == "-" {
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut text).context("standard input can't be read")?;
    } else {
        text = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
    }
    // Without a configuration, of an environment that takes everything: what a text means is the same everywhere.
    let (paths, matching) = match config {
        Some(file) => {
            let config = Config::load(Some(file))?;
            (config.alerts.paths.clone(), config.matching())
        }
        None => (Paths::default(), Matching::of_one("the environment")),
    };
    let source = source.and_then(alerts::source);
    let texts: Vec<&[u8]> = if lines { text.split(|byte| *byte == b'\n').collect() } else { vec![&text] };
    let mut accepted = true;
    let words = Words::of(None);
    for text in texts.into_iter().filter(|text| !text.trim_ascii().is_empty()) {
        for one in alerts::explain::explain(text, source, &paths, &matching) {
            accepted &= one.accepted;
            let lines = one.lines.iter().map(|line| format!("  {}\n", words.say(line)));
            print(&format!("{}\n{}", words.say(&one.title), lines.collect::<String>()))?;
        }
    }
    Ok(u8::from(!accepted))
}
