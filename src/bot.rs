//! Wiring: from a configuration to a running bot. The same for `serve`, the demo and the tests.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::FutureExt;
use futures::future::try_join_all;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::alerts::matching::Matching;
use crate::alerts::{self, Intake};
use crate::causes::causes;
use crate::chat::closed::{Channel, ClosedChannels};
use crate::chat::late::Late;
use crate::chat::message_trigger::MessageTriggers;
use crate::chat::platforms;
use crate::chat::{self, Chat, ChatError};
use crate::cluster::Cluster;
use crate::cluster::client::{Access, ConnectError, Timeouts};
use crate::cluster::session::Connections;
use crate::config::{CheckSettings, Config, EnvironmentSettings, IncidentSettings};
use crate::engine::Engine;
use crate::engine::announce::sending::tell_unknown;
use crate::engine::home::{Home, Rules};
use crate::engine::painter::tell_missing;
use crate::inbox::Inbox;
use crate::incident::account::Platform;
use crate::incident_page::{self, Pages};
use crate::metrics;
use crate::server::{self, Part};
use crate::store::{Store, StoreError};
use crate::vitals::Vitals;
use crate::watch::{Settings as WatchSettings, Watched, keep_watching};
use crate::words::Words;

/// A running bot.
pub struct Bot {
    address: SocketAddr,
    health_address: SocketAddr,
    chats: Vec<Arc<dyn Chat>>,
    /// To clusters, which environments share.
    connections: Connections,
    rules: watch::Sender<Rules>,
    matching: watch::Sender<Arc<Matching>>,
    watched: watch::Sender<Watched>,
    /// Where the environments are at home.
    channels: watch::Sender<Vec<Channel>>,
    /// What it goes by now.
    config: Mutex<Config>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Why the bot does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store can't be used.
    #[error("the store {url} can't be used")]
    Store {
        /// The store's URL, without its password.
        url: String,
        /// The error that caused it.
        source: StoreError,
    },
    /// An environment's cluster can't be reached by its configuration.
    #[error("environment {environment}")]
    Cluster {
        /// The environment's name.
        environment: String,
        /// The error that caused it.
        source: ConnectError,
    },
    /// A chat platform refuses.
    #[error("{platform}")]
    Chat {
        /// The platform.
        platform: Platform,
        /// The error that caused it.
        source: ChatError,
    },
    /// The address is taken, or not ours.
    #[error("nothing can be served at {address}")]
    Listen {
        /// The address, as configured.
        address: SocketAddr,
        /// The error that caused it.
        source: std::io::Error,
    },
}

/// How long everything may take to end: inside Kubernetes' 30 s between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_secs(20);
/// How long a chat platform that can't be reached is tried before the start goes on without it.
const SOON: Duration = Duration::from_secs(5);
/// The same where the platform calls the bot. Then the start ends, and Kubernetes starts it again.
const CONNECTING: Duration = Duration::from_secs(30);

