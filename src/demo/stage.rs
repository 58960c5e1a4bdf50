//! The stage: a simulated cluster, a simulated workspace, and the bot between them.

use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::bot::Bot;
use crate::clock;
use crate::config::{Config, DEMO, Layer};
use crate::demo::teller::tell;
use crate::incident::approval::Platform;
use crate::simulator::kubernetes::Cluster;
use crate::simulator::kubernetes::settings::Settings as ClusterSettings;
use crate::simulator::slack::Workspace;
use crate::simulator::slack::message::Message;
use crate::simulator::slack::person::Person;
use crate::simulator::slack::settings::Settings as WorkspaceSettings;
use crate::simulator::slack::view::View;
use crate::words::Words;
use crate::words::language::Language;

/// The token with which the demo's Alertmanager presents itself, on loopback.
const ALERT_TOKEN: &str = "demo-alert-token";
/// How long any step of the scene may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The stage: a cluster, a workspace, and the bot between them.
pub(super) struct Stage {
    pub(super) cluster: Cluster,
    pub(super) workspace: Workspace,
    pub(super) channel: String,
    pub(super) bot: Bot,
    pub(super) words: &'static Words,
    pub(super) kubeconfig: PathBuf,
    folder: PathBuf,
}

impl Stage {
    /// Sets everything up. The cluster's kubeconfig is written to a file of its own, or to this one.
    pub(super) async fn start(kubeconfig: Option<PathBuf>, language: Language) -> anyhow::Result<Self> {
        let folder = fresh_folder()?;
        let (layer, simulated) = settings()?;
        let cluster = Cluster::start(simulated).context("the simulated cluster can't be started")?;
        let workspace =
            Workspace::start(WorkspaceSettings::default()).await.context("the simulated Slack can't be started")?;
        let kubeconfig = kubeconfig.unwrap_or_else(|| folder.join("kubeconfig"));
        let mut config = config(&layer, &cluster, &workspace, &folder, &kubeconfig)?;
        for environment in &mut config.environments {
            environment.language = language;
        }
        crate::telemetry::init(&config.log).context("logging can't be started")?;
        let channel = config.environments[0].channels.get(&Platform::Slack).cloned().unwrap_or_default();
        for person in &config.policy.people {
            for account in &person.accounts {
                workspace.add_person_as(&account.user, &person.name, language.tag());
            }
        }
        let bot = Bot::start(config).await?;
        let heard = |view: &View| (view.counters.connections_open > 0).then_some(());
        workspace.wait_for(PATIENCE, heard).await.map_err(|_| anyhow!("the bot did not connect to Slack"))?;
        let words = Words::in_language(language);
        Ok(Self { cluster, workspace, channel, bot, words, kubeconfig, folder })
    }

    /// Prints the transcript from here on.
    pub(super) fn tell(&self) -> JoinHandle<()> {
        tokio::spawn(tell(self.workspace.subscribe()))
    }

    /// Takes everything down, once what happened last has been told.
    pub(super) async fn stop(self, telling: JoinHandle<()>) {
        let Self { bot, cluster, workspace, folder, .. } = self;
        bot.stop().await;
        cluster.stop();
        drop(workspace);
        let _ = tokio::time::timeout(Duration::from_secs(1), telling).await;
        let _ = std::fs::remove_dir_all(&folder);
    }

    /// Waits for the newest card to say something.
    pub(super) async fn card(&self, says: &str) -> anyhow::Result<Arc<Message>> {
        self.message(&format!("a card that says “{says}”"), |message| {
            message.thread_ts.is_none() && message.ephemeral_to.is_none() && message.text_seen().contains(says)
        })
        .await
    }

    /// Waits for a card with a button.
    pub(super) async fn button(&self, action: &str) -> anyhow::Result<Arc<Message>> {
        self.message(&format!("a card with the button {action}"), |message| message.button(action).is_some()).await
    }

    /// Waits for a word to one person.
    pub(super) async fn whispered(&self, to: &Person, says: &str) -> anyhow::Result<Arc<Message>> {
        self.message(&format!("a word to {} about “{says}”", to.name()), |message| {
            message.ephemeral_to.as_deref() == Some(to.id()) && message.text_seen().contains(says)
        })
        .await
    }

