//! A login's connection to its API server: TLS, credentials and the requests that are sent with them. Environments with the same
//! login share one.
//!
//! Nothing is sent twice but what only reads: a request that the server refuses for its credentials (401) is sent once more, where
//! there are others by then.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use http::{Method, Request, Response, StatusCode, Uri};
use hyper::body::{Body as _, Incoming};
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::client::Body;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use tower::BoxError;

use super::credentials::{Credential, CredentialError, Credentials};
use super::kubeconfig::context::Login;
use super::kubeconfig::files::{KubeconfigError, read};
use super::kubeconfig::print::Print;
use super::route::Route;
use super::tls::authority::{Anybody, Authorities};
use super::tls::identity::Identity;

type Http = Client<TimeoutConnector<HttpsConnector<Route>>, Body>;

/// The longest file of certificates or keys that is read, in bytes: that of all public authorities has some 300 KiB.
const LONGEST: u64 = 16 * 1024 * 1024;

const AGENT: &str = concat!("stagerbot/", env!("CARGO_PKG_VERSION"));

/// What may stand in a header's name as it is, of what an extra key of an impersonated user may be.
const IN_NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// A login's connection.
pub(super) struct Connection {
    login: Login,
    credentials: Credentials,
    headers: Vec<(HeaderName, HeaderValue)>,
    connect: Duration,
    link: RwLock<Link>,
}

/// Everything that is bound to certificates: a new one of them is a new link, with no connection or session of the old one.
#[derive(Clone)]
struct Link {
    http: Http,
    /// What the certificates' files were like when they were read.
    prints: Vec<Print>,
    /// The plugin's certificate that it shows.
    identity: Option<Arc<Identity>>,
}

impl Connection {
    /// Reads certificates and keys; nobody is asked and nothing is run yet.
    pub(super) fn new(login: Login, connect: Duration) -> Result<Self, KubeconfigError> {
        let credentials = Credentials::of(&login, &authority(&login)?).map_err(|what| of_user(&login, &what))?;
        let headers = headers(&login).map_err(|what| of_user(&login, what))?;
        let link = RwLock::new(Link::new(&login, None, connect)?);
        Ok(Self { login, credentials, headers, connect, link })
    }

    /// Whose it is.
    pub(super) fn login(&self) -> &Login {
        &self.login
    }

    /// Reads certificates and keys again whose files have changed. Where they can't be used, what was there stays.
    pub(super) fn refresh(&self) -> Result<(), KubeconfigError> {
        let prints = prints(&self.login);
        let known = self.link.read().unwrap_or_else(PoisonError::into_inner).clone();
        if prints == known.prints {
            return Ok(());
        }
        let new = Link::new(&self.login, known.identity, self.connect);
        let mut link = self.link.write().unwrap_or_else(PoisonError::into_inner);
        match new {
            Ok(new) => {
                *link = new;
                Ok(())
            }
            Err(error) => {
                // Told once for each change.
                link.prints = prints;
                Err(error)
            }
        }
    }

    /// Waits until there are credentials, as long as a plugin may take for them.
    pub(super) async fn ready(&self) -> Result<(), CredentialError> {
        self.credentials.current().await.map(|_| ())
    }

    /// Sends a request, whose URI begins with its path.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, BoxError> {
        let credential = self.credentials.current().await?;
        let (mut head, body) = request.into_parts();
        head.uri = self.uri(&head.uri)?;
        for (name, value) in &self.headers {
            head.headers.append(name, value.clone());
        }
        head.headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        let again = (head.method == Method::GET && body.is_end_stream()).then(|| head.clone());
        let response = self.with(credential.clone(), Request::from_parts(head, body)).await?;
        let Some(head) = again.filter(|_| response.status() == StatusCode::UNAUTHORIZED) else { return Ok(response) };
        match self.credentials.instead_of(credential.number).await? {
            Some(other) => self.with(other, Request::from_parts(head, Body::empty())).await,
            None => Ok(response),
        }
    }

    async fn with(&self, credential: Credential, mut request: Request<Body>) -> Result<Response<Incoming>, BoxError> {
        if let Some(header) = credential.header {
            request.headers_mut().insert(AUTHORIZATION, header);
        }
        let http = self.http(credential.identity)?;
        Ok(http.request(request).await?)
    }

    /// The client that shows this certificate.
    fn http(&self, identity: Option<Arc<Identity>>) -> Result<Http, BoxError> {
        let known = self.link.read().unwrap_or_else(PoisonError::into_inner).clone();
        let same = match (&identity, &known.identity) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() == other.is_none(),
        };
        if same {
            return Ok(known.http);
        }
        let new = Link::new(&self.login, identity, self.connect)?;
        let http = new.http.clone();
        *self.link.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(http)
    }

    fn uri(&self, relative: &Uri) -> Result<Uri, http::Error> {
        let server = &self.login.server;
        let rest = relative.path_and_query().map_or("/", PathAndQuery::as_str);
        Uri::builder()
            .scheme(server.scheme.as_str())
            .authority(server.authority())
            .path_and_query(format!("{}{rest}", server.path))
            .build()
    }
}

