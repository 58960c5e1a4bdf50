//! The cluster's state and what happens in it by itself: pods that start, are probed, stop and are replaced.
//!
//! Pure: time is handed in. Whatever happens is an entry in the agenda or a step of Diego, taken in order of its moment,
//! and after each one the objects are published, so that a watch sees every state there was.

use super::fault::Fault;
use super::labels::Labels;
use super::pod::{Deletion, Pod, Role, SetRef, new_id, new_uid};
use super::settings::{Settings, Workload};
use super::store::{Kind, Store};
use crate::simulator::diego::Diego;
use crate::simulator::diego::database::Moment;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long the cluster has been running when the caller gets it.
const HEAD_START: Duration = Duration::from_mins(1);
/// How long a pod that never ran takes to go.
const NEVER_RAN: Duration = Duration::from_millis(100);

/// What happens to a pod next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
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
    Operate,
}

/// Who ordered a pod's deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletedBy {
    /// A DELETE request to the API: its `User-Agent`.
    Request(String),
    /// Somebody beside the bot.
    Hand,
    /// Kubernetes itself.
    Cluster,
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

/// The UIDs of objects that are never replaced.
#[derive(Clone, Debug)]
pub(super) struct Uids {
    pub(super) services: Vec<(String, String)>,
    pub(super) namespace: String,
}

impl Default for Uids {
    fn default() -> Self {
        Self { services: (0..32).map(|_| (new_uid(), new_uid())).collect(), namespace: new_uid() }
    }
}

/// An event, counted if it happens again.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) pod: String,
    pub(super) uid: String,
    pub(super) warning: bool,
    pub(super) reason: &'static str,
    pub(super) message: String,
    pub(super) container: Option<String>,
    pub(super) count: u32,
    pub(super) first: Moment,
    pub(super) last: Moment,
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
    /// What the store's objects were made from.
    pub(super) shown: Option<Shown>,
    /// What is only kept, by kind, namespace and name.
    pub(super) given: BTreeMap<(Kind, String), Value>,
    pub(super) terminations: Vec<Termination>,
    pub(super) requests: Vec<Request>,
    pub(super) events: Vec<Event>,
    /// Whether there is an event that is not yet published.
    pub(super) reported: bool,
    pub(super) uids: Uids,
    /// Which of a Service's endpoints the next connection gets, for each pod that connects: whatever others do at once.
    pub(super) turns: BTreeMap<String, usize>,
    /// The revision that waits for the BBS's pods to be deleted.
    pub(super) pending: Option<String>,
    pub(super) agenda: BTreeMap<(Moment, u64), (String, Step)>,
    entries: u64,
    pub(super) addresses: u8,
}

/// What the objects follow from, beside what never changes.
#[derive(Debug, PartialEq)]
pub(super) struct Shown {
    pods: Vec<Pod>,
    faults: Vec<Fault>,
    pending: Option<String>,
    given: BTreeMap<(Kind, String), Value>,
}

impl Shown {
    /// As it is now.
    pub(super) fn of(world: &World) -> Self {
        Self {
            pods: world.pods.clone(),
            faults: world.faults.clone(),
            pending: world.pending.clone(),
            given: world.given.clone(),
        }
    }
}

