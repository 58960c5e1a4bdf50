//! What happens to the cluster from outside: faults that begin and end, and people who repair it by hand.

use super::fault::{FINALIZER, Fault};
use super::pod::{Deletion, Pod, Role, new_id};
use super::world::{DeletedBy, Step, Termination, World};
use crate::simulator::diego::database::Reach;

impl World {
    /// Takes in that a fault began.
    pub(super) fn inject(&mut self, fault: Fault) {
        let now = self.now;
        self.faults.retain(|each| !each.is_like(&fault));
        let uid = fault.pod().and_then(|name| self.pod(name)).map(|pod| pod.uid.clone());
        match &fault {
            Fault::DatabaseConnectionsLost { outage } => self.diego.lose_connections(*outage, now),
            Fault::DatabaseDown => self.diego.database.hold(Reach::Drops, now),
            Fault::DatabaseRefuses => self.diego.database.hold(Reach::Refuses, now),
            Fault::DatabaseExhausted => self.diego.database.hold(Reach::Exhausted, now),
            Fault::BbsMigrating => self.diego.migrating = true,
            Fault::CertificatesExpired => self.diego.certificates_expired = true,
            Fault::PendingRevision => self.pending = Some(new_id()[..10].to_owned()),
            Fault::NodeLost { .. } => uid.iter().for_each(|uid| self.lose(uid)),
            Fault::FinalizerHolds { .. } => {
                if let Some(pod) = self.pods.iter_mut().find(|pod| Some(&pod.uid) == uid.as_ref()) {
                    pod.finalizers = vec![FINALIZER];
                }
            }
            Fault::BbsHung { .. } => uid.iter().for_each(|uid| self.diego.hang_bbs(uid, now)),
            Fault::LocketKilled { .. } => uid.iter().for_each(|uid| self.diego.kill_locket(uid, now)),
            Fault::BbsHangsInStart { .. } => self.diego.hang_in_start.extend(uid.clone()),
            Fault::LabelsFrozen => self.pods.iter_mut().for_each(|pod| pod.label_frozen = true),
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
        let evacuate = fault == Fault::CellsEvacuating;
        self.faults.push(fault);
        if evacuate {
            for name in self.cells(|_| true) {
                self.delete(&name, None, DeletedBy::Hand);
            }
        }
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
                self.diego.database.outage(None, now);
                self.diego.revive_connections(now);
            }
            Fault::DatabaseDown | Fault::DatabaseRefuses | Fault::DatabaseExhausted => {
                let worst = [
                    (Fault::DatabaseRefuses, Reach::Refuses),
                    (Fault::DatabaseDown, Reach::Drops),
                    (Fault::DatabaseExhausted, Reach::Exhausted),
                ];
                let left = worst.into_iter().find(|(fault, _)| self.faults.contains(fault));
                self.diego.database.hold(left.map_or(Reach::Up, |(_, reach)| reach), now);
            }
            Fault::BbsMigrating => self.diego.migrating = false,
            Fault::CertificatesExpired => self.diego.certificates_expired = false,
            Fault::PendingRevision => self.pending = None,
            Fault::NodeLost { .. } => {
                if let Some(uid) = uid {
                    self.release(&uid);
                }
            }
            Fault::FinalizerHolds { .. } => {
                if let Some(pod) = self.pods.iter_mut().find(|pod| Some(&pod.uid) == uid.as_ref()) {
                    pod.finalizers.clear();
                    let has_stopped = pod.deletion.as_ref().is_some_and(|deletion| deletion.grace == 0);
                    if let Some(uid) = uid.filter(|_| has_stopped) {
                        self.release(&uid);
                    }
                }
            }
            Fault::CellsEvacuating => {
                for name in self.cells(Pod::terminating) {
                    let uid = self.pod(&name).map(|pod| pod.uid.clone()).unwrap_or_default();
                    self.agenda.retain(|_, (each, _)| *each != uid);
                    self.stop(&uid);
                }
            }
            Fault::BbsHung { .. } => {
                if let Some(uid) = uid {
                    self.diego.resume_bbs(&uid, now);
                    self.agenda.retain(|_, (each, step)| *each != uid || !matches!(step, Step::Probe(_)));
                    self.enter(now + self.settings.durations.first_probe, &uid, Step::Probe(2));
                }
            }
            Fault::BbsHangsInStart { .. } => {
                if let Some(uid) = uid {
                    self.diego.hang_in_start.remove(&uid);
                }
            }
            Fault::StaleLabel | Fault::LabelsFrozen => {
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
        let database = [Fault::DatabaseDown, Fault::DatabaseRefuses, Fault::DatabaseExhausted];
        self.faults.retain(|each| !database.contains(each) && !matches!(each, Fault::DatabaseConnectionsLost { .. }));
        self.diego.database.outage(None, self.now);
        self.diego.database.hold(Reach::Up, self.now);
        self.diego.revive_connections(self.now);
        self.publish();
    }

    fn cells(&self, which: impl Fn(&Pod) -> bool) -> Vec<String> {
        let cells = self.pods.iter().filter(|pod| pod.role == Role::Cell && which(pod));
        cells.map(|pod| pod.name.clone()).collect()
    }

    /// A pod's node is gone: so are its processes; the object stays until somebody forces it or the node comes back.
    fn lose(&mut self, uid: &str) {
        let now = self.now;
        self.diego.remove(uid);
        self.agenda.retain(|_, (each, _)| each != uid);
        let Some(pod) = self.pods.iter_mut().find(|pod| pod.uid == uid) else { return };
        pod.lost = true;
        pod.judge_ready(now);
        let (name, grace) = (pod.name.clone(), pod.set.grace);
        if pod.deletion.is_none() {
            pod.deletion = Some(Deletion { timestamp: now, grace });
            self.terminations.push(Termination { name, uid: uid.to_owned(), by: DeletedBy::Cluster });
        }
        self.warn(uid, "NodeNotReady", None, "Node is not ready".to_owned());
    }

    /// A Cloud Controller's readiness follows its process at once; only the BBS's probes are modelled one by one.
    fn probe_cloud_controllers(&mut self) {
        let api = self.pods.iter().filter(|pod| pod.role == Role::Api && pod.alive() && !pod.terminating());
        for uid in api.map(|pod| pod.uid.clone()).collect::<Vec<_>>() {
            let healthy = self.cloud_controller_healthy(&uid);
            self.enter(self.now + self.settings.durations.ready_report, &uid, Step::Report(healthy));
        }
    }

    pub(super) fn cloud_controller_healthy(&self, uid: &str) -> bool {
        let name = self.pods.iter().find(|pod| pod.uid == uid).map(|pod| pod.name.clone()).unwrap_or_default();
        !self.faults.contains(&Fault::CloudControllerNotReady { pod: name })
    }
}
