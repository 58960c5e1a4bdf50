//! The tasks of the engine: each does one thing outside and brings one result back.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use jiff::SignedDuration;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;
use tracing::{Instrument as _, Span, info_span};

use super::inquiry::Inquiry;
use crate::clock;
use crate::cluster::Cluster;
use crate::cluster::watch::Changes;
use crate::incident::IncidentId;
use crate::incident::account::Account;
use crate::incident::decide::Call;
use crate::incident::event::Claim;
use crate::incident::observation::{Depth, Observation};
use crate::incident::phrase::Phrase;
use crate::incident::standing::Standing;
use crate::incident::transition::DeleteResult;

/// The result of a task.
#[derive(Debug)]
pub enum TaskResult {
    /// An author was answered, or can't be.
    Answered {
        /// The inbox row.
        key: String,
        /// Whether the row is closed.
        delivered: bool,
    },
    /// The platforms told of those who want something: it can be decided.
    LookedUp {
        /// The inbox row.
        key: String,
        /// What was told.
        standings: Vec<(Account, Standing)>,
    },
    /// The cluster changed, or the wait is over.
    Woken {
        /// Of which incident.
        incident: IncidentId,
        /// How much to look at.
        depth: Depth,
    },
    /// An observation was made.
    Observed {
        /// Of which incident.
        incident: IncidentId,
        /// Under which claim.
        claim: Claim,
        /// What was seen.
        observation: Observation,
        /// What the platforms said of those on whose word deletes rest.
        standings: Vec<(Account, Standing)>,
        /// When looking began.
        at: Instant,
    },
    /// Somebody was told that they are needed, or could not be.
    Announced {
        /// Of which incident.
        incident: IncidentId,
        /// What the log is to say of it, once that is settled.
        call: Option<Call>,
    },
    /// A delete was tried.
    Deleted {
        /// Of which incident.
        incident: IncidentId,
        /// Under which claim.
        claim: Claim,
        /// Of the pod with this UID.
        uid: String,
        /// What came of it.
        result: DeleteResult,
    },
}

/// A delete to be sent.
#[derive(Debug)]
pub struct DeleteOrder {
    /// Under which claim.
    pub claim: Claim,
    /// The pod's name.
    pub pod: String,
    /// Precondition.
    pub uid: String,
    /// Precondition.
    pub resource_version: String,
    /// The evidence is too old after this, or the claim's lease over.
    pub not_after: Instant,
}

/// A task under way. A wait ends with its handle; a look or a delete goes on to its result.
pub struct Job {
    task: JoinHandle<()>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Look,
    Wait,
    Delete,
}

/// How long a delete waits for the card without buttons: the chat may be down, and the outage goes on.
const CARD_FIRST: Duration = Duration::from_secs(3);

impl Job {
    /// Whether it only waits.
    pub fn is_wait(&self) -> bool {
        self.kind == Kind::Wait
    }

    /// Whether it deletes a pod.
    pub fn is_delete(&self) -> bool {
        self.kind == Kind::Delete
    }

    /// Looks at the environment, and at those on whose word deletes rest.
    #[expect(clippy::too_many_arguments, reason = "each is needed, and none belongs to another")]
    pub fn look(
        tasks: &TaskTracker,
        result_sender: mpsc::UnboundedSender<TaskResult>,
        cluster: Cluster,
        incident: IncidentId,
        claim: Claim,
        depth: Depth,
        inquiry: Option<Inquiry>,
        ahead: SignedDuration,
    ) -> Self {
        let span = of_incident(incident);
        let looking = async move {
            let (at, now) = (Instant::now(), clock::now() + ahead);
            let looking = std::panic::AssertUnwindSafe(cluster.observe(depth, now)).catch_unwind();
            let asking = async {
                match inquiry {
                    Some(inquiry) => inquiry.ask(now).await,
                    None => Vec::new(),
                }
            };
            let (looked, standings) = futures::join!(looking, asking);
            let observation = looked.unwrap_or_else(|_| Observation::blind(now, "the look failed (a bug)"));
            // The engine is gone at shutdown.
            let _ = result_sender.send(TaskResult::Observed { incident, claim, observation, standings, at });
        };
        Self { task: tasks.spawn(looking.instrument(span)), kind: Kind::Look }
    }

    /// Waits for a change of the cluster.
    pub fn wait(
        tasks: &TaskTracker,
        result_sender: mpsc::UnboundedSender<TaskResult>,
        changes: Arc<Mutex<Changes>>,
        incident: IncidentId,
        until: Instant,
        depth: Depth,
    ) -> Self {
        let task = tasks.spawn(async move {
            changes.lock().await.wait(until).await;
            let _ = result_sender.send(TaskResult::Woken { incident, depth });
        });
        Self { task, kind: Kind::Wait }
    }

    /// Deletes a pod, once the card has lost its buttons.
    pub fn delete(
        tasks: &TaskTracker,
        result_sender: mpsc::UnboundedSender<TaskResult>,
        cluster: Cluster,
        incident: IncidentId,
        order: DeleteOrder,
        shown: Option<(watch::Receiver<u64>, u64)>,
    ) -> Self {
        let span = of_incident(incident);
        let deleting = async move {
            if let Some((mut shown, seq)) = shown {
                // Late or lost, the delete is due all the same.
                let _ = timeout(CARD_FIRST, shown.wait_for(|shown| *shown >= seq)).await;
            }
            let DeleteOrder { claim, pod, uid, resource_version, not_after } = order;
            let deleting = cluster.delete(&pod, &uid, &resource_version, not_after);
            let result = std::panic::AssertUnwindSafe(deleting).catch_unwind().await;
            let result = result.unwrap_or_else(|_| DeleteResult::Unclear(Phrase::new("unsent-bug").into()));
            tracing::info!(incident.id = incident, pod, pod.uid = uid, ?result, "a pod's delete was tried");
            let _ = result_sender.send(TaskResult::Deleted { incident, claim, uid, result });
        };
        Self { task: tasks.spawn(deleting.instrument(span)), kind: Kind::Delete }
    }
}

/// The span of everything that is done for an incident, the same on every replica.
pub(super) fn of_incident(id: IncidentId) -> Span {
    let span = info_span!("incident", incident.id = id);
    #[cfg(feature = "otlp")]
    crate::traces::join(&span, id);
    span
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.is_wait() {
            self.task.abort();
        }
    }
}
