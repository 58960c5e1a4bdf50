//! What the simulated API is given to keep, as a server alone keeps it: recorded nowhere, by the API's own conventions.

use k8s_openapi::api::core::v1::Namespace;
use kube::api::{Patch, PatchParams, PostParams};

use super::*;

fn object<K: serde::de::DeserializeOwned>(value: Value) -> K {
    serde_json::from_value(value).unwrap()
}

fn held_pod() -> Pod {
    object(json!({
        "metadata": {"name": "api-0", "labels": {"role": "api"}, "finalizers": ["test/hold"]},
        "spec": {"containers": [{"name": "api"}]},
        "status": {"phase": "Running"},
    }))
}

fn code<T: std::fmt::Debug>(answer: kube::Result<T>) -> u16 {
    match answer.unwrap_err() {
        kube::Error::Api(status) => status.code,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_is_given_is_kept_beside_the_model_and_nothing_runs_in_it() {
    let (cluster, client) = start();
    let (namespaces, create) = (Api::<Namespace>::all(client.clone()), PostParams::default());
    let away: Api<Pod> = Api::namespaced(client.clone(), "away");
    assert_eq!(code(away.create(&create, &held_pod()).await), 404, "there is no such namespace yet");
    namespaces.create(&create, &object(json!({"metadata": {"name": "away"}}))).await.unwrap();
    let made = away.create(&create, &held_pod()).await.unwrap();
    let phase = |pod: &Pod| pod.status.as_ref().unwrap().phase.clone().unwrap();
    assert_eq!(phase(&made), "Pending", "a status is not created");
    assert_eq!(code(away.create(&create, &held_pod()).await), 409);
    let same_name = pods(&client).get("api-0").await.unwrap();
    assert_ne!(same_name.metadata.uid, made.metadata.uid, "another one in another namespace");
    assert_eq!(cluster.pods().len(), 4, "the model has its own");

    let merge = |value: Value| Patch::Merge(value);
    let both = json!({"metadata": {"labels": {"role": null, "new": "1"}}, "status": {"phase": "Running"}});
    let patched = away.patch("api-0", &PatchParams::default(), &merge(both.clone())).await.unwrap();
    assert_eq!((phase(&patched).as_str(), patched.metadata.labels.clone().unwrap().len()), ("Pending", 1));
    let patched = away.patch_status("api-0", &PatchParams::default(), &merge(both)).await.unwrap();
    assert_eq!(phase(&patched), "Running");
    assert_ne!(patched.metadata.resource_version, made.metadata.resource_version);
    let exec = away.exec("api-0", ["true"], &AttachParams::default()).await;
    assert_eq!(code(exec.map(|_| ())), 400, "it has no node");
    let of_the_model = pods(&client).patch("api-0", &PatchParams::default(), &merge(json!({}))).await;
    assert_eq!(code(of_the_model), 405, "the model changes by faults");

    let stale = Preconditions { uid: made.metadata.uid.clone(), resource_version: made.metadata.resource_version };
    let sure = DeleteParams { preconditions: Some(stale), ..DeleteParams::default() };
    assert_eq!(code(away.delete("api-0", &sure).await), 409, "it has changed since");
    away.delete("api-0", &DeleteParams::default()).await.unwrap();
    let held = away.get("api-0").await.unwrap();
    assert!(held.metadata.deletion_timestamp.is_some(), "a finalizer holds it");
    let none = merge(json!({"metadata": {"finalizers": null}}));
    away.patch("api-0", &PatchParams::default(), &none).await.unwrap();
    assert_eq!(code(away.get("api-0").await), 404);

    away.create(&create, &held_pod()).await.unwrap();
    namespaces.delete("away", &DeleteParams::default()).await.unwrap();
    assert!(away.list(&ListParams::default()).await.unwrap().items.is_empty(), "it went with its namespace");
}

#[tokio::test]
async fn what_is_given_is_watched() {
    let (_cluster, client) = start();
    let all = pods(&client);
    let version = all.list(&ListParams::default()).await.unwrap().metadata.resource_version.unwrap();
    let mut watch = all.watch(&WatchParams::default(), &version).await.unwrap().boxed();
    let job = json!({"metadata": {"name": "job-1"}, "spec": {"containers": [{"name": "job"}]}});
    all.create(&PostParams::default(), &object(job)).await.unwrap();
    all.delete("job-1", &DeleteParams::default()).await.unwrap();
    for wanted in ["ADDED", "DELETED"] {
        let seen = tokio::time::timeout(PATIENCE, watch.try_next()).await.expect(wanted);
        let seen = match seen.unwrap().unwrap() {
            WatchEvent::Added(pod) => ("ADDED", pod),
            WatchEvent::Deleted(pod) => ("DELETED", pod),
            other => panic!("{other:?}"),
        };
        assert_eq!((seen.0, seen.1.metadata.name.as_deref()), (wanted, Some("job-1")));
    }
}
