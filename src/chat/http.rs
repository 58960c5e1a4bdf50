//! Calls to a platform over HTTP: over what they go, how long they may take, and what it means when one comes to nothing.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use jiff::SignedDuration;
use rustls::crypto::ring;
use tokio::time::timeout;
use url::{Host, Url};

use crate::causes::causes;
use crate::chat::ChatError;
use crate::chat::way::{Ways, told};
use crate::clock;
use crate::incident::phrase::{Phrase, Statement};
use crate::words::Words;

/// How long a call may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);
/// The pause where the platform wants one and does not say how long.
pub(crate) const PAUSE: Duration = Duration::from_secs(5);

/// Connections to a platform.
pub(crate) type Connector = HttpsConnector<Ways>;

/// Connections, encrypted where the address says so: [`base`] has made sure of that.
pub(crate) fn connector() -> Result<Connector, ChatError> {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(ring::default_provider())
        .map_err(|error| ChatError::fatal(format!("no certificate authorities are installed here: {error}")))?;
    Ok(connector.https_or_http().enable_http1().wrap_connector(Ways { connect: DEADLINE }))
}

/// The address of a platform's API, without a slash at its end; refused where somebody could listen in on the way.
pub(crate) fn base(platform: &str, address: &str) -> Result<String, ChatError> {
    let url: Url = address
        .parse()
        .map_err(|error| ChatError::fatal(format!("the address of {platform}'s API can't be read: {error}")))?;
    if is_private(&url) {
        Ok(address.trim_end_matches('/').to_owned())
    } else {
        Err(ChatError::fatal(format!("the address of {platform}'s API has to be https, or on loopback")))
    }
}

/// How far the clock of whoever answers at an address is ahead of this machine's; an error where nobody does, or the answer has no date.
pub(crate) async fn ahead(address: &str) -> Result<SignedDuration, String> {
    let request = Request::get(address).body(Body::empty()).map_err(|_| "its address can't be read".to_owned())?;
    let client = legacy::Client::builder(TokioExecutor::new()).build(connector().map_err(|error| causes(&error))?);
    let answer = timeout(DEADLINE, client.request(request)).await;
    let answer = answer
        .map_err(|_| format!("no answer within {} s", DEADLINE.as_secs()))?
        .map_err(|error| Words::of(None).state(&root(&error)))?;
    let date = answer.headers().get(header::DATE).and_then(|date| date.to_str().ok());
    date.and_then(clock::ahead).ok_or_else(|| "its answer has no date".to_owned())
}

/// Whether nobody can listen in on the way.
pub(crate) fn is_private(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "wss")
        || match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(domain)) => domain == "localhost",
            None => false,
        }
}

/// A platform's no.
pub(crate) trait Refusal: fmt::Debug {
    /// The platform's name in sentences.
    const PLATFORM: &'static str;

    /// What it means to the caller. `channel` may be empty.
    fn about(self, call: &str, channel: &str) -> ChatError;
}

/// Why a call came to nothing.
#[derive(Debug)]
pub(crate) enum CallError<R> {
    /// The platform said no.
    Refused(R),
    /// The platform wants a pause.
    RateLimited(Duration),
    /// The platform wants a pause before one message is changed again.
    Slowed(Duration),
    /// The platform, or what stands before it, answered with this HTTP status.
    Status(u16),
    /// No answer, or none that can be read.
    Lost(Statement),
}

impl<R: Refusal> CallError<R> {
    /// The call could not be made, or broke off.
    pub(crate) fn lost(call: &str, why: impl Into<Statement>) -> Self {
        let phrase = Phrase::new("failed-unasked").with("platform", R::PLATFORM).with("call", call);
        Self::Lost(phrase.with("why", why.into()).into())
    }

    /// The answer is not what it should be.
    pub(crate) fn unreadable(call: &str) -> Self {
        Self::Lost(Phrase::new("failed-unreadable").with("platform", R::PLATFORM).with("call", call).into())
    }

    /// What it means to the caller. `channel` may be empty.
    pub(crate) fn about(self, call: &str, channel: &str) -> ChatError {
        match self {
            Self::RateLimited(pause) => ChatError::RateLimited(pause),
            Self::Slowed(pause) => ChatError::Slowed(pause),
            Self::Status(status) => {
                let phrase = Phrase::new("failed-status").with("platform", R::PLATFORM).with("call", call);
                ChatError::passing(phrase.with("code", status.to_string()))
            }
            Self::Lost(why) => ChatError::Passing(why),
            Self::Refused(refusal) => refusal.about(call, channel),
        }
    }
}

/// Waits for an answer until the deadline.
pub(crate) async fn within<A, R: Refusal>(
    deadline: Duration,
    call: &str,
    answer: impl Future<Output = Result<A, CallError<R>>>,
) -> Result<A, CallError<R>> {
    let late = || {
        let phrase = Phrase::new("failed-late").with("platform", R::PLATFORM).with("call", call);
        CallError::Lost(phrase.with("seconds", deadline.as_secs().to_string()).into())
    };
    timeout(deadline, answer).await.unwrap_or_else(|_| Err(late()))
}

/// What an error goes back to, in a sentence: the messages around it may carry bodies and addresses, and so secrets.
pub(crate) fn root(error: &(dyn Error + 'static)) -> Statement {
    told(error)
}
