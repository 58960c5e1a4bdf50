//! What the API is given to keep: objects in which nothing runs, as on a server that has neither controllers nor kubelets.
//!
//! Whoever made them sets their status, too, and takes them away. The model's own objects are none of these: a fault changes them.

use super::pod::new_uid;
use super::running::Running;
use super::status::Status;
use super::store::{Kind, key};
use super::world::World;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// More than any body that is read here.
const LARGEST_BODY: usize = 1 << 20;
/// The only kind of patch that is understood.
const MERGE_PATCH: &str = "application/merge-patch+json";
/// `terminationGracePeriodSeconds` where nobody says.
const USUAL_GRACE: u64 = 30;

/// What a path names.
pub(super) struct Named<'a> {
    pub(super) kind: Kind,
    pub(super) namespace: Option<&'a str>,
    pub(super) name: &'a str,
}

impl Named<'_> {
    pub(super) fn key(&self) -> (Kind, String) {
        (self.kind, key(self.namespace, self.name))
    }

    /// Whether it is kept, and not the model's.
    pub(super) fn is_given(&self, running: &Running) -> bool {
        running.look(|world| world.given.contains_key(&self.key()))
    }

    /// PATCH of the object, or of its status alone.
    pub(super) async fn patch(&self, running: &Running, status: bool, request: Request) -> Response {
        let content = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if content != MERGE_PATCH {
            return Status::unsupported_media_type(content).into_response();
        }
        let Some(patch) = json_body(request).await else { return unreadable() };
        running.change(|world| {
            let Some(object) = world.given.get_mut(&self.key()) else {
                return Status::not_found(self.kind, self.name).into_response();
            };
            // What is not the status is not touched through it, and the other way round.
            let of_status = |part: &str| part == "status";
            let parts = patch.as_object().into_iter().flatten();
            for (part, patch) in parts.filter(|(part, _)| !has_status(self.kind) || of_status(part) == status) {
                merge(&mut object[part.as_str()], patch);
            }
            let after = object.clone();
            if is_over(&after) {
                world.given.remove(&self.key());
            }
            world.publish_given();
            answer(StatusCode::OK, self.stored(world).unwrap_or(&after))
        })
    }

    /// DELETE, whose preconditions hold: it is gone at once, unless a finalizer holds it or it has a node, which nobody hears from.
    pub(super) fn delete(&self, world: &mut World, grace: Option<u64>) -> Value {
        let Some(object) = world.given.get_mut(&self.key()) else { return Value::Null };
        let own = object["spec"]["terminationGracePeriodSeconds"].as_u64().unwrap_or(USUAL_GRACE);
        let on_node = self.kind == Kind::Pod && object["spec"]["nodeName"].is_string();
        let grace = if on_node { grace.unwrap_or(own) } else { 0 };
        let until = Timestamp::now() + SignedDuration::from_secs(i64::try_from(grace).unwrap_or(i64::MAX));
        object["metadata"]["deletionTimestamp"] = json!(written(until));
        object["metadata"]["deletionGracePeriodSeconds"] = json!(grace);
        let after = object.clone();
        if is_over(&after) {
            world.given.remove(&self.key());
        }
        if self.kind == Kind::Namespace {
            world.given.retain(|_, object| object["metadata"]["namespace"] != self.name);
        }
        world.publish_given();
        self.stored(world).cloned().unwrap_or(after)
    }

    fn stored<'w>(&self, world: &'w World) -> Option<&'w Value> {
        world.store.get(self.kind, self.namespace, self.name)
    }
}

/// POST of a new object.
pub(super) async fn create(running: &Running, kind: Kind, namespace: Option<&str>, request: Request) -> Response {
    let Some(mut object) = json_body(request).await else { return unreadable() };
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    if name.is_empty() || namespace.is_none() != (kind == Kind::Namespace) {
        return Status::bad_request("the object has no name, or no namespace to be in".to_owned()).into_response();
    }
    running.change(|world| {
        if let Some(namespace) = namespace.filter(|name| world.store.get(Kind::Namespace, None, name).is_none()) {
            return Status::not_found(Kind::Namespace, namespace).into_response();
        }
        if world.store.get(kind, namespace, &name).is_some() {
            return Status::already_exists(kind, &name).into_response();
        }
        object["kind"] = json!(kind.name());
        object["apiVersion"] = json!(kind.api_version());
        let metadata =
            json!({"namespace": namespace, "uid": new_uid(), "creationTimestamp": written(Timestamp::now())});
        merge(&mut object["metadata"], &metadata);
        if has_status(kind) {
            object["status"] = first_status(kind);
        }
        world.given.insert((kind, key(namespace, &name)), object.clone());
        world.publish_given();
        answer(StatusCode::CREATED, world.store.get(kind, namespace, &name).unwrap_or(&object))
    })
}

impl World {
    fn publish_given(&mut self) {
        // Events are published where there is a new one only.
        self.reported = true;
        self.publish();
    }
}

/// Whether the status is a resource of its own.
fn has_status(kind: Kind) -> bool {
    matches!(kind, Kind::Pod | Kind::StatefulSet | Kind::Service | Kind::Namespace)
}

fn first_status(kind: Kind) -> Value {
    match kind {
        Kind::Pod => json!({"phase": "Pending", "qosClass": "BestEffort"}),
        Kind::StatefulSet => json!({"replicas": 0, "availableReplicas": 0}),
        Kind::Namespace => json!({"phase": "Active"}),
        _ => json!({"loadBalancer": {}}),
    }
}

/// Whether nothing keeps a deleted object any more.
fn is_over(object: &Value) -> bool {
    let metadata = &object["metadata"];
    let held = metadata["finalizers"].as_array().is_some_and(|all| !all.is_empty());
    metadata["deletionGracePeriodSeconds"] == 0 && !held
}

/// A JSON merge patch (RFC 7386).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in patch {
        if !value.is_null() {
            merge(&mut target[key.as_str()], value);
        } else if let Some(target) = target.as_object_mut() {
            target.remove(key);
        }
    }
}

fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

async fn json_body(request: Request) -> Option<Value> {
    let body: Bytes = to_bytes(request.into_body(), LARGEST_BODY).await.ok()?;
    serde_json::from_slice(&body).ok().filter(Value::is_object)
}

fn unreadable() -> Response {
    Status::bad_request("the body could not be read".to_owned()).into_response()
}

fn answer(status: StatusCode, object: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], object.to_string() + "\n").into_response()
}
