//! Whether a cluster is reached, what the bot may do there and should not, which pods play which part, and what they have inside.

use super::{clocks, pods};
use crate::bot;
use crate::causes::causes;
use crate::checkup::{Finding, Subject};
use crate::clock;
use crate::cluster::Cluster;
use crate::cluster::permissions::{Act, Admission, Server};
use crate::cluster::session::Connections;
use crate::config::{Config, EnvironmentSettings};
use crate::incident::diagnosis::{Verdict, diagnose};
use crate::incident::environment::Component;
use crate::incident::observation::{Depth, Observation, Obstacle, Pods, Seen};
use crate::incident::policy::Restarts;
use crate::words::Words;

/// From this minor version of Kubernetes on there are admission policies.
const ADMISSION_POLICIES: u32 = 30;
const ROLE: &str = "apply deploy/kubernetes/access/role.yaml, with your namespace and the names of your pods";

/// Looks at the cluster of an environment.
pub(super) async fn look(connections: &Connections, settings: &EnvironmentSettings, config: &Config) -> Vec<Finding> {
    let name = &settings.environment.name;
    let found = match bot::connect(connections, &bot::access(settings), settings, config.checks).await {
        Ok(cluster) => Box::pin(reached(&cluster, settings, config)).await,
        Err(error) => {
            let to_do = "mend kubeconfig and context in its [[environment]]; `kubectl --kubeconfig FILE get pods` has to work with them";
            vec![Finding::failure(Subject::Cluster, "cluster.kubeconfig", causes(&error), to_do)]
        }
    };
    found.into_iter().map(|finding| finding.of(name)).collect()
}

async fn reached(cluster: &Cluster, settings: &EnvironmentSettings, config: &Config) -> Vec<Finding> {
    let mut found: Vec<Finding> = cluster
        .warnings()
        .iter()
        .map(|doubt| {
            Finding::warning(Subject::Cluster, "cluster.kubeconfig", doubt, "change it, unless it is meant so")
        })
        .collect();
    let server = match cluster.server().await {
        Ok(server) => server,
        Err(unseen) => {
            let why = Words::of(None).state(&unseen.why);
            found.push(Finding::failure(Subject::Cluster, "cluster.reached", why, mend(unseen.obstacle)));
            return found;
        }
    };
    found.push(Finding::ok(Subject::Cluster, "cluster.reached", format!("Kubernetes {} answers", server.version)));
    found.extend(
        server.ahead.map(|ahead| clocks::compare(&format!("the API server of {}", settings.environment.name), ahead)),
    );
    let (needs, excess) = (in_general(settings), too_much());
    let (looked, general) =
        tokio::join!(cluster.look(Depth::Full, clock::now()), permissions(cluster, &needs, &excess, config));
    found.extend(general);
    let (observation, tools) = looked;
    found.extend(topology(&observation, settings));
    if let Some(all) = observation.pods.known() {
        found.extend(permissions(cluster, &to_pods(all, config.policy.restarts), &[], config).await);
        found.extend(admission(cluster, all, &server).await);
    }
    found.extend(pods::look(&observation, &tools));
    found.extend(health(&observation, &settings.environment.name));
    found
}

/// What to do where an API server is not seen.
fn mend(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Unreachable => {
            "mend the server's address in the kubeconfig, or let the bot's NetworkPolicy or firewall reach it"
        }
        Obstacle::Slow => "see how the API server is; where it is well, see what is slow on the way there",
        Obstacle::NoCredentials => {
            "see that the credential plugin works for the bot's user without a keyboard, or give it a token"
        }
        Obstacle::NotTrusted => {
            "put the authority's certificate into the kubeconfig (certificate-authority), or mend tls-server-name"
        }
        Obstacle::Credentials => {
            "renew the token or certificate in the kubeconfig: deploy/README.md, Several environments"
        }
        Obstacle::Permission => ROLE,
        Obstacle::Foreign => "see what answers at the server's address: a proxy's or gateway's page is no API server",
        Obstacle::Parts | Obstacle::Other => "try kubectl with this kubeconfig and context",
    }
}

