//! A restart from its request to the recovery: who asked and approved, and what became of each pod.

use jiff::{SignedDuration, Timestamp};

use super::account::{Account, Who};
use super::event::{Claim, DeletedHow, Event};
use super::plan::{PlannedPod, RestartPlan};
use super::refusal::{EndedRequest, Ending};
use super::two_persons::Party;

/// A requested restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestartRequest {
    /// What would be deleted.
    pub plan: RestartPlan,
    /// What the approval has to name.
    pub code: String,
    /// Who asked.
    pub by: Who,
    /// All accounts of that person at that time.
    pub accounts: Vec<Account>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// Until when it can be approved.
    pub expires: Timestamp,
    /// Whether nothing will really be deleted.
    pub dry_run: bool,
    /// When the evidence behind it was seen.
    pub evidence_from: Timestamp,
    /// How long a pod may hang in Terminating before the next ones follow, as it is confirmed, where the plan lets them.
    pub terminating_wait: Option<SignedDuration>,
    /// Who approved already, where several have to, with all their accounts at that time.
    pub approvals: Vec<(Who, Vec<Account>)>,
}

/// An approved restart under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restart {
    /// What was requested.
    pub request: RestartRequest,
    /// Who approved.
    pub approved_by: Who,
    /// All accounts of that person at that time.
    pub approver_accounts: Vec<Account>,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// The claim whose check after the approval (or after taking over) allows it to go on.
    pub checked_by: Option<Claim>,
    /// Every planned pod in order.
    pub pods: Vec<PodProgress>,
    /// Cloud Controller pods from which the probe failed before.
    pub failed_before: Vec<String>,
    /// The UID of the new active leader, once seen.
    pub leader: Option<String>,
}

/// A planned pod and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodProgress {
    /// The pod.
    pub pod: PlannedPod,
    /// The number of its stage.
    pub stage: usize,
    /// What became of it.
    pub state: PodState,
    /// How many deletes of it failed.
    pub failures: u32,
}

impl PodProgress {
    /// Its name and UID.
    pub(super) fn named(&self) -> (String, String) {
        (self.pod.name.clone(), self.pod.uid.clone())
    }
}

/// What became of a planned pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodState {
    /// Its turn has not come.
    Waiting,
    /// Its delete is about to be sent, or was.
    Intended {
        /// By which claim.
        claim: Claim,
        /// Precondition of the delete.
        resource_version: String,
        /// When it happened.
        at: Timestamp,
    },
    /// Its delete may or may not have arrived.
    Unclear,
    /// Its deletion began.
    Deleted {
        /// When it happened.
        at: Timestamp,
        /// How that is known.
        how: DeletedHow,
    },
    /// It is the active leader of a healthy environment and was left alone.
    Spared,
    /// It need not be deleted any more.
    Skipped {
        /// When it happened.
        at: Timestamp,
    },
}

/// A recovery being watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// What was done.
    pub restart: Restart,
    /// Until when.
    pub until: Timestamp,
    /// Since when everything is healthy.
    pub healthy_since: Option<Timestamp>,
}

impl Restart {
    /// The UIDs whose deletion began.
    pub fn deleted(&self) -> Vec<&str> {
        let gone = self.pods.iter().filter(|p| matches!(p.state, PodState::Deleted { .. }));
        gone.map(|p| p.pod.uid.as_str()).collect()
    }

    /// Whether nothing was deleted yet.
    pub fn is_untouched(&self) -> bool {
        self.deleted().is_empty()
    }

    /// Whether a delete is about to be sent, or may have arrived.
    pub fn is_in_flight(&self) -> bool {
        self.pods.iter().any(|p| matches!(p.state, PodState::Intended { .. } | PodState::Unclear))
    }

    /// Who approved, as the log recorded them.
    pub fn approver(&self) -> Party<'_> {
        Party { who: &self.approved_by, accounts: &self.approver_accounts }
    }

    /// An approved one of which nothing is done yet.
    pub(super) fn new(
        request: RestartRequest,
        approved: (Who, Vec<Account>),
        at: Timestamp,
        failed_before: Vec<String>,
    ) -> Self {
        let progress = |(stage, pod): (usize, &PlannedPod)| PodProgress {
            pod: pod.clone(),
            stage,
            state: PodState::Waiting,
            failures: 0,
        };
        let pods = request.plan.pods().map(progress).collect();
        let (approved_by, approver_accounts) = approved;
        Self {
            request,
            approved_by,
            approver_accounts,
            approved_at: at,
            checked_by: None,
            pods,
            failed_before,
            leader: None,
        }
    }
}

impl RestartRequest {
    /// Who asked, as the log recorded them.
    pub fn requester(&self) -> Party<'_> {
        Party { who: &self.by, accounts: &self.accounts }
    }

    /// Who approved so far, as the log recorded them.
    pub fn approvers(&self) -> impl Iterator<Item = Party<'_>> {
        self.approvals.iter().map(|(who, accounts)| Party { who, accounts })
    }

    /// How it ended.
    pub(super) fn ended(&self, ending: Ending, at: Timestamp) -> EndedRequest {
        EndedRequest { by: self.by.clone(), requested_at: self.at, ending, at }
    }
}

impl Restart {
    /// Takes what became of a pod into the restart.
    pub(super) fn apply(&mut self, event: &Event, at: Timestamp) {
        let (uid, state) = match event {
            Event::DeleteIntended { uid, resource_version, claim, .. } => {
                (uid, PodState::Intended { claim: *claim, resource_version: resource_version.clone(), at })
            }
            Event::PodDeleted { uid, how, .. } => (uid, PodState::Deleted { at, how: *how }),
            Event::DeleteUnclear { uid, .. } => (uid, PodState::Unclear),
            Event::DeleteFailed { uid, .. } => (uid, PodState::Waiting),
            Event::PodSpared { uid, .. } => (uid, PodState::Spared),
            Event::DeleteSkipped { uid, .. } => (uid, PodState::Skipped { at }),
            _ => return,
        };
        if let Some(progress) = self.pods.iter_mut().find(|p| p.pod.uid == *uid) {
            progress.failures += u32::from(matches!(event, Event::DeleteFailed { .. }));
            progress.state = state;
        }
    }
}
