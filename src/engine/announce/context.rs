//! What the messages of a round are made of, and what the log says of them.

use crate::chat::Mention;
use crate::chat::announcement::Announced;
use crate::engine::home::Rules;
use crate::engine::presenter::IncidentSnapshot;
use crate::incident::decide::Call;
use crate::incident::environment::Environment;
use crate::incident::escalation::{Kind, Need};
use crate::store::announcements::{Announcement, Told};
use crate::words::Words;

/// What all messages of a round have in common.
pub(super) struct Context<'a> {
    pub(super) snapshot: &'a IncidentSnapshot,
    pub(super) rules: &'a Rules,
    pub(super) words: &'static Words,
    pub(super) link: Option<String>,
}

impl Context<'_> {
    pub(super) fn announced<'a>(
        &'a self,
        need: &'a Need,
        kind: Kind,
        environment: &'a Environment,
        mentions: &'a [Mention],
    ) -> Announced<'a> {
        Announced {
            need,
            kind,
            environment: &environment.name,
            drill: self.snapshot.incident.is_drill(),
            mentions,
            link: self.link.as_deref(),
            notify: &self.rules.notify,
            words: self.words,
        }
    }

    /// What a page is known by. The time tells incidents of one number apart, as after a store was lost.
    pub(super) fn page_key(&self, key: &str) -> String {
        let incident = &self.snapshot.incident;
        format!("stagerbot/{}/{}/{key}", incident.id, incident.opened_at.as_microsecond())
    }
}

/// What the log is to say of a row, once that is settled.
pub(super) fn call_made(row: &Announcement) -> Option<Call> {
    let Told { names, missed, failed, .. } = row.told.clone();
    let is_settled = (!row.message.is_empty() || failed) && !(names.is_empty() && missed.is_empty());
    let (key, destination) = (row.key.clone(), row.destination.clone());
    is_settled.then_some(Call { key, destination, names, missed })
}
