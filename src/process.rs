//! The signals that would end the process: each asks for an orderly stop instead, from the first moment. SIGHUP asks for the
//! configuration to be read anew, and never ends it.

use std::io;

use futures::future::select_all;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Every other signal that ends a process that does not handle it, but for those that nobody sends or nobody can handle. SIGUSR1 and
/// SIGUSR2 are sent to other programs to make them log or reload, and would end this one.
const ENDING: [(&str, SignalKind); 6] = [
    ("SIGTERM", SignalKind::terminate()),
    ("SIGINT", SignalKind::interrupt()),
    ("SIGQUIT", SignalKind::quit()),
    ("SIGUSR1", SignalKind::user_defined1()),
    ("SIGUSR2", SignalKind::user_defined2()),
    ("SIGALRM", SignalKind::alarm()),
];

/// Listens for the signals that ask for a stop.
#[derive(Debug)]
pub struct Signals {
    ending: Vec<(&'static str, Signal)>,
    hang_up: Signal,
}

impl Signals {
    /// From now on no signal ends the process by itself.
    pub fn listen() -> io::Result<Self> {
        let listening = ENDING.into_iter().map(|(name, kind)| Ok((name, signal(kind)?)));
        Ok(Self { ending: listening.collect::<io::Result<_>>()?, hang_up: signal(SignalKind::hangup())? })
    }

    /// Waits for one that came since the last call and asks for a stop; its name.
    pub async fn stop(&mut self) -> &'static str {
        ended(&mut self.ending).await
    }

    /// Waits for one that came since the last call: the name of one that asks for a stop, or `None` to read the configuration anew.
    pub async fn next(&mut self) -> Option<&'static str> {
        let Self { ending, hang_up } = self;
        tokio::select! {
            biased;
            name = ended(ending) => Some(name),
            _ = hang_up.recv() => None,
        }
    }
}

async fn ended(ending: &mut [(&'static str, Signal)]) -> &'static str {
    let waiting = ending.iter_mut().map(|(name, signal)| {
        Box::pin(async move {
            match signal.recv().await {
                Some(()) => *name,
                // As long as the runtime is there, more may come.
                None => std::future::pending().await,
            }
        })
    });
    select_all(waiting).await.0
}
