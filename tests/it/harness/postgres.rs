//! PostgreSQL for the tests: a temporary server wherever `initdb` is found, and a line to it that can be cut.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{PATIENCE, until};

use crate::harness::needed::missing;

pub(crate) const PASSWORD: &str = "hunter2 of/the+tests@%";
const PASSWORD_IN_URL: &str = "hunter2%20of%2Fthe%2Btests%40%25";

/// A server with a database cluster of its own. It ends with this process, however that ends: its shell reads from us.
pub(crate) struct Server {
    port: u16,
    shell: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _child: Child,
    _folder: Option<TempDir>,
}

/// Starts, stops and starts again what it is told, and cleans up when nobody tells it anything any more.
const SHELL: &str = r#"
start() {
    postgres -D data -p "$PORT" -k "$PWD" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300 >>log 2>&1 &
    server=$!
}
stop() { kill "-$1" $server 2>/dev/null; wait $server 2>/dev/null; }
initdb --no-sync --no-instructions -D data -U stagerbot --auth=scram-sha-256 --pwfile=password -E UTF8 --locale=C >log 2>&1 \
    || { echo "failed: $(tail -n 1 log)"; exit 1; }
start; echo done
while read -r line; do
    case $line in
        restart) stop INT; start ;;
        crash) stop QUIT; start ;;
        stop) stop INT ;;
        start) start ;;
        standby*)
            # Synchronous: what was committed is there when the first server is gone.
            PGPASSWORD="$(cat password)" pg_basebackup -D standby -h 127.0.0.1 -p "$PORT" -U stagerbot -R -c fast >>log 2>&1 \
                || { echo "failed: $(tail -n 1 log)"; exit 1; }
            postgres -D standby -p "${line#standby }" -k "$PWD" -c listen_addresses=127.0.0.1 -c fsync=off \
                -c max_connections=300 >>log 2>&1 &
            standby=$!
            ;;
        promote) stop QUIT; server=$standby; pg_ctl promote -D standby >>log 2>&1 ;;
    esac
    echo done
done
stop INT
cd / && rm -rf "$FOLDER"
"#;

static SHARED: OnceLock<Option<Server>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The server that tests share, or `None` where PostgreSQL is not installed: in CI a failure, elsewhere a line.
pub(crate) fn shared() -> Option<&'static Server> {
    SHARED.get_or_init(Server::start).as_ref()
}

impl Server {
    /// A server of one's own, to be stopped and started.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            missing("PostgreSQL's initdb, in the PATH or in /usr/lib/postgresql");
            return None;
        };
        let folder = TempDir::with_prefix("stagerbot-postgres-").unwrap();
        std::fs::write(folder.path().join("password"), PASSWORD).unwrap();
        let port = free_port();
        let mut command = unprivileged(folder.path(), &[&folder.path().join("password")]);
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let mut child = command
            .args(["-c", SHELL])
            .current_dir(folder.path())
            .envs([("PATH", path.as_str()), ("PORT", &port.to_string()), ("HOME", "/nonexistent")])
            .env("FOLDER", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let shell = Mutex::new((child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap())));
        let server = Self { port, shell, _child: child, _folder: Some(folder) };
        server.answered();
        Some(server)
    }

    fn answered(&self) {
        let mut line = String::new();
        self.shell.lock().unwrap().1.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "done");
    }

    fn tell(&self, what: &str) {
        writeln!(self.shell.lock().unwrap().0, "{what}").unwrap();
        self.answered();
    }

    /// Ends the server in an orderly way, and starts it again.
    pub(crate) fn restart(&self) {
        self.tell("restart");
    }

    /// Ends the server as a crash would, and starts it again.
    pub(crate) fn crash(&self) {
        self.tell("crash");
    }

    /// Ends the server.
    pub(crate) fn stop(&self) {
        self.tell("stop");
    }

    /// Starts it again.
    pub(crate) fn resume(&self) {
        self.tell("start");
    }

    /// A second server that follows this one, and without whose word this one commits nothing.
    pub(crate) async fn standby(&self) -> SocketAddr {
        let port = free_port();
        self.tell(&format!("standby {port}"));
        let mut admin = self.admin().await;
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'").await.unwrap();
        admin.execute("SELECT pg_reload_conf()").await.unwrap();
        until("the standby follows", async || {
            let following = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
            let following: i64 = sqlx::query_scalar(following).fetch_one(&mut self.admin().await).await.unwrap();
            (following == 1).then_some(()).ok_or("the standby does not follow")
        })
        .await;
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    }

    /// Ends the server as a crash would; the standby takes its place.
    pub(crate) fn fail_over(&self) {
        self.tell("promote");
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// A new database's URL.
    pub(crate) async fn database(&self) -> String {
        let name = format!("t{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut admin = self.admin().await;
        admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        self.url(&name)
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://stagerbot:{PASSWORD_IN_URL}@127.0.0.1:{}/{database}", self.port)
    }

    /// A connection with every right, once the server answers.
    pub(crate) async fn admin(&self) -> PgConnection {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => return connection,
                Err(error) if Instant::now() > deadline => panic!("{error}"),
                // It is starting up.
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }
}

/// The folder with `initdb`: in the PATH, or where Debian and its descendants put it.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    std::env::split_paths(&path).chain(debian).find(|folder| {
        let there = |program: &str| folder.join(program).is_file();
        there("initdb") && there("postgres")
    })
}

