//! `completions` and `man`: made from the command line's own definition.

use std::path::Path;

use anyhow::Context as _;
use clap::Command;
use clap_complete::Shell;

use super::output::print;

/// Prints what a shell sources.
pub(crate) fn completions(mut command: Command, shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "stagerbot", &mut script);
    print(&String::from_utf8(script)?)
}

/// Writes a page for each command into the folder.
pub(crate) fn man(command: Command, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .with_context(|| format!("the pages can't be written to {}", folder.display()))
}
