//! PostgreSQL as hosters give it: behind a pooler with two connections that others use, too, and with TLS.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::future::join_all;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, Executor as _, PgConnection};
use stagerbot::causes::causes;
use stagerbot::clock;
use stagerbot::incident::event::{Event, Recorded};
use stagerbot::store::settings::Settings;
use stagerbot::store::{Store, StoreError};
use tempfile::TempDir;

use crate::harness::home::{closed, opened};
use crate::harness::needed::missing;
use crate::harness::postgres::{self, PASSWORD};
use crate::harness::replicas::Replicas;
use crate::harness::tls::Authority;
use crate::harness::{long, until};

/// A `PgBouncer` before the server that tests share. It ends when this is dropped, or with this process.
struct Bouncer {
    port: u16,
    _folder: TempDir,
    _shell: (Child, ChildStdin),
}

impl Bouncer {
    /// In a pool mode, or `None` where it or PostgreSQL is not installed: in CI a failure, elsewhere a line.
    fn start(mode: &str, more: &str) -> Option<Self> {
        let server = postgres::shared()?;
        let Some(program) = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
            .into_iter()
            .find(|program| std::path::Path::new(program).is_file())
        else {
            missing("PgBouncer");
            return None;
        };
        let (folder, port) = (TempDir::with_prefix("stagerbot-pgbouncer-").unwrap(), postgres::free_port());
        let users = folder.path().join("users");
        std::fs::write(&users, format!("\"stagerbot\" \"{PASSWORD}\"\n")).unwrap();
        let configuration = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = {mode}\n{more}\n",
            server.address().port(),
            users.display(),
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, configuration).unwrap();
        let mut shell = postgres::unprivileged(folder.path(), &[&users, &file])
            .args(["-c", "\"$0\" -q \"$1\" >/dev/null 2>log & child=$!; echo started; read -r _; kill $child"])
            .arg(program)
            .arg(&file)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let stdin = shell.stdin.take().unwrap();
        Some(Self { port, _folder: folder, _shell: (shell, stdin) })
    }

    /// The same database, through it.
    async fn through(&self, url: &str) -> String {
        let (before, after) = url.split_once("@127.0.0.1:").unwrap();
        let url = format!("{before}@127.0.0.1:{}/{}", self.port, after.split_once('/').unwrap().1);
        until("PgBouncer listens", async || tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.map(drop))
            .await;
        url
    }
}

/// What a pooler has to be told for clients of this library, and the pool that everybody shares.
const SMALL: &str = "ignore_startup_parameters = extra_float_digits\ndefault_pool_size = 2";

/// In session mode a client's connection is one of the server's for as long as it lives: as many as all replicas have.
const LARGE: &str = "ignore_startup_parameters = extra_float_digits\ndefault_pool_size = 30";

/// A small pool for clients that connect anew for each statement: the proof of a password takes a build without optimisation a part of a
/// second.
const SMALL_AND_QUICK: &str =
    "ignore_startup_parameters = extra_float_digits\ndefault_pool_size = 2\nauth_type = trust";

/// A replica that opens incidents, appends to them and closes them, so many writes.
async fn writes(store: Store, environment: String, wanted: u64, written: Arc<AtomicU64>) -> Result<(), StoreError> {
    while written.load(Ordering::Relaxed) < wanted {
        let now = clock::now();
        let (incident, _) = store.open_incident(&environment, now, opened(&environment), None).await?;
        let claim = store.claim(incident, Duration::from_mins(1)).await?.expect("nobody else wants it");
        let mut seq = 1;
        for _ in 0..6 {
            let event = Event::Claimed { claim };
            store.append_claimed(incident, seq, now, vec![event], None, claim).await?;
            seq += 1;
        }
        store.append(incident, seq, now, vec![closed()], None).await?;
        assert_eq!(store.log(incident).await?.len() as u64, seq + 1);
        written.fetch_add(9, Ordering::Relaxed);
    }
    Ok(())
}

