//! What a benchmark plays on: a simulated cluster and workspace, and the bot between them, in this process or in one of its own.
#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use stagerbot::bot::Bot;
use stagerbot::config::{Config, Layer};
use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::simulator::discord::Server;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::kubernetes::{Cluster, PodSnapshot, Snapshot};
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::simulator::slack::view::View;
use tempfile::TempDir;

/// What a container runtime takes to begin an exec, one at a time on a node (measured: 30 to 90 ms).
pub(crate) const EXEC_COST: Duration = Duration::from_millis(40);
/// How long anything may take before the benchmark gives up.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);
/// What alert senders show.
pub(crate) const TOKEN: &str = "token-of-the-benchmark";

pub(crate) struct Stage {
    pub(crate) cluster: Cluster,
    pub(crate) workspace: Workspace,
    pub(crate) folder: TempDir,
    pub(crate) channel: String,
}

impl Stage {
    pub(crate) async fn set(settings: Settings) -> Self {
        let cluster = Cluster::start(settings).unwrap();
        let shape = WorkspaceSettings { paces: [].into(), ..WorkspaceSettings::default() };
        let workspace = Workspace::start(shape).await.unwrap();
        let channel = workspace.add_channel("operations");
        for name in ["anna", "ben"] {
            workspace.add_person_as(&format!("U0{}", name.to_uppercase()), name, "en-US");
        }
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("kubeconfig"), cluster.kubeconfig()).unwrap();
        Self { cluster, workspace, folder, channel }
    }

    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// A configuration without environments, listening there, with `more` in its `[restarts]`.
    pub(crate) fn base(&self, listen: &str, more: &str) -> String {
        let (folder, api) = (self.folder.path().display(), self.workspace.api_url());
        format!(
            "[restarts]\nmode = \"on\"\n{more}\n[server]\nlisten = \"{listen}\"\n[store]\nurl = \"sqlite://{folder}/bot.db\"\n\
             [slack]\napi_url = \"{api}\"\n\
             [[person]]\nname = \"Anna\"\nslack = \"U0ANNA\"\nmay = [\"request\", \"approve\"]\n\
             [[person]]\nname = \"Ben\"\nslack = \"U0BEN\"\nmay = [\"request\", \"approve\"]\n"
        )
    }

    /// An environment on the simulated cluster, at home in a channel.
    pub(crate) fn environment(&self, name: &str, channel: &str) -> String {
        format!(
            "[[environment]]\nname = \"{name}\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\n\
             slack_channel = \"{channel}\"\nmatch = {{ environment = \"{name}\" }}\n",
            self.kubeconfig().display()
        )
    }

    pub(crate) fn toml(&self, listen: &str, more: &str) -> String {
        self.base(listen, more) + &self.environment("prod", &self.channel)
    }

    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        vec![
            ("STAGERBOT__SLACK__BOT_TOKEN".into(), self.workspace.bot_token().into()),
            ("STAGERBOT__SLACK__APP_TOKEN".into(), self.workspace.app_token().into()),
            ("STAGERBOT__ALERTS__TOKEN".into(), TOKEN.into()),
        ]
    }

    /// The bot in this process, listening to the workspace, and where its HTTP is.
    pub(crate) async fn bot(&self, more: &str) -> (Bot, String) {
        let address = free_address();
        let text = self.toml(&address, more);
        let config = Config::from_layers(&[Layer { name: "bench.toml", text: &text }], self.secrets()).unwrap();
        let bot = Bot::start(config).await.unwrap();
        let open = |view: &View| (view.counters.connections_open == 2).then_some(());
        self.workspace.wait_for(PATIENCE, open).await.unwrap();
        (bot, address)
    }

    /// The newest message that has a button for this.
    pub(crate) async fn card(&self, action: &'static str) -> Arc<Message> {
        let card = |view: &View| view.messages.iter().rev().find(|m| m.button(action).is_some()).cloned();
        self.workspace.wait_for(PATIENCE, card).await.unwrap()
    }

    /// Anna checks, requests a restart; the card on which Ben may approve it.
    pub(crate) async fn requested(&self) -> Arc<Message> {
        let anna = self.workspace.person("anna");
        anna.types(&self.channel, "/stager check").await.unwrap();
        anna.clicks(&self.card("stager-restart").await, "stager-restart").await.unwrap();
        let form = |view: &View| view.modals.iter().any(|form| form.open).then_some(());
        self.workspace.wait_for(PATIENCE, form).await.unwrap();
        anna.submits(&[]).await.unwrap();
        self.card("stager-approve").await
    }

    /// The runbook's outage, to where the database is back, nobody leads any more, and Locket hangs. The clock has to stand.
    pub(crate) fn stuck(&self) {
        self.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
        let bbs = |pod: &&PodSnapshot| pod.name.starts_with("diego-api-");
        let stuck = |s: &Snapshot| s.pods.iter().filter(bbs).all(|pod| pod.active == Some(false) && pod.ready == 2);
        self.cluster.advance_until(stuck).unwrap();
        self.cluster.advance(Duration::from_mins(1));
    }
}

