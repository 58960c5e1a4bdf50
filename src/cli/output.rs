//! What is printed, and what a command's failure comes to.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
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

/// Reads the language of a `--lang`.
pub(crate) fn language(text: &str) -> Result<Language, String> {
    let known = || format!("expected one of {}", Language::ALL.map(Language::tag).join(", "));
    Language::of_locale(text).ok_or_else(known)
}
