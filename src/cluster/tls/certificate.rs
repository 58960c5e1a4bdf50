//! What a certificate says of itself: for what rustls does not look at, and for the words about what it refuses.

use rustls::pki_types::UnixTime;
use x509_cert::certificate::{CertificateInner, Raw, Version};
use x509_cert::der::asn1::{ObjectIdentifier, UintRef};
use x509_cert::der::{Decode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::ExtendedKeyUsage;

/// A certificate that was read.
pub(in crate::cluster) struct Certificate(CertificateInner<Raw>);

/// For servers, or for anything.
const SERVER_AUTH: [ObjectIdentifier; 2] =
    [ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1"), ObjectIdentifier::new_unwrap("2.5.29.37.0")];

impl Certificate {
    pub(in crate::cluster) fn read(der: &[u8]) -> Option<Self> {
        CertificateInner::from_der(der).ok().map(Self)
    }

    /// Whether it is of X.509's first or second version.
    pub(in crate::cluster) fn is_old(&self) -> bool {
        self.0.tbs_certificate().version() != Version::V3
    }

    /// Since when and until when it is valid, in seconds since 1970.
    pub(in crate::cluster) fn validity(&self) -> (u64, u64) {
        let validity = self.0.tbs_certificate().validity();
        (validity.not_before.to_unix_duration().as_secs(), validity.not_after.to_unix_duration().as_secs())
    }

    pub(in crate::cluster) fn is_valid_at(&self, now: UnixTime) -> bool {
        let (from, until) = self.validity();
        (from..=until).contains(&now.as_secs())
    }

    /// Whether it may be a server's: it says nothing about that, or says so.
    pub(in crate::cluster) fn is_for_servers(&self) -> bool {
        match self.0.tbs_certificate().get_extension::<ExtendedKeyUsage>() {
            Ok(None) => true,
            Ok(Some((_, usage))) => usage.0.iter().any(|purpose| SERVER_AUTH.contains(purpose)),
            Err(_) => false,
        }
    }

    /// Whether the other one names it as who signed it.
    pub(in crate::cluster) fn names_as_issuer(&self, other: &Self) -> bool {
        self.0.tbs_certificate().issuer() == other.0.tbs_certificate().subject()
    }

    /// The bits of its public key.
    pub(in crate::cluster) fn public_key(&self) -> &[u8] {
        self.0.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes()
    }

    /// What kind of key it is for, such as `a P-521 key`.
    pub(in crate::cluster) fn kind_of_key(&self) -> String {
        let info = self.0.tbs_certificate().subject_public_key_info();
        let curve = || info.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok();
        let curve = || curve().map(|curve| curve.to_string()).unwrap_or_default();
        match info.algorithm.oid.to_string().as_str() {
            "1.2.840.113549.1.1.1" => match rsa_bits(self.public_key()) {
                Some(bits) => format!("an RSA key of {bits} bits"),
                None => "an RSA key".to_owned(),
            },
            "1.2.840.10045.2.1" => match curve().as_str() {
                "1.2.840.10045.3.1.7" => "a P-256 key".to_owned(),
                "1.3.132.0.33" => "a P-224 key".to_owned(),
                "1.3.132.0.34" => "a P-384 key".to_owned(),
                "1.3.132.0.35" => "a P-521 key".to_owned(),
                "1.3.132.0.10" => "a secp256k1 key".to_owned(),
                other => format!("a key on the curve {other}"),
            },
            "1.3.101.112" => "an Ed25519 key".to_owned(),
            "1.3.101.113" => "an Ed448 key".to_owned(),
            "1.2.840.10040.4.1" => "a DSA key".to_owned(),
            other => format!("a key of the kind {other}"),
        }
    }
}

/// The public key inside of a `SubjectPublicKeyInfo`.
pub(in crate::cluster) fn public_key_of(info: &[u8]) -> Option<Vec<u8>> {
    let info = x509_cert::spki::SubjectPublicKeyInfoOwned::from_der(info).ok()?;
    Some(info.subject_public_key.raw_bytes().to_vec())
}

fn rsa_bits(key: &[u8]) -> Option<u32> {
    let mut reader = SliceReader::new(key).ok()?;
    let modulus = reader.sequence(|inside| {
        let modulus = UintRef::decode(inside)?;
        UintRef::decode(inside)?;
        Ok::<_, x509_cert::der::Error>(modulus)
    });
    let modulus = modulus.ok()?;
    let bytes = modulus.as_bytes();
    let first = bytes.first()?;
    Some(u32::try_from(bytes.len()).ok()? * 8 - first.leading_zeros())
}
