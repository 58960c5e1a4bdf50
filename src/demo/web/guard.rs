//! Who gets in: a browser on this machine that was given the whole address. Another site's page is kept out, whatever it calls us or has
//! a browser send, and so is whoever does not know the token.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::anyhow;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// What the page may load and who may show it: its own files, and nobody.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the address has to be, and its token.
pub(super) struct Guard {
    /// By which hosts a browser may call us: other names that lead here are another site's.
    hosts: [String; 2],
    token: String,
}

impl Guard {
    /// A guard with a new token.
    pub(super) fn new(address: SocketAddr) -> anyhow::Result<Self> {
        let mut bytes = [0_u8; 16];
        let random = rustls::crypto::ring::default_provider().secure_random;
        random.fill(&mut bytes).map_err(|_| anyhow!("the system has no random numbers"))?;
        let hosts = [format!("127.0.0.1:{}", address.port()), format!("localhost:{}", address.port())];
        Ok(Self { hosts, token: hex::encode(bytes) })
    }

    /// The first part of every path.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The page's address.
    pub(super) fn address(&self) -> String {
        format!("http://{}/{}/", self.hosts[0], self.token)
    }

    fn lets_in(&self, method: &Method, headers: &HeaderMap) -> bool {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let is_ours = |host: &str| self.hosts.iter().any(|ours| ours == host);
        let host = text(HOST).is_some_and(is_ours);
        let origin = match text(ORIGIN) {
            Some(origin) => origin.strip_prefix("http://").is_some_and(is_ours),
            // Browsers say it with everything but a plain GET.
            None => method == Method::GET,
        };
        host && origin
    }
}

/// Lets nobody past who is not to come in.
pub(super) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if !guard.lets_in(request.method(), request.headers()) {
        return (StatusCode::FORBIDDEN, "This page is for browsers on this machine, by its own address.")
            .into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What everybody is told who does not know the token.
pub(super) async fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "The playground's address has a token: take it from the terminal.").into_response()
}
