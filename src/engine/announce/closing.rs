//! What was told and is over: edited to say so, taken back where it paged people, and without the buttons that count no more.

use super::context::Context;
use super::{Announcer, Destination, Ledger, lasts};
use crate::causes::causes;
use crate::chat::announcement::{notice, repeated};
use crate::chat::{Card, Chat, ChatError, Found};
use crate::engine::rate_limit::Priority;
use crate::incident::escalation::{Kind, Need, Notice};
use crate::store::announcements::{Announcement, LAST};

impl Announcer {
    /// Edits what was told where it is over, or takes a page back.
    pub(super) async fn bring_up_to_date(
        &self,
        context: &Context<'_>,
        row: &Announcement,
        needs: &[Need],
        notices: &[Notice],
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        if let Some(one) = notices.iter().find(|one| row.key.starts_with(&format!("{}/", one.key))) {
            return self.take_button_off(context, row, one, ledger).await;
        }
        let Some(need) = needs.iter().find(|need| row.key.starts_with(&format!("{}/", need.key))) else {
            return Ok(());
        };
        let Some(ended) = &need.ended else { return Ok(()) };
        let stage = if context.snapshot.incident.is_closed() || ended.then.is_some() { LAST } else { 1 };
        if row.stage >= stage {
            return Ok(());
        }
        let id = context.snapshot.incident.id;
        let mut row = row.clone();
        match &self.destination {
            Destination::Page(name) => {
                if row.message.is_empty() {
                    // Whether it got there is not known, and to take back what is not there does nothing.
                    row.message = context.page_key(&row.key);
                }
                let announced = context.announced(need, Kind::Announce, &self.environment, &[]);
                self.send_page(context, name, &announced.headline(), &row.message, true).await?;
                row.stage = LAST;
            }
            Destination::Chat(chat) => {
                if row.message.is_empty() {
                    // It was never sent for sure, and is not needed any more: where it is there after all, it is edited.
                    let unique = format!("incident/{id}/{}", row.key);
                    match chat.find(&row.channel, None, &unique, row.since).await {
                        Ok(Found::Message(message)) => row.message = message,
                        Ok(_) => row.stage = LAST,
                        Err(error) if lasts(&error) => row.stage = LAST,
                        Err(error) => return Err(error),
                    }
                }
                if row.stage < LAST {
                    let announced = context.announced(need, Kind::Announce, &self.environment, &[]);
                    let mut card = announced.over();
                    if row.told.repeated {
                        repeated(&mut card, context.words);
                    }
                    self.update(chat.as_ref(), &row, &card).await?;
                    row.stage = stage;
                }
            }
        }
        self.record(id, row, ledger).await
    }

    /// A button that counts no more is taken off what a requester was told.
    async fn take_button_off(
        &self,
        context: &Context<'_>,
        row: &Announcement,
        one: &Notice,
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        let Destination::Chat(chat) = &self.destination else { return Ok(()) };
        if row.message.is_empty() || self.restart_button(context).is_some() {
            return Ok(());
        }
        let mut row = row.clone();
        let card = notice(one, Vec::new(), None, context.link.as_deref(), context.words);
        self.update(chat.as_ref(), &row, &card).await?;
        row.stage = LAST;
        self.record(context.snapshot.incident.id, row, ledger).await
    }

    /// Edits a message. One that somebody deleted is left alone, and so is one whose new text the platform can't take.
    async fn update(&self, chat: &dyn Chat, row: &Announcement, card: &Card) -> Result<(), ChatError> {
        self.rate_limit.acquire(Priority::Over).await;
        match chat.update(&row.channel, &row.message, card).await {
            Err(ChatError::Gone(_)) => Ok(()),
            Err(error @ ChatError::Unfit(_)) => {
                tracing::error!(channel = row.channel, why = %causes(&error), "the platform can't take what is over; it stays as it was");
                Ok(())
            }
            Err(ChatError::RateLimited(pause)) => {
                self.rate_limit.pause(pause);
                Err(ChatError::RateLimited(pause))
            }
            other => other,
        }
    }
}
