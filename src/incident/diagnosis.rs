//! From an observation to findings and one verdict. [`RULES`] is the whole knowledge: a line and a function per finding.
//!
//! A restart is offered only where every condition of the runbook's signature was seen to hold: whatever is unclear
//! withholds the offer.

use serde::{Deserialize, Serialize};

use super::observation::{Observation, Part, PodSummary, ProbeOutcome, Seen};
use super::phrase::Phrase;

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

/// One thing that an observation shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its id, such as `no-active-leader`; `finding-<id>` is its sentence, `advice-<id>` what to do.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it says about a restart.
    pub bearing: Bearing,
    /// The sentence.
    pub says: Phrase,
    /// What it rests on: a line per pod or text, as it was seen.
    pub evidence: Vec<String>,
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
    /// Everything works.
    Healthy,
    /// A restart will help.
    WillHelp,
    /// A restart will not help.
    WillNotHelp,
    /// It leaves the question open, and so withholds the offer.
    Unclear,
}

/// A rule: what it finds in an observation, if anything.
pub type Rule = fn(&Observation) -> Option<Finding>;

/// Every finding there is, in the order in which they are told; what is not ours or inhibits comes first.
pub const RULES: [(&str, Rule); 13] = [
    ("cluster-not-seen", cluster_not_seen),
    ("cloud-controller-not-ready", cloud_controller_not_ready),
    ("pending-revision", pending_revision),
    ("bbs-absent", bbs_absent),
    ("bbs-terminating", bbs_terminating),
    ("bbs-failing", bbs_failing),
    ("bbs-not-ready", bbs_not_ready),
    ("locket-not-ready", locket_not_ready),
    ("probe-not-possible", probe_not_possible),
    ("two-leaders", two_leaders),
    ("leader-not-reachable", leader_not_reachable),
    ("no-active-leader", no_active_leader),
    ("healthy", healthy),
];

/// The finding for an observation that no rule explains.
pub const UNEXPLAINED: &str = "unexplained";

/// Judges an observation: every rule is asked, then the verdict is drawn from what they found.
pub fn diagnose(observation: &Observation) -> Diagnosis {
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|(_, rule)| rule(observation)).collect();
    if findings.is_empty() {
        findings.push(finding(UNEXPLAINED, Severity::Critical, Bearing::Unclear, probe_lines(observation)));
    }
    let first = |bearing| findings.iter().find(|f| f.bearing == bearing).map(|f| f.id.clone());
    let verdict = if let Some(cause) = first(Bearing::WillNotHelp) {
        Verdict::WillNotHelp { cause }
    } else if let Some(cause) = first(Bearing::Unclear) {
        Verdict::NotKnown { cause }
    } else if let Some(cause) = first(Bearing::WillHelp) {
        Verdict::WillHelp { cause }
    } else {
        Verdict::Healthy
    };
    Diagnosis { verdict, findings }
}

impl Diagnosis {
    /// The finding that decides the verdict.
    pub fn deciding(&self) -> Option<&Finding> {
        let id = match &self.verdict {
            Verdict::Healthy => "healthy",
            Verdict::WillHelp { cause } | Verdict::WillNotHelp { cause } | Verdict::NotKnown { cause } => cause,
        };
        self.findings.iter().find(|finding| finding.id == id)
    }

    /// Whether everything works.
    pub fn is_healthy(&self) -> bool {
        self.verdict == Verdict::Healthy
    }
}

impl Verdict {
    /// The message that states the verdict.
    pub fn phrase(&self) -> Phrase {
        Phrase::new(match self {
            Self::Healthy => "verdict-healthy",
            Self::WillHelp { .. } => "verdict-will-help",
            Self::WillNotHelp { .. } => "verdict-will-not-help",
            Self::NotKnown { .. } => "verdict-not-known",
        })
    }
}

