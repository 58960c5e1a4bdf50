//! Tokens that stand somewhere: in a file that is renewed, or in the kubeconfig with an end of their own.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use jiff::Timestamp;
use serde_json::Value;

use super::credential::{Credential, CredentialError, bearer};
use crate::cluster::kubeconfig::files::read;
use crate::cluster::kubeconfig::model::AuthProvider;
use crate::incident::phrase::Phrase;

/// The longest file that is read for a token, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// How long a file's token is taken for the present one: one look asks some twenty times.
const KNOWN: Duration = Duration::from_secs(1);

/// A file with a token, which is trimmed, since every editor ends a file with a line break.
pub(in crate::cluster) struct TokenFile {
    path: PathBuf,
    user: String,
    /// The kubeconfig's own token, for as long as the file has none.
    instead: Option<HeaderValue>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    credential: Option<Credential>,
    read: Option<Instant>,
    changes: u64,
}

impl TokenFile {
    pub(super) fn new(path: &str, user: &str, instead: Option<HeaderValue>) -> Self {
        Self { path: path.into(), user: user.to_owned(), instead, known: Mutex::default() }
    }

    pub(super) async fn current(self: Arc<Self>) -> Result<Credential, CredentialError> {
        let known = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let is_fresh = known.read.is_some_and(|read| read.elapsed() < KNOWN);
            known.credential.clone().filter(|_| is_fresh)
        };
        match known {
            Some(credential) => Ok(credential),
            None => self.read_again().await,
        }
    }

    /// Reads the file now. One that is gone or empty leaves what was known, as in client-go.
    pub(super) async fn read_again(self: Arc<Self>) -> Result<Credential, CredentialError> {
        let reading = tokio::task::spawn_blocking(move || self.read());
        reading.await.unwrap_or_else(|_| Err(CredentialError(Phrase::new("credentials-file-lost").into())))
    }

    fn read(&self) -> Result<Credential, CredentialError> {
        let read = read(&self.path, LONGEST).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.read = Some(Instant::now());
        let why = |what: Phrase| {
            CredentialError(what.with("user", &self.user).with("path", self.path.display().to_string()).into())
        };
        let header = match read.as_deref().map(str::trim) {
            Ok("") => Err(Phrase::new("credentials-file-empty")),
            Ok(token) => bearer(token).map_err(|_| Phrase::new("credentials-file-broken")),
            Err(error) => Err(Phrase::new("credentials-file-unreadable").with("text", error.to_string())),
        };
        let header = match (header, &known.credential) {
            (Ok(header), _) => header,
            (Err(_), Some(before)) => return Ok(before.clone()),
            (Err(what), None) => self.instead.clone().ok_or_else(|| why(what))?,
        };
        match &known.credential {
            Some(before) if before.header.as_ref() == Some(&header) => Ok(before.clone()),
            _ => {
                known.changes += 1;
                let credential = Credential { header: Some(header), identity: None, number: known.changes };
                known.credential = Some(credential.clone());
                Ok(credential)
            }
        }
    }
}

/// The token of an identity provider (OIDC): kubectl renews it and writes it into the kubeconfig, the bot does not.
pub(in crate::cluster) struct IdToken {
    user: String,
    header: HeaderValue,
    expires: Option<i64>,
}

impl IdToken {
    pub(super) fn of(provider: &AuthProvider, user: &str) -> Result<Self, String> {
        let token = provider.config.get("id-token").filter(|token| !token.is_empty());
        let token =
            token.ok_or("its auth-provider oidc has no id-token; log in with kubectl, or use an exec plugin")?;
        let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims: Value = claims
            .and_then(|claims| serde_json::from_slice(&claims).ok())
            .ok_or("the id-token of its auth-provider oidc is no JWT")?;
        Ok(Self { user: user.to_owned(), header: bearer(token)?, expires: claims["exp"].as_i64() })
    }

    pub(super) fn current(&self) -> Result<Credential, CredentialError> {
        if self.expires.is_some_and(|expires| expires <= Timestamp::now().as_second()) {
            return Err(CredentialError(Phrase::new("credentials-oidc-expired").with("user", &self.user).into()));
        }
        Ok(Credential { header: Some(self.header.clone()), ..Credential::default() })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(credential: Result<Credential, CredentialError>) -> String {
        match credential {
            Ok(credential) => credential.header.unwrap().to_str().unwrap().to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn a_file_is_trimmed_and_read_again() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("token");
        let name = path.display().to_string();
        let file = |instead| Arc::new(TokenFile::new(&name, "bot", instead));
        let token = file(None);
        assert!(text(token.clone().current().await).contains("user bot: its token file"));
        assert_eq!(text(file(bearer("inline").ok()).current().await), "Bearer inline");
        fs::write(&path, "one\n").unwrap();
        let one = token.clone().read_again().await;
        assert_eq!(text(one.clone()), "Bearer one");
        fs::write(&path, "two\r\n").unwrap();
        assert_eq!(text(token.clone().current().await), "Bearer one", "within a second");
        let two = token.clone().read_again().await;
        assert_eq!(text(two.clone()), "Bearer two");
        assert_ne!(one.map(|one| one.number).ok(), two.map(|two| two.number).ok());
        for unusable in ["", "  \n", "a\nb"] {
            fs::write(&path, unusable).unwrap();
            assert_eq!(text(token.clone().read_again().await), "Bearer two");
            assert!(text(file(None).read_again().await).starts_with("no credentials: user bot"), "{unusable:?}");
        }
    }

    #[test]
    fn an_id_token_until_it_expires() {
        let of = |token: &str| {
            let config = [("id-token".to_owned(), token.to_owned())].into();
            IdToken::of(&AuthProvider { name: "oidc".into(), config }, "me")
        };
        let jwt = |claims: &str| format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims));
        let long = jwt(r#"{"exp": 4000000000}"#);
        assert_eq!(
            text(of(&long).map_err(|why| CredentialError(why.into())).and_then(|token| token.current())),
            format!("Bearer {long}")
        );
        let expired = of(&jwt(r#"{"exp": 1000000000}"#))
            .map_err(|why| CredentialError(why.into()))
            .and_then(|token| token.current());
        assert!(text(expired).contains("user me: the id-token of its auth-provider oidc has expired"));
        assert!(of("MARKED").is_err() && of("").is_err());
    }
}
