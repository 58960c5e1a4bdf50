//! Which pods play which part, from what a namespace lists: labels first, then names. What configuration fixes wins.
//!
//! Pure. Several sets may play one part, as with a set for each zone, and all of them count; two versions of one side by side are
//! an update under way. What is not clear, or not there, is told with what was looked at, never guessed.

use jiff::{SignedDuration, Timestamp};

use super::client::wrong_name;
use super::list::{ListedPod, ListedService, ListedSet, ROLE_LABELS};
use crate::incident::environment::{ActiveLabel, Component, FixedParts, Topology};
use crate::incident::observation::FoundTopology;

/// What a namespace lists.
pub(super) struct Listing<'a> {
    /// Its pods.
    pub(super) pods: &'a [ListedPod],
    /// Its sets.
    pub(super) sets: &'a [ListedSet],
    /// Its Services; from their endpoints alone where they could not be listed; nothing where neither could be.
    pub(super) services: Option<&'a [ListedService]>,
}

/// A part that is looked for, newest name first.
struct Sought {
    what: &'static str,
    roles: &'static [&'static str],
    /// The containers that do the work where they are not called like the role.
    containers: &'static [&'static str],
    /// The key that fixes it.
    key: &'static str,
}

const CLOUD_CONTROLLER: Sought = Sought {
    what: "Cloud Controller",
    roles: &["api-group", "api"],
    containers: &["cloud-controller-ng-cloud-controller-ng"],
    key: "cloud_controller",
};
const BBS: Sought = Sought { what: "BBS", roles: &["diego-api"], containers: &["bbs-bbs"], key: "bbs" };
const LOCKET: Sought =
    Sought { what: "Locket", roles: &["locket", "diego-locket"], containers: &["locket-locket"], key: "locket" };

