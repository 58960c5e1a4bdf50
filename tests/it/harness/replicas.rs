//! Several equal bots, each a process, on one PostgreSQL.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use stagerbot::incident::event::Recorded;
use stagerbot::store::Store;
use stagerbot::store::settings::Settings;

use super::{Scene, Setup, postgres, until};

/// A short one: taking over within it is what is waited for.
pub(crate) const LEASE: Duration = Duration::from_secs(3);

/// A scene whose replicas share a database.
pub(crate) struct Replicas {
    pub(crate) scene: Scene,
    pub(crate) setup: Setup,
    pub(crate) store: Store,
}

/// One replica, which does not outlive its test.
pub(crate) struct Replica(Child, pub(crate) String);

impl Replica {
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM, and the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().unwrap().code()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Replicas {
    pub(crate) async fn new(people: usize) -> Option<Self> {
        Some(Self::over(postgres::shared()?.database().await, people).await)
    }

    /// Over a database's URL.
    pub(crate) async fn over(url: String, people: usize) -> Self {
        let (scene, setup) = Self::set(&url, people).await;
        let store = Store::open(&url).await.unwrap();
        Self { scene, setup, store }
    }

    /// The same, where everybody gives each connection back after its use.
    pub(crate) async fn that_give_back(url: String) -> Self {
        let (scene, setup) = Self::set(&url, 0).await;
        let settings = Settings { give_back: true, ..Settings::new(&url).unwrap() };
        let store = Store::connect(&settings).await.unwrap();
        Self { scene, setup: setup.with("store.give_back = true"), store }
    }

    /// A scene, and the configuration of its replicas.
    pub(crate) async fn set(url: &str, people: usize) -> (Scene, Setup) {
        let scene = Scene::new().await;
        let mut setup = scene.setup().without("store.url").with(&format!("store.lease = \"{}s\"", LEASE.as_secs()));
        for n in 0..people {
            let person = format!("[[person]]\nname = \"P{n}\"\nslack = \"U0PERSON{n}\"\nmay = [\"approve\"]\n");
            setup = setup.with(&person);
        }
        std::fs::write(scene.folder.path().join("url"), url).unwrap();
        (scene, setup)
    }

    pub(crate) async fn start(&self, name: &str) -> Replica {
        Self::start_program(env!("CARGO_BIN_EXE_stagerbot"), &self.scene, &self.setup, name).await
    }

    pub(crate) async fn start_program(program: &str, scene: &Scene, setup: &Setup, name: &str) -> Replica {
        let folder = scene.folder.path();
        let file = folder.join(format!("{name}.toml"));
        let address = format!("127.0.0.1:{}", postgres::free_port());
        let own = format!("store.replica = \"{name}\"\nserver.listen = \"{address}\"");
        std::fs::write(&file, setup.clone().with(&own).text()).unwrap();
        let before = scene.workspace.counters().connections_opened;
        let child = Command::new(program)
            .args(["serve", "--config"])
            .arg(&file)
            .envs(scene.secrets())
            .env("STAGERBOT__STORE__URL", std::fs::read_to_string(folder.join("url")).unwrap())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let replica = Replica(child, address);
        scene.connected(before).await;
        replica
    }

    pub(crate) async fn log(&self) -> Vec<Recorded> {
        self.store.log(1).await.unwrap()
    }

    /// Waits until the log says so.
    pub(crate) async fn logged(&self, is: impl Fn(&[Recorded]) -> bool) {
        until("the log says so", async || {
            let log = self.store.log(1).await.map_err(|error| error.to_string())?;
            if is(&log) { Ok(()) } else { Err(format!("{:?}", log.last())) }
        })
        .await;
    }

    pub(crate) fn assert_each_once(&self, planned: &[String]) {
        let terminated = self.scene.terminated();
        let once: BTreeSet<&String> = terminated.iter().collect();
        assert_eq!(once.len(), terminated.len(), "twice: {terminated:?}");
        assert!(terminated.iter().all(|uid| planned.contains(uid)), "{terminated:?} of {planned:?}");
    }
}
