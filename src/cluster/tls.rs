//! TLS to API servers as Go has it, as far as rustls and ring can: which certificates are read, sent and believed.

pub(super) mod pem;
pub(super) mod certificate;
pub(super) mod identity;
pub(super) mod authority;
