//! What else may be wrong, or different, around a BBS: certificates, migrations, nodes, names, labels, cells.

use super::*;
use k8s_openapi::api::core::v1::Service;
use stagerbot::simulator::kubernetes::labels::Labels;

const CERTIFICATES: &str = "/var/vcap/jobs/cloud_controller_ng/config/certs";

/// The Cloud Controller's ping: the exit code, what it printed to both streams.
async fn ping(client: &Client, more: &str) -> (Result<i32, String>, String, String) {
    let script = format!(
        "curl -sS --max-time 5 -d '' -o /dev/null -w '%{{http_code}}' --cert {CERTIFICATES}/mutual_tls.crt \
         --key {CERTIFICATES}/mutual_tls.key --cacert {CERTIFICATES}/mutual_tls_ca.crt {more}"
    );
    let Ran { code, stdout, stderr } = exec(client, &["bash", "-c", &script]).await;
    (code, stdout, stderr)
}

async fn address(client: &Client, pod: &str) -> String {
    pods(client).get(pod).await.unwrap().status.unwrap().pod_ip.unwrap()
}

fn url() -> String {
    format!("https://{BBS}:8889/v1/ping")
}

#[tokio::test]
async fn the_ping_goes_to_the_service_or_to_one_pod() {
    let (_cluster, client) = start();
    let (active, passive) = (address(&client, "diego-api-0").await, address(&client, "diego-api-1").await);
    let answered = || (Ok(0), "200".to_owned(), String::new());
    assert_eq!(ping(&client, &url()).await, answered());
    for way in
        [format!("--connect-to {BBS}:8889:{active}:8889"), format!("--noproxy '*' --resolve {BBS}:8889:{active}")]
    {
        assert_eq!(ping(&client, &format!("{way} {}", url())).await, answered(), "{way}");
    }
    for way in [format!("--connect-to {BBS}:8889:{passive}:8889"), format!("--resolve {BBS}:8889:{passive}")] {
        let (code, _, stderr) = ping(&client, &format!("{way} {}", url())).await;
        assert_eq!((code, stderr.contains("(7) Failed to connect")), (Ok(7), true), "{way}: {stderr}");
    }
}

#[tokio::test]
async fn certificates_are_needed_and_may_be_missing_or_expired() {
    let (cluster, client) = start();
    let plain = format!("curl -sS -d '' {}", url());
    let ran = exec(&client, &["bash", "-c", &plain]).await;
    assert_eq!(ran.stderr, "curl: (77) error setting certificate file: /etc/ssl/certs/ca-certificates.crt\n");
    let anonymous = format!("curl -sS -d '' --cacert {CERTIFICATES}/mutual_tls_ca.crt {}", url());
    let ran = exec(&client, &["bash", "-c", &anonymous]).await;
    assert_eq!((ran.code, ran.stderr.contains("alert certificate required")), (Ok(56), true));

    cluster.inject(Fault::CertificatesMissing);
    let (code, _, stderr) = ping(&client, &url()).await;
    assert_eq!((code, stderr.contains("could not load PEM client certificate")), (Ok(58), true), "{stderr}");
    cluster.heal(&Fault::CertificatesMissing);

    cluster.inject(Fault::CertificatesExpired);
    cluster.advance_until(|now| now.endpoints.is_empty()).unwrap();
    let active = address(&client, "diego-api-0").await;
    let (code, _, stderr) = ping(&client, &format!("--resolve {BBS}:8889:{active} {}", url())).await;
    assert_eq!((code, stderr.contains("certificate has expired")), (Ok(60), true), "{stderr}");
    // A restart does not help: the new one is not trusted either.
    cluster.delete_pods_by_hand(&["diego-api-0", "diego-api-1"]);
    without(&cluster, |now| now.leader.is_some());
    cluster.heal(&Fault::CertificatesExpired);
    cluster.advance_until(Snapshot::healthy).unwrap();
}

