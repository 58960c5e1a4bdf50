//! How soon there is a verdict, beside what it can cost at least: `cargo bench --bench check`.
//!
//! On the simulator, whose execs cost what a container runtime's do; with `STAGERBOT_TEST_KUBECONFIG` the comparison with a bare client
//! and with kubectl is made on that cluster, in the namespace of `STAGERBOT_TEST_NAMESPACE` (`cf`). Everything that is compared is run in
//! turn, in one run. Each figure is a median, with what it is to be at most.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures::future::join_all;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{AttachParams, ListParams};
use kube::{Api, Client};
use stagerbot::bot::Bot;
use stagerbot::cluster::Cluster as Environments;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::cluster::scripts::{NAME, SCRIPTS};
use stagerbot::config::{Config, Layer};
use stagerbot::incident::diagnosis::diagnose;
use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::incident::observation::Depth;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::kubernetes::{Cluster, PodSnapshot, Snapshot};
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::simulator::slack::view::View;
use tokio::io::AsyncReadExt as _;

/// What a container runtime takes to begin an exec, one at a time on a node (measured: 30 to 90 ms).
const EXEC_COST: Duration = Duration::from_millis(40);
const PATIENCE: Duration = Duration::from_mins(2);
const RUNS: usize = 15;
const KUBECONFIG: &str = "STAGERBOT_TEST_KUBECONFIG";
const NAMESPACE: &str = "STAGERBOT_TEST_NAMESPACE";
const HOST: &str = "diego-api.cf.svc.cluster.local";

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    beside_the_floor().await;
    typed_to_verdict().await;
    verdicts_of_what_hangs().await;
    approval_to_delete().await;
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn say(what: &str, is: Duration, most: Duration) {
    let judged = if is <= most { "as it should be" } else { "TOO MUCH" };
    println!("{what}: {is:?} (at most {most:?}: {judged})");
}

fn settings() -> Settings {
    Settings { exec_cost: EXEC_COST, ..Settings::default() }
}

/// One `check`, three commands of kubectl, and a bare client that sends the same scripts at once.
async fn beside_the_floor() {
    let folder = tempfile::TempDir::new().unwrap();
    let simulated = Cluster::start(settings()).unwrap();
    let namespace = std::env::var(NAMESPACE).unwrap_or_else(|_| "cf".to_owned());
    let kubeconfig = std::env::var_os(KUBECONFIG).map_or_else(
        || {
            let file = folder.path().join("kubeconfig");
            fs::write(&file, simulated.kubeconfig()).unwrap();
            file
        },
        PathBuf::from,
    );
    let execs = execs(&kubeconfig, &namespace).await;
    let (mut checks, mut floors, mut hands) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        let execs = &execs;
        let client = client(&kubeconfig, &namespace).await;
        join_all(execs.iter().map(|exec| bare(&client, exec))).await;
        floors.push(start.elapsed());
        checks.push(timed(|| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
            command.args(["check", "--namespace", &namespace, "--preset", "cfee-2", "--kubeconfig"]).arg(&kubeconfig);
            assert!(command.stdout(Stdio::null()).status().unwrap().success());
        }));
        let by_hand = || {
            let kubectl = |arguments: &[&str]| {
                let mut command = Command::new("kubectl");
                command.arg("--kubeconfig").arg(&kubeconfig).args(["-n", &namespace]).args(arguments);
                command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
            };
            kubectl(&["get", "pod"])
                && kubectl(&["exec", "api-0", "-c", "api", "--", "nc", "-zv", "-w", "5", HOST, "8889"])
                && kubectl(&["get", "pod", "-L", "skiff-role-active"])
        };
        let start = Instant::now();
        if tokio::task::block_in_place(by_hand) {
            hands.push(start.elapsed());
        }
    }
    let (check, floor) = (median(&mut checks), median(&mut floors));
    println!("check {check:?}; the same scripts at once by a bare client {floor:?}");
    say("check beside the bare client", check, floor.mul_f64(1.2));
    if hands.is_empty() {
        println!("kubectl is not installed, so there is nothing to compare it with");
    } else {
        let by_hand = median(&mut hands);
        println!("the runbook's three commands of kubectl {by_hand:?}");
        say("check beside kubectl", check, by_hand.mul_f64(0.85));
    }
}

fn timed(act: impl Fn() + Send + Sync) -> Duration {
    let start = Instant::now();
    tokio::task::block_in_place(act);
    start.elapsed()
}

