//! How soon there is a verdict, beside what it can cost at least: `cargo bench --bench check`.
//!
//! On the simulator, whose execs cost what a container runtime's do; with `STAGERBOT_TEST_KUBECONFIG` the comparison with a bare client
//! and with kubectl is made on that cluster, in the namespace of `STAGERBOT_TEST_NAMESPACE` (`cf`). Everything that is compared is run in
//! turn, in one run. Each figure is a median, with what it is to be at most.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod figures;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures::future::join_all;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{AttachParams, ListParams};
use kube::{Api, Client};
use stagerbot::cluster::Cluster as Environments;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::cluster::scripts::{NAME, SCRIPTS};
use stagerbot::incident::diagnosis::{Verdict, diagnose};
use stagerbot::incident::environment::Environment;
use stagerbot::incident::observation::Depth;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::kubernetes::{Cluster, Snapshot};
use stagerbot::simulator::slack::view::View;
use tokio::io::AsyncReadExt as _;
use wait4::Wait4 as _;

use figures::{Figures, median};
use stage::{EXEC_COST, PATIENCE, Stage, environment};

const RUNS: usize = 15;
const KUBECONFIG: &str = "STAGERBOT_TEST_KUBECONFIG";
const NAMESPACE: &str = "STAGERBOT_TEST_NAMESPACE";
/// What a look at something that hangs takes.
const SLOWEST: &str = "a look waits for its slowest part, which may take 4 s";
const HOST: &str = "diego-api.cf.svc.cluster.local";

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let mut figures = Figures::of("check");
    beside_the_floor(&mut figures).await;
    typed_to_verdict(&mut figures).await;
    verdicts_of_what_hangs(&mut figures).await;
    approval_to_delete(&mut figures).await;
    figures.print();
}

/// One `check`, three commands of kubectl, and a bare client that sends the same scripts at once; and what a warm bot's look adds to its
/// slowest exec.
async fn beside_the_floor(figures: &mut Figures) {
    let folder = tempfile::TempDir::new().unwrap();
    let simulated = Cluster::start(Settings { exec_cost: EXEC_COST, ..Settings::default() }).unwrap();
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
    let access = Access { kubeconfig: Some(kubeconfig.clone()), context: None, ..Access::default() };
    let environment = Environment { namespace: namespace.clone(), ..environment() };
    let warm = Environments::connect(&access, environment, Timeouts::default()).await.unwrap();
    let connected = client(&kubeconfig, &namespace).await;
    let (mut checks, mut floors, mut hands) = (Vec::new(), Vec::new(), Vec::new());
    let (mut looks, mut warm_floors) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        let new = client(&kubeconfig, &namespace).await;
        join_all(execs.iter().map(|exec| bare(&new, exec))).await;
        floors.push(start.elapsed());
        let start = Instant::now();
        join_all(execs.iter().map(|exec| bare(&connected, exec))).await;
        warm_floors.push(start.elapsed());
        let start = Instant::now();
        warm.observe(Depth::Full, stagerbot::clock::now()).await;
        looks.push(start.elapsed());
        checks.push(Cost::of(&mut check(&kubeconfig, &namespace)).expect("check says healthy"));
        hands.extend(by_hand(&kubeconfig, &namespace));
    }
    let wall = |costs: &[Cost]| median(costs.iter().map(|cost| cost.wall).collect()).as_secs_f64() * 1_000.0;
    let cpu = |costs: &[Cost]| median(costs.iter().map(|cost| cost.cpu).collect()).as_secs_f64() * 1_000.0;
    let peak = |costs: &[Cost]| costs.iter().map(|cost| cost.peak).max().unwrap_or_default() as f64 / 1_048_576.0;
    let ms = |times| median(times).as_secs_f64() * 1_000.0;
    let floor = "a bare client that sends the same scripts at once";
    let cost = "a process is started, the lists are read before the execs begin, and the pods are found in them";
    figures.ratio("check", (wall(&checks), ms(floors)), "ms", floor, Some((1.2, cost)));
    figures.ratio(
        "a connected bot's look",
        (ms(looks), ms(warm_floors)),
        "ms",
        "the same client, connected",
        Some((1.2, "the lists are read before the execs begin, which the bare client knows from before")),
    );
    if hands.is_empty() {
        println!("kubectl is not installed or does not see a healthy platform, so there is nothing to compare with");
        return;
    }
    let runbook = "the runbook's three commands of kubectl";
    let cost = "execs in all pods at once: on a node that begins one at a time they wait for each other, and the runbook makes one";
    figures.ratio("check", (wall(&checks), wall(&hands)), "ms", runbook, Some((0.85, cost)));
    let cost = "TLS, the lists as JSON, and the words of a report";
    figures.ratio("check's processor time", (cpu(&checks), cpu(&hands)), "ms", runbook, Some((0.1, cost)));
    let cost = "the lists in memory, and what is read of the binary";
    figures.ratio("check's peak memory", (peak(&checks), peak(&hands)), "MiB", runbook, Some((0.3, cost)));
}

