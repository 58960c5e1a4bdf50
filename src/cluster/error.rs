//! What the API server's answers, and their absence, mean in words and for what is done next.

use std::error::Error as _;

use kube::client::{AuthError, RustlsTlsError};
use kube::config::{KubeconfigError, LoadDataError};

use crate::causes::Cause;

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
        kube::Error::Auth(auth) => credentials(auth),
        kube::Error::UpgradeConnection(upgrade) => format!("the API server did not begin the exec: {upgrade}"),
        // A page for people begins with no JSON at all.
        kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => {
            "something else than an API server answered in its place: no Kubernetes JSON, perhaps a proxy's page"
                .to_owned()
        }
        other => match find::<AuthError>(other) {
            Some(auth) => credentials(auth),
            None => format!("the API server is unreachable: {}", clean(&root_cause(other), MAX_TEXT)),
        },
    }
}

/// Why there are no credentials. A plugin's output is left out, since it may hold the token.
fn credentials(error: &AuthError) -> String {
    match error {
        AuthError::AuthExecStart(cause) => format!("the kubeconfig's credential plugin did not start: {cause}"),
        AuthError::AuthExecRun { cmd, out, .. } => {
            format!("the kubeconfig's credential plugin failed: {} ({})", clean(cmd, MAX_TEXT), out.status)
        }
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => {
            "what the kubeconfig's credential plugin printed are no credentials".to_owned()
        }
        AuthError::MissingCommand => "the kubeconfig's credential plugin has no command".to_owned(),
        AuthError::ReadTokenFile(cause, path) => format!("the token file {} can't be read: {cause}", path.display()),
        _ => "the credentials can't be used".to_owned(),
    }
}

/// Why there is no client. What is told holds no key, token or output of a plugin.
pub(super) fn unmade(error: &kube::Error) -> Cause {
    match error {
        kube::Error::Auth(auth) => Cause::new(credentials(auth)),
        // Its text quotes a line of what may be the key.
        kube::Error::RustlsTls(RustlsTlsError::InvalidIdentityPem(_)) => Cause::new("the client's key is no PEM"),
        // The rest names what is missing or can't be used, and no bytes of it.
        kube::Error::RustlsTls(tls) => Cause::new(tls.to_string()),
        other => match find::<AuthError>(other) {
            Some(auth) => Cause::new(credentials(auth)),
            None => Cause::new("its settings can't be used"),
        },
    }
}

/// Why a kubeconfig is of no use. Values of it are told where they can be no secret.
pub(super) fn kubeconfig_cause(error: &KubeconfigError) -> Cause {
    Cause::new(match error {
        KubeconfigError::LoadContext(_)
        | KubeconfigError::LoadClusterOfContext(_)
        | KubeconfigError::MissingClusterUrl
        | KubeconfigError::KindMismatch
        | KubeconfigError::ApiVersionMismatch
        | KubeconfigError::CurrentContextNotSet
        | KubeconfigError::FindPath
        | KubeconfigError::ParseClusterUrl(_)
        | KubeconfigError::ParseProxyUrl(_) => error.to_string(),
        KubeconfigError::ReadConfig(cause, _) => cause.to_string(),
        KubeconfigError::LoadCertificateAuthority(cause) => format!("its certificate authority: {}", data_cause(cause)),
        KubeconfigError::LoadClientCertificate(cause) => format!("its client certificate: {}", data_cause(cause)),
        KubeconfigError::LoadClientKey(cause) => format!("its client key: {}", data_cause(cause)),
        KubeconfigError::ParseCertificates(_) => "its certificate authority is no PEM".to_owned(),
        KubeconfigError::Parse(_) => "it is no kubeconfig".to_owned(),
    })
}

fn data_cause(error: &LoadDataError) -> String {
    match error {
        LoadDataError::DecodeBase64(_) => "it is no base64".to_owned(),
        LoadDataError::ReadFile(cause, path) => format!("the file {} can't be read: {cause}", path.display()),
        LoadDataError::NoBase64DataOrFile => "it is missing".to_owned(),
    }
}

/// Whether a read may succeed if it is repeated in a moment.
pub(super) fn is_transient(error: &kube::Error) -> bool {
    match error {
        // 410: a list's pages have expired between two of them.
        kube::Error::Api(status) => matches!(status.code, 410 | 429 | 500 | 502 | 503 | 504),
        kube::Error::HyperError(_) | kube::Error::Service(_) => find::<AuthError>(error).is_none(),
        _ => false,
    }
}

/// Whether the request certainly never left: no credentials, or no connection.
pub(super) fn never_sent(error: &kube::Error) -> bool {
    let no_connection =
        find::<hyper_util::client::legacy::Error>(error).is_some_and(hyper_util::client::legacy::Error::is_connect);
    let no_request = matches!(error, kube::Error::Auth(_) | kube::Error::BuildRequest(_) | kube::Error::HttpError(_));
    no_connection || no_request || find::<AuthError>(error).is_some()
}

/// The first error of this kind among the error's causes.
fn find<E: std::error::Error + 'static>(error: &kube::Error) -> Option<&E> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

fn root_cause(error: &kube::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
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
