//! A platform that could not be reached when the bot started. It is tried until it can be, while everything else goes on: the other
//! platform is served, alerts are taken in and incidents are looked at.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::backoff::pauses;
use super::message_trigger::MessageTriggers;
use super::platforms::Settings;
use super::{Button, Card, Chat, ChatError, Found, Known, Looked, Picture, Place, Recipient};
use crate::causes::causes;
use crate::checkup::Finding;
use crate::inbox::Inbox;
use crate::incident::account::Platform;
use crate::incident::standing::Barred;
use crate::request::ReplyTo;

/// A platform that may be there later.
pub struct Late {
    settings: Settings,
    there: OnceLock<Arc<dyn Chat>>,
    /// What a reload asked for since, before it was there.
    triggers: Mutex<Option<MessageTriggers>>,
}

/// How long one try may take.
const TRY: Duration = Duration::from_secs(30);

impl Late {
    /// One that is not there yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, there: OnceLock::new(), triggers: Mutex::new(None) }
    }

    fn there(&self) -> Result<&Arc<dyn Chat>, ChatError> {
        self.there.get().ok_or_else(|| {
            ChatError::passing(format!(
                "{} could not be reached since the bot started",
                self.settings.platform().name()
            ))
        })
    }

    /// Tries until it can be reached; an error that only somebody can mend ends that.
    async fn reach(&self) -> Result<Arc<dyn Chat>, ChatError> {
        let mut pauses = pauses();
        let mut said = String::new();
        loop {
            let tried = tokio::time::timeout(TRY, self.settings.connect()).await;
            match tried.unwrap_or_else(|_| Err(ChatError::passing(format!("no answer within {} s", TRY.as_secs())))) {
                Ok(chat) => return Ok(chat),
                Err(error @ ChatError::Fatal(_)) => return Err(error),
                Err(error) => {
                    let why = causes(&error);
                    // Said when it changes: it may last for hours.
                    if why != said {
                        tracing::warn!(platform = %self.settings.platform(), error = why, "a chat platform can't be reached yet");
                        said = why;
                    }
                }
            }
            tokio::time::sleep(pauses.next().unwrap_or_default()).await;
        }
    }
}

#[async_trait]
impl Chat for Late {
    fn platform(&self) -> Platform {
        self.settings.platform()
    }

    async fn post(&self, channel: &str, key: &str, card: &Card) -> Result<String, ChatError> {
        self.there()?.post(channel, key, card).await
    }

    async fn update(&self, channel: &str, message: &str, card: &Card) -> Result<(), ChatError> {
        self.there()?.update(channel, message, card).await
    }

    async fn reply_in_thread(&self, channel: &str, message: &str, key: &str, text: &str) -> Result<(), ChatError> {
        self.there()?.reply_in_thread(channel, message, key, text).await
    }

    async fn find(&self, channel: &str, thread: Option<&str>, key: &str, since: Timestamp) -> Result<Found, ChatError> {
        self.there()?.find(channel, thread, key, since).await
    }

    async fn look(&self, channel: &str) -> Result<(), ChatError> {
        self.there()?.look(channel).await
    }

    async fn set_up(&self) -> Vec<Finding> {
        match self.there.get() {
            Some(chat) => chat.set_up().await,
            None => Vec::new(),
        }
    }

    async fn look_closely(&self, channel: &str) -> Result<Looked, ChatError> {
        self.there()?.look_closely(channel).await
    }

    async fn call(&self, to: Recipient<'_>, key: &str, card: &Card) -> Result<Place, ChatError> {
        self.there()?.call(to, key, card).await
    }

    async fn lacks_for_pictures(&self, channel: &str) -> Option<String> {
        self.there.get()?.lacks_for_pictures(channel).await
    }

    async fn hand_over(&self, picture: &Picture) -> Result<String, ChatError> {
        self.there()?.hand_over(picture).await
    }

    async fn show_picture(
        &self,
        channel: &str,
        message: &str,
        key: &str,
        handed: &str,
        picture: &Picture,
    ) -> Result<(), ChatError> {
        self.there()?.show_picture(channel, message, key, handed, picture).await
    }

    fn may_show_again(&self, since: Timestamp) -> bool {
        self.there.get().is_some_and(|chat| chat.may_show_again(since))
    }

    async fn known(&self, user: &str) -> Result<Known, ChatError> {
        self.there()?.known(user).await
    }

    async fn barred(&self, user: &str) -> Result<Option<Barred>, ChatError> {
        self.there()?.barred(user).await
    }

    async fn is_in(&self, user: &str, group: &str) -> Result<bool, ChatError> {
        self.there()?.is_in(user, group).await
    }

    async fn members(&self, group: &str, users: &[&str]) -> Result<BTreeSet<String>, ChatError> {
        self.there()?.members(group, users).await
    }

    fn keeps_waiting(&self, to: &ReplyTo) -> bool {
        self.there.get().is_some_and(|chat| chat.keeps_waiting(to))
    }

    async fn locale(&self, user: &str) -> Option<String> {
        self.there.get()?.locale(user).await
    }

    fn link(&self, channel: &str, message: &str) -> Option<String> {
        self.there.get()?.link(channel, message)
    }

    async fn answer(&self, to: &ReplyTo, text: &str) -> Result<(), ChatError> {
        self.there()?.answer(to, text).await
    }

    async fn open_form(&self, to: &ReplyTo, trigger: &str, button: &Button, reason: &str) -> Result<(), ChatError> {
        self.there()?.open_form(to, trigger, button, reason).await
    }

    /// None: a platform that sends requests is waited for at the start, since it is the bot that takes them.
    fn routes(&self, _inbox: &Inbox) -> Router {
        Router::new()
    }

    async fn listen(&self, inbox: Inbox, stop: CancellationToken) -> Result<(), ChatError> {
        let Some(reached) = stop.run_until_cancelled(self.reach()).await else { return Ok(()) };
        let reached = reached?;
        let chat = self.there.get_or_init(|| reached);
        if let Some(triggers) = self.triggers.lock().unwrap_or_else(PoisonError::into_inner).take() {
            chat.set_triggers(&triggers);
        }
        tracing::info!(platform = %self.platform(), "a chat platform can be reached now");
        chat.listen(inbox, stop).await
    }

    fn set_triggers(&self, triggers: &MessageTriggers) {
        match self.there.get() {
            Some(chat) => chat.set_triggers(triggers),
            None => *self.triggers.lock().unwrap_or_else(PoisonError::into_inner) = Some(triggers.clone()),
        }
    }

    fn is_listening(&self) -> bool {
        self.there.get().is_some_and(|chat| chat.is_listening())
    }
}
