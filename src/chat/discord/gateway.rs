//! The gateway: serenity's connection, on a thread and a runtime of its own.
//!
//! On its own, since a close frame without a body makes serenity 0.12.5 read from the closed socket for ever without
//! ever waiting: the runtime that it is on stands still until the next heartbeat, and with it everything else there.
//! [`GatewayHealth`] notices, and another connection takes this one's place.
//!
//! Every connection that serenity opens by itself has to pass a gate first: it reads the gateway's address behind a lock
//! that is held here, and let go only when the pause since the last connection is over. Otherwise a server that accepts
//! and closes would be asked without any pause.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::future::poll_immediate;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use serenity::all::{Event, GatewayIntents, ShardId};
use serenity::gateway::{GatewayError, ShardManager, ShardManagerOptions, ShardRunnerMessage};
use serenity::http::HttpBuilder;
use serenity::prelude::{Context, Mutex, RawEventHandler, RwLock, TypeMap};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::dispatcher::GatewayEvent;
use super::gateway_health::{GatewayHealth, nudge};
use crate::causes::Cause;
use crate::metrics;

/// How often the thread notes that it lives, and sees who waits at the gate.
const PULSE: Duration = Duration::from_millis(100);
/// How long a goodbye may take: serenity looks for what it is told to do twice a second.
const GOODBYE: Duration = Duration::from_millis(700);
/// How long the thread may take to end.
const ENDING: Duration = Duration::from_secs(1);
/// Discord's word for that we mean to go.
const NORMAL: u16 = 1000;

/// What the gateway is asked for. Interactions need nothing. Of messages it tells, and the text of those that mention the bot or
/// are written to it directly; the text of all others only with a privileged intent, which closes the connection to who was not
/// given it.
pub(super) fn intents(reads: bool) -> GatewayIntents {
    let reading = if reads { GatewayIntents::MESSAGE_CONTENT } else { GatewayIntents::empty() };
    GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES | reading
}

/// Receives the gateway's events.
pub(super) type OnEvent = Arc<dyn Fn(GatewayEvent) + Send + Sync>;

/// A connection to the gateway, for as long as this lives.
pub(super) struct Connection {
    pub(super) health: Arc<GatewayHealth>,
    /// What ended it, where it ended by itself.
    ended: oneshot::Receiver<Option<GatewayError>>,
    over: CancellationToken,
}

impl Connection {
    /// Opens a connection to this address.
    pub(super) fn open(
        url: String,
        token: &SecretString,
        intents: GatewayIntents,
        health: Arc<GatewayHealth>,
        on_event: OnEvent,
    ) -> io::Result<Self> {
        let over = CancellationToken::new();
        let (ending, ended) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (thread_health, until, token) = (health.clone(), over.clone(), token.clone());
        thread::Builder::new().name("discord-gateway".to_owned()).spawn(move || {
            let error = runtime.block_on(connect(url, &token, intents, &thread_health, on_event, until));
            // The tasks of this connection, also those that hang.
            runtime.shutdown_background();
            // Whoever has let go does not want to know.
            let _ = ending.send(error);
        })?;
        Ok(Self { health, ended, over })
    }

    /// Waits until it ends by itself, and tells why where that is known.
    pub(super) async fn ended(&mut self) -> Option<GatewayError> {
        (&mut self.ended).await.ok().flatten()
    }

