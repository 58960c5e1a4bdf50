//! Rules about the pods themselves: there, ready, able to start, on their way in or out.

use jiff::SignedDuration;

use super::super::observation::{Database, DatabaseReport, Observation, Part, PodSummary, Seen};
use super::super::phrase::Phrase;
use super::evidence::{Evidence, line, names, pod_lines, short_names};

/// Why an image is not there.
const IMAGE: [&str; 4] = ["ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName"];
/// How a container that starts and fails again and again is called.
const CRASH: [&str; 2] = ["CrashLoopBackOff", "RunContainerError"];
/// How a pod without a node is called.
const UNSCHEDULABLE: [&str; 2] = ["Unschedulable", "SchedulerError"];
/// How a pod, or its event, tells that nobody hears from its node.
const NODE_LOST: [&str; 2] = ["NodeLost", "NodeNotReady"];

/// The pods that a restart may delete.
fn restartable(observation: &Observation) -> impl Iterator<Item = &PodSummary> {
    observation.pods.known().into_iter().flat_map(|pods| pods.lockets.iter().chain(&pods.bbs))
}

/// The Cloud Controller's pods.
pub(super) fn cloud_controllers(observation: &Observation) -> &[PodSummary] {
    observation.pods.known().map_or(&[], |pods| &pods.cloud_controllers)
}

/// Locket's own pods.
pub(super) fn lockets(observation: &Observation) -> &[PodSummary] {
    observation.pods.known().map_or(&[], |pods| &pods.lockets)
}

fn found_in<'a>(observation: &Observation, pods: impl IntoIterator<Item = &'a PodSummary>) -> Option<Evidence> {
    let pods: Vec<&PodSummary> = pods.into_iter().collect();
    let found = Evidence::where_any(pod_lines(observation, pods.iter().copied()))?;
    Some(found.with("pods", names(pods)))
}

fn troubled_by(observation: &Observation, reasons: &[&str]) -> Option<Evidence> {
    let troubled = |pod: &&PodSummary| pod.trouble.as_deref().is_some_and(|trouble| reasons.contains(&trouble));
    found_in(observation, restartable(observation).filter(troubled))
}

/// Neither pods nor a set of that part: it is called otherwise here, or not here at all.
pub(super) fn is_unknown(observation: &Observation, part: Part) -> Option<bool> {
    let pods = observation.pods.known()?;
    let none = match part {
        Part::CloudController => pods.cloud_controllers.is_empty(),
        Part::Bbs => pods.bbs.is_empty(),
        Part::Locket => pods.lockets.is_empty(),
    };
    Some(none && pods.sets.iter().all(|set| set.part != part))
}

/// Nobody can stop a pod on a node that is not heard: a deletion would hang, and nothing be created behind it.
pub(super) fn node_lost(observation: &Observation) -> Option<Evidence> {
    let found = found_in(observation, restartable(observation).filter(|pod| on_lost_node(observation, pod)))?;
    let mut nodes: Vec<&str> = restartable(observation)
        .filter(|pod| on_lost_node(observation, pod))
        .filter_map(|pod| pod.node.as_deref())
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    Some(found.with("nodes", nodes.join(", ")))
}

/// Events are kept for an hour, so one of a pod that is as it should be again is past, and so is one of a pod in which a command ran:
/// its node carried it.
fn on_lost_node(observation: &Observation, pod: &PodSummary) -> bool {
    let told = observation.events.known().is_some_and(|events| {
        events.iter().any(|event| event.is_of(pod) && NODE_LOST.contains(&event.reason.as_str()))
    });
    let said = pod.phase == "Unknown" || pod.trouble.as_deref().is_some_and(|trouble| NODE_LOST.contains(&trouble));
    said || (told && !is_up(observation, pod) && observation.listens(&pod.name).is_none())
}

pub(super) fn unschedulable(observation: &Observation) -> Option<Evidence> {
    because(observation, &UNSCHEDULABLE)
}

pub(super) fn image_missing(observation: &Observation) -> Option<Evidence> {
    because(observation, &IMAGE)
}

