//! The bot between a simulated cluster and a simulated Slack workspace, and what people do and see there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use stagerbot::bot::Bot;
use stagerbot::simulator::diego::durations::Durations;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::kubernetes::{Cluster, PodSnapshot, Snapshot};
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::person::Person;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::simulator::slack::view::{Modal, View};
use tempfile::TempDir;
use toml::Value;

use super::bots::{self, Process};
use super::config::Configuration;
use super::expect::Reader;

pub(crate) use super::PATIENCE;

pub(crate) const TOKEN: &str = "alert-token-of-the-tests";
/// For what must not happen while a test goes on, however long that takes.
pub(crate) const NEVER: Duration = Duration::from_hours(10);

/// Everything a conversation needs. The bot is started apart, in this process or as a child.
pub(crate) struct Scene {
    pub(crate) cluster: Cluster,
    pub(crate) workspace: Workspace,
    pub(crate) channel: String,
    pub(crate) anna: Person,
    pub(crate) ben: Person,
    pub(crate) zoe: Person,
    pub(crate) folder: TempDir,
    pub(crate) reader: Reader,
    configuration: Configuration,
}

/// The usual cluster: what is stuck in it stays as it is, however long somebody looks at it.
pub(crate) fn cluster() -> ClusterSettings {
    let durations = Durations { locket_reads_again: NEVER, ..Durations::short() };
    ClusterSettings { durations, ..ClusterSettings::default() }
}

