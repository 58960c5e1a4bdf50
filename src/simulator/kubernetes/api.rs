//! The API: one handler for every path, as the real server has one scheme for all.

use super::exec;
use super::fault::Fault;
use super::given::{self, Named};
use super::pod::Role;
use super::query::{Query, Selection};
use super::running::Running;
use super::status::Status;
use super::store::Kind;
use super::watches::Watch;
use super::wire::Reset;
use super::world::{DeletedBy, Request as Seen, World};
use super::{discovery, table};
use axum::body::to_bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// More than any body that is read here.
const LARGEST_BODY: usize = 1 << 20;

/// Answers a request, and remembers it.
pub(super) async fn handle(State(running): State<Arc<Running>>, request: Request) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let query = request.uri().query().unwrap_or_default().to_owned();
    let connection = request.extensions().get::<ConnectInfo<Reset>>().map(|info| info.0.0.clone());
    let (delay, expired, token) = running.look(|world| {
        let delay = world.faults.iter().find_map(|fault| match fault {
            Fault::ApiServerSlow { delay } => Some(*delay),
            _ => None,
        });
        (delay, world.faults.contains(&Fault::TokenExpired), world.settings.token.clone())
    });
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    let down = || running.look(|world| world.faults.contains(&Fault::ApiServerDown));
    let lost = method == "DELETE" && running.look(|world| world.faults.contains(&Fault::DeleteAnswersLost));
    if down() {
        return reset(connection).await;
    }
    let bearer = header(request.headers(), &AUTHORIZATION).strip_prefix("Bearer ").map(str::to_owned);
    let response = if expired || token.is_some_and(|token| bearer != Some(token)) {
        Status::unauthorized().into_response()
    } else {
        answer(&running, request).await
    };
    let status = response.status().as_u16();
    running.change(|world| world.requests.push(Seen { method, path, query, status }));
    if lost || down() { reset(connection).await } else { dated(&running, response) }
}

/// The answer as a server dates it whose clock is ahead; others leave that to what serves HTTP.
fn dated(running: &Running, mut response: Response) -> Response {
    let ahead = running.look(|world| {
        world.faults.iter().find_map(|fault| match fault {
            Fault::ClockAhead { by } => Some(*by),
            _ => None,
        })
    });
    let date = ahead.and_then(|by| {
        let at = jiff::Timestamp::now().checked_add(jiff::SignedDuration::try_from(by).ok()?).ok()?;
        at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string().parse().ok()
    });
    if let Some(date) = date {
        response.headers_mut().insert(axum::http::header::DATE, date);
    }
    response
}

/// Gives no answer: the connection is reset.
async fn reset(connection: Option<CancellationToken>) -> Response {
    connection.iter().for_each(CancellationToken::cancel);
    std::future::pending().await
}

