//! A company's network: nothing but a proxy is reached, and the proxy's side of every connection is signed by an authority of theirs.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stagerbot::simulator::discord::settings::Settings as ServerSettings;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::harness::both::Both;
use crate::harness::process::free_address;
use crate::harness::tls::{Authority, Front};
use crate::harness::{PATIENCE, Scene, stays_stuck};

/// A proxy that does CONNECT alone, knows some names that nobody else knows, and notes what it is asked for.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    serving: AbortHandle,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Proxy {
    async fn start(names: BTreeMap<&'static str, SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&asked);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connect(stream, names.clone(), Arc::clone(&noted)));
            }
        });
        Self { address, asked, serving: serving.abort_handle() }
    }

    fn asked(&self, host: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| asked.as_str() == host).count()
    }
}

async fn connect(
    mut client: TcpStream,
    names: BTreeMap<&'static str, SocketAddr>,
    noted: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let host = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    noted.lock().unwrap().push(host.clone());
    let Some(address) = names.get(host.as_str()) else {
        client.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await.ok()?;
        return None;
    };
    let mut server = TcpStream::connect(address).await.ok()?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}

/// A bot that does not outlive its test.
struct Bot(Child);

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Both platforms behind TLS, under names that no resolver knows.
struct Company {
    both: Both,
    proxy: Proxy,
    authority: Authority,
    _fronts: [Front; 2],
}

impl Company {
    async fn new() -> Self {
        let patient = WorkspaceSettings {
            ack_within: PATIENCE,
            trigger_lives: PATIENCE,
            public: Some("slack.invalid".to_owned()),
            ..WorkspaceSettings::default()
        };
        let scene = Scene::between(stays_stuck(), patient, "cfee-2", &[]).await;
        let settings = ServerSettings {
            paces: BTreeMap::new(),
            respond_within: PATIENCE,
            public: Some("discord.invalid".to_owned()),
            ..ServerSettings::default()
        };
        let both = Both::of(scene, settings).await;
        let authority = Authority::new("of the company", false);
        let leaf = authority.signs(&["slack.invalid", "discord.invalid"], false);
        let before = |url: &str| url.trim_end_matches("/api").to_owned();
        let fronts = [
            Front::start(&before(&both.scene.workspace.api_url()), &leaf, None).await,
            Front::start(&before(&both.server.api_url()), &leaf, None).await,
        ];
        let names =
            BTreeMap::from([("slack.invalid:443", fronts[0].address), ("discord.invalid:443", fronts[1].address)]);
        Self { both, proxy: Proxy::start(names).await, authority, _fronts: fronts }
    }

