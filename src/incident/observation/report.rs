//! What one pod that was asked answered: probes, pings, who listens, who holds the lock.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::super::phrase::{Phrase, Statement};

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
    /// What the program printed, cleaned and capped; or why it printed nothing.
    pub text: Statement,
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
    pub fn line(&self) -> Statement {
        let phrase = |id: &str| Phrase::new(id).with("pod", &self.pod).with("text", &self.text);
        match self.exit_code {
            Some(code) => phrase("seen-probe").with("code", code.to_string()).into(),
            None => phrase("seen-probe-no-code").into(),
        }
    }
}

impl ProbeReport {
    /// The connect in one line: from where to where, and what came of it.
    pub fn connect_line(&self) -> Statement {
        let phrase = Phrase::new("seen-connect").with("pod", &self.pod).with("target", &self.target);
        phrase.with("text", &self.text).into()
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
    /// What curl printed, cleaned and capped; or why it printed nothing.
    pub text: Statement,
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
    /// What that speaks of, where it failed; `None` where it can't be told, and in logs of before this was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<LockTrouble>,
}

/// Why Locket gave no answer, as far as cfdot's words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockTrouble {
    /// The database has no connection left for it.
    Exhausted,
    /// The database, or a name or a certificate before it, lets no session come about.
    NoSession,
    /// There is no connection to the database.
    NoDatabase,
    /// The certificates of Locket and of who asks it don't fit.
    Tls,
    /// Nobody answers at Locket's port.
    Gone,
    /// Something else, or what a later version reads.
    #[serde(other)]
    Other,
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
    pub fn line(&self) -> Statement {
        let to = self.to.as_deref().unwrap_or("Service");
        Phrase::new("seen-ping").with("from", &self.from).with("to", to).with("text", &self.text).into()
    }
}

impl LockReport {
    /// The report in one line: which pod was asked, and what cfdot said.
    pub fn line(&self) -> Statement {
        let said: Statement = match &self.outcome {
            LockOutcome::Owner(owner) => owner.as_str().into(),
            LockOutcome::Nobody => Phrase::new("seen-lock-nobody").into(),
            LockOutcome::Hung => Phrase::new("seen-lock-hung").into(),
            LockOutcome::Failed => self.text.trim().into(),
        };
        Phrase::new("seen-lock").with("pod", &self.from).with("text", said).into()
    }
}
