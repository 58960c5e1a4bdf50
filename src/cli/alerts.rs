//! `alerts explain`: what an alert would come to, and why.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;
use stagerbot::alerts;
use stagerbot::alerts::matching::Matching;
use stagerbot::alerts::source::Paths;
use stagerbot::config::Config;
use stagerbot::words::Words;

use super::output::{Output, Printed};

#[derive(Subcommand)]
pub(crate) enum Alerts {
    /// Tell what a body or a text would come to, and which rule decides: exit code 0 accepted, 1 ignored, 2 could not tell.
    #[command(after_help = EXAMPLES)]
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
        /// How to print it.
        #[arg(long, short, default_value = "text")]
        output: Output,
    },
}

const EXAMPLES: &str = "Examples:
  stagerbot alerts explain alert.json --config stagerbot.toml    what a sender posts
  pbpaste | stagerbot alerts explain -                           what somebody saw
  stagerbot alerts explain push.log --lines -o json              each line by itself, for a program";

/// Explains; the exit code.
pub(crate) fn explain(command: &Alerts) -> anyhow::Result<u8> {
    let Alerts::Explain { file, source, lines, config, output } = command;
    let mut text = Vec::new();
    if file.as_os_str() == "-" {
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut text).context("standard input can't be read")?;
    } else {
        text = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
    }
    // Without a configuration, of an environment that takes everything: what a text means is the same everywhere.
    let (paths, matching) = match config {
        Some(file) => {
            let config = Config::load_without_secrets(Some(file))?;
            Words::install(&config.style);
            (config.alerts.paths.clone(), config.matching())
        }
        None => (Paths::default(), Matching::of_one("the environment")),
    };
    let source = source.as_deref().and_then(alerts::source);
    let texts: Vec<&[u8]> = if *lines { text.split(|byte| *byte == b'\n').collect() } else { vec![&text] };
    let mut accepted = true;
    let words = Words::of(None);
    for text in texts.into_iter().filter(|text| !text.trim_ascii().is_empty()) {
        for one in alerts::explain::explain(text, source, &paths, &matching) {
            accepted &= one.accepted;
            let (title, lines) = (words.say(&one.title), one.lines.iter().map(|line| words.say(line)));
            let lines: Vec<String> = lines.collect();
            let text = lines.iter().fold(format!("{title}\n"), |text, line| text + "  " + line + "\n");
            let value = json!({ "title": title, "lines": lines, "accepted": one.accepted });
            Printed { text, value }.print(*output)?;
        }
    }
    Ok(u8::from(!accepted))
}
