//! A namespace of a scenario's own, with the stand-ins in it: made, changed, looked at by the bot, and taken away again.

use std::fmt::Debug;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use futures::FutureExt as _;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Endpoints, Namespace, Pod, Service, ServiceAccount};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::{Api, Resource};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::layout::{self, Layout};
use super::place::Place;

/// How long a controller may take to make a namespace's service account: where none does, there are no controllers.
const CONTROLLED_WITHIN: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Where a scenario is played.
pub(crate) struct Stage<'a> {
    pub(crate) place: &'a Place,
    pub(crate) namespace: String,
    /// By which the bot logs in.
    pub(crate) kubeconfig: PathBuf,
    pub(crate) layout: Layout,
    /// Whether sets and Services are controlled; else the suite makes pods and endpoints itself.
    pub(crate) controlled: bool,
    /// Whether the Service selects anything.
    pub(crate) selects: bool,
    /// What the cluster lacks for what was done to it to have its effect.
    pub(crate) lacks: Option<String>,
}

/// What the bot said.
pub(crate) struct Said {
    /// Such as `will-not-help by finalizer-holds`.
    pub(crate) verdict: String,
    pub(crate) findings: Vec<String>,
    pub(crate) report: Value,
}

impl<'a> Stage<'a> {
    /// In a fresh namespace. What it is called tells whose it is.
    pub(crate) async fn fresh(place: &'a Place, layout: Layout) -> Self {
        let name = format!("stagerbot-test-{:08x}", fastrand::u32(..));
        let labels = json!({"stagerbot.test": "suite", "pod-security.kubernetes.io/enforce": "baseline"});
        let namespace = json!({"metadata": {"name": name, "labels": labels}});
        let namespaces: Api<Namespace> = Api::all(place.client.clone());
        namespaces.create(&PostParams::default(), &serde_json::from_value(namespace).unwrap()).await.unwrap();
        let kubeconfig = place.kubeconfig.clone();
        Self { place, namespace: name, kubeconfig, layout, controlled: place.runs, selects: true, lacks: None }
    }

    /// In the namespace of the simulated cluster's own model, in which everything runs.
    pub(crate) fn of_the_model(place: &'a Place, namespace: &str) -> Self {
        let (namespace, kubeconfig) = (namespace.to_owned(), place.kubeconfig.clone());
        Self { place, namespace, kubeconfig, layout: Layout::cfee_2(), controlled: true, selects: true, lacks: None }
    }

    /// Sets everything up: every pod is ready, and the first BBS pod leads. The error says why that did not come about.
    pub(crate) async fn set_up(&mut self) -> Result<(), String> {
        self.controlled = self.place.runs || (self.place.simulated.is_none() && self.is_controlled().await);
        if !self.controlled {
            // Pods need one where the API server asks for it; a server that does not know them needs none.
            let account = serde_json::from_value(json!({"metadata": {"name": "default"}})).unwrap();
            let _ = self.api::<ServiceAccount>().create(&PostParams::default(), &account).await;
        }
        self.create::<Service>(self.layout.service()).await;
        let sets: Vec<Value> =
            self.layout.all_sets().map(|(name, part)| self.layout.set(&name, part, &self.place.image)).collect();
        for set in sets {
            self.create::<StatefulSet>(set).await;
        }
        let deadline = Instant::now() + self.place.ready_within;
        let pods: Vec<(String, String)> = self.layout.all_pods().into_iter().map(|(pod, set, _)| (pod, set)).collect();
        for (pod, set) in &pods {
            if !self.controlled {
                self.make(pod, set).await;
            }
            loop {
                let found = self.api::<Pod>().get_opt(pod).await.unwrap();
                if !self.place.runs && found.is_some() {
                    self.set_status(pod, &[], None).await;
                    break;
                }
                if found.as_ref().is_some_and(is_ready) {
                    break;
                }
                if Instant::now() > deadline {
                    return Err(format!(
                        "{pod} is not ready within {:?}: {}",
                        self.place.ready_within,
                        how(found.as_ref())
                    ));
                }
                sleep(LOOK_AGAIN).await;
            }
        }
        let bbs = self.layout.bbs();
        if self.layout.selects_active {
            for (n, pod) in bbs.iter().enumerate() {
                self.label(pod, Some(n == 0)).await;
            }
        }
        if self.place.runs {
            self.listens(&bbs[0], true).await;
        } else if !self.controlled {
            let endpoints = self.layout.endpoints(&[]);
            self.create::<Endpoints>(endpoints).await;
        }
        self.lead_on().await;
        Ok(())
    }

    /// Takes everything away, whatever happened.
    pub(crate) async fn clear(&self) {
        let pods = self.api::<Pod>();
        let at_once = DeleteParams::default().grace_period(0);
        for pod in pods.list(&ListParams::default()).await.map(|all| all.items).unwrap_or_default() {
            let name = pod.metadata.name.unwrap();
            if pod.metadata.finalizers.is_some() {
                let none = json!({"metadata": {"finalizers": null}});
                let _ = pods.patch(&name, &PatchParams::default(), &Patch::Merge(none)).await;
            }
            if !self.controlled {
                let _ = pods.delete(&name, &at_once).await;
            }
        }
        let namespaces: Api<Namespace> = Api::all(self.place.client.clone());
        let deleted = namespaces.delete(&self.namespace, &DeleteParams::default()).await;
        if let Err(error) = deleted {
            eprintln!("the namespace {} stays: {error}", self.namespace);
        } else if !self.controlled && self.place.simulated.is_none() {
            // Nobody else finds that it is empty.
            let done = json!({"metadata": {"name": self.namespace}, "spec": {"finalizers": []}}).to_string();
            let path = format!("/api/v1/namespaces/{}/finalize", self.namespace);
            let request = http::Request::put(path).header("content-type", "application/json").body(done.into_bytes());
            let _ = self.place.client.request::<Value>(request.unwrap()).await;
        }
    }

