//! What takes pages in a test.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::PATIENCE;

/// A small server that takes what pages people, and answers as it is told to.
pub(crate) struct Pages {
    pub(crate) address: String,
    /// Headers, what the body says, and the body.
    seen: watch::Receiver<Vec<(HeaderMap, Value, Bytes)>>,
    task: tokio::task::JoinHandle<()>,
}

impl Pages {
    pub(crate) async fn start(status: StatusCode) -> Self {
        let (sender, seen) = watch::channel(Vec::new());
        let take = move |headers: HeaderMap, body: Bytes| async move {
            let says = serde_json::from_slice(&body).unwrap();
            sender.send_modify(|all: &mut Vec<(HeaderMap, Value, Bytes)>| all.push((headers, says, body)));
            (status, axum::Json(json!({"status": "success", "message": "Event processed"})))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/v2/enqueue", listener.local_addr().unwrap());
        let app = axum::Router::new().route("/v2/enqueue", axum::routing::post(take));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, seen, task }
    }

    /// The first of these pages.
    pub(crate) async fn page(&self, action: &str) -> (HeaderMap, Value) {
        let (headers, says, _) = self.whole(action).await;
        (headers, says)
    }

    /// The same with the body as it came.
    pub(crate) async fn whole(&self, action: &str) -> (HeaderMap, Value, Bytes) {
        let of = |all: &Vec<(HeaderMap, Value, Bytes)>| {
            all.iter().find(|(_, page, _)| page["event_action"] == action || page["action"] == action).cloned()
        };
        let mut seen = self.seen.clone();
        let there = tokio::time::timeout(PATIENCE, seen.wait_for(|all| of(all).is_some())).await;
        of(&there.unwrap_or_else(|_| panic!("nothing was sent to {action}")).unwrap()).unwrap()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.task.abort();
    }
}
