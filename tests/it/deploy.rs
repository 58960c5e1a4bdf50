//! What stands in deploy/: the manifests as kustomize renders them, the Role, and the admission policy over the bot's execs.

pub(crate) mod admission;
mod manifests;
mod policy;
mod role;
mod slack;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A file or folder of deploy/kubernetes.
fn kubernetes(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kubernetes").join(path)
}

/// The objects of a YAML stream.
fn objects(yaml: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

/// A list's elements; none where there is no list.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