/// Pods in this trouble, and why in the cluster's own words, where it tells.
fn because(observation: &Observation, reasons: &[&str]) -> Option<Evidence> {
    let found = troubled_by(observation, reasons)?;
    let troubled = |pod: &&PodSummary| pod.trouble.as_deref().is_some_and(|trouble| reasons.contains(&trouble));
    let why =
        restartable(observation).filter(troubled).find_map(|pod| pod.detail.why.as_deref().or(pod.trouble.as_deref()));
    Some(found.with("why", why.unwrap_or_default()))
}

/// A restart would make a pod of the same kind.
pub(super) fn crash_loop(observation: &Observation) -> Option<Evidence> {
    troubled_by(observation, &CRASH)
}

/// Whatever else keeps a container from being made: configuration, secrets, volumes.
pub(super) fn cannot_start(observation: &Observation) -> Option<Evidence> {
    let other = |pod: &&PodSummary| {
        let known = |reasons: &[&str]| pod.trouble.as_deref().is_some_and(|trouble| reasons.contains(&trouble));
        pod.has_failed() && !known(&IMAGE) && !known(&CRASH)
    };
    found_in(observation, restartable(observation).filter(other))
}

/// Sets of two versions run side by side, and not everything of them is ready: whatever a restart would do, the update decides.
pub(super) fn update_under_way(observation: &Observation) -> Option<Evidence> {
    (!is_all_ready(observation)).then(|| versions(observation))?
}

/// The same, with everything ready: nothing is wrong by that alone.
pub(super) fn two_versions(observation: &Observation) -> Option<Evidence> {
    is_all_ready(observation).then(|| versions(observation))?
}

fn is_all_ready(observation: &Observation) -> bool {
    restartable(observation).chain(cloud_controllers(observation)).all(|pod| is_up(observation, pod))
}

fn versions(observation: &Observation) -> Option<Evidence> {
    let versions = &observation.topology.known()?.versions;
    let sets = versions.iter().map(|sets| sets.join(", ")).collect::<Vec<_>>().join("; ");
    let unready: Vec<&PodSummary> =
        restartable(observation).chain(cloud_controllers(observation)).filter(|pod| !is_up(observation, pod)).collect();
    let side = line(observation.at, Phrase::new("seen-side-by-side").with("sets", &sets));
    let lines = std::iter::once(side).chain(pod_lines(observation, unready.iter().copied())).collect();
    (!versions.is_empty()).then(|| Evidence::on(lines).with("sets", sets).with("pods", short_names(unready)))
}

/// A deletion would deploy the waiting revision: nobody has asked for that. Alone it makes no environment sick.
pub(super) fn pending_revision(observation: &Observation) -> Option<Evidence> {
    let sets = &observation.pods.known()?.sets;
    let pending = sets.iter().filter(|set| set.part != Part::CloudController && set.pending_revision);
    let names: Vec<&str> = pending.map(|set| set.name.as_str()).collect();
    let evidence = names.iter().map(|name| line(observation.at, Phrase::new("seen-revision").with("set", *name)));
    Some(Evidence::where_any(evidence.collect())?.with("sets", names.join(", ")))
}

/// They have stopped, and stay as objects: no new pod takes their place.
pub(super) fn held(observation: &Observation) -> Option<Evidence> {
    let held = || restartable(observation).filter(|pod| pod.is_held(observation.at));
    let mut finalizers: Vec<&str> = held().flat_map(|pod| &pod.finalizers).map(String::as_str).collect();
    finalizers.sort_unstable();
    finalizers.dedup();
    Some(found_in(observation, held())?.with("finalizers", finalizers.join(", ")))
}

pub(super) fn terminating(observation: &Observation) -> Option<Evidence> {
    found_in(observation, restartable(observation).filter(|pod| pod.is_terminating() && !pod.is_held(observation.at)))
}

pub(super) fn starting(observation: &Observation) -> Option<Evidence> {
    found_in(observation, restartable(observation).filter(|pod| is_starting(pod) && !is_late(observation, pod)))
}

/// Created long ago, with no reason told why nothing of it runs.
pub(super) fn not_starting(observation: &Observation) -> Option<Evidence> {
    found_in(observation, restartable(observation).filter(|pod| is_starting(pod) && is_late(observation, pod)))
}

fn is_starting(pod: &PodSummary) -> bool {
    pod.phase == "Pending" && pod.trouble.is_none() && !pod.is_terminating()
}

