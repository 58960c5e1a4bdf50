//! Calls to Discord's API: each has a deadline and a span, none says anything secret, and none is repeated here.
//!
//! serenity's own client is not used for them. With its rate limiter it ignores any other address than Discord's own, so
//! that no test could ever reach it, and repeats a refused call without bound; without the limiter it drops what Discord
//! says about how long to wait; and either way it waits for answers for ever. Here a 429 is an error that names the
//! pause, which the callers keep: they hold a queue a channel, and an answer's own retries.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, Response, header};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::sleep;

use super::form::Form;
use crate::chat::ChatError;
use crate::chat::http::{self, Connector, DEADLINE, PAUSE, base, connector, root, within};
use crate::incident::phrase::Phrase;
use crate::metrics;

/// How long a call may take that is the first response to an interaction, which Discord wants within 3 s: one is for the inbox.
const AT_ONCE: Duration = Duration::from_secs(2);
/// A pause up to this is kept here; a longer one is the caller's.
const SHORT: Duration = Duration::from_secs(1);
/// The largest answer that is read.
const ANSWER: usize = 1024 * 1024;

/// Discord's API.
pub(super) struct Client {
    http: legacy::Client<Connector, Body>,
    base: String,
    token: SecretString,
    /// Until when nothing is asked, by what Discord counts: the method and the first two parts of the path.
    paused: Mutex<HashMap<String, Instant>>,
}

/// Why a call came to nothing.
pub(super) type CallError = http::CallError<Refusal>;

/// Discord's no. <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    #[serde(skip)]
    pub(super) status: u16,
    #[serde(default)]
    pub(super) code: u64,
    #[serde(default)]
    message: String,
    /// What is wrong where.
    #[serde(default)]
    errors: Value,
}

/// Discord's answer to who asks too often.
#[derive(Deserialize)]
struct Wait {
    retry_after: Option<f64>,
    #[serde(default)]
    code: u64,
    #[serde(default)]
    global: bool,
}

/// What a request carries.
enum Content {
    Nothing,
    Json(String),
    Form(Form),
}

impl Content {
    fn of(body: Option<&Value>) -> Self {
        body.map_or(Self::Nothing, |body| Self::Json(body.to_string()))
    }
}

/// What everything is counted by together.
const GLOBAL: &str = "";

