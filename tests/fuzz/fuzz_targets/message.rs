//! The properties of a message: `cargo fuzz run --fuzz-dir tests/fuzz message`, with tests/fuzz/seeds/message as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = serde_json::from_slice(bytes) {
        properties::message(&value);
    }
});
