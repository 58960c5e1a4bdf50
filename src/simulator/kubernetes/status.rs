//! The Status bodies of the API, field for field in the order and the words of a real server.

use super::store::Kind;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A Status object.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<&'static str>,
    metadata: Empty,
    #[serde(rename = "status")]
    outcome: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Box<Details>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Empty {}

#[derive(Clone, Debug, Default, Serialize)]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Cause>,
}

#[derive(Clone, Debug, Serialize)]
struct Cause {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    message: String,
}

impl Status {
    fn failure(code: StatusCode, reason: Option<&'static str>, message: String, details: Option<Details>) -> Self {
        Self {
            kind: Some("Status"),
            api_version: Some("v1"),
            metadata: Empty {},
            outcome: "Failure",
            message,
            reason,
            details: details.map(Box::new),
            code: Some(code.as_u16()),
        }
    }

    /// 404 for an object.
    pub(super) fn not_found(kind: Kind, name: &str) -> Self {
        let (plural, group) = (kind.plural(), kind.group());
        let resource = if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") };
        let group = Some(group).filter(|group| !group.is_empty());
        let details = Details { name: Some(name.to_owned()), group, kind: Some(plural), ..Details::default() };
        let message = format!("{resource} \"{name}\" not found");
        Self::failure(StatusCode::NOT_FOUND, Some("NotFound"), message, Some(details))
    }

    /// 404 for a path that nothing serves.
    pub(super) fn no_such_path() -> Self {
        let message = "the server could not find the requested resource".to_owned();
        Self::failure(StatusCode::NOT_FOUND, Some("NotFound"), message, Some(Details::default()))
    }

