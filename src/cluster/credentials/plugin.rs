//! A credential plugin: a program that prints credentials, run when there are none, when they are about to expire, and when the server
//! refused them. One run at a time, however many requests wait for it, and none that outlives its deadline.

use std::env;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::process::Command;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::credential::{Credential, CredentialError};
use super::plugin_answer::{Answer, read};
use super::process::{Ending, run};
use crate::causes::Cause;
use crate::cluster::kubeconfig::context::Login;
use crate::cluster::kubeconfig::model::Exec;
use crate::incident::phrase::Phrase;

/// How long a plugin may take: one that asks a server somewhere needs seconds, one that waits for a person never ends.
pub(in crate::cluster) const DEADLINE: Duration = Duration::from_secs(20);
/// How long before they expire credentials are renewed at most; short-lived ones in the last tenth of their time.
const AHEAD: Duration = Duration::from_mins(1);
/// How long a plugin is left alone after it failed, or gave what the server refuses: one look asks some twenty times.
const PAUSE: Duration = Duration::from_secs(5);
/// What the variables of our own configuration begin with.
const OURS: &[u8] = b"STAGERBOT__";

/// A plugin and what it gave last.
pub(in crate::cluster) struct Plugin {
    exec: Exec,
    /// What it is told, by `KUBERNETES_EXEC_INFO`.
    info: String,
    user: String,
    held: Mutex<Option<Held>>,
    turn: Arc<Turn<Turns>>,
}

/// What it gave last.
struct Held {
    credential: Credential,
    since: Instant,
    /// Until when it is good, and from when on it is renewed.
    times: Option<(Timestamp, Timestamp)>,
}

/// What came of the runs.
#[derive(Default)]
struct Turns {
    count: u64,
    failed: Option<(Instant, CredentialError)>,
}

impl Plugin {
    pub(super) fn new(exec: Exec, login: &Login, authority: &[u8]) -> Self {
        let info = info(&exec, login, authority);
        Self { exec, info, user: login.user_name.clone(), held: Mutex::default(), turn: Arc::default() }
    }

    /// What it gave, if that is still good; else it is run.
    pub(super) async fn current(self: &Arc<Self>) -> Result<Credential, CredentialError> {
        match self.held() {
            Some((credential, false)) => Ok(credential),
            // It is still good: who asks now need not wait.
            Some((credential, true)) => {
                if let Ok(turn) = self.turn.clone().try_lock_owned() {
                    drop(tokio::spawn(self.clone().obtain(turn, None)));
                }
                Ok(credential)
            }
            None => self.wait(None).await,
        }
    }

    /// What it gives once the server has refused this one.
    pub(super) async fn instead_of(self: &Arc<Self>, number: u64) -> Result<Credential, CredentialError> {
        self.wait(Some(number)).await
    }

    /// Waits for a turn and takes it, in a task: who asks may give up, and a run that has begun is worth its end.
    async fn wait(self: &Arc<Self>, refused: Option<u64>) -> Result<Credential, CredentialError> {
        let plugin = self.clone();
        let task = tokio::spawn(async move {
            let turn = plugin.turn.clone().lock_owned().await;
            plugin.obtain(turn, refused).await
        });
        task.await.unwrap_or_else(|_| Err(self.why(Phrase::new("credentials-plugin-not-run"))))
    }

