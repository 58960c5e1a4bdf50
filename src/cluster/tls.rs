//! TLS to API servers as Go has it, as far as rustls and ring can: which certificates are read, sent and believed.

pub(super) mod pem;
pub(super) mod certificate;
pub(super) mod identity;
pub(super) mod authority;

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};

/// The beginning of a client's TLS. It names its cryptography, whatever the process has installed or not.
pub(super) fn client() -> ConfigBuilder<ClientConfig, WantsVerifier> {
    let named = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    // It has suites for both versions, so this can't fail.
    named.with_safe_default_protocol_versions().unwrap_or_else(|_| ClientConfig::builder())
}