impl Bot {
    /// Starts everything. A fault that only an operator can mend is reported now and by name.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        for warning in &config.warnings {
            tracing::warn!(warning, "the configuration is allowed, but hardly meant so");
        }
        Words::install(&config.style);
        metrics::install();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        // A start that fails or is given up ends what it began.
        let begun = stop.clone().drop_guard();
        // The process lives from here on, whatever it has to wait for.
        let parts = Arc::new(OnceLock::new());
        let ready = readiness(Arc::clone(&parts));
        let (app, later) = server::starting(Arc::clone(&ready), config.server.health_listen.is_none());
        let (listener, address) = listen(config.server.listen).await?;
        tasks.spawn(server::serve(listener, app, stop.clone()));
        let mut health_address = address;
        if let Some(wanted) = config.server.health_listen {
            let (listener, address) = listen(wanted).await?;
            health_address = address;
            tasks.spawn(server::serve(listener, server::health(Arc::clone(&ready)), stop.clone()));
        }

        let store_error = |source| StartError::Store { url: config.store.url.clone(), source };
        let store = Store::connect(&config.store).await.map_err(store_error)?;
        let (mut homes, connections) = (Vec::new(), Connections::default());
        for settings in &config.environments {
            homes.push(home(&connections, settings, config.checks).await?);
        }
        let inbox = Inbox::new(store.clone());
        let chats = try_join_all(config.chats.iter().map(connect_chat)).await?;

        let matching = watch::Sender::new(Arc::new(config.matching()));
        let intake = Intake { settings: config.alerts.clone(), matching: matching.subscribe(), inbox: inbox.clone() };
        let routes = chats.iter().fold(alerts::router(intake), |routes, chat| routes.merge(chat.routes(&inbox)));
        let (known_homes, rules) = (channels(&homes), rules(&config, homes.clone()));
        let rules = watch::Sender::new(rules);
        let tokens = config.incidents.page_tokens.clone();
        let pages = Pages { tokens, store: store.clone(), rules: rules.subscribe() };
        let routes = routes.merge(incident_page::router(pages));
        // It starts once.
        let closed = Arc::new(ClosedChannels::default());
        let _ = parts.set((store.clone(), chats.clone(), Arc::clone(&closed)));
        later.set(server::app(routes, ready));
        let watched = watch::Sender::new(watched(&homes, config.watch));
        tasks.spawn(keep_watching(watched.subscribe(), store.clone(), inbox.clone(), stop.clone()));
        let channels = watch::Sender::new(known_homes.clone());
        tasks.spawn(Arc::clone(&closed).keep_looking(chats.clone(), channels.subscribe(), stop.clone()));
        let engine = Engine::new(store.clone(), inbox.clone(), rules.subscribe(), chats.clone(), closed);
        let (turns, heartbeat) = (engine.turns(), config.heartbeat.clone());
        let vitals = Vitals { store: store.clone(), chats: chats.clone(), turns, heartbeat };
        tasks.spawn(vitals.keep_looking(stop.clone()));
        tasks.spawn(engine.run(stop.clone()));
        tasks.spawn(inbox.rejected().clone().keep_telling(stop.clone()));
        tasks.spawn(store.clone().run_erasing(stop.clone()));
        tasks.spawn(store.run_pruning(config.store.keep, stop.clone()));
        for chat in &chats {
            let (chat, inbox, stop) = (Arc::clone(chat), inbox.clone(), stop.clone());
            tasks.spawn(async move {
                if let Err(error) = chat.listen(inbox, stop).await {
                    tracing::error!(platform = %chat.platform(), error = %causes(&error), "stopped listening; not ready any more");
                }
            });
        }
        let (known, policy) = (chats.clone(), config.policy.clone());
        let asking = stop.clone();
        tasks.spawn(async move {
            let _ = asking.run_until_cancelled(Box::pin(tell_unknown(&known, &policy))).await;
        });
        if config.incidents.pictures {
            let asking = stop.clone();
            let homes = known_homes.into_iter().filter_map(|(platform, channel)| {
                let chat = chats.iter().find(|chat| chat.platform() == platform)?;
                Some((Arc::clone(chat), channel))
            });
            let homes = homes.collect();
            tasks.spawn(async move {
                let _ = asking.run_until_cancelled(Box::pin(tell_missing(homes))).await;
            });
        }
        tasks.close();
        begun.disarm();
        tracing::info!(%address, environments = config.environments.len(), "started");
        Ok(Self {
            address,
            health_address,
            chats,
            connections,
            rules,
            matching,
            watched,
            channels,
            config: Mutex::new(config),
            stop,
            tasks,
        })
    }

    /// Where HTTP is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where `/healthz`, `/readyz` and `/metrics` are served: beside the rest, or by themselves.
    pub fn health_address(&self) -> SocketAddr {
        self.health_address
    }

    /// Goes by this configuration's people, limits, environments and rules about alerts from now on. Connections are kept, those
    /// to the clusters of environments that did not change among them. Whatever is decided from now on is decided by it, also
    /// about requests that wait. Returns the sections that take a new start to count.
    pub async fn reload(&self, new: Config) -> Result<Vec<&'static str>, StartError> {
        let mut old = self.config.lock().await;
        let known = Arc::clone(&self.rules.borrow().homes);
        let mut homes = Vec::new();
        for settings in &new.environments {
            let same = old.checks == new.checks && old.environments.contains(settings);
            match known.get(&settings.environment.name).filter(|_| same) {
                Some(home) => homes.push(home.clone()),
                None => homes.push(home(&self.connections, settings, new.checks).await?),
            }
        }
        for warning in &new.warnings {
            tracing::warn!(warning, "the configuration is allowed, but hardly meant so");
        }
        for chat in &self.chats {
            let triggers = new.chat(chat.platform()).and_then(platforms::Settings::triggers);
            chat.set_triggers(triggers.unwrap_or(&MessageTriggers::default()));
        }
        self.matching.send_replace(Arc::new(new.matching()));
        self.watched.send_replace(watched(&homes, new.watch));
        self.channels.send_replace(channels(&homes));
        self.rules.send_replace(rules(&new, homes));
        let left = old.left_for_a_start(&new);
        // What takes a new start is still what it was.
        *old = Config {
            server: old.server,
            alerts: old.alerts.clone(),
            store: old.store.clone(),
            heartbeat: old.heartbeat.clone(),
            chats: old.chats.clone(),
            style: old.style.clone(),
            incidents: IncidentSettings { page_tokens: old.incidents.page_tokens.clone(), ..new.incidents },
            ..new
        };
        Ok(left)
    }

    /// Stops taking anything in, lets what is under way end, for a bounded time.
    pub async fn stop(self) {
        self.stop.cancel();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!("not everything ended in time; the next start takes it up");
        }
    }
}