    /// The bot as a process of its own: variables are a process's.
    fn bot(&self, variables: &[(&str, String)]) -> Bot {
        let folder = self.both.scene.folder.path();
        let urls = "slack.api_url = \"https://slack.invalid/api\"\ndiscord.api_url = \"https://discord.invalid\"";
        std::fs::write(folder.join("bot.toml"), self.both.setup().with(urls).text()).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_stagerbot"))
            .args(["serve", "--config"])
            .arg(folder.join("bot.toml"))
            .envs(self.both.secrets())
            .env("RUST_LOG", "info")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.both.scene.log()).unwrap())
            .spawn()
            .unwrap();
        Bot(child)
    }

    fn authority_file(&self) -> String {
        let file = self.both.scene.folder.path().join("authority.pem");
        std::fs::write(&file, self.authority.pem()).unwrap();
        file.display().to_string()
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![("HTTPS_PROXY", format!("http://{}", self.proxy.address)), ("SSL_CERT_FILE", self.authority_file())]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_incident_goes_through_a_proxy_with_an_authority_of_its_own_on_both_platforms() {
    let company = Company::new().await;
    let (both, scene) = (&company.both, &company.both.scene);
    let _bot = company.bot(&company.variables());
    scene.connected(0).await;
    let heard = |view: &stagerbot::simulator::discord::view::View| (view.counters.connections_open > 0).then_some(());
    both.server.wait_for(PATIENCE, heard).await.unwrap();
    // Asked for on Slack, approved on Discord.
    let card = scene.requested().await;
    assert!(card.by_bot);
    let approve = both.button("stager-approve").await;
    both.confirms(&both.ben, &approve, "stager-approve").await;
    scene.card("Recovered").await;
    both.card("Recovered").await;
    // No resolver knows these names: whatever came, came through the proxy. Sockets and calls are connections of their own.
    for host in ["slack.invalid:443", "discord.invalid:443"] {
        assert!(company.proxy.asked(host) >= 2, "{host}: {:?}", company.proxy.asked.lock().unwrap());
    }
    assert!(company.proxy.asked.lock().unwrap().iter().all(|host| host.ends_with(".invalid:443")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_on_the_way_is_told_in_a_sentence() {
    let company = Company::new().await;
    let proxy = company.proxy.address;
    let nobody = free_address();
    // Accepts, by the kernel, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = (silent.local_addr().unwrap(), silent);
    let log = company.both.scene.log();
    for (variables, says) in [
        (vec![], "Slack could not be asked for auth.test: the name slack.invalid can't be resolved".to_owned()),
        (
            vec![("HTTPS_PROXY", format!("http://{nobody}"))],
            format!("the proxy {nobody}: the connection was refused; nothing listens there"),
        ),
        (
            vec![("HTTPS_PROXY", format!("http://{}", silent.0))],
            format!("the proxy {}: it did not answer in time", silent.0),
        ),
        (
            vec![("HTTPS_PROXY", format!("http://{proxy}"))],
            "its certificate is signed by an authority that is not known here".to_owned(),
        ),
        (
            vec![("HTTPS_PROXY", format!("http://{proxy}")), ("NO_PROXY", "slack.invalid".to_owned())],
            "the name slack.invalid can't be resolved".to_owned(),
        ),
    ] {
        let _bot = company.bot(&variables);
        crate::harness::until("it is told", async || {
            let text = std::fs::read_to_string(&log).unwrap();
            assert!(!text.contains("Os {") && !text.contains("Error("), "{text}");
            text.contains(&says).then_some(()).ok_or(text)
        })
        .await;
    }
}

/// A cluster behind TLS, under a name that no resolver knows: what reaches it came through the proxy. Slack is on this machine.
struct Hidden {
    scene: Scene,
    proxy: Proxy,
    authority: Authority,
    _front: Front,
}

/// The cluster's address, as the proxy is asked for it.
const API: &str = "api.invalid:6443";

impl Hidden {
    async fn new() -> Self {
        let shape = ClusterSettings { token: Some("t".to_owned()), ..stays_stuck() };
        let scene = Scene::of(shape, "cfee-2", &[]).await;
        let authority = Authority::new("of the cluster", false);
        let front = Front::start(scene.cluster.url(), &authority.signs(&["api.invalid"], false), None).await;
        let proxy = Proxy::start(BTreeMap::from([(API, front.address)])).await;
        std::fs::write(scene.folder.path().join("bot.toml"), scene.setup().text()).unwrap();
        Self { scene, proxy, authority, _front: front }
    }

    /// The kubeconfig, with the authority and more said of the cluster.
    fn write(&self, more: &str) {
        let authority = STANDARD.encode(self.authority.pem());
        let server = format!("server: \"https://{API}\", certificate-authority-data: {authority}{more}");
        let plain = format!("server: \"{}\"", self.scene.cluster.url());
        let kubeconfig = self.scene.cluster.kubeconfig().replace(&plain, &server);
        assert!(kubeconfig.contains(API), "{kubeconfig}");
        std::fs::write(self.scene.folder.path().join("kubeconfig"), kubeconfig).unwrap();
    }

    /// What `check` comes to, and prints.
    async fn check(&self, variables: &[(&'static str, String)]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command.args(["check", "--context", "simulator", "--namespace", "cf", "--kubeconfig"]);
        command.arg(self.scene.folder.path().join("kubeconfig")).envs(variables.iter().cloned());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.code(), said)
    }

    /// A look, with execs, each of which is a WebSocket, and so switches protocols.
    async fn is_looked_at(&self, variables: &[(&'static str, String)]) {
        let (code, said) = self.check(variables).await;
        assert!(code == Some(0) && said.contains("Verdict: healthy"), "{said}");
        assert!(self.proxy.asked(API) > 0, "{said}");
        let execs = self.scene.cluster.requests();
        assert!(execs.iter().any(|one| one.path.ends_with("/exec") && one.status == 101), "{execs:?}");
    }

    /// An incident of the bot's, from the outage to the recovery.
    async fn is_mended(&self, variables: &[(&'static str, String)]) {
        let (scene, looked) = (&self.scene, self.proxy.asked(API));
        let _bot = scene.child_with(variables).await;
        let card = scene.requested().await;
        let planned = scene.uids();
        scene.clicks(&scene.ben, &card, "stager-approve").await;
        scene.card("Recovered").await;
        assert_eq!(scene.terminated(), planned);
        assert!(self.proxy.asked(API) > looked, "the bot goes through it, too");
        let asked = scene.cluster.requests();
        assert!(asked.iter().any(|one| one.query.contains("watch=") && one.status == 200), "nothing was watched");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_looked_at_and_mended_through_a_proxy_that_a_variable_names_unless_another_excepts_it() {
    let hidden = Hidden::new().await;
    hidden.write("");
    let proxy = ("HTTPS_PROXY", format!("http://{}", hidden.proxy.address));
    for excepted in ["api.invalid", "other.invalid,.invalid", "api.invalid:6443"] {
        let (code, said) = hidden.check(&[proxy.clone(), ("NO_PROXY", excepted.to_owned())]).await;
        assert!(code == Some(2) && said.contains("the name api.invalid can't be resolved"), "{excepted}: {said}");
    }
    assert_eq!(hidden.proxy.asked(API), 0, "nobody asks it for what is excepted");
    let variables = [proxy, ("NO_PROXY", "other.invalid,api.invalid:1".to_owned())];
    hidden.is_looked_at(&variables).await;
    hidden.is_mended(&variables).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_looked_at_and_mended_through_the_proxy_that_its_kubeconfig_names_whatever_variables_say() {
    let hidden = Hidden::new().await;
    hidden.write(&format!(", proxy-url: \"http://{}\"", hidden.proxy.address));
    // As with kubectl.
    let variables = [("HTTPS_PROXY", "http://127.0.0.1:1".to_owned()), ("NO_PROXY", "api.invalid".to_owned())];
    hidden.is_looked_at(&variables).await;
    hidden.is_mended(&variables).await;
}
