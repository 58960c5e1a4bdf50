//! The Kubernetes side: connect, observe, probe, delete, watch. Nothing else talks to Kubernetes.
//!
//! Every call has a deadline and never outlives it. What could not be seen is not known, with the reason; what
//! may have happened is unclear, never assumed. Nothing that comes from outside reaches a command that is run in a pod but
//! names that were checked as such, ports, and addresses that were read as such.

mod foreign;
pub mod kubeconfig;
mod tls;
mod credentials;
pub(crate) mod route;
mod connection;
pub mod error;
pub mod client;
pub mod session;
pub mod list;
mod discover;
mod events;
pub mod exec;
pub mod scripts;
mod called;
pub mod checks;
pub mod observe;
pub mod permissions;
pub mod delete;
pub mod watch;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use kube::Client;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use self::called::Told;
use self::checks::Tools;
use self::checks::late::Late;
use self::client::{Access, ConnectError, Timeouts};
use self::observe::Observer;
use self::session::{Connections, Opened, Session, WATCH_SILENCE};
use self::watch::Changes;
use crate::incident::diagnosis::diagnose;
use crate::incident::environment::{Environment, Topology};
use crate::incident::observation::{Depth, Observation, Obstacle};
use crate::incident::phrase::Phrase;
use crate::incident::transition::DeleteResult;
use crate::metrics;

/// One environment in its cluster. Cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    environment: Environment,
    timeouts: Timeouts,
    session: Arc<Session>,
    /// What is allowed in its kubeconfig, and hardly meant.
    warnings: Vec<String>,
    client: Client,
    /// For watches: it gives up on a connection that stays silent.
    watching: Client,
    permits: Arc<Semaphore>,
    newest: Newest,
    told: Told,
    late: Arc<Late>,
}

/// The topology as the newest observation has it: none before the first, and none where it could not be discovered.
#[derive(Default)]
struct Newest(Mutex<(Option<Timestamp>, Option<Topology>)>);

impl Newest {
    fn topology(&self) -> Option<Topology> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn note(&self, at: Timestamp, topology: Option<&Topology>) {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.0.is_none_or(|before| before <= at) {
            *newest = (Some(at), topology.cloned());
        }
    }
}

impl Cluster {
    /// Reads the kubeconfig and its certificates. Nothing is sent and no credential plugin is run yet: a bot starts while its
    /// clusters are down.
    pub async fn connect(
        access: &Access,
        environment: Environment,
        timeouts: Timeouts,
    ) -> Result<Cluster, ConnectError> {
        Self::connect_by(&Connections::default(), access, environment, timeouts).await
    }

    /// The same, by a connection that others have already, where they log in alike.
    pub async fn connect_by(
        connections: &Connections,
        access: &Access,
        environment: Environment,
        timeouts: Timeouts,
    ) -> Result<Cluster, ConnectError> {
        client::check(&environment)?;
        let Opened { session, warnings } = Session::open(access, connections, timeouts.connect).await?;
        let (client, watching) = (session.client(None), session.client(Some(WATCH_SILENCE)));
        let (permits, newest, told) = (Arc::new(Semaphore::new(exec::AT_ONCE)), Newest::default(), Told::default());
        let late = Arc::default();
        let inner = Inner { environment, timeouts, session, warnings, client, watching, permits, newest, told, late };
        Ok(Self(Arc::new(inner)))
    }

    /// What is allowed in its kubeconfig, and hardly meant: a sentence each, for who starts the bot.
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    /// The environment it looks at.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// Looks at the environment. `now` becomes the observation's time; each part that can't be seen says why. It takes as long as
    /// [`Timeouts::observation`] allows, and before that as long as a credential plugin may take where one has to be run.
    pub async fn observe(&self, depth: Depth, now: Timestamp) -> Observation {
        self.look(depth, now).await.0
    }

    /// The same, with what the pods that were asked have of the tools that the scripts take.
    pub async fn look(&self, depth: Depth, now: Timestamp) -> (Observation, Vec<Tools>) {
        let Inner { environment, timeouts, session, client, permits, newest, told, late, .. } = &*self.0;
        let began = Instant::now();
        session.refresh().await;
        let (observation, tools) = match session.ready().await {
            Ok(()) => Observer { client, environment, timeouts, permits, told, late }.look(depth, now).await,
            // Everything that would be asked waits for the same.
            Err(error) => (Observation::blocked(now, Obstacle::NoCredentials, error.0), Vec::new()),
        };
        newest.note(now, observation.topology.known().map(|found| &found.topology));
        if depth == Depth::Full {
            metrics::CHECK.observe(&[("verdict", diagnose(&observation).verdict.name())], began.elapsed());
            for report in observation.probes() {
                metrics::PROBES.count(&[("outcome", report.outcome.name())]);
            }
        }
        (observation, tools)
    }

    /// Which pods play which part: as configured, or, where that is discovered, as the newest observation has it.
    fn topology(&self) -> Option<Topology> {
        let environment = &self.0.environment;
        if environment.discover.is_some() { self.0.newest.topology() } else { Some(environment.topology.clone()) }
    }

    /// Deletes the pod if it still has this UID and resource version, with its own grace period. A request is never
    /// begun once `not_after` has passed, and never repeated; nor for a pod that no restart may delete by the topology of the
    /// newest observation.
    pub async fn delete(&self, pod: &str, uid: &str, resource_version: &str, not_after: Instant) -> DeleteResult {
        let Inner { environment, timeouts, client, .. } = &*self.0;
        let Some(topology) = self.topology() else {
            let why = Phrase::new("unsent-parts-unknown").with("environment", &environment.name);
            return DeleteResult::Refused(why.into());
        };
        let request = delete::DeleteRequest { pod, uid, resource_version, not_after, topology: &topology };
        request.send(client, environment, timeouts).await
    }

    /// Starts to watch the environment's pods and the BBS Service's endpoints.
    pub fn changes(&self) -> Changes {
        let cluster = self.clone();
        Changes::start(&self.0.watching, &self.0.environment, self.0.late.subscribe(), move || cluster.topology())
    }
}
