//! From a kubeconfig, or the pod the bot runs in, to the clients.
//!
//! Neither kube's debugging overrides (`KUBE_RS_DEBUG_*`: another server, another identity) nor its retry of every verb for
//! minutes reach a client made here.

use std::path::PathBuf;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

use super::error::{kubeconfig_cause, unmade};
use crate::causes::Cause;
use crate::incident::environment::{Environment, Topology};

/// How to reach the cluster. Neither of the two: the bot runs inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The kubeconfig file; `None` with a context: `$KUBECONFIG`, else `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it; `None`: its current one.
    pub context: Option<String>,
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
            probe_wait: Duration::from_secs(5),
            // Two addresses of 5 s each, and some.
            probe: Duration::from_secs(12),
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
    /// The kubeconfig can't be read.
    #[error("the kubeconfig {path} can't be read; check that it exists, is readable and is a kubeconfig")]
    Kubeconfig {
        /// The file, or where it was looked for.
        path: String,
        /// Why.
        source: Cause,
    },
    /// The kubeconfig is not what it should be at one place. (The parser's own words may quote a token.)
    #[error("the kubeconfig {path} can't be read: no valid YAML or no kubeconfig{place}")]
    KubeconfigSyntax {
        /// The file, or where it was looked for.
        path: String,
        /// Where in it, such as ` in line 3`.
        place: String,
    },
    /// No such context.
    #[error("the kubeconfig {path} has no context {context}; it has {known}")]
    UnknownContext {
        /// The file, or where it was looked for.
        path: String,
        /// The context named.
        context: String,
        /// The contexts there are.
        known: String,
    },
    /// The context can't be used as it is.
    #[error("the context {context} of the kubeconfig {path} can't be used: {why}")]
    UnusableContext {
        /// The file, or where it was looked for.
        path: String,
        /// The context.
        context: String,
        /// What is wrong with it.
        why: String,
    },
    /// A name in the environment's topology that Kubernetes would not accept.
    #[error("environment {environment}: {what} {value:?} is no such name; use a–z, 0–9 and inner dashes")]
    Name {
        /// The environment.
        environment: String,
        /// What the name is for.
        what: &'static str,
        /// The name.
        value: String,
    },
    /// The client can't be made.
    #[error("the Kubernetes client can't be made; check the certificates and keys of the kubeconfig")]
    Client(#[source] Cause),
}

/// One client per purpose, all made from one configuration.
#[derive(Clone)]
pub(super) struct Clients {
    /// Lists, gets and execs.
    pub(super) reading: Client,
    /// Watches: the only one that gives up on a connection that stays silent.
    pub(super) watching: Client,
    /// Deletes: repeats nothing.
    pub(super) deleting: Client,
}

const USER_AGENT: &str = concat!("stagerbot/", env!("CARGO_PKG_VERSION"));

/// After how many seconds the API server ends a watch, so that a dead connection is noticed soon.
pub(super) const WATCH_SECONDS: u32 = 60;

/// How long a watch's connection may be silent: a watch's length and some.
const WATCH_SILENCE: Duration = Duration::from_secs(WATCH_SECONDS as u64 + 15);

impl Clients {
    pub(super) async fn new(access: &Access, timeouts: &Timeouts) -> Result<Self, ConnectError> {
        let mut config = configuration(access).await?;
        // kube repeats every verb 15 times, deletes too, for many minutes.
        config.default_retry = false;
        config.connect_timeout = Some(timeouts.connect);
        // For the cluster's audit log.
        if let (Ok(name), Ok(value)) = ("user-agent".parse(), USER_AGENT.parse()) {
            config.headers.push((name, value));
        }
        let client = |config: Config| Client::try_from(config).map_err(|error| ConnectError::Client(unmade(&error)));
        let mut watching = config.clone();
        watching.read_timeout = Some(WATCH_SILENCE);
        watching.reset_reader_on_write = true;
        Ok(Self { reading: client(config.clone())?, watching: client(watching)?, deleting: client(config)? })
    }
}

async fn configuration(access: &Access) -> Result<Config, ConnectError> {
    let (path, read) = match access {
        Access { kubeconfig: None, context: None } => {
            // Variables and files that every pod has, and no contents of them.
            return Config::incluster().map_err(|error| ConnectError::NotInCluster(Cause::new(error.to_string())));
        }
        Access { kubeconfig: Some(path), .. } => (path.display().to_string(), Kubeconfig::read_from(path)),
        Access { kubeconfig: None, .. } => ("($KUBECONFIG or ~/.kube/config)".to_owned(), Kubeconfig::read()),
    };
    let kubeconfig = read.map_err(|error| unreadable(&path, error))?;
    let context = context_of(&kubeconfig, access.context.as_deref(), &path)?;
    let options = KubeConfigOptions { context: Some(context.clone()), ..Default::default() };
    let proxied = proxy_of(&kubeconfig, &context);
    let unusable = |why: String| ConnectError::UnusableContext { path: path.clone(), context: context.clone(), why };
    if proxied {
        return Err(unusable("it goes through a proxy (proxy-url), which is not supported".to_owned()));
    }
    if let Some(user) = missing_user(&kubeconfig, &context) {
        return Err(unusable(format!("there is no user {user}")));
    }
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let mut config = config.map_err(|error| unusable(kubeconfig_cause(&error).to_string()))?;
    // From HTTPS_PROXY in the process's environment, which is not meant for the API server.
    config.proxy_url = None;
    Ok(config)
}

