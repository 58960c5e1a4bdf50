//! A minute in which strangers hold 2,000 connections idle and send slowly on 300 more.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use stagerbot::chat::slack::webhook::PATH;
use stagerbot::clock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::senders;
use crate::harness::needed::skipped;
use crate::harness::process::{Process, free_address, get};
use crate::harness::{Scene, heavy, long};

const IDLE: usize = 2_000;
const SLOW: usize = 300;
const LENGTH: Duration = Duration::from_mins(1);
/// The most that the bot may hold, in KiB.
const PEAK: usize = 128 * 1024;
/// How late health may answer, and how late Slack's request may be acknowledged.
const HEALTH: Duration = Duration::from_millis(100);
const SLACK: Duration = Duration::from_secs(3);

/// What a stranger does with a connection.
#[derive(Clone, Copy)]
enum Stranger {
    /// Says nothing.
    Idle,
    /// Sends the head a byte a second.
    SlowHead,
    /// Sends what could be Slack's, a byte of its body a second.
    SlowBody,
}

impl Stranger {
    fn begins(self) -> String {
        let (now, hash) = (clock::now().as_second(), "0f".repeat(32));
        match self {
            Self::Idle => String::new(),
            Self::SlowHead => format!("POST {PATH} HTTP/1.1\r\nHost: "),
            Self::SlowBody => format!(
                "POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\nX-Slack-Request-Timestamp: {now}\r\n\
                 X-Slack-Signature: v0={hash}\r\n\r\n"
            ),
        }
    }

    /// Holds a connection, and takes another one a second after it is closed.
    async fn holds(self, address: SocketAddr) {
        loop {
            if let Ok(mut stream) = TcpStream::connect(address).await {
                let mut open = stream.write_all(self.begins().as_bytes()).await.is_ok();
                while open {
                    let mut answer = [0; 256];
                    open = match timeout(Duration::from_secs(1), stream.read(&mut answer)).await {
                        // Closed, or answered and then closed.
                        Ok(Ok(0) | Err(_)) => false,
                        Ok(Ok(_)) => true,
                        Err(_) if matches!(self, Self::Idle) => true,
                        Err(_) => stream.write_all(b"a").await.is_ok(),
                    };
                }
            }
            sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Lets this process hold as many connections, and all that is left for what else it holds.
fn raise_files() {
    let needed = (IDLE + SLOW) as u64 + 500;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return;
    }
    let raised = Rlimit { current: limit.maximum.map_or(Some(needed), |most| Some(most.min(needed))), ..limit };
    setrlimit(Resource::Nofile, raised).unwrap();
    assert!(limit.maximum.is_none_or(|most| most >= needed), "this takes {needed} files at once: {limit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minute_of_idle_and_slow_connections_keeps_nobody_out() {
    if !long() {
        skipped("a minute of idle and slow connections, without STAGERBOT_LONG=1");
        return;
    }
    let _turn = heavy().await;
    raise_files();
    let scene = Scene::new().await;
    let health = free_address();
    let environment = [("STAGERBOT__SERVER__HEALTH_LISTEN", health.to_string()), senders::secrets()];
    let bot = Process::with(&scene, true, super::storm::environments(&scene, 1), &environment).await;
    let idle = bot.memory();

    let mut strangers = JoinSet::new();
    for number in 0..IDLE + SLOW {
        let stranger = match number {
            _ if number < IDLE => Stranger::Idle,
            _ if number % 2 == 0 => Stranger::SlowHead,
            _ => Stranger::SlowBody,
        };
        strangers.spawn(stranger.holds(bot.address));
    }
    let (began, mut pace) = (Instant::now(), interval(Duration::from_secs(1)));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut alive, mut typed, mut alerts) = (Vec::new(), Vec::new(), 0);
    while began.elapsed() < LENGTH {
        pace.tick().await;
        let asked = Instant::now();
        assert_eq!(get(health, "/healthz").await.unwrap().0, 200);
        alive.push(asked.elapsed());
        let asked = Instant::now();
        let delivery = scene.anna.types(&scene.channel, "/stager status").await.unwrap();
        assert!(delivery.acked(), "{delivery:?}");
        typed.push(asked.elapsed());
        let (status, answer) = senders::one(bot.address).await;
        assert_eq!(status, 200, "{answer}");
        alerts += 1;
    }
    strangers.shutdown().await;
    let most = |times: &[Duration]| times.iter().max().copied().unwrap_or_default();
    eprintln!(
        "{IDLE} idle and {SLOW} slow connections for {:?}: {} times alive within {:.1?}, {} commands acknowledged within {:.1?}, \
         {alerts} alerts accepted; memory: idle {idle}, now {}, at most {} KiB resident",
        LENGTH,
        alive.len(),
        most(&alive),
        typed.len(),
        most(&typed),
        bot.memory(),
        bot.peak(),
    );
    assert!(most(&alive) < HEALTH, "{alive:?}");
    assert!(most(&typed) < SLACK, "{typed:?}");
    assert!(bot.peak() < PEAK, "{} KiB", bot.peak());
}
