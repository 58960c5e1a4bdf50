//! What the log says beside what was decided: who was told that they are needed, and which channels nobody sees the incident in.
//!
//! Level-triggered: what is so is compared with what the log says, so that a crash loses none of it and nothing stands there twice.

use super::Engine;
use super::active::ActiveIncident;
use crate::chat::closed::Channel;
use crate::incident::IncidentId;
use crate::incident::account::Platform;
use crate::incident::decide::Command;
use crate::incident::phrase::Arg;
use crate::store::StoreError;

impl Engine {
    /// Who was told stands in the log, and not in a table alone that anybody could edit.
    pub(super) async fn record_calls(&mut self, id: IncidentId) -> Result<(), StoreError> {
        let calls = self.active.get_mut(&id).map(ActiveIncident::unlogged_calls).unwrap_or_default();
        for call in calls {
            self.run_own_command(id, &Command::RecordCall(call)).await?;
        }
        Ok(())
    }

    /// That a channel takes no card, and that it does again: people are told of it elsewhere.
    pub(super) async fn record_channels(&mut self, id: IncidentId) -> Result<(), StoreError> {
        let Some(incident) = self.active.get(&id).map(|active| &active.incident).filter(|one| !one.is_closed()) else {
            return Ok(());
        };
        let Some(home) = self.homes.get(&incident.environment) else { return Ok(()) };
        let homes = home.channels.iter().filter(|(platform, _)| self.chats.contains_key(platform));
        let homes: Vec<Channel> = homes.map(|(platform, channel)| (*platform, channel.clone())).collect();
        let closed = |home: &Channel| Some((home.0, home.1.clone(), self.closed.why(home)?));
        let closed: Vec<(Platform, String, Arg)> = homes.iter().filter_map(closed).collect();
        let is_known = |platform, channel: &String| incident.closed_channels.contains(&(platform, channel.clone()));
        let as_known = closed.len() == incident.closed_channels.len()
            && closed.iter().all(|(platform, channel, _)| is_known(*platform, channel));
        if incident.is_drill() || as_known {
            return Ok(());
        }
        let alone = closed.len() == homes.len();
        self.run_own_command(id, &Command::RecordChannels { closed, alone }).await
    }
}