/// The role of the Cloud Controller since each job has a Service of its own.
const GROUPED: &str = "api-group";
/// The BBS's Service since then, and the one before (and `KubeCF`'s).
const OWN_SERVICE: &str = "diego-api-bbs";
const ROLE_SERVICE: &str = "diego-api";
/// How the releases call the BBS's port.
const PORT_NAMES: [&str; 2] = ["cell-bbs-api", "bbs"];
/// The BBS's port in every release known.
const BBS_PORT: u16 = 8889;
/// What a fissile chart calls the Service that leads out of the cluster.
const PUBLIC: &str = "-public";
/// And its headless ones, which the Cloud Controller does not call.
const HEADLESS: &str = "-set";
/// What a selector names that leads to one pod alone: `KubeCF`'s operator makes a Service for each pod, beside the one for all.
const ONE_POD: [&str; 3] =
    ["quarks.cloudfoundry.org/pod-ordinal", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"];
/// The active labels known: fissile's readiness probe sets the first, `KubeCF`'s operator the second.
const LABELS: [(&str, &str); 2] = [("skiff-role-active", "true"), ("quarks.cloudfoundry.org/pod-active", "active")];
/// What every object of `KubeCF`'s operator is marked with.
const OPERATOR: &str = "quarks.cloudfoundry.org/";
/// A ready pod that is older has had its label for long, if it ever gets one.
const YOUNG: SignedDuration = SignedDuration::from_mins(2);

/// Finds the topology, or says what it was that could not be found. `called` is the BBS Service's name as the Cloud Controller's
/// own configuration has it, where that was read.
pub(super) fn discover(
    listing: &Listing<'_>,
    fixed: &FixedParts,
    called: Option<&str>,
    now: Timestamp,
) -> Result<FoundTopology, String> {
    let mut from = Vec::new();
    let cloud_controller = needed(listing, &CLOUD_CONTROLLER, fixed.cloud_controller.as_ref(), &mut from)?;
    let bbs = needed(listing, &BBS, fixed.bbs.as_ref(), &mut from)?;
    let locket = if let Some(locket) = &fixed.locket {
        let told = locket.as_ref().map_or("inside the BBS pods".to_owned(), named);
        from.push(format!("Locket: {told} (configured)"));
        locket.clone()
    } else {
        let found = component(listing, &LOCKET, &mut from)?;
        if found.is_none() {
            from.push(format!("Locket: inside {}'s pods (no {})", bbs.set, LOCKET.roles.join(" or ")));
        }
        found
    };
    let (bbs_service, bbs_port) = service(listing, fixed, called, &cloud_controller, &bbs, &mut from);
    let parts = [Some(&cloud_controller), Some(&bbs), locket.as_ref()];
    let versions = parts.into_iter().flatten().filter(|part| are_versions(listing, part));
    let versions: Vec<Vec<String>> = versions.map(|part| part.sets().map(str::to_owned).collect()).collect();
    let active_label = if let Some(label) = &fixed.active_label {
        let told = label.as_ref().map_or("none".to_owned(), written);
        from.push(format!("active label: {told} (configured)"));
        label.clone()
    } else {
        active_label(listing, &bbs, now, &mut from)
    };
    let topology = Topology { cloud_controller, bbs, locket, bbs_service, bbs_port, active_label, domain: None };
    match wrong_name(&topology) {
        Some((what, value)) => Err(format!("{what} {value:?} can't be used in a command")),
        None => Ok(FoundTopology { topology, from, versions }),
    }
}

fn named(part: &Component) -> String {
    let several = if part.more.is_empty() { "StatefulSet" } else { "StatefulSets" };
    format!("{several} {}, container {}", part.sets().collect::<Vec<_>>().join(", "), part.container)
}

fn written(label: &ActiveLabel) -> String {
    format!("{}={}", label.key, label.value)
}

/// A part without which nothing can be said.
fn needed(
    listing: &Listing<'_>,
    sought: &Sought,
    fixed: Option<&Component>,
    from: &mut Vec<String>,
) -> Result<Component, String> {
    if let Some(part) = fixed {
        from.push(format!("{}: {} (configured)", sought.what, named(part)));
        return Ok(part.clone());
    }
    component(listing, sought, from)?.ok_or_else(|| not_found(listing, sought))
}

/// What was looked for, where, and what there is instead: a part whose pods belong to something else than a `StatefulSet`.
fn not_found(listing: &Listing<'_>, sought: &Sought) -> String {
    let Sought { what, roles, .. } = sought;
    let named = |pod: &ListedPod, role: &str| {
        let rest = pod.summary.name.strip_prefix(role).and_then(|rest| rest.strip_prefix('-'));
        // As a Deployment, a ReplicaSet or a DaemonSet name theirs.
        rest.is_some_and(|rest| (1..=2).contains(&rest.split('-').count()))
    };
    let plays = |pod: &&ListedPod| roles.iter().any(|role| pod.plays(role) || (!pod.has_role() && named(pod, role)));
    let others: Vec<String> = listing
        .pods
        .iter()
        .filter(|pod| pod.set.is_none())
        .filter(plays)
        .map(|pod| match &pod.owner {
            Some((kind, name)) => format!("{} (of {kind} {name})", pod.summary.name),
            None => format!("{} (of nothing)", pod.summary.name),
        })
        .collect();
    if !others.is_empty() {
        return format!(
            "{what}'s pods belong to no StatefulSet, as in every release known: {}; the bot can't use these",
            others.join(", ")
        );
    }
    let sets: Vec<&str> = listing.sets.iter().map(|set| set.name.as_str()).collect();
    let sets = if sets.is_empty() { "there are none".to_owned() } else { format!("there are {}", sets.join(", ")) };
    format!(
        "{what} was not found: looked for a StatefulSet that is {} by {} or by name; {sets}",
        roles.join(" or "),
        ROLE_LABELS.join(", "),
    )
}

/// The sets that play the part, if there are any; an error if the container that does the work can't be told.
fn component(listing: &Listing<'_>, sought: &Sought, from: &mut Vec<String>) -> Result<Option<Component>, String> {
    let (mut candidates, by) = candidates(listing, sought);
    if candidates.iter().any(|(set, _)| set.desired > 0) {
        candidates.retain(|(set, _)| set.desired > 0);
    }
    candidates.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    let Some((first, role)) = candidates.first().copied() else { return Ok(None) };
    if candidates.iter().any(|(_, other)| *other != role) {
        // Names of two generations side by side: one of them is something else.
        let names: Vec<&str> = candidates.iter().map(|(set, _)| set.name.as_str()).collect();
        return Err(format!(
            "{} can't be told: {} all look like it by {by}; name one as {} under [environment.topology]",
            sought.what,
            names.join(", "),
            sought.key,
        ));
    }
    let has = |name: &&str| candidates.iter().all(|(set, _)| set.containers.iter().any(|container| container == name));
    let container = match first.containers.as_slice() {
        [only] if has(&only.as_str()) => only.clone(),
        several => {
            let known = [role, first.name.as_str()].into_iter().chain(sought.containers.iter().copied()).find(has);
            let container = known.ok_or_else(|| {
                format!(
                    "{}'s container can't be told: {} has {}; name it as {} under [environment.topology]",
                    sought.what,
                    candidates.iter().map(|(set, _)| set.name.as_str()).collect::<Vec<_>>().join(", "),
                    several.join(", "),
                    sought.key,
                )
            })?;
            container.to_owned()
        }
    };
    let more = candidates.iter().skip(1).map(|(set, _)| set.name.clone()).collect();
    let part = Component { set: first.name.clone(), more, container };
    from.push(format!("{}: {} (by {by})", sought.what, named(&part)));
    Ok(Some(part))
}

/// Whether the sets of a part are versions of one: by what their operator calls them, or by the images of the container that does
/// the work.
fn are_versions(listing: &Listing<'_>, part: &Component) -> bool {
    let version = |name: &str| {
        let (base, number) = name.rsplit_once("-v")?;
        number.parse::<u32>().ok().map(|_| base.to_owned())
    };
    let bases: Vec<Option<String>> = part.sets().map(version).collect();
    let by_name = bases.len() > 1 && bases[0].is_some() && bases.iter().all(|base| *base == bases[0]);
    let image = |name: &str| {
        let set = listing.sets.iter().find(|set| set.name == name)?;
        set.images.get(&part.container).filter(|image| !image.is_empty())
    };
    let images: std::collections::BTreeSet<&String> = part.sets().filter_map(image).collect();
    by_name || images.len() > 1
}

/// The sets that look like the part, each with its role, and by what: the first label that any of them has, else the name.
fn candidates<'a>(listing: &Listing<'a>, sought: &Sought) -> (Vec<(&'a ListedSet, &'a str)>, &'static str) {
    for key in ROLE_LABELS {
        let role = |set: &'a ListedSet| {
            let pods = listing.pods.iter().filter(|pod| pod.set.as_deref() == Some(&set.name)).map(|pod| &pod.labels);
            let mut values = std::iter::once(&set.labels).chain(pods).filter_map(|labels| labels.get(key));
            let role = values.find(|value| sought.roles.contains(&value.as_str()))?;
            Some((set, role.as_str()))
        };
        let found: Vec<_> = listing.sets.iter().filter_map(role).collect();
        if !found.is_empty() {
            return (found, key);
        }
    }
    // A set that is labelled as something else is not what its name says.
    let labelled = |set: &ListedSet| ROLE_LABELS.iter().any(|key| set.labels.contains_key(*key));
    let called = listing.sets.iter().filter(|set| sought.roles.contains(&set.name.as_str()) && !labelled(set));
    (called.map(|set| (set, set.name.as_str())).collect(), "name")
}

