//! Credentials that change or fail while a whole bot runs: a plugin that hangs, one that prints a token and fails, one whose token is
//! revoked, and a kubeconfig that is replaced while an approval waits.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustix::process::{Pid, Signal, kill_process};
use stagerbot::simulator::kubernetes::settings::Settings;

use crate::harness::tls::{Authority, Front};
use crate::harness::{PATIENCE, Scene, eventually, until};

/// A token that is recognised wherever it turns up.
const MARKED: &str = "MARKED-token";

/// A scene whose API server wants a token, behind TLS.
struct Guarded {
    scene: Scene,
    front: Front,
}

impl Guarded {
    async fn new(token: &str) -> Self {
        let shape = Settings { token: Some(token.to_owned()), ..Settings::short() };
        let scene = Scene::of(shape, "cfee-2", &[]).await;
        let authority = Authority::new("authority", false);
        let front = Front::start(scene.cluster.url(), &authority.signs(&["127.0.0.1"], false), None).await;
        fs::write(scene.folder.path().join("ca.crt"), authority.pem()).unwrap();
        Self { scene, front }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scene.folder.path().join(name)
    }

    /// Puts the kubeconfig where the bot reads it, as an editor does: another file takes its place.
    fn kubeconfig(&self, user: &str) {
        let text = format!(
            "current-context: c\nclusters:\n- name: k\n  cluster: {{server: '{}', certificate-authority: ca.crt}}\n\
             users:\n- name: me\n  user: {{{user}}}\ncontexts:\n- name: c\n  context: {{cluster: k, user: me}}\n",
            self.front.url()
        );
        fs::write(self.path("kubeconfig.new"), text).unwrap();
        fs::rename(self.path("kubeconfig.new"), self.path("kubeconfig")).unwrap();
    }

    /// A plugin of this text, and the kubeconfig that names it.
    fn plugin(&self, text: &str) {
        fs::write(self.path("login"), format!("#!/bin/sh\ncd {}\n{text}", self.scene.folder.path().display())).unwrap();
        fs::set_permissions(self.path("login"), fs::Permissions::from_mode(0o755)).unwrap();
        self.kubeconfig(
            "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./login}",
        );
    }

    /// How often a plugin has run that notes it.
    fn runs(&self) -> usize {
        fs::read_to_string(self.path("runs")).unwrap_or_default().lines().count()
    }
}

/// What a plugin prints to log in with the token in the file `token`.
const PRINTS: &str = "echo run >> runs\n\
    printf '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"%s\"}}' \"$(cat token)\"\n";

/// A bot as a process of its own.
struct Process(Child);

