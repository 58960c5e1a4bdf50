//! The cluster that the suite plays on: the one that `STAGERBOT_TEST_KUBECONFIG` names, or a simulated one that keeps what it is given.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use k8s_openapi::api::core::v1::Node;
use kube::api::ListParams;
use kube::{Api, Client, Config};
use serde_json::{Value, json};
use stagerbot::simulator::kubernetes::Cluster as Simulated;
use stagerbot::simulator::kubernetes::settings::Settings;
use tempfile::TempDir;

/// The cluster, by the current context of its kubeconfig. The account has to be allowed to make and delete namespaces.
const KUBECONFIG: &str = "STAGERBOT_TEST_KUBECONFIG";
/// The image of every stand-in: a shell with `nc`, `test` and `sleep`.
const IMAGE: &str = "STAGERBOT_TEST_IMAGE";
const USUAL_IMAGE: &str = "busybox:1.36";
/// How many seconds stand-ins may take until they are ready.
const READY_WITHIN: &str = "STAGERBOT_TEST_READY_SECONDS";
const USUAL_READY_SECONDS: u64 = 180;

/// A cluster, and what is known of it.
pub(crate) struct Place {
    pub(crate) client: Client,
    /// A file of its own, with one context and everything in it.
    pub(crate) kubeconfig: PathBuf,
    pub(crate) image: String,
    pub(crate) ready_within: Duration,
    /// Whether there are nodes, so that pods run; else the suite sets their status.
    pub(crate) runs: bool,
    /// The simulated one, whose faults can be ordered.
    pub(crate) simulated: Option<Simulated>,
    pub(crate) folder: TempDir,
    _proxy: Option<Proxy>,
}

/// Whether a cluster is named.
pub(crate) fn named() -> Option<PathBuf> {
    std::env::var_os(KUBECONFIG).map(PathBuf::from)
}

impl Place {
    /// The cluster that is named, or a new simulated one.
    pub(crate) async fn open() -> Self {
        match named() {
            Some(file) => Self::real(&file).await,
            None => Self::simulated(Settings::held()).await,
        }
    }

    /// A simulated cluster: of the model's own namespace everything runs, of others nothing does.
    pub(crate) async fn simulated(settings: Settings) -> Self {
        Self::around(Simulated::start(settings).unwrap()).await
    }

    /// The same of one that is there already.
    pub(crate) async fn around(simulated: Simulated) -> Self {
        let folder = TempDir::new().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        fs::write(&kubeconfig, simulated.kubeconfig()).unwrap();
        let url = simulated.url().to_owned();
        Self::at(&url, kubeconfig, folder, Some(simulated), None).await
    }

    async fn real(file: &std::path::Path) -> Self {
        let folder = TempDir::new().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        let view =
            ["--kubeconfig", file.to_str().unwrap(), "config", "view", "--raw", "--flatten", "--minify", "-o", "json"];
        let view = Command::new("kubectl").args(view).output().expect("kubectl is there");
        assert!(view.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&view.stderr));
        fs::write(&kubeconfig, view.stdout).unwrap();
        let proxy = Proxy::start(&kubeconfig);
        let url = proxy.url.clone();
        Self::at(&url, kubeconfig, folder, None, Some(proxy)).await
    }

    async fn at(
        url: &str,
        kubeconfig: PathBuf,
        folder: TempDir,
        simulated: Option<Simulated>,
        proxy: Option<Proxy>,
    ) -> Self {
        let mut config = Config::new(url.parse().unwrap());
        config.default_retry = false;
        let client = Client::try_from(config).unwrap();
        let nodes = Api::<Node>::all(client.clone()).list(&ListParams::default()).await;
        let runs = match nodes {
            Ok(nodes) => !nodes.items.is_empty(),
            // Who may not list nodes may still have some.
            Err(kube::Error::Api(status)) => status.code == 403,
            Err(error) => panic!("the cluster can't be reached: {error}"),
        };
        let seconds = std::env::var(READY_WITHIN).map_or(USUAL_READY_SECONDS, |text| text.parse().unwrap());
        Self {
            client,
            kubeconfig,
            image: std::env::var(IMAGE).unwrap_or_else(|_| USUAL_IMAGE.to_owned()),
            ready_within: Duration::from_secs(seconds),
            runs,
            simulated,
            folder,
            _proxy: proxy,
        }
    }

    /// What is assumed, in a sentence.
    pub(crate) fn assumes(&self) -> String {
        let Self { image, ready_within, .. } = self;
        match (&self.simulated, self.runs) {
            (Some(_), _) => {
                format!("no {KUBECONFIG}: the simulated cluster keeps stand-ins, whose status the suite sets")
            }
            (None, false) => {
                "the cluster has no nodes: the suite sets the stand-ins' status, and nothing runs in them".to_owned()
            }
            (None, true) => format!(
                "stand-ins run from {image} ({IMAGE}), which has sh, nc and test, and have {ready_within:?} to be ready ({READY_WITHIN})"
            ),
        }
    }

    /// A kubeconfig of this name for the same cluster, and another account.
    pub(crate) fn kubeconfig_of(&self, name: &str, token: &str) -> PathBuf {
        let mut config: Value = serde_json::from_str(&fs::read_to_string(&self.kubeconfig).unwrap()).unwrap();
        config["users"][0]["user"] = json!({ "token": token });
        let file = self.folder.path().join(name);
        fs::write(&file, config.to_string()).unwrap();
        file
    }
}

/// `kubectl proxy`: the suite's own requests go through it, so that it logs in as kubectl does. The bot does so by itself.
struct Proxy {
    child: Child,
    url: String,
}

impl Proxy {
    fn start(kubeconfig: &std::path::Path) -> Self {
        let mut child = Command::new("kubectl")
            .args(["proxy", "--port=0", "--reject-paths=^$", "--kubeconfig"])
            .arg(kubeconfig)
            .stdout(Stdio::piped())
            .spawn()
            .expect("kubectl is there");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { child, url: format!("http://{address}") }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