/// The Service through which the Cloud Controller reaches the BBS: as its own configuration calls it; else, of those that have
/// BBS pods behind them, the one that the releases call so, or one that has all of them.
fn service(
    listing: &Listing<'_>,
    fixed: &FixedParts,
    called: Option<&str>,
    cloud_controller: &Component,
    bbs: &Component,
    from: &mut Vec<String>,
) -> (String, u16) {
    let expected = match cloud_controller.set.as_str() {
        GROUPED => [OWN_SERVICE, ROLE_SERVICE],
        _ => [ROLE_SERVICE, OWN_SERVICE],
    };
    let services = listing.services.unwrap_or_default();
    let named = |name: &str| services.iter().find(|service| service.name == name);
    let (name, found, why) = match (&fixed.bbs_service, called) {
        (Some(name), _) => (name.as_str(), named(name), "configured".to_owned()),
        (None, Some(name)) => (name, named(name), "as the Cloud Controller is configured".to_owned()),
        (None, None) => match in_front(listing, bbs, expected) {
            Some((found, why)) => (found.name.as_str(), Some(found), why.to_owned()),
            None if listing.services.is_none() => (
                expected[0],
                None,
                format!("Services can't be listed; as it is called beside {}", cloud_controller.set),
            ),
            None => {
                let names: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
                let why = format!(
                    "as it is called beside {}; it is not there, and of {} none has the BBS's pods and port",
                    cloud_controller.set,
                    if names.is_empty() { "no Services".to_owned() } else { names.join(", ") },
                );
                (expected[0], None, why)
            }
        },
    };
    let port = found.and_then(|service| {
        let named = service.ports.iter().find(|(name, _)| PORT_NAMES.contains(&name.as_str()));
        let (_, port) = named.or_else(|| service.ports.iter().find(|(_, port)| *port == BBS_PORT))?;
        Some(*port)
    });
    let (port, port_why) = match (fixed.bbs_port, port) {
        (Some(port), _) => (port, "configured"),
        (None, Some(port)) => (port, "the Service's"),
        (None, None) => (BBS_PORT, "as in every release known"),
    };
    from.push(format!("BBS Service: {name} ({why}), port {port} ({port_why})"));
    (name.to_owned(), port)
}

