//! The properties of what checks print: `cargo fuzz run --fuzz-dir tests/fuzz checks`.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|input: (i32, &str)| properties::checks(input.0, input.1));
