//! What a credential plugin prints: an `ExecCredential`, read as client-go reads it. Nothing of it is repeated in what is said.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::credential::bearer;
use crate::cluster::kubeconfig::yaml::first_document;
use crate::cluster::tls::identity::Identity;
use http::HeaderValue;

/// What it says.
pub(super) struct Answer {
    /// The token's header.
    pub(super) header: Option<HeaderValue>,
    /// The certificate.
    pub(super) identity: Option<Arc<Identity>>,
    /// Until when both are good.
    pub(super) expires: Option<Timestamp>,
}

/// Reads it, in the version that was asked for.
pub(super) fn read(printed: &[u8], version: &str) -> Result<Answer, String> {
    let text = std::str::from_utf8(printed).map_err(|_| "it is no text".to_owned())?;
    let document = first_document(text).map_err(|_| "it is neither JSON nor YAML".to_owned())?;
    let known = |key: &str, expected: &str| match &document[key] {
        Value::Null => key == "kind",
        Value::String(text) => text == expected || (key == "kind" && text.is_empty()),
        _ => false,
    };
    if !document.is_object() || !known("kind", "ExecCredential") {
        return Err("it is no ExecCredential".to_owned());
    }
    if !known("apiVersion", version) {
        return Err(format!("it is of another apiVersion than {version}, which the kubeconfig says"));
    }
    let status = &document["status"];
    if !status.is_object() {
        return Err("it has no status".to_owned());
    }
    let text = |key: &str| match &status[key] {
        Value::Null => Ok(""),
        Value::String(text) => Ok(text.as_str()),
        _ => Err(format!("its {key} is no text")),
    };
    let (token, certificate, key) = (text("token")?, text("clientCertificateData")?, text("clientKeyData")?);
    let expires = match text("expirationTimestamp")? {
        "" => None,
        time => Some(time.parse().map_err(|_| "its expirationTimestamp is no time".to_owned())?),
    };
    if certificate.is_empty() != key.is_empty() {
        return Err("it has a certificate without a key, or a key without a certificate".to_owned());
    }
    if token.is_empty() && certificate.is_empty() {
        return Err("it has neither a token nor a certificate".to_owned());
    }
    let identity = (!certificate.is_empty()).then(|| Identity::read(certificate.as_bytes(), key.as_bytes()));
    Ok(Answer {
        header: (!token.is_empty()).then(|| bearer(token)).transpose()?,
        identity: identity.transpose()?,
        expires,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "client.authentication.k8s.io/v1";

    #[test]
    fn answers() {
        let status =
            |status: &str| format!(r#"{{"apiVersion": "{V1}", "kind": "ExecCredential", "status": {status}}}"#);
        for good in [
            status(r#"{"token": "t"}"#),
            status(r#"{"token": "t", "expirationTimestamp": "2030-01-01T00:00:00Z"}"#),
            format!("apiVersion: {V1}\nstatus:\n  token: t\n"),
        ] {
            assert!(read(good.as_bytes(), V1).is_ok_and(|answer| answer.header.is_some()), "{good}");
        }
        for (bad, told) in [
            ("MARKED".to_owned(), "no ExecCredential"),
            ("[MARKED".to_owned(), "neither JSON nor YAML"),
            (status("{}"), "neither a token nor a certificate"),
            (status(r#"{"token": 5}"#), "token is no text"),
            (status(r#"{"token": "MARKED\n"}"#), "line break"),
            (status(r#"{"clientKeyData": "MARKED"}"#), "without a certificate"),
            (status(r#"{"clientKeyData": "MARKED", "clientCertificateData": "MARKED"}"#), "no PEM certificate"),
            (status(r#"{"token": "t", "expirationTimestamp": "MARKED"}"#), "is no time"),
            (status(r#"{"token": "t"}"#).replace("/v1", "/v1beta1"), "another apiVersion"),
            (status(r#"{"token": "t"}"#).replace("apiVersion", "MARKED"), "another apiVersion"),
            (status(r#"{"token": "t"}"#).replace("ExecCredential", "MARKED"), "no ExecCredential"),
            (status(r#""MARKED""#), "no status"),
        ] {
            let error = read(bad.as_bytes(), V1).err().unwrap_or_default();
            assert!(error.contains(told) && !error.contains("MARKED"), "{bad}: {error}");
        }
    }
}
