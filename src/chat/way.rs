//! The way to a platform: straight, or through the proxy that `HTTPS_PROXY` names and `NO_PROXY` does not except. Which one is found
//! out for each host, since a platform names further ones.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::Uri;
use rustls::CertificateError;
use tower::{BoxError, Service};

use crate::causes::Cause;
use crate::cluster::error::{find, network};
use crate::cluster::kubeconfig::server::Address;
use crate::cluster::route::{ProxyError, Route, by_variables};
use crate::incident::phrase::{Phrase, Statement};

/// Connects to a host, by the way that leads there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ways {
    /// How long each address may take to connect.
    pub(crate) connect: Duration,
}

impl Service<Uri> for Ways {
    type Response = <Route as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let route = proxy(&to).and_then(|proxy| Route::new(proxy.as_ref(), self.connect).map_err(str::to_owned));
        match route {
            Ok(mut route) => route.call(to),
            Err(what) => Box::pin(std::future::ready(Err(what.into()))),
        }
    }
}

/// The proxy on the way to an address, if there is one.
pub(in crate::chat) fn proxy(to: &Uri) -> Result<Option<Address>, String> {
    let scheme = if matches!(to.scheme_str(), Some("https" | "wss")) { "https" } else { "http" };
    let authority = to.authority().map(ToString::to_string).unwrap_or_default();
    let server =
        Address::of_server(&format!("{scheme}://{authority}")).map_err(|what| format!("its address {what}"))?;
    by_variables(&server, |name| std::env::var(name).ok())
}

/// Why nothing came of a call, in a sentence: on which way, and what is wrong there.
pub(in crate::chat) fn told(error: &(dyn Error + 'static)) -> Statement {
    let what: Statement = match find::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(reason)) => distrust(reason).into(),
        Some(rustls::Error::InvalidMessage(_)) => Phrase::new("way-no-tls").into(),
        Some(other) => Phrase::new("way-tls").with("text", Cause::new(other.to_string()).to_string()).into(),
        None => network(error),
    };
    match find::<ProxyError>(error) {
        Some(ProxyError { proxy, .. }) => {
            let proxy = Phrase::new("way-proxy").with("proxy", proxy);
            Phrase::new("way-by-proxy").with("proxy", proxy).with("why", what).into()
        }
        None => what,
    }
}

fn distrust(reason: &CertificateError) -> Phrase {
    match reason {
        CertificateError::UnknownIssuer => Phrase::new("distrust-authority-not-here"),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Phrase::new("distrust-expired"),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Phrase::new("distrust-name")
        }
        other => Phrase::new("distrust-other").with("text", Cause::new(other.to_string()).to_string()),
    }
}
