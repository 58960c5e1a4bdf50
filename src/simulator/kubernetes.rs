//! The embedded Kubernetes API: a small cluster with a Cloud Controller and Diego, on loopback, in real wire formats.
//!
//! Invariants: a fault changes the state of the model, never an answer. Product code reaches the cluster over HTTP only;
//! this handle starts it, orders faults, plays the people beside the bot, and lets tests see what really happened.

use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

pub mod labels;
pub mod settings;
pub mod fault;
mod store;
mod pod;
pub mod world;
mod events;
mod objects;
mod kubelet;
mod outside;
mod network;
mod netcat;
mod running;
mod syntax;
mod script;
mod pattern;
mod process;
mod curl;
mod builtins;
mod interpreter;
mod shell;
mod status;
mod query;
mod table;
mod discovery;
mod wire;
mod watches;
mod exec;
mod given;
mod api;

use fault::Fault;
use running::Running;
use settings::Settings;
use wire::{Door, Reset};
use world::{DeletedBy, Request, Termination, World};

/// In so much time of the model everything has happened that happens by itself.
const LONGEST_ADVANCE: Duration = Duration::from_hours(1);

/// A running cluster. Clones are the same cluster; it stops with the last of them.
#[derive(Clone, Debug)]
pub struct Cluster {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    running: Arc<Running>,
    url: String,
    shut: watch::Sender<bool>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.running.stopped.cancel();
    }
}

/// A pod as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodSnapshot {
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// Its phase.
    pub phase: String,
    /// Its containers that are ready.
    pub ready: usize,
    /// All its containers.
    pub containers: usize,
    /// The value of `skiff-role-active`, if it has the label.
    pub active: Option<bool>,
    /// Whether its deletion has begun.
    pub terminating: bool,
    /// The restarts of its containers.
    pub restarts: u32,
    /// Why its first container waits, if it does.
    pub waiting: Option<String>,
}

/// The cluster as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The pods, by name.
    pub pods: Vec<PodSnapshot>,
    /// The pod whose BBS holds the lock and serves.
    pub leader: Option<String>,
    /// The owner of the lock row, current or stale.
    pub lock_owner: Option<String>,
    /// The pods behind the BBS's Service that are ready.
    pub endpoints: Vec<String>,
}

impl Snapshot {
    /// A pod by name.
    pub fn pod(&self, name: &str) -> Option<&PodSnapshot> {
        self.pods.iter().find(|pod| pod.name == name)
    }

    /// Every container of every pod ready, nothing on its way out, and the leader alone behind the Service.
    pub fn healthy(&self) -> bool {
        let settled = self.pods.iter().all(|pod| pod.ready == pod.containers && !pod.terminating);
        settled && self.leader.is_some() && self.leader.iter().eq(&self.endpoints)
    }
}

impl Cluster {
    /// Starts a healthy cluster on a free port of loopback. Needs a Tokio runtime.
    pub fn start(settings: Settings) -> io::Result<Self> {
        let shut = watch::Sender::new(false);
        let door = Door::open(shut.subscribe())?;
        let url = format!("http://{}", door.address());
        let running = Arc::new(Running::new(World::new(settings)));
        tokio::spawn(running.clone().drive());
        let app = axum::Router::new().fallback(api::handle).with_state(running.clone());
        let stopped = running.stopped.clone();
        let serve = axum::serve(door, app.into_make_service_with_connect_info::<Reset>());
        tokio::spawn(async move {
            tokio::select! {
                () = stopped.cancelled() => {}
                _ = serve => {}
            }
        });
        Ok(Self { inner: Arc::new(Inner { running, url, shut }) })
    }