/// A pod that starts as it should has long started by then.
const START: SignedDuration = SignedDuration::from_mins(5);

fn is_late(observation: &Observation, pod: &PodSummary) -> bool {
    pod.created.is_some_and(|created| observation.at.duration_since(created) > START)
}

/// Fewer BBS pods than the set wants (or none): there is nothing, or not everything, to restart.
pub(super) fn bbs_absent(observation: &Observation) -> Option<Evidence> {
    if is_unknown(observation, Part::Bbs)? {
        return None;
    }
    absent(observation, Part::Bbs, observation.bbs())
}

/// Fewer pods of Locket's own than the set wants.
pub(super) fn locket_absent(observation: &Observation) -> Option<Evidence> {
    let has_set = observation.pods.known()?.sets.iter().any(|set| set.part == Part::Locket);
    has_set.then(|| absent(observation, Part::Locket, lockets(observation)))?
}

fn absent(observation: &Observation, part: Part, pods: &[PodSummary]) -> Option<Evidence> {
    let sets = &observation.pods.known()?.sets;
    let wanted = sets.iter().filter(|set| set.part == part).map(|set| set.desired as usize).sum::<usize>().max(1);
    (pods.len() < wanted)
        .then(|| Evidence::on(pod_lines(observation, pods)).with("found", pods.len()).with("wanted", wanted))
}

/// Not ready is what a database that is down looks like, unless it was seen to be up: a restart then costs redundancy and gains
/// nothing.
pub(super) fn bbs_not_ready(observation: &Observation) -> Option<Evidence> {
    not_ready(observation, observation.bbs())
}

pub(super) fn locket_not_ready(observation: &Observation) -> Option<Evidence> {
    not_ready(observation, lockets(observation))
}

fn not_ready(observation: &Observation, pods: &[PodSummary]) -> Option<Evidence> {
    let waiting: Vec<&PodSummary> = pods.iter().filter(|pod| is_waiting(observation, pod)).collect();
    let up = observation.database.known().is_some_and(|report| report.state == Database::Up);
    let database = if up { "not-ready-database-up" } else { "not-ready-database-unknown" };
    let found = Evidence::where_any(pod_lines(observation, waiting.iter().copied()))?;
    Some(found.with("pods", short_names(waiting)).with("database", Phrase::new(database)))
}

/// Not ready for a reason that no other rule names.
fn is_waiting(observation: &Observation, pod: &PodSummary) -> bool {
    let named = pod.is_terminating()
        || pod.has_failed()
        || is_starting(pod)
        || on_lost_node(observation, pod)
        || is_well_passive(observation, pod)
        || pod.trouble.as_deref().is_some_and(|trouble| UNSCHEDULABLE.contains(&trouble));
    !pod.is_ready() && !named
}

/// As ready as a passive BBS pod ever is, and known not to want a database: another one leads, Locket reads from it, or it takes
/// connections at least.
pub(super) fn is_well_passive(observation: &Observation, pod: &PodSummary) -> bool {
    let takes = |report: &DatabaseReport| matches!(report.state, Database::Up | Database::Accepts);
    let has_database = || observation.locket_reads() || observation.database.known().is_some_and(takes);
    observation.is_as_ready_as_ever(pod) || (observation.is_passive_by_design(pod) && has_database())
}

/// Ready, or as ready as it ever is.
fn is_up(observation: &Observation, pod: &PodSummary) -> bool {
    pod.is_ready() || is_well_passive(observation, pod)
}

/// Worth a word: in some releases it is normal, in others it is not.
pub(super) fn passive_not_ready(observation: &Observation) -> Option<Evidence> {
    let passive = |pod: &&PodSummary| !pod.is_ready() && is_well_passive(observation, pod);
    let pods: Vec<&PodSummary> = observation.bbs().iter().filter(passive).collect();
    let found = Evidence::where_any(pod_lines(observation, pods.iter().copied()))?;
    Some(found.with("pods", short_names(pods)))
}

/// While cells are evacuated apps are moved, and a restart of Diego would touch them.
pub(super) fn cells_evacuating(observation: &Observation) -> Option<Evidence> {
    let Seen::Known(pods) = &observation.pods else { return None };
    found_in(observation, pods.cells.iter().filter(|pod| pod.is_terminating()))
}