fn unreadable(path: &str, error: KubeconfigError) -> ConnectError {
    let path = path.to_owned();
    match error {
        KubeconfigError::Parse(cause) => {
            let place = cause.location().map(|at| format!(" in line {}", at.line())).unwrap_or_default();
            ConnectError::KubeconfigSyntax { path, place }
        }
        error => ConnectError::Kubeconfig { path, source: kubeconfig_cause(&error) },
    }
}

/// The context's name, if there is such a context.
fn context_of(kubeconfig: &Kubeconfig, wanted: Option<&str>, path: &str) -> Result<String, ConnectError> {
    let context = wanted.or(kubeconfig.current_context.as_deref()).unwrap_or("(no current context)");
    if kubeconfig.contexts.iter().any(|named| named.name == context) {
        return Ok(context.to_owned());
    }
    let known: Vec<&str> = kubeconfig.contexts.iter().map(|named| named.name.as_str()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(ConnectError::UnknownContext { path: path.to_owned(), context: context.to_owned(), known })
}

fn named<'a>(kubeconfig: &'a Kubeconfig, context: &str) -> Option<&'a kube::config::Context> {
    kubeconfig.contexts.iter().find(|named| named.name == context)?.context.as_ref()
}

fn proxy_of(kubeconfig: &Kubeconfig, context: &str) -> bool {
    let cluster = named(kubeconfig, context).map(|context| &context.cluster);
    let cluster = kubeconfig.clusters.iter().find(|named| Some(&named.name) == cluster);
    let proxy = cluster.and_then(|named| named.cluster.as_ref()?.proxy_url.as_deref());
    proxy.is_some_and(|proxy| !proxy.is_empty())
}

/// The user that the context names and the kubeconfig lacks: kube would go on as nobody.
fn missing_user(kubeconfig: &Kubeconfig, context: &str) -> Option<String> {
    let user = named(kubeconfig, context)?.user.clone().filter(|user| !user.is_empty())?;
    let known = kubeconfig.auth_infos.iter().any(|named| named.name == user);
    (!known).then_some(user)
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
    use std::io::Write as _;

    use super::*;

    const KUBECONFIG: &str = "
apiVersion: v1
kind: Config
clusters:
- {name: here, cluster: {server: 'http://127.0.0.1:1'}}
- {name: behind, cluster: {server: 'http://127.0.0.1:1', proxy-url: 'http://proxy:3128'}}
users:
- {name: me, user: {token: secret-token}}
contexts:
- {name: good, context: {cluster: here, user: me}}
- {name: proxied, context: {cluster: behind, user: me}}
- {name: nobody, context: {cluster: here, user: somebody}}
- {name: nowhere, context: {cluster: gone, user: me}}
";

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

    async fn connect(text: &str, context: &str) -> Result<(), String> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let access = Access { kubeconfig: Some(file.path().into()), context: Some(context.into()) };
        let result = Clients::new(&access, &Timeouts::default()).await;
        let path = file.path().display().to_string();
        result.map(|_| ()).map_err(|error| error.to_string().replace(&path, "FILE"))
    }

    #[tokio::test]
    async fn a_context_that_cannot_be_used_says_why() {
        let refused = "the context";
        for (context, message) in [
            ("good", None),
            ("goode", Some("the kubeconfig FILE has no context goode; it has good, proxied, nobody, nowhere")),
            (
                "proxied",
                Some(
                    "the context proxied of the kubeconfig FILE can't be used: it goes through a proxy (proxy-url), \
                     which is not supported",
                ),
            ),
            ("nobody", Some("the context nobody of the kubeconfig FILE can't be used: there is no user somebody")),
        ] {
            assert_eq!(connect(KUBECONFIG, context).await.err().as_deref(), message, "{context}");
        }
        assert!(connect(KUBECONFIG, "nowhere").await.unwrap_err().starts_with(refused));
    }

    #[tokio::test]
    async fn what_is_no_kubeconfig_is_not_quoted() {
        let error = connect("users: [{name: me, user: {token: [secret-token}]", "good").await.unwrap_err();
        assert!(error.starts_with("the kubeconfig FILE can't be read"), "{error}");
        assert!(!error.contains("secret"), "{error}");
        let missing = Access { kubeconfig: Some("/nonexistent/kubeconfig".into()), context: None };
        let error = Clients::new(&missing, &Timeouts::default()).await.err().unwrap();
        assert!(matches!(error, ConnectError::Kubeconfig { .. }), "{error}");
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
