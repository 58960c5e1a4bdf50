//! The property of a kubeconfig: `cargo fuzz run --fuzz-dir tests/fuzz kubeconfig`, with tests/fuzz/seeds/kubeconfig as seeds.
#![no_main]

#[allow(dead_code)]
#[path = "../../it/kubeconfig/property.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::any_file(bytes));
