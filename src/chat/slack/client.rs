//! Calls to Slack's Web API: each has a deadline and a span, none says anything secret, and none is repeated here.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use slack_morphism::errors::SlackClientError;
use slack_morphism::prelude::{
    SlackApiToken, SlackApiTokenValue, SlackClient, SlackClientApiCallContext, SlackClientHttpConnector as _,
    SlackClientHyperConnector,
};
use tokio::time::timeout;
use url::Url;

use super::sockets::{self, SocketsClient};
use crate::chat::ChatError;
use crate::chat::http::{self, Connector, DEADLINE, PAUSE, base, connector, is_private, root, within};
use crate::incident::phrase::{Phrase, Statement};
use crate::metrics;

/// The call with which a socket is asked for, and the only one with the app-level token.
pub(super) const OPEN: &str = "apps.connections.open";

/// The Web API.
#[derive(Clone)]
pub(super) struct Client {
    http: Arc<SlackClient<SlackClientHyperConnector<Connector>>>,
    sockets: Arc<SocketsClient>,
    bot: SlackApiToken,
    app: SlackApiToken,
    configuration: Option<SlackApiToken>,
    /// For what the crate does not hand out: an answer's headers.
    plain: legacy::Client<Connector, Body>,
    base: String,
}

/// Why a call came to nothing.
pub(super) type CallError = http::CallError<Refusal>;

/// With what the bot presents itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens<'a> {
    /// The bot's token.
    pub(super) bot: &'a SecretString,
    /// The app-level token; none where there are no sockets, and nothing to be called with it.
    pub(super) app: Option<&'a SecretString>,
    /// The token that may read the app's manifest.
    pub(super) configuration: Option<&'a SecretString>,
}

/// Slack's no.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    /// Its word for why, such as `not_in_channel`.
    #[serde(rename = "error", default)]
    pub(super) code: String,
    /// The scope that is missing.
    #[serde(default)]
    needed: Option<String>,
    #[serde(default)]
    response_metadata: Details,
}

#[derive(Debug, Default, Deserialize)]
struct Details {
    #[serde(default)]
    messages: Vec<String>,
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Socket {
    url: Url,
}

impl Client {
    /// A client of the API at this address; nothing is called yet.
    pub(super) fn new(api_url: &str, tokens: Tokens<'_>) -> Result<Self, ChatError> {
        let (base, connector) = (base("Slack", api_url)?, connector()?);
        let plain = legacy::Client::builder(TokioExecutor::new()).build(connector.clone());
        let connector = SlackClientHyperConnector::with_connector(connector).with_slack_api_url(&base);
        Ok(Self {
            http: Arc::new(SlackClient::new(connector)),
            sockets: sockets::client(plain.clone(), &base),
            bot: token(tokens.bot),
            app: token(tokens.app.unwrap_or(&SecretString::default())),
            configuration: tokens.configuration.map(token),
            plain,
            base,
        })
    }

    /// The crate's own client, for its sockets.
    pub(super) fn sockets(&self) -> &Arc<SocketsClient> {
        &self.sockets
    }

    /// The token for sockets.
    pub(super) fn app_token(&self) -> &SlackApiToken {
        &self.app
    }

    /// The token that may read the app's manifest, and the app's id.
    pub(super) fn configuration(&self) -> Option<(&SlackApiToken, &str)> {
        self.configuration.as_ref().zip(self.app_of_token())
    }

    /// The app's id, which is in the app-level token: `xapp-1-A024BE7LH-…`.
    pub(super) fn app_of_token(&self) -> Option<&str> {
        self.app.token_value.0.split('-').nth(2).filter(|id| id.starts_with('A'))
    }

