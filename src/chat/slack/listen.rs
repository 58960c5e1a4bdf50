//! Listening by Socket Mode: the crate holds the sockets, and everything that it leaves open is here.
//!
//! What comes is put into the inbox and then acknowledged, in this order, and nothing else happens here. The crate calls
//! for every frame and waits for the answer before it reads on, so that what is slow here blocks the socket: a write
//! to the inbox has a deadline of its own, and there is nothing else to wait for.
//!
//! The crate's own listener opens a lost socket again at once and for ever, has no word for a socket that says nothing,
//! and dies of a panic unnoticed. Therefore its sockets talk to [`Listener`] instead.

use std::error::Error;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::json;
use slack_morphism::clients_manager::{SlackSocketModeClientsManager, SlackSocketModeClientsManagerFactory as _};
use slack_morphism::listener::SlackClientEventsListenerEnvironment;
use slack_morphism::{SlackClientSocketModeConfig, SlackSocketModeClientListener, SlackSocketModeWssClientId};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::client::Client;
use super::connections::Connections;
use super::inbound::{Dispatcher, Frame};
use crate::causes::causes;
use crate::chat::ChatError;
use crate::inbox::Inbox;
use crate::metrics::{self, Labels};

/// Two sockets, so that one receives while the other is replaced. Slack allows ten to all replicas together.
const SOCKETS: u32 = 2;
/// A socket is dead when it has not answered this many pings.
const PINGS: u64 = 3;
/// How long the crate waits before it asks Slack for a socket again.
const RETRY: Duration = Duration::from_secs(15);
/// How long the second socket waits for the first.
const STAGGER: Duration = Duration::from_secs(1);
/// A socket that is not open after this is given up: nothing in the crate has a deadline.
const OPENING: Duration = Duration::from_mins(1);
/// How long a socket that Slack wants closed is listened to still. Slack closes it after about ten seconds.
const LEAVING: Duration = Duration::from_secs(2);
/// After silence for this long Slack is asked why, and then every minute.
const SILENCE: Duration = Duration::from_secs(5);
const ASK_AGAIN: Duration = Duration::from_mins(1);
/// How long closing the sockets may take.
const CLOSING: Duration = Duration::from_secs(2);

/// What comes from here, as metrics name it.
const FROM: Labels<'_> = &[("from", "slack")];
const LABELS: Labels<'_> = &[("platform", "slack")];

type Sockets = dyn SlackSocketModeClientsManager + Send + Sync;

/// Listens until told to stop, or until Slack says that it never will let us.
pub(super) async fn listen(
    client: &Client,
    dispatcher: &Dispatcher,
    ping_every: u64,
    connections: &Arc<Connections>,
    inbox: Inbox,
    stop: &CancellationToken,
) -> Result<(), ChatError> {
    let environment = Arc::new(SlackClientEventsListenerEnvironment::new(client.sockets().clone()));
    let sockets = client.sockets().http_api.connector.new_clients_manager(environment);
    let over = stop.child_token();
    let open = Open { sockets: sockets.clone(), connections: connections.clone(), _over: over.clone().drop_guard() };
    let listener = Listener {
        dispatcher: Arc::new(dispatcher.clone()),
        connections: connections.clone(),
        inbox,
        sockets: Arc::downgrade(&sockets),
        over,
    };
    let config = SlackClientSocketModeConfig {
        max_connections_count: SOCKETS,
        debug_connections: false,
        initial_backoff_in_seconds: STAGGER.as_secs(),
        reconnect_timeout_in_seconds: RETRY.as_secs(),
        ping_interval_in_seconds: ping_every,
        ping_failure_threshold_times: PINGS,
    };
    let failed = |_| ChatError::passing("Slack's sockets could not be set up".to_owned());
    sockets
        .register_new_token(&config, client.app_token().clone(), Arc::new(listener.clone()))
        .await
        .map_err(failed)?;
    for place in 0..SOCKETS {
        connections.opening(&SlackSocketModeWssClientId::new(place, place, 0), Instant::now());
    }
    sockets.start().await;
    let ended = watch(client, &listener, stop).await;
    open.close().await;
    ended
}

/// Replaces sockets that are stuck, and asks Slack why none is open.
async fn watch(client: &Client, listener: &Listener, stop: &CancellationToken) -> Result<(), ChatError> {
    let mut asked: Option<Instant> = None;
    let mut tick = interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        for stuck in listener.connections.stuck(OPENING, Instant::now()) {
            tracing::warn!(socket = stuck.initial_index, "a socket to Slack does not open and is given up");
            listener.replace(&stuck).await;
        }
        for waiting in listener.connections.due(Instant::now()) {
            listener.replace(&waiting).await;
        }
        if listener.connections.is_taken_again(Instant::now()) {
            tracing::info!("Slack takes sockets again");
        }
        if listener.connections.silent_for(Instant::now()) < SILENCE
            || asked.is_some_and(|asked| asked.elapsed() < ASK_AGAIN)
        {
            continue;
        }
        asked = Some(Instant::now());
        match stop.run_until_cancelled(client.may_listen()).await {
            None => break,
            Some(Ok(())) => {
                tracing::warn!("hearing nothing from Slack: no socket is open, though Slack would open one");
            }
            Some(Err(error @ ChatError::Fatal(_))) => return Err(error),
            Some(Err(error)) => {
                tracing::warn!(error = %causes(&error), "hearing nothing from Slack: no socket is open");
            }
        }
    }
    Ok(())
}

