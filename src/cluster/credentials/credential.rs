//! What one request is sent with, and how it is written into a header.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use crate::cluster::tls::identity::Identity;
use crate::incident::phrase::Statement;
use crate::words::Words;

/// There is nothing to log in with, and so nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Words::of(None).state(.0))]
pub(in crate::cluster) struct CredentialError(pub(in crate::cluster) Statement);

/// What one request is sent with. It can't be printed.
#[derive(Clone, Default)]
pub(in crate::cluster) struct Credential {
    /// The `Authorization` header.
    pub(in crate::cluster) header: Option<HeaderValue>,
    /// The certificate that a plugin gave.
    pub(in crate::cluster) identity: Option<Arc<Identity>>,
    /// Tells it from those before it.
    pub(in crate::cluster) number: u64,
}

/// A bearer token's header.
pub(super) fn bearer(token: &str) -> Result<HeaderValue, String> {
    header(format!("Bearer {token}")).ok_or_else(|| {
        "its token has a line break or another control character in it; remove it (in YAML, `|` keeps a line break)"
            .to_owned()
    })
}

pub(super) fn basic(name: &str, password: &str) -> Result<HeaderValue, String> {
    header(format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
        .ok_or_else(|| "its username and password can't be sent".to_owned())
}

fn header(text: String) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