    /// The scopes that the bot's token has, which Slack names in a header of every answer. `None` where it does not.
    #[tracing::instrument(name = "slack", skip_all, fields(call = "auth.test"))]
    pub(super) async fn scopes(&self) -> Result<Option<Vec<String>>, ChatError> {
        let passing = |why: Statement| CallError::lost("auth.test", why).about("auth.test", "");
        let request = Request::post(format!("{}/auth.test", self.base))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.bot.token_value.0))
            .body(Body::empty())
            .map_err(|error| passing(error.to_string().into()))?;
        let answer =
            timeout(DEADLINE, self.plain.request(request)).await.map_err(|late| passing(late.to_string().into()))?;
        let answer = answer.map_err(|error| passing(root(&error)))?;
        let scopes = answer.headers().get("x-oauth-scopes").and_then(|scopes| scopes.to_str().ok());
        Ok(scopes.map(|scopes| scopes.split(',').map(|scope| scope.trim().to_owned()).collect()))
    }

    /// Calls a method with the bot's token.
    pub(super) async fn call<A: DeserializeOwned + Send>(
        &self,
        method: &'static str,
        body: &Value,
    ) -> Result<A, CallError> {
        self.post(&self.bot, method, body).await
    }

    /// Calls a method that only tells: those take their arguments in the address.
    #[tracing::instrument(name = "slack", skip_all, fields(call = method))]
    pub(super) async fn ask<A: DeserializeOwned + Send>(
        &self,
        method: &'static str,
        arguments: &[(&str, &str)],
    ) -> Result<A, CallError> {
        let arguments: Vec<(&str, Option<&str>)> =
            arguments.iter().map(|(name, value)| (*name, Some(*value))).collect();
        let session = self.http.open_session(&self.bot);
        answered(method, session.http_session_api.http_get(method, &arguments, None)).await
    }

    /// Asks for a socket and does not open it: whether Slack would let us listen.
    pub(super) async fn may_listen(&self) -> Result<(), ChatError> {
        let socket: Socket = self.post(&self.app, OPEN, &json!({})).await.map_err(|error| error.about(OPEN, ""))?;
        if is_private(&socket.url) {
            Ok(())
        } else {
            Err(ChatError::fatal("Slack named a socket that is neither encrypted nor on loopback".to_owned()))
        }
    }

    /// Posts to a response URL, which needs no token.
    #[tracing::instrument(name = "slack", skip_all, fields(call = "response_url"))]
    pub(super) async fn respond(&self, url: &str, body: &Value) -> Result<(), CallError> {
        let url: Url = url.parse().map_err(|_| CallError::lost("response_url", Phrase::new("way-address")))?;
        if !is_private(&url) {
            return Err(CallError::lost("response_url", Phrase::new("way-address")));
        }
        let span = tracing::Span::none();
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let posted = self.http.http_api.connector.http_post_uri::<_, Nothing>(url, body, context);
        answered("response_url", posted).await.map(|Nothing {}| ())
    }

    /// Sends a file to where Slack wants it, which needs no token.
    #[tracing::instrument(name = "slack", skip_all, fields(call = "upload"))]
    pub(super) async fn upload(&self, url: &str, content_type: &str, file: &[u8]) -> Result<(), CallError> {
        const CALL: &str = "upload";
        // Not told: it is a secret until it was used.
        let unreadable = || CallError::lost(CALL, Phrase::new("way-address"));
        let url: Url = url.parse().map_err(|_| unreadable())?;
        if !is_private(&url) {
            return Err(CallError::lost(CALL, Phrase::new("way-address")));
        }
        let request = Request::post(url.as_str()).header(header::CONTENT_TYPE, content_type);
        let request = request.body(Body::from(file.to_vec())).map_err(|_| unreadable())?;
        let sent = within(DEADLINE, CALL, async {
            let answer = self.plain.request(request).await.map_err(|error| CallError::lost(CALL, root(&error)))?;
            if answer.status().is_success() { Ok(()) } else { Err(CallError::Status(answer.status().as_u16())) }
        });
        metrics::timed("slack", CALL, sent).await
    }

    /// Calls a method with a token.
    #[tracing::instrument(name = "slack", skip_all, fields(call = method))]
    pub(super) async fn post<A: DeserializeOwned + Send>(
        &self,
        token: &SlackApiToken,
        method: &'static str,
        body: &Value,
    ) -> Result<A, CallError> {
        let session = self.http.open_session(token);
        answered(method, session.http_session_api.http_post(method, body, None)).await
    }
}

/// Waits for an answer. The crate itself would wait for ever.
async fn answered<A>(
    call: &'static str,
    answer: impl Future<Output = Result<A, SlackClientError>>,
) -> Result<A, CallError> {
    let answer = within(DEADLINE, call, async { answer.await.map_err(|error| of(call, &error)) });
    metrics::timed("slack", call, answer).await
}

fn token(secret: &SecretString) -> SlackApiToken {
    SlackApiToken::new(SlackApiTokenValue(secret.expose_secret().to_owned()))
}

/// What the crate says, without the bodies that its own messages carry.
fn of(call: &str, error: &SlackClientError) -> CallError {
    match error {
        SlackClientError::ApiError(refused) if is_rate_limit(&refused.code) => CallError::RateLimited(PAUSE),
        SlackClientError::ApiError(refused) => {
            let body = refused.http_response_body.as_deref().unwrap_or_default();
            let refusal: Refusal = serde_json::from_str(body).unwrap_or_default();
            CallError::Refused(Refusal { code: refused.code.clone(), ..refusal })
        }
        SlackClientError::RateLimitError(limit) => CallError::RateLimited(limit.retry_after.unwrap_or(PAUSE)),
        SlackClientError::HttpError(answer) => CallError::Status(answer.status_code.as_u16()),
        SlackClientError::ProtocolError(_) => CallError::unreadable(call),
        SlackClientError::HttpProtocolError(error) => match &error.cause {
            Some(cause) => CallError::lost(call, root(cause.as_ref())),
            None => CallError::lost(call, Phrase::new("way-cut-off")),
        },
        other => CallError::lost(call, root(other)),
    }
}

