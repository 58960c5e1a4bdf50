//! One environment's way to its API server: by the connection that its kubeconfig means at present. A file that is renewed while the
//! bot runs is taken up at the next look; one that can't be used any more leaves what was known.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::Either;
use hyper::body::Incoming;
use kube::Client;
use kube::client::Body;
use tokio::time::timeout;
use tower::{BoxError, Service};
use tower_http::timeout::TimeoutBody;

use super::client::{Access, ConnectError};
use super::connection::Connection;
use super::credentials::CredentialError;
use super::kubeconfig::context::{Login, Resolved, resolve};
use super::kubeconfig::files::{KubeconfigError, Merged, Place, load};
use super::kubeconfig::model::{Cluster, User};
use super::kubeconfig::print::Print;
use super::kubeconfig::server::Address;
use super::route::by_variables;
use crate::causes::{Cause, causes};

/// How long looking after files may take: they may lie on a file system that hangs.
const FILES: Duration = Duration::from_secs(5);

/// The connections of a process, which environments share. Cheap to clone.
#[derive(Clone, Default)]
pub struct Connections(Arc<Shared>);

#[derive(Default)]
struct Shared {
    places: Mutex<HashMap<Place, Known>>,
    open: Mutex<Vec<Weak<Connection>>>,
}

/// What the files of a place said, and what they were like.
struct Known {
    prints: Vec<Print>,
    merged: Result<Arc<Merged>, KubeconfigError>,
}

impl Connections {
    /// What the files of a place say: read again only where one of them has changed.
    fn merged(&self, place: &Place) -> Result<Arc<Merged>, KubeconfigError> {
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        let prints = place.prints();
        match places.get(place) {
            Some(known) if known.prints == prints => known.merged.clone(),
            _ => {
                let merged = load(place).map(Arc::new);
                places.insert(place.clone(), Known { prints, merged: merged.clone() });
                merged
            }
        }
    }

    /// The connection of a login: the one that others have already, or a new one.
    fn connection(&self, login: Login, connect: Duration) -> Result<Arc<Connection>, KubeconfigError> {
        let found = |open: &[Weak<Connection>], login: &Login| {
            open.iter().filter_map(Weak::upgrade).find(|connection| connection.login() == login)
        };
        let lock = || self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = found(&lock(), &login);
        if let Some(connection) = known {
            connection.refresh()?;
            return Ok(connection);
        }
        let new = Arc::new(Connection::new(login, connect)?);
        let mut open = lock();
        open.retain(|connection| connection.strong_count() > 0);
        open.push(Arc::downgrade(&new));
        Ok(new)
    }
}

/// One environment's way to its API server.
pub(super) struct Session {
    access: Access,
    connections: Connections,
    connect: Duration,
    current: RwLock<Arc<Connection>>,
    /// Why the files can't be used at present, as it was logged.
    trouble: Mutex<Option<String>>,
}

/// After how many seconds the API server ends a watch, so that a dead connection is noticed soon.
pub(super) const WATCH_SECONDS: u32 = 60;

/// How long a watch may be silent: a watch's length and some. Nothing else gives up on a silent connection by itself.
pub(super) const WATCH_SILENCE: Duration = Duration::from_secs(WATCH_SECONDS as u64 + 15);

/// What opening a session found.
pub(super) struct Opened {
    pub(super) session: Arc<Session>,
    /// What is allowed, and hardly meant.
    pub(super) warnings: Vec<String>,
}

impl Session {
    /// Reads files and keys. Nobody is asked and nothing is run yet.
    pub(super) async fn open(
        access: &Access,
        connections: &Connections,
        connect: Duration,
    ) -> Result<Opened, ConnectError> {
        let (access, connections) = (access.clone(), connections.clone());
        let opening = tokio::task::spawn_blocking(move || {
            let Resolved { login, warnings, .. } = resolved(&access, &connections)?;
            let current = RwLock::new(connections.connection(login, connect)?);
            let session = Arc::new(Self { access, connections, connect, current, trouble: Mutex::default() });
            Ok(Opened { session, warnings })
        });
        timeout(FILES, opening)
            .await
            .map_or(Err(ConnectError::Files), |opened| opened.unwrap_or(Err(ConnectError::Files)))
    }

    /// Takes up what has changed in the files.
    pub(super) async fn refresh(self: &Arc<Self>) {
        let session = self.clone();
        let looking = tokio::task::spawn_blocking(move || session.look_after_files());
        if timeout(FILES, looking).await.is_err() {
            tracing::warn!("the kubeconfig's files can't be looked at in time; what they said before is used");
        }
    }

