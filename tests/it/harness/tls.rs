//! TLS before a simulated API server: certificates that are made anew for each test, and a server that passes on what it decrypts.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

/// What stands before every path, as in front of a cluster behind Rancher. It is taken away before a request is passed on.
pub(crate) const PREFIX: &str = "/k8s/clusters/c-1";

/// An authority and its key.
pub(crate) struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A server's certificate and its key.
pub(crate) struct Leaf {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    /// One that is valid until the year 4096, or has expired.
    pub(crate) fn new(name: &str, expired: bool) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params(name, &[], expired);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A server's certificate for these names.
    pub(crate) fn signs(&self, names: &[&str], expired: bool) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let mut params = params("server", names, expired);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Leaf { certificate: params.signed_by(&key, &self.issuer).unwrap(), key }
    }
}

impl Leaf {
    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(crate) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }
}

fn params(name: &str, names: &[&str], expired: bool) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(SerialNumber::from(fastrand::u64(1..)));
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(if expired { 2021 } else { 4096 }, 1, 1);
    params
}

/// A server with TLS before another one without. It ends when this is dropped.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    serving: AbortHandle,
}

impl Drop for Front {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Front {
    /// Passes everything on to a URL of plain HTTP. With `clients` only who shows one of these certificates is let in.
    pub(crate) async fn start(url: &str, leaf: &Leaf, clients: Option<Vec<CertificateDer<'static>>>) -> Self {
        let upstream: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let builder = match clients {
            Some(clients) => builder.with_client_cert_verifier(Arc::new(Clients(clients))),
            None => builder.with_no_client_auth(),
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(leaf.key.serialize_der()));
        let config = builder.with_single_cert(vec![leaf.certificate.der().clone()], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass_on(acceptor.clone(), stream, upstream));
            }
        });
        Self { address, serving: serving.abort_handle() }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}

async fn pass_on(acceptor: TlsAcceptor, stream: TcpStream, upstream: SocketAddr) {
    // Who is not let in goes away; nobody here is told.
    let Ok(secure) = acceptor.accept(stream).await else { return };
    let Ok(plain) = TcpStream::connect(upstream).await else { return };
    let (mut from_client, mut to_client) = tokio::io::split(secure);
    let (mut from_server, mut to_server) = plain.into_split();
    let asking = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
            // A head comes in one piece.
            let asked = match std::str::from_utf8(&buffer[..read]) {
                Ok(text) if text.contains(PREFIX) => text.replacen(PREFIX, "", 1).into_bytes(),
                _ => buffer[..read].to_vec(),
            };
            if to_server.write_all(&asked).await.is_err() {
                break;
            }
        }
        let _ = to_server.shutdown().await;
    };
    let answering = async {
        let _ = copy(&mut from_server, &mut to_client).await;
        let _ = to_client.shutdown().await;
    };
    tokio::join!(asking, answering);
}

/// Lets in who shows one of these certificates. Whether they have its key is not looked at: ring does not know every kind.
#[derive(Debug)]
struct Clients(Vec<CertificateDer<'static>>);

impl ClientCertVerifier for Clients {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if self.0.iter().any(|known| known.as_ref() == shown.as_ref()) {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::UnknownIssuer.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        use SignatureScheme as Scheme;
        vec![
            Scheme::ECDSA_NISTP256_SHA256,
            Scheme::ECDSA_NISTP384_SHA384,
            Scheme::ECDSA_NISTP521_SHA512,
            Scheme::RSA_PSS_SHA256,
            Scheme::RSA_PSS_SHA384,
            Scheme::RSA_PSS_SHA512,
            Scheme::RSA_PKCS1_SHA256,
            Scheme::ED25519,
        ]
    }
}
