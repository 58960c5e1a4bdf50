//! The signals that would end the process: each asks for an orderly stop instead, from the first moment.

use std::io;

use futures::future::select_all;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Every signal that ends a process that does not handle it, but for those that nobody sends or nobody can handle. A terminal that
/// is closed sends SIGHUP; SIGUSR1 and SIGUSR2 are sent to other programs to make them log or reload, and would end this one.
const ENDING: [(&str, SignalKind); 7] = [
    ("SIGTERM", SignalKind::terminate()),
    ("SIGINT", SignalKind::interrupt()),
    ("SIGHUP", SignalKind::hangup()),
    ("SIGQUIT", SignalKind::quit()),
    ("SIGUSR1", SignalKind::user_defined1()),
    ("SIGUSR2", SignalKind::user_defined2()),
    ("SIGALRM", SignalKind::alarm()),
];

/// Listens for the signals that ask for a stop.
#[derive(Debug)]
pub struct Signals(Vec<(&'static str, Signal)>);

impl Signals {
    /// From now on no signal ends the process by itself.
    pub fn listen() -> io::Result<Self> {
        let listening = ENDING.into_iter().map(|(name, kind)| Ok((name, signal(kind)?)));
        Ok(Self(listening.collect::<io::Result<_>>()?))
    }

    /// Waits for one that came since the last call; its name.
    pub async fn stop(&mut self) -> &'static str {
        let waiting = self.0.iter_mut().map(|(name, signal)| {
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
}