async fn client(kubeconfig: &Path, namespace: &str) -> Client {
    let read = kube::config::Kubeconfig::read_from(kubeconfig).unwrap();
    let mut config =
        kube::Config::from_custom_kubeconfig(read, &kube::config::KubeConfigOptions::default()).await.unwrap();
    namespace.clone_into(&mut config.default_namespace);
    Client::try_from(config).unwrap()
}

/// A pod, its container, and a command.
type Exec = (String, String, Vec<String>);

/// What the bot runs in each pod.
async fn execs(kubeconfig: &Path, namespace: &str) -> Vec<Exec> {
    let pods: Api<Pod> = Api::default_namespaced(client(kubeconfig, namespace).await);
    let pods = pods.list(&ListParams::default()).await.unwrap().items;
    let named = |prefix: &str| {
        let own = move |pod: &&Pod| {
            let name = pod.metadata.name.as_deref().unwrap_or_default();
            name.strip_prefix(prefix).is_some_and(|ordinal| ordinal.parse::<u32>().is_ok())
        };
        pods.iter().filter(own).collect::<Vec<_>>()
    };
    let command = |script: usize, arguments: &[String]| {
        let head = ["sh", "-c", &SCRIPTS[script].text, NAME].map(str::to_owned);
        head.into_iter().chain(arguments.iter().cloned()).collect::<Vec<_>>()
    };
    let (apis, bbs) = (named("api-"), named("diego-api-"));
    let addresses = bbs.iter().filter_map(|pod| pod.status.as_ref()?.pod_ip.clone());
    let service = [format!("diego-api.{namespace}.svc"), "8889".into(), "3".into(), "4".into()];
    let pings = [service[0].clone(), "10".into(), "11".into()].into_iter().chain(addresses);
    let first: Vec<String> = service.iter().cloned().chain(pings).collect();
    let name = |pod: &Pod| pod.metadata.name.clone().unwrap_or_default();
    let probes = apis.iter().take(3).enumerate().map(|(place, pod)| {
        let arguments = if place == 0 { &first[..] } else { &service[..] };
        (name(pod), "api".to_owned(), command(0, arguments))
    });
    let inside = bbs.iter().enumerate().map(|(place, pod)| {
        let lock = if place == 0 { "3" } else { "0" };
        (name(pod), "diego-api".to_owned(), command(1, &["8889", "2", lock].map(str::to_owned)))
    });
    probes.chain(inside).collect()
}

async fn bare(client: &Client, (pod, container, command): &Exec) {
    let api: Api<Pod> = Api::default_namespaced(client.clone());
    let params = AttachParams::default().container(container).stderr(false);
    let mut process = api.exec(pod, command, &params).await.unwrap();
    let mut text = String::new();
    process.stdout().unwrap().read_to_string(&mut text).await.unwrap();
    assert!(text.lines().count() >= 2, "{text}");
}

/// Everything of an outage's scene.
struct Stage {
    cluster: Cluster,
    workspace: Workspace,
    folder: tempfile::TempDir,
    channel: String,
}

impl Stage {
    /// The clock stands until it is let go, and goes as the real one then.
    async fn set() -> Self {
        let cluster = Cluster::start(Settings { held: true, ..settings() }).unwrap();
        let workspace =
            Workspace::start(WorkspaceSettings { paces: [].into(), ..WorkspaceSettings::default() }).await.unwrap();
        let channel = workspace.add_channel("operations");
        for name in ["anna", "ben"] {
            workspace.add_person_as(&format!("U0{}", name.to_uppercase()), name, "en-US");
        }
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join("kubeconfig"), cluster.kubeconfig()).unwrap();
        Self { cluster, workspace, folder, channel }
    }

    /// The runbook's outage, to where the database is back, nobody leads any more, and Locket hangs.
    fn stuck(&self) {
        self.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
        let bbs = |pod: &&PodSnapshot| pod.name.starts_with("diego-api-");
        let stuck = |s: &Snapshot| s.pods.iter().filter(bbs).all(|pod| pod.active == Some(false) && pod.ready == 2);
        self.cluster.advance_until(stuck).unwrap();
        self.cluster.advance(Duration::from_mins(1));
    }

    async fn bot(&self) -> Bot {
        let (folder, channel, api) = (self.folder.path().display(), &self.channel, self.workspace.api_url());
        let text = format!(
            "[restarts]\nmode = \"on\"\n[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite://{folder}/bot.db\"\n\
             [slack]\napi_url = \"{api}\"\n\
             [[person]]\nname = \"Anna\"\nslack = \"U0ANNA\"\nmay = [\"request\", \"approve\"]\n\
             [[person]]\nname = \"Ben\"\nslack = \"U0BEN\"\nmay = [\"request\", \"approve\"]\n\
             [[environment]]\nname = \"prod\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\n\
             kubeconfig = \"{folder}/kubeconfig\"\nslack_channel = \"{channel}\"\n",
        );
        let secrets = vec![
            ("STAGERBOT__SLACK__BOT_TOKEN".to_owned(), self.workspace.bot_token().to_owned()),
            ("STAGERBOT__SLACK__APP_TOKEN".to_owned(), self.workspace.app_token().to_owned()),
        ];
        let config = Config::from_layers(&[Layer { name: "bench.toml", text: &text }], secrets).unwrap();
        let bot = Bot::start(config).await.unwrap();
        let open = |view: &View| (view.counters.connections_open > 0).then_some(());
        self.workspace.wait_for(PATIENCE, open).await.unwrap();
        bot
    }
}

