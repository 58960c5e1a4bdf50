//! The stage: a simulated cluster, simulated chats, and the bot between them.

use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::config::{Config, DEMO, Layer, PLAYGROUND};
use crate::demo::alert::ALERT_TOKEN;
use crate::demo::hosted::Hosted;
use crate::demo::teller::{next, tell};
use crate::incident::account::Platform;
use crate::incident::event::Recorded;
use crate::simulator::discord::Server;
use crate::simulator::discord::settings::Settings as ServerSettings;
use crate::simulator::discord::view::View as DiscordView;
use crate::simulator::kubernetes::Cluster;
use crate::simulator::kubernetes::settings::Settings as ClusterSettings;
use crate::simulator::slack::Workspace;
use crate::simulator::slack::message::Message;
use crate::simulator::slack::person::Person;
use crate::simulator::slack::settings::Settings as WorkspaceSettings;
use crate::simulator::slack::view::View;
use crate::store::Store;
use crate::words::Words;
use crate::words::language::Language;

/// How long any step of a scene may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a visitor may take for one.
const VISIT: Duration = Duration::from_hours(24);
/// How late the bot may answer what people do: whoever tries this on a slow machine is to see the bot, and not the platforms' limits.
const PATIENT: Duration = Duration::from_secs(30);
/// How much faster than usual everything goes if it is to go fast.
const FASTER: f64 = 5.0;
/// How often the log is looked at for something that no chat shows.
const LOOK: Duration = Duration::from_millis(100);
/// What goes before everything if it is to go fast.
const FAST: &str = "[restarts]\nhold = \"300ms\"\n[checks]\nrecheck = \"1s\"\nrecheck_unclear = \"1s\"\nleaderless = \"400ms\"\n\
                    [notify]\nremind = \"1s\"\n[[notify.escalation]]\nafter = \"2s\"\nwho = [\"able\"]\nslack_channel = \"C0000000002\"\n";

/// How a stage is set up.
#[derive(Clone, Debug, Default)]
pub(super) struct Setup {
    /// Where the kubeconfig is written to; `None` for a file of its own.
    pub(super) kubeconfig: Option<PathBuf>,
    /// The language of the cards.
    pub(super) language: Language,
    /// Whether there is a Discord server, too, and all that `config/playground.toml` has.
    pub(super) both: bool,
    /// Whether everything goes some times as fast, and nobody waits for readers.
    pub(super) fast: bool,
    /// Whether it is shown to visitors, who take their time, and nothing is told in the terminal.
    pub(super) shown: bool,
}

/// The stage: a cluster, the chats, and the bot between them.
pub(super) struct Stage {
    pub(super) cluster: Cluster,
    pub(super) workspace: Workspace,
    pub(super) server: Option<Server>,
    /// The environment's channel on Slack.
    pub(super) channel: String,
    pub(super) kubeconfig: PathBuf,
    setup: Setup,
    config: Lock<Config>,
    bot: Mutex<Option<Hosted>>,
    running: AtomicBool,
    kills: AtomicUsize,
    store: Store,
    folder: Folder,
}