impl Client {
    /// A client of the API at this address; nothing is called yet.
    pub(super) fn new(api_url: &str, token: &SecretString) -> Result<Self, ChatError> {
        let (base, connector) = (base("Discord", api_url)?, connector()?);
        Ok(Self {
            http: legacy::Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector),
            base,
            token: token.clone(),
            paused: Mutex::default(),
        })
    }

    /// Calls with the bot's token.
    #[tracing::instrument(name = "discord", skip_all, fields(call))]
    pub(super) async fn call(
        &self,
        call: &'static str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        tracing::Span::current().record("call", call);
        let counted = self.turn(&method, path).await?;
        let body = Content::of(body);
        metrics::timed("discord", call, self.send(call, DEADLINE, method, path, body, Some(&counted))).await
    }

    /// Posts a form with the bot's token.
    #[tracing::instrument(name = "discord", skip_all, fields(call))]
    pub(super) async fn send_form(&self, call: &'static str, path: &str, form: Form) -> Result<Value, CallError> {
        tracing::Span::current().record("call", call);
        let counted = self.turn(&Method::POST, path).await?;
        let body = Content::Form(form);
        metrics::timed("discord", call, self.send(call, DEADLINE, Method::POST, path, body, Some(&counted))).await
    }

    /// Waits until Discord may be asked this; by what it counts that.
    async fn turn(&self, method: &Method, path: &str) -> Result<String, CallError> {
        let counted: Vec<&str> = path.split('/').skip(1).take(2).collect();
        let counted = format!("{method} {}", counted.join("/"));
        for key in [GLOBAL, &counted] {
            match self.pause_left(key) {
                Some(pause) if pause > SHORT => return Err(CallError::RateLimited(pause)),
                Some(pause) => sleep(pause).await,
                None => {}
            }
        }
        Ok(counted)
    }

    /// Calls by an interaction's token, which stands in the path. Limits are the interaction's own.
    #[tracing::instrument(name = "discord", skip_all, fields(call))]
    pub(super) async fn by_token(
        &self,
        call: &'static str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        tracing::Span::current().record("call", call);
        let deadline = if call == "create_response" { AT_ONCE } else { DEADLINE };
        metrics::timed("discord", call, self.send(call, deadline, method, path, Content::of(body), None)).await
    }

    async fn send(
        &self,
        call: &str,
        deadline: Duration,
        method: Method,
        path: &str,
        body: Content,
        counted: Option<&str>,
    ) -> Result<Value, CallError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/api/v10{path}", self.base))
            .header(header::USER_AGENT, serenity::constants::USER_AGENT);
        if counted.is_some() {
            request = request.header(header::AUTHORIZATION, format!("Bot {}", self.token.expose_secret()));
        }
        let request = match body {
            Content::Json(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)),
            Content::Form(form) => request.header(header::CONTENT_TYPE, form.content_type).body(Body::from(form.body)),
            Content::Nothing => request.header(header::CONTENT_LENGTH, 0).body(Body::empty()),
        };
        // Not told: a header or a path that can't be sent holds a token.
        let request = request.map_err(|_| CallError::lost(call, Phrase::new("way-request")))?;
        let answer = async {
            let answer = self.http.request(request).await.map_err(|error| CallError::lost(call, root(&error)))?;
            let (head, body) = answer.into_parts();
            let body = to_bytes(Body::new(body), ANSWER).await.map_err(|error| CallError::lost(call, root(&error)))?;
            Ok(Response::from_parts(head, body))
        };
        let answer = within(deadline, call, answer).await?;
        let status = answer.status().as_u16();
        let wait: Option<Wait> = if status == 429 { serde_json::from_slice(answer.body()).ok() } else { None };
        // A message that is older than an hour has a limit of its own, beside those of the channel.
        let of_message = wait.as_ref().is_some_and(|wait| wait.code == codes::OLD_MESSAGE);
        if let Some(counted) = counted
            && !of_message
            && let Some(pause) = exhausted(answer.headers())
        {
            self.start_pause(counted, pause);
        }
        match status {
            200..=299 if answer.body().is_empty() => Ok(Value::Null),
            200..=299 => serde_json::from_slice(answer.body()).map_err(|_| CallError::unreadable(call)),
            429 => {
                let named = wait
                    .as_ref()
                    .and_then(|wait| wait.retry_after)
                    .or_else(|| seconds(answer.headers(), header::RETRY_AFTER.as_str()));
                let pause = named.and_then(|named| Duration::try_from_secs_f64(named).ok()).unwrap_or(PAUSE);
                if of_message {
                    return Err(CallError::Slowed(pause));
                }
                if wait.is_some_and(|wait| wait.global) {
                    self.start_pause(GLOBAL, pause);
                } else if let Some(counted) = counted {
                    self.start_pause(counted, pause);
                }
                Err(CallError::RateLimited(pause))
            }
            _ => match serde_json::from_slice::<Refusal>(answer.body()) {
                Ok(refusal) if status < 500 => Err(CallError::Refused(Refusal { status, ..refusal })),
                _ => Err(CallError::Status(status)),
            },
        }
    }

    /// For how long nothing is to be asked.
    fn pause_left(&self, key: &str) -> Option<Duration> {
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = paused.get(key).map(|until| until.saturating_duration_since(Instant::now()))?;
        if pause.is_zero() {
            paused.remove(key);
        }
        Some(pause).filter(|pause| !pause.is_zero())
    }

    fn start_pause(&self, key: &str, pause: Duration) {
        let until = Instant::now() + pause;
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let known = paused.entry(key.to_owned()).or_insert(until);
        *known = until.max(*known);
    }
}

