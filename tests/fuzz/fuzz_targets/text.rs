//! The properties of a text: `cargo fuzz run --fuzz-dir tests/fuzz text`, with tests/data/alerts as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|text: &str| properties::text(text));