    /// Says goodbye and ends, for a bounded time.
    pub(super) async fn close(mut self) {
        self.over.cancel();
        if timeout(ENDING, &mut self.ended).await.is_err() {
            self.health.nudge();
            if timeout(ENDING, &mut self.ended).await.is_err() {
                tracing::warn!("the thread of Discord's gateway does not end; it is left behind");
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.over.cancel();
        self.health.nudge();
    }
}

/// Runs a connection until it is over, or ends by itself.
async fn connect(
    url: String,
    token: &SecretString,
    intents: GatewayIntents,
    health: &Arc<GatewayHealth>,
    on_event: OnEvent,
    over: CancellationToken,
) -> Option<GatewayError> {
    let url = Arc::new(Mutex::new(url));
    let handler = Handler { health: health.clone(), unknown: AtomicU64::new(0), on_event };
    let (manager, mut returned) = ShardManager::new(ShardManagerOptions {
        data: Arc::new(RwLock::new(TypeMap::new())),
        event_handlers: Vec::new(),
        raw_event_handlers: vec![Arc::new(handler)],
        shard_index: 0,
        shard_init: 1,
        shard_total: 1,
        ws_url: url.clone(),
        // It only carries the token: nothing is called through it.
        http: Arc::new(HttpBuilder::new(token.expose_secret()).ratelimiter_disabled(true).build()),
        intents,
        presence: None,
    });
    health.begins(&manager.runners);
    // It never fails.
    let _ = manager.initialize();
    let ended = {
        let pulse = pin!(pulse(&manager, &url, health));
        let over = pin!(over.cancelled());
        let returned = pin!(returned.next());
        tokio::select! {
            () = over => None,
            returned = returned => Some(returned.and_then(Result::err)),
            () = pulse => None,
        }
    };
    if let Some(error) = ended {
        return error;
    }
    let runner = manager.runners.lock().await.get(&ShardId(0)).map(|runner| runner.runner_tx.clone());
    if let Some(runner) = runner {
        // Nobody gets through the gate any more.
        let _gate = poll_immediate(url.lock()).await;
        runner.send_to_shard(ShardRunnerMessage::Close(NORMAL, None));
        // Behind its own close frame nothing can be written, so that this ends the task. Without, it would read on from what is closed,
        // without ever waiting, and this thread would stand still until the next heartbeat.
        nudge(&runner);
        sleep(GOODBYE).await;
    }
    None
}

/// Notes that the thread lives, and lets one connection after the other through the gate.
async fn pulse(manager: &ShardManager, url: &Arc<Mutex<String>>, health: &GatewayHealth) {
    let mut gate = None;
    loop {
        let (has_connection, latency) = {
            let runners = manager.runners.lock().await;
            let runner = runners.get(&ShardId(0));
            (runner.is_some(), runner.and_then(|runner| runner.latency))
        };
        health.pulse(has_connection, latency, Instant::now());
        if health.may_connect(Instant::now()) {
            drop(gate.take());
            // The lock is fair: where somebody waited for it, they have it now.
            let mut lock = pin!(url.clone().lock_owned());
            gate = poll_immediate(lock.as_mut()).await;
            if gate.is_none() {
                health.connecting(Instant::now());
                gate = Some(lock.await);
            }
        }
        sleep(PULSE).await;
    }
}

/// What serenity tells.
struct Handler {
    health: Arc<GatewayHealth>,
    /// Interactions that serenity could not read.
    unknown: AtomicU64,
    on_event: OnEvent,
}

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, _: Context, event: Event) {
        self.health.received(Instant::now());
        metrics::LAST_FRAME.set_now(&[("platform", "discord")]);
        match event {
            Event::Ready(_) | Event::Resumed(_) if self.health.connected(Instant::now()) => {
                tracing::info!("listening to Discord");
            }
            Event::InteractionCreate(event) => match serde_json::to_value(&event.interaction) {
                Ok(mut interaction) => {
                    interaction["type"] = Value::from(u8::from(event.interaction.kind()));
                    (self.on_event)(GatewayEvent::Interaction(interaction));
                }
                Err(error) => {
                    tracing::error!(error = %Cause::from(error), "an interaction from Discord can't be taken apart");
                }
            },
            // serenity could not read it, for one field that it wants; it would be lost without a word.
            Event::Unknown(event) if event.kind == "INTERACTION_CREATE" => {
                let count = self.unknown.fetch_add(1, Ordering::Relaxed) + 1;
                tracing::warn!(count, "an interaction from Discord is not what serenity expects");
                (self.on_event)(GatewayEvent::Interaction(event.value));
            }
            Event::MessageCreate(event) => match serde_json::to_value(&event.message) {
                Ok(message) => (self.on_event)(GatewayEvent::Message(message)),
                Err(error) => tracing::warn!(error = %Cause::from(error), "a message on Discord can't be taken apart"),
            },
            Event::Unknown(event) if event.kind == "MESSAGE_CREATE" => {
                (self.on_event)(GatewayEvent::Message(event.value));
            }
            _ => {}
        }
    }
}