fn finding(id: &str, severity: Severity, bearing: Bearing, evidence: Vec<String>) -> Finding {
    Finding { id: id.to_owned(), severity, bearing, says: Phrase::new(format!("finding-{id}")), evidence }
}

fn pod_lines<'a>(pods: impl IntoIterator<Item = &'a PodSummary>) -> Vec<String> {
    pods.into_iter().map(PodSummary::line).collect()
}

fn probe_lines(observation: &Observation) -> Vec<String> {
    observation.probes().iter().map(super::observation::ProbeReport::line).collect()
}

fn cluster_not_seen(observation: &Observation) -> Option<Finding> {
    let Seen::NotKnown(why) = &observation.pods else { return None };
    Some(finding("cluster-not-seen", Severity::Critical, Bearing::Unclear, vec![why.clone()]))
}

/// The runbook's first step: the api pods must be ready, or the trouble lies there.
fn cloud_controller_not_ready(observation: &Observation) -> Option<Finding> {
    let pods = &observation.pods.known()?.cloud_controllers;
    let troubled = pods.iter().filter(|pod| !pod.is_ready());
    let evidence = pod_lines(troubled);
    if !pods.is_empty() && evidence.is_empty() {
        return None;
    }
    Some(finding("cloud-controller-not-ready", Severity::Critical, Bearing::WillNotHelp, evidence))
}

/// A deletion would deploy the waiting revision: nobody has asked for that.
fn pending_revision(observation: &Observation) -> Option<Finding> {
    let sets = &observation.pods.known()?.sets;
    let pending = sets.iter().filter(|set| set.part != Part::CloudController && set.pending_revision);
    let evidence: Vec<String> = pending.map(|set| set.name.clone()).collect();
    (!evidence.is_empty()).then(|| finding("pending-revision", Severity::Warning, Bearing::WillNotHelp, evidence))
}

/// Fewer BBS pods than the set wants (or none): there is nothing, or not everything, to restart.
fn bbs_absent(observation: &Observation) -> Option<Finding> {
    let pods = observation.pods.known()?;
    let desired = observation.bbs_desired().unwrap_or(1).max(1);
    (pods.bbs.len() < desired)
        .then(|| finding("bbs-absent", Severity::Critical, Bearing::Unclear, pod_lines(&pods.bbs)))
}

fn bbs_terminating(observation: &Observation) -> Option<Finding> {
    let pods = observation.pods.known()?;
    let evidence = pod_lines(pods.lockets.iter().chain(&pods.bbs).filter(|pod| pod.is_terminating()));
    (!evidence.is_empty()).then(|| finding("bbs-terminating", Severity::Warning, Bearing::Unclear, evidence))
}

/// Crash loops and missing images: a restart makes a pod of the same kind.
fn bbs_failing(observation: &Observation) -> Option<Finding> {
    let pods = observation.pods.known()?;
    let evidence = pod_lines(pods.lockets.iter().chain(&pods.bbs).filter(|pod| pod.has_failed()));
    (!evidence.is_empty()).then(|| finding("bbs-failing", Severity::Critical, Bearing::WillNotHelp, evidence))
}

/// Not ready is what a database that is down looks like: a restart then costs redundancy and gains nothing.
fn bbs_not_ready(observation: &Observation) -> Option<Finding> {
    let waiting = |pod: &&PodSummary| !pod.is_ready() && !pod.is_terminating() && !pod.has_failed();
    let evidence = pod_lines(observation.bbs().iter().filter(waiting));
    (!evidence.is_empty()).then(|| finding("bbs-not-ready", Severity::Critical, Bearing::Unclear, evidence))
}

fn locket_not_ready(observation: &Observation) -> Option<Finding> {
    let waiting = |pod: &&PodSummary| !pod.is_ready() && !pod.is_terminating() && !pod.has_failed();
    let evidence = pod_lines(observation.pods.known()?.lockets.iter().filter(waiting));
    (!evidence.is_empty()).then(|| finding("locket-not-ready", Severity::Critical, Bearing::Unclear, evidence))
}

