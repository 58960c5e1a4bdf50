//! The Kubernetes side against answers that no cluster gives, but what stands between does: a load balancer, a dead
//! connection, a container that prints without end. What a cluster itself does is in `../cluster.rs`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use stagerbot::cluster::Cluster;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::incident::observation::{Depth, Observation, ProbeOutcome, ProbeReport, Seen};
use stagerbot::incident::transition::DeleteResult;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::patient;
use crate::harness::PATIENCE;

/// What the server does with a request to this path.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// The records of a healthy environment.
    Recorded,
    /// An error that is not from Kubernetes.
    Page(u16),
    /// The first answer is this page, the others are as recorded.
    FirstPage(u16),
    /// Nothing, ever.
    Silence,
}

/// What a container does with an exec.
#[derive(Clone, Copy, Debug)]
enum Exec {
    /// Prints this and ends with this code.
    Ends(&'static str, i32),
    /// nc is missing, and bash does this.
    NoNc(&'static str, i32),
    /// Prints without end.
    Floods,
    /// The connection ends properly after this text, without a status.
    Closes(&'static str),
    /// The connection is torn down after this text.
    Breaks(&'static str),
    /// The status frame is no status.
    Garbage,
    /// Nothing comes.
    Silence,
}

struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl Server {
    async fn start(answer: Answer, exec: Exec) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = requests.clone();
        let handle = move |request: Request| {
            let log = log.clone();
            async move { serve(request, answer, exec, &log).await }
        };
        let router = Router::new().fallback(handle);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, requests }
    }

    async fn cluster(&self) -> Cluster {
        connect(self.port, patient()).await
    }

    fn requests(&self, method: &str) -> Vec<(String, String)> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|(line, _)| line.starts_with(method)).cloned().collect()
    }
}

async fn serve(request: Request, answer: Answer, exec: Exec, log: &Mutex<Vec<(String, String)>>) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let line = format!("{} {path}", parts.method);
    if path.ends_with("/exec") {
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let missing = matches!(exec, Exec::NoNc(..)) && query.contains("nc+-zv");
        let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await.unwrap();
        log.lock().unwrap().push((line, query));
        let exec = if missing { Exec::Ends("bash: line 1: nc: command not found\n", 127) } else { exec };
        return upgrade.protocols(["v5.channel.k8s.io"]).on_upgrade(move |socket| act(socket, exec));
    }
    let body = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    let first = {
        let mut log = log.lock().unwrap();
        log.push((line.clone(), body));
        log.iter().filter(|(known, _)| *known == line).count() == 1
    };
    let page = |code| (StatusCode::from_u16(code).unwrap(), "<html>upstream trouble</html>").into_response();
    match answer {
        Answer::Page(code) => page(code),
        Answer::FirstPage(code) if first => page(code),
        Answer::Silence => std::future::pending().await,
        Answer::Recorded | Answer::FirstPage(_) => recorded(&path),
    }
}

