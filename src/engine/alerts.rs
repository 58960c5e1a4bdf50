//! Alerts out of the inbox: a bounded number for a bounded time, and what they cause in one incident in one transaction.
//!
//! They have what time is left. What people want, results, leases and looks go first, however many alerts wait.

use std::time::Duration;

use tokio::time::Instant;

use super::active::ActiveIncident;
use super::{Engine, Routed, measure};
use crate::incident::event::{Event, Recorded};
use crate::incident::phrase::Phrase;
use crate::incident::{Incident, IncidentId};
use crate::metrics;
use crate::request::Request;
use crate::store::{AlertRow, InboxRow, StoreError};

/// So many rows are held at once: of dozens of environments, several each, or every transaction would be for one of them.
const HELD: usize = 2048;
/// How long the loop stays with alerts before it looks up.
const SLICE: Duration = Duration::from_millis(25);
/// What an incident's opening took is spent once more on what waits behind it, so long at most: else it may be over again, and be
/// opened again for the next row alone.
const BEHIND_OPENING: Duration = Duration::from_millis(250);
/// How long alerts wait at most while a restart is looked after.
const BEHIND_RESTARTS: Duration = Duration::from_secs(1);

/// What some rows come to, not stored yet.
#[derive(Default)]
struct Batch {
    /// The incident as it will be.
    incident: Option<Incident>,
    /// The number of its last event in the store.
    after: u64,
    /// What they cause there, each with its row.
    caused: Vec<(Event, String)>,
    closed: Vec<String>,
    /// Where alerts came from that cause nothing.
    quiet: Vec<&'static str>,
}

impl Engine {
    /// Decides some of the alerts that wait, one environment's after the other's. `true` where any were.
    pub(super) async fn receive_alerts(&mut self) -> bool {
        let now = Instant::now();
        let until = now + SLICE;
        // What may hold a delete back is heard before it, and the rest after it.
        let restarts_first = self.active.values().any(ActiveIncident::is_restarting)
            && self.alerts_heard.is_some_and(|at| now.duration_since(at) < BEHIND_RESTARTS);
        if !restarts_first {
            self.alerts_heard = Some(now);
        }
        // What was decided is to be gone on with, though no more waits.
        let mut decided = false;
        while self.receive_some_alerts(restarts_first, until).await {
            decided = true;
            if Instant::now() >= until {
                break;
            }
        }
        decided
    }

    /// The same for one environment, of all alerts or of those about databases. `true` where there may be more.
    async fn receive_some_alerts(&mut self, about_databases: bool, until: Instant) -> bool {
        if self.retry.is_pausing() {
            return false;
        }
        if about_databases || self.alerts.is_empty() {
            let (store, lease) = (&self.store, self.store.lease());
            let claimed = if about_databases {
                store.claim_database_alerts(HELD, lease).await
            } else {
                store.claim_alerts(HELD, lease).await
            };
            match claimed {
                Ok(rows) => self.alerts.extend(rows),
                Err(error) => {
                    self.retry.fail();
                    self.report(&error, "reading the inbox");
                    return false;
                }
            }
        }
        let is_due = |row: &&AlertRow| !about_databases || row.request.is_about_database();
        let Some(first) = self.alerts.iter().find(is_due) else { return false };
        // Those of one environment, in the order in which they came.
        let environment = environment(&first.request).to_owned();
        let (some, others): (Vec<_>, Vec<_>) =
            self.alerts.drain(..).partition(|row| self::environment(&row.request) == environment && is_due(&row));
        self.alerts.extend(others);
        let mut rows = some.as_slice();
        for _ in 0..super::ATTEMPTS {
            match Box::pin(self.decide_alerts(&mut rows, until)).await {
                Ok(()) => {
                    self.retry.succeed();
                    self.alerts.extend(rows.iter().cloned());
                    return true;
                }
                Err(StoreError::Overtaken(id)) => {
                    let _ = self.reload(id).await.inspect_err(|error| self.report(error, "reading a log"));
                }
                // Another replica took rows over, which it decides.
                Err(error @ StoreError::RowLost(_)) => {
                    self.report(&error, "deciding alerts");
                    return true;
                }
                Err(error) => {
                    self.retry.fail();
                    self.report(&error, "deciding alerts");
                    break;
                }
            }
        }
        self.alerts.extend(rows.iter().cloned());
        false
    }

