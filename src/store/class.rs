//! What goes first in the inbox, and what takes turns.

use super::InboxRow;
use crate::request::Request;

/// What goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// What people want.
    People = 0,
    /// An alert that argues against a restart: who approves one has to know it.
    Database = 1,
    /// Any other alert.
    Alerts = 2,
}

impl Class {
    /// Every one, with its name.
    pub(super) const NAMES: [(Self, &'static str); 3] =
        [(Self::People, "people"), (Self::Database, "database"), (Self::Alerts, "alerts")];

    /// The class and the lane of a row.
    pub(super) fn of(row: &InboxRow) -> (Self, String) {
        match (&row.reply, &row.request) {
            (Some(reply), _) => (Self::People, format!("{}/{}", reply.account.platform, reply.account.user)),
            (None, Request::Alert { environment, .. }) => {
                let class = if row.request.is_about_database() { Self::Database } else { Self::Alerts };
                (class, environment.clone())
            }
            (None, _) => (Self::Alerts, String::new()),
        }
    }
}
