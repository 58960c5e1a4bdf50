//! Bytes and connections that strangers send.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::Signal;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use stagerbot::chat::slack::webhook::PATH;
use stagerbot::clock;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::harness::process::{Process, exchange, free_address, get};
use crate::harness::{Scene, TOKEN, long};

/// What a stranger can know of Slack's signature: its form.
fn forged() -> String {
    let now = clock::now().as_second();
    format!("X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={}\r\n", "0f".repeat(32))
}

/// Begins a request and never ends it.
async fn half_sent(address: SocketAddr, head: &str, body: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let sending = async {
        // It may be closed half way.
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(&vec![b'a'; body]).await;
    };
    // What is not read any more is not sent either.
    let _ = timeout(Duration::from_secs(2), sending).await;
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_send_to_slack_s_address_takes_little_memory_and_nobody_s_place() {
    let scene = Scene::new().await;
    let bot = Process::ready(&scene, true, &[]).await;
    let idle = bot.peak();
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: 1048576\r\n{}\r\n", forged());
    let sending = (0..140).map(|_| half_sent(bot.address, &head, 1_048_575));
    let held = futures::future::join_all(sending).await;
    // While they are there, who signs is heard within Slack's patience, and so is who has the token.
    let asked = Instant::now();
    assert!(scene.anna.types(&scene.channel, "/stager status").await.unwrap().acked());
    let body = r#"{"version": "4", "status": "firing", "alerts": []}"#;
    let alert = format!(
        "POST /alerts/alertmanager HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (status, answer) = exchange(bot.address, &alert).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    eprintln!(
        "140 strangers with 1 MiB each: {idle} KiB at most before, {} KiB after, a person and an alert heard within {:?}",
        bot.peak(),
        asked.elapsed()
    );
    assert!(bot.peak() < idle + 40 * 1024, "{} KiB, {idle} KiB before", bot.peak());
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slack_can_not_have_signed_just_now_is_refused_by_its_head() {
    let scene = Scene::new().await;
    let bot = Process::ready(&scene, true, &[]).await;
    let old = forged().replace("Timestamp: 1", "Timestamp: 0");
    for (what, headers) in [("old", old), ("no hash", forged().replace("0f0f", "zzzz"))] {
        let head = format!("POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000000\r\n{headers}\r\n");
        // None of the body is ever sent, and the answer comes at once.
        let (status, _) = exchange(bot.address, &head).await.unwrap();
        assert_eq!(status, 401, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_whether_it_is_ready_takes_no_place_from_others() {
    let scene = Scene::new().await;
    let bot = Process::ready(&scene, true, &[]).await;
    // Somebody else writes to the store, so that nobody can tell whether it can be written.
    let url = scene.url();
    let mut writer = SqliteConnection::connect(&url).await.unwrap();
    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    let head = "GET /readyz HTTP/1.1\r\nHost: bot\r\n\r\n";
    let asking = (0..600).map(|_| half_sent(bot.address, head, 0));
    let held = futures::future::join_all(asking).await;
    // As many as there are connections, and whoever has no token is told so.
    let alert = "POST /alerts/alertmanager HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(exchange(bot.address, alert).await.map(|(status, _)| status), Some(401));
    assert_eq!(get(bot.address, "/healthz").await.map(|(status, _)| status), Some(200));
    writer.execute("ROLLBACK").await.unwrap();
    drop(held);
    bot.until("/readyz", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_and_slow_connections_keep_nobody_out() {
    let scene = Scene::new().await;
    let health = free_address();
    let bot = Process::ready(&scene, true, &[("STAGERBOT__SERVER__HEALTH_LISTEN", health.to_string())]).await;
    let slow = format!("POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\n{}\r\n", forged());
    let mut held = Vec::new();
    for number in 0..900 {
        // Two of three say nothing or half a head; the third begins a body.
        let head = match number % 3 {
            0 => "",
            1 => "GET /healthz HTTP/1.1\r\nHost: b",
            _ => &slow,
        };
        held.push(half_sent(bot.address, head, number % 3 / 2).await);
        if number % 100 == 99 {
            for address in [bot.address, health] {
                let asked = Instant::now();
                let (status, _) = get(address, "/healthz").await.unwrap();
                assert_eq!(status, 200);
                assert!(!long() || asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
            }
            assert!(scene.anna.types(&scene.channel, "/stager status").await.unwrap().acked());
        }
    }
    let (status, answer) = get(health, "/alerts/alertmanager").await.unwrap();
    assert_eq!(status, 404, "{answer}");
    assert_eq!(get(health, "/readyz").await.unwrap().0, 200);
    // What strangers cause is told once a minute, with where it comes from.
    let log = bot.log();
    assert!(log.matches("what claims to be from Slack was refused").count() <= 1, "{log}");
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_that_nobody_vouches_for_are_two_lines_with_their_peer() {
    let scene = Scene::new().await;
    let mut bot = Process::ready(&scene, false, &[]).await;
    let head = "POST /alerts/grafana HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n";
    for _ in 0..20 {
        assert_eq!(exchange(bot.address, head).await.map(|(status, _)| status), Some(401), "no body is waited for");
    }
    bot.signal(Signal::TERM);
    assert!(bot.ended().await.success());
    // The first one, and the rest a minute later or at the end.
    let log = bot.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("alerts were refused or ignored")).collect();
    assert!(
        matches!(lines[..], [first, rest] if first.contains("127.0.0.1 (1)") && rest.contains("127.0.0.1 (19)")),
        "{log}"
    );
}