fn recorded(path: &str) -> Response {
    let body = match path.rsplit('/').next() {
        Some("pods") => include_str!("../../data/kubernetes/pods-list.json"),
        Some("statefulsets") => include_str!("../../data/kubernetes/statefulsets-list.json"),
        Some("diego-api") => include_str!("../../data/kubernetes/endpoints-active.json"),
        Some("diego-api-1") => include_str!("../../data/kubernetes/delete-again-terminating.json"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    Body::from(body).into_response()
}

async fn act(mut socket: WebSocket, exec: Exec) {
    let frame = |channel: u8, text: &str| {
        let mut data = vec![channel];
        data.extend_from_slice(text.as_bytes());
        Message::Binary(data.into())
    };
    let said = match exec {
        Exec::Ends(text, _) | Exec::NoNc(text, _) | Exec::Closes(text) | Exec::Breaks(text) => text,
        Exec::Floods | Exec::Garbage | Exec::Silence => "",
    };
    socket.send(frame(1, "")).await.unwrap();
    if !said.is_empty() {
        socket.send(frame(2, said)).await.unwrap();
    }
    match exec {
        Exec::Ends(_, 0) | Exec::NoNc(_, 0) => {
            socket.send(frame(3, r#"{"metadata":{},"status":"Success"}"#)).await.unwrap();
        }
        Exec::Ends(_, code) | Exec::NoNc(_, code) => {
            let causes = format!(r#"{{"causes":[{{"reason":"ExitCode","message":"{code}"}}]}}"#);
            let status =
                format!(r#"{{"metadata":{{}},"status":"Failure","reason":"NonZeroExitCode","details":{causes}}}"#);
            socket.send(frame(3, &status)).await.unwrap();
        }
        Exec::Floods => {
            let line = "Connection to h succeeded!\n".repeat(100);
            while socket.send(frame(2, &line)).await.is_ok() && socket.send(frame(1, &line)).await.is_ok() {}
        }
        Exec::Garbage => socket.send(frame(3, "no status")).await.unwrap(),
        Exec::Silence => std::future::pending().await,
        // Without the frame that says goodbye.
        Exec::Breaks(_) => return,
        Exec::Closes(_) => {}
    }
    let _ = socket.send(Message::Close(None)).await;
}

async fn connect(port: u16, timeouts: Timeouts) -> Cluster {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let kubeconfig = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "{{apiVersion: v1, kind: Config, current-context: it, \
         clusters: [{{name: it, cluster: {{server: 'http://127.0.0.1:{port}'}}}}], \
         contexts: [{{name: it, context: {{cluster: it}}}}]}}"
    );
    std::fs::write(kubeconfig.path(), text).unwrap();
    let access = Access { kubeconfig: Some(kubeconfig.path().into()), context: None, ..Access::default() };
    let topology = Topology::preset("cfee-2").unwrap();
    let environment = Environment {
        name: "prod".into(),
        context: None,
        namespace: "cf".into(),
        topology,
        discover: None,
        database: None,
    };
    Cluster::connect(&access, environment, timeouts).await.unwrap()
}

/// A delete that nobody answers is given up soon.
fn impatient() -> Timeouts {
    Timeouts { delete: Duration::from_millis(500), ..patient() }
}

async fn delete(cluster: &Cluster) -> DeleteResult {
    cluster.delete("diego-api-1", "c32db660-c91d-4f3e-b06d-14952e2dc28e", "797", Instant::now() + PATIENCE).await
}

fn refused(result: &DeleteResult) -> bool {
    matches!(result, DeleteResult::Refused(_))
}

fn unclear(result: &DeleteResult) -> bool {
    matches!(result, DeleteResult::Unclear(_))
}

#[tokio::test]
async fn a_delete_is_one_request_with_both_preconditions_and_nothing_else() {
    let server = Server::start(Answer::Recorded, Exec::Silence).await;
    assert_eq!(delete(&server.cluster().await).await, DeleteResult::Accepted);
    let requests = server.requests("DELETE");
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].0, "DELETE /api/v1/namespaces/cf/pods/diego-api-1");
    let body: serde_json::Value = serde_json::from_str(&requests[0].1).unwrap();
    let uid = "c32db660-c91d-4f3e-b06d-14952e2dc28e";
    assert_eq!(body, serde_json::json!({"preconditions": {"uid": uid, "resourceVersion": "797"}}));
}

#[tokio::test]
async fn a_delete_is_never_repeated() {
    for (code, expected) in [
        (429, refused as fn(&DeleteResult) -> bool),
        (400, refused),
        (404, unclear),
        (500, unclear),
        (502, unclear),
        (503, unclear),
        (504, unclear),
    ] {
        let server = Server::start(Answer::Page(code), Exec::Silence).await;
        let result = delete(&server.cluster().await).await;
        assert!(expected(&result), "{code}: {result:?}");
        assert_eq!(server.requests("DELETE").len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_delete_without_an_answer_is_unclear() {
    let server = Server::start(Answer::Silence, Exec::Silence).await;
    let result = delete(&connect(server.port, impatient()).await).await;
    assert!(unclear(&result), "{result:?}");
    assert_eq!(server.requests("DELETE").len(), 1);
}

#[tokio::test]
async fn a_delete_whose_connection_is_lost_is_unclear() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = accepted.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            stream.readable().await.unwrap();
        }
    });
    let result = delete(&connect(port, patient()).await).await;
    assert!(unclear(&result), "{result:?}");
    assert_eq!(accepted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_delete_that_cannot_be_sent_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let result = delete(&connect(port, patient()).await).await;
    let DeleteResult::Refused(why) = &result else { panic!("{result:?}") };
    assert!(why.starts_with("not sent: the API server is unreachable"), "{why}");
}

#[tokio::test]
async fn a_delete_that_comes_too_late_is_not_sent() {
    let server = Server::start(Answer::Recorded, Exec::Silence).await;
    let late = Instant::now().checked_sub(Duration::from_millis(1)).unwrap();
    let result = server.cluster().await.delete("diego-api-1", "u", "797", late).await;
    assert!(refused(&result), "{result:?}");
    assert!(server.requests("DELETE").is_empty());
}

async fn observe(answer: Answer, exec: Exec, depth: Depth) -> (Observation, Server) {
    observe_within(patient(), answer, exec, depth).await
}

async fn observe_within(timeouts: Timeouts, answer: Answer, exec: Exec, depth: Depth) -> (Observation, Server) {
    let server = Server::start(answer, exec).await;
    let observation = connect(server.port, timeouts).await.observe(depth, Timestamp::UNIX_EPOCH).await;
    (observation, server)
}

#[tokio::test]
async fn a_read_is_repeated_a_few_times() {
    let (observation, server) = observe(Answer::FirstPage(503), Exec::Silence, Depth::Pods).await;
    assert!(observation.pods.known().is_some(), "{observation:?}");
    assert_eq!(observation.endpoints, Seen::Known(vec!["diego-api-0".to_owned()]));
    assert_eq!((observation.probes, observation.at), (Seen::NotLooked, Timestamp::UNIX_EPOCH));
    assert_eq!(server.requests("GET").len(), 6);

    let (observation, server) = observe(Answer::Page(503), Exec::Silence, Depth::Full).await;
    let Seen::NotKnown(why) = &observation.pods else { panic!("{observation:?}") };
    assert!(why.contains("HTTP 503") && why.contains("upstream trouble") && !why.contains('<'), "{why}");
    assert_eq!(observation.probes, Seen::NotKnown(why.clone()));
    assert!(matches!(observation.endpoints, Seen::NotKnown(_)));
    assert!(server.requests("GET").len() <= 12);
}

#[tokio::test]
async fn a_read_without_an_answer_ends() {
    let timeouts = Timeouts { read: Duration::from_millis(500), ..patient() };
    let (observation, _) = observe_within(timeouts, Answer::Silence, Exec::Silence, Depth::Full).await;
    let Seen::NotKnown(why) = observation.pods else { panic!("{:?}", observation.pods) };
    assert!(why.contains("no answer within "), "{why}");
}

async fn probe(exec: Exec) -> (ProbeReport, Server) {
    let timeouts = match exec {
        // What does not end is given up soon.
        Exec::Floods | Exec::Silence => Timeouts { exec: Duration::from_secs(1), ..patient() },
        _ => patient(),
    };
    let (observation, server) = observe_within(timeouts, Answer::Recorded, exec, Depth::Full).await;
    let Seen::Known(reports) = observation.probes else { panic!("{:?}", observation.probes) };
    assert_eq!(reports.iter().map(|report| report.pod.as_str()).collect::<Vec<_>>(), ["api-0", "api-1"]);
    (reports.into_iter().next().unwrap(), server)
}

#[tokio::test]
async fn the_probe_is_the_runbooks() {
    const SAYS: &str = "Connection to diego-api.cf.svc.cluster.local (10.96.210.143) 8889 port [tcp/*] succeeded!";
    let (report, server) = probe(Exec::Ends(SAYS, 0)).await;
    assert_eq!((report.outcome, report.exit_code, report.text.as_str()), (ProbeOutcome::Succeeded, Some(0), SAYS));
    // What the resolver completes names with was not told here: then by a name that every cluster completes.
    assert_eq!((report.container.as_str(), report.target.as_str()), ("api", "diego-api.cf.svc:8889"));
    let requests = server.requests("GET /api/v1/namespaces/cf/pods/api-0/exec");
    let (_, query) = requests.iter().find(|(_, query)| query.contains("nc+-zv")).unwrap();
    let arguments: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
        .filter_map(|(key, value)| (key == "command").then(|| value.into_owned()))
        .collect();
    let script = r#"timeout -k 1 "$3" bash -c 'exec nc -zv -w "$2" "$0" "$1"' "$0" "$1" "$2""#;
    assert_eq!(arguments, ["bash", "-c", script, "diego-api.cf.svc", "8889", "5", "12"]);
}

#[tokio::test]
async fn every_end_of_a_probe() {
    for (exec, outcome, exit_code, text) in [
        (
            Exec::Ends("nc: connect to h port 8889 (tcp) failed: Connection refused\n", 1),
            ProbeOutcome::Refused,
            Some(1),
            "refused",
        ),
        (Exec::Ends("", 124), ProbeOutcome::TimedOut, Some(124), "no answer within 12 s"),
        // Killed long before `timeout` would have done it.
        (Exec::Ends("", 137), ProbeOutcome::Unknown, Some(137), "printed nothing"),
        (Exec::NoNc("", 0), ProbeOutcome::Succeeded, Some(0), "connected (bash /dev/tcp; nc is missing)"),
        (
            Exec::NoNc("bash: connect: Connection refused\nbash: line 1: /dev/tcp/h/8889: Connection refused\n", 1),
            ProbeOutcome::Refused,
            Some(1),
            "Connection refused (bash /dev/tcp; nc is missing)",
        ),
        (
            Exec::NoNc("bash: line 1: timeout: command not found\n", 127),
            ProbeOutcome::ToolTrouble,
            Some(127),
            "nc: command not found",
        ),
        (Exec::Floods, ProbeOutcome::Unknown, None, "did not end in time"),
        (Exec::Closes("Connection to h succeeded!\n"), ProbeOutcome::Unknown, None, "lost before an exit code"),
        (Exec::Breaks("Connection to h succeeded!\n"), ProbeOutcome::Unknown, None, "lost before an exit code"),
        (Exec::Garbage, ProbeOutcome::Unknown, None, "lost before an exit code"),
        (Exec::Silence, ProbeOutcome::Unknown, None, "did not end in time"),
    ] {
        let (report, _) = probe(exec).await;
        assert_eq!((report.outcome, report.exit_code), (outcome, exit_code), "{exec:?}: {report:?}");
        assert!(report.text.contains(text), "{exec:?}: {report:?}");
        assert!(report.text.len() < 600 && !report.text.contains('\n'), "{exec:?}");
    }
}
