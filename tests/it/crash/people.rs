//! What people and Alertmanager do in the incident: each thing until it was acknowledged, and then never again.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::person::Person;
use stagerbot::simulator::slack::view::View;

use crate::harness::{Scene, TOKEN, is_card};

const ALERT: &str = include_str!("../../data/alertmanager/v0.27.json");
const RESTART: &str = "stager-restart";
const APPROVE: &str = "stager-approve";

/// How far they got.
#[derive(Default)]
pub(super) struct People {
    alerted: bool,
    requested: bool,
    approved: bool,
}

impl People {
    /// Does what is left to do. May be given up half-way and begun again.
    pub(super) async fn act(&mut self, scene: &Scene, address: String) {
        while !self.alerted {
            self.alerted = post(&address).await;
        }
        while !self.requested {
            self.requested = request(scene, &scene.anna).await;
        }
        while !self.approved {
            self.approved = click(scene, &scene.ben, APPROVE).await;
        }
    }

    /// Whether everybody whose click was acknowledged was told what became of it.
    pub(super) fn is_each_answered(scene: &Scene) -> bool {
        let all = scene.workspace.all_messages();
        let told = |id: &str| all.iter().any(|message| message.ephemeral_to.as_deref() == Some(id));
        told(scene.anna.id()) && told(scene.ben.id())
    }
}

/// Clicks, and sends the form in that comes up; whether that is over. Who is told that it did not come up clicks again.
async fn request(scene: &Scene, who: &Person) -> bool {
    let whispers =
        |view: &View| view.messages.iter().filter(|message| message.ephemeral_to.as_deref() == Some(who.id())).count();
    let before = whispers(&scene.workspace.view());
    if !click(scene, who, RESTART).await {
        return false;
    }
    let is_requested = |view: &View| {
        let card =
            view.messages.iter().rev().find(|message| message.by_bot && is_card(message) && message.is_visible());
        card.is_some_and(|card| card.button(APPROVE).is_some())
    };
    let next = |view: &View| {
        let form = view.modals.iter().any(|form| form.open && form.person == who.id());
        (form || is_requested(view) || whispers(view) > before).then_some(form)
    };
    match scene.workspace.wait_for(super::PATIENCE, next).await {
        Ok(true) => who.submits(&[]).await.is_ok_and(|delivery| delivery.acked()),
        Ok(false) => is_requested(&scene.workspace.view()),
        Err(_) => false,
    }
}

/// Clicks once somebody listens and the button is there; whether that is over: acknowledged, or carried out all the same.
async fn click(scene: &Scene, who: &Person, button: &str) -> bool {
    let there = |view: &View| {
        let is = |message: &&Arc<Message>| message.by_bot && is_card(message) && message.is_visible();
        let card = view.messages.iter().rev().find(is)?;
        let shows = |button: &str| card.button(button).is_some();
        match (shows(RESTART), shows(APPROVE)) {
            // The acknowledgement was lost, and not the click.
            (false, true) if button == RESTART => Some(None),
            (false, false) if button == APPROVE => Some(None),
            _ => (shows(button) && view.counters.connections_open > 0).then(|| Some(card.clone())),
        }
    };
    match scene.workspace.wait_for(super::PATIENCE, there).await {
        Ok(Some(card)) => who.clicks(&card, button).await.is_ok_and(|delivery| delivery.acked()),
        Ok(None) => true,
        Err(_) => false,
    }
}

async fn post(address: &str) -> bool {
    let request = Request::post(format!("http://{address}/alerts/alertmanager"))
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(ALERT))
        .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let accepted = client.request(request).await.is_ok_and(|answer| answer.status() == StatusCode::OK);
    if !accepted {
        tokio::task::yield_now().await;
    }
    accepted
}
