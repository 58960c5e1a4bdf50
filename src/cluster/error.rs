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

use crate::sanitize;

use super::foreign;

/// The longest text kept of an answer, in bytes: enough for every message of a real API server.
pub(super) const MAX_TEXT: usize = 500;

/// The error in one short sentence without secrets.
pub(super) fn describe(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if foreign::is_page(&status.message) => clean(
            &format!(
                "something else than an API server answered in its place: HTTP {} with {}",
                status.code,
                foreign::page(&status.message)
            ),
            MAX_TEXT,
        ),
        kube::Error::Api(status) if foreign::is_by_policy(status) => {
            format!("a policy of the cluster refused it: {} ({})", clean(&status.message, MAX_TEXT), status.code)
        }
        kube::Error::Api(status) => match status.code {
            401 => "the API server refused the credentials (401 Unauthorized)".to_owned(),
            403 => format!("permission missing: {}", clean(&status.message, MAX_TEXT)),
            code => format!("{} ({code})", clean(&status.message, MAX_TEXT)),
        },
        kube::Error::UpgradeConnection(upgrade) => format!("the API server did not begin the exec: {upgrade}"),
        // A page for people begins with no JSON at all.
        kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => {
            "something else than an API server answered in its place: no Kubernetes JSON, perhaps a proxy's page"
                .to_owned()
        }
        other => on_the_way(other),
    }
}

/// Why something could not be seen: what stood in the way, and what it said.
#[derive(Clone, Debug)]
pub struct Unseen {
    /// What stood in the way.
    pub obstacle: Obstacle,
    /// What it said.
    pub why: String,
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
fn on_the_way(error: &(dyn Error + 'static)) -> String {
    if let Some(error) = find::<CredentialError>(error) {
        return error.to_string();
    }
    let proxy = find::<ProxyError>(error);
    if let Some(error) = find::<rustls::Error>(error) {
        let server = proxy.map_or_else(|| "the API server".to_owned(), ToString::to_string);
        return tls(&server, error);
    }
    if let Some(proxy) = proxy {
        return format!("the API server is unreachable: {proxy}: {}", network(error));
    }
    format!("the API server is unreachable: {}", network(error))
}

/// What is wrong with TLS, and on whose side.
fn tls(server: &str, error: &rustls::Error) -> String {
    use AlertDescription as Alert;
    match error {
        rustls::Error::InvalidCertificate(reason) => format!("{server} can't be trusted: {}", distrust(reason)),
        rustls::Error::AlertReceived(alert) => match alert {
            Alert::CertificateRequired => format!("{server} refused the credentials: it wants a client certificate"),
            Alert::UnknownCA => refused(server, "it does not know the authority that signed it"),
            Alert::CertificateExpired => refused(server, "it has expired"),
            Alert::CertificateRevoked => refused(server, "it was revoked"),
            Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateUnknown
            | Alert::AccessDenied
            | Alert::DecryptError => refused(server, &format!("{alert:?}")),
            Alert::ProtocolVersion => format!("{server} is unreachable: it speaks no TLS of version 1.2 or 1.3"),
            Alert::HandshakeFailure => format!(
                "{server} is unreachable: it ended the TLS handshake; its key may be of a kind that the TLS library does not know, \
                 such as P-521"
            ),
            other => format!("{server} is unreachable: it ended the TLS handshake ({other:?})"),
        },
        rustls::Error::InvalidMessage(_) => format!(
            "{server} is unreachable: what answers there speaks no TLS; it may be plain HTTP, or something in between"
        ),
        other => format!("{server} is unreachable: TLS: {}", Cause::new(other.to_string())),
    }
}

fn refused(server: &str, why: &str) -> String {
    format!("{server} refused the credentials: the client certificate ({why})")
}

/// Why a server's certificate is not believed.
fn distrust(reason: &CertificateError) -> String {
    match reason {
        CertificateError::UnknownIssuer => {
            "its certificate is signed by an authority that the kubeconfig does not name; compare certificate-authority"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; compare the clocks".to_owned()
        }
        CertificateError::NotValidForName => "its certificate is for another name".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let presented: Vec<String> = presented.iter().take(10).map(|name| plain_name(name)).collect();
            let presented = if presented.is_empty() { "no name at all".to_owned() } else { presented.join(", ") };
            format!(
                "its certificate is for {presented}, and not for {}; tls-server-name says which name it has to have",
                expected.to_str()
            )
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "its certificate may not be a server's (extendedKeyUsage)".to_owned()
        }
        CertificateError::Other(other) => match other_cause(other) {
            Some(disbelief) => format!("its certificate: {disbelief}"),
            None => format!("its certificate can't be verified: {}", Cause::new(other.to_string())),
        },
        other => format!("its certificate can't be verified: {}", Cause::new(other.to_string())),
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
pub(crate) fn network(error: &(dyn Error + 'static)) -> String {
    if let Some(error) = find::<NameError>(error) {
        return error.to_string();
    }
    if find::<tokio::time::error::Elapsed>(error).is_some() {
        return "it did not answer in time".to_owned();
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "the connection was refused; nothing listens there".to_owned(),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            "there is no route to it".to_owned()
        }
        Some(io::ErrorKind::TimedOut) => "no connection in time; its packets may be dropped on the way".to_owned(),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof) => {
            "the connection was cut off".to_owned()
        }
        // Connectors and hyper say what was done or not done, and quote nothing.
        _ => Cause::new(root(error).to_string()).to_string(),
    }
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

    fn recorded(body: &str) -> kube::Error {
        kube::Error::Api(serde_json::from_str::<Status>(body).unwrap().boxed())
    }

    #[test]
    fn recorded_answers_become_sentences() {
        let forbidden = recorded(include_str!("../../tests/data/kubernetes/forbidden.json"));
        assert_eq!(
            describe(&forbidden),
            "permission missing: secrets is forbidden: User \"system:serviceaccount:cf:bot\" cannot list resource \
             \"secrets\" in API group \"\" in the namespace \"cf\""
        );
        assert!(!is_transient(&forbidden) && !never_sent(&forbidden));
        let unauthorized = recorded(include_str!("../../tests/data/kubernetes/unauthorized.json"));
        assert_eq!(describe(&unauthorized), "the API server refused the credentials (401 Unauthorized)");
    }

    #[test]
    fn a_page_is_told_by_what_it_is() {
        let status = Status::failure("<!DOCTYPE html><title>Sign\u{202e} in</title>", "Failed to parse error data");
        let told = describe(&kube::Error::Api(status.with_code(503).boxed()));
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
