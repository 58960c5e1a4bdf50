//! Paging people past the chat: each page under its key once, and taken back under the same.

use super::context::Context;
use super::{Announcer, Ledger, failed, lasts};
use crate::causes::causes;
use crate::chat::ChatError;
use crate::clock;
use crate::incident::escalation::{Call, Need};
use crate::page::Page;
use crate::store::announcements::{Announcement, LAST, Told};

impl Announcer {
    /// Pages people for a call.
    pub(super) async fn page(
        &self,
        context: &Context<'_>,
        need: &Need,
        call: &Call,
        name: &str,
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        let id = context.snapshot.incident.id;
        if ledger.get(&call.key).is_some_and(|row| !row.message.is_empty() || row.told.failed) {
            return Ok(());
        }
        let mut row = Announcement {
            key: call.key.clone(),
            destination: name.to_owned(),
            channel: String::new(),
            message: String::new(),
            since: clock::now(),
            stage: 0,
            told: Told { names: vec![name.to_owned()], ..Told::default() },
        };
        if ledger.get(&call.key).is_none() {
            self.record(id, row.clone(), ledger).await?;
        }
        let announced = context.announced(need, call.kind, &self.environment, &[]);
        match self.send_page(context, name, &announced.headline(), &context.page_key(&call.key), false).await {
            Ok(()) => row.message = context.page_key(&call.key),
            Err(error) if lasts(&error) => {
                tracing::error!(incident.id = id, error = %causes(&error), "a page was refused");
                row.stage = LAST;
                row.told = Told { failed: true, missed: vec![(name.to_owned(), failed(&error))], ..Told::default() };
            }
            Err(error) => return Err(error),
        }
        self.record(id, row, ledger).await
    }

    /// Sends a page, or takes it back.
    pub(super) async fn send_page(
        &self,
        context: &Context<'_>,
        name: &str,
        summary: &str,
        key: &str,
        is_over: bool,
    ) -> Result<(), ChatError> {
        let page = Page {
            key,
            summary,
            environment: &self.environment.name,
            incident: context.snapshot.incident.id,
            link: context.link.as_deref(),
            is_over,
            drill: context.snapshot.incident.is_drill(),
        };
        context.rules.pagers.send(name, &page).await
    }
}
