//! Replicas as Kubernetes keeps them: whatever ends is started again.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::harness::bots;
use crate::harness::config::Configuration;
use crate::postgres::free_port;

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
    pub(super) fn start(name: &str, configuration: &Configuration, folder: &Path) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let configuration = configuration.clone().set("store.replica", name).set("server.listen", address.as_str());
        let pid = Arc::new(AtomicU32::new(0));
        let mut command = Command::from(bots::command(&configuration, folder, name));
        command.env("RUST_LOG", "warn").kill_on_drop(true);
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