/// A shell that is not root's, to which this folder and these files belong: PostgreSQL and its poolers refuse root.
pub(crate) fn unprivileged(folder: &Path, files: &[&Path]) -> Command {
    if !unprivileged_needed() {
        return Command::new("sh");
    }
    // "nobody" is on every system.
    let (user, group) = nobody();
    for path in [folder].iter().chain(files) {
        std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", "sh"]);
    command
}

fn unprivileged_needed() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

fn nobody() -> (u32, u32) {
    let users = std::fs::read_to_string(Path::new("/etc/passwd")).unwrap();
    let line = users.lines().find(|line| line.starts_with("nobody:")).unwrap();
    let mut ids = line.split(':').skip(2).map(|id| id.parse().unwrap());
    (ids.next().unwrap(), ids.next().unwrap())
}

/// A port that stays ours while its server is down: below those that the system gives out to whoever asks for any.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id() * 64;
    let mut ports = std::iter::repeat_with(|| 20_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000);
    let free = ports.find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port as u16)).is_ok());
    free.unwrap() as u16
}

/// A line to a server that loses the answer to the next commit, falls silent, or leads to another server.
pub(crate) struct Cable {
    address: SocketAddr,
    server: Arc<Mutex<SocketAddr>>,
    lose_commit: Arc<AtomicBool>,
    silent: Arc<AtomicBool>,
    lost: Arc<AtomicU32>,
}

/// PostgreSQL's word that a transaction is committed.
const COMMITTED: &[u8] = b"COMMIT\0";

impl Cable {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let cable = Self {
            address: listener.local_addr().unwrap(),
            server: Arc::new(Mutex::new(server)),
            lose_commit: Arc::default(),
            silent: Arc::default(),
            lost: Arc::default(),
        };
        let (lose, silent, lost) = (cable.lose_commit.clone(), cable.silent.clone(), cable.lost.clone());
        let server = cable.server.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = *server.lock().unwrap();
                let (lose, silent, lost) = (lose.clone(), silent.clone(), lost.clone());
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(server).await else { return };
                    let (mut from_client, mut to_client) = client.into_split();
                    let (mut from_server, mut to_server) = server.into_split();
                    let up = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
                    let mut buffer = vec![0; 64 * 1024];
                    while let Ok(length @ 1..) = from_server.read(&mut buffer).await {
                        let said = &buffer[..length];
                        if silent.load(Ordering::SeqCst) {
                            continue;
                        }
                        let commits = said.windows(COMMITTED.len()).any(|window| window == COMMITTED);
                        if commits && lose.swap(false, Ordering::SeqCst) {
                            lost.fetch_add(1, Ordering::SeqCst);
                            break;
                        }
                        if to_client.write_all(said).await.is_err() {
                            break;
                        }
                    }
                    up.abort();
                });
            }
        });
        cable
    }

    /// Cuts the connection instead of delivering the next "committed".
    pub(crate) fn lose_the_next_commit(&self) {
        self.lose_commit.store(true, Ordering::SeqCst);
    }

    /// Leads new connections to another server, as a name or a Service does after a failover.
    pub(crate) fn lead_to(&self, server: SocketAddr) {
        *self.server.lock().unwrap() = server;
    }

    /// How many were lost.
    pub(crate) fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }

    /// Delivers nothing any more, as from a host that vanished; or again.
    pub(crate) fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// A database's URL through this line.
    pub(crate) fn through(&self, url: &str) -> String {
        let (before, after) = url.split_once("@127.0.0.1:").unwrap();
        let (_, database) = after.split_once('/').unwrap();
        format!("{before}@{}/{database}", self.address)
    }
}