    /// 409: a precondition does not hold.
    pub(super) fn conflict(kind: Kind, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {} \"{name}\": {why}", kind.name());
        let details = Details { name: Some(name.to_owned()), kind: Some(kind.name()), ..Details::default() };
        Self::failure(StatusCode::CONFLICT, Some("Conflict"), message, Some(details))
    }

    /// 409: there is one of that name.
    pub(super) fn already_exists(kind: Kind, name: &str) -> Self {
        let (plural, group) = (kind.plural(), Some(kind.group()).filter(|group| !group.is_empty()));
        let resource = group.map_or_else(|| plural.to_owned(), |group| format!("{plural}.{group}"));
        let message = format!("{resource} \"{name}\" already exists");
        let details = Details { name: Some(name.to_owned()), group, kind: Some(plural), ..Details::default() };
        Self::failure(StatusCode::CONFLICT, Some("AlreadyExists"), message, Some(details))
    }

    /// 415: another kind of patch than is understood.
    pub(super) fn unsupported_media_type(content: &str) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: application/merge-patch+json; it was {content}"
        );
        Self::failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, Some("UnsupportedMediaType"), message, None)
    }

    /// 400.
    pub(super) fn bad_request(message: String) -> Self {
        Self::failure(StatusCode::BAD_REQUEST, Some("BadRequest"), message, None)
    }

    /// 401.
    pub(super) fn unauthorized() -> Self {
        Self::failure(StatusCode::UNAUTHORIZED, Some("Unauthorized"), "Unauthorized".to_owned(), None)
    }

    /// 403 for something done to one pod.
    pub(super) fn forbidden_pod(user: &str, verb: &str, resource: &str, name: &str, namespace: &str) -> Self {
        let message = format!(
            "pods \"{name}\" is forbidden: User \"{user}\" cannot {verb} resource \"{resource}\" in API group \"\" in the namespace \"{namespace}\""
        );
        let details = Details { name: Some(name.to_owned()), kind: Some("pods"), ..Details::default() };
        Self::failure(StatusCode::FORBIDDEN, Some("Forbidden"), message, Some(details))
    }

    /// 403 for a resource as a whole.
    pub(super) fn forbidden(user: &str, verb: &str, kind: Kind, namespace: &str) -> Self {
        let (resource, group) = (kind.plural(), kind.group());
        let name = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
        let message = format!(
            "{name} is forbidden: User \"{user}\" cannot {verb} resource \"{resource}\" in API group \"{group}\" in the namespace \"{namespace}\""
        );
        let group = Some(group).filter(|group| !group.is_empty());
        let details = Details { group, kind: Some(resource), ..Details::default() };
        Self::failure(StatusCode::FORBIDDEN, Some("Forbidden"), message, Some(details))
    }

    /// 422 for something done to one pod: what a `ValidatingAdmissionPolicy` answers that names no other reason.
    pub(super) fn refused_by_policy(name: &str) -> Self {
        let why =
            "ValidatingAdmissionPolicy 'no-exec' with binding 'no-exec' denied request: no commands in production";
        let message = format!("pods \"{name}\" is forbidden: {why}");
        let causes = vec![Cause { reason: None, message: why.to_owned() }];
        let details = Details { name: Some(name.to_owned()), kind: Some("pods"), causes, ..Details::default() };
        Self::failure(StatusCode::UNPROCESSABLE_ENTITY, Some("Invalid"), message, Some(details))
    }

    /// 405.
    pub(super) fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource".to_owned();
        Self::failure(StatusCode::METHOD_NOT_ALLOWED, Some("MethodNotAllowed"), message, Some(Details::default()))
    }

    /// 410: a watch from before what is kept.
    pub(super) fn gone(asked: u64, oldest: u64) -> Self {
        let message = format!("too old resource version: {asked} ({oldest})");
        Self::failure(StatusCode::GONE, Some("Expired"), message, None)
    }

    /// 500 in the way of an exec.
    pub(super) fn internal(message: &str) -> Self {
        let cause = Cause { reason: None, message: message.to_owned() };
        let details = Details { causes: vec![cause], ..Details::default() };
        let message = format!("Internal error occurred: {message}");
        Self::failure(StatusCode::INTERNAL_SERVER_ERROR, Some("InternalError"), message, Some(details))
    }

    /// The last frame of an exec whose program ended; the two protocols word it differently.
    pub(super) fn exited(code: i32, argv: &[String], v5: bool) -> Self {
        if code == 0 {
            let success = Self::failure(StatusCode::OK, None, String::new(), None);
            return Self { kind: None, api_version: None, outcome: "Success", code: None, ..success };
        }
        let why = if v5 {
            format!("command terminated with exit code {code}")
        } else {
            format!("error executing command [{}], exit code {code}", argv.join(" "))
        };
        let cause = Cause { reason: Some("ExitCode"), message: code.to_string() };
        let details = Details { causes: vec![cause], ..Details::default() };
        let message = format!("command terminated with non-zero exit code: {why}");
        let failure = Self::failure(StatusCode::OK, Some("NonZeroExitCode"), message, Some(details));
        Self { kind: None, api_version: None, code: None, ..failure }
    }

    /// The last frame of an exec whose program could not be started.
    pub(super) fn not_started(program: &str, exec: &str) -> Self {
        let why = format!(
            "error executing command in container: failed to exec in container: failed to start exec \"{exec}\": OCI runtime exec failed: exec failed: unable to start container process: exec: \"{program}\": executable file not found in $PATH: unknown"
        );
        let status = Self::internal(&format!("Internal error occurred: {why}"));
        let cause = Cause { reason: None, message: format!("Internal error occurred: {why}") };
        let details = Details { causes: vec![cause], ..Details::default() };
        Self { kind: None, api_version: None, details: Some(Box::new(details)), ..status }
    }

    /// The body, with `<`, `>` and `&` written as Go writes them.
    pub(super) fn json(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
    }

    /// As a watch event's object.
    pub(super) fn value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Response {
        let code = self.code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
        (code, [(CONTENT_TYPE, "application/json")], self.json() + "\n").into_response()
    }
}