async fn many_writes(mode: &'static str, pool: &str, give_back: bool) {
    let Some(bouncer) = Bouncer::start(mode, pool) else { return };
    let url = bouncer.through(&postgres::shared().unwrap().database().await).await;
    let wanted = if long() { 10_000 } else { 1_000 };
    // Where connections are given back, each write is a connect and a login, too.
    let wanted = if give_back { wanted / 10 } else { wanted };
    let written = Arc::new(AtomicU64::new(0));
    let open = |name: String| {
        let settings = Settings { replica: name, give_back, ..Settings::new(&url).unwrap() };
        async move { Store::connect(&settings).await.unwrap() }
    };
    let stores = join_all((0..3).map(|n| open(format!("replica-{n}")))).await;
    // It names its statements as the library does by itself; where the pooler mixes them up, that is its own affair.
    let over = Arc::new(AtomicBool::new(false));
    let other = tokio::spawn({
        let (url, over) = (url.clone(), Arc::clone(&over));
        async move {
            let pool = PgPoolOptions::new().max_connections(2).connect_lazy(&url).unwrap();
            let mut done = 0_u64;
            while mode == "transaction" && !over.load(Ordering::Relaxed) {
                let number = i64::from(fastrand::u8(..)) + 1;
                let answer = sqlx::query_scalar::<_, i64>("SELECT $1::BIGINT + 1").bind(number).fetch_one(&pool).await;
                done += u64::from(answer.is_ok_and(|answer| answer == number + 1));
            }
            done
        }
    });
    let writing = stores.iter().enumerate().flat_map(|(n, store)| {
        let written = &written;
        (0..2).map(move |lane| tokio::spawn(writes(store.clone(), format!("{n}-{lane}"), wanted, Arc::clone(written))))
    });
    for written in join_all(writing).await {
        written.unwrap().unwrap();
    }
    over.store(true, Ordering::Relaxed);
    let done = other.await.unwrap();
    assert!(mode == "session" || done > 0, "the other client did nothing");
    eprintln!("{mode}: {} writes beside {done} statements of another client", written.load(Ordering::Relaxed));
    // Nothing of it is left in a session that somebody else gets.
    let mut next = PgConnection::connect(&url).await.unwrap();
    let limit: String =
        sqlx::query_scalar("SHOW statement_timeout").persistent(false).fetch_one(&mut next).await.unwrap();
    assert_eq!(limit, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_replicas_write_through_two_connections_that_another_client_uses_too() {
    many_writes("transaction", SMALL, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_of_sessions_works_too() {
    many_writes("session", LARGE, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_replicas_share_two_sessions_where_each_connection_is_given_back() {
    many_writes("session", SMALL_AND_QUICK, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_finds_no_session_free_says_so_and_what_to_do() {
    let Some(bouncer) = Bouncer::start("session", SMALL) else { return };
    let url = bouncer.through(&postgres::shared().unwrap().database().await).await;
    let two = (Store::open(&url).await.unwrap(), Store::open(&url).await.unwrap());
    let settings = Settings::new(&url).unwrap();
    for refused in [Store::connect(&settings).await, Store::open_existing(&settings).await] {
        assert_eq!(
            causes(&refused.unwrap_err()),
            "the store's server takes no more connections: it let us in, and answered nothing within 5 s, as a pooler in session \
             mode does that has no connection free: it needs 8 for each replica (store.connections), has to pool by transaction, \
             or gets each connection back at once (store.give_back = true)"
        );
    }
    two.0.close().await;
    Store::connect(&settings).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_pool_is_large_enough_for_a_replica_is_seen_before_it_starts() {
    for (mode, enough) in [("session", false), ("transaction", true)] {
        let Some(bouncer) = Bouncer::start(mode, SMALL) else { return };
        let url = bouncer.through(&postgres::shared().unwrap().database().await).await;
        Store::open(&url).await.unwrap().close().await;
        let store = Store::open_existing(&Settings::new(&url).unwrap()).await.unwrap();
        let server = store.server().await.unwrap().unwrap();
        assert!(!server.standby && server.may_create, "{server:?}");
        let tried = store.try_connections().await.map_err(|error| causes(&error));
        match tried {
            Ok(()) => assert!(enough, "two sessions are no eight connections"),
            // How many of the two are free yet depends on how fast the pooler hears of those that were closed.
            Err(why) => assert!(!enough && why.contains("of 8 connections at once"), "{mode}: {why}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_replicas_bring_a_whole_incident_through_a_pooler() {
    let Some(bouncer) = Bouncer::start("transaction", SMALL) else { return };
    let url = bouncer.through(&postgres::shared().unwrap().database().await).await;
    a_whole_incident(Replicas::over(url, 0).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_replicas_that_give_connections_back_bring_a_whole_incident_through_two_sessions() {
    let Some(bouncer) = Bouncer::start("session", SMALL_AND_QUICK) else { return };
    let url = bouncer.through(&postgres::shared().unwrap().database().await).await;
    a_whole_incident(Replicas::that_give_back(url).await).await;
}

async fn a_whole_incident(replicas: Replicas) {
    let scene = &replicas.scene;
    let _three = (replicas.start("one").await, replicas.start("two").await, replicas.start("three").await);
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.cards(), 1);
    let log: Vec<Recorded> = replicas.log().await;
    assert!(matches!(log.last().unwrap().event, Event::Closed { .. }), "{:?}", log.last());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_refuses_says_what_to_do_and_is_not_tried_again() {
    let Some(bouncer) = Bouncer::start("transaction", "") else { return };
    let url = bouncer.through(&postgres::shared().unwrap().database().await).await;
    let refused = Store::open(&url).await.unwrap_err();
    assert_eq!(
        stagerbot::causes::causes(&refused),
        "the store's server, or a pooler before it, refuses the connection: unsupported startup parameter: extra_float_digits; \
         have the pooler ignore it: in PgBouncer's configuration, ignore_startup_parameters = extra_float_digits"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_with_a_server_that_shows_who_it_is_and_with_no_other() {
    let Some(server) = postgres::Server::start() else { return };
    let authority = Authority::new("of the store", false);
    let leaf = authority.signs(&["localhost"], false);
    let folder = TempDir::with_prefix("stagerbot-tls-").unwrap();
    let (certificate, key, root) = (folder.path().join("crt"), folder.path().join("key"), folder.path().join("ca"));
    std::fs::write(&certificate, leaf.pem()).unwrap();
    std::fs::write(&key, leaf.key_pem()).unwrap();
    std::fs::write(&root, authority.pem()).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let _ = postgres::unprivileged(folder.path(), &[&certificate, &key, &root]);
    let mut admin = server.admin().await;
    for (name, value) in [("ssl_cert_file", &certificate), ("ssl_key_file", &key)] {
        let set = format!("ALTER SYSTEM SET {name} = '{}'", value.display());
        admin.execute(sqlx::AssertSqlSafe(set)).await.unwrap();
    }
    admin.execute("ALTER SYSTEM SET ssl = on").await.unwrap();
    admin.execute("SELECT pg_reload_conf()").await.unwrap();
    let url = server.database().await.replace("127.0.0.1", "localhost");
    let verified = |root: &std::path::Path| format!("{url}?sslmode=verify-full&sslrootcert={}", root.display());
    let store = until("PostgreSQL speaks TLS", async || Store::open(&verified(&root)).await).await;
    store.ping().await.unwrap();
    let encrypted =
        "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND datname <> 'postgres'";
    assert!(sqlx::query_scalar::<_, i64>(encrypted).fetch_one(&mut admin).await.unwrap() > 0);

    let another = folder.path().join("another");
    std::fs::write(&another, Authority::new("of somebody else", false).pem()).unwrap();
    let said = stagerbot::causes::causes(&Store::open(&verified(&another)).await.unwrap_err());
    assert!(said.contains("certificate"), "{said}");
    let said = Store::open(&verified(&root).replace("localhost", "127.0.0.1")).await.unwrap_err();
    let said = stagerbot::causes::causes(&said);
    assert!(said.contains("certificate"), "{said}");
}