    /// What `stagerbot check` says.
    pub(crate) async fn check(&self) -> Result<Said, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagerbot"));
        command
            .args(["check", "--output", "json", "--namespace", &self.namespace, "--kubeconfig"])
            .arg(&self.kubeconfig);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
        let diagnosis = &report["diagnosis"];
        let verdict = match (diagnosis["verdict"]["is"].as_str(), diagnosis["verdict"]["cause"].as_str()) {
            (Some(is), Some(cause)) => format!("{is} by {cause}"),
            (is, _) => is.unwrap_or_default().to_owned(),
        };
        let findings = diagnosis["findings"].as_array().into_iter().flatten();
        let findings = findings.map(|finding| finding["id"].as_str().unwrap_or_default().to_owned()).collect();
        Ok(Said { verdict, findings, report })
    }

    pub(crate) fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.place.client.clone(), &self.namespace)
    }

    /// The UID of a pod that is there.
    pub(crate) async fn uid(&self, pod: &str) -> String {
        self.api::<Pod>().get(pod).await.unwrap().metadata.uid.unwrap()
    }

    pub(crate) async fn create<K>(&self, object: Value)
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Serialize + DeserializeOwned + Clone + Debug,
    {
        let object: K = serde_json::from_value(object).unwrap();
        self.api::<K>().create(&PostParams::default(), &object).await.unwrap();
    }

    pub(crate) async fn patch<K>(&self, name: &str, patch: Value)
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + DeserializeOwned + Clone + Debug,
    {
        self.api::<K>().patch(name, &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    }

    /// Whether something makes what a namespace has by itself.
    async fn is_controlled(&self) -> bool {
        let deadline = Instant::now() + CONTROLLED_WITHIN;
        while Instant::now() < deadline {
            if self.api::<ServiceAccount>().get_opt("default").await.is_ok_and(|found| found.is_some()) {
                return true;
            }
            sleep(LOOK_AGAIN).await;
        }
        false
    }

    pub(crate) async fn make(&self, pod: &str, set: &str) {
        let set = serde_json::to_value(self.api::<StatefulSet>().get(set).await.unwrap()).unwrap();
        self.create::<Pod>(Layout::pod(pod, &set)).await;
    }

    pub(crate) async fn set_status(&self, pod: &str, unready: &[&str], waits: Option<&str>) {
        let pods = self.api::<Pod>();
        let found = pods.get(pod).await.unwrap();
        let place = self.layout.all_pods().iter().position(|(name, ..)| name == pod).unwrap_or_default();
        let status = match waits {
            Some("Unschedulable") => layout::unscheduled(),
            waits => layout::status(&found, &format!("10.244.0.{}", place + 10), unready, waits),
        };
        pods.patch_status(pod, &PatchParams::default(), &Patch::Merge(status)).await.unwrap();
    }

    /// Where nobody else does, the suite has the Service lead where it has to.
    pub(crate) async fn lead_on(&self) {
        let endpoints = self.api::<Endpoints>();
        if self.controlled || endpoints.get_opt(self.layout.service).await.unwrap().is_none() {
            return;
        }
        // Of a simulated cluster the suite loses its rights together with the bot.
        let Ok(all) = self.api::<Pod>().list(&ListParams::default()).await else { return };
        let (bbs, active) = (self.layout.bbs(), self.layout.active(Some(true)));
        let active: (&String, &Value) = active.as_object().unwrap().iter().next().unwrap();
        let leads = |pod: &Pod| {
            let label = pod.metadata.labels.as_ref().and_then(|labels| labels.get(active.0));
            let selected = !self.layout.selects_active || label.is_some_and(|label| active.1 == label);
            let is_bbs = bbs.contains(pod.metadata.name.as_ref().unwrap());
            self.selects && selected && is_bbs && is_ready(pod) && pod.metadata.deletion_timestamp.is_none()
        };
        let ready: Vec<Pod> = all.items.into_iter().filter(leads).collect();
        self.patch::<Endpoints>(self.layout.service, self.layout.endpoints(&ready)).await;
    }
}

pub(crate) fn is_ready(pod: &Pod) -> bool {
    let Some(status) = &pod.status else { return false };
    let containers = status.container_statuses.as_deref().unwrap_or_default();
    status.phase.as_deref() == Some("Running") && !containers.is_empty() && containers.iter().all(|one| one.ready)
}

/// How a pod is, for whom it does not come as it should.
pub(crate) fn how(pod: Option<&Pod>) -> String {
    let Some(pod) = pod else { return "it is not there".to_owned() };
    let status = pod.status.clone().unwrap_or_default();
    let waiting = status.container_statuses.iter().flatten().filter_map(|one| one.state.clone()?.waiting?.reason);
    let conditions = status.conditions.iter().flatten().filter(|one| one.status != "True");
    let conditions = conditions.filter_map(|one| Some(format!("{}: {}", one.type_, one.message.as_ref()?)));
    let why: Vec<String> = waiting.chain(conditions).collect();
    format!("{} ({})", status.phase.unwrap_or_default(), why.join("; "))
}

/// Plays on a stage, and takes it away whatever comes of that.
pub(crate) async fn on<T>(mut stage: Stage<'_>, play: impl AsyncFnOnce(&mut Stage<'_>) -> T) -> std::thread::Result<T> {
    let played = std::panic::AssertUnwindSafe(play(&mut stage)).catch_unwind().await;
    stage.clear().await;
    played
}