/// What is asked for, and how bad it is where it is missing: what it costs, or that nothing works without.
type Needs = Vec<(Act, Option<&'static str>)>;

fn in_general(settings: &EnvironmentSettings) -> Needs {
    let service = &settings.environment.topology.bbs_service;
    let endpoints = match settings.environment.discover {
        Some(_) => Act::here("list", "endpoints"),
        None => Act::to("get", "endpoints", service),
    };
    let woken = Some("changes are seen with the next look alone");
    vec![
        (Act::here("list", "pods"), None),
        (Act::here("list", "statefulsets").of("apps"), None),
        (endpoints, None),
        (Act::here("watch", "pods"), woken),
        (Act::here("watch", "endpoints"), woken),
        (Act::here("list", "services"), Some("which Service is the BBS's is told by its endpoints alone")),
        (Act::here("list", "events"), Some("what the cluster warns of is not shown")),
    ]
}

/// What is done to single pods.
fn to_pods(pods: &Pods, restarts: Restarts) -> Needs {
    let mut needs = Needs::new();
    let mut exec = |name: &str, without| {
        needs.extend(["get", "create"].map(|verb| (Act::to(verb, "pods/exec", name), without)));
    };
    pods.cloud_controllers.iter().for_each(|pod| exec(&pod.name, None));
    let seen = Some("who listens there and who holds the lock is not seen");
    pods.bbs.iter().for_each(|pod| exec(&pod.name, seen));
    pods.lockets.iter().for_each(|pod| exec(&pod.name, Some("whether the database answers is not asked from there")));
    if restarts == Restarts::On {
        needs.extend(pods.bbs.iter().chain(&pods.lockets).map(|pod| (Act::to("delete", "pods", &pod.name), None)));
    }
    needs
}

/// What nobody needs who restarts some pods.
fn too_much() -> [Act; 14] {
    [
        Act::everywhere("*", "*").of("*"),
        Act::everywhere("delete", "nodes"),
        Act::everywhere("get", "secrets"),
        Act::everywhere("delete", "namespaces"),
        Act::everywhere("impersonate", "users"),
        Act::everywhere("create", "clusterrolebindings").of("rbac.authorization.k8s.io"),
        Act::here("create", "rolebindings").of("rbac.authorization.k8s.io"),
        Act::here("get", "secrets"),
        Act::here("list", "secrets"),
        Act::here("create", "pods"),
        Act::here("patch", "pods"),
        Act::here("delete", "pods"),
        Act::here("delete", "statefulsets").of("apps"),
        Act::here("patch", "statefulsets").of("apps"),
    ]
}

/// Compares what the account may do with what it needs, and with what it should not.
async fn permissions(cluster: &Cluster, needs: &Needs, excess: &[Act], config: &Config) -> Vec<Finding> {
    const CHECK: &str = "cluster.permissions";
    const EXCESS: &str = "cluster.too-much";
    let asked: Vec<Act> = needs.iter().map(|(act, _)| act.clone()).chain(excess.iter().cloned()).collect();
    let may = match cluster.may(&asked).await {
        Ok(may) => may,
        Err(unseen) => {
            let what = format!("what the bot may do there can't be asked: {}", Words::of(None).state(&unseen.why));
            let to_do = "let it create selfsubjectaccessreviews (ClusterRole system:basic-user), or look with kubectl auth can-i";
            return vec![Finding::warning(Subject::Cluster, CHECK, what, to_do)];
        }
    };
    let (of_needs, of_excess) = may.split_at(needs.len());
    let denied = |grave: bool| {
        let missing =
            needs.iter().zip(of_needs).filter(move |((_, without), may)| !**may && without.is_none() == grave);
        missing.map(|(need, _)| need).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    let grave = denied(true);
    if !grave.is_empty() {
        let acts: Vec<String> = grave.iter().map(|(act, _)| act.in_words()).collect();
        let what = format!("the bot may not {}", acts.join(", "));
        found.push(Finding::failure(Subject::Cluster, CHECK, what, ROLE));
    }
    for (act, without) in denied(false) {
        let what = format!("the bot may not {}: {}", act.in_words(), without.unwrap_or_default());
        found.push(Finding::warning(Subject::Cluster, CHECK, what, ROLE));
    }
    if found.is_empty() && !needs.is_empty() {
        let what = if excess.is_empty() {
            let deletes = if config.policy.restarts == Restarts::On { " and delete" } else { "" };
            format!("the bot may exec into{deletes} the very pods")
        } else {
            "the bot may look at all that it needs".to_owned()
        };
        found.push(Finding::ok(Subject::Cluster, CHECK, what));
    }
    let allowed: Vec<&Act> = excess.iter().zip(of_excess).filter(|(_, may)| **may).map(|(act, _)| act).collect();
    if let Some(first) = allowed.first() {
        // Whoever may do everything may do the rest, too.
        let told =
            if first.verb == "*" { vec![first.in_words()] } else { allowed.iter().map(|act| act.in_words()).collect() };
        let what = format!(
            "the bot's account may {}: whoever takes its token over may, too, and it needs none of that",
            told.join(", ")
        );
        found.push(Finding::failure(
            Subject::Cluster,
            EXCESS,
            what,
            format!("give it a ServiceAccount of its own, and {ROLE}"),
        ));
    } else if !excess.is_empty() {
        let what = "the bot's account may do nothing to nodes, secrets, roles and workloads";
        found.push(Finding::ok(Subject::Cluster, EXCESS, what));
    }
    found
}

/// Whether anything but the bot itself limits which commands it runs.
async fn admission(cluster: &Cluster, pods: &Pods, server: &Server) -> Option<Finding> {
    const CHECK: &str = "cluster.admission-policy";
    let pod = pods.cloud_controllers.first()?;
    Some(match cluster.admission(&pod.name).await {
        Admission::Limited(_) => {
            Finding::ok(Subject::Cluster, CHECK, "an admission policy refuses what is none of the bot's scripts")
        }
        Admission::Open if server.minor.is_some_and(|minor| minor < ADMISSION_POLICIES) => Finding::ok(
            Subject::Cluster,
            CHECK,
            format!("no admission policy limits the bot's commands; Kubernetes {} knows none", server.version),
        ),
        Admission::Open => Finding::warning(
            Subject::Cluster,
            CHECK,
            "no admission policy limits which commands are run with the bot's account in these pods",
            "apply deploy/kubernetes/components/exec-admission, with the name of the bot's ServiceAccount",
        ),
        Admission::NotKnown(why) => Finding::warning(
            Subject::Cluster,
            CHECK,
            format!(
                "whether an admission policy limits the bot's commands is not known: {}",
                Words::of(None).state(&why)
            ),
            "let the bot exec into the Cloud Controller's pods, and run this again",
        ),
    })
}

/// Which pods play which part, and whether they are there.
fn topology(observation: &Observation, settings: &EnvironmentSettings) -> Vec<Finding> {
    const CHECK: &str = "topology.parts";
    let environment = &settings.environment;
    let to_do = "name the sets and containers in [environment.topology], or a preset: config/default.toml";
    let failure = |what: String| Finding::failure(Subject::Topology, CHECK, what, to_do);
    let pods = match &observation.pods {
        Seen::Known(pods) => pods,
        Seen::NotKnown(why) => {
            let to_do = if observation.obstacle == Some(Obstacle::Parts) { to_do } else { ROLE };
            return vec![Finding::failure(Subject::Topology, CHECK, Words::of(None).state(why), to_do)];
        }
        Seen::NotLooked => return Vec::new(),
    };
    let found = observation.topology.known();
    let topology = found.map_or(&environment.topology, |found| &found.topology);
    let absent = |what: &str, part: &Component| {
        failure(format!("there is no pod of {what} in namespace {} (StatefulSet {})", environment.namespace, part.set))
    };
    let mut told = Vec::new();
    if pods.cloud_controllers.is_empty() {
        told.push(absent("the Cloud Controller", &topology.cloud_controller));
    }
    if pods.bbs.is_empty() {
        told.push(absent("the BBS", &topology.bbs));
    }
    if let Some(locket) = topology.locket.as_ref().filter(|_| pods.lockets.is_empty()) {
        told.push(absent("Locket", locket));
    }
    if observation.no_service {
        let what = format!("there is no Service {} in namespace {}", topology.bbs_service, environment.namespace);
        told.push(Finding::failure(
            Subject::Topology,
            "topology.service",
            what,
            "name the Service by which the Cloud Controller reaches the BBS in [environment.topology] bbs_service",
        ));
    }
    let versions = found.iter().flat_map(|found| &found.versions);
    told.extend(versions.map(|sets| {
        let what = format!("two versions run side by side: {}", sets.join(", "));
        Finding::warning(
            Subject::Topology,
            "topology.versions",
            what,
            "wait until the update is over, and run this again",
        )
    }));
    if told.is_empty() {
        let what = match found {
            Some(found) => Words::of(None).lines(&found.from).replace('\n', "; "),
            None => format!(
                "as configured: {} Cloud Controller, {} BBS, {} Locket pods, Service {}:{}",
                pods.cloud_controllers.len(),
                pods.bbs.len(),
                pods.lockets.len(),
                topology.bbs_service,
                topology.bbs_port
            ),
        };
        told.push(Finding::ok(Subject::Topology, CHECK, what));
    }
    told
}

/// How the environment is at present: what is ill now may hide what is missing.
fn health(observation: &Observation, name: &str) -> Option<Finding> {
    const CHECK: &str = "cluster.health";
    observation.pods.known()?;
    let told = match diagnose(observation).verdict {
        Verdict::Healthy => return Some(Finding::ok(Subject::Cluster, CHECK, format!("{name} is healthy at present"))),
        Verdict::ReachedNotProven => "reached at present, and not proven to answer",
        Verdict::WillHelp { .. } | Verdict::WillNotHelp { .. } => "not healthy at present",
        Verdict::NotKnown { .. } => "in a state that can't be told at present",
    };
    let to_do = format!("see stagerbot check {name}");
    Some(Finding::warning(Subject::Cluster, CHECK, format!("{name} is {told}"), to_do))
}