/// The same people in a Discord server beside the workspace: its section of the configuration, and its secret.
pub(crate) async fn discord() -> (Server, String, (String, String)) {
    use stagerbot::simulator::discord::settings::Settings;
    let server = Server::start(Settings { paces: [].into(), ..Settings::default() }).await.unwrap();
    let section = format!("[discord]\nguild_id = \"{}\"\napi_url = \"{}\"\n", server.guild_id(), server.api_url());
    let secret = ("STAGERBOT__DISCORD__TOKEN".to_owned(), server.token().to_owned());
    (server, section, secret)
}

pub(crate) fn environment() -> Environment {
    let topology = Topology::preset("cfee-2").unwrap();
    Environment { name: "prod".into(), context: None, namespace: "cf".into(), topology, discover: None, database: None }
}

pub(crate) fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// The bot in a process of its own, which ends with this.
pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
}

/// The bot: another build of it, such as the image's, where the variable names one.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("STAGERBOT_BENCH_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_stagerbot").into(), PathBuf::from)
}

impl Serving {
    pub(crate) fn start(stage: &Stage, toml: &str, address: &str, secrets: Vec<(String, String)>) -> Self {
        let file = stage.folder.path().join("bot.toml");
        fs::write(&file, toml).unwrap();
        let mut command = Command::new(binary());
        command.args(["serve", "--config"]).arg(file).envs(secrets).env("RUST_LOG", "error");
        Self { child: command.spawn().unwrap(), address: address.to_owned() }
    }

    /// Until `/readyz` says yes.
    pub(crate) async fn ready(&self, since: Instant) -> Duration {
        let http = http();
        let url = format!("http://{}/readyz", self.address);
        loop {
            let request = axum::http::Request::get(&url).body(axum::body::Body::empty()).unwrap();
            if http.request(request).await.is_ok_and(|answer| answer.status().is_success()) {
                return since.elapsed();
            }
            assert!(since.elapsed() < PATIENCE, "it does not get ready");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// A line of `/proc/PID/status`, in KiB; 0 where the process is gone.
    pub(crate) fn status(&self, name: &str) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client for the bot's and others' HTTP.
pub(crate) type Http =
    hyper_util::client::legacy::Client<hyper_util::client::legacy::connect::HttpConnector, axum::body::Body>;

pub(crate) fn http() -> Http {
    hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http()
}

/// An alert about an environment's stager, as Alertmanager delivers it.
pub(crate) async fn alert(http: &Http, address: &str, environment: &str, fingerprint: u64) {
    let description =
        "Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired";
    let body = serde_json::json!({ "version": "4", "status": "firing", "receiver": "stagerbot", "truncatedAlerts": 0, "alerts": [{
        "status": "firing", "fingerprint": format!("{fingerprint:016x}"), "startsAt": stagerbot::clock::now(),
        "labels": { "alertname": "CFStagerUnavailable", "environment": environment, "severity": "critical" },
        "annotations": { "summary": "cf push fails", "description": description },
    }]});
    let request = axum::http::Request::post(format!("http://{address}/alerts/alertmanager"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    let answer = http.request(request).await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}
