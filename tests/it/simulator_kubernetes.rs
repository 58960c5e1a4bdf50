//! The embedded cluster against the records of a real one, through the clients that the bot and people use.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it skips")]

mod given;
mod surroundings;

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Endpoints, Pod};
use kube::api::{Api, AttachParams, DeleteParams, ListParams, Preconditions, WatchEvent, WatchParams};
use kube::runtime::watcher;
use kube::{Client, Config};
use serde_json::{Value, json};
use stagerbot::simulator::kubernetes::fault::{FINALIZER, Fault};
use stagerbot::simulator::kubernetes::settings::{ExecHealth, Netcat, Probe, Settings, Workload};
use stagerbot::simulator::kubernetes::world::DeletedBy;
use stagerbot::simulator::kubernetes::{Cluster, Snapshot};
use std::collections::BTreeSet;
use std::process::Output;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::PATIENCE;
use crate::harness::needed::missing;

const PODS: &str = "/api/v1/namespaces/cf/pods";
const BBS: &str = "diego-api.cf.svc.cluster.local";
const NC: [&str; 6] = ["nc", "-zv", "-w", "5", BBS, "8889"];

/// A cluster in which time stands but where a test moves it.
fn start() -> (Cluster, Client) {
    start_with(Settings::short())
}

fn start_with(settings: Settings) -> (Cluster, Client) {
    let cluster = Cluster::start(Settings { held: true, ..settings }).unwrap();
    let mut config = Config::new(cluster.url().parse().unwrap());
    "cf".clone_into(&mut config.default_namespace);
    config.default_retry = false;
    (cluster, Client::try_from(config).unwrap())
}

fn pods(client: &Client) -> Api<Pod> {
    Api::default_namespaced(client.clone())
}

/// Lets a minute and a half of the model pass, in which something does not come about; how it is then.
fn without(cluster: &Cluster, came: impl Fn(&Snapshot) -> bool) -> Snapshot {
    for _ in 0..90 {
        cluster.advance(Duration::from_secs(1));
        let now = cluster.snapshot();
        assert!(!came(&now), "{now:#?}");
    }
    cluster.snapshot()
}

fn minutes(n: u64) -> Duration {
    Duration::from_mins(n)
}

fn forty_seconds() -> Fault {
    Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) }
}

/// A record, from `tests/data/kubernetes`.
fn record(name: &str) -> String {
    let path = format!("{}/tests/data/kubernetes/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn record_json(name: &str) -> Value {
    serde_json::from_str(&record(name)).unwrap()
}

/// What an exec came to: the exit code, if there is one, else why not; and what it printed.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    code: Result<i32, String>,
    stdout: String,
    stderr: String,
}

async fn exec_in(client: &Client, pod: &str, container: &str, argv: &[&str]) -> Ran {
    let parameters = AttachParams::default().container(container).stdout(true).stderr(true);
    let mut process = pods(client).exec(pod, argv.to_vec(), &parameters).await.unwrap();
    let (mut out, mut err) = (process.stdout().unwrap(), process.stderr().unwrap());
    let status = process.take_status().unwrap();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let (_, _, status) = tokio::join!(out.read_to_string(&mut stdout), err.read_to_string(&mut stderr), status);
    let status = status.expect("a status frame");
    let causes = status.details.and_then(|details| details.causes).unwrap_or_default();
    let exit = causes.iter().find(|cause| cause.reason.as_deref() == Some("ExitCode"));
    let code = match (status.status.as_deref(), exit) {
        (Some("Success"), _) => Ok(0),
        (_, Some(cause)) => Ok(cause.message.as_ref().unwrap().parse().unwrap()),
        _ => Err(status.reason.unwrap()),
    };
    Ran { code, stdout, stderr }
}

async fn exec(client: &Client, argv: &[&str]) -> Ran {
    exec_in(client, "api-0", "api", argv).await
}

/// One HTTP request, byte by byte: the status and the body.
async fn raw(cluster: &Cluster, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = connect(cluster).await;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

async fn connect(cluster: &Cluster) -> TcpStream {
    TcpStream::connect(cluster.url().trim_start_matches("http://")).await.unwrap()
}

/// The paths of a JSON object, with `[]` for every element of an array.
fn paths(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(value, &format!("{path}/{key}"), into)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, &format!("{path}[]"), into)),
            _ => drop(into.insert(path.to_owned())),
        }
    }
    let mut all = BTreeSet::new();
    walk(value, "", &mut all);
    all
}

/// Two sets of paths are the same but for those with one of these prefixes.
fn same_paths(ours: &Value, theirs: &Value, but: &[&str]) {
    let (ours, theirs) = (paths(ours), paths(theirs));
    let different: Vec<_> =
        ours.symmetric_difference(&theirs).filter(|path| !but.iter().any(|prefix| path.starts_with(prefix))).collect();
    assert!(different.is_empty(), "{different:#?}");
}

mod shapes {
    use super::*;

    /// What the records' stand-in had and this cluster has not: certificates, environment variables, other probes.
    const OTHERWISE: &[&str] = &["/spec/containers[]", "/spec/volumes", "/status/containerStatuses[]/volumeMounts"];

    #[tokio::test]
    async fn of_pods() {
        let (cluster, _) = start();
        let (status, body) =
            raw(&cluster, "GET", &format!("{PODS}?labelSelector=skiff-role-name%3Ddiego-api"), "").await;
        assert_eq!(status, 200);
        let (ours, theirs): (Value, Value) =
            (serde_json::from_str(&body).unwrap(), record_json("diego-pods-list.json"));
        for key in ["kind", "apiVersion"] {
            assert_eq!(ours[key], theirs[key]);
        }
        assert_eq!(ours["items"].as_array().unwrap().len(), 2);
        for (ours, theirs) in ours["items"].as_array().unwrap().iter().zip(theirs["items"].as_array().unwrap()) {
            same_paths(ours, theirs, OTHERWISE);
            for same in [
                "/metadata/name",
                "/metadata/labels/skiff-role-active",
                "/status/phase",
                "/spec/terminationGracePeriodSeconds",
            ] {
                assert_eq!(ours.pointer(same), theirs.pointer(same), "{same}");
            }
        }
    }