    fn look_after_files(&self) {
        let found = resolved(&self.access, &self.connections).and_then(|Resolved { login, warnings, .. }| {
            Ok((self.connections.connection(login, self.connect)?, warnings))
        });
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok((connection, warnings)) => {
                *trouble = None;
                let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
                if !Arc::ptr_eq(&connection, &current) {
                    tracing::info!(kubeconfig = self.access.name(), "the kubeconfig has changed, and is taken up");
                    for warning in warnings {
                        tracing::warn!(warning, "the kubeconfig is allowed, but hardly meant so");
                    }
                    *current = connection;
                }
            }
            Err(error) => {
                let error = causes(&error);
                if trouble.as_ref() != Some(&error) {
                    tracing::warn!(error, "the kubeconfig has changed and can't be used; what it said before is used");
                    *trouble = Some(error);
                }
            }
        }
    }

    /// Waits until there are credentials.
    pub(super) async fn ready(&self) -> Result<(), CredentialError> {
        self.current().ready().await
    }

    fn current(&self) -> Arc<Connection> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A client that sends by the connection of the moment, and gives up on an answer that stays silent for so long.
    pub(super) fn client(self: &Arc<Self>, silence: Option<Duration>) -> Client {
        Client::new(Sender { session: self.clone(), silence }, "default")
    }
}

/// Sends a client's requests.
struct Sender {
    session: Arc<Session>,
    silence: Option<Duration>,
}

type Answer = Response<Either<Incoming, TimeoutBody<Incoming>>>;

impl Service<Request<Body>> for Sender {
    type Response = Answer;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (connection, silence) = (self.session.current(), self.silence);
        Box::pin(async move {
            let sending = connection.send(request);
            match silence {
                None => Ok(sending.await?.map(Either::Left)),
                Some(silence) => {
                    let answer = timeout(silence, sending).await??;
                    Ok(answer.map(|body| Either::Right(TimeoutBody::new(silence, body))))
                }
            }
        })
    }
}

/// What an access means at present.
fn resolved(access: &Access, connections: &Connections) -> Result<Resolved, ConnectError> {
    let Some(place) = access.place() else { return in_cluster() };
    let merged = connections.merged(&place)?;
    let mut resolved = match resolve(&place, &merged, access.context.as_deref()) {
        // As kubectl: without any kubeconfig it is the cluster that this runs in.
        Err(KubeconfigError::None(looked)) if access.as_kubectl && access.context.is_none() => {
            in_cluster().map_err(|_| ConnectError::Nowhere(looked))?
        }
        resolved => resolved?,
    };
    // Not on the way to the cluster that this runs in.
    if resolved.login.proxy.is_none() {
        let value = |name: &str| env::var(name).ok();
        resolved.login.proxy = by_variables(&resolved.login.server, value).map_err(ConnectError::Variables)?;
    }
    Ok(resolved)
}

/// The namespace that an access means where none is named; empty for none.
pub fn default_namespace(connections: &Connections, access: &Access) -> Result<String, ConnectError> {
    resolved(access, connections).map(|resolved| resolved.namespace)
}

/// Where Kubernetes puts a pod's credentials.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The cluster that this pod runs in, by its service account.
fn in_cluster() -> Result<Resolved, ConnectError> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let missing = |what: &str| ConnectError::NotInCluster(Cause::new(what));
    let host = variable("KUBERNETES_SERVICE_HOST").ok_or_else(|| missing("KUBERNETES_SERVICE_HOST is not set"))?;
    let port = variable("KUBERNETES_SERVICE_PORT").ok_or_else(|| missing("KUBERNETES_SERVICE_PORT is not set"))?;
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let server = Address::of_server(&format!("https://{host}:{port}")).map_err(missing)?;
    let file = |name: &str| format!("{SERVICE_ACCOUNT}/{name}");
    let token_file = file("token");
    fs::metadata(&token_file).map_err(|error| missing(&format!("{token_file}: {error}")))?;
    let authority = Some(file("ca.crt")).filter(|file| Path::new(file).exists());
    let warnings = match authority {
        Some(_) => Vec::new(),
        None => {
            vec![format!("the service account has no {}, so this machine's authorities are believed", file("ca.crt"))]
        }
    };
    Ok(Resolved {
        context: String::new(),
        namespace: String::new(),
        warnings,
        login: Login {
            cluster_file: SERVICE_ACCOUNT.to_owned(),
            user_file: SERVICE_ACCOUNT.to_owned(),
            cluster_name: "(this pod's)".to_owned(),
            user_name: "(service account)".to_owned(),
            server,
            proxy: None,
            cluster: Cluster { certificate_authority: authority.unwrap_or_default(), ..Cluster::default() },
            user: User { token_file, ..User::default() },
        },
    })
}
