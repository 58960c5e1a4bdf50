//! Names and connections inside the cluster: DNS, Services, pod addresses, policies.

use super::fault::Fault;
use super::labels::Labels;
use super::objects::all_services;
use super::pod::{Pod, Role};
use super::world::World;
use crate::simulator::diego::database::Reach;
use std::net::Ipv4Addr;
use std::time::Duration;

/// The address behind the database's name.
const DATABASE_IP: Ipv4Addr = Ipv4Addr::new(10, 96, 123, 190);
/// PostgreSQL's port.
const DATABASE_PORT: u16 = 5432;
/// Locket's port.
pub(super) const LOCKET_PORT: u16 = 8891;
/// The BBS's health port, on loopback only.
const HEALTH_PORT: u16 = 8890;
/// The Cloud Controller's port.
const API_PORT: u16 = 9022;

/// What the BBS is called inside `KubeCF`'s pods.
pub(super) const OPERATORS_NAME: &str = "bbs.service.cf.internal";

/// Who answers a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// The BBS of the pod with this UID.
    Bbs(String),
    /// Its health port.
    Health(String),
    /// The caller's own sidecar, which found nobody behind it.
    Sidecar,
    /// Anything else that accepts connections.
    Other,
}

/// What becomes of a connection attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Open(Peer),
    Refused,
    Dropped,
    NoRoute,
}

impl World {
    /// The addresses of a name as seen from a pod; `None` if there are none.
    pub(super) fn resolve(&self, from: &str, host: &str) -> Option<Vec<Ipv4Addr>> {
        if let Ok(ip) = host.parse() {
            return Some(vec![ip]);
        }
        let host = host.trim_end_matches('.');
        if host == "localhost" {
            return Some(vec![Ipv4Addr::LOCALHOST]);
        }
        if let Some(pod) = self.pods.iter().find(|pod| pod.uid == from && pod.name == host) {
            return pod.ip.map(|ip| vec![ip]);
        }
        let caller = self.pods.iter().find(|pod| pod.uid == from).map(|pod| pod.name.clone()).unwrap_or_default();
        if self.faults.iter().any(|fault| matches!(fault, Fault::DnsBroken { pod } if *pod == caller)) {
            return None;
        }
        if self.faults.contains(&Fault::NameNotResolved) {
            return None;
        }
        if host == self.settings.database {
            return Some(vec![DATABASE_IP]);
        }
        let namespace = &self.settings.namespace;
        let domain = &self.settings.domain;
        let suffixes = [format!(".{namespace}.svc.{domain}"), format!(".{namespace}.svc"), format!(".{namespace}")];
        let operated = self.settings.labels == Labels::Quarks && host == OPERATORS_NAME;
        let host = if operated { self.settings.service.as_str() } else { host };
        let name = suffixes.iter().find_map(|suffix| host.strip_suffix(suffix.as_str())).unwrap_or(host);
        for service in all_services(self) {
            let ready = || service.endpoints(self).0;
            let addresses: Vec<_> = match name.strip_suffix(&format!(".{}", service.name)) {
                Some(pod) if service.ip.is_none() => {
                    ready().iter().filter(|each| each.name == pod).filter_map(|pod| pod.ip).collect()
                }
                _ if name != service.name => continue,
                _ => service.ip.map_or_else(|| ready().iter().filter_map(|pod| pod.ip).collect(), |ip| vec![ip]),
            };
            return (!addresses.is_empty()).then_some(addresses);
        }
        None
    }

    /// How long the BBS of the pod with this UID takes to answer, where it is slow.
    pub(super) fn slow(&self, uid: &str) -> Option<Duration> {
        let pod = self.pods.iter().find(|pod| pod.uid == uid)?;
        self.faults.iter().find_map(|fault| fault.slows(&pod.name))
    }

    /// What becomes of one SYN from a pod.
    pub(super) fn reach(&mut self, from: &str, ip: Ipv4Addr, port: u16) -> Outcome {
        let outcome = self.carry(from, ip, port);
        let meshed = |pod: &Pod| pod.uid == from && pod.role == Role::Api && !ip.is_loopback();
        let accepts = self.faults.contains(&Fault::SidecarsAccept) && self.pods.iter().any(meshed);
        if accepts && !matches!(outcome, Outcome::Open(_)) { Outcome::Open(Peer::Sidecar) } else { outcome }
    }

    /// The same without a mesh.
    fn carry(&mut self, from: &str, ip: Ipv4Addr, port: u16) -> Outcome {
        let local = |pod: &&Pod| pod.uid == from && (ip.is_loopback() || pod.ip == Some(ip));
        if let Some(pod) = self.pods.iter().find(local) {
            return self.knock(pod, port, true);
        }
        let Some(caller) = self.pods.iter().find(|pod| pod.uid == from) else {
            return Outcome::Dropped;
        };
        if self.faults.contains(&Fault::OneApiPodCutOff { pod: caller.name.clone() }) {
            return Outcome::Dropped;
        }
        let caller = caller.role;
        if ip == DATABASE_IP && port == DATABASE_PORT {
            return match self.diego.database.reach() {
                Reach::Up | Reach::Exhausted => Outcome::Open(Peer::Other),
                Reach::Drops => Outcome::Dropped,
                Reach::Refuses => Outcome::Refused,
            };
        }
        let forbidden = caller == Role::Api && self.faults.contains(&Fault::NetworkPolicy);
        if let Some(service) = all_services(self).into_iter().find(|service| service.ip == Some(ip)) {
            if service.port != port {
                return Outcome::NoRoute;
            }
            let ready = service.endpoints(self).0;
            if ready.is_empty() {
                let drops = self.faults.contains(&Fault::ServiceDrops) || (forbidden && service.role == Role::Bbs);
                return if drops { Outcome::Dropped } else { Outcome::Refused };
            }
            let turn = self.turns.get(from).copied().unwrap_or_default();
            let pod = ready[turn % ready.len()];
            let outcome =
                if forbidden && pod.role == Role::Bbs { Outcome::Dropped } else { self.knock(pod, port, false) };
            self.turns.insert(from.to_owned(), turn + 1);
            return outcome;
        }
        match self.pods.iter().find(|pod| pod.ip == Some(ip) && !pod.succeeded) {
            Some(pod) if forbidden && pod.role == Role::Bbs => Outcome::Dropped,
            Some(pod) => self.knock(pod, port, false),
            None => Outcome::NoRoute,
        }
    }

    /// What a pod's own ports say.
    fn knock(&self, pod: &Pod, port: u16, local: bool) -> Outcome {
        let uid = &pod.uid;
        let open = |listens: bool, peer: Peer| if listens { Outcome::Open(peer) } else { Outcome::Refused };
        match pod.role {
            _ if pod.lost => Outcome::Dropped,
            _ if !pod.alive() => Outcome::Refused,
            Role::Bbs if port == self.settings.port => open(self.diego.listens(uid), Peer::Bbs(uid.clone())),
            Role::Bbs if port == HEALTH_PORT && local => open(self.diego.healthy_port(uid), Peer::Health(uid.clone())),
            Role::Bbs | Role::Locket if port == LOCKET_PORT => open(self.diego.locket_listens(uid), Peer::Other),
            Role::Api if port == API_PORT => open(pod.containers.first().is_some_and(|main| main.ready), Peer::Other),
            _ => Outcome::Refused,
        }
    }
}
