//! What happened, in the past tense: the incident's log, which is its state, its audit and its report at once.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::account::{Account, Platform, Who};
use super::alert::Alert;
use super::diagnosis::Diagnosis;
use super::mute::Mute;
use super::observation::detail::PodDetail;
use super::observation::lasting::Served;
use super::observation::{Observation, PodSummary};
use super::phrase::{Arg, Phrase, Statement};
use super::plan::RestartPlan;
use super::refusal::Ending;

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// 1, 2, 3, … within the incident.
    pub seq: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// The number of a claim. Whoever works on an incident holds the highest; it grows with every taking over.
pub type Claim = u64;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Event {
    /// The incident was opened; what the environment's past says of it.
    Opened {
        /// The environment's name.
        environment: String,
        /// What opened it.
        trigger: Trigger,
        /// When the environment's last restart began, if there was one.
        last_restart: Option<Timestamp>,
        /// The last active leader seen in a healthy environment.
        last_leader: Option<LastLeader>,
        /// Alerts about the database that fired then.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        database_alerts: Vec<Alert>,
    },
    /// A drill began: somebody wants to know how fast a second person is found. Nothing is looked at, and nothing restarted.
    DrillBegun {
        /// The environment whose people are called.
        environment: String,
        /// The person who did it.
        by: Who,
        /// All accounts of that person at that time, for the two-person rule.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accounts: Vec<Account>,
        /// Until when somebody can come.
        expires: Timestamp,
    },
    /// People were told that somebody is needed, or could not be.
    Called {
        /// Which time, and of what: the key of the announcement.
        key: String,
        /// On which platform, or by which pager.
        destination: String,
        /// Persons, groups, or what pages them.
        names: Vec<String>,
        /// Who could not be reached, and why.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missed: Vec<(String, Phrase)>,
    },
    /// A channel takes no card: nobody sees the incident there.
    ChannelClosed {
        /// On which platform.
        platform: Platform,
        /// Its id.
        channel: String,
        /// What the platform says.
        why: Arg,
        /// Whether no other channel shows the incident.
        alone: bool,
    },
    /// It takes them again.
    ChannelOpened {
        /// On which platform.
        platform: Platform,
        /// Its id.
        channel: String,
    },
    /// It was closed not long ago, and goes on, or its alert flaps.
    Reopened {
        /// What opened it again.
        trigger: Trigger,
    },
    /// Somebody muted the environment's alerts.
    Muted {
        /// Who, until when and why.
        mute: Mute,
    },
    /// Somebody ended the mute.
    Unmuted {
        /// The person who did it.
        by: Who,
    },
    /// Another alert, or the same again.
    AlertJoined {
        /// The alert.
        alert: Alert,
    },
    /// A sender says that its alert is over: a reason to check again.
    AlertResolved {
        /// The alert.
        alert: Alert,
    },
    /// An alert about the database was not repeated, and counts no more.
    AlertLapsed {
        /// The alert.
        alert: Alert,
    },
    /// Somebody asked for a check.
    CheckRequested {
        /// The person who did it.
        by: Who,
    },
    /// Somebody (a process) works on the incident from here on.
    Claimed {
        /// Its number.
        claim: Claim,
    },
    /// What was seen, where it changed something or precedes a delete.
    Observed {
        /// By which claim.
        claim: Claim,
        /// What was seen.
        observation: Observation,
    },
    /// What it means.
    Diagnosed {
        /// Findings and verdict.
        diagnosis: Diagnosis,
    },
    /// A person requested a restart.
    RestartRequested {
        /// The person who did it.
        by: Who,
        /// All accounts of that person at that time, for the two-person rule.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accounts: Vec<Account>,
        /// Why, in their words.
        reason: Option<String>,
        /// What would be deleted.
        plan: RestartPlan,
        /// What the approval has to name.
        code: String,
        /// Until when it can be approved.
        expires: Timestamp,
        /// Whether nothing will really be deleted.
        dry_run: bool,
        /// How old the observation behind the plan was.
        evidence_from: Timestamp,
        /// How long a pod may hang in Terminating before the next ones follow, as people confirm it, where the plan lets them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terminating_wait: Option<SignedDuration>,
    },
    /// A second person approved.
    Approved {
        /// The person who did it.
        by: Who,
        /// All accounts of that person at that time, for the two-person rule.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accounts: Vec<Account>,
        /// Whether they said that they checked the database.
        database_checked: bool,
    },
    /// A person approved where several have to, and was not the last.
    ApprovalGiven {
        /// The person who did it.
        by: Who,
        /// All accounts of that person at that time.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accounts: Vec<Account>,
        /// Whether they said that they checked the database.
        database_checked: bool,
        /// How many have approved by now.
        given: usize,
        /// How many have to.
        needed: usize,
    },
    /// A second person denied.
    Denied {
        /// The person who did it.
        by: Who,
    },
    /// Nobody approved in time.
    Expired,
    /// The requester took it back.
    Cancelled {
        /// The person who did it.
        by: Who,
    },
    /// The evidence no longer holds: the approval, if there was one, counts for nothing.
    PlanVoided {
        /// What changed.
        why: Phrase,
    },
    /// The check after the approval confirmed the plan.
    Rechecked {
        /// By which claim.
        claim: Claim,
    },
    /// A pod is about to be deleted. Stored before the delete is sent.
    DeleteIntended {
        /// The pod's name.
        pod: String,
        /// The pod's UID, a precondition of the delete.
        uid: String,
        /// The pod's resource version, a precondition of the delete.
        resource_version: String,
        /// By which claim.
        claim: Claim,
        /// Why it goes on although a pod before it is not back, where that is so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        past: Option<Phrase>,
    },
    /// A pod's deletion began.
    PodDeleted {
        /// The pod's name.
        pod: String,
        /// Its UID.
        uid: String,
        /// How that is known.
        how: DeletedHow,
    },
    /// It is not known whether the delete arrived: the next observation tells.
    DeleteUnclear {
        /// The pod's name.
        pod: String,
        /// Its UID.
        uid: String,
        /// What went wrong.
        why: Statement,
    },
    /// The pod was not deleted.
    DeleteFailed {
        /// The pod's name.
        pod: String,
        /// Its UID.
        uid: String,
        /// What refused it.
        why: Statement,
    },
    /// A planned pod is now the active leader of a healthy environment and is left alone.
    PodSpared {
        /// The pod's name.
        pod: String,
        /// Its UID.
        uid: String,
    },
    /// A planned pod need not be deleted any more, or would have been in earnest.
    DeleteSkipped {
        /// The pod's name.
        pod: String,
        /// Its UID.
        uid: String,
        /// The reason, to be said in any language.
        why: Phrase,
    },
    /// All deletes are done: from here on the recovery is watched.
    RecoveryAwaited {
        /// Until when.
        until: Timestamp,
    },
    /// A new active leader.
    LeaderSeen {
        /// The pod's name.
        pod: String,
        /// Its UID.
        uid: String,
    },
    /// Everything is healthy; it has to hold for a while.
    HealthSeen,
    /// It did not hold.
    HealthLost {
        /// What is missing again.
        missing: Vec<Phrase>,
    },
    /// Somebody was told no.
    Refused {
        /// The person.
        who: Who,
        /// What they wanted: `approve`, `request`, …
        what: String,
        /// Why not.
        why: Phrase,
    },
    /// It is over.
    Closed {
        /// How it ended.
        outcome: Outcome,
    },
}

