//! From an observation to findings and one verdict. [`RULES`] is the whole knowledge: a line and a function per finding.
//!
//! A restart is offered only where every condition for it was seen to hold; whatever is unclear withholds the offer, and
//! whatever says that a restart will not help beats everything. Parts that are simply not to be had (no curl, no cfdot, no
//! active label) neither make an environment sick nor stand in the way of the runbook's signature: what must be known are
//! the pods, their labels or who listens, and the probes.

mod evidence;
mod lasting;
mod pods;
mod serving;
mod access;
mod reachability;
mod health;
mod database;
mod proof;
mod controllers;

use serde::{Deserialize, Serialize};

use self::evidence::{Evidence, ping_lines, probe_lines};
use super::observation::Observation;
use super::phrase::{Phrase, Statement};

/// All findings, and what they mean together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Whether a restart can help.
    pub verdict: Verdict,
    /// What was found, in the order of [`RULES`].
    pub findings: Vec<Finding>,
}

/// Whether a restart can help, and the finding that decides it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Verdict {
    /// Nothing to do.
    Healthy,
    /// Connects reach it, and whether it answers was not seen. No trouble was seen, but nobody may call it healthy.
    ReachedNotProven,
    /// A restart will help.
    WillHelp {
        /// The id of the finding that says so.
        cause: String,
    },
    /// A restart will not help, or makes it worse.
    WillNotHelp {
        /// The id of the finding that says so.
        cause: String,
    },
    /// It can't be told: no offer.
    NotKnown {
        /// The id of the finding that leaves it open.
        cause: String,
    },
}

impl Verdict {
    /// Its name without its cause.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::ReachedNotProven => "reached-not-proven",
            Self::WillHelp { .. } => "will-help",
            Self::WillNotHelp { .. } => "will-not-help",
            Self::NotKnown { .. } => "not-known",
        }
    }
}

/// One thing that an observation shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its id, such as `bbs-unreachable`; `finding-<id>` is its sentence, `advice-<id>` what to do.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it says about a restart.
    pub bearing: Bearing,
    /// The sentence.
    pub says: Phrase,
    /// What it rests on: a line per pod or text, with its time, as it was seen.
    pub evidence: Vec<Statement>,
    /// The names of the pods that a restart should delete, where it points at particular ones.
    #[serde(default)]
    pub pods: Vec<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// As it should be.
    Good,
    /// Worth knowing.
    Warning,
    /// Needs action.
    Critical,
}

/// What a finding says about a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bearing {
    /// Everything works. Told only where no other finding bears on a restart.
    Healthy,
    /// Everything that was seen works, and what would prove it was not seen. Told only where [`Bearing::Healthy`] would be.
    Reached,
    /// A restart will help.
    WillHelp,
    /// A restart will not help, or makes it worse.
    WillNotHelp,
    /// Nothing is wrong by that alone, but nobody must restart now.
    Withholds,
    /// It leaves the question open, and so withholds the offer.
    Unclear,
    /// It is worth knowing, and says nothing about a restart.
    Aside,
}

/// A rule: a finding's id, severity and bearing, and how an observation is looked at for it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The finding's id.
    pub id: &'static str,
    /// The finding's severity.
    pub severity: Severity,
    /// What the finding says about a restart.
    pub bearing: Bearing,
    look: fn(&Observation) -> Option<Evidence>,
}

const fn rule(
    id: &'static str,
    severity: Severity,
    bearing: Bearing,
    look: fn(&Observation) -> Option<Evidence>,
) -> Rule {
    Rule { id, severity, bearing, look }
}

