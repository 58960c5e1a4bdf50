//! What people do, on Slack: each thing until it was acknowledged, and then they read what they are told.

use std::sync::Arc;

use stagerbot::bot::Bot;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::person::Person;
use stagerbot::simulator::slack::view::{Modal, View};

use super::PATIENCE;
use super::expect::{APPROVED, CHECKED, REQUESTED};
use super::scene::{Scene, is_card, post};

/// What the bot says where its form comes too late.
const NO_FORM: &str = "did not come up. Click again";

impl Scene {
    pub(crate) async fn says(&self, who: &Person, line: &str) {
        let delivery = who.types(&self.channel, line).await.unwrap();
        assert!(delivery.acked(), "{line} was not acknowledged");
    }

    /// Clicks on the button as it was when the card was read.
    pub(crate) async fn clicks(&self, who: &Person, card: &Message, action: &str) {
        let delivery = who.clicks_stale(card, action).await.unwrap();
        assert!(delivery.acked(), "the click on {action} was not acknowledged");
    }

    /// Asks for a check of what is not being looked at.
    pub(crate) async fn checks(&self, who: &Person) {
        self.says(who, "/stager check").await;
        self.whispered(who, "Checking prod").await;
        self.reader.expect(CHECKED);
    }

    /// Alertmanager sends an alert.
    pub(crate) async fn alerts(&self, bot: &Bot, body: &str) {
        assert!(post(bot, body).await.is_success());
        self.reader.expect(CHECKED);
    }

    /// Clicks to request a restart until the form comes up, which may be late where the machine is busy.
    pub(crate) async fn opens_form(&self, who: &Person, card: &Message) -> Arc<Modal> {
        loop {
            self.clicks(who, card, "stager-restart").await;
            let late = |view: &View| {
                let word = |m: &&Arc<Message>| {
                    m.ephemeral_to.as_deref() == Some(who.id())
                        && m.text_seen().contains(NO_FORM)
                        && !self.reader.has_read(&***m)
                };
                view.messages.iter().any(|m| word(&m))
            };
            let open = |view: &View| {
                let form = view.modals.iter().find(|form| form.open && form.person == who.id()).cloned();
                if form.is_none() && !late(view) { None } else { Some(form) }
            };
            match self.workspace.wait_for(PATIENCE, open).await.unwrap() {
                Some(form) => return form,
                None => drop(self.whispered(who, NO_FORM).await),
            }
        }
    }

    /// Clicks to request a restart, and sends the form in; what the form was, and what the person is told then.
    pub(crate) async fn requests(&self, who: &Person, card: &Message, reason: &str) -> (Arc<Modal>, Arc<Message>) {
        let form = self.opens_form(who, card).await;
        let sent = who.submits(&[("reason", reason)]).await.unwrap();
        assert!(sent.acked() && sent.ack_payload.is_none(), "a form that was sent in closes: {sent:?}");
        let told = self.whispered(who, "Requested.").await;
        self.reader.expect(REQUESTED);
        (form, told)
    }

    /// Clicks to approve, and is told that it counts.
    pub(crate) async fn approves(&self, who: &Person, card: &Message) {
        self.reader.expect(APPROVED);
        self.clicks(who, card, "stager-approve").await;
        self.whispered(who, "Approved.").await;
    }

    /// Stuck, checked by Anna, requested by Anna: the card that waits for an approval.
    pub(crate) async fn requested(&self) -> Arc<Message> {
        self.stuck().await;
        self.checks(&self.anna).await;
        let card = self.button("stager-restart").await;
        self.requests(&self.anna, &card, "").await;
        self.button("stager-approve").await
    }

    /// The cards that people see.
    pub(crate) fn cards(&self) -> usize {
        self.workspace.all_messages().iter().filter(|m| m.by_bot && is_card(m)).count()
    }
}

/// The code of a request, as its requester is told it.
pub(crate) fn code(told: &str) -> &str {
    let (_, rest) = told.split_once("/stager approve ").unwrap();
    rest.split(' ').next().unwrap()
}
