//! The objects as the API shows them, their resource versions, and the history that watches are served from.

use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// A kind of object the API serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Pod,
    Service,
    Endpoints,
    StatefulSet,
    Event,
    Namespace,
}

impl Kind {
    pub(super) const ALL: [Self; 6] =
        [Self::Pod, Self::Service, Self::Endpoints, Self::StatefulSet, Self::Event, Self::Namespace];

    /// `Pod`
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::Service => "Service",
            Self::Endpoints => "Endpoints",
            Self::StatefulSet => "StatefulSet",
            Self::Event => "Event",
            Self::Namespace => "Namespace",
        }
    }

    /// `pods`
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Pod => "pods",
            Self::Service => "services",
            Self::Endpoints => "endpoints",
            Self::StatefulSet => "statefulsets",
            Self::Event => "events",
            Self::Namespace => "namespaces",
        }
    }

    /// `apps`, or nothing for the core group.
    pub(super) fn group(self) -> &'static str {
        if self == Self::StatefulSet { "apps" } else { "" }
    }

    /// `apps/v1`
    pub(super) fn api_version(self) -> &'static str {
        if self == Self::StatefulSet { "apps/v1" } else { "v1" }
    }

    /// The kind served under a group and a plural.
    pub(super) fn find(group: &str, plural: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.group() == group && kind.plural() == plural)
    }
}

/// One change, as watches see it.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) version: u64,
    pub(super) kind: Kind,
    /// The object before, unless it was added.
    pub(super) before: Option<Value>,
    /// The object after; for a deletion its last state.
    pub(super) object: Value,
    pub(super) deleted: bool,
}

/// The objects and their history.
#[derive(Debug)]
pub(super) struct Store {
    version: u64,
    objects: BTreeMap<(Kind, String), Value>,
    history: VecDeque<Change>,
    capacity: usize,
}

impl Store {
    /// An empty store that keeps that many changes.
    pub(super) fn new(capacity: usize) -> Self {
        Self { version: 1, objects: BTreeMap::new(), history: VecDeque::new(), capacity }
    }

    /// The newest resource version.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// One object.
    pub(super) fn get(&self, kind: Kind, namespace: Option<&str>, name: &str) -> Option<&Value> {
        self.objects.get(&(kind, key(namespace, name)))
    }

    /// All objects of a kind, by namespace and name.
    pub(super) fn list(&self, kind: Kind) -> impl Iterator<Item = &Value> {
        self.objects.iter().filter(move |((each, _), _)| *each == kind).map(|(_, object)| object)
    }

    /// The changes after a version; `None` if some of them are no longer kept.
    pub(super) fn since(&self, version: u64) -> Option<impl Iterator<Item = &Change>> {
        let oldest = self.history.front().map_or(self.version, |change| change.version);
        (version + 1 >= oldest).then(|| self.history.iter().filter(move |change| change.version > version))
    }

    /// The oldest version a watch can begin from.
    pub(super) fn oldest(&self) -> u64 {
        self.history.front().map_or(self.version, |change| change.version - 1)
    }

    /// Takes in all objects of a kind as they are now. What changed gets a new version and goes into the history.
    pub(super) fn publish(&mut self, kind: Kind, now: Vec<Value>) {
        let mut now: BTreeMap<String, Value> = now.into_iter().map(|object| (key_of(&object), object)).collect();
        let known: Vec<String> =
            self.objects.keys().filter(|(each, _)| *each == kind).map(|(_, name)| name.clone()).collect();
        for name in known {
            let uid = |object: &Value| object["metadata"]["uid"].clone();
            let Some(old) = self.objects.get(&(kind, name.clone())) else { continue };
            match now.remove(&name) {
                Some(mut new) if uid(&new) == uid(old) => {
                    new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"].clone();
                    if new != *old {
                        self.record(kind, &name, Some(new));
                    }
                }
                Some(new) => {
                    self.record(kind, &name, None);
                    self.record(kind, &name, Some(new));
                }
                None => self.record(kind, &name, None),
            }
        }
        for (name, new) in now {
            self.record(kind, &name, Some(new));
        }
    }

    /// Writes down an object's next state, or without one that it is gone.
    fn record(&mut self, kind: Kind, name: &str, after: Option<Value>) {
        self.version += 1;
        let key = (kind, name.to_owned());
        let before = self.objects.remove(&key);
        let deleted = after.is_none();
        let Some(mut object) = after.or_else(|| before.clone()) else { return };
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        if !deleted {
            self.objects.insert(key, object.clone());
        }
        self.history.push_back(Change { version: self.version, kind, before, object, deleted });
        while self.history.len() > self.capacity {
            self.history.pop_front();
        }
    }
}

/// What an object is stored under.
pub(super) fn key(namespace: Option<&str>, name: &str) -> String {
    format!("{}/{name}", namespace.unwrap_or_default())
}

fn key_of(object: &Value) -> String {
    let metadata = &object["metadata"];
    key(metadata["namespace"].as_str(), metadata["name"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, uid: u32, phase: &str) -> Value {
        json!({"metadata": {"name": name, "uid": uid}, "phase": phase})
    }

    #[test]
    fn a_change_gets_a_version_and_no_change_gets_none() {
        let mut store = Store::new(10);
        store.publish(Kind::Pod, vec![pod("a", 1, "x"), pod("b", 2, "x")]);
        let before = store.version();
        store.publish(Kind::Pod, vec![pod("a", 1, "x"), pod("b", 2, "x")]);
        assert_eq!(store.version(), before);
        store.publish(Kind::Pod, vec![pod("a", 1, "y"), pod("b", 3, "x")]);
        let kinds: Vec<_> = store.since(before).unwrap().map(|c| (c.before.is_some(), c.deleted)).collect();
        assert_eq!(kinds, [(true, false), (true, true), (false, false)]);
    }

    #[test]
    fn old_versions_are_forgotten() {
        let mut store = Store::new(2);
        for n in 0..5 {
            store.publish(Kind::Pod, vec![pod("a", 1, &n.to_string())]);
        }
        assert!(store.since(store.version()).is_some());
        assert!(store.since(store.version() - 2).is_some());
        assert!(store.since(store.version() - 3).is_none());
        assert_eq!(store.oldest(), store.version() - 2);
    }
}