/// The Service in front of the BBS, and how it was told: one that is called as expected, headless (as `KubeCF`'s is) or not; else
/// one that leads to every BBS pod, rather with an address of its own than without.
fn in_front<'a>(
    listing: &Listing<'a>,
    bbs: &Component,
    expected: [&str; 2],
) -> Option<(&'a ListedService, &'static str)> {
    let services = listing.services.unwrap_or_default();
    let has_port = |service: &ListedService| {
        let is_bbs = |(name, port): &(String, u16)| PORT_NAMES.contains(&name.as_str()) || *port == BBS_PORT;
        service.ports.is_empty() || service.ports.iter().any(is_bbs)
    };
    let other = |service: &ListedService| [PUBLIC, HEADLESS].iter().any(|end| service.name.ends_with(end));
    let leads = |service: &ListedService| !other(service) && has_port(service) && leads_to(listing, service, bbs);
    let before: Vec<&'a ListedService> = services.iter().filter(|service| leads(service)).collect();
    let by_name = |all: &[&'a ListedService]| {
        expected.iter().find_map(|name| all.iter().find(|service| service.name == *name).copied())
    };
    if let Some(found) = by_name(&before) {
        return Some((found, "by name and by what it selects"));
    }
    // Where nothing is known of what it selects, its name alone tells.
    let untold: Vec<&ListedService> =
        services.iter().filter(|service| service.selector.is_empty() && service.behind.is_empty()).collect();
    if let Some(found) = by_name(&untold) {
        return Some((found, "by name"));
    }
    let active = |service: &ListedService| LABELS.iter().any(|(key, _)| service.selector.contains_key(*key));
    let found = before
        .into_iter()
        .filter(|service| leads_to_all(listing, service, bbs))
        .min_by_key(|service| (is_of_one_pod(service), service.headless, !active(service)))?;
    Some((found, "by what it selects"))
}