/// From `/stager check` typed to a card with a verdict.
async fn typed_to_verdict() {
    let stage = Stage::set().await;
    stage.cluster.go_on();
    let bot = stage.bot().await;
    let anna = stage.workspace.person("anna");
    let mut times = Vec::new();
    // As many as a channel takes at once.
    for run in 1..=4 {
        let start = Instant::now();
        anna.types(&stage.channel, "/stager check").await.unwrap();
        let told = |view: &View| {
            let healthy = view.messages.iter().filter(|m| m.text_seen().contains("Healthy: nothing to do"));
            (healthy.count() >= run).then_some(())
        };
        stage.workspace.wait_for(PATIENCE, told).await.unwrap();
        times.push(start.elapsed());
    }
    say("/stager check typed to a card with a verdict", median(&mut times), Duration::from_millis(250));
    bot.stop().await;
}

/// A whole look at a Locket, a BBS and a database that do not answer.
async fn verdicts_of_what_hangs() {
    let hung = Fault::BbsHung { pod: "diego-api-0".into() };
    for (what, fault) in [("Locket", None), ("BBS", Some(hung)), ("database", Some(Fault::DatabaseDown))] {
        let stage = Stage::set().await;
        match fault {
            Some(fault) => stage.cluster.inject(fault),
            None => stage.stuck(),
        }
        stage.cluster.go_on();
        let access =
            Access { kubeconfig: Some(stage.folder.path().join("kubeconfig")), context: None, ..Access::default() };
        let environment = Environment {
            name: "prod".into(),
            context: None,
            namespace: "cf".into(),
            topology: Topology::preset("cfee-2").unwrap(),
            discover: None,
            database: Some(("postgres.db.svc.cluster.local".to_owned(), 5432)),
        };
        let cluster = Environments::connect(&access, environment, Timeouts::default()).await.unwrap();
        let start = Instant::now();
        let diagnosis = diagnose(&cluster.observe(Depth::Full, stagerbot::clock::now()).await);
        let took = start.elapsed();
        say(&format!("verdict with a {what} that hangs ({:?})", diagnosis.verdict), took, Duration::from_secs(4));
    }
}

/// From the click on Approve to the first delete, while Locket hangs: the lock is the slowest part that the plan rests on.
async fn approval_to_delete() {
    let stage = Stage::set().await;
    stage.stuck();
    stage.cluster.go_on();
    let bot = stage.bot().await;
    let (anna, ben) = (stage.workspace.person("anna"), stage.workspace.person("ben"));
    anna.types(&stage.channel, "/stager check").await.unwrap();
    let card = |action: &'static str| {
        let workspace = stage.workspace.clone();
        async move {
            let card = |view: &View| view.messages.iter().rev().find(|m| m.button(action).is_some()).cloned();
            workspace.wait_for(PATIENCE, card).await.unwrap()
        }
    };
    anna.clicks(&card("stager-restart").await, "stager-restart").await.unwrap();
    let form = |view: &View| view.modals.iter().any(|form| form.open).then_some(());
    stage.workspace.wait_for(PATIENCE, form).await.unwrap();
    anna.submits(&[]).await.unwrap();
    let asked = card("stager-approve").await;
    let start = Instant::now();
    ben.clicks(&asked, "stager-approve").await.unwrap();
    let deleted = |_: &Snapshot| !stage.cluster.terminations().is_empty();
    stage.cluster.wait_until(PATIENCE, deleted).await.unwrap();
    say("approval to the first delete, while Locket hangs", start.elapsed(), Duration::from_secs(4));
    bot.stop().await;
}
