//! Server-side tables, which `kubectl get` prints.

use super::store::Kind;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Some objects as a Table: the cells that are printed, and each object's metadata for labels and names.
pub(super) fn of(kind: Kind, objects: &[&Value], version: &Value) -> Value {
    let rows: Vec<_> = objects
        .iter()
        .map(|object| {
            let metadata = json!({
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"],
            });
            json!({"cells": cells(kind, object), "object": metadata})
        })
        .collect();
    let columns: Vec<_> = columns(kind)
        .iter()
        .map(|&(name, priority)| {
            let format = if name == "Name" { "name" } else { "" };
            json!({"name": name, "type": "string", "format": format, "description": name, "priority": priority})
        })
        .collect();
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version}, "columnDefinitions": columns, "rows": rows,
    })
}

fn columns(kind: Kind) -> &'static [(&'static str, u8)] {
    match kind {
        Kind::Pod => &[
            ("Name", 0),
            ("Ready", 0),
            ("Status", 0),
            ("Restarts", 0),
            ("Age", 0),
            ("IP", 1),
            ("Node", 1),
            ("Nominated Node", 1),
            ("Readiness Gates", 1),
        ],
        Kind::StatefulSet => &[("Name", 0), ("Ready", 0), ("Age", 0), ("Containers", 1), ("Images", 1)],
        Kind::Endpoints => &[("Name", 0), ("Endpoints", 0), ("Age", 0)],
        Kind::Service => &[("Name", 0), ("Type", 0), ("Cluster-IP", 0), ("External-IP", 0), ("Port(s)", 0), ("Age", 0)],
        Kind::Namespace => &[("Name", 0), ("Status", 0), ("Age", 0)],
        Kind::Event => &[("Last Seen", 0), ("Type", 0), ("Reason", 0), ("Object", 0), ("Message", 0)],
    }
}

fn cells(kind: Kind, object: &Value) -> Value {
    let name = &object["metadata"]["name"];
    let age = age(&object["metadata"]["creationTimestamp"]);
    match kind {
        Kind::Pod => {
            let containers = object["status"]["containerStatuses"].as_array();
            let ready = containers.into_iter().flatten().filter(|each| each["ready"] == true).count();
            let total = object["spec"]["containers"].as_array().map_or(0, Vec::len);
            let restarts: u64 = containers.into_iter().flatten().filter_map(|each| each["restartCount"].as_u64()).sum();
            let or_none = |value: &Value| value.as_str().unwrap_or("<none>").to_owned();
            let (ip, node) = (or_none(&object["status"]["podIP"]), or_none(&object["spec"]["nodeName"]));
            json!([
                name,
                format!("{ready}/{total}"),
                pod_status(object),
                restarts.to_string(),
                age,
                ip,
                node,
                "<none>",
                "<none>"
            ])
        }
        Kind::StatefulSet => {
            let ready = object["status"]["readyReplicas"].as_u64().unwrap_or(0);
            let containers = object["spec"]["template"]["spec"]["containers"].as_array();
            let list = |key: &str| {
                containers.into_iter().flatten().filter_map(|each| each[key].as_str()).collect::<Vec<_>>().join(",")
            };
            json!([name, format!("{ready}/{}", object["spec"]["replicas"]), age, list("name"), list("image")])
        }
        Kind::Endpoints => json!([name, endpoints(object), age]),
        Kind::Service => {
            let ports = object["spec"]["ports"].as_array().into_iter().flatten();
            let ports: Vec<_> = ports.map(|port| format!("{}/TCP", port["port"])).collect();
            json!([name, object["spec"]["type"], object["spec"]["clusterIP"], "<none>", ports.join(","), age])
        }
        Kind::Namespace => json!([name, object["status"]["phase"], age]),
        Kind::Event => {
            json!([age, object["type"], object["reason"], object["involvedObject"]["name"], object["message"]])
        }
    }
}

/// The Status column: as kubectl's printer draws it from the phase, the deletion and the containers.
fn pod_status(object: &Value) -> String {
    let metadata = &object["metadata"];
    let mut status = object["status"]["phase"].as_str().unwrap_or("Unknown").to_owned();
    for container in object["status"]["containerStatuses"].as_array().into_iter().flatten() {
        let state = &container["state"];
        let reason = state["waiting"]["reason"].as_str().or_else(|| state["terminated"]["reason"].as_str());
        if let Some(reason) = reason {
            reason.clone_into(&mut status);
            break;
        }
    }
    if !metadata["deletionTimestamp"].is_null()
        && !matches!(object["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
    {
        "Terminating".clone_into(&mut status);
    }
    status
}

fn endpoints(object: &Value) -> String {
    let Some(subsets) = object["subsets"].as_array() else { return "<none>".to_owned() };
    let mut all = Vec::new();
    for subset in subsets {
        for port in subset["ports"].as_array().into_iter().flatten() {
            for address in subset["addresses"].as_array().into_iter().flatten() {
                all.push(format!("{}:{}", address["ip"].as_str().unwrap_or_default(), port["port"]));
            }
        }
    }
    all.join(",")
}

/// `32s`, `9m3s`, `24m`, `5h12m`: as kubectl shortens durations.
fn age(created: &Value) -> String {
    let Some(created) = created.as_str().and_then(|created| created.parse::<Timestamp>().ok()) else {
        return "<unknown>".to_owned();
    };
    let seconds = (Timestamp::now() - created).total(jiff::Unit::Second).unwrap_or(0.0).max(0.0) as u64;
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..600 if !seconds.is_multiple_of(60) => format!("{minutes}m{}s", seconds % 60),
        120..10_800 => format!("{minutes}m"),
        10_800..28_800 if !minutes.is_multiple_of(60) => format!("{hours}h{}m", minutes % 60),
        _ if hours < 48 => format!("{hours}h"),
        _ => format!("{}d", hours / 24),
    }
}