/// What the engine goes by.
fn rules(config: &Config, homes: Vec<Home>) -> Rules {
    Rules::new(config.policy.clone(), homes)
        .telling(config.notify.clone(), config.pagers.clone())
        .within(config.commands)
        .drawing(config.incidents.pictures)
}

/// The channels of all environments.
fn channels(homes: &[Home]) -> Vec<Channel> {
    homes.iter().flat_map(|home| home.channels.clone()).collect()
}

fn watched(homes: &[Home], settings: WatchSettings) -> Watched {
    Watched { clusters: homes.iter().map(|home| home.cluster.clone()).collect(), settings }
}

/// How the configuration says that an environment's cluster is reached.
pub fn access(settings: &EnvironmentSettings) -> Access {
    Access { kubeconfig: settings.kubeconfig.clone(), context: settings.context.clone(), as_kubectl: false }
}

/// An environment's cluster, and how long things may take there.
pub async fn connect(
    connections: &Connections,
    access: &Access,
    settings: &EnvironmentSettings,
    checks: CheckSettings,
) -> Result<Cluster, ConnectError> {
    let wait = checks.probe_timeout.unsigned_abs();
    // Name resolution is not bounded by nc's own wait: the timeout around it leaves room for it.
    let probe = wait + Duration::from_secs(1);
    let timeouts = Timeouts { probe_wait: wait, probe, answer: wait, ..Timeouts::default() };
    Cluster::connect_by(connections, access, settings.environment.clone(), timeouts).await
}

async fn home(
    connections: &Connections,
    settings: &EnvironmentSettings,
    checks: CheckSettings,
) -> Result<Home, StartError> {
    let environment = settings.environment.name.as_str();
    let cluster = connect(connections, &access(settings), settings, checks).await;
    let cluster = cluster.map_err(|source| StartError::Cluster { environment: environment.to_owned(), source })?;
    for warning in cluster.warnings() {
        tracing::warn!(environment, warning, "the kubeconfig is allowed, but hardly meant so");
    }
    Ok(Home { cluster, channels: settings.channels.clone(), language: settings.language })
}

/// A platform that can't be reached is waited for, and then served when it can be.
async fn connect_chat(settings: &platforms::Settings) -> Result<Arc<dyn Chat>, StartError> {
    let platform = settings.platform();
    let mut pauses = chat::backoff::pauses();
    let until = Instant::now() + if settings.is_dialled() { SOON } else { CONNECTING };
    loop {
        let tried = timeout_at(until, settings.connect()).await;
        let source = match tried {
            Ok(Ok(chat)) => return Ok(chat),
            Ok(Err(source)) => source,
            Err(_) => ChatError::passing("no answer in time".to_owned()),
        };
        let pause = pauses.next().unwrap_or_default();
        let is_fatal = matches!(source, ChatError::Fatal(_));
        if !is_fatal && Instant::now() + pause < until {
            tracing::warn!(%platform, error = %causes(&source), ?pause, "a chat platform can't be reached yet");
            tokio::time::sleep(pause).await;
        } else if is_fatal || !settings.is_dialled() {
            return Err(StartError::Chat { platform, source });
        } else {
            let error = causes(&source);
            tracing::error!(%platform, error, "a chat platform can't be reached; starting without it, and trying on");
            return Ok(Arc::new(Late::new(settings.clone())));
        }
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let error = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(error)?;
    let address = listener.local_addr().map_err(error)?;
    Ok((listener, address))
}

/// What there is to be ready, once the start is over.
type Started = OnceLock<(Store, Vec<Arc<dyn Chat>>, Arc<ClosedChannels>)>;

fn readiness(started: Arc<Started>) -> server::Ready {
    Arc::new(move || {
        let started = Arc::clone(&started);
        async move {
            let Some((store, chats, closed)) = started.get() else {
                return vec![("start".to_owned(), Part::NotReady("not over yet".to_owned()))];
            };
            let stored = store.ping().await.map_or_else(|error| Part::NotReady(causes(&error)), |()| Part::Ready);
            let mut parts = vec![("store".to_owned(), stored)];
            // While one platform is away, people are served on the other, and alerts have to arrive.
            let away = if chats.iter().any(|chat| chat.is_listening()) { Part::Noted } else { Part::NotReady };
            for chat in chats {
                let hears = if chat.is_listening() { Part::Ready } else { away("not connected".to_owned()) };
                parts.push((chat.platform().to_string(), hears));
            }
            // Everything else works, and alerts have to arrive: it is told, and the bot is ready.
            for ((platform, channel), why) in closed.all() {
                parts.push((format!("{platform} channel {channel}"), Part::Noted(why)));
            }
            parts
        }
        .boxed()
    })
}
