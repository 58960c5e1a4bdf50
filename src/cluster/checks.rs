//! What is checked from inside the pods, all at once: probes, who listens, pings, the lock, the database.

pub mod probe;
mod control;
mod port;
pub mod ping;
pub mod lock;
pub(super) mod database;

use std::net::IpAddr;

use futures::future::join_all;

use self::ping::Ping;
use self::port::Answer;
use self::probe::Probe;
use super::exec::Execs;
use super::list::ListedPod;
use crate::incident::environment::{Environment, Topology};
use crate::incident::observation::{
    DatabaseReport, Listening, LockReport, PingOutcome, PingReport, PodSummary, Pods, ProbeOutcome, ProbeReport, Seen,
};

/// From how many pods the probe is made, and as many ask for the database.
const MAX_PROBES: usize = 3;

/// The pods of one observation, and the way into them.
pub(super) struct Checks<'a> {
    pub(super) environment: &'a Environment,
    /// Which of its pods play which part.
    pub(super) topology: &'a Topology,
    /// The parts' pods.
    pub(super) pods: &'a Pods,
    /// The database's pods.
    pub(super) databases: &'a [&'a ListedPod],
    pub(super) execs: Execs<'a>,
}

/// What was seen.
pub(super) struct CheckResults {
    pub(super) probes: Seen<Vec<ProbeReport>>,
    pub(super) listening: Seen<Vec<Listening>>,
    pub(super) pings: Seen<Vec<PingReport>>,
    pub(super) control: Seen<ProbeReport>,
    pub(super) lock: Seen<LockReport>,
    pub(super) database: Seen<DatabaseReport>,
}

impl CheckResults {
    /// Nothing was seen, for this reason.
    pub(super) fn unknown(why: &str) -> Self {
        Self {
            probes: Seen::NotKnown(why.to_owned()),
            listening: Seen::NotKnown(why.to_owned()),
            pings: Seen::NotKnown(why.to_owned()),
            control: Seen::NotLooked,
            lock: Seen::NotKnown(why.to_owned()),
            database: Seen::NotKnown(why.to_owned()),
        }
    }
}

impl<'a> Checks<'a> {
    /// Runs all checks at once, so that it takes as long as the slowest. Pods are pinged once it is known that they listen.
    pub(super) async fn run(&self) -> CheckResults {
        let listened = async {
            let answers = self.listening().await;
            let pings = self.pod_pings(&answers).await;
            (answers, pings)
        };
        let reached = async {
            let (probes, service_ping) = tokio::join!(self.probes(), self.service_ping());
            let control = self.control(&probes, service_ping.as_ref().ok()).await;
            (probes, service_ping, control)
        };
        let ((probes, service_ping, control), (answers, pod_pings), lock, connects) =
            tokio::join!(reached, listened, self.lock(), self.connects());
        let pings = Seen::from(service_ping.map(|ping| std::iter::once(ping).chain(pod_pings).collect()));
        let lock = Seen::from(lock);
        let database = database::report(&lock, connects.as_deref(), self.databases);
        CheckResults { probes: Seen::Known(probes), listening: listening(&answers), pings, control, lock, database }
    }