async fn answer(running: &Arc<Running>, request: Request) -> Response {
    let path = request.uri().path().trim_matches('/').to_owned();
    let path: Vec<&str> = path.split('/').collect();
    let query = Query::parse(request.uri().query().unwrap_or_default());
    if let ["readyz" | "livez" | "healthz", ..] = path.as_slice() {
        return "ok".into_response();
    }
    let get = request.method() == Method::GET;
    if get && let Some(answer) = discovery::answer(&path, header(request.headers(), &axum::http::header::HOST)) {
        return json_response(&answer);
    }
    if let (["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"], &Method::POST) =
        (path.as_slice(), request.method())
    {
        return review(running, request).await;
    }
    let (group, rest) = match path.as_slice() {
        ["api", "v1", rest @ ..] => ("", rest),
        ["apis", "apps", "v1", rest @ ..] => ("apps", rest),
        _ => return Status::no_such_path().into_response(),
    };
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
        rest => (None, rest),
    };
    let [plural, rest @ ..] = rest else { return Status::no_such_path().into_response() };
    let Some(kind) = Kind::find(group, plural) else { return Status::no_such_path().into_response() };
    let denied = |fault: &Fault| matches!(fault, Fault::ReadDenied { resource } if resource == kind.plural());
    if rest.len() < 2 && get && running.look(|world| world.faults.iter().any(denied)) {
        let verb = if query.flag("watch") {
            "watch"
        } else if rest.is_empty() {
            "list"
        } else {
            "get"
        };
        let user = running.look(|world| world.settings.user.clone());
        return Status::forbidden(&user, verb, kind, namespace.unwrap_or_default()).into_response();
    }
    let named = |name| Named { kind, namespace, name };
    let given = |name| named(name).is_given(running);
    match (rest, request.method()) {
        ([], &Method::GET) => collection(running, kind, namespace, &query, request.headers()),
        ([name], &Method::GET) => one(running, kind, namespace, name, request.headers()),
        ([], &Method::POST) => given::create(running, kind, namespace, request).await,
        ([name], &Method::PATCH) if given(name) => named(name).patch(running, false, request).await,
        ([name, "status"], &Method::PATCH) if given(name) => named(name).patch(running, true, request).await,
        ([name], &Method::DELETE) if kind == Kind::Pod || given(name) => {
            delete(running, &named(name), &query, request).await
        }
        ([name, "exec"], &(Method::GET | Method::POST)) if kind == Kind::Pod => {
            let method = request.method().clone();
            let (mut parts, _) = request.into_parts();
            let connection = parts.extensions.get::<ConnectInfo<Reset>>().map(|info| info.0.clone());
            let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
            exec::answer(running, namespace, name, &query, &method, upgrade.ok(), connection)
        }
        ([] | [_], _) => Status::method_not_allowed().into_response(),
        _ => Status::no_such_path().into_response(),
    }
}

fn collection(
    running: &Arc<Running>,
    kind: Kind,
    namespace: Option<&str>,
    query: &Query,
    headers: &HeaderMap,
) -> Response {
    let selection = match Selection::parse(namespace, query) {
        Ok(selection) => selection,
        Err(text) => return Status::bad_request(text).into_response(),
    };
    let as_table = wants_table(headers);
    if query.flag("watch") {
        return Watch::new(kind, selection, query, as_table).answer(running.clone());
    }
    running.look(|world| {
        let version = json!(world.store.version().to_string());
        let objects: Vec<_> = world.store.list(kind).filter(|object| selection.matches(object)).collect();
        if as_table {
            return json_response(&table::of(kind, &objects, &version));
        }
        let bare = |object: &&Value| {
            let mut object = (*object).clone();
            if let Some(object) = object.as_object_mut() {
                object.remove("kind");
                object.remove("apiVersion");
            }
            object
        };
        json_response(&json!({
            "kind": format!("{}List", kind.name()), "apiVersion": kind.api_version(),
            "metadata": {"resourceVersion": version}, "items": objects.iter().map(bare).collect::<Vec<_>>(),
        }))
    })
}

fn one(running: &Running, kind: Kind, namespace: Option<&str>, name: &str, headers: &HeaderMap) -> Response {
    running.look(|world| match world.store.get(kind, namespace, name) {
        Some(object) if wants_table(headers) => {
            json_response(&table::of(kind, &[object], &object["metadata"]["resourceVersion"]))
        }
        Some(object) => json_response(object),
        None => Status::not_found(kind, name).into_response(),
    })
}

