//! The signals that would end the process: each asks for an orderly stop instead, from the first moment. SIGHUP asks for the
//! configuration to be read anew, and never ends it. How many files it may hold. And what the first process of a container has to do.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use futures::future::select_all;
use rustix::process::{Pid, Resource, Rlimit, WaitOptions, getrlimit, setrlimit, waitpid};
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

/// As many files as the bot may hold at once: its server's connections, those to clusters and chats, and the store's. No more are asked
/// for, since credential plugins inherit the limit, and some programs close as many files as there may be.
const FILES: u64 = 8192;
/// What it needs at least: 512 connections to each of two addresses, and what else there is.
const NEEDED: u64 = 1536;

/// Raises the limit of open files, which is 1,024 in many shells and services, as far as the system lets us.
pub fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = limit.current.filter(|current| *current < FILES) else { return };
    let raised = limit.maximum.map_or(FILES, |most| most.min(FILES));
    let is_raised = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum }).is_ok();
    let files = if is_raised { raised } else { current };
    if files < NEEDED {
        tracing::warn!(files, needed = NEEDED, "few files may be open at once: under load connections will be refused");
    }
}

/// How often a container's first process looks for processes that have ended and that nobody waits for.
const LOOK: Duration = Duration::from_secs(2);

/// Ends what is left of processes without a parent, for as long as it is waited for: the first process of a container inherits them, and
/// what credential plugins leave behind would fill the process table. Does nothing where another process is the first.
pub async fn reap_orphans() {
    if std::process::id() != 1 {
        return;
    }
    let mut known: BTreeSet<i32> = BTreeSet::new();
    loop {
        tokio::time::sleep(LOOK).await;
        let ended: BTreeSet<i32> = ended_children();
        // Whoever waits for a child does so at once: what was there the last time, too, is nobody's.
        for pid in ended.intersection(&known) {
            if let Some(pid) = Pid::from_raw(*pid) {
                let _ = waitpid(Some(pid), WaitOptions::NOHANG);
            }
        }
        known = ended;
    }
}

/// The children that have ended and are not waited for yet.
fn ended_children() -> BTreeSet<i32> {
    let ours = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ended = processes.filter_map(|process| {
        let pid: i32 = process.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(process.path().join("stat")).ok()?;
        // The name stands in brackets, and may hold anything: `7 (a) b) Z 1 …`.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        (fields.next() == Some("Z") && fields.next() == Some(&ours)).then_some(pid)
    });
    ended.collect()
}
