//! No secret in an error: every failing path of `check`, `serve`, `audit` and `store` with secrets that can be recognised, and
//! a search for them in all that is printed, logged, stored, served and said in channels.

mod kubeconfigs;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use stagerbot::simulator::discord::settings::Settings as ServerSettings;
use stagerbot::simulator::kubernetes::Cluster;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::slack::fault::Fault as SlackFault;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::simulator::slack::view::View;
use tempfile::TempDir;

use self::kubeconfigs::{NOBODY, failing, kubeconfig};

const PATIENCE: Duration = Duration::from_secs(40);

/// What every secret of these tests has in it.
const MARK: &str = "MARKED";

const BOT_TOKEN: &str = "xoxb-MARKED-bot-token";
const APP_TOKEN: &str = "xapp-1-A0STAGERBOT-MARKED-app-token";
const CONFIGURATION_TOKEN: &str = "xoxe.xoxp-MARKED-configuration";
const SIGNING_SECRET: &str = "MARKEDsigningsecret00000";
const ALERT_TOKEN: &str = "MARKED-alert-token";
const DISCORD_TOKEN: &str = "MARKED.discord.token";
const PASSWORD: &str = "MARKED-database-password";

/// The mark as it is, and as base64 has it at any of three offsets: in a `Basic` header, or in data of a kubeconfig.
fn shows_a_mark(text: &[u8]) -> bool {
    let forms = [MARK, "TUFSS0VE", "1BUktFR", "NQVJLRU"];
    forms.iter().any(|form| text.windows(form.len()).any(|window| window == form.as_bytes()))
}

fn assert_no_mark(what: &str, text: &[u8]) {
    assert!(!shows_a_mark(text), "{what}:\n{}", String::from_utf8_lossy(text));
}

/// The bot with every secret that is no part of a file, and as talkative as it gets.
fn stagerbot(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    command
        .current_dir(folder)
        .env("RUST_LOG", "trace")
        .env("HOME", folder)
        .env("STAGERBOT__ALERTS__TOKEN", ALERT_TOKEN)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs to its end, which has to come.
async fn run(mut command: Command) -> Output {
    let running = tokio::task::spawn_blocking(move || {
        let child = command.spawn().unwrap();
        let id = rustix::process::Pid::from_child(&child);
        let (over, ended) = std::sync::mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
            }
        });
        let output = child.wait_with_output().unwrap();
        let _ = over.send(());
        watch.join().unwrap();
        output
    });
    running.await.unwrap()
}

/// Runs what has to fail, with a message and without a secret.
async fn fails(what: &str, command: Command) -> String {
    let Output { status, stdout, stderr } = run(command).await;
    assert_no_mark(what, &stdout);
    assert_no_mark(what, &stderr);
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert!(matches!(status.code(), Some(1 | 2)), "{what}: {status}\n{said}");
    assert!(!said.trim().is_empty(), "{what}: it says nothing");
    said
}

fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn script(folder: &TempDir, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = write(folder, name, text);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn check_tells_no_secret_of_a_kubeconfig() {
    let folder = TempDir::new().unwrap();
    for (what, text) in failing(&folder) {
        let file = write(&folder, "kubeconfig", &text);
        for output in ["text", "json"] {
            let mut command = stagerbot(folder.path());
            command.args(["check", "--namespace", "cf", "--output", output, "--kubeconfig", &file]);
            fails(what, command).await;
        }
    }
    for proxy in ["http://me:MARKED MARKED@127.0.0.1:1", "http://me:MARKED@127.0.0.1:1", "MARKED:MARKED@h"] {
        let file = write(&folder, "kubeconfig", kubeconfig("https://kubernetes.example", "", "token: MARKED"));
        let mut command = stagerbot(folder.path());
        command.args(["check", "--namespace", "cf", "--kubeconfig", &file]).env("HTTPS_PROXY", proxy);
        fails("a proxy by variable", command).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_tells_no_secret_of_a_cluster_that_refuses() {
    let folder = TempDir::new().unwrap();
    let cluster = Cluster::start(ClusterSettings { token: Some("MARKED-token".into()), ..ClusterSettings::short() });
    let cluster = cluster.unwrap();
    let file = write(&folder, "kubeconfig", cluster.kubeconfig().replace("simulator", "here"));
    for fault in [Fault::TokenExpired, Fault::ApiServerDown] {
        cluster.inject(fault.clone());
        let mut command = stagerbot(folder.path());
        command.args(["check", "--namespace", "cf", "--kubeconfig", &file]);
        fails(&format!("{fault:?}"), command).await;
    }
}

/// A configuration with everything in it, and the variables that hold its secrets.
fn configuration(folder: &TempDir, kubeconfig: &str, more: &str) -> (String, BTreeMap<&'static str, String>) {
    let text = format!(
        "{more}\n[server]\nlisten = \"127.0.0.1:0\"\n[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\n\
         kubeconfig = \"{kubeconfig}\"\n"
    );
    let store = format!("sqlite://{}/bot.db", folder.path().display());
    (write(folder, "bot.toml", text), BTreeMap::from([("STAGERBOT__STORE__URL", store)]))
}

fn serve(folder: &TempDir, file: &str, variables: &BTreeMap<&'static str, String>) -> Command {
    let mut command = stagerbot(folder.path());
    command.args(["serve", "--config", file]).envs(variables);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_tells_no_secret_when_it_does_not_start() {
    let folder = TempDir::new().unwrap();
    let nobody = write(&folder, "nobody", kubeconfig(NOBODY, "", "token: MARKED-token"));

    // What stands among the settings, in the wrong place or the wrong form.
    let among = [
        ("a token among the settings", format!("[slack]\nbot_token = \"{BOT_TOKEN}\"\napp_token = \"{APP_TOKEN}\"")),
        (
            "a token as a path",
            format!("[slack]\nbot_token_file = \"{BOT_TOKEN}\"\nsigning_secret_file = \"{SIGNING_SECRET}\""),
        ),
        ("a token as a table", format!("[slack]\nbot_token = {{ is = \"{BOT_TOKEN}\" }}")),
        ("a Discord token among the settings", format!("[discord]\ntoken = \"{DISCORD_TOKEN}\"")),
        ("a section that is a token", format!("slack = \"{BOT_TOKEN}\"")),
        ("an alert token among the settings", format!("[alerts]\ntoken = \"{ALERT_TOKEN}\"")),
        ("no TOML", format!("[slack]\nbot_token = \"{BOT_TOKEN}")),
        ("no TOML either", format!("[slack]\nbot_token = {BOT_TOKEN}")),
    ];
    for (what, more) in among {
        let (file, variables) = configuration(&folder, &nobody, &more);
        let mut command = serve(&folder, &file, &variables);
        command.env_remove("STAGERBOT__ALERTS__TOKEN");
        fails(what, command).await;
    }

    // Variables in the wrong form, and a store that can't be reached.
    let login = |rest: &str| format!("postgres://bot:{PASSWORD}@{rest}");
    let of = |name: &'static str, value: &str| vec![(name, value.to_owned())];
    let wrong = [
        ("a bot token of another kind", of("STAGERBOT__SLACK__BOT_TOKEN", APP_TOKEN)),
        ("an app token of another kind", of("STAGERBOT__SLACK__APP_TOKEN", BOT_TOKEN)),
        ("a signing secret of another kind", of("STAGERBOT__SLACK__SIGNING_SECRET", "MARKED-secret-with-dashes")),
        ("a Discord token of another kind", of("STAGERBOT__DISCORD__TOKEN", "MARKED")),
        ("an alert token with a blank", of("STAGERBOT__ALERTS__TOKEN", "MARKED MARKED")),
        ("a secret under a key that there is not", of("STAGERBOT__SLACK__TOKEN", BOT_TOKEN)),
        ("a secret under no key", of("STAGERBOT__", BOT_TOKEN)),
        ("a secret under half a key", of("STAGERBOT__SLACK", BOT_TOKEN)),
        ("a store that nobody has", of("STAGERBOT__STORE__URL", &login("127.0.0.1:1/bot"))),
        ("a store whose URL is none", of("STAGERBOT__STORE__URL", &login("[::1/bot"))),
        ("a store of no kind", of("STAGERBOT__STORE__URL", &login("h/bot").replace("postgres", "mysql"))),
        (
            "a store with a parameter",
            of("STAGERBOT__STORE__URL", &login(&format!("127.0.0.1:1/bot?password={PASSWORD}"))),
        ),
        (
            "a store with a password apart",
            vec![
                ("STAGERBOT__STORE__URL", "postgres://bot@127.0.0.1:1/bot".to_owned()),
                ("STAGERBOT__STORE__PASSWORD", PASSWORD.to_owned()),
            ],
        ),
        (
            "a store with both",
            vec![
                ("STAGERBOT__STORE__URL", login("127.0.0.1:1/bot")),
                ("STAGERBOT__STORE__PASSWORD", PASSWORD.to_owned()),
            ],
        ),
    ];
    for (what, more) in wrong {
        let (file, mut variables) = configuration(&folder, &nobody, "");
        variables.extend(more);
        fails(what, serve(&folder, &file, &variables)).await;
    }

    // What the platforms refuse.
    let workspace = crate::harness::record::workspace(WorkspaceSettings::default()).await;
    let slack = format!("[slack]\napi_url = \"{}\"", workspace.api_url());
    let tokens = [("STAGERBOT__SLACK__BOT_TOKEN", BOT_TOKEN), ("STAGERBOT__SLACK__APP_TOKEN", APP_TOKEN)];
    let (file, mut variables) = configuration(&folder, &nobody, &slack);
    variables.extend(tokens.map(|(name, value)| (name, value.to_owned())));
    let said = fails("a token that Slack refuses", serve(&folder, &file, &variables)).await;
    assert!(said.contains("invalid_auth"), "{said}");
    let server = crate::harness::record::server(ServerSettings::default()).await;
    let discord = format!("[discord]\nguild_id = \"{}\"\napi_url = \"{}\"", server.guild_id(), server.api_url());
    let (file, mut variables) = configuration(&folder, &nobody, &discord);
    variables.insert("STAGERBOT__DISCORD__TOKEN", DISCORD_TOKEN.to_owned());
    let said = fails("a token that Discord refuses", serve(&folder, &file, &variables)).await;
    assert!(said.contains("Discord"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_tells_no_secret_of_a_kubeconfig_at_its_start() {
    let folder = TempDir::new().unwrap();
    for (what, text) in failing(&folder) {
        let kubeconfig = write(&folder, "kubeconfig", &text);
        let (file, variables) = configuration(&folder, &kubeconfig, "");
        let log = run_until_served(&folder, &file, &variables).await;
        assert_no_mark(what, &log);
        assert!(!log.is_empty(), "{what}");
    }
}

/// Runs until it serves or ends; what it printed and logged.
async fn run_until_served(folder: &TempDir, file: &str, variables: &BTreeMap<&'static str, String>) -> Vec<u8> {
    let mut served = Served::start(folder, file, variables);
    served.address().await;
    served.end()
}

/// A bot that runs, and its log.
struct Served {
    child: Child,
    log: std::path::PathBuf,
}

impl Served {
    fn start(folder: &TempDir, file: &str, variables: &BTreeMap<&'static str, String>) -> Self {
        let log = folder.path().join("bot.log");
        let written = std::fs::File::create(&log).unwrap();
        let mut command = serve(folder, file, variables);
        command.stdout(written.try_clone().unwrap()).stderr(written);
        Self { child: command.spawn().unwrap(), log }
    }

    fn logged(&self) -> Vec<u8> {
        let mut text = Vec::new();
        std::fs::File::open(&self.log).unwrap().read_to_end(&mut text).unwrap();
        text
    }

    /// Where it serves, once it does; `None` where it ended.
    async fn address(&mut self) -> Option<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let text = String::from_utf8(self.logged()).unwrap();
            let started = text.lines().find(|line| line.contains(" started "));
            if let Some((_, rest)) = started.and_then(|line| line.split_once("address=")) {
                return rest.split_whitespace().next().map(str::to_owned);
            }
            if self.child.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(Instant::now() < until, "it neither serves nor ends: {text}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until it has logged something.
    async fn logs(&self, what: &str) {
        let until = Instant::now() + PATIENCE;
        while !String::from_utf8_lossy(&self.logged()).contains(what) {
            assert!(Instant::now() < until, "{what} is not logged: {}", String::from_utf8_lossy(&self.logged()));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn end(mut self) -> Vec<u8> {
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.logged()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn answer(request: Request<Body>) -> Vec<u8> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = client.request(request).await.unwrap();
    to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_tells_no_secret_of_what_fails_while_it_runs() {
    let folder = TempDir::new().unwrap();
    let cluster = Cluster::start(ClusterSettings { token: Some("MARKED-token".into()), ..ClusterSettings::short() });
    let cluster = cluster.unwrap();
    let kubeconfig = write(&folder, "kubeconfig", cluster.kubeconfig());
    let workspace = crate::harness::record::workspace(WorkspaceSettings {
        bot_token: BOT_TOKEN.into(),
        app_token: APP_TOKEN.into(),
        configuration_token: CONFIGURATION_TOKEN.into(),
        signing_secret: SIGNING_SECRET.into(),
        ..WorkspaceSettings::default()
    })
    .await;
    let channel = workspace.add_channel("operations");
    let server =
        crate::harness::record::server(ServerSettings { token: DISCORD_TOKEN.into(), ..ServerSettings::default() })
            .await;
    let more = format!(
        "[slack]\napi_url = \"{}\"\n[discord]\nguild_id = \"{}\"\napi_url = \"{}\"",
        workspace.api_url(),
        server.guild_id(),
        server.api_url()
    );
    let (file, mut variables) = configuration(&folder, &kubeconfig, &more);
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + &format!("slack_channel = \"{channel}\"\n"))
        .unwrap();
    variables.extend([
        ("STAGERBOT__SLACK__BOT_TOKEN", BOT_TOKEN.to_owned()),
        ("STAGERBOT__SLACK__APP_TOKEN", APP_TOKEN.to_owned()),
        ("STAGERBOT__SLACK__CONFIGURATION_TOKEN", CONFIGURATION_TOKEN.to_owned()),
        ("STAGERBOT__SLACK__SIGNING_SECRET", SIGNING_SECRET.to_owned()),
        ("STAGERBOT__DISCORD__TOKEN", DISCORD_TOKEN.to_owned()),
    ]);
    let mut served = Served::start(&folder, &file, &variables);
    let address = served.address().await.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&served.logged())));
    let at = |path: &str| format!("http://{address}{path}");

    // A look that is refused, of which a card tells.
    cluster.inject(Fault::TokenExpired);
    let alert =
        json!({"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "CF-StagerUnavailable"}}]});
    let post = |path: &str, token: &str, body: String| {
        let request = Request::post(at(path)).header(header::AUTHORIZATION, format!("Bearer {token}"));
        request.body(Body::from(body)).unwrap()
    };
    let mut answers = vec![answer(post("/alerts/alertmanager", ALERT_TOKEN, alert.to_string())).await];
    let card = |view: &View| view.messages.iter().any(|m| m.by_bot && m.text_seen().contains("401")).then_some(());
    workspace.wait_for(PATIENCE, card).await.unwrap();

    // Requests that are refused.
    for (path, token, body) in [
        ("/alerts/alertmanager", "MARKED-another", alert.to_string()),
        ("/alerts/alertmanager", ALERT_TOKEN, "no JSON".to_owned()),
        ("/slack", ALERT_TOKEN, "token=MARKED".to_owned()),
        ("/nowhere?token=MARKED", ALERT_TOKEN, String::new()),
    ] {
        answers.push(answer(post(path, token, body)).await);
    }

    // The platform fails, then the store.
    workspace.inject(SlackFault::Down { method: None, status: 503 });
    cluster.inject(Fault::ApiServerDown);
    served.logs("could not show").await;
    for file in ["bot.db", "bot.db-wal"] {
        let stored = std::fs::read(folder.path().join(file)).unwrap_or_default();
        assert_no_mark(file, &stored);
    }
    let database = std::fs::OpenOptions::new().write(true).open(folder.path().join("bot.db")).unwrap();
    database.set_len(100).unwrap();
    answers.push(answer(post("/alerts/alertmanager", ALERT_TOKEN, alert.to_string())).await);
    answers.push(answer(Request::get(at("/readyz")).body(Body::empty()).unwrap()).await);
    for (number, answer) in answers.iter().enumerate() {
        assert_no_mark(&format!("answer {number}"), answer);
        assert!(!answer.is_empty(), "answer {number}");
    }
    assert_no_mark("the log", &served.end());
    for message in workspace.all_messages() {
        assert_no_mark("a message", message.text_seen().as_bytes());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_and_store_tell_no_secret() {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy.db").display().to_string();
    let place: Vec<Vec<&str>> = vec![
        vec!["audit", "verify"],
        vec!["audit", "show", "1"],
        vec!["audit", "export"],
        vec!["audit", "bundle", "1"],
        vec!["store", "check"],
        vec!["store", "backup", &copy],
    ];
    let (file, _) = configuration(&folder, "/nowhere/kubeconfig", "[slack]\nbot_token = \"xoxb-MARKED\"");
    let broken = write(&folder, "broken.db", format!("{PASSWORD}\n").repeat(500));
    for command in place {
        for url in [
            format!("postgres://bot:{PASSWORD}@[::1/bot"),
            format!("mysql://bot:{PASSWORD}@127.0.0.1/bot"),
            format!("postgres://bot@127.0.0.1:1/bot?password={PASSWORD}"),
            format!("sqlite://{broken}"),
        ] {
            let mut by_url = stagerbot(folder.path());
            by_url.args(&command).args(["--store", &url]);
            fails(&format!("{command:?}"), by_url).await;
        }
        let mut by_file = stagerbot(folder.path());
        by_file.args(&command).args(["--config", &file]);
        fails(&format!("{command:?}"), by_file).await;
    }
    for (what, text) in [
        ("no bundle", "MARKED".to_owned()),
        ("half a bundle", r#"{"format": "MARKED"#.to_owned()),
        ("a bundle of another kind", json!({"format": "stagerbot audit bundle 1", "made_at": "MARKED"}).to_string()),
        ("a bundle of another kind", json!({"format": "stagerbot audit bundle 1", "MARKED": "MARKED"}).to_string()),
    ] {
        let bundle = write(&folder, "bundle.json", text);
        let mut command = stagerbot(folder.path());
        command.args(["audit", "verify", "--bundle", &bundle]);
        fails(what, command).await;
    }
    let in_url = format!("postgres://bot:{PASSWORD}@127.0.0.1:1/bot");
    for (url, password) in [("postgres://bot@127.0.0.1:1/bot", PASSWORD), (&in_url, "")] {
        let mut unreachable = stagerbot(folder.path());
        unreachable.args(["store", "check", "--store", url]).env("STAGERBOT__STORE__PASSWORD", password);
        fails("a server that is not there", unreachable).await;
    }
    let Some(server) = crate::harness::postgres::shared() else { return };
    let mut command = stagerbot(folder.path());
    let url = format!("postgres://stagerbot@{}/postgres", server.address());
    command.args(["store", "check", "--store", &url]).env("STAGERBOT__STORE__PASSWORD", PASSWORD);
    let said = fails("a password that the server refuses", command).await;
    assert!(said.contains("refuses the login"), "{said}");
}
