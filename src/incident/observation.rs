//! What was seen at one moment: facts only, no judgement. A part that could not be seen is not known, never healthy.

pub mod detail;
mod report;
pub mod lasting;
pub mod serving;
mod readiness;
mod history;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::detail::PodDetail;
use self::lasting::Lasting;
pub use self::report::{
    Listening, LockOutcome, LockReport, LockTrouble, NotMade, PingOutcome, PingReport, ProbeOutcome, ProbeReport,
};
use super::environment::Topology;
use super::phrase::Statement;

/// A part of an observation: seen, or not known and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen<T> {
    /// It was seen.
    Known(T),
    /// It could not be seen, and why.
    NotKnown(Statement),
    /// It was not looked at this time.
    #[default]
    NotLooked,
}

impl<T> From<Result<T, Statement>> for Seen<T> {
    fn from(looked: Result<T, Statement>) -> Self {
        match looked {
            Ok(value) => Self::Known(value),
            Err(why) => Self::NotKnown(why),
        }
    }
}

impl<T> Seen<T> {
    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::NotKnown(_) | Self::NotLooked => None,
        }
    }
}

/// Everything seen of one environment at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// When looking began: what is newer may have been missed, what is older was seen.
    pub at: Timestamp,
    /// The pods of each part.
    pub pods: Seen<Pods>,
    /// The names of the ready pods behind the BBS Service.
    pub endpoints: Seen<Vec<String>>,
    /// One report for each ready Cloud Controller pod (at most three).
    pub probes: Seen<Vec<ProbeReport>>,
    /// Which pods play which part, where it was discovered rather than configured.
    #[serde(default)]
    pub topology: Seen<FoundTopology>,
    /// Warning events of the pods concerned, newest first.
    #[serde(default)]
    pub events: Seen<Vec<PodEvent>>,
    /// Which BBS pods listen on the BBS's port, as seen from inside each pod.
    #[serde(default)]
    pub listening: Seen<Vec<Listening>>,
    /// The BBS's own ping with the Cloud Controller's certificates: through the Service, and to each pod that listens.
    #[serde(default)]
    pub pings: Seen<Vec<PingReport>>,
    /// A connect from a Cloud Controller pod to a port where nobody listens, made where a probe succeeded and no ping was
    /// answered. Where it succeeds, something in between accepts every connect.
    #[serde(default)]
    pub control: Seen<ProbeReport>,
    /// Who holds the lock `bbs`, as Locket says.
    #[serde(default)]
    pub lock: Seen<LockReport>,
    /// The database as far as it can be seen.
    pub database: Seen<DatabaseReport>,
    /// Since when what is normal for some seconds has been seen; `None` where nothing is, or no history is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasting: Option<Vec<Lasting>>,
    /// What stood in the way where the pods could not be seen; `None` where they were, and in logs of before this was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
    /// Whether there is no Service of the name by which the BBS is reached.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_service: bool,
    /// Whether that Service is headless: without an address of its own, so that its name has none while nobody is behind it.
    /// `None` where nothing told, and in logs of before this was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headless: Option<bool>,
}

/// What stood in the way of seeing the pods, as far as it makes a difference to what is advised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
    /// Nothing answers.
    Unreachable,
    /// No answer came in time.
    Slow,
    /// There was nothing to log in with, so that nothing was sent.
    NoCredentials,
    /// The server's certificate is not believed, so that nothing was sent.
    NotTrusted,
    /// The server refused the credentials.
    Credentials,
    /// The role does not permit it.
    Permission,
    /// The pods were listed, and the parts are not among them.
    Parts,
    /// What answered is no API server.
    Foreign,
    /// Anything else.
    #[serde(other)]
    Other,
}

/// The pods of each part, each list in ascending order of ordinals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pods {
    /// The Cloud Controller's.
    pub cloud_controllers: Vec<PodSummary>,
    /// The BBS's.
    pub bbs: Vec<PodSummary>,
    /// Locket's own, where it has any.
    pub lockets: Vec<PodSummary>,
    /// Diego's cells (`diego-cell-*`).
    #[serde(default)]
    pub cells: Vec<PodSummary>,
    /// The `StatefulSet` of each part.
    pub sets: Vec<SetSummary>,
}

