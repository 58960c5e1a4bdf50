//! What is broken in a cluster: the way there, permissions, policies, the topology, and what is in the pods.

use std::time::Duration;

use stagerbot::cluster::permissions::NO_CONTAINER;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::{ExecHealth, Settings};

use super::house::{Broken, House, Row, each_is_found, failure, shape, warning};

fn unreadable(broken: &mut Broken<'_>, resource: &str) {
    broken.kubernetes(Fault::ReadDenied { resource: resource.into() });
}

const ROLE: &str = "deploy/kubernetes/access/role.yaml";

const ROWS: &[Row] = &[
    failure(
        "the kubeconfig is not there",
        |b| b.environment("kubeconfig = \"/nowhere\""),
        ["cluster.kubeconfig", "nowhere", "mend kubeconfig and context"],
    ),
    failure(
        "the context is not there",
        |b| b.environment("context = \"nowhere\""),
        ["cluster.kubeconfig", "nowhere", "mend kubeconfig and context"],
    ),
    failure(
        "the API server is down",
        |b| b.kubernetes(Fault::ApiServerDown),
        ["cluster.reached", "the API server is unreachable", "NetworkPolicy"],
    ),
    failure(
        "the token has expired",
        |b| b.kubernetes(Fault::TokenExpired),
        ["cluster.reached", "refused the credentials", "renew the token"],
    ),
    failure(
        "the clocks differ by minutes",
        |b| b.kubernetes(Fault::ClockAhead { by: Duration::from_mins(5) }),
        ["clock.skew", "behind that of the API server of prod", "NTP or chrony"],
    ),
    warning(
        "the clocks differ by half a minute",
        |b| b.kubernetes(Fault::ClockAhead { by: Duration::from_secs(30) }),
        ["clock.skew", "behind that of the API server of prod", "NTP or chrony"],
    ),
    failure("pods may not be listed", |b| unreadable(b, "pods"), ["cluster.permissions", "may not list pods", ROLE]),
    failure(
        "sets may not be listed",
        |b| unreadable(b, "statefulsets"),
        ["cluster.permissions", "may not list statefulsets", ROLE],
    ),
    failure(
        "endpoints may not be read",
        |b| unreadable(b, "endpoints"),
        ["cluster.permissions", "may not get endpoints diego-api", ROLE],
    ),
    warning(
        "services may not be listed",
        |b| unreadable(b, "services"),
        ["cluster.permissions", "may not list services", ROLE],
    ),
    warning(
        "events may not be listed",
        |b| unreadable(b, "events"),
        ["cluster.permissions", "may not list events", ROLE],
    ),
    failure(
        "nothing may be run in pods",
        |b| b.kubernetes(Fault::ExecDenied),
        ["cluster.permissions", "may not get pods/exec api-0, create pods/exec api-0", ROLE],
    ),
    warning(
        "nothing may be run in the BBS's pods",
        |b| b.kubernetes(Fault::ExecIntoBbsDenied),
        ["cluster.permissions", "may not get pods/exec diego-api-0: who listens there", ROLE],
    ),
    failure(
        "no pod may be deleted",
        |b| b.kubernetes(Fault::DeleteDenied),
        ["cluster.permissions", "may not delete pods diego-api-0, delete pods diego-api-1", ROLE],
    ),
    failure(
        "the account is an administrator's",
        |b| b.kubernetes(Fault::MayDoEverything),
        ["cluster.too-much", "may do everything in the whole cluster", "a ServiceAccount of its own"],
    ),
    warning(
        "no policy limits commands",
        |b| b.on(Settings::held()),
        ["cluster.admission-policy", "no admission policy limits", "components/exec-admission"],
    ),
    failure(
        "the policy is of another version",
        |b| b.on(Settings { admitted: Some(vec!["exec true".into()]), ..Settings::held() }),
        ["pods.exec", "a policy refuses the bot's own script", "exec-admission of this very version"],
    ),
    failure(
        "a proxy passes no WebSockets",
        |b| b.on(Settings { exec: ExecHealth::NoUpgrade, ..shape() }),
        ["pods.exec", "takes no WebSockets", "let the proxy or gateway"],
    ),
    failure(
        "the namespace is another one",
        |b| b.environment("namespace = \"staging\""),
        ["topology.parts", "there is no pod of the Cloud Controller in namespace staging", "[environment.topology]"],
    ),
    failure(
        "the preset is of another release",
        |b| b.environment("preset = \"scf\""),
        ["topology.parts", "there is no pod of", "[environment.topology]"],
    ),
    failure(
        "nothing can be discovered",
        |b| {
            b.set(|setup| setup.without("environment.prod.preset"));
            let mut other = shape();
            "web".clone_into(&mut other.api.name);
            other.api.containers = vec!["web".into()];
            b.on(other);
        },
        ["topology.parts", "in namespace cf", "[environment.topology]"],
    ),
    failure(
        "the Service has another name",
        |b| b.kubernetes(Fault::WrongServiceName),
        ["topology.service", "there is no Service diego-api", "bbs_service"],
    ),
    failure(
        "nothing in the pods can connect",
        |b| {
            b.kubernetes(Fault::NcMissing);
            b.kubernetes(Fault::BashMissing);
        },
        ["pods.tools", "api-0 has neither nc nor bash", "netcat-openbsd"],
    ),
    warning(
        "nothing in the pods can ping",
        |b| b.kubernetes(Fault::CurlMissing),
        ["pods.tools", "api-0 has no curl", "give the Cloud Controller's image curl"],
    ),
    warning(
        "the certificates are not there",
        |b| b.kubernetes(Fault::CertificatesMissing),
        ["pods.ping", "the Cloud Controller's certificates for the BBS can't be used", "see what is in /var/vcap/jobs"],
    ),
    warning(
        "the certificates have expired",
        |b| b.kubernetes(Fault::CertificatesExpired),
        ["pods.ping", "TLS with the BBS fails", "renew the certificates"],
    ),
    warning(
        "nobody tells of the lock",
        |b| b.kubernetes(Fault::CfdotMissing),
        ["pods.lock", "cfdot is missing", "has cfdot"],
    ),
    warning(
        "the environment is ill",
        |b| b.kubernetes(Fault::NetworkPolicy),
        ["cluster.health", "prod is not healthy at present", "stagerbot check prod"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_in_a_cluster_is_found() {
    each_is_found(&House::new().await, ROWS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_changes_nothing_and_runs_its_own_scripts_alone() {
    let house = House::new().await;
    let _ = house.whole().examined().await;
    for request in house.both.scene.cluster.requests() {
        let reads = request.method == "GET" || request.path.ends_with("/selfsubjectaccessreviews");
        assert!(reads, "{} {}", request.method, request.path);
        // The one other command is meant for a container that is not there.
        let runs = request.path.ends_with("/exec") && !request.query.contains("command=sh");
        assert!(!runs || (request.status == 422 && request.query.contains(NO_CONTAINER)), "{request:?}");
    }
    assert_eq!(house.both.scene.cluster.terminations(), []);
    assert_eq!(house.both.scene.workspace.all_messages().len(), 0, "nobody sees a thing on Slack");
    assert_eq!(house.both.server.all_messages().len(), 0, "nor on Discord");
    assert_eq!(house.both.server.view().commands.len(), 0, "no command is registered");
    assert_eq!(house.both.scene.workspace.counters().connections_opened, 0, "no socket takes a bot's clicks");
}