impl Process {
    fn start(scene: &Scene) -> Self {
        let file = scene.folder.path().join("bot.toml");
        fs::write(&file, scene.setup().text()).unwrap();
        let log = fs::File::create(scene.log()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command.args(["serve", "--config"]).arg(&file).envs(scene.secrets()).env("RUST_LOG", "trace");
        Self(command.stdout(log.try_clone().unwrap()).stderr(log).stdin(Stdio::null()).spawn().unwrap())
    }

    fn id(&self) -> Pid {
        Pid::from_child(&self.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn number(file: &Path) -> Option<i32> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Whether a process has ended; who adopted it may not have looked yet.
fn is_gone(process: i32) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat")).map_or(true, |stat| stat.contains(") Z "))
}

async fn status(address: &str, path: &str) -> StatusCode {
    let request = Request::get(format!("http://{address}{path}")).body(Body::empty()).unwrap();
    Client::builder(TokioExecutor::new()).build_http::<Body>().request(request).await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_hangs_delays_neither_the_start_nor_signals_and_is_ended() {
    let guarded = Guarded::new("one").await;
    let scene = &guarded.scene;
    // It starts something that would stay, as a shell does that waits for a browser.
    guarded.plugin("sleep 600 &\necho $! > pid.new; mv pid.new pid\nwait\n");
    let mut bot = Process::start(scene);
    let served = || {
        let log = fs::read_to_string(scene.log()).unwrap_or_default();
        let started = log.lines().find(|line| line.contains(" started "))?;
        Some(started.split_once("address=")?.1.split_whitespace().next()?.to_owned())
    };
    let address = until("it serves", async || served().ok_or("it does not")).await;
    scene.connected(0).await;
    assert!(!guarded.path("pid").exists(), "the start runs no plugin");

    scene.says(&scene.anna, "/stager check").await;
    let first = until("the plugin runs", async || number(&guarded.path("pid")).ok_or("it does not")).await;
    assert_eq!(status(&address, "/healthz").await, StatusCode::OK);
    assert!(!is_gone(first), "it is answered while the plugin hangs");

    // Its time is over: the card says whose fault it is, and what it had started is ended with it.
    let says = "the credential plugin login did not answer within 20 s and was ended";
    let card = |view: &stagerbot::simulator::slack::view::View| {
        view.messages.iter().any(|m| m.by_bot && m.text_seen().contains(says)).then_some(())
    };
    scene.workspace.wait_for(PATIENCE, card).await.unwrap();
    eventually("the plugin has ended", || is_gone(first)).await;
    scene.card("has nothing to log in with").await;
    assert!(!scene.card("has nothing to log in with").await.text_seen().contains("refused"), "nobody refused it");

    // It is tried again; a signal ends the bot and the plugin that hangs.
    let another = || number(&guarded.path("pid")).filter(|pid| *pid != first);
    let second = until("it is run again", async || another().ok_or("it is not")).await;
    kill_process(bot.id(), Signal::TERM).unwrap();
    let ended = until("the bot ends", async || bot.0.try_wait().unwrap().ok_or("it runs")).await;
    assert!(ended.success(), "{ended}");
    eventually("the plugin ends with it", || is_gone(second)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_prints_a_token_and_fails_has_it_told_nowhere() {
    let guarded = Guarded::new(MARKED).await;
    let scene = &guarded.scene;
    fs::write(guarded.path("token"), MARKED).unwrap();
    guarded.plugin(&format!("{PRINTS}cat token >&2\nexit 7\n"));
    let bot = Process::start(scene);
    scene.connected(0).await;
    scene.says(&scene.anna, "/stager check").await;
    scene.card("user me: the credential plugin login failed with exit code 7").await;
    drop(bot);
    for message in scene.workspace.all_messages() {
        assert!(!message.text_seen().contains("MARKED"), "{}", message.text_seen());
    }
    for file in ["bot.log", "bot.db", "bot.db-wal"] {
        let bytes = fs::read(guarded.path(file)).unwrap_or_default();
        assert!(!bytes.windows(6).any(|window| window == b"MARKED"), "{file}");
    }
    assert!(scene.cluster.requests().is_empty(), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_revoked_is_asked_for_again() {
    let guarded = Guarded::new("one").await;
    let scene = &guarded.scene;
    fs::write(guarded.path("token"), "one").unwrap();
    guarded.plugin(PRINTS);
    let bot = scene.bot().await;
    scene.says(&scene.anna, "/stager check").await;
    scene.card("Healthy").await;
    scene.told("Healthy: nothing to do").await;
    scene.beside_the_point(&["Checking prod: see incident 2"]);
    assert_eq!(guarded.runs(), 1, "one run serves all that a look asks");

    // It has no expiry; that the server does not take it any more is all there is to know.
    scene.cluster.rotate_token("two");
    fs::write(guarded.path("token"), "two").unwrap();
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    scene.button("stager-restart").await;
    assert_eq!(guarded.runs(), 2);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kubeconfig_that_is_replaced_while_an_approval_waits_is_taken_up() {
    let guarded = Guarded::new("one").await;
    let scene = &guarded.scene;
    guarded.kubeconfig("token: one");
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.cluster.rotate_token("two");
    guarded.kubeconfig("token: two");
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned);
    bot.stop().await;
}
