//! The properties of a payload: `cargo fuzz run --fuzz-dir tests/fuzz payload`, with tests/fuzz/seeds/payload as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = serde_json::from_slice(bytes) {
        properties::payload(&value);
    }
});
