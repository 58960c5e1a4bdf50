//! The harness: the bot between a simulated cluster and a simulated Slack workspace, and what people do and see there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
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
use stagerbot::simulator::slack::delivery::Delivery;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::person::Person;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::simulator::slack::view::{Modal, View};
use tempfile::TempDir;

use super::config::Setup;
use super::unread::Reading;
use super::{PATIENCE, insists, record};
use crate::deploy::admission::every_exec_is_admitted;

/// What alerts prove themselves by.
pub(crate) const TOKEN: &str = "alert-token-of-the-tests";

/// A workspace that waits for a bot on a busy machine, but not so long that nobody could try again: what is sent on a socket that is just
/// replaced is lost.
pub(crate) fn patient() -> WorkspaceSettings {
    WorkspaceSettings { ack_within: PATIENCE / 6, trigger_lives: PATIENCE, ..WorkspaceSettings::default() }
}

/// Everything a conversation needs. The bot is started apart, in this process or as a child.
pub(crate) struct Scene {
    pub(crate) cluster: Cluster,
    pub(crate) workspace: Workspace,
    pub(crate) channel: String,
    pub(crate) anna: Person,
    pub(crate) ben: Person,
    pub(crate) zoe: Person,
    pub(crate) folder: TempDir,
    pub(crate) settings: BTreeMap<&'static str, String>,
    pub(crate) preset: &'static str,
    pub(crate) reading: Reading,
}

/// The admission policy in deploy/ lets every exec of every scene through, and nothing is left unread.
impl Drop for Scene {
    fn drop(&mut self) {
        self.reading.end(&self.workspace.all_messages());
        if !std::thread::panicking() {
            every_exec_is_admitted(&self.cluster);
        }
    }
}

/// Nobody is active, and every container of every BBS pod is ready.
pub(crate) fn is_stuck(seen: &Snapshot) -> bool {
    let bbs = |pod: &&PodSnapshot| pod.name.starts_with("diego-api-");
    seen.endpoints.is_empty() && seen.pods.iter().filter(bbs).all(|pod| pod.active == Some(false) && pod.ready == 2)
}

/// The first delete of a restart has arrived.
pub(crate) fn begun(seen: &Snapshot) -> bool {
    seen.pod("diego-api-0").is_some_and(|pod| pod.terminating)
}

