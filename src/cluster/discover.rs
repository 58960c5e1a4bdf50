//! Which pods play which part, from what a namespace lists: labels first, then names. What configuration fixes wins.
//!
//! Pure. Several sets may play one part, as with a set for each zone, and all of them count; two versions of one side by side are
//! an update under way. What is not clear, or not there, is told with what was looked at, never guessed.

use jiff::{SignedDuration, Timestamp};

use super::client::wrong_name;
use super::list::{ListedPod, ListedService, ListedSet, ROLE_LABELS};
use crate::incident::environment::{ActiveLabel, Component, FixedParts, Topology};
use crate::incident::observation::FoundTopology;
use crate::incident::phrase::{Phrase, Statement};

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
) -> Result<FoundTopology, Statement> {
    let mut from: Vec<Statement> = Vec::new();
    let cloud_controller = needed(listing, &CLOUD_CONTROLLER, fixed.cloud_controller.as_ref(), &mut from)?;
    let bbs = needed(listing, &BBS, fixed.bbs.as_ref(), &mut from)?;
    let locket = if let Some(locket) = &fixed.locket {
        let told = locket.as_ref().map_or_else(|| Phrase::new("found-inside-bbs"), named);
        from.push(line("Locket", told, Phrase::new("found-configured")));
        locket.clone()
    } else {
        let found = component(listing, &LOCKET, &mut from)?;
        if found.is_none() {
            let why = Phrase::new("found-no-role").with("names", LOCKET.roles.join(", "));
            from.push(line("Locket", Phrase::new("found-inside").with("set", &bbs.set), why));
        }
        found
    };
    let (bbs_service, bbs_port) = service(listing, fixed, called, &cloud_controller, &bbs, &mut from);
    let parts = [Some(&cloud_controller), Some(&bbs), locket.as_ref()];
    let versions = parts.into_iter().flatten().filter(|part| are_versions(listing, part));
    let versions: Vec<Vec<String>> = versions.map(|part| part.sets().map(str::to_owned).collect()).collect();
    let active_label = if let Some(label) = &fixed.active_label {
        from.push(labelled(label.as_ref(), "found-configured"));
        label.clone()
    } else {
        active_label(listing, &bbs, now, &mut from)
    };
    let topology = Topology { cloud_controller, bbs, locket, bbs_service, bbs_port, active_label, domain: None };
    match wrong_name(&topology) {
        Some((_, value)) => Err(Phrase::new("unfound-name").with("name", value).into()),
        None => Ok(FoundTopology { topology, from, versions }),
    }
}

/// A line of what a topology was concluded from: the part, what plays it, and how that was told.
fn line(part: &str, told: Phrase, why: Phrase) -> Statement {
    Phrase::new("found-part").with("part", part).with("told", told).with("why", why).into()
}

/// The same of the active label.
fn labelled(label: Option<&ActiveLabel>, why: &str) -> Statement {
    let told = label.map_or_else(|| Phrase::new("leader-none").into(), |label| Statement::from(written(label)));
    Phrase::new("found-label").with("told", told).with("why", Phrase::new(why)).into()
}

fn named(part: &Component) -> Phrase {
    let sets = part.sets().collect::<Vec<_>>().join(", ");
    Phrase::new("found-set").with("sets", sets).with("container", &part.container)
}

fn written(label: &ActiveLabel) -> String {
    format!("{}={}", label.key, label.value)
}

/// A part without which nothing can be said.
fn needed(
    listing: &Listing<'_>,
    sought: &Sought,
    fixed: Option<&Component>,
    from: &mut Vec<Statement>,
) -> Result<Component, Statement> {
    if let Some(part) = fixed {
        from.push(line(sought.what, named(part), Phrase::new("found-configured")));
        return Ok(part.clone());
    }
    component(listing, sought, from)?.ok_or_else(|| not_found(listing, sought))
}

