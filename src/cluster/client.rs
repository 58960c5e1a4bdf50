//! What it takes to connect to an environment's cluster: where its kubeconfig is, how long things may take, and names that
//! Kubernetes would accept.

use std::path::PathBuf;
use std::time::Duration;

use super::kubeconfig::files::{KubeconfigError, Place};
use crate::causes::Cause;
use crate::incident::environment::{Environment, Topology};

/// How to reach the cluster. Neither of the first two: the bot runs inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The kubeconfig file; `None` with a context: `$KUBECONFIG`, else `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it; `None`: its current one.
    pub context: Option<String>,
    /// As kubectl finds it: without a file `$KUBECONFIG`, else `~/.kube/config`, else the cluster that this runs in.
    pub as_kubectl: bool,
}

impl Access {
    /// The kubeconfig's files; `None` for the cluster that this runs in.
    pub(super) fn place(&self) -> Option<Place> {
        match self {
            // kubectl takes an empty one for none.
            Self { kubeconfig: Some(file), .. } if !file.as_os_str().is_empty() => Some(Place::File(file.clone())),
            Self { context: None, as_kubectl: false, .. } => None,
            _ => Some(Place::usual()),
        }
    }

    /// What it is called in the log.
    pub(super) fn name(&self) -> String {
        self.place().map_or_else(|| "the service account".to_owned(), |place| place.name())
    }
}

/// How long things may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To open a connection to the API server.
    pub connect: Duration,
    /// A list or get, with its repetitions.
    pub read: Duration,
    /// What nc waits for an answer (`-w`), in whole seconds.
    pub probe_wait: Duration,
    /// What the `timeout` around the probe in the pod allows, in whole seconds.
    pub probe: Duration,
    /// How long an answer of the BBS is waited for before a verdict is drawn without it. One that comes later corrects that.
    pub answer: Duration,
    /// One exec, from its beginning to the exit code.
    pub exec: Duration,
    /// What an exec may take beyond the command's own limit: its beginning and its end.
    pub around_exec: Duration,
    /// A delete.
    pub delete: Duration,
    /// The whole observation.
    pub observation: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(5),
            // A connect is answered at once or after one lost packet (1 s); what drops packets never answers.
            probe_wait: Duration::from_secs(3),
            // The name has to be resolved first.
            probe: Duration::from_secs(4),
            // A BBS that serves answers within milliseconds; one that hangs never does (records 06 to 08).
            answer: Duration::from_secs(3),
            // A ping may take 10 s, as the Cloud Controller's own.
            exec: Duration::from_secs(15),
            around_exec: Duration::from_secs(5),
            delete: Duration::from_secs(15),
            // Under the 30 s that an observation justifies a delete.
            observation: Duration::from_secs(20),
        }
    }
}

/// Why there is no connection to a cluster, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither a kubeconfig nor a context is named, and this is no pod with a service account.
    #[error("not running inside a cluster; name a kubeconfig or a context, or run in a pod with a service account")]
    NotInCluster(#[source] Cause),
    /// There is no kubeconfig where kubectl would look for one, and this is no pod with a service account.
    #[error("there is no kubeconfig at {0}, and this is no pod with a service account; name one with --kubeconfig")]
    Nowhere(String),
    /// The kubeconfig can't be used.
    #[error(transparent)]
    Kubeconfig(#[from] KubeconfigError),
    /// A proxy that a variable names can't be used.
    #[error("{0}")]
    Variables(String),
    /// The kubeconfig's files could not be looked at.
    #[error("the kubeconfig's files could not be looked at in time")]
    Files,
    /// A name in the environment's topology that Kubernetes would not accept.
    #[error("{what} {value:?} is no such name; use a–z, 0–9 and inner dashes")]
    Name {
        /// The environment.
        environment: String,
        /// What the name is for.
        what: &'static str,
        /// The name.
        value: String,
    },
}

/// Checks every name of the environment that goes into a request or a command.
pub(super) fn check(environment: &Environment) -> Result<(), ConnectError> {
    let namespace = [("the namespace", environment.namespace.as_str())];
    let mut wrong = namespace.into_iter().find(|(_, value)| !is_label(value)).or(wrong_name(&environment.topology));
    if let Some((host, _)) = environment.database.as_ref().filter(|(host, _)| !is_host(host)) {
        wrong = Some(("the database's host", host));
    }
    match wrong {
        Some((what, value)) => {
            Err(ConnectError::Name { environment: environment.name.clone(), what, value: value.to_owned() })
        }
        None => Ok(()),
    }
}

/// The first name of a topology that Kubernetes would not accept, and what it is for.
pub(super) fn wrong_name(topology: &Topology) -> Option<(&'static str, &str)> {
    let parts = [Some(&topology.cloud_controller), Some(&topology.bbs), topology.locket.as_ref()];
    let names = parts.into_iter().flatten().flat_map(|part| {
        let sets = part.sets().map(|set| ("the StatefulSet's name", set));
        sets.chain([("the container's name", part.container.as_str())])
    });
    let service = [("the BBS Service's name", topology.bbs_service.as_str())];
    service.into_iter().chain(names).find(|(_, value)| !is_label(value))
}

/// A host name of DNS labels, or an address.
pub(super) fn is_host(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
        || host.len() <= 253 && host.split('.').all(|label| is_label(&label.to_ascii_lowercase()))
}

/// A DNS label (RFC 1123).
fn is_label(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(inner) && !name.starts_with('-') && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        let topology = Topology::preset("cfee-2").unwrap();
        Environment {
            name: "prod".into(),
            context: None,
            namespace: "cf".into(),
            topology,
            discover: None,
            database: None,
        }
    }

    #[test]
    fn names_that_are_no_names_are_refused() {
        check(&environment()).unwrap();
        for name in ["", "-e", "a b", "a;b", "$(id)", "UPPER", "a.b", &"a".repeat(64), "ä"] {
            let mut wrong = environment();
            wrong.namespace = name.into();
            check(&wrong).unwrap_err();
            let mut wrong = environment();
            wrong.topology.bbs_service = name.into();
            check(&wrong).unwrap_err();
            let mut wrong = environment();
            wrong.topology.cloud_controller.container = name.into();
            check(&wrong).unwrap_err();
        }
    }
}