    #[tokio::test]
    async fn of_endpoints_and_stateful_sets() {
        let (cluster, _) = start();
        let (_, body) = raw(&cluster, "GET", "/api/v1/namespaces/cf/endpoints/diego-api", "").await;
        same_paths(&serde_json::from_str(&body).unwrap(), &record_json("endpoints-active.json"), &[]);
        let (_, body) = raw(&cluster, "GET", "/apis/apps/v1/namespaces/cf/statefulsets", "").await;
        let but = [
            "/items[]/spec/template/spec/containers[]",
            "/items[]/spec/template/metadata/labels",
            "/items[]/metadata/labels",
        ];
        same_paths(&serde_json::from_str(&body).unwrap(), &record_json("statefulsets-list.json"), &but);
    }

    #[tokio::test]
    async fn of_a_terminating_pod() {
        let (cluster, _) = start();
        cluster.delete_pod_by_hand("diego-api-1");
        let (status, body) = raw(&cluster, "DELETE", &format!("{PODS}/diego-api-1"), "").await;
        assert_eq!(status, 200, "a repeat is answered with the pod");
        let but = [OTHERWISE, &["/metadata/labels", "/spec/"]].concat();
        same_paths(&serde_json::from_str(&body).unwrap(), &record_json("delete-again-terminating.json"), &but);
        assert_eq!(cluster.terminations().len(), 1, "and changes nothing");
    }

    #[tokio::test]
    async fn of_what_the_server_says_about_itself() {
        let (cluster, client) = start();
        let (_, body) = raw(&cluster, "GET", "/version", "").await;
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), record_json("version.json"));
        assert_eq!(client.apiserver_version().await.unwrap().minor, "32");
        assert_eq!(client.list_core_api_versions().await.unwrap().versions, ["v1"]);
        assert!(client.list_api_groups().await.unwrap().groups.iter().any(|group| group.name == "apps"));
        let (status, body) = raw(&cluster, "GET", "/apis/nosuch/v1/things", "").await;
        assert_eq!((status, body.contains("the server could not find the requested resource")), (404, true));
    }
}

mod deleting {
    use super::*;

    /// The body as recorded, with our identities in the place of theirs.
    fn as_recorded(name: &str, replace: &[(&str, &str)]) -> String {
        let text = replace.iter().fold(record(name), |text, (theirs, ours)| text.replace(theirs, ours));
        let mut ordered = String::new();
        for line in text.lines() {
            ordered.push_str(&line.trim().replacen("\": ", "\":", 1));
        }
        ordered
    }

    #[tokio::test]
    async fn refusals_are_worded_as_recorded() {
        let (cluster, client) = start();
        let pod = pods(&client).get("diego-api-0").await.unwrap();
        let (uid, version) = (pod.metadata.uid.unwrap(), pod.metadata.resource_version.unwrap());
        let wrong = "00000000-0000-0000-0000-000000000000";
        let theirs = "9be494c3-b7fa-4419-817c-b276922b1280";
        let cases = [
            ("diego-api-9", json!({}), 404, as_recorded("delete-missing.json", &[])),
            (
                "diego-api-0",
                json!({"preconditions": {"uid": wrong}}),
                409,
                as_recorded("delete-wrong-uid.json", &[(theirs, &uid)]),
            ),
            (
                "diego-api-0",
                json!({"preconditions": {"uid": uid, "resourceVersion": "1"}}),
                409,
                as_recorded("delete-stale-resource-version.json", &[("4119", &version)]),
            ),
        ];
        for (name, options, status, body) in cases {
            let answer = raw(&cluster, "DELETE", &format!("{PODS}/{name}"), &options.to_string()).await;
            assert_eq!(answer, (status, format!("{body}\n")));
        }
        assert!(cluster.terminations().is_empty());
    }

    #[tokio::test]
    async fn a_stale_uid_never_hits_the_successor() {
        let (cluster, client) = start();
        let old = cluster.snapshot().pod("diego-api-1").unwrap().uid.clone();
        cluster.delete_pod_by_hand("diego-api-1");
        let now = cluster.advance_until(|now| now.pod("diego-api-1").is_some_and(|pod| pod.uid != old)).unwrap();
        let new = now.pod("diego-api-1").unwrap().uid.clone();
        let preconditions = Preconditions { uid: Some(old.clone()), resource_version: None };
        let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        let kube::Error::Api(status) = pods(&client).delete("diego-api-1", &parameters).await.unwrap_err() else {
            panic!()
        };
        assert_eq!(status.code, 409);
        let expected = record_json("delete-stale-uid.json");
        let expected = expected["message"].as_str().unwrap();
        let expected = expected.replace("c32db660-c91d-4f3e-b06d-14952e2dc28e", &old);
        assert_eq!(status.message, expected.replace("4250c16b-4fce-4d34-bfd7-ed0717514a49", &new));
    }

    #[tokio::test]
    async fn a_dry_run_deletes_nothing_and_everything_is_on_record() {
        let (cluster, client) = start();
        let parameters = DeleteParams { dry_run: true, ..DeleteParams::default() };
        pods(&client).delete("diego-api-0", &parameters).await.unwrap();
        assert!(cluster.terminations().is_empty());
        pods(&client).delete("diego-api-0", &DeleteParams::default()).await.unwrap();
        cluster.delete_pod_by_hand("api-1");
        let terminations = cluster.terminations();
        let who: Vec<_> = terminations.iter().map(|each| (each.name.as_str(), each.by == DeletedBy::Hand)).collect();
        assert_eq!(who, [("diego-api-0", false), ("api-1", true)]);
        let requests: Vec<_> =
            cluster.requests().into_iter().map(|each| (each.method, each.path, each.status)).collect();
        let delete = ("DELETE".to_owned(), format!("{PODS}/diego-api-0"), 200);
        assert_eq!(requests, [delete.clone(), delete]);
    }

    /// What a watch tells of one pod's replacement, in words that do not depend on names and times.
    fn story(events: &[Value], name: &str) -> Vec<String> {
        let of_pod = |event: &&Value| event["object"]["metadata"]["name"] == name;
        let text = |event: &Value| {
            let object = &event["object"];
            let (metadata, status) = (&object["metadata"], &object["status"]);
            let conditions = status["conditions"].as_array().into_iter().flatten();
            let conditions: Vec<_> = conditions
                .map(|each| {
                    format!("{}={}{}", each["type"].as_str().unwrap(), each["status"].as_str().unwrap(), each["reason"])
                })
                .collect();
            let containers = status["containerStatuses"].as_array().into_iter().flatten();
            let containers: Vec<_> = containers
                .map(|each| {
                    let state: Vec<_> = each["state"].as_object().unwrap().keys().collect();
                    format!("{} {state:?} ready={} started={}", each["name"], each["ready"], each["started"])
                })
                .collect();
            format!(
                "{} {} grace={} label={} node={} ip={} {conditions:?} {containers:?}",
                event["type"],
                status["phase"],
                metadata["deletionGracePeriodSeconds"],
                metadata["labels"]["skiff-role-active"],
                object["spec"]["nodeName"],
                status["podIP"].is_string(),
            )
        };
        events.iter().filter(of_pod).map(text).collect()
    }

