//! What people do: they notice an outage, ask, request, approve, deny, take back, repair by hand; and where nothing hears
//! them, they do it again.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fastrand::Rng;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection as _, Row as _};
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::{Cluster, PodSnapshot, Snapshot};
use stagerbot::simulator::slack::message::Message;
use tokio::time::{sleep, timeout};

use super::{PATIENCE, Stage};
use crate::harness::{TOKEN, is_card};

/// Ids and names.
pub(super) const PEOPLE: [(&str, &str); 3] = [("U0ANNA001", "Anna"), ("U0BEN0001", "Ben"), ("U0CARL001", "Carl")];
const ALERT: &str = include_str!("../../data/alertmanager/v0.27.json");
/// How long a person looks before they do something.
const LOOK: Duration = Duration::from_millis(200);

/// Where an outage is, and where it is talked about.
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) cluster: Cluster,
    pub(super) channel: String,
}

/// Incident after incident in one environment.
pub(super) async fn go_through(stage: Arc<Stage>, place: usize, incidents: usize, mut random: Rng) {
    for number in 1..=incidents {
        let one = timeout(PATIENCE, incident(&stage, place, number, &mut random)).await;
        assert!(
            one.is_ok(),
            "incident {number} of e{place} does not end:\n{:?}\n{}\n{}",
            stage.environments[place].cluster.snapshot(),
            stage.environments[place].text(&stage),
            stage.logs()
        );
        stage.ended.fetch_add(1, Ordering::SeqCst);
    }
}

async fn incident(stage: &Stage, place: usize, number: usize, random: &mut Rng) {
    let environment = &stage.environments[place];
    environment.breaks().await;
    let broken = jiff::Timestamp::now();
    let before = environment.cluster.terminations().len();
    environment.noticed(stage, random).await;
    // Some repair it by hand, some change their minds once; most do what the card says.
    let (by_hand, mut minds) = (random.u32(0..8) == 0, random.u32(0..4));
    let mut repaired = false;
    while !environment.is_over(stage, broken).await {
        sleep(LOOK).await;
        let Some(card) = environment.card(stage) else { continue };
        if card.button("stager-restart").is_some() {
            if by_hand && !repaired {
                environment.cluster.heal_by_hand();
                repaired = true;
            } else if !repaired {
                environment.says(stage, "U0ANNA001", "/stager restart it is stuck").await;
            }
        } else if let Some(approve) = card.button("stager-approve") {
            let code =
                approve.value.as_deref().unwrap_or_default().split_once('/').map_or("", |(_, code)| code).to_owned();
            match std::mem::replace(&mut minds, 9) {
                0 => environment.clicks(stage, "U0BEN0001", &card, "stager-deny").await,
                1 => environment.says(stage, "U0ANNA001", &format!("/stager cancel {code}")).await,
                2 => environment.clicks(stage, "U0ANNA001", &card, "stager-approve").await,
                _ => {
                    // Two at once, and one of them in a hurry.
                    let ben = async {
                        environment.clicks(stage, "U0BEN0001", &card, "stager-approve").await;
                        environment.clicks(stage, "U0BEN0001", &card, "stager-approve").await;
                    };
                    tokio::join!(ben, environment.clicks(stage, "U0CARL001", &card, "stager-approve"));
                }
            }
        }
    }
    if repaired {
        assert_eq!(environment.cluster.terminations().len(), before, "deleted though nobody approved it");
    }
    let deleted = environment.cluster.terminations().len();
    let snapshot = environment.cluster.snapshot();
    assert!(
        snapshot.healthy() || deleted > before,
        "incident {number} of {} is closed while it is broken:\n{snapshot:?}\n{}",
        environment.name,
        environment.text(stage)
    );
}

impl Environment {
    /// The runbook's outage, once what was before is over. Where it meets a pod that has no connection yet it heals by itself,
    /// and comes again.
    async fn breaks(&self) {
        let stuck = |s: &Snapshot| {
            let bbs = |pod: &&PodSnapshot| pod.name.starts_with("diego-api-");
            s.endpoints.is_empty() && s.pods.iter().filter(bbs).all(|pod| pod.active == Some(false) && pod.ready == 2)
        };
        loop {
            self.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
            self.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
            if self.cluster.wait_until(Duration::from_secs(10), stuck).await.is_ok() {
                return;
            }
        }
    }

    /// By an alert, a command or a message, until somebody heard of it.
    async fn noticed(&self, stage: &Stage, random: &mut Rng) {
        match random.u32(0..3) {
            0 => {
                let mut alert: Value = serde_json::from_str(ALERT).unwrap();
                alert["alerts"][0]["labels"]["cluster"] = json!(self.name);
                // A new one: the same again right after its incident would be an echo.
                alert["alerts"][0]["startsAt"] = json!(jiff::Timestamp::now().to_string());
                while !post(&stage.replicas[random.usize(0..stage.replicas.len())].address, &alert).await {
                    sleep(LOOK).await;
                }
            }
            1 => self.says(stage, "U0CARL001", "/stager check").await,
            _ => self.says(stage, "U0CARL001", "cf push: Stager is unavailable, 170010").await,
        }
    }

    async fn says(&self, stage: &Stage, who: &str, line: &str) {
        let person = stage.workspace.person(who);
        while !person.types(&self.channel, line).await.unwrap().acked() {
            sleep(LOOK).await;
        }
    }

    async fn clicks(&self, stage: &Stage, who: &str, card: &Message, button: &str) {
        let person = stage.workspace.person(who);
        while !person.clicks_stale(card, button).await.unwrap().acked() {
            sleep(LOOK).await;
        }
    }

    /// The newest card here with something to click: of the open incident, whoever's call opened it. What is over has no buttons, also
    /// where its card came late.
    fn card(&self, stage: &Stage) -> Option<Arc<Message>> {
        let all = stage.workspace.all_messages();
        let clickable = |message: &Message| {
            ["stager-restart", "stager-approve"].iter().any(|button| message.button(button).is_some())
        };
        let ours = |message: &&Arc<Message>| {
            message.by_bot && is_card(message) && message.channel == self.channel && clickable(message)
        };
        all.iter().rev().find(ours).cloned()
    }

    /// Whether an incident was closed that began after this: one of before, which somebody's second call for the last outage opened
    /// late, may be closed by what was seen before. If that one was joined, whether it is closed and all is well. Not while nobody
    /// can say.
    async fn is_over(&self, stage: &Stage, broken: jiff::Timestamp) -> bool {
        let closed = "SELECT COALESCE(MAX(opened_at), 0), COALESCE(MAX(closed_at), 0), COUNT(*) - COUNT(closed_at) \
                      FROM incidents WHERE environment = $1";
        let Ok(mut database) = AnyConnection::connect(&stage.url).await else { return false };
        let Ok(row) = sqlx::query(closed).bind(&self.name).fetch_one(&mut database).await else { return false };
        let [opened, closed, open] = [0, 1, 2].map(|column| row.get::<i64, _>(column));
        let since = broken.as_microsecond();
        open == 0 && (opened > since || (closed > since && self.cluster.snapshot().healthy()))
    }

    /// What its channel shows.
    fn text(&self, stage: &Stage) -> String {
        stage.workspace.person("U0ANNA001").sees(&self.channel).text()
    }
}

pub(super) async fn post(address: &str, alert: &Value) -> bool {
    let request = Request::post(format!("http://{address}/alerts/alertmanager"))
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(alert.to_string()))
        .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = timeout(Duration::from_secs(10), client.request(request)).await;
    answer.is_ok_and(|answer| answer.is_ok_and(|answer| answer.status() == StatusCode::OK))
}
