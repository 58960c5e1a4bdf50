//! Slack over HTTP: what Slack signs lands in the inbox once, and nothing else does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use sqlx::{Connection as _, Executor as _};
use stagerbot::bot::Bot;
use stagerbot::chat::Chat as _;
use stagerbot::chat::slack::webhook::PATH;
use stagerbot::chat::slack::{Mode, Settings, Slack};
use stagerbot::inbox::Inbox;
use stagerbot::request::Request;
use stagerbot::server;
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::person::OPERATION_TIMED_OUT;
use stagerbot::simulator::slack::settings::Settings as Shape;
use stagerbot::simulator::slack::view::View;
use stagerbot::store::Store;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{CHANNEL, card};
use crate::harness::log::Log;
use crate::harness::{PATIENCE, Scene, eventually, long};

const FORM: &str = "application/x-www-form-urlencoded";
const COMMAND: &str = "command=%2Fstager&text=check&trigger_id=1.2.3&user_id=U1&channel_id=C1&team_id=T0SIMULATED&\
    api_app_id=A0STAGERBOT&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F1";

/// The front end behind the bot's server, in a workspace with anna and ben that sends to it.
struct Door {
    workspace: Workspace,
    slack: Arc<Slack>,
    store: Store,
    url: String,
    address: SocketAddr,
    stop: CancellationToken,
    folder: TempDir,
}

impl Door {
    async fn start(shape: Shape) -> Self {
        let workspace = crate::harness::record::workspace(shape).await;
        workspace.add_person("anna", "en-US");
        workspace.add_person("ben", "de-DE");
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/x.db", folder.path().display());
        let store = Store::open(&url).await.unwrap();
        let slack = Arc::new(Slack::connect(&settings(&workspace)).await.unwrap());
        let stop = CancellationToken::new();
        let address = serve(&slack, &store, &stop).await;
        workspace.set_request_url(&format!("http://{address}{PATH}")).await.unwrap();
        Self { workspace, slack, store, url, address, stop, folder }
    }

    fn now() -> i64 {
        Timestamp::now().as_second()
    }

    /// The headers of a request that Slack signed at this time.
    fn signed(&self, at: i64, body: &str) -> String {
        let signature = self.workspace.signature(at, body);
        format!("X-Slack-Request-Timestamp: {at}\r\nX-Slack-Signature: {signature}\r\n")
    }

    /// Sends a request; its status, and the body of the answer.
    async fn post(&self, content_type: &str, headers: &str, body: &str) -> (u16, String) {
        post(self.address, content_type, headers, body).await
    }

    async fn rows(&self) -> usize {
        crate::harness::owed::unanswered(&self.url).await.len()
    }
}

pub(super) fn settings(workspace: &Workspace) -> Settings {
    let signing_secret = SecretString::from(workspace.signing_secret().to_owned());
    Settings { mode: Mode::Http { signing_secret }, ..super::settings(workspace) }
}

/// Slack as it is, but that a mention is one event and not two.
fn mentions_alone() -> Shape {
    Shape { events: ["app_mention".to_owned()].into(), ..Shape::default() }
}