    /// The Cloud Controller pods that commands are run in.
    fn ready(&self) -> impl Iterator<Item = &'a PodSummary> {
        self.pods.cloud_controllers.iter().filter(|pod| pod.is_ready()).take(MAX_PROBES)
    }

    async fn probes(&self) -> Vec<ProbeReport> {
        let host = self.topology.bbs_host(&self.environment.namespace);
        let probes = self.ready().map(|pod| Probe {
            pod: &pod.name,
            container: &self.topology.cloud_controller.container,
            host: &host,
            port: self.topology.bbs_port,
        });
        join_all(probes.map(|probe| async move { probe.run(&self.execs).await })).await
    }

    /// Every BBS pod that runs, and what it answered.
    async fn listening(&self) -> Vec<(&'a PodSummary, Answer)> {
        let running = self.pods.bbs.iter().filter(|pod| port::runs(pod));
        join_all(running.map(|pod| async move { (pod, port::ask(&self.execs, self.topology, pod).await) })).await
    }

    fn ping(&self, to: Option<(&'a str, IpAddr)>) -> Option<Ping<'_>> {
        let from = self.ready().next()?;
        Some(Ping { from: &from.name, topology: self.topology, namespace: &self.environment.namespace, to })
    }

    async fn service_ping(&self) -> Result<PingReport, String> {
        let ping = self.ping(None).ok_or_else(|| "no Cloud Controller pod is ready to ping from".to_owned())?;
        Ok(ping.send(&self.execs).await)
    }

    /// Only where a connect was accepted and the BBS did not answer: then it matters who accepted it.
    async fn control(&self, probes: &[ProbeReport], service_ping: Option<&PingReport>) -> Seen<ProbeReport> {
        let answered = service_ping.is_some_and(|ping| ping.outcome == PingOutcome::Answered);
        match probes.iter().find(|probe| probe.outcome == ProbeOutcome::Succeeded) {
            Some(probe) if !answered => {
                let host = self.topology.bbs_host(&self.environment.namespace);
                Seen::Known(control::connect(&self.execs, &probe.pod, &probe.container, &host).await)
            }
            _ => Seen::NotLooked,
        }
    }

    async fn pod_pings(&self, answers: &[(&'a PodSummary, Answer)]) -> Vec<PingReport> {
        let pings = answers.iter().filter(|(_, answer)| *answer == Answer::Accepted).filter_map(|(pod, _)| {
            let ip = pod.ip.as_deref()?.parse().ok()?;
            self.ping(Some((&pod.name, ip)))
        });
        join_all(pings.map(|ping| async move { ping.send(&self.execs).await })).await
    }

    /// From the first BBS pod that runs and stays, a ready one first.
    async fn lock(&self) -> Result<LockReport, String> {
        let running = || self.pods.bbs.iter().filter(|pod| port::runs(pod) && !pod.is_terminating());
        let pod = running().find(|pod| pod.is_ready()).or_else(|| running().next());
        let pod = pod.ok_or_else(|| "no BBS pod runs that could be asked".to_owned())?;
        lock::ask(&self.execs, &pod.name, &self.topology.bbs.container).await
    }

    /// Connections to the database's configured address; `None` where there is none.
    async fn connects(&self) -> Option<Vec<ProbeReport>> {
        let (host, port) = self.environment.database.as_ref()?;
        let lockets = self.topology.locket.as_ref().map(|locket| (&self.pods.lockets, locket));
        let parts = [(&self.pods.bbs, &self.topology.bbs)].into_iter().chain(lockets);
        let pods = parts.flat_map(|(pods, part)| pods.iter().map(move |pod| (pod, part.container.as_str())));
        let running = pods.filter(|(pod, _)| port::runs(pod) && !pod.is_terminating()).take(MAX_PROBES);
        let probes = running.map(|(pod, container)| Probe { pod: &pod.name, container, host, port: *port });
        Some(join_all(probes.map(|probe| async move { probe.run(&self.execs).await })).await)
    }
}

/// Known if every pod that stays has answered: one that is missing in it is on its way out, or does not run.
fn listening(answers: &[(&PodSummary, Answer)]) -> Seen<Vec<Listening>> {
    let mut known = Vec::new();
    for (pod, answer) in answers {
        match answer {
            Answer::Accepted | Answer::Refused => {
                known.push(Listening { pod: pod.name.clone(), listens: *answer == Answer::Accepted });
            }
            Answer::NotKnown(_) if pod.is_terminating() => {}
            Answer::NotKnown(why) => return Seen::NotKnown(format!("{}: {why}", pod.name)),
        }
    }
    Seen::Known(known)
}