/// The parts that pods play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The probe runs in it.
    CloudController,
    /// Restarted first, where it has pods of its own.
    Locket,
    /// Restarted.
    Bbs,
}

/// How much of an environment to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Pods, sets and endpoints: quick, and woken by watches.
    Pods,
    /// The probes too.
    Full,
}

/// A `StatefulSet`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSummary {
    /// The part its pods play.
    pub part: Part,
    /// Its name.
    pub name: String,
    /// `spec.replicas`.
    pub desired: u32,
    /// `OrderedReady` (the default) or `Parallel`.
    pub policy: String,
    /// A revision waits that a deletion would deploy.
    pub pending_revision: bool,
    /// The container that does the work in its pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

/// One pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodSummary {
    /// Its name.
    pub name: String,
    /// Its UID: a recreated pod has the name of the old one and another UID.
    pub uid: String,
    /// Its resource version when it was seen.
    pub resource_version: String,
    /// `status.phase`.
    pub phase: String,
    /// How many of its containers are ready.
    pub ready: u32,
    /// How many containers its spec has.
    pub containers: u32,
    /// Restarts of all containers together.
    pub restarts: u32,
    /// What the active label says; `None` where it has none (yet).
    pub active: Option<bool>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When its grace ends, if it is being deleted (Kubernetes' `deletionTimestamp`).
    pub deleting_until: Option<Timestamp>,
    /// Its grace period in seconds.
    pub grace_seconds: i64,
    /// What has to let go of it before it is gone (Kubernetes' `finalizers`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<String>,
    /// Why a container waits or last failed, such as `CrashLoopBackOff`; `None` where nothing is wrong.
    pub trouble: Option<String>,
    /// The node it runs on.
    pub node: Option<String>,
    /// Its address.
    #[serde(default)]
    pub ip: Option<String>,
    /// What holds it up, and what it runs.
    #[serde(default, skip_serializing_if = "PodDetail::is_empty")]
    pub detail: PodDetail,
}

impl PodSummary {
    /// Running, every container of the spec ready, and not being deleted.
    pub fn is_ready(&self) -> bool {
        self.phase == "Running" && self.containers > 0 && self.ready == self.containers && self.deleting_until.is_none()
    }

    /// The pod in one line, as `kubectl get pod -L` shows it: name, ready containers, status, restarts, label.
    pub fn line(&self) -> String {
        let status = match (&self.trouble, self.is_terminating()) {
            (_, true) => "Terminating",
            (Some(trouble), false) => trouble,
            (None, false) => &self.phase,
        };
        let active = match self.active {
            Some(true) => "active",
            Some(false) => "passive",
            None => "-",
        };
        let Self { name, ready, containers, restarts, .. } = self;
        format!("{name}  {ready}/{containers}  {status}  restarts {restarts}  {active}")
    }

    /// Whether the pod is being deleted.
    pub fn is_terminating(&self) -> bool {
        self.deleting_until.is_some()
    }

    /// Whether the label calls it the active leader.
    pub fn is_active(&self) -> bool {
        self.active == Some(true)
    }

    /// Whether its container can't start, or starts and fails again and again: waiting longer will not help.
    pub fn has_failed(&self) -> bool {
        matches!(
            self.trouble.as_deref(),
            Some(
                "CrashLoopBackOff"
                    | "ImagePullBackOff"
                    | "ErrImagePull"
                    | "ErrImageNeverPull"
                    | "InvalidImageName"
                    | "CreateContainerConfigError"
                    | "CreateContainerError"
                    | "RunContainerError"
            )
        )
    }
}

/// What was seen of the database that Locket and the BBS keep their state in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseReport {
    /// How it is.
    pub state: Database,
    /// What that rests on, a line for each: where it was looked from, at what, and the answer.
    pub evidence: Vec<Statement>,
}

