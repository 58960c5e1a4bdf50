//! The bot as a process of its own, whose memory can be looked at and which can be sent signals.

use std::fmt::{Display, Formatter};
use std::fs::{File, read_to_string};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use stagerbot::chat::slack::webhook::PATH;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};

use super::{PATIENCE, Scene, Setup, try_until};

/// A bot that does not outlive its test.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

impl Process {
    /// Starts it, and waits for nothing. With Slack over HTTP or over sockets.
    pub(crate) fn start(scene: &Scene, http: bool, environment: &[(&str, String)]) -> Self {
        Self::start_with(scene, http, scene.setup(), environment)
    }

    /// The same with another configuration.
    fn start_with(scene: &Scene, http: bool, setup: Setup, environment: &[(&str, String)]) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_stagerbot")), scene, http, setup, environment)
    }

    /// Starts it where few files may be open at once, unless it raises that limit.
    pub(crate) fn with_few_files(scene: &Scene, files: u32) -> Self {
        let mut command = Command::new("sh");
        let limited = format!("ulimit -Sn {files}; exec \"$0\" \"$@\"");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_stagerbot")]);
        Self::spawn(command, scene, false, scene.setup(), &[])
    }

    fn spawn(
        mut command: Command,
        scene: &Scene,
        http: bool,
        mut setup: Setup,
        environment: &[(&str, String)],
    ) -> Self {
        let address = free_address();
        let mut secrets = scene.secrets();
        if http {
            setup = setup.with("slack.mode = \"http\"");
            secrets.retain(|(name, _)| !name.contains("APP_TOKEN"));
            secrets.push(("STAGERBOT__SLACK__SIGNING_SECRET".into(), scene.workspace.signing_secret().into()));
        }
        let (file, log) = (scene.folder.path().join("bot.toml"), scene.log());
        std::fs::write(&file, setup.text()).unwrap();
        let child = command
            .args(["serve", "--config"])
            .arg(&file)
            .envs(secrets)
            .env("RUST_LOG", "info")
            .env("STAGERBOT__SERVER__LISTEN", address.to_string())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, address, log }
    }

    /// Starts it and waits until it is ready.
    pub(crate) async fn ready(scene: &Scene, http: bool, environment: &[(&str, String)]) -> Self {
        Self::with(scene, http, scene.setup(), environment).await
    }

    /// The same with another configuration.
    pub(crate) async fn with(scene: &Scene, http: bool, setup: Setup, environment: &[(&str, String)]) -> Self {
        let process = Self::start_with(scene, http, setup, environment);
        process.until("/readyz", 200).await;
        if http {
            scene.workspace.set_request_url(&format!("http://{}{PATH}", process.address)).await.unwrap();
        }
        process
    }

    /// Waits until a GET of this path is answered with this status.
    pub(crate) async fn until(&self, path: &str, status: u16) {
        let answered = try_until(path, async || match get(self.address, path).await {
            Some((answered, _)) if answered == status => Ok(()),
            answered => Err(format!("{answered:?}, not {status}")),
        });
        answered.await.unwrap_or_else(|last| panic!("{last}: {}", self.log()));
    }

    pub(crate) fn log(&self) -> String {
        read_to_string(&self.log).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "it did not end: {}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// A line of its status, in KiB: `VmHWM` is the most memory that it ever held.
    fn status(&self, line: &str) -> usize {
        status(self.child.id(), line).unwrap_or_else(|| panic!("it has ended: {}", self.log()))
    }

    /// What it holds now.
    pub(crate) fn memory(&self) -> Memory {
        Memory::of(self.child.id()).unwrap_or_else(|| panic!("it has ended: {}", self.log()))
    }

    /// The most memory that it ever held, in KiB.
    pub(crate) fn peak(&self) -> usize {
        self.status("VmHWM")
    }

    /// Looks every few milliseconds at what it holds: the kernel remembers no peak of one kind alone.
    pub(crate) fn watch_memory(&self) -> WatchedMemory {
        let (id, most) = (self.child.id(), Arc::new(Mutex::new(self.memory())));
        let watched = Arc::clone(&most);
        let watching = tokio::spawn(async move {
            while let Some(now) = Memory::of(id) {
                watched.lock().unwrap().raise(now);
                sleep(Duration::from_millis(10)).await;
            }
        });
        WatchedMemory { most, watching: watching.abort_handle() }
    }

    /// How many files it may have open.
    pub(crate) fn files(&self) -> u64 {
        let limits = read_to_string(format!("/proc/{}/limits", self.child.id())).unwrap();
        let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
        files.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// The files that are mapped into it, libraries among them.
    pub(crate) fn maps(&self) -> String {
        read_to_string(format!("/proc/{}/maps", self.child.id())).unwrap()
    }
}

/// A line of a process's status, in KiB.
fn status(id: u32, line: &str) -> Option<usize> {
    let status = read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// What a process holds, in KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Its own.
    pub(crate) anonymous: usize,
    /// Pages of files, the binary's above all; the kernel takes them back when it needs them.
    pub(crate) file: usize,
}

impl Memory {
    fn of(id: u32) -> Option<Self> {
        Some(Self { anonymous: status(id, "RssAnon")?, file: status(id, "RssFile")? })
    }

    fn raise(&mut self, to: Self) {
        (self.anonymous, self.file) = (self.anonymous.max(to.anonymous), self.file.max(to.file));
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} KiB anonymous and {} KiB of files", self.anonymous, self.file)
    }
}

/// The most of each kind since it is watched.
pub(crate) struct WatchedMemory {
    most: Arc<Mutex<Memory>>,
    watching: AbortHandle,
}

impl WatchedMemory {
    pub(crate) fn most(&self) -> Memory {
        *self.most.lock().unwrap()
    }
}

impl Drop for WatchedMemory {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on loopback that nobody uses, nor will until it is listened on: each port is given once, and none is of those that the
/// system gives to connections and to whoever listens on any port.
pub(crate) fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Another run of the tests, which may be under way as well, begins elsewhere.
    let start = std::process::id() % 200 * 100;
    let port = || 12_000 + ((start + u32::from(NEXT.fetch_add(1, Ordering::Relaxed))) % 20_000) as u16;
    let address = || SocketAddr::from(([127, 0, 0, 1], port()));
    std::iter::repeat_with(address).find(|address| std::net::TcpListener::bind(address).is_ok()).unwrap()
}

/// A GET; `None` where nobody answers.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Option<(u16, String)> {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n")).await
}

/// Sends a request; the status and all of the answer.
pub(crate) async fn exchange(address: SocketAddr, request: &str) -> Option<(u16, String)> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        // Where the body was not read the connection may be reset behind the answer.
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).ok()?;
        Some((answer.split(' ').nth(1)?.parse().ok()?, answer))
    };
    timeout(PATIENCE, exchange).await.ok().flatten()
}
