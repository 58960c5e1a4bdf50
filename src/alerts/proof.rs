//! Who may hand in alerts: a bearer token, a user with a password, or a signature over the raw body. Several secrets of each kind
//! count at once, so that one can be rotated.
//!
//! What a request's head tells is judged before its body is read. Every comparison takes the same time whatever it finds.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::alerts::source::Source;
use crate::clock;
use crate::incident::phrase::Phrase;

/// The secrets that senders may present.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Bearer tokens, for every source.
    pub tokens: Vec<SecretString>,
    /// Users with their passwords, such as `alertmanager:secret`, for every source.
    pub basic: Vec<SecretString>,
    /// Keys of signatures, by the source's name. A source that has one takes signed bodies alone.
    pub signing: BTreeMap<&'static str, Vec<SecretString>>,
}

/// Why a request proves nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// Nobody could prove anything.
    #[error("alerts are not configured: set alerts.token_file or STAGERBOT__ALERTS__TOKEN")]
    NotConfigured,
    /// There is no such header, or one of another form.
    #[error("expected the header \"Authorization: Bearer <token>\"")]
    NoToken,
    /// The token is none of ours.
    #[error("the bearer token is not the one that is configured")]
    WrongToken,
    /// The user and the password are none of ours.
    #[error("the user or the password is not the one that is configured")]
    WrongPassword,
    /// There is no signature, or one of another form.
    #[error("expected the header {header} with an HMAC-SHA256 of the body in hexadecimal")]
    NoSignature {
        /// The header's name.
        header: &'static str,
    },
    /// No signature is by one of our keys over this body.
    #[error("no signature in {header} is by a key that is configured, over the body as it came")]
    WrongSignature {
        /// The header's name.
        header: &'static str,
    },
    /// The time that was signed is not now.
    #[error("the time in {header} is more than {} s from now", FRESH)]
    NotFresh {
        /// The header's name.
        header: &'static str,
    },
}

impl Unproven {
    /// Why, for others than the sender.
    pub fn phrase(&self) -> Phrase {
        let of_header = |id: &str, header: &str| Phrase::new(id).with("header", header);
        match self {
            Self::NotConfigured => Phrase::new("rejected-not-configured"),
            Self::NoToken => Phrase::new("rejected-no-token"),
            Self::WrongToken => Phrase::new("rejected-wrong-token"),
            Self::WrongPassword => Phrase::new("rejected-wrong-password"),
            Self::NoSignature { header } => of_header("rejected-no-signature", header),
            Self::WrongSignature { header } => of_header("rejected-wrong-signature", header),
            Self::NotFresh { header } => of_header("rejected-not-fresh", header).with("seconds", FRESH.to_string()),
        }
    }
}

/// How far a signed time may be from now, in seconds: a request that was kept can't be sent again later.
const FRESH: u64 = 300;
/// More signatures than these are no rotation.
const MAX_SIGNATURES: usize = 8;

/// What a request's head proves.
#[derive(Debug)]
pub enum Head {
    /// All that is needed.
    Proven,
    /// The body decides.
    Signed(Signed),
}

/// Signatures that wait for their body.
#[derive(Debug)]
pub struct Signed {
    header: &'static str,
    signatures: Vec<[u8; 32]>,
    /// What is signed before the body.
    before: Vec<u8>,
}

impl Secrets {
    /// Judges a request's head.
    pub fn head(&self, source: &Source, headers: &HeaderMap) -> Result<Head, Unproven> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let (Some(signature), Some([_, ..])) = (source.signature, self.signing.get(source.name).map(Vec::as_slice)) {
            let header = signature.header;
            let values = text(header).ok_or(Unproven::NoSignature { header })?.split(',').take(MAX_SIGNATURES);
            let signatures: Vec<[u8; 32]> = values.filter_map(|value| digest(value.trim(), signature.prefix)).collect();
            if signatures.is_empty() {
                return Err(Unproven::NoSignature { header });
            }
            let mut before = Vec::new();
            if let Some((name, at)) = signature.timestamp.and_then(|name| Some((name, text(name)?))) {
                let seconds: Option<i64> = at.trim().parse().ok();
                let fresh = |at: i64| clock::now().as_second().abs_diff(at) <= FRESH;
                if !seconds.is_some_and(fresh) {
                    return Err(Unproven::NotFresh { header: name });
                }
                before = format!("{}:", at.trim()).into_bytes();
            }
            return Ok(Head::Signed(Signed { header, signatures, before }));
        }
        if self.tokens.is_empty() && self.basic.is_empty() {
            return Err(Unproven::NotConfigured);
        }
        let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, given) = value.and_then(|value| value.split_once(' ')).ok_or(Unproven::NoToken)?;
        let given = given.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            is_one_of(given.as_bytes(), &self.tokens).then_some(Head::Proven).ok_or(Unproven::WrongToken)
        } else if scheme.eq_ignore_ascii_case("basic") && !self.basic.is_empty() {
            let given = STANDARD.decode(given).map_err(|_| Unproven::WrongPassword)?;
            is_one_of(&given, &self.basic).then_some(Head::Proven).ok_or(Unproven::WrongPassword)
        } else {
            Err(Unproven::NoToken)
        }
    }

    /// The headers by which a sender of this source proves itself; `None` where nobody could.
    pub fn present(&self, source: &Source, body: &[u8]) -> Option<Vec<(&'static str, String)>> {
        if let (Some(signature), Some(key)) =
            (source.signature, self.signing.get(source.name).and_then(|keys| keys.first()))
        {
            let (mut mac, mut headers) = (mac(key), Vec::new());
            if let Some(name) = signature.timestamp {
                let at = clock::now().as_second().to_string();
                mac.update(format!("{at}:").as_bytes());
                headers.push((name, at));
            }
            mac.update(body);
            let signed = hex::encode(mac.finalize().into_bytes());
            headers.push((signature.header, format!("{}{signed}", signature.prefix)));
            return Some(headers);
        }
        let bearer = self.tokens.first().map(|token| format!("Bearer {}", token.expose_secret()));
        let basic = || Some(format!("Basic {}", STANDARD.encode(self.basic.first()?.expose_secret())));
        Some(vec![("authorization", bearer.or_else(basic)?)])
    }

    /// Whether one of the signatures is by one of the source's keys, over the body as it came.
    pub fn body(&self, source: &Source, signed: &Signed, body: &[u8]) -> Result<(), Unproven> {
        let mut good = Choice::from(0);
        for key in self.signing.get(source.name).into_iter().flatten() {
            let mut mac = mac(key);
            mac.update(&signed.before);
            mac.update(body);
            let right = mac.finalize().into_bytes();
            for signature in &signed.signatures {
                good |= right.ct_eq(signature);
            }
        }
        if bool::from(good) { Ok(()) } else { Err(Unproven::WrongSignature { header: signed.header }) }
    }
}

fn mac(key: &SecretString) -> Hmac<Sha256> {
    Hmac::new_from_slice(key.expose_secret().as_bytes()).expect("HMAC takes a key of any length")
}

/// Compares hashes, so that neither contents nor lengths show in the time it takes, and all of them, so that no place does.
pub(crate) fn is_one_of(given: &[u8], secrets: &[SecretString]) -> bool {
    let given = Sha256::digest(given);
    let mut good = Choice::from(0);
    for secret in secrets {
        good |= given.ct_eq(&Sha256::digest(secret.expose_secret().as_bytes()));
    }
    bool::from(good)
}

fn digest(text: &str, prefix: &str) -> Option<[u8; 32]> {
    let text = text.strip_prefix(prefix).unwrap_or(text);
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}
