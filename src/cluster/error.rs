//! What the API server's answers, and their absence, mean in words and for what is done next.

use std::error::Error;
use std::io;

use hyper_util::client::legacy;
use rustls::{AlertDescription, CertificateError, OtherError};

use super::credentials::CredentialError;
use super::route::{NameError, ProxyError};
use super::tls::authority::Disbelief;
use crate::causes::Cause;
use crate::incident::observation::Obstacle;
use crate::incident::phrase::{Phrase, Statement};
use crate::sanitize;

use super::foreign;

/// The longest text kept of an answer, in bytes: enough for every message of a real API server.
pub(super) const MAX_TEXT: usize = 500;

/// The error in one short sentence without secrets.
pub(super) fn describe(error: &kube::Error) -> Statement {
    match error {
        kube::Error::Api(status) if foreign::is_page(&status.message) => {
            foreign::page(status.code, &status.message).into()
        }
        kube::Error::Api(status) if foreign::is_by_policy(status) => {
            let phrase = Phrase::new("unseen-by-policy").with("text", clean(&status.message, MAX_TEXT));
            phrase.with("code", status.code.to_string()).into()
        }
        kube::Error::Api(status) => match status.code {
            401 => Phrase::new("unseen-credentials").into(),
            403 => Phrase::new("unseen-permission").with("text", clean(&status.message, MAX_TEXT)).into(),
            code => format!("{} ({code})", clean(&status.message, MAX_TEXT)).into(),
        },
        kube::Error::UpgradeConnection(upgrade) => {
            Phrase::new("unseen-exec-not-upgraded").with("text", Cause::new(upgrade.to_string()).to_string()).into()
        }
        // A page for people begins with no JSON at all.
        kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => Phrase::new("unseen-no-json").into(),
        other => on_the_way(other),
    }
}

/// Why something could not be seen: what stood in the way, and what it said.
#[derive(Clone, Debug)]
pub struct Unseen {
    /// What stood in the way.
    pub obstacle: Obstacle,
    /// What it said.
    pub why: Statement,
}

/// What stood in the way of a read.
pub(super) fn obstacle(error: &kube::Error) -> Obstacle {
    match error {
        kube::Error::Api(status) if foreign::is_page(&status.message) => Obstacle::Foreign,
        kube::Error::Api(status) if foreign::is_by_policy(status) => Obstacle::Other,
        kube::Error::Api(status) => match status.code {
            401 => Obstacle::Credentials,
            403 => Obstacle::Permission,
            _ => Obstacle::Other,
        },
        kube::Error::UpgradeConnection(_) => Obstacle::Other,
        kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => Obstacle::Foreign,
        other if find::<CredentialError>(other).is_some() => Obstacle::NoCredentials,
        other => match find::<rustls::Error>(other) {
            Some(rustls::Error::InvalidCertificate(_)) => Obstacle::NotTrusted,
            // Of all alerts, these are about the client's own certificate.
            Some(rustls::Error::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::UnknownCA
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateRevoked
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateUnknown
                | AlertDescription::AccessDenied
                | AlertDescription::DecryptError,
            )) => Obstacle::Credentials,
            _ => Obstacle::Unreachable,
        },
    }
}

