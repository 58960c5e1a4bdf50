//! Rows that wait until the platforms told of those on whom they rest, in the order in which they came: what one account asks for is
//! decided in its order, and so is what ends a request, whoever says it. An approval never overtakes a denial.

use std::collections::VecDeque;

use crate::incident::account::Account;
use crate::request::Request;
use crate::store::InboxRow;

/// Rows in the order in which they came.
#[derive(Default)]
pub(super) struct InOrder(VecDeque<Waiting>);

struct Waiting {
    row: InboxRow,
    /// Nothing more is to be found out about it.
    is_ready: bool,
}

impl InOrder {
    /// Takes a row, which is ready or will be. Returns those that can be decided now.
    pub(super) fn push(&mut self, row: InboxRow, is_ready: bool) -> Vec<InboxRow> {
        self.0.push_back(Waiting { row, is_ready });
        self.due()
    }

    /// A row has become ready. Returns those that can be decided now.
    pub(super) fn ready(&mut self, key: &str) -> Vec<InboxRow> {
        if let Some(waiting) = self.0.iter_mut().find(|waiting| waiting.row.dedupe_key == key) {
            waiting.is_ready = true;
        }
        self.due()
    }

    /// Takes out what is ready and has to wait for nothing that came before it.
    fn due(&mut self) -> Vec<InboxRow> {
        let mut due = Vec::new();
        let mut left: VecDeque<Waiting> = VecDeque::new();
        for waiting in self.0.drain(..) {
            if waiting.is_ready && !left.iter().any(|earlier| goes_before(&earlier.row, &waiting.row)) {
                due.push(waiting.row);
            } else {
                left.push_back(waiting);
            }
        }
        self.0 = left;
        due
    }
}

/// Whether the one that came earlier has to be decided before the other.
fn goes_before(earlier: &InboxRow, later: &InboxRow) -> bool {
    let by = by(later);
    by.is_some() && self::by(earlier) == by || ends_requests(earlier) && ends_requests(later)
}

fn by(row: &InboxRow) -> Option<&Account> {
    row.reply.as_ref().map(|reply| &reply.account)
}

/// Whether a request ends by it, so that whoever came first has to win.
fn ends_requests(row: &InboxRow) -> bool {
    matches!(
        row.request,
        Request::Approve { .. } | Request::Deny { .. } | Request::Cancel { .. } | Request::HandOver { .. }
    )
}
