//! The logs for other tools: one line an event, who and where beside what.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::incident::IncidentId;
use crate::incident::account::Who;
use crate::store::chain::EventRow;
use crate::store::snapshot::IncidentRow;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When it happened.
    pub at: Timestamp,
    /// Of which incident.
    pub incident: IncidentId,
    /// Of which environment.
    pub environment: String,
    /// Its number within the incident.
    pub seq: i64,
    /// What kind of event.
    pub event: String,
    /// Which person did it.
    pub person: Option<String>,
    /// By which account.
    pub account: Option<String>,
    /// On which platform.
    pub platform: Option<String>,
    /// Which replica wrote it.
    pub replica: String,
    /// The digest of the evidence of the plan that it belongs to.
    pub evidence: Option<String>,
    /// The inbox row that caused it.
    pub inbox: Option<String>,
    /// The hash of the row.
    pub hash: String,
    /// All that is stored of it.
    pub detail: Value,
}

/// The names of the columns.
pub const CSV_HEADER: &str =
    "at,incident,environment,seq,event,person,account,platform,replica,evidence,inbox,hash,detail\r\n";

/// What ends the plan that an event belongs to.
const ENDS: [&str; 4] = ["denied", "expired", "cancelled", "plan-voided"];

/// An incident's log, oldest first.
pub fn lines(incident: &IncidentRow, log: &[EventRow]) -> Vec<Line> {
    // Raw, so that events of another version are exported, too.
    let mut evidence: Option<String> = None;
    let mut lines = Vec::with_capacity(log.len());
    for row in log {
        let detail: Value = serde_json::from_str(&row.event).unwrap_or_default();
        let event = detail["type"].as_str().unwrap_or_default().to_owned();
        let who = who(&detail);
        if let Some(digest) = detail["plan"]["digest"].as_str() {
            evidence = Some(digest.to_owned());
        }
        lines.push(Line {
            at: Timestamp::from_microsecond(row.at).unwrap_or_default(),
            incident: row.incident,
            environment: incident.environment.clone(),
            seq: row.seq,
            person: who.as_ref().and_then(|who| who.person.clone()),
            account: who.as_ref().map(|who| who.account.user.clone()),
            platform: who.as_ref().map(|who| who.account.platform.to_string()),
            replica: row.replica.clone(),
            evidence: evidence.clone(),
            inbox: row.inbox.clone(),
            hash: row.hash.clone(),
            detail,
            event: event.clone(),
        });
        if ENDS.contains(&event.as_str()) {
            evidence = None;
        }
    }
    lines
}

/// Who did it, wherever an event names them.
fn who(event: &Value) -> Option<Who> {
    let places = [&event["by"], &event["who"], &event["trigger"]["check"], &event["outcome"]["by"]];
    places.into_iter().find_map(|place| serde_json::from_value(place.clone()).ok())
}

impl Line {
    /// As one line of JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("a line has text keys only") + "\n"
    }

    /// As one record of CSV (RFC 4180).
    pub fn csv(&self) -> String {
        let text = |field: &Option<String>| quoted(field.as_deref().unwrap_or_default());
        let fields = [
            self.at.to_string(),
            self.incident.to_string(),
            quoted(&self.environment),
            self.seq.to_string(),
            quoted(&self.event),
            text(&self.person),
            text(&self.account),
            text(&self.platform),
            quoted(&self.replica),
            text(&self.evidence),
            text(&self.inbox),
            self.hash.clone(),
            quoted(&self.detail.to_string()),
        ];
        fields.join(",") + "\r\n"
    }
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
