//! The one place that reads the clock. Everything under `incident/` is handed the time.

use jiff::Timestamp;

/// The time now, to the microsecond: what the store keeps, so that an event read back equals the event written.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
