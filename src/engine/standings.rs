//! On whose standing with the platforms a decision rests, and what is known of it. A task asks; its answer is part of the policy by which
//! the engine then decides.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Engine;
use super::inquiry::{Inquiry, Question};
use super::tasks::TaskResult;
use crate::clock;
use crate::incident::account::Account;
use crate::incident::policy::Policy;
use crate::incident::rules::Look;
use crate::incident::standing::{CLICK_AGE, Membership, Standing};
use crate::incident::{IncidentId, PodState, RestartRequest, State};
use crate::request::Request;
use crate::store::InboxRow;

/// While a restart looks often, an answer this young counts again: Slack tells a group's members twenty times a minute.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);

impl Engine {
    /// Has a row decided, once the platforms were asked about those on whom it rests.
    pub(super) fn take_up(&mut self, row: InboxRow) {
        let inquiry = self.inquiry_for(&row);
        let key = row.dedupe_key.clone();
        let due = self.asked_about.push(row, inquiry.is_none());
        self.rows.extend(due);
        let Some(inquiry) = inquiry else { return };
        let result_sender = self.result_sender.clone();
        self.tasks.spawn(async move {
            let standings = inquiry.ask(clock::now()).await;
            // The engine is gone at shutdown; the row stays as it is then.
            let _ = result_sender.send(TaskResult::LookedUp { key, standings });
        });
    }

    /// The platforms answered: the row is decided, and what waited for it.
    pub(super) fn looked_up(&mut self, key: &str, standings: Vec<(Account, Standing)>) {
        self.learn(standings, clock::now());
        let due = self.asked_about.ready(key);
        self.rows.extend(due);
    }

    /// Asks once about an account for each group that gives rights, so that what is missing for it is in the log before it is needed.
    pub(super) fn ask_at_start(&self) {
        let all = self.policy.people.iter().flat_map(|person| &person.accounts);
        let mut groups = BTreeSet::new();
        let first = all.filter(|account| {
            self.policy.groups_of(account).into_iter().any(|group| groups.insert((account.platform, group)))
        });
        if let Some(inquiry) = self.inquiry(&first.cloned().collect()) {
            self.tasks.spawn(async move { drop(inquiry.ask(clock::now()).await) });
        }
    }

    /// What is to be asked before a row is decided; `None` where no right of a person is at stake.
    pub(super) fn inquiry_for(&self, row: &InboxRow) -> Option<Inquiry> {
        let by = &row.reply.as_ref().filter(|_| row.answer.is_none())?.account;
        let mut all = BTreeSet::from([by.clone()]);
        match &row.request {
            Request::Approve { code, .. } => {
                let requests = self.active.values().filter_map(|active| active.incident.request());
                let of_code = requests.filter(|request| request.code.eq_ignore_ascii_case(code));
                all.extend(of_code.flat_map(RestartRequest::approvers).map(|party| party.who.account.clone()));
            }
            Request::Restart { .. }
            | Request::Deny { .. }
            | Request::Cancel { .. }
            | Request::HandOver { .. }
            | Request::Mute { .. }
            | Request::Unmute { .. }
            | Request::WhoAmI => {}
            // Help names what waits.
            Request::Help if self.policy.rules.look == Look::People => {}
            request if request.is_look() && self.policy.rules.look == Look::People => {}
            _ => return None,
        }
        self.inquiry(&all)
    }

    /// What is to be asked with the next look at an incident: about those on whose word its deletes rest, as long as some are left.
    pub(super) fn inquiry_before_delete(&self, id: IncidentId) -> Option<Inquiry> {
        let active = self.active.get(&id)?;
        let State::Restarting(restart) = &active.incident.state else { return None };
        if !restart.pods.iter().any(|progress| progress.state == PodState::Waiting) {
            return None;
        }
        let (request, now) = (&restart.request, active.now());
        let parties = request.approvers().chain([request.requester(), restart.approver()]);
        let all: BTreeSet<Account> = parties.map(|party| party.who.account.clone()).collect();
        let asked = |account: &Account| {
            let known = self.policy.standings.of(account).filter(|one| one.is_recent(now, AGAIN));
            known.is_some_and(|one| {
                one.seen_at > restart.approved_at
                    && !one.groups.values().any(|said| matches!(said, Membership::NotKnown(_)))
            })
        };
        if all.iter().all(asked) { None } else { self.inquiry(&all) }
    }

    /// About the persons of these accounts. A right rests on any of a person's accounts.
    fn inquiry(&self, accounts: &BTreeSet<Account>) -> Option<Inquiry> {
        let of_person = |account| match self.policy.person(account) {
            Some(person) => &person.accounts[..],
            // Nobody's: asked about where a group gives something to anybody.
            None if self.policy.groups_of(account).is_empty() => &[],
            None => std::slice::from_ref(account),
        };
        let all: BTreeSet<&Account> = accounts.iter().flat_map(of_person).collect();
        let question = |account: &Account| {
            let groups = self.policy.groups_of(account);
            let chat = self.chats.get(&account.platform).cloned();
            let asks = chat.is_some() || !groups.is_empty();
            let barred = self.policy.barred(account);
            asks.then(|| Question { account: account.clone(), groups, chat, barred })
        };
        let questions: Vec<Question> = all.into_iter().filter_map(question).collect();
        (!questions.is_empty()).then_some(Inquiry(questions))
    }

    /// Takes the answers into the policy.
    pub(super) fn learn(&mut self, standings: Vec<(Account, Standing)>, now: Timestamp) {
        if standings.is_empty() {
            return;
        }
        let Policy { standings: known, people, .. } = Arc::make_mut(&mut self.policy);
        known.drop_older(now, CLICK_AGE);
        for (account, standing) in standings {
            known.insert(account, standing);
        }
        known.forget(|account| !people.iter().any(|person| person.accounts.contains(account)));
    }
}
