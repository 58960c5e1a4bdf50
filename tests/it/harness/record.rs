//! The simulated platforms as the bot's tests start them: what the bot sends there is written to the folder that
//! `STAGERBOT_RECORD_SENT` names, if it does, for `tests/conformance/validate.py`.

use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use stagerbot::simulator::discord::Server;
use stagerbot::simulator::discord::settings::Settings as ServerSettings;
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;

const FOLDER: &str = "STAGERBOT_RECORD_SENT";

static FILES: AtomicU32 = AtomicU32::new(0);

/// A workspace for the bot.
pub(crate) async fn workspace(settings: WorkspaceSettings) -> Workspace {
    let workspace = Workspace::start(settings).await.unwrap();
    if let Some(write) = recorder("slack") {
        workspace.observe_sent(write);
    }
    workspace
}

/// A Discord server for the bot.
pub(crate) async fn server(settings: ServerSettings) -> Server {
    let server = Server::start(settings).await.unwrap();
    if let Some(write) = recorder("discord") {
        server.observe_sent(write);
    }
    server
}

/// Writes a line for each body into a file of its own.
fn recorder(platform: &'static str) -> Option<impl Fn(&str, &Value) + Send + 'static> {
    let folder = std::env::var_os(FOLDER)?;
    let name = format!("{platform}-{}-{}.jsonl", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
    let file = std::fs::File::create(std::path::Path::new(&folder).join(name)).unwrap();
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    Some(move |call: &str, body: &Value| {
        let line = json!({"platform": platform, "test": test, "call": call, "body": body});
        (&file).write_all(format!("{line}\n").as_bytes()).unwrap();
    })
}
