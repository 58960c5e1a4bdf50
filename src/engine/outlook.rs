//! Where somebody's incident is to be seen, and that it can't be where it can't: nobody waits for a card that no channel takes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::Engine;
use crate::chat::closed::{Channel, ClosedChannels};
use crate::incident::IncidentId;
use crate::incident::phrase::{Arg, Phrase};

/// How long the answer to a check waits for the card that it speaks of: mostly that is there within a moment.
const CARD: Duration = Duration::from_secs(2);

/// The channels that the answer to somebody speaks of.
pub(super) struct Outlook {
    environment: String,
    channels: Vec<Channel>,
    closed: Arc<ClosedChannels>,
    /// The incident whose first card is about to be shown.
    awaited: Option<IncidentId>,
}

impl Engine {
    /// The outlook of an answer: that of the environment or the incident that it names.
    pub(super) fn outlook(&self, answer: &Phrase) -> Outlook {
        let incident = match answer.args.get("incident") {
            Some(Arg::Number(id)) => self.active.get(id),
            _ => None,
        };
        let environment = match answer.args.get("environment") {
            Some(Arg::Text(name)) => name.clone(),
            _ => incident.map(|active| active.incident.environment.clone()).unwrap_or_default(),
        };
        let of = |name: &String| self.homes.get(name).map(|home| home.channels.clone()).unwrap_or_default();
        Outlook {
            channels: of(&environment).into_iter().filter(|(platform, _)| self.chats.contains_key(platform)).collect(),
            environment,
            closed: Arc::clone(&self.closed),
            awaited: incident.filter(|_| answer.id == "answer-checking").map(|active| active.incident.id),
        }
    }

    /// What the channels of an environment refuse.
    pub(super) fn refusals(&self, name: &str) -> Vec<Phrase> {
        let channels = self.homes.get(name).map(|home| home.channels.clone()).unwrap_or_default();
        channels.into_iter().filter_map(|channel| refusal(&self.closed, name, &channel)).collect()
    }
}

impl Outlook {
    /// The answer, with what the channels refuse.
    pub(super) async fn told_with(self, answer: Phrase) -> Phrase {
        if let Some(incident) = self.awaited {
            let mut changes = self.closed.changes();
            let settled = async {
                while !self.channels.iter().all(|channel| self.closed.is_settled(channel, incident)) {
                    if changes.changed().await.is_err() {
                        return;
                    }
                }
            };
            // Late, it is told to whoever asks next.
            let _ = timeout(CARD, settled).await;
        }
        let refusals = self.channels.iter().filter_map(|channel| refusal(&self.closed, &self.environment, channel));
        refusals.fold(answer, |line, rest| Phrase::new("status-lines").with("line", line).with("rest", rest))
    }
}

fn refusal(closed: &ClosedChannels, environment: &str, channel: &Channel) -> Option<Phrase> {
    let phrase = Phrase::new("status-not-shown").with("environment", environment);
    Some(phrase.with("why", closed.why(channel)?))
}
