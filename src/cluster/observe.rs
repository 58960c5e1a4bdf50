//! Looking: what the API lists at once, then what is seen from inside the pods at once, all under one deadline. What can't be
//! seen says why, and takes nothing else with it.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Endpoints, Event, Pod, Service};
use kube::api::ListParams;
use kube::{Api, Client};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, info_span};

use super::called::Told;
use super::checks::database;
use super::checks::late::Late;
use super::checks::{CheckResults, Checks, Tools};
use super::client::Timeouts;
use super::discover::{Listing, discover};
use super::error::{Unseen, describe, is_transient, obstacle};
use super::events;
use super::exec::Execs;
use super::list::{self, ListedPod, ListedService, ListedSet};
use crate::incident::environment::{Environment, FixedParts, Topology};
use crate::incident::observation::{Depth, FoundTopology, Observation, Obstacle, PodEvent, Pods, Seen};
use crate::incident::phrase::{Phrase, Statement};
use crate::metrics;

/// How many objects are asked for at once.
const PAGE: u32 = 500;

/// Looks at one environment.
pub(super) struct Observer<'a> {
    /// For lists, gets and execs.
    pub(super) client: &'a Client,
    /// What to look at.
    pub(super) environment: &'a Environment,
    /// How long it may take.
    pub(super) timeouts: &'a Timeouts,
    /// For execs.
    pub(super) permits: &'a Arc<Semaphore>,
    /// What the Cloud Controller calls the BBS.
    pub(super) told: &'a Told,
    /// Who answers late.
    pub(super) late: &'a Arc<Late>,
}

/// What the API lists about the parts.
struct Listed {
    /// Which pods play which part: as configured, or as found; else why not.
    topology: Result<Topology, Statement>,
    found: Seen<FoundTopology>,
    pods: Result<Pods, Unseen>,
    /// Every pod of the namespace.
    all: Vec<ListedPod>,
    /// The ready pods behind the BBS Service; `Ok(None)` where there is none of that name.
    endpoints: Result<Option<Vec<String>>, Statement>,
    /// Whether the BBS Service has no address of its own; `None` where nothing tells.
    headless: Option<bool>,
}

type PodsAndSets = Result<(Vec<ListedPod>, Vec<ListedSet>), Unseen>;

/// What the API lists, before it is known which of it is ours.
struct Raw {
    all: PodsAndSets,
    services: Option<Vec<ListedService>>,
    endpoints: Result<Vec<(ListedService, Vec<String>)>, Statement>,
    /// The configured Service as its endpoints show it, where one is configured.
    configured: Option<Result<Option<ListedService>, Statement>>,
}