/// A probe that did not run, or ended in doubt, or fails from some pods only, says nothing about the BBS.
fn probe_not_possible(observation: &Observation) -> Option<Finding> {
    observation.pods.known()?;
    match &observation.probes {
        Seen::NotLooked => None,
        Seen::NotKnown(why) => {
            Some(finding("probe-not-possible", Severity::Warning, Bearing::Unclear, vec![why.clone()]))
        }
        Seen::Known(reports) => {
            let answered = |outcome: ProbeOutcome| outcome == ProbeOutcome::Succeeded || outcome.is_unreachable();
            let reachable = reports.iter().filter(|r| r.outcome == ProbeOutcome::Succeeded).count();
            let mixed = reachable != 0 && reachable != reports.len();
            let doubtful = reports.is_empty() || mixed || reports.iter().any(|r| !answered(r.outcome));
            doubtful
                .then(|| finding("probe-not-possible", Severity::Warning, Bearing::Unclear, probe_lines(observation)))
        }
    }
}

fn active(observation: &Observation) -> Vec<&PodSummary> {
    observation.bbs().iter().filter(|pod| pod.is_active()).collect()
}

/// A hung BBS beside one that took over its lock looks like this.
fn two_leaders(observation: &Observation) -> Option<Finding> {
    let leaders = active(observation);
    (leaders.len() > 1).then(|| finding("two-leaders", Severity::Critical, Bearing::Unclear, pod_lines(leaders)))
}

/// The label says that a pod leads, and nobody can reach it: the label may be stale, or the network is at fault.
fn leader_not_reachable(observation: &Observation) -> Option<Finding> {
    let leaders = active(observation);
    let failed = observation.probes().iter().any(|report| report.outcome.is_unreachable());
    (failed && leaders.len() == 1).then(|| {
        let evidence = pod_lines(leaders).into_iter().chain(probe_lines(observation)).collect();
        finding("leader-not-reachable", Severity::Critical, Bearing::Unclear, evidence)
    })
}

fn all_ready(pods: &[PodSummary]) -> bool {
    pods.iter().all(PodSummary::is_ready)
}

/// The runbook's signature: api pods ready, the probe fails from every one of them, BBS containers ready, none active.
fn no_active_leader(observation: &Observation) -> Option<Finding> {
    let pods = observation.pods.known()?;
    let reports = observation.probes.known()?;
    let unreachable = !reports.is_empty() && reports.iter().all(|report| report.outcome.is_unreachable());
    let labelled = pods.bbs.iter().all(|pod| pod.active == Some(false));
    let signature = unreachable
        && !pods.cloud_controllers.is_empty()
        && all_ready(&pods.cloud_controllers)
        && !pods.bbs.is_empty()
        && all_ready(&pods.bbs)
        && all_ready(&pods.lockets)
        && labelled;
    signature.then(|| {
        let evidence = probe_lines(observation).into_iter().chain(pod_lines(&pods.bbs)).collect();
        finding("no-active-leader", Severity::Critical, Bearing::WillHelp, evidence)
    })
}

fn healthy(observation: &Observation) -> Option<Finding> {
    let pods = observation.pods.known()?;
    let reports = observation.probes.known()?;
    let leader = observation.leader()?;
    let reachable = !reports.is_empty() && reports.iter().all(|r| r.outcome == ProbeOutcome::Succeeded);
    // Endpoints that could not be read do not make an environment sick: the probe went through them.
    let served = observation.endpoints.known().is_none_or(|names| names.contains(&leader.name));
    let well = reachable && served && all_ready(&pods.bbs) && all_ready(&pods.lockets);
    well.then(|| {
        let mut found = finding("healthy", Severity::Good, Bearing::Healthy, probe_lines(observation));
        found.says = found.says.with("leader", &leader.name);
        found
    })
}
