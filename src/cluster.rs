//! The Kubernetes side: connect, observe, probe, delete, watch. Nothing else talks to Kubernetes.
//!
//! Every call has a deadline and never outlives it. What could not be seen is not known, with the reason; what
//! may have happened is unclear, never assumed. Nothing that comes from outside reaches a command that is run in a pod:
//! host and port are the environment's, and [`Cluster::connect`] has checked them.

pub mod answer;
pub mod connect;
pub mod summary;
pub mod exec;
pub mod probe;
pub mod observe;
pub mod delete;
pub mod watch;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;

use self::connect::{Access, Clients, ConnectError, Timeouts};
use self::observe::Observer;
use self::watch::Changes;
use crate::incident::carry_out::DeleteResult;
use crate::incident::environment::Environment;
use crate::incident::observation::{Depth, Observation};

/// One environment in its cluster. Cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    environment: Environment,
    timeouts: Timeouts,
    clients: Clients,
}

impl Cluster {
    /// Reads the credentials and makes the clients. Nothing is sent yet: a bot starts while its clusters are down.
    pub async fn connect(
        access: &Access,
        environment: Environment,
        timeouts: Timeouts,
    ) -> Result<Cluster, ConnectError> {
        connect::check(&environment)?;
        let clients = Clients::new(access, &timeouts).await?;
        Ok(Self(Arc::new(Inner { environment, timeouts, clients })))
    }

    /// The environment it looks at.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// Looks at the environment. `now` becomes the observation's time; each part that can't be seen says why.
    pub async fn observe(&self, depth: Depth, now: Timestamp) -> Observation {
        let Inner { environment, timeouts, clients } = &*self.0;
        Observer { client: &clients.reading, environment, timeouts }.observe(depth, now).await
    }

    /// Deletes the pod if it still has this UID and resource version, with its own grace period. A request is never
    /// begun once `not_after` has passed, and never repeated.
    pub async fn delete(&self, pod: &str, uid: &str, resource_version: &str, not_after: Instant) -> DeleteResult {
        let Inner { environment, timeouts, clients } = &*self.0;
        let order = delete::Order { pod, uid, resource_version, not_after };
        order.carry_out(&clients.deleting, environment, timeouts).await
    }

    /// Starts to watch the environment's pods and the BBS Service's endpoints.
    pub fn changes(&self) -> Changes {
        Changes::start(&self.0.clients.watching, &self.0.environment)
    }
}