/// What was looked for, where, and what there is instead: a part whose pods belong to something else than a `StatefulSet`.
fn not_found(listing: &Listing<'_>, sought: &Sought) -> Statement {
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
            Some((kind, name)) => format!("{} ({kind} {name})", pod.summary.name),
            None => pod.summary.name.clone(),
        })
        .collect();
    if !others.is_empty() {
        return Phrase::new("unfound-no-set").with("part", *what).with("pods", others.join(", ")).into();
    }
    let sets: Vec<&str> = listing.sets.iter().map(|set| set.name.as_str()).collect();
    let phrase = if sets.is_empty() {
        Phrase::new("unfound-no-sets")
    } else {
        Phrase::new("unfound-part").with("sets", sets.join(", "))
    };
    let phrase = phrase.with("part", *what).with("names", roles.join(", "));
    phrase.with("labels", ROLE_LABELS.join(", ")).into()
}

/// The sets that play the part, if there are any; an error if the container that does the work can't be told.
fn component(
    listing: &Listing<'_>,
    sought: &Sought,
    from: &mut Vec<Statement>,
) -> Result<Option<Component>, Statement> {
    let (mut candidates, by) = candidates(listing, sought);
    if candidates.iter().any(|(set, _)| set.desired > 0) {
        candidates.retain(|(set, _)| set.desired > 0);
    }
    candidates.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    let Some((first, role)) = candidates.first().copied() else { return Ok(None) };
    if candidates.iter().any(|(_, other)| *other != role) {
        // Names of two generations side by side: one of them is something else.
        let names: Vec<&str> = candidates.iter().map(|(set, _)| set.name.as_str()).collect();
        let phrase = Phrase::new(by.map_or("unfound-several-names", |_| "unfound-several"));
        let phrase = by.map_or(phrase.clone(), |label| phrase.with("label", label));
        let phrase = phrase.with("part", sought.what).with("sets", names.join(", "));
        return Err(phrase.with("key", sought.key).into());
    }
    let has = |name: &&str| candidates.iter().all(|(set, _)| set.containers.iter().any(|container| container == name));
    let container = match first.containers.as_slice() {
        [only] if has(&only.as_str()) => only.clone(),
        several => {
            let known = [role, first.name.as_str()].into_iter().chain(sought.containers.iter().copied()).find(has);
            let container = known.ok_or_else(|| {
                let sets = candidates.iter().map(|(set, _)| set.name.as_str()).collect::<Vec<_>>().join(", ");
                let phrase = Phrase::new("unfound-container").with("part", sought.what).with("sets", sets);
                phrase.with("containers", several.join(", ")).with("key", sought.key)
            })?;
            container.to_owned()
        }
    };
    let more = candidates.iter().skip(1).map(|(set, _)| set.name.clone()).collect();
    let part = Component { set: first.name.clone(), more, container };
    let by = by.map_or_else(|| Phrase::new("found-by-name"), |label| Phrase::new("found-by").with("label", label));
    from.push(line(sought.what, named(&part), by));
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

/// The sets that look like the part, each with its role, and by what: the first label that any of them has, else (`None`) the name.
fn candidates<'a>(listing: &Listing<'a>, sought: &Sought) -> (Vec<(&'a ListedSet, &'a str)>, Option<&'static str>) {
    for key in ROLE_LABELS {
        let role = |set: &'a ListedSet| {
            let pods = listing.pods.iter().filter(|pod| pod.set.as_deref() == Some(&set.name)).map(|pod| &pod.labels);
            let mut values = std::iter::once(&set.labels).chain(pods).filter_map(|labels| labels.get(key));
            let role = values.find(|value| sought.roles.contains(&value.as_str()))?;
            Some((set, role.as_str()))
        };
        let found: Vec<_> = listing.sets.iter().filter_map(role).collect();
        if !found.is_empty() {
            return (found, Some(key));
        }
    }
    // A set that is labelled as something else is not what its name says.
    let labelled = |set: &ListedSet| ROLE_LABELS.iter().any(|key| set.labels.contains_key(*key));
    let called = listing.sets.iter().filter(|set| sought.roles.contains(&set.name.as_str()) && !labelled(set));
    (called.map(|set| (set, set.name.as_str())).collect(), None)
}

