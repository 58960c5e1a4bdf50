//! Asking the platforms about the accounts that a decision rests on: whether they count for anything, and which groups they are in.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::time::timeout;

use crate::causes::causes;
use crate::chat::Chat;
use crate::incident::account::Account;
use crate::incident::standing::{Barred, Membership, Standing};

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
        let members = join_all(groups.iter().map(|group| async {
            let Some(chat) = &chat else { return Membership::NotKnown("its platform is not configured".to_owned()) };
            match timeout(PATIENCE, chat.is_in(user, group)).await {
                Ok(Ok(true)) => Membership::In,
                Ok(Ok(false)) => Membership::Out,
                Ok(Err(error)) => Membership::NotKnown(causes(&error)),
                Err(_) => Membership::NotKnown(format!("no answer within {} s", PATIENCE.as_secs())),
            }
        }));
        let (barred, members) = futures::join!(barred, members);
        for (group, membership) in groups.iter().zip(&members) {
            if let Membership::NotKnown(why) = membership {
                tracing::warn!(%account, group, why, "whether an account is in a group is not known");
            }
        }
        let groups = groups.iter().cloned().zip(members).collect();
        let standing = Standing { seen_at, barred, groups };
        (account, standing)
    }
}
