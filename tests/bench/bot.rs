//! What the bot costs and how quick it is, against the simulators on loopback: `cargo bench --bench bot`.
//!
//! Each figure is the median of a few runs, beside something real of the same run where there is one.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use stagerbot::bot::Bot;
use stagerbot::cluster::Cluster as Environments;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::cluster::session::Connections;
use stagerbot::config::{Config, Layer};
use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::incident::observation::Depth;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::kubernetes::{Cluster, PodSnapshot, Snapshot};
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::fault::Fault as SlackFault;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::simulator::slack::view::View;

const PATIENCE: Duration = Duration::from_mins(1);
const HOLD: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    start_and_rest().await;
    check_against_kubectl().await;
    check_against_its_calls().await;
    check_all().await;
    many_environments().await;
    recovery_to_card().await;
    frame_to_acknowledgement().await;
}

struct Stage {
    cluster: Cluster,
    workspace: Workspace,
    folder: tempfile::TempDir,
    channel: String,
}

impl Stage {
    async fn set() -> Self {
        let cluster = Cluster::start(ClusterSettings::short()).unwrap();
        let settings = WorkspaceSettings { paces: [].into(), ..WorkspaceSettings::default() };
        let workspace = Workspace::start(settings).await.unwrap();
        let channel = workspace.add_channel("operations");
        for name in ["anna", "ben"] {
            workspace.add_person_as(&format!("U0{}", name.to_uppercase()), name, "en-US");
        }
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join("kubeconfig"), cluster.kubeconfig()).unwrap();
        Self { cluster, workspace, folder, channel }
    }

    fn toml(&self, listen: &str) -> String {
        let (folder, channel, api) = (self.folder.path().display(), &self.channel, self.workspace.api_url());
        format!(
            "[restarts]\nmode = \"on\"\nhold = \"{}ms\"\ncool_down = \"0s\"\n\
             [server]\nlisten = \"{listen}\"\n[store]\nurl = \"sqlite://{folder}/bot.db\"\n\
             [slack]\napi_url = \"{api}\"\n\
             [[person]]\nname = \"Anna\"\nslack = \"U0ANNA\"\nmay = [\"request\", \"approve\"]\n\
             [[person]]\nname = \"Ben\"\nslack = \"U0BEN\"\nmay = [\"request\", \"approve\"]\n\
             [[environment]]\nname = \"prod\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\n\
             kubeconfig = \"{folder}/kubeconfig\"\nslack_channel = \"{channel}\"\n",
            HOLD.as_millis()
        )
    }

    fn secrets(&self) -> Vec<(String, String)> {
        vec![
            ("STAGERBOT__SLACK__BOT_TOKEN".into(), self.workspace.bot_token().into()),
            ("STAGERBOT__SLACK__APP_TOKEN".into(), self.workspace.app_token().into()),
        ]
    }

    fn serve(&self, address: &str) -> Child {
        let file = self.folder.path().join("bot.toml");
        fs::write(&file, self.toml(address)).unwrap();
        Command::new(env!("CARGO_BIN_EXE_stagerbot"))
            .args(["serve", "--config"])
            .arg(file)
            .envs(self.secrets())
            .env("RUST_LOG", "error")
            .spawn()
            .unwrap()
    }
}

