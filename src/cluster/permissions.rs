//! What the bot's account may do in a cluster, as the API server itself answers (`SelfSubjectAccessReview`), what that server is, and
//! whether an admission policy stands before execs. Nothing is changed, and no command is run.

use std::time::Duration;

use futures::StreamExt as _;
use http::Request;
use http::header::DATE;
use jiff::SignedDuration;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::Api;
use kube::api::PostParams;
use kube::client::Body;
use tokio::time::{Instant, timeout};
use tracing::{Instrument as _, info_span};

use super::Cluster;
use super::error::{Unseen, describe, obstacle};
use super::exec::{Ending, Execs};
use crate::clock;
use crate::incident::observation::Obstacle;
use crate::incident::phrase::{Phrase, Statement};

/// How many questions are asked at once.
const AT_ONCE: usize = 8;

/// Something that an account may be permitted to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Act {
    /// Such as `list`.
    pub verb: &'static str,
    /// The API group; empty for the core.
    pub group: &'static str,
    /// Such as `pods`, or `pods/exec`.
    pub resource: &'static str,
    /// One object by name; all of them where there is none.
    pub name: Option<String>,
    /// In every namespace, or of what is in none; else in the environment's.
    pub everywhere: bool,
}

impl Act {
    /// In the environment's namespace.
    pub fn here(verb: &'static str, resource: &'static str) -> Self {
        Self { verb, resource, ..Self::default() }
    }

    /// To one object there.
    pub fn to(verb: &'static str, resource: &'static str, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::here(verb, resource) }
    }

    /// In the whole cluster.
    pub fn everywhere(verb: &'static str, resource: &'static str) -> Self {
        Self { everywhere: true, ..Self::here(verb, resource) }
    }

    /// Of this API group.
    #[must_use]
    pub fn of(self, group: &'static str) -> Self {
        Self { group, ..self }
    }

    /// As people say it: `delete pods diego-api-0`.
    pub fn in_words(&self) -> String {
        let name = self.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let everywhere = if self.everywhere { " in the whole cluster" } else { "" };
        match (self.verb, self.resource) {
            ("*", "*") => format!("do everything{everywhere}"),
            (verb, resource) => format!("{verb} {resource}{name}{everywhere}"),
        }
    }

    fn review(&self, namespace: &str) -> SelfSubjectAccessReview {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let (resource, subresource) = self.resource.split_once('/').unwrap_or((self.resource, ""));
        let attributes = ResourceAttributes {
            group: Some(self.group.to_owned()),
            name: self.name.clone(),
            namespace: text(if self.everywhere { "" } else { namespace }),
            resource: text(resource),
            subresource: text(subresource),
            verb: text(self.verb),
            ..ResourceAttributes::default()
        };
        let spec = SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), ..Default::default() };
        SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() }
    }
}

/// What an API server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Such as `v1.32.4`.
    pub version: String,
    /// Its minor version, where that can be read.
    pub minor: Option<u32>,
    /// How far its clock is ahead of this machine's, where it dates its answers.
    pub ahead: Option<SignedDuration>,
}

/// Whether anything limits which commands the bot runs in a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// What is no script of the bot's is refused, in these words.
    Limited(Statement),
    /// Nothing refuses it.
    Open,
    /// It can't be told, and why.
    NotKnown(Statement),
}

/// No container of any release has this name, so that nothing is ever run: the API server asks its policies first, and then finds
/// that there is no such container.
pub const NO_CONTAINER: &str = "stagerbot-doctor-asks";

fn late(limit: Duration) -> Unseen {
    let seconds = limit.as_secs().to_string();
    Unseen { obstacle: Obstacle::Slow, why: Phrase::new("unseen-no-answer").with("seconds", seconds).into() }
}

impl Cluster {
    /// What the API server is, once there are credentials.
    pub async fn server(&self) -> Result<Server, Unseen> {
        let ready = self.0.session.ready().await;
        ready.map_err(|error| Unseen { obstacle: Obstacle::NoCredentials, why: error.0 })?;
        let (client, limit) = (&self.0.client, self.0.timeouts.read);
        let asking = async {
            let version = client.apiserver_version().await?;
            let request = Request::get("/version").body(Body::empty()).map_err(kube::Error::HttpError)?;
            let ahead = client
                .send(request)
                .await
                .ok()
                .and_then(|answer| clock::ahead(answer.headers().get(DATE)?.to_str().ok()?));
            let minor = version.minor.trim_end_matches('+').parse().ok();
            Ok(Server { version: version.git_version, minor, ahead })
        };
        match timeout(limit, asking.instrument(info_span!("kubernetes", call = "version"))).await {
            Ok(Ok(server)) => Ok(server),
            Ok(Err(error)) => Err(Unseen { obstacle: obstacle(&error), why: describe(&error) }),
            Err(_) => Err(late(limit)),
        }
    }

    /// Whether the bot's account may do each of these.
    pub async fn may(&self, acts: &[Act]) -> Result<Vec<bool>, Unseen> {
        let (client, limit) = (&self.0.client, self.0.timeouts.read);
        let api: Api<SelfSubjectAccessReview> = Api::all(client.clone());
        let one = async |act: &Act| {
            let (params, review) = (PostParams::default(), act.review(&self.0.environment.namespace));
            let asked = timeout(limit, api.create(&params, &review));
            match asked.instrument(info_span!("kubernetes", call = "review access")).await {
                Ok(Ok(answer)) => Ok(answer.status.is_some_and(|status| status.allowed)),
                Ok(Err(error)) => Err(Unseen { obstacle: obstacle(&error), why: describe(&error) }),
                Err(_) => Err(late(limit)),
            }
        };
        let answers: Vec<Result<bool, Unseen>> =
            futures::stream::iter(acts.iter().map(one)).buffered(AT_ONCE).collect().await;
        answers.into_iter().collect()
    }

    /// Whether a policy would refuse a command in this pod that is none of the bot's scripts. It is meant for a container that no
    /// pod has.
    pub async fn admission(&self, pod: &str) -> Admission {
        let super::Inner { client, environment, permits, timeouts, .. } = &*self.0;
        let api = Api::namespaced(client.clone(), &environment.namespace);
        let deadline = Instant::now() + timeouts.read;
        let execs = Execs { api, permits: permits.clone(), timeouts: timeouts.clone(), deadline };
        match execs.run(pod, NO_CONTAINER, &["true".to_owned()], timeouts.read, |_| {}).await {
            Ending::Refused(why) => Admission::Limited(why),
            // It got past all policies, to where the container is looked for.
            Ending::Failed(Statement::Text(why)) if why.contains(NO_CONTAINER) => Admission::Open,
            Ending::Exited { .. } => Admission::Open,
            Ending::Denied(why) | Ending::NotCarried(why) | Ending::Failed(why) | Ending::Unknown(why) => {
                Admission::NotKnown(why)
            }
        }
    }
}
