//! What is printed, and what a command's failure comes to.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use stagerbot::causes::causes;

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