    /// Waits until a form is on somebody's screen.
    pub(super) async fn form(&self, who: &Person) -> anyhow::Result<()> {
        let open = |view: &View| view.modals.iter().any(|form| form.open && form.person == who.id()).then_some(());
        self.workspace.wait_for(PATIENCE, open).await.map_err(|_| anyhow!("{} saw no form", who.name()))
    }

    /// Waits for a message of the bot's.
    pub(super) async fn message(&self, what: &str, is: impl Fn(&Message) -> bool) -> anyhow::Result<Arc<Message>> {
        let newest = |view: &View| view.messages.iter().rev().find(|message| message.by_bot && is(message)).cloned();
        self.workspace.wait_for(PATIENCE, newest).await.map_err(|_| anyhow!("nobody saw {what}"))
    }
}

/// A folder that nobody had before and nobody else can look into: what is there already, as a link of somebody else's, is refused.
fn fresh_folder() -> anyhow::Result<PathBuf> {
    // Each RandomState has keys of its own, from the system.
    let name = format!("stagerbot-demo-{:016x}", RandomState::new().hash_one(std::process::id()));
    let folder = std::env::temp_dir().join(name);
    DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    Ok(folder)
}

/// The demo's file, `config/demo.toml`: the bot's layer and, from its section `[simulator]`, what the cluster is like.
pub fn settings() -> anyhow::Result<(String, ClusterSettings)> {
    let mut layer: toml::Table = DEMO.parse().context("config/demo.toml is not TOML")?;
    let simulated = match layer.remove("simulator") {
        Some(section) => ClusterSettings::deserialize(section).context("config/demo.toml, [simulator]")?,
        None => ClusterSettings::default(),
    };
    Ok((layer.to_string(), simulated))
}

fn config(
    layer: &str,
    cluster: &Cluster,
    workspace: &Workspace,
    folder: &Path,
    kubeconfig: &Path,
) -> anyhow::Result<Config> {
    std::fs::write(kubeconfig, cluster.kubeconfig()).context("the kubeconfig can't be written")?;
    let secrets = BTreeMap::from([
        ("STAGERBOT__SLACK__BOT_TOKEN".to_owned(), workspace.bot_token().to_owned()),
        ("STAGERBOT__SLACK__APP_TOKEN".to_owned(), workspace.app_token().to_owned()),
        ("STAGERBOT__SLACK__API_URL".to_owned(), workspace.api_url()),
        ("STAGERBOT__ALERTS__TOKEN".to_owned(), ALERT_TOKEN.to_owned()),
        ("STAGERBOT__SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ("STAGERBOT__STORE__URL".to_owned(), format!("sqlite://{}", folder.join("demo.db").display())),
    ]);
    let mut config = Config::from_layers(&[Layer { name: "config/demo.toml", text: layer }], secrets)?;
    for environment in &mut config.environments {
        environment.kubeconfig = Some(kubeconfig.to_owned());
        environment.channels.insert(Platform::Slack, workspace.add_channel("cf-operations"));
    }
    Ok(config)
}

/// What Alertmanager sends, to the bot's own address.
pub(super) async fn post_alert(address: SocketAddr) -> anyhow::Result<(StatusCode, String)> {
    let started = clock::now();
    let alert = json!({
        "status": "firing",
        "labels": { "alertname": "CFStagerUnavailable", "severity": "critical" },
        "annotations": {
            "summary": "cf push fails: Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired",
        },
        "startsAt": started.to_string(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": "c0ffee0123456789",
    });
    let body = json!({
        "version": "4",
        "groupKey": "{}:{alertname=\"CFStagerUnavailable\"}",
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "stagerbot",
        "groupLabels": { "alertname": "CFStagerUnavailable" },
        "commonLabels": { "alertname": "CFStagerUnavailable", "severity": "critical" },
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example",
        "alerts": [alert],
    });
    let request = Request::post(format!("http://{address}/alerts/alertmanager"))
        .header(header::AUTHORIZATION, format!("Bearer {ALERT_TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))?;
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = tokio::time::timeout(PATIENCE, client.request(request)).await??;
    let status = answer.status();
    let bytes = axum::body::to_bytes(Body::new(answer.into_body()), 64 * 1024).await?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}
