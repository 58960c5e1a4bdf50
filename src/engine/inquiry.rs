//! Asking the platforms about the accounts that a decision rests on: whether they count for anything, and which groups they are in.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::time::timeout;

use crate::causes::causes;
use crate::chat::Chat;
use crate::incident::account::Account;
use crate::incident::phrase::{Phrase, Statement};
use crate::incident::standing::{Barred, Membership, Standing};
use crate::words::Words;

/// How long a platform may take: somebody waits for their answer, or a restart for its next pod.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// What is asked.
pub struct Inquiry(pub(super) Vec<Question>);

/// About one account.
pub(super) struct Question {
    pub(super) account: Account,
    /// Those that it is asked about, by their ids.
    pub(super) groups: Vec<String>,
    pub(super) chat: Option<Arc<dyn Chat>>,
    /// Why it counted for nothing when the platform last told: that stands until it tells something else.
    pub(super) barred: Option<Barred>,
}

impl Inquiry {
    /// Asks everything at once. What is not answered in time is not known.
    pub async fn ask(self, now: Timestamp) -> Vec<(Account, Standing)> {
        join_all(self.0.into_iter().map(|question| question.ask(now))).await
    }
}

impl Question {
    async fn ask(self, seen_at: Timestamp) -> (Account, Standing) {
        let Self { account, groups, chat, barred: last } = self;
        let user = &account.user;
        let barred = async {
            let Some(chat) = &chat else { return last };
            match timeout(PATIENCE, chat.barred(user)).await {
                Ok(Ok(barred)) => barred,
                Ok(Err(error)) => {
                    tracing::warn!(%account, error = %causes(&error), "an account can't be asked about");
                    last
                }
                Err(_) => last,
            }
        };
        let members = join_all(groups.iter().map(async |group| {
            let unknown = |why: Statement, cause: String| {
                tracing::warn!(%account, group, why = cause, "whether an account is in a group is not known");
                Membership::NotKnown(why)
            };
            let in_english = |why: Phrase| Words::of(None).state(&why.into());
            let Some(chat) = &chat else {
                let why = Phrase::new("failed-no-platform");
                return unknown(why.clone().into(), in_english(why));
            };
            match timeout(PATIENCE, chat.is_in(user, group)).await {
                Ok(Ok(true)) => Membership::In,
                Ok(Ok(false)) => Membership::Out,
                Ok(Err(error)) => unknown(error.reason(), causes(&error)),
                Err(_) => {
                    let why = Phrase::new("unseen-no-answer").with("seconds", PATIENCE.as_secs().to_string());
                    unknown(why.clone().into(), in_english(why))
                }
            }
        }));
        let (barred, members) = futures::join!(barred, members);
        let groups = groups.iter().cloned().zip(members).collect();
        let standing = Standing { seen_at, barred, groups };
        (account, standing)
    }
}
