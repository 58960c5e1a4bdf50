//! Paging people past the chat: PagerDuty's Events API, version 2, and a webhook of one's own.
//!
//! A page is known by its key, so that it is safe to send again: PagerDuty adds nothing to one that is open, and a webhook is told the
//! same key.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::time::timeout;

use crate::chat::ChatError;
use crate::chat::http::{Connector, DEADLINE, PAUSE, connector, root};
use crate::incident::phrase::{Phrase, Statement};
use crate::metrics;

/// PagerDuty's own address: <https://developer.pagerduty.com/docs/send-alert-event>.
pub const EVENTS_API: &str = "https://events.pagerduty.com/v2/enqueue";
/// The header with the key of a page, for webhooks.
pub const KEY: &str = "idempotency-key";
/// The header with the signature of a webhook's body, as GitHub's webhooks have it.
pub const SIGNATURE: &str = "x-hub-signature-256";
/// The longest key that PagerDuty takes, and the longest summary.
const MAX_KEY: usize = 255;
const MAX_SUMMARY: usize = 1024;
/// How much of an answer is read.
const MAX_ANSWER: usize = 64 * 1024;

/// How people are paged.
#[derive(Clone, Debug)]
pub enum Settings {
    /// By PagerDuty.
    PagerDuty {
        /// The integration's key.
        routing_key: SecretString,
        /// What stands for [`EVENTS_API`].
        url: String,
    },
    /// By a webhook of one's own.
    Webhook {
        /// Its address, which may hold a secret.
        url: SecretString,
        /// What its body is signed with.
        secret: Option<SecretString>,
    },
}

/// What pages people, by name.
#[derive(Clone, Debug, Default)]
pub struct Pagers(pub BTreeMap<String, Settings>);

/// What a page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// What it is known by.
    pub key: &'a str,
    /// In one line.
    pub summary: &'a str,
    /// The environment.
    pub environment: &'a str,
    /// The incident's number.
    pub incident: i64,
    /// Where to look: the card.
    pub link: Option<&'a str>,
    /// Whether it is over.
    pub is_over: bool,
    /// Whether it is a drill: people are paged as if it were none, and read that it is.
    pub drill: bool,
}

impl Pagers {
    /// Pages people, or takes that back. Sent again under the same key, it is the same page.
    ///
    /// # Errors
    ///
    /// [`ChatError::Fatal`] where it is refused for good, as when its key is wrong.
    #[tracing::instrument(name = "page", skip_all, fields(call))]
    pub async fn send(&self, name: &str, page: &Page<'_>) -> Result<(), ChatError> {
        let call = if page.is_over { "resolve" } else { "trigger" };
        tracing::Span::current().record("call", call);
        let settings =
            self.0.get(name).ok_or_else(|| ChatError::fatal(Phrase::new("failed-no-pager").with("name", name)))?;
        let (url, body) = match settings {
            Settings::PagerDuty { routing_key, url } => (url.as_str(), events_api(routing_key, page)),
            Settings::Webhook { url, .. } => (url.expose_secret(), plain(page)),
        };
        let body = body.to_string();
        let mut request = Request::post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("stagerbot/", env!("CARGO_PKG_VERSION")));
        if let Settings::Webhook { secret, .. } = settings {
            request = request.header(KEY, format!("{}/{call}", page.key));
            if let Some(secret) = secret {
                request = request.header(SIGNATURE, signature(secret, body.as_bytes()));
            }
        }
        // The address may hold a secret, and is not told.
        let request = request
            .body(Body::from(body))
            .map_err(|_| ChatError::fatal(Phrase::new("failed-pager-address").with("name", name)))?;
        let answer = async {
            let answer = timeout(DEADLINE, sent(name, request)).await;
            answer.unwrap_or_else(|_| {
                let phrase = Phrase::new("failed-pager-late").with("name", name);
                Err(ChatError::passing(phrase.with("seconds", DEADLINE.as_secs().to_string())))
            })
        };
        let answer = metrics::timed("page", call, answer).await?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            429 => Err(ChatError::RateLimited(pause(&answer))),
            status @ 400..=499 if status != 408 => {
                let phrase = Phrase::new("failed-pager-refused").with("name", name).with("code", status.to_string());
                Err(ChatError::fatal(phrase.with("text", why(answer.body()))))
            }
            status => {
                let phrase = Phrase::new("failed-pager-status").with("name", name);
                Err(ChatError::passing(phrase.with("code", status.to_string())))
            }
        }
    }
}

async fn sent(name: &str, request: Request<Body>) -> Result<Response<Vec<u8>>, ChatError> {
    let lost =
        |why: Statement| ChatError::passing(Phrase::new("failed-pager-lost").with("name", name).with("why", why));
    let client: legacy::Client<Connector, Body> = legacy::Client::builder(TokioExecutor::new()).build(connector()?);
    let answer = client.request(request).await.map_err(|error| lost(root(&error)))?;
    let (head, body) = answer.into_parts();
    let body = to_bytes(Body::new(body), MAX_ANSWER).await.map_err(|error| lost(root(&error)))?;
    Ok(Response::from_parts(head, body.to_vec()))
}

/// The event as PagerDuty wants it. What takes a page back needs no payload.
fn events_api(routing_key: &SecretString, page: &Page<'_>) -> Value {
    let key: String = page.key.chars().take(MAX_KEY).collect();
    let mut event = json!({
        "routing_key": routing_key.expose_secret(),
        "event_action": if page.is_over { "resolve" } else { "trigger" },
        "dedup_key": key,
    });
    if !page.is_over {
        event["client"] = json!("stagerbot");
        event["payload"] = json!({
            "summary": page.summary.chars().take(MAX_SUMMARY).collect::<String>(),
            "source": page.environment,
            "severity": "critical",
            "component": "diego-bbs",
            "custom_details": {"incident": page.incident, "environment": page.environment, "drill": page.drill},
        });
        if let Some(link) = page.link {
            event["links"] = json!([{"href": link, "text": "card"}]);
        }
    }
    event
}

/// The same for a webhook of one's own.
fn plain(page: &Page<'_>) -> Value {
    json!({
        "version": 1,
        "action": if page.is_over { "resolve" } else { "trigger" },
        "key": page.key,
        "summary": page.summary,
        "environment": page.environment,
        "incident": page.incident,
        "link": page.link,
        "drill": page.drill,
    })
}

fn signature(secret: &SecretString, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes any key");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn pause(answer: &Response<Vec<u8>>) -> Duration {
    let named = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    named.map_or(PAUSE, Duration::from_secs)
}

/// What an answer says is wrong, in one short line.
fn why(body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let errors = answer["errors"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let all: Vec<&str> = answer["message"].as_str().into_iter().chain(errors).collect();
    let text = if all.is_empty() { "without a reason".to_owned() } else { all.join("; ") };
    crate::sanitize::clean(&text).chars().take(200).collect()
}
