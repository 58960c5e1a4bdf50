//! Events about pods, as the scheduler, the kubelet and the controllers report them.

use super::pod::{NODE, Pod, new_id};
use super::world::{Event, World};
use crate::simulator::diego::database::Moment;
use serde_json::{Value, json};

/// How many events are kept.
const KEPT: usize = 200;

impl World {
    /// Reports something normal about a pod or one of its containers.
    pub(super) fn report(&mut self, uid: &str, reason: &'static str, container: Option<&str>, message: String) {
        self.event(uid, false, reason, container, message);
    }

    /// Reports something wrong about a pod or one of its containers.
    pub(super) fn warn(&mut self, uid: &str, reason: &'static str, container: Option<&str>, message: String) {
        self.event(uid, true, reason, container, message);
    }

    fn event(&mut self, uid: &str, warning: bool, reason: &'static str, container: Option<&str>, message: String) {
        let now = self.now;
        self.reported = true;
        let same = |event: &&mut Event| event.uid == uid && event.reason == reason && event.message == message;
        if let Some(event) = self.events.iter_mut().find(same) {
            event.count += 1;
            event.last = now;
            return;
        }
        let Some(pod) = self.pods.iter().find(|pod| pod.uid == uid) else { return };
        let (pod, container) = (pod.name.clone(), container.map(str::to_owned));
        let (id, uid) = (new_id()[..16].to_owned(), uid.to_owned());
        self.events.push(Event { id, pod, uid, warning, reason, message, container, count: 1, first: now, last: now });
        if self.events.len() > KEPT {
            self.events.remove(0);
        }
    }

    /// The containers of a pod were created and started.
    pub(super) fn report_started(&mut self, uid: &str) {
        let Some(pod) = self.pods.iter().find(|pod| pod.uid == uid) else { return };
        let running: Vec<_> = running(pod);
        for container in running {
            self.report(uid, "Created", Some(&container), format!("Created container: {container}"));
            self.report(uid, "Started", Some(&container), format!("Started container {container}"));
        }
    }

    /// The containers of a pod are told to stop.
    pub(super) fn report_killing(&mut self, uid: &str) {
        let Some(pod) = self.pods.iter().find(|pod| pod.uid == uid) else { return };
        for container in running(pod) {
            self.report(uid, "Killing", Some(&container), format!("Stopping container {container}"));
        }
    }
}

fn running(pod: &Pod) -> Vec<String> {
    pod.containers.iter().filter(|each| each.running()).map(|each| each.name.clone()).collect()
}

/// The Event objects.
pub(super) fn objects(world: &World, wall: &dyn Fn(Moment, u64) -> String) -> Vec<Value> {
    let namespace = &world.settings.namespace;
    let object = |event: &Event| {
        let mut involved =
            json!({"kind": "Pod", "namespace": namespace, "name": event.pod, "uid": event.uid, "apiVersion": "v1"});
        if let Some(container) = &event.container {
            involved["fieldPath"] = json!(format!("spec.containers{{{container}}}"));
        }
        let component = if event.reason == "Scheduled" { "default-scheduler" } else { "kubelet" };
        json!({
            "kind": "Event", "apiVersion": "v1",
            "metadata": {
                "name": format!("{}.{}", event.pod, event.id), "namespace": namespace, "uid": event.id,
                "creationTimestamp": wall(event.first, 0),
            },
            "involvedObject": involved,
            "reason": event.reason,
            "message": event.message,
            "source": {"component": component, "host": NODE},
            "firstTimestamp": wall(event.first, 0),
            "lastTimestamp": wall(event.last, 0),
            "count": event.count,
            "type": if event.warning { "Warning" } else { "Normal" },
            "eventTime": null,
            "reportingComponent": component,
            "reportingInstance": NODE,
        })
    };
    world.events.iter().map(object).collect()
}
