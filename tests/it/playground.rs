//! The playground's page, at the wire: what a browser would be told and would send, by two people in each scene; who is kept out; and the
//! scenes in the terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use regex::Regex;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::PATIENCE;

/// The page's files, as the program has them.
const FILES: [&str; 7] = ["index.html", "style.css", "app.js", "events.js", "text.js", "chat.js", "cluster.js"];
/// No page may weigh more.
const HEAVIEST: usize = 150 * 1024;
/// How soon it has to end; its own time is far less, and the machine may be busy.
const END: Duration = Duration::from_secs(20);

/// A playground as a process.
struct Playground {
    child: Child,
    address: String,
    host: String,
    client: Client<HttpConnector, Body>,
}

impl Drop for Playground {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The page as one window has it.
struct Window {
    things: BTreeMap<String, Value>,
    body: Body,
    rest: Vec<u8>,
    by: &'static str,
}

impl Playground {
    fn open(scene: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stagerbot"))
            .args(["demo", "--web", "--fast", "--scene", scene])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        let host = address.split('/').nth(2).unwrap().to_owned();
        Self { child, address, host, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Body) {
        let (parts, body) = self.client.request(request).await.unwrap().into_parts();
        (parts.status, parts.headers, Body::new(body))
    }

    async fn get(&self, path: &str) -> (StatusCode, HeaderMap, String) {
        let request = Request::get(format!("{}{path}", self.address)).body(Body::empty()).unwrap();
        let (status, headers, body) = self.send(request).await;
        (status, headers, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
    }

    async fn acts(&self, act: &Value) -> (StatusCode, Value) {
        let request = Request::post(format!("{}act", self.address))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ORIGIN, format!("http://{}", self.host))
            .body(Body::from(act.to_string()))
            .unwrap();
        let (status, _, body) = self.send(request).await;
        let bytes = body.collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn does(&self, act: Value) {
        let (status, answer) = self.acts(&act).await;
        assert_eq!(status, StatusCode::OK, "{act}: {answer}");
    }

    async fn sits(&self, by: &'static str) -> Window {
        let request = Request::get(format!("{}events", self.address)).body(Body::empty()).unwrap();
        let (status, headers, body) = self.send(request).await;
        assert_eq!((status, headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "text/event-stream"));
        Window { things: BTreeMap::new(), body, rest: Vec::new(), by }
    }

    /// The button's message, once it is there.
    async fn clicks(&self, window: &mut Window, button: &str) {
        let message = window.sees(button, |things| with_button(things, button)).await;
        self.does(json!({"do": "click", "by": window.by, "on": "slack", "message": message, "button": button})).await;
    }

    async fn requests(&self, window: &mut Window) {
        self.clicks(window, "stager-restart").await;
        let of =
            |things: &BTreeMap<String, Value>| things.keys().any(|key| key.starts_with("form-slack/")).then_some(());
        window.sees("the form", of).await;
        let sent = json!({"do": "submit", "by": window.by, "on": "slack", "field": "reason", "text": "cf push fails"});
        self.does(sent).await;
        window.sees("what waits", |things| with_button(things, "stager-approve")).await;
    }

    /// Ends it as Ctrl-C does.
    fn ends(mut self) {
        let begun = Instant::now();
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        assert!(self.child.wait().unwrap().success());
        assert!(begun.elapsed() < END, "it took {:?} to end", begun.elapsed());
    }
}

impl Window {
    /// Reads what changed, until something can be seen.
    async fn sees<T>(&mut self, what: &str, seen: impl Fn(&BTreeMap<String, Value>) -> Option<T>) -> T {
        let reading = async {
            loop {
                if let Some(found) = seen(&self.things) {
                    return found;
                }
                let frame = self.body.frame().await.expect("the playground goes on").unwrap();
                // A frame may end within a letter.
                self.rest.extend_from_slice(frame.data_ref().unwrap());
                while let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
                    let event: Vec<u8> = self.rest.drain(..end + 2).collect();
                    self.changes(std::str::from_utf8(&event).unwrap().trim_end());
                }
            }
        };
        let read = timeout(PATIENCE, reading).await;
        read.unwrap_or_else(|_| panic!("{} does not see {what}: {:#?}", self.by, self.things))
    }

    fn changes(&mut self, event: &str) {
        let Some(data) = event.strip_prefix("data: ") else { return };
        let mut changed: Value = serde_json::from_str(data).unwrap();
        for gone in changed["gone"].as_array().unwrap() {
            self.things.remove(gone.as_str().unwrap());
        }
        for (key, value) in std::mem::take(changed["set"].as_object_mut().unwrap()) {
            self.things.insert(key, value);
        }
    }

    async fn sees_the_end(&mut self) {
        let ended =
            self.sees("the end", |things| things.get("show")?.get("ended").filter(|end| !end.is_null()).cloned()).await;
        assert_eq!(ended, json!({"well": true}));
    }

    fn deletes(&self) -> usize {
        let requests = self.things.iter().filter(|(key, _)| key.starts_with("request/"));
        requests.filter(|(_, request)| request["method"] == "DELETE").count()
    }

    /// Waits for an answer that only this account sees.
    async fn is_told(&mut self, account: &str, text: &str) {
        self.sees(text, |things| {
            let mut whispers = things.values().filter(|thing| thing["to"] == account);
            whispers.any(|thing| thing.to_string().contains(text)).then_some(())
        })
        .await;
    }
}

/// The newest message on Slack with this button.
fn with_button(things: &BTreeMap<String, Value>, button: &str) -> Option<String> {
    let mut messages = things.iter().rev().filter_map(|(key, message)| Some((key.strip_prefix("slack/")?, message)));
    let shown = format!("\"action_id\":\"{button}\"");
    messages.find_map(|(id, message)| message["blocks"].to_string().contains(&shown).then(|| id.to_owned()))
}

#[tokio::test]
async fn two_people_bring_it_back_and_the_page_shows_how() {
    let playground = Playground::open("outage");
    let (mut ada, mut grace) = (playground.sits("ada").await, playground.sits("grace").await);
    playground.requests(&mut ada).await;
    // Only she has the form on her screen, and whoever else is looking at the same moment sees the same card.
    let message = grace.sees("the card", |things| with_button(things, "stager-approve")).await;
    let declined = json!({"do": "click", "by": "grace", "on": "slack", "message": message, "button": "stager-approve", "declined": true});
    playground.does(declined).await;
    playground.clicks(&mut grace, "stager-approve").await;
    ada.sees_the_end().await;
    grace.sees_the_end().await;
    assert_eq!(ada.deletes(), 2);
    let phases = |things: &BTreeMap<String, Value>| {
        let incident = things.iter().rev().find(|(key, _)| key.starts_with("incident/"))?.1;
        let phases = incident["phases"].as_array().unwrap();
        (!incident["closed"].is_null())
            .then(|| phases.iter().map(|phase| phase[0].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    let seen = ada.sees("the timeline", phases).await;
    assert_eq!(seen, ["phase-diagnosis", "phase-request", "phase-approval", "phase-deletes", "phase-recovery"]);
    // The same incident on Discord.
    assert!(ada.things.iter().any(|(key, message)| key.starts_with("discord/") && message["embeds"].is_array()));
    let pods: Vec<_> = ada.things.iter().filter(|(key, _)| key.starts_with("pod/")).map(|(_, pod)| pod).collect();
    assert!(pods.len() == 4 && pods.iter().all(|pod| pod["ready"] == pod["containers"]), "{pods:?}");
    playground.ends();
}

#[tokio::test]
async fn nobody_approves_alone_also_not_by_another_account() {
    let playground = Playground::open("own-request");
    let (mut ada, mut again) = (playground.sits("ada").await, playground.sits("ada2").await);
    playground.requests(&mut ada).await;
    playground.clicks(&mut ada, "stager-approve").await;
    ada.is_told("U0ADA0001", "You requested this restart yourself").await;
    playground.clicks(&mut again, "stager-approve").await;
    again.is_told("U0ADA0002", "You requested this restart yourself").await;
    ada.sees_the_end().await;
    assert_eq!(ada.deletes(), 0);
    // Who has no rights, and who is of another organisation, is told so.
    let types =
        |by: &str| json!({"do": "type", "by": by, "on": "slack", "channel": "C0000000001", "text": "/stager restart"});
    playground.does(types("zoe")).await;
    ada.is_told("U0ZOE0001", "belongs to no person").await;
    playground.does(types("mallory")).await;
    let stranger = ada.things["show"]["cast"].as_array().unwrap().iter().find(|one| one["key"] == "mallory").cloned();
    let stranger = stranger.unwrap()["slack"].as_str().unwrap().to_owned();
    ada.is_told(&stranger, "Only people of the workspace").await;
    playground.ends();
}

#[tokio::test]
async fn a_request_that_nobody_answers_is_escalated() {
    let playground = Playground::open("escalation");
    let (mut ada, mut grace) = (playground.sits("ada").await, playground.sits("grace").await);
    playground.requests(&mut ada).await;
    let managers = |things: &BTreeMap<String, Value>| {
        let called =
            |(key, message): (&String, &Value)| key.starts_with("slack/") && message["channel"] == "C0000000002";
        things.iter().any(called).then_some(())
    };
    grace.sees("the managers' channel", managers).await;
    playground.clicks(&mut grace, "stager-approve").await;
    ada.sees_the_end().await;
    assert_eq!(ada.deletes(), 2);
    playground.ends();
}

#[tokio::test]
async fn what_recovers_by_itself_is_not_restarted() {
    let playground = Playground::open("recovers-itself");
    let (mut ada, mut grace) = (playground.sits("ada").await, playground.sits("grace").await);
    playground.requests(&mut ada).await;
    playground.does(json!({"do": "heal", "fault": null})).await;
    grace.sees_the_end().await;
    assert_eq!(grace.deletes(), 0);
    playground.ends();
}

#[tokio::test]
async fn with_the_database_down_no_restart_is_offered() {
    let playground = Playground::open("database-down");
    let (mut ada, mut grace) = (playground.sits("ada").await, playground.sits("grace").await);
    let told = |things: &BTreeMap<String, Value>| {
        let verdict = |thing: &&Value| {
            thing["thread"].is_string() && thing.to_string().contains("Verdict: a restart will not help")
        };
        things.values().any(|thing| verdict(&thing)).then_some(())
    };
    ada.sees("the verdict", told).await;
    assert_eq!(with_button(&ada.things, "stager-restart"), None);
    let faults = |things: &BTreeMap<String, Value>| things["cluster"]["faults"].as_array().cloned();
    assert_eq!(faults(&ada.things), Some(vec![json!("play-fault-database-down")]));
    playground.does(json!({"do": "heal", "fault": "play-fault-database-down"})).await;
    grace.sees_the_end().await;
    assert_eq!(grace.deletes(), 0);
    playground.ends();
}

#[tokio::test]
async fn a_bot_that_was_killed_goes_on_where_it_was() {
    let playground = Playground::open("bot-killed");
    let (mut ada, mut grace) = (playground.sits("ada").await, playground.sits("grace").await);
    playground.requests(&mut ada).await;
    playground.clicks(&mut grace, "stager-approve").await;
    let deleted =
        |things: &BTreeMap<String, Value>| things.values().any(|thing| thing["method"] == "DELETE").then_some(());
    ada.sees("a delete", deleted).await;
    playground.does(json!({"do": "kill"})).await;
    ada.sees("that it is dead", |things| (things["show"]["running"] == false).then_some(())).await;
    playground.does(json!({"do": "revive"})).await;
    ada.sees_the_end().await;
    let deleted: BTreeSet<String> = ada
        .things
        .values()
        .filter(|thing| thing["method"] == "DELETE")
        .map(|thing| thing["path"].as_str().unwrap().to_owned())
        .collect();
    // What was healthy by the time that it came back was left alone.
    assert!((1..=2).contains(&deleted.len()) && ada.deletes() == deleted.len(), "each pod once at most: {deleted:?}");
    playground.ends();
}

#[tokio::test]
async fn another_scene_is_another_stage_and_the_people_can_act_by_themselves() {
    let playground = Playground::open("outage");
    let mut window = playground.sits("ada").await;
    window.sees("the first stage", |things| (things.get("show")?["number"] == 1).then_some(())).await;
    let (status, answer) = playground.acts(&json!({"do": "scene", "name": "no-such-scene"})).await;
    assert_eq!((status, answer["why"].as_str()), (StatusCode::CONFLICT, Some("there is no such scene")));
    playground.does(json!({"do": "speak", "language": "ja"})).await;
    playground.does(json!({"do": "scene", "name": "recovers-itself"})).await;
    playground.does(json!({"do": "play"})).await;
    window.sees("another stage", |things| (things["show"]["number"] == 2).then_some(())).await;
    window.sees_the_end().await;
    assert_eq!(window.things["show"]["language"], "ja");
    let japanese =
        |thing: &Value| thing["bot"] == true && thing["thread"].is_null() && thing.to_string().contains("インシデント");
    assert!(window.things.values().any(japanese), "{:#?}", window.things);
    playground.ends();
}

#[tokio::test]
async fn only_a_browser_of_this_machine_with_the_whole_address_gets_in() {
    let playground = Playground::open("own-request");
    let ours = format!("http://{}", playground.host);
    let ask = |path: String, host: &str, origin: Option<&str>, post: bool| {
        let mut request = if post { Request::post(path) } else { Request::get(path) };
        request = request.header(header::HOST, host).header(header::CONTENT_TYPE, "application/json");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        request.body(if post { Body::from("{\"do\":\"alert\"}") } else { Body::empty() }).unwrap()
    };
    let (page, act) = (playground.address.clone(), format!("{}act", playground.address));
    let elsewhere = "attacker.example";
    let port = playground.host.rsplit(':').next().unwrap();
    let renamed = format!("attacker.example:{port}");
    for (request, wanted) in [
        (ask(page.clone(), &playground.host, None, false), StatusCode::OK),
        (ask(page.clone(), &format!("localhost:{port}"), None, false), StatusCode::OK),
        (ask(page.clone(), elsewhere, None, false), StatusCode::FORBIDDEN),
        (ask(page.clone(), &renamed, None, false), StatusCode::FORBIDDEN),
        (ask(page.clone(), &playground.host, Some("http://attacker.example"), false), StatusCode::FORBIDDEN),
        (ask(act.clone(), &playground.host, Some("http://attacker.example"), true), StatusCode::FORBIDDEN),
        (ask(act.clone(), &playground.host, Some("null"), true), StatusCode::FORBIDDEN),
        (ask(act.clone(), &playground.host, None, true), StatusCode::FORBIDDEN),
        (ask(act.clone(), &renamed, Some(&format!("http://{renamed}")), true), StatusCode::FORBIDDEN),
        (ask(act.clone(), &playground.host, Some(&ours), true), StatusCode::OK),
        (ask(format!("{ours}/"), &playground.host, None, false), StatusCode::NOT_FOUND),
        (ask(format!("{ours}/{}/", "0".repeat(32)), &playground.host, None, false), StatusCode::NOT_FOUND),
        (ask(format!("{ours}/{}/events", "0".repeat(32)), &playground.host, None, false), StatusCode::NOT_FOUND),
        (ask(format!("{ours}/act"), &playground.host, Some(&ours), true), StatusCode::NOT_FOUND),
    ] {
        let told = format!("{} {} {:?}", request.method(), request.uri(), request.headers());
        assert_eq!(playground.send(request).await.0, wanted, "{told}");
    }
    playground.ends();
}

#[tokio::test]
async fn the_page_is_light_and_loads_nothing_from_outside() {
    let playground = Playground::open("own-request");
    let outside = Regex::new(r"(?:https?:)?//[a-z0-9-]+\.[a-z]").unwrap();
    let mut weight = 0;
    let mut used = BTreeSet::new();
    for file in FILES {
        let (status, headers, text) = playground.get(if file == "index.html" { "" } else { file }).await;
        assert_eq!(status, StatusCode::OK, "{file}");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
        let named = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.is_match(&named), "{file} names an address: {:?}", outside.find(&named));
        assert!(!named.contains("innerHTML") && !named.contains("eval("), "{file}");
        used.extend(ids(&text));
        weight += text.len();
    }
    let (_, _, words) = playground.get("words/ja").await;
    let whole = weight + words.len();
    println!("the page weighs {weight} bytes, and {whole} with its words");
    assert!(whole < HEAVIEST, "the page weighs {whole} bytes");
    let words: BTreeMap<String, String> = serde_json::from_str(&words).unwrap();
    let known: BTreeSet<String> = words.keys().cloned().collect();
    let lacking: Vec<_> = used.difference(&known).collect();
    assert!(lacking.is_empty(), "the page says what it has no words for: {lacking:?}");
    assert_eq!(words["play-send"], "送信");
    assert_eq!(playground.get("words/de").await.0, StatusCode::NOT_FOUND);
    assert_eq!(playground.get("../Cargo.toml").await.0, StatusCode::NOT_FOUND);
    playground.ends();
}

/// So that nobody waits for them: in the language that the cards are in.
#[tokio::test]
async fn the_page_comes_with_its_words() {
    let playground = Playground::open("own-request");
    let words = Regex::new(r#"(?s)<script type="application/json" id="words">(.*?)</script>"#).unwrap();
    for language in ["en", "ja"] {
        playground.does(json!({"do": "speak", "language": language})).await;
        let (_, _, page) = playground.get("").await;
        let given: Value = serde_json::from_str(&words.captures(&page).unwrap()[1]).unwrap();
        let (_, _, asked) = playground.get(&format!("words/{language}")).await;
        let asked: Value = serde_json::from_str(&asked).unwrap();
        assert_eq!((given["language"].as_str(), &given["words"]), (Some(language), &asked));
    }
    playground.ends();
}

/// The words that a file of the page names as a whole.
fn ids(text: &str) -> impl Iterator<Item = String> + '_ {
    static ID: std::sync::LazyLock<Regex> =
        std::sync::LazyLock::new(|| Regex::new(r#"['"]((?:play|phase|field|leader)-[a-z-]*[a-z])['"]"#).unwrap());
    ID.captures_iter(text).map(|found| found[1].to_owned()).filter(|id| !id.starts_with("play-fault"))
}

#[test]
fn the_readme_s_pictures_are_there_and_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let picture = Regex::new(r"deploy/pictures/[a-z]+\.png").unwrap();
    let named: Vec<&str> = picture.find_iter(&readme).map(|found| found.as_str()).collect();
    assert_eq!(named, ["deploy/pictures/playground.png", "deploy/pictures/card.png"]);
    for name in named {
        let bytes = std::fs::read(root.join(name)).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() < 120_000, "{name} has {} bytes", bytes.len());
    }
}

fn plays(scene: &str) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_stagerbot")).args(["demo", "--fast", "--scene", scene]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}\n{error}");
    assert!(text.contains("The scene ended as it should."), "{text}");
}

#[test]
fn the_first_three_scenes_play_in_the_terminal() {
    for scene in ["outage", "own-request", "escalation"] {
        plays(scene);
    }
}

#[test]
fn the_last_three_scenes_play_in_the_terminal() {
    for scene in ["recovers-itself", "database-down", "bot-killed"] {
        plays(scene);
    }
}

#[test]
fn a_scene_that_there_is_not_is_refused_and_help_names_those_that_there_are() {
    let demo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_stagerbot")).arg("demo").args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (code, told) = demo(&["--scene", "hamlet"]);
    assert_eq!(code, Some(2), "{told}");
    let (_, help) = demo(&["--help"]);
    for scene in ["outage", "own-request", "escalation", "recovers-itself", "database-down", "bot-killed"] {
        assert!(told.contains(scene) && help.contains(scene), "{scene}:\n{told}\n{help}");
    }
}

#[test]
fn what_a_playground_kept_is_private_and_gone_with_it() {
    let mut playground = Playground::open("outage");
    let open = std::fs::read_dir(format!("/proc/{}/fd", playground.child.id())).unwrap().flatten();
    let mut files = open.filter_map(|file| std::fs::read_link(file.path()).ok());
    let file = files.find(|file| file.to_string_lossy().contains("stagerbot-demo-")).expect("the store is open");
    let folder = file.parent().unwrap().to_owned();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&folder).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700);
    kill_process(Pid::from_child(&playground.child), Signal::INT).unwrap();
    let mut rest = String::new();
    playground.child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert!(playground.child.wait().unwrap().success(), "{rest}");
    assert!(!folder.exists(), "{}", folder.display());
}
