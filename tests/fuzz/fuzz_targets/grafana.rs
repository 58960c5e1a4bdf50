//! The properties of a body for /alerts/grafana: `cargo fuzz run --fuzz-dir tests/fuzz grafana`, with tests/data/grafana as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::body("grafana", bytes));