/// From the start of the process to `/readyz` saying yes, and what it holds in memory when nothing happens.
async fn start_and_rest() {
    let stage = Stage::set().await;
    let mut starts = Vec::new();
    let mut resident = 0;
    for _ in 0..5 {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let start = Instant::now();
        let mut bot = stage.serve(&address);
        while !ready(&address).await {
            assert!(start.elapsed() < PATIENCE, "it does not get ready");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        starts.push(start.elapsed());
        tokio::time::sleep(Duration::from_secs(3)).await;
        resident = status(bot.id(), "VmRSS");
        bot.kill().unwrap();
        bot.wait().unwrap();
    }
    println!("start to ready: {:?}; idle, connected: {resident} KiB resident", median(starts));
}

async fn ready(address: &str) -> bool {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let Ok(mut stream) = tokio::net::TcpStream::connect(address).await else { return false };
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    stream.write_all(request.as_bytes()).await.is_ok()
        && stream.read_to_end(&mut answer).await.is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}

/// A line of `/proc/<pid>/status`, in KiB; 0 where the process is gone.
fn status(pid: u32, name: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The runbook's look by hand, three runs of kubectl, beside one `stagerbot check`.
async fn check_against_kubectl() {
    let stage = Stage::set().await;
    let kubeconfig = stage.folder.path().join("kubeconfig");
    let check = timed(20, || run(&["check", "--namespace", "cf", "--preset", "cfee-2", "--kubeconfig"], &kubeconfig));
    if Command::new("kubectl").arg("version").arg("--client").stdout(Stdio::null()).status().is_err() {
        println!("check: {check:?}; kubectl is not installed, so there is nothing to compare it with");
        return;
    }
    let host = "diego-api.cf.svc.cluster.local";
    let by_hand = timed(20, || {
        kubectl(&["get", "pod"], &kubeconfig);
        kubectl(&["exec", "api-0", "-c", "api", "--", "nc", "-zv", "-w", "5", host, "8889"], &kubeconfig);
        kubectl(&["get", "pod", "-L", "skiff-role-active"], &kubeconfig);
    });
    println!(
        "check: {check:?}; by hand with kubectl: {by_hand:?}; ratio {:.2}",
        check.as_secs_f64() / by_hand.as_secs_f64()
    );
}

fn timed(runs: usize, act: impl Fn() + Send + Sync) -> Duration {
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        tokio::task::block_in_place(&act);
        times.push(start.elapsed());
    }
    median(times)
}

fn run(arguments: &[&str], kubeconfig: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
    assert!(command.args(arguments).arg(kubeconfig).stdout(Stdio::null()).status().unwrap().success());
}

fn kubectl(arguments: &[&str], kubeconfig: &Path) {
    let mut command = Command::new("kubectl");
    command.arg("--kubeconfig").arg(kubeconfig).args(["-n", "cf"]).args(arguments);
    assert!(command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
}

fn environment() -> Environment {
    let topology = Topology::preset("cfee-2").unwrap();
    Environment { name: "prod".into(), context: None, namespace: "cf".into(), topology, discover: None, database: None }
}

/// A whole look beside a look at the pods alone: what the probes and the rest add.
async fn check_against_its_calls() {
    let stage = Stage::set().await;
    let access =
        Access { kubeconfig: Some(stage.folder.path().join("kubeconfig")), context: None, ..Access::default() };
    let cluster = Environments::connect(&access, environment(), Timeouts::default()).await.unwrap();
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..50 {
        for (times, depth) in times.iter_mut().zip([Depth::Pods, Depth::Full]) {
            let start = Instant::now();
            cluster.observe(depth, stagerbot::clock::now()).await;
            times.push(start.elapsed());
        }
    }
    let [pods, full] = times.map(median);
    println!("a look, connected: pods alone {pods:?}, everything {full:?}");
}

/// 200 environments in one process.
async fn check_all() {
    const MANY: usize = 200;
    let stage = Stage::set().await;
    let kubeconfig = stage.folder.path().join("kubeconfig");
    let one = |n: usize| {
        format!(
            "[[environment]]\nname = \"e{n}\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\nmatch = {{ n = \"{n}\" }}\n",
            kubeconfig.display()
        )
    };
    let file = stage.folder.path().join("many.toml");
    fs::write(&file, (0..MANY).map(one).collect::<String>()).unwrap();
    let start = Instant::now();
    let mut all = Command::new(env!("CARGO_BIN_EXE_stagerbot"))
        .args(["check", "--all", "--config"])
        .arg(&file)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    while all.try_wait().unwrap().is_none() {
        peak = peak.max(status(all.id(), "VmHWM"));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    println!("check --all over {MANY} environments: {:?}, {peak} KiB at the peak", start.elapsed());
}

/// From the cluster event that completes a recovery to the card that says so, beyond the time it has to hold.
async fn recovery_to_card() {
    let mut times = Vec::new();
    for _ in 0..7 {
        let stage = Stage::set().await;
        let text = stage.toml("127.0.0.1:0");
        let config = Config::from_layers(&[Layer { name: "bench.toml", text: &text }], stage.secrets()).unwrap();
        let bot = Bot::start(config).await.unwrap();
        let open = |view: &View| (view.counters.connections_open > 0).then_some(());
        stage.workspace.wait_for(PATIENCE, open).await.unwrap();
        stage.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
        let bbs = |pod: &&PodSnapshot| pod.name.starts_with("diego-api-");
        let stuck = |s: &Snapshot| s.pods.iter().filter(bbs).all(|pod| pod.active == Some(false) && pod.ready == 2);
        stage.cluster.wait_until(PATIENCE, stuck).await.unwrap();
        let (anna, ben) = (stage.workspace.person("anna"), stage.workspace.person("ben"));
        anna.types(&stage.channel, "/stager check").await.unwrap();
        for (person, action) in [(&anna, "stager-restart"), (&ben, "stager-approve")] {
            let card = |view: &View| view.messages.iter().rev().find(|m| m.button(action).is_some()).cloned();
            let card = stage.workspace.wait_for(PATIENCE, card).await.unwrap();
            person.clicks(&card, action).await.unwrap();
            if action == "stager-restart" {
                let form = |view: &View| view.modals.iter().any(|form| form.open).then_some(());
                stage.workspace.wait_for(PATIENCE, form).await.unwrap();
                person.submits(&[]).await.unwrap();
            }
        }
        let both = |s: &Snapshot| s.healthy() && stage.cluster.terminations().len() == 2;
        stage.cluster.wait_until(PATIENCE, both).await.unwrap();
        let complete = Instant::now();
        let told = |view: &View| view.messages.iter().any(|m| m.text_seen().contains("Recovered")).then_some(());
        stage.workspace.wait_for(PATIENCE, told).await.unwrap();
        times.push(complete.elapsed().saturating_sub(HOLD));
        bot.stop().await;
    }
    println!("recovery complete to card updated, beyond the hold: {:?}", median(times));
}

/// A hundred environments, of which nothing is asked yet: files are read, certificates become clients. By one login, which they share,
/// and by a hundred.
async fn many_environments() {
    const MANY: usize = 100;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("kubeconfig");
    let each = |line: fn(usize) -> String| (0..MANY).map(line).collect::<String>();
    let users = each(|n| format!("- {{name: u{n}, user: {{token: t{n}}}}}\n"));
    let contexts = each(|n| format!("- {{name: c{n}, context: {{cluster: k, user: u{n}}}}}\n"));
    let cluster = "- {name: k, cluster: {server: 'https://127.0.0.1:1'}}";
    fs::write(&file, format!("clusters:\n{cluster}\nusers:\n{users}contexts:\n{contexts}")).unwrap();
    for logins in [1, MANY] {
        let mut times = Vec::new();
        for _ in 0..5 {
            let (connections, mut clusters) = (Connections::default(), Vec::new());
            let start = Instant::now();
            for n in 0..MANY {
                let context = Some(format!("c{}", n % logins));
                let access = Access { kubeconfig: Some(file.clone()), context, ..Access::default() };
                let timeouts = Timeouts::default();
                let connected = Environments::connect_by(&connections, &access, environment(), timeouts);
                clusters.push(connected.await.unwrap());
            }
            times.push(start.elapsed());
        }
        println!("{MANY} environments by {logins} login(s), ready: {:?}", median(times));
    }
}

/// From a frame on the socket to its acknowledgement, at a hundred a second while a fifth of the sockets is cut each second:
/// commands, which are durable before they are acknowledged, beside messages that are nothing to the bot.
async fn frame_to_acknowledgement() {
    let stage = Stage::set().await;
    let text = stage.toml("127.0.0.1:0");
    let config = Config::from_layers(&[Layer { name: "bench.toml", text: &text }], stage.secrets()).unwrap();
    let bot = Bot::start(config).await.unwrap();
    let open = |view: &View| (view.counters.connections_open == 2).then_some(());
    stage.workspace.wait_for(PATIENCE, open).await.unwrap();
    let workspace = stage.workspace.clone();
    let cutting = tokio::spawn(async move {
        let mut random = fastrand::Rng::with_seed(170_010);
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tick.tick().await;
            for place in (0..workspace.counters().connections_open).rev().filter(|_| random.f64() < 0.2) {
                workspace.inject(SlackFault::SocketCut(place));
            }
        }
    });
    let words = acknowledged(&stage, "good morning").await;
    let commands = acknowledged(&stage, "/stager word").await;
    cutting.abort();
    for (what, (times, lost, unsent)) in [("not for the bot", &words), ("command, durable", &commands)] {
        println!(
            "frame to acknowledgement, {what}: p50 {:?}, p99 {:?} ({} times; {lost} lost on the wire, {unsent} found no socket)",
            percentile(times, 50),
            percentile(times, 99),
            times.len()
        );
    }
    let ratio = |percent| percentile(&commands.0, percent).as_secs_f64() / percentile(&words.0, percent).as_secs_f64();
    println!("ratio: p50 {:.2}, p99 {:.2}", ratio(50), ratio(99));
    bot.stop().await;
}

/// A line typed a hundred times a second: how long the acknowledgements took, sorted, how many never came, and how many lines
/// found no socket.
async fn acknowledged(stage: &Stage, line: &'static str) -> (Vec<Duration>, usize, usize) {
    let mut pace = tokio::time::interval(Duration::from_millis(10));
    let mut typed = tokio::task::JoinSet::new();
    for _ in 0..3_000 {
        pace.tick().await;
        let (anna, channel) = (stage.workspace.person("anna"), stage.channel.clone());
        typed.spawn(async move { anna.types(&channel, line).await.unwrap() });
    }
    let all = typed.join_all().await;
    let mut times: Vec<Duration> = all.iter().filter_map(|delivery| delivery.acked_after).collect();
    times.sort();
    let lost = all.iter().filter(|delivery| delivery.delivered && !delivery.acked()).count();
    let unsent = all.iter().filter(|delivery| !delivery.delivered).count();
    (times, lost, unsent)
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() - 1) * percent / 100]
}
