//! What happens to the cluster from outside: faults that begin and end, and people who repair it by hand.

use super::fault::Fault;
use super::pod::Role;
use super::world::{Step, World};
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
                self.diego.database.outage(None, now);
                self.diego.revive_connections(now);
            }
            Fault::DatabaseDown | Fault::DatabaseRefuses => {
                let refuses = self.faults.contains(&Fault::DatabaseRefuses);
                let down = self.faults.contains(&Fault::DatabaseDown);
                let reach = if refuses {
                    Reach::Refuses
                } else if down {
                    Reach::Drops
                } else {
                    Reach::Up
                };
                self.diego.database.hold(reach, now);
            }
            Fault::BbsHung { .. } => {
                if let Some(uid) = uid {
                    self.diego.resume_bbs(&uid, now);
                    self.agenda.retain(|_, (each, step)| *each != uid || !matches!(step, Step::Probe(_)));
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
        self.diego.database.outage(None, self.now);
        self.diego.database.hold(Reach::Up, self.now);
        self.diego.revive_connections(self.now);
        self.publish();
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