/// Why nothing came of a request on its way: no credentials, no trust, or no connection.
fn on_the_way(error: &(dyn Error + 'static)) -> Statement {
    if let Some(CredentialError(why)) = find::<CredentialError>(error) {
        return why.clone();
    }
    let proxy = find::<ProxyError>(error).map(|error| Phrase::new("way-proxy").with("proxy", &error.proxy));
    if let Some(error) = find::<rustls::Error>(error) {
        return tls(proxy.unwrap_or_else(|| Phrase::new("way-server")), error).into();
    }
    let why = network(error);
    let why = match proxy {
        Some(proxy) => Phrase::new("way-by-proxy").with("proxy", proxy).with("why", why).into(),
        None => why,
    };
    unreachable(Phrase::new("way-server"), why).into()
}

fn unreachable(server: Phrase, why: impl Into<Statement>) -> Phrase {
    Phrase::new("unseen-unreachable").with("server", server).with("why", why.into())
}

/// What is wrong with TLS, and on whose side.
fn tls(server: Phrase, error: &rustls::Error) -> Phrase {
    use AlertDescription as Alert;
    let refused =
        |server, why: Statement| Phrase::new("unseen-client-certificate").with("server", server).with("why", why);
    match error {
        rustls::Error::InvalidCertificate(reason) => {
            Phrase::new("unseen-not-trusted").with("server", server).with("why", distrust(reason))
        }
        rustls::Error::AlertReceived(alert) => match alert {
            Alert::CertificateRequired => Phrase::new("unseen-wants-certificate").with("server", server),
            Alert::UnknownCA => refused(server, Phrase::new("distrust-client-authority").into()),
            Alert::CertificateExpired => refused(server, Phrase::new("distrust-client-expired").into()),
            Alert::CertificateRevoked => refused(server, Phrase::new("distrust-client-revoked").into()),
            Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateUnknown
            | Alert::AccessDenied
            | Alert::DecryptError => refused(server, format!("{alert:?}").into()),
            Alert::ProtocolVersion => unreachable(server, Phrase::new("way-tls-version")),
            Alert::HandshakeFailure => unreachable(server, Phrase::new("way-handshake-key")),
            other => unreachable(server, Phrase::new("way-handshake").with("alert", format!("{other:?}"))),
        },
        rustls::Error::InvalidMessage(_) => unreachable(server, Phrase::new("way-no-tls")),
        other => {
            let text = Cause::new(other.to_string()).to_string();
            unreachable(server, Phrase::new("way-tls").with("text", text))
        }
    }
}

/// Why a server's certificate is not believed.
fn distrust(reason: &CertificateError) -> Phrase {
    let unverified = |text: String| Phrase::new("distrust-other").with("text", Cause::new(text).to_string());
    match reason {
        CertificateError::UnknownIssuer => Phrase::new("distrust-authority-unknown"),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Phrase::new("distrust-expired"),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Phrase::new("distrust-not-yet"),
        CertificateError::NotValidForName => Phrase::new("distrust-name"),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let presented: Vec<String> = presented.iter().take(10).map(|name| plain_name(name)).collect();
            let expected = expected.to_str().into_owned();
            if presented.is_empty() {
                return Phrase::new("distrust-no-name").with("expected", expected);
            }
            Phrase::new("distrust-names").with("presented", presented.join(", ")).with("expected", expected)
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Phrase::new("distrust-purpose")
        }
        CertificateError::Other(other) => match other_cause(other) {
            Some(Disbelief::Authority) => Phrase::new("distrust-authority-expired"),
            Some(Disbelief::Old) => Phrase::new("distrust-old"),
            Some(Disbelief::KindOfKey(kind)) => Phrase::new("distrust-key").with("kind", kind),
            None => unverified(other.to_string()),
        },
        other => unverified(other.to_string()),
    }
}

fn other_cause(other: &OtherError) -> Option<&Disbelief> {
    let inner: &(dyn Error + 'static) = other.0.as_ref();
    inner.downcast_ref()
}

/// A name as a certificate has it, out of rustls' own way to print it: `DnsName("localhost")`.
fn plain_name(text: &str) -> String {
    let inside = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(text);
    Cause::new(inside.trim_matches('"')).to_string()
}

/// Why there is no connection, or no more.
pub(crate) fn network(error: &(dyn Error + 'static)) -> Statement {
    if let Some(error) = find::<NameError>(error) {
        return Phrase::new("way-name").with("name", &error.name).into();
    }
    if find::<tokio::time::error::Elapsed>(error).is_some() {
        return Phrase::new("way-late").into();
    }
    let id = match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "way-refused",
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => "way-no-route",
        Some(io::ErrorKind::TimedOut) => "way-timed-out",
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof) => {
            "way-cut-off"
        }
        // Connectors and hyper say what was done or not done, and quote nothing.
        _ => return Cause::new(root(error).to_string()).to_string().into(),
    };
    Phrase::new(id).into()
}

