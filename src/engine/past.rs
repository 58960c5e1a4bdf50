//! What was: one incident as a report, and the newest ones with what they come to. Anybody may read it, as they may read the cards.

use super::Engine;
use crate::incident::IncidentId;
use crate::incident::figures::Entry;
use crate::incident::phrase::Phrase;
use crate::incident::refusal::Refusal;
use crate::incident::report::report;
use crate::report::{figures, incident};
use crate::request::ReplyTo;
use crate::store::StoreError;

/// So many incidents are told.
const TOLD: usize = 20;
/// And so many drills beside them.
const TOLD_DRILLS: usize = 5;

impl Engine {
    /// The report of the incident that somebody names, or of the newest one of their channel's environment, which is the open one if
    /// there is one.
    pub(super) async fn told(&self, named: Option<IncidentId>, reply: &ReplyTo) -> Result<Phrase, StoreError> {
        let id = match named {
            Some(id) => Some(id),
            None => match self.environment(None, reply) {
                Ok(name) => self.store.newest_incidents(Some(&name), 1).await?.pop(),
                Err(why) => return Ok(why),
            },
        };
        let Some(id) = id else { return Ok(Refusal::NoIncident.phrase()) };
        let report = report(id, &self.store.log(id).await?);
        Ok(report.map_or_else(|| Phrase::new("refused-no-incident"), |report| incident::answer(&report)))
    }

    /// The newest incidents of the environment that somebody names, or that of the channel, or all; newest first.
    pub(super) async fn history(&self, named: Option<&str>, reply: &ReplyTo) -> Result<Phrase, StoreError> {
        let environment = match self.environment(named, reply) {
            Ok(name) => Some(name),
            Err(why) if named.is_some() => return Ok(why),
            Err(_) => None,
        };
        let mut entries = Vec::new();
        let mut ids = self.store.newest_incidents(environment.as_deref(), TOLD).await?;
        ids.extend(self.store.newest_drills(environment.as_deref(), TOLD_DRILLS).await?);
        ids.sort_unstable_by(|one, other| other.cmp(one));
        for id in ids {
            entries.push(Entry { id, log: self.store.log(id).await?, asked: Vec::new() });
        }
        Ok(figures::answer(&entries))
    }
}