#[tokio::test]
async fn a_bbs_that_migrates_listens_and_does_not_serve() {
    let (cluster, client) = start();
    cluster.inject(Fault::BbsMigrating);
    cluster.advance_until(|now| now.endpoints.is_empty()).unwrap();
    let active = address(&client, "diego-api-0").await;
    let (code, stdout, _) = ping(&client, &format!("--resolve {BBS}:8889:{active} {}", url())).await;
    assert_eq!((code, stdout.as_str()), (Ok(0), "503"));
}

#[tokio::test]
async fn a_pod_whose_node_is_lost_stays_and_cannot_be_reached() {
    let (cluster, client) = start();
    let ip = address(&client, "diego-api-0").await;
    cluster.inject(Fault::NodeLost { pod: "diego-api-0".into() });
    let taken_over = cluster.advance_until(|now| now.endpoints == ["diego-api-1"]).unwrap();
    assert!(taken_over.pod("diego-api-0").unwrap().terminating);
    let lost = pods(&client).get("diego-api-0").await.unwrap();
    let status = lost.status.unwrap();
    assert_eq!((status.phase.as_deref(), status.reason.as_deref()), (Some("Running"), Some("NodeLost")));
    assert_eq!(exec(&client, &["nc", "-zv", "-w", "5", &ip, "8889"]).await.code, Ok(1));
    let parameters = AttachParams::default().container("diego-api");
    let refused = pods(&client).exec("diego-api-0", ["true"], &parameters).await.err().unwrap();
    assert!(refused.to_string().contains("error dialing backend"), "{refused}");
    assert_eq!(cluster.terminations()[0].by, DeletedBy::Cluster);
}

#[tokio::test]
async fn a_revision_that_waits_is_deployed_by_a_deletion() {
    let (cluster, client) = start();
    let sets: Api<StatefulSet> = Api::default_namespaced(client.clone());
    let revisions = async || {
        let status = sets.get("diego-api").await.unwrap().status.unwrap();
        (status.current_revision.unwrap(), status.update_revision.unwrap())
    };
    let (before, same) = revisions().await;
    assert_eq!(before, same);
    cluster.inject(Fault::PendingRevision);
    let (current, newest) = revisions().await;
    assert_eq!(current, before);
    assert_ne!(newest, before);
    cluster.delete_pods_by_hand(&["diego-api-0", "diego-api-1"]);
    let uids: Vec<_> = cluster.pods().into_iter().map(|pod| pod.uid).collect();
    let replaced = |now: &Snapshot| {
        let bbs = now.pods.iter().filter(|pod| pod.name.starts_with("diego-api-"));
        now.healthy() && bbs.filter(|pod| !uids.contains(&pod.uid)).count() == 2
    };
    cluster.advance_until(replaced).unwrap();
    let labels = pods(&client).get("diego-api-0").await.unwrap().metadata.labels.unwrap();
    assert_eq!(labels["controller-revision-hash"], newest);
    assert_eq!(revisions().await, (newest.clone(), newest));
}

#[tokio::test]
async fn cells_evacuate_until_they_are_let_go() {
    let cells = Some(Workload { parallel: true, ..Workload::new("diego-cell", &["diego-cell"]) });
    let (cluster, _client) = start_with(Settings { cells, ..Settings::short() });
    assert!(cluster.snapshot().healthy());
    cluster.inject(Fault::CellsEvacuating);
    let leaving = cluster.snapshot();
    assert!(["diego-cell-0", "diego-cell-1"].iter().all(|cell| leaving.pod(cell).unwrap().terminating));
    without(&cluster, Snapshot::healthy);
    cluster.heal(&Fault::CellsEvacuating);
    cluster.advance_until(Snapshot::healthy).unwrap();
}

