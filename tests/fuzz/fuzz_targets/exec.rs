//! The properties of a status frame of an exec: `cargo fuzz run --fuzz-dir tests/fuzz exec`, with tests/fuzz/seeds/exec as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|frame: &[u8]| properties::exec(frame));