/// Whether a Service leads to BBS pods: by its selector, leaving the active label aside, or by the pods behind it.
fn leads_to(listing: &Listing<'_>, service: &ListedService, bbs: &Component) -> bool {
    if service.selector.is_empty() {
        return service.behind.iter().any(|pod| bbs.owns(pod));
    }
    bbs_pods(listing, bbs).any(|pod| selects(service, pod))
}

/// Whether it leads to every BBS pod, whichever of them is active. One pod's own Service does where there is to be no other pod;
/// of one whose selector is not known that can't be told, and it counts.
fn leads_to_all(listing: &Listing<'_>, service: &ListedService, bbs: &Component) -> bool {
    let sets = listing.sets.iter().filter(|set| bbs.sets().any(|name| name == set.name));
    let several = sets.map(|set| set.desired).sum::<u32>() > 1;
    !(several && is_of_one_pod(service)) && bbs_pods(listing, bbs).all(|pod| selects(service, pod))
}

/// Whether a Service is one pod's own.
fn is_of_one_pod(service: &ListedService) -> bool {
    ONE_POD.iter().any(|key| service.selector.contains_key(*key))
}

/// Whether a Service selects a pod, if that is active.
fn selects(service: &ListedService, pod: &ListedPod) -> bool {
    let mut wanted = service.selector.iter().filter(|(key, _)| LABELS.iter().all(|(label, _)| key != label));
    wanted.all(|(key, value)| pod.labels.get(key) == Some(value))
}

fn bbs_pods<'a>(listing: &'a Listing<'_>, bbs: &'a Component) -> impl Iterator<Item = &'a ListedPod> {
    listing.pods.iter().filter(move |pod| bbs.owns(&pod.summary.name))
}

/// The label that names the leader: on a BBS pod, else in the selector of a Service in front of them. None where neither
/// has one although a ready pod has had the time for it.
fn active_label(listing: &Listing<'_>, bbs: &Component, now: Timestamp, from: &mut Vec<String>) -> Option<ActiveLabel> {
    let pods = || listing.pods.iter().filter(|pod| bbs.owns(&pod.summary.name));
    let label = |(key, value): (&str, &str)| ActiveLabel { key: key.to_owned(), value: value.to_owned() };
    let mut told = |label: Option<ActiveLabel>, why: &str| {
        let name = label.as_ref().map_or("none".to_owned(), written);
        from.push(format!("active label: {name} ({why})"));
        label
    };
    if let Some(known) = LABELS.into_iter().find(|(key, _)| pods().any(|pod| pod.labels.contains_key(*key))) {
        return told(Some(label(known)), "on a BBS pod");
    }
    let services = listing.services.unwrap_or_default().iter();
    let mut before = services.filter(|service| !service.selector.is_empty() && leads_to(listing, service, bbs));
    let in_selector = |service: &ListedService| LABELS.into_iter().find(|(key, _)| service.selector.contains_key(*key));
    if let Some(known) = before.find_map(in_selector) {
        return told(Some(label(known)), "in a BBS Service's selector");
    }
    if pods().any(|pod| pod.labels.keys().any(|key| key.starts_with(OPERATOR))) {
        return told(Some(label(LABELS[1])), "KubeCF's pods; absent on a passive one");
    }
    let old = |pod: &ListedPod| pod.summary.created.is_some_and(|created| now.duration_since(created) >= YOUNG);
    if pods().any(|pod| pod.summary.is_ready() && old(pod)) {
        return told(None, "no BBS pod has one, although ready");
    }
    told(Some(label(LABELS[0])), "assumed: no BBS pod has been ready for long")
}

#[cfg(test)]
mod tests;
