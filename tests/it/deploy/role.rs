//! The Role is what the bot asks for, and no more.

use std::collections::BTreeSet;
use std::fs;

use axum::http::StatusCode;
use serde_json::Value;
use stagerbot::simulator::kubernetes::Cluster;

use crate::deploy::admission::every_exec_is_admitted;
use crate::deploy::{items, kubernetes, objects};
use crate::harness::{Scene, post, stays_stuck};

const ALERT: &str = include_str!("../../data/alertmanager/v0.27.json");

/// An API group, a resource of it, and what may be done with it.
type Permission = (String, String, String);

/// What the Role grants.
fn granted() -> BTreeSet<Permission> {
    let role = objects(&fs::read_to_string(kubernetes("access/role.yaml")).unwrap()).swap_remove(0);
    assert_eq!(role["kind"], "Role");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_rule = |rule: &Value| -> Vec<Permission> {
        let named = !rule["resourceNames"].is_null();
        let changes =
            items(&rule["verbs"]).any(|verb| verb == "delete") || rule["resources"] == serde_json::json!(["pods/exec"]);
        assert_eq!(named, changes, "pods are named wherever something is done to them: {rule:#}");
        items(&rule["apiGroups"])
            .flat_map(|group| items(&rule["resources"]).map(move |resource| (group, resource)))
            .flat_map(|(group, resource)| {
                items(&rule["verbs"]).map(move |verb| (text(group), text(resource), text(verb)))
            })
            .collect()
    };
    items(&role["rules"]).flat_map(of_rule).collect()
}

/// What a cluster was asked for, as its API server would ask RBAC.
fn asked(cluster: &Cluster) -> BTreeSet<Permission> {
    let permission = |path: &str, query: &str, method: &str| {
        let (before, after) =
            path.split_once("/namespaces/cf/").unwrap_or_else(|| panic!("outside the namespace: {path}"));
        let group = before.strip_prefix("/apis/").map_or("", |group| group.split('/').next().unwrap_or_default());
        let parts: Vec<&str> = after.split('/').collect();
        let (resource, named) = match parts.as_slice() {
            [resource] => ((*resource).to_owned(), false),
            [resource, _] => ((*resource).to_owned(), true),
            [resource, _, sub] => (format!("{resource}/{sub}"), true),
            _ => panic!("{path}"),
        };
        let watches = query.contains("watch=true") || query.contains("watch=1");
        let verb = match method {
            "GET" if watches => "watch",
            "GET" if named => "get",
            "GET" => "list",
            "DELETE" if named => "delete",
            "DELETE" => "deletecollection",
            "POST" => "create",
            other => panic!("{other} {path}"),
        };
        (group.to_owned(), resource, verb.to_owned())
    };
    cluster.requests().iter().map(|each| permission(&each.path, &each.query, &each.method)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_is_what_whole_incidents_ask_for() {
    let mut asked_for = BTreeSet::new();
    // With the topology as it is configured, and as it is found.
    for preset in ["cfee-2", "auto"] {
        let scene = Scene::of(stays_stuck(), preset, &[]).await;
        let bot = scene.bot().await;
        scene.stuck().await;
        assert_eq!(post(&bot, ALERT).await, StatusCode::OK);
        let card = scene.button("stager-restart").await;
        scene.requests(&scene.anna, &card, "").await;
        let card = scene.button("stager-approve").await;
        scene.clicks(&scene.ben, &card, "stager-approve").await;
        scene.card("Recovered").await;
        scene.beside_the_point(&["Alert CFStagerUnavailable (alertmanager) for prod: cf push fails in prod-eu"]);
        bot.stop().await;
        asked_for.extend(asked(&scene.cluster));
        let execs = every_exec_is_admitted(&scene.cluster);
        assert!(execs > 10, "the incident made {execs} execs");
    }
    // Newer API servers ask for it, too, and the simulated one has no RBAC.
    asked_for.insert((String::new(), "pods/exec".to_owned(), "create".to_owned()));
    assert_eq!(asked_for, granted());
}
