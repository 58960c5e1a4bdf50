//! What the bot takes in memory and on the disk, beside Errbot and Hubot with their Slack parts: `cargo bench --bench peers`, after
//! `tests/bench/peers.sh`.
//!
//! Each is a process in a simulated workspace of its own, connected to it over Socket Mode. What it holds is measured after half a minute
//! in which nothing happens, and once more after it has answered 200 lines. Theirs do nothing but answer; ours looks after a cluster.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod figures;
mod stage;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::slack::view::View;

use figures::Figures;
use stage::{PATIENCE, Serving, Stage, binary, free_address};

/// How long nothing happens.
const REST: Duration = Duration::from_secs(30);
/// How many lines are answered, and how many in a second.
const LINES: usize = 200;
const RATE: u32 = 20;
const ABSENT: &str = "not there: run tests/bench/peers.sh";

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let mut figures = Figures::of("peers");
    let ours = ours().await;
    let size = megabytes(&binary());
    figures.amount("idle", ours.idle, "MiB", None);
    figures.amount(&format!("after {LINES} answers"), ours.loaded, "MiB", None);
    figures.amount("the binary", size, "MB", None);
    let image = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/image.tar");
    if image.exists() {
        figures.amount(
            "the image, as an archive with the last binary that deploy/image was given",
            megabytes(&image),
            "MB",
            None,
        );
    }
    for peer in [Peer::errbot(), Peer::hubot()] {
        let name = peer.name.as_str();
        if !peer.program.exists() {
            figures.missing(&format!("beside {name}"), ABSENT);
            continue;
        }
        match peer.measured().await {
            Ok(theirs) => {
                figures.ratio("idle", (ours.idle, theirs.idle), "MiB", name, None);
                let what = format!("after {LINES} answers");
                figures.ratio(&what, (ours.loaded, theirs.loaded), "MiB", name, None);
            }
            Err(why) => figures.missing(&format!("beside {name}"), &why),
        }
        let beside = format!("{name} as installed, without its {}", peer.runtime);
        figures.ratio("the binary", (size, megabytes(&peer.installed)), "MB", &beside, None);
    }
    figures.print();
}

/// Resident sizes in MiB.
struct Resident {
    idle: f64,
    loaded: f64,
}

async fn ours() -> Resident {
    let stage = Stage::set(Settings::short()).await;
    let address = free_address();
    // One person asks for more than one may.
    let toml = stage.toml(&address, "") + "[commands]\nper_minute = 100000\n";
    let start = Instant::now();
    let bot = Serving::start(&stage, &toml, &address, stage.secrets());
    bot.ready(start).await;
    tokio::time::sleep(REST).await;
    let idle = resident(bot.id());
    answered(&stage, |_| "/stager status".to_owned()).await.unwrap();
    Resident { idle, loaded: resident(bot.id()) }
}

/// Another bot, as `tests/bench/peers.sh` installs it.
struct Peer {
    name: String,
    folder: PathBuf,
    program: PathBuf,
    arguments: Vec<&'static str>,
    installed: PathBuf,
    runtime: &'static str,
}

impl Peer {
    fn errbot() -> Self {
        let folder = folder("errbot");
        let pinned = fs::read_to_string(folder.join("requirements.txt")).unwrap_or_default();
        let version = pinned.lines().find_map(|line| line.strip_prefix("errbot==")).unwrap_or_default();
        Self {
            name: format!("Errbot {version}").trim().to_owned(),
            program: folder.join("venv/bin/errbot"),
            arguments: vec!["--config", "config.py"],
            installed: folder.join("venv"),
            runtime: "Python",
            folder,
        }
    }

    fn hubot() -> Self {
        let folder = folder("hubot");
        let pinned = fs::read(folder.join("package.json")).unwrap_or_default();
        let pinned: serde_json::Value = serde_json::from_slice(&pinned).unwrap_or_default();
        let version = pinned["dependencies"]["hubot"].as_str().unwrap_or_default();
        Self {
            name: format!("Hubot {version}").trim().to_owned(),
            program: folder.join("node_modules/.bin/hubot"),
            arguments: vec!["--file", "slack.mjs"],
            installed: folder.join("node_modules"),
            runtime: "Node.js",
            folder,
        }
    }

    async fn measured(&self) -> Result<Resident, String> {
        let stage = Stage::set(Settings::short()).await;
        let log = stage.folder.path().join("peer.log");
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder);
        command
            .env("PEER_SLACK_API", format!("{}/", stage.workspace.api_url().trim_end_matches('/')))
            .env("PEER_BOT_TOKEN", stage.workspace.bot_token())
            .env("PEER_APP_TOKEN", stage.workspace.app_token())
            .env("PEER_FOLDER", stage.folder.path())
            // Hubot's own HTTP server, and how much it writes.
            .env("PORT", free_address().rsplit(':').next().unwrap_or_default())
            .env("HUBOT_LOG_LEVEL", "error");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&log).unwrap());
        let process = Running(command.spawn().unwrap());
        let why = |what: &str| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing");
            format!("{what}; it said last: {last}")
        };
        let connected = |view: &View| (view.counters.connections_open >= 1).then_some(());
        stage.workspace.wait_for(PATIENCE, connected).await.map_err(|_| why("it did not connect to the workspace"))?;
        tokio::time::sleep(REST).await;
        let idle = resident(process.0.id());
        answered(&stage, |number| format!("!hello {number}")).await.map_err(|()| why("it did not answer"))?;
        Ok(Resident { idle, loaded: resident(process.0.id()) })
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers").join(name)
}

/// A process that ends with its measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Anna types so many lines, and each is answered.
async fn answered(stage: &Stage, line: impl Fn(usize) -> String) -> Result<(), ()> {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / RATE);
    let mut typed = tokio::task::JoinSet::new();
    for number in 0..LINES {
        pace.tick().await;
        let (anna, channel, line) = (stage.workspace.person("anna"), stage.channel.clone(), line(number));
        typed.spawn(async move { anna.types(&channel, &line).await.unwrap() });
    }
    let _ = typed.join_all().await;
    let all = |view: &View| (view.messages.iter().filter(|message| message.by_bot).count() >= LINES).then_some(());
    stage.workspace.wait_for(PATIENCE, all).await.map_err(|_| ())
}

/// What a process and those that it started hold in memory, in MiB; what they share counts for each.
fn resident(process: u32) -> f64 {
    let line = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    let mut processes = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let text = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        processes.insert(id, (line(&text, "PPid:").unwrap_or(0), line(&text, "VmRSS:").unwrap_or(0)));
    }
    let is_its = |id: u32| {
        std::iter::successors(Some(id), |id| processes.get(id).map(|(parent, _)| *parent)).any(|id| id == process)
    };
    let all = processes.iter().filter(|(id, _)| is_its(**id)).map(|(_, (_, size))| f64::from(*size));
    all.sum::<f64>() / 1_024.0
}

/// The size of a file, or of all the files in a folder, in MB.
fn megabytes(path: &Path) -> f64 {
    let (mut bytes, mut open) = (0, vec![path.to_owned()]);
    while let Some(path) = open.pop() {
        let Ok(is) = fs::symlink_metadata(&path) else { continue };
        if is.is_dir() {
            open.extend(fs::read_dir(path).unwrap().flatten().map(|entry| entry.path()));
        } else {
            bytes += is.len();
        }
    }
    bytes as f64 / 1e6
}
