//! The properties of a body for /alerts/pagerduty: `cargo fuzz run --fuzz-dir tests/fuzz pagerduty`, with tests/data/pagerduty as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::body("pagerduty", bytes));