/// How the database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Database {
    /// Locket read from it.
    Up,
    /// It accepts connections, which a database that hangs does too: not proof enough.
    Accepts,
    /// It refuses connections, or does not answer, from every pod that was asked.
    Down,
}

/// A topology as it was discovered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundTopology {
    /// Which pods play which part.
    pub topology: Topology,
    /// From what that was concluded, a line for each part.
    pub from: Vec<Statement>,
    /// Sets of one part that run different versions side by side, a list for each part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Vec<String>>,
}

/// A warning event of a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodEvent {
    /// The pod's name.
    pub pod: String,
    /// The pod's UID, where the event tells it.
    #[serde(default)]
    pub uid: Option<String>,
    /// Kubernetes' reason, such as `BackOff`.
    pub reason: String,
    /// Its message, cleaned and capped.
    pub message: String,
    /// How often.
    pub count: u32,
    /// When it happened last.
    pub last: Option<Timestamp>,
}

impl Observation {
    /// An observation in which nothing could be seen, and why.
    pub fn blind(at: Timestamp, why: impl Into<Statement>) -> Self {
        let why = why.into();
        Self {
            at,
            pods: Seen::NotKnown(why.clone()),
            endpoints: Seen::NotKnown(why),
            probes: Seen::NotLooked,
            topology: Seen::NotLooked,
            events: Seen::NotLooked,
            listening: Seen::NotLooked,
            pings: Seen::NotLooked,
            control: Seen::NotLooked,
            lock: Seen::NotLooked,
            database: Seen::NotLooked,
            lasting: None,
            obstacle: None,
            no_service: false,
            headless: None,
        }
    }

    /// Nothing was seen, and what stood in the way is known.
    pub fn blocked(at: Timestamp, obstacle: Obstacle, why: impl Into<Statement>) -> Self {
        Self { obstacle: Some(obstacle), ..Self::blind(at, why) }
    }

    /// The BBS pods, where they could be seen.
    pub fn bbs(&self) -> &[PodSummary] {
        self.pods.known().map_or(&[], |pods| &pods.bbs)
    }

    /// The pod of this UID among those a restart may delete (BBS and Locket).
    pub fn pod_by_uid(&self, uid: &str) -> Option<&PodSummary> {
        let pods = self.pods.known()?;
        pods.lockets.iter().chain(&pods.bbs).find(|pod| pod.uid == uid)
    }

    /// The pod of this name among those a restart may delete.
    pub fn pod_by_name(&self, name: &str) -> Option<&PodSummary> {
        let pods = self.pods.known()?;
        pods.lockets.iter().chain(&pods.bbs).find(|pod| pod.name == name)
    }

    /// How many BBS pods there should be, where that is known.
    pub fn bbs_desired(&self) -> Option<usize> {
        let sets = &self.pods.known()?.sets;
        let bbs = || sets.iter().filter(|set| set.part == Part::Bbs);
        bbs().next().map(|_| bbs().map(|set| set.desired as usize).sum())
    }

    /// Whether the probes were made, so that it can justify a decision.
    pub fn is_full(&self) -> bool {
        !matches!(self.probes, Seen::NotLooked)
    }

    /// The probe reports, where probes were made.
    pub fn probes(&self) -> &[ProbeReport] {
        self.probes.known().map_or(&[], Vec::as_slice)
    }
}

impl PodEvent {
    /// The event in one line, without its time.
    pub fn line(&self) -> String {
        let Self { pod, reason, message, count, .. } = self;
        format!("{pod}  {reason} ×{count}  {}", message.trim())
    }

    /// The event in one line, with the time of its last occurrence where that is known.
    pub fn timed_line(&self) -> String {
        let at = self.last.map(|last| last.strftime("%H:%M:%SZ  ").to_string()).unwrap_or_default();
        at + &self.line()
    }

    /// Whether it tells of this pod, and not of an earlier one of the same name.
    pub fn is_of(&self, pod: &PodSummary) -> bool {
        let since = |created| self.last.is_none_or(|last| last >= created);
        self.pod == pod.name
            && match &self.uid {
                Some(uid) => *uid == pod.uid,
                None => pod.created.is_none_or(since),
            }
    }
}