/// A cluster in which a Locket with dead connections reads nothing for as long as a conversation lasts, however slow the machine is.
pub(crate) fn stays_stuck() -> ClusterSettings {
    let short = ClusterSettings::short();
    let durations = Durations { locket_reads_again: Duration::from_hours(10), ..short.durations };
    ClusterSettings { durations, ..short }
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// A scene with some keys of `[restarts]` and `[checks]` set otherwise.
    pub(crate) async fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::of(stays_stuck(), "cfee-2", settings).await
    }

    /// A scene on another kind of cluster.
    pub(crate) async fn of(shape: ClusterSettings, preset: &'static str, settings: &[(&'static str, &str)]) -> Self {
        Self::between(shape, patient(), preset, settings).await
    }

    /// A scene on another kind of cluster and in another kind of workspace, which is held to no limits.
    pub(crate) async fn between(
        shape: ClusterSettings,
        workspace: WorkspaceSettings,
        preset: &'static str,
        settings: &[(&'static str, &str)],
    ) -> Self {
        let cluster = Cluster::start(shape).unwrap();
        let workspace = WorkspaceSettings { paces: BTreeMap::new(), ..workspace };
        let workspace = record::workspace(workspace).await;
        let person = |id: &str, name: &str| workspace.add_person_as(id, name, "en-US");
        let (anna, ben, zoe) = (person("U0ANNA001", "anna"), person("U0BEN0001", "ben"), person("U0ZOE0001", "zoe"));
        let channel = workspace.add_channel("operations");
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("kubeconfig"), cluster.kubeconfig()).unwrap();
        let mut all = BTreeMap::from([
            ("mode", "\"on\"".to_owned()),
            ("approval_expiry", "\"5m\"".to_owned()),
            ("start_allowance", "\"10s\"".to_owned()),
            ("terminating_wait", "\"5s\"".to_owned()),
            ("hold", "\"200ms\"".to_owned()),
            ("recheck", "\"60s\"".to_owned()),
            ("recheck_unclear", "\"1s\"".to_owned()),
        ]);
        all.extend(settings.iter().map(|(key, value)| (*key, (*value).to_owned())));
        Self { cluster, workspace, channel, anna, ben, zoe, folder, settings: all, preset, reading: Reading::default() }
    }

    /// What its bot is told.
    pub(crate) fn setup(&self) -> Setup {
        let (checks, restarts): (Vec<_>, Vec<_>) =
            self.settings.iter().partition(|(key, _)| key.starts_with("recheck") || key.starts_with("watch"));
        let lines = |keys: Vec<(&&str, &String)>| {
            keys.iter().fold(String::new(), |text, (key, value)| text + key + " = " + value + "\n")
        };
        Setup::default().with(&format!(
            // The simulated Diego is fifty times as fast as the bot's own times.
            // And its people type and click faster than anybody.
            "[commands]\nper_minute = 100000\n[restarts]\n{}\n[checks]\nprobe_timeout = \"1s\"\nleaderless = \"0s\"\nlooks = 1\n{}\n\
             [server]\nlisten = \"127.0.0.1:0\"\n\
             [store]\nurl = \"{}\"\n\
             [slack]\napi_url = \"{}\"\n\
             [[person]]\nname = \"Anna\"\nslack = \"U0ANNA001\"\nmay = [\"request\", \"approve\"]\n\
             [[person]]\nname = \"Ben\"\nslack = \"U0BEN0001\"\nmay = [\"request\", \"approve\"]\n\
             [[environment]]\nname = \"prod\"\nnamespace = \"cf\"\npreset = \"{}\"\nkubeconfig = \"{}\"\n\
             slack_channel = \"{}\"\n",
            lines(restarts),
            lines(checks),
            self.url(),
            self.workspace.api_url(),
            self.preset,
            self.folder.path().join("kubeconfig").display(),
            self.channel,
        ))
    }

    /// The URL of its store.
    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("bot.db").display())
    }

    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        vec![
            ("STAGERBOT__SLACK__BOT_TOKEN".into(), self.workspace.bot_token().into()),
            ("STAGERBOT__SLACK__APP_TOKEN".into(), self.workspace.app_token().into()),
            ("STAGERBOT__ALERTS__TOKEN".into(), TOKEN.into()),
        ]
    }

    pub(crate) async fn bot(&self) -> Bot {
        self.bot_of(&self.setup(), self.secrets()).await
    }

    /// The bot with these lines in its configuration, too.
    pub(crate) async fn bot_with(&self, lines: &str) -> Bot {
        self.bot_of(&self.setup().with(lines), self.secrets()).await
    }

    /// The bot with this configuration.
    pub(crate) async fn bot_of(&self, setup: &Setup, secrets: Vec<(String, String)>) -> Bot {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = setup.read(secrets);
        let before = self.workspace.counters().connections_opened;
        let bot = Bot::start(config).await.unwrap();
        self.connected(before).await;
        bot
    }

    /// The bot as a process of its own, which can be killed.
    pub(crate) async fn child(&self) -> Killed {
        self.child_with(&[]).await
    }

    /// The same with more in its environment. What it logs goes to a file.
    pub(crate) async fn child_with(&self, environment: &[(&str, String)]) -> Killed {
        let before = self.workspace.counters().connections_opened;
        let child = self.spawn(&self.setup(), self.secrets(), environment);
        self.connected(before).await;
        child
    }

    /// The same with this configuration, without waiting for it.
    pub(crate) fn spawn(
        &self,
        setup: &Setup,
        secrets: Vec<(String, String)>,
        environment: &[(&str, String)],
    ) -> Killed {
        let file: PathBuf = self.folder.path().join("bot.toml");
        std::fs::write(&file, setup.text()).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_stagerbot"))
            .args(["serve", "--config"])
            .arg(&file)
            .envs(secrets)
            .env("RUST_LOG", "info")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.log()).unwrap())
            .spawn()
            .unwrap();
        Killed(child)
    }

    /// Where a child logs.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("bot.log")
    }

    pub(crate) async fn connected(&self, before: u64) {
        let heard = |view: &View| {
            (view.counters.connections_opened > before && view.counters.connections_open > 0).then_some(())
        };
        self.workspace.wait_for(PATIENCE, heard).await.unwrap();
    }

    /// The runbook's outage, up to where it is stuck.
    pub(crate) async fn stuck(&self) {
        self.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
        self.cluster.wait_until(PATIENCE, is_stuck).await.unwrap();
    }

    pub(crate) async fn says(&self, who: &Person, line: &str) {
        insists(Delivery::acked, async || who.types(&self.channel, line).await).await;
    }

    /// Clicks on a message as it is shown now.
    pub(crate) async fn clicks(&self, who: &Person, on: &Message, action: &str) -> Option<Delivery> {
        insists(Delivery::acked, async || who.clicks(on, action).await).await
    }

    /// Clicks on a message as it was.
    pub(crate) async fn clicks_stale(&self, who: &Person, on: &Message, action: &str) -> Option<Delivery> {
        insists(Delivery::acked, async || who.clicks_stale(on, action).await).await
    }

    pub(crate) async fn seen(&self, is: impl Fn(&Message) -> bool) -> Arc<Message> {
        let newest = |view: &View| view.messages.iter().rev().find(|m| m.by_bot && is(m)).cloned();
        let seen = self.workspace.wait_for(PATIENCE, newest).await.unwrap();
        self.reading.message(&seen.ts);
        seen
    }

    /// What the bot said, and nobody read.
    pub(crate) fn unread(&self) -> Vec<String> {
        self.reading.left(&self.workspace.all_messages())
    }

    /// What says this is beside the point of the test: nobody has to read it.
    pub(crate) fn beside_the_point(&self, says: &[&str]) {
        for says in says {
            self.reading.words(says);
        }
    }

    pub(crate) async fn card(&self, says: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.text_seen().contains(says)).await
    }

    pub(crate) async fn button(&self, action: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.button(action).is_some()).await
    }

    /// The newest message that calls somebody and says this.
    pub(crate) async fn called(&self, says: &str) -> Arc<Message> {
        self.seen(|m| is_call(&m.text_seen()) && m.text_seen().contains(says)).await
    }

    /// Waits until a message that called somebody says this, and calls nobody any more.
    pub(crate) async fn over(&self, call: &Message, says: &str) -> Arc<Message> {
        self.seen(|m| m.ts == call.ts && m.text_seen().contains(says) && mentioned(m)[1].is_empty()).await
    }

    pub(crate) async fn told(&self, says: &str) -> Arc<Message> {
        let is = |m: &&Arc<Message>| m.by_bot && m.thread_ts.is_some() && m.text_seen().contains(says);
        let told = |view: &View| view.messages.iter().rev().find(is).cloned();
        let told = self.workspace.wait_for(PATIENCE, told).await.unwrap();
        self.reading.words(says);
        told
    }

    /// The thread says who approved. Where somebody is called, that says so as well, and whoever requested hears it in private.
    pub(crate) async fn has_approved(&self, who: &str) {
        self.told(&format!("{who} approved, and says that the database was checked")).await;
        self.beside_the_point(&[&format!("UTC: {who} approved."), &format!("{who} approved your request")]);
    }

    pub(crate) async fn whispered(&self, to: &Person, says: &str) -> Arc<Message> {
        self.seen(|m| m.ephemeral_to.as_deref() == Some(to.id()) && m.text_seen().contains(says)).await
    }

    /// What threads say, message by message; not the calls in them.
    pub(crate) fn threads(&self) -> Vec<String> {
        let all = self.workspace.all_messages();
        let log = |text: &String| !is_call(text);
        all.iter().filter(|m| m.by_bot && m.thread_ts.is_some()).map(|m| m.text_seen()).filter(log).collect()
    }

    pub(crate) fn cards(&self) -> usize {
        self.workspace.all_messages().iter().filter(|m| m.by_bot && is_card(m)).count()
    }

    pub(crate) fn uids(&self) -> Vec<String> {
        let bbs = self.cluster.pods().into_iter().filter(|pod| pod.name.starts_with("diego-api-"));
        bbs.map(|pod| pod.uid).collect()
    }

    pub(crate) fn terminated(&self) -> Vec<String> {
        self.cluster.terminations().into_iter().map(|termination| termination.uid).collect()
    }

    /// Clicks to request a restart, and sends the form in; what the form was.
    pub(crate) async fn requests(&self, who: &Person, card: &Message, reason: &str) -> Arc<Modal> {
        self.clicks(who, card, "stager-restart").await;
        let form = self.form(who).await;
        let sent = loop {
            let sent = who.submits(&[("reason", reason)]).await.unwrap();
            if sent.acked() {
                break sent;
            }
        };
        assert!(sent.ack_payload.is_none(), "a form that was sent in closes: {sent:?}");
        form
    }

    /// Waits until a form is on somebody's screen.
    pub(crate) async fn form(&self, who: &Person) -> Arc<Modal> {
        let open = |view: &View| view.modals.iter().find(|form| form.open && form.person == who.id()).cloned();
        self.workspace.wait_for(PATIENCE, open).await.unwrap()
    }

    /// Stuck, checked by Anna, requested by Anna: the card that waits for an approval.
    pub(crate) async fn requested(&self) -> Arc<Message> {
        self.stuck().await;
        self.says(&self.anna, "/stager check").await;
        let card = self.button("stager-restart").await;
        self.requests(&self.anna, &card, "").await;
        self.button("stager-approve").await
    }
}

