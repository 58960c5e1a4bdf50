//! One outage, played against the simulator by the bot as it is in production: real HTTP, `WebSocket`, SQL and Kubernetes
//! wire format on loopback. The transcript is printed as it happens.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, anyhow};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast;

use crate::bot::Bot;
use crate::clock;
use crate::config::{Config, DEMO, Layer};
use crate::simulator::kubernetes::fault::Fault;
use crate::simulator::kubernetes::settings::Settings as ClusterSettings;
use crate::simulator::kubernetes::{Cluster, Snapshot};
use crate::simulator::slack::Workspace;
use crate::simulator::slack::happening::{Happening, What};
use crate::simulator::slack::message::Message;
use crate::simulator::slack::person::Person;
use crate::simulator::slack::settings::Settings as WorkspaceSettings;
use crate::simulator::slack::view::View;

/// The token with which the demo's Alertmanager presents itself, on loopback.
const ALERT_TOKEN: &str = "demo-alert-token";
/// How long any step of the scene may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long people read before the narrator goes on.
const READING: Duration = Duration::from_secs(1);
/// How long the database is away in the scene, in the model's own seconds.
const OUTAGE: Duration = Duration::from_secs(40);

/// The stage: a cluster, a workspace, and the bot between them.
struct Stage {
    cluster: Cluster,
    workspace: Workspace,
    channel: String,
    bot: Bot,
    folder: std::path::PathBuf,
}

/// Plays the scene. Fails where it does not end as it should.
pub async fn run() -> anyhow::Result<()> {
    say("A Cloud Foundry with a Diego, a Slack workspace, and Stagerbot between them, all on this machine.");
    let stage = Stage::set().await?;
    let happenings = stage.workspace.subscribe();
    let telling = tokio::spawn(tell(happenings));
    let played = stage.play().await;
    // What happened last is still on its way to the teller.
    let Stage { bot, cluster, workspace, folder, .. } = stage;
    bot.stop().await;
    cluster.stop();
    drop(workspace);
    let _ = tokio::time::timeout(Duration::from_secs(1), telling).await;
    let _ = std::fs::remove_dir_all(&folder);
    match &played {
        Ok(()) => say("The scene ended as it should: recovered, and nothing outside the plan was touched."),
        Err(error) => say(&format!("The scene did not end as it should: {error:#}")),
    }
    played
}

impl Stage {
    async fn set() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("stagerbot-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let (layer, simulated) = settings()?;
        let cluster = Cluster::start(simulated).context("the simulated cluster can't be started")?;
        let workspace =
            Workspace::start(WorkspaceSettings::default()).await.context("the simulated Slack can't be started")?;
        let config = config(&layer, &cluster, &workspace, &folder)?;
        crate::telemetry::init(&config.log).context("logging can't be started")?;
        let channel = config.environments[0].slack_channel.clone().unwrap_or_default();
        for person in &config.policy.people {
            for account in &person.accounts {
                workspace.add_person_as(&account.user, &person.name, "en-US");
            }
        }
        let bot = Bot::start(config).await?;
        let heard = |view: &View| (view.counters.connections_open > 0).then_some(());
        workspace.wait_for(PATIENCE, heard).await.map_err(|_| anyhow!("the bot did not connect to Slack"))?;
        Ok(Self { cluster, workspace, channel, bot, folder })
    }

    async fn play(&self) -> anyhow::Result<()> {
        let (ada, grace) = (self.workspace.person("Ada"), self.workspace.person("Grace"));
        next("A quiet evening. Ada looks whether all is well.").await;
        ada.types(&self.channel, "/stager check").await?;
        self.card("Healthy").await?;

        next("3 a.m.: Locket's database connections die. The database comes back; Locket does not notice.").await;
        self.cluster.inject(Fault::DatabaseConnectionsLost { outage: OUTAGE });
        let stuck = |s: &Snapshot| s.endpoints.is_empty() && s.pods.iter().all(|pod| pod.active != Some(true));
        self.cluster.wait_until(PATIENCE, stuck).await.map_err(|s| anyhow!("the outage did not come: {s:?}"))?;

        next("cf push fails with CF-StagerUnavailable. Alertmanager reports it.").await;
        let (status, answer) = post_alert(self.bot.address()).await?;
        anyhow::ensure!(status == StatusCode::OK, "the alert was answered {status}: {answer}");
        let card = self.button("stager-restart").await?;

        next("Ada requests the restart, and tries to approve it herself.").await;
        ada.clicks(&card, "stager-restart").await?;
        let card = self.button("stager-approve").await?;
        ada.clicks(&card, "stager-approve").await?;
        self.whispered(&ada, "second person").await?;

        next("Grace has checked the database. She approves.").await;
        let before = self.cluster.pods();
        grace.clicks(&card, "stager-approve").await?;
        self.card("Recovered").await?;
        self.check(&before)
    }

