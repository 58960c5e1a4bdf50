//! The bot in a runtime of its own, so that it can be killed as a process can: all that it does ends at once, and nothing is
//! tidied up.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use crate::bot::Bot;
use crate::config::Config;

/// How long what can't be cut off, such as a write to a disk, may go on once the bot was killed.
const LAST: Duration = Duration::from_secs(1);

/// A running bot. Dropped, it is killed.
pub(super) struct Hosted {
    address: SocketAddr,
    asks: mpsc::UnboundedSender<Ask>,
    over: oneshot::Receiver<()>,
}

/// What a running bot is asked for, each with who waits for it.
enum Ask {
    Reload(Box<Config>, oneshot::Sender<anyhow::Result<()>>),
    Stop,
}

impl Hosted {
    /// Starts it.
    pub(super) async fn start(config: Config) -> anyhow::Result<Self> {
        let runtime = Runtime::new().context("the bot gets no threads")?;
        let (asks, asked) = mpsc::unbounded_channel();
        let (tell, started) = oneshot::channel();
        let (ends, over) = oneshot::channel();
        let live = move || {
            runtime.block_on(host(config, tell, asked));
            runtime.shutdown_timeout(LAST);
            // Nobody may wait for it.
            let _ = ends.send(());
        };
        std::thread::Builder::new().name("bot".to_owned()).spawn(live).context("the bot gets no thread")?;
        let address = started.await.context("the bot ended at its start")??;
        Ok(Self { address, asks, over })
    }

    /// Where HTTP is served.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Goes by another configuration from now on.
    pub(super) async fn reload(&self, config: Config) -> anyhow::Result<()> {
        let (tell, done) = oneshot::channel();
        let _ = self.asks.send(Ask::Reload(Box::new(config), tell));
        done.await.context("the bot is over")?
    }

    /// Stops it in order.
    pub(super) async fn stop(self) {
        let Self { asks, over, .. } = self;
        let _ = asks.send(Ask::Stop);
        let _ = over.await;
        drop(asks);
    }

    /// Kills it.
    pub(super) async fn kill(self) {
        let Self { asks, over, .. } = self;
        drop(asks);
        let _ = over.await;
    }
}

/// The bot's life: until it is asked to stop, or until nobody is left who could ask.
async fn host(
    config: Config,
    started: oneshot::Sender<anyhow::Result<SocketAddr>>,
    mut asked: mpsc::UnboundedReceiver<Ask>,
) {
    let bot = match Bot::start(config).await {
        Ok(bot) => bot,
        Err(error) => return drop(started.send(Err(error.into()))),
    };
    let _ = started.send(Ok(bot.address()));
    while let Some(ask) = asked.recv().await {
        match ask {
            Ask::Reload(config, tell) => {
                let _ = tell.send(bot.reload(*config).await.map(drop).map_err(Into::into));
            }
            Ask::Stop => return bot.stop().await,
        }
    }
}
