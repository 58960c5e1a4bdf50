//! What fails, one thing after another, as the seed has it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::slack::fault::{Fault as SlackFault, Reason};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Stage;
use super::people::post;

/// An alert about something else.
pub(super) const UNRELATED: &str = "NodeDiskFull";

/// Breaks and mends until it is over; how often what.
pub(super) async fn at_random(stage: Arc<Stage>, seed: u64, over: CancellationToken) -> String {
    let mut random = Rng::with_seed(seed);
    let mut done: BTreeMap<&'static str, usize> = BTreeMap::new();
    let database = tokio::spawn(restart_the_database(stage.clone()));
    let mut mending = JoinSet::new();
    // However short the run, one storm is part of it.
    mending.spawn(storm(
        stage.clone(),
        random.usize(0..stage.replicas.len()),
        random.usize(0..stage.environments.len()),
    ));
    done.insert("alert storm", 1);
    while over.run_until_cancelled(sleep(Duration::from_millis(random.u64(500..2_500)))).await.is_some() {
        let (what, how) = break_something(&stage, &mut random);
        *done.entry(what).or_default() += 1;
        mending.spawn(how);
    }
    mending.join_all().await;
    let restarts = database.await.unwrap();
    done.insert("PostgreSQL restarted", restarts);
    done.iter().map(|(what, times)| format!("{what} {times}×")).collect::<Vec<_>>().join(", ")
}

type Mending = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Chooses, and gives what is still to be done of it.
fn break_something(stage: &Arc<Stage>, random: &mut Rng) -> (&'static str, Mending) {
    let (stage, replica) = (stage.clone(), random.usize(0..stage.replicas.len()));
    let cluster = stage.environments[random.usize(0..stage.environments.len())].cluster.clone();
    // Often longer than a lease, mostly shorter.
    let pause = Duration::from_millis(random.u64(200..5_000));
    let short = pause / 3;
    match random.u32(0..15) {
        0..=2 => ("SIGKILL", Box::pin(async move { stage.replicas[replica].signal("-KILL").await })),
        3 | 4 => (
            "SIGSTOP",
            Box::pin(async move {
                stage.replicas[replica].signal("-STOP").await;
                sleep(pause).await;
                stage.replicas[replica].signal("-CONT").await;
            }),
        ),
        5 => ("SIGTERM", Box::pin(async move { stage.replicas[replica].signal("-TERM").await })),
        6 => ("API server down", for_a_while(cluster, Fault::ApiServerDown, short)),
        7 => ("API server slow", for_a_while(cluster, Fault::ApiServerSlow { delay: short }, short)),
        8 => ("answers to deletes lost", for_a_while(cluster, Fault::DeleteAnswersLost, pause)),
        9 => {
            let fault = match random.u32(0..3) {
                0 => SlackFault::SocketsBreak,
                1 => SlackFault::SocketsClose,
                _ => SlackFault::Disconnect(Reason::RefreshRequested),
            };
            ("Slack's sockets lost", Box::pin(async move { stage.workspace.inject(fault) }))
        }
        10 => ("Slack down", slack_for_a_while(stage, SlackFault::Down { method: None, status: 503 }, short)),
        11 => ("Slack's answers lost", slack_for_a_while(stage, SlackFault::AnswersLost { method: None }, short)),
        12 => ("Slack hanging", slack_for_a_while(stage, SlackFault::Hangs { method: None }, short)),
        13 => ("alert storm", Box::pin(storm(stage.clone(), replica, random.usize(0..stage.environments.len())))),
        _ => {
            let fault = SlackFault::RateLimited { method: None, calls: 5, retry_after: Duration::from_secs(1) };
            ("Slack's rate limit", Box::pin(async move { stage.workspace.inject(fault) }))
        }
    }
}

/// A thousand alerts in two waves: one environment's own, which fire and then are over, about something else there, and that something
/// is over which nobody heard of, everywhere. Whatever is open takes them in; where nothing is, they are one incident, which closes as
/// healthy, or is the outage that people see to.
async fn storm(stage: Arc<Stage>, replica: usize, hit: usize) {
    const DELIVERIES: usize = 10;
    // A new one: the same again right after its incident would be an echo.
    let began = jiff::Timestamp::now().to_string();
    for status in ["firing", "resolved"] {
        let mut sending = JoinSet::new();
        for delivery in 0..DELIVERIES {
            let alerts: Vec<Value> =
                (0..50).map(|number| alert(&stage, hit, status, &began, delivery, number)).collect();
            let (stage, body) = (stage.clone(), json!({ "version": "4", "status": status, "alerts": alerts }));
            sending.spawn(async move { post(&stage.replicas[replica].address, &body).await });
        }
        // Whatever a replica that is killed meanwhile does not take is lost with its sender.
        sending.join_all().await;
    }
}

/// One of a wave: of each five one is the environment's own, one is about something else there, and three are news of an end.
fn alert(stage: &Stage, hit: usize, status: &str, began: &str, delivery: usize, number: usize) -> Value {
    let name = |place: usize| stage.environments[place % stage.environments.len()].name.as_str();
    let (status, alertname, environment, about) = match number % 5 {
        0 => (status, "CFStagerUnavailable", name(hit), "Stager is unavailable"),
        1 => (status, UNRELATED, name(hit), "A node's disk is nearly full"),
        _ => ("resolved", "CFStagerUnavailable", name(number), "Stager is unavailable"),
    };
    // The two waves are of the same alerts.
    json!({ "status": status, "labels": { "alertname": alertname, "cluster": environment }, "startsAt": began,
        "annotations": { "summary": about }, "fingerprint": format!("{delivery:08x}{number:08x}") })
}

fn for_a_while(cluster: stagerbot::simulator::kubernetes::Cluster, fault: Fault, time: Duration) -> Mending {
    Box::pin(async move {
        cluster.inject(fault.clone());
        sleep(time).await;
        cluster.heal(&fault);
    })
}

fn slack_for_a_while(stage: Arc<Stage>, fault: SlackFault, time: Duration) -> Mending {
    Box::pin(async move {
        stage.workspace.inject(fault.clone());
        sleep(time).await;
        stage.workspace.heal(&fault);
    })
}

/// Once in an orderly way and once as a crash, after each third of the incidents.
async fn restart_the_database(stage: Arc<Stage>) -> usize {
    let thirds = [1, 2];
    for third in thirds {
        while stage.progress() * 3 < stage.incidents * third {
            sleep(Duration::from_millis(400)).await;
        }
        let of = stage.clone();
        let restart = move || if third == 1 { of.server.restart() } else { of.server.crash() };
        tokio::task::spawn_blocking(restart).await.unwrap();
    }
    thirds.len()
}