impl Observer<'_> {
    /// Looks. Never fails, and never takes longer than the whole observation may.
    pub(super) async fn look(&self, depth: Depth, now: Timestamp) -> (Observation, Vec<Tools>) {
        let deadline = Instant::now() + self.timeouts.observation;
        if depth == Depth::Pods {
            let listed = self.list(deadline).await.told(self, now);
            return (listed.observation(now, self.environment), Vec::new());
        }
        let inside = async {
            let raw = self.list(deadline).await;
            let listed = raw.told(self, now);
            let results = self.check(&listed, deadline).await;
            // What the Cloud Controller calls the BBS may show another Service, or name it in full.
            let news = results.called.clone().is_some_and(|called| self.told.note(called));
            if !news {
                return (listed, results);
            }
            let again = raw.told(self, now);
            if again.target() == listed.target() {
                return (again, results);
            }
            let results = self.check(&again, deadline).await;
            (again, results)
        };
        let ((listed, results), warnings) = tokio::join!(inside, self.warnings(deadline, now));
        let databases = database::pods(&listed.all);
        let warnings = warnings.and_then(|all| {
            let topology = listed.topology.as_ref().map_err(Clone::clone)?;
            // Events outlive their pods: those of an earlier pod of the same name tell nothing of this one.
            let ours: Vec<&ListedPod> = listed.all.iter().filter(|pod| list::plays_any(topology, pod)).collect();
            let concerned = |event: &PodEvent| ours.iter().chain(&databases).any(|pod| event.is_of(&pod.summary));
            Ok(events::newest(all, concerned))
        });
        let CheckResults { probes, listening, pings, control, lock, database, tools, .. } = results;
        let seen = Observation {
            probes,
            listening,
            pings,
            control,
            lock,
            database,
            ..listed.observation(now, self.environment)
        };
        (Observation { events: warnings.into(), ..seen }, tools)
    }

    /// Asks inside the pods.
    async fn check(&self, listed: &Listed, deadline: Instant) -> CheckResults {
        match (&listed.topology, &listed.pods) {
            (Ok(topology), Ok(pods)) => {
                let (permits, timeouts) = (self.permits.clone(), self.timeouts.clone());
                let execs = Execs { api: self.api(), permits, timeouts, deadline };
                let databases = database::pods(&listed.all);
                let (environment, late) = (self.environment, self.late);
                Checks { environment, topology, pods, databases: &databases, execs, late }.run().await
            }
            (_, Err(unseen)) => CheckResults::unknown(&unseen.why),
            (Err(why), _) => CheckResults::unknown(why),
        }
    }

    /// Pods, sets and endpoints; the Services too where it has to be found out which are ours.
    async fn list(&self, deadline: Instant) -> Raw {
        if self.environment.discover.is_none() {
            let topology = &self.environment.topology;
            let (all, service) = tokio::join!(self.pods_and_sets(deadline), self.endpoints(topology, deadline));
            return Raw { all, services: None, endpoints: Ok(Vec::new()), configured: Some(service) };
        }
        let (all, services, endpoints) =
            tokio::join!(self.pods_and_sets(deadline), self.services(deadline), self.all_endpoints(deadline));
        let mut raw = Raw { all, services: services.ok(), endpoints, configured: None };
        raw.join();
        raw
    }

    fn domain(&self) -> Option<String> {
        self.told.known().and_then(|called| called.domain)
    }

    /// Finds out which pods play which part. Where Services can't be listed, their endpoints have the same names.
    fn discovered(&self, raw: &Raw, fixed: &FixedParts, now: Timestamp) -> Listed {
        let nothing = |unseen: Unseen, all: Vec<ListedPod>| Listed {
            topology: Err(unseen.why.clone()),
            found: Seen::NotKnown(unseen.why.clone()),
            endpoints: Err(unseen.why.clone()),
            headless: None,
            pods: Err(unseen),
            all,
        };
        let (all, sets) = match &raw.all {
            Ok(all) => all,
            Err(unseen) => return nothing(unseen.clone(), Vec::new()),
        };
        let by_endpoints = || {
            let all = raw.endpoints.as_ref().ok()?.iter();
            Some(all.map(|(service, _)| service.clone()).collect::<Vec<_>>())
        };
        let services = raw.services.clone().or_else(by_endpoints);
        let listing = Listing { pods: all, sets, services: services.as_deref() };
        let called = self.told.known().unwrap_or_default();
        let mut found = match discover(&listing, fixed, called.service.as_deref(), now) {
            Ok(found) => found,
            Err(why) => {
                let why = Phrase::new("unseen-parts").with("namespace", &self.environment.namespace).with("why", why);
                return nothing(Unseen { obstacle: Obstacle::Parts, why: why.into() }, all.clone());
            }
        };
        found.topology.domain = called.domain;
        let name = found.topology.bbs_service.as_str();
        let endpoints = raw.endpoints.as_ref().map_err(Clone::clone).map(|all| {
            let ours = all.iter().find(|(service, _)| service.name == name);
            ours.map(|(_, ready)| ready.clone())
        });
        Listed {
            topology: Ok(found.topology.clone()),
            pods: Ok(list::pods(&found.topology, all, sets)),
            all: all.clone(),
            endpoints,
            headless: raw.headless(name),
            found: Seen::Known(found),
        }
    }

    /// The pods with their sets: a set may hold the one fact that forbids a restart, so without sets there are no pods.
    async fn pods_and_sets(&self, deadline: Instant) -> PodsAndSets {
        let pods = self.read("list pods", deadline, || list(self.api(), "", |pod: Pod| Some(list::pod(pod))));
        let sets =
            self.read("list statefulsets", deadline, || list(self.api(), "", |set: StatefulSet| Some(list::set(set))));
        let (pods, sets) = tokio::join!(pods, sets);
        Ok((pods?, sets?))
    }

    async fn services(&self, deadline: Instant) -> Result<Vec<ListedService>, Unseen> {
        let keep = |service: Service| Some(list::service(service));
        self.read("list services", deadline, || list(self.api(), "", keep)).await
    }

    async fn endpoints(&self, topology: &Topology, deadline: Instant) -> Result<Option<ListedService>, Statement> {
        let api: Api<Endpoints> = self.api();
        let service = topology.bbs_service.as_str();
        let found = self.read("get endpoints", deadline, || api.get_opt(service)).await.map_err(|unseen| unseen.why)?;
        Ok(found.map(|found| list::endpoints(found).0))
    }

    async fn all_endpoints(&self, deadline: Instant) -> Result<Vec<(ListedService, Vec<String>)>, Statement> {
        let keep = |endpoints: Endpoints| Some(list::endpoints(endpoints));
        self.read("list endpoints", deadline, || list(self.api(), "", keep)).await.map_err(|unseen| unseen.why)
    }

    /// The recent warnings about every pod.
    async fn warnings(&self, deadline: Instant, now: Timestamp) -> Result<Vec<PodEvent>, Statement> {
        let keep = |event: Event| events::warning(event, now);
        self.read("list events", deadline, || list(self.api(), events::WARNINGS, keep))
            .await
            .map_err(|unseen| unseen.why)
    }

    /// One read with its few repetitions, all within its time and the deadline.
    async fn read<T, F, Fut>(&self, call: &'static str, deadline: Instant, ask: F) -> Result<T, Unseen>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = kube::Result<T>>,
    {
        let began = Instant::now();
        let deadline = deadline.min(began + self.timeouts.read);
        let asked = timeout_at(deadline, ask.retry(repetitions()).when(is_transient));
        let asked = asked.instrument(info_span!("kubernetes", call)).await;
        metrics::called("kubernetes", call, matches!(asked, Ok(Ok(_))), began.elapsed());
        let unseen = |obstacle, why: Statement| {
            Err(Unseen { obstacle, why: Phrase::new("unseen-call").with("call", call).with("why", why).into() })
        };
        match asked {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => unseen(obstacle(&error), describe(&error)),
            Err(_) => {
                let seconds = format!("{:.1}", began.elapsed().as_secs_f64());
                unseen(Obstacle::Slow, Phrase::new("unseen-no-answer").with("seconds", seconds).into())
            }
        }
    }

    fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.client.clone(), &self.environment.namespace)
    }
}

