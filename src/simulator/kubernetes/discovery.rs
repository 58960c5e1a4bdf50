//! What the API says about itself: versions, groups, resources.

use super::store::Kind;
use serde_json::{Value, json};

/// Answers `/version`, `/api`, `/apis` and the resource lists; `None` for any other path.
pub(super) fn answer(path: &[&str], address: &str) -> Option<Value> {
    let group = |name: &str, version: &str| {
        let version = json!({"groupVersion": format!("{name}/{version}"), "version": version});
        json!({"name": name, "versions": [version], "preferredVersion": version})
    };
    Some(match path {
        ["version"] => json!({
            "major": "1", "minor": "32", "gitVersion": "v1.32.13",
            "gitCommit": "63adf010aa20e104c0b7043b47f42f50c9f72b17", "gitTreeState": "clean",
            "buildDate": "2026-08-20T00:00:00Z", "goVersion": "go1.24.11", "compiler": "gc", "platform": "linux/amd64",
        }),
        ["api"] => json!({
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
        }),
        ["apis"] => json!({
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": [group("apps", "v1"), group("authorization.k8s.io", "v1")],
        }),
        ["apis", name @ ("apps" | "authorization.k8s.io")] => {
            let mut answer = group(name, "v1");
            answer["kind"] = json!("APIGroup");
            answer["apiVersion"] = json!("v1");
            answer
        }
        ["api", "v1"] => {
            let mut resources = resources("");
            resources.push(resource("pods/exec", "", "PodExecOptions", true, &["create", "get"]));
            json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": resources})
        }
        ["apis", "apps", "v1"] => {
            json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "apps/v1", "resources": resources("apps")})
        }
        ["apis", "authorization.k8s.io", "v1"] => {
            let review = resource("selfsubjectaccessreviews", "", "SelfSubjectAccessReview", false, &["create"]);
            json!({
                "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "authorization.k8s.io/v1", "resources": [review],
            })
        }
        _ => return None,
    })
}

fn resources(group: &str) -> Vec<Value> {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.group() == group);
    kinds
        .map(|kind| {
            let verbs = &["create", "delete", "get", "list", "patch", "watch"];
            let mut resource = resource(kind.plural(), singular(kind), kind.name(), kind != Kind::Namespace, verbs);
            let short: &[&str] = match kind {
                Kind::Pod => &["po"],
                Kind::Service => &["svc"],
                Kind::Endpoints => &["ep"],
                Kind::StatefulSet => &["sts"],
                Kind::Event => &["ev"],
                Kind::Namespace => &["ns"],
            };
            resource["shortNames"] = json!(short);
            resource
        })
        .collect()
}

fn singular(kind: Kind) -> &'static str {
    match kind {
        Kind::Pod => "pod",
        Kind::Service => "service",
        Kind::Endpoints => "endpoints",
        Kind::StatefulSet => "statefulset",
        Kind::Event => "event",
        Kind::Namespace => "namespace",
    }
}

fn resource(name: &str, singular: &str, kind: &str, namespaced: bool, verbs: &[&str]) -> Value {
    json!({"name": name, "singularName": singular, "namespaced": namespaced, "kind": kind, "verbs": verbs})
}