impl http::Refusal for Refusal {
    const PLATFORM: &'static str = "Slack";

    fn about(self, call: &str, channel: &str) -> ChatError {
        let token = if call == OPEN { "app-level token" } else { "bot token" };
        let code = self.code.as_str();
        match code {
            "message_not_found" | "thread_not_found" | "cant_update_message" | "edit_window_closed" => {
                ChatError::Gone(format!("the message in Slack's channel {channel}"))
            }
            "invalid_auth"
            | "not_authed"
            | "account_inactive"
            | "token_revoked"
            | "token_expired"
            | "not_allowed_token_type" => {
                ChatError::fatal(Phrase::new("failed-slack-token").with("token", token).with("code", code))
            }
            "missing_scope" => {
                let needed = self.needed.as_deref().unwrap_or("–");
                let phrase = Phrase::new("failed-slack-scope").with("token", token).with("scope", needed);
                ChatError::fatal(phrase.with("call", call))
            }
            "not_in_channel" => ChatError::closed(Phrase::new("closed-slack-not-there").with("channel", channel)),
            "channel_not_found" => {
                ChatError::closed(Phrase::new("closed-slack-no-channel").with("code", code).with("channel", channel))
            }
            "is_archived" => ChatError::closed(Phrase::new("closed-slack-archived").with("channel", channel)),
            "restricted_action"
            | "restricted_action_read_only_channel"
            | "restricted_action_thread_only_channel"
            | "restricted_action_non_threadable_channel"
            | "restricted_action_thread_locked"
            | "team_access_not_granted"
            | "posting_to_general_channel_denied" => {
                ChatError::closed(Phrase::new("closed-slack-may-not-post").with("code", code).with("channel", channel))
            }
            "invalid_blocks"
            | "invalid_blocks_format"
            | "invalid_arguments"
            | "msg_blocks_too_long"
            | "msg_too_long"
            | "no_text"
            | "metadata_too_large"
            | "invalid_metadata_format"
            | "invalid_metadata_schema"
            | "too_many_attachments" => {
                let details = self.response_metadata.messages.join("; ");
                let why = format!("{code} {details}").trim_end().to_owned();
                ChatError::Unfit(Phrase::new("failed-slack-unfit").with("call", call).with("why", why).into())
            }
            // A form concerns no channel, whichever it was asked for in.
            _ if channel.is_empty() || call.starts_with("views.") || may_pass(code) => {
                ChatError::passing(Phrase::new("failed-slack-refused").with("call", call).with("code", code))
            }
            _ => ChatError::closed(
                Phrase::new("closed-slack-refused").with("call", call).with("code", code).with("channel", channel),
            ),
        }
    }
}

/// Whether Slack may take the same a little later. Any other no of a channel lasts until somebody changes something:
/// <https://docs.slack.dev/reference/methods/chat.postMessage/#errors>, and those of `chat.update` and `conversations.history`.
fn may_pass(code: &str) -> bool {
    matches!(
        code,
        "internal_error"
            | "fatal_error"
            | "service_unavailable"
            | "request_timeout"
            | "team_added_to_org"
            | "update_failed"
            | "external_channel_migrating"
            | "invalid_cursor"
    )
}

fn is_rate_limit(code: &str) -> bool {
    matches!(code, "ratelimited" | "rate_limited")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::http::Refusal as _;

    fn about(call: &str, channel: &str, code: &str) -> ChatError {
        Refusal { code: code.to_owned(), ..Refusal::default() }.about(call, channel)
    }

    #[test]
    fn what_slack_refuses_lasts_unless_it_is_known_to_pass() {
        for code in [
            "access_denied",
            "no_permission",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "org_login_required",
            "message_limit_exceeded",
            "channel_type_not_supported",
            "messages_tab_disabled",
            "what_comes_next_year",
        ] {
            let error = about("chat.postMessage", "C1", code);
            assert!(matches!(&error, ChatError::Closed(_)) && error.to_string().contains(code), "{error:?}");
            assert!(matches!(about("auth.test", "", code), ChatError::Passing(_)), "{code} concerns no channel");
            assert!(matches!(about("views.open", "C1", code), ChatError::Passing(_)), "{code} concerns a form");
        }
        for code in ["internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"] {
            assert!(matches!(about("chat.postMessage", "C1", code), ChatError::Passing(_)), "{code}");
        }
        for code in ["metadata_too_large", "too_many_attachments", "invalid_blocks"] {
            assert!(matches!(about("chat.postMessage", "C1", code), ChatError::Unfit(_)), "{code}");
        }
    }
}