/// Whether a read may succeed if it is repeated in a moment.
pub(super) fn is_transient(error: &kube::Error) -> bool {
    match error {
        // 410: a list's pages have expired between two of them.
        kube::Error::Api(status) => matches!(status.code, 410 | 429 | 500 | 502 | 503 | 504),
        kube::Error::HyperError(_) | kube::Error::Service(_) => {
            find::<CredentialError>(error).is_none() && find::<rustls::Error>(error).is_none()
        }
        _ => false,
    }
}

/// Whether the request certainly never left: no credentials, or no connection.
pub(super) fn never_sent(error: &kube::Error) -> bool {
    let no_connection = find::<legacy::Error>(error).is_some_and(legacy::Error::is_connect);
    let no_request = matches!(error, kube::Error::BuildRequest(_) | kube::Error::HttpError(_));
    no_connection || no_request || find::<CredentialError>(error).is_some()
}

/// The causes of an error. What an I/O error holds is no cause of it by its own word.
fn all<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inside.map(|inside| inside as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

/// The innermost error of this kind.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    all(error).filter_map(|error| error.downcast_ref()).last()
}

fn root<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    all(error).last().unwrap_or(error)
}

/// The text's telling lines, trimmed and without what is not seen, up to so many bytes.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let clean = sanitize::clean(text).replace('\t', " ");
    let lines = clean.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut told = lines.collect::<Vec<_>>().join("\n");
    if told.len() > longest {
        told.truncate(told.floor_char_boundary(longest));
        told.push('…');
    }
    told
}

#[cfg(test)]
mod tests {
    use kube::core::Status;

    use super::*;
    use crate::words::Words;

    fn told(error: &kube::Error) -> String {
        Words::of(None).state(&describe(error))
    }

    fn recorded(body: &str) -> kube::Error {
        kube::Error::Api(serde_json::from_str::<Status>(body).unwrap().boxed())
    }

    #[test]
    fn recorded_answers_become_sentences() {
        let forbidden = recorded(include_str!("../../tests/data/kubernetes/forbidden.json"));
        assert_eq!(
            told(&forbidden),
            "permission missing: secrets is forbidden: User \"system:serviceaccount:cf:bot\" cannot list resource \
             \"secrets\" in API group \"\" in the namespace \"cf\""
        );
        assert!(!is_transient(&forbidden) && !never_sent(&forbidden));
        let unauthorized = recorded(include_str!("../../tests/data/kubernetes/unauthorized.json"));
        assert_eq!(told(&unauthorized), "the API server refused the credentials (401 Unauthorized)");
    }

    #[test]
    fn a_page_is_told_by_what_it_is() {
        let status = Status::failure("<!DOCTYPE html><title>Sign\u{202e} in</title>", "Failed to parse error data");
        let told = told(&kube::Error::Api(status.with_code(503).boxed()));
        assert_eq!(told, "something else than an API server answered in its place: HTTP 503 with a page, “Sign in”");
    }

    #[test]
    fn cleaning_keeps_lines_and_drops_what_is_not_seen() {
        for (text, cleaned) in [
            ("one\n\n  two \n", "one\ntwo"),
            ("\u{1b}[31mred\u{1b}[0m", "[31mred[0m"),
            ("a\u{202e}b\u{0}c\td", "abc d"),
            ("e\u{ad}v\u{2060}i\u{e0041}l", "evil"),
            ("0123456789ä", "0123456789…"),
            ("", ""),
        ] {
            assert_eq!(clean(text, 11), cleaned, "{text:?}");
        }
    }
}