pub(crate) fn is_card(message: &Message) -> bool {
    message.thread_ts.is_none() && message.ephemeral_to.is_none() && !is_call(&message.text_seen())
}

/// Whether a message calls somebody, or did.
pub(crate) fn is_call(text: &str) -> bool {
    text.trim_start_matches(['#', ' ']).starts_with(['📣', '☑'])
}

/// Whom a message mentioned when it was posted, and whom it does now.
pub(crate) fn mentioned(message: &Message) -> [Vec<String>; 2] {
    let of = |blocks: &[serde_json::Value]| {
        let text = serde_json::to_string(blocks).unwrap();
        text.split("<@").skip(1).filter_map(|rest| Some(rest.split_once('>')?.0.to_owned())).collect()
    };
    [of(&message.history[0].blocks), of(&message.blocks)]
}

/// A child that does not outlive its test.
pub(crate) struct Killed(Child);

impl Killed {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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

/// What the bot answers at a path.
pub(crate) async fn get(bot: &Bot, path: &str) -> (StatusCode, String) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let request = Request::get(format!("http://{}{path}", bot.address())).body(Body::empty()).unwrap();
    let answer = client.request(request).await.unwrap();
    let status = answer.status();
    let body = axum::body::to_bytes(Body::new(answer.into_body()), 1024 * 1024).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}