/// Every finding there is, in the order in which they are told, and of those that say the same about a restart the first one
/// decides: what a restart would make worse or not touch, then what leaves it open, then what it mends.
#[rustfmt::skip]
pub const RULES: [Rule; 71] = {
    use Bearing::{Aside, Healthy, Reached, Unclear, WillHelp, WillNotHelp, Withholds};
    use Severity::{Critical, Good, Warning};
    [
        rule("api-unreachable", Critical, Unclear, access::api_unreachable),
        rule("api-slow", Critical, Unclear, access::api_slow),
        rule("credentials-missing", Critical, Unclear, access::credentials_missing),
        rule("api-not-trusted", Critical, Unclear, access::api_not_trusted),
        rule("credentials-refused", Critical, Unclear, access::credentials_refused),
        rule("permission-missing", Critical, Unclear, access::permission_missing),
        rule("parts-not-found", Critical, Unclear, access::parts_not_found),
        rule("not-an-api-server", Critical, Unclear, access::not_an_api_server),
        rule("cluster-not-seen", Critical, Unclear, access::cluster_not_seen),

        rule("name-not-resolved", Critical, WillNotHelp, reachability::name_not_resolved),
        rule("database-down", Critical, WillNotHelp, database::down),
        rule("database-exhausted", Critical, WillNotHelp, database::exhausted),
        rule("database-no-session", Critical, WillNotHelp, database::no_session),
        rule("update-under-way", Critical, WillNotHelp, pods::update_under_way),
        rule("cloud-controller-absent", Critical, WillNotHelp, controllers::absent),
        rule("cloud-controller-not-ready", Critical, WillNotHelp, controllers::none_ready),
        rule("cloud-controller-short", Critical, WillNotHelp, controllers::some_not_ready),
        rule("node-lost", Critical, WillNotHelp, pods::node_lost),
        rule("finalizer-holds", Critical, WillNotHelp, pods::held),
        rule("unschedulable", Critical, WillNotHelp, pods::unschedulable),
        rule("image-missing", Critical, WillNotHelp, pods::image_missing),
        rule("crash-loop", Critical, WillNotHelp, pods::crash_loop),
        rule("cannot-start", Critical, WillNotHelp, pods::cannot_start),
        rule("certificates-refused", Critical, WillNotHelp, serving::certificates_refused),
        rule("locket-tls-refused", Critical, WillNotHelp, database::locket_tls_refused),
        rule("bbs-migrating", Warning, WillNotHelp, lasting::migrating),
        rule("bbs-answers-error", Critical, WillNotHelp, serving::answers_error),
        rule("service-missing", Critical, WillNotHelp, reachability::service_missing),
        rule("network-blocked", Critical, WillNotHelp, reachability::network_blocked),
        rule("some-api-pods-affected", Critical, WillNotHelp, reachability::some_affected),
        rule("pending-revision", Warning, Withholds, pods::pending_revision),
        rule("two-versions", Warning, Withholds, pods::two_versions),

        rule("pods-terminating", Warning, Unclear, pods::terminating),
        rule("pods-starting", Warning, Unclear, pods::starting),
        rule("pods-not-starting", Critical, Unclear, pods::not_starting),
        rule("bbs-absent", Critical, Unclear, pods::bbs_absent),
        rule("bbs-not-ready", Critical, Unclear, pods::bbs_not_ready),
        rule("locket-absent", Critical, Unclear, pods::locket_absent),
        rule("locket-not-ready", Critical, Unclear, pods::locket_not_ready),
        rule("locket-down", Critical, Unclear, database::locket_down),
        rule("exec-denied", Warning, Unclear, reachability::exec_denied),
        rule("exec-refused", Warning, Unclear, reachability::exec_refused),
        rule("exec-not-carried", Warning, Unclear, reachability::exec_not_carried),
        rule("exec-impossible", Warning, Unclear, reachability::exec_impossible),
        rule("probe-not-possible", Warning, Unclear, reachability::probe_not_possible),
        rule("name-not-resolved-by-some", Critical, Unclear, reachability::name_not_resolved_by_some),
        rule("two-leaders", Critical, Unclear, serving::two_leaders),
        rule("label-stale", Critical, Unclear, lasting::label_stale),
        rule("label-missing", Warning, Unclear, serving::label_missing),
        rule("leader-awaited", Warning, Unclear, lasting::leader_awaited),
        rule("bbs-start-slow", Critical, Unclear, lasting::start_slow),
        rule("leader-not-reachable", Critical, Unclear, reachability::leader_not_reachable),
        rule("ping-not-answered", Critical, Unclear, serving::ping_not_answered),
        rule("ping-cut-off", Critical, Unclear, proof::ping_cut_off),
        rule("connects-prove-nothing", Critical, Unclear, proof::connects_prove_nothing),
        rule("lock-at-risk", Warning, Unclear, database::lock_at_risk),

        rule("label-stuck", Critical, WillHelp, lasting::label_stuck),
        rule("bbs-start-hung", Critical, WillHelp, lasting::start_hung),
        rule("bbs-unreachable", Critical, WillHelp, health::bbs_unreachable),
        rule("bbs-hung", Critical, WillHelp, serving::hung),

        rule("no-active-leader", Critical, Aside, serving::no_active_leader),
        rule("locket-works", Warning, Aside, lasting::locket_works),
        rule("cloud-controller-short-too", Warning, Aside, controllers::some_not_ready_too),
        rule("locket-hung", Warning, Aside, database::locket_hung),
        rule("locket-client-refused", Warning, Aside, database::locket_client_refused),
        rule("lock-elsewhere", Warning, Aside, database::lock_elsewhere),
        rule("cells-evacuating", Warning, Aside, pods::cells_evacuating),
        rule("passive-not-ready", Warning, Aside, pods::passive_not_ready),
        rule("proxy-answers", Warning, Aside, proof::proxy_answers),
        rule("healthy", Good, Healthy, health::healthy),
        rule("reached-not-proven", Warning, Reached, proof::reached_not_proven),
    ]
};

