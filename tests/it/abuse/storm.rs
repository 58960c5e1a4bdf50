//! A storm of alerts beside a restart and a person. Small in every run; with `STAGERBOT_LONG=1` as large as one that was seen.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use stagerbot::clock;
use stagerbot::simulator::slack::message::Message;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::process::{Process, exchange};
use crate::scene::{PATIENCE, Scene, TOKEN, is_card};

/// How many environments there are beside the one that is restarted. They are of one cluster.
const OTHERS: usize = 4;
const PER_DELIVERY: usize = 50;

struct Size {
    alerts: usize,
    fingerprints: usize,
    long: bool,
}

fn size() -> Size {
    if std::env::var_os("STAGERBOT_LONG").is_some_and(|long| long == "1") {
        Size { alerts: 50_000, fingerprints: 5_000, long: true }
    } else {
        Size { alerts: 2_000, fingerprints: 200, long: false }
    }
}

fn environments(scene: &Scene) -> String {
    let kubeconfig = scene.folder.path().join("kubeconfig");
    (0..OTHERS).fold("match = { cluster = \"prod\" }\n".to_owned(), |mut text, number| {
        let _ = write!(
            text,
            "[[environment]]\nname = \"other-{number}\"\nnamespace = \"cf\"\npreset = \"{}\"\nkubeconfig = \"{}\"\n\
             slack_channel = \"{}\"\nmatch = {{ cluster = \"other-{number}\" }}\n",
            scene.preset,
            kubeconfig.display(),
            scene.channel,
        );
        text
    })
}

fn delivery(numbers: impl Iterator<Item = usize>) -> String {
    let now = clock::now().to_string();
    let alerts: Vec<Value> = numbers
        .map(|number| {
            json!({
                "status": "firing",
                "labels": { "alertname": "CFStagerUnavailable", "cluster": format!("other-{}", number % OTHERS) },
                "annotations": { "summary": "error code: 170010, Stager is unavailable" },
                "startsAt": now,
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": format!("{number:016x}"),
            })
        })
        .collect();
    json!({ "version": "4", "status": "firing", "receiver": "stagerbot", "alerts": alerts }).to_string()
}

/// Sends it until it is taken, as Alertmanager does; how often it was asked to wait.
async fn send(address: SocketAddr, body: String) -> usize {
    let request = format!(
        "POST /alerts/alertmanager HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for asked in 0.. {
        match exchange(address, &request).await {
            Some((200, _)) => return asked,
            Some((503, answer)) => assert!(answer.to_lowercase().contains("retry-after"), "{answer}"),
            other => panic!("{other:?}"),
        }
        sleep(Duration::from_millis(200)).await;
    }
    unreachable!()
}

/// From the approval to the first delete.
async fn approve(scene: &Scene) -> Duration {
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check prod").await;
    let prod = |m: &Message| is_card(m) && m.text_seen().contains("prod") && m.button("stager-restart").is_some();
    let card = scene.seen(prod).await;
    scene.requests(&scene.anna, &card, "").await;
    let card = scene.button("stager-approve").await;
    let before = scene.terminated().len();
    let approved = Instant::now();
    // On a busy machine an acknowledgement may come too late: people click again.
    while !scene.ben.clicks(&card, "stager-approve").await.unwrap().acked() {}
    let first = async {
        while scene.terminated().len() == before {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(2 * PATIENCE, first).await.expect("a delete");
    approved.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_alerts_delays_no_restart_and_nobody_s_answer() {
    let _turn = crate::harness::heavy().await;
    let size = size();
    let calm = {
        let scene = Scene::new().await;
        let more = environments(&scene);
        let _bot = Process::with(&scene, false, &more, &[]).await;
        scene.connected(0).await;
        approve(&scene).await
    };

    let scene = Scene::new().await;
    let more = environments(&scene);
    let bot = Process::with(&scene, false, &more, &[]).await;
    scene.connected(0).await;
    let idle = (bot.memory("VmRSS"), bot.memory("RssAnon"), bot.memory("RssFile"));
    let address = bot.address;
    let began = Instant::now();
    let storm = tokio::spawn(async move {
        let mut senders = JoinSet::new();
        let mut asked = 0;
        for from in (0..size.alerts).step_by(PER_DELIVERY) {
            if senders.len() >= 16 {
                asked += senders.join_next().await.unwrap().unwrap();
            }
            let numbers = from..(from + PER_DELIVERY).min(size.alerts);
            senders.spawn(send(address, delivery(numbers.map(|number| number % size.fingerprints))));
        }
        while let Some(waited) = senders.join_next().await {
            asked += waited.unwrap();
        }
        (began.elapsed(), asked)
    });
    let stormy = approve(&scene).await;
    let mut slowest = Duration::ZERO;
    for number in 0..5 {
        let asked = Instant::now();
        let word = format!("wish{number}");
        scene.says(&scene.zoe, &format!("/stager {word}")).await;
        scene.whispered(&scene.zoe, &word).await;
        slowest = slowest.max(asked.elapsed());
        sleep(Duration::from_millis(200)).await;
    }
    let (took, waited) = storm.await.unwrap();
    scene.card("Recovered").await;
    // Every environment that alerts named has its card, and one only.
    for number in 0..OTHERS {
        scene.card(&format!("other-{number}")).await;
    }
    let cards = scene.workspace.all_messages();
    let cards: BTreeSet<String> = cards.iter().filter(|m| m.by_bot && is_card(m)).map(|m| m.ts.clone()).collect();
    eprintln!(
        "{} alerts of {} fingerprints in {took:.1?} (senders were asked to wait {waited} times): approval to delete {stormy:.1?}, \
         {calm:.1?} without; the slowest answer {slowest:.1?}; memory in KiB: idle {idle:?}, at most {}, now {:?}",
        size.alerts,
        size.fingerprints,
        bot.memory("VmHWM"),
        (bot.memory("VmRSS"), bot.memory("RssAnon"), bot.memory("RssFile")),
    );
    assert_eq!(cards.len(), OTHERS + 1, "one card each, whatever comes after the end");
    let log = bot.log();
    assert!(!log.contains("another replica works on"), "a lease was lost: {log}");
    // Beside everything else it is no measure of speed.
    assert!(!size.long || slowest < Duration::from_secs(2), "{slowest:?}");
    assert!(!size.long || stormy < calm * 2 + Duration::from_secs(1), "{stormy:?} beside the storm, {calm:?} without");
    assert!(bot.memory("VmHWM") < 128 * 1024, "{} KiB", bot.memory("VmHWM"));
}