    /// The scene has to have ended in the cluster as it did in the chat.
    fn check(&self, before: &[crate::simulator::kubernetes::PodSnapshot]) -> anyhow::Result<()> {
        let planned: Vec<&str> =
            before.iter().filter(|pod| pod.name.starts_with("diego-api-")).map(|pod| pod.uid.as_str()).collect();
        let gone = self.cluster.terminations();
        anyhow::ensure!(
            gone.len() == planned.len(),
            "{} pods were deleted, {} were planned",
            gone.len(),
            planned.len()
        );
        for termination in &gone {
            anyhow::ensure!(planned.contains(&termination.uid.as_str()), "{termination:?} was not planned");
        }
        anyhow::ensure!(self.cluster.snapshot().leader.is_some(), "no pod is active");
        Ok(())
    }

    /// Waits for the newest card to say something.
    async fn card(&self, says: &str) -> anyhow::Result<Arc<Message>> {
        self.message(&format!("a card that says “{says}”"), |message| {
            message.thread_ts.is_none() && message.ephemeral_to.is_none() && message.text_seen().contains(says)
        })
        .await
    }

    async fn button(&self, action: &str) -> anyhow::Result<Arc<Message>> {
        self.message(&format!("a card with the button {action}"), |message| message.button(action).is_some()).await
    }

    async fn whispered(&self, to: &Person, says: &str) -> anyhow::Result<Arc<Message>> {
        self.message(&format!("a word to {} about “{says}”", to.name()), |message| {
            message.ephemeral_to.as_deref() == Some(to.id()) && message.text_seen().contains(says)
        })
        .await
    }

    async fn message(&self, what: &str, is: impl Fn(&Message) -> bool) -> anyhow::Result<Arc<Message>> {
        let newest = |view: &View| view.messages.iter().rev().find(|message| message.by_bot && is(message)).cloned();
        self.workspace.wait_for(PATIENCE, newest).await.map_err(|_| anyhow!("nobody saw {what}"))
    }
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

fn config(layer: &str, cluster: &Cluster, workspace: &Workspace, folder: &Path) -> anyhow::Result<Config> {
    let kubeconfig = folder.join("kubeconfig");
    std::fs::write(&kubeconfig, cluster.kubeconfig()).context("the kubeconfig can't be written")?;
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
        environment.kubeconfig = Some(kubeconfig.clone());
        environment.slack_channel = Some(workspace.add_channel("cf-operations"));
    }
    Ok(config)
}

/// What Alertmanager sends, to the bot's own address.
async fn post_alert(address: SocketAddr) -> anyhow::Result<(StatusCode, String)> {
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

/// What the narrator says.
fn say(text: &str) {
    print(Style::new().bold(), &format!("\n— {text}"));
}

/// The narrator goes on, once people have read what happened.
async fn next(text: &str) {
    tokio::time::sleep(READING).await;
    say(text);
}

fn print(style: Style, text: &str) {
    // A closed pipe ends the transcript, not the scene.
    let _ = writeln!(anstream::stdout(), "{style}{text}{style:#}");
}

async fn tell(mut happenings: broadcast::Receiver<Arc<Happening>>) {
    let mut teller = Teller::default();
    loop {
        match happenings.recv().await {
            Ok(happening) => teller.happening(&happening),
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                say(&format!("({missed} things happened too fast to tell)"));
            }
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// Prints the transcript: of a card that changes, only what is new.
#[derive(Default)]
struct Teller {
    cards: BTreeMap<String, Vec<String>>,
}

impl Teller {
    fn happening(&mut self, happening: &Happening) {
        let at = happening.at.strftime("%H:%M:%S");
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        let (style, who, text) = match &happening.what {
            What::Typed { person, text } => (color(AnsiColor::Cyan), person.clone(), text.clone()),
            What::Posted { author, ts, text, in_thread } => {
                let place = if *in_thread { " (thread)" } else { "" };
                self.cards.insert(ts.clone(), lines(text));
                (color(AnsiColor::Green), format!("{author}{place}"), text.clone())
            }
            What::Updated { author, ts, text } => {
                let new = lines(text);
                let old = self.cards.insert(ts.clone(), new.clone()).unwrap_or_default();
                let changed: Vec<String> = new.into_iter().filter(|line| !old.contains(line)).collect();
                (color(AnsiColor::Green), format!("{author} (card)"), changed.join("\n"))
            }
            What::Whispered { author, to, text, .. } => {
                (color(AnsiColor::Yellow), format!("{author} (to {to} alone)"), text.clone())
            }
            What::Clicked { person, button, confirm, confirmed, .. } => {
                let asked = confirm.as_ref().map(|c| format!("\n“{} {}”", c.title, c.text)).unwrap_or_default();
                let went_on = if *confirmed { "" } else { " — and goes back" };
                (color(AnsiColor::Cyan), person.clone(), format!("[{button}]{asked}{went_on}"))
            }
            What::Failed { person, text } => (color(AnsiColor::Red), format!("Slack (to {person})"), text.clone()),
            _ => return,
        };
        if !text.is_empty() {
            print(style, &format!("{at}  {who}: {}", text.replace('\n', "\n          ")));
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
