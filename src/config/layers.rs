//! The layers of the configuration, laid over one another, and what can be wrong with them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use config::{FileFormat, Format as _, Value};

use crate::settings::Problem;

/// Every key with its default, commented for operators.
pub const DEFAULT: &str = include_str!("../../config/default.toml");
/// The demo's layer: everything short.
pub const DEMO: &str = include_str!("../../config/demo.toml");
/// What the playground and its scenes lay over the demo's.
pub const PLAYGROUND: &str = include_str!("../../config/playground.toml");

/// The configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the configuration file {} can't be read", file.display())]
    Unreadable {
        /// Which one.
        file: PathBuf,
        /// The error that caused it.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{file}, line {line}: this is not TOML: {what}")]
    NotToml {
        /// Which one.
        file: String,
        /// The line, from 1.
        line: usize,
        /// Why; the line itself is not repeated, since it may hold a secret.
        what: String,
    },
    /// Keys are unknown, or values are not what they should be.
    #[error("{}", tell(.0))]
    Invalid(Vec<Problem>),
}

fn tell(problems: &[Problem]) -> String {
    let mut text = match problems.len() {
        1 => "the configuration has a problem:".to_owned(),
        many => format!("the configuration has {many} problems:"),
    };
    for problem in problems {
        // Writing to a String does not fail.
        let _ = write!(text, "\n  {problem}");
    }
    text
}

/// A layer of the configuration: a file's name and its TOML.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// What problems call it.
    pub name: &'a str,
    /// Its TOML.
    pub text: &'a str,
}

/// The defaults, then these layers, then these variables.
pub(super) fn merge(layers: &[Layer<'_>], variables: &BTreeMap<String, String>) -> Result<Value, ConfigError> {
    let mut builder = config::Config::builder();
    for layer in [Layer { name: "config/default.toml", text: DEFAULT }].iter().chain(layers) {
        builder = builder.add_source(Parsed(parse(layer)?));
    }
    let variables = variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let variables =
        config::Environment::with_prefix("STAGERBOT").prefix_separator("__").separator("__").source(Some(variables));
    // Both sources are in memory by now: what is left to fail is a variable that is no key at all.
    let merged = builder.add_source(variables).build().map_err(|error| {
        let what = error.to_string();
        ConfigError::Invalid(vec![Problem { key: "the variables".to_owned(), place: None, what }])
    })?;
    Ok(merged.cache)
}

fn parse(layer: &Layer<'_>) -> Result<config::Map<String, Value>, ConfigError> {
    let name = layer.name.to_owned();
    let not_toml = |line, what| ConfigError::NotToml { file: name.clone(), line, what };
    // First by itself: its errors tell the line and quote nothing.
    toml::from_str::<toml::Table>(layer.text).map_err(|error| {
        let before = error.span().and_then(|span| layer.text.get(..span.start)).unwrap_or("");
        not_toml(before.matches('\n').count() + 1, error.message().to_owned())
    })?;
    FileFormat::Toml.parse(Some(&name), layer.text).map_err(|error| not_toml(1, error.to_string()))
}

/// A layer that was parsed.
#[derive(Clone, Debug)]
struct Parsed(config::Map<String, Value>);

impl config::Source for Parsed {
    fn clone_into_box(&self) -> Box<dyn config::Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<config::Map<String, Value>, config::ConfigError> {
        Ok(self.0.clone())
    }
}