    #[tokio::test]
    async fn a_watch_tells_the_recorded_story() {
        let (cluster, client) = start();
        let selector = WatchParams::default().labels("skiff-role-name=diego-api");
        let watch = client.request_events::<Value>(kube::core::Request::new(PODS).watch(&selector, "0").unwrap());
        let watch = watch.await.unwrap();
        let old: Vec<String> = cluster.pods().into_iter().map(|pod| pod.uid).collect();
        cluster.delete_pods_by_hand(&["diego-api-0", "diego-api-1"]);
        let bbs = |now: &Snapshot, name: &str| now.pod(name).is_some_and(|pod| !old.contains(&pod.uid));
        cluster.advance_until(|now| bbs(now, "diego-api-0") && bbs(now, "diego-api-1") && now.healthy()).unwrap();
        cluster.advance(minutes(1));
        let recorded: Vec<Value> =
            record("diego-watch.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let wanted = story(&recorded, "diego-api-0").len() + story(&recorded, "diego-api-1").len();
        let to_json = |event: WatchEvent<Value>| match event {
            WatchEvent::Added(object) => json!({"type": "ADDED", "object": object}),
            WatchEvent::Modified(object) => json!({"type": "MODIFIED", "object": object}),
            WatchEvent::Deleted(object) => json!({"type": "DELETED", "object": object}),
            other => panic!("{other:?}"),
        };
        let ours: Vec<_> = watch.map(|event| to_json(event.unwrap())).take(wanted).collect().await;
        for pod in ["diego-api-0", "diego-api-1"] {
            assert_eq!(story(&ours, pod), story(&recorded, pod), "{pod}");
        }
        let versions: Vec<u64> = ours
            .iter()
            .map(|event| event["object"]["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap())
            .collect();
        assert!(versions[2..].is_sorted(), "{versions:?}");
    }

    #[tokio::test]
    async fn endpoints_follow_as_recorded() {
        let (cluster, client) = start();
        let shape = |subsets: &Value| {
            let count = |key: &str| subsets[0][key].as_array().map_or(0, Vec::len);
            (count("addresses"), count("notReadyAddresses"))
        };
        let recorded: Vec<_> = record("diego-endpoints-watch.jsonl")
            .lines()
            .take(4)
            .map(|line| shape(&serde_json::from_str::<Value>(line).unwrap()["object"]["subsets"]))
            .collect();
        let endpoints: Api<Endpoints> = Api::default_namespaced(client);
        let watch = endpoints.watch(&WatchParams::default().fields("metadata.name=diego-api"), "0").await.unwrap();
        cluster.delete_pods_by_hand(&["diego-api-0", "diego-api-1"]);
        cluster.advance_until(Snapshot::healthy).unwrap();
        let ours: Vec<_> = watch
            .map_ok(|event| match event {
                WatchEvent::Added(object) | WatchEvent::Modified(object) => shape(&json!(object.subsets)),
                other => panic!("{other:?}"),
            })
            .take(4)
            .try_collect()
            .await
            .unwrap();
        assert_eq!(ours, recorded);
    }
}

mod watching {
    use super::*;

    #[tokio::test]
    async fn an_old_version_is_gone_and_selectors_select() {
        let (cluster, _) = start_with(Settings { history: 5, ..Settings::short() });
        let (_, body) = raw(&cluster, "GET", &format!("{PODS}?watch=1&resourceVersion=1&timeoutSeconds=1"), "").await;
        assert!(body.contains(r#""type":"ERROR""#) && body.contains("too old resource version: 1 ("), "{body}");
        let query = "watch=1&timeoutSeconds=1&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dapi-0";
        let (_, body) = raw(&cluster, "GET", &format!("{PODS}?{query}"), "").await;
        assert_eq!((body.matches("ADDED").count(), body.matches("BOOKMARK").count()), (1, 1), "{body}");
    }

    #[tokio::test]
    async fn a_watcher_lives_through_an_outage_of_the_api() {
        let (cluster, client) = start();
        let config = watcher::Config::default().labels("skiff-role-name=diego-api").streaming_lists();
        let mut events = watcher(pods(&client), config).boxed();
        let mut labels = Vec::new();
        loop {
            match events.next().await.unwrap().unwrap() {
                watcher::Event::InitApply(pod) => {
                    labels.push(pod.metadata.labels.unwrap()["skiff-role-active"].clone());
                }
                watcher::Event::InitDone => break,
                _ => {}
            }
        }
        assert_eq!(labels, ["true", "false"]);
        cluster.inject(Fault::ApiServerDown);
        assert!(events.next().await.unwrap().is_err());
        assert!(pods(&client).list(&ListParams::default()).await.is_err());
        cluster.delete_pod_by_hand("diego-api-1");
        cluster.heal(&Fault::ApiServerDown);
        let seen = async {
            loop {
                if let Some(Ok(watcher::Event::Apply(pod) | watcher::Event::InitApply(pod))) = events.next().await
                    && pod.metadata.deletion_timestamp.is_some()
                {
                    return pod.metadata.name;
                }
            }
        };
        assert_eq!(tokio::time::timeout(PATIENCE, seen).await.unwrap().as_deref(), Some("diego-api-1"));
    }

    #[tokio::test]
    async fn a_label_that_changes_enters_and_leaves_a_selection() {
        let (cluster, client) = start();
        let active = WatchParams::default().labels("skiff-role-active=true");
        let watch = pods(&client).watch(&active, "0").await.unwrap();
        cluster.inject(forty_seconds());
        cluster.advance_until(|now| now.endpoints.is_empty()).unwrap();
        let events = watch.map_ok(|event| match event {
            WatchEvent::Added(pod) => ("added", pod.metadata.name),
            WatchEvent::Deleted(pod) => ("deleted", pod.metadata.name),
            other => panic!("{other:?}"),
        });
        let events: Vec<_> = events.take(2).try_collect().await.unwrap();
        assert_eq!(events.iter().map(|(what, _)| *what).collect::<Vec<_>>(), ["added", "deleted"]);
    }
}

mod executing {
    use super::*;

    /// Frames of an exec as they come over the wire: opcode, then payload.
    async fn frames(cluster: &Cluster, protocol: &str, query: &str) -> Result<Vec<(u8, Vec<u8>)>, (u16, String)> {
        let mut stream = connect(cluster).await;
        let request = format!(
            "GET {PODS}/{query} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
        if status != 101 {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            return Err((status, String::from_utf8(body).unwrap()));
        }
        assert!(head.contains(&format!("sec-websocket-protocol: {protocol}")), "{head}");
        let mut frames = Vec::new();
        loop {
            let opcode = stream.read_u8().await.unwrap();
            assert_eq!(opcode & 0xf0, 0x80, "a whole frame");
            let length = match stream.read_u8().await.unwrap() {
                126 => usize::from(stream.read_u16().await.unwrap()),
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            stream.read_exact(&mut payload).await.unwrap();
            frames.push((opcode & 0xf, payload));
            if opcode & 0xf == 8 {
                return Ok(frames);
            }
        }
    }

    /// Takes out what no two execs have in common: the container runtime's id.
    fn without_ids(text: &str) -> String {
        let mut words: Vec<String> = text.split("\\\"").map(str::to_owned).collect();
        for word in &mut words {
            if word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                "ID".clone_into(word);
            }
        }
        words.join("\\\"").replace("\\\\\"", "\\\"")
    }

    #[tokio::test]
    async fn frames_are_as_recorded() {
        let (cluster, _) = start();
        for case in record_json("exec-frames.json").as_array().unwrap() {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for word in case["command"].as_array().unwrap() {
                query.append_pair("command", word.as_str().unwrap());
            }
            if let Some(container) = case["container"].as_str() {
                query.append_pair("container", container);
            }
            let query = format!("{}/exec?{}&stdout=true&stderr=true", case["pod"].as_str().unwrap(), query.finish());
            let protocol = case["subprotocol"].as_str().unwrap_or("v5.channel.k8s.io");
            let answer = frames(&cluster, protocol, &query).await;
            let command = &case["command"];
            if let Some(error) = case["upgrade_error"].as_str() {
                let (status, body) = answer.unwrap_err();
                assert!(error.starts_with(&format!("Handshake status {status} ")), "{command}: {error}");
                assert!(error.ends_with(&body), "{command}: {error} {body}");
                continue;
            }
            let text = |bytes: &[u8]| without_ids(std::str::from_utf8(bytes).unwrap());
            let show = |opcode: u64, channel: u64, data: &str| format!("{opcode} {channel} {data}");
            let mut ours: Vec<_> = answer
                .unwrap()
                .iter()
                .map(|(opcode, payload)| match opcode {
                    8 => format!("close {payload:02x?}"),
                    _ => show(u64::from(*opcode), u64::from(payload[0]), &text(&payload[1..])),
                })
                .collect();
            let mut theirs: Vec<_> = case["frames"]
                .as_array()
                .unwrap()
                .iter()
                .map(|frame| match frame["close"].as_str() {
                    Some(code) => format!("close [{}, {}]", &code[..2], &code[2..]),
                    None => show(
                        frame["opcode"].as_u64().unwrap(),
                        frame["channel"].as_u64().unwrap(),
                        &text(frame["data"].as_str().unwrap().as_bytes()),
                    ),
                })
                .collect();
            if protocol.starts_with("v4") {
                // Between the two streams there is no order.
                ours.sort();
                theirs.sort();
            }
            assert_eq!(ours, theirs, "{command}");
        }
    }

    #[tokio::test]
    async fn commands_as_the_bot_and_people_write_them() {
        let (cluster, client) = start();
        let succeeded = "Connection to diego-api.cf.svc.cluster.local (10.96.210.143) 8889 port [tcp/*] succeeded!\n";
        let nosuch = "nc: getaddrinfo for host \"nosuch\" port 8889: Name or service not known\n";
        let tcp = "timeout 5 bash -c \"exec 3<>/dev/tcp/$0/$1\"";
        let certs = "/var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls";
        let ping = format!(
            "curl -sS --max-time 5 -d '' -o /dev/null -w '%{{http_code}}' --cert {certs}.crt --key {certs}.key \
             --cacert {certs}_ca.crt https://{BBS}:8889/v1/ping"
        );
        let cases: &[(&[&str], i32, &str, &str)] = &[
            (&NC, 0, "", succeeded),
            (&["bash", "-c", "timeout -k 1 12 nc -zv -w 5 \"$0\" \"$1\"", BBS, "8889"], 0, "", succeeded),
            (&["timeout", "-k", "5", "12", "nc", "-zv", "-w", "5", BBS, "8889"], 0, "", succeeded),
            (&["sh", "-c", "nc -zv -w 5 nosuch 8889 || exit 9"], 9, "", nosuch),
            (&["nc", "-zv", "-w", "5", "nosuch", "8889"], 1, "", nosuch),
            (&["true"], 0, "", ""),
            (&["sh", "-c", "exit 7"], 7, "", ""),
            (&["sh", "-c", "echo out; echo err >&2; exit 3"], 3, "out\n", "err\n"),
            (&["bash", "-c", tcp, BBS, "8889"], 0, "", ""),
            (
                &["bash", "-c", tcp, BBS, "8890"],
                1,
                "",
                "bash: connect: No route to host\nbash: line 1: /dev/tcp/diego-api.cf.svc.cluster.local/8890: No route to host\n",
            ),
            (
                &["bash", "-c", tcp, "nosuch", "8889"],
                1,
                "",
                "bash: line 1: nosuch: Name or service not known\nbash: line 1: /dev/tcp/nosuch/8889: Invalid argument\n",
            ),
            (&["timeout", "2", "sleep", "30"], 124, "", ""),
            (&["sh", "-c", "nosuchprogram"], 127, "", "sh: line 1: nosuchprogram: command not found\n"),
            (&["bash", "-c", &ping], 0, "200", ""),
            (&["bash", "-c", "command -v nc >/dev/null 2>&1 && echo yes"], 0, "yes\n", ""),
        ];
        for (argv, code, stdout, stderr) in cases {
            let expected = Ran { code: Ok(*code), stdout: (*stdout).to_owned(), stderr: (*stderr).to_owned() };
            assert_eq!(exec(&client, argv).await, expected, "{argv:?}");
        }
        let locks = "source /var/vcap/jobs/cfdot/bin/setup; timeout 8 cfdot locks";
        let row = "{\"key\":\"bbs\",\"owner\":\"diego-api-0\",\"type\":\"lock\",\"type_code\":1}\n";
        let ran = exec_in(&client, "diego-api-1", "diego-api", &["bash", "-c", locks]).await;
        assert_eq!(ran, Ran { code: Ok(0), stdout: row.to_owned(), stderr: String::new() });
        let direct =
            exec_in(&client, "api-0", "api", &["nc", "-zv", "-w", "5", "diego-api-1.diego-api-set", "8889"]).await;
        assert_eq!(direct.code, Ok(1));
        cluster.inject(Fault::NcMissing);
        assert_eq!(exec(&client, &NC).await.code, Err("InternalError".to_owned()));
        let ran = exec(&client, &["bash", "-c", "timeout 12 nc -zv h 1"]).await;
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (Ok(127), "timeout: failed to run command 'nc': No such file or directory\n")
        );
        let ran = exec(&client, &["bash", "-c", "nc -zv h 1"]).await;
        assert_eq!((ran.code, ran.stderr.as_str()), (Ok(127), "bash: line 1: nc: command not found\n"));
    }

    #[tokio::test]
    async fn every_netcat_has_its_own_words() {
        for (netcat, code, text) in [
            (Netcat::OldOpenBsd, 0, "Connection to diego-api.cf.svc.cluster.local 8889 port [tcp/*] succeeded!\n"),
            (Netcat::Traditional, 0, "diego-api.cf.svc.cluster.local [10.96.210.143] 8889 (?) open\n"),
            (Netcat::Ncat, 0, "Ncat: Connected to 10.96.210.143:8889.\n"),
            (Netcat::Busybox, 1, "nc: invalid option -- 'z'\n"),
        ] {
            let (_cluster, client) = start_with(Settings { netcat, ..Settings::short() });
            let ran = exec(&client, &NC).await;
            assert_eq!(ran.code, Ok(code), "{netcat:?}");
            assert!(ran.stderr.contains(text), "{netcat:?}: {}", ran.stderr);
        }
    }

    /// Whatever the way into the container does, the caller can tell it from an exit code.
    #[tokio::test]
    async fn misbehaviours_of_the_way_into_the_container() {
        for health in [ExecHealth::ResetMidway, ExecHealth::NoStatus, ExecHealth::EndlessOutput, ExecHealth::NeverEnds]
        {
            let (_cluster, client) = start_with(Settings { exec: health, ..Settings::short() });
            let parameters = AttachParams::default().container("api");
            let mut process = pods(&client).exec("api-0", NC, &parameters).await.unwrap();
            let mut out = process.stdout().unwrap();
            let mut err = process.stderr().unwrap();
            let status = process.take_status().unwrap();
            let drained = tokio::spawn(async move {
                let mut bytes = [0; 512];
                let mut read = 0;
                while read < 100_000
                    && let Ok(n @ 1..) = out.read(&mut bytes).await
                {
                    read += n;
                }
                read
            });
            tokio::spawn(async move { err.read_to_end(&mut Vec::new()).await });
            match health {
                ExecHealth::ResetMidway | ExecHealth::NoStatus => {
                    assert!(tokio::time::timeout(PATIENCE, status).await.unwrap().is_none(), "{health:?}");
                }
                ExecHealth::EndlessOutput => assert!(drained.await.unwrap() >= 100_000),
                _ => assert!(tokio::time::timeout(Duration::from_millis(200), status).await.is_err(), "{health:?}"),
            }
        }
    }
}

mod outages {
    use super::*;

    /// Records 02 and 14: refused, stuck long after the database is back, healed by deleting the owner's pod.
    #[tokio::test]
    async fn the_runbooks() {
        let (cluster, client) = start();
        cluster.inject(forty_seconds());
        cluster.advance_until(|now| now.leader.is_none()).unwrap();
        let ran = exec(&client, &NC).await;
        let refused = "nc: connect to diego-api.cf.svc.cluster.local (10.96.210.143) port 8889 (tcp) failed: Connection refused\n";
        assert_eq!((ran.code, ran.stderr.as_str()), (Ok(1), refused));
        cluster.advance_until(|now| now.endpoints.is_empty()).unwrap();
        assert_eq!(exec(&client, &NC).await.stderr, refused);
        cluster.inject(Fault::ServiceDrops);
        let ran = exec(&client, &NC).await;
        let dropped = "nc: connect to diego-api.cf.svc.cluster.local (10.96.210.143) port 8889 (tcp) timed out: Operation now in progress\n";
        assert_eq!((ran.code, ran.stderr.as_str()), (Ok(1), dropped));
        cluster.heal(&Fault::ServiceDrops);
        let locks = ["bash", "-c", "source /var/vcap/jobs/cfdot/bin/setup; timeout 8 cfdot locks"];
        assert_eq!(exec_in(&client, "diego-api-0", "diego-api", &locks).await.code, Ok(124));
        let stuck = without(&cluster, |now| now.leader.is_some());
        let quiet =
            |pod: &_| matches!(pod, stagerbot::simulator::kubernetes::PodSnapshot { ready: 2, restarts: 0, .. });
        assert!(stuck.pods.iter().all(quiet), "{stuck:#?}");
        let uid = stuck.pod("diego-api-0").unwrap().uid.clone();
        let preconditions = Preconditions { uid: Some(uid.clone()), resource_version: None };
        let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        pods(&client).delete("diego-api-0", &parameters).await.unwrap();
        let healed = cluster.advance_until(Snapshot::healthy).unwrap();
        assert_eq!(healed.leader.as_deref(), Some("diego-api-0"));
        assert_eq!(exec(&client, &NC).await.code, Ok(0));
        assert_eq!(cluster.terminations().iter().map(|each| &each.uid).collect::<Vec<_>>(), [&uid]);
    }

    /// Record 04: nothing is gained, and redundancy is lost.
    #[tokio::test]
    async fn deleting_while_the_database_is_down() {
        let (cluster, client) = start();
        cluster.inject(Fault::DatabaseDown);
        cluster.advance_until(|now| now.endpoints.is_empty()).unwrap();
        for pod in ["diego-api-0", "diego-api-1"] {
            pods(&client).delete(pod, &DeleteParams::default()).await.unwrap();
        }
        let stalled = |now: &Snapshot| {
            now.pods.len() == 3
                && now
                    .pod("diego-api-0")
                    .is_some_and(|pod| pod.phase == "Running" && pod.active == Some(false) && pod.ready == 1)
        };
        cluster.advance_until(|now| stalled(now)).unwrap();
        let still = without(&cluster, |now| !stalled(now));
        assert!(still.pod("diego-api-1").is_none(), "OrderedReady creates nothing behind a pod that is not ready");
        let sets: Api<StatefulSet> = Api::default_namespaced(client.clone());
        assert_eq!(sets.get_status("diego-api").await.err().map(|_| ()), Some(()), "no status subresource is served");
        assert_eq!(sets.get("diego-api").await.unwrap().status.unwrap().ready_replicas, None);
        cluster.heal(&Fault::DatabaseDown);
        cluster.advance_until(Snapshot::healthy).unwrap();
    }

    #[tokio::test]
    async fn ordered_ready_waits_and_parallel_does_not() {
        for parallel in [false, true] {
            let bbs = Workload { parallel, ..Settings::short().bbs };
            let (cluster, client) = start_with(Settings { bbs, ..Settings::short() });
            cluster.inject(Fault::HangsInTerminating { pod: "diego-api-0".into(), r#for: minutes(2) });
            let old = cluster.snapshot().pod("diego-api-1").unwrap().uid.clone();
            for pod in ["diego-api-0", "diego-api-1"] {
                pods(&client).delete(pod, &DeleteParams::default()).await.unwrap();
            }
            let gone = |now: &Snapshot| now.pods.iter().all(|pod| pod.uid != old);
            cluster.advance_until(gone).unwrap();
            let after = cluster.advance_until(|now| now.pod("diego-api-1").is_some_and(|pod| pod.uid != old)).unwrap();
            let first = after.pod("diego-api-0").unwrap();
            assert_eq!(first.terminating, parallel, "{after:#?}");
        }
    }

    #[tokio::test]
    async fn a_finalizer_holds_a_pod_that_has_stopped() {
        for parallel in [false, true] {
            let bbs = Workload { parallel, ..Settings::short().bbs };
            let (cluster, client) = start_with(Settings { bbs, ..Settings::short() });
            let hold = Fault::FinalizerHolds { pod: "diego-api-0".into() };
            cluster.inject(hold.clone());
            let old = cluster.snapshot().pod("diego-api-0").unwrap().uid.clone();
            pods(&client).delete("diego-api-0", &DeleteParams::default()).await.unwrap();
            let stopped = |now: &Snapshot| now.pod("diego-api-0").is_some_and(|pod| pod.phase == "Succeeded");
            cluster.advance_until(stopped).unwrap();
            without(&cluster, |now| !stopped(now));
            let metadata = pods(&client).get("diego-api-0").await.unwrap().metadata;
            assert_eq!((metadata.uid.as_ref(), metadata.deletion_grace_period_seconds), (Some(&old), Some(0)));
            assert_eq!(metadata.finalizers, Some(vec![FINALIZER.to_owned()]));
            assert!(metadata.deletion_timestamp.is_some());
            let second = cluster.snapshot().pod("diego-api-1").unwrap().uid.clone();
            pods(&client).delete("diego-api-1", &DeleteParams::default()).await.unwrap();
            let gone = |now: &Snapshot| now.pods.iter().all(|pod| pod.uid != second);
            cluster.advance_until(gone).unwrap();
            let back = |now: &Snapshot| now.pod("diego-api-1").is_some();
            assert_eq!(cluster.advance_until(back).is_ok(), parallel, "OrderedReady leaves no pod at all");
            cluster.heal(&hold);
            let healed = cluster.advance_until(Snapshot::healthy).unwrap();
            assert_ne!(healed.pod("diego-api-0").unwrap().uid, old);
            assert_eq!(pods(&client).get("diego-api-0").await.unwrap().metadata.finalizers, None);
        }
    }

    /// Record 08: two pods labelled true; only one of two connections is answered.
    #[tokio::test]
    async fn a_hung_bbs_keeps_its_label() {
        let (cluster, client) = start();
        cluster.inject(Fault::BbsHung { pod: "diego-api-0".into() });
        let now = cluster.advance_until(|now| now.endpoints.len() == 2).unwrap();
        assert_eq!((now.leader.as_deref(), now.lock_owner.as_deref()), (Some("diego-api-1"), Some("diego-api-1")));
        assert_eq!(exec(&client, &NC).await.code, Ok(0));
        let ping = "curl -sS --max-time 5 -d '' -o /dev/null -w '%{http_code}' \
                    --cacert /var/vcap/jobs/bbs/config/certs/ca.crt https://127.0.0.1:8889/v1/ping";
        let ran = exec_in(&client, "diego-api-0", "diego-api", &["bash", "-c", ping]).await;
        let timed_out = "curl: (28) Connection timed out after 5000 milliseconds\n";
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Ok(28), "000", timed_out));
        cluster.delete_pod_by_hand("diego-api-0");
        let healed = cluster.advance_until(Snapshot::healthy).unwrap();
        assert_eq!(healed.leader.as_deref(), Some("diego-api-1"));
    }

    #[tokio::test]
    async fn locket_in_pods_of_its_own() {
        let locket = Some(Workload { replicas: 1, ..Workload::new("locket", &["locket"]) });
        let (cluster, _) = start_with(Settings { locket, ..Settings::short() });
        assert!(cluster.snapshot().healthy(), "{:#?}", cluster.snapshot());
        cluster.inject(forty_seconds());
        cluster.advance_until(|now| now.endpoints.is_empty()).unwrap();
        without(&cluster, |now| now.leader.is_some());
        cluster.delete_pod_by_hand("locket-0");
        cluster.advance_until(Snapshot::healthy).unwrap();
    }

    #[tokio::test]
    async fn people_repair_it_another_way() {
        let (cluster, _) = start();
        cluster.inject(forty_seconds());
        cluster.advance_until(|now| now.endpoints.is_empty()).unwrap();
        cluster.heal_by_hand();
        cluster.advance_until(Snapshot::healthy).unwrap();
        assert!(cluster.terminations().is_empty());
    }
}

mod faults {
    use super::*;

    type Shows = fn(&Snapshot) -> bool;

    /// A fault that lasts until it is healed, what shows in the cluster, how the probe then ends.
    struct Case {
        fault: Fault,
        delete: Option<&'static str>,
        shows: Shows,
        probe: (Result<i32, &'static str>, &'static str),
    }

    fn case(fault: Fault, shows: Shows, code: i32, text: &'static str) -> Case {
        Case { fault, delete: None, shows, probe: (Ok(code), text) }
    }

    fn waits(now: &Snapshot, reason: &str) -> bool {
        now.pods.iter().any(|pod| pod.waiting.as_deref() == Some(reason))
    }

    fn cases() -> Vec<Case> {
        let pod = || "diego-api-0".to_owned();
        let deleting =
            |fault, shows: Shows| Case { delete: Some("diego-api-1"), ..case(fault, shows, 0, "succeeded!") };
        vec![
            case(forty_seconds(), |now| now.endpoints.is_empty(), 1, "refused"),
            case(Fault::DatabaseDown, |now| now.endpoints.is_empty(), 1, "refused"),
            case(Fault::DatabaseRefuses, |now| now.endpoints.is_empty(), 1, "refused"),
            case(Fault::DatabaseExhausted, |now| now.endpoints.is_empty(), 1, "refused"),
            case(Fault::BbsMigrating, |now| now.endpoints.is_empty(), 1, "refused"),
            case(Fault::CertificatesExpired, |now| now.endpoints.is_empty(), 1, "refused"),
            case(Fault::NodeLost { pod: pod() }, |now| now.endpoints == ["diego-api-1"], 0, "succeeded!"),
            case(Fault::PendingRevision, |_| true, 0, "succeeded!"),
            case(Fault::WrongServiceName, |_| true, 1, "Name or service not known"),
            case(Fault::OneApiPodCutOff { pod: "api-0".into() }, |_| true, 1, "timed out: Operation now in progress"),
            case(Fault::OneApiPodCutOff { pod: "api-1".into() }, |_| true, 0, "succeeded!"),
            case(Fault::DnsBroken { pod: "api-0".into() }, |_| true, 1, "Name or service not known"),
            case(Fault::BbsHung { pod: pod() }, |now| now.endpoints.len() == 2, 0, "succeeded!"),
            case(
                Fault::StaleLabel,
                |now| now.leader.as_deref() == Some("diego-api-1") && now.endpoints == ["diego-api-0"],
                1,
                "refused",
            ),
            case(
                Fault::CloudControllerNotReady { pod: "api-1".into() },
                |now| now.pod("api-1").is_some_and(|pod| pod.ready == 1),
                0,
                "succeeded!",
            ),
            deleting(Fault::NewBbsPodsCrash, |now| waits(now, "CrashLoopBackOff")),
            deleting(Fault::ImageMissing, |now| waits(now, "ImagePullBackOff")),
            deleting(Fault::HangsInTerminating { pod: "diego-api-1".into(), r#for: minutes(2) }, |now| {
                now.pod("diego-api-1").is_some_and(|pod| pod.terminating)
            }),
            deleting(Fault::FinalizerHolds { pod: "diego-api-1".into() }, |now| {
                now.pod("diego-api-1").is_some_and(|pod| pod.terminating && pod.phase == "Succeeded")
            }),
            case(Fault::NetworkPolicy, |_| true, 1, "timed out: Operation now in progress"),
            case(Fault::NameNotResolved, |_| true, 1, "Name or service not known"),
            Case { probe: (Err("InternalError"), ""), ..case(Fault::NcMissing, |_| true, 0, "") },
            case(Fault::ServiceDrops, |_| true, 0, "succeeded!"),
        ]
    }

    #[tokio::test]
    async fn each_shows_and_each_heals() {
        let runs = cases().into_iter().map(|case| async move {
            let (cluster, client) = start();
            cluster.inject(case.fault.clone());
            if let Some(pod) = case.delete {
                cluster.delete_pod_by_hand(pod);
            }
            let shown = cluster.advance_until(case.shows);
            assert!(shown.is_ok(), "{:?}: {shown:#?}", case.fault);
            let (code, text) = case.probe;
            let ran = exec(&client, &NC).await;
            assert_eq!(ran.code, code.map_err(str::to_owned), "{:?}: {}", case.fault, ran.stderr);
            assert!(ran.stderr.contains(text), "{:?}: {}", case.fault, ran.stderr);
            cluster.heal(&case.fault);
            let healed = cluster.advance_until(Snapshot::healthy);
            assert!(healed.is_ok(), "{:?}: {healed:#?}", case.fault);
            assert_eq!(exec(&client, &NC).await.code, Ok(0), "{:?}", case.fault);
        });
        futures::stream::iter(runs).buffer_unordered(4).collect::<Vec<()>>().await;
    }

    /// Record 13: nothing listens, the pod is not ready, and its label says true.
    #[tokio::test]
    async fn the_old_probe_leaves_a_label_that_is_stale() {
        let (cluster, client) = start_with(Settings { probe: Probe::Old, ..Settings::short() });
        cluster.inject(Fault::DatabaseRefuses);
        cluster.inject(Fault::LocketKilled { pod: "diego-api-0".into() });
        let stale =
            |now: &Snapshot| now.pod("diego-api-0").is_some_and(|pod| pod.ready == 1 && pod.active == Some(true));
        cluster.advance_until(|now| stale(now) && now.endpoints.is_empty() && now.leader.is_none()).unwrap();
        let ran = exec(&client, &NC).await;
        assert_eq!((ran.code, ran.stderr.contains("refused")), (Ok(1), true));
        let endpoints: Api<Endpoints> = Api::default_namespaced(client.clone());
        let subsets = endpoints.get("diego-api").await.unwrap().subsets.unwrap();
        assert_eq!((&subsets[0].addresses, subsets[0].not_ready_addresses.as_ref().map(Vec::len)), (&None, Some(1)));
    }

    /// Two faults at once: healing one leaves the other.
    #[tokio::test]
    async fn combine() {
        let (cluster, client) = start();
        cluster.inject(Fault::NetworkPolicy);
        cluster.inject(Fault::NameNotResolved);
        assert!(exec(&client, &NC).await.stderr.contains("Name or service not known"));
        cluster.heal(&Fault::NameNotResolved);
        assert!(exec(&client, &NC).await.stderr.contains("timed out"));
        let from_bbs = exec_in(&client, "diego-api-1", "diego-api", &NC).await;
        assert_eq!(from_bbs.code, Ok(0), "the policy is about Cloud Controller pods only");
    }

    #[tokio::test]
    async fn of_the_api() {
        let (cluster, client) = start();
        let list = || async { pods(&client).list(&ListParams::default()).await };
        cluster.inject(Fault::TokenExpired);
        let (status, body) = raw(&cluster, "GET", PODS, "").await;
        let recorded =
            record("unauthorized.json").lines().map(|line| line.trim().replacen("\": ", "\":", 1)).collect::<String>();
        assert_eq!((status, body), (401, recorded + "\n"));
        cluster.heal(&Fault::TokenExpired);
        cluster.inject(Fault::ExecDenied);
        let error = pods(&client).exec("api-0", NC, &AttachParams::default().container("api")).await.err().unwrap();
        let denied = "pods \"api-0\" is forbidden: User \"system:serviceaccount:cf:bot\" cannot get resource \"pods/exec\" in API group \"\" in the namespace \"cf\"";
        let kube::Error::Api(status) = error else { panic!("{error}") };
        assert_eq!((status.code, status.message.as_str()), (403, denied));
        cluster.heal(&Fault::ExecDenied);
        cluster.inject(Fault::ApiServerSlow { delay: minutes(60) });
        assert!(tokio::time::timeout(Duration::from_millis(150), list()).await.is_err());
        cluster.heal(&Fault::ApiServerSlow { delay: Duration::ZERO });
        list().await.unwrap();
        cluster.inject(Fault::DeleteAnswersLost);
        let error = pods(&client).delete("api-1", &DeleteParams::default()).await.unwrap_err();
        assert!(!matches!(error, kube::Error::Api(_)), "{error}");
        assert_eq!(cluster.terminations().len(), 1, "it happened all the same");
        cluster.heal(&Fault::DeleteAnswersLost);
        cluster.inject(Fault::ApiServerDown);
        assert!(pods(&client).delete("api-0", &DeleteParams::default()).await.is_err());
        assert_eq!(cluster.terminations().len(), 1, "and this did not");
        cluster.heal(&Fault::ApiServerDown);
        let back = async { while list().await.is_err() {} };
        tokio::time::timeout(PATIENCE, back).await.unwrap();
    }

    #[tokio::test]
    async fn a_stopped_cluster_is_gone() {
        let (cluster, client) = start();
        let watch = pods(&client).watch(&WatchParams::default(), "0").await.unwrap().collect::<Vec<_>>();
        cluster.stop();
        assert!(tokio::time::timeout(PATIENCE, watch).await.is_ok());
        let gone = async { while pods(&client).list(&ListParams::default()).await.is_ok() {} };
        tokio::time::timeout(PATIENCE, gone).await.unwrap();
    }

    #[tokio::test]
    async fn only_the_bearer_of_the_token_is_let_in() {
        let (cluster, _) = start_with(Settings { token: Some("sesame".into()), ..Settings::short() });
        assert_eq!(raw(&cluster, "GET", PODS, "").await.0, 401);
        let config = kube::config::Kubeconfig::from_yaml(&cluster.kubeconfig()).unwrap();
        let config = Config::from_custom_kubeconfig(config, &kube::config::KubeConfigOptions::default()).await.unwrap();
        let client = Client::try_from(config).unwrap();
        assert_eq!(pods(&client).list(&ListParams::default()).await.unwrap().items.len(), 4);
    }
}

mod kubectl {
    use super::*;

    /// Runs kubectl against the cluster; `None` where it is not installed: in CI a failure, elsewhere a line.
    async fn kubectl(cluster: &Cluster, arguments: &[&str]) -> Option<Output> {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("config");
        std::fs::write(&config, cluster.kubeconfig()).unwrap();
        loop {
            let output = tokio::process::Command::new("kubectl")
                .arg("--kubeconfig")
                .arg(&config)
                .args(arguments)
                .env("HOME", home.path())
                .output()
                .await;
            match output {
                // kubectl reads its socket before it has its streams, and drops, with this line, what comes in between.
                Ok(output) if String::from_utf8_lossy(&output.stderr).contains("Unknown stream id") => {}
                Ok(output) => return Some(output),
                Err(error) => {
                    missing(&format!("kubectl ({error})"));
                    return None;
                }
            }
        }
    }

    fn words(output: &Output) -> Vec<Vec<String>> {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        text.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn get_and_exec_and_delete() {
        let (cluster, _) = start();
        // kubectl waits for what it deletes.
        cluster.go_on();
        let Some(got) = kubectl(&cluster, &["get", "pod", "-L", "skiff-role-active"]).await else { return };
        let table = words(&got);
        assert_eq!(table[0], ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "SKIFF-ROLE-ACTIVE"], "{got:?}");
        assert_eq!(
            table.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(),
            ["NAME", "api-0", "api-1", "diego-api-0", "diego-api-1"]
        );
        assert_eq!(table[3][1..4], ["2/2", "Running", "0"]);
        assert_eq!(table[3][5], "true");

        let got = kubectl(&cluster, &["get", "sts,endpoints", "-n", "cf"]).await.unwrap();
        let text = String::from_utf8(got.stdout).unwrap();
        assert!(text.contains("statefulset.apps/diego-api   2/2") && text.contains("endpoints/diego-api "), "{text}");

        let ran =
            kubectl(&cluster, &[&["exec", "-n", "cf", "api-0", "-c", "api", "--"], &NC[..]].concat()).await.unwrap();
        assert!(ran.status.success(), "{ran:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains("8889 port [tcp/*] succeeded!"), "{ran:?}");
        let ran = kubectl(&cluster, &["exec", "-n", "cf", "api-0", "--", "sh", "-c", "exit 7"]).await.unwrap();
        assert_eq!(ran.status.code(), Some(7));
        let ran = kubectl(&cluster, &["exec", "-n", "cf", "api-9", "-c", "api", "--", "true"]).await.unwrap();
        assert_eq!(String::from_utf8(ran.stderr).unwrap(), "Error from server (NotFound): pods \"api-9\" not found\n");

        let old = cluster.snapshot().pod("diego-api-1").unwrap().uid.clone();
        let events = kubectl(&cluster, &["get", "events"]).await.unwrap();
        assert!(String::from_utf8(events.stdout).unwrap().contains("Started container diego-api"));
        let described = kubectl(&cluster, &["describe", "pod", "diego-api-0"]).await.unwrap();
        assert!(String::from_utf8(described.stdout).unwrap().contains("Successfully assigned cf/diego-api-0 to"));

        let deleted = kubectl(&cluster, &["delete", "pod", "diego-api-1", "-n", "cf"]).await.unwrap();
        assert!(deleted.status.success(), "{deleted:?}");
        assert!(String::from_utf8(deleted.stdout).unwrap().starts_with("pod \"diego-api-1\" deleted"));
        assert!(cluster.pods().iter().all(|pod| pod.uid != old), "it waits until the pod is gone");
    }
}
