//! What the kubelet does for a pod, step by step: create, start, probe, restart, stop.

use super::fault::Fault;
use super::labels::Labels;
use super::pod::{Container, Deletion, NODE, Role, State, image, new_id};
use super::settings::Probe;
use super::world::{Step, World};
use crate::simulator::diego::database::{Moment, Reach};
use std::net::Ipv4Addr;
use std::time::Duration;

/// Failed probes in a row after which a pod is not ready (`failureThreshold`).
const FAILURE_THRESHOLD: u32 = 3;
/// What the scheduler says where no node has room.
const NO_ROOM: &str = "0/3 nodes are available: 3 Insufficient memory.";
/// A back-off grows to this.
const LONGEST_BACKOFF: Duration = Duration::from_mins(5);

impl World {
    pub(super) fn step(&mut self, uid: &str, step: Step) {
        let now = self.now;
        let durations = self.settings.durations.clone();
        let full = self.faults.contains(&Fault::NoNode);
        match step {
            Step::Reconcile => return self.reconcile(),
            Step::Operate => return self.operate(),
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
            Step::Schedule if full && pod.role == Role::Bbs => {
                pod.unscheduled = Some(NO_ROOM);
                self.warn(uid, "FailedScheduling", None, NO_ROOM.to_owned());
            }
            Step::Schedule => {
                pod.scheduled = Some(now);
                let message = format!("Successfully assigned {}/{} to {NODE}", pod.set.namespace, pod.name);
                self.report(uid, "Scheduled", None, message);
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
        self.report_started(uid);
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
            Role::Api | Role::Cell | Role::Database => {}
        }
        self.enter(now + durations.first_probe, uid, Step::Probe(0));
    }

    /// The kubelet's readiness probe, as fissile's script does it.
    fn probe(&mut self, uid: &str, n: u32) {
        let (now, durations) = (self.now, self.settings.durations.clone());
        let healthy = self.cloud_controller_healthy(uid);
        let separate = self.settings.locket.is_some();
        let by_port = self.settings.probe == Probe::BbsPort;
        let fixed = self.settings.probe != Probe::Old;
        let labels = self.settings.labels;
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.terminating() && pod.alive()) else {
            return;
        };
        // A Cloud Controller's readiness is looked at only when something changes.
        let pod_is_probed = !matches!(pod.role, Role::Api | Role::Cell);
        let next = if n == 0 { durations.second_probe } else { durations.readiness_period };
        let passes = match pod.role {
            Role::Api => n > 0 && healthy,
            Role::Cell => n > 0,
            Role::Database => self.diego.database.reach() != Reach::Refuses,
            Role::Locket => self.diego.locket_listens(uid),
            Role::Bbs if by_port => self.diego.listens(uid) && self.diego.monit_content(uid),
            Role::Bbs => {
                let port = if separate { self.diego.healthy_port(uid) } else { self.diego.locket_listens(uid) };
                port && self.diego.monit_content(uid)
            }
        };
        // A probe that hangs on a stopped BBS has no result, and the label stays (record 08).
        if pod.role == Role::Bbs && self.diego.hung(uid) {
            return self.enter(now + next, uid, Step::Probe(n + 1));
        }
        if pod.role == Role::Bbs && labels == Labels::Skiff && !pod.label_frozen && (fixed || passes) {
            pod.label = Some(passes && self.diego.serves(uid));
        }
        pod.failures = if passes { 0 } else { pod.failures + 1 };
        let failures = pod.failures;
        let failed = match pod.role {
            _ if passes => None,
            Role::Bbs if n > 0 && !separate => Some(format!(
                "bash: connect: Connection refused\nbash: line 1: /dev/tcp/{}/8891: Connection refused",
                pod.name
            )),
            Role::Bbs => Some("Waiting for monit to start".to_owned()),
            Role::Api | Role::Locket | Role::Cell | Role::Database => {
                Some("dial tcp: connect: connection refused".to_owned())
            }
        };
        if let Some(failed) = failed.filter(|_| pod_is_probed) {
            self.warn(uid, "Unhealthy", None, format!("Readiness probe failed: {failed}"));
        }
        if passes || failures >= FAILURE_THRESHOLD {
            self.enter(now + durations.ready_report, uid, Step::Report(passes));
        }
        if pod_is_probed || n == 0 {
            self.enter(now + next, uid, Step::Probe(n + 1));
        }
    }

    /// `KubeCF`'s operator: tries the port of every ready BBS pod, and sets or takes off the label.
    fn operate(&mut self) {
        for pod in self.pods.iter_mut().filter(|pod| pod.role == Role::Bbs && !pod.label_frozen && !pod.lost) {
            pod.label = (pod.ready.0 && self.diego.listens(&pod.uid)).then_some(true);
        }
        self.enter(self.now + self.settings.durations.operator_period, "", Step::Operate);
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
        let (container, text) =
            (main.name.clone(), format!("Back-off restarting failed container {} in pod {pod_name}", main.name));
        pod.judge_ready(now);
        self.warn(uid, "BackOff", Some(&container), text);
        self.enter(now + wait, uid, Step::Retry(0));
    }

    /// The first container is started again, or its image is asked for again.
    fn retry(&mut self, uid: &str, n: u32) {
        let now = self.now;
        let missing = self.faults.contains(&Fault::ImageMissing);
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.terminating()) else { return };
        let image = image(pod.role, true);
        let Some(main) = pod.containers.first_mut() else { return };
        if main.last.is_none() && missing {
            let (reason, message) = if n == 0 {
                ("ErrImagePull", format!("failed to pull and unpack image \"{image}\": {image}: not found"))
            } else {
                ("ImagePullBackOff", format!("Back-off pulling image \"{image}\""))
            };
            main.state = State::Waiting { reason, message: Some(message.clone()) };
            let container = main.name.clone();
            let wait = if n == 0 { Duration::from_secs(1) } else { backoff(self.settings.durations.backoff, n - 1) };
            pod.judge_ready(now);
            self.warn(uid, if n == 0 { "Failed" } else { "BackOff" }, Some(&container), message);
            return self.enter(now + wait, uid, Step::Retry(n + 1));
        }
        if main.last.is_some() {
            main.restarts += 1;
        }
        start(main, now);
        self.report_started(uid);
        self.processes_start(uid);
    }

    /// The containers have stopped.
    pub(super) fn stop(&mut self, uid: &str) {
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

    /// The kubelet lets go of the object: the last update, and then it is gone, unless a finalizer holds it.
    pub(super) fn release(&mut self, uid: &str) {
        let now = self.now;
        if let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid) {
            if !pod.finalizers.is_empty() {
                // The grace is cut to nothing, and counts from the order to delete: `deletionTimestamp` moves back to that.
                pod.deletion = pod.deletion.take().map(|deletion| Deletion { grace: 0, ..deletion });
                return self.publish();
            }
            pod.deletion = Some(Deletion { timestamp: now, grace: 0 });
        }
        self.publish();
        self.pods.retain(|pod| pod.uid != uid);
        self.agenda.retain(|_, (each, _)| each != uid);
        self.enter(now + self.settings.durations.recreate, "", Step::Reconcile);
    }
}

fn start(container: &mut Container, now: Moment) {
    container.id = Some(new_id());
    container.state = State::Running { since: now };
}

fn backoff(first: Duration, times: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(times)).min(LONGEST_BACKOFF)
}