impl World {
    /// A healthy cluster that has been running for a minute; moment zero was then.
    pub(super) fn new(settings: Settings) -> Self {
        let durations = settings.durations.clone();
        let head_start = jiff::SignedDuration::try_from(durations.here(HEAD_START)).unwrap_or_default();
        let set_of = |workload: &Workload, role, group: &str, zone| {
            let headless = if role == Role::Bbs { settings.headless.clone() } else { format!("{}-set", workload.name) };
            let hash = new_id()[..10].to_owned();
            let namespace = settings.namespace.clone();
            let set = SetRef {
                name: workload.name.clone(),
                group: group.to_owned(),
                zone,
                uid: new_uid(),
                hash,
                headless,
                grace: workload.grace,
                namespace,
                labels: settings.labels,
            };
            (workload.clone(), role, set)
        };
        let set = |workload: &Workload, role| set_of(workload, role, &workload.name, 0);
        // A set for each zone or version, all for the same.
        let several = |workload: &Workload, role| -> Vec<(Workload, Role, SetRef)> {
            if settings.sets.is_empty() {
                return vec![set(workload, role)];
            }
            let named = |end: &String| Workload { name: format!("{}{end}", workload.name), ..workload.clone() };
            let sets = (0..).zip(&settings.sets);
            sets.map(|(zone, end)| set_of(&named(end), role, &workload.name, zone)).collect()
        };
        let mut sets = several(&settings.api, Role::Api);
        sets.extend(settings.locket.as_ref().map(|workload| set(workload, Role::Locket)));
        sets.extend(several(&settings.bbs, Role::Bbs));
        sets.extend(settings.cells.as_ref().map(|workload| set(workload, Role::Cell)));
        sets.extend(settings.database_pods.as_ref().map(|workload| set(workload, Role::Database)));
        let mut world = Self {
            diego: Diego::new(durations),
            epoch: Timestamp::now() - head_start,
            now: Moment::ZERO,
            faults: Vec::new(),
            pods: Vec::new(),
            store: Store::new(settings.history),
            shown: None,
            given: BTreeMap::new(),
            terminations: Vec::new(),
            requests: Vec::new(),
            events: Vec::new(),
            reported: false,
            uids: Uids::default(),
            turns: BTreeMap::new(),
            pending: None,
            agenda: BTreeMap::new(),
            entries: 0,
            addresses: 1,
            sets,
            settings,
        };
        world.reconcile();
        if world.settings.labels == Labels::Quarks {
            world.enter(world.settings.durations.operator_period, "", Step::Operate);
        }
        world.publish();
        world.advance(HEAD_START);
        let age = world.settings.age_hours;
        world.pods.iter_mut().for_each(|pod| pod.age_hours = age);
        world.publish();
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
            Role::Cell if self.faults.contains(&Fault::CellsEvacuating) => Duration::from_secs(grace),
            Role::Api | Role::Locket | Role::Cell | Role::Database => durations.terminate_other,
        };
        let stop = ordered.unwrap_or(usual).min(Duration::from_secs(grace));
        let bbs_stop = durations.bbs_stop.min(stop);
        self.agenda.retain(|_, (each, _)| *each != uid);
        self.enter(now + bbs_stop, &uid, Step::StopBbs);
        self.enter(now + stop, &uid, Step::Stop);
        if began {
            self.report_killing(&uid);
        }
        if grace == 0 {
            self.stop(&uid);
            self.release(&uid);
        }
        self.publish();
    }

    pub(super) fn enter(&mut self, at: Moment, uid: &str, step: Step) {
        self.entries += 1;
        self.agenda.insert((at, self.entries), (uid.to_owned(), step));
    }

    /// The `StatefulSet` controller: creates what is missing, one after the other unless the set is `Parallel`.
    pub(super) fn reconcile(&mut self) {
        for (workload, role, mut set) in self.sets.clone() {
            if let Some(pending) = self.pending.as_ref().filter(|_| role == Role::Bbs) {
                set.hash.clone_from(pending);
            }
            for ordinal in 0..workload.replicas {
                let name = format!("{}-{ordinal}", workload.name);
                let settled = self.pod(&name).map(Pod::settled);
                if settled.is_none() {
                    let pod = Pod::new(set.clone(), role, ordinal, &workload.containers, self.now);
                    self.enter(self.now + self.settings.durations.schedule / 2, &pod.uid, Step::Schedule);
                    self.pods.push(pod);
                }
                if settled != Some(true) && !workload.parallel {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects;
    use super::*;

    /// Whatever the objects follow from is compared before they are made anew: made anew in any case, they are the same.
    #[test]
    fn nothing_that_changes_an_object_is_overlooked() {
        let faults = [
            Fault::DatabaseDown,
            Fault::WrongServiceName,
            Fault::LabelsFrozen,
            Fault::StaleLabel,
            Fault::PendingRevision,
            Fault::ImageMissing,
            Fault::CertificatesMissing,
        ];
        for fault in faults {
            let mut world = World::new(Settings::default());
            let same = |world: &mut World| {
                world.publish();
                let version = world.store.version();
                (world.shown, world.reported) = (None, true);
                world.publish();
                assert_eq!(world.store.version(), version, "{fault:?}");
            };
            world.inject(fault.clone());
            same(&mut world);
            world.delete("diego-api-0", None, DeletedBy::Hand);
            for _ in 0..60 {
                world.advance(world.now + Duration::from_secs(2));
                same(&mut world);
            }
            world.heal(&fault);
            same(&mut world);
        }
    }

    /// Lets time pass until something holds; gives how many seconds that took.
    fn until(world: &mut World, holds: impl Fn(&World) -> bool) -> f64 {
        let since = world.now;
        while !holds(world) {
            world.advance(world.now + Duration::from_millis(100));
            assert!(world.now < since + Duration::from_mins(5), "it never came");
        }
        world.now.saturating_sub(since).as_secs_f64()
    }

    fn labelled(world: &World) -> usize {
        world.pods.iter().filter(|pod| pod.label == Some(true)).count()
    }

    /// Records 02 and 14, second by second: refused after 15 to 21 s, the label false at the next probe, stuck; a new
    /// leader 45 s after both pods were deleted, and ready at once.
    #[test]
    fn an_outage_takes_as_long_as_recorded() {
        let mut world = World::new(Settings::default());
        world.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
        let lost = until(&mut world, |world| world.diego.leader().is_none());
        assert!((15.0..=21.0).contains(&lost), "{lost}");
        let label = until(&mut world, |world| labelled(world) == 0);
        assert!((0.0..=10.0).contains(&label), "{label}");
        world.advance(world.now + Duration::from_mins(5));
        assert_eq!((world.diego.leader(), labelled(&world)), (None, 0));
        for pod in ["diego-api-0", "diego-api-1"] {
            world.delete(pod, None, DeletedBy::Hand);
        }
        let leader = until(&mut world, |world| world.diego.leader().is_some());
        assert!((43.0..=46.0).contains(&leader), "{leader}");
        let ready = until(&mut world, |world| world.pods.iter().filter(|pod| pod.settled()).count() == 4);
        assert!((0.0..=6.0).contains(&ready), "{ready}");
    }

    /// Record 04: the leader is there a minute after the database is back, not before.
    #[test]
    fn deleting_too_early_gains_nothing() {
        let mut world = World::new(Settings::default());
        world.inject(Fault::DatabaseDown);
        world.advance(world.now + Duration::from_secs(45));
        for pod in ["diego-api-0", "diego-api-1"] {
            world.delete(pod, None, DeletedBy::Hand);
        }
        world.advance(world.now + Duration::from_secs(100));
        assert_eq!(world.pods.iter().filter(|pod| pod.role == Role::Bbs).count(), 1);
        world.heal(&Fault::DatabaseDown);
        let leader = until(&mut world, |world| world.diego.leader().is_some());
        assert!((0.0..=70.0).contains(&leader), "{leader}");
    }

    /// Deleting the leader of a healthy environment costs about 24 s.
    #[test]
    fn deleting_the_leader_costs_an_outage() {
        let mut world = World::new(Settings::default());
        world.delete("diego-api-0", None, DeletedBy::Hand);
        let service = |world: &World| {
            let services = objects::all_services(world);
            services
                .iter()
                .find(|service| service.name == "diego-api")
                .is_some_and(|service| !service.endpoints(world).0.is_empty())
        };
        assert!(!service(&world), "a pod on its way out serves no more");
        let outage = until(&mut world, service);
        assert!((18.0..=34.0).contains(&outage), "{outage}");
    }
}
