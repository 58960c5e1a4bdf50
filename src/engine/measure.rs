//! What is measured of what happens: what people and alerts came to, and what was appended to incidents.
//!
//! An event counts where it was appended: of several replicas, at one.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::incident::drill::found;
use crate::incident::event::{Event, Outcome, Recorded, Trigger};
use crate::incident::phrase::{Arg, Phrase};
use crate::incident::refusal::Ending;
use crate::incident::{Incident, PodState, Restart, State};
use crate::metrics;
use crate::request::Request;

/// Counts what a person's request came to.
pub(super) fn command(request: &Request, is_form: bool, answer: &Phrase) {
    // Of a drill's answer, what is marked.
    let id = match answer.args.get("says") {
        Some(Arg::Phrase(says)) if answer.id == "drill-marked" => says.id.as_str(),
        _ => answer.id.as_str(),
    };
    let outcome = match id {
        _ if is_form => "form",
        id if id.starts_with("refused") => "refused",
        _ => "done",
    };
    metrics::COMMANDS.count(&[("verb", request.word()), ("outcome", outcome)]);
}

/// Counts what an alert came to.
pub(super) fn alert(source: &str, fate: &'static str) {
    metrics::ALERTS.count(&[("source", metrics::source(source)), ("fate", fate)]);
}

/// Counts what was appended to an incident, which is as it was before.
pub(super) fn appended(mut incident: Incident, recorded: &[Recorded]) {
    if incident.is_drill() {
        return recorded.iter().for_each(|one| drill(&incident, one));
    }
    for one in recorded {
        event(&incident, one);
        incident.apply(one);
    }
}

/// Counts an incident's first event.
pub(super) fn opened(first: &Event) {
    if let Event::Opened { trigger, .. } = first {
        metrics::OPENED.count(&[("trigger", name(trigger))]);
        by_alert(trigger, "opened");
    }
}

fn name(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Check(_) => "check",
        Trigger::Alert(_) => "alert",
    }
}

fn by_alert(trigger: &Trigger, fate: &'static str) {
    if let Trigger::Alert(one) = trigger {
        alert(&one.source, fate);
    }
}

fn event(before: &Incident, recorded: &Recorded) {
    let at = recorded.at;
    match &recorded.event {
        Event::Reopened { trigger } => {
            metrics::OPENED.count(&[("trigger", "reopened")]);
            by_alert(trigger, "reopened");
        }
        Event::AlertJoined { alert: one } => alert(&one.source, "joined"),
        Event::AlertResolved { alert: one } => alert(&one.source, "resolved"),
        Event::RestartRequested { .. } => phase("request", before.begun_at, at),
        Event::Approved { .. } => {
            answered(before, "approved", at);
            if let Some(request) = before.request() {
                phase("approval", request.at, at);
            }
        }
        Event::ApprovalGiven { .. } => answered(before, "given", at),
        Event::Denied { .. } => answered(before, "denied", at),
        Event::Expired => approval("expired"),
        Event::Cancelled { .. } => approval("cancelled"),
        Event::PlanVoided { .. } => approval("voided"),
        Event::PodDeleted { .. } => {
            pod("deleted");
            if let Some(restart) = before.restart().filter(|restart| restart.is_untouched()) {
                phase("first-delete", restart.approved_at, at);
            }
        }
        Event::DeleteFailed { .. } => pod("failed"),
        Event::DeleteUnclear { .. } => pod("unclear"),
        Event::PodSpared { .. } => pod("spared"),
        Event::DeleteSkipped { .. } => pod("skipped"),
        Event::Closed { outcome } => {
            metrics::CLOSED.count(&[("outcome", outcome.name())]);
            if let (Outcome::Recovered { .. }, State::Recovering(recovery)) = (outcome, &before.state)
                && let (Some(last), Some(healthy)) = (last_delete(&recovery.restart), recovery.healthy_since)
            {
                phase("recovery", last, healthy);
            }
        }
        _ => {}
    }
}

/// How a drill ended, and how long it took to find somebody where it did.
fn drill(before: &Incident, recorded: &Recorded) {
    let Event::Closed { outcome: outcome @ Outcome::Drill { ending } } = &recorded.event else { return };
    let how = match ending {
        Ending::Approved(_) => "approved",
        Ending::Denied(_) => "denied",
        Ending::Cancelled(_) => "cancelled",
        Ending::Expired | Ending::Voided | Ending::Closed => "expired",
    };
    metrics::DRILLS.count(&[("outcome", how)]);
    if found(outcome).is_some() {
        metrics::DRILL_SECOND_PERSON.observe(&[], length(before.opened_at, recorded.at));
    }
}

fn last_delete(restart: &Restart) -> Option<Timestamp> {
    let at = |state: &PodState| match state {
        PodState::Deleted { at, .. } => Some(*at),
        _ => None,
    };
    restart.pods.iter().filter_map(|progress| at(&progress.state)).max()
}

/// Somebody else answered a request: the first time, it is counted how long that took.
fn answered(before: &Incident, how: &'static str, at: Timestamp) {
    approval(how);
    if let Some(request) = before.request().filter(|request| request.approvals.is_empty()) {
        metrics::SECOND_PERSON.observe(&[], length(request.at, at));
    }
}

fn approval(outcome: &'static str) {
    metrics::APPROVALS.count(&[("outcome", outcome)]);
}

fn pod(fate: &'static str) {
    metrics::PODS.count(&[("fate", fate)]);
}

fn phase(name: &'static str, from: Timestamp, to: Timestamp) {
    metrics::PHASE.observe(&[("phase", name)], length(from, to));
}

/// From one moment to another; none where clocks differ.
pub(super) fn length(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).max(SignedDuration::ZERO).unsigned_abs()
}
