//! Looking: pods, sets and endpoints at once, then the probes at once, all under one deadline. What can't be seen says why.

use std::fmt::Debug;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use futures::future::join_all;
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Endpoints, Pod};
use kube::api::ListParams;
use kube::{Api, Client};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, info_span};

use super::answer::{is_passing, sentence};
use super::connect::Timeouts;
use super::probe::Probe;
use super::summary;
use crate::incident::environment::Environment;
use crate::incident::observation::{Depth, Observation, Pods, ProbeReport, Seen};

/// From how many Cloud Controller pods the probe is made.
pub const MOST_PROBES: usize = 3;

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
}

impl Observer<'_> {
    /// Looks. Never fails, and never takes longer than the whole observation may.
    pub(super) async fn observe(&self, depth: Depth, now: Timestamp) -> Observation {
        let deadline = Instant::now() + self.timeouts.observation;
        let (pods, endpoints) = tokio::join!(self.pods(deadline), self.endpoints(deadline));
        let probes = match (depth, &pods) {
            (Depth::Pods, _) => Seen::NotLooked,
            (Depth::Full, Ok(pods)) => Seen::Known(self.probes(pods, deadline).await),
            (Depth::Full, Err(why)) => Seen::NotKnown(why.clone()),
        };
        Observation {
            pods: seen(pods),
            endpoints: seen(endpoints),
            probes,
            ..Observation::blind(now, "not looked at yet")
        }
    }

    /// The pods with their sets: a set may hold the one fact that forbids a restart, so without sets there are no pods.
    async fn pods(&self, deadline: Instant) -> Result<Pods, String> {
        let topology = &self.environment.topology;
        let found = self.read("list pods", deadline, || list(self.api(), |pod: Pod| summary::pod(topology, pod)));
        let sets = self
            .read("list statefulsets", deadline, || list(self.api(), |set: StatefulSet| summary::set(topology, set)));
        let (found, sets) = tokio::try_join!(found, sets)?;
        Ok(summary::pods(found, sets))
    }

    async fn endpoints(&self, deadline: Instant) -> Result<Vec<String>, String> {
        let api: Api<Endpoints> = self.api();
        let service = self.environment.topology.bbs_service.as_str();
        let found = self.read("get endpoints", deadline, || api.get_opt(service)).await?;
        let found = found.ok_or_else(|| format!("no Service {service} in namespace {}", self.environment.namespace))?;
        Ok(summary::endpoints(found))
    }

    /// The probe from every ready Cloud Controller pod, up to [`MOST_PROBES`].
    async fn probes(&self, pods: &Pods, deadline: Instant) -> Vec<ProbeReport> {
        let api = self.api();
        let topology = &self.environment.topology;
        let host = self.environment.topology.bbs_host(&self.environment.namespace);
        let ready = pods.cloud_controllers.iter().filter(|pod| pod.is_ready()).take(MOST_PROBES);
        let probes = ready.map(|pod| Probe {
            pod: &pod.name,
            container: &topology.cloud_controller.container,
            host: &host,
            port: topology.bbs_port,
        });
        let reports = probes.map(|probe| {
            let api = &api;
            async move { probe.run(api, self.timeouts, deadline).await }
        });
        join_all(reports).await
    }

    /// One read with its few repetitions, all within its time and the deadline.
    async fn read<T, F, Fut>(&self, call: &'static str, deadline: Instant, ask: F) -> Result<T, String>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = kube::Result<T>>,
    {
        let began = Instant::now();
        let deadline = deadline.min(began + self.timeouts.read);
        let asked = timeout_at(deadline, ask.retry(repetitions()).when(is_passing));
        match asked.instrument(info_span!("kubernetes", call)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(format!("{call}: {}", sentence(&error))),
            Err(_) => Err(format!("{call}: no answer within {:.1} s", began.elapsed().as_secs_f64())),
        }
    }

    fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.client.clone(), &self.environment.namespace)
    }
}

/// Twice more, after about 100 and 200 ms: over a restarting API server behind a load balancer, no further.
fn repetitions() -> ExponentialBuilder {
    ExponentialBuilder::new().with_min_delay(Duration::from_millis(100)).with_max_times(2).with_jitter()
}

/// What is kept of every object of the namespace. Only named fields are kept, so that memory holds a page at most.
async fn list<K, T>(api: Api<K>, keep: impl Fn(K) -> Option<T>) -> kube::Result<Vec<T>>
where
    K: Clone + DeserializeOwned + Debug,
{
    let mut kept = Vec::new();
    let mut params = ListParams::default().limit(PAGE);
    loop {
        let page = api.list(&params).await?;
        kept.extend(page.items.into_iter().filter_map(&keep));
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(kept),
        }
    }
}

fn seen<T>(result: Result<T, String>) -> Seen<T> {
    match result {
        Ok(value) => Seen::Known(value),
        Err(why) => Seen::NotKnown(why),
    }
}