    /// Decides rows of one environment, for a bounded time; those that are left stay in `rows`.
    async fn decide_alerts(&mut self, rows: &mut &[AlertRow], mut until: Instant) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        let mut rest = *rows;
        while let Some((row, behind)) = rest.split_first() {
            if Instant::now() > until && !batch.closed.is_empty() {
                break;
            }
            if !self.add(row, &mut batch).await? {
                // It opens an incident, or concerns one that is not open here: by itself, behind what was decided before.
                self.store_batch(std::mem::take(&mut batch)).await?;
                *rows = rest;
                let began = Instant::now();
                for request in row.fired.iter().chain([&row.request]) {
                    Box::pin(self.decide_row(&as_row(row, request))).await?;
                }
                batch.closed.push(row.dedupe_key.clone());
                until = until.max(Instant::now() + began.elapsed().min(BEHIND_OPENING));
            }
            rest = behind;
        }
        self.store_batch(batch).await?;
        *rows = rest;
        Ok(())
    }

    /// Adds what a row causes in the open incident. `false` where that is not all that it causes.
    async fn add(&self, row: &AlertRow, batch: &mut Batch) -> Result<bool, StoreError> {
        let mut incident = batch.incident.clone();
        let (mut caused, mut quiet) = (Vec::new(), Vec::new());
        for request in row.fired.iter().chain([&row.request]) {
            match self.route(&as_row(row, request)).await? {
                Routed::Reply(_) => quiet.extend(source(request)),
                Routed::To { incident: id, command } => {
                    let known = incident.take().or_else(|| self.active.get(&id).map(|active| active.incident.clone()));
                    let Some(mut known) = known.filter(|known| known.id == id && !known.is_closed()) else {
                        return Ok(false);
                    };
                    let now = self.now_of(id);
                    // Nobody is refused anything: no person asked.
                    let events = known.decide(&command, now, &self.policy).unwrap_or_default();
                    quiet.extend(source(request).filter(|_| events.is_empty()));
                    for event in events {
                        known.apply(&Recorded { seq: known.seq + 1, at: now, event: event.clone() });
                        caused.push((event, row.dedupe_key.clone()));
                    }
                    incident = Some(known);
                }
                Routed::Open { .. } | Routed::Refused { .. } | Routed::LookAgain => return Ok(false),
            }
        }
        if let (None, Some(incident)) = (&batch.incident, &incident) {
            batch.after = incident.seq - caused.len() as u64;
        }
        batch.incident = incident;
        batch.caused.extend(caused);
        batch.quiet.extend(quiet);
        batch.closed.push(row.dedupe_key.clone());
        Ok(true)
    }

    async fn store_batch(&mut self, batch: Batch) -> Result<(), StoreError> {
        if batch.closed.is_empty() {
            return Ok(());
        }
        let answer = Phrase::new("answer-alert");
        let Some(id) = batch.incident.as_ref().map(|incident| incident.id).filter(|_| !batch.caused.is_empty()) else {
            self.is_newest(&batch).await?;
            self.store.close_alerts(&batch.closed, &answer).await?;
            tell_quiet(&batch.quiet);
            return Ok(());
        };
        let now = self.now_of(id);
        let recorded = self.store.append_alerts(id, batch.after, now, batch.caused, &batch.closed, &answer).await?;
        self.store_agreed();
        tell_quiet(&batch.quiet);
        tracing::debug!(incident.id = id, rows = batch.closed.len(), events = recorded.len(), "alerts were decided");
        if let Some(active) = self.active.get_mut(&id) {
            measure::appended(active.incident.clone(), &recorded);
            active.merge(recorded);
        }
        Ok(())
    }

    /// No append finds out whether another replica went on meanwhile: an incident that is over by now must not take an alert for one
    /// that it knows.
    async fn is_newest(&self, batch: &Batch) -> Result<(), StoreError> {
        let Some(incident) = &batch.incident else { return Ok(()) };
        let id: IncidentId = incident.id;
        let newest = self.store.head(id).await?.is_some_and(|head| head.seq == incident.seq);
        if newest { Ok(()) } else { Err(StoreError::Overtaken(id)) }
    }
}

fn tell_quiet(sources: &[&'static str]) {
    for source in sources {
        measure::alert(source, "quiet");
    }
}

/// Where an alert came from, as metrics name it.
fn source(request: &Request) -> Option<&'static str> {
    match request {
        Request::Alert { alert, .. } => Some(metrics::source(&alert.source)),
        _ => None,
    }
}

fn environment(request: &Request) -> &str {
    match request {
        Request::Alert { environment, .. } => environment,
        _ => "",
    }
}

fn as_row(row: &AlertRow, request: &Request) -> InboxRow {
    let (dedupe_key, request) = (row.dedupe_key.clone(), request.clone());
    InboxRow { dedupe_key, received_at: row.received_at, request, reply: None, answer: None }
}

/// Whether so many alerts wait that senders are asked to send again later.
pub(super) const TOO_MANY: usize = 20_000;
/// How often that is looked at.
pub(super) const COUNTED_APART: Duration = Duration::from_secs(2);

impl Engine {
    /// Asks senders to wait while too many alerts do.
    pub(super) async fn hold_senders_back(&mut self) {
        if self.counted.is_some_and(|at| at.elapsed() < COUNTED_APART) {
            return;
        }
        self.counted = Some(Instant::now());
        match self.store.do_alerts_wait(TOO_MANY).await {
            Ok(many) => self.inbox.hold_alerts_back(many),
            Err(error) => self.report(&error, "counting alerts"),
        }
    }
}
