//! Which pods play which part, from what a namespace lists: labels first, then names. What configuration fixes wins.
//!
//! Pure. It decides only what is clear: two sets for one part, or none, are told, never guessed.

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
/// The active labels known: fissile's readiness probe sets the first, `KubeCF`'s operator the second.
const LABELS: [(&str, &str); 2] = [("skiff-role-active", "true"), ("quarks.cloudfoundry.org/pod-active", "active")];
/// What every object of `KubeCF`'s operator is marked with.
const OPERATOR: &str = "quarks.cloudfoundry.org/";
/// A ready pod that is older has had its label for long, if it ever gets one.
const YOUNG: SignedDuration = SignedDuration::from_mins(2);

/// Finds the topology, or says what it was that could not be found.
pub(super) fn discover(listing: &Listing<'_>, fixed: &FixedParts, now: Timestamp) -> Result<FoundTopology, String> {
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
    let (bbs_service, bbs_port) = service(listing, fixed, &cloud_controller, &mut from);
    let active_label = if let Some(label) = &fixed.active_label {
        let told = label.as_ref().map_or("none".to_owned(), written);
        from.push(format!("active label: {told} (configured)"));
        label.clone()
    } else {
        active_label(listing, &bbs, now, &mut from)
    };
    let topology = Topology { cloud_controller, bbs, locket, bbs_service, bbs_port, active_label };
    match wrong_name(&topology) {
        Some((what, value)) => Err(format!("{what} {value:?} can't be used in a command")),
        None => Ok(FoundTopology { topology, from }),
    }
}

fn named(part: &Component) -> String {
    format!("StatefulSet {}, container {}", part.set, part.container)
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
    component(listing, sought, from)?.ok_or_else(|| {
        format!(
            "{what} was not found: looked among {count} StatefulSets for {roles}, by {labels} and by name",
            what = sought.what,
            count = listing.sets.len(),
            roles = sought.roles.join(" or "),
            labels = ROLE_LABELS.join(", "),
        )
    })
}

/// The one set that plays the part, if there is any; an error if it can't be told which.
fn component(listing: &Listing<'_>, sought: &Sought, from: &mut Vec<String>) -> Result<Option<Component>, String> {
    let (mut candidates, by) = candidates(listing, sought);
    if candidates.len() > 1 && candidates.iter().filter(|(set, _)| set.desired > 0).count() == 1 {
        candidates.retain(|(set, _)| set.desired > 0);
    }
    let (set, role) = match candidates.as_slice() {
        [] => return Ok(None),
        [only] => *only,
        several => {
            let names: Vec<&str> = several.iter().map(|(set, _)| set.name.as_str()).collect();
            return Err(format!(
                "{} can't be told: {} all look like it by {by}; name one as {} under [environment.topology]",
                sought.what,
                names.join(", "),
                sought.key,
            ));
        }
    };
    let has = |name: &&str| set.containers.iter().any(|container| container == name);
    let container = match set.containers.as_slice() {
        [only] => only.clone(),
        several => {
            let known = [role, set.name.as_str()].into_iter().chain(sought.containers.iter().copied()).find(has);
            let container = known.ok_or_else(|| {
                format!(
                    "{}'s container can't be told: {} has {}; name it as {} under [environment.topology]",
                    sought.what,
                    set.name,
                    several.join(", "),
                    sought.key,
                )
            })?;
            container.to_owned()
        }
    };
    let part = Component { set: set.name.clone(), container };
    from.push(format!("{}: {} (by {by})", sought.what, named(&part)));
    Ok(Some(part))
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
    let called = listing.sets.iter().filter(|set| sought.roles.contains(&set.name.as_str()));
    (called.map(|set| (set, set.name.as_str())).collect(), "name")
}

/// The Service through which the Cloud Controller reaches the BBS. Its name is the release's: another Service in front of
/// the same pods would tell nothing of what the Cloud Controller sees.
fn service(
    listing: &Listing<'_>,
    fixed: &FixedParts,
    cloud_controller: &Component,
    from: &mut Vec<String>,
) -> (String, u16) {
    let expected = match cloud_controller.set.as_str() {
        GROUPED => [OWN_SERVICE, ROLE_SERVICE],
        _ => [ROLE_SERVICE, OWN_SERVICE],
    };
    let services = listing.services.unwrap_or_default();
    let called = |name: &str| services.iter().find(|service| service.name == name);
    let (name, found, why) = match &fixed.bbs_service {
        Some(name) => (name.as_str(), called(name), "configured".to_owned()),
        None => match expected.iter().find_map(|name| called(name)) {
            Some(found) => (found.name.as_str(), Some(found), "by name".to_owned()),
            None if listing.services.is_none() => (
                expected[0],
                None,
                format!("Services can't be listed; as it is called beside {}", cloud_controller.set),
            ),
            None => {
                let why =
                    format!("as it is called beside {}; it is not there, nor {}", cloud_controller.set, expected[1]);
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
    let mut before = services.filter(|service| {
        let selects = |pod: &ListedPod| {
            let mut wanted = service.selector.iter().filter(|(key, _)| LABELS.iter().all(|(label, _)| key != label));
            wanted.all(|(key, value)| pod.labels.get(key) == Some(value))
        };
        !service.selector.is_empty() && pods().any(selects)
    });
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