/// DELETE of a pod, or of what is only kept: the preconditions, the dry run, and the object as it then is. Terminating pods are no
/// exception.
async fn delete(running: &Running, named: &Named<'_>, query: &Query, request: Request) -> Response {
    let Named { kind, namespace, name } = *named;
    let agent = header(request.headers(), &USER_AGENT).to_owned();
    let Ok(body) = to_bytes(request.into_body(), LARGEST_BODY).await else {
        return Status::bad_request("the body could not be read".to_owned()).into_response();
    };
    let denied = |world: &World| world.faults.contains(&Fault::DeleteDenied).then(|| world.settings.user.clone());
    if let Some(user) = running.look(denied) {
        return Status::forbidden_pod(&user, "delete", "pods", name, namespace.unwrap_or_default()).into_response();
    }
    let options: Value = serde_json::from_slice(&body).unwrap_or_default();
    let grace =
        query.get("gracePeriodSeconds").and_then(|n| n.parse().ok()).or_else(|| options["gracePeriodSeconds"].as_u64());
    let dry_run = query.get("dryRun") == Some("All") || options["dryRun"] == json!(["All"]);
    running.change(|world| {
        let Some(object) = world.store.get(kind, namespace, name) else {
            return Status::not_found(kind, name).into_response();
        };
        let (uid, version) = (&object["metadata"]["uid"], &object["metadata"]["resourceVersion"]);
        let wanted = &options["preconditions"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if wanted["uid"].is_string() && wanted["uid"] != *uid {
            let why = format!(
                "the UID in the precondition ({}) does not match the UID in record ({}). The object might have been deleted and then recreated",
                text(&wanted["uid"]),
                text(uid)
            );
            return Status::conflict(kind, name, &why).into_response();
        }
        if wanted["resourceVersion"].is_string() && wanted["resourceVersion"] != *version {
            let why = format!(
                "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record ({}). The object might have been modified",
                text(&wanted["resourceVersion"]),
                text(version)
            );
            return Status::conflict(kind, name, &why).into_response();
        }
        let before = object.clone();
        if !dry_run && world.given.contains_key(&named.key()) {
            return json_response(&named.delete(world, grace));
        }
        if !dry_run {
            world.delete(name, grace, DeletedBy::Request(agent));
        }
        json_response(world.store.get(Kind::Pod, namespace, name).unwrap_or(&before))
    })
}

/// `SelfSubjectAccessReview`: what the bot's role permits, less what a fault takes from it.
async fn review(running: &Running, request: Request) -> Response {
    let Ok(body) = to_bytes(request.into_body(), LARGEST_BODY).await else {
        return Status::bad_request("the body could not be read".to_owned()).into_response();
    };
    let mut review: Value = serde_json::from_slice(&body).unwrap_or_default();
    let allowed = running.look(|world| permits(world, &review["spec"]["resourceAttributes"]));
    review["kind"] = json!("SelfSubjectAccessReview");
    review["apiVersion"] = json!("authorization.k8s.io/v1");
    review["status"] = json!({"allowed": allowed});
    (StatusCode::CREATED, json_response(&review)).into_response()
}

/// The role, as deploy/ has it.
fn permits(world: &World, attributes: &Value) -> bool {
    let text = |key: &str| attributes[key].as_str().unwrap_or_default();
    if world.faults.contains(&Fault::MayDoEverything) {
        return true;
    }
    if text("namespace") != world.settings.namespace {
        return false;
    }
    let has = |fault: Fault| world.faults.contains(&fault);
    let name = text("name");
    let role = world.pod(name).map(|pod| pod.role);
    let is_bbs = role == Some(Role::Bbs);
    match (text("group"), text("resource"), text("subresource"), text("verb")) {
        ("", "pods", "exec", "get" | "create") => {
            role.is_some() && !has(Fault::ExecDenied) && !(is_bbs && has(Fault::ExecIntoBbsDenied))
        }
        ("", "pods", "", "delete") => matches!(role, Some(Role::Bbs | Role::Locket)) && !has(Fault::DeleteDenied),
        ("", resource @ ("pods" | "endpoints"), "", "list" | "watch" | "get")
        | ("", resource @ ("services" | "events"), "", "list")
        | ("apps", resource @ "statefulsets", "", "list") => !has(Fault::ReadDenied { resource: resource.to_owned() }),
        _ => false,
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &axum::http::HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn wants_table(headers: &HeaderMap) -> bool {
    header(headers, &ACCEPT).split(',').next().is_some_and(|first| first.contains("as=Table"))
}

fn json_response(value: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string() + "\n").into_response()
}