/// How long the limit that an answer tells of is used up.
fn exhausted(headers: &HeaderMap) -> Option<Duration> {
    let left = headers.get("x-ratelimit-remaining")?.to_str().ok()?;
    if left != "0" {
        return None;
    }
    Duration::try_from_secs_f64(seconds(headers, "x-ratelimit-reset-after")?).ok()
}

fn seconds(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

impl CallError {
    /// Discord's code where it said no.
    pub(super) fn code(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }
}

/// Discord's codes: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes>.
pub(super) mod codes {
    pub(in super::super) const UNKNOWN_CHANNEL: u64 = 10003;
    pub(in super::super) const UNKNOWN_MEMBER: u64 = 10007;
    pub(in super::super) const UNKNOWN_USER: u64 = 10013;
    pub(in super::super) const UNKNOWN_MESSAGE: u64 = 10008;
    pub(in super::super) const UNKNOWN_WEBHOOK: u64 = 10015;
    pub(in super::super) const UNKNOWN_INTERACTION: u64 = 10062;
    pub(in super::super) const OLD_MESSAGE: u64 = 30046;
    pub(in super::super) const ALREADY_ACKNOWLEDGED: u64 = 40060;
    pub(in super::super) const TOO_LARGE: u64 = 40005;
    pub(in super::super) const MISSING_ACCESS: u64 = 50001;
    pub(in super::super) const NOT_OURS: u64 = 50005;
    pub(in super::super) const EMPTY_MESSAGE: u64 = 50006;
    pub(in super::super) const NO_TEXT_CHANNEL: u64 = 50008;
    pub(in super::super) const WRONG_CHANNEL: u64 = 50024;
    pub(in super::super) const CANNOT_MESSAGE: u64 = 50007;
    pub(in super::super) const MISSING_PERMISSIONS: u64 = 50013;
    pub(in super::super) const INVALID_TOKEN: u64 = 50027;
    pub(in super::super) const INVALID_FORM: u64 = 50035;
    pub(in super::super) const THREAD_ARCHIVED: u64 = 50083;
    pub(in super::super) const THREAD_EXISTS: u64 = 160_004;
    pub(in super::super) const THREAD_LOCKED: u64 = 160_005;
    pub(in super::super) const TOO_MANY_THREADS: u64 = 160_006;
    pub(in super::super) const BLOCKED: u64 = 200_000;
    pub(in super::super) const TITLE_BLOCKED: u64 = 200_001;
    pub(in super::super) const LINK_BLOCKED: u64 = 240_000;
    /// What may be taken a little later: no code at all, slow mode and limits of writing, what is switched off for a while, and
    /// limits and troubles of Discord's own. Any other no of a channel lasts until somebody changes something.
    pub(in super::super) const PASSING: [u64; 10] =
        [0, 20016, 20028, 20029, 40004, 40006, 40062, 40333, 110_000, 130_000];
}

impl http::Refusal for Refusal {
    const PLATFORM: &'static str = "Discord";

    fn about(self, call: &str, channel: &str) -> ChatError {
        let code = self.code;
        match code {
            _ if self.status == 401 && code != codes::INVALID_TOKEN => {
                ChatError::fatal(Phrase::new("failed-discord-token"))
            }
            codes::UNKNOWN_MESSAGE | codes::NOT_OURS => {
                ChatError::Gone(format!("the message in Discord's channel {channel}"))
            }
            codes::THREAD_ARCHIVED | codes::THREAD_LOCKED => ChatError::Gone(format!(
                "the way into the thread, which somebody locked, in Discord's channel {channel}"
            )),
            codes::UNKNOWN_CHANNEL => {
                ChatError::closed(Phrase::new("closed-discord-no-channel").with("channel", channel))
            }
            codes::MISSING_ACCESS if channel.is_empty() => {
                ChatError::fatal(Phrase::new("failed-discord-not-there").with("call", call))
            }
            codes::NO_TEXT_CHANNEL => ChatError::closed(Phrase::new("closed-discord-no-text").with("channel", channel)),
            codes::WRONG_CHANNEL if !channel.is_empty() => {
                ChatError::closed(Phrase::new("closed-discord-no-text").with("channel", channel))
            }
            codes::TOO_MANY_THREADS => {
                ChatError::closed(Phrase::new("closed-discord-threads").with("channel", channel))
            }
            codes::MISSING_ACCESS => ChatError::closed(Phrase::new("closed-discord-not-seen").with("channel", channel)),
            codes::MISSING_PERMISSIONS if channel.is_empty() => {
                ChatError::fatal(Phrase::new("failed-discord-may-not").with("call", call))
            }
            codes::MISSING_PERMISSIONS => ChatError::closed(
                Phrase::new("closed-discord-may-not")
                    .with("call", call)
                    .with("needed", NEEDED)
                    .with("channel", channel),
            ),
            codes::INVALID_FORM
            | codes::TOO_LARGE
            | codes::EMPTY_MESSAGE
            | codes::BLOCKED
            | codes::TITLE_BLOCKED
            | codes::LINK_BLOCKED => {
                let mut details = Vec::new();
                messages(&self.errors, &mut details);
                if details.is_empty() {
                    details.push(self.message);
                }
                let why = details.join("; ");
                ChatError::Unfit(Phrase::new("failed-discord-unfit").with("call", call).with("why", why).into())
            }
            _ if channel.is_empty() || codes::PASSING.contains(&code) => {
                let phrase = Phrase::new("failed-discord-refused").with("call", call).with("why", self.message);
                ChatError::passing(phrase.with("code", code.to_string()))
            }
            _ => {
                let why = Phrase::new("closed-discord-refused").with("call", call).with("why", self.message);
                ChatError::closed(why.with("code", code.to_string()).with("channel", channel))
            }
        }
    }
}

/// What a bot needs in a channel, by Discord's own names.
const NEEDED: &str =
    "Send Messages, Send Messages in Threads, Create Public Threads, Embed Links, Read Message History";

/// The sentences in a tree of errors.
fn messages(errors: &Value, found: &mut Vec<String>) {
    match errors {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "message" => found.push(text.clone()),
                    value => messages(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| messages(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::http::Refusal as _;

    fn about(call: &str, channel: &str, code: u64) -> ChatError {
        let message = "That is refused".to_owned();
        Refusal { status: 400, code, message, errors: Value::Null }.about(call, channel)
    }

    #[test]
    fn what_discord_refuses_lasts_unless_it_is_known_to_pass() {
        for (call, code, says) in [
            ("start_thread", codes::TOO_MANY_THREADS, "as many open threads as it may have"),
            ("create_message", codes::WRONG_CHANNEL, "can't hold a card"),
            ("create_message", 99_999, "That is refused (99999)"),
        ] {
            let error = about(call, "1", code);
            assert!(matches!(&error, ChatError::Closed(_)) && error.to_string().contains(says), "{error:?}");
        }
        assert!(matches!(about("get_me", "", 99_999), ChatError::Passing(_)));
        for code in codes::PASSING {
            assert!(matches!(about("create_message", "1", code), ChatError::Passing(_)), "{code}");
        }
        for code in [codes::INVALID_FORM, codes::EMPTY_MESSAGE, codes::BLOCKED] {
            let error = about("create_message", "1", code);
            assert!(matches!(&error, ChatError::Unfit(_)), "{error:?}");
            assert!(error.to_string().ends_with("says: That is refused"), "{error:?}");
        }
        assert!(matches!(about("edit_message", "1", codes::NOT_OURS), ChatError::Gone(_)));
    }
}
