//! Deleting one pod: at most one request, which Kubernetes carries out only on the very pod that was observed.
//!
//! The UID keeps a recreated pod of the same name safe, the resource version one that has changed since, such as by becoming
//! the leader. They also cover the moment between the last look at the clock and the request's arrival, which opening a connection
//! may stretch by [`Timeouts::connect`]. The grace period is the pod's own and nothing is forced, since a pod that is killed loses its lock unreleased.

use k8s_openapi::api::core::v1::Pod;
use kube::api::{DeleteParams, Preconditions};
use kube::{Api, Client};
use tokio::time::{Instant, timeout};
use tracing::{Instrument as _, info_span};

use super::client::Timeouts;
use super::error::{describe, never_sent};
use crate::incident::environment::{Environment, Topology};
use crate::incident::observation::Part;
use crate::incident::phrase::{Phrase, Statement};
use crate::incident::transition::DeleteResult;
use crate::metrics;

/// Which pod to delete, as it was observed, and until when.
pub(super) struct DeleteRequest<'a> {
    /// Its name.
    pub(super) pod: &'a str,
    /// Its UID.
    pub(super) uid: &'a str,
    /// Its resource version.
    pub(super) resource_version: &'a str,
    /// When the observation behind it is too old to act on.
    pub(super) not_after: Instant,
    /// Which pods play which part.
    pub(super) topology: &'a Topology,
}

impl DeleteRequest<'_> {
    pub(super) async fn send(&self, client: &Client, environment: &Environment, timeouts: &Timeouts) -> DeleteResult {
        if let Err(why) = self.check(environment) {
            return DeleteResult::Refused(why);
        }
        let api: Api<Pod> = Api::namespaced(client.clone(), &environment.namespace);
        let preconditions =
            Preconditions { uid: Some(self.uid.to_owned()), resource_version: Some(self.resource_version.to_owned()) };
        let params = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        let span = info_span!("kubernetes", call = "delete pod", pod = self.pod, uid = self.uid);
        let sent = async {
            if Instant::now() > self.not_after {
                return None;
            }
            Some(timeout(timeouts.delete, api.delete(self.pod, &params)).await)
        };
        let began = Instant::now();
        let sent = sent.instrument(span).await;
        if let Some(answer) = &sent {
            metrics::called("kubernetes", "delete pod", matches!(answer, Ok(Ok(_))), began.elapsed());
        }
        match sent {
            None => DeleteResult::Refused(Phrase::new("unsent-too-old").into()),
            Some(Ok(Ok(_))) => DeleteResult::Accepted,
            Some(Ok(Err(error))) => outcome(&error),
            Some(Err(_)) => {
                let seconds = timeouts.delete.as_secs().to_string();
                DeleteResult::Unclear(Phrase::new("unseen-no-answer").with("seconds", seconds).into())
            }
        }
    }

    /// Only pods that a restart may delete, and never without both preconditions.
    fn check(&self, environment: &Environment) -> Result<(), Statement> {
        let Self { pod, uid, resource_version, .. } = self;
        match super::list::role(self.topology, pod) {
            Some((Part::Bbs | Part::Locket, _)) if uid.is_empty() || resource_version.is_empty() => {
                Err(Phrase::new("unsent-unknown").with("pod", *pod).into())
            }
            Some((Part::Bbs | Part::Locket, _)) => Ok(()),
            _ => {
                let phrase = Phrase::new("unsent-no-part").with("pod", *pod);
                Err(phrase.with("environment", &environment.name).into())
            }
        }
    }
}

/// What an error says about the pod.
fn outcome(error: &kube::Error) -> DeleteResult {
    match error {
        // A 404 that is not from Kubernetes itself says nothing about the pod.
        kube::Error::Api(status) if status.code == 404 && status.reason == "NotFound" => DeleteResult::Missing,
        kube::Error::Api(status) if status.code == 404 || status.code == 408 => DeleteResult::Unclear(describe(error)),
        kube::Error::Api(status) if (400..500).contains(&status.code) => DeleteResult::Refused(describe(error)),
        error if never_sent(error) => {
            DeleteResult::Refused(Phrase::new("unsent-because").with("why", describe(error)).into())
        }
        error => DeleteResult::Unclear(describe(error)),
    }
}

#[cfg(test)]
mod tests {
    use kube::core::Status;

    use super::*;

    fn recorded(body: &str) -> DeleteResult {
        outcome(&kube::Error::Api(serde_json::from_str::<Status>(body).unwrap().boxed()))
    }

    #[test]
    fn recorded_answers() {
        for body in [
            include_str!("../../tests/data/kubernetes/delete-wrong-uid.json"),
            include_str!("../../tests/data/kubernetes/delete-stale-uid.json"),
            include_str!("../../tests/data/kubernetes/delete-stale-resource-version.json"),
            include_str!("../../tests/data/kubernetes/forbidden.json"),
            include_str!("../../tests/data/kubernetes/unauthorized.json"),
        ] {
            assert!(matches!(recorded(body), DeleteResult::Refused(_)), "{body}");
        }
        assert_eq!(recorded(include_str!("../../tests/data/kubernetes/delete-missing.json")), DeleteResult::Missing);
    }

    #[test]
    fn what_kubernetes_did_not_say_itself_is_unclear() {
        for code in [404, 408, 500, 502, 503, 504] {
            let status = Status::failure("page not found", "Failed to parse error data").with_code(code);
            assert!(matches!(outcome(&kube::Error::Api(status.boxed())), DeleteResult::Unclear(_)), "{code}");
        }
    }

    #[test]
    fn only_pods_of_a_restart_and_never_without_preconditions() {
        let topology = Topology::preset("cfee-1").unwrap();
        let environment = Environment {
            name: "prod".into(),
            context: None,
            namespace: "cf".into(),
            topology: topology.clone(),
            discover: None,
            database: None,
        };
        let allowed = |pod, uid, resource_version| {
            let request = DeleteRequest { pod, uid, resource_version, not_after: Instant::now(), topology: &topology };
            request.check(&environment).is_ok()
        };
        assert!(allowed("diego-api-0", "u", "1"));
        assert!(allowed("diego-locket-1", "u", "1"));
        for pod in ["api-0", "diego-api", "diego-api-0/eviction", "../secrets/x", "", "diego-api-set-0"] {
            assert!(!allowed(pod, "u", "1"), "{pod}");
        }
        assert!(!allowed("diego-api-0", "", "1"));
        assert!(!allowed("diego-api-0", "u", ""));
    }
}