/// The stage's own folder, as long as there is one.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Stage {
    /// Sets everything up.
    pub(super) async fn start(setup: Setup) -> anyhow::Result<Self> {
        let (layer, mut simulated) = settings()?;
        if setup.fast {
            simulated.durations.time_scale /= FASTER;
        }
        let cluster = Cluster::start(simulated).context("the simulated cluster can't be started")?;
        let mut patient = WorkspaceSettings { ack_within: PATIENT, trigger_lives: PATIENT, ..Default::default() };
        patient.channels.clear();
        let mut patient_too = ServerSettings { respond_within: PATIENT, ..Default::default() };
        patient_too.channels.clear();
        // Nobody knows Discord's pace for sure, and a scene is over before a bot that keeps to it has told everything.
        patient_too.paces.clear();
        if setup.fast {
            patient.paces.clear();
        }
        let workspace = Workspace::start(patient).await.context("the simulated Slack can't be started")?;
        let server = if setup.both {
            Some(Server::start(patient_too).await.context("the simulated Discord can't be started")?)
        } else {
            None
        };
        let folder = fresh_folder()?;
        let kubeconfig = setup.kubeconfig.clone().unwrap_or_else(|| folder.0.join("kubeconfig"));
        std::fs::write(&kubeconfig, cluster.kubeconfig()).context("the kubeconfig can't be written")?;

        let mut layers = vec![Layer { name: "config/demo.toml", text: &layer }];
        layers.extend(setup.both.then_some(Layer { name: "config/playground.toml", text: PLAYGROUND }));
        layers.extend(setup.fast.then_some(Layer { name: "what is fast", text: FAST }));
        let store = format!("sqlite://{}", folder.0.join("demo.db").display());
        let mut secrets = BTreeMap::from([
            ("STAGERBOT__SLACK__BOT_TOKEN".to_owned(), workspace.bot_token().to_owned()),
            ("STAGERBOT__SLACK__APP_TOKEN".to_owned(), workspace.app_token().to_owned()),
            ("STAGERBOT__SLACK__API_URL".to_owned(), workspace.api_url()),
            ("STAGERBOT__ALERTS__TOKEN".to_owned(), ALERT_TOKEN.to_owned()),
            ("STAGERBOT__SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("STAGERBOT__STORE__URL".to_owned(), store),
        ]);
        if let Some(server) = &server {
            secrets.insert("STAGERBOT__DISCORD__TOKEN".to_owned(), server.token().to_owned());
            secrets.insert("STAGERBOT__DISCORD__API_URL".to_owned(), server.api_url());
        }
        let mut config = Config::from_layers(&layers, secrets)?;
        let channel = workspace.add_channel("cf-operations");
        for environment in &mut config.environments {
            environment.kubeconfig = Some(kubeconfig.clone());
            environment.language = setup.language;
            environment.channels.insert(Platform::Slack, channel.clone());
            if let Some(server) = &server {
                environment.channels.insert(Platform::Discord, server.add_channel("cf-operations"));
            }
        }
        if setup.both {
            workspace.add_channel("cf-managers");
        }
        for person in &config.policy.people {
            for (place, account) in person.accounts.iter().enumerate() {
                match (account.platform, &server) {
                    (Platform::Slack, _) => {
                        // Another account of the same human's has another name.
                        let name =
                            if place == 0 { person.name.clone() } else { format!("{} {}", person.name, place + 1) };
                        workspace.add_person_as(&account.user, &name, setup.language.tag());
                    }
                    (Platform::Discord, Some(server)) => {
                        server.add_person_as(&account.user, &person.name, setup.language.on_discord());
                    }
                    (Platform::Discord, None) => {}
                }
            }
        }
        // The first stage of a process does; the others log where it does.
        let _ = crate::telemetry::init(&config.log, None);
        let bot = Hosted::start(config.clone()).await?;
        let store = Store::open_existing(&config.store).await?;
        let stage = Self {
            cluster,
            workspace,
            server,
            channel,
            kubeconfig,
            setup,
            config: Lock::new(config),
            bot: Mutex::new(Some(bot)),
            running: AtomicBool::new(true),
            kills: AtomicUsize::new(0),
            store,
            folder,
        };
        stage.connected(0, 0).await?;
        Ok(stage)
    }

    /// Waits until the bot hears people.
    async fn connected(&self, opened: u64, identified: u64) -> anyhow::Result<()> {
        let heard = |view: &View| {
            (view.counters.connections_opened > opened && view.counters.connections_open > 0).then_some(())
        };
        self.workspace.wait_for(PATIENCE, heard).await.map_err(|_| anyhow!("the bot did not connect to Slack"))?;
        if let Some(server) = &self.server {
            let heard = |view: &DiscordView| {
                (view.counters.identified > identified && view.counters.connections_open > 0).then_some(())
            };
            server.wait_for(PATIENCE, heard).await.map_err(|_| anyhow!("the bot did not connect to Discord"))?;
        }
        Ok(())
    }

    fn config(&self) -> Config {
        self.config.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The language of the cards, as it is now.
    pub(super) fn language(&self) -> Language {
        self.config().environments.first().map(|environment| environment.language).unwrap_or_default()
    }

    /// The sentences of that language.
    pub(super) fn words(&self) -> &'static Words {
        Words::in_language(self.language())
    }

    /// Lets the cards be in another language from now on.
    pub(super) async fn speak(&self, language: Language) -> anyhow::Result<()> {
        let config = {
            let mut config = self.config.lock().unwrap_or_else(PoisonError::into_inner);
            config.environments.iter_mut().for_each(|environment| environment.language = language);
            config.clone()
        };
        if let Some(bot) = &*self.bot.lock().await {
            bot.reload(config).await?;
        }
        Ok(())
    }

    /// Where the bot serves HTTP.
    pub(super) async fn address(&self) -> anyhow::Result<SocketAddr> {
        self.bot.lock().await.as_ref().map(Hosted::address).context("the bot does not run")
    }

    /// Whether the bot runs, as far as anybody outside it knows.
    pub(super) fn is_running(&self) -> bool {
        self.running.load(Ordering::Relaxed)
    }

    /// Kills the bot.
    pub(super) async fn kill(&self) {
        let bot = self.bot.lock().await.take();
        if let Some(bot) = bot {
            bot.kill().await;
            self.running.store(false, Ordering::Relaxed);
            self.kills.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often it was killed.
    pub(super) fn kills(&self) -> usize {
        self.kills.load(Ordering::Relaxed)
    }

    /// Starts the bot again, unless it runs.
    pub(super) async fn revive(&self) -> anyhow::Result<()> {
        let mut bot = self.bot.lock().await;
        if bot.is_none() {
            let opened = self.workspace.counters().connections_opened;
            let identified = self.server.as_ref().map_or(0, |server| server.counters().identified);
            *bot = Some(Hosted::start(self.config()).await?);
            drop(bot);
            self.running.store(true, Ordering::Relaxed);
            self.connected(opened, identified).await?;
        }
        Ok(())
    }

    /// Tells what comes next, once people have read what happened.
    pub(super) async fn next(&self, text: &str) {
        next((!self.setup.shown).then_some(text), self.setup.fast).await;
    }

    /// Prints the transcript from here on.
    pub(super) fn tell(&self) -> JoinHandle<()> {
        tokio::spawn(tell(self.workspace.subscribe()))
    }

    /// Takes everything down, once what happened last has been told.
    pub(super) async fn stop(self, telling: JoinHandle<()>) {
        if let Some(bot) = self.bot.lock().await.take() {
            bot.stop().await;
        }
        self.strike().await;
        drop(self);
        let _ = tokio::time::timeout(Duration::from_secs(1), telling).await;
    }

    /// Takes everything down as it is.
    pub(super) async fn strike(&self) {
        if let Some(bot) = self.bot.lock().await.take() {
            bot.kill().await;
        }
        self.store.close().await;
        self.cluster.stop();
        let _ = std::fs::remove_dir_all(&self.folder.0);
    }

    /// How long people wait for something.
    fn patience(&self) -> Duration {
        if self.setup.shown { VISIT } else { PATIENCE }
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
        self.workspace.wait_for(self.patience(), open).await.map_err(|_| anyhow!("{} saw no form", who.name()))
    }

    /// Waits for a message of the bot's.
    pub(super) async fn message(&self, what: &str, is: impl Fn(&Message) -> bool) -> anyhow::Result<Arc<Message>> {
        let newest = |view: &View| view.messages.iter().rev().find(|message| message.by_bot && is(message)).cloned();
        self.workspace.wait_for(self.patience(), newest).await.map_err(|_| anyhow!("nobody saw {what}"))
    }

    /// The logs of the newest incidents, the newest first.
    pub(super) async fn logs(&self, most: usize) -> anyhow::Result<Vec<(i64, Vec<Recorded>)>> {
        let mut logs = Vec::new();
        let incidents = self.store.snapshot().await?.incidents().await?;
        for incident in incidents.iter().rev().take(most) {
            logs.push((incident.id, self.store.log(incident.id).await?));
        }
        Ok(logs)
    }

    /// Waits until the newest incident's log has something.
    pub(super) async fn logged<T>(&self, what: &str, has: impl Fn(&[Recorded]) -> Option<T>) -> anyhow::Result<T> {
        let looking = async {
            loop {
                // A store that is busy is asked again.
                let logs = self.logs(1).await.unwrap_or_default();
                if let Some(found) = logs.first().and_then(|(_, log)| has(log)) {
                    return found;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(self.patience(), looking).await.map_err(|_| anyhow!("the log does not have {what}"))
    }
}

/// A folder that nobody had before and nobody else can look into: what is there already, as a link of somebody else's, is refused.
fn fresh_folder() -> anyhow::Result<Folder> {
    // Each RandomState has keys of its own, from the system.
    let name = format!("stagerbot-demo-{:016x}", RandomState::new().hash_one(std::process::id()));
    let folder = std::env::temp_dir().join(name);
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .with_context(|| format!("{} can't be made; let TMPDIR name a folder that can be written", folder.display()))?;
    Ok(Folder(folder))
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
