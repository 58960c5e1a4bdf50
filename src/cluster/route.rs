//! The way to a server: straight, or through a proxy. Errors on it say where on the way they happened.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::TryFutureExt as _;
use http::{HeaderValue, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::{BoxError, Service};

use super::kubeconfig::server::Address;
use super::tls::authority::Authorities;

type Tcp = HttpConnector<Resolver>;
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type Boxed<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// A host's name was not resolved.
#[derive(Debug, thiserror::Error)]
#[error("the name {name} can't be resolved")]
pub(crate) struct NameError {
    /// What was asked for.
    pub(crate) name: String,
    source: std::io::Error,
}

/// A proxy could not be reached, or did not let us through.
#[derive(Debug, thiserror::Error)]
#[error("the proxy {proxy}")]
pub(crate) struct ProxyError {
    /// Its host and port; never its login.
    pub(crate) proxy: String,
    source: BoxError,
}

/// Connects, by the way that was chosen.
#[derive(Clone)]
pub(crate) struct Route {
    way: Way,
    proxy: String,
    patience: Duration,
}

#[derive(Clone)]
enum Way {
    Straight(Tcp),
    Tunnel(Tunnel<Tcp>),
    SecureTunnel(Tunnel<HttpsConnector<Tcp>>),
    Socks(SocksV5<Tcp>),
}

impl Route {
    /// The way to a server, each address of which may take so long to connect.
    pub(crate) fn new(proxy: Option<&Address>, connect: Duration) -> Result<Self, &'static str> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect));
        // Over before the deadline of the connection as a whole: who does not answer is named.
        let patience = connect * 3 / 4;
        let Some(proxy) = proxy else { return Ok(Self { way: Way::Straight(tcp), proxy: String::new(), patience }) };
        let uri: Uri = format!("{}://{}", proxy.scheme, proxy.authority())
            .parse()
            .map_err(|_| "its proxy's address can't be used")?;
        let way = match proxy.scheme.as_str() {
            "socks5" => {
                let socks = SocksV5::new(uri, tcp);
                Way::Socks(match proxy.login.clone() {
                    Some((name, password)) => socks.with_auth(name, password),
                    None => socks,
                })
            }
            "https" => {
                let tls = super::tls::client().dangerous();
                let tls = tls.with_custom_certificate_verifier(Authorities::usual()).with_no_client_auth();
                let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
                Way::SecureTunnel(with_login(Tunnel::new(uri, https.wrap_connector(tcp)), proxy)?)
            }
            _ => Way::Tunnel(with_login(Tunnel::new(uri, tcp), proxy)?),
        };
        Ok(Self { way, proxy: proxy.authority(), patience })
    }
}

fn with_login<C>(tunnel: Tunnel<C>, proxy: &Address) -> Result<Tunnel<C>, &'static str> {
    let Some((name, password)) = &proxy.login else { return Ok(tunnel) };
    let header = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))));
    Ok(tunnel.with_auth(header.map_err(|_| "its proxy's login can't be sent")?))
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = Boxed<Stream, BoxError>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // None of them holds anything back.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting: Boxed<Stream, BoxError> = match &mut self.way {
            Way::Straight(tcp) => {
                let connecting = tcp.call(to);
                return Box::pin(async move { Ok(Stream::Http(connecting.await?)) });
            }
            Way::Tunnel(tunnel) => Box::pin(tunnel.call(to).map_ok(Stream::Http).map_err(BoxError::from)),
            Way::SecureTunnel(tunnel) => Box::pin(tunnel.call(to).map_err(BoxError::from)),
            Way::Socks(socks) => Box::pin(socks.call(to).map_ok(Stream::Http).map_err(BoxError::from)),
        };
        let (proxy, patience) = (self.proxy.clone(), self.patience);
        Box::pin(async move {
            let connected = timeout(patience, connecting).await.unwrap_or_else(|late| Err(late.into()));
            connected.map_err(|source| ProxyError { proxy, source }.into())
        })
    }
}

/// The system's resolver, whose errors name what was asked for.
#[derive(Clone)]
struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = NameError;
    type Future = Boxed<GaiAddrs, NameError>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NameError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let text = name.as_str().to_owned();
        let resolving = self.0.call(name);
        Box::pin(async move { resolving.await.map_err(|source| NameError { name: text, source }) })
    }
}

