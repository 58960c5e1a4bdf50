//! Being woken: a watch on the environment's pods and the BBS Service's endpoints. It says *that* something changed, never what;
//! whoever is woken observes.

use std::collections::HashMap;

use futures::StreamExt as _;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{Endpoints, Pod};
use kube::core::PartialObjectMeta;
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{Config, Error, Event, watcher};
use kube::{Api, Client, Resource, ResourceExt as _};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, info, info_span, warn};

use super::list;
use super::session::WATCH_SECONDS;
use crate::incident::environment::{Environment, Topology};
use crate::words::Words;

/// A started watch. It ends when this is dropped.
pub struct Changes {
    seen: Receiver<u64>,
    /// Answers that came after a verdict which was drawn without them.
    late: Receiver<u64>,
    task: AbortHandle,
}

impl Changes {
    /// `topology` says which objects matter; while it is not known, all do.
    pub(super) fn start(
        client: &Client,
        environment: &Environment,
        late: Receiver<u64>,
        topology: impl Fn() -> Option<Topology> + Send + Sync + 'static,
    ) -> Self {
        let (changes, seen) = channel(0);
        let namespace = environment.namespace.as_str();
        let pods = Api::namespaced(client.clone(), namespace);
        let endpoints = Api::namespaced(client.clone(), namespace);
        let only = match environment.discover {
            None => Config::default().fields(&format!("metadata.name={}", environment.topology.bbs_service)),
            Some(_) => Config::default(),
        };
        let following = async move {
            let plays = |name: &str| topology().is_none_or(|topology| list::role(&topology, name).is_some());
            let serves = |name: &str| topology().is_none_or(|topology| topology.bbs_service == name);
            tokio::join!(
                follow::<Pod>(pods, Config::default(), plays, &changes),
                follow::<Endpoints>(endpoints, only, serves, &changes),
            );
        };
        let span = info_span!("kubernetes", call = "watch");
        let task = tokio::spawn(following.instrument(span)).abort_handle();
        Self { seen, late, task }
    }

    /// Returns at the next change since the last wait (or since the start), or at the deadline; whether there was one.
    ///
    /// That a watch stands, for the first time or with other objects than before it was lost, counts as a change too:
    /// what happened in between was not seen otherwise.
    pub async fn wait(&mut self, until: Instant) -> bool {
        let changed = async {
            tokio::select! {
                seen = self.seen.changed() => seen,
                late = self.late.changed() => late,
            }
        };
        match timeout_at(until, changed).await {
            Ok(Ok(())) => true,
            // Without its task it only waits, and the caller looks at its deadlines.
            Ok(Err(_)) => {
                tokio::time::sleep_until(until).await;
                false
            }
            Err(_) => false,
        }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Follows one kind of object for ever; after every error the watcher itself begins again, waiting 0.8 to 30 s with jitter.
async fn follow<K>(
    api: Api<PartialObjectMeta<K>>,
    config: Config,
    relevant: impl Fn(&str) -> bool,
    changes: &Sender<u64>,
) where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + std::fmt::Debug + Send + Sync + 'static,
    PartialObjectMeta<K>: Resource<DynamicType = ()>,
{
    let kind = K::plural(&());
    let mut events = watcher(api, config.timeout(WATCH_SECONDS)).default_backoff().boxed();
    let mut known = Versions::default();
    let mut failing = false;
    while let Some(event) = events.next().await {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                if !failing && !is_expiry(&error) {
                    failing = true;
                    warn!(kind = %kind, error = %describe(&error), "the watch on {kind} is lost, and is begun again until it stands");
                }
                continue;
            }
        };
        if failing && matches!(event, Event::InitDone | Event::Apply(_) | Event::Delete(_)) {
            failing = false;
            info!(kind = %kind, "the watch on {kind} stands again");
        }
        if known.merge(event, &relevant) {
            changes.send_modify(|version| *version += 1);
        }
    }
}

/// The versions of the relevant objects, so that a watch that begins again tells a change from a repetition.
#[derive(Default)]
struct Versions {
    known: Option<HashMap<String, String>>,
    listed: HashMap<String, String>,
}

impl Versions {
    /// Takes an event in. Whether it is a change.
    fn merge<K>(&mut self, event: Event<PartialObjectMeta<K>>, relevant: impl Fn(&str) -> bool) -> bool
    where
        PartialObjectMeta<K>: Resource,
    {
        let entry = |object: &PartialObjectMeta<K>| {
            let name = object.name_any();
            relevant(&name).then(|| (name, object.resource_version().unwrap_or_default()))
        };
        match event {
            Event::Init => {
                self.listed.clear();
                false
            }
            Event::InitApply(object) => {
                self.listed.extend(entry(&object));
                false
            }
            Event::InitDone => {
                let listed = std::mem::take(&mut self.listed);
                let changed = self.known.as_ref() != Some(&listed);
                self.known = Some(listed);
                changed
            }
            Event::Apply(object) => entry(&object).is_some_and(|(name, version)| {
                let before = self.known.get_or_insert_default().insert(name, version.clone());
                before != Some(version)
            }),
            Event::Delete(object) => entry(&object).is_some_and(|(name, _)| {
                self.known.get_or_insert_default().remove(&name);
                true
            }),
        }
    }
}

/// A watch that has fallen behind lists anew: no failure.
fn is_expiry(error: &Error) -> bool {
    matches!(error, Error::WatchError(status) if status.code == 410)
}

fn describe(error: &Error) -> String {
    match error {
        Error::InitialListFailed(cause) | Error::WatchStartFailed(cause) | Error::WatchFailed(cause) => {
            Words::of(None).state(&super::error::describe(cause))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use kube::core::ObjectMeta;
    use kube::core::PartialObjectMetaExt as _;

    use super::*;

    fn object(name: &str, version: &str) -> PartialObjectMeta<Pod> {
        let (name, resource_version) = (Some(name.to_owned()), Some(version.to_owned()));
        ObjectMeta { name, resource_version, ..ObjectMeta::default() }.into_response_partial()
    }

    #[test]
    fn only_changes_of_relevant_objects_count() {
        let mut versions = Versions::default();
        for (event, changed) in [
            (Event::Init, false),
            (Event::InitApply(object("diego-api-0", "1")), false),
            (Event::InitApply(object("other", "1")), false),
            (Event::InitDone, true),
            (Event::Apply(object("other", "2")), false),
            (Event::Apply(object("diego-api-0", "1")), false),
            (Event::Apply(object("diego-api-0", "2")), true),
            // Begun again: nothing new, then something gone.
            (Event::Init, false),
            (Event::InitApply(object("diego-api-0", "2")), false),
            (Event::InitDone, false),
            (Event::Init, false),
            (Event::InitDone, true),
            (Event::Apply(object("diego-api-0", "3")), true),
            (Event::Delete(object("other", "3")), false),
            (Event::Delete(object("diego-api-0", "3")), true),
        ] {
            let label = format!("{event:?}");
            assert_eq!(versions.merge(event, |name| name.starts_with("diego-api-")), changed, "{label}");
        }
    }
}
