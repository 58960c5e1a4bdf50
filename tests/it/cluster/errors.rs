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
use stagerbot::cluster::scripts::SCRIPTS;
use stagerbot::incident::environment::{Environment, Topology};
use stagerbot::incident::observation::{Depth, Observation, ProbeOutcome, ProbeReport, Seen};
use stagerbot::incident::transition::DeleteResult;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::patient;
use crate::harness::PATIENCE;
use crate::words::english;

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
    /// The script prints this and ends with this code.
    Ends(&'static str, i32),
    /// The same at an API server that has the older protocol alone.
    EndsByV4(&'static str),
    /// It complains, and ends with this code.
    Complains(&'static str, i32),
    /// Prints this, and then without end.
    Floods(&'static str),
    /// Prints this, and then without end to the other stream.
    FloodsErrors(&'static str),
    /// The connection ends properly after this text, without a status.
    Closes(&'static str),
    /// The connection is torn down after this text.
    Breaks(&'static str),
    /// The status frame is no status.
    Garbage(&'static str),
    /// Nothing comes after this text.
    Silence(&'static str),
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
        let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await.unwrap();
        log.lock().unwrap().push((line, query));
        let protocol = if matches!(exec, Exec::EndsByV4(_)) { "v4.channel.k8s.io" } else { "v5.channel.k8s.io" };
        return upgrade.protocols([protocol]).on_upgrade(move |socket| act(socket, exec));
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
    let (channel, said) = match exec {
        Exec::Ends(text, _)
        | Exec::EndsByV4(text)
        | Exec::Floods(text)
        | Exec::FloodsErrors(text)
        | Exec::Closes(text)
        | Exec::Breaks(text)
        | Exec::Garbage(text)
        | Exec::Silence(text) => (1, text),
        Exec::Complains(text, _) => (2, text),
    };
    socket.send(frame(1, "")).await.unwrap();
    if !said.is_empty() {
        socket.send(frame(channel, said)).await.unwrap();
    }
    match exec {
        Exec::Ends(_, 0) | Exec::EndsByV4(_) => {
            socket.send(frame(3, r#"{"metadata":{},"status":"Success"}"#)).await.unwrap();
        }
        Exec::Ends(_, code) | Exec::Complains(_, code) => {
            let causes = format!(r#"{{"causes":[{{"reason":"ExitCode","message":"{code}"}}]}}"#);
            let status =
                format!(r#"{{"metadata":{{}},"status":"Failure","reason":"NonZeroExitCode","details":{causes}}}"#);
            socket.send(frame(3, &status)).await.unwrap();
        }
        Exec::Floods(_) => {
            let line = "control 0 Connection to h succeeded!\n".repeat(100);
            while socket.send(frame(2, &line)).await.is_ok() && socket.send(frame(1, &line)).await.is_ok() {}
        }
        Exec::FloodsErrors(_) => {
            let line = "probe 0 Connection to h succeeded!\n".repeat(100);
            while socket.send(frame(2, &line)).await.is_ok() {}
        }
        Exec::Garbage(_) => socket.send(frame(3, "no status")).await.unwrap(),
        Exec::Silence(_) => std::future::pending().await,
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
    let server = Server::start(Answer::Recorded, Exec::Silence("")).await;
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
        let server = Server::start(Answer::Page(code), Exec::Silence("")).await;
        let result = delete(&server.cluster().await).await;
        assert!(expected(&result), "{code}: {result:?}");
        assert_eq!(server.requests("DELETE").len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_delete_without_an_answer_is_unclear() {
    let server = Server::start(Answer::Silence, Exec::Silence("")).await;
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
    assert!(english(why).starts_with("not sent: the API server is unreachable"), "{why:?}");
}

#[tokio::test]
async fn a_delete_that_comes_too_late_is_not_sent() {
    let server = Server::start(Answer::Recorded, Exec::Silence("")).await;
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
    let (observation, server) = observe(Answer::FirstPage(503), Exec::Silence(""), Depth::Pods).await;
    assert!(observation.pods.known().is_some(), "{observation:?}");
    assert_eq!(observation.endpoints, Seen::Known(vec!["diego-api-0".to_owned()]));
    assert_eq!((observation.probes, observation.at), (Seen::NotLooked, Timestamp::UNIX_EPOCH));
    assert_eq!(server.requests("GET").len(), 6);

    let (observation, server) = observe(Answer::Page(503), Exec::Silence(""), Depth::Full).await;
    let Seen::NotKnown(why) = &observation.pods else { panic!("{observation:?}") };
    let told = english(why);
    assert!(told.contains("HTTP 503") && told.contains("upstream trouble") && !told.contains('<'), "{told}");
    assert_eq!(observation.probes, Seen::NotKnown(why.clone()));
    assert!(matches!(observation.endpoints, Seen::NotKnown(_)));
    assert!(server.requests("GET").len() <= 12);
}

#[tokio::test]
async fn a_read_without_an_answer_ends() {
    let timeouts = Timeouts { read: Duration::from_millis(500), ..patient() };
    let (observation, _) = observe_within(timeouts, Answer::Silence, Exec::Silence(""), Depth::Full).await;
    let Seen::NotKnown(why) = observation.pods else { panic!("{:?}", observation.pods) };
    assert!(english(&why).contains("no answer within "), "{why:?}");
}

async fn probe(exec: Exec) -> (ProbeReport, Server) {
    let timeouts = match exec {
        // What does not end is given up soon.
        Exec::Floods(_) | Exec::FloodsErrors(_) | Exec::Silence(_) => {
            Timeouts { exec: Duration::from_secs(1), ..patient() }
        }
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
    const SECTIONS: &str = "missing 0 \nhost 0 diego-api.cf.svc.cluster.local\nprobe 0 Connection to diego-api.cf.svc.cluster.local (10.96.210.143) 8889 port [tcp/*] succeeded!\n";
    for exec in [Exec::Ends(SECTIONS, 0), Exec::EndsByV4(SECTIONS)] {
        let (report, server) = probe(exec).await;
        assert_eq!(
            (report.outcome, report.exit_code, english(&report.text).as_str()),
            (ProbeOutcome::Succeeded, Some(0), SAYS)
        );
        // As the pod's own resolver completed it.
        let target = "diego-api.cf.svc.cluster.local:8889";
        assert_eq!((report.container.as_str(), report.target.as_str()), ("api", target));
        let arguments = |pod: &str| -> Vec<Vec<String>> {
            let requests = server.requests(&format!("GET /api/v1/namespaces/cf/pods/{pod}/exec"));
            let words = |query: &String| {
                url::form_urlencoded::parse(query.as_bytes())
                    .filter_map(|(key, value)| (key == "command").then(|| value.into_owned()))
                    .collect()
            };
            requests.iter().map(|(_, query)| words(query)).collect()
        };
        let head = |script: usize| ["sh", "-c", SCRIPTS[script].text.as_str(), "stagerbot"].map(str::to_owned).to_vec();
        let with = |script: usize, arguments: &[&str]| {
            vec![head(script).into_iter().chain(arguments.iter().map(|&each| each.to_owned())).collect::<Vec<_>>()]
        };
        // One exec a pod.
        let service = ["diego-api.cf.svc", "8889", "3", "4"];
        let pings = ["diego-api.cf.svc", "10", "11", "10.244.0.137", "10.244.0.138"];
        assert_eq!(arguments("api-1"), with(0, &service));
        let first = arguments("api-0");
        assert_eq!(first.len(), 1);
        assert_eq!(first[0][..11], with(0, &[&service[..], &pings[..3]].concat())[0]);
        assert!(first[0][11..].iter().all(|address| address.parse::<std::net::IpAddr>().is_ok()), "{first:?}");
        assert_eq!(first[0].len(), 13, "{first:?}");
        let locks: Vec<String> =
            ["diego-api-0", "diego-api-1"].into_iter().flat_map(|pod| arguments(pod)[0][4..].to_vec()).collect();
        assert_eq!(locks, ["8889", "2", "3", "8889", "2", "0"], "one is asked for the lock");
    }
}

#[tokio::test]
async fn every_end_of_a_probe() {
    for (exec, outcome, exit_code, text) in [
        (
            Exec::Ends("probe 1 nc: connect to h port 8889 (tcp) failed: Connection refused\n", 0),
            ProbeOutcome::Refused,
            Some(1),
            "refused",
        ),
        (Exec::Ends("probe 124 \n", 0), ProbeOutcome::TimedOut, Some(124), "no answer within 4 s"),
        // Killed long before `timeout` would have done it.
        (Exec::Ends("probe 137 \n", 0), ProbeOutcome::Unknown, Some(137), "printed nothing"),
        (
            Exec::Ends("missing 0  nc curl\nprobe 0 by bash\n", 0),
            ProbeOutcome::Succeeded,
            Some(0),
            "connected (bash /dev/tcp; nc is missing)",
        ),
        (
            Exec::Ends(
                "missing 0 \nprobe 1 nc: invalid option -- 'z'\tby bash\tbash: connect: Connection refused\tbash: line 1: /dev/tcp/h/8889: Connection refused\n",
                0,
            ),
            ProbeOutcome::Refused,
            Some(1),
            "Connection refused (bash /dev/tcp; nc cannot scan)",
        ),
        (
            Exec::Ends("missing 0  bash\nprobe 0 nc: invalid option -- 'z'\tby nc -e\n", 0),
            ProbeOutcome::Succeeded,
            Some(0),
            "connected (nc -e; nc cannot scan, and bash is missing)",
        ),
        (
            Exec::Ends("missing 0  nc bash\nprobe 127 \n", 0),
            ProbeOutcome::ToolTrouble,
            Some(127),
            "the container lacks nc, bash",
        ),
        (Exec::Ends("missing 0 \n", 3), ProbeOutcome::Unknown, None, "ended without an answer (exit code 3)"),
        (Exec::Complains("sh: not found", 127), ProbeOutcome::ToolTrouble, None, "(exit code 127): sh: not found"),
        (Exec::Floods("probe 0 open\n"), ProbeOutcome::Succeeded, Some(0), "open"),
        (Exec::FloodsErrors("probe 0 open\n"), ProbeOutcome::Succeeded, Some(0), "open"),
        (Exec::FloodsErrors(""), ProbeOutcome::Unknown, None, "did not end in time"),
        (Exec::Closes("probe 0 open\n"), ProbeOutcome::Succeeded, Some(0), "open"),
        // A line that did not end may go on.
        (Exec::Closes("probe 0 open"), ProbeOutcome::Unknown, None, "lost before an exit code"),
        (Exec::Breaks("probe 0 open\n"), ProbeOutcome::Succeeded, Some(0), "open"),
        (Exec::Breaks("probe 0 open"), ProbeOutcome::Unknown, None, "lost before an exit code"),
        (Exec::Garbage("probe 0 open\n"), ProbeOutcome::Succeeded, Some(0), "open"),
        (Exec::Garbage(""), ProbeOutcome::Unknown, None, "lost before an exit code"),
        (Exec::Silence("probe 0 open\n"), ProbeOutcome::Succeeded, Some(0), "open"),
        (Exec::Silence(""), ProbeOutcome::Unknown, None, "did not end in time"),
        // The first section of a name counts.
        (Exec::Ends("probe 1 Connection refused\nprobe 0 open\n", 0), ProbeOutcome::Refused, Some(1), "refused"),
        (Exec::Ends("control 0 probe 0 open\n", 0), ProbeOutcome::Unknown, None, "without an answer"),
    ] {
        let (report, _) = probe(exec).await;
        assert_eq!((report.outcome, report.exit_code), (outcome, exit_code), "{exec:?}: {report:?}");
        let told = english(&report.text);
        assert!(told.contains(text), "{exec:?}: {report:?}");
        assert!(told.len() < 600 && !told.contains('\n'), "{exec:?}");
    }
}