/// The proxy that this process's variables name for a server, as Go takes them: never for this machine.
pub(crate) fn by_variables(
    server: &Address,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Address>, String> {
    let either = |name: &str| {
        let lower = name.to_ascii_lowercase();
        let named = |name: &str| Some((name.to_owned(), variable(name).filter(|value| !value.is_empty())?));
        named(name).or_else(|| named(&lower))
    };
    let name = if server.is_secure() { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let Some((name, value)) = either(name).filter(|_| !server.is_loopback()) else { return Ok(None) };
    let excepted = either("NO_PROXY").map(|(_, value)| value).unwrap_or_default();
    if is_excepted(server, &excepted) {
        return Ok(None);
    }
    // The proxy looks names up in any case, which is what the h asks for.
    let value = value.strip_prefix("socks5h://").map(|rest| format!("socks5://{rest}")).unwrap_or(value);
    let with_scheme = if value.contains("://") { value } else { format!("http://{value}") };
    match Address::of_proxy(&with_scheme) {
        Ok(proxy) => Ok(Some(proxy)),
        Err(what) => Err(format!("the variable {name} {what}; mend it, or name the API server in NO_PROXY")),
    }
}

/// Whether a list of exceptions has the server, as Go reads it: by name, domain, address, network, each perhaps with a port. `.domain`
/// and `*.domain` mean what is below it alone.
fn is_excepted(server: &Address, list: &str) -> bool {
    if list.split(',').any(|entry| entry.trim() == "*") {
        return true;
    }
    let port = format!(":{}", server.port);
    let entries = list.split(',').map(str::trim).filter_map(|entry| {
        let entry = entry.strip_suffix(&port).unwrap_or(entry);
        let other_port = entry.rsplit_once(':').is_some_and(|(host, port)| {
            !host.contains(':') && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        });
        let entry = entry.strip_prefix('*').filter(|domain| domain.starts_with('.')).unwrap_or(entry);
        let itself = entry.strip_prefix('.').is_some_and(|domain| domain.eq_ignore_ascii_case(&server.host));
        (!other_port && !itself && !entry.is_empty()).then_some(entry)
    });
    let list = entries.collect::<Vec<_>>().join(",");
    let Ok(uri) = format!("{}://{}", server.scheme, server.authority()).parse::<Uri>() else { return false };
    Matcher::builder().all("http://proxy").no(list).build().intercept(&uri).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(server: &str, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let server = Address::of_server(server).unwrap_or_else(|what| panic!("{what}"));
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        by_variables(&server, value).map(|proxy| proxy.map(|proxy| format!("{}://{}", proxy.scheme, proxy.authority())))
    }

    #[test]
    fn variables_are_taken_as_go_takes_them() {
        let api = "https://api.case.example:6443";
        let http = |proxy: &str| Ok(Some(format!("http://{proxy}")));
        for (server, variables, expected) in [
            (api, &[][..], Ok(None)),
            (api, &[("HTTPS_PROXY", "http://p:1")][..], http("p:1")),
            (api, &[("https_proxy", "p:1")], http("p:1")),
            (api, &[("HTTPS_PROXY", "p:1"), ("https_proxy", "q:1")], http("p:1")),
            (api, &[("HTTP_PROXY", "p:1"), ("ALL_PROXY", "p:1")], Ok(None)),
            ("http://api.case.example", &[("HTTP_PROXY", "p:1")], http("p:1")),
            (api, &[("HTTPS_PROXY", "socks5h://p")], Ok(Some("socks5://p:1080".to_owned()))),
            ("https://127.0.0.1:1", &[("HTTPS_PROXY", "CORP\\u:pa ss@p:1")], Ok(None)),
            ("https://localhost:1", &[("HTTPS_PROXY", "p:1")], Ok(None)),
            ("https://[::1]:1", &[("HTTPS_PROXY", "p:1")], Ok(None)),
        ] {
            assert_eq!(proxy(server, variables), expected, "{server} {variables:?}");
        }
        for (list, excepted) in [
            ("api.case.example", true),
            (".case.example", true),
            ("case.example", true),
            ("*.case.example", true),
            ("*", true),
            ("example", true),
            ("other, api.case.example", true),
            ("api.case.example:6443", true),
            ("api.case.example:1", false),
            ("pi.case.example", false),
            ("10.0.0.0/8", false),
        ] {
            let found = proxy(api, &[("HTTPS_PROXY", "p:1"), ("NO_PROXY", list)]);
            assert_eq!(found.map(|proxy| proxy.is_none()), Ok(excepted), "{list}");
        }
        let straight = proxy("https://192.0.2.2:16443", &[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "other, *")]);
        assert_eq!(straight, Ok(None));
        let network = proxy("https://10.1.2.3", &[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "10.0.0.0/8")]);
        assert_eq!(network, Ok(None));
        let odd = proxy(api, &[("HTTPS_PROXY", "http://me:MAR KED@p:1")]).unwrap_err();
        assert!(odd.contains("HTTPS_PROXY") && !odd.contains("MAR"), "{odd}");
    }
}
