//! Sending what calls somebody: whom it mentions, and each message under its key once.

use std::sync::Arc;

use tokio::time::sleep;

use super::{Announcer, Ledger, Outgoing, failed, lasts};
use crate::causes::causes;
use crate::chat::announcement::repeated;
use crate::chat::backoff::pauses;
use crate::chat::platforms::PLATFORMS;
use crate::chat::{Card, Chat, ChatError, Found, Known, Mention, Recipient};
use crate::clock;
use crate::engine::rate_limit::Priority;
use crate::incident::IncidentId;
use crate::incident::account::Account;
use crate::incident::escalation::{Audience, Need};
use crate::incident::phrase::Phrase;
use crate::incident::policy::{Person, Policy};
use crate::store::announcements::{Announcement, LAST, Told};
use crate::words::Words;

impl Announcer {
    /// Whom to mention on this platform, and who can't be reached there.
    pub(super) async fn mentions(
        &self,
        need: &Need,
        audience: &[Audience],
        chat: &dyn Chat,
        policy: &Policy,
    ) -> Result<(Vec<Mention>, Told), ChatError> {
        let (mut mentions, mut told) = (Vec::new(), Told::default());
        for person in need.persons(audience, policy) {
            match reachable(chat, person).await? {
                Ok(user) => {
                    mentions.push(Mention::Account(user));
                    told.names.push(person.name.clone());
                }
                Err(Some(why)) => told.missed.push((person.name.clone(), why)),
                // They are told where they have an account.
                Err(None) => {}
            }
        }
        for one in audience {
            if let Audience::Group(platform, id) = one
                && *platform == chat.platform()
            {
                mentions.push(Mention::Group(id.clone()));
                told.names.push(format!("@{id}"));
            }
        }
        Ok((mentions, told))
    }

    /// Sends a message under its key once, whatever happens on the way.
    pub(super) async fn send(
        &self,
        id: IncidentId,
        chat: &dyn Chat,
        words: &Words,
        outgoing: Outgoing<'_>,
        card: &Card,
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        let Outgoing { key, to, told, stage } = outgoing;
        let unique = format!("incident/{id}/{key}");
        let (channel, thread) = match to {
            Recipient::Channel(channel) => (channel, None),
            Recipient::Thread { channel, message } => (channel, Some(message)),
            Recipient::Person(user) => (user, None),
        };
        let mut row = match ledger.get(&key) {
            Some(row) if !row.message.is_empty() || row.told.failed => return Ok(()),
            Some(row) => {
                let mut row = row.clone();
                if !ledger.refused.contains(&key) {
                    match chat.find(channel, thread, &unique, row.since).await? {
                        Found::Message(message) => {
                            (row.message, row.stage) = (message, stage);
                            return self.record(id, row, ledger).await;
                        }
                        found => row.told.repeated = found == Found::NotKnown,
                    }
                }
                row
            }
            None => {
                let (destination, channel) = (self.name(), channel.to_owned());
                let row = Announcement {
                    key,
                    destination,
                    channel,
                    message: String::new(),
                    since: clock::now(),
                    stage: 0,
                    told,
                };
                self.record(id, row.clone(), ledger).await?;
                row
            }
        };
        self.rate_limit.acquire(Priority::Open).await;
        let mut card = card.clone();
        if row.told.repeated {
            repeated(&mut card, words);
        }
        match chat.call(to, &unique, &card).await {
            Ok(place) => {
                ledger.refused.remove(&row.key);
                (row.channel, row.message, row.stage) = (place.channel, place.message, stage);
                self.record(id, row, ledger).await
            }
            Err(error) if lasts(&error) && matches!(to, Recipient::Person(_)) => {
                tracing::warn!(incident.id = id, error = %causes(&error), "somebody can't be told in private");
                row.told.failed = true;
                row.stage = LAST;
                row.told.missed.push((channel.to_owned(), failed(&error)));
                self.record(id, row, ledger).await
            }
            Err(error) => {
                self.record_refusal(id, row, channel, &error, ledger).await?;
                Err(error)
            }
        }
    }

    /// Records that a channel did not take a message. One that the platform can't take is not sent again.
    async fn record_refusal(
        &self,
        id: IncidentId,
        mut row: Announcement,
        channel: &str,
        error: &ChatError,
        ledger: &mut Ledger,
    ) -> Result<(), ChatError> {
        if let ChatError::RateLimited(pause) = error {
            ledger.refused.insert(row.key);
            self.rate_limit.pause(*pause);
            return Ok(());
        }
        if !lasts(error) {
            return Ok(());
        }
        ledger.refused.insert(row.key.clone());
        let missed = vec![(format!("#{channel}"), failed(error))];
        if matches!(error, ChatError::Unfit(_)) {
            row.stage = LAST;
            row.told = Told { failed: true, missed, ..Told::default() };
        } else if row.told.missed == missed {
            return Ok(());
        } else {
            row.told.missed = missed;
        }
        self.record(id, row, ledger).await
    }
}

/// The first of a person's accounts on a platform that it knows; or why they have none, where anything can be said of it.
async fn reachable(chat: &dyn Chat, person: &Person) -> Result<Result<String, Option<Phrase>>, ChatError> {
    let platform = chat.platform();
    let mut missed = None;
    for account in person.accounts.iter().filter(|account| account.platform == platform) {
        match chat.known(&account.user).await {
            Ok(known) => match unknown(known, account) {
                Some(why) => missed = Some(why),
                None => return Ok(Ok(account.user.clone())),
            },
            // To mention one account too many is better than to tell nobody.
            Err(ChatError::Passing(_) | ChatError::RateLimited(_)) => return Ok(Ok(account.user.clone())),
            Err(error) => return Err(error),
        }
    }
    Ok(Err(missed))
}

/// Why an account can't be told anything.
pub fn unknown(known: Known, account: &Account) -> Option<Phrase> {
    let why = |id: &str| {
        let platform = PLATFORMS.iter().find(|keys| keys.platform == account.platform).map_or("", |keys| keys.name);
        Some(Phrase::new(id).with("platform", platform).with("account", &account.user))
    };
    match known {
        Known::Yes | Known::NotTold => None,
        Known::No => why("missed-unknown"),
        Known::Deactivated => why("missed-deactivated"),
    }
}

/// Logs every account of the configuration that its platform does not know: an error of the configuration, said before somebody is
/// needed. Where a platform can't be asked, as one that comes late, it is asked again.
pub async fn tell_unknown(chats: &[Arc<dyn Chat>], policy: &Policy) {
    let mut left: Vec<(&Person, &Account)> = Vec::new();
    for person in &policy.people {
        left.extend(person.accounts.iter().map(|account| (person, account)));
    }
    for mut pause in pauses() {
        let mut later = Vec::new();
        for (person, account) in left {
            let Some(chat) = chats.iter().find(|chat| chat.platform() == account.platform) else { continue };
            match chat.known(&account.user).await {
                Ok(known) => log_unknown(person, account, known),
                Err(error) => {
                    if let ChatError::RateLimited(wanted) = error {
                        pause = pause.max(wanted);
                    }
                    later.push((person, account));
                }
            }
        }
        if later.is_empty() {
            return;
        }
        left = later;
        sleep(pause).await;
    }
}

fn log_unknown(person: &Person, account: &Account, known: Known) {
    if let Some(why) = unknown(known, account) {
        let why = Words::of(None).say(&why);
        tracing::error!(person = person.name, why, "a person of the configuration can't be told anything");
    }
}