#[tokio::test]
async fn the_operators_label_is_there_or_not_and_never_false() {
    let (cluster, _) = start_with(Settings::kubecf());
    assert!(cluster.snapshot().healthy(), "{:#?}", cluster.snapshot());
    let mut config = Config::new(cluster.url().parse().unwrap());
    "kubecf".clone_into(&mut config.default_namespace);
    let client = Client::try_from(config).unwrap();
    let labelled = async |pod: &str| {
        let labels = pods(&client).get(pod).await.unwrap().metadata.labels.unwrap();
        assert_eq!(labels["quarks.cloudfoundry.org/instance-group-name"], "diego-api");
        assert!(!labels.contains_key("skiff-role-active"));
        labels.get("quarks.cloudfoundry.org/pod-active").cloned()
    };
    assert_eq!(labelled("diego-api-0").await.as_deref(), Some("active"));
    assert_eq!(labelled("diego-api-1").await, None);
    let services: Api<Service> = Api::default_namespaced(client.clone());
    let selector = services.get("diego-api").await.unwrap().spec.unwrap().selector.unwrap();
    assert_eq!(selector["quarks.cloudfoundry.org/pod-active"], "active");
    // The one for all pods has no address, and each pod has one of its own that has.
    let service = async |name: &str| services.get(name).await.unwrap().spec.unwrap();
    assert_eq!(service("diego-api").await.cluster_ip.as_deref(), Some("None"));
    for ordinal in ["0", "1"] {
        let own = service(&format!("diego-api-{ordinal}")).await;
        assert_ne!(own.cluster_ip.as_deref(), Some("None"));
        let selector = own.selector.unwrap();
        assert_eq!(selector["quarks.cloudfoundry.org/pod-ordinal"], ordinal);
        assert_eq!(selector["quarks.cloudfoundry.org/pod-active"], "active");
    }
    // The certificate is for the operator's name alone.
    let ping = async |host: &str| {
        let script = format!(
            "curl -sS -o /dev/null -d '' --cert {CERTIFICATES}/mutual_tls.crt --key {CERTIFICATES}/mutual_tls.key \
             --cacert {CERTIFICATES}/mutual_tls_ca.crt https://{host}:8889/v1/ping"
        );
        exec_in(&client, "api-0", "cloud-controller-ng-cloud-controller-ng", &["bash", "-c", &script]).await.code
    };
    assert_eq!(ping("bbs.service.cf.internal").await, Ok(0));
    assert_eq!(ping("diego-api.kubecf.svc.cluster.local").await, Ok(60));

    cluster.delete_pod_by_hand("diego-api-0");
    cluster.advance_until(|now| now.endpoints == ["diego-api-1"]).unwrap();
    assert_eq!(labelled("diego-api-1").await.as_deref(), Some("active"));
}

#[tokio::test]
async fn without_a_label_every_ready_pod_is_behind_the_service() {
    let (cluster, _) = start_with(Settings { labels: Labels::Unlabelled, ..Settings::short() });
    let now = cluster.snapshot();
    assert_eq!(now.endpoints, ["diego-api-0", "diego-api-1"]);
    assert!(now.pods.iter().all(|pod| pod.active.is_none()));
}

#[tokio::test]
async fn the_databases_pods_follow_the_database() {
    let database_pods = Some(Workload { replicas: 1, ..Workload::new("mysql", &["mysql"]) });
    let (cluster, _) = start_with(Settings { database_pods, ..Settings::short() });
    assert!(cluster.snapshot().healthy());
    cluster.inject(Fault::DatabaseRefuses);
    cluster.advance_until(|now| now.pod("mysql-0").unwrap().ready == 0).unwrap();
    cluster.heal(&Fault::DatabaseRefuses);
    cluster.advance_until(Snapshot::healthy).unwrap();
}

#[tokio::test]
async fn a_read_that_is_denied_is_denied_as_a_real_one() {
    let (cluster, client) = start();
    cluster.inject(Fault::ReadDenied { resource: "services".into() });
    let services: Api<Service> = Api::default_namespaced(client.clone());
    let kube::Error::Api(denied) = services.list(&ListParams::default()).await.unwrap_err() else { panic!() };
    let recorded = record_json("forbidden.json");
    let expected = recorded["message"].as_str().unwrap().replace("secrets", "services");
    assert_eq!((denied.message.as_str(), denied.code), (expected.as_str(), 403));
    assert_eq!(pods(&client).list(&ListParams::default()).await.unwrap().items.len(), 4);
}
