//! The bot in a process of its own: this very binary, which runs one test that starts it, with a layer that counts what it
//! writes and calls, and aborts where it is told to.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use stagerbot::bot::Bot;
use stagerbot::config::{Config, Layer as Text};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Level, Subscriber};
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

use crate::harness::Scene;

/// The test that is the child.
const TEST: &str = "crash::child::the_bot_in_a_child";
const FOLDER: &str = "STAGERBOT_CRASH_FOLDER";
const AT: &str = "STAGERBOT_CRASH_AT";
/// Writes to the store, and calls to the outside.
const SPANS: [&str; 4] = ["store", "kubernetes", "slack", "discord"];
/// What the child says where it serves HTTP after.
const SERVES: &str = "serves at ";

/// How long a replica that died keeps the other off its work.
const LEASE: Duration = Duration::from_secs(2);

/// What a child is for.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// Its points are counted, and it dies at one, if any.
    Counted {
        /// Which.
        dies_at: Option<usize>,
    },
    /// It goes on after a crash: the same replica, started again.
    Successor,
    /// It goes on after a crash: another replica, which is there already.
    Other,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Counted { .. } | Self::Successor => "one",
            Self::Other => "two",
        }
    }
}

/// The bot as a child. It does not outlive its run.
pub(super) struct Child {
    address: watch::Receiver<Option<String>>,
    /// It ended, by itself or not.
    pub(super) ended: CancellationToken,
    kill: Option<oneshot::Sender<()>>,
}

impl Child {
    /// Starts it.
    pub(super) fn start(scene: &Scene, url: &str, role: Role) -> Self {
        let folder = scene.folder.path();
        std::fs::write(folder.join("bot.toml"), scene.setup().text()).unwrap();
        let log = OpenOptions::new().create(true).append(true).open(folder.join("child.log")).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", TEST, "--nocapture", "--quiet"])
            .envs(scene.secrets())
            .env("STAGERBOT__STORE__URL", url)
            .env("STAGERBOT__STORE__LEASE", format!("{}s", LEASE.as_secs()))
            .env("STAGERBOT__STORE__REPLICA", role.name())
            .env(FOLDER, folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        if let Role::Counted { dies_at } = role {
            command.env(AT, dies_at.map_or(String::new(), |at| at.to_string()));
        }
        let mut child = command.spawn().unwrap();
        let (tell, address) = watch::channel(None);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, at)) = line.split_once(SERVES) {
                    tell.send_replace(Some(at.to_owned()));
                }
            }
        });
        let (kill, mut killed) = oneshot::channel();
        let ended = CancellationToken::new();
        let end = ended.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = child.wait() => {}
                _ = &mut killed => { let _ = child.kill().await; }
            }
            end.cancel();
        });
        Self { address, ended, kill: Some(kill) }
    }

    /// Where it serves HTTP; never, where it ends before it does.
    pub(super) async fn address(&self) -> String {
        let mut address = self.address.clone();
        match address.wait_for(Option::is_some).await {
            Ok(address) => address.clone().unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    }

    /// Kills it.
    pub(super) async fn kill(mut self) {
        drop(self.kill.take());
        self.ended.cancelled().await;
    }
}

/// The points that the first child passed, in order: what, and whether before or after.
pub(super) struct Points(pub(super) Vec<String>);

impl Points {
    pub(super) fn read(scene: &Scene) -> Self {
        let text = std::fs::read_to_string(scene.folder.path().join("points")).unwrap_or_default();
        Self(text.lines().map(str::to_owned).collect())
    }
}

/// Counts, and aborts.
struct Counter {
    at: Option<usize>,
    passed: AtomicUsize,
    points: Mutex<File>,
}

/// A span's name and what it writes or calls.
struct Label(String);

impl Visit for Label {
    fn record_str(&mut self, field: &Field, value: &str) {
        if ["write", "call"].contains(&field.name()) {
            self.0 = format!("{} {value}", self.0);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if ["write", "call"].contains(&field.name()) {
            self.0 = format!("{} {value:?}", self.0);
        }
    }
}

impl Counter {
    fn pass(&self, when: &str, label: &str) {
        let mut points = self.points.lock().unwrap();
        let _ = writeln!(points, "{when} {label}");
        if Some(self.passed.fetch_add(1, Ordering::SeqCst)) == self.at {
            // As the kernel kills: nothing is cleaned up.
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            loop {
                std::thread::park();
            }
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Counter {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut label = Label(attributes.metadata().name().to_owned());
        attributes.record(&mut label);
        self.pass("before", &label.0);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(label);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(label) = span.extensions().get::<Label>() {
            self.pass("after", &label.0);
        }
    }
}

/// The child itself. As a test among others it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_in_a_child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let counter = std::env::var(AT).ok().map(|at| Counter {
        at: at.parse().ok(),
        passed: AtomicUsize::new(0),
        points: Mutex::new(File::create(folder.join("points")).unwrap()),
    });
    let ours = filter_fn(|metadata| metadata.is_span() && SPANS.contains(&metadata.name()));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let ours_alone = Targets::new().with_target("stagerbot", Level::WARN);
    Registry::default().with(counter.with_filter(ours)).with(lines.with_filter(ours_alone)).init();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let text = std::fs::read_to_string(folder.join("bot.toml")).unwrap();
    let given = std::env::vars().filter(|(name, _)| name.starts_with("STAGERBOT__"));
    let config = Config::from_layers(&[Text { name: "bot.toml", text: &text }], given).unwrap();
    let bot = Bot::start(config).await.unwrap();
    writeln!(std::io::stdout(), "\n{SERVES}{}", bot.address()).unwrap();
    std::future::pending::<()>().await;
}