/// What opened an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// Somebody asked for a check.
    Check(Who),
    /// An alert.
    Alert(Alert),
}

/// The last active leader seen in a healthy environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLeader {
    /// The pod's name.
    pub pod: String,
    /// Its UID.
    pub uid: String,
    /// When it was seen.
    pub at: Timestamp,
    /// The revision of its set that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The image of the BBS in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl LastLeader {
    /// The pod as it was seen at that time.
    pub fn of(pod: &PodSummary, at: Timestamp) -> Self {
        let PodDetail { revision, image, .. } = pod.detail.clone();
        Self { pod: pod.name.clone(), uid: pod.uid.clone(), at, revision, image }
    }

    /// What served then.
    pub fn served(&self) -> Served<'_> {
        Served { uid: &self.uid, revision: self.revision.as_deref(), image: self.image.as_deref() }
    }
}

/// How it is known that a pod's deletion began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeletedHow {
    /// The API server answered so.
    Answered,
    /// It was found terminating.
    Terminating,
    /// It was found gone, or another stands in its place.
    Gone,
}

impl Outcome {
    /// As it is stored.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::RecoveredItself => "recovered-itself",
            Self::ReachedNotProven { .. } => "reached-not-proven",
            Self::Recovered { .. } => "recovered",
            Self::NotRecovered { .. } => "not-recovered",
            Self::DryRun { .. } => "dry-run",
            Self::HandedOver { .. } => "handed-over",
            Self::Drill { .. } => "drill",
        }
    }
}

/// How an incident ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Outcome {
    /// The first look found everything healthy.
    Healthy,
    /// It healed without a restart of ours.
    RecoveredItself,
    /// Connects reach it; whether it answers was not seen, and nobody waits for it any more.
    ReachedNotProven {
        /// Whether trouble had been seen before.
        again: bool,
    },
    /// It healed after a restart.
    Recovered {
        /// The new active leader.
        leader: String,
        /// How many pods were deleted.
        deleted: usize,
        /// Of how many planned.
        planned: usize,
        /// It rests on connects: no ping could be made.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unproven: bool,
    },
    /// It did not heal in time, or the restart was stopped.
    NotRecovered {
        /// What stopped it, or what is missing.
        why: Vec<Phrase>,
        /// How many pods were deleted.
        deleted: usize,
        /// Of how many planned.
        planned: usize,
    },
    /// A dry run ended where the deletes would have begun.
    DryRun {
        /// How many pods would have been deleted.
        planned: usize,
    },
    /// A person took over.
    HandedOver {
        /// The person who did it.
        by: Who,
        /// Why, in their words.
        reason: Option<String>,
    },
    /// A drill is over.
    Drill {
        /// Somebody came, or nobody.
        ending: Ending,
    },
}
