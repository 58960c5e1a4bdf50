//! Text of what stands between here and the API server: a proxy's page, a gateway's refusal. It is told as what it means, with at most
//! its title, which is not cleaned yet.

use kube::client::UpgradeConnectionError;
use kube::core::Status;

use crate::incident::phrase::{Phrase, Statement};
use crate::sanitize::clean;

/// The longest title that is repeated, in characters.
const LONGEST_TITLE: usize = 80;

/// How the beginning of a page looks, in lower case.
const PAGE: [&str; 4] = ["<!doctype", "<html", "<head", "<body"];

/// What an API server, or what poses as one, says where the upgrade to a WebSocket did not reach it, in lower case.
const NO_UPGRADE: [&str; 4] =
    ["upgrade request required", "websocket", "unable to upgrade: missing", "upgrade required"];

/// How an admission webhook, a policy or an admission plugin says no, in lower case.
const POLICY: [&str; 5] = [
    "admission webhook",
    "validatingadmissionpolicy",
    "denied request",
    "denied the request",
    "cannot exec into or attach to",
];

/// Whether a policy of the cluster refused it, which no role mends. A `ValidatingAdmissionPolicy` answers 422 where it names no other
/// reason, a webhook mostly 403.
pub(super) fn is_by_policy(status: &Status) -> bool {
    let message = status.message.to_lowercase();
    status.code == 422 || POLICY.iter().any(|text| message.contains(text))
}

/// Whether it is a page for people.
pub(super) fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(200).collect::<String>().to_lowercase();
    PAGE.iter().any(|tag| start.contains(tag))
}

/// What the page says of itself: its title, or else its heading, or how it begins; `None` where there is no word in it.
pub(super) fn title(text: &str) -> Option<String> {
    let title = ["title", "h1", "h2"].into_iter().find_map(|tag| within(text, tag));
    title.or_else(|| Some(without_tags(text)).filter(|words| !words.is_empty()))
}

/// The page as what answered with it: its status, and its title as far as it has one.
pub(super) fn page(code: u16, text: &str) -> Phrase {
    let code = code.to_string();
    match title(text) {
        Some(title) => Phrase::new("unseen-page-titled").with("code", code).with("title", clean(&title)),
        None => Phrase::new("unseen-page").with("code", code),
    }
}

/// What stands between the first two tags of this name, without other tags.
fn within(text: &str, tag: &str) -> Option<String> {
    // ASCII alone is lowered, so that places stay the same.
    let lower = text.to_ascii_lowercase();
    let start = lower.find(&format!("<{tag}"))?;
    let begin = start + lower[start..].find('>')? + 1;
    let end = begin + lower[begin..].find(&format!("</{tag}"))?;
    Some(without_tags(&text[begin..end])).filter(|words| !words.is_empty())
}

fn without_tags(text: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for character in text.chars() {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            character if !inside => words.push(character),
            _ => {}
        }
    }
    in_short(&words)
}

fn in_short(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST_TITLE).collect()
}

/// Why a WebSocket did not come about because of the way to the API server, if that is why.
pub(super) fn no_websocket(error: &kube::Error) -> Option<Statement> {
    let detail: Statement = match error {
        kube::Error::UpgradeConnection(UpgradeConnectionError::ProtocolSwitch(status)) => {
            Phrase::new("unseen-no-switch").with("code", status.as_u16().to_string()).into()
        }
        kube::Error::UpgradeConnection(UpgradeConnectionError::SecWebSocketProtocolMismatch) => {
            Phrase::new("unseen-no-protocol").into()
        }
        kube::Error::UpgradeConnection(_) => Phrase::new("unseen-no-upgrade").into(),
        kube::Error::Api(status) if is_page(&status.message) => page(status.code, &status.message).into(),
        kube::Error::Api(status) => {
            let message = status.message.to_lowercase();
            let telling = NO_UPGRADE.iter().any(|text| message.contains(text));
            let text = || format!("HTTP {}: {}", status.code, in_short(&status.message));
            telling.then(|| clean(&text()).into())?
        }
        _ => return None,
    };
    Some(Phrase::new("unseen-no-websockets").with("why", detail).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    #[test]
    fn a_page_is_told_by_its_title() {
        for (text, told) in [
            ("<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>no</h1>", Some("Sign in")),
            (
                "<HTML><BODY><H1>503 Service <b>Temporarily</b> Unavailable</H1>",
                Some("503 Service Temporarily Unavailable"),
            ),
            ("<html><body>nothing</body></html>", Some("nothing")),
            ("<html><title>never ends", Some("never ends")),
            ("<html></html>", None),
        ] {
            assert!(is_page(text), "{text}");
            assert_eq!(title(text).as_deref(), told, "{text}");
        }
        assert!(title(&format!("<html><title>{}</title>", "x".repeat(900))).is_some_and(|title| title.len() < 120));
        for text in ["pods is forbidden", "", "{\"kind\": \"Status\"}"] {
            assert!(!is_page(text), "{text}");
        }
    }

    #[test]
    fn a_policy_is_told_from_a_role() {
        let status = |code: u16, message: &str| Status::failure(message, "Forbidden").with_code(code);
        for (code, message) in [
            (
                422,
                "pods \"api-0\" is forbidden: ValidatingAdmissionPolicy 'no-exec' with binding 'all' denied request: no",
            ),
            (422, "anything"),
            (403, "admission webhook \"validate.example.com\" denied the request: exec is off"),
            (403, "pods \"api-0\" is forbidden: Cannot exec into or attach to a privileged container"),
        ] {
            assert!(is_by_policy(&status(code, message)), "{message}");
        }
        let role = "pods \"api-0\" is forbidden: User \"bot\" cannot create resource \"pods/exec\" in API group \"\"";
        assert!(!is_by_policy(&status(403, role)));
    }

    #[test]
    fn what_keeps_websockets_from_coming_about_is_told_from_what_the_pod_says() {
        let api = |code: u16, message: &str| {
            kube::Error::Api(Status::failure(message, "Failed to parse error data").with_code(code).boxed())
        };
        let switched =
            kube::Error::UpgradeConnection(UpgradeConnectionError::ProtocolSwitch(axum::http::StatusCode::OK));
        for error in [
            api(404, "<!DOCTYPE html><title>Sign in</title>"),
            api(400, "Upgrade request required"),
            api(500, "websocket: the client is not using the websocket protocol"),
            switched,
            kube::Error::UpgradeConnection(UpgradeConnectionError::SecWebSocketProtocolMismatch),
        ] {
            let told = Words::of(None).state(&no_websocket(&error).unwrap());
            assert!(told.starts_with("the way to the API server takes no WebSockets") && told.len() < 200, "{told}");
            assert!(!told.contains('<'), "{told}");
        }
        for error in [api(500, "container not found (\"api\")"), api(404, "pods \"api-0\" not found")] {
            assert_eq!(no_websocket(&error), None);
        }
    }
}
