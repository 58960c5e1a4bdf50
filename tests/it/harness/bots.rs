//! The one way to start a bot: from its configuration, in this process or as one of its own.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use stagerbot::bot::Bot;

use super::config::Configuration;

/// Starts a bot in this process.
pub(crate) async fn start(configuration: &Configuration) -> Bot {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Bot::start(configuration.load()).await.unwrap()
}

/// What starts a bot as a process: its file and its log are in the folder, under its name.
pub(crate) fn command(configuration: &Configuration, folder: &Path, name: &str) -> Command {
    let file = folder.join(format!("{name}.toml"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    command.args([OsStr::new("serve"), OsStr::new("--config"), file.as_os_str()]).env("RUST_LOG", "info");
    given(&mut command, configuration, folder, name);
    command
}

/// Hands a program the configuration, and its log to the folder.
pub(crate) fn given(command: &mut Command, configuration: &Configuration, folder: &Path, name: &str) {
    std::fs::write(folder.join(format!("{name}.toml")), configuration.text()).unwrap();
    let log = OpenOptions::new().create(true).append(true).open(folder.join(format!("{name}.log"))).unwrap();
    command.envs(configuration.secrets()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
}

/// A bot that is a process of its own, and does not outlive its test.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM, and the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