/// A workspace without limits, that waits for a bot on a busy machine.
pub(crate) fn workspace() -> WorkspaceSettings {
    WorkspaceSettings {
        paces: BTreeMap::new(),
        ack_within: PATIENCE,
        trigger_lives: PATIENCE,
        ..WorkspaceSettings::default()
    }
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// A scene with some keys of `[restarts]` and `[checks]` set otherwise, their values as TOML.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::of(cluster(), "cfee-2", settings).await
    }

    /// A scene on another kind of cluster.
    pub(crate) async fn of(shape: ClusterSettings, preset: &str, settings: &[(&str, &str)]) -> Self {
        Self::between(shape, workspace(), preset, settings).await
    }

    /// A scene between another kind of cluster and another kind of workspace.
    pub(crate) async fn between(
        cluster: ClusterSettings,
        workspace: WorkspaceSettings,
        preset: &str,
        settings: &[(&str, &str)],
    ) -> Self {
        let cluster = Cluster::start(cluster).unwrap();
        let workspace = crate::record::workspace(workspace).await;
        let person = |id: &str, name: &str| workspace.add_person_as(id, name, "en-US");
        let (anna, ben, zoe) = (person("U0ANNA001", "anna"), person("U0BEN0001", "ben"), person("U0ZOE0001", "zoe"));
        let channel = workspace.add_channel("operations");
        let folder = TempDir::new().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        std::fs::write(&kubeconfig, cluster.kubeconfig()).unwrap();
        let both = &["request", "approve"];
        let mut configuration = Configuration::default()
            .set("restarts.mode", "on")
            // Out of reach: who is replaced or approves is waited for, however busy the machine is.
            .set("restarts.approval_expiry", "1h")
            .set("restarts.start_allowance", "1h")
            .set("restarts.terminating_wait", "1h")
            .set("restarts.blind_allowance", "1h")
            .set("restarts.hold", "200ms")
            .set("checks.probe_timeout", "1s")
            .set("checks.recheck", "60s")
            .set("checks.recheck_unclear", "1s")
            .set("server.listen", "127.0.0.1:0")
            .set("store.url", format!("sqlite://{}", folder.path().join("bot.db").display()))
            .set("slack.api_url", workspace.api_url())
            .person("Anna", anna.id(), both)
            .person("Ben", ben.id(), both)
            .environment(
                "prod",
                &[
                    ("namespace", "cf"),
                    ("preset", preset),
                    ("kubeconfig", kubeconfig.to_str().unwrap()),
                    ("slack_channel", &channel),
                ],
            )
            .secret("STAGERBOT__SLACK__BOT_TOKEN", workspace.bot_token())
            .secret("STAGERBOT__SLACK__APP_TOKEN", workspace.app_token())
            .secret("STAGERBOT__ALERTS__TOKEN", TOKEN);
        for (key, value) in settings {
            let section =
                if ["recheck", "recheck_unclear", "probe_timeout"].contains(key) { "checks" } else { "restarts" };
            let value = format!("value = {value}").parse::<toml::Table>().unwrap().remove("value");
            configuration = configuration.set(&format!("{section}.{key}"), value.unwrap_or(Value::Boolean(false)));
        }
        let reader = Reader::default();
        Self { cluster, workspace, channel, anna, ben, zoe, folder, reader, configuration }
    }

    /// What its bot is configured with.
    pub(crate) fn configuration(&self) -> Configuration {
        self.configuration.clone()
    }

    /// The bot in this process, once it listens.
    pub(crate) async fn bot(&self) -> Bot {
        let before = self.workspace.counters().connections_opened;
        let bot = bots::start(&self.configuration).await;
        self.connected(before).await;
        bot
    }

    /// The bot as a process of its own, which can be killed.
    pub(crate) async fn child(&self) -> Process {
        self.child_with(&[]).await
    }

    /// The same with more in its environment.
    pub(crate) async fn child_with(&self, environment: &[(&str, String)]) -> Process {
        let mut command = bots::command(&self.configuration, self.folder.path(), "bot");
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        self.process(&mut command).await
    }

    /// Starts a process, and waits until it listens.
    pub(crate) async fn process(&self, command: &mut std::process::Command) -> Process {
        let before = self.workspace.counters().connections_opened;
        let process = Process::start(command);
        self.connected(before).await;
        process
    }

    /// Where a child logs.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("bot.log")
    }

    pub(super) async fn connected(&self, before: u64) {
        let hears = |view: &View| (view.counters.connections_opened > before).then_some(());
        self.workspace.wait_for(PATIENCE, hears).await.unwrap();
    }

    /// The runbook's outage, up to where it is stuck though the database is back.
    pub(crate) async fn stuck(&self) {
        self.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
        self.cluster.advance(Duration::from_mins(1));
        self.cluster.advance_until(is_stuck).unwrap();
    }

    pub(crate) async fn seen(&self, is: impl Fn(&Message) -> bool) -> Arc<Message> {
        let newest = |view: &View| view.messages.iter().rev().find(|m| m.by_bot && is(m)).cloned();
        let seen = self.workspace.wait_for(PATIENCE, newest).await.unwrap();
        self.reader.reads(&self.workspace.all_messages(), &*seen, "");
        seen
    }

    pub(crate) async fn card(&self, says: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.text_seen().contains(says)).await
    }

    pub(crate) async fn button(&self, action: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.button(action).is_some()).await
    }

    pub(crate) async fn told(&self, says: &str) -> Arc<Message> {
        let told = |m: &&Arc<Message>| m.by_bot && m.thread_ts.is_some() && m.text_seen().contains(says);
        let newest = |view: &View| view.messages.iter().rev().find(told).cloned();
        let told = self.workspace.wait_for(PATIENCE, newest).await.unwrap();
        self.reader.reads(&self.workspace.all_messages(), &*told, says);
        told
    }

    /// The oldest word to somebody that says so and that nobody has read.
    pub(crate) async fn whispered(&self, to: &Person, says: &str) -> Arc<Message> {
        let is = |m: &&Arc<Message>| {
            let to_them = m.by_bot && m.ephemeral_to.as_deref() == Some(to.id());
            to_them && m.text_seen().contains(says) && !self.reader.has_read(&***m)
        };
        let word = self.workspace.wait_for(PATIENCE, |view: &View| view.messages.iter().find(is).cloned());
        let word = word.await.unwrap();
        self.reader.reads(&self.workspace.all_messages(), &*word, "");
        word
    }

    pub(crate) fn uids(&self) -> Vec<String> {
        let bbs = self.cluster.pods().into_iter().filter(|pod| pod.name.starts_with("diego-api-"));
        bbs.map(|pod| pod.uid).collect()
    }

    pub(crate) fn terminated(&self) -> Vec<String> {
        self.cluster.terminations().into_iter().map(|termination| termination.uid).collect()
    }

    /// Waits until a form is on somebody's screen.
    pub(crate) async fn form(&self, who: &Person) -> Arc<Modal> {
        let open = |view: &View| view.modals.iter().find(|form| form.open && form.person == who.id()).cloned();
        self.workspace.wait_for(PATIENCE, open).await.unwrap()
    }

    /// What nobody expected to read.
    pub(super) fn unread(&self) -> Vec<String> {
        self.reader.unread(&self.workspace.all_messages())
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let unread = self.unread();
            assert!(unread.is_empty(), "nobody expected on Slack:\n{}", unread.join("\n"));
        }
    }
}

/// Nobody is active, and every container of every BBS pod is ready.
pub(crate) fn is_stuck(seen: &Snapshot) -> bool {
    let bbs = |pod: &&PodSnapshot| pod.name.starts_with("diego-api-");
    seen.endpoints.is_empty() && seen.pods.iter().filter(bbs).all(|pod| pod.active == Some(false) && pod.ready == 2)
}

/// The first delete of a restart has been sent.
pub(crate) fn is_begun(seen: &Snapshot) -> bool {
    seen.pod("diego-api-0").is_some_and(|pod| pod.terminating)
}

pub(crate) fn is_card(message: &Message) -> bool {
    message.thread_ts.is_none() && message.ephemeral_to.is_none()
}

pub(crate) async fn post(bot: &Bot, body: &str) -> StatusCode {
    post_to(&bot.address().to_string(), body).await
}

pub(crate) async fn post_to(address: &str, body: &str) -> StatusCode {
    let request = Request::post(format!("http://{address}/alerts/alertmanager"))
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    client.request(request).await.unwrap().status()
}
