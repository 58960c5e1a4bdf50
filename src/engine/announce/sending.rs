//! Sending what calls somebody: whom it mentions, and each message under its key once.

use std::sync::Arc;

use super::{Announcer, Context, Ledger, Outgoing, failed};
use crate::causes::causes;
use crate::chat::announcement::repeated;
use crate::chat::platforms::PLATFORMS;
use crate::chat::{Card, Chat, ChatError, Found, Known, Mention, Recipient};
use crate::clock;
use crate::engine::rate_limit::Priority;
use crate::incident::IncidentId;
use crate::incident::approval::{Account, Person, Policy};
use crate::incident::escalation::{Audience, Need};
use crate::incident::phrase::Phrase;
use crate::store::announcements::{Announcement, LAST, Told};
use crate::words::Words;

impl Announcer {
    /// Whom to mention on this platform, and who can't be reached there.
    pub(super) async fn mentions(
        &self,
        need: &Need,
        audience: &[Audience],
        chat: &dyn Chat,
        context: &Context<'_>,
    ) -> Result<(Vec<Mention>, Told), ChatError> {
        let (mut mentions, mut told) = (Vec::new(), Told::default());
        for person in need.persons(audience, &context.rules.policy) {
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
            Err(error @ (ChatError::Gone(_) | ChatError::Fatal(_) | ChatError::Closed(_)))
                if matches!(to, Recipient::Person(_)) =>
            {
                tracing::warn!(incident.id = id, error = %causes(&error), "somebody can't be told in private");
                row.told.failed = true;
                row.stage = LAST;
                row.told.missed.push((channel.to_owned(), failed(&error)));
                self.record(id, row, ledger).await
            }
            Err(error) => {
                if matches!(
                    error,
                    ChatError::Gone(_) | ChatError::Fatal(_) | ChatError::Closed(_) | ChatError::RateLimited(_)
                ) {
                    ledger.refused.insert(row.key.clone());
                }
                if let ChatError::RateLimited(pause) = &error {
                    self.rate_limit.pause(*pause);
                } else if matches!(error, ChatError::Gone(_) | ChatError::Fatal(_) | ChatError::Closed(_)) {
                    let missed = vec![(format!("#{channel}"), failed(&error))];
                    if row.told.missed != missed {
                        row.told.missed = missed;
                        self.record(id, row, ledger).await?;
                    }
                }
                Err(error)
            }
        }
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
/// needed.
pub async fn tell_unknown(chats: &[Arc<dyn Chat>], policy: &Policy) {
    for person in &policy.people {
        for account in &person.accounts {
            let Some(chat) = chats.iter().find(|chat| chat.platform() == account.platform) else { continue };
            // One that can't be asked now is asked again before somebody is told.
            let Ok(known) = chat.known(&account.user).await else { continue };
            if let Some(why) = unknown(known, account) {
                let why = Words::of(None).say(&why);
                tracing::error!(person = person.name, why, "a person of the configuration can't be told anything");
            }
        }
    }
}
