//! What one pod that was asked answered: probes, pings, who listens, who holds the lock.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What the probe from one pod said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeReport {
    /// The pod it ran in.
    pub pod: String,
    /// The container it ran in.
    pub container: String,
    /// The target, `host:port`.
    pub target: String,
    /// What came of it.
    pub outcome: ProbeOutcome,
    /// The program's exit code, where there was one.
    pub exit_code: Option<i32>,
    /// What the program printed, cleaned and capped.
    pub text: String,
    /// How long it took.
    pub took: SignedDuration,
    /// Whether bash made the connect, since nc is missing or cannot scan.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_bash: bool,
    /// Whether nc made it by a program that it ran, since it can't scan and there is no bash.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_running: bool,
    /// Whether the API server named the permission to *get* pods/exec as the one that is missing, not that to *create* them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lacks_get: bool,
}

/// What came of a probe. Only the first says reachable; only the next four say not reachable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeOutcome {
    /// Something completed the TCP handshake.
    Succeeded,
    /// Nobody listens.
    Refused,
    /// No answer in time.
    TimedOut,
    /// The host name has no address.
    NameNotResolved,
    /// No route to the host or network.
    NoRoute,
    /// The program is missing or does not know the options.
    ToolTrouble,
    /// The API server refused the exec; the permission is missing.
    ExecDenied,
    /// A policy of the cluster refused the exec, whatever the role permits.
    ExecRefused,
    /// The way to the API server takes no `WebSocket`, which an exec needs.
    ExecNotCarried,
    /// The exec failed before the program ran.
    ExecFailed,
    /// The connection was lost before an exit code came.
    Unknown,
}

impl ProbeReport {
    /// The report in one line: pod, outcome as the program put it, and its exit code.
    pub fn line(&self) -> String {
        let code = self.exit_code.map_or_else(|| "no exit code".to_owned(), |code| format!("exit code {code}"));
        format!("{}: {} ({code})", self.pod, self.text.trim())
    }
}

impl ProbeOutcome {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Refused => "refused",
            Self::TimedOut => "timed-out",
            Self::NameNotResolved => "name-not-resolved",
            Self::NoRoute => "no-route",
            Self::ToolTrouble => "tool-trouble",
            Self::ExecDenied => "exec-denied",
            Self::ExecRefused => "exec-refused",
            Self::ExecNotCarried => "exec-not-carried",
            Self::ExecFailed => "exec-failed",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the probe ran and could not reach its target.
    pub fn is_unreachable(self) -> bool {
        matches!(self, Self::Refused | Self::TimedOut | Self::NameNotResolved | Self::NoRoute)
    }
}

/// Whether a pod listens on the BBS's port, as seen from inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    /// The pod's name.
    pub pod: String,
    /// Whether a connection to its own port was accepted.
    pub listens: bool,
}

/// What a ping of the BBS (`POST /v1/ping`, mutual TLS) said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PingReport {
    /// The Cloud Controller pod it was sent from.
    pub from: String,
    /// The BBS pod it was sent to; `None` through the Service.
    pub to: Option<String>,
    /// What came of it.
    pub outcome: PingOutcome,
    /// What curl printed, cleaned and capped.
    pub text: String,
    /// How long it took.
    pub took: SignedDuration,
}

/// What came of a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PingOutcome {
    /// The BBS serves: 200.
    Answered,
    /// The BBS is not serving yet: 503 while it migrates.
    Migrating,
    /// Another status.
    Status(u16),
    /// Nobody listens.
    Refused,
    /// No answer in time: connected or not.
    TimedOut,
    /// The host name has no address.
    NameNotResolved,
    /// TLS failed: certificates expired, unknown, or for another name.
    CertificateRefused,
    /// The connection was closed before an answer came: a proxy had taken it, or the BBS broke off.
    Reset,
    /// No route to the host or network.
    NoRoute,
    /// It could not be made.
    NotMade(NotMade),
    /// It ended in doubt.
    Unknown,
}

/// Why a ping could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotMade {
    /// The container has no curl.
    NoCurl,
    /// Its curl does not know the options.
    OldCurl,
    /// The Cloud Controller's certificates for the BBS are not where the releases keep them, or can't be used.
    NoCertificates,
    /// The BBS's certificate is for another name than it could be asked by: what the Cloud Controller calls it was not read.
    OtherName,
    /// The API server refused the exec; the permission is missing.
    ExecDenied,
    /// A policy of the cluster refused the exec, whatever the role permits.
    ExecRefused,
    /// The way to the API server takes no `WebSocket`, which an exec needs.
    ExecNotCarried,
    /// The exec failed before curl ran.
    ExecFailed,
}

/// Who holds the lock `bbs`, as `cfdot locks` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockReport {
    /// The pod that was asked.
    pub from: String,
    /// What came of it.
    pub outcome: LockOutcome,
    /// What cfdot printed, cleaned and capped.
    pub text: String,
}

/// What came of asking for the lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockOutcome {
    /// This pod holds it. A stale row looks the same: it supports and never proves.
    Owner(String),
    /// Nobody holds it.
    Nobody,
    /// Locket did not answer in time: it hangs, or its database does.
    Hung,
    /// Locket refused, or cfdot failed.
    Failed,
}

impl PingReport {
    /// The report in one line: from where to where, and what curl said.
    pub fn line(&self) -> String {
        let to = self.to.as_deref().unwrap_or("Service");
        format!("ping {} → {to}: {}", self.from, self.text.trim())
    }
}

impl LockReport {
    /// The report in one line: which pod was asked, and what cfdot said.
    pub fn line(&self) -> String {
        let said = match &self.outcome {
            LockOutcome::Owner(owner) => owner.clone(),
            LockOutcome::Nobody => "nobody".to_owned(),
            LockOutcome::Hung => "no answer in time".to_owned(),
            LockOutcome::Failed => self.text.trim().to_owned(),
        };
        format!("lock bbs, asked in {}: {said}", self.from)
    }
}