/// The finding for an observation that no rule explains.
pub const UNEXPLAINED: &str = "unexplained";

/// Judges an observation: every rule is asked, then the verdict is drawn from what they found.
pub fn diagnose(observation: &Observation) -> Diagnosis {
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|rule| rule.apply(observation)).collect();
    let bears =
        |finding: &Finding| matches!(finding.bearing, Bearing::WillHelp | Bearing::WillNotHelp | Bearing::Unclear);
    if findings.iter().any(bears) {
        findings.retain(|finding| !matches!(finding.bearing, Bearing::Healthy | Bearing::Reached));
    }
    let verdict = verdict(&findings).unwrap_or_else(|| {
        let found = Evidence::on(probe_lines(observation)).and(ping_lines(observation, |_| true));
        findings.push(finding(UNEXPLAINED, Severity::Critical, Bearing::Unclear, found));
        Verdict::NotKnown { cause: UNEXPLAINED.to_owned() }
    });
    Diagnosis { verdict, findings }
}

/// What the findings say together: of those of one bearing the first decides. `None` where nothing was found that bears on it.
fn verdict(findings: &[Finding]) -> Option<Verdict> {
    let first = |bearing| findings.iter().find(|finding| finding.bearing == bearing).map(|finding| finding.id.clone());
    if let Some(cause) = first(Bearing::WillNotHelp) {
        Some(Verdict::WillNotHelp { cause })
    } else if first(Bearing::Healthy).is_some() {
        Some(Verdict::Healthy)
    } else if first(Bearing::Reached).is_some() {
        Some(Verdict::ReachedNotProven)
    } else if let Some(cause) = first(Bearing::Withholds) {
        Some(Verdict::WillNotHelp { cause })
    } else if let Some(cause) = first(Bearing::Unclear) {
        Some(Verdict::NotKnown { cause })
    } else {
        first(Bearing::WillHelp).map(|cause| Verdict::WillHelp { cause })
    }
}

impl Rule {
    fn apply(&self, observation: &Observation) -> Option<Finding> {
        (self.look)(observation).map(|found| finding(self.id, self.severity, self.bearing, found))
    }
}

fn finding(id: &str, severity: Severity, bearing: Bearing, found: Evidence) -> Finding {
    let says = found.says(id);
    Finding { id: id.to_owned(), severity, bearing, says, evidence: found.lines, pods: found.pods }
}

impl Diagnosis {
    /// The finding that decides the verdict.
    pub fn deciding(&self) -> Option<&Finding> {
        let id = match &self.verdict {
            Verdict::Healthy => "healthy",
            Verdict::ReachedNotProven => "reached-not-proven",
            Verdict::WillHelp { cause } | Verdict::WillNotHelp { cause } | Verdict::NotKnown { cause } => cause,
        };
        self.findings.iter().find(|finding| finding.id == id)
    }

    /// Whether everything works, and the BBS was seen to answer.
    pub fn is_healthy(&self) -> bool {
        self.verdict == Verdict::Healthy
    }

    /// Whether no trouble was seen, proven or not: nothing may be deleted then.
    pub fn is_untroubled(&self) -> bool {
        matches!(self.verdict, Verdict::Healthy | Verdict::ReachedNotProven)
    }

    /// Whether it is open only because somebody may take the lock within seconds: time decides.
    pub fn waits(&self) -> bool {
        matches!(&self.verdict, Verdict::NotKnown { cause } if cause == "leader-awaited")
    }

    /// What decides it, in a sentence.
    pub fn because(&self) -> Phrase {
        self.deciding().map_or_else(|| self.verdict.phrase(), |finding| finding.says.clone())
    }

    /// Whether it is open only because the probe could not be made or ended in doubt: the next look may tell.
    pub fn is_in_doubt(&self) -> bool {
        const DOUBTS: [&str; 5] =
            ["exec-denied", "exec-refused", "exec-not-carried", "exec-impossible", "probe-not-possible"];
        matches!(&self.verdict, Verdict::NotKnown { cause } if DOUBTS.contains(&cause.as_str()))
    }
}

impl Verdict {
    /// The message that states the verdict.
    pub fn phrase(&self) -> Phrase {
        Phrase::new(match self {
            Self::Healthy => "verdict-healthy",
            Self::ReachedNotProven => "verdict-reached-not-proven",
            Self::WillHelp { .. } => "verdict-will-help",
            Self::WillNotHelp { .. } => "verdict-will-not-help",
            Self::NotKnown { .. } => "verdict-not-known",
        })
    }
}
