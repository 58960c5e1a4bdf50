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
pub(in crate::chat) fn told(error: &(dyn Error + 'static)) -> String {
    let through = find::<ProxyError>(error).map(|proxy| format!("{proxy}: ")).unwrap_or_default();
    let what = match find::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(reason)) => distrust(reason),
        Some(rustls::Error::InvalidMessage(_)) => "what answers there speaks no TLS".to_owned(),
        Some(other) => format!("TLS: {}", Cause::new(other.to_string())),
        None => network(error),
    };
    format!("{through}{what}")
}

fn distrust(reason: &CertificateError) -> String {
    match reason {
        CertificateError::UnknownIssuer => {
            "its certificate is signed by an authority that is not known here; where a company's proxy \
             signs, name that authority's file in SSL_CERT_FILE"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name".to_owned()
        }
        other => format!("its certificate can't be verified: {}", Cause::new(other.to_string())),
    }
}
