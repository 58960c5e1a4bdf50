//! The properties of a body for /alerts/alertmanager: `cargo fuzz run --fuzz-dir tests/fuzz alertmanager`, with tests/data/alertmanager as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::body("alertmanager", bytes));