/// The sockets, which are closed also when nobody waits for it.
struct Open {
    sockets: Arc<Sockets>,
    connections: Arc<Connections>,
    _over: DropGuard,
}

impl Open {
    async fn close(self) {
        if timeout(CLOSING, self.sockets.shutdown()).await.is_err() {
            tracing::warn!("the sockets to Slack did not close in time");
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.connections.forget();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let sockets = self.sockets.clone();
            runtime.spawn(async move { sockets.shutdown().await });
        }
    }
}

/// The listener of the crate's sockets.
#[derive(Clone)]
struct Listener {
    dispatcher: Arc<Dispatcher>,
    connections: Arc<Connections>,
    inbox: Inbox,
    sockets: Weak<Sockets>,
    over: CancellationToken,
}

#[async_trait]
impl SlackSocketModeClientListener for Listener {
    /// The answer is the acknowledgement.
    async fn on_message(&self, id: &SlackSocketModeWssClientId, frame: String) -> Option<String> {
        metrics::LAST_FRAME.set_now(LABELS);
        // A panic must not take the reader with it: it would die unnoticed.
        let (listener, id) = (self.clone(), id.clone());
        let heard = tokio::spawn(async move { listener.on_frame(&id, &frame).await }).await;
        // Why is told by the panic itself, and may hold a part of the frame.
        heard.unwrap_or_else(|_| {
            tracing::error!("what Slack sent could not be handled and is not acknowledged");
            None
        })
    }

    /// Followed by [`Self::on_disconnect`] where it concerns the socket. The text may hold a frame.
    async fn on_error(&self, _error: Box<dyn Error + Send + Sync>) {
        tracing::debug!("a socket to Slack failed");
    }

    async fn on_disconnect(&self, id: &SlackSocketModeWssClientId) {
        if let Some(pause) = self.connections.closed(id, Instant::now()) {
            tracing::info!(socket = id.initial_index, ?pause, "a socket to Slack is closed; another one is to follow");
            self.replace_after(id, pause);
        }
    }
}

impl Listener {
    async fn on_frame(&self, id: &SlackSocketModeWssClientId, text: &str) -> Option<String> {
        let Ok(frame) = serde_json::from_str::<Frame>(text) else {
            tracing::warn!(length = text.len(), "Slack sent a frame that can't be read");
            return None;
        };
        match frame.kind.as_str() {
            "hello" => {
                if let Some(app) = frame.connection_info["app_id"].as_str()
                    && !self.dispatcher.identity.is_app(app)
                {
                    tracing::error!(
                        app,
                        "Slack's sockets are of another app than the bot token: all that comes is refused"
                    );
                }
                let first = self.connections.opened(id, Instant::now());
                tracing::debug!(socket = id.initial_index, "a socket to Slack is open");
                if first {
                    tracing::info!("listening to Slack");
                }
                None
            }
            "disconnect" => {
                self.on_disconnect_request(id, frame.reason.as_deref().unwrap_or("no reason"));
                None
            }
            _ => self.receive(frame).await,
        }
    }

    /// Slack wants the socket closed, mostly because it is old.
    fn on_disconnect_request(&self, id: &SlackSocketModeWssClientId, reason: &str) {
        if matches!(reason, "link_disabled" | "too_many_websockets") {
            let (pause, new) = self.connections.refused(id, reason, Instant::now());
            if new {
                let meant = if reason == "link_disabled" {
                    "Socket Mode is off in the Slack app's settings"
                } else {
                    "the app has ten sockets, counting those that were lost in the last minutes: other copies of the bot use its token, \
                     or it passes"
                };
                tracing::error!(reason, "Slack takes a socket no more: {meant}; trying ever less often");
            }
            if let Some(pause) = pause {
                tracing::debug!(socket = id.initial_index, reason, ?pause, "a socket to Slack is refused");
                self.replace_after(id, pause);
            }
            return;
        }
        if let Some(pause) = self.connections.leaving(id, Instant::now()) {
            let pause = pause.max(LEAVING);
            tracing::info!(socket = id.initial_index, reason, ?pause, "Slack wants a socket replaced");
            self.replace_after(id, pause);
        }
    }

    /// Puts a frame into the inbox; where that succeeds, returns its acknowledgement.
    async fn receive(&self, frame: Frame) -> Option<String> {
        let envelope = frame.envelope_id.clone()?;
        let arrived = Instant::now();
        if self.dispatcher.enqueue(frame, &self.inbox).await.is_err() {
            metrics::NOT_ACKNOWLEDGED.count(FROM);
            return None;
        }
        metrics::ACKNOWLEDGEMENT.observe(FROM, arrived.elapsed());
        Some(json!({"envelope_id": envelope}).to_string())
    }

    /// Not waited for: the one who calls this is the socket's reader.
    fn replace_after(&self, id: &SlackSocketModeWssClientId, pause: Duration) {
        let (listener, id) = (self.clone(), id.clone());
        tokio::spawn(async move {
            if listener.over.clone().run_until_cancelled(sleep(pause)).await.is_some() {
                listener.replace(&id).await;
            }
        });
    }

    async fn replace(&self, id: &SlackSocketModeWssClientId) {
        if let Some(sockets) = self.sockets.upgrade() {
            self.connections.opening(&id.new_reconnected_id(), Instant::now());
            sockets.restart_client(id).await;
            // Had all been closed meanwhile, this one would have been forgotten.
            if self.over.is_cancelled() {
                sockets.shutdown().await;
            }
        }
    }
}
