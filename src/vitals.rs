//! How the bot is, looked at every few seconds: whether the store takes writes, every platform is heard, and the engine's loop turns.
//!
//! It is told as metrics, and where nothing waits, memory is given back. And while all is well, an address outside is called: whoever is
//! called no more knows that the bot is gone, or that it can't do its work, without having to reach it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::causes::causes;
use crate::chat::Chat;
use crate::chat::http::{Connector, DEADLINE, connector, root};
use crate::engine::Turns;
use crate::heap;
use crate::metrics;
use crate::store::Store;
use crate::words::Words;

/// What is called while all is well.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address, which may hold a secret.
    pub url: SecretString,
    /// How often.
    pub every: Duration,
}

/// What is looked at.
pub struct Vitals {
    /// Whether it takes writes.
    pub store: Store,
    /// Whether each is heard.
    pub chats: Vec<Arc<dyn Chat>>,
    /// Whether the engine's loop turns.
    pub turns: Turns,
    /// What is called, if anything.
    pub heartbeat: Option<Settings>,
}

/// How often it is looked.
const APART: Duration = Duration::from_secs(10);
/// A loop that has not turned for so long stands still. It turns each second, and waits for a store that is slow.
const STANDS: Duration = Duration::from_secs(30);

impl Vitals {
    /// Looks again and again, until it is told to stop.
    pub async fn keep_looking(self, stop: CancellationToken) {
        let every = self.heartbeat.as_ref().map(|heartbeat| heartbeat.every);
        let mut ticks = interval(APART.min(every.unwrap_or(APART)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut beat, mut known): (Option<Instant>, Option<String>) = (None, None);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let Some(wrong) = stop.run_until_cancelled(self.look()).await else { return };
            let Some(heartbeat) = &self.heartbeat else { continue };
            // A tick that comes a little early is the one that was meant.
            if beat.is_some_and(|at| at.elapsed() + Duration::from_millis(100) < heartbeat.every) {
                continue;
            }
            beat = Some(Instant::now());
            let (outcome, why) = match wrong {
                Some(why) => ("withheld", Some(why)),
                None => match stop.run_until_cancelled(send(&heartbeat.url)).await {
                    None => return,
                    Some(Ok(())) => ("sent", None),
                    Some(Err(why)) => ("failed", Some(why)),
                },
            };
            metrics::HEARTBEATS.count(&[("outcome", outcome)]);
            if known != why {
                if let Some(why) = &why {
                    tracing::warn!(heartbeat = outcome, why, "the heartbeat stops");
                } else {
                    tracing::info!("the heartbeat goes on");
                }
                known = why;
            }
        }
    }

    /// Tells how things stand, and what is not well.
    async fn look(&self) -> Option<String> {
        metrics::settle();
        let mut wrong = Vec::new();
        let written = self.store.ping().await;
        metrics::STORE_WRITABLE.set(&[], f64::from(u8::from(written.is_ok())));
        wrong.extend(written.err().map(|error| causes(&error)));
        // What can't be counted is told by the line above.
        let waiting = self.store.waiting().await.unwrap_or_default();
        // What a storm of alerts needed is not needed any more.
        if waiting.iter().all(|class| class.count == 0) {
            heap::give_back();
        }
        for waiting in waiting {
            let labels = &[("class", waiting.class)];
            metrics::INBOX.set(labels, waiting.count as f64);
            metrics::INBOX_OLDEST.set(labels, waiting.oldest.as_secs_f64());
        }
        for chat in &self.chats {
            let (platform, listens) = (chat.platform(), chat.is_listening());
            metrics::SOCKET_UP.set(&[("platform", platform.name())], f64::from(u8::from(listens)));
            wrong.extend((!listens).then(|| format!("{platform} is not listened to")));
        }
        let stands = self.turns.ago().is_none_or(|ago| ago > STANDS);
        wrong.extend(stands.then(|| "the engine's loop stands still".to_owned()));
        (!wrong.is_empty()).then(|| wrong.join("; "))
    }
}

/// Calls the address, by the same way as the chats. Why it failed never tells the address.
async fn send(url: &SecretString) -> Result<(), String> {
    let request = Request::get(url.expose_secret())
        .header(header::USER_AGENT, concat!("stagerbot/", env!("CARGO_PKG_VERSION")))
        .body(Body::empty())
        .map_err(|_| "its address can't be used".to_owned())?;
    let connector = connector().map_err(|error| error.to_string())?;
    let client: legacy::Client<Connector, Body> = legacy::Client::builder(TokioExecutor::new()).build(connector);
    let asked = async {
        let answer = timeout(DEADLINE, client.request(request)).await;
        match answer {
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => Err(format!("it was answered with HTTP {}", answer.status().as_u16())),
            Ok(Err(error)) => Err(format!("it can't be sent: {}", Words::of(None).state(&root(&error)))),
            Err(_) => Err(format!("it was not answered within {} s", DEADLINE.as_secs())),
        }
    };
    metrics::timed("heartbeat", "get", asked).await
}