    /// The API's address, such as `http://127.0.0.1:34567`.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// A kubeconfig with one context, for kubectl and for the bot.
    pub fn kubeconfig(&self) -> String {
        let (namespace, token) =
            self.inner.running.look(|world| (world.settings.namespace.clone(), world.settings.token.clone()));
        let url = self.url();
        let user = token.map_or_else(|| "{}".to_owned(), |token| format!("{{token: \"{token}\"}}"));
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: simulator\n\
             clusters:\n- name: simulator\n  cluster: {{server: \"{url}\"}}\n\
             users:\n- name: bot\n  user: {user}\n\
             contexts:\n- name: simulator\n  context: {{cluster: simulator, user: bot, namespace: \"{namespace}\"}}\n"
        )
    }

    /// Lets something go wrong.
    pub fn inject(&self, fault: Fault) {
        if fault == Fault::ApiServerDown {
            self.inner.shut.send_replace(true);
        }
        self.inner.running.change(|world| world.inject(fault));
    }

    /// Ends a fault: the one of the same kind, at the same pod.
    pub fn heal(&self, fault: &Fault) {
        self.inner.running.change(|world| world.heal(fault));
        if *fault == Fault::ApiServerDown {
            self.inner.shut.send_replace(false);
        }
    }

    /// Somebody beside the bot deletes a pod.
    pub fn delete_pod_by_hand(&self, name: &str) {
        self.delete_pods_by_hand(&[name]);
    }

    /// Somebody beside the bot deletes several pods at once, as the runbook's command does.
    pub fn delete_pods_by_hand(&self, names: &[&str]) {
        self.inner.running.change(|world| names.iter().for_each(|name| world.delete(name, None, DeletedBy::Hand)));
    }

    /// Somebody revokes the bearer token that is let in, and gives out another one.
    pub fn rotate_token(&self, token: &str) {
        self.inner.running.change(|world| world.settings.token = Some(token.to_owned()));
    }

    /// Somebody beside the bot repairs the database and its connections; a BBS then takes the lock.
    pub fn heal_by_hand(&self) {
        self.inner.running.change(World::heal_by_hand);
    }

    /// The cluster as it is now.
    pub fn snapshot(&self) -> Snapshot {
        self.inner.running.look(snapshot)
    }

    /// The pods as they are now, by name.
    pub fn pods(&self) -> Vec<PodSnapshot> {
        self.snapshot().pods
    }

    /// Every pod whose deletion ever began, in order.
    pub fn terminations(&self) -> Vec<Termination> {
        self.inner.running.look(|world| world.terminations.clone())
    }

    /// Every request the API was ever sent, in the order of the answers.
    pub fn requests(&self) -> Vec<Request> {
        self.inner.running.look(|world| world.requests.clone())
    }

    /// The newest of them, and before those all that changed something; each with its place among all.
    pub fn notable_requests(&self, newest: usize) -> Vec<(usize, Request)> {
        self.inner.running.look(|world| {
            let first = world.requests.len().saturating_sub(newest);
            let all = world.requests.iter().enumerate();
            let notable = all.filter(|(place, request)| *place >= first || request.method != "GET");
            notable.map(|(place, request)| (place, request.clone())).collect()
        })
    }

    /// The faults that last, as they are now.
    pub fn faults(&self) -> Vec<Fault> {
        self.inner.running.look(|world| world.faults.clone())
    }

    /// Tells of every change, of requests too.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.running.subscribe()
    }

    /// Holds the clock: nothing happens by itself any more, and what runs in a container is over at once, as if its time had
    /// passed. Whatever is asked of the API is done all the same.
    pub fn hold(&self) {
        self.inner.running.hold(true);
    }

    /// Lets the clock go on from where it stands.
    pub fn go_on(&self) {
        self.inner.running.hold(false);
    }

    /// Moves the clock by so much, nominally, at once; everything that is due in between happens, in its order.
    pub fn advance(&self, time: Duration) {
        self.inner.running.advance(time, |_| false);
    }

    /// Moves the clock, from one thing that happens to the next, until a snapshot is as wanted; an hour of the model at most, after
    /// which the last snapshot is the error.
    pub fn advance_until(&self, wanted: impl Fn(&Snapshot) -> bool) -> Result<Snapshot, Snapshot> {
        let came = self.inner.running.advance(LONGEST_ADVANCE, |world| wanted(&snapshot(world)));
        let last = self.snapshot();
        if came { Ok(last) } else { Err(last) }
    }

    /// Waits, for at most that long (really), until a snapshot is as wanted; else gives the last one as the error.
    pub async fn wait_until(
        &self,
        deadline: Duration,
        wanted: impl Fn(&Snapshot) -> bool,
    ) -> Result<Snapshot, Snapshot> {
        let mut changed = self.inner.running.subscribe();
        let end = tokio::time::Instant::now() + deadline;
        loop {
            changed.mark_unchanged();
            let snapshot = self.snapshot();
            if wanted(&snapshot) {
                return Ok(snapshot);
            }
            tokio::select! {
                _ = changed.changed() => {}
                () = tokio::time::sleep_until(end) => return Err(snapshot),
            }
        }
    }

    /// Stops the cluster: the port is closed, and whoever waits for it finds it gone.
    pub fn stop(&self) {
        self.inner.shut.send_replace(true);
        self.inner.running.stopped.cancel();
    }
}

fn snapshot(world: &World) -> Snapshot {
    let mut pods: Vec<_> = world.pods.iter().map(pod_snapshot).collect();
    pods.sort_by(|a, b| a.name.cmp(&b.name));
    let leader = world.diego.leader().and_then(|uid| world.pods.iter().find(|pod| pod.uid == uid));
    let services = objects::all_services(world);
    let service = services.iter().find(|service| service.role == pod::Role::Bbs);
    let endpoints = service.map(|service| service.endpoints(world).0).unwrap_or_default();
    Snapshot {
        pods,
        leader: leader.map(|pod| pod.name.clone()),
        lock_owner: world.diego.database.lock.as_ref().map(|row| row.owner.clone()),
        endpoints: endpoints.iter().map(|pod| pod.name.clone()).collect(),
    }
}

fn pod_snapshot(pod: &pod::Pod) -> PodSnapshot {
    let waiting = pod.containers.first().and_then(|main| match &main.state {
        pod::State::Waiting { reason, .. } => Some((*reason).to_owned()),
        _ => None,
    });
    PodSnapshot {
        name: pod.name.clone(),
        uid: pod.uid.clone(),
        phase: pod.phase().to_owned(),
        ready: pod.containers.iter().filter(|each| each.ready).count(),
        containers: pod.containers.len(),
        active: pod.label,
        terminating: pod.terminating(),
        restarts: pod.containers.iter().map(|each| each.restarts).sum(),
        waiting,
    }
}
