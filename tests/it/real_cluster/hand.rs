//! How the steps are taken: by the Kubernetes API alone, and where pods run also by commands in them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Endpoints, Event, Pod, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::api::{AttachParams, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use stagerbot::simulator::kubernetes::fault::Fault;
use tokio::time::{Instant, sleep};

use super::layout::{self, PORT, UNREADY};
use super::stage::{Stage, how, is_ready};
use super::step::{Step, Trouble};
use crate::harness::until;

/// Nothing is young any more that is older.
const YOUNG: SignedDuration = SignedDuration::from_secs(125);
/// How long a network may take to do what a `NetworkPolicy` says.
const ENFORCED_WITHIN: Duration = Duration::from_secs(30);
/// The account of the bot where it is not the suite's own.
const ACCOUNT: &str = "restricted";

impl Stage<'_> {
    /// Does one thing, and waits until the API shows it.
    pub(crate) async fn does(&mut self, step: Step) {
        match step {
            Step::Listens(pod, listens) => self.listens(pod, listens).await,
            Step::Labelled(pod, active) => self.label(pod, active).await,
            Step::Unready(pod, container) => self.unready(pod, container).await,
            Step::Deleted(pod) => self.delete(pod).await,
            Step::Held(pod) => {
                self.patch::<Pod>(pod, json!({"metadata": {"finalizers": ["stagerbot.test/hold"]}})).await;
                self.delete(pod).await;
            }
            Step::Scaled(set, replicas) => self.scale(set, replicas).await,
            Step::Fails(pod, trouble) => self.fails(pod, trouble).await,
            Step::Completed(pod, role) => self.completes(pod, role).await,
            Step::Warned { pod, earlier, reason } => self.warns(pod, earlier, reason).await,
            Step::SelectsNothing => {
                self.selects = false;
                let nobody = json!({"spec": {"selector": {"skiff-role-name": "nobody"}}});
                self.patch::<Service>(self.layout.service, nobody).await;
            }
            Step::ServiceGone => {
                let gone = DeleteParams::default();
                self.api::<Service>().delete(self.layout.service, &gone).await.unwrap();
                if !self.controlled {
                    self.api::<Endpoints>().delete(self.layout.service, &gone).await.unwrap();
                }
            }
            Step::Blocked => {
                let policy = json!({
                    "metadata": {"name": "blocked"},
                    "spec": {"podSelector": {"matchLabels": {"stand-in": "diego-api"}}, "policyTypes": ["Ingress"], "ingress": []},
                });
                self.create::<NetworkPolicy>(policy).await;
                let enforced = self.is_enforced().await;
                self.lacks = (!enforced).then(|| "the cluster enforces no NetworkPolicy".to_owned());
            }
            Step::MayNotExec => {
                self.restrict(Fault::ExecDenied, &["pods", "services", "endpoints", "events"]).await;
            }
            Step::MayNotList => self.restrict(Fault::ReadDenied { resource: "pods".into() }, &["services"]).await,
            Step::Revised(set) => self.revise(set).await,
            Step::Settles => {
                let pods = self.api::<Pod>().list(&ListParams::default()).await.unwrap();
                let newest =
                    pods.items.iter().filter_map(|pod| pod.metadata.creation_timestamp.as_ref()).map(|at| at.0).max();
                let left = newest.unwrap() + YOUNG - Timestamp::now();
                sleep(Duration::try_from(left).unwrap_or_default()).await;
            }
        }
        self.lead_on().await;
    }

    pub(crate) async fn label(&self, pod: &str, active: Option<bool>) {
        self.patch::<Pod>(pod, json!({"metadata": {"labels": self.layout.active(active)}})).await;
    }

    pub(crate) async fn listens(&self, pod: &str, listens: bool) {
        let (_, _, part) = self.layout.all_pods().into_iter().find(|(name, ..)| name == pod).unwrap();
        let works = part.containers.iter().find(|name| **name != "istio-proxy").unwrap();
        let order = if listens { "touch /tmp/listens" } else { "rm -f /tmp/listens" };
        self.runs(pod, works, order).await;
    }

    pub(crate) async fn unready(&self, pod: &str, container: &str) {
        if !self.place.runs {
            return self.set_status(pod, &[container], None).await;
        }
        self.runs(pod, container, &format!("touch {UNREADY}")).await;
        self.comes(pod, |pod| pod.is_some_and(|pod| !is_ready(pod))).await;
    }

    /// Runs a command of a shell in a container.
    async fn runs(&self, pod: &str, container: &str, order: &str) {
        assert!(self.ran(pod, container, order).await, "{order} in {pod}");
    }

    /// The same; whether it ended well.
    async fn ran(&self, pod: &str, container: &str, order: &str) -> bool {
        let parameters = AttachParams::default().container(container).stderr(false);
        let mut process = self.api::<Pod>().exec(pod, ["sh", "-c", order], &parameters).await.unwrap();
        let status = process.take_status().unwrap().await;
        status.and_then(|status| status.status).as_deref() == Some("Success")
    }

    /// Whether a `NetworkPolicy` comes to hold: not every cluster's network does anything for one.
    async fn is_enforced(&self) -> bool {
        let leader = self.api::<Pod>().get("diego-api-0").await.unwrap();
        let ip = leader.status.and_then(|status| status.pod_ip).unwrap();
        let connect = format!("timeout 3 nc -z -w 2 {ip} {PORT} || timeout 3 nc -w 2 {ip} {PORT} -e true");
        let deadline = Instant::now() + ENFORCED_WITHIN;
        while self.ran("api-0", "api", &connect).await {
            if Instant::now() > deadline {
                return false;
            }
            sleep(Duration::from_secs(1)).await;
        }
        true
    }

    /// Waits until a pod is as wanted.
    async fn comes(&self, pod: &str, wanted: impl Fn(Option<&Pod>) -> bool) {
        until(pod, async || match self.api::<Pod>().get_opt(pod).await {
            Ok(found) if wanted(found.as_ref()) => Ok(()),
            Ok(found) => Err(how(found.as_ref())),
            Err(error) => Err(error.to_string()),
        })
        .await;
    }

    /// Waits until a pod is ready.
    pub(crate) async fn comes_up(&self, pod: &str) {
        self.comes(pod, |pod| pod.is_some_and(is_ready)).await;
    }

    async fn delete(&self, pod: &str) {
        let uid = self.uid(pod).await;
        self.api::<Pod>().delete(pod, &DeleteParams::default()).await.unwrap();
        let begun =
            |found: &Pod| found.metadata.deletion_timestamp.is_some() || found.metadata.uid.as_ref() != Some(&uid);
        self.comes(pod, |found| found.is_none_or(begun)).await;
    }

    async fn scale(&self, set: &str, replicas: u32) {
        self.patch::<StatefulSet>(set, json!({"spec": {"replicas": replicas}})).await;
        let of_set = |(pod, of, _): (String, String, &_)| (of == set).then_some(pod);
        let pods: Vec<String> = self.layout.all_pods().into_iter().filter_map(of_set).collect();
        for pod in &pods[replicas as usize..] {
            if !self.controlled {
                self.delete(pod).await;
            }
            self.comes(pod, |found| found.is_none()).await;
        }
    }

    async fn fails(&self, pod: &str, trouble: Trouble) {
        let set = self.layout.all_pods().into_iter().find(|(name, ..)| name == pod).unwrap().1;
        if self.place.runs {
            let found = serde_json::to_value(self.api::<StatefulSet>().get(&set).await.unwrap()).unwrap();
            let mut spec = found["spec"]["template"]["spec"].clone();
            match trouble {
                Trouble::NoNode => spec["nodeSelector"] = json!({"stagerbot.test/nowhere": "true"}),
                Trouble::NoImage => spec["containers"][0]["image"] = json!("localhost:1/stagerbot-test/none:1"),
                Trouble::Ends => spec["containers"][0]["command"] = json!(["sh", "-c", "exit 1"]),
            }
            let strategy = json!({"type": "OnDelete", "rollingUpdate": null});
            self.patch::<StatefulSet>(&set, json!({"spec": {"updateStrategy": strategy, "template": {"spec": spec}}}))
                .await;
        }
        let before = self.uid(pod).await;
        self.delete(pod).await;
        if !self.controlled {
            self.make(pod, &set).await;
        }
        let anew = |found: Option<&Pod>| found.is_some_and(|found| found.metadata.uid.as_ref() != Some(&before));
        self.comes(pod, anew).await;
        if !self.place.runs {
            self.set_status(pod, &[], Some(trouble.reasons()[0])).await;
        }
    }

    async fn completes(&self, pod: &str, role: &str) {
        self.create::<Pod>(layout::completed(pod, role, &self.place.image)).await;
        if !self.place.runs {
            let ended = json!({"terminated": {"exitCode": 0, "reason": "Completed"}});
            let one = json!({"name": role, "image": "stand-in", "imageID": "", "ready": false, "restartCount": 0, "state": ended});
            let status = json!({"status": {"phase": "Succeeded", "containerStatuses": [one]}});
            self.api::<Pod>().patch_status(pod, &PatchParams::default(), &Patch::Merge(status)).await.unwrap();
        }
        let phase = |pod: &Pod| pod.status.as_ref().and_then(|status| status.phase.clone());
        self.comes(pod, |found| found.and_then(phase).as_deref() == Some("Succeeded")).await;
    }

    async fn warns(&self, pod: &str, earlier: bool, reason: &str) {
        let uid = if earlier { "00000000-0000-4000-8000-000000000000".to_owned() } else { self.uid(pod).await };
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let event = json!({
            "metadata": {"name": format!("{pod}.{:08x}", fastrand::u32(..))},
            "involvedObject": {"kind": "Pod", "apiVersion": "v1", "name": pod, "namespace": self.namespace, "uid": uid},
            "type": "Warning", "reason": reason, "message": "reported by the suite", "count": 1,
            "firstTimestamp": now, "lastTimestamp": now, "source": {"component": "stagerbot-test"},
        });
        self.create::<Event>(event).await;
    }

    /// Gives the bot an account that may list these alone; of the simulated cluster everybody's rights are taken.
    async fn restrict(&mut self, fault: Fault, lists: &[&str]) {
        if let Some(simulated) = &self.place.simulated {
            simulated.inject(fault);
            return;
        }
        self.create::<ServiceAccount>(json!({"metadata": {"name": ACCOUNT}})).await;
        let verbs = json!(["get", "list", "watch"]);
        let rules = json!([
            {"apiGroups": [""], "resources": lists, "verbs": verbs},
            {"apiGroups": ["apps"], "resources": ["statefulsets"], "verbs": verbs},
        ]);
        self.create::<Role>(json!({"metadata": {"name": ACCOUNT}, "rules": rules})).await;
        let role = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": ACCOUNT});
        let whom = json!([{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": self.namespace}]);
        self.create::<RoleBinding>(json!({"metadata": {"name": ACCOUNT}, "roleRef": role, "subjects": whom})).await;
        let asked =
            json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": []}});
        let accounts = self.api::<ServiceAccount>();
        let token: Value = accounts.create_subresource("token", ACCOUNT, &PostParams::default(), &asked).await.unwrap();
        self.kubeconfig = self.place.kubeconfig_of(&self.namespace, token["status"]["token"].as_str().unwrap());
    }

    async fn revise(&self, set: &str) {
        if self.controlled {
            let strategy = json!({"type": "OnDelete", "rollingUpdate": null});
            let template = json!({"metadata": {"annotations": {"stagerbot.test/revision": "2"}}});
            self.patch::<StatefulSet>(set, json!({"spec": {"updateStrategy": strategy, "template": template}})).await;
            return;
        }
        let status = json!({"status": {"replicas": 2, "currentRevision": format!("{set}-1"), "updateRevision": format!("{set}-2")}});
        let sets = self.api::<StatefulSet>();
        sets.patch_status(set, &PatchParams::default(), &Patch::Merge(status)).await.unwrap();
    }
}
