//! The cluster's state and what happens in it by itself: pods that start, are probed, stop and are replaced.
//!
//! Pure: time is handed in. Whatever happens is an entry in the agenda or a step of Diego, taken in order of its moment,
//! and after each one the objects are published, so that a watch sees every state there was.

use super::fault::Fault;
use super::objects;
use super::pod::{Container, Deletion, Pod, Role, SetRef, State, new_id, new_uid};
use super::settings::{Probe, Settings, Workload};
use super::store::{Kind, Store};
use crate::simulator::diego::Diego;
use crate::simulator::diego::database::{Moment, Reach};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

/// How long the cluster has been running when the caller gets it.
const HEAD_START: Duration = Duration::from_secs(60);
/// Failed probes in a row after which a pod is not ready (`failureThreshold`).
const FAILURE_THRESHOLD: u32 = 3;
/// A back-off grows to this.
const LONGEST_BACKOFF: Duration = Duration::from_secs(300);
/// How long a pod that never ran takes to go.
const NEVER_RAN: Duration = Duration::from_millis(100);

/// What happens to a pod next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Schedule,
    Create,
    Run,
    Probe(u32),
    Report(bool),
    Exit,
    Retry(u32),
    StopBbs,
    Stop,
    Release,
    Reconcile,
}

/// Who ordered a pod's deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletedBy {
    /// A DELETE request to the API: its `User-Agent`.
    Request(String),
    /// Somebody beside the bot.
    Hand,
}

/// A pod whose deletion began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Termination {
    /// The pod's name.
    pub name: String,
    /// The pod's UID.
    pub uid: String,
    /// Who ordered it.
    pub by: DeletedBy,
}

/// A request that the API was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, or nothing.
    pub query: String,
    /// The status of the answer.
    pub status: u16,
}

/// The cluster.
#[derive(Debug)]
pub(super) struct World {
    pub(super) settings: Settings,
    /// The wall clock at moment zero.
    epoch: Timestamp,
    pub(super) now: Moment,
    pub(super) diego: Diego,
    pub(super) faults: Vec<Fault>,
    pub(super) pods: Vec<Pod>,
    pub(super) sets: Vec<(Workload, Role, SetRef)>,
    pub(super) store: Store,
    pub(super) terminations: Vec<Termination>,
    pub(super) requests: Vec<Request>,
    pub(super) uids: objects::Uids,
    /// Which of a Service's endpoints the next connection gets.
    pub(super) turn: usize,
    agenda: BTreeMap<(Moment, u64), (String, Step)>,
    entries: u64,
    addresses: u8,
}

impl World {
    /// A healthy cluster that has been running for a minute; moment zero was then.
    pub(super) fn new(settings: Settings) -> Self {
        let durations = settings.durations.clone();
        let head_start = jiff::SignedDuration::try_from(durations.here(HEAD_START)).unwrap_or_default();
        let set = |workload: &Workload, role| {
            let headless = if role == Role::Bbs { settings.headless.clone() } else { format!("{}-set", workload.name) };
            let hash = new_id()[..10].to_owned();
            let namespace = settings.namespace.clone();
            let set = SetRef {
                name: workload.name.clone(),
                uid: new_uid(),
                hash,
                headless,
                grace: workload.grace,
                namespace,
            };
            (workload.clone(), role, set)
        };
        let mut sets = vec![set(&settings.api, Role::Api)];
        sets.extend(settings.locket.as_ref().map(|workload| set(workload, Role::Locket)));
        sets.push(set(&settings.bbs, Role::Bbs));
        let mut world = Self {
            diego: Diego::new(durations),
            epoch: Timestamp::now() - head_start,
            now: Moment::ZERO,
            faults: Vec::new(),
            pods: Vec::new(),
            store: Store::new(settings.history),
            terminations: Vec::new(),
            requests: Vec::new(),
            uids: objects::Uids::default(),
            turn: 0,
            agenda: BTreeMap::new(),
            entries: 0,
            addresses: 1,
            sets,
            settings,
        };
        world.reconcile();
        world.publish();
        world.advance(HEAD_START);
        world
    }