/// Serves as the bot does.
pub(super) async fn serve(slack: &Arc<Slack>, store: &Store, stop: &CancellationToken) -> SocketAddr {
    let inbox = Inbox::new(store.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = server::app(slack.routes(&inbox), Arc::new(|| async { Vec::new() }.boxed()));
    tokio::spawn(server::serve(listener, app, stop.clone()));
    let (listens, until) = (slack.clone(), stop.clone());
    tokio::spawn(async move { listens.listen(inbox, until).await });
    address
}

async fn post(address: SocketAddr, content_type: &str, headers: &str, body: &str) -> (u16, String) {
    let length = body.len();
    let head = format!("Content-Type: {content_type}\r\nContent-Length: {length}\r\n{headers}");
    exchange(address, &format!("POST {PATH} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n{head}\r\n{body}")).await
}

async fn exchange(address: SocketAddr, request: &str) -> (u16, String) {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // Where the body was not read the connection may be reset behind the answer.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    };
    let answer = timeout(PATIENCE, exchange).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The whole bot, to which a scene's workspace sends its requests.
pub(super) async fn bot_over_http(scene: &Scene) -> Bot {
    let mut secrets = scene.secrets();
    secrets.retain(|(name, _)| !name.contains("APP_TOKEN"));
    secrets.push(("STAGERBOT__SLACK__SIGNING_SECRET".into(), scene.workspace.signing_secret().into()));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = scene.setup().with("slack.mode = \"http\"").read(secrets);
    let bot = Bot::start(config).await.unwrap();
    scene.workspace.set_request_url(&format!("http://{}{PATH}", bot.address())).await.unwrap();
    eventually_ready(bot.address()).await;
    bot
}

#[tokio::test]
async fn a_whole_conversation() {
    let scene = Scene::new().await;
    let bot = bot_over_http(&scene).await;
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Approved.").await;
    let over = scene.card("Recovered").await;
    assert!(over.buttons().is_empty());
    assert_eq!((scene.terminated(), scene.cards()), (planned, 1));
    bot.stop().await;
    let counters = scene.workspace.counters();
    assert_eq!((counters.connections_opened, counters.calls("apps.connections.open")), (0, 0));
    assert_eq!((counters.envelopes_lost, counters.envelopes_sent), (0, counters.envelopes_acked));
}

async fn eventually_ready(address: SocketAddr) {
    let ready = async {
        while exchange(address, "GET /readyz HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n").await.0 != 200 {}
    };
    timeout(PATIENCE, ready).await.unwrap();
}

#[tokio::test]
async fn commands_clicks_and_mentions_land_and_are_acknowledged() {
    let door = Door::start(Shape::default()).await;
    let anna = door.workspace.person("anna");
    let ts = door.slack.post(&door.workspace.channel_id(CHANNEL).unwrap(), "key", &card("BBS is down")).await.unwrap();
    let typed = anna.types(CHANNEL, "/stager restart a & <b> = 100%").await.unwrap();
    let clicked = anna.clicks(&ts, "stager-approve").await.unwrap();
    let said = anna.types(CHANNEL, "@Stagerbot check prod").await.unwrap();
    for delivery in [typed, clicked, said] {
        assert!(delivery.acked() && delivery.ack_payload.is_none(), "{delivery:?}");
    }
    let came: Vec<Request> =
        crate::harness::owed::unanswered(&door.url).await.into_iter().map(|row| row.request).collect();
    let approve = Request::Approve { incident: Some(7), code: "7F3A9C-1".to_owned(), database_checked: true };
    assert_eq!(
        came,
        [
            Request::Restart { incident: None, reason: Some("a & <b> = 100%".to_owned()) },
            approve,
            Request::Check { environment: Some("prod".to_owned()) },
        ]
    );
    let row = crate::harness::owed::unanswered(&door.url).await.remove(0);
    door.slack.answer(&row.reply.unwrap(), "noted").await.unwrap();
    assert_eq!(anna.sees(CHANNEL).ephemerals().count(), 1);
}

#[tokio::test]
async fn it_is_listening_while_its_server_takes_requests() {
    let door = Door::start(Shape::default()).await;
    eventually("the bot listens", || door.slack.is_listening()).await;
    door.stop.cancel();
    assert!(!door.slack.is_listening());
    assert!(!Slack::connect(&settings(&door.workspace)).await.unwrap().is_listening());
}

#[tokio::test]
async fn what_slack_did_not_sign_just_now_is_refused_and_nothing_comes_of_it() {
    let door = Door::start(Shape::default()).await;
    let now = Door::now();
    let good = door.signed(now, COMMAND);
    let line = |header: &str| format!("{}\r\n", good.lines().find(|line| line.starts_with(header)).unwrap());
    let foreign =
        crate::harness::record::workspace(Shape { signing_secret: "somebody-else-s".to_owned(), ..Shape::default() })
            .await;
    let foreign = foreign.signature(now, COMMAND);
    let cases = [
        ("nothing", String::new()),
        ("no signature", line("X-Slack-Request-Timestamp")),
        ("no time", line("X-Slack-Signature")),
        ("another secret's", format!("{}X-Slack-Signature: {foreign}\r\n", line("X-Slack-Request-Timestamp"))),
        ("another body's", door.signed(now, &COMMAND.replace("check", "status"))),
        ("another time's", good.replace(&format!(": {now}"), &format!(": {}", now - 1))),
        ("an old one", door.signed(now - 310, COMMAND)),
        ("one of the future", door.signed(now + 310, COMMAND)),
        ("an empty signature", format!("{}X-Slack-Signature: \r\n", line("X-Slack-Request-Timestamp"))),
        ("no time at all", good.replace(&format!(": {now}"), ": now")),
        ("another version", good.replace("v0=", "v1=")),
    ];
    for (what, headers) in cases {
        let (status, said) = door.post(FORM, &headers, COMMAND).await;
        assert_eq!((status, said.as_str()), (401, ""), "{what}");
    }
    assert_eq!(door.rows().await, 0);
    assert_eq!(door.post(FORM, &good, COMMAND).await, (200, String::new()));
    assert_eq!(door.rows().await, 1);
}

#[tokio::test]
async fn a_signature_counts_once_and_what_it_asked_for_is_done_once_everywhere() {
    let door = Door::start(Shape::default()).await;
    let now = Door::now();
    let signed = door.signed(now, COMMAND);
    assert_eq!(door.post(FORM, &signed, COMMAND).await.0, 200);
    assert_eq!(door.post(FORM, &signed, COMMAND).await.0, 401, "a replay");
    // Slack itself signs anew.
    let again = door.signed(now + 1, COMMAND) + "X-Slack-Retry-Num: 1\r\nX-Slack-Retry-Reason: http_timeout\r\n";
    assert_eq!(door.post(FORM, &again, COMMAND).await.0, 200);
    // Another replica does not know the signature, but the store knows the request.
    let other = Arc::new(Slack::connect(&settings(&door.workspace)).await.unwrap());
    let address = serve(&other, &door.store, &door.stop).await;
    assert_eq!(post(address, FORM, &signed, COMMAND).await.0, 200);
    assert_eq!(door.rows().await, 1);
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_read() {
    let door = Door::start(Shape::default()).await;
    // None of the body is ever sent.
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: 1048577\r\n\r\n");
    assert_eq!(exchange(door.address, &head).await.0, 413);
    // Without its length announced, as soon as it is too much.
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000)).repeat(17);
    let signed = door.signed(Door::now(), "a");
    let chunked = format!(
        "POST {PATH} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{signed}\r\n{chunk}"
    );
    assert_eq!(exchange(door.address, &chunked).await.0, 413);
    // And what nobody signed is hardly read at all.
    assert_eq!(door.post(FORM, "", &"a".repeat(5_000)).await.0, 401);
    assert_eq!(door.rows().await, 0);
}

#[tokio::test]
async fn slack_s_own_checks_are_answered() {
    let door = Door::start(Shape::default()).await;
    let get = |query: &str| format!("GET {PATH}{query} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n");
    assert_eq!(exchange(door.address, &get("?ssl_check=1&token=x")).await, (200, String::new()));
    assert_eq!(exchange(door.address, &get("")).await.0, 405);
    assert_eq!(door.post(FORM, "", "token=x&ssl_check=1").await, (200, String::new()));
    let check = "ssl_check=1&token=x";
    assert_eq!(door.post(FORM, &door.signed(Door::now(), check), check).await, (200, String::new()));
    // A check that brings a command with it is a check, and a command without signature none.
    assert_eq!(door.post(FORM, "", &format!("ssl_check=1&{COMMAND}")).await.0, 200);
    let challenge = json!({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}).to_string();
    assert_eq!(door.post("application/json", "", &challenge).await, (401, String::new()));
    let signed = door.signed(Door::now(), &challenge);
    assert_eq!(door.post("application/json", &signed, &challenge).await, (200, "3eZbrw1a".to_owned()));
    assert_eq!(door.rows().await, 0);
    let elsewhere = door.workspace.set_request_url(&format!("http://{}/elsewhere", door.address)).await;
    assert_eq!(elsewhere.unwrap_err().to_string(), "the request URL did not answer with the challenge: HTTP 404");
}

#[tokio::test]
async fn what_is_signed_and_can_t_be_read_is_said_to_have_failed() {
    let door = Door::start(Shape::default()).await;
    let ours = json!({"type": "block_actions", "team": {"id": "T0SIMULATED"}, "api_app_id": "A0STAGERBOT"});
    let click = ours.to_string();
    for (content_type, body, status) in [
        (FORM, "command=%2Fstager&text=check&team_id=T0SIMULATED&api_app_id=A0STAGERBOT".to_owned(), 400),
        (FORM, format!("payload={click}"), 400),
        (FORM, "payload=no".to_owned(), 400),
        (FORM, "a=b".to_owned(), 400),
        ("application/json", "no".to_owned(), 400),
        // What Slack would only send again, and what is not ours.
        ("application/json", json!({"type": "event_callback", "event": {"type": "app_mention"}}).to_string(), 200),
        ("application/json", json!({"type": "app_rate_limited"}).to_string(), 200),
        (FORM, format!("payload={}", json!({"type": "shortcut"})), 200),
    ] {
        let signed = door.signed(Door::now(), &body);
        assert_eq!(door.post(content_type, &signed, &body).await, (status, String::new()), "{body}");
    }
    assert_eq!(door.rows().await, 0);
}

#[tokio::test]
async fn what_is_not_stored_is_not_acknowledged_and_the_person_sees_it() {
    let door = Door::start(Shape { redeliver_after: Vec::new(), ..mentions_alone() }).await;
    let ts = door.slack.post(&door.workspace.channel_id(CHANNEL).unwrap(), "key", &card("BBS is down")).await.unwrap();
    door.store.close().await;
    let anna = door.workspace.person("anna");
    for delivery in [
        anna.types(CHANNEL, "/stager check").await.unwrap(),
        anna.clicks(&ts, "stager-approve").await.unwrap(),
        anna.types(CHANNEL, "@Stagerbot check").await.unwrap(),
    ] {
        assert_eq!((delivery.acked(), delivery.status), (false, Some(503)));
    }
    let seen = anna.sees(CHANNEL);
    assert!(seen.message("failed with the error \"http_service_error\"").is_some(), "{}", seen.text());
    assert_eq!(seen.warnings[0].text, OPERATION_TIMED_OUT);
}

#[tokio::test]
async fn an_event_that_was_not_stored_or_whose_answer_was_lost_comes_again_and_acts_once() {
    let door = Door::start(Shape { redeliver_after: vec![Duration::from_millis(100); 50], ..mentions_alone() }).await;
    let anna = door.workspace.person("anna");
    // Somebody else writes, and does not end.
    let database = format!("sqlite://{}/x.db", door.folder.path().display());
    let mut writer = sqlx::SqliteConnection::connect(&database).await.unwrap();
    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    let first = anna.types(CHANNEL, "@Stagerbot check").await.unwrap();
    assert_eq!((first.status, first.failure), (Some(503), Some("http_error")));
    writer.execute("ROLLBACK").await.unwrap();
    let acked = |count: u64| move |view: &View| (view.counters.envelopes_acked == count).then_some(());
    door.workspace.wait_for(PATIENCE, acked(1)).await.unwrap();
    assert_eq!(door.rows().await, 1);

    door.workspace.inject(Fault::AcksLost);
    let second = anna.types(CHANNEL, "@Stagerbot status").await.unwrap();
    assert_eq!((second.status, second.failure), (None, Some("connection_failed")));
    door.workspace.heal_all();
    door.workspace.wait_for(PATIENCE, acked(2)).await.unwrap();
    assert_eq!(door.rows().await, 2);
}

#[tokio::test]
async fn who_sends_slowly_is_not_waited_for_and_delays_nobody() {
    let door = Door::start(Shape::default()).await;
    let signed = door.signed(Door::now(), COMMAND);
    let length = COMMAND.len();
    let head =
        format!("POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: {length}\r\n{signed}\r\n{}", &COMMAND[..20]);
    let (begun, address) = (Instant::now(), door.address);
    let slow = tokio::spawn(async move { exchange(address, &head).await });
    assert!(door.workspace.person("anna").types(CHANNEL, "/stager check").await.unwrap().acked());
    assert_eq!(slow.await.unwrap().0, 408);
    assert!(!long() || begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(door.rows().await, 1);
}

#[tokio::test]
async fn refusals_are_told_once_in_a_while_and_nothing_secret_is_logged() {
    let (log, _taking_down) = Log::of_this_thread();
    let door = Door::start(Shape::default()).await;
    let typed = door.workspace.person("anna").types(CHANNEL, "/stager check").await.unwrap();
    let signed = door.signed(Door::now(), "somebody else's body");
    for _ in 0..50 {
        assert_eq!(door.post(FORM, &signed, COMMAND).await.0, 401);
    }
    let logged = log.text();
    assert_eq!(logged.matches("what claims to be from Slack was refused").count(), 1, "{logged}");
    let trigger = typed.payload["trigger_id"].as_str().unwrap();
    for secret in [door.workspace.signing_secret(), "v0=", trigger, "/commands/", door.workspace.bot_token()] {
        assert!(!logged.contains(secret), "{secret} in {logged}");
    }
}
