//! The embedded cluster against the records of a real one, through the clients that the bot and people use.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use k8s_openapi::api::core::v1::{Endpoints, Pod};
use kube::api::{Api, AttachParams, DeleteParams, ListParams, Preconditions};
use kube::{Client, Config};
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::kubernetes::{Cluster, Snapshot};
use std::time::Duration;
use tokio::io::AsyncReadExt;

const DEADLINE: Duration = Duration::from_secs(20);

fn start() -> (Cluster, Client) {
    let cluster = Cluster::start(Settings::short()).unwrap();
    let client = client(&cluster);
    (cluster, client)
}

fn client(cluster: &Cluster) -> Client {
    let mut config = Config::new(cluster.url().parse().unwrap());
    "cf".clone_into(&mut config.default_namespace);
    config.default_retry = false;
    Client::try_from(config).unwrap()
}

/// Runs a command in `api-0`; gives the exit code, if there is one, and what it printed.
async fn exec(client: &Client, pod: &str, container: &str, argv: &[&str]) -> (Option<i32>, String, String) {
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let parameters = AttachParams::default().container(container).stdout(true).stderr(true);
    let mut process = pods.exec(pod, argv.to_vec(), &parameters).await.unwrap();
    let (mut out, mut err) = (process.stdout().unwrap(), process.stderr().unwrap());
    let status = process.take_status().unwrap();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let (_, _, status) = tokio::join!(out.read_to_string(&mut stdout), err.read_to_string(&mut stderr), status);
    let status = status.unwrap();
    let code = match status.status.as_deref() {
        Some("Success") => Some(0),
        _ => status
            .details
            .and_then(|details| details.causes)
            .and_then(|causes| causes.into_iter().find(|cause| cause.reason.as_deref() == Some("ExitCode")))
            .and_then(|cause| cause.message?.parse().ok()),
    };
    (code, stdout, stderr)
}

const NC: [&str; 6] = ["nc", "-zv", "-w", "5", "diego-api.cf.svc.cluster.local", "8889"];

async fn nc(client: &Client) -> (Option<i32>, String) {
    let (code, _, stderr) = exec(client, "api-0", "api", &NC).await;
    (code, stderr)
}

#[tokio::test]
async fn a_healthy_cluster_to_begin_with() {
    let (cluster, client) = start();
    assert!(cluster.snapshot().healthy(), "{:#?}", cluster.snapshot());
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let listed = pods.list(&ListParams::default().labels("skiff-role-name=diego-api")).await.unwrap();
    assert_eq!(listed.items.len(), 2);
    let endpoints: Api<Endpoints> = Api::default_namespaced(client.clone());
    assert_eq!(endpoints.get("diego-api").await.unwrap().subsets.unwrap().len(), 1);
    assert_eq!(
        nc(&client).await,
        (
            Some(0),
            "Connection to diego-api.cf.svc.cluster.local (10.96.210.143) 8889 port [tcp/*] succeeded!\n".to_owned()
        )
    );
}

/// Records 02 and 14: refused, stuck long after the database is back, healed by deleting.
#[tokio::test]
async fn the_runbooks_outage() {
    let (cluster, client) = start();
    cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
    cluster.wait_until(DEADLINE, |now| now.endpoints.is_empty()).await.unwrap();
    let (code, text) = nc(&client).await;
    assert_eq!(code, Some(1));
    assert_eq!(
        text,
        "nc: connect to diego-api.cf.svc.cluster.local (10.96.210.143) port 8889 (tcp) failed: Connection refused\n"
    );
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let pod = pods.get("diego-api-0").await.unwrap();
    let preconditions = Preconditions { uid: pod.metadata.uid.clone(), resource_version: None };
    let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
    pods.delete("diego-api-0", &parameters).await.unwrap();
    cluster.wait_until(DEADLINE, Snapshot::healthy).await.unwrap();
    assert_eq!(nc(&client).await.0, Some(0));
    assert_eq!(cluster.terminations().len(), 1);
    assert_eq!(Some(&cluster.terminations()[0].uid), pod.metadata.uid.as_ref());
}