    /// What it gave last and is not expired, and whether it is time to renew it.
    fn held(&self) -> Option<(Credential, bool)> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = held.as_ref()?;
        let now = Timestamp::now();
        // What it gave just now is what there is, also where that has expired.
        let is_new = held.since.elapsed() < PAUSE;
        let (is_good, is_due) = held.times.map_or((true, false), |(until, from)| (now < until, now >= from));
        (is_good || is_new).then(|| (held.credential.clone(), is_due && !is_new))
    }

    async fn obtain(
        self: Arc<Self>,
        mut turn: OwnedMutexGuard<Turns>,
        refused: Option<u64>,
    ) -> Result<Credential, CredentialError> {
        // Somebody else's turn may have brought it, or may just have failed.
        match self.held() {
            Some((credential, false)) if refused != Some(credential.number) => return Ok(credential),
            Some((credential, _)) if refused.is_some() && self.is_new() => return Ok(credential),
            _ => {}
        }
        if let Some((at, error)) = &turn.failed
            && at.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        let answered = self.run().await;
        turn.failed = answered.as_ref().err().map(|error| (Instant::now(), error.clone()));
        let Answer { header, identity, expires } = answered?;
        turn.count += 1;
        let credential = Credential { header, identity, number: turn.count };
        let held = Held { credential: credential.clone(), since: Instant::now(), times: expires.map(times) };
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
        Ok(credential)
    }

    fn is_new(&self) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().is_some_and(|held| held.since.elapsed() < PAUSE)
    }

    async fn run(&self) -> Result<Answer, CredentialError> {
        let mut command = Command::new(&self.exec.command);
        command.args(&self.exec.args);
        // Our own secrets may stand there, and no plugin needs them.
        for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(OURS)) {
            command.env_remove(name);
        }
        command.envs(self.exec.env.iter().map(|variable| (&variable.name, &variable.value)));
        command.env("KUBERNETES_EXEC_INFO", &self.info);
        match run(command, DEADLINE).await {
            Ok(Ending::Exited(status, printed)) if status.success() => read(&printed, &self.exec.api_version)
                .map_err(|what| self.why(Phrase::new("credentials-plugin-unusable").with("text", what))),
            Ok(Ending::Exited(status, _)) => Err(match status.code() {
                Some(code) => self.why(Phrase::new("credentials-plugin-failed").with("code", code.to_string())),
                None => self.why(Phrase::new("credentials-plugin-killed")),
            }),
            Ok(Ending::Late) => {
                let seconds = DEADLINE.as_secs().to_string();
                Err(self.why(Phrase::new("credentials-plugin-late").with("seconds", seconds)))
            }
            Ok(Ending::TooMuch) => Err(self.why(Phrase::new("credentials-plugin-too-much"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let hint = Cause::new(&self.exec.install_hint).to_string();
                Err(self.why(match hint {
                    hint if hint.is_empty() => Phrase::new("credentials-plugin-missing"),
                    hint => Phrase::new("credentials-plugin-missing-hint").with("hint", hint),
                }))
            }
            Err(error) => Err(self.why(Phrase::new("credentials-plugin-not-begun").with("text", error.to_string()))),
        }
    }

    fn why(&self, what: Phrase) -> CredentialError {
        let name = Path::new(&self.exec.command).file_name().unwrap_or_default().to_string_lossy();
        CredentialError(what.with("user", &self.user).with("plugin", Cause::new(name).to_string()).into())
    }
}

/// Until when they are good, and from when on they are renewed.
fn times(expires: Timestamp) -> (Timestamp, Timestamp) {
    let left = expires.duration_since(Timestamp::now()).max(jiff::SignedDuration::ZERO).unsigned_abs();
    let ahead = AHEAD.min(left / 10);
    (expires, expires.checked_sub(ahead).unwrap_or(expires))
}

/// What a plugin is told. <https://kubernetes.io/docs/reference/config-api/client-authentication.v1/>
fn info(exec: &Exec, login: &Login, authority: &[u8]) -> String {
    let mut spec = Map::new();
    if exec.provide_cluster_info {
        let cluster = &login.cluster;
        let mut told = Map::new();
        let texts = [
            ("server", &cluster.server),
            ("tls-server-name", &cluster.tls_server_name),
            ("proxy-url", &cluster.proxy_url),
        ];
        told.extend(
            texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (key.into(), json!(text))),
        );
        if cluster.insecure_skip_tls_verify {
            told.insert("insecure-skip-tls-verify".into(), json!(true));
        }
        if !authority.is_empty() {
            told.insert("certificate-authority-data".into(), json!(STANDARD.encode(authority)));
        }
        let config = cluster.extensions.iter().find(|one| one.name == "client.authentication.k8s.io/exec");
        told.insert("config".into(), config.map_or(Value::Null, |one| one.extension.clone()));
        spec.insert("cluster".into(), told.into());
    }
    spec.insert("interactive".into(), json!(false));
    json!({ "kind": "ExecCredential", "apiVersion": exec.api_version, "spec": spec }).to_string()
}
