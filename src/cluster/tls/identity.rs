//! The certificate that a client shows, and its key.

use std::fmt;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use rustls::sign::{CertifiedKey, SigningKey};

use super::certificate::{Certificate, public_key_of};
use super::pem;

/// Shows one certificate to every server that asks for any, whomever it would believe: as kubectl does, so that it is the
/// server that refuses it. Its version does not matter, since nobody here verifies it.
pub(in crate::cluster) struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// Reads a certificate, with those that it is signed by, and its key: what is wrong is told without repeating any of it.
    pub(in crate::cluster) fn read(certificate: &[u8], key: &[u8]) -> Result<Arc<Self>, String> {
        let chain: Vec<CertificateDer<'static>> = pem::certificates(certificate).into_iter().map(Into::into).collect();
        let first = chain.first().ok_or("its client certificate is no PEM certificate")?;
        let leaf = Certificate::read(first).ok_or("its client certificate can't be read")?;
        let signing = signing_key(key, &leaf)?;
        let public = signing.public_key().and_then(|info| public_key_of(&info));
        if public.is_some_and(|public| public != leaf.public_key()) {
            return Err("its client key does not belong to its client certificate".to_owned());
        }
        Ok(Arc::new(Self(Arc::new(CertifiedKey::new(chain, signing)))))
    }
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _believed: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// The first key of the file. As in Go its encoding is found out by trying, whatever its label says.
fn signing_key(data: &[u8], leaf: &Certificate) -> Result<Arc<dyn SigningKey>, String> {
    let mut blocks = pem::blocks(data).into_iter();
    let key = blocks
        .find(|block| block.label == "PRIVATE KEY" || block.label.ends_with(" PRIVATE KEY"))
        .ok_or("its client key is no PEM private key")?;
    if key.label.starts_with("ENCRYPTED ") || key.has_headers {
        return Err("its client key is encrypted; decrypt it, such as with `openssl pkey`".to_owned());
    }
    let forms: [PrivateKeyDer<'static>; 3] = [
        PrivatePkcs8KeyDer::from(key.der.clone()).into(),
        PrivatePkcs1KeyDer::from(key.der.clone()).into(),
        PrivateSec1KeyDer::from(key.der).into(),
    ];
    let known = forms.iter().find_map(|form| any_supported_type(form).ok());
    known.ok_or_else(|| {
        format!(
            "its client key can't be used: its certificate is for {}, and the bot knows RSA keys of 2048 to 8192 bits, P-256, \
             P-384 and Ed25519",
            leaf.kind_of_key()
        )
    })
}
