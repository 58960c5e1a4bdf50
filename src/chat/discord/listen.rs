//! Listening: one connection to the gateway after the other, and a watch over each.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serenity::gateway::GatewayError;
use tokio::runtime::Handle;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::client::Client;
use super::dispatcher::Dispatcher;
use super::gateway::{Connection, OnEvent, intents};
use super::gateway_health::{GatewayHealth, PAUSES};
use crate::causes::causes;
use crate::chat::ChatError;
use crate::chat::http::is_private;
use crate::chat::relay::Relay;

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How long what was received last may take to be acknowledged at the end.
const LAST: Duration = Duration::from_secs(3);
/// Fewer sessions than this left for the day: one has to wait. Discord resets the token of who begins too many.
const RESERVE: u64 = 20;
/// How long to wait at most before Discord is asked again how many are left.
const ASK_AGAIN: Duration = Duration::from_mins(10);

/// What is wrong where the application may not ask for the text of messages.
pub(super) const MAY_NOT_READ: &str = "Discord does not allow the application to read messages: switch \"Message Content Intent\" on in Discord's \
                            developer portal, under Bot, or take discord.listen out";

/// The health of the current connection.
#[derive(Debug, Default)]
pub(super) struct Current(Mutex<Option<Arc<GatewayHealth>>>);

impl Current {
    /// Whether there is one that receives.
    pub(super) fn is_listening(&self) -> bool {
        let health = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        health.as_ref().is_some_and(|health| health.is_listening(Instant::now()))
    }

    fn set(&self, health: Option<Arc<GatewayHealth>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = health;
    }
}

/// However listening ends: there is no current connection any more.
struct ClearOnDrop<'a>(&'a Current);

impl Drop for ClearOnDrop<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

#[derive(Deserialize)]
struct Gateway {
    url: Url,
    session_start_limit: SessionStartLimit,
}

#[derive(Deserialize)]
struct SessionStartLimit {
    remaining: u64,
    /// In milliseconds.
    reset_after: u64,
}

/// How a connection ended.
enum End {
    /// We were told to stop.
    Stopped,
    /// It has to be replaced.
    Faulty(&'static str),
    /// It ended by itself.
    Ended(Option<GatewayError>),
}

/// Listens until told to stop, or until Discord says that it never will let us.
pub(super) async fn listen(
    dispatcher: Dispatcher,
    token: &SecretString,
    max_silence: Duration,
    current: &Current,
    stop: &CancellationToken,
) -> Result<(), ChatError> {
    let client = dispatcher.client.clone();
    let tasks = TaskTracker::new();
    let intents = intents(dispatcher.triggers.is_some());
    let on_event: OnEvent = {
        // The gateway's own runtime may stand still any moment: nothing else happens there.
        let (here, tasks) = (Handle::current(), tasks.clone());
        Arc::new(move |event| drop(tasks.spawn_on(dispatcher.clone().receive(event), &here)))
    };
    let _silent = ClearOnDrop(current);
    let mut bad = 0;
    let ended = loop {
        let asked = stop.run_until_cancelled(gateway(&client)).await;
        let wait = match asked {
            None => break Ok(()),
            Some(Ok(url)) => {
                let health = Arc::new(GatewayHealth::new(bad, max_silence, Instant::now()));
                current.set(Some(health.clone()));
                // Its socket knows no proxy, and no authorities but those that are built in.
                let relay = match url.starts_with("wss://").then(|| url.parse::<Url>()) {
                    Some(Ok(to)) => Some(Relay::open(&to).await.map_err(ChatError::passing)?),
                    _ => None,
                };
                let url = relay.as_ref().map_or(url, |relay| relay.url.clone());
                let connection = Connection::open(url, token, intents, health.clone(), on_event.clone());
                let mut connection = connection.map_err(|error| {
                    ChatError::fatal(format!("no thread can be started for Discord's gateway: {}", causes(&error)))
                })?;
                match watch(&mut connection, stop).await {
                    End::Stopped => {
                        connection.close().await;
                        break Ok(());
                    }
                    End::Ended(Some(error)) if let Some(fatal) = fatal(&error) => break Err(fatal),
                    End::Ended(error) => {
                        let error = error.map(|error| causes(&error)).unwrap_or_default();
                        tracing::warn!(error, "Discord's gateway ended the connection; another one is to follow");
                    }
                    End::Faulty(why) => {
                        tracing::warn!(why, "the connection to Discord's gateway is replaced");
                    }
                }
                bad = health.bad(Instant::now());
                PAUSES.after(bad)
            }
            Some(Err(error @ ChatError::Fatal(_))) => break Err(error),
            Some(Err(error)) => {
                bad += 1;
                let wait = match error {
                    ChatError::RateLimited(wait) => wait.min(ASK_AGAIN),
                    _ => PAUSES.after(bad),
                };
                tracing::warn!(error = %causes(&error), ?wait, "hearing nothing from Discord: its gateway can't be asked for");
                wait
            }
        };
        if stop.run_until_cancelled(sleep(wait)).await.is_none() {
            break Ok(());
        }
    };
    tasks.close();
    if timeout(LAST, tasks.wait()).await.is_err() {
        tracing::warn!("what came last from Discord was still being acknowledged");
    }
    ended
}

/// How many sessions may be begun today; an error where they run out.
pub(super) async fn sessions(client: &Client) -> Result<u64, ChatError> {
    ask(client).await.map(|gateway| gateway.session_start_limit.remaining)
}

/// Where the gateway is, if a session may be begun.
async fn gateway(client: &Client) -> Result<String, ChatError> {
    ask(client).await.map(|gateway| gateway.url.as_str().trim_end_matches('/').to_owned())
}

async fn ask(client: &Client) -> Result<Gateway, ChatError> {
    let answer = client.call("get_gateway_bot", Method::GET, "/gateway/bot", None).await;
    let answer = answer.map_err(|error| error.about("get_gateway_bot", ""))?;
    let unreadable = |_| ChatError::passing("Discord's answer to get_gateway_bot can't be read".to_owned());
    let gateway: Gateway = serde_json::from_value(answer).map_err(unreadable)?;
    let limit = &gateway.session_start_limit;
    if !is_private(&gateway.url) {
        return Err(ChatError::fatal("Discord named a gateway that is neither encrypted nor on loopback".to_owned()));
    }
    if limit.remaining < RESERVE {
        tracing::error!(remaining = limit.remaining, "hardly any sessions are left for today with Discord");
        return Err(ChatError::RateLimited(Duration::from_millis(limit.reset_after)));
    }
    Ok(gateway)
}

async fn watch(connection: &mut Connection, stop: &CancellationToken) -> End {
    let health = connection.health.clone();
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return End::Stopped,
            error = connection.ended() => return End::Ended(error),
            _ = look.tick() => {
                if let Some(why) = health.fault(Instant::now()) {
                    return End::Faulty(why);
                }
            }
        }
    }
}

/// What somebody has to mend, by its name.
fn fatal(error: &GatewayError) -> Option<ChatError> {
    let what = match error {
        GatewayError::InvalidAuthentication => "Discord's gateway does not accept the bot's token (4004)",
        GatewayError::InvalidGatewayIntents => "Discord's gateway knows other intents than we do (4013)",
        GatewayError::DisallowedGatewayIntents => MAY_NOT_READ,
        _ => return None,
    };
    Some(ChatError::fatal(what.to_owned()))
}