/// What one or several processes took.
struct Cost {
    wall: Duration,
    /// User and system time.
    cpu: Duration,
    /// The greatest resident size, in bytes.
    peak: u64,
}

impl Cost {
    /// Nothing where it does not end well.
    fn of(command: &mut Command) -> Option<Self> {
        let start = Instant::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let used = tokio::task::block_in_place(|| child.wait4()).ok()?;
        let cpu = used.rusage.utime + used.rusage.stime;
        used.status.success().then_some(Self { wall: start.elapsed(), cpu, peak: used.rusage.maxrss })
    }

    fn and(self, next: &Self) -> Self {
        Self { wall: self.wall + next.wall, cpu: self.cpu + next.cpu, peak: self.peak.max(next.peak) }
    }
}

fn check(kubeconfig: &Path, namespace: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    command.args(["check", "--namespace", namespace, "--preset", "cfee-2", "--kubeconfig"]).arg(kubeconfig);
    command
}

/// The runbook's look.
fn by_hand(kubeconfig: &Path, namespace: &str) -> Option<Cost> {
    let kubectl = |arguments: &[&str]| {
        let mut command = Command::new("kubectl");
        Cost::of(command.arg("--kubeconfig").arg(kubeconfig).args(["-n", namespace]).args(arguments))
    };
    let pods = kubectl(&["get", "pod"])?;
    let probe = kubectl(&["exec", "api-0", "-c", "api", "--", "nc", "-zv", "-w", "5", HOST, "8889"])?;
    let leader = kubectl(&["get", "pod", "-L", "skiff-role-active"])?;
    Some(pods.and(&probe).and(&leader))
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

/// From `/stager check` typed to a card with a verdict.
async fn typed_to_verdict(figures: &mut Figures) {
    let stage = stage().await;
    stage.cluster.go_on();
    let (bot, _) = stage.bot("").await;
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
    let cost = "the look, whose execs take 40 ms each here, and the command and the card, which are on the disk first";
    figures.within("/stager check typed to a card with a verdict", median(times), Duration::from_millis(250), cost);
    bot.stop().await;
}

/// A whole look at a Locket, a BBS and a database that do not answer.
async fn verdicts_of_what_hangs(figures: &mut Figures) {
    let hung = Fault::BbsHung { pod: "diego-api-0".into() };
    for (what, fault) in [("Locket", None), ("BBS", Some(hung)), ("database", Some(Fault::DatabaseDown))] {
        let stage = stage().await;
        match fault {
            Some(fault) => stage.cluster.inject(fault),
            None => stage.stuck(),
        }
        stage.cluster.go_on();
        let access = Access { kubeconfig: Some(stage.kubeconfig()), context: None, ..Access::default() };
        let database = Some(("postgres.db.svc.cluster.local".to_owned(), 5432));
        let environment = Environment { database, ..environment() };
        let cluster = Environments::connect(&access, environment, Timeouts::default()).await.unwrap();
        let start = Instant::now();
        let diagnosis = diagnose(&cluster.observe(Depth::Full, stagerbot::clock::now()).await);
        let took = start.elapsed();
        let what = format!("verdict with a {what} that hangs ({})", verdict(&diagnosis.verdict));
        figures.within(&what, took, Duration::from_secs(4), SLOWEST);
    }
}

fn verdict(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::WillHelp { cause } | Verdict::WillNotHelp { cause } => cause,
        _ => "another verdict",
    }
}

/// From the click on Approve to the first delete, while Locket hangs: the lock is the slowest part that the plan rests on.
async fn approval_to_delete(figures: &mut Figures) {
    let stage = stage().await;
    stage.stuck();
    stage.cluster.go_on();
    let (bot, _) = stage.bot("").await;
    let asked = stage.requested().await;
    let start = Instant::now();
    stage.workspace.person("ben").clicks(&asked, "stager-approve").await.unwrap();
    let deleted = |_: &Snapshot| !stage.cluster.terminations().is_empty();
    stage.cluster.wait_until(PATIENCE, deleted).await.unwrap();
    let what = "approval to the first delete, while Locket hangs";
    figures.within(what, start.elapsed(), Duration::from_secs(4), SLOWEST);
    bot.stop().await;
}

/// Execs cost what a container runtime's do. The clock stands until it is let go, and goes as the real one then.
async fn stage() -> Stage {
    Stage::set(Settings { exec_cost: EXEC_COST, held: true, ..Settings::default() }).await
}
