//! What is printed, and what a command's failure comes to.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;
use stagerbot::causes::causes;
use stagerbot::words::language::Language;

/// The exit code of a check that could not tell.
pub(crate) const COULD_NOT_TELL: u8 = 2;

/// Tells on standard error why a command failed; its exit code.
pub(crate) fn fail(error: &anyhow::Error, code: u8) -> ExitCode {
    // Standard error may be closed; there is nobody left to tell then.
    let _ = writeln!(anstream::stderr(), "stagerbot: {}", causes(error.as_ref()));
    ExitCode::from(code)
}

/// Prints to standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    write!(anstream::stdout(), "{text}").context("nothing can be printed")
}

/// How something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Text,
    /// One JSON document a line.
    Json,
    /// A YAML document each.
    Yaml,
}

/// Something that is told to people by a text, and to programs by a value.
pub(crate) struct Printed {
    pub(crate) text: String,
    pub(crate) value: Value,
}

impl Printed {
    /// Prints it in one form.
    pub(crate) fn print(&self, form: Output) -> anyhow::Result<()> {
        match form {
            Output::Text => print(&self.text),
            form => print(&structured(form, &self.value)?),
        }
    }
}

/// For programs: as JSON on one line, or as YAML behind the line that begins a document.
pub(crate) fn structured(form: Output, value: &impl Serialize) -> anyhow::Result<String> {
    Ok(match form {
        Output::Yaml => format!("---\n{}", serde_saphyr::to_string(value).context("it can't be written as YAML")?),
        Output::Text | Output::Json => serde_json::to_string(value)? + "\n",
    })
}

/// Reads the language of a `--lang`.
pub(crate) fn language(text: &str) -> Result<Language, String> {
    let known = || format!("expected one of {}", Language::ALL.map(Language::tag).join(", "));
    Language::of_locale(text).ok_or_else(known)
}
