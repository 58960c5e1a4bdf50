//! Replicas as Kubernetes keeps them: whatever ends is started again.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stagerbot::simulator::slack::Workspace;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::harness::TOKEN;
use crate::harness::postgres::free_port;

/// How long Kubernetes takes to start it again.
const RESTART: Duration = Duration::from_millis(500);

/// One replica. It does not outlive its test.
pub(super) struct Replica {
    /// Where it serves HTTP.
    pub(super) address: String,
    pid: Arc<AtomicU32>,
    keeping: JoinHandle<()>,
}

impl Replica {
    pub(super) fn start(name: &str, toml: &str, folder: &Path, url: &str, workspace: &Workspace) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let file = folder.join(format!("{name}.toml"));
        std::fs::write(&file, toml.replace("REPLICA", name).replace("ADDRESS", &address)).unwrap();
        let log = OpenOptions::new().create(true).append(true).open(folder.join(format!("{name}.log"))).unwrap();
        let pid = Arc::new(AtomicU32::new(0));
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command
            .args(["serve", "--config"])
            .arg(&file)
            .env("STAGERBOT__SLACK__BOT_TOKEN", workspace.bot_token())
            .env("STAGERBOT__SLACK__APP_TOKEN", workspace.app_token())
            .env("STAGERBOT__ALERTS__TOKEN", TOKEN)
            .env("STAGERBOT__STORE__URL", url)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true);
        let running = pid.clone();
        let keeping = tokio::spawn(async move {
            loop {
                let mut child = command.spawn().unwrap();
                running.store(child.id().unwrap_or_default(), Ordering::SeqCst);
                let _ = child.wait().await;
                running.store(0, Ordering::SeqCst);
                sleep(RESTART).await;
            }
        });
        Self { address, pid, keeping }
    }

    /// Sends a signal, if it runs.
    pub(super) async fn signal(&self, signal: &str) {
        let pid = self.pid.load(Ordering::SeqCst);
        if pid != 0 {
            let _ = Command::new("kill").args([signal, &pid.to_string()]).stderr(Stdio::null()).status().await;
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}
