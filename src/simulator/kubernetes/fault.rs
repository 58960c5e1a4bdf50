//! What can go wrong on order. A fault changes the state of the model, never an answer; faults combine.

use crate::simulator::diego::durations::seconds;
use serde::Deserialize;
use std::time::Duration;

/// One thing that goes wrong. Durations are nominal (see [`Durations`](crate::simulator::diego::durations::Durations)),
/// except `ApiServerSlow`'s.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Fault {
    /// The runbook's outage: every database connection is dead for good, and new ones fail for a while.
    DatabaseConnectionsLost {
        /// How long new connections fail.
        #[serde(deserialize_with = "seconds")]
        outage: Duration,
    },
    /// Packets to the database are lost until it is healed; connections survive.
    DatabaseDown,
    /// The database refuses connections: its process is gone.
    DatabaseRefuses,
    /// The database has no connection left to give: it accepts, and turns every new session down.
    DatabaseExhausted,
    /// The BBS migrates its database, and answers 503 until it is healed.
    BbsMigrating,
    /// The certificates between Diego's parts have expired; what is connected stays so.
    CertificatesExpired,
    /// The Cloud Controller's certificates for the BBS are not where they should be.
    CertificatesMissing,
    /// Diego's cells (see `Settings::cells`) are on their way out, and take as long as their grace allows.
    CellsEvacuating,
    /// The BBS's set has a newer revision that the next deletion of a pod deploys.
    PendingRevision,
    /// A pod's node does not answer any more: the pod is being deleted for ever.
    NodeLost {
        /// The pod.
        pod: String,
    },
    /// The BBS's Service has another name than the Cloud Controller calls it by.
    WrongServiceName,
    /// Whatever one Cloud Controller pod sends to others is lost.
    OneApiPodCutOff {
        /// The pod.
        pod: String,
    },
    /// No Service's name resolves in one pod.
    DnsBroken {
        /// The pod.
        pod: String,
    },
    /// A BBS is stopped by a signal: its port accepts, nothing answers.
    BbsHung {
        /// Its pod.
        pod: String,
    },
    /// A BBS takes this long to answer; its own readiness probe waits.
    BbsSlow {
        /// Its pod.
        pod: String,
        /// How long.
        #[serde(deserialize_with = "seconds")]
        r#for: Duration,
    },
    /// A BBS hangs in its start, behind a dead connection: its port accepts, and it answers 503. A new pod starts as it should.
    BbsHangsInStart {
        /// Its pod.
        pod: String,
    },
    /// The present pods' probes no longer patch the label, whoever leads.
    LabelsFrozen,
    /// The present pods' probes no longer patch the label, and the leader changes: the label stays on the wrong pod.
    StaleLabel,
    /// A Locket process is killed; monit starts it again.
    LocketKilled {
        /// Its pod.
        pod: String,
    },
    /// The Cloud Controller in a pod is not ready.
    CloudControllerNotReady {
        /// Its pod.
        pod: String,
    },
    /// The BBS container of every new pod exits at once.
    NewBbsPodsCrash,
    /// The BBS image of every new pod cannot be pulled.
    ImageMissing,
    /// A pod takes this long to stop.
    HangsInTerminating {
        /// Its name.
        pod: String,
        /// How long, at most its grace period.
        #[serde(deserialize_with = "seconds")]
        r#for: Duration,
    },
    /// A finalizer holds a pod: once it is deleted its containers stop, and the object stays until this is healed.
    FinalizerHolds {
        /// The pod's name.
        pod: String,
    },
    /// No node has room for new BBS pods.
    NoNode,
    /// A policy drops what Cloud Controller pods send to BBS pods.
    NetworkPolicy,
    /// A mesh's sidecar in every Cloud Controller pod accepts each connection itself, and only then looks for who answers it:
    /// where nobody does, it cuts the connection off.
    SidecarsAccept,
    /// No Service's name resolves.
    NameNotResolved,
    /// The bot may not exec.
    ExecDenied,
    /// The bot may not exec into the BBS's pods.
    ExecIntoBbsDenied,
    /// The bot may not delete pods.
    DeleteDenied,
    /// The bot's account is an administrator's: it may do everything.
    MayDoEverything,
    /// The API server's clock is ahead by so much (really).
    ClockAhead {
        /// How much.
        #[serde(deserialize_with = "seconds")]
        by: Duration,
    },
    /// The bot may not list, get or watch these.
    ReadDenied {
        /// The resource's plural, such as `services`.
        resource: String,
    },
    /// The containers have no `nc`.
    NcMissing,
    /// The containers have no bash.
    BashMissing,
    /// The containers have no `curl`.
    CurlMissing,
    /// The BBS's containers have no `cfdot`.
    CfdotMissing,
    /// A Service without endpoints drops packets instead of refusing connections.
    ServiceDrops,
    /// The API server's port refuses connections, and open ones are reset.
    ApiServerDown,
    /// The API server takes this long (really) to begin to answer.
    ApiServerSlow {
        /// How long.
        #[serde(deserialize_with = "seconds")]
        delay: Duration,
    },
    /// Deletions happen, but the connection is reset before they are answered.
    DeleteAnswersLost,
    /// The API server does not know the caller any more.
    TokenExpired,
}

/// The finalizer of [`Fault::FinalizerHolds`].
pub const FINALIZER: &str = "lab.local/hold";

impl Fault {
    /// Whether healing `other` heals this: the same kind, at the same pod or resource.
    pub fn is_like(&self, other: &Self) -> bool {
        let resource = |fault: &Self| match fault {
            Self::ReadDenied { resource } => Some(resource.clone()),
            _ => None,
        };
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.pod() == other.pod()
            && resource(self) == resource(other)
    }

    /// How long this BBS pod takes to answer by it.
    pub(super) fn slows(&self, of: &str) -> Option<Duration> {
        match self {
            Self::BbsSlow { pod, r#for } if pod == of => Some(*r#for),
            _ => None,
        }
    }

    /// The pod it is about.
    pub fn pod(&self) -> Option<&str> {
        match self {
            Self::BbsHung { pod }
            | Self::BbsHangsInStart { pod }
            | Self::BbsSlow { pod, .. }
            | Self::LocketKilled { pod }
            | Self::CloudControllerNotReady { pod }
            | Self::NodeLost { pod }
            | Self::OneApiPodCutOff { pod }
            | Self::DnsBroken { pod }
            | Self::FinalizerHolds { pod }
            | Self::HangsInTerminating { pod, .. } => Some(pod),
            _ => None,
        }
    }
}