impl Raw {
    /// What of it is ours, as far as is known by now what the Cloud Controller calls the BBS.
    fn told(&self, observer: &Observer<'_>, now: Timestamp) -> Listed {
        if let Some(fixed) = &observer.environment.discover {
            return observer.discovered(self, fixed, now);
        }
        let topology = Topology { domain: observer.domain(), ..observer.environment.topology.clone() };
        let (pods, all) = match &self.all {
            Ok((all, sets)) => (Ok(list::pods(&topology, all, sets)), all.clone()),
            Err(why) => (Err(why.clone()), Vec::new()),
        };
        let service = self.configured.clone().unwrap_or(Ok(None));
        let marked = service.as_ref().is_ok_and(|service| service.as_ref().is_some_and(|service| service.headless));
        let endpoints = service.map(|service| service.map(|service| service.behind));
        Listed {
            topology: Ok(topology),
            found: Seen::NotLooked,
            pods,
            all,
            endpoints,
            headless: marked.then_some(true),
        }
    }

    /// Whether the Service of this name has no address of its own. Its endpoints alone tell only where it has none: an old
    /// cluster does not mark them.
    fn headless(&self, name: &str) -> Option<bool> {
        if let Some(service) = self.services.iter().flatten().find(|service| service.name == name) {
            return Some(service.headless);
        }
        let mut by_endpoints = self.endpoints.iter().flatten().map(|(service, _)| service);
        by_endpoints.any(|service| service.name == name && service.headless).then_some(true)
    }

    /// Tells each Service which ready pods are behind it.
    fn join(&mut self) {
        let Ok(endpoints) = &self.endpoints else { return };
        for service in self.services.iter_mut().flatten() {
            let behind = endpoints.iter().find(|(other, _)| other.name == service.name);
            service.behind = behind.map(|(_, ready)| ready.clone()).unwrap_or_default();
        }
    }
}

impl Listed {
    /// What is asked for inside the pods, and where.
    fn target(&self) -> Option<(&str, u16, [&str; 2])> {
        self.topology.as_ref().ok().map(Topology::target)
    }

    /// An observation of this alone, of an environment in this namespace whose Service is asked for by this name.
    fn observation(self, now: Timestamp, environment: &Environment) -> Observation {
        let service =
            self.topology.as_ref().map_or(&environment.topology.bbs_service, |topology| &topology.bbs_service);
        let no_service = || {
            let phrase = Phrase::new("unseen-no-service").with("service", service);
            Statement::from(phrase.with("namespace", &environment.namespace))
        };
        Observation {
            no_service: matches!(self.endpoints, Ok(None)),
            headless: self.headless,
            endpoints: self.endpoints.and_then(|ready| ready.ok_or_else(no_service)).into(),
            obstacle: self.pods.as_ref().err().map(|unseen| unseen.obstacle),
            pods: self.pods.map_err(|unseen| unseen.why).into(),
            topology: self.found,
            ..Observation::blind(now, Phrase::new("missing-sight"))
        }
    }
}

/// Twice more, after about 100 and 200 ms: over a restarting API server behind a load balancer, no further.
fn repetitions() -> ExponentialBuilder {
    ExponentialBuilder::new().with_min_delay(Duration::from_millis(100)).with_max_times(2).with_jitter()
}

/// What is kept of every object of the namespace (or of those with these fields). Only named fields are kept, so that memory
/// holds a page at most.
async fn list<K, T>(api: Api<K>, fields: &str, keep: impl Fn(K) -> Option<T>) -> kube::Result<Vec<T>>
where
    K: Clone + DeserializeOwned + Debug,
{
    let mut kept = Vec::new();
    let mut params = ListParams::default().limit(PAGE);
    if !fields.is_empty() {
        params = params.fields(fields);
    }
    loop {
        let page = api.list(&params).await?;
        kept.extend(page.items.into_iter().filter_map(&keep));
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(kept),
        }
    }
}
