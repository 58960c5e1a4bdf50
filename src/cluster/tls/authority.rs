//! Which servers are believed.
//!
//! Beyond what rustls does, as Go has it: a server's certificate that is itself named as an authority is believed, whoever signed
//! it; an authority is believed only while it is valid itself. And what is refused says why in a way that an operator can mend.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};

use super::certificate::Certificate;
use super::pem;

/// Why a server is not believed, where rustls has no word for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::cluster) enum Disbelief {
    /// The authority that signed it is not valid now.
    #[error("the authority that signed it is not valid any more, or not yet")]
    Authority,
    /// Its certificate is too old for the TLS library.
    #[error("it is of X.509 version 1, which the TLS library does not know; renew it as version 3")]
    Old,
    /// Its key is of a kind that the TLS library does not know.
    #[error("it is for {0}, which the TLS library does not know; renew it with an RSA, P-256 or P-384 key")]
    KindOfKey(String),
}

/// Believes who is signed by one of some authorities, or by one of those that this machine believes.
pub(in crate::cluster) struct Authorities {
    named: Vec<Authority>,
    /// Those of this machine, where none is named.
    usual: Option<Arc<RootCertStore>>,
    algorithms: WebPkiSupportedAlgorithms,
}

struct Authority {
    der: CertificateDer<'static>,
    read: Option<Certificate>,
}

impl Authorities {
    /// Those of a PEM file: what is no certificate in it is passed over, unless there is nothing else.
    pub(in crate::cluster) fn named(data: &[u8]) -> Result<Arc<Self>, &'static str> {
        let believable = |der: &CertificateDer<'static>| RootCertStore::empty().add(der.clone()).is_ok();
        let named: Vec<Authority> = pem::certificates(data)
            .into_iter()
            .map(CertificateDer::from)
            .filter(believable)
            .map(|der| Authority { read: Certificate::read(&der), der })
            .collect();
        if named.is_empty() {
            return Err("its certificate authority is no PEM certificate");
        }
        Ok(Arc::new(Self { named, usual: None, algorithms: algorithms() }))
    }

    /// Those of this machine.
    pub(in crate::cluster) fn usual() -> Arc<Self> {
        static USUAL: OnceLock<Arc<RootCertStore>> = OnceLock::new();
        let usual = USUAL.get_or_init(|| {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            Arc::new(roots)
        });
        Arc::new(Self { named: Vec::new(), usual: Some(usual.clone()), algorithms: algorithms() })
    }

    fn verify(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let read = Certificate::read(server);
        if read.as_ref().is_some_and(Certificate::is_old) {
            return Err(disbelief(Disbelief::Old));
        }
        let parsed = ParsedCertificate::try_from(server)?;
        if let Some(itself) = self.named.iter().find(|authority| authority.der.as_ref() == server.as_ref()) {
            check_itself(itself.read.as_ref().or(read.as_ref()), now)?;
        } else {
            let roots = match &self.usual {
                Some(usual) => usual.clone(),
                None => Arc::new(self.valid_at(now)),
            };
            let signed =
                verify_server_cert_signed_by_trust_anchor(&parsed, &roots, intermediates, now, self.algorithms.all);
            signed.map_err(|error| self.better(error, read.as_ref(), intermediates, now))?;
        }
        verify_server_name(&parsed, name)
    }

    fn valid_at(&self, now: UnixTime) -> RootCertStore {
        let valid = |authority: &&Authority| authority.read.as_ref().is_none_or(|read| read.is_valid_at(now));
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.named.iter().filter(valid).map(|authority| authority.der.clone()));
        roots
    }

    /// Says of an unknown authority where it is known and not valid, and of an algorithm which key it is about.
    fn better(
        &self,
        error: Error,
        server: Option<&Certificate>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Error {
        let Error::InvalidCertificate(reason) = &error else { return error };
        let Some(server) = server else { return error };
        match reason {
            CertificateError::UnknownIssuer => {
                let invalid = self.named.iter().filter_map(|authority| authority.read.as_ref());
                let invalid: Vec<&Certificate> = invalid.filter(|read| !read.is_valid_at(now)).collect();
                let shown: Vec<Certificate> = intermediates.iter().filter_map(|der| Certificate::read(der)).collect();
                let mut links = shown.iter().chain([server]);
                if links.any(|link| invalid.iter().any(|authority| link.names_as_issuer(authority))) {
                    return disbelief(Disbelief::Authority);
                }
                error
            }
            CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmContext { .. } => {
                disbelief(Disbelief::KindOfKey(server.kind_of_key()))
            }
            _ => error,
        }
    }
}

/// Go believes a certificate that is an authority itself, if it is valid and may be a server's.
fn check_itself(certificate: Option<&Certificate>, now: UnixTime) -> Result<(), Error> {
    let Some(certificate) = certificate else { return Err(CertificateError::BadEncoding.into()) };
    let (from, until) = certificate.validity();
    let seconds = |seconds| UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    if now.as_secs() < from {
        return Err(CertificateError::NotValidYetContext { time: now, not_before: seconds(from) }.into());
    }
    if now.as_secs() > until {
        return Err(CertificateError::ExpiredContext { time: now, not_after: seconds(until) }.into());
    }
    if certificate.is_for_servers() { Ok(()) } else { Err(CertificateError::InvalidPurpose.into()) }
}

fn disbelief(why: Disbelief) -> Error {
    CertificateError::Other(OtherError(Arc::new(why))).into()
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    ring::default_provider().signature_verification_algorithms
}

impl ServerCertVerifier for Authorities {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verify(server, intermediates, name, now).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorities").field("named", &self.named.len()).finish_non_exhaustive()
    }
}

/// Believes everybody, where the kubeconfig says so (`insecure-skip-tls-verify`): who can pose as the server with a certificate
/// of their own has its key, too, so that nothing is verified at all.
#[derive(Debug)]
pub(in crate::cluster) struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _server: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _stapled: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        use SignatureScheme::{
            ECDSA_NISTP256_SHA256, ECDSA_NISTP384_SHA384, ECDSA_NISTP521_SHA512, ED448, ED25519, RSA_PKCS1_SHA256,
            RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
        };
        [
            [ECDSA_NISTP256_SHA256, ECDSA_NISTP384_SHA384, ECDSA_NISTP521_SHA512].as_slice(),
            &[RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, ED25519, ED448],
            &[RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512],
        ]
        .concat()
    }
}
