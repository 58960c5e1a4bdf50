//! Grafana's unified alerting: Alertmanager's envelope with fields of its own, from version 8 to today's.
//!
//! <https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/>.
//! From 12.0 it can sign: HMAC-SHA256 over the body, or over a time, a colon and the body where the contact point names a header
//! for the time.

use serde_json::Value;

use crate::alerts::alertmanager::{envelope, is_envelope, is_grafana};
use crate::alerts::delivery::{Delivery, ParseError};
use crate::alerts::source::{Paths, Signature, Source};
use crate::incident::phrase::Phrase;

/// Grafana.
pub const SOURCE: Source = Source {
    name: "grafana",
    sender: "Grafana's webhook",
    smaller: Some("set Max Alerts in the contact point"),
    signature: Some(Signature {
        header: "x-grafana-alerting-signature",
        prefix: "sha256=",
        timestamp: Some("x-grafana-alerting-timestamp"),
    }),
    looks: Some(is_grafana),
    reads: is_envelope,
    parse,
};

fn parse(body: &Value, _: &Paths) -> Result<Delivery, ParseError> {
    let mut delivery = envelope(body, &SOURCE)?;
    if !is_grafana(body) {
        delivery.note = Some(Phrase::new("note-alertmanager"));
    }
    Ok(delivery)
}