    /// When something happens by itself next.
    pub(super) fn due(&self) -> Option<Moment> {
        let agenda = self.agenda.first_key_value().map(|((at, _), _)| *at);
        agenda.into_iter().chain(self.diego.due()).min()
    }

    /// Lets everything happen that is due by a moment.
    pub(super) fn advance(&mut self, now: Moment) {
        while let Some(due) = self.due().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            self.diego.step(self.now);
            while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= due) {
                let (uid, step) = entry.remove();
                self.step(&uid, step);
                self.publish();
            }
        }
        self.now = self.now.max(now);
    }

    /// The moment as a wall-clock timestamp, some real seconds later.
    pub(super) fn wall(&self, moment: Moment, later: u64) -> String {
        let here = self.settings.durations.here(moment) + Duration::from_secs(later);
        let at = self.epoch + jiff::SignedDuration::try_from(here).unwrap_or_default();
        at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Brings the store up to date.
    pub(super) fn publish(&mut self) {
        let wall = |moment, later| self.wall(moment, later);
        let pods = self.pods.iter().map(|pod| pod.object(&wall)).collect();
        let sets = objects::stateful_sets(self, &wall);
        let endpoints = objects::endpoints(self, &wall);
        let services = objects::services(self, &wall);
        let namespaces = objects::namespaces(self, &wall);
        for (kind, objects) in [
            (Kind::Pod, pods),
            (Kind::Endpoints, endpoints),
            (Kind::StatefulSet, sets),
            (Kind::Service, services),
            (Kind::Namespace, namespaces),
        ] {
            self.store.publish(kind, objects);
        }
    }

    /// A pod by name.
    pub(super) fn pod(&self, name: &str) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.name == name)
    }

    /// Begins a pod's deletion, or shortens one that is under way. `grace` is in real seconds, as in the API.
    pub(super) fn delete(&mut self, name: &str, grace: Option<u64>, by: DeletedBy) {
        let now = self.now;
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.name == name) else { return };
        let grace = grace.unwrap_or(pod.set.grace);
        let (uid, began) = (pod.uid.clone(), pod.deletion.is_none());
        let alive = pod.alive();
        if began {
            self.terminations.push(Termination { name: name.to_owned(), uid: uid.clone(), by });
        } else if pod.deletion.as_ref().is_some_and(|deletion| deletion.grace <= grace) {
            return;
        }
        pod.deletion = Some(Deletion { timestamp: now, grace });
        let durations = &self.settings.durations;
        let ordered = self.faults.iter().find_map(|fault| match fault {
            Fault::HangsInTerminating { pod, r#for } if pod == name => Some(*r#for),
            _ => None,
        });
        let usual = match pod.role {
            _ if !alive => NEVER_RAN,
            Role::Bbs if self.diego.hung(&uid) => durations.terminate_hung,
            Role::Bbs if self.diego.blocked(&uid) => durations.terminate_blocked,
            Role::Bbs => durations.terminate,
            Role::Api | Role::Locket => durations.terminate_other,
        };
        let stop = ordered.unwrap_or(usual).min(Duration::from_secs(grace));
        let bbs_stop = durations.bbs_stop.min(stop);
        self.agenda.retain(|_, (each, _)| *each != uid);
        self.enter(now + bbs_stop, &uid, Step::StopBbs);
        self.enter(now + stop, &uid, Step::Stop);
        if grace == 0 {
            self.stop(&uid);
            self.release(&uid);
        }
        self.publish();
    }

    /// Takes in that a fault began.
    pub(super) fn inject(&mut self, fault: Fault) {
        let now = self.now;
        self.faults.retain(|each| !each.is_like(&fault));
        let uid = fault.pod().and_then(|name| self.pod(name)).map(|pod| pod.uid.clone());
        match &fault {
            Fault::DatabaseConnectionsLost { outage } => self.diego.lose_connections(*outage, now),
            Fault::DatabaseDown => self.diego.database.set(Reach::Drops, now),
            Fault::DatabaseRefuses => self.diego.database.set(Reach::Refuses, now),
            Fault::BbsHung { .. } => uid.iter().for_each(|uid| self.diego.hang_bbs(uid, now)),
            Fault::LocketKilled { .. } => uid.iter().for_each(|uid| self.diego.kill_locket(uid, now)),
            Fault::StaleLabel => {
                for pod in &mut self.pods {
                    pod.label_frozen = true;
                }
                if let Some(leader) = self.diego.leader().map(str::to_owned) {
                    self.diego.restart_bbs(&leader, now);
                }
            }
            _ => {}
        }
        self.faults.push(fault);
        self.probe_cloud_controllers();
        self.publish();
    }

    /// Takes in that a fault is over.
    pub(super) fn heal(&mut self, fault: &Fault) {
        let now = self.now;
        self.faults.retain(|each| !each.is_like(fault));
        let uid = fault.pod().and_then(|name| self.pod(name)).map(|pod| pod.uid.clone());
        match fault {
            Fault::DatabaseConnectionsLost { .. } => {
                self.diego.database.back_at = None;
                self.reach_database();
                self.diego.revive_connections(now);
            }
            Fault::DatabaseDown | Fault::DatabaseRefuses => self.reach_database(),
            Fault::BbsHung { .. } => {
                if let Some(uid) = uid {
                    self.diego.resume_bbs(&uid, now);
                    self.enter(now + self.settings.durations.first_probe, &uid, Step::Probe(2));
                }
            }
            Fault::StaleLabel => {
                for pod in &mut self.pods {
                    pod.label_frozen = false;
                }
            }
            _ => {}
        }
        self.probe_cloud_controllers();
        self.publish();
    }

    /// What a person does who knows another way: the database is reachable, every connection is a new one.
    pub(super) fn heal_by_hand(&mut self) {
        let database = [Fault::DatabaseDown, Fault::DatabaseRefuses];
        self.faults.retain(|each| !database.contains(each) && !matches!(each, Fault::DatabaseConnectionsLost { .. }));
        self.diego.database.back_at = None;
        self.diego.database.set(Reach::Up, self.now);
        self.diego.revive_connections(self.now);
        self.publish();
    }

    /// The database as the faults that are left want it.
    fn reach_database(&mut self) {
        let reach = if self.faults.contains(&Fault::DatabaseRefuses) {
            Reach::Refuses
        } else if self.faults.contains(&Fault::DatabaseDown) || self.diego.database.back_at.is_some() {
            Reach::Drops
        } else {
            Reach::Up
        };
        self.diego.database.set(reach, self.now);
    }

    /// A Cloud Controller's readiness follows its process at once; only the BBS's probes are modelled one by one.
    fn probe_cloud_controllers(&mut self) {
        let api = self.pods.iter().filter(|pod| pod.role == Role::Api && pod.alive() && !pod.terminating());
        for uid in api.map(|pod| pod.uid.clone()).collect::<Vec<_>>() {
            let healthy = self.cloud_controller_healthy(&uid);
            self.enter(self.now + self.settings.durations.ready_report, &uid, Step::Report(healthy));
        }
    }

    fn cloud_controller_healthy(&self, uid: &str) -> bool {
        let name = self.pods.iter().find(|pod| pod.uid == uid).map(|pod| pod.name.clone()).unwrap_or_default();
        !self.faults.contains(&Fault::CloudControllerNotReady { pod: name })
    }

    fn enter(&mut self, at: Moment, uid: &str, step: Step) {
        self.entries += 1;
        self.agenda.insert((at, self.entries), (uid.to_owned(), step));
    }

    fn step(&mut self, uid: &str, step: Step) {
        let now = self.now;
        let durations = self.settings.durations.clone();
        match step {
            Step::Reconcile => return self.reconcile(),
            Step::StopBbs => return self.diego.stop_bbs(uid),
            Step::Stop => return self.stop(uid),
            Step::Release => return self.release(uid),
            Step::Run => return self.run(uid),
            Step::Probe(n) => return self.probe(uid, n),
            Step::Exit => return self.exit(uid),
            Step::Retry(n) => return self.retry(uid, n),
            Step::Schedule | Step::Create | Step::Report(_) => {}
        }
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.terminating()) else { return };
        match step {
            Step::Schedule => {
                pod.scheduled = Some(now);
                self.enter(now + durations.schedule / 2, uid, Step::Create);
            }
            Step::Create => {
                pod.started = Some(now);
                pod.sandbox = Some((false, now));
                self.enter(now + durations.container_start, uid, Step::Run);
            }
            Step::Report(ready) => {
                if let Some(main) = pod.containers.first_mut() {
                    main.ready = ready && main.running();
                }
                if pod.judge_ready(now) {
                    self.reconcile();
                }
            }
            _ => {}
        }
    }

    /// The containers start, or one of them does not.
    fn run(&mut self, uid: &str) {
        let now = self.now;
        self.addresses = self.addresses.checked_add(1).unwrap_or(2);
        let address = Ipv4Addr::new(10, 244, 0, self.addresses);
        let missing = self.faults.contains(&Fault::ImageMissing);
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.terminating()) else { return };
        pod.ip = Some(address);
        pod.sandbox = Some((true, now));
        for container in pod.containers.iter_mut().skip(1) {
            start(container, now);
            container.ready = true;
        }
        if missing && pod.role == Role::Bbs {
            return self.retry(uid, 0);
        }
        if let Some(main) = pod.containers.first_mut() {
            start(main, now);
        }
        self.processes_start(uid);
    }

    /// The first container of a pod has started; so do its processes.
    fn processes_start(&mut self, uid: &str) {
        let (now, durations) = (self.now, self.settings.durations.clone());
        let crash = self.faults.contains(&Fault::NewBbsPodsCrash);
        let Some(pod) = self.pods.iter().find(|pod| pod.uid == uid) else { return };
        let (role, name) = (pod.role, pod.name.clone());
        match role {
            Role::Bbs if crash => return self.enter(now + durations.bbs_start, uid, Step::Exit),
            Role::Bbs => {
                if self.settings.locket.is_none() {
                    self.diego.start_locket(uid, now);
                }
                self.diego.start_bbs(uid, &name, now);
            }
            Role::Locket => self.diego.start_locket(uid, now),
            Role::Api => {}
        }
        self.enter(now + durations.first_probe, uid, Step::Probe(0));
    }

    /// The kubelet's readiness probe, as fissile's script does it.
    fn probe(&mut self, uid: &str, n: u32) {
        let (now, durations) = (self.now, self.settings.durations.clone());
        let healthy = self.cloud_controller_healthy(uid);
        let separate = self.settings.locket.is_some();
        let fixed = self.settings.probe == Probe::Fixed;
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.terminating() && pod.alive()) else {
            return;
        };
        let next = if n == 0 { durations.second_probe } else { durations.readiness_period };
        let passes = match pod.role {
            Role::Api => n > 0 && healthy,
            Role::Locket => self.diego.locket_listens(uid),
            Role::Bbs => {
                let port = if separate { self.diego.healthy_port(uid) } else { self.diego.locket_listens(uid) };
                port && self.diego.monit_content(uid)
            }
        };
        // A probe that hangs on a stopped BBS has no result, and the label stays (record 08).
        if pod.role == Role::Bbs && self.diego.hung(uid) {
            return self.enter(now + next, uid, Step::Probe(n + 1));
        }
        if pod.role == Role::Bbs && !pod.label_frozen && (fixed || passes) {
            pod.label = Some(passes && self.diego.serves(uid));
        }
        pod.failures = if passes { 0 } else { pod.failures + 1 };
        if passes || pod.failures >= FAILURE_THRESHOLD {
            self.enter(now + durations.ready_report, uid, Step::Report(passes));
        }
        if pod_is_probed(self.pods.iter().find(|pod| pod.uid == uid)) || n == 0 {
            self.enter(now + next, uid, Step::Probe(n + 1));
        }
    }

    /// The first container's program exits with a failure.
    fn exit(&mut self, uid: &str) {
        let now = self.now;
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.terminating()) else { return };
        let pod_name = format!("{}_{}({})", pod.name, pod.set.namespace, pod.uid);
        let Some(main) = pod.containers.first_mut() else { return };
        let State::Running { since } = main.state else { return };
        let wait = backoff(self.settings.durations.backoff, main.restarts);
        main.last = Some((
            State::Terminated { code: 1, reason: "Error", since, until: now },
            main.id.clone().unwrap_or_default(),
        ));
        let message = format!("back-off {}s restarting failed container={} pod={pod_name}", wait.as_secs(), main.name);
        main.state = State::Waiting { reason: "CrashLoopBackOff", message: Some(message) };
        main.ready = false;
        pod.judge_ready(now);
        self.enter(now + wait, uid, Step::Retry(0));
    }

    /// The first container is started again, or its image is asked for again.
    fn retry(&mut self, uid: &str, n: u32) {
        let now = self.now;
        let missing = self.faults.contains(&Fault::ImageMissing);
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.terminating()) else { return };
        let image = super::pod::image(pod.role, true);
        let Some(main) = pod.containers.first_mut() else { return };
        if main.last.is_none() && missing {
            let (reason, message) = if n == 0 {
                ("ErrImagePull", format!("failed to pull and unpack image \"{image}\": {image}: not found"))
            } else {
                ("ImagePullBackOff", format!("Back-off pulling image \"{image}\""))
            };
            main.state = State::Waiting { reason, message: Some(message) };
            let wait = if n == 0 { Duration::from_secs(1) } else { backoff(self.settings.durations.backoff, n - 1) };
            pod.judge_ready(now);
            return self.enter(now + wait, uid, Step::Retry(n + 1));
        }
        if main.last.is_some() {
            main.restarts += 1;
        }
        start(main, now);
        self.processes_start(uid);
    }

    /// The containers have stopped.
    fn stop(&mut self, uid: &str) {
        let now = self.now;
        self.diego.stop_bbs(uid);
        self.diego.remove(uid);
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid) else { return };
        if pod.alive() {
            pod.succeeded = true;
            pod.sandbox = Some((false, now));
        }
        for container in &mut pod.containers {
            if let State::Running { since } = container.state {
                container.state = State::Terminated { code: 0, reason: "Completed", since, until: now };
            }
            container.ready = false;
        }
        pod.judge_ready(now);
        self.enter(now + self.settings.durations.remove, uid, Step::Release);
    }

    /// The kubelet lets go of the object: the last update, and then it is gone.
    fn release(&mut self, uid: &str) {
        let now = self.now;
        if let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid) {
            pod.deletion = Some(Deletion { timestamp: now, grace: 0 });
        }
        self.publish();
        self.pods.retain(|pod| pod.uid != uid);
        self.agenda.retain(|_, (each, _)| each != uid);
        self.enter(now + self.settings.durations.recreate, "", Step::Reconcile);
    }

    /// The `StatefulSet` controller: creates what is missing, one after the other unless the set is `Parallel`.
    fn reconcile(&mut self) {
        for (workload, role, set) in self.sets.clone() {
            for ordinal in 0..workload.replicas {
                let name = format!("{}-{ordinal}", workload.name);
                let settled = match self.pod(&name) {
                    Some(pod) => pod.settled(),
                    None => {
                        let pod = Pod::new(set.clone(), role, ordinal, &workload.containers, self.now);
                        self.enter(self.now + self.settings.durations.schedule / 2, &pod.uid, Step::Schedule);
                        self.pods.push(pod);
                        false
                    }
                };
                if !settled && !workload.parallel {
                    break;
                }
            }
        }
    }
}

fn start(container: &mut Container, now: Moment) {
    container.id = Some(new_id());
    container.state = State::Running { since: now };
}

fn backoff(first: Duration, times: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(times)).min(LONGEST_BACKOFF)
}

/// Whether readiness is probed again and again: a Cloud Controller's is only when something changes.
fn pod_is_probed(pod: Option<&Pod>) -> bool {
    pod.is_some_and(|pod| pod.role != Role::Api)
}
