//! Watches: the history from a version on, then every change, as one JSON object a line.

use super::query::{Query, Selection};
use super::running::Running;
use super::status::Status;
use super::store::{Change, Kind};
use super::table;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a watch lasts if the caller does not say.
const USUAL_TIMEOUT: Duration = Duration::from_mins(5);
/// Between bookmarks, for those who want them.
const BOOKMARK_EVERY: Duration = Duration::from_mins(1);

/// What a watch was asked for.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) kind: Kind,
    pub(super) selection: Selection,
    pub(super) as_table: bool,
    from: Option<u64>,
    bookmarks: bool,
    initial_events: bool,
    timeout: Duration,
}

impl Watch {
    pub(super) fn new(kind: Kind, selection: Selection, query: &Query, as_table: bool) -> Self {
        let from =
            query.get("resourceVersion").and_then(|version| version.parse().ok()).filter(|&version: &u64| version > 0);
        let timeout =
            query.get("timeoutSeconds").and_then(|n| n.parse().ok()).map_or(USUAL_TIMEOUT, Duration::from_secs);
        Self {
            kind,
            selection,
            as_table,
            bookmarks: query.flag("allowWatchBookmarks"),
            initial_events: query.flag("sendInitialEvents"),
            from,
            timeout,
        }
    }

    /// Answers with a body that goes on until the timeout or the end of the cluster.
    pub(super) fn answer(self, running: Arc<Running>) -> Response {
        let (sender, receiver) = mpsc::channel::<String>(16);
        tokio::spawn(async move {
            let stopped = running.stopped.clone();
            tokio::select! {
                () = stopped.cancelled() => {}
                () = sender.closed() => {}
                () = self.run(&running, &sender) => {}
            }
        });
        let lines = futures::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|line| (Ok::<_, std::convert::Infallible>(line), receiver))
        });
        ([(CONTENT_TYPE, "application/json")], Body::from_stream(lines)).into_response()
    }

    async fn run(self, running: &Running, sender: &mpsc::Sender<String>) {
        let mut told = running.subscribe();
        // What has happened since the version it begins from is told at once.
        told.mark_changed();
        let end = tokio::time::Instant::now() + self.timeout;
        let mut bookmark = tokio::time::Instant::now() + BOOKMARK_EVERY;
        let (mut lines, mut version) = self.begin(running);
        loop {
            for each in lines.drain(..) {
                if sender.send(each).await.is_err() {
                    return;
                }
            }
            let next = if self.bookmarks { bookmark.min(end) } else { end };
            tokio::select! {
                _ = told.changed() => {}
                () = tokio::time::sleep_until(next) => {
                    if self.bookmarks {
                        lines.push(self.bookmark(version, None));
                        bookmark += BOOKMARK_EVERY;
                    }
                    if next == end {
                        for each in lines.drain(..) {
                            let _ = sender.send(each).await;
                        }
                        return;
                    }
                }
            }
            let news = running.look(|world| {
                let newest = world.store.version();
                let changes = world
                    .store
                    .since(version)
                    .map(|changes| changes.filter(|c| c.kind == self.kind).cloned().collect::<Vec<_>>());
                changes.ok_or_else(|| world.store.oldest()).map(|changes| (newest, changes))
            });
            match news {
                Ok((newest, changes)) => {
                    version = newest;
                    lines.extend(changes.iter().filter_map(|change| self.line(change)));
                }
                Err(oldest) => {
                    let _ = sender.send(line("ERROR", &Status::gone(version, oldest).value())).await;
                    return;
                }
            }
        }
    }

    /// What comes first, and the version from which changes follow.
    fn begin(&self, running: &Running) -> (Vec<String>, u64) {
        running.look(|world| match self.from {
            Some(from) if !self.initial_events => (Vec::new(), from),
            _ => {
                let version = world.store.version();
                let objects = world.store.list(self.kind).filter(|object| self.selection.matches(object));
                let mut lines: Vec<_> = objects.map(|object| self.event("ADDED", object)).collect();
                if self.initial_events {
                    lines.push(self.bookmark(version, Some("k8s.io/initial-events-end")));
                }
                (lines, version)
            }
        })
    }

    /// A change as this watch sees it: what enters the selection is added, what leaves it is deleted.
    fn line(&self, change: &Change) -> Option<String> {
        let before = change.before.as_ref().is_some_and(|object| self.selection.matches(object));
        let after = !change.deleted && self.selection.matches(&change.object);
        let event = match (before, after) {
            (true, true) => "MODIFIED",
            (false, true) => "ADDED",
            (true, false) => "DELETED",
            (false, false) => return None,
        };
        Some(self.event(event, &change.object))
    }

    fn event(&self, event: &str, object: &Value) -> String {
        if self.as_table {
            return line(event, &table::of(self.kind, &[object], &object["metadata"]["resourceVersion"]));
        }
        line(event, object)
    }

    fn bookmark(&self, version: u64, annotation: Option<&str>) -> String {
        let mut object = json!({
            "kind": self.kind.name(), "apiVersion": self.kind.api_version(),
            "metadata": {"resourceVersion": version.to_string(), "creationTimestamp": null},
        });
        if let Some(annotation) = annotation {
            object["metadata"]["annotations"] = json!({annotation: "true"});
        }
        match self.kind {
            Kind::Pod => {
                object["spec"] = json!({"containers": null});
                object["status"] = json!({});
            }
            Kind::StatefulSet => {
                object["spec"] = json!({"selector": null, "template": {"metadata": {}, "spec": {"containers": null}}, "serviceName": ""});
                object["status"] = json!({"replicas": 0, "availableReplicas": 0});
            }
            _ => {}
        }
        line("BOOKMARK", &object)
    }
}

fn line(event: &str, object: &Value) -> String {
    json!({"type": event, "object": object}).to_string() + "\n"
}
