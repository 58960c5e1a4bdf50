//! A process inside a container: where it runs, what it reaches from there, and where its output goes.

use super::fault::Fault;
use super::labels::Labels;
use super::netcat::KERNEL_TIMEOUT;
use super::network::{OPERATORS_NAME, Outcome};
use super::running::Running;
use super::settings::Workload;
use crate::simulator::diego::database::{Moment, next_syn};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Where the Cloud Controller and the BBS have their certificates.
const CC_CERTIFICATES: &str = "/var/vcap/jobs/cloud_controller_ng/config/certs/";
const BBS_CERTIFICATES: &str = "/var/vcap/jobs/bbs/config/certs/";

/// A piece of output: 1 is standard output, 2 standard error.
pub(super) type Piece = (u8, Vec<u8>);

/// A process's environment: where it runs, and where its output goes.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) running: Arc<Running>,
    /// The UID of its pod.
    pub(super) pod: String,
    pub(super) container: String,
    pub(super) output: mpsc::UnboundedSender<Piece>,
    /// Where what is written to each descriptor goes; nowhere, where it is not open.
    pub(super) to: BTreeMap<u8, Sink>,
    /// What can be read from standard input.
    pub(super) input: Vec<u8>,
    /// The shell that runs it.
    pub(super) shell: String,
    /// How the command before it ended.
    pub(super) code: i32,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) parameters: Vec<String>,
    /// How far it and what it waits for are ahead of a clock that is held.
    ahead: Arc<Mutex<Duration>>,
    /// The `timeout` that ends it first, if there is one.
    pub(super) limit: Option<Limit>,
}

/// Where what is written goes.
#[derive(Clone, Debug)]
pub(super) enum Sink {
    /// To whoever asked for the exec, by this stream.
    Out(u8),
    /// To another program, or into the shell that reads it.
    Kept(Arc<Mutex<Vec<u8>>>),
}

/// When a `timeout` ends what it runs.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub(super) at: Moment,
    /// Cancelled where the clock is held and what runs has come to that moment.
    pub(super) over: CancellationToken,
}

impl Process {
    pub(super) fn new(
        running: Arc<Running>,
        pod: String,
        container: String,
        output: mpsc::UnboundedSender<Piece>,
    ) -> Self {
        Self {
            running,
            pod,
            container,
            output,
            to: BTreeMap::from([(1, Sink::Out(1)), (2, Sink::Out(2))]),
            input: Vec::new(),
            shell: "sh".to_owned(),
            code: 0,
            variables: BTreeMap::new(),
            parameters: Vec::new(),
            ahead: Arc::default(),
            limit: None,
        }
    }

    /// The moment it is for this process.
    pub(super) fn now(&self) -> Moment {
        self.running.now() + *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it is ahead of a clock that is held.
    pub(super) fn ahead(&self) -> Duration {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same for itself: time that passes for it passes for nobody beside it.
    pub(super) fn beside(&self) -> Self {
        Self { ahead: Arc::new(Mutex::new(self.ahead())), ..self.clone() }
    }

    /// It has waited for one that came to be so far ahead.
    pub(super) fn waited(&self, ahead: Duration) {
        let mut own = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        *own = ahead.max(*own);
    }

    /// Waits that long, nominally. Where the clock is held, that time passes for this process alone, and at once.
    pub(super) async fn pause(&self, nominal: Duration) {
        let until = self.now() + nominal;
        if self.running.until(until).await.is_ok() {
            return;
        }
        let stops = self.limit.as_ref().filter(|limit| limit.at < until);
        let ahead = stops.map_or(until, |limit| limit.at).saturating_sub(self.running.now());
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
        if let Some(limit) = stops {
            limit.over.cancel();
            std::future::pending::<()>().await;
        }
    }

    /// Waits for what never comes, and looks again.
    pub(super) async fn hang(&self, nominal: Duration) {
        match self.limit {
            Some(_) => self.pause(nominal).await,
            // Nobody ends it: it waits for a time that passes for everybody.
            None => self.running.surely_until(self.running.now() + nominal).await,
        }
    }

    /// Whether a program of this name is there.
    pub(super) fn has(&self, program: &str) -> bool {
        let name = program.rsplit('/').next().unwrap_or(program);
        match name {
            "sh" | "true" | "false" | "timeout" | "echo" | "sleep" | "cat" | "env" | "grep" | "head" | "tr" => true,
            "bash" => !self.running.look(|world| world.faults.contains(&Fault::BashMissing)),
            "nc" => !self.running.look(|world| world.faults.contains(&Fault::NcMissing)),
            "curl" => !self.running.look(|world| world.faults.contains(&Fault::CurlMissing)),
            "cfdot" => self.running.look(|world| {
                let here = world.settings.bbs.containers.first() == Some(&self.container);
                here && !world.faults.contains(&Fault::CfdotMissing)
            }),
            _ => false,
        }
    }

    /// Writes to standard output (1) or standard error (2).
    pub(super) fn say(&self, stream: u8, text: &str) {
        self.write(stream, text.as_bytes());
    }

    /// The same with bytes.
    pub(super) fn write(&self, descriptor: u8, bytes: &[u8]) {
        match self.to.get(&descriptor) {
            Some(Sink::Out(channel)) => drop(self.output.send((*channel, bytes.to_vec()))),
            Some(Sink::Kept(kept)) => kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes),
            None => {}
        }
    }

    /// Connects, trying again as the kernel does, until it is answered or the limit is over.
    pub(super) async fn connect(&self, ip: Ipv4Addr, port: u16, limit: Option<Duration>) -> Outcome {
        let since = self.now();
        let end = since + limit.unwrap_or(KERNEL_TIMEOUT);
        loop {
            let outcome = self.running.change(|world| world.reach(&self.pod, ip, port));
            let now = self.now();
            if outcome != Outcome::Dropped || now >= end {
                return outcome;
            }
            let next = next_syn(since, now);
            self.pause(next.min(end).saturating_sub(now)).await;
            if next >= end {
                return Outcome::Dropped;
            }
        }
    }

    /// The addresses of a name.
    pub(super) fn resolve(&self, host: &str) -> Option<Vec<Ipv4Addr>> {
        self.running.look(|world| world.resolve(&self.pod, host))
    }

    /// Whether the BBS's certificate is for this name: the operator's is for one of its own.
    pub(super) fn is_called(&self, host: &str) -> bool {
        let operated = self.running.look(|world| world.settings.labels == Labels::Quarks);
        !operated || host == OPERATORS_NAME
    }

    /// Whether a certificate or key is there: the Cloud Controller's and the BBS's, in their own containers.
    pub(super) fn has_certificate(&self, file: &str) -> bool {
        self.running.look(|world| {
            let main = |workload: &Workload| workload.containers.first() == Some(&self.container);
            let missing = world.faults.contains(&Fault::CertificatesMissing);
            let name = |folder: &str| file.strip_prefix(folder);
            match (name(CC_CERTIFICATES), name(BBS_CERTIFICATES)) {
                (Some("mutual_tls.crt" | "mutual_tls.key" | "mutual_tls_ca.crt"), _) => {
                    main(&world.settings.api) && !missing
                }
                (_, Some("server.crt" | "server.key" | "ca.crt")) => main(&world.settings.bbs),
                _ => false,
            }
        })
    }
}
