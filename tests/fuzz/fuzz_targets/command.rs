//! The properties of a command: `cargo fuzz run --fuzz-dir tests/fuzz command`, with tests/data/alerts as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|text: &str| properties::command(text));
