//! A kubeconfig as kubectl takes it: a table of files, each of which kubectl and the bot are given before the same server with TLS;
//! and whatever stands in a file, nothing panics.

mod cases;
mod garbage;
pub(crate) mod property;

use std::path::Path;
use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;
use stagerbot::causes::causes;
use stagerbot::cluster::Cluster;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::incident::diagnosis::{Verdict, diagnose};
use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::incident::observation::{Depth, Seen};
use stagerbot::simulator::kubernetes::Cluster as Simulated;
use stagerbot::simulator::kubernetes::settings::Settings;
use tempfile::TempDir;
use tokio::process::Command;

use self::cases::{Case, Difference, cases};
use crate::harness::PATIENCE;
use crate::harness::needed::{missing, skipped};
use crate::harness::tls::{Authority, Front, PREFIX};
use crate::words::english;

/// The token that the server lets in.
const TOKEN: &str = "t";

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The pods were listed.
    Works,
    /// The server was asked, and said 401.
    Unauthorized,
    /// Nothing was listed: the file is refused, or nothing comes of a connection.
    Refused,
}

/// The server, by a token and by certificates, and what the files lead to.
struct Setting {
    folder: TempDir,
    replaced: Vec<(&'static str, String)>,
    _servers: (Simulated, Simulated),
    _fronts: Vec<Front>,
}

impl Setting {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let (authority, other) = (Authority::new("authority", false), Authority::new("another", false));
        let old = Authority::new("old", true);
        let names = ["127.0.0.1", "localhost", "api.case.example"];
        let leaf = authority.signs(&names, false);
        let token = Simulated::start(Settings { token: Some(TOKEN.into()), ..Settings::short() }).unwrap();
        let open = Simulated::start(Settings::short()).unwrap();

        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kubeconfig");
        let mut clients = Vec::new();
        for name in ["rsa-pkcs1", "ec-with-parameters", "p384-pkcs8", "p521", "version-1"] {
            let file = data.join(format!("{name}.crt"));
            clients.push(CertificateDer::from_pem_file(&file).unwrap());
            std::fs::copy(file, folder.path().join(format!("{name}.crt"))).unwrap();
        }
        for name in ["rsa-pkcs1", "ec-with-parameters", "p384-pkcs8", "p521", "version-1", "encrypted"] {
            let file = format!("{name}.key");
            std::fs::copy(data.join(&file), folder.path().join(&file)).unwrap();
        }
        let ed25519 = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let certificate = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&ed25519).unwrap();
        clients.push(certificate.der().clone());

        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("ed25519.crt", &certificate.pem());
        write("ed25519.key", &ed25519.serialize_pem());
        write("ca.crt", &authority.pem());
        write("other.crt", &other.pem());
        write("old.crt", &old.pem());
        write("leaf.crt", &leaf.pem());
        write("both.crt", &format!("what follows is no certificate\n{}\n{}", other.pem(), authority.pem()));
        write("nonsense", "nonsense\n");
        write("token", "t\n");
        write("wrong-token", "wrong\n");
        write("empty", "");
        let chain = std::fs::read_to_string(folder.path().join("p384-pkcs8.crt")).unwrap() + &authority.pem();
        write("chain.crt", &chain);