/// The Service through which the Cloud Controller reaches the BBS: as its own configuration calls it; else, of those that have
/// BBS pods behind them, the one that the releases call so, or one that has all of them.
fn service(
    listing: &Listing<'_>,
    fixed: &FixedParts,
    called: Option<&str>,
    cloud_controller: &Component,
    bbs: &Component,
    from: &mut Vec<Statement>,
) -> (String, u16) {
    let expected = match cloud_controller.set.as_str() {
        GROUPED => [OWN_SERVICE, ROLE_SERVICE],
        _ => [ROLE_SERVICE, OWN_SERVICE],
    };
    let services = listing.services.unwrap_or_default();
    let named = |name: &str| services.iter().find(|service| service.name == name);
    let (name, found, why) = match (&fixed.bbs_service, called) {
        (Some(name), _) => (name.as_str(), named(name), Phrase::new("found-configured")),
        (None, Some(name)) => (name, named(name), Phrase::new("found-as-called")),
        (None, None) => match in_front(listing, bbs, expected) {
            Some((found, why)) => (found.name.as_str(), Some(found), Phrase::new(why)),
            None if listing.services.is_none() => {
                (expected[0], None, Phrase::new("found-service-unlisted").with("set", &cloud_controller.set))
            }
            None => {
                let names: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
                let why = if names.is_empty() {
                    Phrase::new("found-service-none")
                } else {
                    Phrase::new("found-service-absent").with("names", names.join(", "))
                };
                (expected[0], None, why.with("set", &cloud_controller.set))
            }
        },
    };
    let port = found.and_then(|service| {
        let named = service.ports.iter().find(|(name, _)| PORT_NAMES.contains(&name.as_str()));
        let (_, port) = named.or_else(|| service.ports.iter().find(|(_, port)| *port == BBS_PORT))?;
        Some(*port)
    });
    let (port, port_why) = match (fixed.bbs_port, port) {
        (Some(port), _) => (port, "found-configured"),
        (None, Some(port)) => (port, "found-port-of-service"),
        (None, None) => (BBS_PORT, "found-port-usual"),
    };
    let phrase = Phrase::new("found-service").with("service", name).with("why", why);
    from.push(phrase.with("port", port.to_string()).with("from", Phrase::new(port_why)).into());
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
        return Some((found, "found-by-both"));
    }
    // Where nothing is known of what it selects, its name alone tells.
    let untold: Vec<&ListedService> =
        services.iter().filter(|service| service.selector.is_empty() && service.behind.is_empty()).collect();
    if let Some(found) = by_name(&untold) {
        return Some((found, "found-by-name"));
    }
    let active = |service: &ListedService| LABELS.iter().any(|(key, _)| service.selector.contains_key(*key));
    let found = before
        .into_iter()
        .filter(|service| leads_to_all(listing, service, bbs))
        .min_by_key(|service| (is_of_one_pod(service), service.headless, !active(service)))?;
    Some((found, "found-by-selector"))
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
fn active_label(
    listing: &Listing<'_>,
    bbs: &Component,
    now: Timestamp,
    from: &mut Vec<Statement>,
) -> Option<ActiveLabel> {
    let pods = || listing.pods.iter().filter(|pod| bbs.owns(&pod.summary.name));
    let label = |(key, value): (&str, &str)| ActiveLabel { key: key.to_owned(), value: value.to_owned() };
    let mut told = |label: Option<ActiveLabel>, why: &str| {
        from.push(labelled(label.as_ref(), why));
        label
    };
    if let Some(known) = LABELS.into_iter().find(|(key, _)| pods().any(|pod| pod.labels.contains_key(*key))) {
        return told(Some(label(known)), "found-on-pod");
    }
    let services = listing.services.unwrap_or_default().iter();
    let mut before = services.filter(|service| !service.selector.is_empty() && leads_to(listing, service, bbs));
    let in_selector = |service: &ListedService| LABELS.into_iter().find(|(key, _)| service.selector.contains_key(*key));
    if let Some(known) = before.find_map(in_selector) {
        return told(Some(label(known)), "found-in-selector");
    }
    if pods().any(|pod| pod.labels.keys().any(|key| key.starts_with(OPERATOR))) {
        return told(Some(label(LABELS[1])), "found-of-kubecf");
    }
    let old = |pod: &ListedPod| pod.summary.created.is_some_and(|created| now.duration_since(created) >= YOUNG);
    if pods().any(|pod| pod.summary.is_ready() && old(pod)) {
        return told(None, "found-no-label");
    }
    told(Some(label(LABELS[0])), "found-label-assumed")
}

#[cfg(test)]
mod tests;
