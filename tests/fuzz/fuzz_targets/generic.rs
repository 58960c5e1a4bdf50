//! The properties of a body for /alerts/generic: `cargo fuzz run --fuzz-dir tests/fuzz generic`, with tests/data/generic as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::body("generic", bytes));
