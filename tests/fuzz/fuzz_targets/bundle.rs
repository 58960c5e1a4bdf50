//! The properties of a bundle: `cargo fuzz run --fuzz-dir tests/fuzz bundle`, with tests/fuzz/seeds/bundle as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|text: &str| properties::bundle(text));