        let plain = Front::start(token.url(), &leaf, None).await;
        let secure = Front::start(open.url(), &leaf, Some(clients)).await;
        let elsewhere = Front::start(token.url(), &authority.signs(&["elsewhere.example"], false), None).await;
        let expired = Front::start(token.url(), &authority.signs(&names, true), None).await;
        let of_old = Front::start(token.url(), &old.signs(&names, false), None).await;
        let inline = |name: &str| STANDARD.encode(std::fs::read(folder.path().join(name)).unwrap());
        let replaced = vec![
            ("@HOST@", plain.address.to_string()),
            ("@SERVER@", plain.url()),
            ("@CLIENTS@", secure.url()),
            ("@ELSEWHERE@", elsewhere.url()),
            ("@EXPIRED@", expired.url()),
            ("@OF_OLD@", of_old.url()),
            ("@HTTP@", token.url().to_owned()),
            ("@OPEN@", open.url().to_owned()),
            ("@PREFIX@", PREFIX.to_owned()),
            ("@CA@", inline("ca.crt")),
            // As a block, with the indentation of the table.
            ("@CA_LINES@", in_lines(&inline("ca.crt"))),
            ("@CA_TWICE@", in_lines(&STANDARD.encode(inline("ca.crt")))),
            ("@RSA@", inline("rsa-pkcs1.crt")),
            ("@RSA_KEY@", inline("rsa-pkcs1.key")),
            ("@DIR@", folder.path().display().to_string()),
        ];
        Self { folder, replaced, _servers: (token, open), _fronts: vec![plain, secure, elsewhere, expired, of_old] }
    }

    fn render(&self, text: &str) -> String {
        self.replaced.iter().fold(text.to_owned(), |text, (mark, value)| text.replace(mark, value))
    }

    /// Writes a case's files, in a folder of its own.
    fn write(&self, number: usize, case: &Case) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = self.folder.path().join(format!("case-{number}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::copy(self.folder.path().join("ca.crt"), folder.join("beside.crt")).unwrap();
        for (name, text) in &case.files {
            let file = folder.join(name);
            let text = self.render(text).replace("@HERE@", &folder.display().to_string());
            let bytes = if case.utf16 { utf16(&text) } else { text.into_bytes() };
            std::fs::write(&file, bytes).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder.display().to_string()
    }

    fn arguments(case: &Case, here: &str) -> Vec<String> {
        let mut arguments = Vec::new();
        if case.list.is_none() {
            arguments.push(format!("--kubeconfig={here}/{}", case.files.first().map_or("k", |(name, _)| name)));
        }
        arguments.extend(case.context.map(|context| format!("--context={context}")));
        arguments
    }

    fn variables(case: &Case, here: &str) -> Vec<(&'static str, String)> {
        let list = case.list.map(|list| ("KUBECONFIG", list.replace("@HERE@", here)));
        let others = case.variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        list.into_iter().chain(others).collect()
    }

    async fn kubectl(&self, case: &Case, here: &str) -> (Outcome, String) {
        let mut command = Command::new("kubectl");
        command.args(Self::arguments(case, here)).args(["--namespace=cf", "get", "pods", "-o", "name"]);
        command.arg(format!("--cache-dir={}/cache", self.folder.path().display()));
        let output = run(command.envs(Self::variables(case, here)), &self.folder).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            assert!(String::from_utf8_lossy(&output.stdout).contains("pod/diego-api-0"), "{}: {output:?}", case.name);
            return (Outcome::Works, said);
        }
        // What it says of 401.
        let is_401 = said.contains("the server has asked for the client to provide credentials")
            || said.contains("You must be logged in to the server");
        (if is_401 { Outcome::Unauthorized } else { Outcome::Refused }, said)
    }

    async fn bot(&self, case: &Case, here: &str) -> (Outcome, String) {
        if case.list.is_some() || !case.variables.is_empty() {
            return self.bot_apart(case, here).await;
        }
        let file = case.files.first().map_or("k", |(name, _)| name);
        let access = Access {
            kubeconfig: Some(format!("{here}/{file}").into()),
            context: case.context.map(str::to_owned),
            as_kubectl: true,
        };
        let cluster = match Cluster::connect(&access, environment(), Timeouts::default()).await {
            Ok(cluster) => cluster,
            Err(error) => return (Outcome::Refused, causes(&error)),
        };
        let observation = cluster.observe(Depth::Pods, Timestamp::UNIX_EPOCH).await;
        match &observation.pods {
            Seen::NotKnown(why) => {
                let why = english(why);
                let verdict = diagnose(&observation).verdict;
                let is_401 = why.contains("(401 Unauthorized)");
                // Only a server that was asked can refuse: by 401, or by an alert about the certificate that it was shown.
                let refused = is_401 || why.contains("refused the credentials: ");
                assert_eq!(
                    refused,
                    verdict == (Verdict::NotKnown { cause: "credentials-refused".into() }),
                    "{}: {why}",
                    case.name
                );
                (if is_401 { Outcome::Unauthorized } else { Outcome::Refused }, why.clone())
            }
            _ => (Outcome::Works, cluster.warnings().join("; ")),
        }
    }

    /// As a process of its own, where variables matter.
    async fn bot_apart(&self, case: &Case, here: &str) -> (Outcome, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command.args(["check", "--namespace=cf", "--preset=cfee-2", "--output=json"]);
        command.args(Self::arguments(case, here)).envs(Self::variables(case, here));
        let output = run(&mut command, &self.folder).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match serde_json::from_slice::<Value>(&output.stdout) {
            Ok(report) if report["observation"]["pods"]["known"].is_object() => (Outcome::Works, said),
            Ok(report) if report["diagnosis"]["verdict"]["cause"] == "credentials-refused" => {
                (Outcome::Unauthorized, said)
            }
            Ok(report) => (Outcome::Refused, report["observation"]["pods"].to_string()),
            Err(_) => {
                assert_eq!(output.status.code(), Some(2), "{}: {said}", case.name);
                (Outcome::Refused, said)
            }
        }
    }
}

