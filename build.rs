//! Names the build for `--version`: the commit that `STAGERBOT_COMMIT` tells, or, of a release, that of the checkout. Other builds ask
//! no git, so that a commit alone makes nobody wait for another build.
#![allow(clippy::print_stdout)] // Cargo is told so.

use std::env;
use std::process::Command;

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=STAGERBOT_COMMIT");
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let profile = variable("PROFILE").unwrap_or_default();
    let told = variable("STAGERBOT_COMMIT");
    let commit = told.or_else(|| {
        if profile != "release" {
            return None;
        }
        if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
            println!("cargo::rerun-if-changed={log}");
        }
        git(&["rev-parse", "--short=12", "HEAD"])
    });
    // The image's build: what the loader adjusts takes a hundredth of the space. Rust's own linker for this target can write it so, and
    // glibc reads it since 2.36.
    if variable("OPT_LEVEL").as_deref() == Some("z")
        && variable("TARGET").as_deref() == Some("x86_64-unknown-linux-gnu")
    {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    let commit = commit.unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=STAGERBOT_BUILD_COMMIT={commit}");
    let simulator = if variable("CARGO_FEATURE_SIMULATOR").is_some() { "with" } else { "without" };
    let version = variable("CARGO_PKG_VERSION").unwrap_or_default();
    let target = variable("TARGET").unwrap_or_default();
    println!(
        "cargo::rustc-env=STAGERBOT_VERSION={version} (commit {commit}, {profile} build for {target}, {simulator} the simulator)"
    );
}