impl Link {
    fn new(login: &Login, identity: Option<Arc<Identity>>, connect: Duration) -> Result<Self, KubeconfigError> {
        // Before they are read: a change meanwhile is seen the next time.
        let prints = prints(login);
        let route = Route::new(login.proxy.as_ref(), connect).map_err(|what| of_cluster(login, what))?;
        let https = HttpsConnectorBuilder::new().with_tls_config(tls(login, identity.as_ref())?).https_or_http();
        let https = match login.cluster.tls_server_name.as_str() {
            "" => https,
            name => {
                let name = ServerName::try_from(name.to_owned());
                let name = name.map_err(|_| of_cluster(login, "its tls-server-name is no host name and no address"))?;
                https.with_server_name_resolver(FixedServerNameResolver::new(name))
            }
        };
        let mut connector = TimeoutConnector::new(https.enable_http1().wrap_connector(route));
        // TCP, proxy and TLS together.
        connector.set_connect_timeout(Some(connect));
        let http = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        Ok(Self { http, prints, identity })
    }
}

/// TLS with the certificates that the login has and believes. `plugin` is a certificate that a plugin gave.
fn tls(login: &Login, plugin: Option<&Arc<Identity>>) -> Result<ClientConfig, KubeconfigError> {
    let (cluster, user) = (&login.cluster, &login.user);
    let builder = super::tls::client().dangerous();
    if !login.server.is_secure() {
        return Ok(builder.with_custom_certificate_verifier(Arc::new(Anybody)).with_no_client_auth());
    }
    let authority = authority(login)?;
    let believed: Arc<dyn ServerCertVerifier> = if cluster.insecure_skip_tls_verify {
        Arc::new(Anybody)
    } else if authority.is_empty() {
        Authorities::usual()
    } else {
        Authorities::named(&authority).map_err(|what| of_cluster(login, what))?
    };
    let builder = builder.with_custom_certificate_verifier(believed);
    let certificate = data(login, "client-certificate", &user.client_certificate, &user.client_certificate_data)?;
    let identity = match plugin {
        Some(identity) => Some(identity.clone()),
        None if certificate.is_empty() => None,
        None => {
            let key = data(login, "client-key", &user.client_key, &user.client_key_data)?;
            let identity = Identity::read(&certificate, &key);
            Some(identity.map_err(|what| of_user(login, &what))?)
        }
    };
    Ok(match identity {
        Some(identity) => builder.with_client_cert_resolver(identity),
        None => builder.with_no_client_auth(),
    })
}

fn authority(login: &Login) -> Result<Vec<u8>, KubeconfigError> {
    let cluster = &login.cluster;
    if !login.server.is_secure() {
        return Ok(Vec::new());
    }
    if !cluster.certificate_authority_data.is_empty() || cluster.certificate_authority.is_empty() {
        return Ok(cluster.certificate_authority_data.clone());
    }
    let file = &cluster.certificate_authority;
    read(Path::new(file), LONGEST)
        .map_err(|error| of_cluster(login, &format!("its certificate-authority {file} can't be read: {error}")))
}

/// What stands in the kubeconfig, else in the file.
fn data(login: &Login, key: &str, file: &str, inline: &[u8]) -> Result<Vec<u8>, KubeconfigError> {
    if !inline.is_empty() || file.is_empty() {
        return Ok(inline.to_vec());
    }
    read(Path::new(file), LONGEST).map_err(|error| of_user(login, &format!("its {key} {file} can't be read: {error}")))
}

fn prints(login: &Login) -> Vec<Print> {
    let files = [&login.cluster.certificate_authority, &login.user.client_certificate, &login.user.client_key];
    files.into_iter().filter(|file| !file.is_empty()).map(|file| Print::of(Path::new(file))).collect()
}

/// Whom to act as.
fn headers(login: &Login) -> Result<Vec<(HeaderName, HeaderValue)>, &'static str> {
    let user = &login.user;
    let mut headers = Vec::new();
    let mut add = |name: &str, value: &str| {
        let unfit = "as, as-uid, as-groups or as-user-extra has a control character in it; remove it";
        let name: HeaderName = name.parse().map_err(|_| unfit)?;
        headers.push((name, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unfit)?));
        Ok::<(), &'static str>(())
    };
    if user.impersonate.is_empty() {
        return Ok(headers);
    }
    add("Impersonate-User", &user.impersonate)?;
    if !user.as_uid.is_empty() {
        add("Impersonate-Uid", &user.as_uid)?;
    }
    for group in &user.as_groups {
        add("Impersonate-Group", group)?;
    }
    for (key, values) in &user.as_user_extra {
        let name = format!("Impersonate-Extra-{}", utf8_percent_encode(key, IN_NAME));
        for value in values {
            add(&name, value)?;
        }
    }
    Ok(headers)
}

fn of_user(login: &Login, what: &str) -> KubeconfigError {
    let what = match login.user_name.as_str() {
        "" => what.to_owned(),
        name => format!("user {name}: {what}"),
    };
    KubeconfigError::Unusable { file: login.user_file.clone(), what }
}

fn of_cluster(login: &Login, what: &str) -> KubeconfigError {
    let what = format!("cluster {}: {what}", login.cluster_name);
    KubeconfigError::Unusable { file: login.cluster_file.clone(), what }
}