async fn run(command: &mut Command, home: &TempDir) -> Output {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] {
        // What a case wants of them stands there already.
        if !command.as_std().get_envs().any(|(known, _)| known == name) {
            command.env_remove(name);
        }
    }
    command.env("HOME", home.path()).stdin(std::process::Stdio::null()).kill_on_drop(true);
    tokio::time::timeout(PATIENCE, command.output()).await.unwrap().unwrap()
}

/// In lines, indented as what is inside of a cluster's block.
fn in_lines(text: &str) -> String {
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\n      ")
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn environment() -> Environment {
    Environment {
        name: "prod".into(),
        context: None,
        namespace: "cf".into(),
        topology: Topology::preset("cfee-2").unwrap(),
        discover: None,
        database: None,
    }
}

/// Whether kubectl is there, and new enough to be the measure; else a line says why it is not asked.
async fn is_measure() -> bool {
    let version = Command::new("kubectl").args(["version", "--client", "--output=json"]).output().await;
    let minor = version.ok().and_then(|output| {
        let version: Value = serde_json::from_slice(&output.stdout).ok()?;
        let text = version["clientVersion"]["gitVersion"].as_str()?.strip_prefix("v1.")?.to_owned();
        text.split('.').next()?.parse::<u32>().ok()
    });
    match minor {
        Some(minor @ 32..) => {
            eprintln!("kubectl 1.{minor} is asked, too");
            true
        }
        Some(minor) => {
            skipped(&format!("kubectl as the measure: it is 1.{minor} here, and 1.32 is the measure"));
            false
        }
        None => {
            missing("kubectl");
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kubectl_takes_is_taken_and_what_it_refuses_is_refused() {
    let setting = Setting::start().await;
    let is_measure = is_measure().await;
    let cases = cases();
    assert!(cases.len() >= 40, "{}", cases.len());
    let looks = cases.iter().enumerate().map(async |(number, case)| {
        let here = setting.write(number, case);
        let bot = setting.bot(case, &here).await;
        let kubectl = if is_measure { Some(setting.kubectl(case, &here).await) } else { None };
        (case, bot, kubectl)
    });
    let looks: Vec<_> = futures::stream::iter(looks).buffered(4).collect().await;
    let mut wrong = Vec::new();
    for (case, (outcome, said), kubectl) in looks {
        eprintln!("{}: {outcome:?}: {said}", case.name);
        if outcome != case.outcome {
            wrong.push(format!("{}: the bot: {outcome:?}, not {:?}: {said}", case.name, case.outcome));
        }
        if !said.contains(case.says) {
            wrong.push(format!("{}: the bot does not say “{}”: {said}", case.name, case.says));
        }
        let expected = case.difference.as_ref().map_or(case.outcome, |Difference { kubectl, .. }| *kubectl);
        if let Some((outcome, said)) = kubectl.filter(|(outcome, _)| *outcome != expected) {
            wrong.push(format!("{}: kubectl: {outcome:?}, not {expected:?}: {said}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_difference_has_its_reason() {
    for case in cases() {
        if let Some(Difference { kubectl, why }) = case.difference {
            assert!(kubectl != case.outcome && !why.is_empty(), "{}", case.name);
        }
    }
}
